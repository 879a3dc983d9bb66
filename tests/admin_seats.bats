#!/usr/bin/env bats
# The seat monitor: free, held, sold and checked-in seats, fresh every second.
load helper
load staff

setup_file() {
  start_site empty
  sign_in organiser olga
  sign_in organiser otto
}

teardown_file() {
  stop_site
}

setup() {
  E="hall-$BATS_TEST_NUMBER"
  add_event "$E" "seating='reserved'"
  sql_write "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
      WHERE i < 10)
    INSERT INTO seat (event_id, tier_id, row_name, number)
    SELECT t.event_id, t.id, 'A', n.i FROM tier t JOIN n
    JOIN event e ON e.id = t.event_id WHERE e.slug = '$E'"
  give_event "$E" olga
}

# take NAME SEAT ...: hold seats as a buyer.
take() {
  local seats=() seat
  for seat in "${@:2}"; do
    seats+=("seat=$seat")
  done
  as "$1-$BATS_TEST_NUMBER"
  get "/book/$E"
  post "/book/$E" "name=$1" "email=$1@example.org" "${seats[@]}"
  assert_status 303
  REFERENCE=${location##*/}
}

# look [curl options]: what the script sees.
look() {
  as olga
  get "/admin/events/$E/seats.json" "$@"
}

# The state of a seat in the answer.
seat() {
  jq -r ".seats.$1" <<<"$body"
}

# check_in SEAT: as the door writes it.
check_in() {
  sql_write "UPDATE ticket SET check_in_at = unixepoch(), status = 'used'
    WHERE seat_id = (SELECT s.id FROM seat s JOIN event e ON e.id = s.event_id
      WHERE e.slug = '$E' AND s.row_name || s.number = '$1');
    INSERT INTO scan (event_id, ticket_id, code, type, outcome, verdict,
      scanned_at, recorded_at) SELECT event_id, id, code, 'check_in',
      'admitted', 'admitted', unixepoch(), unixepoch() FROM ticket WHERE check_in_at IS NOT NULL
      AND seat_id = (SELECT s.id FROM seat s JOIN event e ON e.id = s.event_id
      WHERE e.slug = '$E' AND s.row_name || s.number = '$1')"
}

@test "R53: the map shows free, held, sold and checked-in seats" {
  take ada A1 A2
  pay
  take bob A3
  check_in A2
  look
  assert_status 200
  assert_equal "$(seat A1) $(seat A2) $(seat A3) $(seat A4)" \
    "sold in held free"
  assert_equal "$(jq -c .counts <<<"$body")" \
    '{"free":7,"held":1,"in":1,"sold":1}'
  get "/admin/events/$E/seats"
  assert_status 200
  assert_text "A2, checked in"
  assert_text "A3, held"
  assert_text "7 free"
  [[ $headers == *"script-src 'self'; "* && $headers == *"connect-src 'self'; "* ]]
  get "/admin/events/$E/tickets"
  [[ $headers != *script-src* ]]
}

@test "R53: a change is seen with the next question, what is old costs a 304" {
  local tag
  look
  tag=$(etag)
  look -H "If-None-Match: $tag"
  assert_status 304
  assert_equal "$body" ""
  take ada A1
  look -H "If-None-Match: $tag"
  assert_status 200
  assert_equal "$(seat A1)" held
  tag=$(etag)
  as "ada-$BATS_TEST_NUMBER"
  pay
  look -H "If-None-Match: $tag"
  assert_status 200
  assert_equal "$(seat A1)" sold
  tag=$(etag)
  look -H "If-None-Match: $tag"
  assert_status 304
}

@test "R53: a hold's end and the door's scans are seen, though nothing is sold" {
  local tag
  take ada A1
  pay
  take bob A2
  look
  tag=$(etag)
  assert_equal "$(seat A2)" held
  pass_time 601
  look -H "If-None-Match: $tag"
  assert_status 200
  assert_equal "$(seat A2)" free
  tag=$(etag)
  # As the door does it, which raises no catalogue.
  sqlite3 -batch "$DATA/campuspass.db" ".timeout 60000" "UPDATE ticket
      SET check_in_at = unixepoch(), status = 'used' WHERE event_id =
      (SELECT id FROM event WHERE slug = '$E');
    INSERT INTO scan (event_id, code, type, outcome, verdict, scanned_at,
      recorded_at)
      SELECT id, 'x', 'check_in', 'admitted', 'admitted', 1, 1 FROM event
      WHERE slug = '$E'"
  look -H "If-None-Match: $tag"
  assert_status 200
  assert_equal "$(seat A1)" in
  tag=$(etag)
  sqlite3 -batch "$DATA/campuspass.db" ".timeout 60000" "UPDATE ticket
      SET check_in_at = NULL, status = 'active' WHERE event_id =
      (SELECT id FROM event WHERE slug = '$E');
    UPDATE scan SET undone_at = 1 WHERE event_id =
      (SELECT id FROM event WHERE slug = '$E')"
  look -H "If-None-Match: $tag"
  assert_status 200
  assert_equal "$(seat A1)" sold
}

@test "R53: a compressed answer's tag is known again" {
  local tag
  look -H "Accept-Encoding: gzip"
  tag=$(etag)
  look -H "Accept-Encoding: gzip" -H "If-None-Match: $tag"
  assert_status 304
}

@test "R53: fifty monitors that look again cost fifty 304s" {
  local tag i
  look
  tag=$(etag)
  for i in $(seq 50); do
    echo "url = \"$URL/admin/events/$E/seats.json\""
    echo "output = /dev/null"
  done >"$BATS_TEST_TMPDIR/urls"
  curl -s -Z --parallel-max 50 -b "$JAR" -H "If-None-Match: $tag" \
    -w '%{http_code} %{size_download}\n' -K "$BATS_TEST_TMPDIR/urls" \
    >"$BATS_TEST_TMPDIR/answers" 2>/dev/null
  assert_equal "$(sort "$BATS_TEST_TMPDIR/answers" | uniq -c | tr -s ' ')" \
    " 50 304 0"
}

@test "R53: without a script the page renews itself if that was asked for" {
  as olga
  get "/admin/events/$E/seats"
  [[ $headers != *Refresh:* ]]
  assert_text "Let it refresh by itself"
  get "/admin/events/$E/seats?live=yes"
  [[ $headers == *"Refresh: 1"* ]]
  assert_text "Stop refreshing"
}

@test "R53: staff only, of their own event, with seats" {
  as "nobody-$BATS_TEST_NUMBER"
  get "/admin/events/$E/seats.json"
  assert_status 303
  sign_in user ulla
  get "/admin/events/$E/seats.json"
  assert_status 403
  as otto
  get "/admin/events/$E/seats.json"
  assert_status 404
  get "/admin/events/$E/seats"
  assert_status 404
  add_event "plain-$BATS_TEST_NUMBER"
  give_event "plain-$BATS_TEST_NUMBER" olga
  as olga
  get "/admin/events/plain-$BATS_TEST_NUMBER/seats"
  assert_status 404
  get "/admin/events/plain-$BATS_TEST_NUMBER/tickets"
  refute_text Seats
}
