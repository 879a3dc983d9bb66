#!/usr/bin/env bats
# /api/v1 for who runs events and stands at doors: codes validated and
# scanned, tickets listed, events created.
load helper
load api_calls
load api_v1

setup_file() {
  start_site
  person ada
  person bob
  person olga organiser
  person otto organiser
  person root admin
  add_event walk # a fixed one, of olga's
  sql_write "UPDATE event SET owner_id = (SELECT id FROM user
    WHERE username = 'olga') WHERE slug = 'walk'"
}
teardown_file() { stop_site; }

# Each test has an event and, where limits count, a time of its own.
setup() {
  as "program-$BATS_TEST_NUMBER"
  E="show-$BATS_TEST_NUMBER"
  rm -f "$DATA/clock" "$DATA/run/limits"
}

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
    'onlineUrl "javascript:x"' 'tiers [{"name":"A"},{"name":"a"}]'; do
    create olga "${pair%% *}" "${pair#* }"
    assert_status 400
    [ -n "$(value .field)" ]
  done
  [ "$(sql "SELECT count(*) FROM event")" = "$before" ]
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
