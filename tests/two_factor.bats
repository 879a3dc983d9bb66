#!/usr/bin/env bats
# The second factor: switching it on and off, the login's second step,
# recovery codes, and who may not get past it.
load helper
load accounts

# Each test is somebody with an account.
setup() {
  # A code is another one every half a minute.
  stop_clock
  WHO="person$BATS_TEST_NUMBER"
  as "$WHO"
  register "$WHO"
  sign_in "$WHO"
  assert_status 303
}

# app_code [STEPS]: what an authenticator app shows for $KEY, STEPS from now.
app_code() {
  python3 - "$KEY" "$(($(now) / 30 + ${1:-0}))" <<'PY'
import base64, hashlib, hmac, struct, sys
key = base64.b32decode(sys.argv[1])
mac = hmac.new(key, struct.pack(">Q", int(sys.argv[2])), hashlib.sha1).digest()
at = mac[-1] & 15
print("%06d" % ((struct.unpack(">I", mac[at:at + 4])[0] & 0x7fffffff) % 10**6))
PY
}

# Switch it on; sets KEY and RECOVERY (the codes, a line each).
switch_on() {
  get /account/two-factor
  post /account/two-factor/begin "current=$PASSWORD"
  assert_status 303
  get "$location"
  KEY=$(sed -n 's/.*this key into the app: <code>\([A-Z2-7 ]*\)<.*/\1/p' \
    <<<"$body" | tr -d ' ')
  [ "${#KEY}" = 32 ]
  post /account/two-factor "code=$(app_code)"
  assert_status 200
  RECOVERY=$(sed -n 's/.*<li><code>\([0-9A-Z-]*\)<.*/\1/p' <<<"$body")
  [ "$(wc -l <<<"$RECOVERY")" = 10 ]
  # The next code is another one.
  pass_time 30
}

# Another browser that knows the password, at the second step.
at_second_step() {
  as "$WHO-second"
  sign_in "$WHO" "$@"
  assert_status 303
  [[ $location == /account/login/code* ]]
  get "$location"
  assert_status 200
  grep -q 'autocomplete="one-time-code"' <<<"$body"
}

# The text of the login that waits, in this browser's cookies.
parked() {
  cookie campuspass-second
}

# plant TEXT: as the cookie of a login that waits.
plant() {
  sed -i '/campuspass-second/d' "$JAR"
  printf '#HttpOnly_127.0.0.1\tFALSE\t/\tFALSE\t0\t%s\t%s\n' \
    "$(cookie_name campuspass-second)" "$1" >>"$JAR"
}

# A right code with the planted login does not help.
refute_planted() {
  plant "$1"
  get /account/login/code
  assert_status 200
  post /account/login/code "code=$(app_code "${2:-0}")"
  assert_status 400
  assert_text "Sign in again"
  refute_signed_in
}

refute_signed_in() {
  get /account
  assert_status 303
}

@test "two-factor: the QR code is read by other programs" {
  get /account/two-factor
  post /account/two-factor/begin "current=$PASSWORD"
  get "$location"
  grep -o '<svg[^>]*class="qr".*</svg>' <<<"$body" >"$BATS_TEST_TMPDIR/qr.svg"
  rsvg-convert -w 600 "$BATS_TEST_TMPDIR/qr.svg" -o "$BATS_TEST_TMPDIR/qr.png"
  run bash -c 'zbarimg -q --raw "$1" 2>/dev/null' - "$BATS_TEST_TMPDIR/qr.png"
  assert_output --regexp "^otpauth://totp/CampusPass:$WHO\?secret=[A-Z2-7]{32}&issuer=CampusPass$"
}

@test "two-factor: signing in asks for the code, then goes where it should" {
  switch_on
  [ "$(sql "SELECT count(*) FROM user WHERE totp_secret LIKE '%$KEY%'")" = 0 ]
  at_second_step
  refute_signed_in
  get "/account/login/code"
  post /account/login/code code=000000
  assert_status 400
  assert_text "The code is not right"
  refute_signed_in
  get "/account/login/code?next=%2Ftickets"
  post /account/login/code "code=$(app_code)" next=/tickets
  assert_status 303
  [ "$location" = /tickets ]
  get /account
  assert_status 200
}

@test "two-factor: a step's code works once, and old or early ones never" {
  switch_on
  at_second_step
  local code
  code=$(app_code)
  for wrong in "$(app_code -3)" "$(app_code 3)" "" "${code}0" "${code:1}"; do
    get /account/login/code
    post /account/login/code "code=$wrong"
    assert_status 400
  done
  pass_time 60
  at_second_step
  post /account/login/code "code=$(app_code)"
  assert_status 303
  as "$WHO-third"
  sign_in "$WHO"
  get /account/login/code
  post /account/login/code "code=$(app_code)"
  assert_status 400
  refute_signed_in
}

@test "two-factor: a recovery code works once, however it is typed" {
  switch_on
  local code
  code=$(head -n 1 <<<"$RECOVERY")
  at_second_step
  post /account/login/code "code= $(tr 'A-Z-' 'a-z ' <<<"$code") "
  assert_status 303
  get /account/two-factor
  assert_text "9 recovery codes work"
  as "$WHO-third"
  sign_in "$WHO"
  get /account/login/code
  post /account/login/code "code=$code"
  assert_status 400
  refute_signed_in
  [ "$(sql "SELECT count(*) FROM recovery_code WHERE code_hash LIKE '%$code%'
    OR code_hash LIKE '%${code/-/}%'")" = 0 ]
}

@test "two-factor: the parked login is this browser's, once, for ten minutes" {
  switch_on
  at_second_step
  local text
  text=$(parked)
  [ -n "$text" ]
  as "$WHO-thief"
  refute_planted "$text"
  as "$WHO-second"
  refute_planted "1$text"
  refute_planted "${text%?}x"
  refute_planted x
  # Too late.
  at_second_step
  pass_time 601
  refute_planted "$(parked)"
  # Used: it is over with the code that was taken.
  at_second_step
  text=$(parked)
  post /account/login/code "code=$(app_code)"
  assert_status 303
  grep -q '^Set-Cookie: campuspass-second-.*=; .*Max-Age=0' <<<"$headers"
  get /account
  post /account/logout
  pass_time 30
  refute_planted "$text"
}

@test "two-factor: codes cannot be tried through" {
  switch_on
  at_second_step
  # Each wait is over before the next wrong code, and the next one longer.
  for wait in 0 0 0 0 0 2 3 5 9 17; do
    pass_time "$wait"
    get /account/login/code
    post /account/login/code code=000000
    assert_status 400
  done
  get /account/login/code
  post /account/login/code "code=$(app_code)"
  assert_status 429
  pass_time 301
  at_second_step
  post /account/login/code "code=$(app_code)"
  assert_status 303
}

@test "two-factor: switching off and new codes ask for password and code" {
  switch_on
  get /account/two-factor
  post /account/two-factor/off "current=wrong password" "code=$(app_code)"
  assert_status 400
  assert_text "The password is not right"
  post /account/two-factor/off "current=$PASSWORD" code=000000
  assert_status 400
  post /account/two-factor/codes "current=$PASSWORD" "code=$(app_code)"
  assert_status 200
  assert_text "Keep these recovery codes"
  refute grep -qF "$(head -n 1 <<<"$RECOVERY")" <<<"$body"
  pass_time 30
  post /account/two-factor/off "current=$PASSWORD" "code=$(app_code)"
  assert_status 303
  as "$WHO-second"
  sign_in "$WHO"
  [ "$location" = /account ]
  [ "$(sql "SELECT count(*) FROM recovery_code r JOIN user u
    ON u.id = r.user_id WHERE u.username = '$WHO'")" = 0 ]
}

@test "two-factor: switching it on ends what programs got for the password" {
  local access refresh
  get /auth/login -H 'Content-Type: application/json' \
    -d "{\"email\":\"$WHO@example.org\",\"password\":\"$PASSWORD\"}"
  access=$(jq -r .access_token <<<"$body")
  refresh=$(jq -r .refresh_token <<<"$body")
  get /auth/me -H "Authorization: Bearer $access"
  assert_status 200
  switch_on
  get /auth/me -H "Authorization: Bearer $access"
  assert_status 401
  get /auth/refresh -H 'Content-Type: application/json' \
    -d "{\"refresh_token\":\"$refresh\"}"
  assert_status 401
}

@test "two-factor: staff without it see a hint" {
  get /account
  refute_text "Switch two-factor sign-in on"
  sql_write "UPDATE user SET role = 'door' WHERE username = '$WHO'"
  sign_in "$WHO"
  get /account
  assert_text "Switch two-factor sign-in on"
  switch_on
  get /account
  refute_text "Switch two-factor sign-in on"
}

@test "two-factor: new keys keep it working" {
  switch_on
  run "$BUILD/campuspass" --data "$DATA" rotate-keys
  assert_success
  [ "$(sql "SELECT count(*) FROM user WHERE totp_secret LIKE '2.%'")" = \
    "$(sql "SELECT count(*) FROM user WHERE totp_secret IS NOT NULL")" ]
  at_second_step
  post /account/login/code "code=$(app_code)"
  assert_status 303
}
