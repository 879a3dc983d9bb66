#!/usr/bin/env bats
# Money that came after its booking had ended, and refunds that wait for the
# staff: one page says what became of each, and what to do.
load helper
load staff
load paying

setup_file() {
  start_shop "campuspay_page campuspay later"
  sign_in organiser otto
  sign_in admin anna
}

teardown_file() { stop_site; }

setup() {
  E="show-$BATS_TEST_NUMBER"
  pass_time 40
  add_event "$E"
  OLGA="olga$BATS_TEST_NUMBER"
  sign_in organiser "$OLGA"
  give_event "$E" "$OLGA"
}

# Somebody goes to the gateway, the hold ends meanwhile, and then they pay.
# $1: "taken" when others have all places by then.
pay_late() {
  local order mine
  as "buyer-$BATS_TEST_NUMBER"
  hold "$E" general 2 ada@example.org
  mine=$REFERENCE
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=campuspay_page terms=yes
  order=${location##*/}
  pass_time 700
  sweep
  assert_equal "$(state)" expired
  if [ "${1:-}" = taken ]; then
    as "other-$BATS_TEST_NUMBER"
    hold "$E" general 10 bob@example.org
    get "/checkout/$REFERENCE"
    post "/checkout/$REFERENCE" method=later terms=yes
    REFERENCE=$mine
    as "buyer-$BATS_TEST_NUMBER"
  fi
  get "/checkout/campuspay/$order"
  post "/checkout/campuspay/$order" answer=pay
  get "/checkout/campuspay/$order"
  get "$(grep -o '/checkout/return/[A-Z0-9]*' <<<"$body")"
  sweep
}

# The row of the booking in the list of late money, as text.
late_row() {
  get /admin/late
  assert_status 200
  body=$(xmllint --html --xpath \
    "//section[@aria-labelledby='late']//tr[contains(., '$REFERENCE')]" - \
    2>/dev/null <<<"$body")
  page_text
}

@test "B3 late money that found its places is listed as confirmed, for its organiser" {
  pay_late
  as "$OLGA"
  get /admin
  assert_text "1 payment came after its booking had ended, this month"
  assert_line_of_page 'href="/admin/late#late"'
  [[ $(late_row) == *"ada@example.org"*'$30.00 Confirmed Nothing: the places'* ]]
  as anna
  [[ $(late_row) == *Confirmed* ]]
  # It is not another organiser's, and nobody else's page at all.
  as otto
  get /admin/late
  assert_text "None came late."
  get /admin
  refute_text "came after"
  as "buyer-$BATS_TEST_NUMBER"
  get /admin/late
  [ "$status" = 303 ]
}

@test "B3 R77 late money that goes back: on its way, unclear, refused, by hand, refunded" {
  pay_late taken
  as "$OLGA"
  [[ $(late_row) == *'$30.00 Refunded Nothing.'* ]]
  # What the payment service did not do.
  sql_write "UPDATE refund SET state = 'started', settled_at = NULL,
    created_at = $(now), asked_at = $(now)"
  [[ $(late_row) == *"Refund on its way Nothing: the payment service"* ]]
  sql_write "UPDATE refund SET created_at = $(now) - 3 * 86400"
  [[ $(late_row) == *"Refund unclear The payment service has not answered"* ]]
  get /admin/late
  assert_text "None waits."
  sql_write "UPDATE refund SET state = 'failed', settled_at = $(now)"
  [[ $(late_row) == *"Refund refused Give it back by hand"* ]]
  get /admin/late
  assert_text "Refused by the payment service the payment came too late"
  sql_write "UPDATE refund SET state = 'started', settled_at = NULL,
    is_by_hand = 1"
  [[ $(late_row) == *"Waits to be paid back by hand Give it back"* ]]
  assert_equal "$(late | grep -c 'refund by hand waits')" 1
}

@test "R71 R77 refunds by hand that wait are counted on the dashboard, and listed until given" {
  as "buyer-$BATS_TEST_NUMBER"
  hold "$E" general 2 dora@example.org
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=later terms=yes
  as "$OLGA"
  get "/admin/bookings/$REFERENCE"
  post "/admin/bookings/$REFERENCE/paid"
  get "/admin/bookings/$REFERENCE"
  post "/admin/bookings/$REFERENCE/cancel" percent=100
  assert_status 303
  sweep
  get /admin
  assert_text "1 refund waits to be paid back by hand"
  assert_line_of_page 'href="/admin/late"'
  get /admin/late
  assert_text "$REFERENCE"
  assert_text "dora@example.org Event $E Paid by hand"
  assert_text '$30.00'
  assert_line_of_page "href=\"/admin/bookings/$REFERENCE#refunds\""
  # Not Otto's.
  as otto
  get /admin
  refute_text "paid back by hand"
  get /admin/late
  assert_text "None waits."
  as "$OLGA"
  get "/admin/bookings/$REFERENCE"
  post "/admin/bookings/$REFERENCE/paid-back" "refund=$(hidden refund)"
  assert_status 303
  get /admin
  refute_text "paid back by hand"
  get /admin/late
  refute_text "$REFERENCE"
  assert_sound
}

@test "late money has pages, and a wrong page is refused" {
  as "buyer-$BATS_TEST_NUMBER"
  hold "$E" general 1 eva@example.org
  pay
  sql_write "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
      WHERE i < 60)
    INSERT INTO journal (event_id, booking_id, kind, quantity, created_at)
    SELECT b.event_id, b.id, 'late_money', 1, unixepoch() FROM booking b, n
    WHERE b.reference = '$REFERENCE'"
  as "$OLGA"
  get /admin/late
  [ "$(grep -c "<code>$REFERENCE" <<<"$body")" = 50 ]
  local older
  older=$(grep -o '/admin/late?before=[0-9]*' <<<"$body")
  get "$older"
  [ "$(grep -c "<code>$REFERENCE" <<<"$body")" = 10 ]
  assert_text Newest
  get "/admin/late?before=x"
  assert_status 400
}

assert_line_of_page() {
  grep -qF "$1" <<<"$body"
}
