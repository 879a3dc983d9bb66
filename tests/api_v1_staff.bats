#!/usr/bin/env bats
# /api/v1 for who runs events and stands at doors: codes validated and
# scanned, tickets listed, events created.
load helper
load api_calls
load api_v1

# judged CODE VALID REASON: for a stranger.
judged() {
  call - POST "/api/v1/tickets/$1/validate"
  assert_status 200
  is .valid "$2" .reason "$3" .ticket null 'keys | join(",")' \
    reason,ticket,valid
}

@test "R41 the verdict about a code, for strangers without the ticket" {
  add_event "$E" starts_at="unixepoch() + 600" ends_at="unixepoch() + 7200"
  add_event "$E-next"
  buy ada "$E" 2
  code=$(value '.tickets[0].ticketCode')
  other=$(value '.tickets[1].ticketCode')
  judged "$code" true null
  judged "${code,,}" true null
  judged TKT-0000000000000000 false "Ticket not found"
  judged nonsense false "Ticket not found"
  judged CP1:1:1:0000000000000000:0 false "Ticket not found"
  sql_write "UPDATE ticket SET status = 'used', check_in_at = unixepoch()
    WHERE code = '$other'"
  judged "$other" false "Ticket status is used"
  buy ada "$E-next" 1
  next=$(value '.tickets[0].ticketCode')
  id=$(value '.tickets[0].id')
  judged "$next" false "Ticket not yet valid"
  call ada PUT "/api/v1/tickets/$id/cancel"
  judged "$next" false "Ticket status is refunded"
  pass_time 8000
  judged "$code" false "Ticket has expired"
}

@test "R41 the signed text is a code, too; a forged one is not" {
  add_event "$E" starts_at="unixepoch() + 600" ends_at="unixepoch() + 7200"
  buy ada "$E" 1
  value '.tickets[0].qrCodeUrl' | sed 's/^data:image\/png;base64,//' |
    base64 -d >"$BATS_TEST_TMPDIR/code.png"
  text=$(zbarimg -q --raw "$BATS_TEST_TMPDIR/code.png")
  judged "$text" true null
  forged=${text:0:-9}$([ "${text: -9:1}" = 0 ] && echo 1 || echo 0)${text: -8}
  judged "$forged" false "Ticket not found"
}

@test "R41 staff of its event see the ticket, other staff the verdict" {
  sql_write "UPDATE event SET starts_at = unixepoch() + 600,
    ends_at = unixepoch() + 7200 WHERE slug = 'walk'"
  buy ada walk 1
  code=$(value '.tickets[0].ticketCode')
  for who in olga root; do
    call "$who" POST "/api/v1/tickets/$code/validate"
    is .valid true .ticket.ticketCode "$code" .ticket.holderName ada
  done
  for who in otto bob ada; do
    call "$who" POST "/api/v1/tickets/$code/validate"
    is .valid true .ticket null
  done
  [ "$(sql "SELECT count(*) FROM scan")" = 0 ]
}

@test "tickets of an event are for who runs it" {
  call olga GET /api/v1/admin/events/walk/tickets
  assert_status 200
  is .pagination.total "$(sql "SELECT count(*) FROM ticket WHERE event_id =
    $(event_id walk)")"
  call root GET "/api/v1/admin/events/$(event_id walk)/tickets?status=active"
  assert_status 200
  call otto GET /api/v1/admin/events/walk/tickets
  assert_status 404
  call ada GET /api/v1/admin/events/walk/tickets
  assert_status 403
  call - GET /api/v1/admin/events/walk/tickets
  assert_status 401
}

# create NAME [member JSON ...]: an event next year.
create() {
  local order='{"name":"Made by a program","startDate":"2040-05-01T18:00:00Z",
    "endDate":"2040-05-01T20:00:00Z","eventType":"workshop"}' who=$1
  shift
  while [ $# -gt 1 ]; do
    order=$(jq -c --argjson value "$2" ".$1 = \$value" <<<"$order")
    shift 2
  done
  call "$who" POST /api/v1/admin/events "$order"
}

@test "R48 R70 an organiser creates an event; its metadata is kept" {
  create olga ticketPrice 12.5 maxParticipants 40 metadata '{"x":[1]}' \
    status '"published"' location '"Room 7"' description '"Some *words*"'
  assert_status 201
  is 'keys | join(",")' "$EVENT_KEYS" .name "Made by a program" \
    .status published .ticketPrice 12.5 .maxParticipants 40 \
    '.metadata | tojson' '{"x":[1]}' .location "Room 7" .isOnline false \
    .startDate 2040-05-01T18:00:00Z '.tiers | length' 1
  id=$(value .id)
  call - GET "/api/v1/events/$id"
  assert_status 200
  is .id "$id"
  [ "$(sql "SELECT u.username FROM event e JOIN user u ON u.id = e.owner_id
    WHERE e.id = $id")" = olga ]
  create olga tiers '[{"name":"VIP","price":"45.00","capacity":5},
    {"name":"Free","price":0}]'
  assert_status 201
  is .status draft '.tiers[0].slug' vip '.tiers[0].price' 45 \
    '.tiers[1].capacity' null .isOnline true
  call - GET "/api/v1/events/$(value .id)"
  assert_status 404
}

@test "R70 isOnline counts: such an event has no venue, a link is where it happens" {
  create olga isOnline true location '"Hall 1"' status '"published"'
  assert_status 201
  is .isOnline true .location Online
  call - GET "/api/v1/events/$(value .id)"
  is .isOnline true
  create olga isOnline true location '"https://meet.example.org/x"'
  is .isOnline true
  [ "$(sql "SELECT online_url FROM event WHERE id = $(value .id)")" = \
    https://meet.example.org/x ]
  create olga isOnline false location '"Hall 1"'
  is .isOnline false .location "Hall 1"
  create olga isOnline '"yes"'
  assert_status 400
  is .field isOnline
}

@test "R48 R5 what cannot be created, and by whom" {
  before=$(sql "SELECT count(*) FROM event")
  create ada
  assert_status 403
  create -
  assert_status 401
  local pair
  for pair in 'name null' 'name 7' 'startDate "soon"' 'startDate null' \
    'endDate "2030-01-01"' 'eventType "circus"' 'ticketPrice "12,50"' \
    'ticketPrice -1' 'ticketPrice true' 'maxParticipants 0' \
    'maxParticipants 1.5' 'maxParticipants "x"' 'tiers {}' 'tiers []' \
    'tiers [1]' 'tiers [{}]' 'tiers [{"name":"A","price":[]}]' \
    'timezone "Mars/Base"' 'status "over"' 'metadata 3' 'location []' \
    'eventType 7' 'summary 7' 'description []' 'onlineUrl 7' 'timezone 7' \
    'endDate null' 'bookingOpens 7' 'bookingCloses "x"' 'status 7' \
    'name "a\u0007b"' 'maxParticipants 10000001' 'tiers 7' \
    "tiers [$(printf '{"name":"%s"},' {a..t}){\"name\":\"u\"}]" \
    'onlineUrl "javascript:x"' 'tiers [{"name":"A"},{"name":"a"}]'; do
    create olga "${pair%% *}" "${pair#* }"
    assert_status 400
    [ -n "$(value .field)" ]
  done
  [ "$(sql "SELECT count(*) FROM event")" = "$before" ]
}

@test "R48 moments as programs write them, and what is none" {
  local pair
  for pair in 2040-05-01:2219443200 2040-05-01T10:00:2219479200 \
    2040-05-01T10:00Z:2219479200 2040-05-01T10:00z:2219479200 \
    2040-05-01T10:00:59.250Z:2219479259 \
    2040-05-01T10:00:00+01:30:2219473800 2040-05-01T10:00-01:30:2219484600; do
    create olga startDate "\"${pair%:*}\"" endDate '"2040-05-03T20:00Z"'
    assert_status 201
    assert_equal "$pair $(sql "SELECT starts_at FROM event
      ORDER BY id DESC LIMIT 1")" "$pair ${pair##*:}"
  done
  for pair in 2040-05-1 2040-05-01T10 2040-05-01T1000 2040-13-01 \
    2040-05-01T10:00:7Z 2040-05-01T10:00:60Z 2040-05-01T10:00+1:30 \
    2040-05-01T10:00+0130 2040-05-01T10:00+24:00 2040-05-01T10:00+01:60 \
    2040-05-01T10:00*01:30 2040-05-01T10:00+x1:30 2040-05-01T10:00ZZ; do
    create olga startDate "\"$pair\""
    assert_equal "$pair $status" "$pair 400"
    is .field startDate
  done
}

@test "R48 null is not sent; what is over is not published" {
  create olga ticketPrice null maxParticipants null metadata null status null \
    tiers null eventType null
  assert_status 400
  is .field tiers
  create olga ticketPrice null maxParticipants null metadata null status null \
    eventType null bookingOpens null
  assert_status 201
  is .status draft .ticketPrice 0 .maxParticipants null .eventType other
  create olga startDate '"2020-05-01"' endDate '"2020-05-02"' status '"published"'
  assert_status 400
  is .field endDate
}

@test "R48 R22 what is wrong is named as the caller sent it" {
  local line member value field
  for line in 'name|""|name' 'eventType|"circus"|eventType' \
    'endDate|"2030-01-01"|endDate' 'timezone|"Mars/Base"|timezone' \
    'onlineUrl|"javascript:x"|onlineUrl' \
    'tiers|[{"name":"A"},{"name":"a"}]|tiers'; do
    IFS='|' read -r member value field <<<"$line"
    create olga "$member" "$value"
    assert_status 400
    is .field "$field" .error_type ValidationError
  done
}

@test "R11 a page has 25 unless the caller says otherwise" {
  call - GET /api/v1/events
  is .pagination.limit 25
  call ada GET /api/v1/tickets
  is .pagination.limit 25
}

@test "R22 a wrong method is answered in the words of its family" {
  call - GET /event/1/book/
  assert_status 405
  is 'keys | join(",")' detail
  call - GET /auth/login
  assert_status 405
  [[ $headers == *"Allow: POST"* ]]
  is 'keys | join(",")' detail
  call - DELETE /api/v1/events
  assert_status 405
  is .error_type MethodError
}

# scan NAME CODE BODY
scan() { call "$1" POST "/api/v1/admin/tickets/$2/scan" "$3" "${@:4}"; }

@test "R42 R70 a scan is recorded: who, when, where; once in is in" {
  add_event "$E" starts_at="unixepoch() + 600" ends_at="unixepoch() + 7200" \
    owner_id="(SELECT id FROM user WHERE username = 'olga')"
  buy ada "$E" 2
  code=$(value '.tickets[0].ticketCode') other=$(value '.tickets[1].ticketCode')
  scan olga "$code" '{"scanType":"check_in","location":"North gate"}'
  assert_status 200
  is '.scan | keys | join(",")' \
    id,metadata,scanLocation,scanType,scannedAt,scannerUserId,ticketId \
    .scan.scanLocation "North gate" .scan.scanType check_in \
    .scan.scannerUserId "$(sql "SELECT id FROM user WHERE username = 'olga'")" \
    .ticket.status used
  [ "$(value .ticket.checkInTime)" = "$(value .scan.scannedAt)" ]
  is .ticket.qrCodeUrl null .ticket.ticketCode "$code"
  scan olga "$code" '{}'
  assert_status 400
  is .verdict already_in
  scan olga "$other" '{"eventId":"walk"}'
  assert_status 400
  is .verdict wrong_event
  # A retry with a key is the same scan.
  scan root "$other" '{}' -H "Idempotency-Key: s1"
  assert_status 200
  first=$(value .scan.id)
  scan root "$other" '{}' -H "Idempotency-Key: s1"
  assert_status 200
  is .scan.id "$first"
  scan olga TKT-0000000000000000 '{}'
  assert_status 400
  is .error "Ticket not found"
  scan olga "$other" '{"scanType":"jump"}'
  assert_status 400
  is .field scanType
  scan olga "$other" '{"location":["x"]}'
  assert_status 400
  is .field location
}

@test "R42 a code that is nobody's is no scan; null is not sent" {
  add_event "$E" starts_at="unixepoch() + 600" ends_at="unixepoch() + 7200"
  local before
  before=$(sql "SELECT count(*) FROM scan")
  for code in JUNK TKT-0000000000000000; do
    scan root "$code" '{}'
    assert_status 400
    is .error "Ticket not found"
  done
  scan root JUNK '{"scanType":[1]}'
  assert_status 400
  is .field scanType
  scan root JUNK '['
  assert_status 400
  assert_equal "$(sql "SELECT count(*) FROM scan")" "$before"
  buy ada "$E" 1
  scan root "$(value '.tickets[0].ticketCode')" \
    "{\"scanType\":null,\"location\":null,\"eventId\":$(event_id "$E")}"
  assert_status 200
  is .scan.scanType check_in .scan.scanLocation null
}

@test "B10 who passed a ticket on sees no code of it any more" {
  add_event "$E"
  buy ada "$E" 2
  local id
  id=$(value '.tickets[0].id')
  call ada GET "/api/v1/tickets/$id"
  [[ $(value .qrCodeUrl) == data:image/png* ]]
  sql_write "UPDATE ticket SET passed_on_at = unixepoch(),
    holder_email = 'friend@example.org' WHERE id = $id"
  call ada GET "/api/v1/tickets/$id"
  assert_status 200
  is .ticketCode null .qrCodeUrl null
  call ada GET /api/v1/tickets
  is ".tickets[] | select(.id == $id).ticketCode" null
}

@test "R41 R70 staff see the code of a ticket that was passed on" {
  add_event "$E" starts_at="unixepoch() + 600" ends_at="unixepoch() + 7200"
  buy ada "$E" 1
  local id code
  id=$(value '.tickets[0].id')
  code=$(value '.tickets[0].ticketCode')
  sql_write "UPDATE ticket SET passed_on_at = unixepoch(),
    holder_email = 'friend@example.org' WHERE id = $id"
  call root GET "/api/v1/admin/events/$E/tickets"
  assert_status 200
  is '.tickets[0].ticketCode' "$code"
  [[ $(value '.tickets[0].qrCodeUrl') == data:image/png* ]]
  call root POST "/api/v1/tickets/$code/validate" '{}'
  is .ticket.ticketCode "$code"
  scan root "$code" '{}'
  assert_status 200
  is .ticket.ticketCode "$code"
}

@test "R32 where one pays at a gateway's page, a purchase leads there" {
  add_event "$E"
  cp "$DATA/campuspass.conf" "$BATS_TEST_TMPDIR/conf"
  echo "gateways = campuspay_page later" >>"$DATA/campuspass.conf"
  call ada POST /api/v1/tickets/purchase "{\"eventId\":\"$E\"}"
  assert_status 202
  is .status held
  [[ $(value .paymentUrl) == */checkout/campuspay/* ]]
  get "$(value .paymentUrl)"
  assert_text "15.00 USD"
  # Without any gateway one pays later, at the checkout.
  echo "gateways =" >>"$DATA/campuspass.conf"
  call bob POST /api/v1/tickets/purchase "{\"eventId\":\"$E\"}"
  assert_status 202
  [[ $(value .paymentUrl) == */checkout/$(value .bookingReference) ]]
  echo "base_url = https://tickets.example.org" >>"$DATA/campuspass.conf"
  get /api/openapi.json
  is '.servers[0].url' https://tickets.example.org
  cp "$BATS_TEST_TMPDIR/conf" "$DATA/campuspass.conf"
}

@test "R11 a page behind the last one leads nowhere further" {
  call - GET "/api/v1/events?page=1000"
  assert_status 200
  is '.events | length' 0 .pagination.next null .pagination.previous null
}

@test "R42 only who works at its door scans a ticket" {
  add_event "$E" starts_at="unixepoch() + 600" ends_at="unixepoch() + 7200" \
    owner_id="(SELECT id FROM user WHERE username = 'olga')"
  buy ada "$E" 1
  code=$(value '.tickets[0].ticketCode')
  scan otto "$code" '{}'
  assert_status 404
  scan ada "$code" '{}'
  assert_status 403
  scan - "$code" '{}'
  assert_status 401
  [ "$(sql "SELECT count(*) FROM scan k JOIN event e ON e.id = k.event_id
    WHERE e.slug = '$E'")" = 0 ]
}
