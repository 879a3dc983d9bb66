#!/usr/bin/env bats
# Letters (R44): what arrives at a real mail server about a booking and what
# happens to it, with its files read by other programs.
load helper
load mail
load ticketing

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
assert not event.errors, event.errors
value = event[sys.argv[2]]
print(value.to_ical().decode() if sys.argv[2].startswith("DT") else value)
END
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

# move_event VALUES: its organiser changed it and has its bookers told.
move_event() {
  sql_write "UPDATE event SET $1, version = version + 1 WHERE slug = '$E'"
  sql_write "INSERT INTO event_change (event_id, before, changes, created_at, told_at)
    SELECT id, '[]', '[{\"label\":\"Start\",\"before\":\"then\",\"after\":\"now\",
      \"is_moving\":$2}]', $(now), $(now) FROM event WHERE slug = '$E'"
  campuspass sweep
}

@test "R43 R45 another date: the tickets and a calendar entry that counts more" {
  local sequence start given="given$BATS_TEST_NUMBER@example.org"
  add_event "$E"
  hold "$E" general 2 "$WHO"
  pay
  wait_mail 1
  take_files 1
  sequence=$(calendar SEQUENCE)
  # One of the two is somebody else's by now.
  sql_write "UPDATE ticket SET passed_on_at = $(now), holder_name = 'Gil',
    holder_email = '$given' WHERE code = '$(code 2)'"
  start=$(($(sql "SELECT starts_at FROM event WHERE slug = '$E'") + 86400))
  move_event "starts_at = $start, ends_at = $start + 7200" true
  wait_mail 3
  local mine others
  mine=$(grep -l "^To:.*$WHO" "$BOX"/[23].eml | xargs -n 1 basename | tr -d .eml)
  others=$((5 - mine))
  assert_letter "$mine"
  run arrived "$mine" .text
  assert_output --partial "Attached are your tickets as they are now"
  run take_files "$mine"
  assert_output "$E-$REFERENCE.pdf"$'\n'"$E-$REFERENCE.ics"
  FILES="$BATS_TEST_TMPDIR/files$mine"
  assert_equal "$(calendar UID)" "booking-$REFERENCE@tickets.example.org"
  [ "$(calendar SEQUENCE)" -gt "$sequence" ]
  assert_equal "$(calendar DTSTART)" "$(date -u -d "@$start" +%Y%m%dT%H%M%SZ)"
  run pdf_text
  assert_output --partial "$(code 1)"
  refute_output --partial "$(code 2)"
  # The other gets their own ticket alone, as an entry of its own.
  take_files "$others"
  [[ $(calendar UID) == ticket-*@tickets.example.org ]]
  assert_equal "$(calendar DTSTART)" "$(date -u -d "@$start" +%Y%m%dT%H%M%SZ)"
  run pdf_text
  assert_output --partial "$(code 2)"
  refute_output --partial "$(code 1)"
}

@test "R45 another title alone comes without files" {
  add_event "$E"
  hold "$E" general 1 "$WHO"
  pay
  wait_mail 1
  move_event "title = 'Another'" false
  wait_mail 2
  assert_letter 2
  assert_equal "$(take_files 2)" ""
  run arrived 2 .text
  refute_output --partial "Attached"
}

# Two places, to be paid later.
reserve() {
  sed -i '/^gateways/d; /^later_details/d' "$DATA/campuspass.conf"
  echo "gateways = campuspay later" >>"$DATA/campuspass.conf"
  echo "later_details = DE89 3704, or the desk <10 to 12>" \
    >>"$DATA/campuspass.conf"
  hold "$E" general 2 "$WHO"
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=later terms=yes
  assert_status 303
}

@test "R71 who pays later is told how, by when, and comes back from anywhere" {
  add_event "$E"
  reserve
  wait_mail 1
  assert_letter 1
  assert_equal "$(arrived 1 .subject)" "To be paid: Event $E"
  run arrived 1 .text
  assert_output --partial "Total: \$30.00"
  assert_output --partial "$REFERENCE"
  assert_output --partial "DE89 3704, or the desk <10 to 12>"
  assert_output --regexp "Pay \\\$[0-9.]+ until.*UTC;"
  # Another browser follows the link, looks how to pay, and gives up.
  local way
  way=$(link 1 /tickets/)
  as "away$BATS_TEST_NUMBER"
  get "/checkout/$REFERENCE"
  assert_status 404
  get "$way"
  assert_status 303
  get "$location"
  assert_text "How to pay"
  get "/checkout/$REFERENCE"
  assert_text "DE89 3704, or the desk <10 to 12>"
  post "/checkout/$REFERENCE/release"
  assert_equal "$(sql "SELECT state FROM booking
    WHERE reference = '$REFERENCE'")" released
}

@test "R71 R39 the way to an online event is mailed with tickets alone" {
  add_event "$E" "online_url='https://meet.example.org/secret-room'"
  reserve
  wait_mail 1
  run arrived 1 '.text, .html'
  assert_output --partial "Online"
  refute_output --partial secret-room
  "$BUILD/campuspass" --data "$DATA" paid "$REFERENCE"
  "$BUILD/campuspass" --data "$DATA" mail send
  wait_mail 2
  run arrived 2 '.text, .html'
  assert_output --partial "https://meet.example.org/secret-room"
}

@test "R71 who has paid before the letter leaves gets the tickets alone" {
  add_event "$E"
  mailer_does down
  reserve
  "$BUILD/campuspass" --data "$DATA" paid "$REFERENCE"
  mailer_does smtp
  flock "$DATA/locks/mail.lock" true
  pass_time 7200
  send_all
  wait_mail 1
  assert_equal "$(arrived 1 .subject)" "Your tickets: Event $E"
  assert_equal "$(ls "$BOX"/*.eml | wc -l)" 1
}
