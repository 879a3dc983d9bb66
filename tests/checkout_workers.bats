#!/usr/bin/env bats
# Workers that die or dawdle between a hold and its tickets, and a database that
# refuses: nothing is lost, nothing is charged twice.
load helper
load paying
load person
load checkout

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
    eventually [ -e "$DATA/orders" ]
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

# Pay from a browser in the background, where the gateway stalls, and wait until
# its attempt stands.
pay_in_background() {
  add_event "$E"
  hold "$E" general 2 a@example.org
  stall_gateway
  get "/checkout/$REFERENCE"
  curl -s -o /dev/null -b "$JAR" -w '%{http_code}' -m 20 \
    --data-urlencode "csrf_token=$(hidden csrf_token)" -d terms=yes \
    -d method=campuspay -d payment_token=tok_valid \
    "$URL/checkout/$REFERENCE" >"$BATS_TEST_TMPDIR/late" 3>&- &
  PAYING=$!
  eventually [ -e "$DATA/stalled" ]
  assert_equal "$(attempts)" started
}

# The gateway works for others; asked meanwhile, it knows of no charge.
ask_meanwhile() {
  rm "$DATA/campuspay/behave"
  pass_time 60
  sweep
}

# First: what ends by kill -9 takes the counts of `make coverage` along.
@test "R61 R26 kill -9 in the midst of a charge: settled, buyers go on" {
  pay_in_background
  # Only the one that waits can be at the pipe; the others are idle.
  pkill -9 -P "$SERVER" -x checkout
  wait "$PAYING" || true
  rm "$DATA/campuspay/behave"
  go_on
  assert_equal "$(state)" paying
  pass_time 11
  # The server starts another worker.
  eventually comes "/checkout/$REFERENCE"
  sweep
  assert_equal "$(state)" held
  pay
  assert_paid_once
}

# ---- workers that die or dawdle ----

# What a worker leaves that dies just before it calls the gateway: a hold, and
# the attempt to pay it.
hold_and_die() {
  add_event "$E"
  hold "$E" general 2 a@example.org
  sql_write "UPDATE booking SET state = 'paying', terms_at = $(now)
      WHERE reference = '$REFERENCE';
    INSERT INTO payment_attempt (booking_id, gateway, idempotency_key, amount,
      currency, state, created_at) SELECT id, 'campuspay', 'KEY-' || reference,
      total, currency, 'started', $(now) FROM booking
      WHERE reference = '$REFERENCE'"
}

@test "R61 R26 a worker that died before it charged: nothing is lost" {
  hold_and_die
  get "/checkout/$REFERENCE"
  assert_text "We are waiting for your payment"
  pass_time 11
  sweep
  assert_equal "$(state)" held
  assert_equal "$(attempts)" failed
  pay
  assert_paid_once
}

@test "R61 R26 a worker that died after it charged: tickets, charged once" {
  hold_and_die
  mkdir -p "$DATA/campuspay"
  echo "captured CPY-1 30.00 USD" >"$DATA/campuspay/KEY-$REFERENCE"
  pass_time 11
  becomes confirmed
  assert_paid_once
}

@test "I5 I9 a charge that comes later than the grace is not lost" {
  pay_in_background
  ask_meanwhile
  go_on
  wait "$PAYING"
  sweep
  assert_equal "$(attempts)" captured
  assert_paid_once
}

@test "I5 R26 a late answer that never came is asked for again" {
  pay_in_background
  ask_meanwhile
  assert_equal "$(state)$(attempts)" heldfailed
  # Now it charges, and its answer is lost.
  go_on silent
  wait "$PAYING"
  assert_equal "$(charges)|$(attempts)" "1|failed"
  pass_time 15
  sweep
  assert_equal "$(attempts)" captured
  assert_paid_once
}

@test "R26 what a slow gateway took of the time is not the database's" {
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
  pay_in_background
  ask_meanwhile
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
  assert_paid_once
}
