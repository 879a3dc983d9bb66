#!/usr/bin/env bats
# Accounts before those who mean harm: forged, foreign, expired and used
# secrets, parameters given twice, rights asked for, damaged input.
load helper
load accounts

setup_file() {
  make_data empty
  echo "trusted_proxies = 10.9.9.9 127.0.0.1" >>"$DATA/campuspass.conf"
  start_server
}

# ---- forms of others ----

@test "R3 no form without its token: missing, another browser's, too old" {
  register forge
  as forge-2
  get /account/login
  local foreign
  foreign=$(hidden csrf_token)
  as forge-3
  get /account/login
  local before
  before=$(hidden csrf_token)
  body=""
  post /account/login login=forge "password=$PASSWORD"
  assert_status 403
  body="name=\"csrf_token\" value=\"$foreign\""
  post /account/login login=forge "password=$PASSWORD"
  assert_status 403
  sign_in forge
  assert_status 303
  # From before the login: dead after it.
  body="name=\"csrf_token\" value=\"$before\""
  post /account/sessions session=others
  assert_status 403
  get /account
  local during
  during=$(hidden csrf_token)
  [ "$during" != "$before" ]
  post /account/logout
  assert_status 303
  sign_in forge
  body="name=\"csrf_token\" value=\"$during\""
  post /account/sessions session=others
  assert_status 403
}

@test "R3 each form of the account wants its token" {
  register token
  sign_in token
  local path
  for path in /account /account/password /account/sessions /account/delete \
    /account/logout /account/send-verification; do
    body=""
    post "$path"
    assert_status 403
  done
  get /account
  assert_status 200
}

@test "R3 a form that another site sends is refused" {
  register cross
  sign_in cross
  get /account
  local token
  token=$(hidden csrf_token)
  local header
  for header in "Origin: https://evil.example" "Sec-Fetch-Site: cross-site"; do
    get /account/logout -H "$header" --data-urlencode "csrf_token=$token"
    assert_status 403
  done
  get /account
  assert_status 200
}

@test "R3 no GET logs out, signs out, deletes or verifies" {
  register getter
  sign_in getter
  get /account/logout
  assert_status 405
  get "/account/sessions?session=others"
  get "/account/delete?current=$RANDOM"
  get "/account?first_name=Eve"
  get /account
  assert_status 200
  grep -q 'value="Ada"' <<<"$body"
}

# ---- sessions of others ----

@test "R3 made-up session cookies are nobody's" {
  local cookie name
  name=$(cookie_name campuspass-session)
  for cookie in x 00000000000000000000000000 "' OR 1=1 --" %00 \
    "$(head -c 3000 /dev/zero | tr '\0' a)"; do
    get /account -b "$name=$cookie"
    [ "$status" = 303 ]
    [[ $location == "/account/login?next="* ]]
  done
}

@test "R3 the cookie given twice: the first counts, as everywhere" {
  register twice
  sign_in twice
  local secret name
  secret=$(session_cookie)
  name=$(cookie_name campuspass-session)
  as twice-2
  get /account -b "$name=x; $name=$secret"
  assert_status 303
  get /account -b "$name=$secret; $name=x"
  assert_status 200
}

@test "R7 nobody signs out somebody else's sessions" {
  register victim
  as victim-1
  sign_in victim
  local id
  id=$(sql "SELECT s.id FROM session s JOIN user u ON u.id = s.user_id
    WHERE username = 'victim'")
  as attacker
  register attacker
  sign_in attacker
  local which
  for which in "$id" 0 -1 999999 99999999999999999999 "" "$id x" other; do
    get /account/sessions
    post /account/sessions "session=$which"
    assert_status 404
  done
  as victim-1
  get /account
  assert_status 200
}

@test "R3 a planted session is not the one that the login gives" {
  register planted
  local name
  name=$(cookie_name campuspass-session)
  get /account/login -b "$name=PLANTEDPLANTEDPLANTEDPLANT"
  post /account/login login=planted "password=$PASSWORD"
  assert_status 303
  [ "$(session_cookie)" != PLANTEDPLANTEDPLANTEDPLANT ]
  as planted-2
  get /account -b "$name=PLANTEDPLANTEDPLANTEDPLANT"
  assert_status 303
}

# ---- rights ----

@test "R5 no form gives a role, a proof or another's account" {
  get /account/register
  post /account/register first_name=Ada last_name=Lovelace username=mass \
    email=mass@example.org "password=$PASSWORD" "password_again=$PASSWORD" \
    role=admin verified_at=1 id=1 user_id=1 disabled_at=0
  assert_status 303
  register massive
  sign_in mass
  get /account
  post /account first_name=Ada last_name=Lovelace username=mass \
    email=mass@example.org role=admin verified_at=1 \
    "id=$(sql "SELECT id FROM user WHERE username = 'massive'")"
  assert_status 303
  [ "$(sql "SELECT role || (verified_at IS NULL) FROM user
    WHERE username = 'mass'")" = user1 ]
  [ "$(sql "SELECT count(*) FROM user WHERE role <> 'user'")" = 0 ]
}

@test "R2 a parameter given twice: the first one counts, everywhere" {
  get /account/register
  post /account/register first_name=Ada last_name=Lovelace username=double \
    email=double@example.org "password=$PASSWORD" "password=other words here" \
    "password_again=$PASSWORD" "password_again=x"
  assert_status 303
  get /account/login
  post /account/login login=double login=nobody "password=$PASSWORD"
  assert_status 303
  as double-2
  get /account/login
  post /account/login login=double "password=other words here"
  assert_status 403
}

@test "R1 a taken user name is refused when it is changed to" {
  register first
  register second
  sign_in second
  get /account
  post /account first_name=A last_name=B username=FIRST \
    email=second@example.org
  [ "$status" = 400 ] || [ "$status" = 409 ]
  grep -q 'href="#username"' <<<"$body"
}

# ---- mailed secrets ----

@test "R3 a reset link works once" {
  register once
  get /account/forgot
  post /account/forgot email=once@example.org
  follow_link reset_password once@example.org reset
  post /account/reset "password=$PASSWORD_2" "password_again=$PASSWORD_2"
  assert_status 303
  get "/account/reset/$SECRET"
  get "$location"
  assert_status 409
  assert_text "Send me the link"
  grep -q 'action="/account/forgot"' <<<"$body"
  post "/account/reset/$SECRET" "password=$PASSWORD" "password_again=$PASSWORD"
  assert_status 409
  get /account/login
  post /account/login login=once "password=$PASSWORD_2"
  assert_status 303
}

@test "R3 a reset link ends after 30 minutes" {
  register late
  get /account/forgot
  post /account/forgot email=late@example.org
  follow_link reset_password late@example.org reset
  assert_status 200
  pass_time $((31 * 60))
  get "/account/reset/$SECRET"
  get /account/reset
  assert_status 409
  post "/account/reset/$SECRET" "password=$PASSWORD_2" \
    "password_again=$PASSWORD_2"
  assert_status 409
  sign_in late
  assert_status 303
}

@test "R3 looking at a reset link does not use it up" {
  register look
  get /account/forgot
  post /account/forgot email=look@example.org
  follow_link reset_password look@example.org reset
  as look-2
  follow_link reset_password look@example.org reset
  post /account/reset password=x password_again=y
  assert_status 400
  post /account/reset password=password1 password_again=password1
  assert_status 400
  grep -q 'href="#password"' <<<"$body"
  post /account/reset "password=$PASSWORD_2" "password_again=$PASSWORD_2"
  assert_status 303
}

@test "R3 made-up links, and those of another purpose, do not work" {
  register purpose
  local verify
  verify=$(mailed_secret verify_email purpose@example.org)
  get "/account/reset/$verify"
  get /account/reset
  assert_status 409
  get /account/forgot
  post /account/forgot email=purpose@example.org
  get "/account/verify/$(mailed_secret reset_password purpose@example.org)"
  get /account/verify
  assert_status 409
  get /account/login
  post /account/verify
  assert_status 409
  local token
  for token in x 00000000000000000000000000 %27%20OR%201=1 %0d%0aX:y \
    "a;Path=/x" %C3%A4; do
    get "/account/verify/$token"
    [ "$status" = 303 ] || [ "$status" = 404 ] || [ "$status" = 400 ]
    refute grep -qi '^x:' <<<"$headers"
    refute grep -qi 'path=/x' <<<"$headers"
  done
  as purpose-2
  get /account/verify
  assert_status 409
  get /account/login
  post /account/verify
  assert_status 409
  [ -z "$(sql "SELECT verified_at FROM user WHERE username = 'purpose'")" ]
}

@test "R1 a verification link works once, and for a day" {
  register day
  local secret
  secret=$(mailed_secret verify_email day@example.org)
  pass_time $((25 * 3600))
  get "/account/verify/$secret"
  get /account/verify
  assert_status 409
  get /account/login
  post /account/verify
  assert_status 409
  [ -z "$(sql "SELECT verified_at FROM user WHERE username = 'day'")" ]
}

@test "R3 a mailed secret stays in no address, page or log" {
  register quiet
  get /account/forgot
  post /account/forgot email=quiet@example.org
  follow_link reset_password quiet@example.org reset
  [[ $body != *"$SECRET"* ]]
  grep -qi '^cache-control: no-store' <<<"$headers"
  grep -qi '^referrer-policy: same-origin' <<<"$headers"
  until_logged 'a mailed link'
  refute grep -rq "$SECRET" "$DATA/log"
}

# ---- mails about events ----

@test "B1 unsubscribing: a page with a button, and one click of a mail program" {
  register mails
  sql_write "UPDATE user SET promotions_at = 1 WHERE username = 'mails'"
  local key
  key=$(unsubscribe_key mails)
  as nobody-1
  get "/account/unsubscribe/$key"
  assert_status 200
  [ "$(sql "SELECT promotions_at FROM user WHERE username = 'mails'")" = 1 ]
  post "/account/unsubscribe/$key"
  assert_status 200
  [ -z "$(sql "SELECT promotions_at FROM user WHERE username = 'mails'")" ]
  sql_write "UPDATE user SET promotions_at = 1 WHERE username = 'mails'"
  # RFC 8058: without a cookie, as form-data, and no redirect.
  as nobody-2
  get "/account/unsubscribe/$key" -F List-Unsubscribe=One-Click
  assert_status 200
  [ -z "$(sql "SELECT promotions_at FROM user WHERE username = 'mails'")" ]
  get "/account/unsubscribe/${key%?}" -d List-Unsubscribe=One-Click
  [ "$status" != 200 ]
  get "/account/unsubscribe/x" -d List-Unsubscribe=One-Click
  [ "$status" != 200 ]
}

# ---- damaged input ----

@test "R2 a password of 10 kB, NULs, damaged UTF-8, control characters" {
  local long
  long=$(head -c 10000 /dev/zero | tr '\0' a)
  get /account/register
  post /account/register first_name=Ada last_name=Lovelace username=damage \
    email=damage@example.org "password=$long" "password_again=$long"
  assert_status 400
  grep -q 'href="#password"' <<<"$body"
  [[ $body != *aaaaaaaaaa* ]]
  get /account/login
  post /account/login login=damage "password=$long"
  [ "$status" = 400 ] || [ "$status" = 403 ]
  get /account/login
  local token part
  token=$(hidden csrf_token)
  for part in 'password=a%00b' 'password=%ff%fe' 'login=%00' 'login=%zz'; do
    get /account/login -d "csrf_token=$token" -d "$part"
    assert_status 400
  done
  get /account/register
  post /account/register $'first_name=Ada\x01' $'last_name=Love\nlace' \
    username=damage email=damage@example.org "password=$PASSWORD" \
    "password_again=$PASSWORD"
  assert_status 400
  grep -q 'href="#first_name"' <<<"$body"
  grep -q 'href="#last_name"' <<<"$body"
  [ "$(sql "SELECT count(*) FROM user WHERE username = 'damage'")" = 0 ]
}

@test "R1 markup in names is shown, not run" {
  get /account/register
  post /account/register 'first_name="><script>alert(1)</script>' \
    'last_name=<img src=x>' username=markup email=markup@example.org \
    "password=$PASSWORD" "password_again=$PASSWORD"
  assert_status 303
  sign_in markup
  get /account
  [[ $body != *"<script>"* && $body != *"<img src=x>"* ]]
  grep -q 'value="&quot;&gt;&lt;script&gt;' <<<"$body"
}

@test "R3 guessing has to wait, and says so" {
  register guess
  stop_clock
  # Ten wrong ones, each when its wait is over: the waits grow to seconds.
  local wrong=0 waits=0
  while [ "$wrong" -lt 10 ]; do
    get /account/login
    post /account/login login=guess password=wrong
    if [ "$status" = 429 ]; then
      waits=$((waits + 1))
      pass_time "$(sed -n 's/^[Rr]etry-[Aa]fter: //p' <<<"$headers")"
    else
      assert_status 403
      wrong=$((wrong + 1))
    fi
  done
  [ "$waits" -ge 2 ]
  get /account/login
  post /account/login login=guess password=wrong
  assert_status 429
  grep -qi '^retry-after: [0-9]' <<<"$headers"
  grep -q 'value="guess"' <<<"$body"
  # Also with the right one; then the wait is over.
  sign_in guess
  assert_status 429
  pass_time 3600
  sign_in guess
  assert_status 303
}

@test "R3 behind a trusted proxy: the address that it appended counts" {
  register proxied
  get /account/login
  get /account/login -H "X-Forwarded-For: 198.51.100.6, 203.0.113.9" \
    -d "csrf_token=$(hidden csrf_token)" -d login=proxied \
    --data-urlencode "password=$PASSWORD"
  assert_status 303
  get /account/sessions
  assert_text "From 203.0.113.9"
  refute_text 198.51.100.6
}
