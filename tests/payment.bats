#!/usr/bin/env bats
# Buyers who are sent to a gateway's page: they approve, decline, walk away, come
# back, and the gateway calls as it likes.
load helper
load paying
load campuspay

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
