#!/usr/bin/env bats
# The outbox in the back office (B8): each mail's state, retry, resend.
load helper
load staff

setup_file() {
  start_site empty
  add_event jazz title="'Jazz'"
  add_event rock title="'Rock'"
  as ada
  hold jazz general 1 ada@example.org
  pay
  as bob
  hold rock general 1 bob@example.org
  pay
  sql_write "INSERT INTO outbox (message_id, kind, recipient, snapshot,
    due_at, created_at) VALUES ('m9', 'reset_password', 'cid@example.org',
    '{\"name\": \"Cid\", \"secret\": \"S3CR3T\", \"until\": 4000000000}',
    unixepoch(), unixepoch())"
}

teardown_file() {
  stop_site
}

setup() {
  sign_in admin root
}

# The number of the newest mail to somebody.
mail_to() {
  sql "SELECT max(id) FROM outbox WHERE recipient = '$1@example.org'"
}

fail_mail() {
  sql_write "UPDATE outbox SET state = 'failed', attempts = 8,
    error = 'No such mailbox' WHERE id = $1"
}

@test "B8 the list shows state, kind, recipient, attempts, error, due time" {
  fail_mail "$(mail_to ada)"
  get /admin/mail
  assert_status 200
  assert_text "Your tickets mail"
  assert_text "ada@example.org Jazz Failed No such mailbox 8"
  assert_text "bob@example.org Rock Waiting due"
  assert_text "No mail program is set up"
}

@test "B8 the list can be narrowed down to a state" {
  fail_mail "$(mail_to ada)"
  get /admin/mail?state=failed
  assert_text "ada@example.org"
  refute_text "bob@example.org"
  grep -A 1 'value="failed"' <<<"$body" | grep -q selected
  get /admin/mail?state=sent
  assert_text "There is none in this state"
}

@test "B8 a failed mail is tried again" {
  local id
  id=$(mail_to ada)
  fail_mail "$id"
  get "/admin/mail/$id"
  assert_status 200
  assert_text "Last answer No such mailbox"
  post "/admin/mail/$id/retry"
  assert_status 303
  get "$location"
  assert_text "It is due now"
  [ "$(sql "SELECT state || attempts FROM outbox WHERE id = $id")" = waiting0 ]
  [ "$(sql "SELECT count(*) FROM audit a JOIN user u ON u.id = a.user_id
    WHERE a.action = 'mail.retry' AND u.username = 'root'
    AND a.subject LIKE 'mail $id, booking %'
    AND json_extract(a.before, '\$.state') = 'failed'")" = 1 ]
}

@test "B8 a mail that was sent is sent once more, as a mail of its own" {
  local id copy
  id=$(mail_to bob)
  get "/admin/mail/$id"
  post "/admin/mail/$id/resend"
  assert_status 409
  assert_text "was not sent yet"
  sql_write "UPDATE outbox SET state = 'sent', sent_at = unixepoch()
    WHERE id = $id"
  get "/admin/mail/$id"
  assert_text "Send it once more"
  post "/admin/mail/$id/retry"
  assert_status 409
  assert_text "was sent already"
  post "/admin/mail/$id/resend"
  assert_status 303
  copy=$(mail_to bob)
  [ "$copy" -gt "$id" ]
  [ "$location" = "/admin/mail/$copy?done=resend" ]
  [ "$(sql "SELECT count(DISTINCT message_id) FROM outbox
    WHERE id IN ($id, $copy)")" = 2 ]
  [ "$(sql "SELECT count(DISTINCT snapshot || kind || booking_id) FROM outbox
    WHERE id IN ($id, $copy)")" = 1 ]
  [ "$(sql "SELECT count(*) FROM audit WHERE action = 'mail.resend'")" = 1 ]
  # Of no use any more.
  sql_write "UPDATE booking SET state = 'cancelled'
    WHERE email = 'bob@example.org'"
  get "/admin/mail/$id"
  post "/admin/mail/$id/resend"
  assert_status 409
  assert_text "the booking is cancelled by now"
  sql_write "UPDATE booking SET state = 'confirmed'
    WHERE email = 'bob@example.org'"
}

@test "B8 an admin reads what a mail says, but no secret of anybody" {
  get "/admin/mail/$(mail_to ada)"
  assert_text "Your tickets: Jazz"
  assert_text "Ada Lovelace"
  # Nor the key with which one acts as the buyer.
  assert_text "key=****"
  [[ $(page_text) =~ TKT-[0-9A-F]{16} ]]
  [[ ! $(page_text) =~ key=[0-9A-Z] ]]
  get "/admin/mail/$(mail_to cid)"
  assert_status 200
  assert_text "secret link"
  [[ $body != *S3CR3T* ]]
  get /admin/mail
  [[ $body != *S3CR3T* ]]
}

@test "R5 organisers see mails about bookings of their events" {
  sign_in organiser olga
  give_event jazz olga
  get /admin/mail
  assert_status 200
  assert_text "ada@example.org"
  refute_text "bob@example.org"
  refute_text "cid@example.org"
  get "/admin/mail/$(mail_to ada)"
  assert_status 200
  refute_text "Your tickets: Jazz"
  local id
  id=$(mail_to bob)
  get "/admin/mail/$id"
  assert_status 404
  get /admin/mail
  post "/admin/mail/$id/retry"
  [ "$status" = 403 ] || [ "$status" = 404 ]
  get "/admin/mail/$(mail_to ada)"
  post "/admin/mail/$id/retry"
  assert_status 404
  sign_in door doris
  get /admin/mail
  assert_status 403
  sign_in user ulla
  get "/admin/mail/$id"
  assert_status 403
}

@test "wrong numbers are not found, and GET changes nothing" {
  get /admin/mail/0
  assert_status 404
  get /admin/mail/abc
  assert_status 404
  get /admin/mail/99999
  assert_status 404
  get "/admin/mail?before=x"
  assert_status 400
  get "/admin/mail/$(mail_to ada)/retry"
  assert_status 405
  body=""
  post "/admin/mail/$(mail_to ada)/retry"
  assert_status 403
}

@test "the list has pages" {
  sql_write "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
      WHERE i < 60) INSERT INTO outbox (message_id, kind, recipient, due_at,
      created_at) SELECT 'p' || i, 'taken_email', 'p' || i || '@example.org',
      unixepoch(), unixepoch() FROM n"
  get /admin/mail
  assert_text "p60@example.org"
  refute_text "ada@example.org"
  local older
  older=$(grep -o 'before=[0-9]*' <<<"$body")
  get "/admin/mail?$older"
  assert_text "ada@example.org"
  refute_text "p60@example.org"
  assert_text "Newest"
}

@test "the operator's retry leaves its line, too" {
  fail_mail "$(mail_to ada)"
  run "$BUILD/campuspass" --data "$DATA" mail retry "$(mail_to ada)"
  assert_success
  get /admin/audit?what=mail.
  assert_text "(operator) mail.retry"
}
