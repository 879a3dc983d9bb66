#!/usr/bin/env bats
# Documents as programs that are not ours read them: poppler and zbar for
# tickets and their codes, librsvg for SVG, python3-icalendar for calendars.
# documents/samples.c writes them, and a site hands them out.

load helper
load ticketing

setup_file() {
  make_data
  echo "base_url = http://tickets.example.org" >>"$DATA/campuspass.conf"
  start_server
}

teardown_file() {
  stop_site
}

SAMPLES=$BUILD/documents/samples

# What the code of the ticket on page 1 says.
sample_pass() { "$SAMPLES" pass k; }

# A sample's PDF and its text: $BATS_TEST_TMPDIR/x.pdf and $text.
read_pdf() {
  "$SAMPLES" pdf "$1" >"$BATS_TEST_TMPDIR/x.pdf"
  run pdftotext -layout "$BATS_TEST_TMPDIR/x.pdf" -
  assert_success
  refute_output --partial "Syntax"
  text=$output
}

# Pages as pictures, NAME-1.png on, at so many dots an inch.
paint_pdf() {
  pdftoppm -r "$1" -gray -png "$BATS_TEST_TMPDIR/x.pdf" "$BATS_TEST_TMPDIR/p"
}

# What a scanner finds in a picture.
scan() { zbarimg --quiet --raw --nodbus "$1" 2>/dev/null; }

has_text() {
  local words
  for words in "$@"; do
    [[ $text == *"$words"* ]] || { echo "lacks: $words" >&2; return 1; }
  done
}

# ---- tickets ----

@test "R40 a ticket has all that it must, read back from the PDF" {
  read_pdf plain
  has_text "Spring Music Festival" "Saturday 28 November 2026, 19:00 CET" \
    "Doors open 18:00, ends 22:00 (Europe/Berlin)" "Campus Amphitheater" \
    "Universitätsstraße 4, 10117 Berlin" "VIP" "A7" "€45.00" "7GQ2XK9MVT" \
    "Confirmed" "TKT-0123456789ABCDEF" "Status: Active" "Ticket 1 of 2" \
    "Students' Union" "tickets@example.org" "Selling" \
    "https://tickets.example.org/terms"
}

@test "R40 Cyrillic and Uzbek names are copied as they were written" {
  read_pdf plain
  # U+02BB, not an apostrophe that looks like it.
  has_text "Gulnora Yoʻldosheva" "Gʻulom Oʻrinov" "Дмитрий Щукин"
}

@test "R40 the PDF is sound and one A4 page a ticket" {
  read_pdf plain
  run pdfinfo "$BATS_TEST_TMPDIR/x.pdf"
  assert_success
  assert_line --regexp '^Pages: +2$'
  assert_line --regexp '^Page size: .*\(A4\)$'
  assert_line --regexp '^Title: +Spring Music Festival: tickets$'
  refute_output --partial "Error"
  run pdffonts "$BATS_TEST_TMPDIR/x.pdf"
  assert_equal "$(grep -c 'yes yes yes' <<<"$output")" 4
}

@test "R39 the code on the printed page is read at 150 dots an inch" {
  read_pdf plain
  paint_pdf 150
  run scan "$BATS_TEST_TMPDIR/p-1.png"
  assert_output "$(sample_pass)"
}

@test "R39 and from a bad picture of it: 72 dots an inch" {
  read_pdf plain
  paint_pdf 72
  run scan "$BATS_TEST_TMPDIR/p-1.png"
  assert_output "$(sample_pass)"
}

@test "R40 a refunded ticket says so, and has no code to scan" {
  read_pdf plain
  has_text "Refunded" "This ticket admits nobody." "Status: Refunded"
  paint_pdf 150
  run scan "$BATS_TEST_TMPDIR/p-2.png"
  refute_output
  pdftotext -f 1 -l 1 "$BATS_TEST_TMPDIR/x.pdf" - |
    { ! grep -q "Refunded"; }
}

@test "R40 300 characters fit wherever they stand, and the code is read" {
  read_pdf long
  # Each ends with these words: nothing was cut.
  assert_equal "$(grep -o 'LastWords!' <<<"$text" | wc -l)" 5
  has_text "Balcony-" "left-127" "ends Mon 30 Nov 2026, 11:00"
  # The terms alone are longer than their place.
  has_text "…" "All terms: https://tickets.example.org/terms"
  paint_pdf 150
  run scan "$BATS_TEST_TMPDIR/p-1.png"
  assert_output "$(sample_pass)"
}

@test "R40 nothing is set over something else, nor over the edge" {
  local case
  for case in plain long strange rtl; do
    read_pdf "$case"
    pdftotext -bbox-layout "$BATS_TEST_TMPDIR/x.pdf" \
      "$BATS_TEST_TMPDIR/x.html"
    run python3 "$TOP/tests/documents/overlap.py" "$BATS_TEST_TMPDIR/x.html"
    assert_success
  done
}

@test "R40 what cannot be set is visibly replaced, never dropped" {
  read_pdf strange
  # Emoji; Greek stays; three letters of Syriac; two of Chinese; a bad byte.
  has_text "Ann � Ελένη ��� �� Bob�!"
  # No blank in it: it is broken inside, and its end is cut.
  has_text "Donaudampfschifffahrtsgesellschaft" "…" "Online"
  run pdfinfo "$BATS_TEST_TMPDIR/x.pdf"
  assert_line --regexp '^Pages: +1$'
}

@test "R40 Hebrew and Arabic names are set, and copied as they were written" {
  read_pdf rtl
  # Without the marks by which pdftotext tells directions.
  text=$(sed $'s/\xe2\x80[\xaa-\xae]//g' <<<"$text")
  [[ $text != *�* ]]
  # Joined letters are read as the letters; of lam and alef there is one.
  has_text "ערב ג׳אז ירושלמי" "מהדורה שנייה" "Blue Note 1959" \
    "נועה בן־דוד" "(Noa)" "שרה לוי" "רגיל" "كبار الشخصيات" \
    "محمد عبد السﻼم" "الدخول من الباب الخلفي بجانب المكتبة"
}

# Where a word's right end stands, in points.
right_of() { sed -nE "s/.* xMax=\"([0-9]+).*>$1<.*/\1/p" "$BATS_TEST_TMPDIR/x.html"; }

@test "R40 a line that runs from right to left begins at the right, each one" {
  read_pdf rtl
  pdftotext -l 1 -bbox "$BATS_TEST_TMPDIR/x.pdf" "$BATS_TEST_TMPDIR/x.html"
  # As they stand: the first words of the title's two lines, and its end.
  assert_equal "$(right_of ברע)" 547
  assert_equal "$(right_of 'הרודהמ.')" 547
  [ "$(right_of 1959)" -lt "$(right_of ':ימלשורי')" ]
  # An address in Arabic, in the column of facts, which is broken.
  [ "$(right_of عراش)" -ge 335 ] && [ "$(right_of ةريبكلا)" -ge 335 ]
}

@test "R40 without fonts: an error that says which, and no file" {
  unshare -m true 2>/dev/null || skip "needs leave to hide the fonts"
  run unshare -m sh -c "mount -t tmpfs none /usr/share/fonts && \
    exec '$SAMPLES' pdf plain"
  assert_failure
  assert_output "The font DejaVuSans.ttf is missing: install the DejaVu fonts"
  # A folder of the installation's own helps.
  cp -R /usr/share/fonts/truetype/dejavu "$BATS_TEST_TMPDIR/fonts"
  unshare -m sh -c "mount -t tmpfs none /usr/share/fonts && \
    FONTS='$BATS_TEST_TMPDIR/fonts' '$SAMPLES' pdf plain" |
    pdftotext - - | grep -q "Spring Music Festival"
}

# ---- codes ----

@test "R39 a scanner reads the PNG" {
  "$SAMPLES" png "$(sample_pass)" >"$BATS_TEST_TMPDIR/x.png"
  run scan "$BATS_TEST_TMPDIR/x.png"
  assert_output "$(sample_pass)"
  # Also texts that QR codes as bytes.
  "$SAMPLES" png "https://example.org/event/jazz?a=1&b=2" >"$BATS_TEST_TMPDIR/x.png"
  run scan "$BATS_TEST_TMPDIR/x.png"
  assert_output "https://example.org/event/jazz?a=1&b=2"
}

@test "R39 a scanner reads the SVG, on a dark page as well" {
  "$SAMPLES" svg "$(sample_pass)" 'Ticket "1" <b>&' >"$BATS_TEST_TMPDIR/x.svg"
  xmllint --noout "$BATS_TEST_TMPDIR/x.svg"
  rsvg-convert -w 400 -b black -o "$BATS_TEST_TMPDIR/x.png" \
    "$BATS_TEST_TMPDIR/x.svg"
  run scan "$BATS_TEST_TMPDIR/x.png"
  assert_output "$(sample_pass)"
}

@test "B7 passes of another key differ" {
  [ "$("$SAMPLES" pass k)" != "$("$SAMPLES" pass x)" ]
  [[ $(sample_pass) =~ ^CP1:42:137:0123456789ABCDEF:[0-9A-Z]{103}$ ]]
}

# ---- calendars ----

@test "R43 a calendar is read, and its times are right over summer time" {
  "$SAMPLES" ics >"$BATS_TEST_TMPDIR/x.ics"
  run /usr/bin/python3 "$TOP/tests/documents/read_calendar.py" "$BATS_TEST_TMPDIR/x.ics"
  assert_success
  assert_output - <<'END'
berlin-summer 0 CONFIRMED 2026-10-24 19:30 CEST 120
berlin-winter 1 CONFIRMED 2026-10-25 19:30 CET 120
newyork-summer 2 CONFIRMED 2026-10-31 19:30 EDT 120
newyork-winter 3 CONFIRMED 2026-11-01 19:30 EST 120
cancelled 4 CANCELLED 2027-03-28 01:30 CET 120
END
}

# ---- B9 ----

@test "B9 no document calls another program" {
  run grep -nE '\b(system|popen|exec[lv]p?e?|posix_spawnp?|fork)\(' \
    "$TOP"/lib/document/*.c
  assert_failure 1
}

# ---- as the site hands them out ----

# fetch PATH: the file into $BATS_TEST_TMPDIR/file.
fetch() {
  get "$1"
  assert_status 200
  cp "$BATS_TEST_TMPDIR/answer.body" "$BATS_TEST_TMPDIR/file"
}

# The text of the PDF of the booking, or of a ticket (/CODE).
fetch_pdf() {
  fetch "/tickets/$REFERENCE${1:-}.pdf"
  run pdftotext -layout "$BATS_TEST_TMPDIR/file" -
  assert_success
  text=$output
}

# The calendar's one event: "uid|sequence|status|summary|location|start|text".
read_ics() {
  /usr/bin/python3 - "$BATS_TEST_TMPDIR/file" <<'END'
import sys
from icalendar import Calendar
event, = Calendar.from_ical(open(sys.argv[1], "rb").read()).walk("VEVENT")
assert not event.errors, event.errors
print(event["UID"], event["SEQUENCE"], event["STATUS"], event["SUMMARY"],
      event["LOCATION"], int(event.decoded("DTSTART").timestamp()),
      event.get("DESCRIPTION", ""), sep="|")
END
}

@test "R40 the booking's PDF has what it must, and its code is read" {
  as "pdf-$BATS_TEST_NUMBER"
  add_event pdf
  add_tier pdf vip VIP 4500 5
  buy pdf vip 2 a@example.org
  fetch_pdf
  grep -qi "^content-type: application/pdf" <<<"$headers"
  grep -qi "^content-disposition: attachment; filename=\"pdf-$REFERENCE.pdf\"" \
    <<<"$headers"
  has_text "Event pdf" "Ada Lovelace" "VIP" "\$45.00" "\$90.00" "$REFERENCE" \
    "Confirmed" "Status: Active" "$(code 1)" "$(code 2)" \
    "http://tickets.example.org/terms" "7 days or more before the start"
  cp "$BATS_TEST_TMPDIR/file" "$BATS_TEST_TMPDIR/x.pdf"
  paint_pdf 150
  [[ $(scan "$BATS_TEST_TMPDIR/p-2.png") == *":$(code 2 | cut -c 5-):"* ]]
  # One ticket alone.
  fetch_pdf "/$(code 2)"
  has_text "$(code 2)" "Ticket 1 of 1"
  [[ $text != *"$(code 1)"* ]]
}

@test "R40 cancelled tickets are void in the PDF, the others are not" {
  as "void-$BATS_TEST_NUMBER"
  add_event void "starts_at=unixepoch() + 864000" \
    "ends_at=unixepoch() + 871200"
  buy void general 2 a@example.org
  get "/tickets/$REFERENCE/$(code 1)/cancel"
  post "/tickets/$REFERENCE/$(code 1)/cancel" "shown=$(hidden shown)"
  fetch_pdf
  has_text "Status: Refunded" "This ticket admits nobody." "Status: Active"
  cp "$BATS_TEST_TMPDIR/file" "$BATS_TEST_TMPDIR/x.pdf"
  paint_pdf 100
  run scan "$BATS_TEST_TMPDIR/p-1.png"
  refute_output
  run scan "$BATS_TEST_TMPDIR/p-2.png"
  assert_output --partial "$(code 2 | cut -c 5-)"
  # Its pictures are gone, too.
  get "/tickets/$REFERENCE/$(code 1).png"
  assert_status 409
}

@test "R40 a holder's name of 300 characters is on the PDF to its end" {
  as "long-$BATS_TEST_NUMBER"
  add_event long
  buy long general 1 a@example.org
  sql_write "UPDATE ticket SET holder_name = '$(printf 'Name %.0s' {1..58}) \
LastWords!' WHERE code = '$(code)'"
  fetch_pdf
  has_text "LastWords!"
}

@test "R40 names in Hebrew and Arabic: in the booking's PDF, apart in its pages" {
  as "rtl-$BATS_TEST_NUMBER"
  add_event rtl "title='ערב ג׳אז: Trio'"
  sql_write "UPDATE tier SET name = 'רגיל' WHERE event_id =
    (SELECT id FROM event WHERE slug = 'rtl')"
  get /book/rtl
  # What stands beside a name keeps its place.
  [[ $body == *"<bdi>רגיל</bdi></label>"* ]]
  post /book/rtl tier=general quantity=2 "name=محمد حسين" email=m@example.org
  REFERENCE=${location##*/}
  get "/checkout/$REFERENCE"
  [[ $body == *"2 × <bdi>רגיל</bdi>"* ]]
  pay
  get "/tickets/$REFERENCE"
  assert_status 200
  [[ $body == *'<dd dir="auto">محمد حسين</dd>'* ]]
  [[ $body == *'<bdi>רגיל</bdi>'* ]]
  fetch_pdf
  text=$(sed $'s/\xe2\x80[\xaa-\xae]//g' <<<"$text")
  has_text "محمد حسين" "ערב ג׳אז" "Trio" "רגיל"
  [[ $text != *�* ]]
}

@test "R40 without tickets there is no PDF, and no calendar" {
  as "none-$BATS_TEST_NUMBER"
  add_event none
  hold none general 1 a@example.org
  get "/tickets/$REFERENCE.pdf"
  assert_status 409
  get "/tickets/$REFERENCE.ics"
  assert_status 409
  get "/tickets/$REFERENCE.doc"
  assert_status 404
}

@test "R43 a booking's calendar, and the same entry when it is cancelled" {
  local start
  as "ics-$BATS_TEST_NUMBER"
  add_hall ics
  buy_seats ics a@example.org seat=A1 seat=A2
  start=$(sql "SELECT starts_at FROM event WHERE slug = 'ics'")
  fetch "/tickets/$REFERENCE.ics"
  grep -qi "^content-type: text/calendar" <<<"$headers"
  grep -qi "filename=\"ics-$REFERENCE.ics\"" <<<"$headers"
  run read_ics
  assert_output "booking-$REFERENCE@tickets.example.org|1|CONFIRMED|Event ics\
|Online|$start|2 tickets: A1, A2. Reference $REFERENCE."
  fetch "/tickets/$REFERENCE/$(code 2).ics"
  run read_ics
  assert_output --partial "1 ticket: A2."
  get "/tickets/$REFERENCE/cancel"
  post "/tickets/$REFERENCE/cancel" "shown=$(hidden shown)"
  fetch "/tickets/$REFERENCE.ics"
  run read_ics
  assert_output --partial "booking-$REFERENCE@tickets.example.org|3|CANCELLED|"
}

@test "R43 an event's calendar and its JSON; drafts have none" {
  as visitor
  fetch /events/spring-concert.ics
  grep -qi "filename=\"spring-concert.ics\"" <<<"$headers"
  run read_ics
  assert_output --partial "CONFIRMED|Spring Music Festival|Campus Amphitheater"
  get /events/spring-concert
  [[ $body == *'href="/events/spring-concert.ics"'* ]]
  get /events/spring-concert.json
  assert_status 200
  grep -qi "^content-type: application/json" <<<"$headers"
  assert_equal "$body" "$(curl -s "$URL/api/events/spring-concert")"
  assert_equal "$(jq -r '.id, .tiers.vip.price' <<<"$body")" \
    $'spring-concert\n45'
  sql_write "UPDATE event SET status = 'cancelled'
    WHERE slug = 'spring-concert'"
  fetch /events/spring-concert.ics
  run read_ics
  assert_output --partial "|CANCELLED|"
  sql_write "UPDATE event SET status = 'draft' WHERE slug = 'spring-concert'"
  get /events/spring-concert.ics
  assert_status 404
  get /events/spring-concert.json
  assert_status 404
  assert_equal "$body" '{"error":"Event not found"}'
}
