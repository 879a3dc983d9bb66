#!/usr/bin/env bats
# The staff give money back: once, and never more than there is (R37, R38, R51).
load helper
load staff
load admin_bookings

@test "R38: an admin refunds once and in full, and the buyer keeps the tickets" {
  bought 2
  as anna
  get "/admin/bookings/$REFERENCE"
  assert_text 'Up to $30.00 can be given back'
  act refund amount=30.00 "reason=the band was ill"
  assert_status 303
  assert_equal "$location" "/admin/bookings/$REFERENCE?done=refunded"
  sweep
  get "$location"
  assert_text 'The refund is noted.'
  assert_text '$30.00 was given back the band was ill'
  refute_text "can be given back"
  assert_equal "$(refunds)" "3000 refunded 0"
  assert_equal "$(stock "$E" general)" "0|2"
  assert_equal "$(audited)" "booking.refund booking $REFERENCE"
  get /admin/audit
  assert_text "Reason: the band was ill"
  assert_sound
}

@test "R38: a call that names no amount gives all back, once" {
  bought 2
  act refund amount=10 reason=first
  assert_status 303
  get "/admin/bookings/$REFERENCE"
  act refund amount= reason=typed
  assert_status 400
  assert_text "Enter an amount"
  act refund
  assert_status 303
  get "/admin/bookings/$REFERENCE"
  act refund
  assert_status 409
  sweep
  assert_equal "$(sql "SELECT group_concat(r.amount || ' ' || r.reason, ', ')
    FROM refund r JOIN booking b ON b.id = r.booking_id
    WHERE b.reference = '$REFERENCE'")" \
    "1000 first, 2000 given back by the organiser"
  assert_sound
}

@test "R38: a double click refunds once, another amount in the same form never" {
  local form
  bought 2
  form=$body
  act refund amount=10 reason=twice
  assert_status 303
  body=$form
  act refund amount=10 reason=twice
  assert_status 303
  body=$form
  act refund amount=11 reason=twice
  assert_status 409
  assert_text "sent before with another amount"
  assert_equal "$(given_back)" "1|1000"
  sweep
  assert_sound
}

@test "R38: ten at once with one form refund once" {
  local token key pids=() i
  bought 2
  token=$(hidden csrf_token) key=$(hidden form_key)
  for i in $(seq 10); do
    curl -s -o /dev/null -b "$JAR" "$URL/admin/bookings/$REFERENCE/refund" \
      -d "csrf_token=$token" -d "form_key=$key" -d amount=20 -d reason=race &
    pids+=($!)
  done
  wait "${pids[@]}"
  assert_equal "$(given_back)" "1|2000"
  sweep
  assert_sound
}

@test "R38: never more than is left, whatever was given back before" {
  bought 2
  act refund amount=30.01 reason=greed
  assert_status 400
  assert_text 'The amount must be more than 0 and at most $30.00'
  [[ $body == *'value="greed"'* ]]
  act refund amount=20 reason=part
  assert_status 303
  get "/admin/bookings/$REFERENCE"
  assert_text 'Up to $10.00'
  act refund amount=10.01 reason=more
  assert_status 400
  act refund amount=0 reason=nothing
  assert_status 400
  act refund amount=ten reason=words
  assert_status 400
  assert_text "The amount must look like 12.50"
  act refund amount=5 reason=
  assert_status 400
  sweep
  # The buyer sees what was paid, what came back and what is left of it.
  as "buyer-$BATS_TEST_NUMBER-ada"
  get "/tickets/$REFERENCE/cancel"
  assert_text 'Paid $30.00 Given back before $20.00'
  assert_text '% of the rest $'
  as olga
  # A part of a ticket's price is gone already: cancelling gives the rest.
  get "/admin/bookings/$REFERENCE"
  act cancel percent=100 why=
  assert_status 303
  sweep
  assert_equal "$(given_back)" "2|3000"
  # A form that was open: nothing is left, and no field is to blame.
  get "/admin/bookings/$REFERENCE"
  act refund amount=1 reason=late
  assert_status 409
  assert_text "Nothing is left to give back"
  [[ $body != *'href="#amount"'* ]]
  assert_sound
}

@test "R38: what the policy kept of a cancelled booking can be given back" {
  bought 1
  act cancel percent=0 why=weather
  assert_status 303
  assert_equal "$(tickets)" "cancelled|0"
  get "/admin/bookings/$REFERENCE"
  act refund amount=15 reason=goodwill
  assert_status 303
  sweep
  assert_equal "$(tickets)" "refunded|1500"
  assert_sound
}

@test "R37 R38: a ticket whose price went back before it was cancelled is refunded" {
  bought 1
  act refund amount=15 reason=goodwill
  assert_status 303
  get "/admin/bookings/$REFERENCE"
  act cancel percent=100 why=weather
  assert_status 303
  sweep
  assert_equal "$(tickets)" "refunded|1500"
  assert_equal "$(given_back)" "1|1500"
  assert_sound
}

@test "R38: a refund in cash is done at once, and out of the cash box" {
  bought 1
  act refund amount=5 reason=broken by_hand=yes
  assert_status 303
  assert_equal "$(refunds)" "500 refunded 1"
  assert_equal "$(sql "SELECT sum(l.amount) FROM ledger l JOIN booking b
    ON b.id = l.booking_id WHERE b.reference = '$REFERENCE'
    AND l.account = 'gateway:cash'")" -500
  assert_sound
}

@test "R51: a refused refund is paid back by hand, once" {
  local form id
  bought 1
  # No answer, so that the refund waits until it is refused here.
  mkdir -p "$DATA/campuspay"
  echo dead >"$DATA/campuspay/behave"
  act cancel percent=100 why=ill
  sql_write "UPDATE refund SET state = 'failed', settled_at = unixepoch()
    WHERE booking_id = (SELECT id FROM booking
      WHERE reference = '$REFERENCE') AND state = 'started'"
  get "/admin/bookings/$REFERENCE"
  assert_text "was refused by the payment service: pay it back by hand"
  form=$body
  id=$(hidden refund)
  act paid-back "refund=$id"
  assert_status 303
  body=$form
  act paid-back "refund=$id"
  assert_status 409
  assert_equal "$(refunds)" "1500 refunded 1"
  body=$form
  act paid-back refund=99999
  assert_status 404
  assert_sound
  rm "$DATA/campuspay/behave"
}
