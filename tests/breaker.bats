#!/usr/bin/env bats
# A payment service that hangs, with tests/paypal/double.py in its place: who
# waits for it, what buyers and staff are told, and that nothing is lost. How
# often it was called is the double's own count.
load helper
load paying
load paypal

setup() {
  as "person-$BATS_TEST_NUMBER"
  E="show-$BATS_TEST_NUMBER"
  pass_time 40
  # Pauses are short: this machine may be slow.
  stop_clock
  control calm >/dev/null
  rm -f "$DATA/run/gateway-"*
  add_event "$E"
}

# From now on the double does this with everything: hang, answer 503 ...
break_paypal() {
  local operation
  for operation in token create capture get refund verify; do
    control behave "on=$operation" "do=$1" times=1000 >/dev/null
  done
}

# How often PayPal was called.
calls() {
  control moves | jq '.calls | length'
}

# Each as somebody new, who holds a place and wants to pay by PayPal.
pay_by_paypal() {
  as "$1-$BATS_TEST_NUMBER"
  hold "$E" general 1 "$1@example.org"
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=paypal terms=yes
}

# Three calls in vain. They are short, so that no test waits for long.
open_breaker() {
  local n
  break_paypal 503-before
  for n in 1 2 3; do
    pay_by_paypal "vain$n"
  done
}

@test "R26 a gateway known to be silent is not called, and the hold stays" {
  open_breaker
  local before
  before=$(calls)
  pay_by_paypal ada
  assert_status 503
  assert_text "PayPal does not answer at the moment. Nothing was charged"
  assert_text "Kind of problem: PaymentOutageError"
  assert_text "Caused by: ConnectionError"
  [[ $headers =~ Retry-After:\ ([0-9]+) ]]
  ((BASH_REMATCH[1] >= 1 && BASH_REMATCH[1] <= 10))
  assert_equal "$(calls)" "$before"
  assert_equal "$(state)$(attempts)" held
  # The page is the form again, and says it beside that way to pay.
  assert_text "PayPal Does not answer at the moment"
  assert_text "Give the places back"
  pay
  assert_equal "$(state)" confirmed
}

@test "R26 after a pause one buyer tries; one answer lets all in" {
  open_breaker
  pass_time 11
  local before
  before=$(calls)
  pay_by_paypal first
  assert_not_equal "$(calls)" "$before"
  before=$(calls)
  pay_by_paypal second
  assert_status 503
  assert_equal "$(calls)" "$before"
  # In vain: the pause is twenty seconds now.
  pass_time 12
  pay_by_paypal third
  assert_status 503
  assert_equal "$(calls)" "$before"
  control calm
  pass_time 10
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=paypal terms=yes
  assert_status 303
  [[ $location == "$PAYPAL/checkoutnow?token="* ]]
  pay_by_paypal fourth
  assert_status 303
  grep -q "paypal does not answer: nobody waits for it for 20 seconds" \
    "$DATA/log/campuspass.log"
  grep -q "paypal answers again" "$DATA/log/campuspass.log"
}

# hang NAME: one more buyer, whose call hangs for three seconds.
hang() {
  mkdir -p "$BATS_TEST_TMPDIR/$1"
  (BATS_TEST_TMPDIR="$BATS_TEST_TMPDIR/$1" pay_by_paypal "$1-$RANDOM") 3>&- &
  HANGING+=($!)
}

called() {
  (($(calls) >= $1))
}

# Pay by PayPal while two calls hang for more than two seconds. Fails where
# they did not hang any more when the answer came.
pay_beside_hanging() {
  HANGING=()
  rm -f "$DATA/run/gateway-"*
  as "other-$RANDOM"
  hold "$E" general 1 "other-$RANDOM@example.org"
  get "/checkout/$REFERENCE"
  local page=$body
  BEFORE=$(calls)
  hang one
  hang two
  eventually called "$((BEFORE + 2))"
  sleep 2.1
  body=$page
  post "/checkout/$REFERENCE" method=paypal terms=yes
  kill -0 "${HANGING[0]}" && kill -0 "${HANGING[1]}"
}

@test "R26 two calls that hang are enough: who comes next does not wait" {
  sql_write "UPDATE tier SET capacity = 100"
  break_paypal stall-before
  local tries=0
  until pay_beside_hanging 2>/dev/null; do
    wait "${HANGING[@]}" || true
    # tests/unit/test_breaker.c has the same by a clock of its own.
    [ "$((tries += 1))" -lt 8 ] || skip "this machine is too busy"
  done
  assert_status 503
  assert_equal "$(calls)" "$((BEFORE + 2))"
  assert_equal "$(state)$(attempts)" held
  pay
  assert_equal "$(state)" confirmed
  wait "${HANGING[@]}"
}

@test "B3 I6 an approved payment waits out the silence and is taken once" {
  pay_by_paypal ada
  local mine=$REFERENCE order=${location##*=} back
  back=$(curl -s -o /dev/null -w '%{redirect_url}' -d "token=$order" \
    -d choice=approve "$PAYPAL/checkoutnow")
  back=${back#http://tickets.example.org}
  open_breaker
  as "ada-$BATS_TEST_NUMBER"
  REFERENCE=$mine
  local before
  before=$(calls)
  get "$back"
  assert_equal "$location" "/checkout/$REFERENCE"
  assert_equal "$(calls)" "$before"
  get "$location"
  assert_text "We are waiting for your payment"
  assert_equal "$(state)$(attempts)" payingstarted
  # Past the hold's end the place is kept, for nobody knows yet.
  pass_time 700
  sweep
  assert_equal "$(state)" paying
  control calm
  pass_time 60
  sweep
  assert_equal "$(state)$(attempts)" confirmedcaptured
  assert_equal "$(control moves | jq '.captures | length')" 1
  # What the sweep heard counts for all.
  pay_by_paypal bob
  assert_status 303
}

@test "R15 I1 whoever wants the last place does not wait for a silent gateway" {
  sql_write "UPDATE tier SET capacity = 1 WHERE event_id =
    (SELECT id FROM event WHERE slug = '$E')"
  pay_by_paypal ada
  pass_time 700 # past the hold's end: the place is kept for what may be paid
  local asked=$E before
  add_event "vain-$BATS_TEST_NUMBER"
  E="vain-$BATS_TEST_NUMBER" open_breaker
  before=$(calls)
  get "/api/events/$asked/book" -H 'Content-Type: application/json' \
    -d '{"email": "bob@example.org", "tier_name": "general", "quantity": 1,
      "payment_token": "tok_valid_1"}'
  assert_status 400
  jq -e '.error_type == "SoldOutError"' <<<"$body"
  assert_equal "$(calls)" "$before"
}

@test "R29 given up while it is known to be silent: free at once" {
  pay_by_paypal ada
  local mine=$REFERENCE order=${location##*=} back
  back=$(curl -s -o /dev/null -w '%{redirect_url}' -d "token=$order" \
    -d choice=cancel "$PAYPAL/checkoutnow")
  open_breaker
  as "ada-$BATS_TEST_NUMBER"
  REFERENCE=$mine
  local before
  before=$(calls)
  get "${back#http://tickets.example.org}"
  assert_equal "$(calls)" "$before"
  assert_equal "$(state)" released
}

@test "B5 a call from PayPal during the silence is refused, to come again" {
  pay_by_paypal ada
  local order=${location##*=}
  open_breaker
  local before
  before=$(calls)
  assert_equal "$(control hook "order=$order" kinds=CHECKOUT.ORDER.APPROVED \
    "to=$URL/checkout/hook/paypal" | jq -r '.statuses | join(" ")')" 403
  assert_equal "$(calls)" "$before"
}

@test "R26 tokens that stand for an outage keep nobody else out" {
  local n
  for n in 1 2 3 4; do
    as "token$n"
    hold "$E" general 1 "token$n@example.org"
    pay tok_error_1
    assert_status 502
    assert_text "PaymentError"
  done
  hold "$E" general 1 ada@example.org
  pay
  assert_equal "$(state)" confirmed
}

# A simulation makes no calls: what would be known of it is copied.
@test "R26 a one-call booking with a silent gateway holds nothing" {
  open_breaker
  cp "$DATA/run/gateway-paypal" "$DATA/run/gateway-campuspay"
  sed -i 's/^gateways = .*/gateways = campuspay paypal/' "$DATA/campuspass.conf"
  local free
  free=$(stock "$E" general)
  get "/api/events/$E/book" -H 'Content-Type: application/json' \
    -d '{"email": "one@example.org", "tier_name": "general", "quantity": 1,
      "payment_token": "tok_valid_1"}'
  assert_status 400
  jq -e '.error_type == "PaymentOutageError" and .retry_after > 0
    and .caused_by.error_type == "ConnectionError"' <<<"$body"
  assert_equal "$(stock "$E" general)" "$free"
  # What is wrong with the order is said first.
  get "/api/events/$E/book" -H 'Content-Type: application/json' \
    -d '{"email": "one@example.org", "tier_name": "nothing", "quantity": 1,
      "payment_token": "tok_valid_1"}'
  jq -e '.error_type == "InvalidBookingError"' <<<"$body"
  sed -i 's/^gateways = .*/gateways = paypal campuspay/' "$DATA/campuspass.conf"
}

@test "R72 /status and the doctor say who is silent, and since when" {
  get /status
  assert_status 200
  open_breaker
  get /status
  assert_status 503
  [[ $(page_text) =~ PayPal\ has\ not\ answered\ since\ [A-Z][a-z]+day\ [0-9]+\ [A-Z][a-z]+\ 20[0-9]+,\ [0-9:]+\ UTC\. ]]
  run "$BUILD/campuspass" --data "$DATA" doctor
  assert_output --regexp "fail +Payments.*PayPal has not answered since [A-Z]"
  # A second one, known to be silent by what another is known by.
  cp "$DATA/run/gateway-paypal" "$DATA/run/gateway-campuspay"
  get /status
  [[ $(page_text) =~ CampusPay\ has\ not\ answered\ since.*\ PayPal\ has\ not\ answered\ since ]]
  rm "$DATA/run/gateway-campuspay"
  control calm
  pass_time 11
  pay_by_paypal ada
  assert_status 303
  get /status
  assert_status 200
  assert_text "Payments go through"
}
