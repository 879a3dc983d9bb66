#!/usr/bin/env bats
# Paying later, to the staff (R71); the ledger (B13); and that `campuspass
# check` would see it if the books were wrong (I5, I6, I7).
load helper
load paying

setup_file() {
  start_shop ""
}

teardown_file() { stop_site; }

setup() {
  as "person-$BATS_TEST_NUMBER"
  E="show-$BATS_TEST_NUMBER"
  pass_time 40
}

operate() {
  "$BUILD/campuspass" --data "$DATA" "$@"
}

# Hold $1 places (2) and say that they are paid later.
reserve() {
  hold "$E" general "${1:-2}" a@example.org
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" terms=yes
  assert_status 303
  assert_equal "$location" "/checkout/$REFERENCE"
}

# ---- paying later ----

@test "R71 without a gateway one pays later, and the page says how" {
  add_event "$E"
  hold "$E" general 2 a@example.org
  get "/checkout/$REFERENCE"
  assert_text "There is no payment online"
  assert_text "reserved for 3 days"
  assert_text "Reserve and pay later"
  [[ $body != *payment_token* ]]
  post "/checkout/$REFERENCE" terms=yes
  get "$location"
  assert_status 200
  assert_text "Pay \$30.00 until"
  assert_text "$REFERENCE"
  # Reserved, and not confirmed.
  assert_equal "$(state)$(stock "$E" general)" "held2|0"
  assert_equal "$(outcome)$(attempts)" "0|0|1"
  get "/tickets/$REFERENCE"
  refute_text "Your tickets"
  refute_text "Find an event"
}

@test "R71 reserved: how to pay and until when, and the places can go back" {
  add_event "$E"
  echo "later_details = DE89 3704 0044 0532 0130 00, or <here> 10 to 12" \
    >>"$DATA/campuspass.conf"
  reserve
  get "/checkout/$REFERENCE"
  assert_text "DE89 3704 0044 0532 0130 00, or <here> 10 to 12"
  sed -i '/^later_details/d' "$DATA/campuspass.conf"
  get /tickets
  assert_text "To be paid $REFERENCE"
  get "/tickets/$REFERENCE"
  assert_text "Your places are reserved"
  assert_text "Pay \$30.00 until"
  assert_text "How to pay"
  [[ $(page_text) != *"Continue to payment"* ]]
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE/release"
  assert_equal "$location" "/tickets/$REFERENCE"
  assert_equal "$(state)$(stock "$E" general)" "released0|0"
  run operate paid "$REFERENCE"
  assert_failure
  get "/checkout/$REFERENCE"
  [[ $(page_text) != *"Pay \$30.00 until"* ]]
}

@test "R71 R72 without a gateway buyers pay later: that is no trouble" {
  get /status
  assert_status 200
  assert_text "Buyers pay later: by transfer or at the box office."
}

@test "R71 R31 the terms are asked for here, too" {
  add_event "$E"
  hold "$E" general 2 a@example.org
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE"
  assert_status 400
  assert_text "Accept the terms of sale"
  assert_equal "$(sql "SELECT is_later FROM booking
    WHERE reference = '$REFERENCE'")" 0
}

@test "R71 no gateway's name, token or word confirms it" {
  local method
  add_event "$E"
  hold "$E" general 2 a@example.org
  get "/checkout/$REFERENCE"
  local page=$body
  for method in campuspay campuspay_page paypal card saved LATER; do
    body=$page
    post "/checkout/$REFERENCE" "method=$method" payment_token=tok_valid \
      terms=yes
    assert_equal "$method $status" "$method 400"
  done
  assert_equal "$(state)$(outcome)" "held0|0|0"
}

@test "R71 the staff mark it paid: tickets, ledger and mail, once" {
  add_event "$E"
  reserve
  # Long after the usual hold.
  pass_time 7200
  run operate paid "${REFERENCE,,}"
  assert_success
  assert_equal "$(state)$(attempts)" confirmedcaptured
  assert_equal "$(outcome)" "2|2|2"
  assert_equal "$(ledger)" "1|0|0"
  run operate paid "$REFERENCE"
  assert_failure
  assert_equal "$(outcome)" "2|2|2"
  get "/tickets/$REFERENCE"
  assert_text "Confirmed"
}

@test "R71 past its deadline the places are free, and money is refused" {
  add_event "$E"
  reserve 10
  pass_time $((71 * 3600))
  operate sweep
  assert_equal "$(state)" held
  pass_time 3700
  as "other-$BATS_TEST_NUMBER"
  local mine=$REFERENCE
  hold "$E" general 10 b@example.org
  REFERENCE=$mine
  assert_equal "$(state)" expired
  run operate paid "$REFERENCE"
  assert_failure
  assert_output --partial "The time to pay is over"
  assert_equal "$(outcome)" "0|0|1"
}

@test "R71 the deadline is not after the start of the event" {
  add_event "$E" "starts_at=$(now) + 7200" "ends_at=$(now) + 9000"
  reserve
  assert_equal "$(sql "SELECT b.expires_at = e.starts_at FROM booking b
    JOIN event e ON e.id = b.event_id WHERE reference = '$REFERENCE'")" 1
}

@test "R71 paid refuses what is unknown, held for paying now, or no reference" {
  add_event "$E"
  hold "$E" general 2 a@example.org
  run operate paid "$REFERENCE"
  assert_failure
  assert_output --partial "does not pay later"
  run operate paid 0000000000
  assert_failure
  run operate paid nonsense
  assert_failure
  assert_output --partial "is no reference"
  assert_equal "$(state)" held
}

@test "R71 marked paid twice at once: one payment" {
  add_event "$E"
  reserve
  local i pids=()
  for i in 1 2 3 4; do
    operate paid "$REFERENCE" >/dev/null 2>&1 &
    pids+=($!)
  done
  for i in "${pids[@]}"; do wait "$i" || true; done
  assert_equal "$(outcome)" "2|2|2"
  assert_equal "$(ledger)" "1|0|0"
}

# ---- the ledger ----

@test "B13 every entry has two sides, and nobody changes a line" {
  add_event "$E"
  reserve
  operate paid "$REFERENCE"
  assert_equal "$(sql "SELECT group_concat(account || amount, ' ') FROM
    (SELECT account, l.amount FROM ledger l JOIN booking b
      ON b.id = l.booking_id WHERE reference = '$REFERENCE'
      ORDER BY account)")" "gateway:later3000 sales-3000"
  local change before
  before=$(sql "SELECT count(*) || total(amount * id) FROM ledger")
  for change in "UPDATE ledger SET amount = 1" \
    "UPDATE ledger SET created_at = 0" "DELETE FROM ledger" \
    "REPLACE INTO ledger SELECT * FROM ledger"; do
    run sql_write "$change"
    assert_failure
    assert_output --partial "append-only"
  done
  assert_equal "$(sql "SELECT count(*) || total(amount * id) FROM ledger")" \
    "$before"
  assert_equal "$(sql "SELECT sum(amount) FROM ledger")" 0
  assert_sound
}

# ---- would it be seen? ----

# A sold booking in a copy of the data; plant there, and check it.
copy_of_a_sale() {
  add_event "$E"
  reserve
  operate paid "$REFERENCE"
  COPY="$BATS_TEST_TMPDIR/copy"
  mkdir "$COPY"
  cp -r "$DATA/campuspass.conf" "$DATA/keys" "$DATA/clock" "$COPY"
  mkdir "$COPY/log" "$COPY/locks"
  sql "VACUUM INTO '$COPY/campuspass.db'"
  OPEN="(SELECT id FROM booking WHERE reference = '$REFERENCE')"
  run "$BUILD/campuspass" --data "$COPY" check
  assert_success
}

# planted STATEMENTS: in the copy; then the check finds $2.
planted() {
  sqlite3 -bail "$COPY/campuspass.db" "PRAGMA foreign_keys = ON; $1"
  run "$BUILD/campuspass" --data "$COPY" check
  assert_failure
  assert_output --partial "$2"
}

@test "I5 check sees money without tickets that is not refunded" {
  copy_of_a_sale
  planted "DELETE FROM ticket WHERE booking_id = $OPEN;
    UPDATE tier SET sold = 0 WHERE id IN
      (SELECT tier_id FROM booking_item WHERE booking_id = $OPEN);
    UPDATE booking_item SET is_live = 0 WHERE booking_id = $OPEN;
    UPDATE booking SET state = 'expired' WHERE id = $OPEN" \
    "I5: money is not what the tickets are worth: $REFERENCE"
}

@test "I5 check sees a refund that the gateway refused" {
  copy_of_a_sale
  planted "DELETE FROM ticket WHERE booking_id = $OPEN;
    UPDATE tier SET sold = 0 WHERE id IN
      (SELECT tier_id FROM booking_item WHERE booking_id = $OPEN);
    UPDATE booking_item SET is_live = 0 WHERE booking_id = $OPEN;
    UPDATE booking SET state = 'expired' WHERE id = $OPEN;
    INSERT INTO refund (booking_id, payment_attempt_id, idempotency_key,
      amount, currency, state, reason, created_at, asked_at, settled_at)
      SELECT booking_id, id, 'K', amount, currency, 'failed', '', 1, 1, 1
      FROM payment_attempt WHERE booking_id = $OPEN" "I5: money is not"
}

@test "I5 check sees tickets that nobody paid" {
  copy_of_a_sale
  planted "UPDATE payment_attempt SET state = 'failed'
    WHERE booking_id = $OPEN" "I5: money is not what the tickets are worth: $REFERENCE"
}

@test "I6 check sees a booking that was charged twice" {
  copy_of_a_sale
  planted "INSERT INTO payment_attempt (booking_id, gateway, idempotency_key,
      amount, currency, state, created_at, settled_at) SELECT booking_id,
      gateway, 'K', amount, currency, 'captured', 1, 1 FROM payment_attempt
      WHERE booking_id = $OPEN" \
    "I6: captured twice, and not refunded: $REFERENCE"
}

@test "I6 check sees more refunded than was captured" {
  copy_of_a_sale
  planted "INSERT INTO refund (booking_id, payment_attempt_id,
      idempotency_key, amount, currency, reason, created_at, asked_at)
      SELECT booking_id, id, 'K', amount + 1, currency, '', 1, 1
      FROM payment_attempt WHERE booking_id = $OPEN" \
    "I6: more refunded than captured"
}

@test "I7 check sees an entry of the ledger that does not add up" {
  copy_of_a_sale
  planted "INSERT INTO ledger (entry, kind, account, amount, currency,
      booking_id, created_at) VALUES ('fee:1', 'fee', 'fees', 5, 'USD', $OPEN,
      1)" "I7: an entry that does not add up to zero: fee:1"
}

@test "I7 check sees a line that was removed behind the triggers' back" {
  copy_of_a_sale
  planted "DROP TRIGGER ledger_no_delete;
    DELETE FROM ledger WHERE booking_id = $OPEN" \
    "I7: captured but not in the ledger"
}

@test "I7 check sees a refund that the ledger does not know" {
  copy_of_a_sale
  planted "INSERT INTO refund (booking_id, payment_attempt_id,
      idempotency_key, amount, currency, state, reason, created_at, asked_at,
      settled_at) SELECT booking_id, id, 'K', amount, currency, 'refunded',
      '', 1, 1, 1 FROM payment_attempt WHERE booking_id = $OPEN" \
    "I7: refunded but not in the ledger"
}

@test "I5 I6 I7 at the end the books are sound" {
  assert_sound
}
