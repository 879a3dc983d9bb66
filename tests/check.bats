#!/usr/bin/env bats
# What `campuspass check` proves of a database, and finds where it is planted.
load helper
load operator

setup() {
  DATA="$BATS_TEST_TMPDIR/data"
  unset CAMPUSPASS_DATA
}

# damage STATEMENT: what no program would write, past every rule.
damage() {
  sqlite3 -batch "$DATA/campuspass.db" "PRAGMA ignore_check_constraints = ON;
    PRAGMA foreign_keys = OFF; $1"
}

# finds WORDS: check ends with 1 and has a line with them.
finds() {
  run cp_data check
  assert_failure 1
  assert_output --partial "$1"
  assert_output --partial "not sound"
}

# A sold booking of comedy-night's first tier: two tickets, paid.
sell() {
  sqlite3 -batch "$DATA/campuspass.db" "PRAGMA foreign_keys = ON;
    INSERT INTO booking (id, reference, event_id, state, source, quantity,
      total, currency, created_at, expires_at, confirmed_at)
      SELECT 1, 'SOLD', id, 'confirmed', 'page', 2, 2000, 'USD', 1, 2, 2
      FROM event WHERE slug = 'comedy-night';
    INSERT INTO booking_item (booking_id, tier_id, quantity, price)
      SELECT 1, t.id, 2, 1000 FROM tier t JOIN event e ON e.id = t.event_id
      WHERE e.slug = 'comedy-night' AND t.slug = 'general';
    INSERT INTO ticket (booking_id, event_id, tier_id, code, price, created_at)
      SELECT 1, t.event_id, t.id, 'TKT-' || n.column1, 1000, 2 FROM
      booking_item i JOIN tier t ON t.id = i.tier_id,
      (VALUES ('0000000000000001'), ('0000000000000002')) n;
    UPDATE tier SET sold = 2 WHERE id = (SELECT tier_id FROM booking_item);
    INSERT INTO payment_attempt (id, booking_id, gateway, idempotency_key,
      amount, currency, state, created_at, settled_at)
      VALUES (1, 1, 'campuspay', 'KEY', 2000, 'USD', 'captured', 2, 2);
    INSERT INTO ledger (entry, kind, account, amount, currency, booking_id,
      payment_attempt_id, created_at) VALUES
      ('e', 'charge', 'gateway:campuspay', 2000, 'USD', 1, 1, 2),
      ('e', 'charge', 'sales', -2000, 'USD', 1, 1, 2)"
}

@test "check: a sound database is called so" {
  make_shop
  sell
  run cp_data check
  assert_success
  assert_output "the database is sound"
}

@test "check finds I1: more sold than there is" {
  make_shop
  damage "UPDATE tier SET sold = capacity + 1 WHERE slug = 'front-row'"
  finds "I1: more sold and held than there is: comedy-night/front-row 21 of 20"
}

@test "check finds a sold counter that is not the tickets" {
  make_shop
  sell
  damage "UPDATE tier SET sold = 3 WHERE sold = 2"
  finds "comedy-night/general says 3, tickets 2"
}

@test "check finds a held counter that is not the bookings" {
  make_shop
  damage "UPDATE tier SET held = 1 WHERE slug = 'front-row'"
  finds "I1: held is not what bookings hold"
}

@test "check finds a confirmed booking without its tickets" {
  make_shop
  sell
  damage "DELETE FROM ticket WHERE code LIKE '%2';
    UPDATE tier SET sold = 1 WHERE sold = 2"
  finds "confirmed without a ticket for each place: SOLD"
}

@test "check finds a total that is not the sum of its items" {
  make_shop
  sell
  damage "UPDATE booking SET total = 1"
  finds "total is not the sum of the items: SOLD"
}

@test "check finds a booking that lost its items" {
  make_shop
  sell
  damage "DELETE FROM booking_item"
  finds SOLD
}

@test "check finds I7: an entry that does not add up" {
  make_shop
  sell
  damage "DROP TRIGGER ledger_no_update; DROP TRIGGER ledger_no_delete;
    UPDATE ledger SET amount = -1999 WHERE amount < 0"
  finds "I7: an entry that does not add up to zero: e"
}

@test "check finds I7: captured money that is not in the ledger" {
  make_shop
  sell
  damage "DROP TRIGGER ledger_no_update; DROP TRIGGER ledger_no_delete;
    DELETE FROM ledger"
  finds "I7: captured but not in the ledger, attempt: KEY"
}

@test "check finds I5: tickets that nobody paid for" {
  make_shop
  sell
  damage "UPDATE payment_attempt SET state = 'failed';
    DROP TRIGGER ledger_no_delete; DELETE FROM ledger"
  finds "I5: money is not what the tickets are worth: SOLD has 0, tickets 2000"
}

@test "check finds I5: captured money of a booking without tickets" {
  make_shop
  sell
  damage "UPDATE booking SET state = 'expired'; DELETE FROM ticket;
    UPDATE booking_item SET is_live = 0; UPDATE tier SET sold = 0"
  finds SOLD
}

@test "check finds a row that refers to nothing" {
  make_shop
  sell
  damage "UPDATE ticket SET booking_id = 4711 WHERE code LIKE '%2'"
  finds ticket
}

@test "check finds a damaged file" {
  make_shop
  sqlite3 "$DATA/campuspass.db" "PRAGMA wal_checkpoint(TRUNCATE)" >/dev/null
  local at size
  size=$(stat -c %s "$DATA/campuspass.db")
  for at in 3 7 11 15; do
    printf 'damagedamagedamage' | dd of="$DATA/campuspass.db" bs=1 \
      seek=$((4096 * at + 5)) conv=notrunc status=none
  done
  assert_equal "$(stat -c %s "$DATA/campuspass.db")" "$size"
  run cp_data check
  assert_failure 1
}

@test "check finds a file that is no database" {
  make_shop
  rm "$DATA"/campuspass.db*
  head -c 8192 /dev/urandom >"$DATA/campuspass.db"
  run cp_data check
  assert_failure 1
  [ "$status" -lt 128 ]
}
