#!/usr/bin/env bats
# Letters (R44, R46, R47): what arrives at a real mail server about a booking
# and what happens to it, with its files read by other programs; mails that
# people have sent to friends; mails about coming events.

setup_file() {
  load helper.bash
  load mail.bash
  start_mail
}

teardown_file() {
  load helper.bash
  load mail.bash
  stop_mail
}

setup() {
  load helper.bash
  load accounts.bash
  load mail.bash
  load ticketing.bash
  as "b$BATS_TEST_NUMBER"
  E="l$BATS_TEST_NUMBER"
  WHO="buyer$BATS_TEST_NUMBER@example.org"
  rm -f "$BOX"/*.eml
}

# wait_mail N: until so many have arrived, and nobody is sending.
wait_mail() {
  for _ in $(seq 100); do
    [ -e "$BOX/$1.eml" ] && break
    sleep 0.05
  done
  flock "$DATA/locks/mail.lock" true
  [ -e "$BOX/$1.eml" ] && return
  campuspass mail list >&2
  return 1
}

# Nothing (more) is under way: what is due goes out now.
send_all() {
  flock "$DATA/locks/mail.lock" true
  "$BUILD/campuspass" --data "$DATA" mail send >"$BATS_TEST_TMPDIR/send" ||
    cat "$BATS_TEST_TMPDIR/send" >&2
}

# mail_about SUBJECT: its number in the box.
mail_about() {
  local file
  for file in "$BOX"/*.eml; do
    file=$(basename "$file" .eml)
    [[ $(arrived "$file" .subject) == "$1"* ]] && echo "$file" && return
  done
  echo "no mail about $1" >&2
  return 1
}

# take_files N: what is attached to the Nth mail, as files in FILES.
take_files() {
  FILES="$BATS_TEST_TMPDIR/files$1"
  mkdir -p "$FILES"
  /usr/bin/python3 "$TOP/tests/mail/read.py" "$BOX/$1.eml" "$FILES" |
    jq -r '.files[]'
}

pdf_text() {
  pdftotext -layout "$FILES"/*.pdf -
}

# calendar PROPERTY: of the one event in the calendar taken last.
calendar() {
  /usr/bin/python3 - "$FILES"/*.ics "$1" <<'END'
import sys
from icalendar import Calendar
event, = Calendar.from_ical(open(sys.argv[1], "rb").read()).walk("VEVENT")
assert not event.is_broken, event.errors
value = event[sys.argv[2]]
print(value.to_ical().decode() if sys.argv[2].startswith("DT") else value)
END
}

# link N PATTERN: the path of a link in the Nth mail's text.
link() {
  arrived "$1" .text | grep -oE "http://tickets.example.org$2[^ ]*" | head -n 1 |
    sed 's,http://tickets.example.org,,'
}

# Whatever it says, a letter is whole.
assert_letter() {
  assert_equal "$(arrived "$1" '.defects | tostring')" "[]"
  assert_equal "$(arrived "$1" .auto)" auto-generated
  # A long address stands on a line of its own.
  [ "$(arrived "$1" .longest)" -le 78 ] ||
    [ "$(arrived "$1" '.stop | length')" = 2 ]
  refute [ -z "$(arrived "$1" .text)" ]
  run arrived "$1" '.text, .html'
  refute_output --partial "(null)"
  refute_output --partial "{{"
}

# ---- about bookings ----

@test "R44 R40 R43 the tickets come as a PDF and a calendar, with a way in" {
  add_event "$E" "title='Jürgens Jazz-Abend'"
  hold "$E" general 2 "$WHO"
  sql_write "UPDATE booking SET name = 'Zoë Größer' WHERE
    reference = '$REFERENCE'"
  pay
  wait_mail 1
  assert_letter 1
  run take_files 1
  assert_output "$E-$REFERENCE.pdf"$'\n'"$E-$REFERENCE.ics"
  take_files 1
  run pdf_text
  assert_output --partial "Jürgens Jazz-Abend"
  assert_output --partial "Zoë Größer"
  assert_output --partial "$(code 1)"
  assert_output --partial "$(code 2)"
  assert_output --partial "$REFERENCE"
  assert_output --partial "\$30.00"
  pdftoppm -r 100 -png -f 2 -l 2 "$FILES"/*.pdf "$FILES/page"
  run zbarimg --quiet --raw --nodbus "$FILES"/page*.png
  assert_output --partial "CP1:"
  assert_output --partial ":$(code 2 | cut -c5-):"
  assert_equal "$(calendar SUMMARY)" "Jürgens Jazz-Abend"
  assert_equal "$(calendar STATUS)" CONFIRMED
  assert_equal "$(calendar UID)" "booking-$REFERENCE@tickets.example.org"
  assert_equal "$(calendar DESCRIPTION)" "2 tickets. Reference $REFERENCE."
  assert_equal "$(calendar DTSTART)" \
    "$(sql "SELECT strftime('%Y%m%dT%H%M%SZ', starts_at, 'unixepoch')
      FROM event WHERE slug = '$E'")"
  # R34: a guest follows the link in any browser.
  as "elsewhere-$BATS_TEST_NUMBER"
  get "/tickets/$REFERENCE"
  assert_status 404
  get "$(link 1 /tickets/)"
  assert_status 303
  get "$location"
  assert_status 200
  assert_text "$(code 1)"
  # The page offers the same calendar and as many pages.
  get "/tickets/$REFERENCE.ics"
  [[ $body == *"booking-$REFERENCE@"* ]]
}

@test "R44 emoji and names from right to left are in text, HTML and calendar" {
  local title="ערב ג׳אז 🎷 & <more>" name="أحمد בן־דוד 🎉"
  add_event "$E" "title='$title'"
  hold "$E" general 1 "$WHO"
  sql_write "UPDATE booking SET name = '$name' WHERE reference = '$REFERENCE'"
  pay
  wait_mail 1
  assert_letter 1
  assert_equal "$(arrived 1 .subject)" "Your tickets: $title"
  assert_equal "$(arrived 1 '.to[0][0]')" "$name"
  run arrived 1 .text
  assert_output --partial "$title"
  assert_output --partial "$name"
  run arrived 1 .html
  assert_output --partial "&amp; &lt;more&gt;"
  take_files 1
  assert_equal "$(calendar SUMMARY)" "$title"
  run pdf_text
  assert_output --partial "$(code 1)"
}

@test "R44 without fonts the tickets are mailed without the PDF" {
  unshare -m true 2>/dev/null || skip "needs leave to hide the fonts"
  add_event "$E"
  mailer_does down
  buy "$E" general 1 "$WHO"
  until_mail "attempts = 1"
  mailer_does smtp
  pass_time 61
  run unshare -m sh -c "mount -t tmpfs none /usr/share/fonts && \
    '$BUILD/campuspass' --data '$DATA' mail send 2>&1"
  assert_output --partial "mail $(outbox id) goes without its PDF"
  assert_output --partial "The font DejaVuSans.ttf is missing"
  wait_mail 1
  run take_files 1
  assert_output "$E-$REFERENCE.ics"
  run arrived 1 .text
  assert_output --partial "$(code 1)"
  assert_equal "$(outbox state)" sent
  # Nor does a damaged font end the program.
  mkdir -p "$DATA/fonts"
  echo "no font" >"$DATA/fonts/DejaVuSans.ttf"
  run campuspass mail show "$(outbox id)"
  rm -r "$DATA/fonts"
  assert_success
  refute_output --partial application/pdf
}

@test "R44 R36 other seats: the new tickets, and a calendar that counts more" {
  local before sequence
  add_hall "$E"
  buy_seats "$E" "$WHO" seat=B1 seat=B2
  before=$(code 1)
  wait_mail 1
  take_files 1
  sequence=$(calendar SEQUENCE)
  get "/tickets/$REFERENCE/seats"
  post "/tickets/$REFERENCE/seats" seat=B2 seat=B5
  post "/tickets/$REFERENCE/seats" confirm=yes seat=B2 seat=B5 \
    "shown_difference=$(hidden shown_difference)" \
    "shown_refund=$(hidden shown_refund)"
  assert_status 303
  wait_mail 2
  assert_letter 2
  assert_equal "$(arrived 2 .subject)" "Other seats: Event $E"
  run arrived 2 .text
  assert_line "Seat B1 is now seat B5"
  assert_output --partial "$(code 1)"
  refute_output --partial "$before"
  take_files 2
  run pdf_text
  assert_output --partial "$(code 1)"
  refute_output --partial "$before"
  assert_output --partial B5
  assert_equal "$(calendar UID)" "booking-$REFERENCE@tickets.example.org"
  [ "$(calendar SEQUENCE)" -gt "$sequence" ]
  assert_equal "$(calendar DESCRIPTION)" \
    "2 tickets: B5, B2. Reference $REFERENCE."
  # What the page offers is the same entry.
  sequence=$(calendar SEQUENCE)
  get "/tickets/$REFERENCE.ics"
  [[ $body == *$'\r\n'"SEQUENCE:$sequence"$'\r\n'* ]]
}

@test "R44 R35 cancelled: what comes back, and the calendar forgets the visit" {
  local first sequence
  add_event "$E" "starts_at=unixepoch() + 30 * 86400" \
    "ends_at=unixepoch() + 31 * 86400"
  buy "$E" general 2 "$WHO"
  first=$(code 1)
  wait_mail 1
  take_files 1
  sequence=$(calendar SEQUENCE)
  get "/tickets/$REFERENCE/$first/cancel"
  post "/tickets/$REFERENCE/$first/cancel" "shown=$(hidden shown)"
  assert_status 303
  run sweep
  wait_mail 3
  local part
  part=$(mail_about "Cancelled tickets: Event $E")
  assert_letter "$part"
  run arrived "$part" .text
  assert_output --partial "\$15.00 is on its way back to you"
  assert_output --partial "STILL YOURS"
  take_files "$part"
  run pdf_text
  assert_output --partial "$(code 2)"
  refute_output --partial "$first"
  assert_equal "$(calendar STATUS)" CONFIRMED
  assert_equal "$(calendar DESCRIPTION)" "1 ticket. Reference $REFERENCE."
  [ "$(calendar SEQUENCE)" -gt "$sequence" ]
  sequence=$(calendar SEQUENCE)
  # R38: the money is back at once in the demo gateway; that is told, too.
  part=$(mail_about "Money back: Event $E")
  assert_letter "$part"
  run arrived "$part" .text
  assert_output --partial "\$15.00 went back to you"
  rm "$BOX"/*.eml
  get "/tickets/$REFERENCE/cancel"
  post "/tickets/$REFERENCE/cancel" "shown=$(hidden shown)"
  run sweep
  wait_mail 2
  part=$(mail_about "Cancelled tickets: Event $E")
  run take_files "$part"
  assert_output "$E-$REFERENCE.ics"
  take_files "$part"
  assert_equal "$(calendar STATUS)" CANCELLED
  [ "$(calendar SEQUENCE)" -gt "$sequence" ]
  run arrived "$part" .text
  refute_output --partial "STILL YOURS"
  assert_sound
}

@test "R44 B10 a ticket passed on: its holder gets that one, the giver none" {
  local old new given passed sequence
  add_event "$E"
  buy "$E" general 2 "$WHO"
  old=$(code 1)
  wait_mail 1
  get "/tickets/$REFERENCE/$old/transfer"
  post "/tickets/$REFERENCE/$old/transfer" "holder_name=Grace Höpper" \
    holder_email=grace@example.org
  assert_status 303
  new=$(code 1)
  wait_mail 3
  given=$(mail_about "Your ticket: Event $E")
  passed=$(mail_about "You passed a ticket on: Event $E")
  assert_letter "$given"
  assert_letter "$passed"
  assert_equal "$(arrived "$given" '.to | tostring')" \
    '[["Grace Höpper","grace@example.org"]]'
  assert_equal "$(arrived "$passed" '.envelope[1]')" "$WHO"
  run arrived "$passed" .text
  assert_output --partial "Grace Höpper has your ticket now"
  refute_output --partial "$new"
  assert_equal "$(arrived "$passed" '.files | length')" 0
  run arrived "$given" .text
  assert_output --partial "Ada Lovelace passed a ticket on to you"
  assert_output --partial "$new"
  refute_output --partial "$(code 2)"
  take_files "$given"
  run pdf_text
  assert_output --partial "$new"
  refute_output --partial "$(code 2)"
  refute_output --partial "$old"
  run calendar UID
  assert_output --regexp '^ticket-[0-9]+@tickets.example.org$'
  sequence=$(calendar SEQUENCE)
  as "holder-$BATS_TEST_NUMBER"
  get "$(link "$given" /tickets/)"
  assert_status 303
  get "$location"
  assert_status 200
  assert_text "$new"
  # The holder gives it back: the entry is taken from their calendar.
  rm "$BOX"/*.eml
  get "/tickets/$REFERENCE/$new/cancel"
  post "/tickets/$REFERENCE/$new/cancel" "shown=$(hidden shown)"
  assert_status 303
  run sweep
  wait_mail 3
  local number
  for number in 1 2 3; do
    [ "$(arrived "$number" '.to[0][1]')" = grace@example.org ] && break
  done
  take_files "$number"
  assert_equal "$(calendar STATUS)" CANCELLED
  [ "$(calendar SEQUENCE)" -gt "$sequence" ]
  run arrived "$number" .text
  refute_output --partial "/tickets/$REFERENCE?key"
  refute_output --partial "comes back"
}

@test "R34 R44 who asks for the way gets a link; the tickets go once more" {
  add_event "$E"
  buy "$E" general 1 "$WHO"
  wait_mail 1
  as "lost-$BATS_TEST_NUMBER"
  get /tickets
  post /tickets/find "email=$WHO" "reference=$REFERENCE"
  wait_mail 2
  assert_letter 2
  assert_equal "$(arrived 2 .subject)" "The way to your tickets: Event $E"
  assert_equal "$(arrived 2 '.files | length')" 0
  get "$(link 2 /tickets/)"
  assert_status 303
  get "$location"
  assert_status 200
  post "/tickets/$REFERENCE/resend" "csrf_token=$(hidden csrf_token)"
  assert_status 303
  wait_mail 3
  assert_equal "$(arrived 3 .subject)" "Your tickets: Event $E"
  take_files 3
  run pdf_text
  assert_output --partial "$(code 1)"
  # It is another mail, not the first once more.
  [ "$(arrived 3 .id)" != "$(arrived 1 .id)" ]
}

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
  run sweep
  assert_success
  refute [ -e "$BOX/1.eml" ]
  pass_time 3600
  run sweep
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
  run sweep
  pass_time $((6 * 3600))
  run sweep
  go_to 3 12
  run sweep
  refute [ -e "$BOX/2.eml" ]
  go_to 1 9
  sql_write "UPDATE event SET starts_at = $(now) + 86400,
    ends_at = $(now) + 90000 WHERE slug = '$E-6'"
  run sweep
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
  run sweep
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
  run sweep
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
  run sweep
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
    run sweep
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
    run sweep
    assert_success
  done
  assert_equal "$(sql "SELECT count(*) || ' ' || count(DISTINCT recipient)
    FROM outbox WHERE recipient LIKE 'p%@example.net'")" "600 600"
  sed -i 's/^# sendmail/sendmail/' "$DATA/campuspass.conf"
  sql_write "DELETE FROM outbox WHERE kind = 'promotion'"
  stop_promoting
}
