#!/usr/bin/env bats
# What is uploaded to a shared host, behind Apache that knows of it by its
# .htaccess alone: by mod_fcgid, and by mod_cgid.
load helper
load staff
load hosting
load copy

setup_file() {
  make_web
}

teardown_file() {
  rm -rf "$PLACE"
}

teardown() {
  [ -z "${SERVER:-}" ] || stop_site
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

# ---- what people do with FTP ----

# upload_again: all files of a newer archive over the old ones, as INSTALL.txt
# says, while the site is visited.
upload_again() {
  local site="$SPACE/public_html"
  cp "$PLACE/web/public_html/campuspass/campuspass.fcgi" \
    "$site/campuspass/campuspass.new"
  chmod 755 "$site/campuspass/campuspass.new"
  rm "$site/campuspass/campuspass.fcgi"
  mv "$site/campuspass/campuspass.new" "$site/campuspass/campuspass.fcgi"
  tar -C "$PLACE/web" --exclude=campuspass.fcgi --exclude=data-directory \
    -c public_html | tar -C "$SPACE" -x
  [ "$(id -u)" != 0 ] || chown -R nobody "$site"
}

@test "B14 uploaded a second time: everything that was kept is there" {
  local kind
  for kind in cgid fcgid; do
    upload "again-$kind"
    fill_data
    # A place of one's own for the data stays.
    mv "$DATA" "$SPACE/elsewhere"
    DATA="$SPACE/elsewhere"
    echo ../../elsewhere >"$SPACE/public_html/campuspass/data-directory"
    start_apache "$kind"
    as again
    hold spring-concert vip 2 "again@example.org"
    pay
    assert_status 303
    local tickets=${location%\?*}
    hold comedy-night general 1 "again@example.org"
    upload_again
    # The page that was open meanwhile is sent to the new program.
    pay
    assert_status 303
    get "$tickets"
    assert_status 200
    assert_text "Your places are booked."
    get /setup
    assert_status 404
    assert_sound
    stop_site
  done
}

@test "B14 an upload that stops halfway shows no secret and harms no data" {
  upload halfway
  fill_data
  local program="$SPACE/public_html/campuspass/campuspass.fcgi"
  start_apache cgid
  as halfway
  hold spring-concert vip 2 "halfway@example.org"
  pay
  assert_status 303
  local tickets=${location%\?*}
  # Half of a program.
  mv "$program" "$SPACE/whole"
  head -c 300000 "$SPACE/whole" >"$program"
  chmod 755 "$program"
  get /
  [ "$status" -ge 500 ]
  # None.
  rm "$program"
  get /
  [ "$status" -ge 400 ]
  get /campuspass/data-directory
  assert_status 404
  # No .htaccess: files are files, and the data are no files of the site.
  mv "$SPACE/public_html/.htaccess" "$SPACE/htaccess"
  get /campuspass-data/keys
  assert_status 404
  get /campuspass/../../campuspass-data/keys --path-as-is
  [ "$status" -ge 400 ]
  # It is gone on with.
  mv "$SPACE/htaccess" "$SPACE/public_html/.htaccess"
  mv "$SPACE/whole" "$program"
  get "$tickets"
  assert_status 200
  assert_sound
}

@test "B14 without its data folder an uploaded site is out of order, and heals" {
  upload early
  mv "$DATA" "$SPACE/later"
  start_apache cgid
  get /
  assert_status 503
  assert_text "Out of order for a moment"
  [[ $body != *"$SPACE"* ]]
  mv "$SPACE/later" "$DATA"
  get /
  assert_equal "$location" /setup
}

@test "B14 data uploaded into the shown folder after all stay unseen" {
  upload inside
  fill_data
  mv "$DATA" "$SPACE/public_html/"
  DATA="$SPACE/public_html/campuspass-data"
  echo ../campuspass-data >"$SPACE/public_html/campuspass/data-directory"
  start_apache cgid
  local path
  for path in keys campuspass.db campuspass.conf log/campuspass.log ""; do
    get "/campuspass-data/$path"
    [ "$status" = 403 ] || [ "$status" = 404 ] || { echo "$path: $status" >&2; return 1; }
  done
  # Also where the site's own rules are not read.
  rm "$SPACE/public_html/.htaccess"
  get /campuspass-data/keys
  assert_status 403
}

# ---- suEXEC ----

@test "B14 by suEXEC programs run as the site's owner, others read nothing" {
  BROUGHT="$PLACE/web"
  in_copy true 2>/dev/null || skip "no root, or no overlay file system here"
  [ -x /usr/lib/apache2/suexec ] || skip "no suEXEC here"
  local port kind
  for kind in fcgid cgid; do
    port=$(free_port)
    SPACE=/var/www/ada
    PORT=$port apache_configuration "$kind" >"$BATS_TEST_TMPDIR/conf"
    cat >>"$BATS_TEST_TMPDIR/conf" <<'CONF'
LoadModule suexec_module /usr/lib/apache2/modules/mod_suexec.so
User www-data
Group www-data
SuexecUserGroup ada ada
CONF
    PORT=$port CONF=$(cat "$BATS_TEST_TMPDIR/conf") run in_copy '
      cd /
      useradd --home-dir /var/www/ada --no-create-home ada
      rm -rf /var/www/ada && mv /web /var/www/ada
      mkdir -p /var/www/ada/apache
      chown -R ada: /var/www/ada
      chown www-data: /var/www/ada/apache
      echo "$CONF" >/tmp/apache.conf
      apache2 -DFOREGROUND -f /tmp/apache.conf &
      server=$!
      url=http://127.0.0.1:$PORT
      for try in $(seq 100); do
        curl -s -o /dev/null $url/style.css && break
        sleep 0.05
      done
      curl -sL -o /dev/null $url/
      data=/var/www/ada/campuspass-data
      [ "$(stat -c "%a %U" $data/setup-token)" = "600 ada" ]
      curl -s -o /dev/null -w "%{http_code}\n" -d site_name=Club \
        -d base_url=http://club.example -d username=ada \
        -d email=ada@example.org -d "token=$(cat $data/setup-token)" \
        -d "password=seven+brass+kettles" \
        -d "password_again=seven+brass+kettles" $url/setup >/tmp/set-up
      [ "$(cat /tmp/set-up)" = 303 ]
      curl -fsS $url/status | grep -q "box office works"
      [ -z "$(find $data -not -user ada)" ]
      [ -z "$(find $data -perm /077 -not -name .htaccess)" ]
      ! setpriv --reuid www-data --regid www-data --clear-groups \
        cat $data/keys
      kill $server
      wait $server || true
      echo ALL IS WELL'
    assert_success
    assert_output --partial "ALL IS WELL"
  done
}
