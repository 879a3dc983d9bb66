#!/usr/bin/env bats
# The operator's command, called wrongly or where it cannot do what it should:
# it says why, and everything is as it was.
bats_require_minimum_version 1.5.0
load helper

setup() {
  export DATA="$BATS_TEST_TMPDIR/data"
  unset ADMIN_EMAIL ADMIN_USERNAME ADMIN_PASSWORD
  campuspass init >/dev/null
}

campuspass() {
  "$BUILD/campuspass" --data "$DATA" "$@"
}

own_sql() {
  sqlite3 -batch "$DATA/campuspass.db" "PRAGMA foreign_keys = ON; $1"
}

add_user() {
  echo "vital kangaroo mops" | campuspass user add --role "${2:-user}" \
    --username "$1" --email "$1@example.org" --password-stdin >/dev/null
}

# state: all that the database holds.
state() {
  sqlite3 "$DATA/campuspass.db" .dump | sha256sum
}

# at_terminal ANSWER WORDS...: campuspass, with somebody there who types that.
at_terminal() {
  local answer=$1
  shift
  SHELL=/bin/sh script -qec "'$BUILD/campuspass' --data '$DATA' $*" /dev/null \
    <<<"$answer"
}

@test "words that a verb does not know: exit 2, and nothing is done" {
  local before words
  before=$(state)
  while read -r words; do
    # shellcheck disable=SC2086 # several words
    run campuspass $words
    assert_failure 2
    assert_output --regexp \
      "usage: |too many words|not understood|older-than DAYS|number of days|needed"
  done <<EOF
backup --force
backup --with-keys --force
backup $BATS_TEST_TMPDIR/a $BATS_TEST_TMPDIR/b
restore --force
restore --with-keys
restore $BATS_TEST_TMPDIR/a $BATS_TEST_TMPDIR/b
demo now
demo --yes --strange
event export --strange
erase 5 6
erase --older-than --days
erase --older-than 36501
user add --role user --email a@example.org --password-stdin --username
user add --username ada --username bob --email a@example.org --password-stdin
user add --role user --role user --email a@example.org --password-stdin
EOF
  [ "$(state)" = "$before" ]
  [ -z "$(ls "$BATS_TEST_TMPDIR"/a* "$BATS_TEST_TMPDIR"/b* 2>/dev/null)" ]
}

@test "who is not there: exit 1, and who" {
  run campuspass user role nobody admin
  assert_failure 1
  assert_output --partial "There is no user nobody"
  run campuspass user disable nobody
  assert_failure 1
  assert_output --partial "There is no user nobody"
  run campuspass mail retry first
  assert_failure 1
  assert_output --partial "first is no mail's number"
  run campuspass mail show 7
  assert_failure 1
}

@test "a mail that cannot be written is not shown" {
  own_sql "INSERT INTO outbox (id, message_id, kind, recipient, due_at,
    created_at) VALUES (1, 'M', 'poem', 'a@example.org', 1, 1)"
  run campuspass mail show 1
  assert_failure 1
  assert_output --partial 'There is no letter "poem"'
}

@test "the list of users says what is particular about each" {
  add_user plain
  add_user claimed
  add_user factor organiser
  add_user gone
  own_sql "UPDATE user SET verified_at = NULL, email = NULL
      WHERE username = 'claimed';
    UPDATE user SET totp_secret = 'x', two_factor_at = 1
      WHERE username = 'factor'"
  campuspass user disable gone
  run campuspass user list
  assert_line --regexp "plain +plain@example.org +user$"
  assert_line --regexp "claimed +- +user +not verified$"
  assert_line --regexp "factor +factor@example.org +organiser +two-factor$"
  assert_line --regexp "gone +gone@example.org +user +disabled$"
}

@test "a password may come without the end of its line, but not be empty" {
  printf %s "vital kangaroo mops" | campuspass user add --role admin \
    --username root --email root@example.org --password-stdin
  [[ $(own_sql "SELECT password_hash FROM user") == \$argon2id\$* ]]
  run campuspass user add --role user --username bob \
    --email bob@example.org --password-stdin </dev/null
  assert_failure 1
  assert_output --partial "Password must have at least 8 characters"
  [ "$(own_sql "SELECT count(*) FROM user")" = 1 ]
}

@test "what it prints is not taken: exit 1, and it says so" {
  add_user ada
  # shellcheck disable=SC2016 # for the shell inside
  run sh -c '"$0" --data "$1" user list >/dev/full' "$BUILD/campuspass" "$DATA"
  assert_failure 1
  assert_output --partial "what it prints is not taken"
}

@test "demo --again asks whoever sits there; only yes is yes" {
  local answer
  campuspass demo
  add_user ada
  for answer in no YES "yes please" ""; do
    run at_terminal "$answer" demo --again
    assert_failure 1
    assert_output --partial "All events, bookings and accounts go."
    assert_output --partial "Nothing was changed"
    [ "$(own_sql "SELECT count(*) FROM user")" = 1 ]
  done
  run at_terminal yes demo --again
  assert_success
  assert_output --partial "loaded anew"
  [ "$(own_sql "SELECT count(*) FROM user")" = 0 ]
  [ "$(own_sql "SELECT count(*) FROM event")" = 16 ]
}

@test "demo --again goes over play money, not over a gateway nobody knows" {
  campuspass demo
  own_sql "INSERT INTO booking (id, reference, event_id, state, source,
      quantity, total, currency, created_at, expires_at)
      SELECT 1, 'R', min(id), 'released', 'page', 1, 100, 'USD', 1, 2
      FROM event;
    INSERT INTO payment_attempt (booking_id, gateway, idempotency_key, amount,
      currency, state, created_at, settled_at)
      VALUES (1, 'oldpay', 'k', 100, 'USD', 'captured', 1, 1)"
  run campuspass demo --again --yes
  assert_failure 1
  assert_output --partial "Money was taken here through oldpay"
  own_sql "UPDATE payment_attempt SET gateway = 'campuspay'"
  run campuspass demo --again --yes
  assert_success
  [ "$(own_sql "SELECT count(*) FROM booking")" = 0 ]
}

@test "R33 a new key tells what does not open, and leaves it" {
  add_user ada
  own_sql "INSERT INTO saved_card (user_id, gateway, brand, last_four, expires,
      holder, address_box, token_box, created_at)
      SELECT id, 'campuspay', 'Visa', '4242', '2040-01', 'Ada', '1.x', '1.x', 1
      FROM user;
    UPDATE user SET totp_secret = '1.x'"
  run campuspass rotate-keys
  assert_failure 1
  assert_output --partial "version 2 now"
  assert_output --partial "2 sealed texts do not open and stay as they are"
  [ "$(own_sql "SELECT address_box || token_box FROM saved_card")" = 1.x1.x ]
}

@test "B12 a backup's keys overwrite nothing unless told to" {
  local copy="$BATS_TEST_TMPDIR/copy.db"
  echo precious >"$copy.keys"
  run campuspass backup --with-keys "$copy"
  assert_failure 1
  assert_output --partial "$copy.keys exists already"
  [ "$(cat "$copy.keys")" = precious ]
  [ ! -e "$copy" ]
  run campuspass backup --with-keys --force "$copy"
  assert_success
  cmp "$copy.keys" "$DATA/keys"
}

@test "B12 what cannot be kept stops a restore, unless told to go on" {
  local copy="$BATS_TEST_TMPDIR/copy.db"
  campuspass backup "$copy"
  add_user ada
  # Nothing can be written in its place.
  mkdir -p "$DATA/before-restore.db/full"
  run campuspass restore "$copy"
  assert_failure 1
  assert_output --partial "What is there now cannot be kept"
  [ "$(own_sql "SELECT count(*) FROM user")" = 1 ]
  run campuspass restore --force "$copy"
  assert_success
  refute_output --partial "is kept in"
  [ "$(own_sql "SELECT count(*) FROM user")" = 0 ]
  run campuspass check
  assert_success
}

@test "a full disk: demo --again changes nothing" {
  local before blocks
  campuspass demo
  add_user ada
  before=$(state)
  # KiB that a file may have: for the log's index, then for more and more of
  # the fresh database.
  for blocks in 0 32 64 128 256 512; do
    run bash -c 'ulimit -f "$0"; "$@"' "$blocks" "$BUILD/campuspass" \
      --data "$DATA" demo --again --yes
    assert_failure 1
    refute_output --partial "loaded anew"
    [ "$(state)" = "$before" ]
  done
  run campuspass check
  assert_success
  run campuspass demo --again --yes
  assert_success
}
