#!/usr/bin/env bats
# What is uploaded to a shared host, behind Apache that knows of it by its
# .htaccess alone: by mod_fcgid, and by mod_cgid.
load helper
load staff

# Apache runs as nobody, so that the permissions are a host's.
setup_file() {
  export PLACE
  PLACE=$(mktemp -d)
  chmod 755 "$PLACE"
  # ONE=build/plain/static/campuspass.fcgi tries what `make bundle` made.
  "$TOP/.packaging/bundle.sh" "${ONE:-$BUILD/campuspass.fcgi}" "$PLACE/web"
}

teardown_file() {
  rm -rf "$PLACE"
}

teardown() {
  [ -z "${SERVER:-}" ] || stop_site
}

# upload NAME: a web space of its own with what is uploaded.
upload() {
  SPACE="$PLACE/$1"
  cp -a "$PLACE/web" "$SPACE"
  DATA="$SPACE/campuspass-data"
  mkdir "$SPACE/apache"
}

fill_data() {
  "$BUILD/campuspass" --data "$DATA" init >/dev/null
  "$BUILD/campuspass" --data "$DATA" demo >/dev/null
  # Now, for everything in DATA becomes the server's before it starts.
  add_person user ada
  add_person admin boss
}

add_person() {
  "$BUILD/campuspass" --data "$DATA" user add --role "$1" --username "$2" \
    --email "$2@example.org" --password-stdin <<<"$STAFF_PASSWORD" >/dev/null
}

# apache_configuration fcgid|cgid [OVERRIDES]: the least that a host has.
apache_configuration() {
  local module
  echo "ServerRoot $SPACE/apache
ServerName localhost
Listen 127.0.0.1:$PORT
PidFile $SPACE/apache/pid
ErrorLog $SPACE/apache/error.log
DocumentRoot $SPACE/public_html"
  for module in mpm_event authz_core mime dir rewrite setenvif headers; do
    echo "LoadModule ${module}_module /usr/lib/apache2/modules/mod_$module.so"
  done
  case $1 in
    fcgid) echo "LoadModule fcgid_module /usr/lib/apache2/modules/mod_fcgid.so
FcgidIPCDir $SPACE/apache
FcgidProcessTableFile $SPACE/apache/processes
FcgidMinProcessesPerClass 0" ;;
    cgid) echo "LoadModule cgid_module /usr/lib/apache2/modules/mod_cgid.so
ScriptSock $SPACE/apache/cgi" ;;
  esac
  echo "TypesConfig /dev/null
<Directory />
  AllowOverride None
  Require all denied
</Directory>
<Directory $SPACE/public_html>
  AllowOverride ${2:-All}
  Options ${3:-None}
  Require all granted
</Directory>"
}

# start_apache fcgid|cgid [OVERRIDES [OPTIONS]]
start_apache() {
  local as_nobody=()
  [ "$(id -u)" != 0 ] || {
    chown -R nobody "$SPACE"
    as_nobody=(setpriv --reuid nobody --regid nogroup --clear-groups)
  }
  # Another program may take the port first, hence the tries.
  for _ in 1 2 3 4 5; do
    PORT=$(free_port)
    URL="http://127.0.0.1:$PORT"
    apache_configuration "$@" >"$SPACE/apache/apache.conf"
    (cd "$SPACE/apache" && exec "${as_nobody[@]}" apache2 -DFOREGROUND \
      -f "$SPACE/apache/apache.conf") >"$SPACE/apache/out" 2>&1 3>&- &
    SERVER=$!
    for _ in $(seq 200); do
      curl -s -o /dev/null "$URL/style.css" && return
      kill -0 "$SERVER" 2>/dev/null || break
      sleep 0.05
    done
    kill "$SERVER" 2>/dev/null && wait "$SERVER" 2>/dev/null || true
  done
  cat "$SPACE/apache/out" "$SPACE/apache/error.log" >&2 || true
  return 1
}

# The whole of a site, as a visitor, a buyer, a member and an admin.
walk_site() {
  as "$1"
  get "/?q=jazz"
  assert_status 200
  assert_text "Jazz Evening"
  get /events/jazz-evening
  assert_status 200
  hold spring-concert vip 2 "$1@example.org"
  pay
  assert_status 303
  get "$location"
  assert_text "You are going."
  assert_equal "$(stock spring-concert vip)" "0|2"
  get "/tickets/$REFERENCE.pdf"
  assert_status 200
  [[ $headers == *"application/pdf"* ]]
  [ "$(head -c 5 "$BATS_TEST_TMPDIR/answer.body")" = %PDF- ]
  sign_in user ada
  get /account
  assert_status 200
  sign_in admin boss
  get /admin
  assert_status 200
  as nobody
  get /admin
  assert_status 303
  assert_equal "$location" "/account/login?next=%2Fadmin"
  get /door
  assert_status 303
  assert_sound
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

# set_up [name=value ...]: the setup's form, filled in.
set_up() {
  local answers=("$@") default
  for default in "token=$(cat "$DATA/setup-token" 2>/dev/null)" \
    "site_name=Club Tickets" base_url=http://tickets.example.org \
    username=secretary email=secretary@example.org \
    "password=$STAFF_PASSWORD" "password_again=$STAFF_PASSWORD"; do
    [[ " $* " == *" ${default%%=*}="* ]] || answers+=("$default")
  done
  get /setup
  post /setup "${answers[@]}"
}

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
