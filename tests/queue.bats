#!/usr/bin/env bats
# The waiting list by page: joining, one's place, offers, leaving, and what
# the summary says.
load helper

setup_file() {
  export WORKERS=2
  make_data
  printf 'queue_event = line-configured\nqueue_open = no\n' \
    >>"$DATA/campuspass.conf"
  # Ten in the morning, so that no offer meets the night unasked.
  clock_to 10
  start_server
  add_event line-form starts_at="$(($(now) + 100 * 86400))" \
    ends_at="$(($(now) + 101 * 86400))"
}

teardown_file() {
  stop_site
}

# Each test has an event of its own in two weeks: one VIP place and one
# regular one, both on hold by somebody.
setup() {
  as "person-$BATS_TEST_NUMBER"
  E="line-$BATS_TEST_NUMBER"
}

# clock_to HOUR: the program's clock goes on to that hour, UTC.
clock_to() {
  local now
  now=$(now)
  pass_time $(((now / 86400 + 1) * 86400 + $1 * 3600 - now))
  if [ $(($(now) - now)) -gt 86400 ]; then
    pass_time -86400
  fi
}

# add_line [column=value ...]: the event, with nothing taken.
add_line() {
  local start
  start=$(($(now) + 14 * 86400))
  [[ "$*" == *starts_at* ]] ||
    set -- "$@" "starts_at=$start" "ends_at=$start + 7200"
  add_event "$E" "$@"
  sql_write "UPDATE tier SET slug = 'regular', name = 'Regular', rank = 1,
    capacity = 1 WHERE event_id = (SELECT id FROM event WHERE slug = '$E')"
  add_tier "$E" vip VIP 4500 1
}

# fill TIER: somebody holds its places; release TIER gives them back.
fill() {
  as "holder-$1-$BATS_TEST_NUMBER"
  hold "$E" "$1" "${2:-1}" "holder-$1@example.org"
  as "person-$BATS_TEST_NUMBER"
}
release() {
  as "holder-$1-$BATS_TEST_NUMBER"
  get "/book/$E"
  get "/checkout/$(sql "SELECT reference FROM booking b JOIN event e
    ON e.id = b.event_id WHERE e.slug = '$E'
    AND b.email = 'holder-$1@example.org' ORDER BY b.id DESC LIMIT 1")"
  post "$(grep -o '/checkout/[A-Z0-9]*/release' <<<"$body" | head -n 1)"
  assert_status 303
  as "person-$BATS_TEST_NUMBER"
}

# Hidden fields of this browser, where the page itself has no form.
any_form() {
  [ -n "$(hidden csrf_token)" ] || get /book/line-form
}

# try_join TIER QUANTITY EMAIL; join remembers KEY.
try_join() {
  get "/book/$E/queue"
  any_form
  post "/book/$E/queue" "tier=$1" "quantity=$2" "name=Ada Lovelace" \
    "email=$3" "${@:4}"
}
join() {
  try_join "$@"
  assert_status 303
  KEY=${location##*/}
}

# state EMAIL: of the entry, with its booking's state and tier if it has one.
state() {
  sql "SELECT q.state || coalesce(' ' || b.state || ' ' || t.slug, '')
    FROM queue_entry q JOIN event e ON e.id = q.event_id
    LEFT JOIN booking b ON b.id = q.booking_id
    LEFT JOIN booking_item i ON i.booking_id = b.id
    LEFT JOIN tier t ON t.id = i.tier_id
    WHERE e.slug = '$E' AND q.email = '$1@example.org'
    ORDER BY q.id DESC LIMIT 1"
}

# The journal of the event, by kinds.
journal() {
  sql "SELECT group_concat(kind, ' ') FROM (SELECT kind FROM journal j
    JOIN event e ON e.id = j.event_id WHERE e.slug = '$E' ORDER BY j.id)"
}

# row TIER: sold, held, left and waiting as the summary on the page has them.
row() {
  xmllint --html --xpath "//tbody[tr/th/bdi[. = '$1']]//td" - <<<"$body" \
    2>/dev/null | sed 's/<[^>]*>//g' | paste -sd' '
}

@test "R55 R16 joining a sold-out event tells the place within the class" {
  add_line
  fill vip
  fill regular
  get "/events/$E"
  [[ $body == *"href=\"/book/$E/queue\""* ]]
  get "/book/$E/queue"
  assert_status 200
  local field
  for field in tier quantity name email; do
    [[ $body == *"for=\"$field\""* && $body == *"id=\"$field\""* ]]
  done
  assert_text "Whatever comes free first"
  join regular 1 a@example.org
  get "$location"
  assert_text "1 in line for Regular"
  [[ $headers == *[Nn]o-store* ]]
  join regular 1 b@example.org
  get "$location"
  assert_text "2 in line for Regular"
  join vip 1 c@example.org
  get "$location"
  assert_text "1 in line for VIP"
  join any 1 d@example.org
  get "$location"
  assert_text "1 in line"
  assert_equal "$(journal)" "joined joined joined joined"
  assert_sound
}

@test "R55 R18 what cannot be is refused, and nothing typed is lost" {
  add_line max_per_booking=4
  fill vip
  fill regular
  local quantity
  for quantity in 0 -1 two 2.5 "" 9223372036854775808; do
    try_join regular "$quantity" a@example.org
    assert_status 400
  done
  try_join regular 5 a@example.org
  assert_status 400
  assert_text "is over the limit of 4 tickets"
  [[ $body == *'value="Ada Lovelace"'* && $body == *'value="a@example.org"'* ]]
  try_join balcony 1 a@example.org
  assert_status 400
  try_join "" 1 a@example.org
  assert_status 400
  assert_text "Choose a ticket type"
  try_join regular 1 ada
  assert_status 400
  try_join regular 1 ""
  assert_status 400
  try_join regular 1 a@example.org name=
  assert_equal "$(sql "SELECT count(*) FROM queue_entry q JOIN event e
    ON e.id = q.event_id WHERE e.slug = '$E'")" 1
  get /book/no-such-event/queue
  assert_status 404
}

@test "R55 R20 nobody waits twice, nor has and waits" {
  add_line
  fill vip
  fill regular
  join regular 1 a@example.org
  try_join vip 1 " A@Example.org "
  assert_status 409
  assert_text "is on this waiting list already"
  try_join vip 1 holder-vip@example.org
  assert_status 409
  assert_text "DuplicateBookingError"
}

@test "R16 nobody waits for what can be bought" {
  add_line
  try_join regular 1 a@example.org
  assert_status 409
  assert_text "There are places left"
  fill vip
  get "/book/$E/queue"
  try_join regular 1 a@example.org
  assert_status 409
  try_join any 1 a@example.org
  assert_status 409
  join vip 1 a@example.org
}

@test "I4 one form is one entry; with other details it is refused" {
  add_line
  fill vip
  fill regular
  get "/book/$E/queue"
  local page=$body
  post "/book/$E/queue" tier=vip quantity=1 name=Ada email=a@example.org
  local first=$location
  body=$page
  post "/book/$E/queue" tier=vip quantity=1 name=Ada email=a@example.org
  assert_status 303
  assert_equal "$location" "$first"
  body=$page
  post "/book/$E/queue" tier=vip quantity=1 name=Ada email=b@example.org
  assert_status 409
  # Also when it has its offer meanwhile.
  release vip
  body=$page
  post "/book/$E/queue" tier=vip quantity=1 name=Ada email=a@example.org
  assert_equal "$location" "$first"
  assert_equal "$(state a)" "offered held vip"
}

@test "R56 B11 first come, first served, at once" {
  add_line
  fill regular
  join regular 1 a@example.org
  local first=$KEY
  join regular 1 b@example.org
  release regular
  assert_equal "$(state a)" "offered held regular"
  assert_equal "$(state b)" "waiting"
  get "/book/$E/queue/$first"
  assert_text "A place is yours"
  assert_text "left to take it"
  get "/book/$E/queue/$KEY"
  assert_text "1 in line"
  assert_equal "$(stock "$E" regular)" "1|0"
  assert_sound
}

@test "R56 VIPs are served before regulars who came earlier, any last" {
  add_line
  fill regular
  fill vip
  join any 1 z@example.org
  join regular 1 r@example.org
  pass_time 30
  join vip 1 v@example.org
  # Both come free at one moment.
  pass_time 700
  "$BUILD/campuspass" --data "$DATA" sweep
  assert_equal "$(state v)" "offered held vip"
  assert_equal "$(state r)" "offered held regular"
  assert_equal "$(state z)" "waiting"
  assert_equal "$(sql "SELECT group_concat(email, ' ') FROM (SELECT b.email
    FROM booking b JOIN event e ON e.id = b.event_id WHERE e.slug = '$E'
    AND b.source = 'queue' ORDER BY b.id)")" "v@example.org r@example.org"
  assert_sound
}

@test "R57 a freed VIP place is for VIPs and for any, never for regulars" {
  add_line
  fill vip
  fill regular
  join regular 1 r@example.org
  release vip
  assert_equal "$(state r)" "waiting"
  # Nobody who waits may have it, so it is on sale.
  get "/events/$E"
  assert_text "1 left"
  fill vip
  join any 1 z@example.org
  release vip
  assert_equal "$(state z)" "offered held vip"
  assert_equal "$(state r)" "waiting"
  assert_equal "$(stock "$E" vip)" "1|0"
  assert_sound
}

@test "R58 leaving moves the others up, and is in the journal" {
  add_line
  fill regular
  join regular 1 a@example.org
  local first=$KEY
  join regular 1 b@example.org
  get "/book/$E/queue/$first"
  post "/book/$E/queue/$first/leave"
  assert_status 303
  get "$location"
  assert_text "You left the waiting list"
  get "/book/$E/queue/$KEY"
  assert_text "1 in line"
  assert_equal "$(state a)" "left"
  assert_equal "$(journal)" "joined joined left"
  # Who left may come back, at the end.
  join regular 1 a@example.org
  get "$location"
  assert_text "2 in line"
}

@test "R58 leaving by a link: GET shows a button, POST acts, once" {
  add_line
  fill regular
  join regular 1 a@example.org
  as "mail-$BATS_TEST_NUMBER"
  get "/book/$E/queue/$KEY/leave"
  assert_status 200
  assert_text "Leave the waiting list"
  assert_equal "$(state a)" "waiting"
  local page=$body
  body=""
  post "/book/$E/queue/$KEY/leave"
  assert_status 403
  assert_equal "$(state a)" "waiting"
  body=$page
  post "/book/$E/queue/$KEY/leave"
  assert_status 303
  assert_equal "$(state a)" "left"
  body=$page
  post "/book/$E/queue/$KEY/leave"
  assert_status 409
  # Keys are of one event, and nobody guesses them.
  get "/book/queue-night/queue/$KEY/leave"
  assert_status 404
  body=$page
  post "/book/$E/queue/unknown-key/leave"
  assert_status 404
}

@test "R58 B11 an offer declined goes to the next in the same moment" {
  add_line
  fill regular
  join regular 1 a@example.org
  local first=$KEY
  join regular 1 b@example.org
  release regular
  get "/book/$E/queue/$first"
  post "/book/$E/queue/$first/leave"
  assert_equal "$(state a)" "left released regular"
  assert_equal "$(state b)" "offered held regular"
  assert_equal "$(stock "$E" regular)" "1|0"
  assert_sound
}

@test "R58 B11 a cancelled ticket is the next one's at once; both are logged" {
  E=line-configured
  add_line
  sql_write "UPDATE tier SET price = 0 WHERE event_id =
    (SELECT id FROM event WHERE slug = '$E')"
  as canceller
  book "$E" regular 1 c@example.org
  REFERENCE=${location##*/}
  pay
  as "person-$BATS_TEST_NUMBER"
  join regular 1 a@example.org
  join regular 1 b@example.org
  as canceller
  get /api/cancel_ticket -X DELETE -H 'Content-Type: application/json' \
    -d '{"first_name":"Ada","last_name":"Lovelace","ticket_type":"Regular"}'
  assert_status 200
  # A free event: nothing to decide, it is booked.
  assert_equal "$(state a)" "served confirmed regular"
  assert_equal "$(state b)" "waiting"
  assert_equal "$(journal)" "confirmed joined joined cancelled confirmed"
  assert_equal "$(stock "$E" regular)" "0|1"
  assert_sound
}

@test "R59 the summary: sold + held + left = capacity, in every state" {
  add_line
  sql_write "UPDATE tier SET capacity = 5 WHERE event_id =
    (SELECT id FROM event WHERE slug = '$E')"
  get "/book/$E/queue"
  assert_equal "$(row VIP)" "0 0 5 0"
  fill vip 2
  fill regular 5
  join regular 2 a@example.org
  get "/book/$E/queue"
  assert_equal "$(row VIP)" "0 2 3 0"
  assert_equal "$(row Regular)" "0 5 0 2"
  as "holder-vip-$BATS_TEST_NUMBER"
  REFERENCE=$(sql "SELECT reference FROM booking
    WHERE email = 'holder-vip@example.org' ORDER BY id DESC LIMIT 1")
  pay
  get "/book/$E/queue"
  assert_equal "$(row VIP)" "2 0 3 0"
  # Time alone: the holds are over, two places are the list's.
  pass_time 700
  get "/book/$E/queue"
  assert_equal "$(row VIP)" "2 0 3 0"
  local sold held left waiting
  read -r sold held left waiting <<<"$(row Regular)"
  assert_equal "$((sold + held + left))" 5
  "$BUILD/campuspass" --data "$DATA" sweep
  get "/book/$E/queue"
  assert_equal "$(row Regular)" "0 2 3 0"
}

@test "R59 a link refreshes; by itself it does so only when asked" {
  add_line
  get "/book/$E/queue"
  [[ $headers != *Refresh:* && $body != *http-equiv* ]]
  [[ $body == *"href=\"/book/$E/queue\">Refresh</a>"* ]]
  get "/book/$E/queue?live=yes"
  [[ $headers == *"Refresh: 5"* ]]
  [[ $body == *"href=\"/book/$E/queue?live=yes\">Refresh</a>"* ]]
}

@test "R59 /summary shows the configured event" {
  E=line-configured
  sql "SELECT 1 FROM event WHERE slug = '$E'" | grep -q 1 || add_line
  get /summary
  assert_status 200
  assert_text "Sold and left"
  assert_text "Event line-configured"
  [[ $(row VIP) =~ ^[0-9]+\ [0-9]+\ [0-9]+\ [0-9]+$ ]]
}

@test "R61 the line, offers and stock survive kill -9 of every worker" {
  add_line
  fill regular
  fill vip
  join regular 1 a@example.org
  local first=$KEY
  join regular 1 b@example.org
  join vip 1 c@example.org
  release regular
  local before after dump="SELECT group_concat(q.email || q.state ||
    coalesce(q.booking_id, ''), ' ') FROM queue_entry q JOIN event e
    ON e.id = q.event_id WHERE e.slug = '$E'"
  before="$(sql "$dump") $(stock "$E" regular) $(stock "$E" vip)"
  local pid
  for pid in $(ps -o pid= --ppid "$SERVER"); do
    kill -9 "$pid"
  done
  # lighttpd starts others.
  for _ in $(seq 100); do
    get "/book/$E/queue/$first"
    [ "$status" = 200 ] && break
    sleep 0.1
  done
  assert_text "A place is yours"
  after="$(sql "$dump") $(stock "$E" regular) $(stock "$E" vip)"
  assert_equal "$after" "$before"
  get "/book/$E/queue/$KEY"
  assert_text "1 in line for VIP"
  assert_sound
}

@test "B11 an offer taken by its link in another browser is paid and served" {
  add_line
  fill vip
  join vip 1 a@example.org
  get "/book/$E/queue/$KEY"
  post "/book/$E/queue/$KEY/accept"
  assert_status 409
  assert_text "There is no offer for you yet"
  release vip
  assert_equal "$(sql "SELECT o.kind FROM outbox o JOIN booking b
    ON b.id = o.booking_id JOIN event e ON e.id = b.event_id
    WHERE e.slug = '$E'")" offered
  as "phone-$BATS_TEST_NUMBER"
  get "/book/$E/queue/$KEY/accept"
  assert_text "Take it"
  assert_equal "$(state a)" "offered held vip"
  post "/book/$E/queue/$KEY/accept"
  assert_status 303
  REFERENCE=${location##*/}
  pay
  assert_status 303
  assert_equal "$(state a)" "served confirmed vip"
  get "/book/$E/queue/$KEY"
  assert_text "You have got your places"
  [[ $body == *"href=\"/tickets/$REFERENCE\""* ]]
  assert_equal "$(journal)" "joined offered confirmed"
  assert_sound
}

@test "B11 an offer ends by itself and goes to the next; each gets one" {
  add_line
  fill regular
  join regular 1 a@example.org
  local first=$KEY
  join regular 1 b@example.org
  release regular
  pass_time $((119 * 60))
  "$BUILD/campuspass" --data "$DATA" sweep
  assert_equal "$(state a)" "offered held regular"
  pass_time 70
  get "/book/$E/queue/$first"
  any_form
  post "/book/$E/queue/$first/accept"
  assert_status 409
  assert_text "HoldExpiredError"
  "$BUILD/campuspass" --data "$DATA" sweep
  assert_equal "$(state a)" "lapsed expired regular"
  assert_equal "$(state b)" "offered held regular"
  get "/book/$E/queue/$first"
  assert_text "Not waiting any more"
  pass_time 7300
  "$BUILD/campuspass" --data "$DATA" sweep
  assert_equal "$(state b)" "lapsed expired regular"
  # Nobody waits: it is on sale again.
  get "/events/$E"
  assert_text "1 left"
  assert_sound
  clock_to 10
}

@test "B2 B11 an offer ends without a sweep: any later request serves the next" {
  add_line
  fill regular
  join regular 1 a@example.org
  join regular 1 b@example.org
  release regular
  pass_time 7300
  get /terms
  for _ in $(seq 100); do
    [ "$(state b)" = waiting ] || break
    sleep 0.02
  done
  assert_equal "$(state a)" "lapsed expired regular"
  assert_equal "$(state b)" "offered held regular"
  clock_to 10
}

@test "B11 quiet hours: an offer made at night lasts into the morning" {
  add_line
  fill regular
  join regular 1 a@example.org
  clock_to 21
  "$BUILD/campuspass" --data "$DATA" sweep
  # An hour before ten in the evening, another after eight in the morning.
  assert_equal "$(sql "SELECT (b.expires_at / 3600) % 24 FROM booking b
    JOIN event e ON e.id = b.event_id WHERE e.slug = '$E'
    AND b.source = 'queue'")" 9
  clock_to 23
  "$BUILD/campuspass" --data "$DATA" sweep
  assert_equal "$(state a)" "offered held regular"
  clock_to 10
  "$BUILD/campuspass" --data "$DATA" sweep
  assert_equal "$(state a)" "lapsed expired regular"
}

@test "B11 no offer outlives the start, and none is made after it" {
  local start=$(($(now) + 3600))
  add_line "starts_at=$start" "ends_at=$start + 7200"
  fill regular
  join regular 1 a@example.org
  join regular 1 b@example.org
  release regular
  assert_equal "$(sql "SELECT b.expires_at FROM booking b JOIN event e
    ON e.id = b.event_id WHERE e.slug = '$E' AND b.source = 'queue'")" "$start"
  pass_time 3700
  "$BUILD/campuspass" --data "$DATA" sweep
  assert_equal "$(state a)" "lapsed expired regular"
  assert_equal "$(state b)" "waiting"
  get "/book/$E/queue"
  assert_text "The waiting list is closed"
  try_join regular 1 c@example.org
  assert_status 409
  assert_text "has begun"
}

@test "B11 R15 nothing is offered before booking opens; one may wait then" {
  add_line "booking_opens_at=$(($(now) + 86400))" queue_is_open=1
  join vip 1 a@example.org
  assert_equal "$(state a)" "waiting"
  pass_time 86500
  # The first click of anybody serves those who wait.
  as "walk-up-$BATS_TEST_NUMBER"
  book "$E" vip 1 w@example.org
  assert_status 409
  as "person-$BATS_TEST_NUMBER"
  join regular 1 b@example.org
  assert_equal "$(state a)" "offered held vip"
  assert_equal "$(state b)" "offered held regular"
  clock_to 10
}

@test "B11 nothing is offered of a cancelled event" {
  add_line
  fill regular
  join regular 1 a@example.org
  sql_write "UPDATE event SET status = 'cancelled' WHERE slug = '$E'"
  pass_time 700
  "$BUILD/campuspass" --data "$DATA" sweep
  # The cancelling ends the line, too.
  assert_equal "$(state a)" "left"
  try_join regular 1 b@example.org
  assert_status 409
}

@test "B11 walk-ups never jump the line, not even over lapsed holds" {
  add_line
  fill regular
  as "walk-up-$BATS_TEST_NUMBER"
  get "/book/$E"
  local page=$body
  as "person-$BATS_TEST_NUMBER"
  join regular 1 a@example.org
  # It is over by the clock; nobody has swept. Pages say so as well.
  pass_time 610
  get "/events/$E"
  local words
  words=$(page_text)
  [[ $words == *"Sold out"* ]]
  as "walk-up-$BATS_TEST_NUMBER"
  body=$page
  post "/book/$E" tier=regular quantity=1 name=W email=w@example.org
  assert_status 409
  assert_text "SoldOutError"
  get "/api/events/$E/book" -H 'Content-Type: application/json' -d \
    '{"email":"w@example.org","tier_name":"regular","quantity":1,
      "payment_token":"tok_valid_1"}'
  assert_status 400
  assert_equal "$(jq -r .error_type <<<"$body")" SoldOutError
  "$BUILD/campuspass" --data "$DATA" sweep
  assert_equal "$(state a)" "offered held regular"
  assert_equal "$(stock "$E" regular)" "1|0"
  assert_sound
}

@test "B11 who wants more than comes free is offered what there is" {
  add_line
  fill regular
  join regular 3 a@example.org
  release regular
  assert_equal "$(state a)" "offered held regular"
  assert_equal "$(stock "$E" regular)" "1|0"
  assert_sound
}

@test "B11 a hold changed for another event's is the waiting one's at once" {
  add_line
  fill regular
  join regular 1 a@example.org
  local line=$E
  as "holder-regular-$BATS_TEST_NUMBER"
  get "/book/comedy-night"
  post /book/comedy-night tier=general quantity=1 name=H \
    "email=h$BATS_TEST_NUMBER@example.org" "replaces=$REFERENCE"
  assert_status 303
  E=$line
  assert_equal "$(state a)" "offered held regular"
}

@test "B11 a free event's place is booked for the next in line directly" {
  add_line
  sql_write "UPDATE tier SET price = 0 WHERE event_id =
    (SELECT id FROM event WHERE slug = '$E')"
  fill regular
  get "/book/$E/queue"
  assert_text "booked for you at once"
  join regular 1 a@example.org
  release regular
  assert_equal "$(state a)" "served confirmed regular"
  get "/book/$E/queue/$KEY"
  assert_text "You have got your places"
  get "/tickets/$(sql "SELECT reference FROM booking
    WHERE email = 'a@example.org' AND state = 'confirmed'
    ORDER BY id DESC LIMIT 1")"
  assert_status 200
  assert_equal "$(stock "$E" regular)" "0|1"
  assert_sound
}

@test "B6 B11 with reserved seating an offer is of seats" {
  add_line "seating='reserved'"
  sql_write "INSERT INTO seat (event_id, tier_id, row_name, number)
    SELECT event_id, id, upper(substr(slug, 1, 1)), 7 FROM tier
    WHERE event_id = (SELECT id FROM event WHERE slug = '$E')"
  fill vip
  join vip 1 a@example.org
  release vip
  assert_equal "$(state a)" "offered held vip"
  assert_equal "$(sql "SELECT s.row_name || s.number FROM seat s
    JOIN booking_item i ON i.seat_id = s.id AND i.is_live = 1
    JOIN event e ON e.id = s.event_id WHERE e.slug = '$E'")" V7
  assert_sound
}
