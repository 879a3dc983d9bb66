#!/usr/bin/env bats
# What is uploaded to a shared host, behind Apache that knows of it by its
# .htaccess alone: by mod_fcgid, and by mod_cgid.
load helper
load staff
load hosting

setup_file() {
  make_web
}

teardown_file() {
  rm -rf "$PLACE"
}

teardown() {
  [ -z "${SERVER:-}" ] || stop_site
}

# Compressed, kept by browsers, and known again when they ask.
walk_kept() {
  local path
  as kept
  for path in / /events/jazz-evening /api/events; do
    get "$path" --compressed
    assert_status 200
    [[ ${headers,,} == *"content-encoding: gzip"* ]]
    get "$path" --compressed -H "If-None-Match: $(etag)"
    assert_status 304
  done
  get /style.css?v=1 --compressed
  [[ ${headers,,} == *"content-encoding: gzip"* ]]
  [[ ${headers,,} == *"cache-control: max-age=2592000"* ]]
  get /style.css?v=1 --compressed -H "If-None-Match: $(etag)" \
    -H "If-Modified-Since: $(sed -n 's/^Last-Modified: //p' <<<"$headers")"
  assert_status 304
  get /art/concert.svg
  [[ ${headers,,} == *"cache-control: max-age=86400"* ]]
  get /scripts/seats.js
  [[ ${headers,,} == *"cache-control: no-cache"* ]]
}

# What servers differ in.
walk_edges() {
  as edges
  get /style.css
  assert_status 200
  [[ $headers == *"text/css"* ]]
  get /art/concert.svg
  [[ $headers == *"image/svg+xml"* ]]
  local path
  for path in /nonsense /.htaccess /campuspass/data-directory /campuspass/ \
    /campuspass /campuspass/campuspass.fcgi /campuspass/campuspass.fcgi/terms \
    /errors/status-404.html /errors /.git/config \
    /campuspass/ca-certificates.crt; do
    get "$path"
    [ "$status" = 404 ] || { echo "$path: $status" >&2; return 1; }
  done
  # The path arrives decoded, the query as it was sent.
  get "/?q=%E2%82%ACuro+%2B"
  assert_status 200
  [[ $body == *'value="€uro +"'* ]]
  get "/caf%C3%A9%20noir"
  assert_status 404
  get /terms -I
  assert_status 200
  head -c 300000 /dev/zero | tr '\0' x >"$BATS_TEST_TMPDIR/large"
  head -c 100000 "$BATS_TEST_TMPDIR/large" >"$BATS_TEST_TMPDIR/middle"
  local form="Content-Type: application/x-www-form-urlencoded" file
  for file in large middle; do
    get /book/jazz-evening -H "$form" \
      --data-binary "@$BATS_TEST_TMPDIR/$file"
    assert_status 413
  done
  get /book/jazz-evening -H "$form" -H "Transfer-Encoding: chunked" -d tier=vip
  assert_status 411
  get /auth/me -H "Authorization: Bearer nonsense"
  assert_status 401
  # Signed in by the header, which Apache does not hand on by itself.
  get /auth/login -H "Content-Type: application/json" \
    -d "{\"email\": \"ada@example.org\", \"password\": \"$STAFF_PASSWORD\"}"
  assert_status 200
  get /auth/me -H "Authorization: Bearer $(jq -r .access_token <<<"$body")"
  assert_status 200
  assert_equal "$(jq -r .username <<<"$body")" ada
}

@test "B14 behind Apache by mod_fcgid: the whole site" {
  upload fcgid
  fill_data
  start_apache fcgid
  walk_site fcgid
  walk_edges
  walk_kept
  # It is FastCGI indeed: the program goes on after an answer.
  pgrep -P "$SERVER" -f "" >/dev/null
  [ -n "$(pgrep -f "^$SPACE/public_html/campuspass/campuspass.fcgi")" ]
  run grep -iE "error\]|alert\]" "$SPACE/apache/error.log"
  assert_output ""
}

@test "B14 behind Apache by mod_cgid, data on a network disk: the whole site" {
  upload cgid
  fill_data
  echo "journal_mode = truncate" >>"$DATA/campuspass.conf"
  start_apache cgid
  walk_site cgid
  walk_edges
  walk_kept
  [ ! -e "$DATA/campuspass.db-wal" ]
  assert_equal "$(sql 'PRAGMA journal_mode')" delete
}

@test "B14 a host that refuses Options takes the plain variant" {
  upload plain
  fill_data
  start_apache cgid "AuthConfig FileInfo Indexes Limit" "ExecCGI FollowSymLinks"
  get /terms
  assert_status 500
  cp "$SPACE/htaccess-plain" "$SPACE/public_html/.htaccess"
  get /terms
  assert_status 200
  get /campuspass/data-directory
  assert_status 404
  get /style.css
  assert_status 200
}

# ---- the first visit ----

walk_setup() {
  as owner
  get /
  assert_status 303
  assert_equal "$location" /setup
  get /setup
  assert_status 200
  assert_text "Set up your box office"
  # The code is the owner's alone, and never on the page.
  assert_equal "$(stat -c %a "$DATA/setup-token")" 600
  [[ $body != *"$(cat "$DATA/setup-token")"* ]]
  get /campuspass-data/setup-token
  assert_status 404
  # Without it nothing is made.
  set_up token=00000000000000000000000000
  assert_status 400
  assert_text "That is not the code"
  [ ! -e "$DATA/campuspass.db" ]
  # What was typed is kept, and judged.
  set_up password=password password_again=password
  assert_status 400
  [[ $body == *'value="Club Tickets"'* && $body != *'value="password"'* ]]
  set_up base_url=tickets.example.org/
  assert_status 400
  set_up
  assert_status 303
  assert_equal "$location" /account/login
  # It has locked itself.
  [ ! -e "$DATA/setup-token" ]
  get /setup
  assert_status 404
  set_up_again
  get /
  assert_status 200
  assert_text "Club Tickets"
  get /account/login
  post /account/login login=secretary "password=$STAFF_PASSWORD"
  assert_status 303
  get /admin
  assert_status 200
  assert_sound
}

set_up_again() {
  set_up token=x username=eve email=eve@example.org
  assert_status 404
  # An old code lying about opens nothing, either.
  echo 00000000000000000000000000 >"$DATA/setup-token"
  chmod 644 "$DATA/setup-token"
  set_up username=eve email=eve@example.org
  assert_status 404
  rm "$DATA/setup-token"
  assert_equal "$(sql "SELECT count(*) FROM user")" 1
}

@test "B14 the first visit sets an uploaded site up, by mod_cgid" {
  upload setup-cgid
  start_apache cgid
  walk_setup
}

@test "B14 the first visit sets an uploaded site up, by mod_fcgid" {
  upload setup-fcgid
  start_apache fcgid
  walk_setup
}

@test "B14 two owners who send the setup at once make one admin" {
  upload race
  start_apache cgid
  get /setup
  local name buyers=()
  for name in ada eve bob; do
    (
      JAR="$BATS_TEST_TMPDIR/$name.jar"
      curl -s -o /dev/null --data-urlencode \
        "token=$(cat "$DATA/setup-token")" -d "site_name=$name" \
        -d base_url=http://x.example -d "username=$name" \
        -d "email=$name@example.org" -d "password=seven+brass+kettles" \
        -d "password_again=seven+brass+kettles" "$URL/setup"
    ) 3>&- &
    buyers+=($!)
  done
  wait "${buyers[@]}"
  assert_equal "$(sql "SELECT count(*) FROM user")" 1
  assert_sound
}

@test "B14 data of an older schema is brought up to date on /setup" {
  upload upgrade
  fill_data
  # The oldest there can be: keys and settings, and an empty database.
  rm -f "$DATA"/campuspass.db*
  sqlite3 "$DATA/campuspass.db" "VACUUM"
  start_apache cgid
  get /
  assert_status 503
  get /setup
  assert_status 200
  assert_text "New version"
  post /setup token=wrong
  assert_status 400
  post /setup "token=$(cat "$DATA/setup-token")"
  assert_status 303
  get /
  assert_status 200
  get /setup
  assert_status 404
  [ ! -e "$DATA/setup-token" ]
}
