#!/usr/bin/env bats
# The staff and somebody's booking: finding it, cancelling, other holders,
# payment by hand, what is taken out as CSV.
load helper
load staff
load admin_bookings

@test "R51: bookings are found by status, person, event, date and reference" {
  bought 1 ada
  local first=$REFERENCE
  bought 1 bob
  local second=$REFERENCE today
  act cancel percent=0
  get "/admin/bookings?event=$E"
  assert_text "$first"
  assert_text "$second"
  get "/admin/bookings?event=$E&status=cancelled"
  refute_text "$first"
  assert_text "$second"
  get "/admin/bookings?event=$E&status=confirmed&person=ADA"
  assert_text "$first"
  refute_text "$second"
  get "/admin/bookings?event=$E&person=bob@example.org"
  assert_text "$second"
  refute_text "$first"
  get "/admin/bookings?person=$(tr A-Z a-z <<<"$first")"
  assert_text "$first"
  refute_text "$second"
  # Ten letters of base32 that are a name.
  sql_write "UPDATE booking SET name = 'Adam Byrnes'
    WHERE reference = '$first'"
  get "/admin/bookings?person=Adam+Byrnes"
  assert_text "$first"
  # Each word by itself, also with one of the email.
  sql_write "UPDATE booking SET name = 'Countess Ada King'
    WHERE reference = '$first'"
  get "/admin/bookings?event=$E&person=king+ada@+ADA"
  assert_text "$first"
  refute_text "$second"
  get "/admin/bookings?event=$E&person=king+bob"
  assert_text "No bookings"
  get "/admin/bookings?event=$E&person=%22ada+king%22"
  assert_text "$first"
  get "/admin/bookings?event=$E&person=%22king+ada%22"
  assert_text "No bookings"
  get "/admin/bookings?event=$E&from=2020-01-01&to=2020-12-31"
  assert_text "No bookings"
  today=$(sql "SELECT date(created_at, 'unixepoch') FROM booking
    WHERE reference = '$first'")
  get "/admin/bookings?event=$E&from=$today&to=$today"
  assert_text "$first"
  get "/admin/bookings?event=$E&person=%25"
  assert_text "No bookings"
  get "/admin/bookings?from=tomorrow"
  assert_status 400
  get "/admin/bookings?page=0"
  assert_status 400
  as anna
  get "/admin/bookings?person=ada"
  assert_text "$first"
  get "/admin/bookings?person=bob@example.org&status=cancelled"
  assert_text "$second"
}

@test "R51: a list of more than fifty has pages" {
  sql_write "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
      WHERE i < 55)
    INSERT INTO booking (reference, event_id, name, state, source, quantity,
      total, currency, created_at, expires_at)
    SELECT 'PAGE' || (100000 + i), e.id, 'P', 'released', 'page', 1, 0, 'USD',
      unixepoch(), unixepoch() FROM n, event e WHERE e.slug = '$E'"
  as olga
  get "/admin/bookings?event=$E"
  assert_equal "$(grep -c '<code>PAGE' <<<"$body")" 50
  assert_text Next
  get "/admin/bookings?event=$E&page=2"
  assert_equal "$(grep -c '<code>PAGE' <<<"$body")" 5
  assert_text Previous
  refute_text Next
  sql_write "DELETE FROM booking WHERE reference LIKE 'PAGE1%'"
}

@test "R51: a foreign booking does not exist, one's own purchase neither" {
  local path
  bought 1
  as otto
  get "/admin/bookings/$REFERENCE"
  assert_status 404
  get "/admin/bookings?event=$E"
  refute_text "$REFERENCE"
  get /account
  for path in refund cancel seats resend holder note paid paid-back; do
    post "/admin/bookings/$REFERENCE/$path" amount=1 reason=x percent=100 \
      seats=A1 code=TKT holder_name=X refund=1
    assert_status 404
    get /account
  done
  # Otto buys at olga's event: a buyer there, no staff.
  hold "$E" general 1 otto@example.org
  pay
  get "/tickets/$REFERENCE"
  assert_status 200
  get "/admin/bookings/$REFERENCE"
  assert_status 404
  get /account
  post "/admin/bookings/$REFERENCE/refund" amount=15 reason=mine
  assert_status 404
  assert_equal "$(refunds)" ""
  as stranger
  get "/admin/bookings/$REFERENCE"
  assert_status 303
  sign_in user ulla
  get "/admin/bookings/$REFERENCE"
  assert_status 403
}

@test "R51: cancelling gives the part that was chosen, once" {
  local form
  bought 2
  assert_text "Paid CampusPay"
  form=$body
  act cancel percent=101
  assert_status 400
  assert_text "Enter a number from 0 to 100"
  act cancel percent=50 why=moved
  assert_status 303
  get "$location"
  assert_text "The booking was cancelled."
  body=$form
  act cancel percent=100
  assert_status 409
  sweep
  assert_equal "$(refunds)" "1500 refunded 0"
  assert_equal "$(stock "$E" general)" "0|0"
  assert_equal "$(audited)" "booking.cancel booking $REFERENCE"
  assert_sound
}

@test "R51: a hold is ended by the staff, and its place is free" {
  as "buyer-$BATS_TEST_NUMBER"
  hold "$E" general 3 carl@example.org
  as olga
  get "/admin/bookings/$REFERENCE"
  assert_text "End the hold"
  assert_text "There are no tickets: the booking is not confirmed yet."
  act cancel percent=0
  assert_status 303
  assert_equal "$(stock "$E" general)" "0|0"
  get "/admin/bookings/$REFERENCE"
  assert_text "Given back"
  assert_text "There are no tickets: the booking was never confirmed."
  assert_sound
}

@test "R51: mail again, another holder, a note" {
  local code other
  bought 1
  act resend
  assert_status 303
  assert_equal "$(sql "SELECT count(*) FROM outbox o JOIN booking b
    ON b.id = o.booking_id WHERE b.reference = '$REFERENCE'
    AND o.kind = 'confirmed'")" 2
  code=$(sql "SELECT code FROM ticket k JOIN booking b ON b.id = k.booking_id
    WHERE b.reference = '$REFERENCE'")
  get "/admin/bookings/$REFERENCE"
  act holder "code=$code" "holder_name=" holder_email=
  assert_status 400
  act holder "code=$code" "holder_name=Grace Hopper" \
    holder_email=grace@example.org
  assert_status 303
  get "$location"
  assert_text "Grace Hopper grace@example.org (passed on)"
  other=$(sql "SELECT code FROM ticket k JOIN booking b ON b.id = k.booking_id
    WHERE b.reference = '$REFERENCE'")
  [ "$code" != "$other" ]
  act note "note=Wheelchair <script>"
  assert_status 303
  get "$location"
  [[ $body == *'value="Wheelchair &lt;script&gt;"'* ]]
  assert_equal "$(audited | wc -l)" 3
  # The audit log has nothing that belongs to the buyer.
  assert_equal "$(sql "SELECT count(*) FROM audit WHERE after LIKE '%Grace%'
    OR after LIKE '%Wheelchair%'")" 0
}

# reserve EMAIL: two places, to be paid later.
reserve() {
  as "buyer-$BATS_TEST_NUMBER"
  hold "$E" general 2 "$1"
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=later terms=yes
  assert_equal "$(stock "$E" general)" "2|0"
  as olga
}

# letter KIND: the booking's newest one as it leaves, in plain text.
letter() {
  "$BUILD/campuspass" --data "$DATA" mail show "$(sql "SELECT id FROM outbox WHERE kind = '$1'
    AND booking_id = (SELECT id FROM booking WHERE reference = '$REFERENCE')")"
}

@test "R44 R71 who was to pay later is told that the staff gave the places back" {
  reserve dora@example.org
  get "/admin/bookings/$REFERENCE"
  act cancel percent=100
  assert_status 303
  assert_equal "$(stock "$E" general)" "0|0"
  run letter cancelled
  assert_output --partial "your places are not reserved any more, and not to be paid."
  refute_output --partial "on its way back"
  # Whoever gives them back by their own hand knows it.
  reserve dina@example.org
  as "buyer-$BATS_TEST_NUMBER"
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE/release"
  run letter cancelled
  assert_failure
}

@test "R50 R71 who was to pay later is told that the event does not take place" {
  reserve dora@example.org
  get "/admin/events/$E/cancel"
  post "/admin/events/$E/cancel"
  assert_status 303
  assert_equal "$(stock "$E" general)" "0|0"
  run letter event_cancelled
  assert_output --partial "does not take place."
  assert_output --partial "What you reserved is not to be paid any more."
  refute_output --partial "tickets are not valid"
  sweep
  assert_equal "$(sql "SELECT count(*) FROM outbox
    WHERE kind = 'event_cancelled' AND recipient = 'dora@example.org'
    AND json_extract(snapshot, '\$.event.slug') = '$E'")" 1
}

@test "R71: a booking that pays later is marked paid by staff, once" {
  local form
  reserve dora@example.org
  get "/admin/bookings?status=later&event=$E"
  assert_text "$REFERENCE"
  assert_text "To be paid"
  get "/admin/bookings/$REFERENCE"
  assert_text 'The booking waits for $30.00'
  form=$body
  act paid
  assert_status 303
  body=$form
  act paid
  assert_status 409
  assert_equal "$(stock "$E" general)" "0|2"
  get "/admin/bookings/$REFERENCE"
  assert_text "Later, to the staff"
  # It goes back by hand: it waits until somebody has given it.
  act cancel percent=100
  sweep
  assert_equal "$(refunds)" "3000 started 1"
  get "/admin/bookings/$REFERENCE"
  assert_text "waits to be paid back by hand"
  act paid-back "refund=$(hidden refund)"
  assert_status 303
  assert_equal "$(refunds)" "3000 refunded 1"
  assert_equal "$(audited | head -n 1)" "booking.paid booking $REFERENCE"
  assert_sound
}

@test "R51 what is done to few bookings is folded away, and opens with a mistake" {
  bought 2 ada
  assert_equal "$(grep -c '<details class="panel act">' <<<"$body")" 4
  # Whose it is stands first, in the title and above the page.
  [[ $body == *"<title>Ada Lovelace - Booking $REFERENCE - Back office - "* ]]
  # Two tickets of one name and type are told apart where one is chosen.
  assert_equal "$(sed -n 's/.*>\(General, Ada Lovelace, TKT-[^<]*\)<.*/\1/p' \
    <<<"$body" | sort -u | wc -l)" 2
  [[ $body == *'<h1 dir="auto">Ada Lovelace</h1>'* ]]
  act refund amount=much
  assert_status 400
  assert_equal "$(grep -c '<details class="panel act" open>' <<<"$body")" 4
}

@test "R54: tickets of an event are listed and searched" {
  bought 2 ada
  bought 1 bob
  get "/admin/events/$E/tickets"
  assert_equal "$(grep -c '<code>TKT' <<<"$body")" 3
  get "/admin/events/$E/tickets?q=bob@"
  assert_equal "$(grep -c '<code>TKT' <<<"$body")" 1
  assert_text "$REFERENCE"
  get "/admin/events/$E/tickets?q=$REFERENCE+BOB"
  assert_equal "$(grep -c '<code>TKT' <<<"$body")" 1
  get "/admin/events/$E/tickets?q=$REFERENCE+ada@"
  assert_text "No tickets"
  get "/admin/events/$E/tickets?status=cancelled"
  assert_text "No tickets"
  # No list, and no file, that looks as if there were nothing.
  for path in tickets tickets.csv; do
    get "/admin/events/$E/$path?status=valid"
    assert_status 400
    assert_text "Choose one from the list"
    [[ $(page_text) == *"Field status Value valid"* ]]
  done
  as otto
  get "/admin/events/$E/tickets"
  assert_status 404
  get "/admin/events/$E/tickets.csv"
  assert_status 404
}

@test "R41 R54: when the event is over, the list and its file say so of a ticket" {
  local code
  bought 2 ada
  code=$(sql "SELECT min(code) FROM ticket k JOIN event e
    ON e.id = k.event_id WHERE e.slug = '$E'")
  sql_write "UPDATE ticket SET status = 'used', check_in_at = unixepoch()
      WHERE code = '$code';
    UPDATE event SET starts_at = unixepoch() - 7200,
      ends_at = unixepoch() - 60 WHERE slug = '$E'"
  as olga
  get "/admin/events/$E/tickets.csv"
  assert_equal "$(cut -d, -f2 <<<"$body" | sort | xargs)" "expired status used"
  get "/admin/events/$E/tickets?status=expired"
  assert_equal "$(grep -c '<code>TKT' <<<"$body")" 1
  [[ $(grep -A1 '<option value="expired"' <<<"$body") == *selected* ]]
  refute_text "$code"
  get "/admin/events/$E/tickets?status=active"
  assert_text "No tickets"
  get "/admin/events/$E/tickets?status=used"
  assert_text "$code"
  assert_text "Used came in at"
}

@test "R54: tickets as CSV, in which no spreadsheet runs a name" {
  as "buyer-$BATS_TEST_NUMBER"
  get "/book/$E"
  post "/book/$E" tier=general quantity=1 'name==cmd|"/c calc"!A1' \
    email=eve@example.org
  REFERENCE=${location##*/}
  pay
  as olga
  get "/admin/events/$E/tickets.csv"
  assert_status 200
  [[ $headers == *"text/csv"* ]]
  [[ $headers == *"filename=\"$E-tickets.csv\""* ]]
  [[ $body == *"\"'=cmd|\"\"/c calc\"\"!A1\""* ]]
  assert_equal "$(head -n 1 <<<"$body" | tr -d '\r')" \
    "code,status,type,seat,holder,email,booking,buyer,price,refunded,currency,made,checked in"
  assert_equal "$(wc -l <<<"$body")" 2
}

@test "R60: transactions are taken out as CSV: Confirmed, Sold Out, Cancelled" {
  bought 9 ada
  act cancel percent=0
  bought 9 bob
  as "buyer-$BATS_TEST_NUMBER"
  book "$E" general 2 carl@example.org
  assert_status 409
  book "$E" general 2 carl@example.org
  assert_status 409
  as olga
  get "/admin/transactions.csv?event=$E"
  assert_status 200
  assert_equal "$(cut -d, -f 2-7 <<<"$body" | tr -d '\r')" \
    "event,type,status,name,email,places
$E,General,Confirmed,Ada Lovelace,ada@example.org,9
$E,General,Cancelled,Ada Lovelace,ada@example.org,9
$E,General,Confirmed,Ada Lovelace,bob@example.org,9
$E,General,Sold Out,Ada Lovelace,carl@example.org,2"
  as otto
  get "/admin/transactions.csv?event=$E"
  assert_equal "$(wc -l <<<"$body")" 1
  get /admin/transactions.csv
  refute_text "$E"
  as anna
  get /admin/transactions.csv
  assert_text "$E,General,Sold Out"
}

@test "R60 R73: availability as CSV and JSON, of one's own events" {
  bought 2
  as "buyer-$BATS_TEST_NUMBER"
  hold "$E" general 3 zoe@example.org
  as olga
  get /admin/availability.csv
  assert_status 200
  grep -q "^$E,Event $E,.*,general,General,10,2,3,5,0" <<<"$body"
  get /admin/availability.json
  assert_equal "$(jq -c ".events[] | select(.event == \"$E\") | .types[0]" \
    <<<"$body")" '{"capacity":10,"held":3,"name":"General","remaining":5,"sold":2,"type":"general","waiting":0}'
  as otto
  get /admin/availability.json
  assert_equal "$(jq -c .events <<<"$body")" "[]"
  get /admin/availability.csv
  assert_equal "$(wc -l <<<"$body")" 1
}

@test "R51 an event that there is not, or a choice of no list, is 400" {
  as olga
  get "/admin/bookings?event=nope"
  assert_status 400
  assert_text "Choose an event from the list"
  assert_text "Kind of problem: ValidationError"
  get "/admin/bookings?status=later&event=$E"
  assert_status 200
  # Another's event is not there for them.
  as otto
  get "/admin/bookings?event=$E"
  assert_status 400
}

@test "What no list of a search form offers is 400, and finds neither nothing nor all" {
  sign_in admin boss
  for path in bookings?status= events?time= mail?state= users?role= audit?what=; do
    get "/admin/$path"
    assert_status 200
    get "/admin/${path}nope"
    assert_status 400
    assert_text "Choose one from the list"
  done
}

@test "R54 what a form of a booking lacks is said in its words" {
  bought
  act cancel percent= why=ill
  assert_status 400
  assert_text "Enter a number from 0 to 100"
}

@test "R51: a call that does not say how much gives what the event's policy gives" {
  bought 2
  sql_write "UPDATE event SET starts_at = unixepoch() + 4 * 86400,
    ends_at = unixepoch() + 5 * 86400 WHERE slug = '$E'"
  act cancel
  assert_status 303
  sweep
  assert_equal "$(refunds)" "1500 refunded 0"
  assert_sound
}
