#!/usr/bin/env bats
# What people do with FTP: upload twice, upload halves, upload to wrong places;
# and a host that runs programs as their owners.
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
      # Not every version of its packages makes it.
      mkdir -p /var/log/apache2
      apache2 -DFOREGROUND -f /tmp/apache.conf &
      server=$!
      trap "kill $server" EXIT
      url=http://127.0.0.1:$PORT
      for try in $(seq 1000); do
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
      if setpriv --reuid www-data --regid www-data --clear-groups \
        cat $data/keys; then
        exit 1
      fi
      echo ALL IS WELL'
    assert_success
    assert_output --partial "ALL IS WELL"
  done
}
