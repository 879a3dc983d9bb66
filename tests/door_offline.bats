#!/usr/bin/env bats
# The door without a network (B7), in a real browser: the page that a telephone
# keeps judges with the server stopped, in a browser that was closed meanwhile;
# what it scanned is handed in, and who came in twice is found.
load helper
load chromium
load door

setup_file() {
  start_browser
  start_site empty
  local event
  for event in gala other; do
    add_event "$event" title="'The $event'" \
      starts_at="unixepoch()" ends_at="unixepoch() + 7200"
  done
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

# The server again, at the same address; teardown_file stops it.
start_again() {
  local port=$PORT
  free_port() { echo "$port"; }
  start_server
}

@test "B7 the kept page judges with the server stopped, and hands in later" {
  local good twice dead old forged foreign bare
  ticket gala; good=$(signed_text)
  ticket gala; twice=$(signed_text); local twice_code=$CODE
  ticket gala; dead=$(signed_text); refund_ticket
  ticket gala; old=$(signed_text); replace_code
  ticket gala; bare=$CODE
  ticket other; foreign=$(signed_text)
  forged="${good%:*}:${foreign##*:}"
  browse keep gala
  stop_site
  browse offline gala "$good" "Come in" "$good" "Already in" \
    "$dead" "Not valid: status is refunded" "$old" "Not valid: an old code" "$forged" "Not found" "$foreign" "Wrong event" \
    "$bare" "Come in" TKT-00000000000000FF "Not found" "$twice" "Come in" \
    "what is this" "Not found"
  start_again
  assert_equal "$(sql "SELECT count(*) FROM scan")" 0
  # Meanwhile another door with a network lets a copy in.
  get /door/gala
  post /door/gala/scan "code=$twice_code" "location=North gate"
  get "$location"
  assert_text "Come in"
  browse handIn gala "10 handed in, 1 let in against the rules."
  assert_equal "$(sql "SELECT outcome || ' ' || count(*) FROM scan
    GROUP BY outcome ORDER BY 1")" "admitted 3
conflict 1
refused 7"
  get /door/gala
  assert_text "Let in against the rules"
  assert_text "North gate"
  assert_text "South gate"
}

@test "R41 B7 the kept page says when the doors of another day's ticket open" {
  add_event soon title="'The soon'"
  sql_write "UPDATE tier SET capacity = 500, price = 0, name = 'Gallery'"
  staff_at_door soon dora
  ticket soon
  export PROFILE="$BATS_TEST_TMPDIR/profile"
  browse keep soon
  HAS_SERVER=1 browse offline soon "$(signed_text)" "Too early: Doors open "
}

@test "B7 a browser without Ed25519 of its own judges by the file's" {
  ticket gala; local good=$(signed_text) forged
  ticket gala
  forged="$(signed_text)"
  forged="${forged%:*}:${good##*:}"
  export PROFILE="$BATS_TEST_TMPDIR/profile"
  browse keep gala
  HAS_SERVER=1 NO_ED25519=1 browse offline gala "$good" "Come in" "$forged" "Not found"
}
