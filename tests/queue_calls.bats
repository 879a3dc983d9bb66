#!/usr/bin/env bats
# The queue calls of the API: exact answers on the configured event.
load helper
load queue_calls

setup_file() {
  start_site
}

# Start with another configuration; the last line of a key counts.
configure() {
  stop_site
  printf '%s\n' "$@" >>"$DATA/campuspass.conf"
  start_server
}

@test "R74 the demo's configuration serves queue-night, openly" {
  run grep -E '^queue_' "$DATA/campuspass.conf"
  assert_output $'queue_event = queue-night\nqueue_open = yes'
  call GET /availability
  assert_status 200
  is '{"VIP": 3, "Regular": 5}'
  call GET /queue
  is '{"VIP Queue": [], "Regular Queue": []}'
  call GET /summary_data
  is '{"vip_sold": 0, "regular_sold": 0, "vip_remaining": 3,
    "regular_remaining": 5, "total_sold": 0, "total_remaining": 8}'
  get /summary
  assert_status 200
  assert_text "Queue Night"
}

# Early: what ends by kill -9 takes the counts of `make coverage` along.
@test "R61 the queue survives kill -9 of the workers" {
  reset
  register Ada Lovelace VIP
  register Alan Turing Regular
  register Grace Hopper Regular
  process Ada Lovelace VIP
  local before after pid
  call GET /queue
  before=$body
  call GET /summary_data
  before+=$body
  for pid in $(ps -o pid= --ppid "$SERVER"); do
    kill -9 "$pid"
  done
  eventually comes /queue
  after=$body
  call GET /summary_data
  after+=$body
  assert_equal "$after" "$before"
}

@test "R55 register tells the place and the length of the class's queue" {
  reset
  register Ada Lovelace VIP
  assert_status 200
  assert_equal "$(jq -r 'keys | join(" ")' <<<"$body")" \
    "current_queue_length message queue_position ticket_type"
  assert_equal "$(jq -c '[.queue_position, .current_queue_length,
    .ticket_type]' <<<"$body")" '[1,1,"VIP"]'
  register Alan Turing Regular
  assert_equal "$(jq -c '[.queue_position, .current_queue_length,
    .ticket_type]' <<<"$body")" '[1,1,"Regular"]'
  register Grace Hopper vip
  assert_equal "$(jq -c '[.queue_position, .current_queue_length,
    .ticket_type]' <<<"$body")" '[2,2,"VIP"]'
  call GET /queue
  is '{"VIP Queue": ["Ada Lovelace", "Grace Hopper"],
    "Regular Queue": ["Alan Turing"]}'
  # Nothing is sold by waiting.
  call GET /availability
  is '{"VIP": 3, "Regular": 5}'
}

@test "R55 wrong inputs: 400 with the exact words" {
  reset
  local path method body_
  for path in register process_user cancel_ticket; do
    method=POST
    [ $path = cancel_ticket ] && method=DELETE
    for body_ in '{}' '{"first_name":"Ada"}' '{"last_name":"Lovelace"}' \
      '{"first_name":" ","last_name":"L","ticket_type":"VIP"}' \
      '{"first_name":"A","last_name":"","ticket_type":"VIP"}' \
      '{"first_name":1,"last_name":"L","ticket_type":"VIP"}' \
      '{"first_name":null,"last_name":"L","ticket_type":"VIP"}'; do
      call $method "/api/$path" "$body_"
      assert_status 400
      assert_equal "$(jq -r .error <<<"$body")" \
        "First name and last name are required"
    done
    for body_ in Gold "" any "VIP Regular"; do
      call $method "/api/$path" "$(person Ada Lovelace "$body_")"
      assert_status 400
      assert_equal "$(jq -r .error <<<"$body")" "Invalid ticket type"
    done
    call $method "/api/$path" 'no json'
    assert_status 400
    call $method "/api/$path" '["Ada"]'
    assert_status 400
    call $method "/api/$path" "$(person "$(printf 'A%.0s' {1..101})" L VIP)"
    assert_status 400
    for body_ in '\u0007' '\n' '\t' '\u0085'; do
      call $method "/api/$path" "{\"first_name\":\"A${body_}B\",
        \"last_name\":\"L\",\"ticket_type\":\"VIP\"}"
      assert_status 400
    done
    get "/api/$path" -X $method -H 'Content-Type: text/plain' -d '{}'
    assert_status 415
  done
  assert_equal "$(waiting)" 0
}

@test "R55 other methods are refused with what is allowed" {
  call GET /api/register
  assert_status 405
  [[ $headers == *"Allow: POST"* ]]
  call POST /api/cancel_ticket '{}'
  assert_status 405
  [[ $headers == *"Allow: DELETE"* ]]
  call DELETE /queue
  assert_status 405
}

@test "R56 processing serves VIPs before Regulars, up to the one asked for" {
  reset
  register Reg One Regular
  register Reg Two Regular
  register Vip One VIP
  register Vip Two VIP
  process Reg One Regular
  assert_status 200
  is '{"updates": [
      {"name": "Vip One", "ticket_type": "VIP", "status": "Confirmed",
        "remaining": 2},
      {"name": "Vip Two", "ticket_type": "VIP", "status": "Confirmed",
        "remaining": 1},
      {"name": "Reg One", "ticket_type": "Regular", "status": "Confirmed",
        "remaining": 4}],
    "final_status": "Confirmed", "remaining_tickets": 4}'
  call GET /queue
  is '{"VIP Queue": [], "Regular Queue": ["Reg Two"]}'
  call GET /availability
  is '{"VIP": 1, "Regular": 4}'
  call GET /summary_data
  is '{"vip_sold": 2, "regular_sold": 1, "vip_remaining": 1,
    "regular_remaining": 4, "total_sold": 3, "total_remaining": 5}'
  assert_sound
}

@test "R57 each class has its own stock: Sold Out for the fourth VIP alone" {
  reset
  local n
  for n in One Two Three Four; do
    register Vip $n VIP
  done
  register Reg One Regular
  process Reg One Regular
  assert_equal "$(jq -c '[.updates[] | [.name, .status, .remaining]]' \
    <<<"$body")" '[["Vip One","Confirmed",2],["Vip Two","Confirmed",1],["Vip Three","Confirmed",0],["Vip Four","Sold Out",0],["Reg One","Confirmed",4]]'
  assert_equal "$(jq -r .final_status <<<"$body")" Confirmed
  register Vip Five VIP
  process Vip Five VIP
  assert_status 200
  is '{"updates": [{"name": "Vip Five", "ticket_type": "VIP",
    "status": "Sold Out", "remaining": 0}], "final_status": "Sold Out",
    "remaining_tickets": 0}'
  assert_equal "$(sql "SELECT group_concat(kind || ' ' || n, ', ') FROM
    (SELECT kind, count(*) AS n FROM journal GROUP BY kind ORDER BY kind)")" \
    "confirmed 4, joined 6, sold_out 2"
  assert_sound
}

@test "R56 an unknown name never drains the queue" {
  reset
  register Ada Lovelace VIP
  register Alan Turing Regular
  process Nobody Here Regular
  assert_status 404
  is '{"error": "Ticket not found"}'
  # Right name, wrong class.
  process Ada Lovelace Regular
  assert_status 404
  assert_equal "$(waiting)" 2
  call GET /availability
  is '{"VIP": 3, "Regular": 5}'
  # Who was served is not in the queue.
  process Ada Lovelace VIP
  assert_status 200
  process Ada Lovelace VIP
  assert_status 404
  assert_equal "$(waiting)" 1
}

@test "R58 cancelling a wait or a ticket frees it at once, and is logged" {
  reset
  register Ada Lovelace VIP
  cancel Ada Lovelace VIP
  assert_status 200
  assert_equal "$(jq -r 'keys | join(" ")' <<<"$body")" message
  assert_equal "$(waiting)" 0
  cancel Ada Lovelace VIP
  assert_status 404
  is '{"error": "Ticket not found"}'
  register Ada Lovelace VIP
  process Ada Lovelace VIP
  call GET /availability
  is '{"VIP": 2, "Regular": 5}'
  cancel Ada Lovelace Regular
  assert_status 404
  cancel Ada Lovelace VIP
  assert_status 200
  call GET /availability
  is '{"VIP": 3, "Regular": 5}'
  cancel Ada Lovelace VIP
  assert_status 404
  call GET /availability
  is '{"VIP": 3, "Regular": 5}'
  assert_equal "$(sql "SELECT group_concat(kind, ' ') FROM (SELECT kind FROM
    journal ORDER BY id)")" "joined left joined confirmed cancelled"
  assert_sound
}

@test "I10 ten cancellations of one ticket at once: one is done" {
  reset
  register Ada Lovelace VIP
  process Ada Lovelace VIP
  local i
  for i in $(seq 10); do
    curl -s -o /dev/null -w '%{http_code}\n' -b "$JAR" -X DELETE \
      -H 'Content-Type: application/json' \
      -d "$(person Ada Lovelace VIP)" "$URL/api/cancel_ticket" \
      >>"$BATS_TEST_TMPDIR/codes" &
  done
  wait
  assert_equal "$(sort "$BATS_TEST_TMPDIR/codes" | uniq -c | tr -s ' ')" \
    $' 1 200\n 9 404'
  assert_equal "$(stock queue-night vip)" "0|0"
  assert_sound
}

@test "I4 ten processings of one entry at once: one ticket" {
  reset
  register Ada Lovelace VIP
  local i
  for i in $(seq 10); do
    curl -s -o /dev/null -w '%{http_code}\n' -X POST \
      -H 'Content-Type: application/json' \
      -d "$(person Ada Lovelace VIP)" "$URL/api/process_user" \
      >>"$BATS_TEST_TMPDIR/codes" &
  done
  wait
  assert_equal "$(sort "$BATS_TEST_TMPDIR/codes" | uniq -c | tr -s ' ')" \
    $' 1 200\n 9 404'
  assert_equal "$(stock queue-night vip)" "0|1"
  assert_sound
}

@test "R58 people of the page and of the calls wait in one line" {
  reset
  get /book/queue-night/queue
  post /book/queue-night/queue tier=vip quantity=1 "name=Page Person" \
    email=p@example.org
  assert_status 303
  register Api Person VIP
  assert_equal "$(jq .queue_position <<<"$body")" 2
  process Api Person VIP
  assert_equal "$(jq -c '[.updates[].name]' <<<"$body")" \
    '["Page Person","Api Person"]'
  get "$(sql "SELECT '/book/queue-night/queue/' || entry_key FROM queue_entry
    WHERE email = 'p@example.org'")"
  assert_text "You have got your places"
}

@test "R57 R68 a class without an end, and one that costs" {
  reset
  sql_write "UPDATE tier SET capacity = NULL WHERE slug = 'regular' AND event_id =
    (SELECT id FROM event WHERE slug = 'queue-night')"
  call GET /availability
  is '{"VIP": 3, "Regular": null}'
  call GET /summary_data
  assert_equal "$(jq -c '[.regular_remaining, .total_remaining]' <<<"$body")" "[null,3]"
  # What was paid for is cancelled where its money goes back.
  sql_write "UPDATE tier SET price = 1000 WHERE slug = 'vip' AND event_id =
    (SELECT id FROM event WHERE slug = 'queue-night')"
  hold queue-night vip 1 ada@example.org
  pay
  cancel Ada Lovelace VIP
  assert_status 400
  assert_equal "$(jq -r .error <<<"$body")" "A paid ticket is cancelled on its own page"
  sql_write "UPDATE tier SET price = 0, capacity = coalesce(capacity, 5)
    WHERE event_id = (SELECT id FROM event WHERE slug = 'queue-night')"
}

@test "R55 no event is configured, or one that is not public: 404" {
  configure 'queue_event ='
  local path
  for path in /queue /availability /summary_data; do
    call GET $path
    assert_status 404
    assert_equal "$(jq -r .error <<<"$body")" "No queue is configured"
  done
  register Ada Lovelace VIP
  assert_status 404
  get /summary
  assert_status 404
  configure 'queue_event = no-such-event'
  call GET /queue
  assert_status 404
}
