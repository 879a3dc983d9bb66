# Webhooks: what happens to an event is told to programs of who runs it -
# signed, again until it is heard, never into our own network.

load helper
load api_calls
load staff

setup_file() {
  make_data empty
  echo "webhook_private = yes" >>"$DATA/campuspass.conf"
  start_server
  export HEARD="$BATS_FILE_TMPDIR/heard"
  mkdir "$HEARD"
  python3 "$TOP/tests/webhooks/receiver.py" "$HEARD" 3>&- &
  export RECEIVER=$!
  eventually [ -e "$HEARD/port" ]
  export HOOK="http://127.0.0.1:$(cat "$HEARD/port")"
  be olga
  be otto
  be root
  person ada
}

teardown_file() {
  kill "$RECEIVER" 2>/dev/null || true
  stop_site
}

# Each test has its webhooks and its event, which olga runs.
setup() {
  E="show-$BATS_TEST_NUMBER"
  rm -f "$DATA/clock" "$DATA/run/limits" "$HEARD/answer" "$HEARD"/*.json
  # What still waits may be under way in another process.
  flock "$DATA/locks/hooks.lock" true
  sql_write "DELETE FROM webhook_delivery; DELETE FROM webhook"
  add_event "$E" starts_at="unixepoch() + 1800" ends_at="unixepoch() + 9000" \
    refund_until="unixepoch() + 900"
  give_event "$E" olga
}

# be NAME: that person's browser, signed in: moved clocks end sessions.
be() {
  local role=organiser
  [ "$1" != root ] || role=admin
  sign_in "$role" "$1"
}

ALL=(types=booking.confirmed types=booking.cancelled types=booking.refunded
  types=ticket.checked_in)

# listen NAME PATH [types=...]: a webhook of that person.
listen() {
  be "$1"
  get /admin/webhooks
  if [ $# -gt 2 ]; then
    post /admin/webhooks "url=$HOOK$2" "${@:3}"
  else
    post /admin/webhooks "url=$HOOK$2" "${ALL[@]}"
  fi
  assert_status 303
  [ "$location" = "/admin/webhooks?done=add" ]
}

buy() {
  token ada
  call ada POST /api/v1/tickets/purchase \
    "{\"eventId\":\"$E\",\"quantity\":${1:-2},\"paymentToken\":\"tok_valid\"}"
  assert_status 201
}

# heard N: wait until so many calls came, and no more.
heard() {
  heard_at_least "$1" || true
  flock "$DATA/locks/hooks.lock" true
  [ "$(ls "$HEARD" | grep -c 'json$')" = "$1" ] ||
    { ls "$HEARD"; sql "SELECT * FROM webhook_delivery"; return 1; } >&2
}

# heard_at_least N: an errand may have sent the refund already.
heard_at_least() {
  eventually so_many "$1"
}

so_many() {
  [ "$(ls "$HEARD" | grep -c 'json$')" -ge "$1" ]
}

# of TYPE: the calls of that type, a line each.
of() {
  cat "$HEARD"/*.json | jq -c "select(.body | fromjson | .type == \"$1\")"
}

# state: of all deliveries, "state attempts status".
state() {
  sql "SELECT state || ' ' || attempts || ' ' || status
    FROM webhook_delivery ORDER BY id"
}

@test "a booking is told, cancelled, refunded and checked in" {
  listen olga /all
  buy 2
  id=$(value '.tickets[0].id') code=$(value '.tickets[1].ticketCode')
  reference=$(value .bookingReference)
  heard 1
  [ "$(of booking.confirmed | jq -c '.body | fromjson | .data |
    [.booking.reference, .booking.status, .booking.total, .event.slug,
     (.tickets | length), .tickets[0].status]')" = \
    "[\"$reference\",\"confirmed\",30,\"$E\",2,\"active\"]" ]
  call ada PUT "/api/v1/tickets/$id/cancel"
  assert_status 200
  heard_at_least 2
  [ "$(of booking.cancelled | jq -c '.body | fromjson | .data |
    [.booking.status, (.tickets | length), .tickets[0].id,
     .tickets[0].status]')" = "[\"confirmed\",1,$id,\"refunded\"]" ]
  sweep
  heard 3
  [ "$(of booking.refunded | jq -c '.body | fromjson | .data.refund')" = \
    '{"amount":15.0,"currency":"USD"}' ] ||
    [ "$(of booking.refunded | jq '.body | fromjson | .data.refund.amount')" = 15 ]
  be olga
  get "/door/$E"
  post "/door/$E/scan" "code=$code" scan_type=check_in "location=North gate"
  heard 4
  [ "$(of ticket.checked_in | jq -r '.body | fromjson | .data.tickets[0] |
    .status')" = used ]
  # Each is as the API's description says.
  get /api/openapi.json
  echo "$body" >"$BATS_TEST_TMPDIR/openapi.json"
  for type in "${ALL[@]#types=}"; do
    of "$type" | jq -r .body >"$BATS_TEST_TMPDIR/call"
    run /usr/bin/python3 -W ignore "$TOP/tests/openapi/check.py" call \
      "$BATS_TEST_TMPDIR/openapi.json" "$type" <"$BATS_TEST_TMPDIR/call"
    assert_output ""
    assert_success
  done
  # Nobody's name, address or code is in it. (A signature may have such
  # letters.)
  run jq -r .body "$HEARD"/*.json
  refute_output --partial "ada"
  refute_output --partial "TKT-"
  assert_sound
}

@test "a call is signed with the webhook's secret, over time and body" {
  listen olga /signed
  hook=$(sql "SELECT max(id) FROM webhook")
  get /admin/webhooks
  refute_text whsec_
  post "/admin/webhooks/$hook/secret"
  assert_status 200
  secret=$(grep -o 'whsec_[0-9A-Z]*' <<<"$body")
  [ -n "$secret" ]
  # It is nowhere in the database.
  run grep -c "$secret" "$DATA/campuspass.db" "$DATA/campuspass.db-wal"
  refute_output --partial ":1"
  buy
  heard 1
  python3 - "$HEARD/"*.json "$secret" <<'END'
import hashlib, hmac, json, sys, time
call = json.load(open(sys.argv[1]))
given = dict(part.split("=") for part in
             call["headers"]["CampusPass-Signature"].split(","))
mac = hmac.new(sys.argv[2].encode(),
               f"{given['t']}.{call['body']}".encode(), hashlib.sha256)
assert hmac.compare_digest(mac.hexdigest(), given["v1"])
assert abs(time.time() - int(given["t"])) < 60
body = json.loads(call["body"])
assert body["id"] == call["headers"]["CampusPass-Delivery"]
assert call["headers"]["Content-Type"] == "application/json"
END
}

@test "what is not heard is tried again, later and later, then given up" {
  listen olga /deaf
  stop_clock
  echo 500 >"$HEARD/answer"
  buy
  heard 1
  [ "$(state)" = "waiting 1 500" ]
  sweep
  heard 1
  local heard=1 wait
  for wait in 1 5 15 60 240 240; do
    pass_time $((wait * 60 - 1))
    sweep
    heard "$heard"
    pass_time 1
    sweep
    heard=$((heard + 1))
    heard "$heard"
  done
  [ "$(state)" = "waiting 7 500" ]
  pass_time 14400
  sweep
  heard 8
  [ "$(state)" = "failed 8 500" ]
  pass_time 100000
  sweep
  heard 8
  # The same call, each time.
  [ "$(cat "$HEARD"/*.json | jq -c '[.body, .headers["CampusPass-Delivery"]]' |
    sort -u | wc -l)" = 1 ]
  # Its owner sees why, and sends it again.
  be olga
  get /admin/webhooks
  assert_text "Failed"
  assert_text "answered 500"
  rm "$HEARD/answer"
  delivery=$(sql "SELECT id FROM webhook_delivery")
  post "/admin/webhooks/deliveries/$delivery/retry"
  assert_status 303
  heard 9
  [ "$(state)" = "sent 1 200" ]
  get /admin/webhooks
  assert_text "Arrived"
  post "/admin/webhooks/deliveries/$delivery/retry"
  assert_status 409
}

@test "a receiver that does not answer keeps no buyer waiting" {
  listen olga /slow
  echo slow >"$HEARD/answer"
  token ada
  call ada POST /api/v1/tickets/purchase \
    "{\"eventId\":\"$E\",\"paymentToken\":\"tok_valid\"}"
  local answered=$EPOCHSECONDS
  assert_status 201
  get "/events/$E"
  assert_status 200
  heard 1
  [ "$(state)" = "waiting 1 0" ]
  eventually [ -e "$HEARD/hung-up" ]
  [ "$answered" -lt "$(cat "$HEARD/hung-up")" ]
}

@test "organisers hear of their own events, admins of all, by type" {
  listen olga /olga
  listen otto /otto
  listen root /root types=booking.cancelled
  buy 1
  heard 1
  call ada PUT "/api/v1/tickets/$(value '.tickets[0].id')/cancel"
  heard 4
  [ "$(cat "$HEARD"/*.json | jq -r .path | sort | tr '\n' ' ')" = \
    "/olga /olga /olga /root " ]
  # Paused, and of somebody who runs it no more: nothing.
  be olga
  get /admin/webhooks
  post "/admin/webhooks/$(sql "SELECT id FROM webhook WHERE url LIKE '%/olga'")/toggle"
  assert_status 303
  rm "$HEARD"/*.json
  buy 1
  sweep
  heard 0
}

@test "other people's webhooks and calls are not found" {
  listen olga /mine
  echo 500 >"$HEARD/answer"
  buy 1
  heard 1
  hook=$(sql "SELECT id FROM webhook")
  delivery=$(sql "SELECT id FROM webhook_delivery")
  be otto
  get /admin/webhooks
  refute_text /mine
  for path in "$hook/toggle" "$hook/secret" "$hook/delete" \
    "deliveries/$delivery/retry" x/delete; do
    post "/admin/webhooks/$path"
    assert_status 404
    get /admin/webhooks
  done
  be root
  get /admin/webhooks
  assert_text /mine
  post "/admin/webhooks/$hook/delete"
  assert_status 303
  [ "$(sql "SELECT count(*) FROM webhook_delivery")" = 0 ]
  [ "$(sql "SELECT group_concat(action) FROM (SELECT action FROM audit
    WHERE action LIKE 'webhook.%' ORDER BY id DESC LIMIT 2)")" = \
    webhook.remove,webhook.add ]
}

@test "addresses that are none, twice, or too many are refused, kept as typed" {
  be olga
  local url
  for url in "" ftp://example.org/ 'javascript:alert(1)' example.org \
    http://example.org/ https:// https://user:pw@example.org/ \
    "file:///etc/passwd" "https://exa mple.org/" https://bücher.example/ \
    https://ev%69l.example/; do
    get /admin/webhooks
    post /admin/webhooks "url=$url" "${ALL[@]}"
    assert_status 400
    assert_text "Enter an address that begins with https://"
  done
  get /admin/webhooks
  post /admin/webhooks "url=$HOOK/x" types=nothing
  assert_status 400
  assert_text "Choose what the address is told"
  [[ $body == *"value=\"$HOOK/x\""* ]]
  listen olga /twice
  get /admin/webhooks
  post /admin/webhooks "url=$HOOK/twice" "${ALL[@]}"
  assert_status 409
  for n in $(seq 19); do listen olga "/n$n"; done
  get /admin/webhooks
  post /admin/webhooks "url=$HOOK/one-more" "${ALL[@]}"
  assert_status 409
  [ "$(sql "SELECT count(*) FROM webhook")" = 20 ]
}

@test "no call goes into our own network, and no redirect is followed" {
  listen olga /away
  echo redirect >"$HEARD/answer"
  buy 1
  heard 1
  [ "$(state)" = "waiting 1 302" ]
  [ ! -e "$HEARD/got" ]
  # The same address where private ones are off limits.
  sed -i 's/^webhook_private = yes/webhook_private = no/' "$DATA/campuspass.conf"
  local url
  for url in "$HOOK/away" https://localhost/ https://127.0.0.1/ \
    https://0x7f.1/ https://2130706433/ 'https://[::1]/' 'https://[::ffff:10.0.0.1]/' \
    https://169.254.169.254/latest https://10.0.0.1/ https://0.0.0.0/; do
    sql_write "UPDATE webhook_delivery SET state = 'waiting', due_at = 0,
      attempts = 0; UPDATE webhook SET url = '$url'"
    sweep
    [ "$(state)" = "waiting 1 0" ]
    run sql "SELECT error FROM webhook_delivery"
    assert_output --regexp "not right|not in the public network"
  done
  heard 1
  sed -i 's/^webhook_private = no/webhook_private = yes/' "$DATA/campuspass.conf"
}

@test "I12 a sale that fails tells nobody" {
  listen olga /fails
  call ada POST /api/v1/tickets/purchase \
    "{\"eventId\":\"$E\",\"paymentToken\":\"tok_decline\"}"
  assert_status 402
  sweep
  heard 0
  [ -z "$(state)" ]
}

@test "what ended long ago is forgotten" {
  listen olga /old
  buy 1
  heard 1
  pass_time $((31 * 86400))
  sweep
  [ -z "$(state)" ]
}
