#!/usr/bin/env bats
# Between browser and programs: large bodies that are refused, HTTP/2, a server
# that stops or begins anew while people wait, two sites of one host.
load helper
load staff

setup_file() { start_site; }
teardown_file() { stop_site; }
teardown() { [ -z "${OWN_SITE:-}" ] || stop_site; }

@test "R22 a large body does not cost the answer, whatever refuses it" {
  local long fields path
  long=$(printf 'x%.0s' {1..1100})
  fields=$(printf 'a=1&%.0s' {1..600})
  head -c 8400000 /dev/zero >"$BATS_TEST_TMPDIR/large"
  for path in "/book/$long:400" "/book/jazz-evening?$fields:400" \
    /book/jazz-evening:413 /account/login:413; do
    get "${path%:*}" --data-binary "@$BATS_TEST_TMPDIR/large" \
      -H "Content-Type: application/x-www-form-urlencoded"
    assert_status "${path##*:}"
    [[ $headers == *"Content-Security-Policy: "* && $body == *"</html>"* ]]
  done
  # lighttpd has written all of them.
  run grep "connection was dropped" "$DATA/log/lighttpd.log"
  assert_output ""
}

@test "B14 pages and forms come over HTTP/2" {
  local path
  as http-2
  for path in / /terms /events/jazz-evening /book/jazz-evening /api/events \
    /account/login /style.css; do
    get "$path" --http2-prior-knowledge
    assert_status 200
    [[ $headers == HTTP/2* ]]
    # With a blank at its end an answer is malformed (RFC 9113, 8.2.1).
    ! grep "^[a-z-]*: .* $" <<<"$headers" || return 1
  done
  get /book/jazz-evening --http2-prior-knowledge
  get /book/jazz-evening --http2-prior-knowledge -d tier=vip -d quantity=1 \
    -d name=Ada -d email=two@example.org \
    --data-urlencode "csrf_token=$(hidden csrf_token)" \
    --data-urlencode "form_key=$(hidden form_key)"
  assert_status 303
  get "$location" --http2-prior-knowledge
  assert_status 200
}

@test "R4 a query of any length does not bar the way to the login" {
  sign_in admin boss
  local query
  query="person=$(printf '%%20%.0s' {1..400})"
  as nobody-400
  get "/admin/bookings?$query"
  assert_status 303
  [[ $location == *"%2520%2520" ]]
  # Twice encoded it would be longer than what a web server takes.
  query="person=$(printf '%%20%.0s' {1..2400})"
  get "/admin/bookings?$query"
  assert_equal "$location" "/account/login?next=%2Fadmin%2Fbookings"
  get "$location"
  assert_status 200
}

@test "B14 two sites of one host know a browser side by side" {
  local first=$URL ours=$DATA
  sign_in admin boss
  hold jazz-evening vip 1 both@example.org
  (
    DATA="$BATS_TEST_TMPDIR/second"
    OWN_SITE=yes
    "$BUILD/campuspass" --data "$DATA" init >/dev/null
    "$BUILD/campuspass" --data "$DATA" user add --role user --username ada \
      --email ada@example.org --password-stdin <<<"$STAFF_PASSWORD"
    start_server
    # In the same browser.
    get /account/login
    post /account/login login=ada "password=$STAFF_PASSWORD"
    get /account
    assert_text "Signed in as ada"
    stop_site
  )
  [ "$URL" = "$first" ]
  [ "$DATA" = "$ours" ]
  get /admin
  assert_status 200
  get "/checkout/$REFERENCE"
  assert_status 200
}

# Somebody else writes for a second; $WRITER is who.
write_for_a_second() {
  (echo "BEGIN IMMEDIATE;"; sleep 1) |
    sqlite3 -batch "$DATA/campuspass.db" 3>&- &
  WRITER=$!
  sleep 0.3
}

# What systemd sends when it stops the service (KillMode=mixed: to lighttpd
# alone), and what begins the programs anew.
@test "R61 a server that stops, or begins anew, answers who waits" {
  local signal
  [ "$(sed -n 's/^KillMode=//p' "$TOP/.packaging/campuspass.service")" = mixed ]
  for signal in USR1 "$(sed -n 's/^KillSignal=SIG//p' \
    "$TOP/.packaging/campuspass.service")"; do
    DATA="$BATS_TEST_TMPDIR/$signal"
    OWN_SITE=yes
    "$BUILD/campuspass" --data "$DATA" init >/dev/null
    "$BUILD/campuspass" --data "$DATA" demo >/dev/null
    start_server
    as "$signal"
    get /book/comedy-night
    write_for_a_second
    (
      BATS_TEST_TMPDIR="$BATS_FILE_TMPDIR"
      post /book/comedy-night tier=general quantity=1 name=Ada \
        email=waits@example.org
      assert_status 303
    ) &
    local buyer=$!
    sleep 0.3
    kill "-$signal" "$SERVER"
    wait "$buyer"
    wait "$WRITER"
    assert_equal "$(stock comedy-night general)" "1|0"
    [ "$signal" = INT ] || { get /terms; assert_status 200; }
    stop_site
  done
}
