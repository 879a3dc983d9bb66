#!/usr/bin/env bats
# Backup and restore, one command each, while people buy (B12): of one moment,
# whole or not at all, and nothing that is not sound gets in.
bats_require_minimum_version 1.5.0
load helper
load accounts

setup_file() {
  make_data empty
  echo "limits = no" >>"$DATA/campuspass.conf"
  start_server
  add_event rush
  sql_write "UPDATE tier SET capacity = 1000000"
}

teardown_file() {
  stop_site
}

setup() {
  FILE="$BATS_TEST_TMPDIR/copy.db"
  WRITERS=()
}

teardown() {
  stop_buying
}

campuspass() {
  "$BUILD/campuspass" --data "$DATA" "$@"
}

# buy EMAIL: one call; prints the status.
buy() {
  curl -s -o /dev/null -w '%{http_code}' -H 'Content-Type: application/json' \
    -d "{\"email\":\"$1\",\"tier_name\":\"general\",\"quantity\":1,
      \"payment_token\":\"tok_valid\"}" "$URL/api/events/rush/book"
}

# Three people buy and buy; each answer is a line "status email".
start_buying() {
  local who
  for who in 1 2 3; do
    (
      n=0
      while [ ! -e "$BATS_TEST_TMPDIR/stop" ]; do
        email="$who-$((n++))-$BATS_TEST_NUMBER@example.org"
        echo "$(buy "$email") $email" >>"$BATS_TEST_TMPDIR/answers-$who"
      done
    ) 3>&- &
    WRITERS+=($!)
  done
  until [ "$(answers | wc -l)" -ge 30 ]; do sleep 0.05; done
}

stop_buying() {
  touch "$BATS_TEST_TMPDIR/stop"
  [ ${#WRITERS[@]} = 0 ] || wait "${WRITERS[@]}"
  WRITERS=()
}

answers() {
  cat "$BATS_TEST_TMPDIR"/answers-* 2>/dev/null
}

# bought: who was told that they have a ticket.
bought() {
  answers | sed -n 's/^200 //p' | sort
}

# confirmed_in FILE: who has one there.
confirmed_in() {
  sqlite3 "$1" "SELECT email FROM booking WHERE state = 'confirmed'
    AND email LIKE '%-$BATS_TEST_NUMBER@example.org'" | sort
}

# assert_in FILE LIST: everybody in the list has a ticket there.
assert_in() {
  run comm -13 <(confirmed_in "$1") "$2"
  assert_output ""
}

# 30 MB more, so that copying takes its time.
make_large() {
  [ "$(sql "SELECT count(*) FROM gateway_notice")" = 0 ] || return 0
  sql_write "INSERT INTO gateway_notice SELECT 'x', hex(randomblob(400)), 1
    FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
      WHERE i < 15000) SELECT i FROM n)"
}

assert_nothing_left() {
  run bash -c "ls -A '$BATS_TEST_TMPDIR' | grep '^copy.db'"
  assert_output ""
}

@test "B12 a backup is one command and nobody stops buying" {
  start_buying
  for _ in 1 2 3; do
    bought >"$BATS_TEST_TMPDIR/before"
    run campuspass backup --force "$FILE"
    assert_success
    assert_in "$FILE" "$BATS_TEST_TMPDIR/before"
  done
  stop_buying
  # Nobody was turned away meanwhile.
  run bash -c "cut -d' ' -f1 '$BATS_TEST_TMPDIR'/answers-* | sort -u"
  assert_output 200
  # One file, for its owner alone.
  [ "$(stat -c %a "$FILE")" = 600 ]
  [ ! -e "$FILE-wal" ]
  assert_sound
}

@test "B12 a backup is sound, and another place takes it" {
  start_buying
  campuspass backup --with-keys "$FILE"
  stop_buying
  local other="$BATS_TEST_TMPDIR/other"
  "$BUILD/campuspass" --data "$other" init
  run "$BUILD/campuspass" --data "$other" restore --with-keys "$FILE"
  assert_success
  cmp "$other/keys" "$DATA/keys"
  [ "$(stat -c %a "$other/keys")" = 600 ]
  confirmed_in "$FILE" >"$BATS_TEST_TMPDIR/there"
  assert_in "$other/campuspass.db" "$BATS_TEST_TMPDIR/there"
  run "$BUILD/campuspass" --data "$other" check
  assert_success
}

@test "backup overwrites nothing unless told to" {
  echo precious >"$FILE"
  run campuspass backup "$FILE"
  assert_failure 1
  assert_output --partial "exists already"
  [ "$(cat "$FILE")" = precious ]
  run campuspass backup --force "$FILE"
  assert_success
  # Not even then the database itself, by whatever name.
  ln "$DATA/campuspass.db" "$BATS_TEST_TMPDIR/alias.db"
  run campuspass backup --force "$BATS_TEST_TMPDIR/alias.db"
  assert_failure 1
  assert_output --partial "is the database itself"
  run campuspass backup "$BATS_TEST_TMPDIR/no/such/folder.db"
  assert_failure 1
  run campuspass backup --fore "$FILE"
  assert_failure 2
}

@test "B12 a restore comes into the live file while programs run" {
  get /events/rush
  campuspass backup "$FILE"
  local left
  left=$(page_text | grep -o '[0-9]* left')
  start_buying
  get /events/rush
  refute_text "$left" # the page is in a cache now, with other numbers
  run campuspass restore "$FILE"
  assert_success
  answers | wc -l >"$BATS_TEST_TMPDIR/then"
  sleep 1
  stop_buying
  # They met it cleanly: bought, or told to come again. The booking of who was
  # paying in that very moment, one each at most, is not known any more.
  run bash -c "cut -d' ' -f1 '$BATS_TEST_TMPDIR'/answers-* |
    grep -vE '^(200|503)$'"
  [ "$(grep -c . <<<"$output")" -le 3 ]
  [[ $output != *000* && $output != *500* ]]
  # Who bought after it is in it.
  local mark=$((RANDOM))
  [ "$(buy "after-$mark-$BATS_TEST_NUMBER@example.org")" = 200 ]
  run sql "SELECT count(*) FROM booking WHERE email LIKE 'after-$mark-%'"
  assert_output 1
  assert_sound
  # No cache shows what was before.
  get /events/rush
  assert_text "$((1000000 - $(sql "SELECT sold FROM tier"))) left"
  # What was replaced is at hand, sound, with everybody who had bought.
  run sqlite3 "$DATA/before-restore.db" "PRAGMA integrity_check"
  assert_output ok
}

@test "B12 after a restore things are as they were at the backup" {
  campuspass backup "$FILE"
  local before
  before=$(sql "SELECT count(*) FROM booking")
  [ "$(buy "gone-$BATS_TEST_NUMBER@example.org")" = 200 ]
  campuspass restore "$FILE"
  run sql "SELECT count(*) FROM booking"
  assert_output "$before"
  # And back again, for it was the wrong one.
  campuspass restore "$DATA/before-restore.db"
  run sql "SELECT count(*) FROM booking"
  assert_output "$((before + 1))"
  get /events/rush
  assert_status 200
}

@test "B12 after a restore everybody signs in again: who left stays out" {
  local refresh
  register ada
  [ "$(sql "SELECT count(*) FROM account_token")" -ge 1 ]
  sign_in ada
  refresh=$(curl -s -H 'Content-Type: application/json' \
    -d "{\"email\":\"ada@example.org\",\"password\":\"$PASSWORD\"}" \
    "$URL/auth/login" | gojq -r .refresh_token)
  [ ${#refresh} -gt 20 ]
  campuspass backup "$FILE"
  get /account
  assert_status 200
  campuspass restore "$FILE"
  get /account
  assert_status 303
  [[ $location = /account/login* ]]
  run curl -s -o /dev/null -w '%{http_code}' -H 'Content-Type: application/json' \
    -d "{\"refresh_token\":\"$refresh\"}" "$URL/auth/refresh"
  assert_output 401
  run sql "SELECT count(*) FROM account_token"
  assert_output 0
  sign_in ada
  get /account
  assert_status 200
}

@test "restore refuses what is no sound backup, and changes nothing" {
  campuspass backup "$FILE"
  local now bad="$BATS_TEST_TMPDIR/bad.db"
  now=$(sql "SELECT version FROM catalogue")

  refused() {
    run campuspass restore "$bad"
    assert_failure 1
    assert_output --partial "$1"
    [ "$(sql "SELECT version FROM catalogue")" = "$now" ]
    [ ! -e "$DATA/restore.db" ]
  }

  rm -f "$bad"
  refused "cannot be opened"
  echo "not a database at all, but some text" >"$bad"
  refused "no database"
  sqlite3 "$BATS_TEST_TMPDIR/foreign.db" "CREATE TABLE t (a); PRAGMA user_version = 1"
  cp "$BATS_TEST_TMPDIR/foreign.db" "$bad"
  refused "no backup of CampusPass"
  cp "$FILE" "$bad"
  sqlite3 "$bad" "PRAGMA user_version = 99"
  refused "schema 99, newer"
  cp "$FILE" "$bad"
  sqlite3 "$bad" "PRAGMA foreign_keys = OFF; UPDATE tier SET event_id = 777"
  refused "not sound"
  cp "$FILE" "$bad"
  sqlite3 "$bad" "UPDATE tier SET sold = sold + 1"
  refused "not sound"
  cp "$FILE" "$bad"
  dd if=/dev/urandom of="$bad" bs=4096 seek=3 count=20 conv=notrunc status=none
  refused "bad.db"
  assert_sound
}

@test "restore --with-keys refuses keys that are not there or damaged" {
  campuspass backup --with-keys "$FILE"
  local keys
  keys=$(cat "$DATA/keys")
  mv "$FILE.keys" "$BATS_TEST_TMPDIR/kept"
  run campuspass restore --with-keys "$FILE"
  assert_failure 1
  sed 's/^pass .*/pass 1 zz/' "$BATS_TEST_TMPDIR/kept" >"$FILE.keys"
  run campuspass restore --with-keys "$FILE"
  assert_failure 1
  [ "$(cat "$DATA/keys")" = "$keys" ]
  # The keys that go are kept beside the database that goes.
  sed 's/^cookie 1 ..../cookie 1 0000/' "$BATS_TEST_TMPDIR/kept" >"$FILE.keys"
  run campuspass restore --with-keys "$FILE"
  assert_success
  assert_output --partial "the keys are restored, too"
  cmp "$DATA/keys" "$FILE.keys"
  [ "$(cat "$DATA/before-restore.db.keys")" = "$keys" ]
  run campuspass restore --with-keys "$DATA/before-restore.db"
  assert_success
  [ "$(cat "$DATA/keys")" = "$keys" ]
}

@test "B12 kill -9 in the middle of a backup leaves no half of one" {
  make_large
  local killed=0 pause
  for pause in 0.01 0.03 0.06 0.1 0.15 0.25; do
    rm -f "$FILE"*
    # Not by the function: its shell would be killed instead.
    "$BUILD/campuspass" --data "$DATA" backup "$FILE" >/dev/null 3>&- &
    sleep "$pause"
    kill -9 $! 2>/dev/null && killed=$((killed + 1))
    wait $! 2>/dev/null || true
    [ ! -e "$FILE" ] || [ "$(sqlite3 "$FILE" "PRAGMA integrity_check")" = ok ]
  done
  [ "$killed" -gt 0 ]
  rm -f "$FILE"*
  run campuspass backup "$FILE"
  assert_success
}

@test "B12 kill -9 in the middle of a restore leaves the one or the other" {
  make_large
  campuspass backup "$FILE"
  local killed=0 pause before after
  before=$(sql "SELECT count(*) FROM booking")
  for pause in 0.05 0.15 0.3 0.45 0.6 0.8; do
    [ "$(buy "x$pause-$BATS_TEST_NUMBER@example.org")" = 200 ]
    after=$(sql "SELECT count(*) FROM booking")
    "$BUILD/campuspass" --data "$DATA" restore "$FILE" >/dev/null 3>&- &
    sleep "$pause"
    kill -9 $! 2>/dev/null && killed=$((killed + 1))
    wait $! 2>/dev/null || true
    run sql "SELECT count(*) FROM booking"
    [[ $output = "$before" || $output = "$after" ]]
    assert_sound
    get /events/rush
    assert_status 200
  done
  [ "$killed" -gt 0 ]
  run campuspass restore "$FILE"
  assert_success
}

@test "a full disk: no backup, and nothing is left of it" {
  unshare -m true 2>/dev/null || skip "no mount namespaces for this user"
  make_large
  run --separate-stderr unshare -m bash -c 'mount -t tmpfs -o size=1m none "$1" &&
    { "$0" --data "$DATA" backup "$1/copy.db"; echo "$? $(ls -A "$1")"; }' \
    "$BUILD/campuspass" "$BATS_TEST_TMPDIR"
  assert_output "1 "
  [[ $stderr == *"full"* ]]
}

@test "a full disk: nothing is restored, and all that was is there" {
  unshare -m true 2>/dev/null || skip "no mount namespaces for this user"
  local small="$BATS_TEST_TMPDIR/small"
  mkdir "$small"
  make_large
  campuspass backup "$FILE"
  run --separate-stderr unshare -m bash -c 'mount -t tmpfs -o size=4m none "$1" &&
    "$0" --data "$1/d" init >/dev/null && "$0" --data "$1/d" demo >/dev/null &&
    { "$0" --data "$1/d" restore "$2"; echo "$?"; "$0" --data "$1/d" check
      "$0" --data "$1/d" export | grep -c jazz-evening; ls "$1/d"; }' \
    "$BUILD/campuspass" "$small" "$FILE"
  assert_line --index 0 1
  assert_line --index 1 "the database is sound"
  assert_line --index 2 2
  refute_line restore.db
  [[ $stderr == *"full"* ]]
}

@test "one restore at a time" {
  campuspass backup "$FILE"
  exec 9>"$DATA/locks/restore.lock"
  flock 9
  run campuspass restore "$FILE"
  assert_failure 1
  assert_output --partial "being restored already"
  exec 9>&-
  run campuspass restore "$FILE"
  assert_success
}

@test "without a write-ahead log backup and restore work as well" {
  local other="$BATS_TEST_TMPDIR/other"
  "$BUILD/campuspass" --data "$other" init
  echo "journal_mode = truncate" >>"$other/campuspass.conf"
  campuspass backup "$FILE"
  run "$BUILD/campuspass" --data "$other" restore "$FILE"
  assert_success
  run "$BUILD/campuspass" --data "$other" backup "$BATS_TEST_TMPDIR/again.db"
  assert_success
  run "$BUILD/campuspass" --data "$other" check
  assert_success
  # And from there back into one with a log.
  run campuspass restore "$BATS_TEST_TMPDIR/again.db"
  assert_success
  assert_sound
  get /events/rush
  assert_status 200
}

@test "demo --again begins anew, but asks, and not where money was taken" {
  local other="$BATS_TEST_TMPDIR/other"
  again() { "$BUILD/campuspass" --data "$other" demo --again "$@"; }
  "$BUILD/campuspass" --data "$other" init
  "$BUILD/campuspass" --data "$other" demo
  run again </dev/null
  assert_failure 1
  assert_output --partial "--yes"
  sqlite3 "$other/campuspass.db" "UPDATE event SET title = 'Changed'"
  run again --yes
  assert_success
  run sqlite3 "$other/campuspass.db" \
    "SELECT count(*), sum(title = 'Changed') FROM event"
  assert_output "16|0"
  sqlite3 "$other/campuspass.db" "INSERT INTO booking (id, reference, event_id,
      state, source, quantity, total, currency, created_at, expires_at)
      SELECT 1, 'R', min(id), 'released', 'page', 1, 100, 'USD', 1, 2 FROM event;
    INSERT INTO payment_attempt (booking_id, gateway, idempotency_key, amount,
      currency, state, created_at, settled_at)
      VALUES (1, 'paypal', 'k', 100, 'USD', 'captured', 1, 1)"
  run again --yes
  assert_failure 1
  assert_output --partial "Money was taken here through paypal"
  run sqlite3 "$other/campuspass.db" "SELECT count(*) FROM booking"
  assert_output 1
}
