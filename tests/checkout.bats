#!/usr/bin/env bats
# From a hold to tickets: terms, free and paid, declined, unreachable and
# silent gateways, workers that die. Each charge happens once.
load helper
load paying

setup_file() {
  start_site
}

# The last server: a test starts another one.
teardown_file() {
  SERVER=$(cat "$BATS_FILE_TMPDIR/server" 2>/dev/null || echo "$SERVER")
  stop_site
}

# Each test is a person of its own at an event of its own, and the gateway
# behaves. Time only goes on: chores of the test before are due again.
setup() {
  as "person-$BATS_TEST_NUMBER"
  E="show-$BATS_TEST_NUMBER"
  rm -f "$DATA/campuspay/behave"
  pass_time 40
}

# behave WORD: the gateway from now on; see lib/payment/campuspay.h.
behave() {
  mkdir -p "$DATA/campuspay"
  echo "$1" >"$DATA/campuspay/behave"
}

# How often the gateway itself says that it charged for the booking.
charges() {
  local key count=0
  for key in $(sql "SELECT idempotency_key FROM payment_attempt a
    JOIN booking b ON b.id = a.booking_id
    WHERE b.reference = '$REFERENCE'"); do
    [ ! -e "$DATA/campuspay/$key" ] || count=$((count + 1))
  done
  echo "$count"
}

# A booking whose payment got no answer; $1 says how the gateway was silent.
hold_in_silence() {
  add_event "$E"
  hold "$E" general 2 a@example.org
  behave "$1"
  pay
  assert_status 303
  assert_equal "$location" "/checkout/$REFERENCE"
  assert_equal "$(state)" paying
}

# The gateway waits for its orders: whoever charges stays in the middle of it
# until it may go_on: without other orders it charges and answers.
stall_gateway() {
  mkdir -p "$DATA/campuspay"
  mkfifo "$DATA/campuspay/behave"
  rm -f "$DATA/orders" "$DATA/stalled"
  # Opening waits for somebody who reads the pipe.
  (
    exec 9>"$DATA/campuspay/behave"
    : >"$DATA/stalled"
    for _ in $(seq 400); do
      [ ! -e "$DATA/orders" ] || break
      sleep 0.05
    done
    cat "$DATA/orders" >&9
  ) 3>&- &
  STALL=$!
}

# go_on [WORDS]: what the gateway is to do for who waits at it.
go_on() {
  echo "${1:-}" >"$DATA/orders.new"
  mv "$DATA/orders.new" "$DATA/orders"
  wait "$STALL" || true
}

# Pay from a browser in the background and wait until its attempt stands.
pay_in_background() {
  get "/checkout/$REFERENCE"
  curl -s -o /dev/null -b "$JAR" -w '%{http_code}' -m 20 \
    --data-urlencode "csrf_token=$(hidden csrf_token)" -d terms=yes \
    -d method=campuspay -d payment_token=tok_valid \
    "$URL/checkout/$REFERENCE" >"$BATS_TEST_TMPDIR/late" 3>&- &
  PAYING=$!
  for _ in $(seq 100); do
    [ -z "$(attempts)" ] || break
    sleep 0.02
  done
  assert_equal "$(attempts)" started
  for _ in $(seq 500); do
    [ ! -e "$DATA/stalled" ] || break
    sleep 0.02
  done
  [ -e "$DATA/stalled" ]
}

# First: what ends by kill -9 takes the counts of `make coverage` along.
@test "R61 R26 kill -9 in the midst of a charge: settled, buyers go on" {
  add_event "$E"
  hold "$E" general 2 a@example.org
  stall_gateway
  pay_in_background
  # Only the one that waits can be at the pipe; the others are idle.
  pkill -9 -P "$SERVER" -x checkout
  wait "$PAYING" || true
  rm "$DATA/campuspay/behave"
  go_on
  assert_equal "$(state)" paying
  pass_time 11
  # The server starts another worker.
  for _ in $(seq 50); do
    get "/checkout/$REFERENCE"
    [ "$status" != 200 ] || break
    sleep 0.1
  done
  assert_status 200
  sweep
  assert_equal "$(state)" held
  pay
  assert_equal "$(state)" confirmed
  assert_equal "$(charges)" 1
  assert_sound
}

# ---- paid and free ----

@test "R23 R67 paying confirms: tickets, ledger and mail, all of them" {
  add_event "$E"
  hold "$E" general 2 Ada@Example.org
  pay tok_valid_1
  assert_status 303
  assert_equal "$location" "/tickets/$REFERENCE?new=yes"
  assert_equal "$(state)" confirmed
  assert_equal "$(outcome)" "2|2|1"
  assert_equal "$(attempts)" captured
  assert_equal "$(charges)" 1
  assert_equal "$(stock "$E" general)" "0|2"
  assert_equal "$(sql "SELECT account || amount || l.currency FROM ledger l
    JOIN booking b ON b.id = l.booking_id WHERE reference = '$REFERENCE'
    ORDER BY amount")" $'sales-3000USD\ngateway:campuspay3000USD'
  assert_equal "$(sql "SELECT kind || recipient FROM outbox o JOIN booking b
    ON b.id = o.booking_id WHERE reference = '$REFERENCE'")" \
    confirmedada@example.org
  get "$location"
  assert_text "Confirmed"
  assert_text "\$30.00"
  assert_sound
}

@test "R24 a free booking needs no payment and never looks at a token" {
  add_event "$E"
  add_tier "$E" free Free 0 10
  behave silent
  local token
  for token in tok_error tok_decline "" tok_valid; do
    as "free-$token"
    hold "$E" free 1 "a$token@example.org"
    get "/checkout/$REFERENCE"
    assert_text "Confirm booking"
    [[ $body != *payment_token* ]]
    post "/checkout/$REFERENCE" terms=yes method=campuspay \
      "payment_token=$token"
    assert_status 303
    assert_equal "$(state)" confirmed
    assert_equal "$(attempts)" ""
    assert_equal "$(outcome)" "1|0|1"
  done
  assert_equal "$(stock "$E" free)" "0|4"
  assert_sound
}

@test "R31 without the terms nothing is paid and nothing confirmed" {
  add_event "$E"
  add_tier "$E" free Free 0 10
  hold "$E" general 1 a@example.org
  get "/checkout/$REFERENCE"
  [[ $body == *'href="/terms"'* ]]
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_valid
  assert_status 400
  assert_text "Accept the terms of sale"
  [[ $body == *'href="#terms"'* ]]
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_valid terms=
  assert_status 400
  assert_equal "$(state)$(attempts)" held
  assert_equal "$(charges)" 0
  as "other-$BATS_TEST_NUMBER"
  hold "$E" free 1 b@example.org
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE"
  assert_status 400
  assert_text "Accept the terms of sale"
  assert_equal "$(state)" held
  post "/checkout/$REFERENCE" terms=yes
  assert_status 303
  assert_equal "$(sql "SELECT terms_at IS NOT NULL FROM booking
    WHERE reference = '$REFERENCE'")" 1
}

@test "R31 the terms are a public page" {
  get /terms
  assert_status 200
  assert_text "Terms"
}

@test "R63 a payment token never reaches the disk" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  pay tok_decline_hush4711
  pay tok_valid_hush4711
  assert_equal "$(state)" confirmed
  run grep -rlF hush4711 "$DATA"
  refute_output
}

# ---- no ----

@test "R25 R22 a decline keeps the hold, and another card works" {
  add_event "$E"
  hold "$E" general 2 a@example.org
  pay tok_decline_1
  assert_status 402
  assert_text "PaymentDeclinedError"
  assert_text "Payment service CampusPay"
  assert_text "Reason card declined"
  assert_equal "$(state)" held
  assert_equal "$(stock "$E" general)" "2|0"
  assert_equal "$(outcome)" "0|0|0"
  # The page goes on: time, terms as ticked, another try.
  [[ $(page_text) =~ minutes.*left ]]
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_valid \
    terms=yes
  assert_status 303
  assert_equal "$(attempts)" "declined captured"
  assert_equal "$(charges)" 1
  assert_equal "$(outcome)" "2|2|1"
  assert_sound
}

@test "R25 a declined hold ends at its time and frees the email" {
  add_event "$E"
  hold "$E" general 10 a@example.org
  pay tok_decline_1
  pass_time 601
  as "other-$BATS_TEST_NUMBER"
  hold "$E" general 10 a@example.org
  assert_sound
}

@test "R26 R22 an unreachable gateway gives everything back" {
  add_event "$E"
  hold "$E" general 10 a@example.org
  pay tok_error_1
  assert_status 502
  assert_text "PaymentError"
  assert_text "Caused by: ConnectionError"
  assert_equal "$(state)" failed
  assert_equal "$(attempts)" failed
  assert_equal "$(charges)" 0
  assert_equal "$(stock "$E" general)" "0|0"
  get "/tickets/$REFERENCE"
  assert_text "Nothing was charged"
  # The email may book again at once, in any browser.
  as "other-$BATS_TEST_NUMBER"
  hold "$E" general 10 a@example.org
  pay
  assert_equal "$(state)" confirmed
  assert_sound
}

@test "R25 invalid tokens are declined with the reason \"invalid token\"" {
  local token
  add_event "$E"
  hold "$E" general 1 a@example.org
  get "/checkout/$REFERENCE"
  for token in " tok_valid" TOK_VALID "" tok "x tok_valid" "tok_valıd"; do
    post "/checkout/$REFERENCE" method=campuspay "payment_token=$token" \
      terms=yes
    assert_status 402
    assert_text "Reason invalid token"
  done
  post "/checkout/$REFERENCE" method=campuspay terms=yes
  assert_status 402
  assert_text "Reason invalid token"
  assert_equal "$(state)" held
  assert_equal "$(charges)" 0
  pay tok_valid_99
  assert_equal "$(state)" confirmed
}

@test "R25 a way to pay that is not offered is refused" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=paypal payment_token=tok_valid terms=yes
  assert_status 400
  assert_equal "$(state)$(attempts)" held
}

@test "R25 an overlong token and one with control characters name the field" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  pay "tok_valid$(printf 'x%.0s' {1..200})"
  assert_status 400
  [[ $body == *'href="#payment_token"'* ]]
  pay $'tok_valid\x01'
  assert_status 400
  assert_equal "$(state)$(attempts)" held
}

@test "R29 a hold whose time is over is not paid" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  get "/checkout/$REFERENCE"
  pass_time 600
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_valid \
    terms=yes
  assert_status 409
  assert_text "HoldExpiredError"
  assert_equal "$(attempts)" ""
  assert_equal "$(charges)" 0
  get "/checkout/$REFERENCE"
  assert_text "no longer held"
  get "/tickets/$REFERENCE"
  assert_text "Expired"
}

@test "R24 R29 a free hold whose time is over is not confirmed" {
  add_event "$E"
  add_tier "$E" free Free 0 10
  hold "$E" free 1 a@example.org
  get "/checkout/$REFERENCE"
  pass_time 600
  post "/checkout/$REFERENCE" terms=yes
  assert_status 409
  assert_text "HoldExpiredError"
  assert_equal "$(outcome)" "0|0|0"
}

@test "R29 a released hold is not paid" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  get "/checkout/$REFERENCE"
  local page=$body
  post "/checkout/$REFERENCE/release"
  body=$page
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_valid \
    terms=yes
  assert_status 409
  assert_equal "$(state)$(attempts)" released
}

@test "B5 paying again what is paid leads to the tickets and charges once" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  get "/checkout/$REFERENCE"
  local page=$body
  pay tok_valid_1
  body=$page
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_valid_2 \
    terms=yes
  assert_status 303
  assert_equal "$location" "/tickets/$REFERENCE?new=yes"
  body=$page
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_decline \
    terms=yes
  assert_status 303
  assert_equal "$(attempts)" captured
  assert_equal "$(outcome)" "1|2|1"
  get "/checkout/$REFERENCE"
  assert_equal "$location" "/tickets/$REFERENCE"
}

# ---- silence ----

@test "R26 no answer: it stays paying, says so, and keeps its places" {
  hold_in_silence silent
  get "/checkout/$REFERENCE"
  assert_status 200
  assert_text "We are waiting for your payment"
  assert_text "nobody is charged twice"
  [[ $body != *payment_token* && $body != *"/release"* ]]
  get "/tickets/$REFERENCE"
  assert_text "Being paid"
  assert_equal "$(attempts)" unknown
  assert_equal "$(stock "$E" general)" "2|0"
  assert_equal "$(outcome)" "0|0|0"
  assert_sound
}

@test "R26 B5 whoever pays again during the silence is not charged twice" {
  add_event "$E"
  hold "$E" general 2 a@example.org
  get "/checkout/$REFERENCE"
  local page=$body
  behave silent
  pay
  rm "$DATA/campuspay/behave"
  body=$page
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_valid_2 \
    terms=yes
  assert_status 303
  assert_equal "$location" "/checkout/$REFERENCE"
  assert_equal "$(attempts)" unknown
  assert_equal "$(charges)" 1
}

@test "R26 a charge whose record cannot be read is neither given up nor made again" {
  hold_in_silence silent
  rm "$DATA/campuspay/behave"
  local key record
  key=$(sql "SELECT idempotency_key FROM payment_attempt a JOIN booking b
    ON b.id = a.booking_id WHERE b.reference = '$REFERENCE'")
  record="$DATA/campuspay/$key"
  mv "$record" "$record.kept"
  ln -s "$key" "$record"
  pass_time 700
  "$BUILD/campuspass" --data "$DATA" reconcile
  assert_equal "$(state)" paying
  mv -f "$record.kept" "$record"
  pass_time 60
  "$BUILD/campuspass" --data "$DATA" reconcile
  assert_equal "$(state)" confirmed
  assert_equal "$(charges)" 1
}

@test "R26 I8 during the silence it is neither released nor extended" {
  add_event "$E"
  hold "$E" general 2 a@example.org
  get "/checkout/$REFERENCE"
  local page=$body action
  behave lost
  pay
  for action in release extend; do
    body=$page
    post "/checkout/$REFERENCE/$action"
    assert_status 409
    assert_text "PaymentPendingError"
  done
  assert_equal "$(state)" paying
  assert_equal "$(stock "$E" general)" "2|0"
}

@test "R26 after the grace the next request's chores find it captured" {
  hold_in_silence silent
  pass_time 5
  get /terms
  assert_equal "$(state)" paying
  pass_time 10
  get /terms
  becomes confirmed
  assert_equal "$(attempts)" captured
  assert_equal "$(charges)" 1
  assert_equal "$(outcome)" "2|2|1"
  get "/checkout/$REFERENCE"
  assert_equal "$location" "/tickets/$REFERENCE"
  assert_sound
}

@test "R26 not charged after all: a hold again, and another try pays once" {
  hold_in_silence lost
  rm "$DATA/campuspay/behave"
  pass_time 11
  get /terms
  becomes held
  assert_equal "$(attempts)" failed
  pay
  assert_equal "$(state)" confirmed
  assert_equal "$(charges)" 1
  assert_equal "$(outcome)" "2|2|1"
  assert_sound
}

@test "R26 B2 not charged and the time is over: the places are free" {
  hold_in_silence lost
  pass_time 700
  get /terms
  becomes expired
  assert_equal "$(stock "$E" general)" "0|0"
  as "other-$BATS_TEST_NUMBER"
  hold "$E" general 10 a@example.org
  assert_sound
}

@test "R26 I8 charged and found long after the hold's time: confirmed" {
  hold_in_silence dead
  pass_time 5000
  get /terms
  sweep
  assert_equal "$(state)" paying
  assert_equal "$(stock "$E" general)" "2|0"
  rm "$DATA/campuspay/behave"
  pass_time 5000
  sweep
  assert_equal "$(state)" confirmed
  assert_equal "$(charges)" 1
  assert_equal "$(outcome)" "2|2|1"
  assert_sound
}

@test "R26 the sweep settles it as well, and only once" {
  hold_in_silence silent
  sweep
  assert_equal "$(state)" paying
  pass_time 11
  sweep &
  sweep &
  sweep
  wait
  sweep
  assert_equal "$(state)" confirmed
  assert_equal "$(outcome)" "2|2|1"
  assert_sound
}

@test "R26 B3 before \"sold out\" an overdue payment is asked about" {
  add_event "$E"
  as "other-$BATS_TEST_NUMBER"
  get "/book/$E"
  local page=$body
  as "person-$BATS_TEST_NUMBER"
  hold "$E" general 10 a@example.org
  behave lost
  pay
  rm "$DATA/campuspay/behave"
  pass_time 700
  # No request in between whose chores could have done it.
  as "other-$BATS_TEST_NUMBER"
  body=$page
  post "/book/$E" tier=general quantity=10 name=Bob email=b@example.org
  assert_status 303
  assert_equal "$(state)" expired
  assert_equal "$(stock "$E" general)" "10|0"
  assert_sound
}

@test "R26 B3 an overdue payment that was captured keeps its places" {
  add_event "$E"
  as "other-$BATS_TEST_NUMBER"
  get "/book/$E"
  local page=$body
  as "person-$BATS_TEST_NUMBER"
  hold "$E" general 10 a@example.org
  behave silent
  pay
  pass_time 700
  as "other-$BATS_TEST_NUMBER"
  body=$page
  post "/book/$E" tier=general quantity=1 name=Bob email=b@example.org
  assert_status 409
  assert_text "SoldOutError"
  assert_equal "$(state)" confirmed
  assert_equal "$(stock "$E" general)" "0|10"
}

@test "R26 one payment nobody can settle does not keep others from it" {
  hold_in_silence silent
  # Twenty payments through a gateway that is no longer configured, older.
  add_event "$E-b"
  sql_write "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL
      SELECT i + 1 FROM n WHERE i < 20)
    INSERT INTO booking (reference, event_id, state, source, quantity, total,
      currency, created_at, expires_at) SELECT 'GONE-' || i, e.id, 'paying',
      'page', 1, 1500, 'USD', $(now) - 900, $(now) - 300
      FROM n, event e WHERE e.slug = '$E-b';
    INSERT INTO payment_attempt (booking_id, gateway, idempotency_key, amount,
      currency, state, created_at) SELECT id, 'gone', reference, 1500, 'USD',
      'unknown', created_at FROM booking WHERE reference LIKE 'GONE-%'"
  pass_time 11
  sweep
  sweep
  local found
  found=$(state)
  sql_write "DELETE FROM payment_attempt WHERE gateway = 'gone';
    DELETE FROM booking WHERE reference LIKE 'GONE-%'"
  assert_equal "$found" confirmed
}

# ---- workers that die or dawdle ----

@test "R61 R26 a worker that died before it charged: nothing is lost" {
  add_event "$E"
  hold "$E" general 2 a@example.org
  # What it leaves: the attempt committed, the gateway never called.
  sql_write "UPDATE booking SET state = 'paying', terms_at = $(now)
      WHERE reference = '$REFERENCE';
    INSERT INTO payment_attempt (booking_id, gateway, idempotency_key, amount,
      currency, state, created_at) SELECT id, 'campuspay', 'KEY-' || reference,
      total, currency, 'started', $(now) FROM booking
      WHERE reference = '$REFERENCE'"
  get "/checkout/$REFERENCE"
  assert_text "We are waiting for your payment"
  pass_time 11
  sweep
  assert_equal "$(state)" held
  assert_equal "$(attempts)" failed
  pay
  assert_equal "$(state)" confirmed
  assert_equal "$(charges)" 1
  assert_sound
}

@test "R61 R26 a worker that died after it charged: tickets, charged once" {
  add_event "$E"
  hold "$E" general 2 a@example.org
  sql_write "UPDATE booking SET state = 'paying', terms_at = $(now)
      WHERE reference = '$REFERENCE';
    INSERT INTO payment_attempt (booking_id, gateway, idempotency_key, amount,
      currency, state, created_at) SELECT id, 'campuspay', 'KEY-' || reference,
      total, currency, 'started', $(now) FROM booking
      WHERE reference = '$REFERENCE'"
  mkdir -p "$DATA/campuspay"
  echo "captured CPY-1 30.00 USD" >"$DATA/campuspay/KEY-$REFERENCE"
  pass_time 11
  get /terms
  becomes confirmed
  assert_equal "$(outcome)" "2|2|1"
  assert_equal "$(charges)" 1
  assert_sound
}

@test "I5 I9 a charge that comes later than the grace is not lost" {
  add_event "$E"
  hold "$E" general 2 a@example.org
  stall_gateway
  pay_in_background
  # Meanwhile the gateway is asked and knows of no charge.
  rm "$DATA/campuspay/behave"
  pass_time 60
  sweep
  go_on
  wait "$PAYING"
  sweep
  assert_equal "$(charges)" 1
  # Money was taken, so there are tickets or a trace of the money.
  assert_equal "$(attempts)" captured
  assert_equal "$(state)" confirmed
  assert_equal "$(outcome)" "2|2|1"
  assert_sound
}

@test "I5 R26 a late answer that never came is asked for again" {
  add_event "$E"
  hold "$E" general 2 a@example.org
  stall_gateway
  pay_in_background
  rm "$DATA/campuspay/behave"
  pass_time 60
  sweep
  assert_equal "$(state)$(attempts)" heldfailed
  # Now it charges, and its answer is lost.
  go_on silent
  wait "$PAYING"
  assert_equal "$(charges)|$(attempts)" "1|failed"
  pass_time 15
  sweep
  assert_equal "$(state)$(attempts)" confirmedcaptured
  assert_equal "$(outcome)" "2|2|1"
  assert_sound
}

@test "R26 R77 a gateway that answers nothing is asked once a sweep, not for each" {
  local first key
  hold_in_silence silent
  first=$REFERENCE
  as "second-$BATS_TEST_NUMBER"
  hold "$E" general 1 b@example.org
  pay
  behave dead
  asked() {
    sql "SELECT count(*) FROM payment_attempt a JOIN booking b
      ON b.id = a.booking_id JOIN event e ON e.id = b.event_id
      WHERE e.slug = '$E' AND a.asked_at > $1"
  }
  pass_time 30
  before=$(($(now) - 1))
  sweep
  assert_equal "$(asked "$before")" 1
  pass_time 30
  sweep
  assert_equal "$(asked "$before")" 2
  rm "$DATA/campuspay/behave"
  pass_time 30
  sweep
  assert_equal "$(state)" confirmed
  # So it is with two refunds.
  behave dead
  get "/tickets/$REFERENCE/cancel"
  post "/tickets/$REFERENCE/cancel"
  REFERENCE=$first
  assert_equal "$(state)" confirmed
  as "person-$BATS_TEST_NUMBER"
  get "/tickets/$REFERENCE/cancel"
  post "/tickets/$REFERENCE/cancel"
  assert_equal "$(state)" cancelled
  sql_write "UPDATE refund SET asked_at = 0 WHERE settled_at IS NULL"
  pass_time 60
  sweep
  assert_equal "$(sql "SELECT count(*) || '|' || sum(asked_at > 0) FROM refund
    WHERE settled_at IS NULL")" "2|1"
  rm "$DATA/campuspay/behave"
  pass_time 60
  sweep
  [[ "$(refunds)" == *" refunded" ]]
  assert_equal "$(ledger)" "1|1|0"
}

@test "R26 what a slow gateway took of the time is not the database's" {
  add_event "$E"
  hold "$E" general 2 a@example.org
  stall_gateway
  pay_in_background
  rm "$DATA/campuspay/behave"
  # Longer than a request may wait for the database.
  sleep 5.3
  # Another writer is at it, so the answer waits for its turn.
  flock "$DATA/locks/writer.lock" sleep 0.7 3>&- &
  local writer=$!
  sleep 0.2
  : >"$DATA/orders"
  wait "$PAYING" "$writer"
  rm "$DATA/orders"
  assert_equal "$(cat "$BATS_TEST_TMPDIR/late")" 303
  assert_equal "$(state)" confirmed
}

@test "I6 I9 a buyer who pays again meanwhile is charged once in the end" {
  add_event "$E"
  hold "$E" general 2 a@example.org
  stall_gateway
  pay_in_background
  rm "$DATA/campuspay/behave"
  pass_time 60
  sweep
  [ "$(state)" != held ] || pay tok_valid_2
  go_on
  wait "$PAYING"
  sweep
  assert_equal "$(state)" confirmed
  # Two charges may only stand when one of them goes back.
  if [ "$(charges)" = 2 ]; then
    assert_equal "$(attempts)" "captured captured"
    assert_equal "$(refunds)" "3000 refunded"
    run "$BUILD/campuspass" --data "$DATA" late
    assert_output --partial "$REFERENCE"
  else
    assert_equal "$(charges)" 1
  fi
  assert_sound
}

# ---- together or not at all ----

@test "I12 tickets, ledger and mail commit together, or none of them" {
  add_event "$E"
  hold "$E" general 2 a@example.org
  sql_write "CREATE TRIGGER broken BEFORE INSERT ON outbox BEGIN
    SELECT RAISE(ABORT, 'no mail today'); END"
  pay
  local code=$status paying sold
  paying=$(state)$(outcome)
  sold=$(stock "$E" general)
  sql_write "DROP TRIGGER broken"
  assert_equal "$code" 503
  assert_equal "$paying" "paying0|0|0"
  assert_equal "$sold" "2|0"
  assert_equal "$(charges)" 1
  pass_time 11
  sweep
  assert_equal "$(state)" confirmed
  assert_equal "$(outcome)" "2|2|1"
  assert_equal "$(charges)" 1
  assert_sound
}

@test "I7 the ledger is append-only" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  pay
  local before
  before=$(sql "SELECT count(*) || total(amount) FROM ledger")
  run sql_write "UPDATE ledger SET amount = 1"
  assert_failure
  assert_output --partial "append-only"
  run sql_write "DELETE FROM ledger"
  assert_failure
  assert_output --partial "append-only"
  assert_equal "$(sql "SELECT count(*) || total(amount) FROM ledger")" \
    "$before"
}

@test "I7 REPLACE does not get around it" {
  local copy="$BATS_TEST_TMPDIR/copy.db" before
  add_event "$E"
  hold "$E" general 1 a@example.org
  pay
  sql "VACUUM INTO '$copy'"
  before=$(sqlite3 "$copy" "SELECT group_concat(amount) FROM ledger")
  run sqlite3 -batch "$copy" \
    "REPLACE INTO ledger (id, entry, kind, account, amount, currency,
      booking_id, created_at) SELECT id, entry, kind, account, 1, currency,
      booking_id, created_at FROM ledger"
  assert_equal "$(sqlite3 "$copy" "SELECT group_concat(amount) FROM ledger")" \
    "$before"
}

@test "R22 terms that were not accepted, and a card's mistakes, name their kind" {
  add_event "kind-$BATS_TEST_NUMBER"
  hold "kind-$BATS_TEST_NUMBER" general 1 kind@example.org
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_valid
  assert_status 400
  assert_text "Accept the terms"
  assert_text "Kind of problem: ValidationError"
  assert_text "mention request"
  post "/checkout/$REFERENCE" method=card card_number=4242424242424241 \
    cardholder_name=Ada expiration_date=2001-01 billing_address=Here terms=yes
  assert_status 400
  assert_text "Kind of problem: ValidationError"
  assert_text "Expiry date 2001-01"
  [[ $body != *424242424242* ]]
}

@test "R61 held and paid survive a restart of the server" {
  add_event "$E"
  hold "$E" general 3 a@example.org
  local held=$REFERENCE
  as "other-$BATS_TEST_NUMBER"
  hold "$E" general 2 b@example.org
  pay
  local paid=$REFERENCE
  stop_site
  start_server
  echo "$SERVER" >"$BATS_FILE_TMPDIR/server"
  get "/tickets/$paid"
  assert_status 200
  assert_text "Confirmed"
  as "person-$BATS_TEST_NUMBER"
  REFERENCE=$held
  pay
  assert_status 303
  assert_equal "$(stock "$E" general)" "0|5"
  assert_sound
}
