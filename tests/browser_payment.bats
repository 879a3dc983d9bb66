#!/usr/bin/env bats
# Gateways' own pages in a real browser: it obeys the pages' policy, so it is
# seen whether forms may lead there.
load helper
load chromium
load paying

setup_file() {
  find_browser
  make_data empty
  start_double "paypal campuspay_page later"
  start_server
  add_event show title="'An evening'"
  export MAP="tickets.example.org 127.0.0.1:$PORT"
  export URL=http://tickets.example.org
}

teardown_file() {
  stop_site
  stop_double
}

visit() {
  # 3>&-: bats waits for whoever holds its descriptor 3.
  run node "$TOP/tests/browser/visit.mjs" "$@" 3>&-
  assert_success
}

@test "B1 R25 to PayPal's page and back, 320 px, light" {
  visit gateways show 320 light
}

@test "B1 R25 to PayPal's page and back, 1280 px, dark" {
  visit gateways show 1280 dark
}

@test "I5 I6 I7 at the end the books are sound" {
  assert_sound
}
