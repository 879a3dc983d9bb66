#!/usr/bin/env bats
# A full disk, a read-only one, a database that somebody else has locked:
# buying says "in a moment", browsing goes on, nothing is lost, and all heals
# by itself.
bats_require_minimum_version 1.5.0
load helper

setup_file() {
  make_data
  # Some tests buy faster than people.
  echo "limits = no" >>"$DATA/campuspass.conf"
  start_server
}

teardown_file() {
  stop_site
}

setup() {
  as "person-$BATS_TEST_NUMBER"
  E="show-$BATS_TEST_NUMBER"
}

# limit BYTES|unlimited: the largest file that the workers may write now.
limit() {
  local worker
  for worker in $(pgrep -P "$SERVER"); do
    prlimit --pid "$worker" --fsize="$1":
  done
}

state() {
  sql "SELECT state FROM booking WHERE reference = '$REFERENCE'"
}

# The page last fetched says that it is a passing trouble, and tells nothing
# of the inside.
assert_out_of_order() {
  assert_status 503
  [[ $headers =~ Retry-After:\ [0-9]+ ]]
  assert_text "Nothing is lost"
  refute_text "sqlite"
  refute_text "SQL"
  refute_text "$DATA"
}

@test "RLIMIT_FSIZE: buying answers 503, browsing goes on, it heals" {
  add_event "$E"
  hold "$E" general 2 a@example.org
  as "other-$BATS_TEST_NUMBER"
  get "/book/$E"
  local page=$body
  limit 1
  post "/book/$E" tier=general quantity=1 name=B email=b@example.org
  assert_out_of_order
  get "/events/$E"
  assert_status 200
  assert_text "8 left"
  get "/?q=$E"
  assert_status 200
  get "/book/$E"
  assert_status 200
  as "person-$BATS_TEST_NUMBER"
  get "/checkout/$REFERENCE"
  assert_status 200
  pay
  assert_out_of_order
  assert_equal "$(state)" held
  limit unlimited
  pay
  assert_status 303
  assert_equal "$(state)" confirmed
  # The form that failed still has its key.
  as "other-$BATS_TEST_NUMBER"
  body=$page
  post "/book/$E" tier=general quantity=1 name=B email=b@example.org
  assert_status 303
  assert_equal "$(stock "$E" general)" "1|2"
  assert_sound
}

@test "RLIMIT_FSIZE amid paying: not charged, or charged and booked" {
  add_event "$E"
  hold "$E" general 2 a@example.org
  mkdir -p "$DATA/campuspay"
  mkfifo "$DATA/campuspay/behave"
  ln "$DATA/campuspay/behave" "$DATA/orders"
  get "/checkout/$REFERENCE"
  local key
  curl -s -o "$BATS_TEST_TMPDIR/page" -b "$JAR" -w '%{http_code}' -m 20 \
    --data-urlencode "csrf_token=$(hidden csrf_token)" -d terms=yes \
    -d payment_token=tok_valid "$URL/checkout/$REFERENCE" \
    >"$BATS_TEST_TMPDIR/code" 3>&- &
  local paying=$!
  has_key() {
    key=$(sql "SELECT idempotency_key FROM payment_attempt a JOIN booking b
      ON b.id = a.booking_id WHERE reference = '$REFERENCE'")
    [ -n "$key" ]
  }
  eventually has_key
  limit 1
  rm "$DATA/campuspay/behave"
  : >"$DATA/orders"
  rm "$DATA/orders"
  wait "$paying"
  limit unlimited
  assert_equal "$(cat "$BATS_TEST_TMPDIR/code")" 503
  assert_equal "$(state)" paying
  pass_time 15
  "$BUILD/campuspass" --data "$DATA" sweep
  if [ -e "$DATA/campuspay/$key" ]; then
    assert_equal "$(state)" confirmed
  else
    assert_equal "$(state)" held
  fi
  assert_sound
}

# waited_once SINCE: for the five seconds that a request has for the database;
# twice would be ten.
waited_once() {
  local spent=$(((${EPOCHREALTIME/./} - ${1/./}) / 1000))
  [ "$spent" -ge 4000 ] && [ "$spent" -lt 9500 ] ||
    { echo "took $spent ms" >&2; return 1; }
}

@test "a foreign write lock: 503 after one wait, browsing goes on, it heals" {
  add_event "$E"
  get "/book/$E"
  local page=$body
  keep_database
  local started=$EPOCHREALTIME
  post "/book/$E" tier=general quantity=1 name=A email=a@example.org &
  local buying=$!
  # Pages that only read do not wait.
  curl -s -o /dev/null -m 4 -w '%{http_code}\n' "$URL/events/$E" | grep -qx 200
  curl -s -o /dev/null -m 4 -w '%{http_code}\n' "$URL/book/$E" | grep -qx 200
  wait "$buying"
  waited_once "$started"
  read_answer "$BATS_TEST_TMPDIR/answer"
  assert_out_of_order
  leave_database
  body=$page
  post "/book/$E" tier=general quantity=1 name=A email=a@example.org
  assert_status 303
  assert_sound
}

@test "somebody who keeps the turn: 503 after one wait, then it heals" {
  add_event "$E"
  get "/book/$E"
  local page=$body started
  mkfifo "$BATS_TEST_TMPDIR/release"
  flock "$DATA/locks/writer.lock" cat "$BATS_TEST_TMPDIR/release" 3>&- &
  local keeper=$!
  exec 9>"$BATS_TEST_TMPDIR/release"
  started=$EPOCHREALTIME
  post "/book/$E" tier=general quantity=1 name=A email=a@example.org
  waited_once "$started"
  exec 9>&-
  wait "$keeper"
  assert_out_of_order
  body=$page
  post "/book/$E" tier=general quantity=1 name=A email=a@example.org
  assert_status 303
  assert_sound
}

@test "a reader that stays open does not stop the sale" {
  add_event "$E" one_booking_each=0
  sql_write "UPDATE tier SET capacity = NULL, price = 0 WHERE event_id =
    (SELECT id FROM event WHERE slug = '$E')"
  coproc READER { sqlite3 -batch "file:$DATA/campuspass.db?mode=ro" \
    "${QUIETLY[@]}" 3>&-; }
  echo "BEGIN; SELECT count(*) FROM booking;" >&"${READER[1]}"
  read -r _ <&"${READER[0]}"
  local i
  for i in $(seq 40); do
    hold "$E" general 1 a@example.org
    get "/checkout/$REFERENCE"
    post "/checkout/$REFERENCE" terms=yes
    assert_status 303
  done
  echo ".quit" >&"${READER[1]}"
  wait "$READER_PID" || true
  assert_equal "$(stock "$E" general)" "0|40"
  assert_sound
}

@test "the log of the database is folded, it does not grow for ever" {
  local i before grown
  before=$(stat -c %s "$DATA/campuspass.db-wal")
  for i in $(seq 60); do
    as "fold-$i"
    hold hackathon participant 1 "fold$i@example.org"
    get "/checkout/$REFERENCE"
    post "/checkout/$REFERENCE" terms=yes
  done
  # Sixty sales write 5 to 6 MB; 1000 frames of 4 KiB start a fold, and the
  # next commit begins the log anew.
  grown=$(($(stat -c %s "$DATA/campuspass.db-wal") - before))
  [ "$grown" -lt 4500000 ] || { echo "grown by $grown" >&2; return 1; }
  assert_sound
}

@test "a configuration that is damaged: 503, a line in the log, and it heals" {
  local conf="$BATS_TEST_TMPDIR/data"
  cp -R "$DATA" "$conf"
  echo "hold_minutes = soon" >>"$conf/campuspass.conf"
  export CAMPUSPASS_DATA=$conf REQUEST_METHOD=GET PATH_INFO=/terms
  run "$BUILD/cgi-bin/list" </dev/null
  assert_output --partial "Status: 503"
  assert_output --partial "Retry-After:"
  refute_output --partial "$conf"
  grep -q 'campuspass.conf:[0-9]*: hold_minutes' "$conf/log/campuspass.log"
  sed -i '$d' "$conf/campuspass.conf"
  run "$BUILD/cgi-bin/list" </dev/null
  assert_output --partial "Status: 200"
}

@test "another schema: 503, and the log says what to run" {
  local conf="$BATS_TEST_TMPDIR/data"
  cp -R "$DATA" "$conf"
  sqlite3 "$conf/campuspass.db" "PRAGMA user_version = 99"
  export CAMPUSPASS_DATA=$conf REQUEST_METHOD=GET PATH_INFO=/
  run "$BUILD/cgi-bin/list" </dev/null
  assert_output --partial "Status: 503"
  grep -q 'campuspass migrate' "$conf/log/campuspass.log"
}

# ---- a small disk of its own ----

# start_on_disk SIZE: a server whose DATA is a disk of that size, seen by its
# processes alone. Inside `here` one sees what they see.
start_on_disk() {
  unshare -m true 2>/dev/null || skip "no mount namespaces for this user"
  DATA="$BATS_TEST_TMPDIR/disk"
  "$BUILD/campuspass" --data "$DATA" init >/dev/null
  "$BUILD/campuspass" --data "$DATA" demo >/dev/null
  mkdir -p "$DATA/run"
  export DISK_SIZE=$1
  # Stands before the real one for start_server.
  lighttpd() {
    # shellcheck disable=SC2016 # for the shell inside
    exec unshare -m bash -c 'cp -a "$CAMPUSPASS_DATA" "$0" &&
      mount -t tmpfs -o "size=$DISK_SIZE" none "$CAMPUSPASS_DATA" &&
      cp -a "$0/." "$CAMPUSPASS_DATA" && exec lighttpd "$@"' \
      "$BATS_TEST_TMPDIR/copy" "$@"
  }
  start_server
  ON_DISK=$SERVER
}

here() {
  nsenter -t "$ON_DISK" -m "$@"
}

teardown() {
  [ -z "${ON_DISK:-}" ] || { SERVER=$ON_DISK; stop_site; }
}

@test "R61 a full disk: buying answers 503, browsing goes on, it heals" {
  start_on_disk 4m
  as full
  hold hackathon participant 2 a@example.org
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" terms=yes
  assert_status 303
  as full-b
  get /book/hackathon
  local page=$body
  here dd if=/dev/zero of="$DATA/fill" bs=4k status=none 2>/dev/null || true
  post /book/hackathon tier=participant quantity=1 name=B email=b@example.org
  # The log may still have room in pages it has; buy until it has none.
  local i
  for i in $(seq 60); do
    [ "$status" != 303 ] || {
      as "full-$i"
      get /book/hackathon
      page=$body
      post /book/hackathon tier=participant quantity=1 name=B \
        "email=b$i@example.org"
    }
  done
  assert_status 503
  [[ $headers =~ Retry-After ]]
  as full
  get /events/hackathon
  assert_status 200
  get "/tickets/$REFERENCE"
  assert_status 200
  assert_text "Confirmed"
  here rm "$DATA/fill"
  as healed
  hold hackathon participant 1 healed@example.org
  run here "$BUILD/campuspass" --data "$DATA" check
  assert_success
}

@test "a read-only disk: 503 without a crash, and it heals" {
  unshare -m true 2>/dev/null || skip "no mount namespaces for this user"
  local data="$BATS_TEST_TMPDIR/disk" inside
  cp -R "$DATA" "$data"
  export CAMPUSPASS_DATA=$data REQUEST_METHOD=GET PATH_INFO=/book/comedy-night
  # shellcheck disable=SC2016 # for the shell inside
  inside='mount --bind "$CAMPUSPASS_DATA" "$CAMPUSPASS_DATA" &&
    mount -o remount,ro,bind "$CAMPUSPASS_DATA" && exec "$0"'
  # What it logs goes to standard error, for there is nowhere else.
  run --separate-stderr unshare -m bash -c "$inside" "$BUILD/cgi-bin/book" \
    </dev/null
  assert_success
  assert_output --regexp "Status: (200|503)"
  refute_output --partial "$data"
  run "$BUILD/cgi-bin/book" </dev/null
  assert_output --partial "Status: 200"
}
