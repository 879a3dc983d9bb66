#!/usr/bin/env bats
# The JSON calls of the CampusPass front-end, to the byte: what they answer,
# what they refuse and how, and that they share one domain with the pages.
load helper

setup_file() {
  start_site
}

teardown_file() {
  stop_site
}

# Each test is a caller of its own, at an event of its own.
setup() {
  as "caller-$BATS_TEST_NUMBER"
  E="show-$BATS_TEST_NUMBER"
}

# The simulated gateway answers again for whoever comes next.
teardown() {
  rm -f "$DATA/campuspay/behave"
}

JSON="Content-Type: application/json"

# ---- calling ----

# call EVENT BODY [curl options]: the booking call with a body as it is.
call() {
  printf '%s' "$2" >"$BATS_TEST_TMPDIR/body"
  get "/api/events/$1/book" -H "$JSON" \
    --data-binary "@$BATS_TEST_TMPDIR/body" "${@:3}"
}

# order EVENT TIER QUANTITY EMAIL [TOKEN]: one that is right, in its form.
order() {
  call "$1" "$(jq -nc --arg tier "$2" --arg quantity "$3" --arg email "$4" \
    --arg token "${5-tok_valid_1}" '{email: $email, tier_name: $tier,
      quantity: $quantity, payment_token: $token}')"
}

# buy QUANTITY [name=JSON ...]: of tier "general" of $E, by a new person
# unless said otherwise; a value of nothing leaves the member out.
buy() {
  local members="{\"email\":\"p$RANDOM$RANDOM@example.org\",
    \"tier_name\":\"general\",\"quantity\":$1,\"payment_token\":\"tok_valid\"}"
  local pair
  for pair in "${@:2}"; do
    members=$(jq -c --arg name "${pair%%=*}" "del(.[\$name])" <<<"$members")
    # By text: jq would change numbers such as 1e400.
    [ -z "${pair#*=}" ] ||
      members="${members%\}},\"${pair%%=*}\":${pair#*=}}"
  done
  call "$E" "$members"
}

# behave WORD: how the simulated gateway answers from now on.
behave() {
  mkdir -p "$DATA/campuspay"
  echo "$1" >"$DATA/campuspay/behave"
}

# ---- saying what must be ----

# answers STATUS BODY: to the byte.
answers() {
  assert_status "$1"
  [ "$body" = "$2" ] && return
  {
    echo "expected: $2"
    echo "     got: $body"
  } >&2
  return 1
}

# cause KIND MESSAGE: for the error functions below.
cause() {
  jq -nc --arg kind "$1" --arg message "$2" \
    '{caused_by: {error_type: $kind, error: $message}}'
}

# fails STATUS KIND MESSAGE [FIELDS [CAUSE]]: an error of exactly that.
fails() {
  answers "$1" "$(jq -ncS --arg kind "$2" --arg message "$3" \
    "{error: \$message, error_type: \$kind} + ${4:-{\}} + ${5:-{\}}")"
}

# invalid FIELD VALUE LABEL REASON [CAUSE]: an InvalidBookingError.
invalid() {
  fails 400 InvalidBookingError "$3 $4" "$(jq -nc --arg field "$1" \
    --arg value "$2" --arg reason "$4" \
    '{field: $field, value: $value, reason: $reason}')" "${5:-{\}}"
}

nothing_taken() {
  local got
  got=$(sql "SELECT count(*) FROM booking b JOIN event e ON e.id = b.event_id
    WHERE e.slug = '$E' AND b.state <> 'failed'")
  [ "$got" = 0 ] && [ "$(stock "$E" "${1:-general}")" = "0|0" ] && return
  echo "taken: $got bookings, $(stock "$E" "${1:-general}")" >&2
  return 1
}

# How many bookings and charges the event has, "1|1".
bookings_and_charges() {
  sql "SELECT count(DISTINCT b.id) || '|' || count(a.id) FROM booking b
    JOIN event e ON e.id = b.event_id
    LEFT JOIN payment_attempt a
      ON a.booking_id = b.id AND a.state = 'captured'
    WHERE e.slug = '$E'"
}

# until_sql EXPECTED QUERY: wait for what is done behind an answer.
until_sql() {
  local tries
  for tries in $(seq 60); do
    [ "$(sql "$2")" = "$1" ] && return
    sleep 0.05
  done
  echo "expected $1, have $(sql "$2")" >&2
  return 1
}

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
  one=$(jq -cS ".[] | select(.id == \"$E\")" <<<"$body")
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
    etag=$(sed -n 's/^[Ee][Tt]ag: //p' <<<"$headers")
    [ -n "$etag" ]
    get "$path" -H "If-None-Match: $etag"
    answers 304 ""
    get "$path" -H 'If-None-Match: "another"'
    assert_status 200
    get "$path" --compressed
    etag=$(sed -n 's/^[Ee][Tt]ag: //p' <<<"$headers")
    get "$path" --compressed -H "If-None-Match: $etag"
    answers 304 ""
  done
}

@test "R9 an ETag ends with the next booking" {
  local etag
  add_event "$E"
  get "/api/events/$E"
  etag=$(sed -n 's/^[Ee][Tt]ag: //p' <<<"$headers")
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

# ---- what is missing ----

@test "R22 missing fields: email, ticket type, quantity, in this order" {
  add_event "$E"
  call "$E" '{}'
  invalid email "" Email "is required" "$(cause KeyError "'email' is missing")"
  call "$E" '{"quantity":"x","tier_name":"general"}'
  invalid email "" Email "is required" "$(cause KeyError "'email' is missing")"
  call "$E" '{"email":"nonsense","quantity":0}'
  invalid tier_name "" "Ticket type" "is required" \
    "$(cause KeyError "'tier_name' is missing")"
  call "$E" '{"email":"nonsense","tier_name":"nothing"}'
  invalid quantity "" Quantity "is required" \
    "$(cause KeyError "'quantity' is missing")"
  nothing_taken
}

@test "R22 then the email, the quantity, the tier, the duplicate, the stock" {
  add_event "$E"
  buy 1 'email="first@example.org"'
  buy 0 'email="x"' 'tier_name="nothing"'
  [ "$(jq -r .field <<<"$body")" = email ]
  buy 0 'email="first@example.org"' 'tier_name="nothing"'
  [ "$(jq -r .field <<<"$body")" = quantity ]
  buy 99 'email="first@example.org"' 'tier_name="nothing"'
  [ "$(jq -r .field <<<"$body")" = tier_name ]
  buy 99 'email="first@example.org"' 'payment_token="tok_decline"'
  [ "$(jq -r .error_type <<<"$body")" = DuplicateBookingError ]
  buy 99 'email="other@example.org"' 'payment_token="tok_decline"'
  [ "$(jq -r .error_type <<<"$body")" = SoldOutError ]
  [ "$(stock "$E" general)" = "0|1" ]
}

# ---- email ----

@test "R17 an email is stripped and lowercased" {
  add_event "$E"
  order "$E" general 1 "  Ada.LOVELACE@Example.ORG	"
  assert_status 200
  [ "$(jq -r .booking.email <<<"$body")" = ada.lovelace@example.org ]
  [[ $body == *"for ada.lovelace@example.org"* ]]
}

@test "R17 R22 an empty email and what is no address are refused" {
  local -A reasons=(
    ["  "]="must not be empty" ["ada.example.org"]="must contain @"
    ["a@b@c"]="must contain @ only once" ["@b.c"]="must have a name before the @"
    ["a@"]="must have a domain like example.org after the @"
    ["a b@c.d"]="must not contain blanks, quotes, commas or brackets"
    ["$(printf 'a%.0s' {1..251})@b.c"]="must have at most 254 characters"
  )
  add_event "$E"
  order "$E" general 1 ""
  invalid email "" Email "must not be empty"
  local email
  for email in "${!reasons[@]}"; do
    order "$E" general 1 "$email"
    invalid email "$email" Email "${reasons[$email]}"
  done
  nothing_taken
}

@test "R17 R22 null, a list and what else is no text is a TypeError" {
  add_event "$E"
  local value
  for value in null '["a@b.c"]' '[]' '{"a":"b"}' 5 1.5 true false; do
    buy 1 "email=$value"
    invalid email "$(jq -c . <<<"$value")" Email "must be text" \
      "$(cause TypeError "'email' is not text")"
  done
  nothing_taken
}

@test "R22 a value too long to repeat is cut, between characters" {
  add_event "$E"
  buy 1 "email=[\"$(printf 'ü%.0s' {1..3000})\"]"
  assert_status 400
  [ "$(jq -r .field <<<"$body")" = email ]
  [ "$(jq '.value | length' <<<"$body")" -lt 200 ]
  [[ $(jq -r .value <<<"$body") =~ ^\[\"ü+$ ]]
}

# ---- tier ----

@test "R19 a tier is found by its id, and by its display name" {
  add_event "$E"
  add_tier "$E" vip "Very Important" 4500 5
  order "$E" vip 1 a@example.org
  assert_status 200
  [ "$(jq -r .booking.tier <<<"$body")" = vip ]
  order "$E" "Very Important" 1 b@example.org
  assert_status 200
  [ "$(jq -r .booking.tier <<<"$body")" = vip ]
  [[ $body == *"Booked 1 vip ticket(s) for b@example.org"* ]]
  [ "$(stock "$E" vip)" = "0|2" ]
}

@test "R19 R22 an unknown and an empty tier are refused, caused by KeyError" {
  add_event "$E"
  add_event "$E-other"
  add_tier "$E-other" elsewhere Elsewhere 100 5
  local tier
  for tier in nothing elsewhere " general" "general'--" "2" "日本"; do
    order "$E" "$tier" 1 a@example.org
    invalid tier_name "$tier" "Ticket type" "does not exist for this event" \
      "$(cause KeyError "no ticket type '$tier'")"
  done
  order "$E" "" 1 a@example.org
  assert_status 400
  [ "$(jq -r '[.error_type, .field, .caused_by.error_type] | join(" ")' \
    <<<"$body")" = "InvalidBookingError tier_name KeyError" ]
  nothing_taken
}

@test "R19 R22 a tier that is no text is a TypeError" {
  add_event "$E"
  local value
  for value in null '["general"]' '{}' 1 true; do
    buy 1 "tier_name=$value"
    invalid tier_name "$value" "Ticket type" "must be text" \
      "$(cause TypeError "'tier_name' is not text")"
  done
  nothing_taken
}

# ---- quantity ----

@test "R18 a quantity is a number or a text, blanks around it allowed" {
  add_event "$E"
  add_tier "$E" endless Endless 100 NULL
  local value
  for value in 2 '"2"' '" 2 "' '"\t2\n"' '"002"' '"+2"'; do
    buy "$value" 'tier_name="endless"'
    assert_status 200
    [ "$(jq -c '[.booking.quantity, .booking.total_price]' <<<"$body")" = \
      "[2,2]" ] || { echo "$value: $body" >&2; return 1; }
  done
  [ "$(stock "$E" endless)" = "0|12" ]
}

@test "R18 R22 texts that are no whole number: ValueError, the value as sent" {
  add_event "$E"
  local text
  for text in two "" "   " 2.5 1e3 2.0 1_0 1,000 0x2 "2 2" "--2" "²" "２" \
    "٢" inf NaN "2;" "'2'"; do
    buy "$(jq -nc --arg text "$text" '$text')"
    invalid quantity "$text" Quantity "must be a whole number" \
      "$(cause ValueError "'$text' is not a whole number")"
  done
  nothing_taken
}

@test "R18 R22 numbers that are not whole: ValueError" {
  add_event "$E"
  local number
  for number in 2.9 2.5 0.5 -0.5 1.5e1; do
    buy "$number"
    assert_status 400
    [ "$(jq -r '[.error_type, .field, .reason, .caused_by.error_type] |
      join("|")' <<<"$body")" = \
      "InvalidBookingError|quantity|must be a whole number|ValueError" ]
  done
  nothing_taken
}

@test "R18 R22 none and fewer are refused, as number and as text" {
  add_event "$E"
  local value
  for value in 0 -1 -9223372036854775808 '"0"' '"-1"' '" -2 "'; do
    buy "$value"
    invalid quantity "$(tr -d '"' <<<"$value")" Quantity "must be at least 1"
  done
  buy -0
  invalid quantity 0 Quantity "must be at least 1"
  nothing_taken
}

@test "R18 R22 the text 9223372036854775808 is the field's OverflowError" {
  add_event "$E"
  local text
  for text in 9223372036854775808 -9223372036854775809 \
    99999999999999999999999999; do
    buy "\"$text\""
    invalid quantity "$text" Quantity "is too big" \
      "$(cause OverflowError "'$text' is too big for a number")"
  done
  nothing_taken
}

@test "R18 R22 a JSON number out of range: OverflowError, field unknown" {
  add_event "$E"
  local number
  for number in 1e400 -1e400 9223372036854775808 -9223372036854775809 \
    99999999999999999999; do
    buy "$number"
    assert_status 400
    [ "$(jq -r '[.error_type, .field, .reason, .caused_by.error_type] |
      join("|")' <<<"$body")" = \
      "InvalidBookingError|unknown|is too big|OverflowError" ] || {
      echo "$number: $body" >&2
      return 1
    }
  done
  # Wherever it stands.
  buy 1 "more=[1,[1e400]]"
  [ "$(jq -r '[.field, .caused_by.error_type] | join("|")' <<<"$body")" = \
    "unknown|OverflowError" ]
  nothing_taken
}

@test "R18 R22 null, true, a list, an object are a TypeError" {
  add_event "$E"
  local value
  for value in null true false '[]' '[2]' '{"a":2}'; do
    buy "$value"
    invalid quantity "$value" Quantity "must be a whole number" \
      "$(cause TypeError "'quantity' is not a number")"
  done
  nothing_taken
}

# ---- duplicates ----

@test "R20 R22 a duplicate is 409, for another tier and another case too" {
  add_event "$E" "title='The Show'"
  add_tier "$E" vip VIP 4500 5
  order "$E" general 1 ada@example.org
  assert_status 200
  local fields='{email: "ada@example.org", event_name: "The Show"}'
  order "$E" general 1 ada@example.org
  fails 409 DuplicateBookingError \
    "ada@example.org has already booked The Show" "$fields"
  order "$E" vip 1 " ADA@Example.org "
  fails 409 DuplicateBookingError \
    "ada@example.org has already booked The Show" "$fields"
  as another-browser
  order "$E" vip 1 ada@example.org tok_decline
  assert_status 409
  [ "$(stock "$E" general) $(stock "$E" vip)" = "0|1 0|0" ]
}

@test "R20 a duplicate is told before sold-out" {
  add_event "$E"
  order "$E" general 10 ada@example.org
  assert_status 200
  order "$E" general 1 ada@example.org
  assert_status 409
  [ "$(jq -r .error_type <<<"$body")" = DuplicateBookingError ]
  order "$E" general 999 ada@example.org
  [ "$(jq -r .error_type <<<"$body")" = DuplicateBookingError ]
}

@test "R20 what was booked by page is a duplicate here, and the reverse" {
  add_event "$E"
  hold "$E" general 1 Ada@example.org
  pay
  order "$E" general 1 ada@example.org
  assert_status 409
  [ "$(jq -r .error_type <<<"$body")" = DuplicateBookingError ]
  order "$E" general 1 bob@example.org
  assert_status 200
  as another-browser
  book "$E" general 1 BOB@example.org
  assert_status 409
  assert_text DuplicateBookingError
  [ "$(stock "$E" general)" = "0|2" ]
}

@test "R20 somebody's hold on a page counts; its end frees the email" {
  add_event "$E"
  as somebody
  hold "$E" general 1 ada@example.org
  as "caller-$BATS_TEST_NUMBER"
  order "$E" general 1 ada@example.org
  assert_status 409
  pass_time 660
  order "$E" general 1 ada@example.org
  assert_status 200
  [ "$(stock "$E" general)" = "0|1" ]
}

@test "R20 an event may allow several bookings and limit their tickets" {
  add_event "$E" one_booking_each=0 max_per_booking=3 max_per_person=4
  order "$E" general 4 ada@example.org
  invalid quantity 4 Quantity "is over the limit of 3 tickets a booking"
  order "$E" general 3 ada@example.org
  assert_status 200
  order "$E" general 2 ada@example.org
  invalid quantity 2 Quantity "is over the limit of 4 tickets a person"
  order "$E" general 1 ada@example.org
  assert_status 200
  [ "$(stock "$E" general)" = "0|4" ]
}

# ---- stock ----

@test "R21 R22 more than remain: four fields, numbers as numbers" {
  add_event "$E" "title='The Show'"
  add_tier "$E" vip VIP 4500 3
  order "$E" vip 5 ada@example.org
  answers 400 '{"error":"Requested 5 VIP tickets, only 3 remaining",'\
'"error_type":"SoldOutError","event_name":"The Show","remaining":3,'\
'"requested":5,"tier_name":"VIP"}'
  nothing_taken vip
  order "$E" vip 3 ada@example.org
  assert_status 200
  order "$E" vip 1 bob@example.org
  fails 400 SoldOutError "Requested 1 VIP ticket, only 0 remaining" \
    '{event_name: "The Show", tier_name: "VIP", requested: 1, remaining: 0}'
  order "$E" vip 9223372036854775807 bob@example.org
  assert_status 400
  [[ $body == *'"requested":9223372036854775807,'* ]]
}

@test "R68 an unlimited tier sells, and absurd numbers are refused" {
  add_event "$E"
  add_tier "$E" endless Endless 100 NULL
  order "$E" endless 1000 a@example.org
  assert_status 200
  order "$E" endless 1001 b@example.org
  invalid quantity 1001 Quantity "is more than one booking can hold"
  order "$E" endless 9223372036854775807 b@example.org
  assert_status 400
  [ "$(stock "$E" endless)" = "0|1000" ]
}

@test "R21 twenty calls at once for the last three places: three get one" {
  add_event "$E"
  sql_write "UPDATE tier SET capacity = 3 WHERE event_id =
    (SELECT id FROM event WHERE slug = '$E')"
  local calls=() n body
  for n in $(seq 20); do
    body="{\"email\":\"p$n@example.org\",\"tier_name\":\"general\",\"quantity\":1,\"payment_token\":\"tok_valid\"}"
    [ "$n" = 1 ] || calls+=(--next -s)
    calls+=(-H "$JSON" -d "$body" -o "$BATS_TEST_TMPDIR/$n"
      "$URL/api/events/$E/book")
  done
  curl -s -Z --no-progress-meter --parallel-immediate --parallel-max 20 "${calls[@]}"
  run jq -r '.error_type // "sold"' "$BATS_TEST_TMPDIR"/[0-9]*
  assert_equal "$(sort <<<"$output" | uniq -c | xargs)" \
    "17 SoldOutError 3 sold"
  [ "$(bookings_and_charges)" = "3|3" ]
  assert_sound
}

# ---- payment ----

@test "R25 R22 a decline gives places and email back at once" {
  add_event "$E"
  order "$E" general 10 ada@example.org tok_decline_insufficient
  answers 400 '{"error":"CampusPay declined the payment: card declined",'\
'"error_type":"PaymentDeclinedError","gateway_name":"CampusPay",'\
'"reason":"card declined"}'
  nothing_taken
  get "/api/events/$E"
  [ "$(jq .tiers.general.remaining <<<"$body")" = 10 ]
  order "$E" general 10 ada@example.org tok_valid
  assert_status 200
  [ "$(stock "$E" general)" = "0|10" ]
  assert_sound
}

@test "R25 R22 anything else is no token: \"invalid token\"" {
  add_event "$E"
  local token
  for token in '" tok_valid"' '"TOK_VALID"' '""' '"tok_"' '"valid"' \
    '"tok_vali"' null '["tok_valid"]' 1 ''; do
    buy 1 'email="ada@example.org"' "payment_token=$token"
    fails 400 PaymentDeclinedError \
      "CampusPay declined the payment: invalid token" \
      '{gateway_name: "CampusPay", reason: "invalid token"}'
  done
  nothing_taken
}

@test "R26 R22 an outage: PaymentError by ConnectionError, all given back" {
  add_event "$E"
  order "$E" general 10 ada@example.org tok_error_timeout
  assert_status 400
  [ "$(jq -c '[.error_type, .gateway_name, .caused_by]' <<<"$body")" = \
    '["PaymentError","CampusPay",{"error":"CampusPay could not be reached","error_type":"ConnectionError"}]' ]
  [ "$(jq -r 'keys | join(",")' <<<"$body")" = \
    caused_by,error,error_type,gateway_name ]
  nothing_taken
  order "$E" general 10 ada@example.org
  assert_status 200
  assert_sound
}

@test "R63 a token reaches neither disk nor log" {
  add_event "$E"
  order "$E" general 1 ada@example.org tok_valid_secret4711
  assert_status 200
  order "$E" general 1 bob@example.org tok_decline_secret4711
  run grep -rl secret4711 "$DATA"
  assert_failure
}

@test "R26 silence: PaymentPendingError, then it is found charged, once" {
  add_event "$E"
  behave silent
  order "$E" general 4 ada@example.org
  fails 400 PaymentPendingError \
    "CampusPay has not answered yet. You will not be charged twice" \
    '{gateway_name: "CampusPay"}'
  [ "$(stock "$E" general)" = "4|0" ]
  get /api/bookings
  [ "$(jq -c '.[] | [.status, .quantity]' <<<"$body")" = '["paying",4]' ]
  # Trying again is a duplicate, not another charge.
  order "$E" general 4 ada@example.org
  assert_status 409
  rm "$DATA/campuspay/behave"
  pass_time 15
  get /api/status
  until_sql confirmed "SELECT state FROM booking b JOIN event e
    ON e.id = b.event_id WHERE e.slug = '$E'"
  [ "$(stock "$E" general)" = "0|4" ]
  [ "$(bookings_and_charges)" = "1|1" ]
  get /api/bookings
  [ "$(jq -r '.[].status' <<<"$body")" = confirmed ]
  assert_sound
}

@test "R26 silence and not charged: everything is given back" {
  add_event "$E"
  behave lost
  order "$E" general 4 ada@example.org
  assert_status 400
  [ "$(jq -r .error_type <<<"$body")" = PaymentPendingError ]
  rm "$DATA/campuspay/behave"
  pass_time 15
  get /api/status
  until_sql failed "SELECT state FROM booking b JOIN event e
    ON e.id = b.event_id WHERE e.slug = '$E'"
  nothing_taken
  order "$E" general 10 ada@example.org
  assert_status 200
  [ "$(bookings_and_charges | cut -d'|' -f2)" = 1 ]
  assert_sound
}

@test "R26 silence does not stand in the way of others past its time" {
  add_event "$E"
  behave lost
  order "$E" general 10 ada@example.org
  rm "$DATA/campuspay/behave"
  pass_time 660
  order "$E" general 10 bob@example.org
  assert_status 200
  [ "$(stock "$E" general)" = "0|10" ]
  assert_sound
}

# ---- bodies ----

@test "R22 what is not JSON: field body, ValueError" {
  add_event "$E"
  local content
  for content in 'email=a' '{' '{"a":1' "{'a':1}" '{"a":1,}' '{"a":01}' \
    '{"a":NaN}' '{} {}' '{"a":"b"}x' '{"a" 1}' '{"a":"' '// x' '   '; do
    call "$E" "$content"
    assert_status 400
    [ "$(jq -r '[.error_type, .field, .value, .reason,
        .caused_by.error_type] | join("|")' <<<"$body")" = \
      "InvalidBookingError|body||must be JSON|ValueError" ] || {
      echo "$content: $body" >&2
      return 1
    }
  done
  nothing_taken
}

@test "R22 an empty body: field body, ValueError" {
  get "/api/events/hackathon/book" -H "$JSON" -X POST -H "Content-Length: 0"
  assert_status 400
  [ "$(jq -r '[.field, .caused_by.error_type] | join("|")' <<<"$body")" = \
    "body|ValueError" ]
}

@test "R22 an array and other values: field body, TypeError" {
  local content
  for content in '[]' '[{"email":"a@b.c"}]' '"text"' 5 null true; do
    call hackathon "$content"
    invalid body "" "The request" "must be a JSON object" \
      "$(cause TypeError "not an object")"
  done
}

@test "R22 duplicate keys are refused" {
  add_event "$E"
  buy 1 'more={"a":1,"a":2}'
  [ "$(jq -r '[.field, .caused_by.error_type] | join("|")' <<<"$body")" = \
    "body|ValueError" ]
  call "$E" '{"email":"a@b.c","email":"b@b.c","tier_name":"general","quantity":1}'
  assert_status 400
  nothing_taken
}

@test "R22 NUL, lone surrogates, bad UTF-8 and raw controls are refused" {
  add_event "$E"
  local text
  for text in 'a\u0000b@c.d' 'a\ud800@c.d' 'a\udc00\ud800@c.d' 'a\u12@c.d' \
    $'a\xff@c.d' $'a\xc3@c.d' $'a\xed\xa0\x80@c.d' $'a\xc0\x80@c.d' \
    $'a\x01@c.d' $'a\nb@c.d' 'a\x41@c.d'; do
    call "$E" "{\"email\":\"$text\",\"tier_name\":\"general\",\"quantity\":1}"
    assert_status 400
    [ "$(jq -r '[.field, .caused_by.error_type] | join("|")' <<<"$body")" = \
      "body|ValueError" ] || { echo "$text: $body" >&2; return 1; }
  done
  # An escape of a control is JSON, but no address.
  call "$E" '{"email":"a\u0001@c.d","tier_name":"general","quantity":1}'
  [ "$(jq -r .field <<<"$body")" = email ]
  nothing_taken
}

@test "R22 deep JSON is refused, and the next call is answered" {
  local deep
  deep=$(head -c 60000 /dev/zero | tr '\0' '[')
  call hackathon "$deep"
  assert_status 400
  [ "$(jq -r '[.field, .caused_by.error_type] | join("|")' <<<"$body")" = \
    "body|ValueError" ]
  call hackathon "${deep//\[/\{\"a\":}"
  [[ $status = 400 || $status = 413 ]]
  get /api/status
  assert_status 200
}

@test "R22 64 KiB are taken, more is 413, a megabyte too" {
  add_event "$E"
  local fixed='{"email":"a@b.c","tier_name":"general","quantity":1,"payment_token":"tok_valid","more":""}'
  local room=$((64 * 1024 - ${#fixed}))
  call "$E" "${fixed%\"\}}$(head -c "$room" /dev/zero | tr '\0' x)\"}"
  assert_status 200
  call "$E" "${fixed%\"\}}$(head -c $((room + 1)) /dev/zero | tr '\0' x)\"}"
  assert_status 413
  [ "$(jq -r .error_type <<<"$body")" = TooLargeError ]
  head -c $((1024 * 1024)) /dev/zero | tr '\0' x >"$BATS_TEST_TMPDIR/large"
  get "/api/events/$E/book" -H "$JSON" \
    --data-binary "@$BATS_TEST_TMPDIR/large"
  assert_status 413
  [ "$(jq -r .error_type <<<"$body")" = TooLargeError ]
  head -c 9000000 /dev/zero >"$BATS_TEST_TMPDIR/large"
  get "/api/events/$E/book" -H "$JSON" \
    --data-binary "@$BATS_TEST_TMPDIR/large"
  assert_status 413
  [ "$(stock "$E" general)" = "0|1" ]
}

@test "R22 a body without a length, in chunks, is taken all the same" {
  add_event "$E"
  order "$E" general 1 a@example.org
  get "/api/events/$E/book" -H "$JSON" -H "Transfer-Encoding: chunked" \
    -d '{"email":"b@example.org","tier_name":"general","quantity":1,"payment_token":"tok_valid"}'
  [[ $status = 200 || $status = 411 ]]
}

@test "R22 wrong methods are 405 and say which are right" {
  local path allow method content
  while read -r path allow; do
    for method in GET POST PUT DELETE PATCH OPTIONS; do
      [[ ", $allow," != *", $method,"* ]] || continue
      content=(-H "$JSON" -d "{}")
      [ "$method" != GET ] || content=()
      get "$path" -X "$method" "${content[@]}"
      [ "$status" = 405 ] && [[ $headers == *$'\n'"Allow: $allow"$'\n'* ]] &&
        [ "$(jq -r .error_type <<<"$body")" = MethodError ] || {
        echo "$method $path: $status" >&2
        echo "$headers" >&2
        return 1
      }
    done
  done <<END
/api/events GET, HEAD
/api/events/hackathon GET, HEAD
/api/events/hackathon/book POST
/api/bookings GET, HEAD
/api/status GET, HEAD
END
}

@test "R22 another content type is 415: no cross-site form can send it" {
  add_event "$E"
  local type content
  content='{"email":"a@b.c","tier_name":"general","quantity":1,"payment_token":"tok_valid"}'
  for type in text/plain application/x-www-form-urlencoded \
    multipart/form-data application/jsonp text/json "text/plain;application/json" \
    "" " "; do
    get "/api/events/$E/book" -H "Content-Type: $type" -d "$content"
    assert_status 415
    [ "$(jq -r .error_type <<<"$body")" = MediaTypeError ]
  done
  nothing_taken
  for type in "application/json; charset=utf-8" APPLICATION/JSON \
    "application/json;charset=utf-8"; do
    get "/api/events/$E/book" -H "Content-Type: $type" -d '{}'
    [ "$(jq -r .field <<<"$body")" = email ]
  done
}

@test "R22 no other site is let in: no CORS header, preflight refused" {
  get /api/events/hackathon/book -X OPTIONS -H "Origin: https://evil.example" \
    -H "Access-Control-Request-Method: POST" \
    -H "Access-Control-Request-Headers: content-type"
  assert_status 405
  [[ ${headers,,} != *access-control-* ]]
  get /api/events -H "Origin: https://evil.example"
  [[ ${headers,,} != *access-control-* ]]
}

@test "R22 answers carry the security headers, and no store but lists" {
  get /api/events
  [[ $headers == *"Cache-Control: no-cache"* ]]
  [[ ${headers,,} != *set-cookie* ]]
  for path in /api/bookings /api/status /api/events/unknown; do
    get "$path"
    [[ $headers == *"Cache-Control: no-store"* ]]
    [[ $headers == *"X-Content-Type-Options: nosniff"* ]]
  done
}

@test "R22 damaged addresses are 400 in JSON" {
  local query
  # lighttpd mends or refuses some of them itself.
  for query in x=%zz x=%00 x=%ff x=%; do
    run env -i CAMPUSPASS_DATA="$DATA" REQUEST_METHOD=GET \
      PATH_INFO=/api/events QUERY_STRING="$query" "$BUILD/cgi-bin/api"
    assert_line --partial "Status: 400"
    assert_line --partial '"error_type":"RequestError"'
  done
  run env -i CAMPUSPASS_DATA="$DATA" REQUEST_METHOD=GET \
    PATH_INFO=$'/api/events/\xff' "$BUILD/cgi-bin/api"
  assert_line --partial "Status: 400"
  assert_line --partial '"error_type":"RequestError"'
}

# ---- once ----

@test "I4 B5 the same key twice: one booking and the same answer" {
  add_event "$E"
  local content='{"email":"a@b.c","tier_name":"general","quantity":2,"payment_token":"tok_valid"}'
  local first
  call "$E" "$content" -H "Idempotency-Key: key-$E"
  assert_status 200
  first=$body
  call "$E" "$content" -H "Idempotency-Key: key-$E"
  answers 200 "$first"
  # The cookie may have been lost with the first answer.
  as somebody-without-cookie
  call "$E" "$content" -H "Idempotency-Key: key-$E"
  answers 200 "$first"
  [ "$(bookings_and_charges)" = "1|1" ]
  [ "$(stock "$E" general)" = "0|2" ]
}

@test "I4 the same key with another body: 409, nothing taken" {
  add_event "$E"
  add_event "$E-other"
  add_tier "$E" vip VIP 4500 5
  buy 2 'email="a@b.c"'
  local key="Idempotency-Key: other-$E" rest content
  content='{"email":"b@b.c","tier_name":"general","quantity":1,"payment_token":"tok_valid"}'
  call "$E" "$content" -H "$key"
  assert_status 200
  for rest in "s/b@b/c@b/" "s/general/vip/" 's/:1/:2/'; do
    call "$E" "$(sed "$rest" <<<"$content")" -H "$key"
    assert_status 409
    [ "$(jq -r .error_type <<<"$body")" = StateError ]
  done
  call "$E-other" "$content" -H "$key"
  assert_status 409
  [ "$(stock "$E" general) $(stock "$E" vip) $(stock "$E-other" general)" = \
    "0|3 0|0 0|0" ]
}

@test "I4 B5 ten calls at once with one key: one booking, one charge" {
  add_event "$E"
  add_tier "$E" free Free 0 10
  local tier calls n body
  for tier in general free; do
    body="{\"email\":\"$tier@b.c\",\"tier_name\":\"$tier\",\"quantity\":1,\"payment_token\":\"tok_valid\"}"
    calls=()
    for n in $(seq 10); do
      [ "$n" = 1 ] || calls+=(--next -s)
      calls+=(-H "$JSON" -H "Idempotency-Key: $E-$tier" -d "$body"
        -o "$BATS_TEST_TMPDIR/$tier-$n" "$URL/api/events/$E/book")
    done
    curl -s -Z --no-progress-meter --parallel-immediate --parallel-max 10 "${calls[@]}"
    [ "$(stock "$E" "$tier")" = "0|1" ]
  done
  [ "$(bookings_and_charges)" = "2|1" ]
  # Nothing stands between taking and confirming what is free.
  [ "$(cat "$BATS_TEST_TMPDIR"/free-* | sort -u | wc -l)" = 1 ]
  [ "$(jq .success "$BATS_TEST_TMPDIR/free-1")" = true ]
  # While the gateway is asked, the others hear just that.
  [ -z "$(cat "$BATS_TEST_TMPDIR"/general-* | jq -r 'select(.success |
    not) | .error_type' | grep -v PaymentPendingError)" ]
  grep -q '"success":true' "$BATS_TEST_TMPDIR"/general-*
  assert_sound
}

@test "I4 a key of 255 bytes is taken, a longer one refused with nothing taken" {
  add_event "$E"
  local key content='{"email":"b@b.c","tier_name":"general","quantity":2,"payment_token":"tok_valid"}'
  key="$E-$(head -c 300 /dev/zero | tr '\0' k)"
  call "$E" "$content" -H "Idempotency-Key: ${key:0:256}"
  assert_status 400
  [ "$(jq -r '.error_type + " " + .field' <<<"$body")" = "ValidationError Idempotency-Key" ]
  [ "$(stock "$E" general)" = "0|0" ]
  call "$E" "$content" -H "Idempotency-Key: ${key:0:255}"
  assert_status 200
  call "$E" "$content" -H "Idempotency-Key: ${key:0:255}"
  assert_status 200
  [ "$(stock "$E" general)" = "0|2" ]
  # A page, where it means nothing, does not mind.
  get "/events/$E" -H "Idempotency-Key: $key"
  assert_status 200
}

@test "I4 R18 a key is not used up by what was refused" {
  add_event "$E"
  local key="Idempotency-Key: refused-$E"
  local content='{"email":"b@b.c","tier_name":"general","quantity":99,"payment_token":"tok_valid"}'
  call "$E" "$content" -H "$key"
  assert_status 400
  call "$E" "${content/99/2}" -H "$key"
  assert_status 200
}

@test "I4 R25 the same key after a decline: the same answer, no charge" {
  add_event "$E"
  local key="Idempotency-Key: declined-$E" first
  local content='{"email":"b@b.c","tier_name":"general","quantity":2,"payment_token":"tok_decline"}'
  call "$E" "$content" -H "$key"
  first=$body
  call "$E" "$content" -H "$key"
  answers 400 "$first"
  nothing_taken
}

@test "I4 R26 the same key during the silence: pending, no second charge" {
  add_event "$E"
  behave silent
  local key="Idempotency-Key: silent-$E"
  local content='{"email":"b@b.c","tier_name":"general","quantity":2,"payment_token":"tok_valid"}'
  call "$E" "$content" -H "$key"
  [ "$(jq -r .error_type <<<"$body")" = PaymentPendingError ]
  call "$E" "$content" -H "$key"
  assert_status 400
  [ "$(jq -r .error_type <<<"$body")" = PaymentPendingError ]
  rm "$DATA/campuspay/behave"
  pass_time 15
  get /api/status
  until_sql confirmed "SELECT state FROM booking b JOIN event e
    ON e.id = b.event_id WHERE e.slug = '$E'"
  call "$E" "$content" -H "$key"
  assert_status 200
  [ "$(jq .booking.total_price <<<"$body")" = 30 ]
  [ "$(bookings_and_charges)" = "1|1" ]
}

# ---- the caller's own ----

@test "R34 a caller sees the own bookings and nobody else's, newest first" {
  add_event "$E"
  add_event "$E-second" "title='Second'"
  get /api/bookings
  answers 200 "[]"
  order "$E" general 1 a@example.org
  [[ ${headers,,} == *"set-cookie: campuspass="*"httponly"* ]]
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
  local value
  value=$(awk '$6 == "campuspass" { print $7 }' "$JAR")
  as nobody
  get /api/bookings -H "Cookie: campuspass=${value%?????}AAAAA"
  answers 200 "[]"
  get /api/bookings -H "Cookie: campuspass=${value%%.*}"
  answers 200 "[]"
  get /api/bookings -H "Cookie: campuspass=$value"
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
  local lock
  sqlite3 "$DATA/campuspass.db" "${QUIETLY[@]}" "BEGIN IMMEDIATE;" \
    ".shell sleep 7" "ROLLBACK;" 3>&- &
  lock=$!
  sleep 0.3
  buy 1 'email="a@example.org"'
  assert_status 503
  [[ $headers == *"Retry-After: "* ]]
  [ "$(jq -r .error_type <<<"$body")" = BusyError ]
  wait "$lock"
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
