#!/usr/bin/env bats
# Events from a CSV file and back: what was exported reads back as it was. What
# is wrong: tests/import_bad.bats.
load helper
load import

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
