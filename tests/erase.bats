#!/usr/bin/env bats
# People of past events are forgotten, totals stay (B12).
bats_require_minimum_version 1.5.0
load helper

setup_file() {
  make_data empty
  echo "limits = no" >>"$DATA/campuspass.conf"
  start_server
  add_event past "starts_at=unixepoch() + 864000" "ends_at=unixepoch() + 867600"
  add_event coming "starts_at=unixepoch() + 8640000" "ends_at=unixepoch() + 8643600"
  as buyer
  hold past general 2 ada@secret.example
  pay
  as guest
  hold coming general 1 later@secret.example
  pay
  scene
  pass_time $((40 * 86400))
}

teardown_file() {
  stop_site
}

campuspass() {
  "$BUILD/campuspass" --data "$DATA" "$@"
}

# What no page makes here: all other places where somebody's name may stand.
scene() {
  sql_write "UPDATE booking SET note = 'brings Zelda',
      metadata = '{\"guest\": \"Dennis\"}' WHERE email LIKE 'ada@%';
    UPDATE ticket SET holder_name = 'Grace', holder_email = 'g@secret.example',
      passed_on_at = 1 WHERE id = (SELECT min(id) FROM ticket);
    INSERT INTO queue_entry (event_id, entry_key, name, email, person_key,
      state, created_at) SELECT id, 'k1', 'Linus', 'linus@secret.example',
      'linus@secret.example', 'left', 1 FROM event WHERE slug = 'past';
    INSERT INTO journal (event_id, kind, name, email, quantity, created_at)
      SELECT id, 'sold_out', 'Linus', 'linus@secret.example', 1, 1 FROM event
      WHERE slug = 'past';
    INSERT INTO scan (event_id, ticket_id, code, type, outcome, verdict,
      reason, scanned_at, recorded_at) SELECT event_id, id, code, 'check_in',
      'admitted', 'admitted', 'is Zelda, I know her', 1, 1 FROM ticket LIMIT 1;
    INSERT INTO scan (event_id, code, type, outcome, verdict, reason,
      scanned_at, recorded_at) SELECT id, 'mailto:zelda@secret.example',
      'check_in', 'refused', 'not_found', 'Unknown code', 1, 1 FROM event WHERE slug = 'past';
    INSERT INTO outbox (message_id, kind, recipient, state, due_at, created_at)
      VALUES ('m1', 'share', 'friend@secret.example', 'sent', 1, 1);
    INSERT INTO audit (action, subject, created_at)
      VALUES ('event.publish', 'event past', 1);
    INSERT INTO audit (action, event_id, subject, after, reason, created_at)
      SELECT 'booking.refund', event_id, 'booking ' || reference,
      '{\"amount\":\"1.00\"}', 'Zelda is ill', 1 FROM booking;
    INSERT INTO refund (booking_id, payment_attempt_id, idempotency_key, amount,
      currency, reason, state, created_at, asked_at, settled_at) SELECT b.id, a.id,
      'f' || b.id, 1, 'USD', 'Zelda is ill', 'failed', 1, 1, 1
      FROM booking b JOIN payment_attempt a ON a.booking_id = b.id
      WHERE b.email LIKE 'ada@%'"
}

# Everything about the event `past` that tells of somebody; the whole database
# but for the event that is to come.
names() {
  sqlite3 -batch "file:$DATA/campuspass.db?mode=ro" "${QUIETLY[@]}" .dump |
    grep -v "later@secret\|booking $(coming_reference)" | grep -oiE '[a-z]+@secret|Ada Lovelace|Grace|Linus|Zelda|Dennis' |
    sort -u
}

coming_reference() {
  sql "SELECT reference FROM booking WHERE email = 'later@secret.example'"
}

figures() {
  sql "SELECT 'tier', sold, held FROM tier; SELECT 'booking', reference, state,
      quantity, total FROM booking; SELECT 'ticket', code, status, price FROM
      ticket; SELECT 'ledger', entry, account, amount FROM ledger;
    SELECT 'audit', id, action, subject, before, after FROM audit;
    SELECT 'refund', amount, state FROM refund; SELECT 'journal', kind, quantity FROM journal;
    SELECT 'scan', type, outcome FROM scan"
}

@test "erase wants a number of days" {
  local words
  for words in "" "7" "--older-than" "--older-than 0" "--older-than x" \
    "--older-than 7 8"; do
    run campuspass erase $words
    assert_failure 2
  done
}

@test "erase leaves people of events that are over for less" {
  local before
  before=$(names)
  [ "$(wc -l <<<"$before")" -ge 6 ]
  # The event was over 29 days and 23 hours ago.
  run campuspass erase --older-than 30
  assert_success
  assert_output --partial "0 bookings"
  [ "$(sql "SELECT email FROM booking WHERE note <> ''")" = ada@secret.example ]
}

@test "a booking whose refund is on its way waits for the next run" {
  sql_write "INSERT INTO refund (booking_id, payment_attempt_id,
    idempotency_key, amount, currency, reason, created_at, asked_at)
    SELECT b.id, a.id, 'open', 1, 'USD', 'x', unixepoch(), unixepoch() FROM
    booking b JOIN payment_attempt a ON a.booking_id = b.id WHERE b.note <> ''"
  campuspass erase --older-than 20
  [ "$(sql "SELECT email FROM booking WHERE note <> ''")" = ada@secret.example ]
  sql_write "DELETE FROM refund WHERE idempotency_key = 'open'"
}

@test "B12 people of past events are forgotten, totals stay" {
  local before
  before=$(figures)
  run campuspass erase --older-than 20
  assert_success
  assert_output --partial "1 bookings"
  run names
  # The account's own data are the account's; here nobody has one.
  assert_output ""
  [ "$(figures)" = "$before" ]
  # What the staff say of who is to come stays; no other word of theirs changes.
  assert_equal "$(sql "SELECT count(*) FROM audit WHERE reason <> ''")" 1
  run sqlite3 "$DATA/campuspass.db" "UPDATE audit SET reason = '', after = '{}'"
  assert_output --partial "append-only"
  # Who comes to what is to come is known still.
  [ "$(sql "SELECT count(*) FROM booking WHERE email = 'later@secret.example'")" = 1 ]
  assert_sound
}

@test "erase twice is erase once" {
  run campuspass erase --older-than 20
  assert_success
  assert_output "forgotten: 0 bookings, 0 entries of waiting lists and journals, 0 mails"
}

@test "erase goes in slices: many bookings, and one that is killed goes on" {
  sql_write "INSERT INTO booking (reference, event_id, name, email, state,
      source, quantity, total, currency, created_at, expires_at)
    SELECT 'R' || i, e.id, 'Name', 'n' || i || '@secret.example', 'released',
      'page', 1, 0, 'USD', 1, 2 FROM event e, (WITH RECURSIVE n (i) AS
      (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) SELECT i FROM n)
    WHERE e.slug = 'past';
    INSERT INTO booking_item (booking_id, tier_id, quantity, price, is_live)
      SELECT b.id, t.id, 1, 0, 0 FROM booking b JOIN tier t
      ON t.event_id = b.event_id WHERE b.reference LIKE 'R%'
      AND b.state = 'released'"
  "$BUILD/campuspass" --data "$DATA" erase --older-than 20 >/dev/null 3>&- &
  sleep 0.06
  kill -9 $! || true
  wait $! 2>/dev/null || true
  assert_sound
  run campuspass erase --older-than 20
  assert_success
  run names
  assert_output ""
}
