# Programs: sign-in by tokens (R8), over HTTP. Their orders:
# tests/api_order.bats.

load helper
load auth_calls

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
  stop_clock
  wrong_login() {
    call POST /auth/login "{\"email\":\"$PERSON@example.org\",\"password\":\"wrong horse 7\"}"
  }
  local _
  for _ in 1 2 3 4 5 6; do
    wrong_login
    assert_status 401
  done
  wrong_login
  assert_status 429
  grep -qi '^retry-after: [1-9]' <<<"$headers"
  assert_equal "$(value 'keys | join(",")')" detail
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

@test "R7 R8 signing out everywhere else ends the tokens" {
  as "$PERSON"
  register "$PERSON"
  login "$PERSON"
  get /account/login
  post /account/login "login=$PERSON" "password=$PASSWORD"
  get /account/sessions
  post /account/sessions session=others
  assert_status 303
  call GET /auth/me
  assert_status 401
  refresh "$REFRESH"
  assert_status 401
}

@test "R8 a deleted account's tokens are dead" {
  as "$PERSON"
  register "$PERSON"
  login "$PERSON"
  get /account/login
  post /account/login "login=$PERSON" "password=$PASSWORD"
  get /account/delete
  post /account/delete "current=$PASSWORD" confirm=yes
  assert_status 303
  call GET /auth/me
  assert_status 401
  refresh "$REFRESH"
  assert_status 401
}

@test "R34 a token's own bookings, and nobody else's" {
  add_event "e-$PERSON"
  register "$PERSON"
  login "$PERSON"
  call POST "/api/events/e-$PERSON/book" "{\"email\":\"$PERSON@example.org\",
    \"tier_name\":\"general\",\"quantity\":2,\"payment_token\":\"tok_valid\"}"
  assert_status 200
  as "elsewhere-$PERSON"
  call GET /api/bookings
  assert_equal "$(value '.[0].event_id')" "e-$PERSON"
  assert_equal "$(value length)" 1
  register "${PERSON}b"
  login "${PERSON}b"
  call GET /api/bookings
  assert_equal "$body" "[]"
  ACCESS="$ACCESS.x"
  call GET /api/bookings
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
  sql_write "UPDATE user SET two_factor_at = 1, totp_secret = 'x' WHERE username = '$PERSON'"
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
