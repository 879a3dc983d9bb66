#!/usr/bin/env bats
# Mail (R44, B8, I12): what arrives at a real mail server, through msmtp, read
# by Python's parser; and what happens when it does not arrive.
#
# DATA/mode says what the mail program does: "smtp" sends through msmtp, other
# words are in make_mailer (mail.bash). Time only goes on.
load helper
load mail

setup_file() {
  start_mail "mail_per_hour = 100"
}

setup() {
  as "b$BATS_TEST_NUMBER"
  E="m$BATS_TEST_NUMBER"
  WHO="buyer$BATS_TEST_NUMBER@example.org"
  rm -f "$BOX"/*.eml "$BOX/behave"
  echo smtp >"$DATA/mode"
}

# A test that starts a server of its own says so.
teardown() {
  [ -z "${OWN_SERVER:-}" ] || stop_site
}

@test "R44 a confirmed booking is mailed with its tickets, by itself" {
  add_event "$E" "title='Jazz & Soul'"
  buy
  until_mail "state = 'sent'"
  assert_equal "$(arrived 1 .subject)" "Your tickets: Jazz & Soul"
  assert_equal "$(arrived 1 '.from | tostring')" \
    '[["Société “Jazz”","box-office@example.org"]]'
  assert_equal "$(arrived 1 '.to | tostring')" "[[\"Ada Lovelace\",\"$WHO\"]]"
  assert_equal "$(arrived 1 '.envelope | tostring')" \
    "[\"bounces@example.org\",\"$WHO\"]"
  assert_equal "$(arrived 1 '.defects | tostring')" "[]"
  assert_equal "$(arrived 1 '.types | join(" ")')" \
    "$(tr -d '\n' <<<'multipart/mixed multipart/alternative text/plain
 text/html application/pdf text/calendar')"
  assert_equal "$(arrived 1 .auto)" auto-generated
  assert_equal "$(arrived 1 .ascii)" true
  [ "$(arrived 1 .longest)" -le 78 ]
  local part code
  for part in text html; do
    run arrived 1 ".$part"
    for code in $(sql "SELECT code FROM ticket k JOIN booking b
        ON b.id = k.booking_id WHERE reference = '$REFERENCE'"); do
      assert_output --partial "$code"
    done
    assert_output --partial "$REFERENCE"
    assert_output --partial "\$30.00"
    assert_output --partial "Hello"
    assert_output --partial "http://tickets.example.org/tickets/$REFERENCE"
  done
  assert_output --partial "Jazz &amp; Soul"
  refute_output --partial "Jazz & Soul"
  assert_sound
}

@test "R44 names and titles of all scripts and lengths arrive as they are" {
  local title name
  title="Jürgens Jazz-Abend 🎷 im Schloßgarten — $(printf 'sehr lang %.0s' {1..24})🎉"
  name="אברהם בן־דוד $(printf 'ﷺ%.0s' {1..80}) Ünïcödé \"Q\" \\ (x) <y>"
  add_event "$E" "title='$title'"
  hold "$E" general 1 "$WHO"
  sql_write "UPDATE booking SET name = '$name' WHERE reference = '$REFERENCE'"
  pay
  until_mail "state = 'sent'"
  assert_equal "$(arrived 1 .subject)" "Your tickets: $title"
  assert_equal "$(arrived 1 '.to[0][0]')" "$name"
  assert_equal "$(arrived 1 '.to[0][1]')" "$WHO"
  assert_equal "$(arrived 1 '.defects | tostring')" "[]"
  [ "$(arrived 1 .longest)" -le 78 ]
  run arrived 1 .text
  assert_output --partial "Hello $name,"
}

@test "R44 no name or title can add a header or a recipient" {
  local evil=$'Eve\r\nBcc: victim@example.org\r\n\r\nBuy now\n\n.\n'
  add_event "$E" "title='Talk' || char(13, 10) || 'Bcc: victim@example.org'"
  hold "$E" general 1 "$WHO"
  sql_write "UPDATE booking SET name = '$evil' WHERE reference = '$REFERENCE'"
  pay
  until_mail "state = 'sent'"
  assert_equal "$(count_arrived)" 1
  assert_equal "$(arrived 1 '.bcc | tostring')" "[]"
  assert_equal "$(arrived 1 '.envelope[1]')" "$WHO"
  assert_equal "$(arrived 1 .subject)" \
    "Your tickets: Talk Bcc: victim@example.org"
  assert_equal "$(arrived 1 '.headers | join(" ")')" \
    "$(tr -d '\n' <<<'X-From X-To From To Reply-To Subject Date Message-ID
 MIME-Version Auto-Submitted Content-Type')"
  # Nor does it begin a line, or the greeting carry what looks like a link.
  run arrived 1 .text
  assert_line "Hello,"
  refute_line --regexp '^(Bcc|Buy|\.)'
}

@test "R44 whoever books for a stranger has no link mailed to them" {
  add_event "$E"
  sql_write "UPDATE tier SET price = 0 WHERE event_id =
    (SELECT id FROM event WHERE slug = '$E')"
  get "/book/$E"
  post "/book/$E" tier=general quantity=1 "email=$WHO" \
    "name=You won, see http://evil.example/x"
  REFERENCE=${location##*/}
  pay
  until_mail "state = 'sent'"
  run arrived 1 '.text, .html, .subject, (.to | tostring)'
  assert_output --partial "Event $E"
  refute_output --partial evil.example
}

@test "R44 a mail that is put off harms no booking and arrives once, later" {
  server_does later
  add_event "$E"
  buy
  until_mail "attempts = 1 AND error LIKE '%451%'"
  assert_equal "$(outbox state)" waiting
  get "/tickets/$REFERENCE"
  assert_text "Confirmed"
  assert_equal "$(outbox "due_at - $(now) BETWEEN 40 AND 60")" 1
  server_does take
  run campuspass mail send
  assert_output "0 sent, 0 not"
  pass_time 61
  run campuspass mail send
  assert_output "1 sent, 0 not"
  assert_equal "$(count_arrived)" 1
  assert_equal "$(outbox "state || attempts || error")" sent2
  assert_equal "$(arrived 1 .id)" "<$(outbox message_id)@example.org>"
  assert_sound
}

@test "R44 a server that refuses, hangs or hangs up: the outbox says so" {
  add_event "$E"
  mailer_does down
  buy
  until_mail "attempts = 1"
  mailer_does smtp
  server_does refuse
  pass_time 61
  campuspass mail send
  assert_equal "$(outbox "state || attempts")" failed2
  run outbox error
  assert_output --partial "550"
  run campuspass mail retry "$(outbox id)"
  assert_output "mail $(outbox id) is due now"
  server_does hang
  campuspass mail send
  assert_equal "$(outbox "state || attempts")" waiting1
  [ -n "$(outbox error)" ]
  server_does drop
  pass_time 61
  campuspass mail send
  assert_equal "$(outbox "state || attempts")" waiting2
  server_does take
  pass_time 301
  campuspass mail send
  assert_equal "$(outbox "state || attempts")" sent3
  # The server had kept the one that it hung up on: both are the same.
  assert_equal "$(count_arrived)" 2
  cmp "$BOX/1.eml" "$BOX/2.eml"
}

@test "I12 killed while it sends: sent again, byte for byte the same" {
  add_event "$E"
  mailer_does down
  buy
  until_mail "attempts = 1"
  pass_time 61
  mailer_does twice
  run campuspass mail send
  assert_failure 137
  assert_equal "$(count_arrived)" 1
  assert_equal "$(outbox "state || attempts")" waiting2
  assert_equal "$(outbox error)" "The attempt was cut short."
  mailer_does smtp
  campuspass mail send
  assert_equal "$(count_arrived)" 1
  pass_time 301
  campuspass mail send
  assert_equal "$(count_arrived)" 2
  assert_equal "$(outbox state)" sent
  assert_equal "$(arrived 1 .id)" "$(arrived 2 .id)"
  cmp "$BOX/1.eml" "$BOX/2.eml"
  assert_sound
}

@test "R72 the status page finds a mail program that has arguments" {
  get /status
  assert_status 200
  assert_text "The mail program is there."
}

@test "B8 after eight attempts it has failed; retry starts over" {
  add_event "$E"
  mailer_does down
  buy
  until_mail "attempts = 1"
  for attempt in 2 3 4 5 6 7; do
    pass_time 14401
    campuspass mail send
    assert_equal "$(outbox "state || attempts")" "waiting$attempt"
  done
  pass_time 14401
  campuspass mail send
  assert_equal "$(outbox "state || attempts")" failed8
  assert_equal "$(outbox error)" \
    "The mail program ended with 75: mailer: queue is down"
  pass_time 14401
  campuspass mail send
  assert_equal "$(outbox attempts)" 8
  run campuspass mail list
  assert_line --regexp "failed.*confirmed.*$WHO.*8.*queue is down"
  mailer_does smtp
  run campuspass mail retry "$(outbox id)"
  assert_success
  campuspass mail send
  assert_equal "$(outbox "state || attempts || error")" sent1
  run campuspass mail retry "$(outbox id)"
  assert_failure 1
  assert_output --partial "was sent already"
}

@test "B8 what the mail program never will take has failed at once" {
  add_event "$E"
  mailer_does never
  buy
  until_mail "state = 'failed'"
  assert_equal "$(outbox error)" \
    "The mail program ended with 67: mailer: no such user"
  assert_equal "$(outbox attempts)" 1
}

@test "B8 mail show prints the message as it is sent; wrong numbers are said" {
  add_event "$E"
  buy
  until_mail "state = 'sent'"
  campuspass mail show "$(outbox id)" >"$BATS_TEST_TMPDIR/shown"
  tail -n +3 "$BOX/1.eml" | tr -d '\r' | diff - "$BATS_TEST_TMPDIR/shown"
  for id in 0 999999 -1; do
    run campuspass mail show "$id"
    assert_failure 1
    assert_output "campuspass: There is no mail $id"
  done
  run campuspass mail show x
  assert_failure 1
  run campuspass mail show
  assert_failure 2
  run campuspass mail
  assert_failure 2
}

@test "R44 nobody waits for a slow mail program" {
  add_event "$E"
  mailer_does slow
  buy
  for _ in 1 2 3 4 5 6; do
    get /
    assert_status 200
  done
  # It has not ended yet.
  run campuspass mail send
  assert_failure 1
  assert_output --partial "Another process is sending mail"
  touch "$DATA/may-end"
  until_mail "error LIKE '%ended with 75%'"
}

@test "R57 an offer is mailed with its link, but not when it has ended" {
  add_event "$E" queue_is_open=1
  sql_write "UPDATE event SET timezone = 'Asia/Tashkent' WHERE slug = '$E'"
  sql_write "UPDATE tier SET capacity = 0 WHERE event_id =
    (SELECT id FROM event WHERE slug = '$E')"
  get "/book/$E/queue"
  post "/book/$E/queue" tier=any quantity=1 "name=Next" "email=$WHO" terms=yes
  assert_status 303
  mailer_does down
  sql_write "UPDATE tier SET capacity = 1 WHERE event_id =
    (SELECT id FROM event WHERE slug = '$E')"
  as other
  get "/book/$E/queue"
  post "/book/$E/queue" tier=any quantity=1 name=Other \
    email=other@example.org terms=yes
  assert_status 303
  until_mail "kind = 'offered' AND attempts = 1"
  campuspass mail show "$(outbox id)" >"$BOX/1.eml"
  local key
  key=$(sql "SELECT entry_key FROM queue_entry WHERE email = '$WHO'")
  run arrived 1 .text
  assert_output --partial "http://tickets.example.org/book/$E/queue/$key"
  # Its end, by the clocks of the event's place.
  assert_output --regexp "These places are yours until[^;]* UTC[+]05;"
  assert_equal "$(arrived 1 .subject)" "Places are free for you: Event $E"
  get "/book/$E/queue/$key"
  assert_text "A place is yours"
  rm "$BOX/1.eml"
  mailer_does smtp
  pass_time $((24 * 3600))
  campuspass mail send
  assert_equal "$(count_arrived)" 0
  assert_equal "$(outbox state)" failed
  run outbox error
  assert_output --partial "Not sent"
}

@test "R44 tickets of a booking that is cancelled by then are not sent" {
  add_event "$E"
  mailer_does down
  buy
  until_mail "attempts = 1"
  mailer_does smtp
  sql_write "UPDATE booking SET state = 'cancelled' WHERE
    reference = '$REFERENCE'"
  pass_time 61
  campuspass mail send
  assert_equal "$(count_arrived)" 0
  assert_equal "$(outbox "state || error")" \
    "failedNot sent: the booking is cancelled by now"
}

@test "R44 every kind of an account's letters can be read" {
  local kind
  for kind in verify_email taken_email reset_password password_changed \
    email_changed; do
    sql_write "INSERT INTO outbox (message_id, kind, recipient, snapshot,
      due_at, created_at) VALUES ('$kind', '$kind', '$WHO',
      '{\"name\": \"Ada\", \"secret\": \"S3CRET\", \"until\": 1900000000}',
      9999999999, 1790000000)"
    campuspass mail show "$(outbox id)" >"$BOX/1.eml"
    assert_equal "$(arrived 1 '.defects | tostring')" "[]"
    run arrived 1 .text
    assert_output --partial "Hello Ada,"
    assert_output --partial "http://tickets.example.org/account/"
    case $kind in verify_email | reset_password)
      assert_output --partial "/S3CRET"
      assert_output --partial "2030"
      run arrived 1 .html
      assert_output --partial "/S3CRET\""
      ;;
    esac
  done
}

@test "B8 beyond the hour's limit mail waits" {
  sed -i 's/^mail_per_hour.*/mail_per_hour = 2/' "$DATA/campuspass.conf"
  pass_time 7200
  for i in 1 2 3; do
    sql_write "INSERT INTO outbox (message_id, kind, recipient, snapshot,
      due_at, created_at) VALUES ('limit$i', 'taken_email', '$WHO', '{}',
      0, $(now) - 5000 + $i)"
  done
  run campuspass mail send
  assert_output "2 sent, 0 not"
  run campuspass mail send
  assert_output "0 sent, 0 not"
  pass_time 3601
  run campuspass mail send
  assert_output "1 sent, 0 not"
  assert_equal "$(count_arrived)" 3
  sed -i 's/^mail_per_hour.*/mail_per_hour = 100/' "$DATA/campuspass.conf"
}

@test "I12 check finds a confirmed booking without a mail" {
  add_event "$E"
  buy
  until_mail "state = 'sent'"
  assert_sound
  sql_write "UPDATE outbox SET kind = 'other' WHERE recipient = '$WHO'"
  run campuspass check
  assert_failure 1
  assert_output --partial "I12: confirmed without a mail: $REFERENCE"
  sql_write "UPDATE outbox SET kind = 'confirmed' WHERE recipient = '$WHO'"
}

@test "R44 without a mail program everything waits, and selling goes on" {
  stop_site
  sed -i '/^sendmail/d' "$DATA/campuspass.conf"
  start_server
  OWN_SERVER=yes
  add_event "$E"
  buy
  get /
  assert_equal "$(outbox "state || attempts")" waiting0
  run campuspass mail send
  assert_failure 1
  assert_output --partial "No mail program is set"
  run campuspass sweep
  assert_success
}

# old_mail KIND STATE DAYS RECIPIENT [BOOKING]: a row that old.
old_mail() {
  sql_write "INSERT INTO outbox (message_id, kind, recipient, booking_id, snapshot,
      state, due_at, created_at, sent_at)
    VALUES (hex(randomblob(8)), '$1', '$4', ${5:-NULL}, '{\"name\":\"Ann\"}', '$2', $(now) + 999999,
      $(now) - $3 * 86400, CASE '$2' WHEN 'sent' THEN $(now) - $3 * 86400 END)"
}

@test "sent mails are forgotten after mail_keep_days, those not sent never" {
  export DATA="$BATS_TEST_TMPDIR/own"
  "$BUILD/campuspass" --data "$DATA" init >/dev/null
  echo "mail_keep_days = 30" >>"$DATA/campuspass.conf"
  add_event kept
  sql_write "INSERT INTO booking (reference, event_id, email, state, source, quantity,
      total, currency, created_at, expires_at, confirmed_at)
    SELECT 'AAAAAAAAAA', id, 'old@example.org', 'confirmed', 'page', 1, 0, 'USD',
      1, 1, 1 FROM event WHERE slug = 'kept'"
  old_mail promotion sent 31 gone@example.org
  old_mail promotion sent 29 young@example.org
  old_mail promotion waiting 400 waits@example.org
  old_mail promotion failed 400 failed@example.org
  old_mail confirmed sent 31 old@example.org "(SELECT id FROM booking)"
  old_mail refunded sent 31 back@example.org "(SELECT id FROM booking)"
  for _ in $(seq 450); do echo "INSERT INTO outbox (message_id, kind, recipient, state,
    due_at, created_at, sent_at) VALUES (hex(randomblob(8)), 'promotion', 'x@example.org',
    'sent', 1, 1, 1);"; done >"$BATS_TEST_TMPDIR/many.sql"
  sql_write "$(cat "$BATS_TEST_TMPDIR/many.sql") SELECT 1"
  "$BUILD/campuspass" --data "$DATA" sweep
  assert_equal "$(sql "SELECT group_concat(recipient, ' ') FROM (SELECT recipient FROM outbox
    WHERE recipient <> '' ORDER BY recipient)")" \
    "failed@example.org waits@example.org young@example.org"
  # That a booking's mail went is still there for the proof, without a person.
  assert_equal "$(sql "SELECT kind || recipient || snapshot FROM outbox
    WHERE recipient = ''")" 'confirmed{"valid_until": 1}'
  # 0 keeps all of them.
  sed -i 's/^mail_keep_days.*/mail_keep_days = 0/' "$DATA/campuspass.conf"
  pass_time 90000
  old_mail promotion sent 4000 ancient@example.org
  "$BUILD/campuspass" --data "$DATA" sweep
  assert_equal "$(sql "SELECT count(*) FROM outbox
    WHERE recipient = 'ancient@example.org'")" 1
}
