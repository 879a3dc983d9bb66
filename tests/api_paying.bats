#!/usr/bin/env bats
# The booking call of the CampusPass front-end: declined cards, gateways that
# are out or silent, and the same call once more.
load helper
load booking_calls

# The simulated gateway answers again for whoever comes next.
teardown() {
  rm -f "$DATA/campuspay/behave"
}

# ---- payment ----

@test "R25 R22 a decline gives places and email back at once" {
  add_event "$E"
  order "$E" general 10 ada@example.org tok_decline_insufficient
  answers 400 '{"error":"CampusPay declined the payment: card declined",'\
'"error_type":"PaymentDeclinedError","gateway_name":"CampusPay",'\
'"reason":"card declined"}'
  nothing_taken
  get "/api/events/$E"
  [ "$(jq .tiers.general.remaining <<<"$body")" = 10 ]
  order "$E" general 10 ada@example.org tok_valid
  assert_status 200
  [ "$(stock "$E" general)" = "0|10" ]
  assert_sound
}

@test "R25 R22 anything else is no token: \"invalid token\"" {
  add_event "$E"
  local token
  for token in '" tok_valid"' '"TOK_VALID"' '""' '"tok_"' '"valid"' \
    '"tok_vali"' null '["tok_valid"]' 1 ''; do
    buy 1 'email="ada@example.org"' "payment_token=$token"
    fails 400 PaymentDeclinedError \
      "CampusPay declined the payment: invalid token" \
      '{gateway_name: "CampusPay", reason: "invalid token"}'
  done
  nothing_taken
}

@test "R26 R22 an outage: PaymentError by ConnectionError, all given back" {
  add_event "$E"
  order "$E" general 10 ada@example.org tok_error_timeout
  assert_status 400
  [ "$(jq -c '[.error_type, .gateway_name, .caused_by]' <<<"$body")" = \
    '["PaymentError","CampusPay",{"error":"CampusPay could not be reached","error_type":"ConnectionError"}]' ]
  [ "$(jq -r 'keys | join(",")' <<<"$body")" = \
    caused_by,error,error_type,gateway_name ]
  nothing_taken
  order "$E" general 10 ada@example.org
  assert_status 200
  assert_sound
}

@test "R63 a token reaches neither disk nor log" {
  add_event "$E"
  order "$E" general 1 ada@example.org tok_valid_secret4711
  assert_status 200
  order "$E" general 1 bob@example.org tok_decline_secret4711
  run grep -rl secret4711 "$DATA"
  assert_failure
}

@test "R26 silence: PaymentPendingError, then it is found charged, once" {
  add_event "$E"
  behave silent
  order "$E" general 4 ada@example.org
  fails 400 PaymentPendingError \
    "CampusPay has not answered yet. You will not be charged twice" \
    '{gateway_name: "CampusPay"}'
  [ "$(stock "$E" general)" = "4|0" ]
  get /api/bookings
  [ "$(jq -c '.[] | [.status, .quantity]' <<<"$body")" = '["paying",4]' ]
  # Trying again is a duplicate, not another charge.
  order "$E" general 4 ada@example.org
  assert_status 409
  rm "$DATA/campuspay/behave"
  pass_time 15
  get /api/status
  until_sql confirmed "SELECT state FROM booking b JOIN event e
    ON e.id = b.event_id WHERE e.slug = '$E'"
  [ "$(stock "$E" general)" = "0|4" ]
  [ "$(bookings_and_charges)" = "1|1" ]
  get /api/bookings
  [ "$(jq -r '.[].status' <<<"$body")" = confirmed ]
  assert_sound
}

@test "R26 silence and not charged: everything is given back" {
  add_event "$E"
  behave lost
  order "$E" general 4 ada@example.org
  assert_status 400
  [ "$(jq -r .error_type <<<"$body")" = PaymentPendingError ]
  rm "$DATA/campuspay/behave"
  pass_time 15
  get /api/status
  until_sql failed "SELECT state FROM booking b JOIN event e
    ON e.id = b.event_id WHERE e.slug = '$E'"
  nothing_taken
  order "$E" general 10 ada@example.org
  assert_status 200
  [ "$(bookings_and_charges | cut -d'|' -f2)" = 1 ]
  assert_sound
}

@test "R26 silence does not stand in the way of others past its time" {
  add_event "$E"
  behave lost
  order "$E" general 10 ada@example.org
  rm "$DATA/campuspay/behave"
  pass_time 660
  order "$E" general 10 bob@example.org
  assert_status 200
  [ "$(stock "$E" general)" = "0|10" ]
  assert_sound
}

# ---- once ----

@test "I4 B5 the same key twice: one booking and the same answer" {
  add_event "$E"
  local content='{"email":"a@b.c","tier_name":"general","quantity":2,"payment_token":"tok_valid"}'
  local first
  call "$E" "$content" -H "Idempotency-Key: key-$E"
  assert_status 200
  first=$body
  call "$E" "$content" -H "Idempotency-Key: key-$E"
  answers 200 "$first"
  # The cookie may have been lost with the first answer.
  as somebody-without-cookie
  call "$E" "$content" -H "Idempotency-Key: key-$E"
  answers 200 "$first"
  [ "$(bookings_and_charges)" = "1|1" ]
  [ "$(stock "$E" general)" = "0|2" ]
}

@test "I4 the same key with another body: 409, nothing taken" {
  add_event "$E"
  add_event "$E-other"
  add_tier "$E" vip VIP 4500 5
  buy 2 'email="a@b.c"'
  local key="Idempotency-Key: other-$E" rest content
  content='{"email":"b@b.c","tier_name":"general","quantity":1,"payment_token":"tok_valid"}'
  call "$E" "$content" -H "$key"
  assert_status 200
  for rest in "s/b@b/c@b/" "s/general/vip/" 's/:1/:2/'; do
    call "$E" "$(sed "$rest" <<<"$content")" -H "$key"
    assert_status 409
    [ "$(jq -r .error_type <<<"$body")" = StateError ]
  done
  call "$E-other" "$content" -H "$key"
  assert_status 409
  [ "$(stock "$E" general) $(stock "$E" vip) $(stock "$E-other" general)" = \
    "0|3 0|0 0|0" ]
}

@test "I4 B5 ten calls at once with one key: one booking, one charge" {
  add_event "$E"
  add_tier "$E" free Free 0 10
  local tier calls n body
  for tier in general free; do
    body="{\"email\":\"$tier@b.c\",\"tier_name\":\"$tier\",\"quantity\":1,\"payment_token\":\"tok_valid\"}"
    calls=()
    for n in $(seq 10); do
      [ "$n" = 1 ] || calls+=(--next -s)
      calls+=(-H "$JSON" -H "Idempotency-Key: $E-$tier" -d "$body"
        -o "$BATS_TEST_TMPDIR/$tier-$n" "$URL/api/events/$E/book")
    done
    curl -s -Z --no-progress-meter --parallel-immediate --parallel-max 10 "${calls[@]}"
    [ "$(stock "$E" "$tier")" = "0|1" ]
  done
  [ "$(bookings_and_charges)" = "2|1" ]
  # Nothing stands between taking and confirming what is free.
  [ "$(cat "$BATS_TEST_TMPDIR"/free-* | sort -u | wc -l)" = 1 ]
  [ "$(jq .success "$BATS_TEST_TMPDIR/free-1")" = true ]
  # While the gateway is asked, the others hear just that.
  [ -z "$(cat "$BATS_TEST_TMPDIR"/general-* | jq -r 'select(.success |
    not) | .error_type' | grep -v PaymentPendingError)" ]
  grep -q '"success":true' "$BATS_TEST_TMPDIR"/general-*
  assert_sound
}

@test "I4 a key of 255 bytes is taken, a longer one refused with nothing taken" {
  add_event "$E"
  local key content='{"email":"b@b.c","tier_name":"general","quantity":2,"payment_token":"tok_valid"}'
  key="$E-$(head -c 300 /dev/zero | tr '\0' k)"
  call "$E" "$content" -H "Idempotency-Key: ${key:0:256}"
  assert_status 400
  [ "$(jq -r '.error_type + " " + .field' <<<"$body")" = "ValidationError Idempotency-Key" ]
  [ "$(stock "$E" general)" = "0|0" ]
  call "$E" "$content" -H "Idempotency-Key: ${key:0:255}"
  assert_status 200
  call "$E" "$content" -H "Idempotency-Key: ${key:0:255}"
  assert_status 200
  [ "$(stock "$E" general)" = "0|2" ]
  # A page, where it means nothing, does not mind.
  get "/events/$E" -H "Idempotency-Key: $key"
  assert_status 200
}

@test "I4 R18 a key is not used up by what was refused" {
  add_event "$E"
  local key="Idempotency-Key: refused-$E"
  local content='{"email":"b@b.c","tier_name":"general","quantity":99,"payment_token":"tok_valid"}'
  call "$E" "$content" -H "$key"
  assert_status 400
  call "$E" "${content/99/2}" -H "$key"
  assert_status 200
}

@test "I4 R25 the same key after a decline: the same answer, no charge" {
  add_event "$E"
  local key="Idempotency-Key: declined-$E" first
  local content='{"email":"b@b.c","tier_name":"general","quantity":2,"payment_token":"tok_decline"}'
  call "$E" "$content" -H "$key"
  first=$body
  call "$E" "$content" -H "$key"
  answers 400 "$first"
  nothing_taken
}

@test "I4 R26 the same key during the silence: pending, no second charge" {
  add_event "$E"
  behave silent
  local key="Idempotency-Key: silent-$E"
  local content='{"email":"b@b.c","tier_name":"general","quantity":2,"payment_token":"tok_valid"}'
  call "$E" "$content" -H "$key"
  [ "$(jq -r .error_type <<<"$body")" = PaymentPendingError ]
  call "$E" "$content" -H "$key"
  assert_status 400
  [ "$(jq -r .error_type <<<"$body")" = PaymentPendingError ]
  rm "$DATA/campuspay/behave"
  pass_time 15
  get /api/status
  until_sql confirmed "SELECT state FROM booking b JOIN event e
    ON e.id = b.event_id WHERE e.slug = '$E'"
  call "$E" "$content" -H "$key"
  assert_status 200
  [ "$(jq .booking.total_price <<<"$body")" = 30 ]
  [ "$(bookings_and_charges)" = "1|1" ]
}

@test "I1 after all that the books are sound" {
  assert_sound
}
