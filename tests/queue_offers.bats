#!/usr/bin/env bats
# Offers of the waiting list: to whom, for how long, and who never jumps it.
load helper
load queue

@test "B11 an offer taken by its link in another browser is paid and served" {
  add_line
  fill vip
  join vip 1 a@example.org
  get "/book/$E/queue/$KEY"
  post "/book/$E/queue/$KEY/accept"
  assert_status 409
  assert_text "There is no offer for you yet"
  release vip
  assert_equal "$(sql "SELECT o.kind FROM outbox o JOIN booking b
    ON b.id = o.booking_id JOIN event e ON e.id = b.event_id
    WHERE e.slug = '$E'")" offered
  as "phone-$BATS_TEST_NUMBER"
  get "/book/$E/queue/$KEY/accept"
  assert_text "Take it"
  assert_equal "$(state a)" "offered held vip"
  post "/book/$E/queue/$KEY/accept"
  assert_status 303
  REFERENCE=${location##*/}
  pay
  assert_status 303
  assert_equal "$(state a)" "served confirmed vip"
  get "/book/$E/queue/$KEY"
  assert_text "You have got your places"
  [[ $body == *"href=\"/tickets/$REFERENCE\""* ]]
  assert_equal "$(journal)" "joined offered confirmed"
  assert_sound
}

@test "B11 an offer ends by itself and goes to the next; each gets one" {
  two_wait
  release regular
  pass_time $((119 * 60))
  "$BUILD/campuspass" --data "$DATA" sweep
  assert_equal "$(state a)" "offered held regular"
  pass_time 70
  get "/book/$E/queue/$FIRST"
  any_form
  post "/book/$E/queue/$FIRST/accept"
  assert_status 409
  assert_text "HoldExpiredError"
  "$BUILD/campuspass" --data "$DATA" sweep
  assert_equal "$(state a)" "lapsed expired regular"
  assert_equal "$(state b)" "offered held regular"
  get "/book/$E/queue/$FIRST"
  assert_text "Not waiting any more"
  pass_time 7300
  "$BUILD/campuspass" --data "$DATA" sweep
  assert_equal "$(state b)" "lapsed expired regular"
  # Nobody waits: it is on sale again.
  get "/events/$E"
  assert_text "1 left"
  assert_sound
  clock_to 10
}

@test "B2 B11 an offer ends without a sweep: any later request serves the next" {
  two_wait
  release regular
  pass_time 7300
  is_offered() {
    get /terms
    [[ $(state b) == offered* ]]
  }
  eventually is_offered
  assert_equal "$(state a)" "lapsed expired regular"
  assert_equal "$(state b)" "offered held regular"
  clock_to 10
}

@test "B11 quiet hours: an offer made at night lasts into the morning" {
  add_line
  fill regular
  join regular 1 a@example.org
  clock_to 21
  "$BUILD/campuspass" --data "$DATA" sweep
  # An hour before ten in the evening, another after eight in the morning.
  assert_equal "$(sql "SELECT (b.expires_at / 3600) % 24 FROM booking b
    JOIN event e ON e.id = b.event_id WHERE e.slug = '$E'
    AND b.source = 'queue'")" 9
  clock_to 23
  "$BUILD/campuspass" --data "$DATA" sweep
  assert_equal "$(state a)" "offered held regular"
  clock_to 10
  "$BUILD/campuspass" --data "$DATA" sweep
  assert_equal "$(state a)" "lapsed expired regular"
}

@test "B11 no offer outlives the start, and none is made after it" {
  local start=$(($(now) + 3600))
  two_wait "starts_at=$start" "ends_at=$start + 7200"
  release regular
  assert_equal "$(sql "SELECT b.expires_at FROM booking b JOIN event e
    ON e.id = b.event_id WHERE e.slug = '$E' AND b.source = 'queue'")" "$start"
  pass_time 3700
  "$BUILD/campuspass" --data "$DATA" sweep
  assert_equal "$(state a)" "lapsed expired regular"
  assert_equal "$(state b)" "waiting"
  get "/book/$E/queue"
  assert_text "The waiting list is closed"
  try_join regular 1 c@example.org
  assert_status 409
  assert_text "has begun"
}

@test "B11 R15 nothing is offered before booking opens; one may wait then" {
  add_line "booking_opens_at=$(($(now) + 86400))" queue_is_open=1
  join vip 1 a@example.org
  assert_equal "$(state a)" "waiting"
  pass_time 86500
  # The first click of anybody serves those who wait.
  as "walk-up-$BATS_TEST_NUMBER"
  book "$E" vip 1 w@example.org
  assert_status 409
  as "person-$BATS_TEST_NUMBER"
  join regular 1 b@example.org
  assert_equal "$(state a)" "offered held vip"
  assert_equal "$(state b)" "offered held regular"
  clock_to 10
}

@test "B11 nothing is offered of a cancelled event" {
  add_line
  fill regular
  join regular 1 a@example.org
  sql_write "UPDATE event SET status = 'cancelled' WHERE slug = '$E'"
  pass_time 700
  "$BUILD/campuspass" --data "$DATA" sweep
  # The cancelling ends the line, too.
  assert_equal "$(state a)" "left"
  try_join regular 1 b@example.org
  assert_status 409
}

@test "B11 walk-ups never jump the line, not even over lapsed holds" {
  add_line
  fill regular
  as "walk-up-$BATS_TEST_NUMBER"
  get "/book/$E"
  local page=$body
  as "person-$BATS_TEST_NUMBER"
  join regular 1 a@example.org
  # It is over by the clock; nobody has swept. Pages say so as well.
  pass_time 610
  get "/events/$E"
  local words
  words=$(page_text)
  [[ $words == *"Sold out"* ]]
  as "walk-up-$BATS_TEST_NUMBER"
  body=$page
  post "/book/$E" tier=regular quantity=1 name=W email=w@example.org
  assert_status 409
  assert_text "SoldOutError"
  get "/api/events/$E/book" -H 'Content-Type: application/json' -d \
    '{"email":"w@example.org","tier_name":"regular","quantity":1,
      "payment_token":"tok_valid_1"}'
  assert_status 400
  assert_equal "$(jq -r .error_type <<<"$body")" SoldOutError
  "$BUILD/campuspass" --data "$DATA" sweep
  assert_equal "$(state a)" "offered held regular"
  assert_equal "$(stock "$E" regular)" "1|0"
  assert_sound
}

@test "B11 who wants more than comes free is offered what there is" {
  add_line
  fill regular
  join regular 3 a@example.org
  release regular
  assert_equal "$(state a)" "offered held regular"
  assert_equal "$(stock "$E" regular)" "1|0"
  assert_sound
}

@test "B11 a hold changed for another event's is the waiting one's at once" {
  add_line
  fill regular
  join regular 1 a@example.org
  local line=$E
  as "holder-regular-$BATS_TEST_NUMBER"
  get "/book/comedy-night"
  post /book/comedy-night tier=general quantity=1 name=H \
    "email=h$BATS_TEST_NUMBER@example.org" "replaces=$REFERENCE"
  assert_status 303
  E=$line
  assert_equal "$(state a)" "offered held regular"
}

@test "B11 a free event's place is booked for the next in line directly" {
  add_line
  sql_write "UPDATE tier SET price = 0 WHERE event_id =
    (SELECT id FROM event WHERE slug = '$E')"
  fill regular
  get "/book/$E/queue"
  assert_text "booked for you at once"
  join regular 1 a@example.org
  release regular
  assert_equal "$(state a)" "served confirmed regular"
  get "/book/$E/queue/$KEY"
  assert_text "You have got your places"
  get "/tickets/$(sql "SELECT reference FROM booking
    WHERE email = 'a@example.org' AND state = 'confirmed'
    ORDER BY id DESC LIMIT 1")"
  assert_status 200
  assert_equal "$(stock "$E" regular)" "0|1"
  assert_sound
}

@test "B6 B11 with reserved seating an offer is of seats" {
  add_line "seating='reserved'"
  sql_write "INSERT INTO seat (event_id, tier_id, row_name, number)
    SELECT event_id, id, upper(substr(slug, 1, 1)), 7 FROM tier
    WHERE event_id = (SELECT id FROM event WHERE slug = '$E')"
  fill vip
  join vip 1 a@example.org
  release vip
  assert_equal "$(state a)" "offered held vip"
  assert_equal "$(sql "SELECT s.row_name || s.number FROM seat s
    JOIN booking_item i ON i.seat_id = s.id AND i.is_live = 1
    JOIN event e ON e.id = s.event_id WHERE e.slug = '$E'")" V7
  assert_sound
}
