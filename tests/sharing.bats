#!/usr/bin/env bats
# Mails that people have sent to friends (R46), and mails about coming events
# (R47): what arrives at a real mail server, and what does not.
load helper
load accounts
load mail

# ---- a friend ----

# share FRIEND [MESSAGE]
share() {
  get "/events/$E/share"
  post "/events/$E/share" "friend_email=$1" "message=${2:-}"
}

@test "R46 an event is shared by mail: ours, with the sender's words quoted" {
  add_event "$E" "title='Fado à noite 🎸'"
  get "/events/$E"
  [[ $body == *"href=\"/events/$E/share\""* ]]
  get "/events/$E/share"
  assert_status 200
  share friend@example.org $'Kommst du mit?\n\nAm 19.30 Uhr, e.g. früher 🎉'
  assert_status 303
  get "$location"
  assert_text "Thank you for sharing"
  wait_mail 1
  assert_letter 1
  assert_equal "$(arrived 1 .subject)" "Somebody thought of you: Fado à noite 🎸"
  assert_equal "$(arrived 1 '.to | tostring')" '[["","friend@example.org"]]'
  assert_equal "$(arrived 1 '.from[0][1]')" box-office@example.org
  run arrived 1 .text
  assert_line "> Kommst du mit?"
  assert_line "> Am 19.30 Uhr, e.g. früher 🎉"
  assert_line "http://tickets.example.org/events/$E"
  assert_output --partial "Somebody gave us your address"
  # The address is not kept.
  assert_equal "$(sql "SELECT count(*) FROM outbox WHERE recipient = 'friend@example.org'
    OR snapshot LIKE '%Kommst%'")" 0
}

@test "R46 who has signed in is named, but not by what looks like an address" {
  add_event "$E"
  register "sharer"
  wait_mail 1
  rm "$BOX/1.eml"
  sql_write "UPDATE user SET verified_at = 1 WHERE username = 'sharer'"
  sign_in sharer
  assert_status 303
  get "/events/$E/share"
  assert_text "It says that it comes from Ada Lovelace"
  share one@example.org
  wait_mail 1
  run arrived 1 .text
  assert_output --partial "Ada Lovelace gave us your address"
  sql_write "UPDATE user SET first_name = 'Buy at evil.example',
    last_name = '' WHERE username = 'sharer'"
  share two@example.org
  wait_mail 2
  run arrived 2 '.text, .html, .subject'
  refute_output --partial "evil.example"
  assert_output --partial "Somebody gave us your address"
}

@test "R46 no open relay: no header, no recipient, no link of the sender's" {
  local wrong
  add_event "$E"
  for wrong in $'friend@example.org\r\nBcc: victim@example.org' \
    'a@example.org, b@example.org' 'a@example.org;b@example.org' \
    '<a@example.org>' 'a@example.org b@example.org' 'nobody' ''; do
    share "$wrong"
    assert_status 400
    assert_text "There is a problem"
  done
  as "c$BATS_TEST_NUMBER"
  for wrong in 'See http://evil.example/' 'www.evil' 'evil.example is good' \
    'write to x@evil' 'HTTPS://EVIL' "$(printf 'x%.0s' {1..501})"; do
    get "/events/$E/share"
    post "/events/$E/share" friend_email=friend@example.org "message=$wrong"
    assert_status 400
    [[ $body == *'id="message-error"'* ]]
    refute_text "Value nothing"
    as "c$BATS_TEST_NUMBER$RANDOM"
  done
  share friend@example.org $'\r\n.\r\nBcc: victim.\r\n\r\n<b>bold</b> & "q"'
  assert_status 303
  wait_mail 1
  assert_equal "$(arrived 1 '.envelope[1]')" friend@example.org
  assert_equal "$(arrived 1 '.bcc | tostring')" "[]"
  run arrived 1 .text
  assert_line "> Bcc: victim."
  assert_line "> <b>bold</b> & \"q\""
  run arrived 1 .html
  refute_output --partial "<b>"
  assert_output --partial "&lt;b&gt;bold"
  send_all
  refute [ -e "$BOX/2.eml" ]
  # A form that is not ours sends nothing.
  as "d$BATS_TEST_NUMBER"
  post "/events/$E/share" friend_email=friend2@example.org csrf_token=no
  assert_status 403
}

@test "R46 a person sends five an hour, a friend gets one of each and three" {
  local i
  add_event "$E"
  stop_clock
  for i in 1 2 3 4 5; do
    share "limited$i@example.org"
    assert_status 303
  done
  share limited6@example.org hello
  assert_status 429
  [[ $headers == *[Rr]etry-[Aa]fter:* ]]
  # What was typed is not lost.
  [[ $body == *limited6@example.org* && $body == *hello* ]]
  pass_time 3600
  share limited6@example.org
  assert_status 303
  send_all
  wait_mail 6
  # Once more to the same friend: the same answer, and no mail.
  as "again-$BATS_TEST_NUMBER"
  share limited1@example.org
  assert_status 303
  send_all
  refute [ -e "$BOX/7.eml" ]
  for i in 1 2 3 4; do
    as "many-$i"
    add_event "$E-$i"
    get "/events/$E-$i/share"
    post "/events/$E-$i/share" friend_email=popular@example.org
    assert_status 303
  done
  send_all
  wait_mail 9
  refute [ -e "$BOX/10.eml" ]
}

@test "R46 who wants no such mails gets none, for good; senders are not told" {
  local stop
  add_event "$E"
  share shy@example.org
  wait_mail 1
  stop=$(link 1 /mail/stop/)
  assert_equal "$(arrived 1 '.stop | tostring')" \
    "[\"<http://tickets.example.org$stop>\",\"List-Unsubscribe=One-Click\"]"
  # Looking changes nothing (mail scanners do), nor does another key.
  as "shy"
  get "$stop"
  assert_status 200
  assert_equal "$(sql "SELECT count(*) FROM mail_refusal")" 0
  post "${stop%?}" List-Unsubscribe=One-Click
  assert_status 409
  assert_equal "$(sql "SELECT count(*) FROM mail_refusal")" 0
  # As a mail program posts it: no cookie, no form.
  as "mailer"
  post "$stop" List-Unsubscribe=One-Click
  assert_status 200
  assert_text "No more such mails"
  post "$stop" List-Unsubscribe=One-Click
  assert_status 200
  assert_equal "$(sql "SELECT count(*) FROM mail_refusal
    WHERE email_hash LIKE '%shy%'")" 0
  add_event "$E-2"
  as "other"
  get "/events/$E-2/share"
  post "/events/$E-2/share" friend_email=SHY@example.org
  assert_status 303
  get "$location"
  assert_text "Thank you for sharing"
  send_all
  refute [ -e "$BOX/2.eml" ]
}

@test "R46 what is over, cancelled or a draft cannot be shared" {
  add_event "$E" "status='cancelled'"
  add_event "$E-draft" "status='draft'"
  add_event "$E-over" "starts_at=unixepoch() - 7200" "ends_at=unixepoch() - 60"
  for slug in "$E" "$E-over"; do
    get "/events/$slug"
    [[ $body != *"/events/$slug/share"* ]]
    get "/events/$slug/share"
    assert_status 409
  done
  get "/events/$E-draft/share"
  assert_status 404
}

# ---- coming events ----

# A user who said yes, with a proved address.
add_reader() {
  sql_write "INSERT INTO user (username, username_key, email, first_name,
    verified_at, promotions_at, created_at) VALUES ('$1', '$1',
    '$1@example.org', 'Zoë', 1, 1, 1)"
}

# The clock goes on to the next $1 (1 Monday) at $2 o'clock, UTC.
go_to() {
  local now=$(now) days
  days=$((($1 - $(date -u -d "@$now" +%u) + 7) % 7))
  [ $days -gt 0 ] || days=7
  pass_time $((days * 86400 - now % 86400 + $2 * 3600))
}

# Events of other tests would be in the letter.
only_these() {
  sql_write "UPDATE event SET status = 'draft'"
  sed -i '/^promotion_weekday/d' "$DATA/campuspass.conf"
  echo "promotion_weekday = ${1:-1}" >>"$DATA/campuspass.conf"
}

stop_promoting() {
  sed -i '/^promotion_weekday/d' "$DATA/campuspass.conf"
  sql_write "DELETE FROM promotion; UPDATE user SET promotions_at = NULL"
}

@test "R47 coming events are mailed once a week to those who said yes" {
  only_these
  add_reader yes
  sql_write "INSERT INTO user (username, username_key, email, verified_at,
    promotions_at, disabled_at, created_at) VALUES
    ('no', 'no', 'no@example.org', 1, NULL, NULL, 1),
    ('unproved', 'unproved', 'unproved@example.org', NULL, 1, NULL, 1),
    ('disabled', 'disabled', 'disabled@example.org', 1, 1, 1, 1)"
  go_to 1 8
  for i in 1 2 3 4 5 6; do
    add_event "$E-$i" "title='Concert $i'" \
      "starts_at=$(now) + $i * 86400" "ends_at=$(now) + $i * 86400 + 7200"
  done
  add_event "$E-late" "title='Far off'" "starts_at=$(now) + 40 * 86400" \
    "ends_at=$(now) + 41 * 86400"
  sql_write "UPDATE event SET status = 'cancelled' WHERE slug = '$E-2'"
  # Too early in the morning.
  run campuspass sweep
  assert_success
  refute [ -e "$BOX/1.eml" ]
  pass_time 3600
  run campuspass sweep
  assert_success
  wait_mail 1
  refute [ -e "$BOX/2.eml" ]
  assert_letter 1
  assert_equal "$(arrived 1 '.to | tostring')" '[["Zoë","yes@example.org"]]'
  assert_equal "$(arrived 1 .subject)" "What is on at CampusPass"
  run arrived 1 .text
  for i in 1 3 4 5 6; do
    assert_line "Concert $i"
    assert_line "http://tickets.example.org/events/$E-$i"
  done
  refute_output --partial "Concert 2"
  refute_output --partial "Far off"
  # Not again on the same day, nor on others; a week later, yes.
  run campuspass sweep
  pass_time $((6 * 3600))
  run campuspass sweep
  go_to 3 12
  run campuspass sweep
  refute [ -e "$BOX/2.eml" ]
  go_to 1 9
  sql_write "UPDATE event SET starts_at = $(now) + 86400,
    ends_at = $(now) + 90000 WHERE slug = '$E-6'"
  run campuspass sweep
  wait_mail 2
  refute [ -e "$BOX/3.eml" ]
  # One click, as a mail program does it, and it is the last.
  local stop
  stop=$(link 2 /account/unsubscribe/)
  assert_equal "$(arrived 2 '.stop | tostring')" \
    "[\"<http://tickets.example.org$stop>\",\"List-Unsubscribe=One-Click\"]"
  as "mailer-$BATS_TEST_NUMBER"
  post "$stop" List-Unsubscribe=One-Click
  assert_status 200
  go_to 1 9
  sql_write "UPDATE event SET starts_at = $(now) + 86400,
    ends_at = $(now) + 90000 WHERE slug = '$E-6'"
  run campuspass sweep
  refute [ -e "$BOX/3.eml" ]
  stop_promoting
}

@test "R47 who changes their mind before it is sent gets none" {
  only_these
  add_reader fickle
  add_reader shy2
  go_to 1 10
  add_event "$E" "starts_at=$(now) + 86400" "ends_at=$(now) + 90000"
  sed -i 's/^sendmail/# sendmail/' "$DATA/campuspass.conf"
  run campuspass sweep
  assert_success
  assert_equal "$(sql "SELECT count(*) FROM outbox WHERE kind = 'promotion'
    AND state = 'waiting'")" 2
  sed -i 's/^# sendmail/sendmail/' "$DATA/campuspass.conf"
  sql_write "UPDATE user SET promotions_at = NULL WHERE username = 'fickle';
    INSERT INTO mail_refusal (email_hash, created_at) VALUES
    ('$(printf shy2@example.org | sha256sum | cut -d' ' -f1)', 1)"
  send_all
  refute [ -e "$BOX/1.eml" ]
  assert_equal "$(sql "SELECT group_concat(DISTINCT error) FROM outbox
    WHERE kind = 'promotion' AND recipient IN
    ('fickle@example.org', 'shy2@example.org')")" \
    "Not sent: they want no such mails"
  # Nor is one made for who had refused.
  go_to 1 10
  sql_write "UPDATE event SET starts_at = $(now) + 86400,
    ends_at = $(now) + 90000 WHERE slug = '$E'"
  run campuspass sweep
  assert_equal "$(sql "SELECT count(*) FROM outbox WHERE
    recipient = 'shy2@example.org'")" 1
  stop_promoting
}

@test "R47 switched off, nobody gets any" {
  only_these 0
  add_reader quiet
  add_event "$E" "starts_at=$(now) + 86400 * 8" "ends_at=$(now) + 86400 * 9"
  for day in 1 2 3 4 5 6 7; do
    go_to "$day" 12
    run campuspass sweep
  done
  assert_equal "$(sql "SELECT count(*) FROM outbox
    WHERE recipient = 'quiet@example.org'")" 0
  stop_promoting
}

@test "R47 I12 killed in the middle, a run goes on: everybody gets one" {
  only_these
  sed -i 's/^sendmail/# sendmail/' "$DATA/campuspass.conf"
  sql_write "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
      WHERE i < 600)
    INSERT INTO user (username, username_key, email, verified_at,
      promotions_at, created_at)
    SELECT 'p' || i, 'p' || i, 'p' || i || '@example.net', 1, 1, 1 FROM n"
  go_to 1 10
  add_event "$E" "starts_at=$(now) + 86400" "ends_at=$(now) + 90000"
  local pause
  for pause in 0.01 0.02 0.03 0.02; do
    "$BUILD/campuspass" --data "$DATA" sweep 3>&- &
    sleep "$pause"
    kill -9 $! 2>/dev/null || true
    wait $! 2>/dev/null || true
  done
  for _ in 1 2; do
    run campuspass sweep
    assert_success
  done
  assert_equal "$(sql "SELECT count(*) || ' ' || count(DISTINCT recipient)
    FROM outbox WHERE recipient LIKE 'p%@example.net'")" "600 600"
  sed -i 's/^# sendmail/sendmail/' "$DATA/campuspass.conf"
  sql_write "DELETE FROM outbox WHERE kind = 'promotion'"
  stop_promoting
}
