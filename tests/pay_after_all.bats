#!/usr/bin/env bats
# Reserved to be paid later, and paid online after all: once, with the places
# and the deadline kept whatever the gateways say.
load helper
load paying
load campuspay

setup_file() {
  make_data empty
  cat >>"$DATA/campuspass.conf" <<CONF
gateways = campuspay_page campuspay later
later_details = DE89 3704
later_hours = 72
CONF
  start_server
}

# Two of ten places, reserved; DEADLINE is when they are given back.
setup() {
  as "person-$BATS_TEST_NUMBER"
  E="show-$BATS_TEST_NUMBER"
  rm -f "$DATA/campuspay/behave"
  # Else what was silent before would be known as such.
  rm -f "$DATA"/run/gateway-*
  add_event "$E"
  hold "$E" general 2 a@example.org
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=later terms=yes
  assert_equal "$location" "/checkout/$REFERENCE"
  DEADLINE=$(deadline)
}

deadline() {
  sql "SELECT expires_at FROM booking WHERE reference = '$REFERENCE'"
}

paid_to_staff() {
  run "$BUILD/campuspass" --data "$DATA" paid "$REFERENCE"
}

# Nothing was sold, all is as it was reserved.
assert_reserved() {
  assert_equal "$(state)" held
  assert_equal "$(deadline)" "$DEADLINE"
  assert_equal "$(stock "$E" general)" "2|0"
  assert_equal "$(outcome)" "0|0|1"
  get "/checkout/$REFERENCE"
  assert_status 200
  assert_text "DE89 3704"
  assert_text "Or pay online now"
}

# Sold once: two tickets, one charge, both letters.
assert_sold() {
  assert_equal "$(state)" confirmed
  assert_equal "$(stock "$E" general)" "0|2"
  assert_equal "$(outcome)" "2|2|2"
  assert_equal "$(ledger)" "1|0|0"
  assert_sound
}

@test "R71 the page of a reservation offers what there is online" {
  get "/tickets/$REFERENCE"
  assert_text "How to pay"
  get "/checkout/$REFERENCE"
  assert_text "Or pay online now"
  [[ $body == *'value="campuspay_page"'* ]]
  [[ $body == *'value="card"'* ]]
  [[ $body != *'value="later"'* ]]
  assert_text 'Pay $30.00'
  # Without a gateway there is nothing to choose.
  sed -i 's/^gateways = .*/gateways = later/' "$DATA/campuspass.conf"
  get "/checkout/$REFERENCE"
  assert_status 200
  assert_text "DE89 3704"
  refute_text "Pay online"
  refute_text "terms of sale to go on"
  [[ $body != *'name="terms"'* ]]
  refute_text "Nothing to pay here"
  sed -i 's/^gateways = .*/gateways = campuspay_page campuspay later/' \
    "$DATA/campuspass.conf"
}

@test "R71 after a card that is declined its form comes first, then how to pay later" {
  get "/checkout/$REFERENCE"
  [[ $(page_text) == *'Pay $30.00 until'*"Pay with"* ]]
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_decline terms=yes
  assert_status 402
  [[ $(page_text) == *"Pay with"*'Pay $30.00 until'* ]]
  assert_equal "$(grep -o '[Pp]ay online now\|Pay online' <<<"$body")" "Pay online"
}

@test "R71 B5 it is paid with a token: tickets, once" {
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_valid_1
  assert_status 400
  assert_text "Accept the terms"
  local form=$body
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_valid_1 terms=yes
  assert_equal "$location" "/tickets/$REFERENCE?new=yes"
  body=$form
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_valid_2 terms=yes
  assert_equal "$location" "/tickets/$REFERENCE?new=yes"
  assert_equal "$(attempts)" captured
  assert_sold
  # What the staff get now is not for this.
  paid_to_staff
  assert_failure
  assert_sold
}

@test "R71 it is paid at a gateway's page" {
  to_gateway
  get "/checkout/$REFERENCE"
  assert_text "We are waiting for your payment"
  answer approve
  get "$BACK"
  assert_equal "$location" "/tickets/$REFERENCE?new=yes"
  assert_sold
}

@test "R71 R25 declined, given up or out of reach: it stays reserved" {
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_decline terms=yes
  assert_status 402
  assert_text "DE89 3704"
  assert_text "Nothing was charged. Try again"
  assert_text "Your places are reserved"
  assert_reserved
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_error terms=yes
  assert_status 502
  assert_text "stay reserved"
  refute_text "given back"
  assert_reserved
  to_gateway
  answer decline
  get "$BACK"
  assert_equal "$location" "/checkout/$REFERENCE?declined=yes"
  assert_reserved
  to_gateway
  answer cancel
  get "$BACK"
  assert_equal "$location" "/tickets/$REFERENCE"
  assert_equal "$(attempts)" "declined failed declined declined"
  assert_reserved
  pay
  assert_sold
}

@test "R71 choosing to pay later again moves no deadline, and mails nothing" {
  local form
  get "/checkout/$REFERENCE"
  form=$body
  pass_time 3600
  post "/checkout/$REFERENCE" method=later terms=yes
  assert_equal "$location" "/checkout/$REFERENCE"
  body=$form
  post "/checkout/$REFERENCE/extend"
  assert_status 409
  assert_reserved
}

@test "R71 I6 while the buyer is at the gateway the staff cannot mark it paid" {
  to_gateway
  paid_to_staff
  assert_failure
  assert_output --partial "paying online at this moment"
  assert_equal "$(state)$(attempts)" payingstarted
  answer approve
  get "$BACK"
  assert_sold
}

@test "R71 I6 paid to the staff: what the buyer then approves is not taken" {
  # Forgotten at the gateway: after a while the staff can take the money.
  to_gateway
  pass_time 500
  sweep
  assert_equal "$(state)$(attempts)" payingstarted
  pass_time 200
  sweep
  assert_equal "$(attempts)" declined
  assert_reserved
  paid_to_staff
  assert_success
  assert_sold
  # Two tabs: the checkout's, and the gateway's.
  body=$WAY
  post "/checkout/$REFERENCE" method=campuspay_page terms=yes
  assert_equal "$location" "/tickets/$REFERENCE?new=yes"
  answer approve
  get "$BACK"
  assert_equal "$location" "/tickets/$REFERENCE?new=yes"
  sweep
  assert_equal "$(head -n 1 "$DATA/campuspay/order-$ORDER")" approved
  assert_sold
}

@test "R71 B3 I6 what the gateway takes after the staff did goes back" {
  to_gateway
  pass_time 700
  sweep
  paid_to_staff
  assert_success
  answer pay
  get "/checkout/campuspay/$ORDER"
  curl -s -o /dev/null -d "notice=$(hidden notice)" \
    "$URL/checkout/hook/campuspay_page"
  pass_time 3600
  sweep
  pass_time 60
  sweep
  assert_equal "$(refunds)" "3000 refunded"
  assert_equal "$(ledger)" "2|1|0"
  assert_equal "$(state)$(stock "$E" general)" "confirmed0|2"
  late
  assert_sound
}

@test "R71 back too late from the gateway: told so, and still reserved" {
  to_gateway
  pass_time 700
  sweep
  answer approve
  get "$BACK"
  assert_equal "$location" "/checkout/$REFERENCE?declined=yes"
  get "$location"
  assert_text "it was not approved in time"
  assert_reserved
}

@test "R71 two tabs: the second payment finds the first" {
  local first second
  get "/checkout/$REFERENCE"
  first=$body
  to_gateway
  # The second tab's card is not charged.
  body=$first
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_valid_1 terms=yes
  assert_equal "$location" "/checkout/$REFERENCE"
  body=$first
  post "/checkout/$REFERENCE" method=later terms=yes
  assert_equal "$location" "/checkout/$REFERENCE"
  body=$first
  post "/checkout/$REFERENCE/release"
  assert_equal "$(state)$(attempts)" payingstarted
  answer approve
  get "$BACK"
  assert_sold
}

@test "R71 I8 the deadline passes at the gateway: paid in time it is sold" {
  pass_time $((72 * 3600 - 60))
  to_gateway
  answer approve
  pass_time 120
  # Others do not get the places.
  as "other-$BATS_TEST_NUMBER"
  book "$E" general 9 b@example.org
  as "person-$BATS_TEST_NUMBER"
  get "$BACK"
  assert_equal "$location" "/tickets/$REFERENCE?new=yes"
  assert_sold
}

@test "R71 the deadline passes at the gateway: unpaid it ends" {
  pass_time $((72 * 3600 - 60))
  to_gateway
  pass_time 120
  sweep
  assert_equal "$(state)$(stock "$E" general)" "expired0|0"
  answer cancel
  get "$BACK"
  assert_equal "$(state)" expired
  paid_to_staff
  assert_failure
  assert_sound
}

@test "R71 R26 a gateway that gives no answer: asked later, charged once" {
  mkdir -p "$DATA/campuspay"
  echo silent >"$DATA/campuspay/behave"
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_valid_1 terms=yes
  assert_equal "$location" "/checkout/$REFERENCE"
  assert_equal "$(state)$(attempts)" payingunknown
  paid_to_staff
  assert_failure
  get "/checkout/$REFERENCE"
  assert_text "The payment service has not answered yet"
  rm "$DATA/campuspay/behave"
  pass_time 30
  sweep
  assert_equal "$(attempts)" captured
  assert_sold
}

@test "R71 R26 a charge that never arrived: reserved again, to the deadline" {
  mkdir -p "$DATA/campuspay"
  echo lost >"$DATA/campuspay/behave"
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_valid_1 terms=yes
  assert_equal "$(state)$(attempts)" payingunknown
  rm "$DATA/campuspay/behave"
  pass_time 30
  sweep
  assert_equal "$(attempts)" failed
  assert_reserved
  paid_to_staff
  assert_success
  assert_sold
}

@test "R71 given up at the gateway after the deadline: the places go back" {
  to_gateway
  answer cancel
  # The gateway's page was left open for days.
  pass_time $((72 * 3600 + 1))
  get "$BACK"
  assert_equal "$(state)$(attempts)" releaseddeclined
  assert_equal "$(stock "$E" general)" "0|0"
}
