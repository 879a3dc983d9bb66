#!/usr/bin/env bats
# Buyers who are sent to a gateway's page: they approve, decline, walk away,
# come back late or never, and the gateway calls as it likes. The gateway is
# campuspay_page, which remembers on its own side what it took and gave back.
load helper
load paying

setup_file() {
  make_data empty
  echo "gateways = campuspay_page later" >>"$DATA/campuspass.conf"
  start_server
}

teardown_file() { stop_site; }

setup() {
  as "person-$BATS_TEST_NUMBER"
  E="show-$BATS_TEST_NUMBER"
  pass_time 40
  add_event "$E"
}

# Hold $1 places (2) and go to the gateway: ORDER is its order.
go_to_gateway() {
  hold "$E" general "${1:-2}" a@example.org
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=campuspay_page terms=yes
  assert_status 303
  [[ $location == /checkout/campuspay/* ]]
  ORDER=${location##*/}
}

# answer WORD: a button of the gateway's page. BACK is where it sends the
# buyer, who has not gone there yet.
answer() {
  get "/checkout/campuspay/$ORDER"
  post "/checkout/campuspay/$ORDER" "answer=$1"
  assert_status 303
  BACK=$location
}

# What the gateway's call says at this moment.
notice() {
  get "/checkout/campuspay/$ORDER"
  hidden notice
}

# call NOTICE: as the gateway's server makes it, without cookies. $status.
call() {
  status=$(curl -s -o "$BATS_TEST_TMPDIR/call" -w '%{http_code}' \
    -d "notice=$1" "$URL/checkout/hook/campuspay_page")
}

# What the gateway itself says: "captured", "approved" ... and its refunds.
at_gateway() {
  head -n 1 "$DATA/campuspay/order-$ORDER"
}
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

# The hold's time ends while the buyer is away.
let_it_expire() {
  pass_time 700
  sweep
  assert_equal "$(state)" expired
}

# Nobody does chores until they may.
hold_chores() {
  exec 8>>"$DATA/locks/chores.lock"
  flock 8
}
let_chores_run() {
  exec 8>&-
}

# ---- there and back ----

@test "B5 approved and back: tickets, one charge; reloading changes nothing" {
  go_to_gateway
  assert_equal "$(state)$(attempts)" payingstarted
  answer approve
  get "$BACK"
  assert_status 303
  assert_equal "$location" "/tickets/$REFERENCE?new=yes"
  assert_equal "$(state)$(attempts)" confirmedcaptured
  assert_equal "$(outcome)" "2|2|1"
  assert_equal "$(at_gateway)" captured
  get "$BACK"
  assert_equal "$location" "/tickets/$REFERENCE?new=yes"
  get "$BACK"
  assert_equal "$(outcome)" "2|2|1"
  assert_equal "$(ledger)" "1|0|0"
}

@test "R25 declined there: the checkout says so, and another try pays once" {
  go_to_gateway
  answer decline
  get "$BACK"
  assert_status 303
  assert_equal "$location" "/checkout/$REFERENCE?declined=yes"
  get "$location"
  assert_status 402
  assert_text "PaymentDeclinedError"
  assert_text "declined on its page"
  assert_equal "$(state)$(stock "$E" general)" "held2|0"
  local declined=$BACK
  post "/checkout/$REFERENCE" method=campuspay_page terms=yes
  ORDER=${location##*/}
  # The first return address again, in the midst of the second try.
  get "$declined"
  assert_equal "$location" "/checkout/$REFERENCE?declined=yes"
  get "$location"
  assert_status 200
  assert_text "Go on to CampusPay"
  answer approve
  get "$BACK"
  assert_equal "$(attempts)" "declined captured"
  get "$declined"
  assert_equal "$location" "/tickets/$REFERENCE?new=yes"
  assert_equal "$(outcome)" "2|2|1"
}

@test "R29 I10 given up there: the places are free at once, and once" {
  go_to_gateway 10
  answer cancel
  get "$BACK"
  assert_status 303
  assert_equal "$location" "/tickets/$REFERENCE"
  assert_equal "$(state)$(stock "$E" general)" "released0|0"
  get "$BACK"
  assert_equal "$(state)$(stock "$E" general)" "released0|0"
  get "/tickets/$REFERENCE"
  assert_text "Nothing was charged"
  as "other-$BATS_TEST_NUMBER"
  hold "$E" general 10 a@example.org
}

@test "R30 walked away: the hold ends at its time, nothing is charged" {
  go_to_gateway 10
  pass_time 500
  sweep
  assert_equal "$(state)" paying
  let_it_expire
  assert_equal "$(stock "$E" general)" "0|0"
  assert_equal "$(at_gateway)" open
  assert_equal "$(ledger)" "0|0|0"
}

@test "B5 a double click opens one payment, and both clicks lead there" {
  hold "$E" general 2 a@example.org
  get "/checkout/$REFERENCE"
  local i clicks=()
  for i in 1 2 3 4; do
    curl -s -o /dev/null -b "$JAR" -D "$BATS_TEST_TMPDIR/click$i" -d terms=yes \
      --data-urlencode "csrf_token=$(hidden csrf_token)" \
      -d method=campuspay_page "$URL/checkout/$REFERENCE" &
    clicks+=($!)
  done
  wait "${clicks[@]}"
  assert_equal "$(attempts)" started
  assert_equal "$(grep -l "^HTTP.* 303" "$BATS_TEST_TMPDIR"/click? | wc -l)" 4
  get "/checkout/$REFERENCE"
  assert_text "Go on to CampusPay"
  ORDER=$(grep -o '/checkout/campuspay/[A-Z0-9]*' <<<"$body" | head -n 1)
  ORDER=${ORDER##*/}
  answer approve
  get "$BACK"
  assert_equal "$(state)" confirmed
  assert_equal "$(ledger)" "1|0|0"
}

@test "I8 R29 at the gateway it is neither extended, released nor paid twice" {
  hold "$E" general 2 a@example.org
  get "/checkout/$REFERENCE"
  local form=$body action
  post "/checkout/$REFERENCE" method=campuspay_page terms=yes
  ORDER=${location##*/}
  for action in extend release; do
    body=$form
    post "/checkout/$REFERENCE/$action"
    assert_status 409
    assert_text "PaymentPendingError"
  done
  body=$form
  post "/checkout/$REFERENCE" method=later terms=yes
  assert_equal "$location" "/checkout/$REFERENCE"
  assert_equal "$(state)$(attempts)" payingstarted
}

@test "R29 a hold extended before paying lasts as long at the gateway" {
  hold "$E" general 2 a@example.org
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE/extend"
  assert_status 303
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=campuspay_page terms=yes
  ORDER=${location##*/}
  pass_time 900
  sweep
  assert_equal "$(state)" paying
  answer approve
  get "$BACK"
  assert_equal "$(state)" confirmed
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
  answer pay
  get "/checkout/campuspay/$ORDER"
  BACK=$(grep -o '/checkout/return/[A-Z0-9]*' <<<"$body")
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
  answer pay
  get "/checkout/campuspay/$ORDER"
  BACK=$(grep -o '/checkout/return/[A-Z0-9]*' <<<"$body")
  : >"$DATA/locks/chores.lock"
  sleep 1
  get /terms
  get "$BACK"
  assert_status 409
  local i
  for i in {1..30}; do
    [ "$(refunds)" != "3000 refunded" ] || break
    sleep 0.1
  done
  assert_equal "$(refunds)" "3000 refunded"
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

# ---- the gateway's calls ----

@test "B5 called before the buyer is back, and never back: confirmed" {
  go_to_gateway
  answer pay
  call "$(notice)"
  assert_equal "$status" 200
  assert_equal "$(state)$(attempts)" confirmedcaptured
  get "/checkout/campuspay/$ORDER"
  assert_text "Call the shop"
  get "$(grep -o '/checkout/return/[A-Z0-9]*' <<<"$body")"
  assert_equal "$location" "/tickets/$REFERENCE?new=yes"
  assert_equal "$(outcome)" "2|2|1"
}

@test "B5 a call about an approval takes the money, the buyer never back" {
  go_to_gateway
  answer approve
  call "$(notice)"
  assert_equal "$status" 200
  assert_equal "$(state)$(at_gateway)" confirmedcaptured
}

@test "B5 I6 called many times at once: one charge, one set of tickets" {
  go_to_gateway
  answer pay
  local said i calls=()
  said=$(notice)
  for i in 1 2 3 4; do
    curl -s -o /dev/null -d "notice=$said" \
      "$URL/checkout/hook/campuspay_page" &
    calls+=($!)
  done
  wait "${calls[@]}"
  call "$said"
  assert_equal "$status" 200
  assert_equal "$(outcome)" "2|2|1"
  assert_equal "$(ledger)" "1|0|0"
  assert_equal "$(sql "SELECT count(*) FROM gateway_notice
    WHERE notice LIKE '$ORDER%'")" 1
}

@test "B5 I9 calls out of order, and replayed after the end, undo nothing" {
  go_to_gateway
  local open approved paid
  open=$(cat "$DATA/campuspay/order-$ORDER")
  answer approve
  approved=$(notice)
  get "$BACK"
  paid=$(notice)
  call "$paid"
  call "$approved"
  call "$paid"
  assert_equal "$(state)$(attempts)" confirmedcaptured
  # Even the gateway's own mind changed back: captured stays captured.
  sed -i '1s/.*/declined/' "$DATA/campuspay/order-$ORDER"
  call "$(notice)"
  pass_time 700
  sweep
  assert_equal "$(state)$(attempts)" confirmedcaptured
  assert_equal "$(ledger)" "1|0|0"
}

@test "B5 forged calls are refused and change nothing" {
  go_to_gateway
  answer approve
  local said forged
  said=$(notice)
  for forged in "" x. "$ORDER.captured" "$ORDER.captured.${said##*.}" \
    "${said%.*}.$(rev <<<"${said##*.}")" ".${said##*.}" "$said."; do
    call "$forged"
    assert_equal "$forged $status" "$forged 403"
  done
  assert_equal "$(curl -s -o /dev/null -w '%{http_code}' -d x=1 \
    "$URL/checkout/hook/campuspay_page")" 403
  assert_equal "$(curl -s -o /dev/null -w '%{http_code}' -d "notice=$said" \
    "$URL/checkout/hook/campuspay")" 404
  get "/checkout/hook/campuspay_page"
  assert_status 405
  assert_equal "$(state)$(attempts)" payingstarted
  call "$said"
  assert_equal "$status" 200
}

@test "R26 an order of another amount or currency is never taken" {
  go_to_gateway
  answer approve
  sed -i '2s/.*/0.01/' "$DATA/campuspay/order-$ORDER"
  get "$BACK"
  assert_equal "$location" "/checkout/$REFERENCE"
  get "$location"
  assert_text "We are waiting for your payment"
  call "$(notice)"
  pass_time 20
  sweep
  assert_equal "$(state)$(at_gateway)" payingapproved
  sed -i '2s/.*/30.00/; 3s/.*/EUR/' "$DATA/campuspay/order-$ORDER"
  pass_time 20
  sweep
  assert_equal "$(state)" paying
  grep -q "order $ORDER is of 0.01 USD" "$DATA/log/campuspass.log"
  sed -i '3s/.*/USD/' "$DATA/campuspay/order-$ORDER"
  pass_time 20
  sweep
  assert_equal "$(state)" confirmed
  assert_equal "$(ledger)" "1|0|0"
}

# ---- what is switched off, forgotten or unclear ----

# gateways NAMES: of the configuration from now on.
gateways() {
  sed -i "s/^gateways = .*/gateways = $1/" "$DATA/campuspass.conf"
}

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
  answer pay
  get "/checkout/campuspay/$ORDER"
  BACK=$(grep -o '/checkout/return/[A-Z0-9]*' <<<"$body")
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

# ---- wrong callers ----

@test "R29 nobody pays another's, an ended or an unknown booking" {
  go_to_gateway
  answer cancel
  get "$BACK"
  local ended=$REFERENCE page
  as "other-$BATS_TEST_NUMBER"
  hold "$E" general 1 b@example.org
  get "/checkout/$REFERENCE"
  page=$body
  post "/checkout/$ended" method=campuspay_page terms=yes
  assert_status 404
  body=$page
  post "/checkout/0000000000" method=campuspay_page terms=yes
  assert_status 404
  as "person-$BATS_TEST_NUMBER"
  get "/book/$E"
  post "/checkout/$ended" method=campuspay_page terms=yes
  assert_status 409
  assert_text "The places of this booking were given back"
}

@test "R29 return and cancel addresses that nobody was given are not found" {
  local path
  go_to_gateway
  for path in return cancel; do
    get "/checkout/$path/AAAAAAAAAAAAAAAAAAAAAAAAAA"
    assert_status 404
    assert_text "Payment not found"
  done
  # A return token is no cancel token, and an order is no token.
  answer approve
  get "/checkout/cancel/${BACK##*/}"
  assert_status 404
  get "/checkout/return/$ORDER"
  assert_status 404
  get "/checkout/campuspay/../../campuspass.conf"
  assert_status 404
  assert_equal "$(state)" paying
}

@test "I5 I6 I7 at the end the books are sound" {
  assert_sound
}
