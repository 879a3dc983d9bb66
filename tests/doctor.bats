#!/usr/bin/env bats
# campuspass doctor, and the same on a page: each finding is provoked.
bats_require_minimum_version 1.5.0
load helper
load staff

setup_file() {
  start_site empty
}

teardown_file() {
  stop_site
}

# Each test has data of its own, and a configuration without a fault.
setup() {
  OWN="$BATS_TEST_TMPDIR/data"
  "$BUILD/campuspass" --data "$OWN" init >/dev/null
  printf '#!/bin/sh\ncat >/dev/null\n' >"$BATS_TEST_TMPDIR/sendmail"
  chmod 755 "$BATS_TEST_TMPDIR/sendmail"
  configure "base_url = https://tickets.example.org" "gateways = later" \
    "sendmail = $BATS_TEST_TMPDIR/sendmail"
}

# configure LINE ...: these are the settings.
configure() {
  printf '%s\n' "$@" >"$OWN/campuspass.conf"
}

doctor() {
  run --separate-stderr "$BUILD/campuspass" --data "$OWN" doctor
}

own_sql() {
  sqlite3 -batch "$OWN/campuspass.db" "${QUIETLY[@]}" "$1"
}

# healthy: an admin with a second factor, and cron.
healthy() {
  "$BUILD/campuspass" --data "$OWN" user add --role admin --username root \
    --email root@example.org --password-stdin <<<"seven brass kettles" >/dev/null
  own_sql "UPDATE user SET two_factor_at = 1, totp_secret = 'x'"
  "$BUILD/campuspass" --data "$OWN" sweep
}

# says VERDICT SUBJECT WORDS: such a line is there, and the exit status fits.
says() {
  doctor
  [ "$(grep -E "^$1 +$2: " <<<"$output" | grep -F -- "$3")" ] || {
    echo "no: $1 $2 $3 in:" "$output" >&2
    return 1
  }
  if grep -q '^fail' <<<"$output"; then
    [ "$status" = 1 ]
  else
    [ "$status" = 0 ]
  fi
}

@test "doctor: all is well, a line each" {
  healthy
  doctor
  assert_success
  refute_line --regexp '^(warn|fail)'
  assert_line "0 things need a look"
  local subject
  for subject in Configuration Database Files Disk "File system" Locks Clock \
    SQLite Fonts Address Payments Mail Outbox Admins Chores; do
    assert_line --regexp "^ok    $subject: "
  done
}

@test "doctor: keys or data that others can read" {
  chmod 644 "$OWN/keys"
  says fail Files "keys has mode 644"
  [[ $output == *"chmod 600 $OWN/keys"* ]]
  chmod 600 "$OWN/keys"
  chmod 755 "$OWN"
  says fail Files "has mode 755"
  chmod 700 "$OWN"
  chmod 640 "$OWN/campuspass.conf"
  says fail Files "campuspass.conf has mode 640"
}

# elsewhere: a place for data that other users can reach.
elsewhere() {
  [ "$(id -u)" = 0 ] || skip "only root gives files away"
  PLACE=$(mktemp -d)
  chmod 755 "$PLACE"
  OWN="$PLACE/data"
}

teardown() {
  [ -z "${PLACE:-}" ] || rm -rf "$PLACE"
}

@test "doctor: data that belong to somebody else" {
  elsewhere
  "$BUILD/campuspass" --data "$OWN" init >/dev/null
  # In a group that may do all, as on some network disks.
  chown -R nobody:daemon "$OWN"
  chmod -R g+rwX "$OWN"
  run setpriv --reuid daemon --regid daemon --clear-groups \
    "$BUILD/campuspass" --data "$OWN" doctor
  assert_failure
  assert_line --regexp "^warn +Files: .* belongs to user $(id -u nobody), and this is user"
}

@test "called by root, the command becomes the owner of the data" {
  elsewhere
  # A folder that is there is taken as it is given.
  install -d -m 700 -o nobody "$OWN"
  "$BUILD/campuspass" --data "$OWN" init
  configure "gateways = later"
  chown nobody "$OWN/campuspass.conf"
  "$BUILD/campuspass" --data "$OWN" demo
  healthy
  "$BUILD/campuspass" --data "$OWN" backup "$OWN/copy.db"
  "$BUILD/campuspass" --data "$OWN" restore "$OWN/copy.db"
  "$BUILD/campuspass" --data "$OWN" export >"$PLACE/events.csv"
  "$BUILD/campuspass" --data "$OWN" check
  doctor
  refute_line --partial "belongs to user"
  assert_equal "$(find "$OWN" ! -user nobody)" ""
}

@test "what root alone may read or write is refused to who became the owner" {
  elsewhere
  "$BUILD/campuspass" --data "$OWN" init >/dev/null
  chown -R nobody "$OWN"
  install -m 600 /dev/null "$PLACE/secret.csv"
  run "$BUILD/campuspass" --data "$OWN" import "$PLACE/secret.csv"
  assert_failure 1
  assert_output --partial "Permission denied"
  assert_output --partial "this ran as user $(id -u nobody), who owns the data"
  run "$BUILD/campuspass" --data "$OWN" backup "$PLACE/copy.db"
  assert_failure 1
  [ ! -e "$PLACE/copy.db" ]
  # What a shell that is root's has opened is read.
  run "$BUILD/campuspass" --data "$OWN" import - <"$PLACE/secret.csv"
  refute_output --partial "Permission denied"
}

@test "doctor: a file that is gone" {
  rmdir "$OWN/log"
  says fail Files "log: No such file"
  rm "$OWN/keys"
  says fail Configuration "no keys"
}

@test "doctor: a setting that is not understood, and which" {
  configure "hold_minuts = 3"
  says fail Configuration "hold_minuts"
  says fail Configuration "campuspass.conf:1"
}

@test "doctor: no database is found, and none is made" {
  rm "$OWN"/campuspass.db*
  says fail Database "run campuspass init"
  [ ! -e "$OWN/campuspass.db" ]
}

@test "doctor: a database of another schema" {
  own_sql "PRAGMA user_version = 77"
  says fail Database "schema 77"
}

@test "doctor: payments" {
  configure "gateways = campuspay later"
  says warn Payments "campuspay moves no money"
  configure "gateways = paypall later"
  says fail Payments 'names "paypall"'
  configure "gateways = paypal" "paypal_client = a" "paypal_secret = b"
  says fail Payments "paypal needs base_url"
  configure "gateways = paypal" "paypal_client = a" "paypal_secret = b" \
    "base_url = https://tickets.example.org"
  says warn Payments "paypal_webhook"
}

@test "a misspelt gateway stops the programs, with its name" {
  configure "gateways = later campuspy"
  run "$BUILD/campuspass" --data "$OWN" check
  assert_failure 1
  assert_output --partial '"campuspy"'
  # A page says 503, and the log why.
  local page
  page=$(CAMPUSPASS_DATA="$OWN" REQUEST_METHOD=GET PATH_INFO=/ \
    "$BUILD/cgi-bin/list")
  [[ $page == "Status: 503"* || $page == "Status: 500"* ]]
  [[ $page != *campuspy* ]]
  grep -q campuspy "$OWN/log/campuspass.log"
}

@test "doctor: the address" {
  configure "gateways = later"
  says warn Address "not set"
  configure "base_url = http://tickets.example.org"
  says warn Address "Use https"
  configure "base_url = http://localhost:8080"
  says warn Address "Only this machine"
}

@test "doctor: mail" {
  configure "gateways = later"
  says warn Mail "not set"
  configure "sendmail = /no/such/sendmail"
  says fail Mail "/no/such/sendmail is not there"
  chmod 644 "$BATS_TEST_TMPDIR/sendmail"
  configure "sendmail = $BATS_TEST_TMPDIR/sendmail"
  says fail Mail "cannot be run"
}

@test "doctor: mail that waits long, and mail that failed" {
  own_sql "INSERT INTO outbox (message_id, kind, recipient, due_at, created_at)
    VALUES ('a', 'x', 'a@example.org', 1, unixepoch() - 3700)"
  says warn Outbox "1 mails wait for more than an hour, 0 have failed"
  own_sql "UPDATE outbox SET state = 'failed'"
  says warn Outbox "0 mails wait for more than an hour, 1 have failed"
  [[ $output == *"mail retry"* ]]
}

@test "doctor: admins" {
  says warn Admins "There is no admin"
  healthy
  own_sql "UPDATE user SET two_factor_at = NULL"
  says warn Admins "Without a second factor: root"
  own_sql "UPDATE user SET disabled_at = 1"
  says warn Admins "There is no admin"
  configure "admin_password = seven brass kettles"
  says warn Admins "A password stands"
  refute_output --partial "seven brass"
}

@test "doctor: nobody sweeps" {
  says warn Chores "no sweep yet"
  "$BUILD/campuspass" --data "$OWN" sweep
  says ok Chores "The last sweep"
  echo 7200 >"$OWN/clock"
  says warn Chores "The last sweep"
}

@test "doctor: a clock that is behind" {
  echo -1000000000 >"$OWN/clock"
  says fail Clock "The clock says 199"
}

@test "doctor: no time zones" {
  unshare -m true 2>/dev/null || skip "no mount namespaces for this user"
  run unshare -m sh -c 'mount -t tmpfs none /usr/share/zoneinfo &&
    "$0" --data "$1" doctor' "$BUILD/campuspass" "$OWN"
  assert_failure 1
  assert_line --regexp "^fail  Clock: .*tzdata"
}

@test "doctor: no fonts" {
  unshare -m true 2>/dev/null || skip "no mount namespaces for this user"
  run unshare -m sh -c 'mount -t tmpfs none /usr/share/fonts &&
    "$0" --data "$1" doctor' "$BUILD/campuspass" "$OWN"
  assert_failure 1
  assert_line --regexp "^fail  Fonts: .*fonts-dejavu-core"
}

@test "doctor: a disk that is nearly full" {
  unshare -m true 2>/dev/null || skip "no mount namespaces for this user"
  run unshare -m sh -c 'mount -t tmpfs -o size=8m none "$1/small" 2>/dev/null ||
    { mkdir "$1/small" && mount -t tmpfs -o size=8m none "$1/small"; }
    "$0" --data "$1/small/d" init; "$0" --data "$1/small/d" doctor' \
    "$BUILD/campuspass" "$BATS_TEST_TMPDIR"
  assert_failure 1
  assert_line --regexp "^fail  Disk: [0-9] MB are free"
}

@test "GET /admin/check shows the same to admins, and to nobody else" {
  sign_in admin root
  get /admin/check
  assert_status 200
  assert_text "Payments Warning campuspay moves no money"
  assert_text "Files Good"
  [[ $body == *'<p class="badge low">Warning</p>'* ]]
  [[ $body == *'href="/admin/check"'* ]]
  chmod 644 "$DATA/keys"
  get /admin/check
  chmod 600 "$DATA/keys"
  assert_text "Something does not work."
  assert_text "Files Failing"
  sign_in organiser olga
  get /admin/check
  assert_status 403
  get /admin
  [[ $body != *'href="/admin/check"'* ]]
  as stranger
  get /admin/check
  assert_status 303
}
