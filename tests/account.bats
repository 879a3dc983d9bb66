#!/usr/bin/env bats
# Registering, logging in and out, coming back, time-outs (R1 to R5).
load helper
load accounts

# ---- registering ----

@test "R1 registering: the form, its labels and what browsers fill in" {
  get /account/register
  assert_status 200
  for name in first_name last_name username email password password_again \
    promotions; do
    grep -q "<label for=\"$name\"" <<<"$body"
    grep -q "id=\"$name\" name=\"$name\"" <<<"$body"
  done
  [ "$(grep -c 'autocomplete="new-password"' <<<"$body")" = 2 ]
  for token in given-name family-name username email; do
    grep -q "autocomplete=\"$token\"" <<<"$body"
  done
}

@test "R1 registering makes an account whose address has to be proved" {
  register ada
  assert_status 303
  [ "$location" = /account/done/register ]
  get "$location"
  assert_text "Check your mail"
  [ "$(sql "SELECT first_name || last_name || email || role ||
    (verified_at IS NULL) || (promotions_at IS NULL)
    FROM user WHERE username = 'ada'")" = "AdaLovelaceada@example.orguser11" ]
  sign_in ada
  get /account
  assert_text "Is this your email address?"
  follow_link verify_email ada@example.org verify
  assert_text "Confirm your email address"
  assert_text "ada@example.org"
  [ -z "$(sql "SELECT verified_at FROM user WHERE username = 'ada'")" ]
  post /account/verify
  assert_status 303
  [ -n "$(sql "SELECT verified_at FROM user WHERE username = 'ada'")" ]
  get /account
  refute_text "Is this your email address?"
}

@test "R1 a taken email gets the same answer, and its owner a mail" {
  register grace
  local first=$headers page
  get "$location"
  page=$(page_text)
  follow_link verify_email grace@example.org verify
  post /account/verify
  as "$BATS_TEST_NUMBER-stranger"
  get /account/register
  post /account/register first_name=Eve last_name=Else username=grace2 \
    email=GRACE@example.org "password=$PASSWORD" "password_again=$PASSWORD"
  assert_status 303
  [ "$location" = /account/done/register ]
  diff <(sed 's/^[Dd]ate:.*//' <<<"$first") \
    <(sed 's/^[Dd]ate:.*//' <<<"$headers")
  get "$location"
  [ "$page" = "$(page_text)" ]
  [ "$(sql "SELECT username FROM user WHERE email = 'grace@example.org'
    AND verified_at IS NOT NULL")" = grace ]
  [ "$(sql "SELECT count(*) FROM outbox WHERE kind = 'taken_email'
    AND recipient = 'grace@example.org'")" = 1 ]
}

@test "R1 B5 the form sent twice, or eight times at once, makes one account" {
  local form key token pids=() i
  get /account/register
  form=$body
  twice() {
    body=$form
    post /account/register first_name=Tilly last_name=Twice "username=$1" \
      email=tilly@example.org "password=$PASSWORD" "password_again=$PASSWORD"
  }
  twice tilly
  assert_status 303
  twice tilly
  assert_status 303
  [ "$location" = /account/done/register ]
  twice another
  assert_status 409
  assert_text "has made the account tilly"
  [ "$(sql "SELECT count(*) FROM user WHERE email = 'tilly@example.org'")" = 1 ]
  [ "$(sql "SELECT count(*) FROM outbox WHERE recipient = 'tilly@example.org'")" = 1 ]
  as other-browser
  get /account/register
  token=$(hidden csrf_token) key=$(hidden form_key)
  for i in $(seq 8); do
    curl -s -o /dev/null -w '%{http_code}\n' -b "$JAR" "$URL/account/register" \
      -d "csrf_token=$token" -d "form_key=$key" -d first_name=A -d last_name=B \
      -d username=eight -d email=eight@example.org -d "password=$PASSWORD" \
      -d "password_again=$PASSWORD" >"$BATS_TEST_TMPDIR/$i" &
    pids+=($!)
  done
  wait "${pids[@]}"
  [ "$(sort -u "$BATS_TEST_TMPDIR"/[1-8])" = 303 ]
  [ "$(sql "SELECT count(*) FROM user WHERE email = 'eight@example.org'")" = 1 ]
}

@test "R1 a taken user name is refused, whatever the case" {
  register hedy
  get /account/register
  post /account/register first_name=Eve last_name=Else username=HEDY \
    email=eve@example.org "password=$PASSWORD" "password_again=$PASSWORD"
  [ "$status" = 400 ] || [ "$status" = 409 ]
  assert_text "There is a problem"
  grep -q 'href="#username"' <<<"$body"
  grep -q 'value="eve@example.org"' <<<"$body"
}

@test "R2 passwords that differ are refused with the field named" {
  get /account/register
  post /account/register first_name=Ada last_name=Byron username=byron \
    email=byron@example.org "password=$PASSWORD" password_again=other \
    promotions=yes
  assert_status 400
  assert_text "The passwords do not match"
  grep -q 'href="#password_again"' <<<"$body"
  grep -q '<title>Error: ' <<<"$body"
  local value
  for value in Ada Byron byron byron@example.org; do
    grep -q "value=\"$value\"" <<<"$body"
  done
  grep -q 'name="promotions" value="yes" *checked' <(tr -s '\n ' ' ' <<<"$body")
  [[ $body != *"$PASSWORD"* ]]
}

@test "R2 weak passwords are refused with the field named" {
  local password
  for password in short password1 qwertyuiop aaaaaaaaaaaa weakling99; do
    get /account/register
    post /account/register first_name=Ada last_name=Byron username=weakling \
      email=weakling@example.org "password=$password" "password_again=$password"
    assert_status 400
    grep -q 'href="#password"' <<<"$body" || { echo "$password"; return 1; }
    grep -q 'value="weakling@example.org"' <<<"$body"
  done
  [ "$(sql "SELECT count(*) FROM user WHERE username = 'weakling'")" = 0 ]
}

@test "R2 missing fields are named, one by one" {
  get /account/register
  post /account/register
  assert_status 400
  local field
  for field in first_name last_name username email password password_again; do
    grep -q "href=\"#$field\"" <<<"$body"
    grep -q "id=\"$field-error\"" <<<"$body"
  done
}

# ---- logging in ----

@test "R3 a wrong login gives one message whatever was wrong" {
  register joan
  local wrong words=""
  for wrong in joan nobody joan@example.org nobody@example.org; do
    get /account/login
    post /account/login "login=$wrong" "password=not this one"
    assert_status 403
    grep -q "href=\"#login\"" <<<"$body"
    grep -q "value=\"$wrong\"" <<<"$body"
    local now
    now=$(sed -n '/id="problem-title"/,/<\/h2>/p' <<<"$body")
    [ -z "$words" ] || [ "$now" = "$words" ]
    words=$now
  done
  [[ $words == *"href"* ]]
}

@test "R22 mistakes at registering and logging in name kind, fields and request" {
  get /account/register
  post /account/register "email=nobody" "password=seven brass kettles" \
    "password_again=other brass kettles"
  assert_status 400
  assert_text "Kind of problem: ValidationError"
  assert_text "First name nothing"
  assert_text "Password again not shown"
  assert_text "mention request"
  [[ $body == *"<details><summary>More about this problem"* ]]
  [[ $body != *"brass kettles"* ]]
  get /account/login
  post /account/login "login=nobody" "password=not this one"
  assert_status 403
  assert_text "Kind of problem: AccessError"
}

@test "R3 login by user name or email; the session's cookie" {
  register mary
  sign_in mary
  assert_status 303
  [ "$location" = /account ]
  local cookie
  cookie=$(grep -i '^set-cookie: campuspass-session-' <<<"$headers")
  [[ $cookie == *"HttpOnly"* && $cookie == *"SameSite=Lax"* ]]
  [[ $cookie == *"Path=/"* && $cookie != *"Max-Age"* ]]
  get /account
  assert_status 200
  assert_text "Signed in as mary"
  grep -qi '^cache-control: no-store' <<<"$headers"
  as mary-2
  sign_in MARY@example.org
  assert_status 303
}

@test "R3 remembered: the cookie outlives the browser" {
  register rosalind
  sign_in rosalind remember=yes
  [[ $(grep -i '^set-cookie: campuspass-session-' <<<"$headers") \
    == *"Max-Age=7776000"* ]]
}

@test "R3 the session's secret changes at login and is dead after logout" {
  register lise
  sign_in lise
  local first
  first=$(session_cookie)
  get /account/login
  assert_status 303
  get /account
  post /account/login login=lise "password=$PASSWORD"
  assert_status 303
  [ "$(session_cookie)" != "$first" ]
  [ "$(sql "SELECT count(*) FROM session s JOIN user u ON u.id = s.user_id
    WHERE username = 'lise'")" = 1 ]
  local second
  second=$(session_cookie)
  get /account
  post /account/logout
  assert_status 303
  [ -z "$(session_cookie)" ]
  local old
  for old in "$first" "$second"; do
    as thief
    get /account -b "$(cookie_name campuspass-session)=$old"
    assert_status 303
  done
}

@test "R3 the database knows the secret's hash alone" {
  register chien
  sign_in chien
  local secret
  secret=$(session_cookie)
  [ ${#secret} -ge 22 ]
  [ "$(sql "SELECT count(*) FROM session WHERE token_hash = '$secret'")" = 0 ]
  refute grep -q "$secret" "$DATA/campuspass.db" "$DATA/campuspass.db-wal"
  refute grep -rq "$secret" "$DATA/log"
}

@test "R4 a page that needs a login redirects to it and comes back" {
  register emmy
  get "/account/sessions?x=1&y=a%20b"
  assert_status 303
  [ "$location" = "/account/login?next=%2Faccount%2Fsessions%3Fx%3D1%26y%3Da%2520b" ]
  get "$location"
  assert_status 200
  post /account/login login=emmy "password=$PASSWORD" "next=$(hidden next | sed 's/&amp;/\&/g')"
  assert_status 303
  [ "$location" = "/account/sessions?x=1&y=a%20b" ]
  get "$location"
  assert_status 200
}

@test "R4 next survives a wrong password; a POST comes back to its page" {
  register barbara
  get "/account/login?next=/account/data"
  post /account/login login=barbara password=wrong next=/account/data
  assert_status 403
  [ "$(hidden next)" = /account/data ]
  post /account/sessions session=others
  assert_status 303
  [ "$location" = "/account/login?next=%2Faccount%2Fsessions" ]
  post /account/send-verification
  [ "$location" = "/account/login?next=%2Faccount" ]
}

@test "R4 next leads nowhere else" {
  register evil
  local next
  for next in https://evil.example //evil.example '/\evil.example' \
    ' /account' 'javascript:alert(1)' '\\evil.example' ///x; do
    as "evil-$RANDOM"
    get /account/login --get --data-urlencode "next=$next"
    assert_status 200
    [ -z "$(hidden next)" ]
    post /account/login login=evil "password=$PASSWORD" "next=$next"
    assert_status 303
    [ "$location" = /account ]
    get /account/login --get --data-urlencode "next=$next"
    [ "$location" = /account ]
  done
}

@test "R5 each role opens its own account" {
  register role
  sign_in role
  local role
  for role in user door organiser admin; do
    sql_write "UPDATE user SET role = '$role' WHERE username = 'role'"
    get /account
    assert_status 200
  done
  assert_text "Administrator"
}

@test "R5 a disabled account is out at once" {
  register gone
  sign_in gone
  sql_write "UPDATE user SET disabled_at = 1 WHERE username = 'gone'"
  get /account
  assert_status 303
  sign_in gone
  assert_status 403
}

# ---- the frame ----

@test "R4 signed in, each page but the sale's offers to log out" {
  register frame
  get /
  refute_text "Log out"
  local tag
  tag=$(etag)
  sign_in frame
  get / -H "If-None-Match: $tag"
  assert_status 200
  assert_text "Log out"
  grep -qi '^cache-control: no-store' <<<"$headers"
  get /tickets
  assert_text "Log out"
  post /account/logout
  assert_status 303
  get "$location"
  assert_text "You are logged out"
  get /
  refute_text "Log out"
}

@test "R34 after logging out the browser is nobody's" {
  add_event logout
  register out
  sign_in out
  hold logout general 1 out@example.org
  get "/tickets/$REFERENCE"
  assert_status 200
  post /account/logout
  get "/tickets/$REFERENCE"
  assert_status 404
  sign_in out
  get "/tickets/$REFERENCE"
  assert_status 200
}

# ---- time ----

@test "R3 a session ends after being idle and at its absolute end" {
  register idle
  sign_in idle
  pass_time $((11 * 3600))
  get /account
  assert_status 200
  pass_time $((2 * 3600))
  get /account
  assert_status 303
  sign_in idle remember=yes
  pass_time $((29 * 86400))
  get /account
  assert_status 200
  pass_time $((31 * 86400))
  get /account
  assert_status 303
}

@test "R3 a remembered session ends after 90 days, however used" {
  register absolute
  sign_in absolute remember=yes
  local i
  for i in 1 2 3 4; do
    pass_time $((20 * 86400))
    get /account
    assert_status 200
  done
  pass_time $((11 * 86400))
  get /account
  assert_status 303
}

@test "R3 staff: 30 minutes idle" {
  register staff
  sql_write "UPDATE user SET role = 'organiser' WHERE username = 'staff'"
  sign_in staff remember=yes
  pass_time $((29 * 60))
  get /account
  assert_status 200
  pass_time $((31 * 60))
  get /account
  assert_status 303
}

# ---- proxies ----

@test "R3 X-Forwarded-For of anybody is not believed" {
  register proxied
  get /account/login
  get /account/login -H "X-Forwarded-For: 203.0.113.9" \
    -d "csrf_token=$(hidden csrf_token)" -d login=proxied \
    --data-urlencode "password=$PASSWORD"
  assert_status 303
  get /account/sessions
  assert_text "From 127.0.0.1"
  refute_text 203.0.113.9
}
