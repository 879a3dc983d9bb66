#!/usr/bin/env bats
# A gateway that does not answer: what is being paid keeps its places, is asked
# about, and is charged once.
load helper
load paying
load person
load checkout

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
  stop_clock
  hold_in_silence silent
  pass_time 9
  sweep
  assert_equal "$(state)" paying
  pass_time 1
  start_clock
  becomes confirmed
  assert_equal "$(attempts)" captured
  assert_paid_once
  get "/checkout/$REFERENCE"
  assert_equal "$location" "/tickets/$REFERENCE"
}

@test "R26 not charged after all: a hold again, and another try pays once" {
  hold_in_silence lost
  rm "$DATA/campuspay/behave"
  pass_time 11
  becomes held
  assert_equal "$(attempts)" failed
  pay
  assert_paid_once
}

@test "R26 B2 not charged and the time is over: the places are free" {
  hold_in_silence lost
  pass_time 700
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
  assert_paid_once
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
  assert_paid_once
}

@test "R26 B3 before \"sold out\" an overdue payment is asked about" {
  add_event "$E"
  open_form
  hold "$E" general 10 a@example.org
  behave lost
  pay
  rm "$DATA/campuspay/behave"
  pass_time 700
  # No request in between whose chores could have done it.
  send_form 10
  assert_status 303
  assert_equal "$(state)" expired
  assert_equal "$(stock "$E" general)" "10|0"
  assert_sound
}

@test "R26 B3 an overdue payment that was captured keeps its places" {
  add_event "$E"
  open_form
  hold "$E" general 10 a@example.org
  behave silent
  pay
  pass_time 700
  send_form 1
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
  # Once what the second one has left to do is done.
  one_is_asked() {
    sql_write "UPDATE refund SET asked_at = 0 WHERE settled_at IS NULL"
    pass_time 60
    sweep
    [ "$(sql "SELECT count(*) || '|' || sum(asked_at > 0) FROM refund
      WHERE settled_at IS NULL")" = "2|1" ]
  }
  eventually one_is_asked
  rm "$DATA/campuspay/behave"
  pass_time 60
  sweep
  [[ "$(refunds)" == *" refunded" ]]
  assert_equal "$(ledger)" "1|1|0"
}
