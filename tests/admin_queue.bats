#!/usr/bin/env bats
# The staff and the waiting list.
load helper
load staff

setup_file() {
  make_data empty
  # The queue calls of one test serve its event.
  printf '%s\n' "queue_event = night-calls" "queue_open = yes" \
    >>"$DATA/campuspass.conf"
  start_server
  sign_in organiser olga
  sign_in organiser otto
}

teardown_file() {
  stop_site
}

# Each test has an event with 2 general places and one VIP, all free.
setup() {
  E="night-$BATS_TEST_NUMBER"
  [[ $BATS_TEST_DESCRIPTION != *"a call"* ]] || E=night-calls
  add_event "$E" "queue_is_open=1" "queue_is_manual=1"
  sql_write "UPDATE tier SET capacity = 2, rank = 1 WHERE event_id =
    (SELECT id FROM event WHERE slug = '$E')"
  add_tier "$E" vip VIP 4500 1
  give_event "$E" olga
}

# join NAME TIER [QUANTITY] [EMAIL]
join() {
  as "waiter-$BATS_TEST_NUMBER-$((++joined))"
  get "/book/$E/queue"
  post "/book/$E/queue" "name=$1" "email=${4:-$1@example.org}" \
    "tier=$2" "quantity=${3:-1}"
  assert_status 303
}

# act ACTION [NAME]: as olga, with the entry of that name.
act() {
  as olga
  get "/admin/events/$E/queue"
  post "/admin/events/$E/queue" "action=$1" "entry=$(sql "SELECT entry_key
    FROM queue_entry q JOIN event e ON e.id = q.event_id
    WHERE e.slug = '$E' AND q.name = '${2:-}'")"
}

state() {
  sql "SELECT state FROM queue_entry q JOIN event e ON e.id = q.event_id
    WHERE e.slug = '$E' AND q.name = '$1'"
}

@test "R60: the line in the order of service, on the page and as CSV" {
  join greg general
  join anyone any
  join vera vip
  join "=1+1" general 2 line@example.org
  as olga
  get "/admin/events/$E/queue"
  assert_status 200
  text=$(page_text)
  [[ $text == *vera*greg*"=1+1"*anyone* ]]
  get "/admin/events/$E/queue.csv"
  assert_equal "$(cut -d, -f 1-6 <<<"$body" | tr -d '\r')" \
    "place,type,name,email,places,state
1,VIP,vera,vera@example.org,1,waiting
2,General,greg,greg@example.org,1,waiting
3,General,'=1+1,line@example.org,2,waiting
4,any,anyone,anyone@example.org,1,waiting"
}

@test "R58: an offer by hand, whoever stands before" {
  join greg general
  join hugo general
  act offer hugo
  assert_status 303
  assert_equal "$(state hugo) $(state greg)" "offered waiting"
  assert_equal "$(stock "$E" general)" "1|0"
  # A second click changes nothing.
  act offer hugo
  assert_status 303
  assert_equal "$(stock "$E" general)" "1|0"
  get "/admin/events/$E/queue.csv"
  assert_text "hugo,hugo@example.org,1,offered"
  assert_equal "$(sql "SELECT kind FROM journal j JOIN event e
    ON e.id = j.event_id WHERE e.slug = '$E' AND name = 'hugo'
    ORDER BY j.id")" "joined
offered"
  assert_equal "$(sql "SELECT count(*) FROM audit a JOIN event e
    ON e.id = a.event_id WHERE e.slug = '$E' AND action = 'queue.offer'")" 1
  assert_sound
}

@test "R57: nothing is offered that a class does not have" {
  join vera vip 1
  join walt vip 1
  act offer vera
  act offer walt
  assert_status 409
  assert_text "remaining"
  assert_equal "$(state walt)" waiting
  assert_sound
}

@test "R58: removing frees the place at once for the next in line, and is logged" {
  sql_write "UPDATE event SET queue_is_manual = 0 WHERE slug = '$E'"
  join vera vip
  join walt vip
  assert_equal "$(state vera) $(state walt)" "offered waiting"
  act remove vera
  assert_status 303
  assert_equal "$(state vera) $(state walt)" "left offered"
  assert_equal "$(stock "$E" vip)" "1|0"
  assert_equal "$(sql "SELECT count(*) FROM journal j JOIN event e
    ON e.id = j.event_id WHERE e.slug = '$E' AND kind = 'left'
    AND name = 'vera'")" 1
  act remove vera
  assert_status 409
  get "/admin/transactions.csv?event=$E"
  assert_text "Left the waiting list,vera"
  assert_sound
}

@test "R58: a booking that the staff cancel is offered to the next in line" {
  sql_write "UPDATE event SET queue_is_manual = 0 WHERE slug = '$E'"
  as olga
  get "/admin/events/$E/sell"
  post "/admin/events/$E/sell" tier=vip quantity=1 name=First how=cash
  local booking=${location%%\?*}
  join vera vip
  assert_equal "$(state vera)" waiting
  as olga
  get "$booking"
  post "$booking/cancel" percent=100
  assert_status 303
  assert_equal "$(state vera)" offered
  assert_equal "$(stock "$E" vip)" "1|0"
  assert_sound
}

@test "R59: sold, held and left per class; opening and closing the list" {
  join vera vip
  as olga
  get "/admin/events/$E/queue"
  assert_text "VIP 0 0 1 1"
  assert_text "served by hand"
  act close
  assert_status 303
  get "$location"
  assert_text "opens when the event is sold out"
  as late
  get "/book/$E/queue"
  assert_text "There are places left"
  act open
  assert_equal "$(sql "SELECT queue_is_open FROM event WHERE slug = '$E'")" 1
  act open
  assert_equal "$(sql "SELECT action FROM audit a JOIN event e
    ON e.id = a.event_id WHERE e.slug = '$E' ORDER BY a.id")" "queue.close
queue.open"
  act nonsense
  assert_status 400
}

@test "R59 the events' list counts who waits, for any class too" {
  join vera vip
  join anna any 2
  as olga
  get "/admin/events/$E/queue"
  assert_text "VIP 0 0 1 1"
  assert_text "Any 0 0 0 2"
  get "/admin/events?q=$E"
  [[ $(page_text) == *"0 of 3 0 3"* ]]
}

@test "R59 R68 what is held of a class without a capacity is told" {
  sql_write "UPDATE tier SET capacity = NULL WHERE slug = 'general' AND
    event_id = (SELECT id FROM event WHERE slug = '$E')"
  hold "$E" general 2 a@example.org
  get "/book/$E/queue"
  assert_text "General 0 2 no limit 0"
  as olga
  get "/admin/events/$E/queue"
  assert_text "General 0 2"
  get "/admin/events/$E"
  assert_text "0 sold, 2 held"
  get "/admin/events?q=$E"
  [[ $(page_text) == *" 0 2 0"* ]]
  get /admin/availability.csv
  grep -q "^$E,.*,general,General,,0,2,,0" <<<"$body"
  sweep
}

@test "R60: a call that gets nothing is a Sold Out line, once" {
  local person='{"first_name":"Ada","last_name":"L","ticket_type":"VIP"}'
  local second='{"first_name":"Bob","last_name":"L","ticket_type":"VIP"}'
  for call in register process_user; do
    for one in "$person" "$second"; do
      curl -s -o /dev/null -H 'Content-Type: application/json' -d "$one" \
        "$URL/api/$call"
    done
  done
  as olga
  get "/admin/transactions.csv?event=$E"
  assert_equal "$(grep -c 'VIP,Sold Out,Bob L' <<<"$body")" 1
  refute_text "Sold Out,Ada L"
}

@test "R60: another organiser's waiting list does not exist" {
  join vera vip
  as otto
  get "/admin/events/$E/queue"
  assert_status 404
  get "/admin/events/$E/queue.csv"
  assert_status 404
  get /account
  post "/admin/events/$E/queue" action=remove "entry=$(sql "SELECT entry_key
    FROM queue_entry q JOIN event e ON e.id = q.event_id WHERE e.slug = '$E'")"
  assert_status 404
  assert_equal "$(state vera)" waiting
}
