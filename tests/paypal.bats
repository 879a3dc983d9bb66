#!/usr/bin/env bats
# PayPal end to end: there and back, its failures, its calls.
load helper
load paying
load paypal

APPROVED=CHECKOUT.ORDER.APPROVED

# ---- there and back ----

@test "R23 B5 the whole way: what PayPal is told, tickets, one charge" {
  go_to_paypal
  control moves | jq -e '.bodies.create | fromjson | .purchase_units[0]
    | .amount.value == "30.00" and .amount.currency_code == "USD"
      and .items[0].quantity == "2" and .items[0].unit_amount.value == "15.00"'
  choose approve
  get "$BACK"
  assert_status 303
  assert_equal "$location" "/tickets/$REFERENCE?new=yes"
  assert_equal "$(state)$(attempts)" confirmedcaptured
  assert_equal "$(outcome)" "2|2|1"
  get "$BACK"
  get "$BACK"
  assert_equal "$location" "/tickets/$REFERENCE?new=yes"
  assert_equal "$(moved)" "1|0"
  assert_equal "$(ledger)" "1|0|0"
}

@test "the form may lead to PayPal's pages, and to no others" {
  hold "$E" general 1 a@example.org
  get "/checkout/$REFERENCE"
  [[ $headers == *"form-action 'self' https://*.paypal.com $PAYPAL"* ]]
  get "/book/$E"
  [[ $headers == *"form-action 'self'"* && $headers != *paypal* ]]
}

@test "R29 given up at PayPal: the places are free at once" {
  go_to_paypal 10
  choose cancel
  get "$BACK"
  assert_equal "$location" "/tickets/$REFERENCE"
  assert_equal "$(state)$(stock "$E" general)" "released0|0"
  assert_equal "$(moved)" "0|0"
}

@test "R29 given up while PayPal is silent: free at once, asked about later" {
  go_to_paypal 10
  choose cancel
  control behave on=get do=503-before
  get "$BACK"
  assert_equal "$(state)$(stock "$E" general)" "released0|0"
  pass_time 70
  sweep
  assert_equal "$(state)" released
  assert_equal "$(moved)" "0|0"
}

@test "R25 a declined instrument is said, and another try pays once" {
  go_to_paypal
  choose decline
  get "$BACK"
  assert_equal "$location" "/checkout/$REFERENCE?declined=yes"
  get "$location"
  assert_status 402
  assert_text "PayPal declined the payment: payment method declined"
  assert_equal "$(state)" held
  press_pay
  ORDER=${location##*=}
  choose approve
  get "$BACK"
  assert_equal "$(attempts)" "declined captured"
  assert_equal "$(moved)" "1|0"
}

@test "B3 approved and never back: taken at the end of the hold" {
  go_to_paypal
  choose approve
  pass_time 700
  sweep
  assert_equal "$(state)" confirmed
  assert_equal "$(moved)" "1|0"
}

@test "R30 walked away: the hold ends, the late return is told so" {
  go_to_paypal 10
  pass_time 700
  sweep
  assert_equal "$(state)$(stock "$E" general)" "expired0|0"
  as "other-$BATS_TEST_NUMBER"
  local mine=$REFERENCE
  hold "$E" general 10 b@example.org
  REFERENCE=$mine
  as "person-$BATS_TEST_NUMBER"
  choose approve
  get "$BACK"
  assert_status 409
  assert_text "Nothing was charged"
  assert_equal "$(moved)" "0|0"
}

# ---- failures ----

@test "R26 PayPal is down at the start: PaymentError, everything given back" {
  hold "$E" general 10 a@example.org
  control behave on=token do=503-before
  control expire
  press_pay
  assert_status 502
  assert_text "PaymentError"
  assert_text "Caused by: ConnectionError"
  assert_equal "$(state)$(stock "$E" general)" "failed0|0"
  assert_equal "$(moved)" "0|0"
}

@test "R26 5xx and nonsense at the start lose nothing" {
  local how
  for how in 500-before 500-after malformed empty html; do
    as "$how-$BATS_TEST_NUMBER"
    hold "$E" general 1 "$how@example.org"
    control behave on=create "do=$how"
    press_pay
    assert_equal "$how $location" "$how /checkout/$REFERENCE"
    assert_equal "$how $(state)" "$how paying"
    pass_time 15
    sweep
    # The order was found, or one was made: the buyer goes on there.
    get "/checkout/$REFERENCE"
    assert_text "We are waiting for your payment"
    pass_time 700
    sweep
    assert_equal "$how $(state)" "$how expired"
  done
  assert_equal "$(moved)" "0|0"
}

@test "R26 I6 time-out after the capture: asked later, charged once" {
  go_to_paypal
  choose approve
  control behave on=capture do=stall-after
  get "$BACK"
  assert_equal "$location" "/checkout/$REFERENCE"
  assert_equal "$(state)$(attempts)" payingunknown
  get "$location"
  assert_text "nobody is charged twice"
  pass_time 15
  sweep
  assert_equal "$(state)$(attempts)" confirmedcaptured
  assert_equal "$(moved)" "1|0"
  assert_equal "$(ledger)" "1|0|0"
}

@test "R26 I6 broken answers to the capture: asked later, charged once" {
  local how
  for how in 500-after close-after malformed truncated minimal already; do
    as "$how-$BATS_TEST_NUMBER"
    hold "$E" general 1 "$how@example.org"
    press_pay
    ORDER=${location##*=}
    choose approve
    control behave on=capture "do=$how"
    get "$BACK"
    # Reloading in the midst of it does no harm.
    get "$BACK"
    pass_time 15
    sweep
    assert_equal "$how $(state)" "$how confirmed"
    assert_equal "$how $(ledger)" "$how 1|0|0"
  done
  assert_equal "$(moved)" "6|0"
}

@test "R26 I6 PayPal is gone after a lost capture: never charged again" {
  go_to_paypal
  choose approve
  control behave on=capture do=500-after
  get "$BACK"
  assert_equal "$(state)$(attempts)" payingunknown
  # Reloaded while nothing can even be sent.
  control expire
  control behave on=token do=503-before times=2
  get "$BACK"
  assert_equal "$(state)$(attempts)" payingunknown
  pass_time 15
  sweep
  assert_equal "$(state)" confirmed
  assert_equal "$(moved)" "1|0"
}

@test "R26 another amount, currency, order or key is never taken for ours" {
  local how
  for how in amount currency order custom; do
    as "$how-$BATS_TEST_NUMBER"
    hold "$E" general 1 "$how@example.org"
    press_pay
    ORDER=${location##*=}
    choose approve
    control behave on=get "do=$how" times=2
    get "$BACK"
    assert_equal "$how $location" "$how /checkout/$REFERENCE"
    assert_equal "$how $(state)" "$how paying"
    grep -q "differs from what was asked" "$DATA/log/campuspass.log"
  done
  assert_equal "$(moved)" "0|0"
}

@test "I5 I8 a payment that is on its way keeps its places until it is sure" {
  go_to_paypal 10
  choose approve
  control behave on=capture do=pending
  get "$BACK"
  assert_equal "$location" "/checkout/$REFERENCE"
  pass_time 5000
  sweep
  assert_equal "$(state)$(stock "$E" general)" "paying10|0"
  control settle "order=$ORDER" status=COMPLETED
  pass_time 15
  sweep
  assert_equal "$(state)" confirmed
  assert_equal "$(ledger)" "1|0|0"
}

@test "B3 I8 approved after the end, and on its way: tickets when it is sure" {
  go_to_paypal
  pass_time 700
  sweep
  assert_equal "$(state)" expired
  choose approve
  control behave on=capture do=pending
  for _ in 1 2; do
    get "$BACK"
    assert_status 409
    assert_text "If the payment service charged you, you get your tickets"
  done
  pass_time 70
  sweep
  assert_equal "$(state)$(ledger)" "expired0|0|0"
  control settle "order=$ORDER" status=COMPLETED
  pass_time 3600
  sweep
  assert_equal "$(state)$(ledger)" "confirmed1|0|0"
  assert_equal "$(moved)" "1|0"
}

# ---- PayPal's calls ----

# How often PayPal was asked whether a call is its own.
verifications() {
  control moves | jq '[.calls[] | select(. == "verify")] | length'
}

@test "B5 a call before the buyer is back; the buyer never comes" {
  go_to_paypal
  choose approve
  assert_equal "$(hook $APPROVED)" 200
  assert_equal "$(state)" confirmed
  assert_equal "$(moved)" "1|0"
}

@test "B5 I9 calls twice, out of order and late undo nothing" {
  go_to_paypal
  choose approve
  get "$BACK"
  assert_equal "$(hook "$DONE,$APPROVED,PAYMENT.CAPTURE.DENIED" times=2)" \
    "200 200 200 200 200 200"
  assert_equal "$(state)$(attempts)" confirmedcaptured
  assert_equal "$(moved)" "1|0"
  assert_equal "$(ledger)" "1|0|0"
  assert_equal "$(outcome)" "2|2|1"
}

@test "B5 the same call again is answered without asking PayPal" {
  go_to_paypal
  choose approve
  get "$BACK"
  hook $DONE times=3
  assert_equal "$(verifications)" 3
  assert_equal "$(sql "SELECT count(*) FROM gateway_notice")" \
    "$(sql "SELECT count(DISTINCT notice) FROM gateway_notice")"
}

@test "B5 forged calls, and ones that cannot be checked, are refused" {
  go_to_paypal
  choose approve
  assert_equal "$(hook $APPROVED forged=1)" 403
  control behave on=verify do=503-before
  assert_equal "$(hook $APPROVED)" 403
  assert_equal "$(curl -s -o /dev/null -w '%{http_code}' -d '{}' \
    -H 'Content-Type: application/json' "$URL/checkout/hook/paypal")" 403
  assert_equal "$(state)$(moved)" "paying0|0"
  # PayPal calls again.
  assert_equal "$(hook $APPROVED)" 200
  assert_equal "$(state)" confirmed
}

# Each may cost a question to PayPal.
@test "a network that sends forged calls has to wait, PayPal is asked no more" {
  local i asked
  stop_clock
  go_to_paypal
  choose approve
  for i in 1 2 3 4 5 6 7 8; do
    hook "$APPROVED,$DONE,PAYMENT.CAPTURE.DENIED" forged=1 >/dev/null
  done
  assert_equal "$(hook $APPROVED forged=1)" 429
  asked=$(verifications)
  assert_equal "$(hook $APPROVED)" 429
  assert_equal "$(verifications)" "$asked"
  assert_equal "$(state)" paying
  # PayPal calls again, later.
  pass_time 61
  assert_equal "$(hook $APPROVED)" 200
  assert_equal "$(state)" confirmed
}

@test "I5 I6 I7 at the end the books are sound" {
  assert_sound
}
