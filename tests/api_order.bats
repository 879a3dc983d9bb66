#!/usr/bin/env bats
# Programs: the order calls (/event/{id}/book/), over HTTP.
load helper
load auth_calls

# order EVENT [QUERY] [curl options]
order() { call POST "/event/$1/book/${2:-}" "" "${@:3}"; }

held() { stock "$1" general; }

@test "R8 an order needs a token" {
  order jazz-evening
  assert_status 401
  ACCESS=nonsense order jazz-evening
  assert_status 401
}

@test "R29 an order holds places of the first tier and says where to pay" {
  add_event "e-$PERSON"
  register "$PERSON"
  login "$PERSON"
  order "e-$PERSON" '?ticket_quantity=6'
  assert_status 200
  assert_equal "$(value 'keys | join(",")')" cancel_url,payment_url,return_url
  assert_equal "$(held "e-$PERSON")" "6|0"
  assert_equal "$(value .payment_url)" "/checkout/$(sql "SELECT reference FROM booking
    WHERE email = '$PERSON@example.org'")"
}

@test "R29 the order is paid on the site by the same account" {
  add_event "e-$PERSON"
  register "$PERSON"
  login "$PERSON"
  order "$(sql "SELECT id FROM event WHERE slug = 'e-$PERSON'")"
  assert_status 200
  REFERENCE=$(value .payment_url)
  REFERENCE=${REFERENCE##*/}
  as "stranger-$PERSON"
  get "/checkout/$REFERENCE"
  assert_status 404
  as "$PERSON"
  get /account/login
  post /account/login "login=$PERSON" "password=$PASSWORD"
  pay
  assert_status 303
  assert_equal "$(held "e-$PERSON")" "0|1"
  assert_sound
}

@test "R18 an order of no right number is refused in the clients' words" {
  register "$PERSON"
  login "$PERSON"
  for quantity in 0 -1 two 2.5 1e3 "" 9223372036854775808; do
    order jazz-evening "?ticket_quantity=$quantity"
    assert_status 400
    assert_equal "$(value .detail)" "Invalid Ticket Quantity"
  done
}

@test "R13 an order for an unknown event or a draft is 404 by its id" {
  register "$PERSON"
  login "$PERSON"
  for event in 999999 no-such-event draft 0 -1 99999999999999999999; do
    order "$event"
    assert_status 404
    assert_equal "$(value .detail)" "Event with ID $event not found."
  done
}

@test "R15 an order for a closed event" {
  register "$PERSON"
  login "$PERSON"
  order closed
  assert_status 409
  assert_equal "$(value .detail)" "Event is closed for booking."
}

@test "R30 one order at a time" {
  register "$PERSON"
  login "$PERSON"
  add_event "e-$PERSON"
  order "e-$PERSON"
  assert_status 200
  order jazz-evening
  assert_status 409
  assert_equal "$(value .detail)" "Cannot process more than 1 order"
  pass_time 601
  refresh "$REFRESH"
  ACCESS=$(value .access_token)
  order jazz-evening
  assert_status 200
}

@test "R21 more than are left" {
  register "$PERSON"
  login "$PERSON"
  order few '?ticket_quantity=4'
  assert_status 409
  assert_equal "$(value .detail)" "Only 3 left"
  assert_equal "$(held few)" "0|0"
}

@test "R20 a second booking of the same event" {
  add_event "e-$PERSON"
  register "$PERSON"
  login "$PERSON"
  sql_write "UPDATE tier SET price = 0 WHERE event_id =
    (SELECT id FROM event WHERE slug = 'e-$PERSON')"
  call POST "/api/events/e-$PERSON/book" "{\"email\":\"$PERSON@example.org\",
    \"tier_name\":\"general\",\"quantity\":1}"
  assert_status 200
  order "e-$PERSON"
  assert_status 409
}

@test "I4 the same idempotency key is the same order, and nobody else's" {
  add_event "e-$PERSON"
  register "$PERSON"
  login "$PERSON"
  order "e-$PERSON" '?ticket_quantity=2' -H "Idempotency-Key: k"
  assert_status 200
  local first=$body
  order "e-$PERSON" '?ticket_quantity=2' -H "Idempotency-Key: k"
  assert_status 200
  assert_equal "$body" "$first"
  assert_equal "$(held "e-$PERSON")" "2|0"
  order "e-$PERSON" '?ticket_quantity=3' -H "Idempotency-Key: k"
  assert_status 409
  ACCESS=
  register "${PERSON}b"
  login "${PERSON}b"
  order "e-$PERSON" '?ticket_quantity=2' -H "Idempotency-Key: k"
  assert_status 200
  [ "$body" != "$first" ]
  assert_equal "$(held "e-$PERSON")" "4|0"
}

@test "R29 with a gateway that has its own page, that is where to pay" {
  stop_site
  printf 'gateways = campuspay_page\nbase_url = http://tickets.example.org\n' \
    >>"$DATA/campuspass.conf"
  OWN_SITE=yes
  start_server
  add_event "e-$PERSON"
  register "$PERSON"
  login "$PERSON"
  order "e-$PERSON"
  assert_status 200
  local reference
  reference=$(sql "SELECT reference FROM booking WHERE email = '$PERSON@example.org'")
  [[ $(value .payment_url) == *"/checkout/campuspay/"* ]]
  assert_equal "$(value .return_url)" "http://tickets.example.org/tickets/$reference"
  assert_equal "$(value .cancel_url)" "http://tickets.example.org/checkout/$reference"
  local approve
  approve=$(value .payment_url)
  get "/${approve#*//*/}"
  assert_status 200
  post "/${approve#*//*/}" answer=approve
  assert_status 303
  get "/${location#*//*/}"
  assert_status 303
  assert_equal "$(held "e-$PERSON")" "0|1"
  assert_equal "$(sql "SELECT state FROM booking WHERE reference = '$reference'")" confirmed
}
