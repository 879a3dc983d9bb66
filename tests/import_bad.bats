#!/usr/bin/env bats
# CSV files that are wrong: nothing is imported, and each mistake is named with
# its line and column.
load helper
load import

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
    "2030-05-01 19:30:30" "99999-05-01 19:30"; do
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
