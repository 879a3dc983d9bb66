#!/usr/bin/env bats
# The JSON calls of the CampusPass front-end, to the byte: events, bookings and
# the caller's own; that they share one domain with the pages. What they refuse
# is in api_refused.bats and api_bodies.bats, paying in api_paying.bats.
load helper
load booking_calls

# ---- events ----

@test "R9 an event has exactly the members of the contract, keys sorted" {
  add_event "$E" "title='Ünïcode \"&\" <b>'" "summary='A line.'" \
    starts_at=4102444800 ends_at=4102448400 "type='hackathon'"
  add_tier "$E" free Free 0 3
  add_tier "$E" odd Odd 1210 7
  add_tier "$E" endless Endless 5 NULL
  get "/api/events/$E"
  answers 200 '{"bookings_enabled":true,"date":"2100-01-01T00:00:00+00:00",'\
'"description":"A line.","id":"'"$E"'","image":"/art/hackathon.svg",'\
'"location":"Online","name":"Ünïcode \"&\" <b>","tiers":{'\
'"endless":{"capacity":null,"name":"Endless","price":0.05,"remaining":null},'\
'"free":{"capacity":3,"name":"Free","price":0,"remaining":3},'\
'"general":{"capacity":10,"name":"General","price":15,"remaining":10},'\
'"odd":{"capacity":7,"name":"Odd","price":12.1,"remaining":7}}}'
  [[ $headers == *"Content-Type: application/json"* ]]
}

@test "R9 the list has every event to come, by start, each as by itself" {
  add_event "$E"
  get /api/events
  assert_status 200
  [ "$(jq -r '.[].id' <<<"$body")" = "$(sql "SELECT slug FROM event
    WHERE status <> 'draft' AND ends_at > unixepoch()
    ORDER BY starts_at, id")" ]
  local one
  one=$(jq -c ".[] | select(.id == \"$E\")" <<<"$body")
  get "/api/events/$E"
  answers 200 "$one"
}

@test "R9 the reference data: names, places, prices, capacities" {
  get /api/events/spring-concert
  [ "$(jq -c '[.name, .location, .bookings_enabled, .tiers.vip]' <<<"$body")" \
    = '["Spring Music Festival","Campus Amphitheater",true,'\
'{"capacity":50,"name":"VIP","price":45,"remaining":50}]' ]
  get /api/events/workshop-ai
  [ "$(jq -c '.tiers.premium' <<<"$body")" = \
    '{"capacity":15,"name":"Premium (with GPU access)","price":60,"remaining":15}' ]
}

@test "R9 what is left goes down with a booking, whichever process answers" {
  local n
  add_event "$E"
  buy 4
  assert_status 200
  for n in 1 2 3 4 5 6; do
    get "/api/events/$E"
    [ "$(jq .tiers.general.remaining <<<"$body")" = 6 ]
  done
  get /api/events
  [ "$(jq ".[] | select(.id == \"$E\") | .tiers.general.remaining" \
    <<<"$body")" = 6 ]
}

@test "R9 lists carry an ETag, and 304 has no body" {
  local path etag
  for path in /api/events /api/events/spring-concert; do
    get "$path"
    etag=$(etag)
    [ -n "$etag" ]
    get "$path" -H "If-None-Match: $etag"
    answers 304 ""
    get "$path" -H 'If-None-Match: "another"'
    assert_status 200
    get "$path" --compressed
    etag=$(etag)
    get "$path" --compressed -H "If-None-Match: $etag"
    answers 304 ""
  done
}

@test "R9 an ETag ends with the next booking" {
  local etag
  add_event "$E"
  get "/api/events/$E"
  etag=$(etag)
  buy 1
  get "/api/events/$E" -H "If-None-Match: $etag"
  assert_status 200
  [ "$(jq .tiers.general.remaining <<<"$body")" = 9 ]
}

@test "R9 HEAD has the status and headers of GET" {
  local path length
  for path in /api/events /api/events/spring-concert /api/bookings \
    /api/status /api/events/unknown; do
    get "$path"
    length=$(sed -n 's/^[Cc]ontent-[Ll]ength: //p' <<<"$headers")
    local as_get=$status
    get "$path" --head
    assert_status "$as_get"
    [ "$(sed -n 's/^[Cc]ontent-[Ll]ength: //p' <<<"$headers")" = "$length" ]
    [[ $headers == *"Content-Type: application/json"* ]]
  done
}

@test "R12 R13 an unknown event and a draft: 404, and these words alone" {
  add_event "$E" "status='draft'"
  local event
  for event in nothing "$E" NOTHING 1 "$(printf 'x%.0s' {1..300})"; do
    get "/api/events/$event"
    answers 404 '{"error":"Event not found"}'
    order "$event" general 1 a@example.org
    answers 404 '{"error":"Event not found"}'
  done
  get /api/events
  [[ $body != *"\"$E\""* ]]
  nothing_taken
}

@test "R13 an unknown path is 404 in JSON" {
  local path
  for path in /api /api/ /api/events/ /api/events/hackathon/ /api/nothing \
    /api/events/hackathon/book/more; do
    get "$path"
    assert_status 404
    [ "$(jq -r 'keys | join(",")' <<<"$body")" = error ]
  done
}

@test "R15 outside its time an event sells nothing and says why" {
  local now reason
  now=$(date +%s)
  local -A columns=(
    [opens]="booking_opens_at=$((now + 86400))"
    [closed]="booking_closes_at=$((now - 60))"
    [ended]="starts_at=$((now - 7200)) ends_at=$((now - 60))"
    [cancelled]="status='cancelled'"
    [completed]="status='completed'"
  )
  local -A words=(
    [opens]="Booking opens on * UTC." [closed]="Booking closed on * UTC."
    [ended]="This event ended on * UTC."
    [cancelled]="This event has been cancelled."
    [completed]="This event is over."
  )
  for event in "${!columns[@]}"; do
    # shellcheck disable=SC2086
    add_event "$E-$event" ${columns[$event]}
    get "/api/events/$E-$event"
    [ "$(jq .bookings_enabled <<<"$body")" = false ]
    order "$E-$event" general 1 a@example.org
    reason=$(jq -r .reason <<<"$body")
    # shellcheck disable=SC2053
    [[ $reason == ${words[$event]} ]] || { echo "$event: $body" >&2; return 1; }
    fails 400 BookingClosedError "Booking not available. $reason" \
      "$(jq -nc --arg name "Event $E-$event" --arg reason "$reason" \
        '{event_name: $name, reason: $reason}')"
    [ "$(stock "$E-$event" general)" = "0|0" ]
  done
}

# ---- success ----

@test "R23 R67 a booking: the answer, the tickets, the charge" {
  add_event "$E" "title='Ünïcode'"
  add_tier "$E" vip VIP 4550 5
  order "$E" vip 2 ada@example.org tok_valid_anything
  answers 200 '{"booking":{"email":"ada@example.org","event_id":"'"$E"'",'\
'"event_name":"Ünïcode","quantity":2,"tier":"vip","total_price":91},'\
'"message":"Booked 2 vip ticket(s) for ada@example.org","success":true}'
  [ "$(stock "$E" vip)" = "0|2" ]
  [ "$(sql "SELECT b.state, b.total, b.source, b.terms_at IS NOT NULL,
      count(k.id) FROM booking b JOIN ticket k ON k.booking_id = b.id
      JOIN event e ON e.id = b.event_id WHERE e.slug = '$E' GROUP BY b.id")" \
    = "confirmed|9100|api|1|2" ]
  [ "$(sql "SELECT a.state, a.amount, count(l.id), sum(l.amount)
      FROM payment_attempt a JOIN ledger l ON l.payment_attempt_id = a.id
      JOIN booking b ON b.id = a.booking_id
      JOIN event e ON e.id = b.event_id WHERE e.slug = '$E'")" \
    = "captured|9100|2|0" ]
  [ "$(sql "SELECT count(*) FROM outbox WHERE recipient = 'ada@example.org'")" \
    = 1 ]
  assert_sound
}

@test "R23 prices and totals in the body are not looked at" {
  add_event "$E"
  buy 2 total_price=0.01 price=0 total=-5 gateway='"none"' source='"page"'
  assert_status 200
  [ "$(jq .booking.total_price <<<"$body")" = 30 ]
}

@test "R23 a broken total is a number with its cents" {
  add_event "$E"
  add_tier "$E" odd Odd 1210 7
  order "$E" odd 3 a@example.org
  assert_status 200
  [[ $body == *'"total_price":36.3}'* ]]
}

@test "R24 a free event never looks at the token" {
  add_event "$E"
  add_tier "$E" free Free 0 100
  order "$E" free 2 a@example.org tok_decline
  answers 200 '{"booking":{"email":"a@example.org","event_id":"'"$E"'",'\
'"event_name":"Event '"$E"'","quantity":2,"tier":"free","total_price":0},'\
'"message":"Booked 2 free ticket(s) for a@example.org","success":true}'
  local n=0 token
  for token in '"tok_error"' '""' null '[1]' '' '"TOK_VALID"'; do
    n=$((n + 1))
    buy 1 'tier_name="free"' "email=\"b$n@example.org\"" "payment_token=$token"
    assert_status 200
  done
  [ "$(stock "$E" free)" = "0|8" ]
  [ "$(sql "SELECT count(*) FROM payment_attempt a JOIN booking b
    ON b.id = a.booking_id JOIN event e ON e.id = b.event_id
    WHERE e.slug = '$E'")" = 0 ]
}

@test "R71 without a gateway a paid booking is refused and nothing is taken" {
  local data="$BATS_TEST_TMPDIR/data" call
  "$BUILD/campuspass" --data "$data" init >/dev/null
  "$BUILD/campuspass" --data "$data" demo >/dev/null
  echo "gateways =" >>"$data/campuspass.conf"
  call='{"email":"a@b.c","tier_name":"vip","quantity":1,"payment_token":"tok_valid"}'
  run env -i CAMPUSPASS_DATA="$data" REQUEST_METHOD=POST \
    PATH_INFO=/api/events/spring-concert/book CONTENT_TYPE=application/json \
    CONTENT_LENGTH="${#call}" "$BUILD/cgi-bin/api" <<<"$call"
  assert_success
  assert_line --partial "Status: 400"
  assert_line --partial '"error_type":"ValidationError"'
  [ "$(sqlite3 "$data/campuspass.db" "SELECT sum(sold + held) FROM tier")" = 0 ]
  run env -i CAMPUSPASS_DATA="$data" REQUEST_METHOD=GET \
    PATH_INFO=/api/status "$BUILD/cgi-bin/api"
  assert_line --partial '"gateway":false'
}

# ---- the caller's own ----

@test "R34 a caller sees the own bookings and nobody else's, newest first" {
  add_event "$E"
  add_event "$E-second" "title='Second'"
  get /api/bookings
  answers 200 "[]"
  order "$E" general 1 a@example.org
  [[ ${headers,,} == *"set-cookie: campuspass-"*"httponly"* ]]
  [[ ${headers,,} == *"samesite=lax"* ]]
  pass_time 1
  order "$E-second" general 2 a@example.org
  [[ ${headers,,} != *set-cookie* ]]
  get /api/bookings
  assert_status 200
  [ "$(jq -c 'map(del(.reference))' <<<"$body")" = \
    '[{"email":"a@example.org","event_id":"'"$E"'-second","event_name":"Second","quantity":2,"status":"confirmed","tier":"general","total_price":30},{"email":"a@example.org","event_id":"'"$E"'","event_name":"Event '"$E"'","quantity":1,"status":"confirmed","tier":"general","total_price":15}]' ]
  [ "$(jq -r '.[1].reference' <<<"$body")" = "$(sql "SELECT b.reference
    FROM booking b JOIN event e ON e.id = b.event_id WHERE e.slug = '$E'")" ]
  as "stranger-$BATS_TEST_NUMBER"
  get /api/bookings
  answers 200 "[]"
}

@test "R34 a forged cookie shows nothing" {
  add_event "$E"
  order "$E" general 1 a@example.org
  local value name
  value=$(cookie campuspass)
  name=$(cookie_name campuspass)
  as nobody
  get /api/bookings -H "Cookie: $name=${value%?????}AAAAA"
  answers 200 "[]"
  get /api/bookings -H "Cookie: $name=${value%%.*}"
  answers 200 "[]"
  get /api/bookings -H "Cookie: $name=$value"
  [ "$(jq length <<<"$body")" = 1 ]
}

@test "R34 what is booked here is on the page of tickets, and the reverse" {
  add_event "$E" "title='The Show'"
  order "$E" general 1 a@example.org
  get /tickets
  assert_text "The Show"
  add_event "$E-page"
  hold "$E-page" general 3 a@example.org
  get /api/bookings
  [ "$(jq -c ".[] | select(.event_id == \"$E-page\") | [.status, .quantity]" \
    <<<"$body")" = '["held",3]' ]
  pay
  get /api/bookings
  [ "$(jq -r ".[] | select(.event_id == \"$E-page\") | .status" <<<"$body")" \
    = confirmed ]
}

@test "I8 R34 a hold that is over is no longer \"held\"" {
  add_event "$E"
  hold "$E" general 3 a@example.org
  pass_time 601
  get /api/bookings
  assert_status 200
  [ "$(jq 'map(select(.status == "held")) | length' <<<"$body")" = 0 ]
}

@test "R34 what was declined is no booking of the caller's" {
  add_event "$E"
  order "$E" general 1 a@example.org tok_decline
  get /api/bookings
  answers 200 "[]"
}

@test "R72 /api/status has the five words of the front-end" {
  get /api/status
  answers 200 '{"exceptions":true,"gateway":true,"models":true,"services":true,"validators":true}'
}

@test "R22 without a database: 503 in JSON, with Retry-After" {
  local data="$BATS_TEST_TMPDIR/empty"
  mkdir "$data"
  run env -i CAMPUSPASS_DATA="$data" REQUEST_METHOD=GET \
    PATH_INFO=/api/events "$BUILD/cgi-bin/api"
  assert_line --partial "Status: 503"
  assert_line --partial "Retry-After:"
  assert_line --partial "Content-Type: application/json"
  assert_line --partial '"error_type":"ConfigurationError"'
  # Where things lie on the server belongs in the log.
  run grep '^{' <<<"$output"
  assert_success
  refute_output --partial "$data"
}

@test "R22 a database locked by others: 503 in JSON, then it sells" {
  add_event "$E"
  keep_database
  buy 1 'email="a@example.org"'
  assert_status 503
  [[ $headers == *"Retry-After: "* ]]
  [ "$(jq -r .error_type <<<"$body")" = BusyError ]
  leave_database
  nothing_taken
  buy 1 'email="a@example.org"'
  assert_status 200
}

@test "B14 the same call as plain CGI" {
  add_event "$E"
  pass_time 600
  local content='{"email":"a@b.c","tier_name":"general","quantity":" 2 ","payment_token":"tok_valid"}'
  run env -i CAMPUSPASS_DATA="$DATA" REQUEST_METHOD=POST \
    PATH_INFO="/api/events/$E/book" CONTENT_TYPE=application/json \
    CONTENT_LENGTH="${#content}" "$BUILD/cgi-bin/api" <<<"$content"
  assert_success
  assert_line --partial "Status: 200"
  assert_line --partial "Booked 2 general ticket(s) for a@b.c"
  [ "$(stock "$E" general)" = "0|2" ]
  # A process knows the site's time from its first request on.
  local made
  made=$(sql "SELECT max(created_at) FROM booking")
  [ $((made - $(now))) -gt -60 ]
}

@test "I1 after all that the books are sound" {
  assert_sound
}
