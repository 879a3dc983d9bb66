#!/usr/bin/env bats
# A single-page client written for the JSON calls, in a real browser: its file
# is put into www and runs as it is.
load helper
load chromium

setup_file() {
  export ROOT="$BATS_FILE_TMPDIR/root"
  mkdir "$ROOT"
  cp -R "$TOP/www" "$ROOT/www"
  cp "$TOP/tests/browser/client.html" "$ROOT/www/client.html"
  start_site
  # One visit of the browser; the tests look at what it saw.
  export SEEN="$BATS_FILE_TMPDIR/seen"
  find_browser
  timeout 600 node "$TOP/tests/browser/client.mjs" "$URL/client.html" \
    >"$SEEN" 3>&-
}

teardown_file() {
  stop_site
}

# saw LINE ...: exactly.
saw() {
  local line
  for line in "$@"; do
    grep -qxF -- "$line" "$SEEN" && continue
    echo "not seen: $line" >&2
    cat "$SEEN" >&2
    return 1
  done
}

@test "R9 a client lists the events with prices and what is left" {
  saw "events: 16" \
    "before: Spring Music Festival, Campus Amphitheater: Choose General 15.00, 200 left; VIP 45.00, 50 left;"
  run grep "script error" "$SEEN"
  assert_failure
}

@test "R23 R34 it books, sees what is left and its own bookings" {
  saw "booked: no error" \
    "success: Booked 2 vip ticket(s) for ada@example.org" \
    "after: Spring Music Festival, Campus Amphitheater: Choose General 15.00, 200 left; VIP 45.00, 48 left;" \
    "bookings: 2 vip for Spring Music Festival: 90"
}

@test "R20 R22 it shows a duplicate with its labelled fields" {
  saw "duplicate: DuplicateBookingError" \
    "duplicate message: ada@example.org has already booked Spring Music Festival" \
    "duplicate Email: ada@example.org" \
    "duplicate Event name: Spring Music Festival"
  run grep "duplicate cause" "$SEEN"
  assert_failure
}

@test "R18 R22 it shows what a quantity was refused for, and its cause" {
  saw "quantity: InvalidBookingError" "quantity Field: quantity" \
    "quantity Value: two" "quantity Reason: must be a whole number" \
    "quantity cause: Caused by ValueError: 'two' is not a whole number"
}

@test "R21 R22 it shows more than remain with four fields" {
  saw "sold out: SoldOutError" \
    "sold out message: Requested 49 VIP tickets, only 48 remaining" \
    "sold out Event name: Spring Music Festival" "sold out Tier name: VIP" \
    "sold out Requested: 49" "sold out Remaining: 48"
}

@test "R25 R26 R22 a decline, an outage with its cause, then it can book" {
  saw "declined: PaymentDeclinedError" "declined Gateway name: CampusPay" \
    "declined Reason: card declined" "outage: PaymentError" \
    "outage cause: Caused by ConnectionError: CampusPay could not be reached" \
    "again: no error" \
    "in the end: Spring Music Festival, Campus Amphitheater: Choose General 15.00, 200 left; VIP 45.00, 0 left;"
  [ "$(stock spring-concert vip)" = "0|50" ]
  assert_sound
}
