#!/usr/bin/env bats
# Buyers who come back late from a gateway's page, or never, and what is switched
# off, forgotten or unclear meanwhile: money is never lost, nor kept.
load helper
load paying
load campuspay

paid_back() {
  grep -l " $ORDER " "$DATA"/campuspay/refund-* 2>/dev/null | wc -l
}

# Somebody else takes all ten places and pays later.
others_take_all() {
  local mine=$REFERENCE
  as "other-$BATS_TEST_NUMBER"
  hold "$E" general 10 b@example.org
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=later terms=yes
  assert_status 303
  REFERENCE=$mine
  as "person-$BATS_TEST_NUMBER"
}

# Nobody does chores until they may.
hold_chores() {
  exec 8>>"$DATA/locks/chores.lock"
  flock 8
}

let_chores_run() {
  exec 8>&-
}

# ---- late, or never ----

@test "B3 I8 back after the time, places still kept: confirmed" {
  go_to_gateway
  answer approve
  pass_time 700
  get "$BACK"
  assert_equal "$location" "/tickets/$REFERENCE?new=yes"
  assert_equal "$(state)$(attempts)" confirmedcaptured
  assert_equal "$(ledger)" "1|0|0"
}

@test "B3 approved and never back: tickets all the same, one charge" {
  go_to_gateway
  answer approve
  pass_time 700
  sweep
  sweep
  assert_equal "$(state)$(at_gateway)" confirmedcaptured
  assert_equal "$(outcome)" "2|2|1"
  assert_equal "$(ledger)" "1|0|0"
}

@test "B3 approved after the end, places free: confirmed, and listed" {
  go_to_gateway
  let_it_expire
  answer approve
  get "$BACK"
  assert_equal "$location" "/tickets/$REFERENCE?new=yes"
  assert_equal "$(state)$(attempts)" confirmedcaptured
  assert_equal "$(stock "$E" general)" "0|2"
  run late
  assert_output --partial "30.00 USD  confirmed  a@example.org"
  get "$BACK"
  assert_equal "$(ledger)" "1|0|0"
}

@test "B3 approved after the end, places gone: said so, never charged" {
  go_to_gateway
  let_it_expire
  others_take_all
  answer approve
  get "$BACK"
  assert_status 409
  assert_text "HoldExpiredError"
  assert_text "Nothing was charged"
  get "$BACK"
  pass_time 3600
  sweep
  assert_equal "$(state)$(at_gateway)" expiredapproved
  assert_equal "$(ledger)" "0|0|0"
}

@test "B3 R77 paid after the end, places gone: one refund, on its way, back" {
  go_to_gateway
  let_it_expire
  others_take_all
  pay_and_stay
  hold_chores
  get "$BACK"
  assert_status 409
  assert_text "Your money is on its way back"
  assert_equal "$(attempts)" captured
  # Until the gateway confirms it.
  assert_equal "$(refunds)" "3000 started"
  assert_equal "$(ledger)" "1|0|0"
  get "/tickets/$REFERENCE"
  assert_text "\$30.00 is on its way back to you"
  run late
  assert_output --partial "30.00 USD  refund on its way"
  let_chores_run
  get "$BACK"
  call "$(notice)"
  call "$(notice)"
  pass_time 60
  sweep
  sweep
  get "$BACK"
  assert_equal "$(refunds)" "3000 refunded"
  assert_equal "$(paid_back)" 1
  assert_equal "$(ledger)" "1|1|0"
  assert_equal "$(state)$(stock "$E" general)" "expired10|0"
  get "/tickets/$REFERENCE"
  assert_text "\$30.00 was given back to you"
  refute_text "Nothing was charged"
  run late
  assert_output --partial "30.00 USD  refunded  a@example.org"
}

# All chores have just been done, as far as their file knows, and nobody comes.
@test "B3 R77 paid after the end: the refund leaves though nobody comes any more" {
  go_to_gateway
  let_it_expire
  others_take_all
  pay_and_stay
  : >"$DATA/locks/chores.lock"
  sleep 1
  get /terms
  get "$BACK"
  assert_status 409
  is_given_back() { [ "$(refunds)" = "3000 refunded" ]; }
  eventually is_given_back
}

@test "B3 paid on one tab, given up on another, never back: not lost" {
  go_to_gateway
  answer cancel
  get "$BACK"
  assert_equal "$(state)" released
  answer pay
  pass_time 70
  sweep
  assert_equal "$(state)$(attempts)" confirmedcaptured
  assert_equal "$(ledger)" "1|0|0"
  late
}

@test "B3 paid, then given up: the money counts" {
  go_to_gateway
  local cancel
  cancel=$(tail -n 1 "$DATA/campuspay/order-$ORDER")
  answer pay
  get "$cancel"
  assert_equal "$location" "/tickets/$REFERENCE"
  assert_equal "$(state)$(attempts)" confirmedcaptured
}

@test "R26 the gateway is asked about the buyer's own event alone" {
  as "third-$BATS_TEST_NUMBER"
  get "/book/$E"
  local page=$body mine waiting
  as "person-$BATS_TEST_NUMBER"
  go_to_gateway 10
  mine=$REFERENCE
  add_event "$E-b"
  as "other-$BATS_TEST_NUMBER"
  hold "$E-b" general 10 b@example.org
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=campuspay_page terms=yes
  waiting=$REFERENCE
  as "third-$BATS_TEST_NUMBER"
  # No chores, so only the sale asks.
  pass_time 700
  hold_chores
  body=$page
  post "/book/$E" tier=general quantity=1 name=Bob email=c@example.org
  let_chores_run
  assert_status 303
  REFERENCE=$mine
  assert_equal "$(state)" expired
  REFERENCE=$waiting
  assert_equal "$(state)" paying
}

# ---- what is switched off, forgotten or unclear ----

@test "R29 B3 while its gateway is switched off nobody comes back; then it goes on" {
  go_to_gateway
  local cancel open=$ORDER declined
  cancel=$(tail -n 1 "$DATA/campuspay/order-$ORDER")
  answer approve
  gateways later
  for path in "$BACK" "$cancel"; do
    get "$path"
    assert_status 404
    assert_text "Payment not found"
  done
  assert_equal "$(state)$(attempts)" payingstarted
  gateways "campuspay_page later"
  get "$BACK"
  assert_equal "$(state)$(attempts)" confirmedcaptured
  # So it is after a decline, in time and past it.
  as "other-$BATS_TEST_NUMBER"
  hold "$E" general 1 b@example.org
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=campuspay_page terms=yes
  ORDER=${location##*/}
  answer decline
  get "$BACK"
  assert_equal "$location" "/checkout/$REFERENCE?declined=yes"
  gateways later
  get "$BACK"
  assert_status 404
  let_it_expire
  get "$BACK"
  assert_status 404
  assert_equal "$(state)$(attempts)" expireddeclined
  gateways "campuspay_page later"
}

@test "B3 declined, paid otherwise and cancelled: the old way back leads to it" {
  gateways "campuspay_page campuspay later"
  go_to_gateway
  answer decline
  get "$BACK"
  pay
  assert_equal "$(state)" confirmed
  get "/tickets/$REFERENCE/cancel"
  post "/tickets/$REFERENCE/cancel"
  assert_equal "$(state)" cancelled
  get "$BACK"
  assert_equal "$location" "/tickets/$REFERENCE?new=yes"
  assert_equal "$(state)$(attempts)" "cancelleddeclined captured"
  gateways "campuspay_page later"
}

@test "R30 back without an answer: in time one goes on, past it it is over" {
  go_to_gateway
  answer cancel
  BACK=$(sed -n 4p "$DATA/campuspay/order-$ORDER")
  hold_chores
  get "$BACK"
  assert_equal "$location" "/checkout/$REFERENCE"
  assert_equal "$(state)" paying
  pass_time 700
  get "$BACK"
  assert_status 409
  assert_text "Nothing was charged"
  assert_equal "$(state)$(stock "$E" general)" "expired0|0"
  let_chores_run
}

@test "R30 an order that nobody approves for six hours is asked about no more" {
  go_to_gateway
  answer cancel
  get "$BACK"
  asked_again() {
    sql "SELECT ask_again_at IS NOT NULL FROM payment_attempt a JOIN booking b
      ON b.id = a.booking_id WHERE b.reference = '$REFERENCE'"
  }
  pass_time 3600
  sweep
  assert_equal "$(asked_again)" 1
  pass_time $((6 * 3600))
  sweep
  assert_equal "$(asked_again)" 0
  assert_equal "$(state)$(attempts)" releaseddeclined
}

@test "R26 B3 unclear after the end: the gateway is asked until it is sure" {
  go_to_gateway
  let_it_expire
  pay_and_stay
  sed -i '2s/.*/0.01/' "$DATA/campuspay/order-$ORDER"
  get "$BACK"
  assert_status 409
  assert_text "If the payment service charged you, you get your tickets"
  local asked
  asked=$(sql "SELECT max(ask_again_at) FROM payment_attempt")
  pass_time 70
  sweep
  # Not forgotten, and others come first the next time.
  assert [ "$(sql "SELECT max(ask_again_at) FROM payment_attempt")" -gt "$asked" ]
  assert_equal "$(state)" expired
  sed -i '2s/.*/30.00/' "$DATA/campuspay/order-$ORDER"
  pass_time 3600
  sweep
  assert_equal "$(state)$(attempts)" confirmedcaptured
  assert_equal "$(ledger)" "1|0|0"
}

@test "R26 I8 given up after the answer was lost: its places are kept until it is sure" {
  go_to_gateway
  answer approve
  local cancel
  cancel=$(tail -n 1 "$DATA/campuspay/order-$ORDER")
  sed -i '2s/.*/0.01/' "$DATA/campuspay/order-$ORDER"
  get "$BACK"
  assert_equal "$(attempts)" unknown
  get "$cancel"
  assert_equal "$(state)$(stock "$E" general)" "paying2|0"
  sed -i '2s/.*/30.00/' "$DATA/campuspay/order-$ORDER"
  pass_time 20
  sweep
  assert_equal "$(state)$(attempts)" confirmedcaptured
}

@test "B5 a genuine call about an order that is not ours is noted, and does nothing" {
  go_to_gateway
  answer approve
  local said
  said=$(notice)
  sql_write "UPDATE payment_attempt SET gateway_reference = 'ANOTHER'
    WHERE gateway_reference = '$ORDER'"
  call "$said"
  assert_equal "$status $(state)" "200 paying"
  sql_write "UPDATE payment_attempt SET gateway_reference = '$ORDER'
    WHERE gateway_reference = 'ANOTHER'"
  # The same call is known by now; a way to pay without calls takes none.
  call "$said"
  assert_equal "$status $(state)" "200 paying"
  gateways "campuspay_page campuspay later"
  assert_equal "$(curl -s -o /dev/null -w '%{http_code}' -d "notice=$said" \
    "$URL/checkout/hook/campuspay")" 404
  gateways "campuspay_page later"
  get "$BACK"
  assert_equal "$(state)" confirmed
}

@test "I5 I6 I7 at the end the books are sound" {
  assert_sound
}
