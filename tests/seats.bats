#!/usr/bin/env bats
# Reserved seating: the map, picking and losing seats, and where they go when a
# booking ends.
load helper
load ticketing
load seats

# xml PATH: what xmllint finds on the page.
xml() {
  xmllint --html --xpath "$1" - <<<"$body" 2>/dev/null
}

@test "R27 B6 the map is fieldsets of labelled checkboxes, one a row" {
  own_hall
  get "/book/$E"
  assert_status 200
  assert_equal "$(xml 'count(//fieldset[contains(@class, "seat-row")])')" 2
  assert_equal "$(xml 'string((//fieldset[contains(@class,
    "seat-row")])[2]/legend)')" "Row B"
  assert_equal "$(xml 'count(//input[@type="checkbox"][@name="seat"])')" 10
  # Each has a label of its own, and no id is there twice.
  assert_equal "$(xml 'count(//input[@name="seat"][@id = //label/@for])')" 10
  assert_equal "$(xml '//@id' | sort | uniq -d)" ""
  [[ $(seat A2) == *"A2, VIP, \$45.00<"* ]]
  [[ $(seat B2) == *"B2, General, \$15.00<"* ]]
  [[ $(seat B6) == *"B6, General, \$15.00, accessible<"* ]]
  [[ $(seat B6) == *'class="seat t0 easy"'* ]]
  [[ $(seat B5) != *accessible* ]]
  [[ $(seat A2) != *disabled* ]]
  assert_text "Accessible"
  # The stage, tiers with their prices, and no script.
  assert_text "VIP \$45.00"
  [[ $body != *"<script"* ]]
}

@test "R27 a taken seat is shown, disabled, and said to be taken" {
  own_hall
  take a@example.org A1 B3
  as "other-$BATS_TEST_NUMBER"
  get "/book/$E"
  [[ $(seat A1) == *disabled* && $(seat A1) == *", taken<"* ]]
  [[ $(seat B3) == *disabled* && $(seat B3) == *", taken<"* ]]
  [[ $(seat A2) != *disabled* && $(seat A2) != *taken* ]]
  assert_equal "$(xml 'count(//input[@name="seat"][@disabled])')" 2
}

@test "R28 seats of different tiers add up, and are on the tickets" {
  own_hall
  take a@example.org A1 A2 B3
  get "/checkout/$REFERENCE"
  assert_text "\$105.00"
  assert_text "A1"
  assert_text "B3"
  pay
  assert_status 303
  get "/tickets/$REFERENCE"
  local name
  for name in A1 A2 B3; do
    assert_text "$name"
  done
  assert_equal "$(sql "SELECT group_concat(s.row_name || s.number || ' ' ||
      k.price, ',') FROM ticket k JOIN seat s ON s.id = k.seat_id
      JOIN booking b ON b.id = k.booking_id
      WHERE b.reference = '$REFERENCE'")" "A1 4500,A2 4500,B3 1500"
  assert_equal "$(sql "SELECT total FROM booking
    WHERE reference = '$REFERENCE'")" 10500
  assert_equal "$(stock "$E" vip)" "0|2"
  assert_equal "$(stock "$E" general)" "0|1"
  assert_sound
}

@test "R27 who is slower gets 409 with the seats named, the rest still ticked" {
  own_hall
  get "/book/$E"
  local page=$body
  as "other-$BATS_TEST_NUMBER"
  take b@example.org A2 B1
  as "person-$BATS_TEST_NUMBER"
  body=$page
  post "/book/$E" "name=Ada Lovelace" email=a@example.org seat=A2 seat=A3 \
    seat=B1 seat=B2
  assert_status 409
  assert_text "SeatTakenError"
  assert_text "Somebody was faster: A2, B1"
  [[ $(seat A3) == *checked* && $(seat B2) == *checked* ]]
  [[ $(seat A2) == *disabled* && $(seat A2) != *checked* ]]
  [[ $(seat B1) == *disabled* && $(seat B1) != *checked* ]]
  [[ $(seat A4) != *checked* ]]
  [[ $body == *'value="Ada Lovelace"'* && $body == *'value="a@example.org"'* ]]
  # The summary leads to the map.
  [[ $body == *'href="#seat"'* ]]
  assert_equal "$(xml 'count(//*[@id="seat"])')" 1
  assert_equal "$(seats)" "A2 B1"
  # What is left of the choice can be sent as it is.
  post "/book/$E" name=Ada email=a@example.org seat=A3 seat=B2
  assert_status 303
  assert_equal "$(seats)" "A2 A3 B1 B2"
  assert_sound
}

@test "R27 R18 seats that cannot be: unknown, another hall's, twice, none" {
  own_hall
  local mine=$E
  E=hall-elsewhere
  own_hall
  add_seats "$E" general Z 1 1
  E=$mine
  local name
  for name in Z1 A0 A5 A99999999999999999999 "A1 A2" A1-A2 "" "' OR 1" "Ä1"; do
    pick a@example.org "$name"
    assert_status 400
    assert_text "InvalidBookingError"
    assert_text "does not exist at this event"
  done
  pick a@example.org A1 A1
  assert_status 400
  assert_text "was chosen twice"
  pick a@example.org A1 a1
  assert_status 400
  assert_text "was chosen twice"
  pick a@example.org
  assert_status 400
  assert_text "must be chosen"
  assert_equal "$(seats)" ""
  assert_equal "$(stock "$E" vip)" "0|0"
  # Small letters and blanks around are people's.
  take a@example.org a1 " B2 "
  assert_equal "$(seats)" "A1 B2"
}

@test "R18 R20 a quantity beside the seats must be theirs, limits hold" {
  own_hall max_per_booking=3
  pick a@example.org A1 A2 quantity=3
  assert_status 400
  assert_text "is not the number of seats chosen (2)"
  pick a@example.org A1 A2 quantity=two
  assert_status 400
  pick a@example.org A1 A2 A3 A4
  assert_status 400
  assert_text "is over the limit of 3 tickets a booking"
  assert_equal "$(seats)" ""
  take a@example.org A1 A2 quantity=2
  pay
  as "other-$BATS_TEST_NUMBER"
  pick a@example.org B1
  assert_status 409
  assert_text "DuplicateBookingError"
  assert_equal "$(seats)" "A1 A2"
}

@test "R15 a seat of a tier that is not on sale cannot be picked" {
  own_hall
  sql_write "UPDATE tier SET sale_opens_at = unixepoch() + 86400
    WHERE slug = 'vip' AND event_id = (SELECT id FROM event
      WHERE slug = '$E')"
  pick a@example.org A1 B1
  assert_status 409
  assert_equal "$(seats)" ""
  take a@example.org B1
  assert_equal "$(seats)" B1
}

@test "R27 places without seats cannot have any" {
  add_event "$E"
  get "/book/$E"
  post "/book/$E" name=Ada email=a@example.org tier=general quantity=1 seat=A1
  assert_status 400
  assert_text "cannot be chosen at this event"
}

@test "R27 B1 Enter in a field presses the first button: ticked seats count" {
  own_hall
  # Browsers send the form's first button along.
  pick a@example.org A4 best=yes
  assert_status 303
  assert_equal "$(seats)" A4
}

@test "R29 I10 a released hold frees its seats" {
  own_hall
  take a@example.org A1 B1
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE/release"
  assert_status 303
  assert_equal "$(seats)" ""
  as "other-$BATS_TEST_NUMBER"
  take b@example.org A1 B1
  assert_equal "$(seats "$REFERENCE")" "A1 B1"
  assert_equal "$(stock "$E" vip)" "1|0"
  assert_sound
}

@test "R75 other seats instead of those held" {
  own_hall
  take a@example.org A1 A2
  local old=$REFERENCE
  pick a@example.org A2 A3
  assert_status 409
  pick a@example.org A2 A3 "replaces=$old"
  assert_status 303
  assert_equal "$(seats)" "A2 A3"
  assert_equal "$(stock "$E" vip)" "2|0"
  assert_sound
}

@test "R35 I10 a cancelled booking frees its seats" {
  E=hall-cancelled
  own_hall
  sql_write "UPDATE tier SET price = 0 WHERE event_id =
    (SELECT id FROM event WHERE slug = '$E')"
  take a@example.org A1 A2
  pay
  assert_equal "$(stock "$E" vip)" "0|2"
  get /api/cancel_ticket -X DELETE -H 'Content-Type: application/json' \
    -d '{"first_name":"Ada","last_name":"Lovelace","ticket_type":"vip"}'
  assert_status 404
  sql_write "UPDATE booking SET name = 'Ada Lovelace'
    WHERE reference = '$REFERENCE'"
  get /api/cancel_ticket -X DELETE -H 'Content-Type: application/json' \
    -d '{"first_name":"Ada","last_name":"Lovelace","ticket_type":"vip"}'
  assert_status 200
  assert_equal "$(seats)" ""
  assert_equal "$(stock "$E" vip)" "0|0"
  get "/book/$E"
  [[ $(seat A1) != *disabled* ]]
  as "other-$BATS_TEST_NUMBER"
  take b@example.org A1
  pay
  assert_equal "$(seats "$REFERENCE")" A1
  assert_sound
}
