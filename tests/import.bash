# For bats files about events from CSV files: FILE, and what must come of it.

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
