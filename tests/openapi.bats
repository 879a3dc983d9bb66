# The description of the API: it is OpenAPI, it has every call that the
# program has, and answers are what it says - judged by python3-jsonschema.

load helper
load api_calls

setup_file() {
  make_data
  echo "queue_event = queue-night" >>"$DATA/campuspass.conf"
  start_server
  person ada
  person root admin
  for event in e1 e2 e3; do
    add_event "$event" one_booking_each=0
    add_tier "$event" vip VIP 1250 NULL
  done
  export SPEC="$BATS_FILE_TMPDIR/openapi.json"
  curl -s "$URL/api/openapi.json" >"$SPEC"
}
teardown_file() { stop_site; }

check() { /usr/bin/python3 -W ignore "$TOP/tests/openapi/check.py" "$@"; }

# described METHOD PATTERN STATUS: the last answer is as described.
described() {
  assert_status "$3"
  run check answer "$SPEC" "$1" "$2" "$3" <<<"$body"
  [ "$status" = 0 ] || { echo "$1 $2: $output; $body" >&2; return 1; }
}

@test "the document hangs together and has each route of the table" {
  CAMPUSPASS_ROUTES=yes "$BUILD/cgi-bin/api" >"$BATS_TEST_TMPDIR/routes"
  run check document "$SPEC" "$BATS_TEST_TMPDIR/routes"
  assert_output ""
  assert_success
}

@test "the check sees a route, a schema and an answer that are missing" {
  CAMPUSPASS_ROUTES=yes "$BUILD/cgi-bin/api" >"$BATS_TEST_TMPDIR/routes"
  for wrong in 'del(.paths["/api/status"])' 'del(.components.schemas.Ticket)' \
    '.paths["/api/v1/nothing"] = .paths["/api/status"]' \
    'del(.paths["/auth/me"].get.security)' \
    'del(.paths["/api/events/{event}"].get.parameters[0])'; do
    jq "$wrong" "$SPEC" >"$BATS_TEST_TMPDIR/wrong.json"
    run check document "$BATS_TEST_TMPDIR/wrong.json" "$BATS_TEST_TMPDIR/routes"
    assert_failure
    [ -n "$output" ]
  done
  run check answer "$SPEC" GET /api/status 200 <<<'{"exceptions":true}'
  assert_failure
  assert_output --partial "'models' is a required property"
}

@test "it is served with an ETag" {
  call - GET /api/openapi.json
  assert_status 200
  tag=$(sed -n 's/^ETag: //ip' <<<"$headers")
  call - GET /api/openapi.json "" -H "If-None-Match: $tag"
  assert_status 304
}

@test "R69 R70 answers of /api/v1 are as described" {
  call - GET "/api/v1/events?limit=5"
  described GET /api/v1/events 200
  call - GET "/api/v1/events?limit=x"
  described GET /api/v1/events 400
  call - GET /api/v1/events/e1
  described GET "/api/v1/events/{id}" 200
  call - GET /api/v1/events/none
  described GET "/api/v1/events/{id}" 404
  call ada POST /api/v1/tickets/purchase \
    '{"eventId":"e1","quantity":2,"paymentToken":"tok_valid","metadata":{"a":1}}'
  described POST /api/v1/tickets/purchase 201
  id=$(value '.tickets[0].id') code=$(value '.tickets[1].ticketCode')
  call ada POST /api/v1/tickets/purchase '{"eventId":"e2","ticketType":"vip"}'
  described POST /api/v1/tickets/purchase 202
  call ada POST /api/v1/tickets/purchase '{"eventId":"e1","quantity":99}'
  described POST /api/v1/tickets/purchase 409
  call ada POST /api/v1/tickets/purchase '{"eventId":"e1","quantity":99,
    "paymentToken":"tok_valid"}'
  assert [ "$status" -ge 400 ]
  described POST /api/v1/tickets/purchase "$status"
  call ada GET /api/v1/tickets
  described GET /api/v1/tickets 200
  call ada GET "/api/v1/tickets/$id"
  described GET "/api/v1/tickets/{id}" 200
  call - GET "/api/v1/tickets/$id"
  described GET "/api/v1/tickets/{id}" 401
  call ada PUT "/api/v1/tickets/$id/cancel"
  described PUT "/api/v1/tickets/{id}/cancel" 200
  call ada PUT "/api/v1/tickets/$id/cancel"
  described PUT "/api/v1/tickets/{id}/cancel" 400
  call - POST "/api/v1/tickets/$code/validate"
  described POST "/api/v1/tickets/{code}/validate" 200
  call root POST "/api/v1/tickets/$code/validate"
  described POST "/api/v1/tickets/{code}/validate" 200
  call root POST /api/v1/admin/events '{"name":"New","startDate":"2040-01-01",
    "endDate":"2040-01-02","ticketPrice":1}'
  described POST /api/v1/admin/events 201
  sql_write "UPDATE event SET starts_at = unixepoch() + 600 WHERE slug = 'e1'"
  call root POST "/api/v1/admin/tickets/$code/scan" '{"scanType":"check_in"}'
  described POST "/api/v1/admin/tickets/{code}/scan" 200
  call root POST "/api/v1/admin/tickets/$code/scan" '{"scanType":"check_in"}'
  described POST "/api/v1/admin/tickets/{code}/scan" 400
  call root GET "/api/v1/admin/events/e1/tickets"
  described GET "/api/v1/admin/events/{id}/tickets" 200
}

@test "R22 answers of the front-end's calls are as described" {
  call - GET /api/events
  described GET /api/events 200
  call - GET /api/events/e3
  described GET "/api/events/{event}" 200
  call - GET /api/events/none
  described GET "/api/events/{event}" 404
  order='{"email":"a@b.c","tier_name":"vip","quantity":"1","payment_token":"tok_valid"}'
  call - POST /api/events/e3/book "$order"
  described POST "/api/events/{event}/book" 200
  call - GET /api/bookings
  described GET /api/bookings 200
  [ "$(value length)" = 1 ]
  call - POST /api/events/e3/book "${order/1/x}"
  described POST "/api/events/{event}/book" 400
  call - POST /api/events/e3/book "${order/tok_valid/tok_error}"
  described POST "/api/events/{event}/book" 400
  call - GET /api/status
  described GET /api/status 200
}

@test "R8 answers of the sign-in and order calls are as described" {
  call - POST /auth/register \
    "{\"username\":\"cleo\",\"email\":\"cleo@example.org\",\"password\":\"$API_PASSWORD\"}"
  described POST /auth/register 200
  call - POST /auth/register \
    "{\"username\":\"cleo\",\"email\":\"cleo@example.org\",\"password\":\"$API_PASSWORD\"}"
  described POST /auth/register 409
  call - POST /auth/login \
    "{\"email\":\"cleo@example.org\",\"password\":\"$API_PASSWORD\"}"
  described POST /auth/login 200
  export ACCESS_cleo="$(value .access_token)"
  call - POST /auth/refresh "{\"refresh_token\":\"$(value .refresh_token)\"}"
  described POST /auth/refresh 200
  call - POST /auth/refresh '{"refresh_token":"x"}'
  described POST /auth/refresh 401
  token cleo
  call cleo GET /auth/me
  described GET /auth/me 200
  call cleo POST "/event/e1/book/?ticket_quantity=1"
  described POST "/event/{id}/book/" 200
  call cleo POST "/event/e1/book?ticket_quantity=1"
  described POST "/event/{id}/book" 409
}

@test "R59 answers of the queue calls are as described" {
  person='{"first_name":"Ada","last_name":"L","ticket_type":"VIP"}'
  call - POST /api/register "$person"
  described POST /api/register 200
  call - POST /api/register '{}'
  described POST /api/register 400
  call - GET /queue
  described GET /queue 200
  call - POST /api/process_user "$person"
  described POST /api/process_user 200
  call - GET /availability
  described GET /availability 200
  call - GET /summary_data
  described GET /summary_data 200
  call - DELETE /api/cancel_ticket "$person"
  described DELETE /api/cancel_ticket 200
  call - DELETE /api/cancel_ticket "$person"
  described DELETE /api/cancel_ticket 404
}
