#!/usr/bin/env bats
# Events with numbered seats and with places that are counted: a hall with
# seats in front and standing room behind.
load helper
load staff

setup_file() {
  start_site empty
  sign_in organiser olga
}

teardown_file() { stop_site; }

setup() {
  as "person-$BATS_TEST_NUMBER"
  E="fest-$BATS_TEST_NUMBER"
  FILE="$BATS_TEST_TMPDIR/events.csv"
}

campuspass() {
  "$BUILD/campuspass" --data "$DATA" "$@"
}

# import_mixed [CAPACITY]: seats A1-A4 at 45.00, six standing places at 15.00.
import_mixed() {
  printf '%s\n' \
    event,title,type,venue,start,end,tier,tier_title,price,capacity,rows \
    "$E,The Fest,concert,Barn,2030-05-01 19:30,2030-05-01 22:00,standing,Standing,15,${1-6}," \
    "$E,,,,,,seats,Seats,45,,A1-A4" >"$FILE"
  run campuspass import "$FILE"
}

# go [name=value ...]: the booking form, sent.
go() {
  get "/book/$E"
  assert_status 200
  post "/book/$E" name=Ada email=ada@example.org "$@"
}

booked() {
  assert_status 303
  REFERENCE=${location##*/}
}

# "tier seat price" of the booking's valid tickets.
tickets() {
  sql "SELECT group_concat(t.slug || coalesce(' ' || s.row_name || s.number, ''), ',')
    FROM (SELECT * FROM ticket ORDER BY tier_id, seat_id) k JOIN tier t ON t.id = k.tier_id
    LEFT JOIN seat s ON s.id = k.seat_id JOIN booking b ON b.id = k.booking_id
    WHERE b.reference = '$REFERENCE' AND k.status = 'active'"
}

@test "R48 rows for one ticket type and a capacity for another: imported, and exported alike" {
  import_mixed
  assert_success
  assert_equal "$(sql "SELECT group_concat(t.slug || ' ' || t.capacity) FROM tier t
    JOIN event e ON e.id = t.event_id WHERE e.slug = '$E'")" "standing 6,seats 4"
  campuspass export | grep "$E" >"$BATS_TEST_TMPDIR/exported"
  run cat "$BATS_TEST_TMPDIR/exported"
  assert_output --regexp 'standing,Standing,15(.00)?,6,'
  assert_output --regexp 'seats,Seats,45(.00)?,4,A1-A4'
  # As one file to another site, and back.
  campuspass event export "$E" "$BATS_TEST_TMPDIR/event.json"
  sed -i "s/\"$E\"/\"$E-copy\"/" "$BATS_TEST_TMPDIR/event.json"
  campuspass event import "$BATS_TEST_TMPDIR/event.json"
  E="$E-copy"
  sql_write "UPDATE event SET status = 'published' WHERE slug = '$E'"
  go places-standing=2 seat=A1
  booked
}

@test "R48 a ticket type without rows and without a capacity beside one with rows is refused" {
  import_mixed ""
  assert_failure 1
  assert_output --partial "line 2, column capacity: or rows must be given for standing"
  assert_equal "$(sql "SELECT count(*) FROM event WHERE slug = '$E'")" 0
}

@test "R27 R28 seats from the map and standing places in one booking" {
  import_mixed
  get "/book/$E"
  assert_text "Places without a seat number"
  assert_text "Standing"
  assert_text '$15.00, 6 left'
  [ "$(grep -c 'name="seat"' <<<"$body")" = 4 ]
  # What has no seats is no choice of the best ones.
  [[ $body != *'name="tier" value="standing"'* ]]
  post "/book/$E" name=Ada email=ada@example.org seat=A1 seat=A2 places-standing=3
  booked
  get "/checkout/$REFERENCE"
  assert_text '$135.00'
  assert_equal "$(stock "$E" standing) $(stock "$E" seats)" "3|0 2|0"
  pay
  assert_status 303
  assert_equal "$(tickets)" "standing,standing,standing,seats A1,seats A2"
  assert_equal "$(stock "$E" standing) $(stock "$E" seats)" "0|3 0|2"
  get "/tickets/$REFERENCE"
  assert_text "A1"
  [ "$(grep -c 'TKT-' <<<"$(page_text | tr ' ' '\n')")" -ge 5 ]
  assert_sound
}

@test "R28 the best seats and standing places; standing places alone; either by its type" {
  import_mixed
  go best=yes tier=seats quantity=2 places-standing=1
  booked
  pay
  assert_equal "$(tickets)" "standing,seats A2,seats A3"
  as "second-$BATS_TEST_NUMBER"
  get "/book/$E"
  post "/book/$E" name=Bob email=bob@example.org places-standing=2
  booked
  pay
  assert_equal "$(tickets)" "standing,standing"
  as "third-$BATS_TEST_NUMBER"
  book "$E" standing 1 carl@example.org
  booked
  pay
  assert_equal "$(tickets)" standing
  as "fourth-$BATS_TEST_NUMBER"
  book "$E" seats 1 dora@example.org
  booked
  pay
  [[ $(tickets) == "seats A"* ]]
  assert_equal "$(stock "$E" standing) $(stock "$E" seats)" "0|4 0|3"
  assert_sound
}

@test "R21 R27 what is not there, or not a number, is refused, and nothing is lost or held" {
  import_mixed
  go seat=A1 places-standing=7
  assert_status 409
  assert_text "Requested 7 Standing tickets, only 6 remaining"
  [[ $body == *'<a href="#places-standing">'* ]]
  [[ $body == *'id="places-standing-error"'* ]]
  [[ $body == *'value="7"'* ]]
  [[ $(grep -A2 'value="A1"' <<<"$body") == *checked* ]]
  go seat=A1 places-standing=two
  assert_status 400
  assert_text "Standing: enter a whole number, or nothing"
  go seat=A1 places-standing=1001
  assert_status 409
  go
  assert_status 400
  assert_text "Seats must be chosen"
  # Nobody smuggles seats in as places that are counted.
  get "/book/$E"
  post "/book/$E" name=Ada email=ada@example.org places-seats=1
  assert_status 400
  assert_equal "$(stock "$E" standing) $(stock "$E" seats)" "0|0 0|0"
  # The same form with other places is another order.
  get "/book/$E"
  local form=$body
  post "/book/$E" name=Ada email=ada@example.org seat=A1 places-standing=1
  booked
  body=$form
  post "/book/$E" name=Ada email=ada@example.org seat=A1 places-standing=2
  assert_status 409
}

@test "B6 the API sells both kinds by their ticket type" {
  import_mixed
  local tier
  for tier in standing seats; do
    curl -s -o "$BATS_TEST_TMPDIR/answer" -H 'Content-Type: application/json' -d "{
      \"email\": \"$tier@example.org\", \"tier_name\": \"$tier\", \"quantity\": 2,
      \"payment_token\": \"tok_valid_1\"}" "$URL/api/events/$E/book"
    assert_equal "$(jq -r .success "$BATS_TEST_TMPDIR/answer")" true
  done
  assert_equal "$(stock "$E" standing) $(stock "$E" seats)" "0|2 0|2"
  assert_equal "$(curl -s "$URL/api/events/$E" |
    jq -r '.tiers | map("\(.remaining)/\(.capacity)") | join(" ")')" "2/4 4/6"
  assert_sound
}

@test "R36 seats of a mixed booking are changed, its standing places stay" {
  import_mixed
  go seat=A1 places-standing=1
  booked
  pay
  get "/tickets/$REFERENCE"
  assert_text "Change seats"
  get "/tickets/$REFERENCE/seats"
  assert_text "You have A1."
  post "/tickets/$REFERENCE/seats" seat=A3
  assert_status 303
  assert_equal "$(tickets)" "standing,seats A3"
  assert_sound
  # A booking without seats has none to change.
  as "second-$BATS_TEST_NUMBER"
  book "$E" standing 1 bob@example.org
  booked
  pay
  get "/tickets/$REFERENCE"
  refute_text "Change seats"
  get "/tickets/$REFERENCE/seats"
  assert_status 409
}

@test "R48 R49 the form: a type without seats has places; sold ones get no seats" {
  as olga
  get /admin/events/new
  post /admin/events/new title="Mixed $E" type=concert venue=Barn \
    start="$(date -u -d '+9 days' '+%F %H:%M')" end="$(date -u -d '+10 days' '+%F %H:%M')" \
    status=published seating=reserved "seat_rows=A1-A4 Seats" \
    tier_name=Seats tier_price=45 tier_name=Standing tier_price=15
  assert_status 400
  assert_text "Standing has no seats: add them, or enter how many places it has"
  post /admin/events/new title="Mixed $E" type=concert venue=Barn \
    start="$(date -u -d '+9 days' '+%F %H:%M')" end="$(date -u -d '+10 days' '+%F %H:%M')" \
    status=published seating=reserved "seat_rows=A1-A4 Seats" \
    tier_name=Seats tier_price=45 tier_capacity=9 \
    tier_name=Standing tier_price=15 tier_capacity=6
  assert_status 303
  E=$(sql "SELECT slug FROM event WHERE title = 'Mixed $E'")
  assert_equal "$(sql "SELECT group_concat(t.slug || ' ' || t.capacity) FROM tier t
    JOIN event e ON e.id = t.event_id WHERE e.slug = '$E'")" "seats 4,standing 6"
  as "buyer-$BATS_TEST_NUMBER"
  book "$E" standing 2 eva@example.org
  booked
  pay
  as olga
  get "/admin/events/$E"
  post "/admin/events/$E" "version=$(hidden version)" \
    "seat_rows=A1-A4 Seats; B1-B6 Standing"
  assert_status 409
  assert_text "Standing has places sold or held without a seat"
  # More places are fine, fewer than sold are not.
  get "/admin/events/$E"
  post "/admin/events/$E" "version=$(hidden version)" tier_id=seats tier_name=Seats \
    tier_id=standing tier_name=Standing tier_capacity=4 tier_capacity=8
  assert_status 303
  assert_equal "$(sql "SELECT group_concat(t.slug || ' ' || t.capacity) FROM tier t
    JOIN event e ON e.id = t.event_id WHERE e.slug = '$E'")" "seats 4,standing 8"
  # A copy has both.
  get "/admin/events/$E"
  post "/admin/events/$E/duplicate"
  assert_status 303
  assert_equal "$(sql "SELECT group_concat(t.slug || ' ' || t.capacity) FROM tier t
    WHERE event_id = (SELECT max(id) FROM event)")" "seats 4,standing 8"
}

@test "R52 the box office sells seats and standing places together" {
  import_mixed
  as olga
  give_event "$E" olga
  get "/admin/events/$E/sell"
  post "/admin/events/$E/sell" "seats=A1 A2" tier=standing quantity=2 name=Desk how=cash
  assert_status 303
  REFERENCE=${location#*/bookings/}
  REFERENCE=${REFERENCE%\?*}
  assert_equal "$(tickets)" "standing,standing,seats A1,seats A2"
  get "/admin/events/$E/sell"
  post "/admin/events/$E/sell" tier=standing quantity=1 name=Desk how=cash
  assert_status 303
  assert_equal "$(stock "$E" standing) $(stock "$E" seats)" "0|3 0|2"
  assert_sound
}
