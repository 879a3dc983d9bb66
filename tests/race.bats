#!/usr/bin/env bats
# Everybody at once: nothing is oversold, nothing is sold or charged twice,
# and what a buyer was told stays true when processes are killed.
load helper

setup_file() {
  export WORKERS=4
  start_site
  disown -a # the shell need not report that this server was killed
}

teardown_file() {
  stop_site
}

setup() {
  RUSH="$BATS_TEST_TMPDIR/rush"
  E="show-$BATS_TEST_NUMBER"
  # The server that a test before this one left.
  if [ -e "$BATS_FILE_TMPDIR/server" ]; then
    read -r SERVER <"$BATS_FILE_TMPDIR/server"
    read -r PORT <"$BATS_FILE_TMPDIR/port"
    URL="http://127.0.0.1:$PORT"
  fi
}

# This browser's cookie as the header has it.
cookie_header() {
  awk '$6 ~ /^campuspass-[0-9A-Z]+$/ { print "Cookie: " $6 "=" $7 }' "$JAR"
}

# join PATH [name=value ...]: one more POST of the rush, by this browser,
# with the hidden fields of the page last fetched.
join() {
  local path=$1 field
  shift
  {
    [ ! -s "$RUSH" ] || echo next
    echo "url = \"$URL$path\""
    echo "header = \"$(cookie_header)\""
    for field in "csrf_token=$(hidden csrf_token)" \
      "form_key=$(hidden form_key)" "$@"; do
      echo "data-urlencode = \"$field\""
    done
    echo "output = /dev/null"
    echo 'write-out = "%{http_code} %{redirect_url}\n"'
    echo "max-time = 30"
  } >>"$RUSH"
}

# Send them all at once; ANSWERS has a line "status location" for each.
rush() {
  ANSWERS="$BATS_TEST_TMPDIR/answers"
  curl -sS --parallel --parallel-immediate --parallel-max 100 -K "$RUSH" \
    >"$ANSWERS" 2>"$BATS_TEST_TMPDIR/curl-errors" || true
}

# How many answers had a status.
answered() {
  grep -c "^$1 " "$ANSWERS" || true
}

count() {
  sql "SELECT count(*) FROM booking b JOIN event e ON e.id = b.event_id
    WHERE e.slug = '$E' AND $1"
}

# Buyers 1 to $1, each with a browser and a form of their own.
buyers() {
  local i
  for i in $(seq "$1"); do
    as "$BATS_TEST_NUMBER-$i"
    get "/book/$E"
    join "/book/$E" tier=general quantity=1 "name=Buyer $i" \
      "email=buyer$i@example.org"
  done
}

@test "R21 I1 B4 fifty buyers for the last ten places: exactly ten get one" {
  add_event "$E"
  buyers 50
  rush
  assert_equal "$(wc -l <"$ANSWERS")" 50
  assert_equal "$(answered 303)" 10
  assert_equal "$(answered 409)" 40
  assert_equal "$(stock "$E" general)" "10|0"
  assert_equal "$(count "b.state = 'held'")" 10
  assert_equal "$(sort -u "$ANSWERS" | grep -c ^303)" 10
  # Each place that was promised is there.
  local reference
  for reference in $(sed -n 's|^303 .*/||p' "$ANSWERS"); do
    assert_equal "$(count "b.reference = '$reference'")" 1
  done
  assert_sound
}

@test "R21 I1 groups of three for ten places: three groups, never a part" {
  add_event "$E"
  local i
  for i in $(seq 20); do
    as "$BATS_TEST_NUMBER-$i"
    get "/book/$E"
    join "/book/$E" tier=general quantity=3 name=Group \
      "email=group$i@example.org"
  done
  rush
  assert_equal "$(answered 303)" 3
  assert_equal "$(answered 409)" 17
  assert_equal "$(stock "$E" general)" "9|0"
  assert_sound
}

@test "B2 R29 fifty buyers meet ten lapsed places: each is sold once more" {
  add_event "$E"
  local i
  # The crowd has its forms already; nobody's request sweeps in between.
  buyers 50
  as "early-$BATS_TEST_NUMBER"
  hold "$E" general 10 early@example.org
  pass_time 700
  rush
  assert_equal "$(answered 303)" 10
  assert_equal "$(answered 409)" 40
  assert_equal "$(stock "$E" general)" "10|0"
  assert_equal "$(count "b.state = 'expired'")" 1
  assert_sound
}

@test "B5 I4 ten posts of one form make one booking and lead to it" {
  add_event "$E"
  as "$BATS_TEST_NUMBER"
  get "/book/$E"
  local i
  for i in $(seq 10); do
    join "/book/$E" tier=general quantity=2 name=Ada email=a@example.org
  done
  rush
  assert_equal "$(answered 303)" 10
  assert_equal "$(sort -u "$ANSWERS" | wc -l)" 1
  assert_equal "$(count true)" 1
  assert_equal "$(stock "$E" general)" "2|0"
  assert_sound
}

@test "R30 ten different forms of one browser at once: one unfinished booking" {
  add_event "$E" one_booking_each=0
  as "$BATS_TEST_NUMBER"
  get /terms
  local i
  for i in $(seq 10); do
    get "/book/$E"
    join "/book/$E" tier=general quantity=1 name=Ada "email=a$i@example.org"
  done
  rush
  assert_equal "$(answered 303)" 1
  assert_equal "$(answered 409)" 9
  assert_equal "$(stock "$E" general)" "1|0"
  assert_sound
}

@test "R20 one email from ten browsers at once: one booking" {
  add_event "$E"
  local i
  for i in $(seq 10); do
    as "$BATS_TEST_NUMBER-$i"
    get "/book/$E"
    join "/book/$E" tier=general quantity=1 name=Ada email=ada@example.org
  done
  rush
  assert_equal "$(answered 303)" 1
  assert_equal "$(answered 409)" 9
  assert_equal "$(count true)" 1
  assert_sound
}

@test "R20 one email at once with a limit a person: never more than that" {
  add_event "$E" one_booking_each=0 max_per_person=3
  local i
  for i in $(seq 8); do
    as "$BATS_TEST_NUMBER-$i"
    get "/book/$E"
    join "/book/$E" tier=general quantity=2 name=Ada email=ada@example.org
  done
  rush
  assert_equal "$(answered 303)" 1
  assert_equal "$(answered 400)" 7
  assert_equal "$(stock "$E" general)" "2|0"
}

@test "R75 two tabs change one hold at once: it is given back once" {
  add_event "$E"
  as "$BATS_TEST_NUMBER"
  hold "$E" general 2 a@example.org
  local old=$REFERENCE i
  for i in 3 4 5 6; do
    get "/book/$E"
    join "/book/$E" tier=general quantity=$i name=Ada email=a@example.org \
      "replaces=$old"
  done
  rush
  assert_equal "$(answered 303)" 1
  assert_equal "$(answered 409)" 3
  assert_equal "$(count "b.state = 'held'")" 1
  assert_equal "$(count "b.state = 'released'")" 1
  assert_sound
}

@test "B5 I6 ten payments of one booking make one charge" {
  add_event "$E"
  as "$BATS_TEST_NUMBER"
  hold "$E" general 2 a@example.org
  get "/checkout/$REFERENCE"
  local before i
  before=$(find "$DATA/campuspay" -type f 2>/dev/null | wc -l)
  for i in $(seq 10); do
    join "/checkout/$REFERENCE" method=campuspay "payment_token=tok_valid_$i" \
      terms=yes
  done
  rush
  # To the tickets, or to the page that says it is being paid.
  assert_equal "$(answered 303)" 10
  assert_equal "$(find "$DATA/campuspay" -type f | wc -l)" $((before + 1))
  assert_equal "$(count "b.state = 'confirmed'")" 1
  assert_equal "$(stock "$E" general)" "0|2"
  assert_equal "$(sql "SELECT (SELECT count(*) FROM ticket WHERE
      booking_id = b.id) || '|' || (SELECT count(*) FROM payment_attempt
      WHERE booking_id = b.id) || '|' || (SELECT count(*) FROM outbox
      WHERE booking_id = b.id) FROM booking b
    WHERE reference = '$REFERENCE'")" "2|1|1"
  assert_sound
}

@test "B5 ten confirmations of one free booking make its tickets once" {
  add_event "$E"
  add_tier "$E" free Free 0 10
  as "$BATS_TEST_NUMBER"
  hold "$E" free 3 a@example.org
  get "/checkout/$REFERENCE"
  local i
  for i in $(seq 10); do
    join "/checkout/$REFERENCE" terms=yes
  done
  rush
  assert_equal "$(answered 303)" 10
  assert_equal "$(stock "$E" free)" "0|3"
  assert_equal "$(sql "SELECT count(*) FROM ticket k JOIN booking b
    ON b.id = k.booking_id WHERE reference = '$REFERENCE'")" 3
  assert_sound
}

@test "I9 I10 paying and releasing at once: one of them, wholly" {
  add_event "$E"
  local n i state
  for n in 1 2 3; do
    as "$BATS_TEST_NUMBER-$n"
    hold "$E" general 2 "a$n@example.org"
    get "/checkout/$REFERENCE"
    rm -f "$RUSH"
    for i in 1 2 3; do
      join "/checkout/$REFERENCE/release"
      join "/checkout/$REFERENCE" method=campuspay payment_token=tok_valid \
        terms=yes
      join "/checkout/$REFERENCE/extend"
    done
    rush
    assert_equal "$(answered 503)" 0
    state=$(sql "SELECT state || (SELECT count(*) FROM ticket k
      WHERE k.booking_id = b.id) || (SELECT count(*) FROM ledger l
      WHERE l.booking_id = b.id) FROM booking b
      WHERE reference = '$REFERENCE'")
    [[ $state == confirmed22 || $state == released00 ]] ||
      { echo "$state" >&2; return 1; }
  done
  assert_sound
}

@test "B5 whoever is told of a success has it: ten buyers pay at once" {
  add_event "$E"
  local i reference
  for i in $(seq 10); do
    as "$BATS_TEST_NUMBER-$i"
    hold "$E" general 1 "b$i@example.org"
    get "/checkout/$REFERENCE"
    join "/checkout/$REFERENCE" method=campuspay payment_token=tok_valid \
      terms=yes
  done
  rush
  assert_equal "$(answered 303)" 10
  assert_equal "$(grep -c '/tickets/' "$ANSWERS")" 10
  assert_equal "$(stock "$E" general)" "0|10"
  assert_sound
}

# ---- killed in the rush ----

# amid CONDITION: wait until five of the event's bookings fulfil it.
amid() {
  eventually five_are "$1"
}

five_are() {
  [ "$(count "$1")" -ge 5 ]
}

# Every hold that a client was told of is in the database.
assert_promises() {
  local reference
  for reference in $(sed -n 's|^303 .*/checkout/||p' "$ANSWERS"); do
    [ "$(count "b.reference = '$reference'")" = 1 ] ||
      { echo "lost: $reference" >&2; return 1; }
  done
}

@test "R61 I3 kill -9 of all workers in a rush loses no answer" {
  add_event "$E"
  add_tier "$E" lawn Lawn 0 NULL
  sql_write "UPDATE tier SET capacity = NULL WHERE slug = 'general'
    AND event_id = (SELECT id FROM event WHERE slug = '$E')"
  buyers 60
  rush &
  local rushing=$!
  amid true
  for _ in 1 2 3; do
    pkill -9 -P "$SERVER" -x book || true
    sleep 0.02
  done
  wait "$rushing"
  ANSWERS="$BATS_TEST_TMPDIR/answers"
  assert_equal "$(wc -l <"$ANSWERS")" 60
  assert_promises
  # Nothing half done: what is held is what bookings hold.
  assert_sound
  # The server starts new ones; buying goes on.
  as "after-$BATS_TEST_NUMBER"
  buys_again() {
    book "$E" general 1 after@example.org
    [ "$status" = 303 ]
  }
  eventually buys_again
  # Whoever got no answer sends the same form again: one booking, not two.
  rush
  assert_equal "$(answered 303)" 60
  assert_equal "$(count "b.email LIKE 'buyer%'")" 60
  assert_promises
  assert_sound
}

@test "R61 I3 kill -9 of everything in a rush: the restart is complete" {
  add_event "$E"
  sql_write "UPDATE tier SET capacity = NULL WHERE event_id =
    (SELECT id FROM event WHERE slug = '$E')"
  buyers 60
  local rushing workers
  workers=$(pgrep -P "$SERVER")
  rush &
  rushing=$!
  amid true
  # shellcheck disable=SC2086 # one word for each process
  kill -9 "$SERVER" $workers
  wait "$rushing"
  ANSWERS="$BATS_TEST_TMPDIR/answers"
  start_server
  echo "$SERVER" >"$BATS_FILE_TMPDIR/server"
  echo "$PORT" >"$BATS_FILE_TMPDIR/port"
  assert_promises
  assert_sound
  # The same forms again, at the new address: one booking each.
  sed -i "s|http://127.0.0.1:[0-9]*|$URL|" "$RUSH"
  rush
  assert_equal "$(answered 303)" 60
  assert_equal "$(count "b.email LIKE 'buyer%'")" 60
  assert_sound
}

@test "R61 I6 kill -9 while all pay: each is charged once in the end" {
  add_event "$E"
  sql_write "UPDATE tier SET capacity = NULL WHERE event_id =
    (SELECT id FROM event WHERE slug = '$E')"
  local i rushing before
  for i in $(seq 30); do
    as "$BATS_TEST_NUMBER-$i"
    hold "$E" general 1 "p$i@example.org"
    get "/checkout/$REFERENCE"
    join "/checkout/$REFERENCE" method=campuspay payment_token=tok_valid \
      terms=yes
  done
  before=$(find "$DATA/campuspay" -type f -size +0 ! -name '*.??????' | wc -l)
  rush &
  rushing=$!
  amid "b.state <> 'held'"
  for _ in 1 2 3; do
    pkill -9 -P "$SERVER" -x checkout || true
    sleep 0.02
  done
  wait "$rushing"
  pass_time 15
  for _ in 1 2 3; do
    "$BUILD/campuspass" --data "$DATA" sweep
  done
  assert_equal "$(count "b.state = 'paying'")" 0
  # Who was not charged pays again; who was is led to the tickets.
  checkouts_are_back() {
    get /checkout/0000000000
    [ "$status" = 404 ]
  }
  eventually checkouts_are_back
  rush
  assert_equal "$(answered 303)" 30
  assert_equal "$(count "b.state = 'confirmed'")" 30
  assert_equal "$(find "$DATA/campuspay" -type f ! -name '*.??????' | wc -l)" \
    $((before + 30))
  assert_sound
}
