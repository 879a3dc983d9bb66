#!/usr/bin/env bats
# The booking call of the CampusPass front-end: bodies, methods and headers
# that it does not take.
load helper
load booking_calls

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

@test "I1 after all that the books are sound" {
  assert_sound
}
