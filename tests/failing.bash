# For the bats files that play a script of tests/failing against a site of its
# own, before whose programs the shim stands.

# site [PROGRAMS]: the demo, run by what lies in that folder of the build.
site() {
  make_data
  printf '%s\n' "limits = no" "queue_event = queue-night" \
    "gateways = campuspay campuspay_page later" >>"$DATA/campuspass.conf"
  SHIM="$BUILD/torture/shim.so" ORDERS="$BATS_FILE_TMPDIR/orders"
  head -c 8192 /dev/zero >"$ORDERS"
  sed "s|\"bin-environment\" => ( |&\"LD_PRELOAD\" => \"$SHIM\", \
\"SHIM_ORDERS\" => \"$ORDERS\", |" "$TOP/lighttpd.conf" \
    >"$BATS_FILE_TMPDIR/lighttpd.conf"
  BUILD=$BUILD/${1:-} start_server "$BATS_FILE_TMPDIR/lighttpd.conf"
}

setup() {
  [ "${SANITIZE:-0}" != 1 ] || skip "not with a sanitizer's allocator"
}

teardown() {
  [ -z "${DATA:-}" ] || stop_site
  rm -rf "$BATS_FILE_TMPDIR"/{data,jar-*}
}

# play SCRIPT: $failed statements have failed, $met requests have met, $wrong
# things were found. VERBOSE=1 shows each line.
play() {
  run python3 "$TOP/tests/failing/failing.py" --url "$URL" --data "$DATA" \
    --orders "$ORDERS" --shim "$SHIM" --tool "$BUILD/campuspass" \
    ${VERBOSE:+--verbose} "$TOP/tests/failing/$1"
  echo "$output"
  [ -z "${VERBOSE:-}" ] || echo "$output" >&3
  read -r failed _ _ met _ _ wrong _ <<<"${lines[-1]//,/}"
}

# fail_each SCRIPT LEAST: at least so many statements have failed. One worker a
# program, for what it knows already decides which statement is the n-th.
fail_each() {
  WORKERS=1 site
  play "$1"
  assert_equal "$wrong" 0
  assert [ "$failed" -ge "$2" ]
  assert_sound
}
