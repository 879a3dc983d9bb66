#!/usr/bin/env bats
# Cards: typed at the checkout, saved, used again, removed; what is wrong with
# one; and that the number is nowhere (R7, R32, R33, R63).
load helper
load accounts

setup_file() {
  start_site empty
  export NEXT_YEAR=$(($(date +%Y) + 2))-04
  as owner
  register owner
}

# Each test is somebody with an account, at an event of their own.
setup() {
  E="show-$BATS_TEST_NUMBER"
  WHO="buyer$BATS_TEST_NUMBER"
  as "$WHO"
}

be_signed_in() {
  register "$WHO"
  sign_in "$WHO"
  assert_status 303
}

# hold_places: for this person, without a second event of the same name.
hold_places() {
  add_event "$E"
  hold "$E" general 2 "$WHO@example.org"
}

GOOD=4242424242424242

# pay_by_card NUMBER [name=value ...]
pay_by_card() {
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=card "card_number=$1" \
    "cardholder_name=Ada Lovelace" card_type= "expiration_date=$NEXT_YEAR" \
    "billing_address=12 Square Street, London" terms=yes "${@:2}"
}

# add_card NUMBER [name=value ...]: on the page of one's cards.
add_card() {
  get /account/cards
  post /account/cards "card_number=$1" "cardholder_name=Ada Lovelace" \
    card_type= "expiration_date=$NEXT_YEAR" \
    "billing_address=12 Square Street, London" "${@:2}"
}

# "brand last_four expires is_default" of this person's cards.
cards() {
  sql "SELECT coalesce(group_concat(line, ', '), '') FROM (SELECT
    c.brand || ' ' || c.last_four || ' ' || c.is_default AS line
    FROM saved_card c JOIN user u ON u.id = c.user_id
    WHERE u.username = '${1:-$WHO}' ORDER BY c.id)"
}

card_id() {
  sql "SELECT c.id FROM saved_card c JOIN user u ON u.id = c.user_id
    WHERE u.username = '${1:-$WHO}' ORDER BY c.id DESC LIMIT 1"
}

state() {
  sql "SELECT state FROM booking WHERE reference = '$REFERENCE'"
}

# wrong FIELD WORDS: beside the field and in the summary, and nothing is lost.
wrong() {
  assert_status 400
  grep -q "<a href=\"#$1\">" <<<"$body"
  grep -q "id=\"$1-error\"" <<<"$body"
  assert_text "$2"
}

# ---- paying ----

@test "R63 a guest pays with a card typed at the checkout" {
  hold_places
  get "/checkout/$REFERENCE"
  for name in cardholder_name card_number card_type expiration_date \
    billing_address; do
    grep -q "<label for=\"$name\"" <<<"$body"
    grep -q "id=\"$name\" name=\"$name\"" <<<"$body"
  done
  for token in cc-name cc-number cc-exp cc-type; do
    grep -q "autocomplete=\"$token\"" <<<"$body"
  done
  refute grep -q 'name="save_card"' <<<"$body"
  pay_by_card "4242 4242 4242 4242"
  assert_status 303
  [ "$location" = "/tickets/$REFERENCE?new=yes" ]
  [ "$(state)" = confirmed ]
}

@test "R63 the card is saved if the buyer ticks it, and not otherwise" {
  be_signed_in
  hold_places
  get "/checkout/$REFERENCE"
  grep -q 'name="save_card"' <<<"$body"
  pay_by_card "$GOOD"
  assert_status 303
  [ "$(cards)" = "" ]
  E+=b hold_places
  pay_by_card "$GOOD" save_card=yes
  assert_status 303
  [ "$(state)" = confirmed ]
  [ "$(cards)" = "Visa 4242 1" ]
}

@test "R63 a guest who forges the tick saves nothing" {
  hold_places
  pay_by_card "$GOOD" save_card=yes
  assert_status 303
  [ "$(sql "SELECT count(*) FROM saved_card WHERE user_id IS NULL")" = 0 ]
  [ "$(state)" = confirmed ]
}

@test "R63 a declined card is not saved; another one can be tried" {
  be_signed_in
  hold_places
  pay_by_card 4000000000000002 save_card=yes
  assert_status 402
  assert_text "card declined"
  [ "$(cards)" = "" ]
  [ "$(state)" = held ]
  # What was typed is still there, but for the number.
  grep -q 'value="12 Square Street, London"' <<<"$body"
  grep -q 'id="card_number"[^>]*value=""' <<<"$body"
  assert_text "Type it again: it is not kept"
  pay_by_card "$GOOD"
  [ "$(state)" = confirmed ]
}

@test "R63 a card whose payment service is out of reach gives all back" {
  hold_places
  pay_by_card 4000000000000119
  assert_status 502
  [ "$(state)" = failed ]
  [ "$(stock "$E" general)" = "0|0" ]
}

@test "R63 the other ways to pay do not look at the card's fields" {
  hold_places
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_valid_1 \
    card_number=12345 expiration_date=never terms=yes
  assert_status 303
  [ "$(state)" = confirmed ]
}

@test "R63 a form that names no way pays by the one it fills in" {
  hold_places
  pay_by_card "$GOOD" method=
  assert_status 303
  [ "$(state)" = confirmed ]
  E+=b hold_places
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" terms=yes
  assert_status 400
  assert_text "Choose how to pay"
}

@test "R31 a card does not pay before the terms are accepted" {
  hold_places
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=card "card_number=$GOOD" \
    "cardholder_name=Ada Lovelace" "expiration_date=$NEXT_YEAR" \
    "billing_address=12 Square Street"
  wrong terms "Accept the terms of sale"
  [ "$(state)" = held ]
}

# ---- what is wrong with a card ----

@test "R32 card numbers pass Luhn" {
  hold_places
  for number in 4242424242424241 1234567890123456 4242 424242424242424242424 \
    42424242424242x2 "" "   "; do
    pay_by_card "$number"
    wrong card_number "card number"
    [ "$(state)" = held ]
  done
  [ "$(sql "SELECT count(*) FROM payment_attempt a JOIN booking b
    ON b.id = a.booking_id WHERE b.reference = '$REFERENCE'")" = 0 ]
}

@test "R32 R77 a card that its gateway does not look at pays nothing, and may be typed again" {
  hold_places
  mkdir -p "$DATA/campuspay"
  echo dead >"$DATA/campuspay/behave"
  pay_by_card "$GOOD"
  rm "$DATA/campuspay/behave"
  assert_status 502
  assert_text "The card could not be checked. Nothing was charged"
  assert_text "CampusPay"
  refute_text "$GOOD"
  assert_equal "$(state)" held
  pay_by_card "$GOOD"
  assert_status 303
  assert_equal "$(state)" confirmed
}

@test "R32 the expiry lies in the future; this month still counts" {
  hold_places
  local this last
  this=$(date -u +%Y-%m)
  last=$(date -u -d "$this-01 -1 day" +%Y-%m)
  get "/checkout/$REFERENCE"
  for wrong in "$last" 01/20 2030-13 never "" 2999-01; do
    post "/checkout/$REFERENCE" method=card "card_number=$GOOD" \
      "cardholder_name=Ada Lovelace" "expiration_date=$wrong" \
      "billing_address=12 Square Street" terms=yes
    assert_status 400
    grep -q 'id="expiration_date-error"' <<<"$body"
  done
  post "/checkout/$REFERENCE" method=card "card_number=$GOOD" \
    "cardholder_name=Ada Lovelace" "expiration_date=$this" \
    "billing_address=12 Square Street" terms=yes
  assert_status 303
  [ "$(state)" = confirmed ]
}

@test "R32 the chosen type fits the number; name and address are needed" {
  be_signed_in
  get /account/cards
  post /account/cards "card_number=$GOOD" card_type=mastercard \
    cardholder_name= "expiration_date=$NEXT_YEAR" billing_address=
  wrong card_type "not of this type"
  wrong cardholder_name "Enter the name on the card"
  wrong billing_address "Enter the billing address"
  [ "$(cards)" = "" ]
}

# ---- saved cards ----

@test "R33 R7 the page shows brand, last four digits, expiry, holder, default" {
  be_signed_in
  add_card "5555 5555 5555 4444"
  assert_status 303
  get "$location"
  assert_text "Your card is saved."
  assert_text "Mastercard ending in 4444"
  assert_text "Expires $NEXT_YEAR"
  assert_text "Ada Lovelace"
  assert_text "12 Square Street, London"
  assert_text "Default"
  # The owner's copy has what is kept, but not the token.
  get /account/data.json
  [ "$(jq -r '.cards[0] | .brand + .last_four + .billing_address' \
    <<<"$body")" = "Mastercard444412 Square Street, London" ]
  refute grep -q tok_ <<<"$body"
  # In the database address and token are sealed.
  [ "$(sql "SELECT count(*) FROM saved_card
    WHERE address_box LIKE '%Square%' OR token_box LIKE '%tok%'")" = 0 ]
}

@test "R33 one card is the default, first the first, then the chosen one" {
  be_signed_in
  add_card "$GOOD"
  add_card 5555555555554444
  [ "$(cards)" = "Visa 4242 1, Mastercard 4444 0" ]
  get /account/cards
  post "/account/cards/$(card_id)/default"
  assert_status 303
  [ "$(cards)" = "Visa 4242 0, Mastercard 4444 1" ]
  get /account/cards
  post "/account/cards/$(card_id)/delete"
  assert_status 303
  [ "$(cards)" = "Visa 4242 1" ]
  # The same card again is one card.
  add_card "$GOOD"
  assert_status 303
  [ "$(cards)" = "Visa 4242 1" ]
}

@test "R33 a saved card pays again; the default is chosen" {
  be_signed_in
  add_card 5555555555554444
  add_card "$GOOD"
  hold_places
  get "/checkout/$REFERENCE"
  assert_text "Mastercard ending in 4444"
  grep -A1 'name="method" value="saved"' <<<"$body" | grep -q checked
  local id
  id=$(sed -n 's/.*name="saved_card" value="\([0-9]*\)".*/\1/p' <<<"$body" |
    head -n 1)
  post "/checkout/$REFERENCE" method=saved "saved_card=$id" terms=yes
  assert_status 303
  [ "$(state)" = confirmed ]
  E+=b hold_places
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=saved terms=yes
  wrong saved_card "Choose a card"
}

@test "R33 another's card is not found: paying, default, removing" {
  as owner
  sign_in owner
  add_card "$GOOD"
  local id
  id=$(card_id owner)
  as "$WHO"
  be_signed_in
  hold_places
  get "/checkout/$REFERENCE"
  refute_text "ending in 4242"
  post "/checkout/$REFERENCE" method=saved "saved_card=$id" terms=yes
  assert_status 404
  [ "$(state)" = held ]
  get /account/cards
  for action in default delete; do
    post "/account/cards/$id/$action"
    assert_status 404
    get /account/cards
    post "/account/cards/x/$action"
    assert_status 404
    get /account/cards
  done
  [ "$(cards owner)" = "Visa 4242 1" ]
  # A visitor has to log in first; a form without its token is refused.
  as nobody
  get /account/cards
  assert_status 303
  [[ $location == /account/login* ]]
  as "$WHO"
  get /account/cards
  post /account/cards/1/delete csrf_token=forged
  body=
  post /account/cards/1/delete
  assert_status 403
}

@test "R33 boxes that were moved or changed in the database pay nothing" {
  be_signed_in
  add_card "$GOOD"
  local id mine theirs
  id=$(card_id)
  mine=$(sql "SELECT token_box FROM saved_card WHERE id = $id")
  as owner
  sign_in owner
  add_card 378282246310005
  theirs=$(sql "SELECT token_box FROM saved_card WHERE id = $(card_id owner)")
  as "$WHO"
  hold_places
  for change in "token_box = '$theirs'" "token_box = '${mine}A'" \
    "token_box = ''" "token_box = '$mine', last_four = '1111'"; do
    sql_write "UPDATE saved_card SET $change WHERE id = $id"
    get "/checkout/$REFERENCE"
    post "/checkout/$REFERENCE" method=saved "saved_card=$id" terms=yes
    wrong saved_card "cannot be used any more"
    [ "$(state)" = held ]
  done
  sql_write "UPDATE saved_card SET last_four = '4242' WHERE id = $id"
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=saved "saved_card=$id" terms=yes
  assert_status 303
  [ "$(state)" = confirmed ]
}

@test "R33 an expired card is shown as such and cannot pay" {
  be_signed_in
  add_card "$GOOD"
  local id
  id=$(card_id)
  sql_write "UPDATE saved_card SET expires = '2020-01' WHERE id = $id"
  get /account/cards
  assert_text "Expired 2020-01"
  hold_places
  get "/checkout/$REFERENCE"
  refute_text "Visa ending in 4242"
  post "/checkout/$REFERENCE" method=saved "saved_card=$id" terms=yes
  assert_status 400
  [ "$(state)" = held ]
  get /account/cards
  post "/account/cards/$id/delete"
  assert_status 303
}

@test "R33 new keys: cards go on working, in programs that run, too" {
  be_signed_in
  add_card "$GOOD"
  run "$BUILD/campuspass" --data "$DATA" rotate-keys
  assert_success
  assert_output --partial "version 2"
  [ "$(sql "SELECT count(*) FROM saved_card WHERE token_box LIKE '2.%'
    AND address_box LIKE '2.%'")" = \
    "$(sql "SELECT count(*) FROM saved_card")" ]
  hold_places
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=saved "saved_card=$(card_id)" terms=yes
  assert_status 303
  [ "$(state)" = confirmed ]
  add_card 5555555555554444
  assert_status 303
  # It is sealed with the new one by a program that ran before there was one.
  [ "$(sql "SELECT count(*) FROM saved_card WHERE token_box LIKE '2.%'")" = \
    "$(sql "SELECT count(*) FROM saved_card")" ]
  run "$BUILD/campuspass" --data "$DATA" rotate-keys
  assert_success
  # Without the first key everything still opens.
  sed -i '/^card 1 /d' "$DATA/keys"
  get /account/cards
  assert_text "Mastercard ending in 4444"
  assert_text "12 Square Street, London"
}

# ---- the number ----

@test "R33 R63 the number is in no page, file, row or log" {
  be_signed_in
  hold_places
  local pages="$BATS_TEST_TMPDIR/pages" number digits pattern
  keep() { printf '%s\n%s\n' "$headers" "$body" >>"$pages"; }
  # Refused and taken ones, and into fields where they do not belong.
  for number in 4000056655665556 "4000 0566 5566 5556" \
    4000-0566-5566-5556 4000056655665557; do
    pay_by_card "$number" ; keep
    E+=x
    hold_places
    pay_by_card "$number" terms= ; keep
    add_card "$number" ; keep
    add_card "$number" expiration_date=never card_type=amex ; keep
    get "/checkout/$REFERENCE"
    post "/checkout/$REFERENCE" "method=$number" "saved_card=$number" \
      "payment_token=$number" "cardholder_name=$number" \
      "billing_address=Number $number, Street" "card_number=$number" ; keep
    post "/checkout/$REFERENCE" method=campuspay "payment_token=$number" \
      terms=yes ; keep
    post /account/cards "cardholder_name=$number" "card_number=$number" \
      "card_type=$number" "expiration_date=$number" \
      "billing_address=$number" ; keep
    get /account/cards ; keep
    get "/tickets/$REFERENCE" ; keep
  done
  [[ "$(cards)" == *"Visa 5556"* ]]
  pattern='4000[-. +]*0566[-. +]*5566[-. +]*555[67]'
  pattern+='|4000(%20|\+)0566(%20|\+)5566(%20|\+)555[67]'
  run grep -cE "$pattern" "$pages"
  assert_output 0
  run grep -raE "$pattern" "$DATA"
  assert_output ""
  # Its hash would tell it as well, for there are few numbers.
  for digits in 4000056655665556 4000056655665557; do
    run grep -rai "$(printf %s "$digits" | sha256sum | cut -c1-64)" "$DATA"
    assert_output ""
    run grep -raF "$(printf %s "$digits" | base64)" "$DATA"
    assert_output ""
  done
}

@test "the books add up" {
  assert_sound
}
