#!/usr/bin/env bats
# The pages in a real browser: without JavaScript and by keyboard alone,
# narrow and wide, light and dark, and before an accessibility checker.
# PICTURES=yes leaves pictures of all of it in build/screenshots.
load helper
load chromium

setup_file() {
  find_browser
  start_site
  local long="Donaudampfschifffahrtsgesellschaftskapitänskajütenkonzert"
  add_event long title="'$long and $long'" summary="'$long $long'" \
    description="'## $long

https://example.org/$long/$long

    $long $long'"
  add_event sold-out title="'Nothing left'"
  add_event cancelled title="'Called off'" status="'cancelled'"
  add_event too-early title="'Too early'" \
    booking_opens_at="unixepoch() + 3600"
  add_event far title="'Far away'" starts_at="unixepoch() + 100 * 86400" \
    ends_at="unixepoch() + 101 * 86400"
  sql_write "UPDATE tier SET capacity = 0 WHERE event_id =
    (SELECT id FROM event WHERE slug = 'sold-out')"
}

teardown_file() {
  stop_site
}

# visit CASE [ARGUMENT ...]: see browser/visit.mjs.
visit() {
  # 3>&-: bats waits for whoever holds its descriptor 3.
  run node "$TOP/tests/browser/visit.mjs" "$@" 3>&-
  assert_success
}

@test "B1 R65 the whole sale by keyboard without JavaScript, 320 px, light" {
  visit sale 320 light
}

@test "B1 R65 the whole sale by keyboard without JavaScript, 1280 px, dark" {
  visit sale 1280 dark
}

@test "B1 the way to book is in sight at once, and covers no focus" {
  visit way
}

@test "B1 R24 a free booking by keyboard without JavaScript" {
  visit free
}

@test "B1 R10 searching and filtering by keyboard without JavaScript" {
  visit search
}

# A scanner finds N codes in a picture.
has_codes() {
  assert_equal "$(zbarimg --quiet --raw --nodbus "$SCREENSHOTS/$2.png" |
    grep -c '^CP1:')" "$1"
}

@test "B1 R39 every page fits 320 px, no accessibility mistake, codes scan" {
  visit pages 320
  has_codes 2 tickets-320-light
  has_codes 2 tickets-320-dark
}

@test "B1 R39 every page fits 1280 px, no accessibility mistake, codes scan" {
  visit pages 1280
  has_codes 1 ticket-1280-light
  has_codes 2 tickets-1280-dark
}

@test "B1 R36 seats are changed in a browser, 320 and 1280 px" {
  visit seats 320
  visit seats 1280
}

@test "B1 R25 a declined card on a phone: what happened, and the field" {
  visit declined 390 844
}

@test "B1 R25 a declined card on a desk: the order stands beside the form" {
  visit declined 1280 900
}

@test "B1 pages hold with text twice as large" {
  visit enlarged
}

@test "B1 R27 a wide hall is in sight on a desk; states are seen in the system's colours" {
  add_event hall seating="'reserved'"
  sql_write "WITH RECURSIVE n (number) AS (SELECT 1 UNION ALL
      SELECT number + 1 FROM n WHERE number < 25)
    INSERT INTO seat (event_id, tier_id, row_name, number)
    SELECT e.id, t.id, r.column1, n.number FROM event e JOIN tier t
      ON t.event_id = e.id AND e.slug = 'hall'
      JOIN (VALUES ('A'), ('B'), ('C')) r JOIN n;
    UPDATE tier SET capacity = 75 WHERE event_id =
      (SELECT id FROM event WHERE slug = 'hall')"
  as holder
  get /book/hall
  post /book/hall name=Ada email=ada@example.org seat=A12
  assert_status 303
  "$BUILD/campuspass" --data "$DATA" user add --role admin --username root \
    --email root@example.org --password-stdin <<<"seven brass kettles" \
    >/dev/null
  visit hall hall root
}

@test "B1 R1 R7 an account by keyboard: every page fits 320 px" {
  visit account 320 light
}

@test "B1 R1 R7 an account by keyboard: every page fits 1280 px" {
  visit account 1280 light
}
