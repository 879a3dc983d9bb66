#!/usr/bin/env bats
# The box office: places for whoever stands at the counter.
load helper
load staff

setup_file() {
  start_site empty
  sign_in organiser olga
  sign_in organiser otto
}

teardown_file() {
  stop_site
}

setup() {
  E="show-$BATS_TEST_NUMBER"
  as olga
}

own_event() {
  add_event "$E" "$@"
  give_event "$E" olga
}

# A hall: VIP A1-A3 at 45.00, general B1-B4 at 15.00.
own_hall() {
  own_event "seating='reserved'" "starts_at=unixepoch() + 5 * 86400" \
    "ends_at=unixepoch() + 6 * 86400"
  add_tier "$E" vip VIP 4500 3
  sql_write "UPDATE tier SET capacity = 4 WHERE slug = 'general'
    AND event_id = (SELECT id FROM event WHERE slug = '$E')"
  sql_write "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
      WHERE i < 4)
    INSERT INTO seat (event_id, tier_id, row_name, number)
    SELECT t.event_id, t.id, CASE t.slug WHEN 'vip' THEN 'A' ELSE 'B' END, n.i
    FROM tier t JOIN n ON n.i <= t.capacity JOIN event e ON e.id = t.event_id
    WHERE e.slug = '$E'"
}

# sell [name=value ...]: the form and its answer.
sell() {
  get "/admin/events/$E/sell"
  assert_status 200
  post "/admin/events/$E/sell" "$@"
  REFERENCE=${location#/admin/bookings/}
  REFERENCE=${REFERENCE%%\?*}
}

# One value of the booking.
booking() {
  sql "SELECT $1 FROM booking WHERE reference = '$REFERENCE'"
}

@test "R51: the counter sells for cash, and the tickets are there at once" {
  own_event
  # The browser does not put in who sells, and what cannot be undone is said
  # before the button.
  get "/admin/events/$E/sell"
  assert_equal "$(grep -A2 -E 'id="(name|email)"' <<<"$body" |
    grep -c 'autocomplete="off"')" 2
  assert_text "the sale cannot be stopped afterwards, only refunded. Sell"
  sell tier=general quantity=2 name=Ada email= how=cash
  assert_status 303
  get "$location"
  assert_text "Sold. The tickets can be printed."
  assert_text "Print the tickets"
  assert_text "Next sale"
  assert_text "At the counter"
  assert_text "In cash"
  assert_equal "$(booking "state || source || total")" confirmedcounter3000
  assert_equal "$(stock "$E" general)" "0|2"
  assert_equal "$(sql "SELECT account, amount FROM ledger l JOIN booking b
    ON b.id = l.booking_id WHERE b.reference = '$REFERENCE' ORDER BY l.id")" \
    "gateway:cash|3000
sales|-3000"
  assert_equal "$(sql "SELECT action, after FROM audit
    WHERE subject = 'booking $REFERENCE'")" \
    'booking.sell|{"complimentary":false,"places":2,"total":"$30.00"}'
  assert_sound
}

@test "R51: the seller sees what a sale comes to, before the money is taken" {
  own_event
  sell tier=general quantity=2 name=Ada how=cash do=price
  assert_status 200
  assert_text "2 places come to \$30.00. Nothing is sold yet."
  [[ $body == *'value="Ada"'* && $body == *'value="2"'* ]]
  assert_equal "$(stock "$E" general)" "0|0"
  local key
  key=$(hidden form_key)
  sell tier=general quantity=1 how=free do=price
  assert_text "1 place comes to \$0.00."
  sell tier=general quantity=11 how=cash do=price
  assert_status 409
  refute_text "Nothing is sold yet"
  sell tier=general quantity=no how=cash do=price
  assert_status 400
  # The page that showed it sells.
  post "/admin/events/$E/sell" form_key="$key" tier=general quantity=2 how=cash
  assert_status 303
  assert_equal "$(stock "$E" general)" "0|2"
  as otto
  get /admin
  post "/admin/events/$E/sell" tier=general quantity=1 how=cash do=price
  assert_status 404
}

@test "R51 R28: seats of several prices come to their sum" {
  own_hall
  sell "seats=a1 b2" how=cash do=price
  assert_status 200
  assert_text "2 places come to \$60.00."
  [[ $body == *'value="a1 b2"'* ]]
  sell tier=vip quantity=2 how=cash do=price
  assert_text "2 places come to \$90.00."
}

@test "R51: complimentary tickets cost nothing and are sold places" {
  own_event
  sell tier=general quantity=3 name=Press email=press@example.org how=free
  assert_status 303
  assert_equal "$(booking total)" 0
  assert_equal "$(stock "$E" general)" "0|3"
  assert_equal "$(sql "SELECT count(*) FROM outbox
    WHERE recipient = 'press@example.org' AND kind = 'confirmed'")" 1
  get "/admin/bookings/$REFERENCE"
  assert_text "Nothing to pay"
  refute_text "can be given back"
  assert_sound
}

@test "R51: what is refunded at the counter is handed out with it" {
  own_event
  sell tier=general quantity=1 how=cash
  get "/admin/bookings/$REFERENCE"
  post "/admin/bookings/$REFERENCE/refund" amount=15 reason=rain by_hand=yes
  assert_status 303
  assert_equal "$(sql "SELECT sum(amount) FROM ledger
    WHERE account = 'gateway:cash' AND booking_id =
    (SELECT id FROM booking WHERE reference = '$REFERENCE')")" 0
  assert_sound
}

@test "R51 I1: more than is left is refused, and nothing is sold" {
  own_event
  sql_write "UPDATE tier SET capacity = 3 WHERE event_id =
    (SELECT id FROM event WHERE slug = '$E')"
  get "/admin/events/$E/sell"
  post "/admin/events/$E/sell" name=Ada email=ada@example.org tier=general quantity=4 how=cash
  assert_status 409
  assert_text "only 3"
  assert_equal "$(stock "$E" general)" "0|0"
  post "/admin/events/$E/sell" name=Ada email=ada@example.org tier=general quantity=3 how=cash
  assert_status 303
  assert_equal "$(stock "$E" general)" "0|3"
}

@test "R51 R18: seats and places beside them are at most a thousand in one sale" {
  own_hall
  add_tier "$E" floor Floor 500 2000
  get "/admin/events/$E/sell"
  post "/admin/events/$E/sell" name=Ada email=ada@example.org seats=A1 tier=floor \
    quantity=1000 how=cash
  assert_status 400
  assert_text "Quantity is over the limit of 1000 tickets a booking"
  assert_equal "$(stock "$E" floor)$(stock "$E" vip)" "0|00|0"
  post "/admin/events/$E/sell" name=Ada email=ada@example.org seats=A1 tier=floor \
    quantity=999 how=cash
  assert_status 303
  assert_equal "$(stock "$E" floor)$(stock "$E" vip)" "0|9990|1"
}

@test "R51: a double click at the counter is one sale" {
  local form
  own_event
  get "/admin/events/$E/sell"
  form=$body
  post "/admin/events/$E/sell" tier=general quantity=1 name=Ada how=cash
  assert_status 303
  local first=$location
  body=$form
  post "/admin/events/$E/sell" tier=general quantity=1 name=Ada how=cash
  assert_equal "$location" "$first"
  body=$form
  post "/admin/events/$E/sell" tier=general quantity=1 name=Ada how=free
  assert_status 409
  assert_text "This form was sent before with other details"
  assert_equal "$(stock "$E" general)" "0|1"
}

@test "R51: buyers' holds and the waiting list come before the counter" {
  own_event
  as "buyer-$BATS_TEST_NUMBER"
  hold "$E" general 8 ada@example.org
  as olga
  sell tier=general quantity=3 name=Walk-in email= how=cash
  assert_status 409
  assert_text "only 2 remaining"
  [[ $body == *'value="Walk-in"'* ]]
  assert_equal "$(stock "$E" general)" "8|0"
  # R60: somebody who got nothing is noted.
  assert_equal "$(sql "SELECT j.kind, j.name, j.quantity FROM journal j
    JOIN event e ON e.id = j.event_id WHERE e.slug = '$E'")" \
    "sold_out|Walk-in|3"
  sell tier=general quantity=2 name=Walk-in how=cash
  assert_status 303
  as "buyer-$BATS_TEST_NUMBER-b"
  get "/book/$E/queue"
  post "/book/$E/queue" name=Bob email=bob@example.org tier=general quantity=1
  assert_status 303
  as "buyer-$BATS_TEST_NUMBER"
  get "/checkout/$REFERENCE"
  as olga
  sql_write "UPDATE event SET queue_is_manual = 0 WHERE slug = '$E'"
  # The hold lapses: Bob gets one of the eight, the counter the rest.
  sql_write "UPDATE booking SET expires_at = unixepoch() - 1
    WHERE state = 'held' AND event_id =
    (SELECT id FROM event WHERE slug = '$E')"
  sell tier=general quantity=8 name=Many how=cash
  assert_status 409
  assert_text "only 7 remaining"
  sell tier=general quantity=7 name=Many how=cash
  assert_status 303
  assert_equal "$(stock "$E" general)" "1|9"
  assert_sound
}

@test "R51: the counter sells when booking on the site is closed, to the end" {
  own_event "booking_closes_at=unixepoch() - 60" "max_per_booking=1"
  get "/book/$E"
  assert_text "Booking not available"
  sell tier=general quantity=2 name=Late how=cash
  assert_status 303
  # The same person twice: the counter does not ask.
  sell tier=general quantity=1 name=Late email=late@example.org how=cash
  sell tier=general quantity=1 name=Late email=late@example.org how=cash
  assert_status 303
  sql_write "UPDATE event SET starts_at = unixepoch() - 7200,
    ends_at = unixepoch() - 60 WHERE slug = '$E'"
  sell tier=general quantity=1 name=Later how=cash
  assert_status 409
  assert_text "This event ended"
  sql_write "UPDATE event SET status = 'cancelled', ends_at = unixepoch() + 99
    WHERE slug = '$E'"
  sell tier=general quantity=1 name=Later how=cash
  assert_status 409
  assert_sound
}

@test "R51: wrong entries name their field and keep what was typed" {
  own_event
  sell tier=general quantity=many name=Ada email=nowhere how=cash
  assert_status 400
  assert_text "There is a problem"
  [[ $body == *'href="#quantity"'* ]]
  sell tier=general quantity=1 name=Ada email=nowhere how=cash
  assert_status 400
  [[ $body == *'href="#email"'* ]]
  [[ $body == *'value="nowhere"'* ]]
  sell quantity=1 how=cash
  assert_status 400
  [[ $body == *'href="#tier"'* ]]
  sell tier=general quantity=1
  assert_status 400
  assert_text "Choose how it is paid"
  assert_equal "$(stock "$E" general)" "0|0"
}

@test "R51: another organiser's counter does not exist" {
  own_event
  get "/admin/events/$E/sell"
  as otto
  get "/admin/events/$E/sell"
  assert_status 404
  get /account
  post "/admin/events/$E/sell" tier=general quantity=1 how=free
  assert_status 404
  assert_equal "$(stock "$E" general)" "0|0"
}

@test "R51: the counter sells seats, by name or the best ones" {
  own_hall
  sell "seats=b1, B2" name=Ada how=cash
  assert_status 303
  assert_equal "$(booking "total || '/' || quantity")" 3000/2
  sell seat=B3 name=Tick how=cash
  assert_status 303
  assert_equal "$(sql "SELECT s.row_name || s.number FROM booking_item i
    JOIN seat s ON s.id = i.seat_id JOIN booking b ON b.id = i.booking_id
    WHERE b.reference = '$REFERENCE'")" B3
  sell seats=B2 name=Bob how=cash
  assert_status 409
  [[ $body == *'href="#seats"'* ]]
  sell seats=Z9 name=Bob how=cash
  assert_status 400
  sell tier=vip quantity=2 name=Bob how=free
  assert_status 303
  assert_equal "$(sql "SELECT count(*), sum(price) FROM ticket
    WHERE seat_id IS NOT NULL AND booking_id =
    (SELECT id FROM booking WHERE reference = '$REFERENCE')")" "2|0"
  assert_sound
}

@test "B4 the counter and the site ask for the last places at once" {
  local i pids=() tokens=() keys=()
  own_event
  # All have their forms before the first one sends.
  for i in $(seq 8); do
    as "buyer-$BATS_TEST_NUMBER-$i"
    get "/book/$E"
    tokens[i]=$(hidden csrf_token) keys[i]=$(hidden form_key)
  done
  as olga
  get "/admin/events/$E/sell"
  for i in $(seq 8); do
    curl -s -o /dev/null -b "$JAR" -w '%{http_code}\n' \
      "$URL/admin/events/$E/sell" -d "csrf_token=$(hidden csrf_token)" \
      -d "form_key=key-$E-$i" -d tier=general -d quantity=2 -d how=cash \
      >"$BATS_TEST_TMPDIR/counter-$i" &
    pids+=($!)
    curl -s -o /dev/null -b "$BATS_FILE_TMPDIR/jar-buyer-$BATS_TEST_NUMBER-$i" \
      -w '%{http_code}\n' "$URL/book/$E" -d "csrf_token=${tokens[i]}" \
      -d "form_key=${keys[i]}" -d tier=general -d quantity=2 -d name=Ada \
      -d "email=a$i@example.org" >"$BATS_TEST_TMPDIR/site-$i" &
    pids+=($!)
  done
  wait "${pids[@]}"
  assert_equal "$(cat "$BATS_TEST_TMPDIR"/{counter,site}-* | sort | uniq -c |
    tr -s ' ')" " 5 303
 11 409"
  assert_equal "$(sql "SELECT sold + held FROM tier t JOIN event e
    ON e.id = t.event_id WHERE e.slug = '$E'")" 10
  assert_sound
}

@test "R40: organiser and admin print the tickets of a counter's sale" {
  own_event
  sell tier=general quantity=2 name=Ada how=cash
  get "/tickets/$REFERENCE.pdf"
  assert_status 200
  [[ $headers == *application/pdf* ]]
  as otto
  get "/tickets/$REFERENCE.pdf"
  assert_status 404
}

# seats_of: the seats of the booking's valid tickets, in order.
seats_of() {
  sql "SELECT group_concat(name, ' ') FROM (SELECT s.row_name || s.number AS name
    FROM ticket k JOIN seat s ON s.id = k.seat_id
    JOIN booking b ON b.id = k.booking_id
    WHERE b.reference = '$REFERENCE' ORDER BY 1)"
}

# change SEATS [name=value ...]: the two steps of it.
change() {
  get "/admin/bookings/$REFERENCE"
  post "/admin/bookings/$REFERENCE/seats" "seats=$1"
  assert_status 200
  post "/admin/bookings/$REFERENCE/seats" "seats=$(hidden seats)" \
    "shown=$(hidden shown)" confirm=yes "${@:2}"
}

@test "R51: seats of the same price are changed at once" {
  own_hall
  sell seats="B1 B2" name=Ada email=ada@example.org how=cash
  get "/admin/bookings/$REFERENCE"
  post "/admin/bookings/$REFERENCE/seats" seat=B1 seat=B3
  assert_status 303
  assert_equal "$(seats_of)" "B1 B3"
  assert_sound
}

@test "R51: seats are changed by the staff, the difference taken in cash" {
  own_hall
  sell seats="B1 B2" name=Ada email=ada@example.org how=cash
  get "/admin/bookings/$REFERENCE"
  post "/admin/bookings/$REFERENCE/seats" "seats=B1 A1"
  assert_text "From seat B2 to A1, VIP for \$45.00"
  assert_text 'To pay $30.00'
  assert_equal "$(seats_of)" "B1 B2"
  change "B1 A1" due=cash
  assert_status 303
  assert_equal "$(seats_of)" "A1 B1"
  assert_equal "$(sql "SELECT sum(amount) FROM ledger l JOIN booking b
    ON b.id = l.booking_id JOIN event e ON e.id = b.event_id
    WHERE e.slug = '$E' AND account = 'gateway:cash'")" 6000
  assert_equal "$(stock "$E" vip) $(stock "$E" general)" "0|1 0|1"
  # Nothing of it is in the seller's own tickets.
  get /tickets
  refute_text "Event $E"
  assert_sound
}

@test "R51: the difference is waived, and the books still add up" {
  own_hall
  sell seats=B1 name=Ada how=cash
  change A2 due=waived
  assert_status 303
  assert_equal "$(seats_of)" A2
  assert_equal "$(sql "SELECT price FROM ticket k JOIN booking b
    ON b.id = k.booking_id WHERE b.reference = '$REFERENCE'")" 1500
  assert_equal "$(sql "SELECT after FROM audit WHERE action = 'booking.seats'
    AND subject = 'booking $REFERENCE'")" \
    '{"difference":"$30.00","how":"waived","seats":["A2"]}'
  assert_sound
}

@test "R51: a cheaper seat gives back in cash; a taken one is refused" {
  own_hall
  sell seats=A1 name=Ada how=cash
  change B3
  assert_status 303
  get "$location"
  # Half of what it was worth more, as the event's policy says a week before.
  assert_text '$15.00 waits to be paid back by hand'
  post "/admin/bookings/$REFERENCE/paid-back" "refund=$(hidden refund)"
  assert_status 303
  local mine=$REFERENCE
  sell seats=B4 name=Bob how=cash
  REFERENCE=$mine
  get "/admin/bookings/$REFERENCE"
  post "/admin/bookings/$REFERENCE/seats" seats=B4
  assert_status 409
  [[ $body == *'href="#seats"'* ]]
  post "/admin/bookings/$REFERENCE/seats" "seats=B1 B2"
  assert_status 400
  # As they are, or the second click of one that changed them.
  post "/admin/bookings/$REFERENCE/seats" seats=B3
  assert_status 303
  get "$location"
  assert_text "These are the seats of this booking."
  assert_sound
}
