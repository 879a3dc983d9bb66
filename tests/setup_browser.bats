#!/usr/bin/env bats
# The first visit and the check page in a real browser: narrow and wide, light
# and dark, before an accessibility checker.
load helper
load chromium
load staff
load hosting

setup_file() {
  find_browser
  make_web
}

teardown_file() {
  rm -rf "$PLACE"
}

teardown() {
  [ -z "${SERVER:-}" ] || stop_site
}

# look PATH: in both widths, by who is signed in.
look() {
  local width
  COOKIE=$(awk -F '\t' '$6 ~ /./ && NF == 7 { printf "%s%s=%s", s, $6, $7
    s = "; " }' "$JAR")
  export COOKIE=${COOKIE:-none=none} URL
  for width in 320 1280; do
    # 3>&-: bats waits for whoever holds its descriptor 3.
    run node "$TOP/tests/browser/staff.mjs" pages "$width" "$1" 3>&-
    assert_success
    assert_output ""
  done
}

@test "B14 the setup's page, and the check page after it, suit everybody" {
  upload browser
  start_host cgi
  as owner
  look /setup
  get /setup
  set_up
  assert_status 303
  get /account/login
  post /account/login login=secretary "password=$STAFF_PASSWORD"
  assert_status 303
  look /admin/check
}
