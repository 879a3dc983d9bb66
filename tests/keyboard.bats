#!/usr/bin/env bats
# With the keyboard alone and no script: seats chosen on the map, the checkout,
# a ticket, and the same at the door. (A sale without seats, its mistakes and a
# declined card: browser.bats.)
load helper
load chromium
load staff

setup_file() {
  find_browser
  start_site
  add_event gala title="'Winter Gala'" \
    starts_at="unixepoch()" ends_at="unixepoch() + 7200"
  sign_in door dora
  staff_at_door gala dora
}

teardown_file() {
  stop_site
}

keyboard() {
  # 3>&-: bats waits for whoever holds its descriptor 3.
  run node "$TOP/tests/browser/keyboard.mjs" "$@" 3>&-
  assert_success
}

@test "B1 B6 seats on the map by keyboard to a ticket, 320 px, light" {
  keyboard seats "Jazz Evening" 320 light
}

@test "B1 B6 seats on the map by keyboard to a ticket, 1280 px, dark" {
  keyboard seats "Jazz Evening" 1280 dark
}

@test "B1 R42 a ticket is bought and let in at the door by keyboard, 320 px" {
  keyboard door "Winter Gala" dora 320
}

@test "B1 R42 a ticket is bought and let in at the door by keyboard, 1280 px" {
  keyboard door "Winter Gala" dora 1280
}

@test "at the end the books are sound" {
  assert_sound
}
