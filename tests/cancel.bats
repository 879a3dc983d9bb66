#!/usr/bin/env bats
# After the sale: giving back - once, by whoever has the ticket alone, and the
# money with it.
load helper
load paying
load ticketing
load person

@test "R37 what comes back by when: everything, half, nothing" {
  local case
  add_event "$E"
  sql_write "UPDATE tier SET price = 1501 WHERE event_id =
    (SELECT id FROM event WHERE slug = '$E')"
  buy "$E" general 2 a@example.org
  # Seconds to the start, percent, what comes back; edges included.
  while read -r case; do
    set -- $case
    starts_in "$1"
    get "/tickets/$REFERENCE/cancel"
    assert_status 200
    assert_text "Paid \$30.02"
    assert_text "You get back $2 % $3"
    assert_equal "$(hidden shown)" "$4"
  done <<'END'
604830 100 $30.02 3002
604790 50 $15.02 1502
259230 50 $15.02 1502
259190 0 $0.00 0
60 0 $0.00 0
END
  assert_text "It is too late for a refund"
  starts_in -1
  get "/tickets/$REFERENCE/cancel"
  assert_status 409
  assert_text "The event has begun"
}

@test "R35 R37 R77 cancelling frees the places, once, and refunds" {
  add_event "$E" "starts_at=unixepoch() + 864000" \
    "ends_at=unixepoch() + 871200"
  buy "$E" general 2 a@example.org
  get "/tickets/$REFERENCE/cancel"
  assert_text "$(code 1)"
  assert_text "$(code 2)"
  post "/tickets/$REFERENCE/cancel" "shown=$(hidden shown)"
  assert_status 303
  assert_equal "$(tickets status)" "refunded refunded"
  assert_equal "$(stock "$E" general)" "0|0"
  get "$location"
  assert_text "This booking was cancelled."
  assert_text "Refunded"
  [[ $(page_text) =~ \$30.00\ (is\ on\ its\ way|was\ given)\ back ]]
  # No code to scan, no button.
  [[ $body != *'role="img"'* ]]
  refute_text "Give back"
  assert_equal "$(mails cancelled)" a@example.org
  assert_equal "$(snapshot cancelled '.refund, (.ended | length), .is_all')" \
    $'3000\n2\ntrue'
  # A second time, and by a form that was open.
  get "/tickets/$REFERENCE/cancel"
  assert_status 409
  assert_text "This booking is cancelled already"
  get "/tickets"
  post "/tickets/$REFERENCE/cancel" shown=0
  assert_status 409
  sweep
  assert_equal "$(refunds)" "3000 refunded"
  assert_equal "$(mails refunded)" a@example.org
  assert_equal "$(snapshot refunded .amount)" 3000
  get "/tickets/$REFERENCE"
  assert_text "\$30.00 was given back to you"
  assert_sound
}

@test "R77 a refund is on its way until the gateway confirms it" {
  add_event "$E" "starts_at=unixepoch() + 864000" \
    "ends_at=unixepoch() + 871200"
  buy "$E" general 1 a@example.org
  cancel
  sweep
  # As while the gateway does not answer.
  sql_write "UPDATE refund SET state = 'started', settled_at = NULL,
    asked_at = unixepoch() + 9000"
  get "/tickets/$REFERENCE"
  assert_text "\$15.00 is on its way back to you"
  refute_text "was given back to you"
  sql_write "UPDATE refund SET state = 'failed', settled_at = unixepoch()"
  get "/tickets/$REFERENCE"
  assert_text "we will do it by hand"
  sql_write "UPDATE refund SET state = 'refunded'"
}

@test "R35 one ticket of several, then the rest, and nothing twice" {
  local first
  add_event "$E" "starts_at=unixepoch() + 864000" \
    "ends_at=unixepoch() + 871200"
  buy "$E" general 3 a@example.org
  first=$(code 1)
  get "/tickets/$REFERENCE/$first/cancel"
  assert_text "Ada Lovelace $first"
  cancel "/$first"
  assert_status 303
  assert_equal "$location" "/tickets/$REFERENCE?done=returned"
  assert_equal "$(tickets status)" "refunded active active"
  assert_equal "$(stock "$E" general)" "0|2"
  assert_equal "$(snapshot cancelled '.ended[0].code, .is_all')" \
    "$first"$'\nfalse'
  get "/tickets/$REFERENCE/$first/cancel"
  assert_status 409
  assert_text "This ticket is cancelled already"
  get /tickets
  assert_text "2 General"
  post "/tickets/$REFERENCE/$first/cancel" shown=0
  assert_status 409
  cancel
  assert_equal "$(tickets status)" "refunded refunded refunded"
  sweep
  assert_equal "$(refunds)" "1500 refunded
3000 refunded"
  assert_sound
}

@test "R37 whoever sends the form without a look takes what there is" {
  add_event "$E" "starts_at=unixepoch() + 864000" \
    "ends_at=unixepoch() + 871200"
  buy "$E" general 1 a@example.org
  get "/tickets/$REFERENCE/cancel"
  post "/tickets/$REFERENCE/cancel"
  assert_status 303
  sweep
  assert_equal "$(refunds)" "1500 refunded"
  assert_sound
}

@test "R37 the refund is the one that was shown, or nothing happens" {
  add_event "$E" "starts_at=unixepoch() + 864000" \
    "ends_at=unixepoch() + 871200"
  buy "$E" general 1 a@example.org
  get "/tickets/$REFERENCE/cancel"
  starts_in 500000
  post "/tickets/$REFERENCE/cancel" "shown=$(hidden shown)"
  assert_status 409
  assert_text "The refund has changed meanwhile"
  # The page shows the new amount, to be sent as it is.
  assert_equal "$(hidden shown)" 750
  assert_equal "$(tickets status)" active
  post "/tickets/$REFERENCE/cancel" shown=-1
  assert_status 400
  assert_equal "$(tickets status)" active
  post "/tickets/$REFERENCE/cancel" "shown=$(hidden shown)"
  assert_status 303
  sweep
  assert_equal "$(refunds)" "750 refunded"
  assert_sound
}

@test "R37 a refund of 0 makes the ticket cancelled, not refunded" {
  add_event "$E"
  buy "$E" general 1 a@example.org
  starts_in 3600
  cancel
  assert_equal "$(tickets status)" cancelled
  assert_equal "$(refunds)" ""
  assert_sound
}

@test "R76 after a change by the organiser everything comes back" {
  add_event "$E"
  buy "$E" general 1 a@example.org
  starts_in 100000
  sql_write "UPDATE event SET refund_until = $(now) + 50000
    WHERE slug = '$E'"
  get "/tickets/$REFERENCE/cancel"
  assert_text "The organiser changed this event"
  assert_text "You get back 100 % \$15.00"
  pass_time 50001
  get "/tickets/$REFERENCE/cancel"
  refute_text "The organiser changed this event"
  assert_text "You get back 0 % \$0.00"
  move_clock 0
}

@test "R35 a ticket that was used stays" {
  add_event "$E" "starts_at=unixepoch() + 864000" \
    "ends_at=unixepoch() + 871200"
  buy "$E" general 2 a@example.org
  sql_write "UPDATE ticket SET status = 'used', check_in_at = unixepoch()
    WHERE code = '$(code 1)'"
  for path in "/$(code 1)/cancel" /cancel; do
    get "/tickets/$REFERENCE$path"
    assert_status 409
    assert_text "used at the door already"
  done
  get "/tickets/$REFERENCE/$(code 1)/transfer"
  assert_status 409
  get "/tickets/$REFERENCE"
  assert_text "Used"
  get /tickets
  post "/tickets/$REFERENCE/$(code 1)/transfer" holder_name=Eve
  assert_status 409
  cancel "/$(code 2)"
  assert_equal "$(tickets status)" "used refunded"
}

@test "R58 a place given back is offered to the next in line at once" {
  add_event "$E" "starts_at=unixepoch() + 864000" \
    "ends_at=unixepoch() + 871200"
  sql_write "UPDATE tier SET capacity = 1 WHERE event_id =
    (SELECT id FROM event WHERE slug = '$E')"
  buy "$E" general 1 a@example.org
  as "waiting-$BATS_TEST_NUMBER"
  get "/book/$E/queue"
  post "/book/$E/queue" name=Grace email=g@example.org tier=general quantity=1
  as "person-$BATS_TEST_NUMBER"
  cancel
  assert_equal "$(stock "$E" general)" "1|0"
  assert_equal "$(sql "SELECT state FROM queue_entry WHERE email =
    'g@example.org' AND event_id = (SELECT id FROM event
    WHERE slug = '$E')")" offered
  assert_equal "$(sql "SELECT group_concat(kind, ' ') FROM (SELECT kind
    FROM journal WHERE event_id = (SELECT id FROM event WHERE slug = '$E')
    ORDER BY id)")" "confirmed joined cancelled offered"
  assert_sound
}
