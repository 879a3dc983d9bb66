#!/usr/bin/env bats
# From a hold to tickets: terms, free and paid, declined and unreachable
# gateways. Each charge happens once.
load helper
load paying
load person
load checkout

# ---- paid and free ----

@test "R23 R67 paying confirms: tickets, ledger and mail, all of them" {
  add_event "$E"
  hold "$E" general 2 Ada@Example.org
  # A mistyped address is seen in time, also where the order is folded away.
  get "/checkout/$REFERENCE"
  grep -qF '<span class="small">ada@example.org</span>' <<<"$body"
  pay tok_valid_1
  assert_status 303
  assert_equal "$location" "/tickets/$REFERENCE?new=yes"
  assert_equal "$(state)" confirmed
  assert_equal "$(outcome)" "2|2|1"
  assert_equal "$(attempts)" captured
  assert_equal "$(charges)" 1
  assert_equal "$(stock "$E" general)" "0|2"
  assert_equal "$(sql "SELECT account || amount || l.currency FROM ledger l
    JOIN booking b ON b.id = l.booking_id WHERE reference = '$REFERENCE'
    ORDER BY amount")" $'sales-3000USD\ngateway:campuspay3000USD'
  assert_equal "$(sql "SELECT kind || recipient FROM outbox o JOIN booking b
    ON b.id = o.booking_id WHERE reference = '$REFERENCE'")" \
    confirmedada@example.org
  get "$location"
  assert_text "Confirmed"
  # The title says more than the event's page does.
  [[ $body == *"<title>Your tickets - "* && $body == *", 1 of 2</span></a></h3>"* ]]
  assert_text "\$30.00"
  assert_sound
}

@test "R24 a free booking needs no payment and never looks at a token" {
  add_event "$E"
  add_tier "$E" free Free 0 10
  behave silent
  local token
  for token in tok_error tok_decline "" tok_valid; do
    as "free-$token"
    hold "$E" free 1 "a$token@example.org"
    get "/checkout/$REFERENCE"
    assert_text "Confirm booking"
    [[ $body != *payment_token* ]]
    post "/checkout/$REFERENCE" terms=yes method=campuspay \
      "payment_token=$token"
    assert_status 303
    assert_equal "$(state)" confirmed
    assert_equal "$(attempts)" ""
    assert_equal "$(outcome)" "1|0|1"
  done
  assert_equal "$(stock "$E" free)" "0|4"
  assert_sound
}

@test "R31 without the terms nothing is paid and nothing confirmed" {
  add_event "$E"
  add_tier "$E" free Free 0 10
  hold "$E" general 1 a@example.org
  get "/checkout/$REFERENCE"
  [[ $body == *'href="/terms"'* ]]
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_valid
  assert_status 400
  assert_text "Accept the terms of sale"
  [[ $body == *'href="#terms"'* ]]
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_valid terms=
  assert_status 400
  assert_equal "$(state)$(attempts)" held
  assert_equal "$(charges)" 0
  as "other-$BATS_TEST_NUMBER"
  hold "$E" free 1 b@example.org
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE"
  assert_status 400
  assert_text "Accept the terms of sale"
  assert_equal "$(state)" held
  post "/checkout/$REFERENCE" terms=yes
  assert_status 303
  assert_equal "$(sql "SELECT terms_at IS NOT NULL FROM booking
    WHERE reference = '$REFERENCE'")" 1
}

@test "R31 the terms are a public page" {
  get /terms
  assert_status 200
  assert_text "Terms"
}

@test "R63 a payment token never reaches the disk" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  pay tok_decline_hush4711
  pay tok_valid_hush4711
  assert_equal "$(state)" confirmed
  run grep -rlF hush4711 "$DATA"
  refute_output
}

# ---- no ----

@test "R25 R22 a decline keeps the hold, and another card works" {
  add_event "$E"
  hold "$E" general 2 a@example.org
  pay tok_decline_1
  assert_status 402
  assert_text "PaymentDeclinedError"
  assert_text "Payment service CampusPay"
  assert_text "Reason card declined"
  assert_equal "$(state)" held
  assert_equal "$(stock "$E" general)" "2|0"
  assert_equal "$(outcome)" "0|0|0"
  # The page goes on: time, terms as ticked, another try.
  [[ $(page_text) =~ minutes.*left ]]
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_valid \
    terms=yes
  assert_status 303
  assert_equal "$(attempts)" "declined captured"
  assert_paid_once
}

@test "R25 a declined hold ends at its time and frees the email" {
  add_event "$E"
  hold "$E" general 10 a@example.org
  pay tok_decline_1
  pass_time 601
  as "other-$BATS_TEST_NUMBER"
  hold "$E" general 10 a@example.org
  assert_sound
}

@test "R26 R22 an unreachable gateway gives everything back" {
  add_event "$E"
  hold "$E" general 10 a@example.org
  pay tok_error_1
  assert_status 502
  assert_text "PaymentError"
  assert_text "Caused by: ConnectionError"
  assert_equal "$(state)" failed
  assert_equal "$(attempts)" failed
  assert_equal "$(charges)" 0
  assert_equal "$(stock "$E" general)" "0|0"
  get "/tickets/$REFERENCE"
  assert_text "Nothing was charged"
  # The email may book again at once, in any browser.
  as "other-$BATS_TEST_NUMBER"
  hold "$E" general 10 a@example.org
  pay
  assert_equal "$(state)" confirmed
  assert_sound
}

@test "R25 invalid tokens are declined with the reason \"invalid token\"" {
  local token
  add_event "$E"
  hold "$E" general 1 a@example.org
  get "/checkout/$REFERENCE"
  for token in " tok_valid" TOK_VALID "" tok "x tok_valid" "tok_valıd"; do
    post "/checkout/$REFERENCE" method=campuspay "payment_token=$token" \
      terms=yes
    assert_status 402
    assert_text "Reason invalid token"
  done
  post "/checkout/$REFERENCE" method=campuspay terms=yes
  assert_status 402
  assert_text "Reason invalid token"
  assert_equal "$(state)" held
  assert_equal "$(charges)" 0
  pay tok_valid_99
  assert_equal "$(state)" confirmed
}

@test "R25 a way to pay that is not offered is refused" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=paypal payment_token=tok_valid terms=yes
  assert_status 400
  assert_equal "$(state)$(attempts)" held
}

@test "R25 an overlong token and one with control characters name the field" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  pay "tok_valid$(printf 'x%.0s' {1..200})"
  assert_status 400
  [[ $body == *'href="#payment_token"'* ]]
  pay $'tok_valid\x01'
  assert_status 400
  assert_equal "$(state)$(attempts)" held
}

@test "R29 a hold whose time is over is not paid" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  get "/checkout/$REFERENCE"
  pass_time 600
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_valid \
    terms=yes
  assert_status 409
  assert_text "HoldExpiredError"
  assert_equal "$(attempts)" ""
  assert_equal "$(charges)" 0
  get "/checkout/$REFERENCE"
  assert_text "no longer held"
  get "/tickets/$REFERENCE"
  assert_text "Expired"
}

@test "R24 R29 a free hold whose time is over is not confirmed" {
  add_event "$E"
  add_tier "$E" free Free 0 10
  hold "$E" free 1 a@example.org
  get "/checkout/$REFERENCE"
  pass_time 600
  post "/checkout/$REFERENCE" terms=yes
  assert_status 409
  assert_text "HoldExpiredError"
  assert_equal "$(outcome)" "0|0|0"
}

@test "R29 a released hold is not paid" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  get "/checkout/$REFERENCE"
  local page=$body
  post "/checkout/$REFERENCE/release"
  body=$page
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_valid \
    terms=yes
  assert_status 409
  assert_equal "$(state)$(attempts)" released
}

@test "B5 paying again what is paid leads to the tickets and charges once" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  get "/checkout/$REFERENCE"
  local page=$body
  pay tok_valid_1
  body=$page
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_valid_2 \
    terms=yes
  assert_status 303
  assert_equal "$location" "/tickets/$REFERENCE?new=yes"
  body=$page
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_decline \
    terms=yes
  assert_status 303
  assert_equal "$(attempts)" captured
  assert_equal "$(outcome)" "1|2|1"
  get "/checkout/$REFERENCE"
  assert_equal "$location" "/tickets/$REFERENCE"
}

# ---- together or not at all ----

@test "I7 the ledger is append-only" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  pay
  local before
  before=$(sql "SELECT count(*) || total(amount) FROM ledger")
  run sql_write "UPDATE ledger SET amount = 1"
  assert_failure
  assert_output --partial "append-only"
  run sql_write "DELETE FROM ledger"
  assert_failure
  assert_output --partial "append-only"
  assert_equal "$(sql "SELECT count(*) || total(amount) FROM ledger")" \
    "$before"
}

@test "I7 REPLACE does not get around it" {
  local copy="$BATS_TEST_TMPDIR/copy.db" before
  add_event "$E"
  hold "$E" general 1 a@example.org
  pay
  sql "VACUUM INTO '$copy'"
  before=$(sqlite3 "$copy" "SELECT group_concat(amount) FROM ledger")
  run sqlite3 -batch "$copy" \
    "REPLACE INTO ledger (id, entry, kind, account, amount, currency,
      booking_id, created_at) SELECT id, entry, kind, account, 1, currency,
      booking_id, created_at FROM ledger"
  assert_equal "$(sqlite3 "$copy" "SELECT group_concat(amount) FROM ledger")" \
    "$before"
}

@test "R22 terms that were not accepted, and a card's mistakes, name their kind" {
  add_event "kind-$BATS_TEST_NUMBER"
  hold "kind-$BATS_TEST_NUMBER" general 1 kind@example.org
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_valid
  assert_status 400
  assert_text "Accept the terms"
  assert_text "Kind of problem: ValidationError"
  assert_text "mention request"
  post "/checkout/$REFERENCE" method=card card_number=4242424242424241 \
    cardholder_name=Ada expiration_date=2001-01 billing_address=Here terms=yes
  assert_status 400
  assert_text "Kind of problem: ValidationError"
  assert_text "Expiry date 2001-01"
  [[ $body != *424242424242* ]]
}

@test "R61 held and paid survive a restart of the server" {
  add_event "$E"
  hold "$E" general 3 a@example.org
  local held=$REFERENCE
  as "other-$BATS_TEST_NUMBER"
  hold "$E" general 2 b@example.org
  pay
  local paid=$REFERENCE
  stop_site
  start_server
  get "/tickets/$paid"
  assert_status 200
  assert_text "Confirmed"
  as "person-$BATS_TEST_NUMBER"
  REFERENCE=$held
  pay
  assert_status 303
  assert_equal "$(stock "$E" general)" "0|5"
  assert_sound
}
