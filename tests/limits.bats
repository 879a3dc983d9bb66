# Nobody is faster than the rest: orders by page and by API, per person and
# per network, across all workers; 429 with Retry-After.

load helper

setup_file() {
  make_data empty
  printf 'person_orders = 3\nnetwork_orders = 20\n' >>"$DATA/campuspass.conf"
  WORKERS=4 start_server
  add_event rush
  sql_write "UPDATE tier SET capacity = 1000"
}
teardown_file() { stop_site; }
setup() {
  rm -f "$DATA/run/limits" "$DATA/clock"
  stop_clock
}

# A call without cookies: held to its network alone.
call() {
  curl -s -o "$BATS_TEST_TMPDIR/body" -D "$BATS_TEST_TMPDIR/headers" \
    -w '%{http_code}\n' -H 'Content-Type: application/json' -d "{
    \"email\":\"p$RANDOM$RANDOM@example.org\", \"tier_name\":\"general\",
    \"quantity\":1, \"payment_token\":\"tok_decline\"}" "$URL/api/events/rush/book"
}

@test "a browser's orders: 429 with Retry-After, and nothing typed is lost" {
  as hasty
  hold rush general 1 hasty@example.org
  book rush general 1 hasty@example.org
  assert_status 409
  book rush general 1 hasty@example.org
  assert_status 409
  book rush general 7 hasty@example.org
  assert_status 429
  grep -qE '^[Rr]etry-[Aa]fter: [1-9][0-9]*$' <<<"$headers"
  assert_text "Too many attempts. Try again in"
  [[ $body == *'value="hasty@example.org"'* ]]
  [[ $body == *'value="7"'* ]]
}

@test "another browser of the same address is not held up" {
  as first
  for _ in 1 2 3 4; do book rush general 1 first@example.org; done
  assert_status 429
  as second
  book rush general 1 second@example.org
  assert_status 303
}

@test "who waits may go on" {
  as patient
  for _ in 1 2 3 4; do book rush general 1 patient@example.org; done
  assert_status 429
  pass_time 101
  book rush general 1 patient@example.org
  assert_status 409
  book rush general 1 patient@example.org
  assert_status 429
}

@test "looking costs nothing" {
  as looker
  for _ in $(seq 30); do get /book/rush; done
  book rush general 1 looker@example.org
  assert_status 303
}

@test "joining a waiting list counts as well" {
  add_event full
  sql_write "UPDATE tier SET capacity = 0 WHERE event_id =
    (SELECT id FROM event WHERE slug = 'full')"
  as queuer
  for i in 1 2 3; do
    get /book/full/queue
    post /book/full/queue tier=general quantity=1 name=Ada "email=q$i@example.org"
    assert_status 303
  done
  get /book/full/queue
  post /book/full/queue tier=general quantity=1 name=Ada email=q4@example.org
  assert_status 429
  grep -qi '^retry-after: ' <<<"$headers"
  [[ $body == *'value="q4@example.org"'* ]]
}

@test "the API's calls: 429 as JSON with Retry-After" {
  for _ in $(seq 20); do call; done >"$BATS_TEST_TMPDIR/codes"
  assert_equal "$(sort -u "$BATS_TEST_TMPDIR/codes")" 400
  assert_equal "$(call)" 429
  grep -qiE '^retry-after: [1-9]' "$BATS_TEST_TMPDIR/headers"
  assert_equal "$(jq -r .error_type "$BATS_TEST_TMPDIR/body")" RateLimitError
  assert [ "$(jq .retry_after "$BATS_TEST_TMPDIR/body")" -gt 0 ]
  assert_equal "$(sql "SELECT count(*) FROM booking
    WHERE state IN ('held', 'paying')
    AND email GLOB 'p[0-9]*' AND expires_at > unixepoch()")" 0
}

@test "many at once: no more than the burst pass, over all workers" {
  local i
  for i in $(seq 60); do
    call >"$BATS_TEST_TMPDIR/code-$i" &
  done
  wait
  assert_equal "$(cat "$BATS_TEST_TMPDIR"/code-* | grep -c 400)" 20
  assert_equal "$(cat "$BATS_TEST_TMPDIR"/code-* | grep -c 429)" 40
}

@test "the file of the limits is small, private and may be lost" {
  as loser
  for _ in 1 2 3 4; do book rush general 1 loser@example.org; done
  assert_status 429
  assert_equal "$(stat -c %a "$DATA/run/limits")" 600
  assert [ "$(stat -c %s "$DATA/run/limits")" -le 2097152 ]
  refute grep -qaF -e 127.0.0.1 -e loser "$DATA/run/limits"
  head -c 5000 /dev/urandom >"$DATA/run/limits"
  book rush general 1 loser@example.org
  assert_status 409
}

@test "forgotten passwords: one browser asks 40 times, then it is told to wait" {
  as forgetful
  get /account/forgot
  for i in $(seq 40); do
    curl -s -o /dev/null -w '%{http_code}\n' -b "$JAR" \
      --data-urlencode "csrf_token=$(hidden csrf_token)" \
      --data-urlencode "email=nobody$i@example.org" "$URL/account/forgot"
  done | sort -u >"$BATS_TEST_TMPDIR/statuses"
  assert_equal "$(cat "$BATS_TEST_TMPDIR/statuses")" 303
  post /account/forgot email=nobody41@example.org
  assert_status 429
  [[ $body == *'value="nobody41@example.org"'* ]]
  as another
  get /account/forgot
  post /account/forgot email=nobody@example.org
  assert_status 303
}
