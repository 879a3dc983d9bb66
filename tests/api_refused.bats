#!/usr/bin/env bats
# The booking call of the CampusPass front-end: what it refuses for a field, a
# duplicate or the stock, and how, to the byte.
load helper
load booking_calls

# ---- what is missing ----

@test "R22 missing fields: email, ticket type, quantity, in this order" {
  add_event "$E"
  call "$E" '{}'
  invalid email "" Email "is required" "$(cause KeyError "'email' is missing")"
  call "$E" '{"quantity":"x","tier_name":"general"}'
  invalid email "" Email "is required" "$(cause KeyError "'email' is missing")"
  call "$E" '{"email":"nonsense","quantity":0}'
  invalid tier_name "" "Ticket type" "is required" \
    "$(cause KeyError "'tier_name' is missing")"
  call "$E" '{"email":"nonsense","tier_name":"nothing"}'
  invalid quantity "" Quantity "is required" \
    "$(cause KeyError "'quantity' is missing")"
  nothing_taken
}

@test "R22 then the email, the quantity, the tier, the duplicate, the stock" {
  add_event "$E"
  buy 1 'email="first@example.org"'
  buy 0 'email="x"' 'tier_name="nothing"'
  [ "$(jq -r .field <<<"$body")" = email ]
  buy 0 'email="first@example.org"' 'tier_name="nothing"'
  [ "$(jq -r .field <<<"$body")" = quantity ]
  buy 99 'email="first@example.org"' 'tier_name="nothing"'
  [ "$(jq -r .field <<<"$body")" = tier_name ]
  buy 99 'email="first@example.org"' 'payment_token="tok_decline"'
  [ "$(jq -r .error_type <<<"$body")" = DuplicateBookingError ]
  buy 99 'email="other@example.org"' 'payment_token="tok_decline"'
  [ "$(jq -r .error_type <<<"$body")" = SoldOutError ]
  [ "$(stock "$E" general)" = "0|1" ]
}

# ---- email ----

@test "R17 an email is stripped and lowercased" {
  add_event "$E"
  order "$E" general 1 "  Ada.LOVELACE@Example.ORG	"
  assert_status 200
  [ "$(jq -r .booking.email <<<"$body")" = ada.lovelace@example.org ]
  [[ $body == *"for ada.lovelace@example.org"* ]]
}

@test "R17 R22 an empty email and what is no address are refused" {
  local -A reasons=(
    ["  "]="must not be empty" ["ada.example.org"]="must contain @"
    ["a@b@c"]="must contain @ only once" ["@b.c"]="must have a name before the @"
    ["a@"]="must have a domain like example.org after the @"
    ["a b@c.d"]="must not contain blanks, quotes, commas or brackets"
    ["$(printf 'a%.0s' {1..251})@b.c"]="must have at most 254 characters"
  )
  add_event "$E"
  order "$E" general 1 ""
  invalid email "" Email "must not be empty"
  local email
  for email in "${!reasons[@]}"; do
    order "$E" general 1 "$email"
    invalid email "$email" Email "${reasons[$email]}"
  done
  nothing_taken
}

@test "R17 R22 null, a list and what else is no text is a TypeError" {
  add_event "$E"
  local value
  for value in null '["a@b.c"]' '[]' '{"a":"b"}' 5 1.5 true false; do
    buy 1 "email=$value"
    invalid email "$(jq -c . <<<"$value")" Email "must be text" \
      "$(cause TypeError "'email' is not text")"
  done
  nothing_taken
}

@test "R22 a value too long to repeat is cut, between characters" {
  add_event "$E"
  buy 1 "email=[\"$(printf 'ü%.0s' {1..3000})\"]"
  assert_status 400
  [ "$(jq -r .field <<<"$body")" = email ]
  [ "$(jq '.value | length' <<<"$body")" -lt 200 ]
  [[ $(jq -r .value <<<"$body") =~ ^\[\"ü+$ ]]
}

# ---- tier ----

@test "R19 a tier is found by its id, and by its display name" {
  add_event "$E"
  add_tier "$E" vip "Very Important" 4500 5
  order "$E" vip 1 a@example.org
  assert_status 200
  [ "$(jq -r .booking.tier <<<"$body")" = vip ]
  order "$E" "Very Important" 1 b@example.org
  assert_status 200
  [ "$(jq -r .booking.tier <<<"$body")" = vip ]
  [[ $body == *"Booked 1 vip ticket(s) for b@example.org"* ]]
  [ "$(stock "$E" vip)" = "0|2" ]
}

@test "R19 R22 an unknown and an empty tier are refused, caused by KeyError" {
  add_event "$E"
  add_event "$E-other"
  add_tier "$E-other" elsewhere Elsewhere 100 5
  local tier
  for tier in nothing elsewhere " general" "general'--" "2" "日本"; do
    order "$E" "$tier" 1 a@example.org
    invalid tier_name "$tier" "Ticket type" "does not exist for this event" \
      "$(cause KeyError "no ticket type '$tier'")"
  done
  order "$E" "" 1 a@example.org
  assert_status 400
  [ "$(jq -r '[.error_type, .field, .caused_by.error_type] | join(" ")' \
    <<<"$body")" = "InvalidBookingError tier_name KeyError" ]
  nothing_taken
}

@test "R19 R22 a tier that is no text is a TypeError" {
  add_event "$E"
  local value
  for value in null '["general"]' '{}' 1 true; do
    buy 1 "tier_name=$value"
    invalid tier_name "$value" "Ticket type" "must be text" \
      "$(cause TypeError "'tier_name' is not text")"
  done
  nothing_taken
}

# ---- quantity ----

@test "R18 a quantity is a number or a text, blanks around it allowed" {
  add_event "$E"
  add_tier "$E" endless Endless 100 NULL
  local value
  for value in 2 '"2"' '" 2 "' '"\t2\n"' '"002"' '"+2"'; do
    buy "$value" 'tier_name="endless"'
    assert_status 200
    [ "$(jq -c '[.booking.quantity, .booking.total_price]' <<<"$body")" = \
      "[2,2]" ] || { echo "$value: $body" >&2; return 1; }
  done
  [ "$(stock "$E" endless)" = "0|12" ]
}

@test "R18 R22 texts that are no whole number: ValueError, the value as sent" {
  add_event "$E"
  local text
  for text in two "" "   " 2.5 1e3 2.0 1_0 1,000 0x2 "2 2" "--2" "²" "２" \
    "٢" inf NaN "2;" "'2'"; do
    buy "$(jq -nc --arg text "$text" '$text')"
    invalid quantity "$text" Quantity "must be a whole number" \
      "$(cause ValueError "'$text' is not a whole number")"
  done
  nothing_taken
}

@test "R18 R22 numbers that are not whole: ValueError" {
  add_event "$E"
  local number
  for number in 2.9 2.5 0.5 -0.5 1.5e1; do
    buy "$number"
    assert_status 400
    [ "$(jq -r '[.error_type, .field, .reason, .caused_by.error_type] |
      join("|")' <<<"$body")" = \
      "InvalidBookingError|quantity|must be a whole number|ValueError" ]
  done
  nothing_taken
}

@test "R18 R22 none and fewer are refused, as number and as text" {
  add_event "$E"
  local value
  for value in 0 -1 -9223372036854775808 '"0"' '"-1"' '" -2 "'; do
    buy "$value"
    invalid quantity "$(tr -d '"' <<<"$value")" Quantity "must be at least 1"
  done
  buy -0
  invalid quantity 0 Quantity "must be at least 1"
  nothing_taken
}

@test "R18 R22 the text 9223372036854775808 is the field's OverflowError" {
  add_event "$E"
  local text
  for text in 9223372036854775808 -9223372036854775809 \
    99999999999999999999999999; do
    buy "\"$text\""
    invalid quantity "$text" Quantity "is too big" \
      "$(cause OverflowError "'$text' is too big for a number")"
  done
  nothing_taken
}

@test "R18 R22 a JSON number out of range: OverflowError, field unknown" {
  add_event "$E"
  local number
  for number in 1e400 -1e400 9223372036854775808 -9223372036854775809 \
    99999999999999999999; do
    buy "$number"
    assert_status 400
    [ "$(jq -r '[.error_type, .field, .reason, .caused_by.error_type] |
      join("|")' <<<"$body")" = \
      "InvalidBookingError|unknown|is too big|OverflowError" ] || {
      echo "$number: $body" >&2
      return 1
    }
  done
  # Wherever it stands.
  buy 1 "more=[1,[1e400]]"
  [ "$(jq -r '[.field, .caused_by.error_type] | join("|")' <<<"$body")" = \
    "unknown|OverflowError" ]
  nothing_taken
}

@test "R18 R22 null, true, a list, an object are a TypeError" {
  add_event "$E"
  local value
  for value in null true false '[]' '[2]' '{"a":2}'; do
    buy "$value"
    invalid quantity "$value" Quantity "must be a whole number" \
      "$(cause TypeError "'quantity' is not a number")"
  done
  nothing_taken
}

# ---- duplicates ----

@test "R20 R22 a duplicate is 409, for another tier and another case too" {
  add_event "$E" "title='The Show'"
  add_tier "$E" vip VIP 4500 5
  order "$E" general 1 ada@example.org
  assert_status 200
  local fields='{email: "ada@example.org", event_name: "The Show"}'
  order "$E" general 1 ada@example.org
  fails 409 DuplicateBookingError \
    "ada@example.org has already booked The Show" "$fields"
  order "$E" vip 1 " ADA@Example.org "
  fails 409 DuplicateBookingError \
    "ada@example.org has already booked The Show" "$fields"
  as another-browser
  order "$E" vip 1 ada@example.org tok_decline
  assert_status 409
  [ "$(stock "$E" general) $(stock "$E" vip)" = "0|1 0|0" ]
}

@test "R20 a duplicate is told before sold-out" {
  add_event "$E"
  order "$E" general 10 ada@example.org
  assert_status 200
  order "$E" general 1 ada@example.org
  assert_status 409
  [ "$(jq -r .error_type <<<"$body")" = DuplicateBookingError ]
  order "$E" general 999 ada@example.org
  [ "$(jq -r .error_type <<<"$body")" = DuplicateBookingError ]
}

@test "R20 what was booked by page is a duplicate here, and the reverse" {
  add_event "$E"
  hold "$E" general 1 Ada@example.org
  pay
  order "$E" general 1 ada@example.org
  assert_status 409
  [ "$(jq -r .error_type <<<"$body")" = DuplicateBookingError ]
  order "$E" general 1 bob@example.org
  assert_status 200
  as another-browser
  book "$E" general 1 BOB@example.org
  assert_status 409
  assert_text DuplicateBookingError
  [ "$(stock "$E" general)" = "0|2" ]
}

@test "R20 somebody's hold on a page counts; its end frees the email" {
  add_event "$E"
  as somebody
  hold "$E" general 1 ada@example.org
  as "caller-$BATS_TEST_NUMBER"
  order "$E" general 1 ada@example.org
  assert_status 409
  pass_time 660
  order "$E" general 1 ada@example.org
  assert_status 200
  [ "$(stock "$E" general)" = "0|1" ]
}

@test "R20 an event may allow several bookings and limit their tickets" {
  add_event "$E" one_booking_each=0 max_per_booking=3 max_per_person=4
  order "$E" general 4 ada@example.org
  invalid quantity 4 Quantity "is over the limit of 3 tickets a booking"
  order "$E" general 3 ada@example.org
  assert_status 200
  order "$E" general 2 ada@example.org
  invalid quantity 2 Quantity "is over the limit of 4 tickets a person"
  order "$E" general 1 ada@example.org
  assert_status 200
  [ "$(stock "$E" general)" = "0|4" ]
}

# ---- stock ----

@test "R21 R22 more than remain: four fields, numbers as numbers" {
  add_event "$E" "title='The Show'"
  add_tier "$E" vip VIP 4500 3
  order "$E" vip 5 ada@example.org
  answers 400 '{"error":"Requested 5 VIP tickets, only 3 remaining",'\
'"error_type":"SoldOutError","event_name":"The Show","remaining":3,'\
'"requested":5,"tier_name":"VIP"}'
  nothing_taken vip
  order "$E" vip 3 ada@example.org
  assert_status 200
  order "$E" vip 1 bob@example.org
  fails 400 SoldOutError "Requested 1 VIP ticket, only 0 remaining" \
    '{event_name: "The Show", tier_name: "VIP", requested: 1, remaining: 0}'
  order "$E" vip 9223372036854775807 bob@example.org
  assert_status 400
  [[ $body == *'"requested":9223372036854775807,'* ]]
}

@test "R68 an unlimited tier sells, and absurd numbers are refused" {
  add_event "$E"
  add_tier "$E" endless Endless 100 NULL
  order "$E" endless 1000 a@example.org
  assert_status 200
  order "$E" endless 1001 b@example.org
  invalid quantity 1001 Quantity "is over the limit of 1000 tickets a booking"
  for many in 100000001 4611686018427387904 9223372036854775807; do
    order "$E" endless "$many" b@example.org
    invalid quantity "$many" Quantity "is over the limit of 1000 tickets a booking"
  done
  [ "$(stock "$E" endless)" = "0|1000" ]
}

@test "R21 twenty calls at once for the last three places: three get one" {
  add_event "$E"
  sql_write "UPDATE tier SET capacity = 3 WHERE event_id =
    (SELECT id FROM event WHERE slug = '$E')"
  local calls=() n body
  for n in $(seq 20); do
    body="{\"email\":\"p$n@example.org\",\"tier_name\":\"general\",\"quantity\":1,\"payment_token\":\"tok_valid\"}"
    [ "$n" = 1 ] || calls+=(--next -s)
    calls+=(-H "$JSON" -d "$body" -o "$BATS_TEST_TMPDIR/$n"
      "$URL/api/events/$E/book")
  done
  curl -s -Z --no-progress-meter --parallel-immediate --parallel-max 20 "${calls[@]}"
  run jq -r '.error_type // "sold"' "$BATS_TEST_TMPDIR"/[0-9]*
  assert_equal "$(sort <<<"$output" | uniq -c | xargs)" \
    "17 SoldOutError 3 sold"
  [ "$(bookings_and_charges)" = "3|3" ]
  assert_sound
}

@test "I1 after all that the books are sound" {
  assert_sound
}
