#!/usr/bin/env bats
# Each statement of the database fails once, at each request of a script:
# nothing is half done, nobody is told of the inside, the next try succeeds.
bats_require_minimum_version 1.5.0
load helper

setup_file() {
  make_data
  printf '%s\n' "limits = no" "queue_event = queue-night" \
    "gateways = campuspay campuspay_page later" >>"$DATA/campuspass.conf"
  export SHIM="$BUILD/torture/shim.so" ORDERS="$BATS_FILE_TMPDIR/orders"
  head -c 24 /dev/zero >"$ORDERS"
  sed "s|\"bin-environment\" => ( |&\"LD_PRELOAD\" => \"$SHIM\", \
\"SHIM_ORDERS\" => \"$ORDERS\", |" "$TOP/lighttpd.conf" \
    >"$BATS_FILE_TMPDIR/lighttpd.conf"
  WORKERS=2 start_server "$BATS_FILE_TMPDIR/lighttpd.conf"
}

teardown_file() {
  [ -z "${VERBOSE:-}" ] || grep -v StorageError "$DATA"/log/{campuspass,lighttpd}.log | grep -v "sqlite 10" | tail -n 20 >&3
  stop_site
}

setup() {
  [ "${SANITIZE:-0}" != 1 ] || skip "not with a sanitizer's allocator"
}

# fail_all LEAST SCRIPT...: at least so many statements have failed.
fail_all() {
  local least=$1 number
  shift
  run python3 "$TOP/tests/failing/failing.py" --url "$URL" --data "$DATA" \
    --orders "$ORDERS" --shim "$SHIM" --tool "$BUILD/campuspass" \
    ${VERBOSE:+--verbose} "${@/#/$TOP/tests/failing/}"
  [ -z "${VERBOSE:-}" ] || echo "$output" >&3
  assert_success
  number=$(sed -n 's/ statements failed.*//p' <<<"$output")
  assert [ "${number:-0}" -ge "$least" ]
  met=$(sed -n 's/.*failed, \([0-9]*\) requests met.*/\1/p' <<<"$output")
  assert_sound
}

@test "a buyer: each statement fails once, nothing is half done" {
  fail_all 800 buyer.txt
}

@test "a member: each statement fails once, nothing is half done" {
  fail_all 300 member.txt
}

@test "the staff: each statement fails once, nothing is half done" {
  fail_all 1200 staff.txt
}

@test "programs and the operator: each statement fails once" {
  fail_all 400 program.txt
}

@test "two want the same at once, in each order: sound, and nobody is left hanging" {
  fail_all 0 meeting.txt
  assert [ "$met" -ge 50 ]
}
