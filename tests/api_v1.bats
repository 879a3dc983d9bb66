#!/usr/bin/env bats
# /api/v1: events, tickets and buying, for programs that sign in by tokens.

load helper
load api_calls
load api_v1

# ---- events ----

@test "R70 an event has every field, by number and by slug" {
  add_event "$E" description="'Some *words*'" type="'comedy'"
  add_tier "$E" free Free 0 NULL
  call - GET "/api/v1/events/$E"
  assert_status 200
  is 'keys | join(",")' "$EVENT_KEYS" .slug "$E" .id "$(event_id "$E")" \
    .name "Event $E" .eventType comedy .status published .isOnline true \
    .ticketPrice 15 .maxParticipants null .currentParticipants 0 \
    .metadata '{}' '.tiers[0].slug' general '.tiers[0].remaining' 10 \
    '.tiers[1].capacity' null .description 'Some *words*'
  [[ $(value .startDate) =~ ^[0-9-]{10}T[0-9:]{8}Z$ ]]
  first=$body
  call - GET "/api/v1/events/$(event_id "$E")"
  assert_equal "$body" "$first"
}

@test "R12 an event that is not there, or a draft, is 404" {
  add_event "$E" status="'draft'"
  for name in "$E" "$(event_id "$E")" nothing 0 -1 99999999999999999999; do
    call - GET "/api/v1/events/$name"
    assert_status 404
    is .error "Event not found"
  done
}

@test "events come by type and date, in pages with links and a total" {
  for n in 1 2 3; do
    add_event "$E-$n" type="'hackathon'" \
      starts_at="unixepoch('2040-01-0$n')" ends_at="unixepoch('2040-01-09')"
  done
  call - GET "/api/v1/events?type=hackathon&startDate=2040-01-02"
  is '[.events[].slug] | join(",")' "$E-2,$E-3" .pagination.total 2 \
    .pagination.page 1 .pagination.pages 1 .pagination.next null
  call - GET "/api/v1/events?type=hackathon&startDate=2040-01-01&limit=1&page=2"
  is '[.events[].slug] | join(",")' "$E-2" .pagination.total 3 \
    .pagination.pages 3 .pagination.limit 1
  call - GET "$(value .pagination.next)"
  is '.events[0].slug' "$E-3" .pagination.next null
  call - GET "$(value .pagination.previous)"
  is '.events[0].slug' "$E-2"
  call - GET "/api/v1/events?startDate=2040-01-01T02:00:00%2B02:00&type=hackathon"
  is .pagination.total 3
  call - GET "/api/v1/events?startDate=2040-01-01T00:00:01Z&type=hackathon"
  is .pagination.total 2
}

@test "what the list cannot read is 400 with its field" {
  for query in type=circus page=0 page=x limit=101 limit=-1 \
    startDate=tomorrow startDate=2026-02-30 startDate=2026-02-03T1:00 \
    startDate=2026-02-03T10:00:00+1 startDate=2026-02-03T10:00:00%2B01:-5 \
    startDate=2026-02-03T10:00-01:%205 page=99999999999999999999; do
    call - GET "/api/v1/events?$query"
    assert_status 400
    is .error_type ValidationError .field "${query%%=*}"
  done
}

@test "lists have an ETag and answer 304; HEAD works" {
  call - GET /api/v1/events
  tag=$(etag)
  [ -n "$tag" ]
  call - GET /api/v1/events "" -H "If-None-Match: $tag"
  assert_status 304
  [ -z "$body" ]
  add_event "$E"
  call - GET /api/v1/events "" -H "If-None-Match: $tag"
  assert_status 200
  run curl -s -I "$URL/api/v1/events"
  assert_line --partial "200 OK"
  refute_output --partial '"events"'
  call ada GET /api/v1/tickets
  tag=$(etag)
  call ada GET /api/v1/tickets "" -H "If-None-Match: $tag"
  assert_status 304
}

# ---- buying ----

@test "R70 bought tickets have every field and a code that scanners read" {
  add_event "$E"
  buy ada "$E" 2
  assert_status 201
  is '.tickets | length' 2 .total 30 .currency USD .status confirmed \
    .paymentUrl null '.tickets[0] | keys | join(",")' "$TICKET_KEYS" \
    '.tickets[0].event | keys | join(",")' "$EVENT_KEYS" \
    '.tickets[0].status' active '.tickets[0].pricePaid' 15 \
    '.tickets[0].userId' "$(sql "SELECT id FROM user WHERE username = 'ada'")" \
    '.tickets[0].eventId' "$(event_id "$E")" '.tickets[0].checkInTime' null \
    '.tickets[0].event.currentParticipants' 2
  [[ $(value '.tickets[0].ticketCode') =~ ^TKT-[0-9A-F]{16}$ ]]
  [ -n "$(value '.tickets[0].paymentId // ""')" ]
  value '.tickets[0].qrCodeUrl' | sed 's/^data:image\/png;base64,//' |
    base64 -d >"$BATS_TEST_TMPDIR/code.png"
  run zbarimg -q --raw "$BATS_TEST_TMPDIR/code.png"
  assert_output --partial "$(value '.tickets[0].ticketCode' | cut -c 5-)"
  assert_sound
}

@test "R69 ticketType names a tier; standard is the first" {
  many "$E"
  add_tier "$E" vip VIP 4500 5
  local order="{\"eventId\":$(event_id "$E"),\"quantity\":1,\"paymentToken\":\"tok_valid\""
  call ada POST /api/v1/tickets/purchase "$order,\"ticketType\":\"vip\"}"
  is '.tickets[0].ticketType' vip .total 45
  call ada POST /api/v1/tickets/purchase "$order,\"ticketType\":\"standard\"}"
  is '.tickets[0].ticketType' general .total 15
  call ada POST /api/v1/tickets/purchase "$order}"
  is '.tickets[0].ticketType' general
  add_tier "$E" standard Standard 2000 5
  call ada POST /api/v1/tickets/purchase "$order,\"ticketType\":\"standard\"}"
  is '.tickets[0].ticketType' standard .total 20
  call ada POST /api/v1/tickets/purchase "$order,\"ticketType\":\"gold\"}"
  assert_status 400
  is .error_type InvalidBookingError .field ticketType
}

@test "R70 metadata of a purchase is kept as it is, small objects alone" {
  add_event "$E"
  local order="{\"eventId\":\"$E\",\"paymentToken\":\"tok_valid\",\"metadata\":"
  for wrong in '[1]' '"x"' 7 "{\"x\":\"$(head -c 9000 /dev/zero | tr '\0' x)\"}"; do
    call ada POST /api/v1/tickets/purchase "$order$wrong}"
    assert_status 400
    is .field metadata
  done
  call ada POST /api/v1/tickets/purchase \
    "$order{\"seat\":\"left\",\"n\":[1,{\"å\":null}]}}"
  assert_status 201
  call ada GET "/api/v1/tickets/$(value '.tickets[0].id')"
  is '.metadata | tojson' '{"n":[1,{"å":null}],"seat":"left"}'
}

@test "what cannot be bought: the four messages" {
  add_event "$E-few"
  add_event "$E-off" status="'cancelled'"
  add_event "$E-late" booking_opens_at="unixepoch() + 3600"
  add_event "$E-over" starts_at="unixepoch() - 7200" ends_at="unixepoch() - 60"
  add_event "$E-draft" status="'draft'"
  buy ada nothing 1
  assert_status 400
  is .error "Event not found"
  buy ada "$E-draft" 1
  is .error "Event not found"
  for name in off late; do
    buy ada "$E-$name" 1
    assert_status 400
    is .error "Event is not available for purchase"
  done
  buy ada "$E-few" 11
  assert_status 400
  is .error "Only 10 tickets available" .remaining 10
  buy ada "$E-over" 1
  assert_status 400
  is .error "Event has already ended"
}

@test "a paid purchase without a token is a hold that is paid at the checkout" {
  add_event "$E"
  local order="{\"eventId\":\"$E\",\"ticketType\":\"general\",\"quantity\":2}"
  call bob POST /api/v1/tickets/purchase "$order"
  assert_status 202
  is '.tickets | length' 0 .total 30 .status held \
    .paymentUrl "/checkout/$(value .bookingReference)"
  [[ $(value .expiresAt) =~ Z$ ]]
  [ "$(stock "$E" general)" = "2|0" ]
  # It is the account's: signed in by page, it is paid as any other.
  get /account/login
  post /account/login login=bob "password=$API_PASSWORD"
  REFERENCE=$(sql "SELECT reference FROM booking ORDER BY id DESC LIMIT 1")
  pay
  assert_status 303
  call bob GET "/api/v1/tickets?status=active"
  is '[.tickets[] | select(.event.slug == "'"$E"'")] | length' 2
  assert_sound
}

@test "what is free needs no token; a wrong card is 402 and takes nothing" {
  many "$E"
  add_tier "$E" free Free 0 5
  call ada POST /api/v1/tickets/purchase \
    "{\"eventId\":\"$E\",\"ticketType\":\"free\",\"quantity\":1}"
  assert_status 201
  is .total 0 '.tickets[0].paymentId' null
  call ada POST /api/v1/tickets/purchase \
    "{\"eventId\":\"$E\",\"ticketType\":\"general\",\"paymentToken\":\"tok_decline\"}"
  assert_status 402
  is .error_type PaymentDeclinedError
  call ada POST /api/v1/tickets/purchase \
    "{\"eventId\":\"$E\",\"ticketType\":\"general\",\"paymentToken\":\"tok_error\"}"
  assert_status 502
  is .caused_by.error_type ConnectionError
  [ "$(stock "$E" general)" = "0|0" ]
}

@test "I4 a key makes one purchase; with another body it is 409" {
  many "$E"
  local key="Idempotency-Key: k"
  buy ada "$E" 2 -H "$key"
  assert_status 201
  codes=$(value '[.tickets[].ticketCode] | join(",")')
  buy ada "$E" 2 -H "$key"
  assert_status 201
  is '[.tickets[].ticketCode] | join(",")' "$codes"
  buy ada "$E" 3 -H "$key"
  assert_status 409
  is .error_type StateError
  # The key is the client's own: somebody else has the same one.
  buy bob "$E" 3 -H "$key"
  assert_status 201
  [ "$(stock "$E" general)" = "0|5" ]
  # And one for a hold: the same hold, then paid by its retry.
  local order="{\"eventId\":\"$E\",\"ticketType\":\"general\",\"quantity\":1"
  call ada POST /api/v1/tickets/purchase "$order}" -H "Idempotency-Key: h"
  first=$body
  call ada POST /api/v1/tickets/purchase "$order}" -H "Idempotency-Key: h"
  assert_equal "$body" "$first"
  call ada POST /api/v1/tickets/purchase "$order,\"paymentToken\":\"tok_valid\"}" \
    -H "Idempotency-Key: h"
  assert_status 201
  [ "$(stock "$E" general)" = "0|6" ]
  assert_sound
}

@test "I4 ten purchases at once with one key are one" {
  many "$E"
  seq 10 | xargs -P 10 -I{} curl -s -o "$BATS_TEST_TMPDIR/{}" \
    -H "Authorization: Bearer $ACCESS_ada" -H 'Content-Type: application/json' \
    -H "Idempotency-Key: $E" -d "{\"eventId\":\"$E\",\"ticketType\":\"general\",
      \"quantity\":1,\"paymentToken\":\"tok_valid\"}" \
    "$URL/api/v1/tickets/purchase"
  [ "$(stock "$E" general)" = "0|1" ]
  [ "$(sql "SELECT count(*) FROM payment_attempt a JOIN booking b
    ON b.id = a.booking_id JOIN event e ON e.id = b.event_id
    WHERE e.slug = '$E'")" = 1 ]
}

@test "too many purchases are 429 with Retry-After" {
  add_event "$E"
  token ada
  stop_clock
  for _ in $(seq 30); do
    buy ada "$E" 99
    assert_status 400
  done
  buy ada "$E" 99
  assert_status 429
  [[ $headers == *Retry-After:* ]]
}

# ---- one's own tickets ----

@test "R34 tickets are listed newest first, in pages, by status, one's own" {
  many "$E"
  person "cleo$BATS_TEST_NUMBER"
  local who="cleo$BATS_TEST_NUMBER"
  buy "$who" "$E" 1
  pass_time 5
  buy "$who" "$E" 2
  newest=$(value '.tickets[1].id')
  call "$who" GET "/api/v1/tickets?limit=2"
  is .pagination.total 3 '.tickets | length' 2 '.tickets[0].id' "$newest"
  call "$who" GET "/api/v1/tickets?limit=2&page=2"
  is '.tickets | length' 1 .pagination.next null
  call "$who" GET "/api/v1/tickets?status=cancelled"
  is .pagination.total 0
  call "$who" GET "/api/v1/tickets?status=lost"
  assert_status 400
  call bob GET "/api/v1/tickets/$newest"
  assert_status 404
  is .error "Ticket not found"
  call - GET "/api/v1/tickets/$newest"
  assert_status 401
  call "$who" GET "/api/v1/tickets/$newest"
  assert_status 200
}

@test "R37 a cancelled ticket says what comes back, once" {
  add_event "$E" starts_at="unixepoch() + 6 * 86400" \
    ends_at="unixepoch() + 7 * 86400"
  buy ada "$E" 2
  id=$(value '.tickets[0].id')
  call bob PUT "/api/v1/tickets/$id/cancel"
  assert_status 404
  call ada PUT "/api/v1/tickets/$id/cancel"
  assert_status 200
  is .refund_amount 7.5 .ticket.status refunded .ticket.qrCodeUrl null \
    .ticket.id "$id"
  call ada PUT "/api/v1/tickets/$id/cancel"
  assert_status 400
  is .error "Cannot cancel ticket with status: refunded"
  [ "$(stock "$E" general)" = "0|1" ]
  call ada PUT "/api/v1/tickets/x/cancel"
  assert_status 404
  assert_sound
}

@test "a ticket whose event is over has expired" {
  add_event "$E"
  buy ada "$E" 1
  id=$(value '.tickets[0].id')
  sql_write "UPDATE event SET starts_at = unixepoch() - 7200,
    ends_at = unixepoch() - 60 WHERE slug = '$E'"
  call ada GET "/api/v1/tickets/$id"
  is .status expired
  call ada GET "/api/v1/tickets?status=expired"
  is '[.tickets[].id] | any(. == '"$id"')' true
  call ada PUT "/api/v1/tickets/$id/cancel"
  is .error "Cannot cancel ticket with status: expired"
}

# ---- bad input ----

# refused BODY STATUS TYPE: by the purchase.
refused() {
  call ada POST /api/v1/tickets/purchase "$1"
  assert_status "$2"
  is .error_type "$3"
}

@test "R8 tokens: none, forged, expired, another's algorithm are 401" {
  local header payload
  for token in "" x.y.z "${ACCESS_ada}x" "${ACCESS_ada%.*}." \
    "$(printf '{"alg":"none"}' | base64 -w0).$(cut -d. -f2 <<<"$ACCESS_ada")."; do
    get /api/v1/tickets -H "Authorization: Bearer $token"
    assert_status 401
    is .error_type LoginError
    [[ $headers == *"WWW-Authenticate: Bearer"* ]]
  done
  pass_time 1801
  call ada GET /api/v1/tickets
  assert_status 401
  call ada POST /api/v1/tickets/purchase '{"eventId":1}'
  assert_status 401
}

@test "R18 bodies that are no order: the documented error, never a 500" {
  add_event "$E"
  refused '{' 400 InvalidBookingError
  refused '[]' 400 InvalidBookingError
  refused 'null' 400 InvalidBookingError
  refused '{"eventId":1,"eventId":2}' 400 InvalidBookingError
  refused '{"eventId":1e400}' 400 InvalidBookingError
  refused '{}' 400 ValidationError
  is .field eventId .caused_by.error_type KeyError
  for wrong in '{}' '[1]' true 1.5; do
    refused "{\"eventId\":$wrong}" 400 ValidationError
    refused "{\"eventId\":\"$E\",\"ticketType\":$wrong}" 400 ValidationError
    refused "{\"eventId\":\"$E\",\"paymentToken\":$wrong}" 400 ValidationError
    refused "{\"eventId\":\"$E\",\"paymentMethod\":$wrong}" 400 ValidationError
  done
  for wrong in 0 -1 '"x"' '""' '"9223372036854775808"' '{}' '[1]' true 1.5 2.0; do
    refused "{\"eventId\":\"$E\",\"quantity\":$wrong}" 400 InvalidBookingError
    is .field quantity
  done
  refused "$(printf '{"eventId":"\xff"}')" 400 InvalidBookingError
  refused '{"eventId":"a\u0000b"}' 400 InvalidBookingError
  # Deep, and large.
  refused "$(printf '[%.0s' $(seq 30000))" 400 InvalidBookingError
  refused "{\"eventId\":\"$E\",\"metadata\":$(printf '{"a":%.0s' $(seq 3000))1$(
    printf '}%.0s' $(seq 3000))}" 400 InvalidBookingError
  refused "{\"eventId\":\"$(head -c 70000 /dev/zero | tr '\0' x)\"}" \
    413 TooLargeError
  [ "$(stock "$E" general)" = "0|0" ]
}

@test "content types, methods and addresses that do not fit" {
  for type in text/plain application/x-www-form-urlencoded application/jsonx; do
    get /api/v1/tickets/purchase -H "Authorization: Bearer $ACCESS_ada" \
      -d '{"eventId":1}' -H "Content-Type: $type"
    assert_status 415
    is .error_type MediaTypeError
  done
  call ada DELETE /api/v1/tickets/1
  assert_status 405
  [[ $headers == *"Allow: GET, HEAD"* ]]
  # Not a ticket of that name.
  call ada GET /api/v1/tickets/purchase
  assert_status 405
  [[ $headers == *"Allow: POST"$'\n'* ]]
  call ada GET /api/v1/nothing
  assert_status 404
  get "/api/v1/events/%ff"
  assert_status 400
  get "/api/v1/events?page=%ff"
  assert_status 400
}

@test "R69 null is not sent; another type, or too much, is refused without a token" {
  many "$E"
  local order="{\"eventId\":\"$E\",\"paymentToken\":\"tok_valid\""
  call ada POST /api/v1/tickets/purchase \
    "$order,\"ticketType\":null,\"quantity\":null,\"metadata\":null,\"paymentMethod\":null}"
  assert_status 201
  is '.tickets | length' 1 '.tickets[0].ticketType' general
  refused '{"eventId":null}' 400 ValidationError
  is .field eventId
  refused "{\"eventId\":\"$E\",\"ticketType\":\"none\"}" 400 InvalidBookingError
  is .field ticketType
  refused "$order,\"paymentMethod\":\"shells\"}" 400 ValidationError
  call ada POST /api/v1/tickets/purchase "$order,\"paymentMethod\":\"campuspay\"}"
  assert_status 201
  sql_write "UPDATE event SET max_per_person = 3 WHERE slug = '$E'"
  call ada POST /api/v1/tickets/purchase "$order,\"quantity\":4}"
  [[ $status = 4* && $(value .error) != *" available" ]]
  assert_equal "$(stock "$E" general)" "0|2"
}
