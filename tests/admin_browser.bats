#!/usr/bin/env bats
# The staff's pages in a real browser: narrow and wide, light and dark, with
# and without scripts.
load helper
load chromium
load staff

setup_file() {
  find_browser
  start_site empty
  sign_in organiser olga
  add_event hall "seating='reserved'" "queue_is_open=1" \
    "title='Donaudampfschifffahrtsgesellschaftskapitänskajütenkonzert'"
  sql_write "UPDATE tier SET capacity = 60 WHERE event_id =
    (SELECT id FROM event WHERE slug = 'hall')"
  sql_write "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n
      WHERE i < 59)
    INSERT INTO seat (event_id, tier_id, row_name, number)
    SELECT t.event_id, t.id, substr('ABC', i / 20 + 1, 1), i % 20 + 1
    FROM tier t JOIN n JOIN event e ON e.id = t.event_id
    WHERE e.slug = 'hall'"
  give_event hall olga
  sell seats=C1 "name=Ada Lovelace" email=ada@example.org
  sell "seats=C2 C3" "name=Grace Hopper"
  export REFERENCE
  sql_write "UPDATE ticket SET check_in_at = unixepoch(), status = 'used'
    WHERE id = 1"
  get "/admin/bookings/$REFERENCE"
  post "/admin/bookings/$REFERENCE/refund" amount=5 reason=noise
  # Money that came late; refunds that wait are made by hand above.
  sql_write "INSERT INTO journal (event_id, booking_id, kind, name, email,
      quantity, created_at)
    SELECT event_id, id, 'late_money', name, email, 2, unixepoch()
    FROM booking WHERE reference = '$REFERENCE'"
  as waiter
  get /book/hall/queue
  sql_write "UPDATE event SET queue_is_manual = 1"
  post /book/hall/queue "name=Very Patient" email=very.patient@example.org \
    tier=general quantity=2
  as buyer
  get /book/hall
  post /book/hall name=Bob email=bob@example.org seat=B7
}

teardown_file() {
  stop_site
}

# sell [name=value ...]
sell() {
  get /admin/events/hall/sell
  post /admin/events/hall/sell "$@" how=cash
  REFERENCE=$(sed 's/.*bookings.//; s/?.*//' <<<"$location")
}

# staff CASE [ARGUMENT ...]: see browser/staff.mjs; olga is signed in.
staff() {
  COOKIE=$(awk -F '\t' '$6 ~ /./ && NF == 7 { printf "%s%s=%s", s, $6, $7
    s = "; " }' "$BATS_FILE_TMPDIR/jar-olga")
  export COOKIE
  # 3>&-: bats waits for whoever holds its descriptor 3.
  node "$TOP/tests/browser/staff.mjs" "$@" 3>&-
}

PAGES=(/admin/bookings /admin/late /admin/audit /admin/events/hall/sell /admin/events/hall/tickets
  /admin/events/hall/queue /admin/events/hall/seats)

@test "R51 R53 R54 the staff's pages fit 320 px and have no accessibility mistake" {
  staff pages 320 "${PAGES[@]}" "/admin/bookings/$REFERENCE"
}

@test "R51 R53 R54 the staff's pages fit 1280 px and have no accessibility mistake" {
  staff pages 1280 "${PAGES[@]}" "/admin/bookings/$REFERENCE"
}

@test "R53 with a script the seats change by themselves, and can be paused" {
  local said="$BATS_TEST_TMPDIR/said"
  : >"$said"
  staff monitor /admin/events/hall/seats >"$said" 2>&1 &
  local browser=$!
  timeout 120 grep -q ready <(tail -f "$said" --pid "$browser")
  # Somebody takes A1; the one hold there is was for B7, and is over.
  sql_write "UPDATE booking SET expires_at = unixepoch() - 1
    WHERE state = 'held'"
  as "buyer-2"
  get /book/hall
  post /book/hall name=Eve email=eve@example.org seat=A1
  assert_status 303
  wait "$browser" || { cat "$said"; return 1; }
}
