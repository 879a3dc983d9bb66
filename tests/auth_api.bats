# Programs: sign-in by tokens (R8) and the order calls, over HTTP.

load helper

setup_file() {
  start_site
  add_event closed status="'completed'"
  add_event draft status="'draft'"
  add_event few
  sql_write "UPDATE tier SET capacity = 3 WHERE event_id =
    (SELECT id FROM event WHERE slug = 'few')"
}
teardown_file() { stop_site; }

teardown() { [ -z "${OWN_SITE:-}" ] || stop_site; }

setup() {
  rm -f "$DATA/clock" "$DATA/run/limits"
  PERSON=p$RANDOM$RANDOM
}

PASSWORD="correct horse battery 7"

# call METHOD PATH [JSON]: with the token in ACCESS, if there is one.
call() {
  local options=(-X "$1")
  if [ -n "${3:-}" ]; then
    options+=(-H 'Content-Type: application/json' -d "$3")
  elif [ "$1" = POST ]; then
    options+=(-d '')
  fi
  [ -z "${ACCESS:-}" ] || options+=(-H "Authorization: Bearer $ACCESS")
  get "$2" "${options[@]}" "${@:4}"
}

value() { jq -r "$1" <<<"$body"; }

register() {
  call POST /auth/register \
    "{\"username\":\"$1\",\"email\":\"$1@example.org\",\"password\":\"$PASSWORD\"}"
}

# Sign in: ACCESS and REFRESH.
login() {
  call POST /auth/login "{\"email\":\"$1@example.org\",\"password\":\"$PASSWORD\"}"
  ACCESS=$(value .access_token)
  REFRESH=$(value .refresh_token)
}

refresh() { call POST /auth/refresh "{\"refresh_token\":\"$1\"}"; }

# ---- signing in ----

@test "R8 register: the answer names the user" {
  register "$PERSON"
  assert_status 200
  assert_equal "$(value .Status)" Success
  assert_equal "$(value '.User.email')" "$PERSON@example.org"
  assert_equal "$(value '.User.username')" "$PERSON"
  assert_equal "$(value '.User.id')" \
    "$(sql "SELECT id FROM user WHERE username = '$PERSON'")"
  assert_equal "$(value '.User | keys | join(",")')" email,id,username
  assert_equal "$(sql "SELECT role FROM user WHERE username = '$PERSON'")" user
}

@test "R1 register: a taken address or name is 409, and nothing is changed" {
  register "$PERSON"
  register "$PERSON"
  assert_status 409
  assert_equal "$(value 'keys | join(",")')" detail
  call POST /auth/register \
    "{\"username\":\"${PERSON}x\",\"email\":\"$PERSON@EXAMPLE.org\",\"password\":\"$PASSWORD\"}"
  assert_status 409
  assert_equal "$(sql "SELECT count(*) FROM user WHERE email = '$PERSON@example.org'")" 1
}

@test "R2 register: what is missing or weak is 400 and says so" {
  call POST /auth/register '{"username":"weak","email":"weak@example.org","password":"password"}'
  assert_status 400
  assert [ -n "$(value .detail)" ]
  call POST /auth/register '{"username":"weak","email":"no address","password":"x"}'
  assert_status 400
  for missing in username email password; do
    call POST /auth/register "$(jq -c "del(.$missing)" <<<"{\"username\":\"weak\",
      \"email\":\"weak@example.org\",\"password\":\"$PASSWORD\"}")"
    assert_status 400
    [[ $(value .detail) == *"$missing"* ]]
  done
  call POST /auth/register "{\"username\":null,\"email\":[],\"password\":7}"
  assert_status 400
  call POST /auth/register '{'
  assert_status 400
  assert_equal "$(value 'keys | join(",")')" detail
  assert_equal "$(sql "SELECT count(*) FROM user WHERE username = 'weak'")" 0
}

@test "R5 register: nobody gives themselves a role" {
  call POST /auth/register "{\"username\":\"$PERSON\",\"email\":\"$PERSON@example.org\",
    \"password\":\"$PASSWORD\",\"role\":\"admin\",\"is_admin\":true}"
  assert_status 200
  assert_equal "$(sql "SELECT role FROM user WHERE username = '$PERSON'")" user
}

@test "R8 login gives two tokens, and /auth/me answers the user" {
  register "$PERSON"
  login "$PERSON"
  assert_status 200
  assert_equal "$(value .Status)" Success
  assert_equal "$(value .token_type)" bearer
  assert_equal "$(value 'keys | join(",")')" Status,access_token,refresh_token,token_type
  grep -qi '^cache-control: no-store' <<<"$headers"
  call GET /auth/me
  assert_status 200
  assert_equal "$(value .email)" "$PERSON@example.org"
  assert_equal "$(value .username)" "$PERSON"
  assert_equal "$(value .id)" "$(sql "SELECT id FROM user WHERE username = '$PERSON'")"
}

@test "R3 login: one answer for a wrong password and an unknown person, 401" {
  register "$PERSON"
  call POST /auth/login "{\"email\":\"$PERSON@example.org\",\"password\":\"wrong horse 7\"}"
  assert_status 401
  local wrong=$body
  call POST /auth/login '{"email":"nobody@example.org","password":"wrong horse 7"}'
  assert_status 401
  assert_equal "$body" "$wrong"
  assert_equal "$(value 'keys | join(",")')" detail
}

@test "R3 login: failures make wait, 429 with Retry-After" {
  register "$PERSON"
  local codes=
  for _ in $(seq 12); do
    call POST /auth/login "{\"email\":\"$PERSON@example.org\",\"password\":\"wrong horse 7\"}"
    codes+="$status "
  done
  [[ $codes == "401 401 "*429* ]]
  grep -qi '^retry-after: [1-9]' <<<"$headers"
}

@test "R8 the token says iss, sub, iat, exp, jti and nothing about the person" {
  register "$PERSON"
  login "$PERSON"
  local claims
  claims=$(cut -d. -f2 <<<"$ACCESS" | tr '_-' '/+' | base64 -d 2>/dev/null || true)
  assert_equal "$(jq -r '.exp - .iat' <<<"$claims")" 1800
  assert_equal "$(jq -r 'keys | join(",")' <<<"$claims")" exp,iat,iss,jti,sid,sub
  assert_equal "$(jq -r .sub <<<"$claims")" \
    "$(sql "SELECT id FROM user WHERE username = '$PERSON'")"
}

@test "R8 no token, a bad one, and another scheme are 401 and say how" {
  call GET /auth/me
  assert_status 401
  grep -qi '^www-authenticate: Bearer' <<<"$headers"
  assert_equal "$(value 'keys | join(",")')" detail
  ACCESS=nonsense call GET /auth/me
  assert_status 401
  get /auth/me -H 'Authorization: Basic YTpi'
  assert_status 401
  get "/auth/me?access_token=nonsense"
  assert_status 401
}

# A token of ours with another header, payload or signature.
part() { cut -d. -f"$2" <<<"$1"; }
b64() { base64 -w0 | tr '/+' '_-' | tr -d =; }

@test "R8 forged tokens: alg none, another key, another payload" {
  register "$PERSON"
  login "$PERSON"
  local good=$ACCESS head payload signed
  call GET /auth/me
  assert_status 200

  head=$(printf '{"alg":"none","typ":"JWT"}' | b64)
  for ACCESS in "$head.$(part "$good" 2)." "$head.$(part "$good" 2).$(part "$good" 3)" \
    "$(part "$good" 1).$(part "$good" 2)." "$(part "$good" 1).$(part "$good" 2)" \
    "$good.$(part "$good" 3)" "$good="; do
    call GET /auth/me
    assert_status 401
  done

  signed="$(part "$good" 1).$(part "$good" 2)"
  ACCESS="$signed.$(printf %s "$signed" | python3 -c '
import hashlib, hmac, sys
sys.stdout.buffer.write(hmac.digest(b"guess", sys.stdin.buffer.read(), "sha256"))' | b64)"
  call GET /auth/me
  assert_status 401

  payload=$(printf '{"sub":"1"}' | b64)
  ACCESS="$(part "$good" 1).$payload.$(part "$good" 3)"
  call GET /auth/me
  assert_status 401
  ACCESS=$good
  call GET /auth/me
  assert_status 200
}

# ---- the end of tokens ----

@test "R8 an access token works for 30 minutes, and its refresh token goes on" {
  register "$PERSON"
  login "$PERSON"
  move_clock 1700
  call GET /auth/me
  assert_status 200
  move_clock 1801
  call GET /auth/me
  assert_status 401
  refresh "$REFRESH"
  assert_status 200
  ACCESS=$(value .access_token)
  call GET /auth/me
  assert_status 200
}

@test "R8 a refresh token works once; the second time ends the family" {
  register "$PERSON"
  login "$PERSON"
  local first=$REFRESH second
  refresh "$first"
  assert_status 200
  second=$(value .refresh_token)
  ACCESS=$(value .access_token)
  [ "$second" != "$first" ]
  refresh "$first"
  assert_status 401
  refresh "$second"
  assert_status 401
  call GET /auth/me
  assert_status 401
  refresh nonsense
  assert_status 401
  refresh "$ACCESS"
  assert_status 401
}

@test "R8 two at once with one refresh token: one goes on at most" {
  register "$PERSON"
  login "$PERSON"
  for i in 1 2 3 4; do
    curl -s -o /dev/null -w '%{http_code}\n' -H 'Content-Type: application/json' \
      -d "{\"refresh_token\":\"$REFRESH\"}" "$URL/auth/refresh" \
      >"$BATS_TEST_TMPDIR/code-$i" &
  done
  wait
  assert [ "$(cat "$BATS_TEST_TMPDIR"/code-* | grep -c 200)" -le 1 ]
  assert_equal "$(cat "$BATS_TEST_TMPDIR"/code-* | grep -vc '^\(200\|401\)$')" 0
}

@test "R8 a disabled account's tokens are dead, of both kinds" {
  register "$PERSON"
  login "$PERSON"
  sql_write "UPDATE user SET disabled_at = 1 WHERE username = '$PERSON'"
  call GET /auth/me
  assert_status 401
  refresh "$REFRESH"
  assert_status 401
}

@test "R8 a changed password ends the tokens" {
  register "$PERSON"
  login "$PERSON"
  get /account/login
  post /account/login "login=$PERSON" "password=$PASSWORD"
  assert_status 303
  get /account/password
  post /account/password "current=$PASSWORD" "password=another horse 99" \
    "password_again=another horse 99"
  assert_status 303
  call GET /auth/me
  assert_status 401
  refresh "$REFRESH"
  assert_status 401
}

@test "R8 tokens and passwords are in no file" {
  register "$PERSON"
  login "$PERSON"
  call GET /auth/me
  refresh "$REFRESH"
  run grep -rlaF -e "$REFRESH" -e "$ACCESS" -e "$PASSWORD" "$DATA"
  assert_output ""
}

@test "R5 the browser's session is no token: JSON routes take the header alone" {
  as "$PERSON"
  register "$PERSON"
  get /account/login
  post /account/login "login=$PERSON" "password=$PASSWORD"
  assert_status 303
  get /account
  assert_status 200
  get /auth/me
  assert_status 401
  get /event/few/book -d ''
  assert_status 401
}

@test "R8 an account with a second factor gives programs no tokens" {
  register "$PERSON"
  sql_write "UPDATE user SET two_factor_at = 1 WHERE username = '$PERSON'"
  call POST /auth/login "{\"email\":\"$PERSON@example.org\",\"password\":\"$PASSWORD\"}"
  assert_status 401
  assert_equal "$(value 'keys | join(",")')" detail
}

@test "calls that take JSON take nothing else" {
  for path in register login refresh; do
    get "/auth/$path" -d 'email=a@b'
    assert_status 415
    get "/auth/$path"
    assert_status 405
  done
}

# ---- order calls ----

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
