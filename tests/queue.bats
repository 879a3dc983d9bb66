#!/usr/bin/env bats
# The waiting list by page: joining, one's place, leaving, and what the
# summary says. Offers: tests/queue_offers.bats.
load helper
load queue

@test "R55 a place's link is its owner's: no log has its key" {
  add_line
  fill vip
  join vip 1 a@example.org
  get "/book/$E/queue/$KEY"
  assert_status 200
  post "/book/$E/queue/$KEY/leave"
  get /mail/stop/STOPPED
  get /checkout/return/CAMEBACK
  get /checkout/cancel/GAVEUP
  until_logged 'a mailed link'
  run grep -rE "$KEY|STOPPED|CAMEBACK|GAVEUP" "$DATA/log"
  assert_failure
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
  # What comes, for how long, and how one learns of it.
  assert_text "kept for you for 2 hours, not counting the night (22:00 to 8:00)."
  refute_text "We write to"
  sed -i '$a sendmail = /bin/false\nquiet_to = 22' "$DATA/campuspass.conf"
  get "/book/$E/queue/$KEY"
  assert_text "kept for you for 2 hours. There is nothing to pay until then."
  assert_text "We write to a@example.org"
  sed -i '/^sendmail = \/bin\/false$/d; /^quiet_to = 22$/d' \
    "$DATA/campuspass.conf"
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
  two_wait
  release regular
  assert_equal "$(state a)" "offered held regular"
  assert_equal "$(state b)" "waiting"
  get "/book/$E/queue/$FIRST"
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
  two_wait
  get "/book/$E/queue/$FIRST"
  post "/book/$E/queue/$FIRST/leave"
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
  two_wait
  release regular
  get "/book/$E/queue/$FIRST"
  post "/book/$E/queue/$FIRST/leave"
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
  eventually comes "/book/$E/queue/$first"
  assert_text "A place is yours"
  after="$(sql "$dump") $(stock "$E" regular) $(stock "$E" vip)"
  assert_equal "$after" "$before"
  get "/book/$E/queue/$KEY"
  assert_text "1 in line for VIP"
  assert_sound
}
