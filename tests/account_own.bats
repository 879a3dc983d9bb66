#!/usr/bin/env bats
# One's own account: details, password, sessions, data, leaving (R2, R3, R7).
load helper
load accounts

# ---- details ----

@test "R7 the profile shows the details, and they can be changed" {
  register katherine
  sign_in katherine
  get /account
  local value
  for value in Ada Lovelace katherine katherine@example.org; do
    grep -q "value=\"$value\"" <<<"$body"
  done
  post /account first_name=Katherine last_name=Johnson username=kjohnson \
    email=katherine@example.org promotions=yes
  assert_status 303
  get "$location"
  assert_text "Your details are saved"
  grep -q 'value="Johnson"' <<<"$body"
  grep -q 'name="promotions" value="yes" *checked' <(tr -s '\n ' ' ' <<<"$body")
  [ "$(sql "SELECT first_name || (promotions_at IS NOT NULL) FROM user
    WHERE username = 'kjohnson'")" = Katherine1 ]
}

@test "R7 a new email is used once its link was followed" {
  local wrong
  register moved
  sign_in moved
  get /account
  # Whoever has the address can have the account.
  for wrong in "" "not mine at all"; do
    post /account first_name=Ada last_name=Lovelace username=moved \
      email=new@example.org "current=$wrong"
    assert_status 400
    grep -q 'href="#current"' <<<"$body"
    grep -q 'value="new@example.org"' <<<"$body"
    assert_equal "$(mailed_secret verify_email new@example.org)" ""
  done
  post /account first_name=Ada last_name=Lovelace username=moved \
    email=new@example.org "current=$PASSWORD"
  assert_status 303
  get "$location"
  assert_text "We have sent a link to the new email address"
  [ "$(sql "SELECT email FROM user WHERE username = 'moved'")" = \
    moved@example.org ]
  local kind
  kind=$(sql "SELECT kind FROM outbox WHERE recipient = 'new@example.org'
    ORDER BY id DESC LIMIT 1")
  follow_link "$kind" new@example.org verify
  post /account/verify
  assert_status 303
  [ "$(sql "SELECT email FROM user WHERE username = 'moved'")" = \
    new@example.org ]
}

@test "R7 another password ends a new email that is on its way" {
  local secret
  register taken
  as thief
  sign_in taken
  get /account
  post /account first_name=Ada last_name=Lovelace username=taken \
    email=thief@example.org "current=$PASSWORD"
  assert_status 303
  secret=$(mailed_secret verify_email thief@example.org)
  as owner
  sign_in taken
  get /account/password
  post /account/password "current=$PASSWORD" "password=$PASSWORD_2" \
    "password_again=$PASSWORD_2"
  assert_status 303
  as thief
  get "/account/verify/$secret"
  get /account/verify
  assert_text "This link does not work any more"
  post "/account/verify/$secret"
  assert_equal "$(sql "SELECT email FROM user WHERE username = 'taken'")" \
    taken@example.org
}

@test "R7 wrong details are named, and what was typed stays" {
  register typo
  sign_in typo
  get /account
  post /account first_name= last_name=Other username=typo email=nonsense
  assert_status 400
  grep -q 'href="#first_name"' <<<"$body"
  grep -q 'value="Other"' <<<"$body"
  grep -q 'value="nonsense"' <<<"$body"
  get /account
  post /account first_name=A last_name=Other username=typo email=nonsense
  assert_status 400
  grep -q 'href="#email"' <<<"$body"
  [ "$(sql "SELECT last_name FROM user WHERE username = 'typo'")" = Lovelace ]
}

@test "R7 the verification link is sent again" {
  register again
  sign_in again
  get /account
  post /account/send-verification
  assert_status 303
  get "$location"
  assert_text "We have sent the link"
  follow_link verify_email again@example.org verify
  post /account/verify
  assert_status 303
}

# ---- passwords ----

@test "R2 R7 changing the password ends the other sessions, or keeps them" {
  register change
  as change-other
  sign_in change
  as change-own
  sign_in change
  get /account/password
  post /account/password "current=$PASSWORD" "password=$PASSWORD_2" \
    "password_again=$PASSWORD_2" keep=yes
  assert_status 303
  get "$location"
  assert_text "Your password is changed"
  as change-other
  get /account
  assert_status 200
  as change-own
  get /account/password
  post /account/password "current=$PASSWORD_2" "password=$PASSWORD" \
    "password_again=$PASSWORD"
  assert_status 303
  get /account
  assert_status 200
  as change-other
  get /account
  assert_status 303
}

@test "R2 changing the password: each mistake at its field" {
  register careful
  sign_in careful
  get /account/password
  post /account/password current=wrong "password=$PASSWORD_2" \
    "password_again=$PASSWORD_2"
  assert_status 400
  grep -q 'href="#current"' <<<"$body"
  post /account/password "current=$PASSWORD" password=password1 \
    password_again=password1
  assert_status 400
  grep -q 'href="#password"' <<<"$body"
  post /account/password "current=$PASSWORD" "password=$PASSWORD_2" \
    password_again=x
  assert_status 400
  grep -q 'href="#password_again"' <<<"$body"
  [[ $body != *"$PASSWORD"* ]]
}

@test "R3 a forgotten password: a mailed link, once" {
  register forgetful
  as forgetful-2
  sign_in forgetful
  as "$BATS_TEST_NUMBER"
  get /account/forgot
  post /account/forgot email=Forgetful@Example.org
  assert_status 303
  get "$location"
  assert_text "If there is an account"
  follow_link reset_password forgetful@example.org reset
  assert_status 200
  [ "$(hidden csrf_token)" ]
  post /account/reset "password=$PASSWORD_2" "password_again=$PASSWORD_2"
  assert_status 303
  [ "$location" = /account/done/reset ]
  as forgetful-2
  get /account
  assert_status 303
  as forgetful-3
  sign_in forgetful
  assert_status 403
  get /account/login
  post /account/login login=forgetful "password=$PASSWORD_2"
  assert_status 303
  # Whoever reads the mail owns the address.
  [ -n "$(sql "SELECT verified_at FROM user WHERE username = 'forgetful'")" ]
}

@test "R1 forgot answers alike for an address without an account" {
  get /account/forgot
  post /account/forgot email=nobody-at-all@example.org
  assert_status 303
  [ "$location" = /account/done/forgot ]
  [ "$(sql "SELECT count(*) FROM outbox
    WHERE recipient = 'nobody-at-all@example.org'")" = 0 ]
  get /account/forgot
  post /account/forgot email=nonsense
  assert_status 400
  grep -q 'href="#email"' <<<"$body"
}

# ---- sessions ----

@test "R7 sessions: the list, signing out one, and all others" {
  register many
  local i
  for i in 1 2 3; do
    as "many-$i"
    sign_in many
  done
  get /account/sessions
  assert_status 200
  assert_text "This browser"
  assert_text "From 127.0.0.1"
  [ "$(grep -c 'name="session" value="[0-9]' <<<"$body")" = 3 ]
  local id
  id=$(sql "SELECT min(s.id) FROM session s JOIN user u ON u.id = s.user_id
    WHERE username = 'many'")
  post /account/sessions "session=$id"
  assert_status 303
  get "$location"
  [ "$(grep -c 'name="session" value="[0-9]' <<<"$body")" = 2 ]
  as many-1
  get /account
  assert_status 303
  as many-3
  get /account/sessions
  post /account/sessions session=others
  get /account/sessions
  [ "$(grep -c 'name="session" value="[0-9]' <<<"$body")" = 1 ]
  refute_text "Sign out everywhere else"
  as many-2
  get /account
  assert_status 303
}

@test "R7 signing out this browser from the list is logging out" {
  register self
  sign_in self
  get /account/sessions
  post /account/sessions "session=$(sql "SELECT s.id FROM session s
    JOIN user u ON u.id = s.user_id WHERE username = 'self'")"
  assert_status 303
  [ "$location" = /account/done/logout ]
  [ -z "$(session_cookie)" ]
}

# ---- data ----

@test "R7 the data: a page, and all of it to take along" {
  add_event data
  register taker
  sign_in taker
  hold data general 2 taker@example.org
  pay
  get /account/data
  assert_text "This is what we keep of you"
  get /account/data.json
  assert_status 200
  grep -qi '^content-disposition: attachment' <<<"$headers"
  grep -qi '^content-type: application/json' <<<"$headers"
  [ "$(jq -r .account.email <<<"$body")" = taker@example.org ]
  [ "$(jq -r '.bookings[0].reference' <<<"$body")" = "$REFERENCE" ]
  [ "$(jq -r '.bookings[0].tickets | length' <<<"$body")" = 2 ]
  [ "$(jq -r '.bookings[0].total' <<<"$body")" = 30 ]
  [ "$(jq -r '.sessions | length' <<<"$body")" = 1 ]
  [[ $body != *hash* && $body != *argon* && $body != *"$(session_cookie)"* ]]
}

@test "R7 the data is one's own alone" {
  register other
  sign_in other
  get /account/data.json
  [ "$(jq -r '.bookings | length' <<<"$body")" = 0 ]
  [[ $body != *taker* ]]
}

# ---- leaving ----

@test "R7 deleting the account asks for the password, and forgets" {
  register leaver
  as leaver-2
  sign_in leaver
  as leaver-1
  sign_in leaver
  get /account/delete
  assert_text "This cannot be undone"
  post /account/delete current=wrong
  assert_status 400
  grep -q 'href="#current"' <<<"$body"
  get /account/delete
  post /account/delete "current=$PASSWORD"
  assert_status 303
  get "$location"
  assert_text "Your account is deleted"
  [ "$(sql "SELECT count(*) FROM user WHERE email = 'leaver@example.org'
    OR username = 'leaver'")" = 0 ]
  get /account
  assert_status 303
  as leaver-2
  get /account
  assert_status 303
  as leaver-1
  sign_in leaver
  assert_status 403
}

@test "R7 with the account goes what waiting lists say of it, also of past places" {
  local place
  add_event gone
  sql_write "UPDATE tier SET capacity = 0 WHERE event_id =
    (SELECT id FROM event WHERE slug = 'gone')"
  register zaphod
  sql_write "UPDATE user SET verified_at = 1 WHERE username = 'zaphod'"
  sign_in zaphod
  for place in zaphod@example.org trillian@example.org; do
    get /book/gone/queue
    post /book/gone/queue name=Beeblebrox "email=$place" tier=general quantity=1
    assert_status 303
    place=$location
    get "$place"
  done
  post "$place/leave"
  assert_status 303
  book gone general 1 zaphod@example.org
  get /account/delete
  post /account/delete "current=$PASSWORD"
  assert_status 303
  run sqlite3 "file:$DATA/campuspass.db?mode=ro" .dump
  refute_output --partial Beeblebrox
  refute_output --partial zaphod
  refute_output --partial trillian@example.org
  assert_equal "$(sql "SELECT count(*) FROM queue_entry WHERE state = 'left'")" 2
}

@test "R7 an address that was never proved takes nobody's mails along" {
  register victim
  sql_write "UPDATE user SET verified_at = 1 WHERE username = 'victim'"
  get /account/forgot
  post /account/forgot email=victim@example.org
  get /account/register
  post /account/register first_name=M last_name=M username=mallory \
    email=victim@example.org "password=$PASSWORD" "password_again=$PASSWORD"
  sign_in mallory
  get /account/delete
  post /account/delete "current=$PASSWORD"
  assert_status 303
  [ "$(mailed_secret reset_password victim@example.org)" ]
}
