#!/usr/bin/env bats
# Reserved seating: the best seats that are left, the demo's halls, and seats that
# programs take along or book.
load helper
load ticketing
load seats

@test "B6 the best available are side by side, and accessible ones last" {
  own_hall
  best a@example.org general 2
  assert_status 303
  # In the middle of the free ones.
  assert_equal "$(seats)" "B2 B3"
  as "second-$BATS_TEST_NUMBER"
  best b@example.org general 2
  assert_equal "$(seats "${location##*/}")" "B4 B5"
  as "third-$BATS_TEST_NUMBER"
  best c@example.org general 1
  assert_equal "$(seats "${location##*/}")" B1
  as "fourth-$BATS_TEST_NUMBER"
  best d@example.org general 1
  assert_equal "$(seats "${location##*/}")" B6
  as "fifth-$BATS_TEST_NUMBER"
  best e@example.org general 1
  assert_status 409
  assert_text "SoldOutError"
  assert_sound
}

@test "B6 where no row has so many together, the longest runs" {
  own_hall
  take x@example.org A2
  as "other-$BATS_TEST_NUMBER"
  best a@example.org vip 3
  assert_status 303
  assert_equal "$(seats "${location##*/}")" "A1 A3 A4"
  as "third-$BATS_TEST_NUMBER"
  best b@example.org vip 2
  assert_status 409
  assert_text "Requested 2 VIP tickets, only 0 remaining"
}

@test "B6 the best need a tier and a quantity; ticked seats do not count then" {
  own_hall
  get "/book/$E"
  post "/book/$E" name=Ada email=a@example.org quantity=2 best=yes
  assert_status 400
  post "/book/$E" name=Ada email=a@example.org tier=vip best=yes
  assert_status 400
  assert_text "Quantity must be"
  post "/book/$E" name=Ada email=a@example.org tier=balcony quantity=1 best=yes
  assert_status 400
  assert_equal "$(seats)" ""
  post "/book/$E" name=Ada email=a@example.org tier=vip quantity=1 best=yes \
    seat=B1
  assert_status 303
  assert_equal "$(seats)" A2
}

@test "R27 B6 the demo's ten night events have their rows" {
  local row
  assert_equal "$(sql "SELECT count(*) FROM event
    WHERE seating = 'reserved' AND slug NOT LIKE 'hall-%'")" 10
  while IFS='|' read -r row; do
    assert_equal "$(sql "SELECT count(*) || ' ' || min(s.row_name || s.number)
        FROM seat s JOIN event e ON e.id = s.event_id JOIN tier t
        ON t.id = s.tier_id WHERE e.slug = '$(cut -d' ' -f1 <<<"$row")'
        AND t.slug = '$(cut -d' ' -f2 <<<"$row")'")" \
      "$(cut -d' ' -f3- <<<"$row")"
  done <<'ROWS'
rock-night-live general-admission 10 A1
jazz-evening vip 5 B1
jazz-evening general-admission 5 B10
pop-music-festival general-admission 8 C1
classical-night vip 2 D1
classical-night economy 3 D3
electronic-dance-festival general-admission 5 E1
indie-rock-showcase vip 4 F1
country-music-night general-admission 5 G1
hip-hop-bash vip 4 H1
reggae-vibes economy 4 I1
metal-night general-admission 4 J1
ROWS
  # The capacity is the number of seats.
  assert_equal "$(sql "SELECT count(*) FROM tier t JOIN event e
    ON e.id = t.event_id WHERE e.seating = 'reserved' AND e.slug NOT LIKE 'hall-%' AND t.capacity <>
    (SELECT count(*) FROM seat s WHERE s.tier_id = t.id)")" 0
}

@test "R27 one seat of the demo: picked, paid, gone" {
  E=jazz-evening
  take a@example.org B1 B6
  get "/checkout/$REFERENCE"
  assert_text "\$225.00"
  pay
  as "other-$BATS_TEST_NUMBER"
  get "/book/$E"
  [[ $(seat B1) == *disabled* && $(seat B6) == *disabled* ]]
  assert_sound
}

@test "R48 export and import keep seats" {
  own_hall
  add_seats "$E" general C 3 5
  sql_write "UPDATE tier SET capacity = 9 WHERE slug = 'general'
    AND event_id = (SELECT id FROM event WHERE slug = '$E')"
  "$BUILD/campuspass" --data "$DATA" export >"$BATS_TEST_TMPDIR/all.csv"
  grep -E "^event,|^$E," "$BATS_TEST_TMPDIR/all.csv" |
    sed "s/^$E,/$E-again,/" >"$BATS_TEST_TMPDIR/one.csv"
  run grep -c "A1-A4\|B1-B6 C3-C5" "$BATS_TEST_TMPDIR/one.csv"
  assert_output 2
  run "$BUILD/campuspass" --data "$DATA" import "$BATS_TEST_TMPDIR/one.csv"
  assert_success
  local all="SELECT group_concat(n, ' ') FROM (SELECT t.slug || ':' ||
    s.row_name || s.number AS n FROM seat s JOIN tier t ON t.id = s.tier_id
    JOIN event e ON e.id = s.event_id WHERE e.slug = '$E"
  assert_equal "$(sql "$all-again' ORDER BY s.row_name, s.number)")" \
    "$(sql "$all' ORDER BY s.row_name, s.number)")"
  assert_equal "$(sql "SELECT seating FROM event WHERE slug = '$E-again'")" \
    reserved
}

@test "R24 the one-call API gives the best seats, and says when there are none" {
  own_hall
  get "/api/events/$E/book" -H 'Content-Type: application/json' -d \
    '{"email":"a@example.org","tier_name":"vip","quantity":3,
      "payment_token":"tok_valid_1"}'
  assert_status 200
  assert_equal "$(seats)" "A1 A2 A3"
  get "/api/events/$E/book" -H 'Content-Type: application/json' -d \
    '{"email":"b@example.org","tier_name":"vip","quantity":2,
      "payment_token":"tok_valid_1"}'
  assert_status 400
  assert_equal "$(jq -r .error_type <<<"$body")" SoldOutError
  assert_sound
}

@test "B6 R27 the best of the only type with seats need not name it" {
  add_event "$E" "seating='reserved'"
  add_seats "$E" general B 1 10
  get "/book/$E"
  post "/book/$E" name=Ada email=a@example.org quantity=2 best=yes
  assert_status 303
  # With two types somebody has to say which.
  as "other-$BATS_TEST_NUMBER"
  E="hall-two-$BATS_TEST_NUMBER"
  own_hall
  get "/book/$E"
  post "/book/$E" name=Ada email=a@example.org quantity=2 best=yes
  assert_status 400
  assert_text "Kind of problem: InvalidBookingError"
}
