#!/usr/bin/env bats
# From the booking form to a hold: what is refused and how it is said, who may
# book again, whose a hold is, what one may do with it.
load helper

setup_file() {
  start_site
}

teardown_file() {
  stop_site
}

# Each test is a person of its own, at an event of its own.
setup() {
  as "person-$BATS_TEST_NUMBER"
  E="show-$BATS_TEST_NUMBER"
}

# How many bookings the event has.
bookings() {
  sql "SELECT count(*) FROM booking b JOIN event e ON e.id = b.event_id
    WHERE e.slug = '$1'"
}

# One column of a booking.
of_booking() {
  sql "SELECT $2 FROM booking WHERE reference = '$1'"
}

# refuses FIELD VALUE REASON: the page last fetched is a refusal of a field,
# complete: kind, value and reason labelled, the field linked and marked.
refuses() {
  assert_status 400
  assert_text "Kind of problem: InvalidBookingError"
  assert_text "Value $2"
  assert_text "Reason $3"
  [[ $body == *"href=\"#$1\""* ]] || { echo "no link to #$1" >&2; return 1; }
  [[ $body == *"id=\"$1-error\""* ]] || { echo "no mark at $1" >&2; return 1; }
}

# Another browser opens the form now and sends it, for one place, later: a
# page of a sold-out event has no form.
open_form_elsewhere() {
  as "other-$BATS_TEST_NUMBER"
  get "/book/$E"
  OTHER_PAGE=$body
  as "person-$BATS_TEST_NUMBER"
}

send_form_elsewhere() {
  as "other-$BATS_TEST_NUMBER"
  body=$OTHER_PAGE
  post "/book/$E" tier=general quantity=1 name=Bob "email=$1"
}

# ---- the form ----

@test "R22 what turns words around is refused in a name" {
  get /book/spring-concert
  post /book/spring-concert tier=general quantity=1 \
    "name=$(printf 'Ada \u202egnp.exe')" email=turn@example.org
  assert_status 400
  assert_text "must not have control characters"
  assert_text "Kind of problem: "
  [[ $body == *"<details><summary>More about this problem"* ]]
  get /book/spring-concert
  post /book/spring-concert tier=general quantity=1 \
    "name=$(printf '\u2067Ada\u2069')" email=turn@example.org
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

# ---- duplicates and limits ----

@test "R20 the same email cannot book the same event twice, whatever its case" {
  add_event "$E"
  add_tier "$E" vip VIP 4500 5
  hold "$E" general 1 ada@example.org
  pay
  as "other-$BATS_TEST_NUMBER"
  book "$E" general 1 " ADA@Example.org"
  assert_status 409
  assert_text "DuplicateBookingError"
  assert_text "Email ada@example.org"
  assert_text "Event Event $E"
  book "$E" vip 1 ada@example.org
  assert_status 409
  assert_text "DuplicateBookingError"
  assert_equal "$(bookings "$E")" 1
  assert_equal "$(stock "$E" vip)" "0|0"
}

@test "R20 the duplicate is told before sold-out" {
  add_event "$E"
  open_form_elsewhere
  hold "$E" general 10 ada@example.org
  send_form_elsewhere ada@example.org
  assert_status 409
  assert_text "DuplicateBookingError"
  refute_text "SoldOutError"
}

@test "R20 the same email may book another event" {
  add_event "$E"
  add_event "$E-b"
  hold "$E" general 1 ada@example.org
  pay
  hold "$E-b" general 1 ada@example.org
}

@test "R20 an event can allow several bookings by one email" {
  add_event "$E" one_booking_each=0
  hold "$E" general 1 ada@example.org
  pay
  hold "$E" general 2 ada@example.org
  pay
  assert_equal "$(stock "$E" general)" "0|3"
  assert_sound
}

@test "R20 the policy switched on later counts the bookings before it" {
  add_event "$E" one_booking_each=0
  hold "$E" general 1 ada@example.org
  pay
  sql_write "UPDATE event SET one_booking_each = 1 WHERE slug = '$E'"
  book "$E" general 1 ada@example.org
  assert_status 409
  assert_text "DuplicateBookingError"
}

@test "R20 the most tickets of a booking: at the limit yes, above it no" {
  add_event "$E" max_per_booking=4
  book "$E" general 5 ada@example.org
  refuses quantity 5 "is over the limit of 4 tickets a booking"
  assert_equal "$(bookings "$E")" 0
  hold "$E" general 4 ada@example.org
}

@test "R20 the most tickets of a person count over their bookings" {
  add_event "$E" max_per_person=3 one_booking_each=0
  hold "$E" general 2 ada@example.org
  pay
  book "$E" general 2 ADA@example.org
  refuses quantity 2 "is over the limit of 3 tickets a person"
  hold "$E" general 1 ada@example.org
  as "other-$BATS_TEST_NUMBER"
  book "$E" general 1 ada@example.org
  refuses quantity 1 "is over the limit of 3 tickets a person"
  hold "$E" general 3 bob@example.org
}

# ---- sold out ----

@test "R21 R22 more than remain is refused with four labelled fields" {
  add_event "$E"
  add_tier "$E" vip VIP 4500 3
  book "$E" vip 5 a@example.org
  assert_status 409
  assert_text "Requested 5 VIP tickets, only 3 remaining"
  assert_text "Event Event $E"
  assert_text "Ticket type VIP"
  assert_text "Requested 5"
  assert_text "Remaining 3"
  assert_text "Kind of problem: SoldOutError"
  assert_equal "$(stock "$E" vip)" "0|0"
  assert_equal "$(bookings "$E")" 0
  # The form is still there with what was typed; three can be had.
  [[ $body == *'value="a@example.org"'* ]]
  post "/book/$E" tier=vip quantity=3 name=Ada email=a@example.org
  assert_status 303
  assert_equal "$(stock "$E" vip)" "3|0"
}

@test "R21 exactly what remains can be had, one more cannot" {
  add_event "$E"
  book "$E" general 11 a@example.org
  assert_status 409
  assert_text "only 10 remaining"
  open_form_elsewhere
  hold "$E" general 10 a@example.org
  send_form_elsewhere b@example.org
  assert_status 409
  assert_text "Requested 1 General ticket, only 0 remaining"
  assert_equal "$(stock "$E" general)" "10|0"
}

@test "R68 a tier without a capacity never sells out" {
  add_event "$E"
  add_tier "$E" lawn Lawn 500 NULL
  hold "$E" lawn 900 a@example.org
  pay
  as "other-$BATS_TEST_NUMBER"
  hold "$E" lawn 900 b@example.org
  assert_equal "$(stock "$E" lawn)" "900|900"
}

@test "R15 nothing is held outside the booking window, and the page says why" {
  add_event "$E" booking_opens_at="unixepoch() + 864000"
  add_event "$E-b" booking_closes_at="unixepoch() - 60"
  add_event "$E-c" status="'cancelled'"
  add_event "$E-d" status="'completed'"
  # The form of an event that sells, sent to those that do not.
  local slug words
  for slug in "$E:Booking opens on" "$E-b:Booking closed on" \
    "$E-c:has been cancelled" "$E-d:is over"; do
    words=${slug#*:}
    slug=${slug%%:*}
    get /book/comedy-night
    post "/book/$slug" tier=general quantity=1 name=A email=a@example.org
    assert_status 409
    assert_text "Booking not available"
    assert_text "$words"
    assert_text "BookingClosedError"
    assert_equal "$(bookings "$slug")" 0
  done
}

@test "R12 a draft and an unknown event cannot be booked: 404" {
  add_event "$E" status="'draft'"
  get /book/comedy-night
  local page=$body
  post "/book/$E" tier=general quantity=1 name=A email=a@example.org
  assert_status 404
  assert_text "Event not found"
  body=$page
  post "/book/no-such-event" tier=general quantity=1 name=A \
    email=a@example.org
  assert_status 404
  assert_text "Event not found"
  assert_equal "$(bookings "$E")" 0
}

# ---- one's own hold ----

@test "R29 R65 R67 a hold lasts ten minutes and says so as text" {
  add_event "$E"
  hold "$E" general 2 a@example.org
  assert_equal "$(of_booking "$REFERENCE" state)" held
  assert_equal "$(of_booking "$REFERENCE" "expires_at - created_at")" 600
  get "/checkout/$REFERENCE"
  assert_status 200
  [[ $(page_text) =~ (10\ minutes|9\ minutes\ [0-9]+\ seconds?)\ left ]]
  assert_text "Your places are held until"
}

@test "R29 an event can hold its places for another time" {
  add_event "$E" hold_minutes=3
  get "/book/$E"
  assert_text "held for 3 minutes"
  hold "$E" general 1 a@example.org
  assert_equal "$(of_booking "$REFERENCE" "expires_at - created_at")" 180
}

@test "R75 R30 with a live hold one may continue, never \"duplicate\"" {
  add_event "$E"
  hold "$E" general 2 a@example.org
  get "/book/$E"
  assert_text "You are holding 2 General for Event $E"
  [[ $body == *"href=\"/checkout/$REFERENCE\""* ]]
  [[ $body == *"action=\"/checkout/$REFERENCE/release\""* ]]
  # A second tab that was opened before the hold names nothing to replace.
  get /book/comedy-night
  post "/book/$E" tier=general quantity=1 name=A email=a@example.org replaces=
  assert_status 409
  assert_text "UnfinishedBookingError"
  assert_text "Reference $REFERENCE"
  refute_text "Duplicate"
  assert_equal "$(stock "$E" general)" "2|0"
}

@test "R75 changing gives the old hold back and takes the new one at once" {
  add_event "$E"
  add_tier "$E" vip VIP 4500 5
  hold "$E" general 10 a@example.org
  local first=$REFERENCE
  get "/book/$E"
  post "/book/$E" tier=vip quantity=2 name=A email=a@example.org \
    "replaces=$(hidden replaces)"
  assert_status 303
  assert_equal "$(of_booking "$first" state)" released
  assert_equal "$(stock "$E" general)" "0|0"
  assert_equal "$(stock "$E" vip)" "2|0"
  assert_sound
}

@test "R75 the places of the old hold count as free for the new one" {
  add_event "$E"
  hold "$E" general 9 a@example.org
  get "/book/$E"
  post "/book/$E" tier=general quantity=10 name=A email=a@example.org \
    "replaces=$(hidden replaces)"
  assert_status 303
  assert_equal "$(stock "$E" general)" "10|0"
}

@test "R75 a change that is refused leaves the old hold as it is" {
  add_event "$E"
  hold "$E" general 9 a@example.org
  get "/book/$E"
  post "/book/$E" tier=general quantity=11 name=A email=a@example.org \
    "replaces=$(hidden replaces)"
  assert_status 409
  assert_text "SoldOutError"
  assert_equal "$(of_booking "$REFERENCE" state)" held
  assert_equal "$(stock "$E" general)" "9|0"
}

@test "R75 R30 a hold at one event is offered at another one as well" {
  add_event "$E"
  add_event "$E-b"
  hold "$E" general 1 a@example.org
  get "/book/$E-b"
  assert_text "You are holding 1 General for Event $E"
  post "/book/$E-b" tier=general quantity=1 name=A email=a@example.org \
    "replaces=$(hidden replaces)"
  assert_status 303
  assert_equal "$(stock "$E" general)" "0|0"
  assert_equal "$(stock "$E-b" general)" "1|0"
}

@test "R75 nobody can replace somebody else's hold" {
  add_event "$E"
  hold "$E" general 4 a@example.org
  local victim=$REFERENCE
  as "other-$BATS_TEST_NUMBER"
  hold "$E" general 1 b@example.org "replaces=$victim"
  assert_equal "$(of_booking "$victim" state)" held
  assert_equal "$(stock "$E" general)" "5|0"
}

@test "R75 while it is being paid it says so and offers no release" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  mkdir -p "$DATA/campuspay"
  echo lost >"$DATA/campuspay/behave"
  pay
  rm "$DATA/campuspay/behave"
  assert_equal "$(of_booking "$REFERENCE" state)" paying
  get "/book/$E"
  assert_text "being paid"
  refute_text "being paid left"
  [[ $body != *"/checkout/$REFERENCE/release"* ]]
}

@test "R20 R75 a hold in another browser with the same email is a duplicate" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  as "other-$BATS_TEST_NUMBER"
  book "$E" general 1 a@example.org
  assert_status 409
  assert_text "DuplicateBookingError"
  refute_text "$REFERENCE"
}

@test "R29 R35 releasing gives the places back once" {
  add_event "$E"
  hold "$E" general 4 a@example.org
  get "/checkout/$REFERENCE"
  local page=$body
  post "/checkout/$REFERENCE/release"
  assert_status 303
  assert_equal "$(of_booking "$REFERENCE" state)" released
  assert_equal "$(stock "$E" general)" "0|0"
  body=$page
  post "/checkout/$REFERENCE/release"
  assert_status 409
  assert_text "Status released"
  assert_equal "$(stock "$E" general)" "0|0"
  # The email is free at once, in any browser.
  as "other-$BATS_TEST_NUMBER"
  hold "$E" general 4 a@example.org
  assert_sound
}

@test "R35 what is paid is not released, extended or paid again" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  get "/checkout/$REFERENCE"
  local page=$body
  pay
  body=$page
  post "/checkout/$REFERENCE/release"
  assert_status 409
  body=$page
  post "/checkout/$REFERENCE/extend"
  assert_status 409
  assert_equal "$(of_booking "$REFERENCE" state)" confirmed
  assert_equal "$(stock "$E" general)" "0|1"
}

@test "R35 R29 R34 another browser's booking answers 404 on every route" {
  local path own
  add_event "$E"
  hold "$E" general 1 a@example.org
  own=$REFERENCE
  as "other-$BATS_TEST_NUMBER"
  get /book/comedy-night
  local page=$body
  for path in "/checkout/$own" "/checkout/$own/release" \
    "/checkout/$own/extend"; do
    body=$page
    post "$path" method=campuspay payment_token=tok_valid terms=yes
    assert_status 404
    assert_text "Booking not found"
    refute_text a@example.org
  done
  for path in "/checkout/$own" "/tickets/$own"; do
    get "$path"
    assert_status 404
    assert_text "Booking not found"
  done
  get /tickets
  refute_text "$own"
  assert_equal "$(of_booking "$own" "state || extensions")" held0
  # Without any cookie neither; and a reference that never was looks the same.
  as "third-$BATS_TEST_NUMBER"
  get "/tickets/$own"
  assert_status 404
  local foreign
  foreign=$(page_text | sed 's/request [0-9A-Z]*//')
  get /tickets/0000000000
  assert_status 404
  assert_equal "$(page_text | sed 's/request [0-9A-Z]*//')" "$foreign"
}

@test "R29 a forged cookie is no cookie" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  local id
  id=$(sql "SELECT browser FROM booking WHERE reference = '$REFERENCE'")
  as "forger-$BATS_TEST_NUMBER"
  get "/tickets/$REFERENCE" -H "Cookie: campuspass=$id"
  assert_status 404
  get "/tickets/$REFERENCE" -H "Cookie: campuspass=$id."
  assert_status 404
  get "/tickets/$REFERENCE" -H \
    "Cookie: campuspass=$id.00000000000000000000000000000000"
  assert_status 404
}

@test "R29 a form of another site, or without its token, does nothing" {
  add_event "$E"
  get "/book/$E"
  local page=$body
  post "/book/$E" tier=general quantity=1 name=A email=a@example.org
  local reference=${location##*/}
  body=""
  post "/checkout/$reference/release"
  assert_status 403
  body=$page
  curl -s -o /dev/null -b "$JAR" -H "Origin: http://evil.example" \
    -w '%{http_code}' --data-urlencode "csrf_token=$(hidden csrf_token)" \
    "$URL/checkout/$reference/release" | grep -qx 403
  curl -s -o /dev/null -b "$JAR" -H "Sec-Fetch-Site: cross-site" \
    -w '%{http_code}' --data-urlencode "csrf_token=$(hidden csrf_token)" \
    "$URL/checkout/$reference/release" | grep -qx 403
  # Another browser's token does not fit either.
  as "other-$BATS_TEST_NUMBER"
  get /book/comedy-night
  local foreign
  foreign=$(hidden csrf_token)
  as "person-$BATS_TEST_NUMBER"
  body=""
  post "/checkout/$reference/release" "csrf_token=$foreign"
  assert_status 403
  assert_equal "$(of_booking "$reference" state)" held
}

@test "R29 GET changes nothing: release and extend want a POST" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  local action
  for action in release extend; do
    get "/checkout/$REFERENCE/$action"
    assert_status 405
    [[ $headers == *"Allow: POST"* ]]
  done
  assert_equal "$(of_booking "$REFERENCE" "state || extensions")" held0
}

@test "R65 \"I need more time\" adds time, as often as allowed and no more" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  local i
  for i in 1 2 3; do
    get "/checkout/$REFERENCE"
    assert_text "You can have 10 minutes more."
    [[ $body == *">I need more time</button>"* ]]
    post "/checkout/$REFERENCE/extend"
    assert_status 303
    assert_equal \
      "$(of_booking "$REFERENCE" "expires_at - created_at - 600")" \
      $((600 * i))
  done
  get "/checkout/$REFERENCE"
  refute_text "more time"
  [[ $(page_text) =~ (40\ minutes|39\ minutes\ [0-9]+\ seconds?)\ left ]]
  post "/checkout/$REFERENCE/extend"
  assert_status 409
  assert_text "cannot be extended again"
  assert_equal "$(of_booking "$REFERENCE" extensions)" 3
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
