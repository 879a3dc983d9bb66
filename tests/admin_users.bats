#!/usr/bin/env bats
# Users and the audit log in the back office (R5).
load helper
load staff

setup_file() {
  start_site empty
  add_event jazz title="'Jazz'"
}

teardown_file() {
  stop_site
}

setup() {
  sign_in admin root
}

# make_user ROLE NAME: without signing in.
make_user() {
  "$BUILD/campuspass" --data "$DATA" user add --role "$1" --username "$2" \
    --email "$2@example.org" --password-stdin <<<"$STAFF_PASSWORD" >/dev/null
}

@test "R5 admin pages are for admins alone: others get 403" {
  sign_in organiser olga
  for path in /admin/users /admin/users/1 /admin/settings; do
    get "$path"
    assert_status 403
    assert_text "It is not for the account that you are signed in with."
  done
  get /admin/audit
  assert_status 200
  for path in /admin/users/1/role /admin/users/1/disable /admin/settings; do
    post "$path" role=admin
    assert_status 403
  done
  [ "$(sql "SELECT role FROM user WHERE username = 'olga'")" = organiser ]
  for somebody in "door doris" "user ulla"; do
    # shellcheck disable=SC2086
    sign_in $somebody
    for path in /admin /admin/users /admin/settings /admin/audit; do
      get "$path"
      assert_status 403
    done
  done
  as stranger
  get /admin/users
  assert_status 303
  [[ $location == /account/login* ]]
}

@test "users are found by name, user name, email and role" {
  make_user user anneliese
  make_user organiser bernd
  sql_write "UPDATE user SET first_name = 'Anne', last_name = 'Liese-Meyer'
    WHERE username = 'anneliese'"
  get "/admin/users?q=liese-m"
  assert_text "anneliese"
  refute_text "bernd"
  get "/admin/users?q=BERND@exa"
  assert_text "bernd"
  refute_text "anneliese"
  get "/admin/users?q=meyer+anne"
  assert_text "anneliese"
  refute_text "bernd"
  get "/admin/users?role=staff"
  assert_text "bernd"
  refute_text "anneliese"
  get "/admin/users?role=user"
  assert_text "anneliese"
  refute_text "bernd@"
  get "/admin/users?q=%25"
  assert_text "Nobody"
  get "/admin/users?page=0"
  assert_status 400
}

@test "whether staff have a second factor is shown" {
  make_user door dora
  get "/admin/users?q=dora"
  assert_text "Door staff Off"
  sql_write "UPDATE user SET totp_secret = 'x', two_factor_at = 1
    WHERE username = 'dora'"
  get "/admin/users?q=dora"
  assert_text "Door staff On"
}

@test "another role: sessions end, the audit log says who did it" {
  sign_in user rita
  get /account
  assert_status 200
  as root
  local id
  id=$(user_id rita)
  get "/admin/users/$id"
  assert_status 200
  post "/admin/users/$id/role" role=organiser
  assert_status 303
  get "$location"
  assert_text "The role is changed"
  assert_text "Role Organiser"
  [ "$(sql "SELECT role FROM user WHERE id = $id")" = organiser ]
  as rita
  get /account
  assert_status 303
  as root
  get /admin/audit?what=user.
  assert_text "root user.role user $id role: user organiser"
  # The same once more changes nothing and says nothing.
  get "/admin/users/$id"
  post "/admin/users/$id/role" role=organiser
  [ "$(sql "SELECT count(*) FROM audit WHERE subject = 'user $id'")" = 1 ]
}

@test "a role that does not exist is refused" {
  make_user user tom
  local id
  id=$(user_id tom)
  for role in "" king visitor; do
    get "/admin/users/$id"
    post "/admin/users/$id/role" "role=$role"
    assert_status 400
    assert_text "Choose a role"
  done
  [ "$(sql "SELECT role FROM user WHERE id = $id")" = user ]
}

@test "disabled: signed out, cannot sign in, can again when enabled" {
  sign_in user sven
  local id
  id=$(user_id sven)
  as root
  get "/admin/users/$id"
  post "/admin/users/$id/disable"
  assert_status 303
  get "$location"
  assert_text "may not sign in any more"
  as sven
  get /account
  assert_status 303
  get /account/login
  post /account/login login=sven "password=$STAFF_PASSWORD"
  [ "$status" != 303 ]
  as root
  get "/admin/users/$id"
  assert_text "Let them sign in again"
  post "/admin/users/$id/enable"
  assert_status 303
  as sven
  get /account/login
  post /account/login login=sven "password=$STAFF_PASSWORD"
  assert_status 303
  [ "$(sql "SELECT group_concat(action) FROM (SELECT action FROM audit
    WHERE subject = 'user $id' ORDER BY id)")" = "user.disable,user.enable" ]
}

@test "the last admin stays one" {
  local id
  id=$(user_id root)
  [ "$(sql "SELECT count(*) FROM user WHERE role = 'admin'")" = 1 ]
  get "/admin/users/$id"
  assert_text "This is your own account"
  post "/admin/users/$id/role" role=user
  assert_status 409
  assert_text "There is no other admin"
  post "/admin/users/$id/disable"
  assert_status 409
  [ "$(sql "SELECT role || coalesce(disabled_at, '') FROM user
    WHERE id = $id")" = admin ]
  get /admin/users
  assert_status 200
}

@test "an unknown user is not found" {
  for id in 999 0 x 99999999999999999999; do
    get "/admin/users/$id"
    assert_status 404
  done
}

@test "the audit log is append-only" {
  sql_write "INSERT INTO audit (action, subject, created_at)
    VALUES ('event.publish', 'event jazz', 1)"
  for statement in "UPDATE audit SET action = 'x'" "DELETE FROM audit" \
    "REPLACE INTO audit (id, action, subject, created_at)
      SELECT min(id), 'x', 'x', 1 FROM audit"; do
    run sql_write "$statement"
    assert_failure
    assert_output --partial "append-only"
  done
}

@test "the audit log: who, what, when, before and after; organisers see theirs" {
  sql_write "INSERT INTO audit (user_id, action, event_id, subject, before,
    after, created_at) SELECT $(user_id root), 'event.edit', id, 'event jazz',
    '{\"title\":\"Jass <b>\",\"capacity\":10}', '{\"title\":\"Jazz\"}',
    unixepoch('2026-01-02 03:04') FROM event WHERE slug = 'jazz'"
  get "/admin/audit?what=event."
  assert_text "Fri 2 Jan 2026, 03:04 root event.edit event jazz Jazz"
  assert_text "title: Jass <b> Jazz"
  assert_text "capacity: 10"
  [[ $body != *"Jass <b>"* ]]
  refute_text "user.role"
  sign_in organiser olga
  get /admin/audit
  assert_text "Nothing"
  give_event jazz olga
  get /admin/audit
  assert_text "event.edit"
  refute_text "user.role"
}

@test "the audit log is found by person, kind, thing and days, and taken out as CSV" {
  "$BUILD/campuspass" --data "$DATA" user add --role admin --username Zoe \
    --email zoe@example.org --password-stdin <<<"$STAFF_PASSWORD" >/dev/null
  sql_write "INSERT INTO audit (user_id, action, event_id, subject, before, after,
      reason, created_at)
    SELECT u.id, v.column1, e.id, v.column2, '{}', v.column3, v.column4, unixepoch(v.column5)
    FROM (VALUES ('booking.cancel', 'booking 7GQ2K9MXTA', '{\"part\":50}', '', '2025-03-01 12:00'),
      ('booking.note', 'booking 8HR3K9MXTA', '{}', 'so it is', '2025-03-02 23:59'),
      ('event.edit', 'event jazz', '=1+1', '', '2025-03-03 00:00')) v
    JOIN user u ON u.username = 'Zoe' JOIN event e ON e.slug = 'jazz'"
  get "/admin/audit?person=zOe"
  assert_text "7GQ2K9MXTA"
  assert_text "event.edit"
  refute_text "root"
  get "/admin/audit?thing=7gq2k9mxta"
  assert_text "7GQ2K9MXTA"
  refute_text "8HR3K9MXTA"
  # Of an event: what was done to it and to its bookings.
  get "/admin/audit?thing=jazz&person=ZO"
  assert_text "7GQ2K9MXTA"
  assert_text "event jazz"
  get "/admin/audit?person=zo&what=booking.&from=2025-03-02&to=2025-03-02"
  assert_text "8HR3K9MXTA"
  refute_text "7GQ2K9MXTA"
  refute_text "event.edit"
  # The filter stays in the form, and goes into the file.
  [[ $body == *'value="2025-03-02"'*'value="2025-03-02"'* ]]
  local file
  file=$(grep -o '/admin/audit.csv?[^"]*' <<<"$body" | sed 's/&amp;/\&/g')
  get "$file"
  assert_status 200
  [[ $headers == *'text/csv'*'filename="audit.csv"'* ]]
  [ "$(tr -d '\r' <<<"$body" | tail -n +2)" = \
    '2025-03-02T23:59:00Z,Zoe,booking.note,booking 8HR3K9MXTA,Jazz,{},{},so it is' ]
  get "/admin/audit.csv?person=zo&what=event."
  [[ $body == *",'=1+1,"* ]]
  get "/admin/audit?what=nope"
  assert_status 400
  assert_text "Choose one from the list"
  get "/admin/audit.csv?what=nope"
  assert_status 400
  get "/admin/audit?from=yesterday"
  assert_status 400
  assert_text "Write the date as 2026-11-28"
  get "/admin/audit.csv?to=2025-99-01"
  assert_status 400
  # An organiser's file has their own lines alone.
  sql_write "UPDATE event SET owner_id = NULL WHERE slug = 'jazz'"
  sign_in organiser olga
  get "/admin/audit.csv"
  assert_status 200
  [ "$(wc -l <<<"$body")" = 1 ]
}

@test "the audit log has pages" {
  sql_write "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
      WHERE i < 60) INSERT INTO audit (action, subject, created_at)
      SELECT 'door.x', 'ticket ' || i, 1 FROM n"
  get /admin/audit?what=door.
  assert_text "ticket 60"
  refute_text "ticket 10 "
  local older
  older=$(grep -o 'before=[0-9]*' <<<"$body")
  get "/admin/audit?what=door.&$older"
  assert_text "ticket 10 "
  refute_text "ticket 60"
}

@test "the operator's changes leave lines, too" {
  make_user user olaf
  "$BUILD/campuspass" --data "$DATA" user role olaf door
  get "/admin/audit?what=user."
  assert_text "(operator) user.role"
}
