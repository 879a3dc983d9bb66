#!/usr/bin/env bats
# The operator's command: each verb, what it leaves, what it refuses.
load helper
load operator

setup() {
  DATA="$BATS_TEST_TMPDIR/data"
  unset CAMPUSPASS_DATA
}

mode() {
  stat -c %a "$1"
}

# ---- words ----

@test "help lists every verb; version names program and schema" {
  local verb
  run campuspass help
  assert_success
  for verb in init migrate demo sweep check version help; do
    assert_line --regexp "^  $verb "
  done
  run campuspass version
  assert_success
  assert_output --regexp "^CampusPass [0-9.]+, schema [0-9]+$"
}

@test "a wrong call is exit 2 with the usage on standard error" {
  local words
  for words in "" "nonsense" "--data" "--data $DATA" "INIT" "init now" \
    "check twice" "--help me" "-v"; do
    # shellcheck disable=SC2086 # several words
    run campuspass $words
    assert_failure 2
    assert_output --partial "usage: campuspass"
  done
  [ ! -e "$DATA" ]
}

@test "without a data directory: exit 1, and what to do" {
  local verb
  for verb in migrate demo sweep check; do
    run campuspass --data "$DATA/nowhere" "$verb"
    assert_failure 1
    assert_output --partial "nowhere"
    run env -u CAMPUSPASS_DATA "$BUILD/campuspass" "$verb"
    assert_failure 1
    assert_output --partial "CAMPUSPASS_DATA"
  done
  run env -u CAMPUSPASS_DATA "$BUILD/campuspass" init
  assert_failure 1
  assert_output --partial "--data"
}

@test "a directory without keys or without database says: run init" {
  local verb
  mkdir "$DATA"
  for verb in demo sweep check; do
    run cp_data "$verb"
    assert_failure 1
    assert_output --partial "campuspass init"
  done
  cp_data init >/dev/null
  rm "$DATA"/campuspass.db*
  for verb in demo sweep check; do
    run cp_data "$verb"
    assert_failure 1
    assert_output --partial "campuspass init"
    [ ! -e "$DATA/campuspass.db" ]
  done
}

@test "CAMPUSPASS_DATA names the directory; --data wins; both may be relative" {
  cd "$BATS_TEST_TMPDIR"
  CAMPUSPASS_DATA="$BATS_TEST_TMPDIR/a" campuspass init >/dev/null
  [ -e a/campuspass.db ]
  CAMPUSPASS_DATA="$BATS_TEST_TMPDIR/a" campuspass --data b init >/dev/null
  [ -e b/campuspass.db ]
  CAMPUSPASS_DATA=a campuspass check
  campuspass --data ./b check
}

# ---- init ----

@test "R6 init makes everything, for its owner alone, whatever the umask" {
  umask 000
  run cp_data init
  assert_success
  assert_output --partial "schema"
  assert_output --partial "is ready"
  local file
  for file in . locks log; do
    assert_equal "$file $(mode "$DATA/$file")" "$file 700"
  done
  for file in campuspass.conf campuspass.db keys; do
    assert_equal "$file $(mode "$DATA/$file")" "$file 600"
  done
  run find "$DATA" -perm /077
  refute_output
  # No account and no default password.
  assert_equal "$(sql "SELECT count(*) FROM user")" 0
}

@test "what the programs write later is for its owner alone as well" {
  make_shop
  umask 000
  CAMPUSPASS_DATA=$DATA REQUEST_METHOD=GET PATH_INFO=/ \
    "$BUILD/cgi-bin/list" </dev/null >/dev/null
  cp_data sweep
  run find "$DATA" -perm /077
  refute_output
}

@test "init again leaves what exists alone" {
  make_shop
  echo "site_name = Mine" >>"$DATA/campuspass.conf"
  local before
  before=$(cat "$DATA/keys" "$DATA/campuspass.conf")
  run cp_data init
  assert_success
  assert_equal "$(cat "$DATA/keys" "$DATA/campuspass.conf")" "$before"
  assert_equal "$(sql "SELECT count(*) > 10 FROM event")" 1
  cp_data check
}

@test "B7 init and migrate add the key that an older version had not" {
  local verb old
  for verb in init migrate; do
    rm -rf "$DATA"
    cp_data init >/dev/null
    sed -i '/^pass /d' "$DATA/keys"
    # As it may have been left: no line end at the end.
    truncate -s -1 "$DATA/keys"
    old=$(cat "$DATA/keys")
    run cp_data check
    assert_failure 1
    assert_output --partial "no key named pass: run campuspass migrate"
    cp_data "$verb" >/dev/null
    assert_equal "$(grep -v '^pass ' "$DATA/keys")" "$old"
    assert_equal "$(grep -cE '^pass 1 [0-9a-f]{64}$' "$DATA/keys")" 1
    assert_equal "$(mode "$DATA/keys")" 600
    cp_data check
    old=$(cat "$DATA/keys")
    cp_data "$verb" >/dev/null
    assert_equal "$(cat "$DATA/keys")" "$old"
  done
}

@test "B7 of many that add a key at once, one does" {
  cp_data init >/dev/null
  sed -i '/^pass /d' "$DATA/keys"
  local i pids=()
  for i in 1 2 3 4 5 6 7 8; do
    cp_data migrate >/dev/null & pids+=($!)
  done
  wait "${pids[@]}"
  assert_equal "$(grep -c '^pass ' "$DATA/keys")" 1
}

@test "two installations have different keys" {
  cp_data init >/dev/null
  campuspass --data "$DATA-2" init >/dev/null
  run cmp -s "$DATA/keys" "$DATA-2/keys"
  assert_failure
}

@test "init where nothing can be written: exit 1, and why" {
  echo file >"$BATS_TEST_TMPDIR/file"
  run campuspass --data "$BATS_TEST_TMPDIR/file" init
  assert_failure 1
  run campuspass --data "$BATS_TEST_TMPDIR/no/such" init
  assert_failure 1
  assert_output --partial "no/such"
}

@test "every key of the configuration is in the file, with its default" {
  cp_data init >/dev/null
  sed -i 's/^# \([a-z_]* = \)/\1/' "$DATA/campuspass.conf"
  run cp_data check
  assert_success
  assert [ "$(grep -c '^[a-z_]* = ' "$DATA/campuspass.conf")" -ge 15 ]
}

@test "mistakes in the configuration name file and line" {
  cp_data init >/dev/null
  local line number
  number=$(($(wc -l <"$DATA/campuspass.conf") + 1))
  cp "$DATA/campuspass.conf" "$BATS_TEST_TMPDIR/good"
  for line in "hold_minutes = ten" "hold_minutes = 0" "hold_minutes =" \
    "hold_minutes = 99999999999999999999" "hold_minute = 10" "just words" \
    "timezone = Mars/Olympus" "timezone = ../UTC" "currency = EURO" \
    "journal_mode = off" "base_url = example.org" \
    "base_url = https://example.org/" "= 3"; do
    cp "$BATS_TEST_TMPDIR/good" "$DATA/campuspass.conf"
    echo "$line" >>"$DATA/campuspass.conf"
    run cp_data check
    assert_failure 1
    assert_output --partial "campuspass.conf:$number:"
  done
}

@test "damaged keys are told, not replaced" {
  cp_data init >/dev/null
  echo "cookie 1 abc" >"$DATA/keys"
  run cp_data check
  assert_failure 1
  assert_output --partial "keys"
  : >"$DATA/keys"
  run cp_data check
  assert_failure 1
  assert_output --partial "keys"
  assert_equal "$(stat -c %s "$DATA/keys")" 0
}

# ---- migrate, demo, sweep ----

@test "migrate twice says the same schema" {
  make_shop
  run cp_data migrate
  assert_success
  local first=$output
  run cp_data migrate
  assert_success
  assert_output "$first"
  cp_data check
}

@test "a database of a newer program is refused by every verb" {
  local verb
  make_shop
  sqlite3 "$DATA/campuspass.db" "PRAGMA user_version = 99"
  for verb in demo sweep check; do
    run cp_data "$verb"
    assert_failure 1
    assert_output --partial "schema 99"
  done
  # An older program cannot bring it anywhere either.
  run cp_data migrate
  assert_failure 1
}

@test "R74 demo loads fourteen events, queue-night and open-doors" {
  make_shop
  assert_equal "$(sql "SELECT count(*) FROM event")" 16
  assert_equal "$(sql "SELECT t.slug || t.capacity
    FROM tier t JOIN event e ON e.id = t.event_id
    WHERE e.slug = 'queue-night' ORDER BY t.position")" $'vip3\nregular5'
  assert_equal "$(sql "SELECT starts_at - doors_minutes * 60 <= unixepoch()
    AND ends_at > unixepoch() FROM event WHERE slug = 'open-doors'")" 1
  assert_equal "$(sql "SELECT count(*) FROM event
    WHERE slug <> 'open-doors' AND starts_at < unixepoch()")" 0
  diff -u - <(sql "SELECT e.slug || '/' || t.slug || ' ' || (t.price / 100)
      || '/' || t.capacity FROM tier t JOIN event e ON e.id = t.event_id
    WHERE e.slug IN
      ('spring-concert', 'hackathon', 'workshop-ai', 'comedy-night')
    ORDER BY e.slug, t.position") <<'LIST'
comedy-night/general 10/150
comedy-night/front-row 25/20
hackathon/participant 0/120
hackathon/mentor 0/20
spring-concert/general 15/200
spring-concert/vip 45/50
workshop-ai/standard 25/40
workshop-ai/premium 60/15
LIST
}

@test "R74 demo configures the queue calls, and leaves alone what is set" {
  make_shop
  run grep -E '^queue_' "$DATA/campuspass.conf"
  assert_output $'queue_event = queue-night\nqueue_open = yes'
  run cp_data check
  assert_success
  local own="$BATS_TEST_TMPDIR/own"
  campuspass --data "$own" init
  echo "queue_open=no" >>"$own/campuspass.conf"
  campuspass --data "$own" demo
  run grep -E '^queue_' "$own/campuspass.conf"
  assert_output $'queue_open=no\nqueue_event = queue-night'
  own="$BATS_TEST_TMPDIR/other"
  campuspass --data "$own" init
  # Without a line end, as an editor may leave it.
  printf '  queue_event = mine' >>"$own/campuspass.conf"
  campuspass --data "$own" demo
  run grep -E '^ *queue_' "$own/campuspass.conf"
  assert_output '  queue_event = mine'
}

@test "demo twice: refused as a whole, nothing doubled" {
  make_shop
  run cp_data demo
  assert_failure 1
  assert_output --partial "there already"
  assert_equal "$(sql "SELECT count(*) || '|' || (SELECT count(*) FROM venue)
    FROM event")" "16|$(sql "SELECT count(DISTINCT name) FROM venue")"
  # Also when one alone is in the way: all of them or none.
  local other="$DATA-2"
  campuspass --data "$other" init >/dev/null
  sqlite3 "$other/campuspass.db" "INSERT INTO event (slug, title, timezone,
    currency, starts_at, ends_at, created_at, updated_at)
    VALUES ('open-doors', 'Mine', 'UTC', 'USD', 1, 2, 0, 0)"
  run campuspass --data "$other" demo
  assert_failure 1
  run sqlite3 "$other/campuspass.db" "SELECT count(*) FROM event"
  assert_output 1
}

@test "sweep with nothing to do says nothing and succeeds" {
  make_shop
  run cp_data sweep
  assert_success
  refute_output
}

@test "demo and check in another time zone and currency without decimals" {
  cp_data init >/dev/null
  printf 'timezone = Asia/Tokyo\ncurrency = JPY\n' >>"$DATA/campuspass.conf"
  cp_data demo
  assert_equal "$(sql "SELECT t.price || currency || timezone FROM tier t
    JOIN event e ON e.id = t.event_id WHERE e.slug = 'spring-concert'
    AND t.slug = 'vip'")" 45JPYAsia/Tokyo
  cp_data check
}

# ---- the manual ----

@test "the manual is free of warnings and describes every verb and option" {
  local verb page="$TOP/db/campuspass.1"
  run groff -ww -man -Tutf8 -z "$page"
  assert_success
  refute_output
  run env MANWIDTH=80 man -l --warnings -P cat "$page"
  assert_success
  for verb in $(campuspass help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
    assert_output --regexp "(^|[[:space:]])$verb"
  done
  assert_output --partial "--data"
  assert_output --partial "EXIT STATUS"
}

@test "the manual's other pages are free of warnings, and name every key" {
  make_shop
  local page key value
  for page in campuspass.conf.5 campuspass.7; do
    run groff -ww -man -Tutf8 -z "$TOP/db/$page"
    assert_success
    refute_output
  done
  # What the file that init writes says of each key: its name, its default.
  page=$(tr '\n' ' ' <"$TOP/db/campuspass.conf.5" |
    sed 's/\\[:&]//g; s/\\-/-/g')
  while IFS='=' read -r key value; do
    key=${key// /} value=${value# }
    [[ $page =~ \.B\ $key\ ([^.]|\.[^T])*Default:\ ([^ ]*) ]] ||
      { echo "$key is not in the manual" >&2; return 1; }
    [ "${BASH_REMATCH[2]}" = "${value:-empty.}" ] ||
      { echo "$key: ${BASH_REMATCH[2]}, not $value" >&2; return 1; }
  done < <(awk '/^# [a-z_]+ =/ && last != "" { sub(/^# /, ""); print }
    { last = $0 }' "$DATA/campuspass.conf")
  # And none that there is not.
  for key in $(sed -n '/^\.SH KEYS/,/^\.SH EXAMPLE/s/^\.B \([a-z_]*\)$/\1/p' \
    "$TOP/db/campuspass.conf.5"); do
    grep -q "^# $key =" "$DATA/campuspass.conf"
  done
}
