#!/usr/bin/env bats
# Events from a CSV file and back: all or nothing, each mistake named with its
# line and column, and what was exported reads back as it was.
load helper

setup_file() {
  start_site empty
}

teardown_file() {
  stop_site
}

setup() {
  FILE="$BATS_TEST_TMPDIR/events.csv"
  HEADER=event,title,type,venue,start,end,tier,tier_title,price,capacity,rows
  # A line that is right, with the test's own event.
  E="show-$BATS_TEST_NUMBER"
  LINE="$E,The Show,concert,Hall,2030-05-01 19:30,2030-05-01 22:00"
  LINE+=",general,General,12.50,100,"
}

# write LINE ...: the file, behind the header line.
write() {
  printf '%s\n' "$HEADER" "$@" >"$FILE"
}

campuspass() {
  "$BUILD/campuspass" --data "$DATA" "$@"
}

# Everything an import can add.
count_all() {
  sql "SELECT (SELECT count(*) FROM event) || ' ' ||
    (SELECT count(*) FROM tier) || ' ' || (SELECT count(*) FROM venue)"
}

imports() {
  run campuspass import "$FILE"
  assert_success
}

# refuses: exit 1, and the database is as it was.
refuses() {
  local before
  before=$(count_all)
  run campuspass import "$FILE"
  assert_failure 1
  assert_equal "$(count_all)" "$before"
}

# refuses_at LINE COLUMN REASON: names that place.
refuses_at() {
  refuses
  assert_line "$FILE: line $1, column $2: $3"
}

# with COLUMN VALUE: the line with another value in a column.
with() {
  awk -F, -v OFS=, -v name="$1" -v value="$2" -v header="$HEADER" '
    BEGIN { n = split(header, names, ",") }
    { for (i = 1; i <= n; i++) if (names[i] == name) $i = value; print }' \
    <<<"$LINE"
}

tier() {
  sql "SELECT t.name, t.price, t.capacity, t.rank FROM tier t JOIN event e
    ON e.id = t.event_id WHERE e.slug = '$1' AND t.slug = '$2'"
}

# ---- what is right ----

@test "R48 a line is a tier, and the event is on sale at once" {
  write "$LINE" "$E,,,,,,vip,Very Important,45,20,"
  imports
  assert_output "1 events with 2 ticket types imported"
  assert_equal "$(tier "$E" general)" "General|1250|100|1"
  assert_equal "$(tier "$E" vip)" "Very Important|4500|20|0"
  assert_equal "$(sql "SELECT e.title, e.type, v.name, e.status,
    datetime(e.starts_at, 'unixepoch'), datetime(e.ends_at, 'unixepoch'),
    e.one_booking_each FROM event e JOIN venue v ON v.id = e.venue_id
    WHERE e.slug = '$E'")" \
    "The Show|concert|Hall|published|2030-05-01 19:30:00|2030-05-01 22:00:00|1"
  get "/api/events/$E"
  assert_status 200
  assert_equal "$(jq -c .tiers.vip <<<"$body")" \
    '{"capacity":20,"name":"Very Important","price":45,"remaining":20}'
  get /
  assert_text "The Show"
  hold "$E" general 2 ada@example.org
  assert_sound
}

@test "R48 columns stand in any order, and may be left out where empty" {
  printf '%s\n' "Tier, END ,start,title,event" \
    "general,2030-05-01 22:00,2030-05-01T19:30,The Show,$E" >"$FILE"
  imports
  assert_equal "$(tier "$E" general)" "general|0||1"
  assert_equal "$(sql "SELECT type || venue_id IS NULL FROM event
    WHERE slug = '$E'")" 1
  assert_equal "$(sql "SELECT type FROM event WHERE slug = '$E'")" other
}

@test "R68 no capacity and no rows: unlimited" {
  write "$(with capacity "")"
  imports
  assert_equal "$(sql "SELECT t.capacity IS NULL FROM tier t JOIN event e
    ON e.id = t.event_id WHERE e.slug = '$E'")" 1
}

@test "R48 a capacity of 0 is a capacity" {
  write "$(with capacity 0)"
  imports
  assert_equal "$(tier "$E" general)" "General|1250|0|1"
}

@test "R48 rows make the capacity" {
  write "$(with rows A1-A100)" "$E,,,,,,seats,,5,,E1-E10 F1-F10;G5" \
    "$E,,,,,,both,,5,20,D1-D20"
  imports
  assert_equal "$(tier "$E" seats)" "seats|500|21|1"
  assert_equal "$(tier "$E" both)" "both|500|20|1"
}

@test "R48 the id of a tier is made of its title" {
  write "$(with tier "")"
  imports
  assert_equal "$(tier "$E" general)" "General|1250|100|1"
}

@test "R48 a byte order mark, CR LF, blank lines and no last line end" {
  printf '\xef\xbb\xbf%s\r\n\r\n%s\r\n\r\n%s' "$HEADER" "$LINE" \
    "$E,,,,,,vip,VIP,45,20," >"$FILE"
  imports
  assert_output "1 events with 2 ticket types imported"
  assert_equal "$(tier "$E" vip)" "VIP|4500|20|0"
}

@test "R48 quotes keep commas, quotes and line breaks; lines count on" {
  write "$E,\"One, \"\"two\"\"\",concert,\"Hall
of three
lines\",2030-05-01 19:30,2030-05-01 22:00,general,General,1,1," \
    "$E,,,,,,vip,VIP,wrong,20,"
  refuses_at 5 price "must look like 12.50"
  write "$E,\"One, \"\"two\"\"\",\"concert\",,\"2030-05-01 19:30\",2030-05-01 22:00,general,\"Gen;eral\",1,1,"
  imports
  assert_equal "$(sql "SELECT title FROM event WHERE slug = '$E'")" \
    'One, "two"'
  assert_equal "$(tier "$E" general)" "Gen;eral|100|1|1"
}

@test "R48 umlauts and other scripts" {
  write "$E,Frühlingsfest 春,concert,Großer Saal,2030-05-01 19:30,2030-05-01 22:00,general,Stehplatz ü,1,1,"
  imports
  assert_equal "$(sql "SELECT e.title || v.name FROM event e JOIN venue v
    ON v.id = e.venue_id WHERE e.slug = '$E'")" "Frühlingsfest 春Großer Saal"
}

@test "R48 places whose names have no Latin letters are places all the same" {
  write "$(with venue 東京)" "$(LINE=${LINE/$E/$E-b}; with venue 大阪)"
  imports
  assert_equal "$(sql "SELECT v.name FROM event e JOIN venue v
    ON v.id = e.venue_id WHERE e.slug LIKE '$E%' ORDER BY e.slug")" \
    $'東京\n大阪'
}

@test "R48 places that differ in a sign alone are two places" {
  write "$(with venue "Room A/$E")" "$(LINE=${LINE/$E/$E-b}; with venue "Room A $E")"
  imports
  assert_equal "$(sql "SELECT count(*) FROM venue WHERE name LIKE 'Room A_$E'")" 2
}

@test "R48 a place is added once, and found again by the next import" {
  write "$(with venue "Once $E")" "$(LINE=${LINE/$E/$E-b}; with venue "Once $E")"
  imports
  write "$(LINE=${LINE/$E/$E-c}; with venue "Once $E")"
  imports
  assert_equal "$(sql "SELECT count(*) FROM venue WHERE name = 'Once $E'")" 1
}

@test "R48 the wall clock is that of the configured zone" {
  local data="$BATS_TEST_TMPDIR/data"
  "$BUILD/campuspass" --data "$data" init >/dev/null
  printf 'timezone = Europe/Berlin\ncurrency = JPY\n' >>"$data/campuspass.conf"
  write "$(with price 1500)"
  run "$BUILD/campuspass" --data "$data" import "$FILE"
  assert_success
  run sqlite3 "$data/campuspass.db" "SELECT
    datetime(e.starts_at, 'unixepoch'), timezone, currency, price
    FROM event e JOIN tier t ON t.event_id = e.id"
  assert_output "2030-05-01 17:30:00|Europe/Berlin|JPY|1500"
  run "$BUILD/campuspass" --data "$data" export
  assert_line --partial "2030-05-01 19:30,2030-05-01 22:00,general,General,1500,"
}

@test "R48 standard input is read for -" {
  write "$LINE"
  run campuspass import - <"$FILE"
  assert_success
  assert_equal "$(tier "$E" general)" "General|1250|100|1"
}

# ---- what is wrong ----

@test "R48 one mistake anywhere, and nothing is imported" {
  write "$LINE" "$E-b${LINE#"$E"}" "$(with price x)"
  sed -i '$s/general/vip/' "$FILE"
  refuses
  assert_line --partial "line 4, column price:"
  assert_line "campuspass: Nothing was imported"
}

@test "R48 every mistake is named, not only the first" {
  write "$(with price x)" "$(LINE=${LINE/$E/$E-b}; with capacity y)" \
    "$(LINE=${LINE/$E/$E-c}; with type z)"
  refuses_at 2 price "must look like 12.50"
  assert_line --partial "line 3, column capacity:"
  assert_line --partial "line 4, column type:"
}

@test "R48 beyond a hundred mistakes it says that there are more" {
  write
  awk 'BEGIN { for (i = 1; i <= 150; i++)
    print "e" i ",T,,,2030-05-01 19:30,2030-05-01 22:00,t,T,x,1," }' >>"$FILE"
  refuses_at 101 price "must look like 12.50"
  assert_output --partial more
}

@test "R48 event: a bad id" {
  local slug
  for slug in "" "Big Show" UPPER under_score -a a- a--b ümlaut \
    "$(printf 'a%.0s' {1..81})"; do
    write "$(with event "$slug")"
    refuses_at 2 event "must be of small letters, digits and hyphens"
  done
}

@test "R48 title: empty, too long, with control characters" {
  write "$(with title "  ")"
  refuses_at 2 title "is empty"
  write "$(with title "$(printf 'ü%.0s' {1..201})")"
  refuses_at 2 title "is too long"
  write "$(with title $'a\x01b')"
  refuses_at 2 title "has control characters"
  write "$(with title "$(printf 'ü%.0s' {1..200})")"
  imports
}

@test "R48 type: unknown" {
  write "$(with type Concert)"
  refuses_at 2 type "is no type of event"
  write "$(with type party)"
  refuses_at 2 type "is no type of event"
}

@test "R48 venue: too long, with control characters" {
  write "$(with venue "$(printf 'a%.0s' {1..201})")"
  refuses_at 2 venue "is too long"
  write "$(with venue $'a\x7fb')"
  refuses_at 2 venue "has control characters"
}

@test "R48 start and end: what is no moment" {
  local moment
  for moment in "" tomorrow 2030-05-01 "01.05.2030 19:30" "2030-02-30 19:30" \
    "2030-05-01 24:00" "2030-05-01 19:60" "2030-5-1 19:30" \
    "2030-05-01 19:30:00" "99999-05-01 19:30"; do
    write "$(with start "$moment")"
    refuses_at 2 start "must look like 2026-09-30 19:30"
    write "$(with end "$moment")"
    refuses_at 2 end "must look like 2026-09-30 19:30"
  done
}

@test "R48 end: not after the start" {
  write "$(with end "2030-05-01 19:30")"
  refuses_at 2 end "must be after the start"
  write "$(with end "2030-04-30 23:00")"
  refuses_at 2 end "must be after the start"
  # The clock's own zero is a moment like others.
  LINE=$(with start "1970-01-01 00:00")
  write "$(with end "1970-01-01 00:00")"
  refuses_at 2 end "must be after the start"
}

@test "R48 tier: a bad id, twice in an event" {
  local slug
  for slug in "Big Tier" VIP a_b; do
    write "$(with tier "$slug")"
    refuses_at 2 tier "must be of small letters, digits and hyphens"
  done
  LINE=$(with tier_title "")
  write "$(with tier "")"
  refuses_at 2 tier "must be of small letters, digits and hyphens"
  write "$LINE" "$E,,,,,,vip,,1,1," "$LINE"
  refuses_at 4 tier "stands twice in this event"
}

@test "R48 tier_title: too long, with control characters" {
  write "$(with tier_title "$(printf 'a%.0s' {1..201})")"
  refuses_at 2 tier_title "is too long"
  write "$(with tier_title $'a\x1bb')"
  refuses_at 2 tier_title "has control characters"
}

@test "R48 price: what is no amount" {
  local price
  for price in free -1 1e3 12.505 '$12' "1 000" .5; do
    write "$(with price "$price")"
    refuses_at 2 price "must look like 12.50"
  done
  write "$(with price 99999999999999999999)"
  refuses_at 2 price "must be at most 10000000000"
  write "$(with price '"12,50"')"
  refuses_at 2 price "must look like 12.50, with a point and no comma"
}

@test "R48 capacity: what is no number of places" {
  local capacity
  for capacity in many -1 1.5 1e3 10000001 9223372036854775808; do
    write "$(with capacity "$capacity")"
    refuses_at 2 capacity "must be a whole number, or empty for no limit"
  done
}

@test "R48 rows: what are no seats, and what does not fit the capacity" {
  local -A reasons=(
    [10]='"10" must look like A1-A10' [A]='"A" must look like A1-A10'
    [A10-A1]='"A10-A1" must look like A1-A10'
    [A1-B10]='"A1-B10" must look like A1-A10'
    [A0-A5]='"A0-A5" must look like A1-A10'
    ["A1-A10 A5"]='"A5" names a seat twice'
    ["A1-A20000 B1"]='there are too many seats: at most 20000, "B1" is over that'
  )
  local rows
  LINE=$(with capacity "")
  for rows in "${!reasons[@]}"; do
    write "$(with rows "$rows")"
    refuses_at 2 rows "${reasons[$rows]}"
  done
  LINE=$(with capacity 11)
  write "$(with rows A1-A10)"
  refuses_at 2 capacity "is not the number of seats in rows"
}

@test "R48 further lines of an event may not differ from its first" {
  local column
  local -A values=([title]=Other [type]=comedy [venue]=Elsewhere
    [start]="2030-05-02 19:30" [end]="2030-05-02 22:00")
  for column in "${!values[@]}"; do
    write "$LINE" "$(with "$column" "${values[$column]}" |
      sed 's/general/vip/')"
    refuses_at 3 "$column" "differs from the event's first line"
  done
}

@test "R48 a slug that exists already is named with its line" {
  write "$LINE"
  imports
  write "$E-new${LINE#"$E"}" "$LINE"
  refuses
  assert_output --partial "$E"
  assert_output --partial "line 3, column event:"
}

@test "R48 the first line: unknown, missing and doubled columns" {
  write "$LINE"
  sed -i '1s/price/preis/' "$FILE"
  refuses_at 1 preis "is no column of an import"
  local column
  for column in event title start end tier; do
    write "$LINE"
    sed -i "1s/\\b$column\\b/rows2/" "$FILE"
    refuses_at 1 "$column" "is missing in the first line"
  done
  write "$LINE,5"
  sed -i '1s/$/,price/' "$FILE"
  refuses_at 1 price "stands twice"
}

@test "R48 more cells than columns are no line, whatever they hold" {
  # 12,50 for 12.50: 12 for a price and 50 for a capacity would fit.
  printf '%s\n' event,title,start,end,tier,price,capacity \
    "$E,The Show,2030-05-01 19:30,2030-05-01 22:00,general,12,50,100" >"$FILE"
  refuses
  assert_output --partial "line 2"
}

@test "R48 fewer cells than columns are no line: not unlimited by accident" {
  write "$E,The Show,concert,Hall,2030-05-01 19:30,2030-05-01 22:00,general"
  refuses
  assert_output --partial "line 2"
}

@test "R48 semicolons are refused with a hint" {
  write "$LINE"
  tr , ';' <"$FILE" >"$FILE.new"
  mv "$FILE.new" "$FILE"
  refuses
  assert_output --partial "semicolons"
  assert_output --partial "commas"
  printf '\xef\xbb\xbf' | cat - "$FILE" >"$FILE.new"
  mv "$FILE.new" "$FILE"
  refuses
  assert_output --partial "semicolons"
}

@test "R48 quotes that are wrong are named with their line" {
  write "$LINE" "$E,\"open,,,,,,,,,"
  refuses
  assert_output --partial "line 3: a quote is left open"
  write "$E,\"a\"b,,,,,,,,,"
  refuses
  assert_output --partial "line 2: there is text behind a closing quote"
  write "$E,a\"b,,,,,,,,,"
  refuses
  assert_output --partial "line 2: a quote stands within a cell"
}

@test "R48 bytes that are no text are refused, with their line" {
  write "$LINE" $'x,\xff,,,,,,,,,'
  refuses
  assert_output --partial "UTF-8"
  assert_output --partial "line 3"
  write "$LINE"
  printf 'x,\0,,,,,,,,,\n' >>"$FILE"
  refuses
  assert_output --partial "NUL"
  assert_output --partial "line 3"
  # UTF-16, as some spreadsheets save "Unicode text".
  write "$LINE"
  iconv -t UTF-16 <"$FILE" >"$FILE.new"
  mv "$FILE.new" "$FILE"
  refuses
}

@test "R48 an empty file, a header alone, none, and a directory" {
  local content
  for content in "" "\n\n" "\xef\xbb\xbf" "$HEADER" "$HEADER\n\n"; do
    printf "$content" >"$FILE"
    refuses
    assert_output --partial "no events"
  done
  FILE="$BATS_TEST_TMPDIR/nothing.csv"
  refuses
  assert_output --partial "No such file"
  FILE="$BATS_TEST_TMPDIR"
  refuses
  assert_output --partial "directory"
}

@test "R48 a huge cell and a huge file are refused at once" {
  write "$(with title TITLE)"
  head -c 3000000 /dev/zero | tr '\0' x >"$BATS_TEST_TMPDIR/huge"
  sed -i "/TITLE/{s/TITLE.*//;r $BATS_TEST_TMPDIR/huge
}" "$FILE"
  refuses
  refute_output --partial xxxxxxxxxx
  write "$(with title "\"$(head -c 100000 /dev/zero | tr '\0' x)\"")"
  refuses_at 2 title "is too long"
  head -c 17000000 /dev/zero | tr '\0' x >"$FILE"
  refuses
  assert_output --partial "larger than 16 MB"
}

# many FROM TO: lines, each an event of its own.
many() {
  awk -v from="$1" -v to="$2" -v name="$E" 'BEGIN {
    for (i = from; i <= to; i++) print name "-" i \
      ",T,,,2030-05-01 19:30,2030-05-01 22:00,t,T,x,1," }'
}

@test "R48 20,000 lines are read, one more is refused" {
  write
  many 2 20000 >>"$FILE"
  # They are looked at: each price is wrong.
  refuses_at 2 price "must look like 12.50"
  many 20001 20001 >>"$FILE"
  refuses
  assert_output --partial "too many lines"
}

@test "R48 thousands of tiers in one event take no gigabytes" {
  write
  awk -v name="$E" 'BEGIN { for (i = 1; i < 5000; i++) print name \
    ",T,,,2030-05-01 19:30,2030-05-01 22:00,t" i ",,x,1," }' >>"$FILE"
  # Wrong prices, so that nothing is written. ASan reserves terabytes itself.
  grep -q __asan "$BUILD/campuspass" || ulimit -v 500000
  refuses_at 2 price "must look like 12.50"
}

# ---- export ----

@test "R48 the export of an empty site is the first line alone" {
  local data="$BATS_TEST_TMPDIR/data"
  "$BUILD/campuspass" --data "$data" init >/dev/null
  run "$BUILD/campuspass" --data "$data" export
  assert_success
  assert_output "$HEADER"$'\r'
}

@test "R48 what was exported imports as it was, and exports the same" {
  local from="$BATS_TEST_TMPDIR/from" to="$BATS_TEST_TMPDIR/to"
  "$BUILD/campuspass" --data "$from" init >/dev/null
  "$BUILD/campuspass" --data "$from" demo >/dev/null
  write "$E,\"=1+1, \"\"x\"\"\",concert,@Hall,2030-05-01 19:30,2030-05-01 22:00,a,-General,0,," \
    "$E,,,,,,b,+49,1.05,5," \
    "$E-q,'quoted',,\"'=odd\",2030-05-01 19:30,2030-05-01 22:00,a,''=b,0,0," \
    "$E-n,\"two
lines\",,,2030-03-31 02:30,2030-03-31 05:00,a,\"\",0,," \
    "$E-u,Ünï 春 '🎟',,,2030-05-01 19:30,2030-05-01 22:00,a,\"=\",0,1,"
  run "$BUILD/campuspass" --data "$from" import "$FILE"
  assert_success
  "$BUILD/campuspass" --data "$from" export >"$FILE"
  "$BUILD/campuspass" --data "$to" init >/dev/null
  run "$BUILD/campuspass" --data "$to" import "$FILE"
  assert_success
  "$BUILD/campuspass" --data "$to" export >"$FILE.again"
  diff "$FILE" "$FILE.again"
  local read="SELECT e.slug, e.title, e.type, coalesce(v.name, ''),
    e.starts_at / 60, e.ends_at / 60, t.slug, t.name, t.price, t.capacity,
    t.position FROM event e JOIN tier t ON t.event_id = e.id
    LEFT JOIN venue v ON v.id = e.venue_id ORDER BY e.slug, t.position"
  diff <(sqlite3 "$from/campuspass.db" "$read") \
    <(sqlite3 "$to/campuspass.db" "$read")
}

@test "R48 cells that a spreadsheet would run are defused" {
  local title
  for title in "=cmd|' /C calc'!A0" "+1" "-1+1" "@SUM(1)" '=HYPERLINK("x")'; do
    write "$(with title "\"${title//\"/\"\"}\"" |
      sed "s/^$E/$E-$((RANDOM))-$RANDOM/")"
    imports
    assert_equal "$(sql "SELECT title FROM event ORDER BY id DESC LIMIT 1")" \
      "$title"
  done
  run campuspass export
  assert_success
  assert_line --partial ",'+1,"
  assert_line --partial "\"'=HYPERLINK(\"\"x\"\")\""
  refute_output --regexp '(^|,)"?[=+@-]'
}

@test "R12 R48 drafts are not exported" {
  add_event "$E" "status='draft'"
  run campuspass export
  assert_success
  refute_output --partial "$E,"
}

@test "R48 an export that cannot be written fails" {
  run bash -c '"$BUILD/campuspass" --data "$DATA" export >/dev/full'
  assert_failure 1
}

@test "R48 the manual names every column, wrong calls are told" {
  local column
  for column in ${HEADER//,/ }; do
    grep -qE "\b$column\b" "$TOP/db/campuspass.1" ||
      { echo "not in the manual: $column" >&2; return 1; }
  done
  run campuspass import
  assert_failure 2
  run campuspass import a b
  assert_failure 2
  run campuspass export x
  assert_failure 2
}

@test "I1 after all that the books are sound" {
  assert_sound
}
