#!/usr/bin/env bats
# Reserved seating: the map, picking and losing seats, the best ones, and
# where seats go when a booking ends.
load helper

setup_file() {
  make_data
  # The queue calls cancel tickets of the event that is configured.
  echo "queue_event = hall-cancelled" >>"$DATA/campuspass.conf"
  start_server
}

teardown_file() {
  stop_site
}

# Each test has a hall of its own: VIP A1-A4 at 45.00, general B1-B6 at
# 15.00, of which B6 is accessible.
setup() {
  as "person-$BATS_TEST_NUMBER"
  E="hall-$BATS_TEST_NUMBER"
}

# add_hall [column=value ...]
add_hall() {
  add_event "$E" "seating='reserved'" "$@"
  add_tier "$E" vip VIP 4500 4
  sql_write "UPDATE tier SET capacity = 6 WHERE slug = 'general'
    AND event_id = (SELECT id FROM event WHERE slug = '$E')"
  add_seats vip A 1 4
  add_seats general B 1 6
  sql_write "UPDATE seat SET is_accessible = 1 WHERE row_name = 'B'
    AND number = 6 AND event_id = (SELECT id FROM event WHERE slug = '$E')"
}

# add_seats TIER ROW FIRST LAST
add_seats() {
  sql_write "WITH RECURSIVE n (number) AS (SELECT $3 UNION ALL
      SELECT number + 1 FROM n WHERE number < $4)
    INSERT INTO seat (event_id, tier_id, row_name, number)
    SELECT e.id, t.id, '$2', n.number FROM event e JOIN tier t
      ON t.event_id = e.id AND t.slug = '$1' JOIN n WHERE e.slug = '$E'"
}

# pick EMAIL SEAT ... [name=value ...]: the form with these seats ticked.
pick() {
  local fields=() word
  get "/book/$E"
  for word in "${@:2}"; do
    [[ $word == *=* ]] && fields+=("$word") || fields+=("seat=$word")
  done
  post "/book/$E" name=Ada "email=$1" "${fields[@]}"
}

# take EMAIL SEAT ...: pick them, and remember REFERENCE.
take() {
  pick "$@"
  assert_status 303
  REFERENCE=${location##*/}
}

# best EMAIL TIER QUANTITY: the seats that are chosen for you.
best() {
  get "/book/$E"
  post "/book/$E" name=Ada "email=$1" "tier=$2" "quantity=$3" best=yes
}

# The seats of a booking, in the order of the hall; of the event's live
# bookings without a reference.
seats() {
  sql "SELECT group_concat(name, ' ') FROM (SELECT s.row_name || s.number
      AS name FROM booking_item i JOIN seat s ON s.id = i.seat_id
      JOIN booking b ON b.id = i.booking_id JOIN event e ON e.id = b.event_id
      WHERE i.is_live = 1 AND e.slug = '$E' AND ('${1:-}' = ''
        OR b.reference = '${1:-}') ORDER BY s.row_name, s.number)"
}

# The input of a seat with its label, as one line.
seat() {
  tr '\n' ' ' <<<"$body" | tr -s ' ' | grep -o '<span class="seat .*' |
    sed 's/<span class="seat /\n&/g' | grep -F "value=\"$1\"" | head -n 1
}

# xml PATH: what xmllint finds on the page.
xml() {
  xmllint --html --xpath "$1" - <<<"$body" 2>/dev/null
}

@test "R27 B6 the map is fieldsets of labelled checkboxes, one a row" {
  add_hall
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
  add_hall
  take a@example.org A1 B3
  as "other-$BATS_TEST_NUMBER"
  get "/book/$E"
  [[ $(seat A1) == *disabled* && $(seat A1) == *", taken<"* ]]
  [[ $(seat B3) == *disabled* && $(seat B3) == *", taken<"* ]]
  [[ $(seat A2) != *disabled* && $(seat A2) != *taken* ]]
  assert_equal "$(xml 'count(//input[@name="seat"][@disabled])')" 2
}

@test "R28 seats of different tiers add up, and are on the tickets" {
  add_hall
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
  add_hall
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
  add_hall
  local mine=$E
  E=hall-elsewhere
  add_hall
  add_seats general Z 1 1
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
  add_hall max_per_booking=3
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
  add_hall
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

@test "B6 the best available are side by side, and accessible ones last" {
  add_hall
  best a@example.org general 2
  assert_status 303
  # In the middle of the free ones.
  assert_equal "$(seats)" "B2 B3"
  as "second-$BATS_TEST_NUMBER"
  best b@example.org general 2
  assert_equal "$(seats "${location##*/}")" "B4 B5"
  as "third-$BATS_TEST_NUMBER"
  best c@example.org general 1
  assert_equal "$(seats "${location##*/}")" B1
  as "fourth-$BATS_TEST_NUMBER"
  best d@example.org general 1
  assert_equal "$(seats "${location##*/}")" B6
  as "fifth-$BATS_TEST_NUMBER"
  best e@example.org general 1
  assert_status 409
  assert_text "SoldOutError"
  assert_sound
}

@test "B6 where no row has so many together, the longest runs" {
  add_hall
  take x@example.org A2
  as "other-$BATS_TEST_NUMBER"
  best a@example.org vip 3
  assert_status 303
  assert_equal "$(seats "${location##*/}")" "A1 A3 A4"
  as "third-$BATS_TEST_NUMBER"
  best b@example.org vip 2
  assert_status 409
  assert_text "Requested 2 VIP tickets, only 0 remaining"
}

@test "B6 the best need a tier and a quantity; ticked seats do not count then" {
  add_hall
  get "/book/$E"
  post "/book/$E" name=Ada email=a@example.org quantity=2 best=yes
  assert_status 400
  post "/book/$E" name=Ada email=a@example.org tier=vip best=yes
  assert_status 400
  assert_text "Quantity must be"
  post "/book/$E" name=Ada email=a@example.org tier=balcony quantity=1 best=yes
  assert_status 400
  assert_equal "$(seats)" ""
  post "/book/$E" name=Ada email=a@example.org tier=vip quantity=1 best=yes \
    seat=B1
  assert_status 303
  assert_equal "$(seats)" A2
}

@test "R27 B1 Enter in a field presses the first button: ticked seats count" {
  add_hall
  # Browsers send the form's first button along.
  pick a@example.org A4 best=yes
  assert_status 303
  assert_equal "$(seats)" A4
}

@test "R29 I10 a released hold frees its seats" {
  add_hall
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
  add_hall
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
  add_hall
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

@test "R27 B6 the demo's ten night events have their rows" {
  local row
  assert_equal "$(sql "SELECT count(*) FROM event
    WHERE seating = 'reserved' AND slug NOT LIKE 'hall-%'")" 10
  while IFS='|' read -r row; do
    assert_equal "$(sql "SELECT count(*) || ' ' || min(s.row_name || s.number)
        FROM seat s JOIN event e ON e.id = s.event_id JOIN tier t
        ON t.id = s.tier_id WHERE e.slug = '$(cut -d' ' -f1 <<<"$row")'
        AND t.slug = '$(cut -d' ' -f2 <<<"$row")'")" \
      "$(cut -d' ' -f3- <<<"$row")"
  done <<'ROWS'
rock-night-live general-admission 10 A1
jazz-evening vip 5 B1
jazz-evening general-admission 5 B10
pop-music-festival general-admission 8 C1
classical-night vip 2 D1
classical-night economy 3 D3
electronic-dance-festival general-admission 5 E1
indie-rock-showcase vip 4 F1
country-music-night general-admission 5 G1
hip-hop-bash vip 4 H1
reggae-vibes economy 4 I1
metal-night general-admission 4 J1
ROWS
  # The capacity is the number of seats.
  assert_equal "$(sql "SELECT count(*) FROM tier t JOIN event e
    ON e.id = t.event_id WHERE e.seating = 'reserved' AND e.slug NOT LIKE 'hall-%' AND t.capacity <>
    (SELECT count(*) FROM seat s WHERE s.tier_id = t.id)")" 0
}

@test "R27 one seat of the demo: picked, paid, gone" {
  E=jazz-evening
  take a@example.org B1 B6
  get "/checkout/$REFERENCE"
  assert_text "\$225.00"
  pay
  as "other-$BATS_TEST_NUMBER"
  get "/book/$E"
  [[ $(seat B1) == *disabled* && $(seat B6) == *disabled* ]]
  assert_sound
}

@test "R48 export and import keep seats" {
  add_hall
  add_seats general C 3 5
  sql_write "UPDATE tier SET capacity = 9 WHERE slug = 'general'
    AND event_id = (SELECT id FROM event WHERE slug = '$E')"
  "$BUILD/campuspass" --data "$DATA" export >"$BATS_TEST_TMPDIR/all.csv"
  grep -E "^event,|^$E," "$BATS_TEST_TMPDIR/all.csv" |
    sed "s/^$E,/$E-again,/" >"$BATS_TEST_TMPDIR/one.csv"
  run grep -c "A1-A4\|B1-B6 C3-C5" "$BATS_TEST_TMPDIR/one.csv"
  assert_output 2
  run "$BUILD/campuspass" --data "$DATA" import "$BATS_TEST_TMPDIR/one.csv"
  assert_success
  local all="SELECT group_concat(n, ' ') FROM (SELECT t.slug || ':' ||
    s.row_name || s.number AS n FROM seat s JOIN tier t ON t.id = s.tier_id
    JOIN event e ON e.id = s.event_id WHERE e.slug = '$E"
  assert_equal "$(sql "$all-again' ORDER BY s.row_name, s.number)")" \
    "$(sql "$all' ORDER BY s.row_name, s.number)")"
  assert_equal "$(sql "SELECT seating FROM event WHERE slug = '$E-again'")" \
    reserved
}

@test "R24 the one-call API gives the best seats, and says when there are none" {
  add_hall
  get "/api/events/$E/book" -H 'Content-Type: application/json' -d \
    '{"email":"a@example.org","tier_name":"vip","quantity":3,
      "payment_token":"tok_valid_1"}'
  assert_status 200
  assert_equal "$(seats)" "A1 A2 A3"
  get "/api/events/$E/book" -H 'Content-Type: application/json' -d \
    '{"email":"b@example.org","tier_name":"vip","quantity":2,
      "payment_token":"tok_valid_1"}'
  assert_status 400
  assert_equal "$(jq -r .error_type <<<"$body")" SoldOutError
  assert_sound
}

@test "B6 R27 the best of the only type with seats need not name it" {
  add_event "$E" "seating='reserved'"
  add_seats general B 1 10
  get "/book/$E"
  post "/book/$E" name=Ada email=a@example.org quantity=2 best=yes
  assert_status 303
  # With two types somebody has to say which.
  as "other-$BATS_TEST_NUMBER"
  E="hall-two-$BATS_TEST_NUMBER"
  add_hall
  get "/book/$E"
  post "/book/$E" name=Ada email=a@example.org quantity=2 best=yes
  assert_status 400
  assert_text "Kind of problem: InvalidBookingError"
}
