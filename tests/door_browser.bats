#!/usr/bin/env bats
# The door in a real browser, with a network: a scanner that types, a camera,
# and no JavaScript at all.
load helper
load chromium
load door

setup_file() {
  start_browser
  start_site empty
  add_event gala title="'Winter Gala'" \
    starts_at="unixepoch()" ends_at="unixepoch() + 7200"
  sql_write "UPDATE tier SET capacity = 500, price = 0, name = 'Gallery'"
  sign_in door dora
  staff_at_door gala dora
}

teardown_file() {
  stop_site
}

setup() {
  sign_in door dora
}

@test "B1 B7 the door in a browser: a scanner that types, all widths and colours" {
  local first dead
  ticket gala "Ada Lovelace"; first=$CODE
  ticket gala; refund_ticket; dead=$CODE
  browse online gala "$first" "Come in" "$first" "Already in" \
    "$dead" "Not valid"
}

@test "B1 the door by keyboard without JavaScript" {
  ticket gala
  browse plain gala "$CODE" "Come in"
}

@test "B7 the camera reads a code without a detector of the browser's own" {
  ticket gala
  "$BUILD/documents/samples" svg "$(signed_text)" "a ticket" \
    >"$BATS_TEST_TMPDIR/qr.svg"
  export PROFILE="$BATS_TEST_TMPDIR/profile"
  browse camera gala "$BATS_TEST_TMPDIR/qr.svg" "$CODE" "Come in"
}
