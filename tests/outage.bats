#!/usr/bin/env bats
# A site that is out of order: without its database, with another one, with a
# configuration that is wrong, with a database that is locked for long.
load helper
load web

teardown() { stop_site; }

# A site of this test alone, without a server yet.
own_data() {
  BATS_FILE_TMPDIR="$BATS_TEST_TMPDIR" make_data demo
}

# out_of_order: the page of a site that cannot work, and nothing more of it.
out_of_order() {
  assert_status 503
  [[ ${headers,,} == *"retry-after: "[1-9]* ]]
  has_security_headers
  assert_text "Nothing is lost."
  [[ $body != *"$DATA"* && $body != *.db* && $body != *schema* ]]
  # The page and the log meet at the request's id.
  local id
  id=$(sed -n 's/.*mention request <code>\([^<]*\).*/\1/p' <<<"$body")
  [ -n "$id" ]
  grep -q " $id " "$DATA"/log/*
}

@test "Outage: without a database: 503, and back as soon as there is one" {
  own_data
  rm "$DATA"/campuspass.db*
  start_server
  local path
  for path in / /events/jazz-evening /book/jazz-evening /tickets /status; do
    get "$path"
    out_of_order
  done
  grep -q "no database; run campuspass init" "$DATA"/log/*
  get /style.css
  assert_status 200
  "$BUILD/campuspass" --data "$DATA" init >/dev/null
  "$BUILD/campuspass" --data "$DATA" demo >/dev/null
  for path in / /events/jazz-evening /book/jazz-evening /tickets /status; do
    get "$path"
    assert_status 200
  done
}

@test "Outage: with another schema: 503 and the log says so; then on" {
  own_data
  local schema
  schema=$(sql "PRAGMA user_version")
  sql_write "PRAGMA user_version = 99"
  start_server
  get /
  out_of_order
  get /book/jazz-evening
  out_of_order
  grep -q "has schema 99" "$DATA"/log/*
  sql_write "PRAGMA user_version = $schema"
  get /
  assert_status 200
}

@test "Outage: a schema changed under a running site stops it, too" {
  own_data
  local schema
  schema=$(sql "PRAGMA user_version")
  start_server
  get /book/jazz-evening
  assert_status 200
  sql_write "PRAGMA user_version = 99"
  get /book/jazz-evening
  sql_write "PRAGMA user_version = $schema"
  out_of_order
}

@test "Outage: a database taken away under a running site is noticed" {
  own_data
  start_server
  get /book/jazz-evening
  assert_status 200
  mkdir "$DATA/away"
  mv "$DATA"/campuspass.db* "$DATA/away"
  # Selling into a file that nobody finds again would lose the sale.
  post /book/jazz-evening tier=vip quantity=1 name=Ada email=lost@example.org
  assert_status 503
  mv "$DATA"/away/campuspass.db* "$DATA"
  get /book/jazz-evening
  assert_status 200
}

@test "Outage: a database put in place of another is the one that sells" {
  own_data
  start_server
  get /book/jazz-evening
  rm "$DATA"/campuspass.db*
  "$BUILD/campuspass" --data "$DATA" init >/dev/null
  "$BUILD/campuspass" --data "$DATA" demo >/dev/null
  book jazz-evening vip 1 new@example.org
  assert_status 303
  assert_equal "$(stock jazz-evening vip)" "1|0"
}

@test "Outage: a configuration with a mistake: 503; mended, it goes on" {
  own_data
  echo "hold_minutes = soon" >>"$DATA/campuspass.conf"
  start_server
  get /
  out_of_order
  grep -q "campuspass.conf:[0-9]*: hold_minutes must be" "$DATA"/log/*
  sed -i '$d' "$DATA/campuspass.conf"
  get /
  assert_status 200
}

@test "Outage: a database locked for long: browsing goes on, buying is 503" {
  own_data
  start_server
  as locked
  get /book/jazz-evening
  local form=$body
  # Another process writes for longer than we wait.
  keep_database
  curl -s -o "$BATS_TEST_TMPDIR/status" "$URL/status" &
  local status_page=$!
  (
    BATS_TEST_TMPDIR="$BATS_TEST_TMPDIR/data"
    post /book/jazz-evening tier=vip quantity=1 name=Ada \
      email=locked@example.org
    out_of_order
    assert_text "very busy"
  ) &
  local buyer=$!
  eventually somebody_writes
  get /events/comedy-night --max-time 4
  assert_status 200
  get / --max-time 4
  assert_status 200
  wait "$buyer"
  wait "$status_page"
  grep -q "Bookings cannot be written" "$BATS_TEST_TMPDIR/status"
  # Released: nothing was taken, and the same form goes through.
  leave_database
  assert_equal "$(stock jazz-evening vip)" "0|0"
  body=$form
  post /book/jazz-evening tier=vip quantity=1 name=Ada \
    email=locked@example.org
  assert_status 303
  assert_sound
}
