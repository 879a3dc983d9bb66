#!/usr/bin/env bats
# Who may book again, how much, and until when: duplicates, limits, sold out,
# the booking window.
load helper
load person
load booking

# Another browser opens the form now and sends it, for one place, later: a
# page of a sold-out event has no form.
open_form_elsewhere() {
  as "other-$BATS_TEST_NUMBER"
  get "/book/$E"
  OTHER_PAGE=$body
  as "person-$BATS_TEST_NUMBER"
}

send_form_elsewhere() {
  as "other-$BATS_TEST_NUMBER"
  body=$OTHER_PAGE
  post "/book/$E" tier=general quantity=1 name=Bob "email=$1"
}

# ---- duplicates and limits ----

@test "R20 the same email cannot book the same event twice, whatever its case" {
  add_event "$E"
  add_tier "$E" vip VIP 4500 5
  hold "$E" general 1 ada@example.org
  pay
  as "other-$BATS_TEST_NUMBER"
  book "$E" general 1 " ADA@Example.org"
  assert_status 409
  assert_text "DuplicateBookingError"
  assert_text "Email ada@example.org"
  assert_text "Event Event $E"
  book "$E" vip 1 ada@example.org
  assert_status 409
  assert_text "DuplicateBookingError"
  assert_equal "$(bookings "$E")" 1
  assert_equal "$(stock "$E" vip)" "0|0"
}

@test "R20 the duplicate is told before sold-out" {
  add_event "$E"
  open_form_elsewhere
  hold "$E" general 10 ada@example.org
  send_form_elsewhere ada@example.org
  assert_status 409
  assert_text "DuplicateBookingError"
  refute_text "SoldOutError"
}

@test "R20 the same email may book another event" {
  add_event "$E"
  add_event "$E-b"
  hold "$E" general 1 ada@example.org
  pay
  hold "$E-b" general 1 ada@example.org
}

@test "R20 an event can allow several bookings by one email" {
  add_event "$E" one_booking_each=0
  hold "$E" general 1 ada@example.org
  pay
  hold "$E" general 2 ada@example.org
  pay
  assert_equal "$(stock "$E" general)" "0|3"
  assert_sound
}

@test "R20 the policy switched on later counts the bookings before it" {
  add_event "$E" one_booking_each=0
  hold "$E" general 1 ada@example.org
  pay
  sql_write "UPDATE event SET one_booking_each = 1 WHERE slug = '$E'"
  book "$E" general 1 ada@example.org
  assert_status 409
  assert_text "DuplicateBookingError"
}

@test "R20 the most tickets of a booking: at the limit yes, above it no" {
  add_event "$E" max_per_booking=4
  book "$E" general 5 ada@example.org
  refuses quantity 5 "is over the limit of 4 tickets a booking"
  assert_equal "$(bookings "$E")" 0
  hold "$E" general 4 ada@example.org
}

@test "R20 the most tickets of a person count over their bookings" {
  add_event "$E" max_per_person=3 one_booking_each=0
  hold "$E" general 2 ada@example.org
  pay
  book "$E" general 2 ADA@example.org
  refuses quantity 2 "is over the limit of 3 tickets a person"
  hold "$E" general 1 ada@example.org
  as "other-$BATS_TEST_NUMBER"
  book "$E" general 1 ada@example.org
  refuses quantity 1 "is over the limit of 3 tickets a person"
  hold "$E" general 3 bob@example.org
}

# ---- sold out ----

@test "R21 R22 more than remain is refused with four labelled fields" {
  add_event "$E"
  add_tier "$E" vip VIP 4500 3
  book "$E" vip 5 a@example.org
  assert_status 409
  assert_text "Requested 5 VIP tickets, only 3 remaining"
  assert_text "Event Event $E"
  assert_text "Ticket type VIP"
  assert_text "Requested 5"
  assert_text "Remaining 3"
  assert_text "Kind of problem: SoldOutError"
  assert_equal "$(stock "$E" vip)" "0|0"
  assert_equal "$(bookings "$E")" 0
  # The form is still there with what was typed; three can be had.
  [[ $body == *'value="a@example.org"'* ]]
  post "/book/$E" tier=vip quantity=3 name=Ada email=a@example.org
  assert_status 303
  assert_equal "$(stock "$E" vip)" "3|0"
}

@test "R21 exactly what remains can be had, one more cannot" {
  add_event "$E"
  book "$E" general 11 a@example.org
  assert_status 409
  assert_text "only 10 remaining"
  open_form_elsewhere
  hold "$E" general 10 a@example.org
  send_form_elsewhere b@example.org
  assert_status 409
  assert_text "Requested 1 General ticket, only 0 remaining"
  assert_equal "$(stock "$E" general)" "10|0"
}

@test "R68 a tier without a capacity never sells out" {
  add_event "$E"
  add_tier "$E" lawn Lawn 500 NULL
  hold "$E" lawn 900 a@example.org
  pay
  as "other-$BATS_TEST_NUMBER"
  hold "$E" lawn 900 b@example.org
  assert_equal "$(stock "$E" lawn)" "900|900"
}

@test "R15 nothing is held outside the booking window, and the page says why" {
  add_event "$E" booking_opens_at="unixepoch() + 864000"
  add_event "$E-b" booking_closes_at="unixepoch() - 60"
  add_event "$E-c" status="'cancelled'"
  add_event "$E-d" status="'completed'"
  # The form of an event that sells, sent to those that do not.
  local slug words
  for slug in "$E:Booking opens on" "$E-b:Booking closed on" \
    "$E-c:has been cancelled" "$E-d:is over"; do
    words=${slug#*:}
    slug=${slug%%:*}
    get /book/comedy-night
    post "/book/$slug" tier=general quantity=1 name=A email=a@example.org
    assert_status 409
    assert_text "Booking not available"
    assert_text "$words"
    assert_text "BookingClosedError"
    assert_equal "$(bookings "$slug")" 0
  done
}

@test "R12 a draft and an unknown event cannot be booked: 404" {
  add_event "$E" status="'draft'"
  get /book/comedy-night
  local page=$body
  post "/book/$E" tier=general quantity=1 name=A email=a@example.org
  assert_status 404
  assert_text "Event not found"
  body=$page
  post "/book/no-such-event" tier=general quantity=1 name=A \
    email=a@example.org
  assert_status 404
  assert_text "Event not found"
  assert_equal "$(bookings "$E")" 0
}

@test "I1 after all that the books are sound" {
  assert_sound
}
