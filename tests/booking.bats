#!/usr/bin/env bats
# From the booking form to a hold: what is refused and how it is said, and that
# a form counts once.
load helper
load person
load booking

# ---- the form ----

@test "R22 what turns words around is refused in a name" {
  get /book/spring-concert
  post /book/spring-concert tier=general quantity=1 \
    "name=Ada "$'\xe2\x80\xae'"gnp.exe" email=turn@example.org
  assert_status 400
  assert_text "must not have control characters"
  assert_text "Kind of problem: "
  [[ $body == *"<details><summary>More about this problem"* ]]
  get /book/spring-concert
  post /book/spring-concert tier=general quantity=1 \
    name=$'\xe2\x81\xa7Ada\xe2\x81\xa9' email=turn@example.org
  assert_status 400
}

@test "R17 the email is stripped and lowercased" {
  add_event "$E"
  hold "$E" general 1 "  Ada.L@Example.ORG  "
  assert_equal "$(of_booking "$REFERENCE" email)" ada.l@example.org
}

@test "R17 what is no address is refused, naming the field and the reason" {
  local email
  add_event "$E"
  book "$E" general 1 nobody
  refuses email nobody "must contain @"
  book "$E" general 1 "a@b@example.org"
  refuses email "a@b@example.org" "must contain @ only once"
  book "$E" general 1 "@example.org"
  refuses email "@example.org" "must have a name before the @"
  book "$E" general 1 "a@"
  refuses email "a@" "must have a domain"
  for email in "" " " "a b@example.org" "<a@example.org>" \
    "a@example.org,b@example.org" $'a@example.org\nBcc: b@example.org' \
    "$(printf 'a%.0s' {1..250})@example.org"; do
    book "$E" general 1 "$email"
    assert_status 400
    [[ $body == *'href="#email"'* ]]
  done
  assert_equal "$(bookings "$E")" 0
  assert_equal "$(stock "$E" general)" "0|0"
}

@test "R18 blanks around a quantity are allowed" {
  add_event "$E"
  hold "$E" general "  2 " a@example.org
  assert_equal "$(of_booking "$REFERENCE" quantity)" 2
  assert_equal "$(stock "$E" general)" "2|0"
}

@test "R18 R22 words and fractions: field, value, reason, cause" {
  local quantity
  add_event "$E"
  for quantity in two 2.5 1e3 0x2 "1 2" "2;3" --1; do
    book "$E" general "$quantity" a@example.org
    refuses quantity "$quantity" "must be a whole number"
    assert_text "Caused by: ValueError"
  done
  assert_equal "$(bookings "$E")" 0
}

@test "R18 R22 none and fewer are refused with field, value and reason" {
  local quantity
  add_event "$E"
  for quantity in 0 -1 -9223372036854775808; do
    book "$E" general "$quantity" a@example.org
    refuses quantity "$quantity" "must be at least 1"
  done
  assert_equal "$(bookings "$E")" 0
}

@test "R18 R22 a number beyond 2^63 is refused with its cause" {
  local quantity
  add_event "$E"
  for quantity in 9223372036854775808 99999999999999999999999; do
    book "$E" general "$quantity" a@example.org
    refuses quantity "$quantity" "is too big"
    assert_text "Caused by: OverflowError"
  done
  assert_equal "$(bookings "$E")" 0
}

@test "R18 R22 an empty and a missing quantity are refused, naming the field" {
  add_event "$E"
  book "$E" general "" a@example.org
  assert_status 400
  [[ $body == *'href="#quantity"'* ]]
  assert_text "Kind of problem: InvalidBookingError"
  get "/book/$E"
  post "/book/$E" tier=general name=Ada email=a@example.org
  assert_status 400
  [[ $body == *'href="#quantity"'* ]]
  assert_text "Kind of problem: InvalidBookingError"
  assert_equal "$(bookings "$E")" 0
}

@test "R18 the largest 64-bit number is more than there is, not an overflow" {
  add_event "$E"
  add_tier "$E" any Any 1500 NULL
  book "$E" general 9223372036854775807 a@example.org
  assert_status 409
  assert_text "SoldOutError"
  book "$E" any 9223372036854775807 a@example.org
  assert_status 400
  book "$E" any 1001 a@example.org
  assert_status 400
  assert_equal "$(bookings "$E")" 0
}

@test "R20 R21 R22 more than remain, and a second booking, are said at their fields" {
  add_event "$E" queue_is_open=1
  add_tier "$E" vip VIP 4500 3
  book "$E" vip 5 a@example.org
  assert_status 409
  assert_text "Requested 5 VIP tickets, only 3 remaining"
  [[ $body == *'<a href="#quantity">Requested 5 VIP'* ]]
  [[ $body == *'id="quantity-error"'* ]]
  assert_text "Event Event $E Ticket type VIP Requested 5 Remaining 3"
  assert_text "Kind of problem: SoldOutError"
  hold "$E" vip 3 a@example.org
  pay
  book "$E" vip 1 a@example.org
  assert_status 409
  [[ $body == *'<a href="#email">a@example.org has already booked'* ]]
  [[ $body == *'id="email-error"'* ]]
  assert_text "Kind of problem: DuplicateBookingError"
}

@test "R19 an unknown and a missing tier are refused" {
  add_event "$E"
  book "$E" balcony 1 a@example.org
  refuses tier balcony "does not exist for this event"
  assert_text "Caused by: KeyError"
  book "$E" "" 1 a@example.org
  assert_status 400
  [[ $body == *'href="#tier"'* ]]
  book "$E" "general' OR 1=1 --" 1 a@example.org
  assert_status 400
  assert_equal "$(bookings "$E")" 0
}

@test "R19 a tier of another event is unknown here" {
  add_event "$E"
  book "$E" front-row 1 a@example.org
  refuses tier front-row "does not exist for this event"
}

@test "R19 a tier is found by its display name too, in any case" {
  add_event "$E"
  add_tier "$E" t-7 "Mentor Pass" 0 5
  hold "$E" "mentor PASS" 1 a@example.org
  assert_equal "$(stock "$E" t-7)" "1|0"
}

@test "R19 an id wins over another tier's display name" {
  add_event "$E"
  add_tier "$E" x "vip" 0 5
  add_tier "$E" vip "Very" 0 5
  hold "$E" vip 1 a@example.org
  assert_equal "$(stock "$E" vip)" "1|0"
  assert_equal "$(stock "$E" x)" "0|0"
}

@test "R2 R22 all mistakes are told at once, and nothing typed is lost" {
  add_event "$E"
  get "/book/$E"
  post "/book/$E" tier=general "quantity=two" 'name=Zo"ë <b>' "email=zoe&co"
  assert_status 400
  [[ $body == *'href="#quantity"'* && $body == *'href="#email"'* ]]
  [[ $body == *'value="two"'* ]]
  [[ $body == *'value="zoe&amp;co"'* ]]
  [[ $body == *'Zo&quot;ë &lt;b&gt;'* ]]
  grep -A1 'id="tier"' <<<"$body" | grep -q checked
}

@test "R22 an error says by which request it can be found in the log" {
  add_event "$E"
  book "$E" general 11 a@example.org
  assert_status 409
  [[ $body =~ mention\ request\ \<code\>[0-9A-Z]{10}\</code\> ]]
}

@test "R23 the total is the server's, whatever the form says" {
  add_event "$E"
  hold "$E" general 2 a@example.org total=1 price=0 total_price=0 \
    currency=JPY amount=1
  assert_equal "$(of_booking "$REFERENCE" "total || currency")" 3000USD
  get "/checkout/$REFERENCE"
  assert_text "Total \$30.00"
}

@test "R23 R28 a price that changes meanwhile does not touch a hold" {
  add_event "$E"
  hold "$E" general 2 a@example.org
  sql_write "UPDATE tier SET price = 9900 WHERE event_id =
    (SELECT id FROM event WHERE slug = '$E')"
  get "/checkout/$REFERENCE"
  assert_text "Total \$30.00"
  pay
  assert_status 303
  assert_equal "$(sql "SELECT sum(k.price) FROM ticket k JOIN booking b
    ON b.id = k.booking_id WHERE b.reference = '$REFERENCE'")" 3000
}

# ---- once ----

@test "B5 the same form again leads to the same booking" {
  add_event "$E"
  get "/book/$E"
  local page=$body first
  post "/book/$E" tier=general quantity=2 name=Ada email=a@example.org
  assert_status 303
  first=$location
  body=$page
  post "/book/$E" tier=general quantity=2 name=Ada email=a@example.org
  assert_status 303
  assert_equal "$location" "$first"
  assert_equal "$(bookings "$E")" 1
  assert_equal "$(stock "$E" general)" "2|0"
}

@test "B5 the same form with other words is refused" {
  add_event "$E"
  get "/book/$E"
  local page=$body
  post "/book/$E" tier=general quantity=2 name=Ada email=a@example.org
  body=$page
  post "/book/$E" tier=general quantity=3 name=Ada email=a@example.org
  assert_status 409
  assert_text "This form was sent before with other details"
  assert_equal "$(stock "$E" general)" "2|0"
}

@test "B5 a refused form keeps its key and can be sent again" {
  add_event "$E"
  get "/book/$E"
  local key
  key=$(hidden form_key)
  post "/book/$E" tier=general quantity=99 name=Ada email=a@example.org
  assert_status 409
  assert_equal "$(hidden form_key)" "$key"
  post "/book/$E" tier=general quantity=1 name=Ada email=a@example.org
  assert_status 303
  # What is kept is neither the key nor as long as somebody likes.
  [[ $(of_booking "${location##*/}" form_key) != *"$key"* ]]
  [ "$(of_booking "${location##*/}" "length(form_key)")" = 64 ]
}

@test "I4 a form key of any length counts once, and is not carried on when it is long" {
  add_event "$E"
  get "/book/$E"
  local page long
  long=$(head -c 9000 /dev/zero | tr '\0' k)
  page=${body//$(hidden form_key)/$long}
  body=$page
  post "/book/$E" tier=general quantity=99 name=Ada email=a@example.org
  assert_status 409
  [ "$(hidden form_key | wc -c)" -lt 70 ]
  body=$page
  post "/book/$E" tier=general quantity=1 name=Ada email=a@example.org
  assert_status 303
  local first=$location
  body=$page
  post "/book/$E" tier=general quantity=1 name=Ada email=a@example.org
  assert_equal "$location" "$first"
  assert_equal "$(bookings "$E")" 1
  [ "$(of_booking "${first##*/}" "length(form_key)")" = 64 ]
}

@test "I4 a form key is its browser's own: another's neither meets nor blocks it" {
  add_event "$E" one_booking_each=0
  get "/book/$E"
  local key
  key=$(hidden form_key)
  as "other-$BATS_TEST_NUMBER"
  get "/book/$E"
  body=${body//$(hidden form_key)/$key}
  post "/book/$E" tier=general quantity=2 name=Eve email=eve@example.org
  assert_status 303
  local hers=$location
  as "person-$BATS_TEST_NUMBER"
  get "/book/$E"
  body=${body//$(hidden form_key)/$key}
  post "/book/$E" tier=general quantity=1 name=Ada email=a@example.org
  assert_status 303
  [ "$location" != "$hers" ]
  assert_equal "$(bookings "$E")" 2
}

@test "B5 the same form after the booking was paid leads to its tickets" {
  add_event "$E"
  get "/book/$E"
  local page=$body
  post "/book/$E" tier=general quantity=1 name=Ada email=a@example.org
  REFERENCE=${location##*/}
  pay
  body=$page
  post "/book/$E" tier=general quantity=1 name=Ada email=a@example.org
  assert_status 303
  get "$location"
  assert_equal "$location" "/tickets/$REFERENCE"
  assert_equal "$(bookings "$E")" 1
}

@test "B5 a form key of another browser makes no way to its booking" {
  add_event "$E"
  get "/book/$E"
  local key
  key=$(hidden form_key)
  post "/book/$E" tier=general quantity=1 name=Ada email=a@example.org
  local own=${location##*/}
  as "other-$BATS_TEST_NUMBER"
  get /book/comedy-night
  body=${body//$(hidden form_key)/$key}
  post "/book/$E" tier=general quantity=1 name=Ada email=a@example.org
  if [ "$status" = 303 ]; then
    get "$location"
    assert_status 404
  fi
  assert_equal "$(bookings "$E")" 1
  assert_equal "$(of_booking "$own" state)" held
}

@test "R61 B1 the whole sale by forms alone, from the list to the ticket" {
  get "/?q=comedy"
  [[ $body == *'href="/events/comedy-night"'* ]]
  get /events/comedy-night
  [[ $body == *'href="/book/comedy-night"'* ]]
  hold comedy-night front-row 2 ada@example.org
  pay tok_valid_7
  assert_status 303
  get "$location"
  assert_status 200
  assert_text "You are going."
  assert_equal "$(grep -o 'TKT-[0-9A-F]\{16\}' <<<"$body" | sort -u | wc -l)" 2
  [[ $body != *"<script"* && $body != *"onclick"* && $body != *"style="* ]]
  get /tickets
  assert_text "Campus Comedy Night"
  assert_text "Confirmed"
}

@test "I1 after all that the books are sound" {
  assert_sound
}
