#!/usr/bin/env bats
# What somebody tries who has read the requirements alone: values beside the
# right ones, and steps in another order.
load helper
load person

# call PATH JSON [TOKEN]: a program's POST.
call() {
  local answer="$BATS_TEST_TMPDIR/answer"
  curl -s -D "$answer.headers" -o "$answer.body" --json "$2" \
    -H "Authorization: Bearer ${3:-none}" "$URL$1"
  read_answer "$answer"
}

# TOKEN: of a new account.
sign_in() {
  local name="user$BATS_TEST_NUMBER" secret="correct horse battery"
  call /auth/register "{\"username\": \"$name\",
    \"email\": \"$name@example.org\", \"password\": \"$secret\"}"
  call /auth/login "{\"email\": \"$name@example.org\",
    \"password\": \"$secret\"}"
  TOKEN=$(jq -r .access_token <<<"$body")
}

@test "R31 terms sent as a word for no are not accepted" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  local word
  for word in no No false off 0 " "; do
    get "/checkout/$REFERENCE"
    post "/checkout/$REFERENCE" method=campuspay payment_token=tok_valid \
      "terms=$word"
    assert_status 400
    assert_text "Accept the terms of sale to go on"
    [[ $body == *'href="#terms"'* ]]
  done
  assert_equal "$(stock "$E" general)" "1|0"
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=campuspay payment_token=tok_valid terms=on
  assert_status 303
}

@test "R18 blanks alone are a missing quantity, and a long name says why" {
  add_event "$E"
  book "$E" general "   " a@example.org
  assert_status 400
  assert_text "Reason is missing"
  assert_text "Caused by: KeyError - 'quantity' is missing"
  get "/book/$E"
  post "/book/$E" tier=general quantity=1 email=a@example.org \
    "name=$(printf 'x%.0s' {1..300})"
  assert_status 400
  assert_text "Reason must have at most"
}

@test "R18 R27 best seats without a number or a type name that field" {
  get /book/jazz-evening
  post /book/jazz-evening best=yes tier=vip quantity= name=Ada \
    email=a@example.org
  assert_status 400
  assert_text "Caused by: KeyError - 'quantity' is missing"
  [[ $body == *'href="#quantity"'* ]]
  get /book/jazz-evening
  post /book/jazz-evening best=yes quantity=2 name=Ada email=a@example.org
  assert_status 400
  assert_text "Caused by: KeyError - 'tier' is missing"
  [[ $body == *'href="#tier'* ]]
  # Seats are wanted, none is ticked, and nobody asked us to choose.
  get /book/jazz-evening
  post /book/jazz-evening tier=vip quantity= name=Ada email=a@example.org
  assert_status 400
  assert_text "Seats must be chosen"
  # Enter in a field presses "best" as well: what is ticked counts.
  get /book/jazz-evening
  post /book/jazz-evening best=yes quantity= seat=B3 name=Ada \
    email=a@example.org
  assert_status 303
}

@test "R15 what sells nothing is said before an unfinished booking" {
  add_event "$E"
  add_event "$E-closed" "booking_closes_at=unixepoch() - 60"
  add_event "$E-past" "starts_at=unixepoch() - 9000" \
    "ends_at=unixepoch() - 60"
  sign_in
  local id closed
  id=$(sql "SELECT id FROM event WHERE slug = '$E'")
  closed=$(sql "SELECT id FROM event WHERE slug = '$E-closed'")
  call "/event/$id/book/" {} "$TOKEN"
  assert_status 200
  call "/event/$id/book/" {} "$TOKEN"
  assert_equal "$(jq -r .detail <<<"$body")" \
    "Cannot process more than 1 order"
  call "/event/$closed/book/" {} "$TOKEN"
  assert_equal "$(jq -r .detail <<<"$body")" "Event is closed for booking."
  call /api/v1/tickets/purchase "{\"eventId\": \"$E-past\",
    \"ticketType\": \"general\", \"quantity\": 1}" "$TOKEN"
  assert_status 400
  assert_equal "$(jq -r .error <<<"$body")" "Event has already ended"
}

@test "R15 R75 a hold that would be replaced survives a closed event" {
  add_event "$E"
  add_event "$E-closed"
  hold "$E" general 2 a@example.org
  get "/book/$E-closed"
  sql_write "UPDATE event SET booking_closes_at = unixepoch() - 60
    WHERE slug = '$E-closed'"
  post "/book/$E-closed" tier=general quantity=1 name=Ada \
    email=a@example.org "replaces=$REFERENCE"
  assert_status 409
  assert_text "Booking not available"
  assert_equal "$(stock "$E" general)" "2|0"
}

@test "R15 bookings_enabled is false while no ticket type is sold" {
  add_event "$E"
  local path="/api/events/$E"
  get "$path"
  assert_equal "$(jq .bookings_enabled <<<"$body")" true
  sql_write "UPDATE tier SET sale_opens_at = unixepoch() + 3600
    WHERE event_id = (SELECT id FROM event WHERE slug = '$E')"
  get "$path"
  assert_equal "$(jq .bookings_enabled <<<"$body")" false
  add_tier "$E" other Other 100 5
  get "$path"
  assert_equal "$(jq .bookings_enabled <<<"$body")" true
}

@test "R22 a hold whose time is over says so in its status" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  sql_write "UPDATE booking SET created_at = created_at - 700,
    expires_at = expires_at - 700 WHERE reference = '$REFERENCE'"
  get "/checkout/$REFERENCE"
  assert_status 409
  assert_text "Kind of problem: HoldExpiredError"
  assert_text "Status expired"
}

@test "R65 the booking form offers more time for one's own hold" {
  add_event "$E"
  hold "$E" general 1 a@example.org
  get "/book/$E"
  [[ $body == *">I need more time</button>"* ]]
  post "/checkout/$REFERENCE/extend"
  assert_status 303
  sql_write "UPDATE booking SET extensions = 3
    WHERE reference = '$REFERENCE'"
  get "/book/$E"
  refute_text "I need more time"
}

@test "R9 the list names each ticket type with price and places" {
  add_event "$E"
  add_tier "$E" free Freebie 0 4
  add_tier "$E" gone Gone 900 1
  book "$E" gone 1 a@example.org
  assert_status 303
  get "/?q=$E"
  assert_text 'General $15.00 10 left'
  assert_text "Freebie Free 4 left"
  assert_text 'Gone $9.00 Sold out'
  [[ $body == *'<span class="badge low">4 left</span>'* ]]
  # Prices and places of a cancelled event are nobody's any more.
  sql_write "UPDATE event SET status = 'cancelled' WHERE slug = '$E'"
  get "/?q=$E"
  refute_text "10 left"
}
