#!/usr/bin/env bats
# Holds end by the clock alone: no sweep, no daemon, each exactly once.
load helper
load paying
load person

# Time only goes on.
setup() {
  as "person-$BATS_TEST_NUMBER"
  E="show-$BATS_TEST_NUMBER"
  pass_time 40
}

@test "B2 R9 a held place is not for sale, and is again when the time is over" {
  add_event "$E"
  get "/events/$E"
  assert_text "10 left"
  hold "$E" general 10 a@example.org
  get "/events/$E"
  assert_text "Sold out"
  get "/?q=$E"
  assert_text "Sold out"
  pass_time 590
  get "/events/$E"
  assert_text "Sold out"
  # Both pages are in memory by now; time alone makes them stale.
  pass_time 10
  get "/events/$E"
  assert_text "10 left"
  [[ $body == *"href=\"/book/$E\""* ]]
  get "/?q=$E"
  assert_text "10 left"
  refute_text "Sold out"
  get "/book/$E"
  assert_text "10 left"
  assert_sound
}

@test "B2 R29 lapsed places are sold again, and counted once" {
  add_event "$E"
  hold "$E" general 7 a@example.org
  pass_time 600
  as "other-$BATS_TEST_NUMBER"
  hold "$E" general 10 b@example.org
  assert_equal "$(stock "$E" general)" "10|0"
  pay
  assert_equal "$(stock "$E" general)" "0|10"
  "$BUILD/campuspass" --data "$DATA" sweep
  assert_equal "$(stock "$E" general)" "0|10"
  assert_sound
}

@test "B2 one second before its end a hold still keeps its places" {
  add_event "$E"
  get /terms
  open_form
  hold "$E" general 10 a@example.org
  # A few seconds before, so that a slow machine cannot step over the edge.
  pass_time 590
  send_form 1
  assert_status 409
  assert_text "SoldOutError"
  as "person-$BATS_TEST_NUMBER"
  pay
  assert_status 303
  assert_equal "$(state)" confirmed
}

@test "B2 R20 R30 the email and the browser may book again after the end" {
  add_event "$E"
  hold "$E" general 2 a@example.org
  local first=$REFERENCE
  pass_time 600
  get "/book/$E"
  refute_text "You are holding"
  [[ $body != *'name="replaces"'* ]]
  hold "$E" general 3 a@example.org
  assert_equal "$(state "$first")" expired
  assert_equal "$(stock "$E" general)" "3|0"
  # From another browser as well.
  pass_time 600
  as "other-$BATS_TEST_NUMBER"
  hold "$E" general 4 a@example.org
  assert_equal "$(stock "$E" general)" "4|0"
  assert_sound
}

@test "R20 a lapsed hold does not count to a person's tickets" {
  add_event "$E" max_per_person=4 one_booking_each=0
  hold "$E" general 4 a@example.org
  pass_time 600
  hold "$E" general 4 a@example.org
  assert_equal "$(stock "$E" general)" "4|0"
}

@test "B2 R67 the owner sees \"expired\" though nobody has swept" {
  add_event "$E"
  hold "$E" general 2 a@example.org
  get "/checkout/$REFERENCE"
  local page=$body action
  pass_time 600
  get "/tickets/$REFERENCE"
  assert_text "Expired"
  refute_text "Continue to payment"
  get "/checkout/$REFERENCE"
  assert_status 409
  assert_text "HoldExpiredError"
  for action in release extend; do
    body=$page
    post "/checkout/$REFERENCE/$action"
    assert_status 409
    assert_text "HoldExpiredError"
  done
  get /tickets
  refute_text "Held"
  assert_sound
}

@test "B2 holds of many people lapse together and one buyer gets all" {
  local i
  add_event "$E"
  for i in $(seq 10); do
    as "crowd-$BATS_TEST_NUMBER-$i"
    hold "$E" general 1 "p$i@example.org"
  done
  pass_time 600
  as "person-$BATS_TEST_NUMBER"
  hold "$E" general 10 a@example.org
  assert_equal "$(sql "SELECT count(*) FROM booking b JOIN event e
    ON e.id = b.event_id WHERE e.slug = '$E' AND b.state = 'expired'")" 10
  assert_equal "$(stock "$E" general)" "10|0"
  assert_sound
}

@test "B2 only what lapsed ends: other holds, tiers and events stay" {
  add_event "$E"
  add_tier "$E" vip VIP 4500 5
  add_event "$E-b"
  hold "$E" general 2 a@example.org
  as "vip-$BATS_TEST_NUMBER"
  hold "$E" vip 5 v@example.org
  as "second-$BATS_TEST_NUMBER"
  pass_time 300
  hold "$E" general 3 b@example.org
  as "elsewhere-$BATS_TEST_NUMBER"
  hold "$E-b" general 4 c@example.org
  pass_time 300
  as "third-$BATS_TEST_NUMBER"
  hold "$E" general 1 d@example.org
  assert_equal "$(stock "$E" general)" "4|0"
  assert_equal "$(stock "$E" vip)" "0|0"
  assert_equal "$(stock "$E-b" general)" "4|0"
  assert_sound
}

@test "R65 R29 a longer hold ends at its new time" {
  add_event "$E"
  open_form
  hold "$E" general 10 a@example.org
  get "/events/$E"
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE/extend"
  pass_time 700
  get "/events/$E"
  assert_text "Sold out"
  send_form 1
  assert_status 409
  pass_time 500
  get "/events/$E"
  assert_text "10 left"
  send_form 10
  assert_status 303
}

@test "B2 R30 any later request's chores clear up" {
  add_event "$E"
  hold "$E" general 2 a@example.org
  pass_time 700
  becomes expired
  assert_equal "$(stock "$E" general)" "0|0"
  assert_equal "$(sql "SELECT ended_at = expires_at FROM booking
    WHERE reference = '$REFERENCE'")" 1
}

@test "B2 I10 sweeps at once, and again, give the places back once" {
  add_event "$E"
  hold "$E" general 2 a@example.org
  as "other-$BATS_TEST_NUMBER"
  hold "$E" general 3 b@example.org
  pay
  pass_time 700
  local i
  for i in 1 2 3 4; do
    "$BUILD/campuspass" --data "$DATA" sweep &
  done
  wait
  run "$BUILD/campuspass" --data "$DATA" sweep
  assert_success
  assert_equal "$(stock "$E" general)" "0|3"
  assert_equal "$(state)" confirmed
  assert_sound
}

@test "B2 I10 a release and the end of the time give back once" {
  add_event "$E"
  hold "$E" general 2 a@example.org
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE/release"
  pass_time 700
  as "other-$BATS_TEST_NUMBER"
  hold "$E" general 10 b@example.org
  assert_equal "$(stock "$E" general)" "10|0"
  assert_equal "$(sql "SELECT count(*) FROM booking WHERE state = 'released'
    AND reference <> '$REFERENCE'")" 1
  assert_sound
}

@test "R49 capacity below what lapsed holds took: nothing goes below zero" {
  # An organiser's cut between hold and end, by hand: 10 held, then 4 sold.
  add_event "$E"
  hold "$E" general 4 a@example.org
  as "other-$BATS_TEST_NUMBER"
  hold "$E" general 4 b@example.org
  pay
  pass_time 700
  sql_write "UPDATE tier SET capacity = 8 WHERE event_id =
    (SELECT id FROM event WHERE slug = '$E')"
  get "/events/$E"
  assert_text "4 left"
  as "third-$BATS_TEST_NUMBER"
  book "$E" general 5 c@example.org
  assert_status 409
  assert_text "only 4 remaining"
  hold "$E" general 4 c@example.org
  assert_sound
}
