#!/usr/bin/env bats
# /setup of the one program that is uploaded, as plain CGI: what is wrong with
# its answers, and with the folder that it finds (B14). Behind Apache:
# tests/apache.bats.
load helper

setup() {
  export DATA="$BATS_TEST_TMPDIR/data"
  mkdir -m 700 "$DATA"
}

# setup_page METHOD [name=value ...]: $status, $location and $body.
setup_page() {
  local method=$1 form pair
  shift
  for pair in "$@"; do
    form+="${form:+&}${pair%%=*}=$(jq -rn --arg v "${pair#*=}" '$v|@uri')"
  done
  code=0
  printf %s "${form:-}" | env -i REQUEST_METHOD="$method" \
    PATH_INFO="${ADDRESS:-/setup}" QUERY_STRING= REMOTE_ADDR=127.0.0.1 \
    CAMPUSPASS_DATA="$DATA" CONTENT_TYPE=application/x-www-form-urlencoded \
    CONTENT_LENGTH="$(printf %s "${form:-}" | wc -c)" \
    ${SHIMMED:+"${SHIMMED[@]}"} \
    timeout 60 "$BUILD/campuspass.fcgi" >"$BATS_TEST_TMPDIR/answer" \
    2>"$BATS_TEST_TMPDIR/error" || code=$?
  assert_equal "$code" 0
  body=$(tr -d '\r' <"$BATS_TEST_TMPDIR/answer")
  status=$(sed -n 's/^Status: \([0-9]*\).*/\1/p;T;q' <<<"$body")
  location=$(sed -n 's/^Location: //p;T;q' <<<"$body")
}

# answers [name=value ...]: right ones, but for these.
answers() {
  setup_page POST "$@" "token=$(cat "$DATA/setup-token")" site_name=Club \
    base_url=https://tickets.example.org username=ada email=ada@example.org \
    "password=seven brass kettles" "password_again=seven brass kettles"
}

is_set_up() {
  [ ! -e "$DATA/setup-token" ]
  [ "$(sqlite3 "$DATA/campuspass.db" "SELECT count(*) FROM user")" = 1 ]
  ADDRESS=/ setup_page GET
  assert_equal "$status" 200
}

@test "B14 a wrong address, name or password is told, and nothing is made" {
  setup_page GET
  assert_equal "$status" 200
  # There is no other page yet: nothing leads to one.
  local page=$body wrong
  [[ $page != *"<a "*' href="/'* ]]
  for wrong in base_url=tickets.example.org base_url=ftp://example.org \
    base_url=https://example.org/ "base_url=https://a b" base_url= \
    token= site_name= username=a email=none password=short \
    "password_again=seven brass kettle"; do
    answers "$wrong"
    assert_equal "$wrong: $status" "$wrong: 400"
    [[ $body == *"There is a problem"* ]]
    [ ! -e "$DATA/campuspass.db" ]
  done
  answers base_url=http://localhost:8080
  assert_equal "$status" 303
  assert_equal "$location" /account/login
  is_set_up
  [ ! -e "$DATA/setup" ]
  "$BUILD/campuspass" --data "$DATA" check
}

@test "B14 a damaged code, and a folder that is not there, are no way in" {
  echo short >"$DATA/setup-token"
  setup_page GET
  [ "$status" -ge 500 ]
  answers token=short
  [ "$status" -ge 500 ]
  [ ! -e "$DATA/campuspass.db" ]
  rm -r "$DATA"
  setup_page GET
  [ "$status" -ge 500 ]
  setup_page POST token=
  [ "$status" -ge 500 ]
  [ ! -e "$DATA" ]
}

# fail_each "CALLS" FIRST NEXT: each of these calls fails once amid the form.
fail_each() {
  local calls=$1 call n told
  fired=0
  for call in $calls; do
    for n in $(seq 200); do
      rm -rf "$DATA" "$BATS_TEST_TMPDIR/report"
      mkdir -m 700 "$DATA"
      "$2"
      SHIMMED=("LD_PRELOAD=$BUILD/torture/shim.so" "SHIM_FAIL=$call:$n"
        "SHIM_REPORT=$BATS_TEST_TMPDIR/report")
      answers
      SHIMMED=()
      [ -s "$BATS_TEST_TMPDIR/report" ] || break
      fired=$((fired + 1))
      told=$status
      echo "$call $n: $told"
      # A lock that cannot be had after it was done is nobody's loss.
      if [ -e "$DATA/setup-token" ]; then
        answers
        echo "again: $status"
        [ "$status" = 303 ]
      fi
      "$3"
    done
  done
}

@test "B14 any file that cannot be opened, moved or kept: one tries again" {
  [ "${SANITIZE:-0}" != 1 ] || skip "not with a sanitizer's allocator"
  prepare() { setup_page GET; }
  fail_each "rename open" prepare is_set_up
  [ "$fired" -ge 15 ]
}

# Data of a version before the first: keys and settings, an empty database.
make_old() {
  rm -rf "$DATA"
  "$BUILD/campuspass" --data "$DATA" init >/dev/null
  rm -f "$DATA"/campuspass.db*
  sqlite3 "$DATA/campuspass.db" VACUUM
  setup_page GET
}

is_upgraded() {
  [ ! -e "$DATA/setup-token" ]
  ADDRESS=/ setup_page GET
  assert_equal "$status" 200
  setup_page GET
  assert_equal "$status" 404
}

@test "B14 older data: the code alone upgrades, and the page is gone" {
  make_old
  assert_equal "$status" 200
  [[ $body == *"New version"*"Nothing is lost"* ]]
  setup_page POST token=wrong
  assert_equal "$status" 400
  [[ $body == *"New version"* ]]
  [ -e "$DATA/setup-token" ]
  setup_page POST "token=$(cat "$DATA/setup-token")"
  assert_equal "$status $location" "303 /account/login"
  is_upgraded
  setup_page POST token=wrong
  assert_equal "$status" 404
}

@test "B14 an upgrade amid which any file fails: one tries again" {
  [ "${SANITIZE:-0}" != 1 ] || skip "not with a sanitizer's allocator"
  fail_each "rename open fsync" make_old is_upgraded
  [ "$fired" -ge 5 ]
}

@test "B14 a database that cannot be looked at is not set up anew" {
  ln -s campuspass.db "$DATA/campuspass.db"
  ADDRESS=/ setup_page GET
  [ "$location" != /setup ]
  setup_page GET
  [[ $body != *"name=\"username\""* ]]
}
