#!/usr/bin/env bats
# The back office: creating events, and venues (R48, R66).
bats_require_minimum_version 1.5.0
load helper
load staff
load admin_events

# refuses WORDS: of the last answer, with the field's own message.
refuses() {
  assert_status 400
  assert_text "There is a problem"
  assert_text "$1"
}

# tries FIELD=VALUE MESSAGE: the form with one mistake.
tries() {
  get /admin/events/new
  post /admin/events/new "$1" whole=yes "title=Wrong Thing" "start=$NEXT_WEEK 19:30" \
    "end=$NEXT_WEEK 22:00" tier_name=General tier_price=1 "${@:3}"
  refuses "$2"
}

@test "R48 an event is created with everything it can have, and sells" {
  create "Autumn Jazz & Friends" type=concert summary="Three bands" \
    description="**Loud** and late" "venue=Old Mill" \
    "venue_address=Mill Lane 1, Riverton" venue_latitude=52.52 venue_longitude=13.405 \
    timezone=Europe/Berlin doors_minutes=45 booking_opens="2020-01-01T10:00" \
    "booking_closes=$NEXT_WEEK 19:00" max_per_booking=4 max_per_person=6 hold_minutes=20 \
    refund_full_days=10 refund_part_days=5 refund_part_percent=40 door_rule=reentry \
    tier_id= tier_name=VIP tier_price=45.50 tier_capacity=5 tier_rank=0 tier_rank=1 \
    status=published
  assert_status 303
  [ "$SLUG" = autumn-jazz-friends ]
  [ "$(of_event "$SLUG" "type || '|' || status || '|' || timezone || '|' ||
    doors_minutes || '|' || max_per_booking || '|' || max_per_person || '|' ||
    hold_minutes || '|' || refund_full_days || '|' || refund_part_days || '|' ||
    refund_part_percent || '|' || door_rule || '|' || one_booking_each || '|' ||
    summary || '|' || description || '|' || owner_id")" = \
    "concert|published|Europe/Berlin|45|4|6|20|10|5|40|reentry|1|Three bands|**Loud** and late|$(user_id olga)" ]
  [ "$(of_event "$SLUG" starts_at)" = \
    "$(TZ=Europe/Berlin date -d "$NEXT_WEEK 19:30" +%s)" ]
  [ "$(sql "SELECT group_concat(slug || ' ' || price || ' ' || capacity || ' ' || rank)
    FROM (SELECT t.* FROM tier t JOIN event e ON e.id = t.event_id
      WHERE e.slug = '$SLUG' ORDER BY position)")" = "general 1500 10 0,vip 4550 5 1" ]
  get "/events/$SLUG"
  assert_status 200
  assert_text "Old Mill"
  assert_text "Mill Lane 1, Riverton"
  as "buyer-$BATS_TEST_NUMBER"
  hold "$SLUG" vip 2 ada@example.org
  pay
  assert_status 303
  [ "$(sql "SELECT action || ' ' || subject FROM audit
    WHERE event_id = $(of_event "$SLUG" id)")" = "event.create event $SLUG" ]
}

@test "R48 a draft is saved and nobody sees it until it is published" {
  create "Quiet Draft"
  [ "$(of_event "$SLUG" status)" = draft ]
  get "/events/$SLUG"
  assert_status 404
  get "/admin/events/$SLUG"
  post "/admin/events/$SLUG/publish"
  assert_status 303
  get "/events/$SLUG"
  assert_status 200
  get "/admin/events/$SLUG"
  post "/admin/events/$SLUG/unpublish"
  [ "$(of_event "$SLUG" status)" = draft ]
}

@test "R48 wrong numbers and times name their field, and nothing typed is lost" {
  local price
  for price in 12,50 1e3 -1 ""; do
    get /admin/events/new
    post /admin/events/new "title=Bad Price" "start=$NEXT_WEEK 19:30" "end=$NEXT_WEEK 22:00" \
      tier_name=General "tier_price=$price" tier_capacity=10
    refuses "rice"
    [[ $body == *'href="#tier_price-1"'* ]]
    [[ $body == *'value="Bad Price"'* ]]
  done
  local capacity
  for capacity in -1 1.5 many 1e3; do
    get /admin/events/new
    post /admin/events/new "title=Bad Places" "start=$NEXT_WEEK 19:30" "end=$NEXT_WEEK 22:00" \
      tier_name=General tier_price=1 "tier_capacity=$capacity"
    refuses "Places must be a whole number"
    [[ $body == *"value=\"$capacity\""* ]]
  done
  [ "$(sql "SELECT count(*) FROM event WHERE title LIKE 'Bad%'")" = 0 ]
}

@test "R48 an end before the start, windows upside down and unknown words are refused" {
  tries "end=$NEXT_WEEK 19:30" "The end must be after the start"
  tries "end=$NEXT_WEEK 19:00" "The end must be after the start"
  tries "start=soon" "Start must be a date and a time"
  tries "start=2026-02-30 10:00" "Start must be a date and a time"
  tries "booking_opens=2026-01-02 10:00" "Booking must close after it opens" \
    "booking_closes=2026-01-01 10:00"
  tries "booking_closes=$NEXT_WEEK 23:00" "Booking must close before the event ends"
  tries "type=circus" "Choose a type"
  tries "timezone=Mars/Olympus" "Enter a time zone"
  tries "venue=Peak" "Latitude of a new venue must be degrees" venue_latitude=north
  tries "venue=Peak" "Latitude of a new venue must be degrees" venue_latitude=nan venue_longitude=0
  tries "venue=Peak" "latitude must be between -90 and 90" venue_latitude=91 venue_longitude=0
  tries "online_url=javascript:alert(1)" "must begin with https://"
  tries "max_per_booking=0" "whole number of 1 or more"
  tries "refund_part_days=9" "must not be more" refund_full_days=7
  tries "door_staff=nobody-at-all" 'There is no account "nobody-at-all"'
  tries "title=" "Enter a title"
  tries "tier_opens=2026-01-02 10:00" "sale must close after" "tier_closes=2026-01-01 10:00"
  [ "$(sql "SELECT count(*) FROM event WHERE title LIKE 'Wrong%'")" = 0 ]
}

@test "R48 ticket types are added and removed by buttons, and nothing typed is lost" {
  get /admin/events/new
  post /admin/events/new do=add_tier "title=Half Done" tier_id= tier_name=General tier_price=abc
  assert_status 200
  assert_text "Ticket type 2"
  refute_text "There is a problem"
  # Nothing is asked for before it is saved, and the new one is in sight.
  refute_text "Error:"
  [[ $body == *'formaction="/admin/events/new#type-3"'* && $body == *'id="type-2"'* ]]
  [[ $body == *'value="Half Done"'* && $body == *'value="abc"'* ]]
  post /admin/events/new do=remove_tier-1 "title=Half Done" tier_id= tier_name=General \
    tier_price=abc tier_id= tier_name=VIP tier_price=20
  assert_status 200
  [[ $body == *'value="VIP"'* && $body != *'value="General"'* ]]
  refute_text "Ticket type 2"
  [ "$(sql "SELECT count(*) FROM event WHERE title = 'Half Done'")" = 0 ]
}

@test "R48 buttons that fit nothing change nothing, and the last type stays one" {
  local args=(tier_id= tier_name=General tier_price=15) name
  for name in remove_tier-9 remove_tier-0 remove_tier-x; do
    get /admin/events/new
    post /admin/events/new "do=$name" title= "${args[@]}"
    assert_status 400
  done
  post /admin/events/new do=remove_tier-1 "title=Empty One" "${args[@]}"
  assert_status 200
  [[ $body != *'value="General"'* ]]
  assert_text "Ticket type 1"
  # No more than twenty.
  args=()
  for name in {a..t}; do
    args+=(tier_id= "tier_name=$name" tier_price=1)
  done
  post /admin/events/new do=add_tier "title=Many" "${args[@]}"
  assert_status 200
  assert_text "Ticket type 20"
  refute_text "Ticket type 21"
  # A row that was added and left alone means nothing; one with a price does.
  create "One Type" tier_id= tier_name= tier_price= tier_capacity=
  assert_equal "$(sql "SELECT count(*) FROM tier WHERE event_id =
    $(of_event one-type id)")" 1
  create "No Name" tier_id= tier_name= tier_price=5 tier_capacity=
  refuses "Enter"
  create "No Name" tier_id= tier_name= tier_price= tier_capacity=5
  refuses "Enter"
}

@test "R48 seats by ticket type, as programs send them" {
  create Rows tier_capacity= "tier_rows=B1-B5; B5 accessible;" venue=Peak venue_latitude=46.5
  refuses "Longitude of a new venue"
  create Rows tier_capacity= "tier_rows=B1-B5; B5 accessible;" max_per_booking=9999999999
  refuses "must be a whole number"
  create Rows tier_capacity= "tier_rows=B1-B5; B5 accessible;"
  assert_status 303
  assert_equal "$(of_event "$SLUG" seating)" reserved
  assert_equal "$(sql "SELECT count(*) || ' ' || sum(is_accessible) FROM seat
    WHERE event_id = $(of_event "$SLUG" id)")" "5 1"
}

@test "R48 what the list says of an event, and its pages" {
  create Open status=published
  create Unlimited tier_capacity= status=published
  create Shut status=published
  sql_write "UPDATE event SET booking_closes_at = unixepoch() - 60
    WHERE slug = '$SLUG'"
  get "/admin/events?q=Shut"
  assert_text "Booking closed"
  get "/admin/events?q=Unlimited"
  assert_text "On sale"
  sql_write "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
      WHERE i < 120) INSERT INTO event (slug, title, timezone, currency, starts_at,
      ends_at, owner_id, search, created_at, updated_at) SELECT 'many-' || i, 'Many ' || i,
      'UTC', 'USD', unixepoch() + 86400 * i, unixepoch() + 86400 * i + 60,
      (SELECT id FROM user WHERE username = 'olga'), 'many ' || i, 1, 1 FROM n"
  get "/admin/events?q=many"
  assert_status 200
  [[ $body == *"page=2"* && $body != *"page=0"* ]]
  get "/admin/events?q=many&page=2"
  assert_status 200
  [[ $body == *"page=1"* ]]
  for page in 0 -1 x 100001 1.5; do
    get "/admin/events?page=$page"
    assert_status 400
  done
  sql_write "DELETE FROM event WHERE slug LIKE 'many-%'"
}

@test "R48 two titles, and titles that are words of addresses, get addresses of their own" {
  create "Same Name"
  [ "$SLUG" = same-name ]
  create "Same Name"
  [ "$SLUG" = same-name-2 ]
  create "New"
  [ "$SLUG" = new-event ]
  create "Find"
  [ "$SLUG" = find-event ]
  create "Any" tier_id= "tier_name=Any" tier_price=1
  [ "$(sql "SELECT group_concat(t.slug) FROM tier t JOIN event e ON e.id = t.event_id
    WHERE e.slug = '$SLUG'")" = general,tickets ]
}

@test "R48 seat rows are drawn before they are saved, and make the map" {
  local rows="A1-A5 VIP; B1-B6 General; B6 accessible; C1 General accessible"
  get /admin/events/new
  post /admin/events/new do=preview "title=Seated Show" seating=reserved "seat_rows=$rows" \
    "start=$NEXT_WEEK 19:30" "end=$NEXT_WEEK 22:00" "description=A *fine* evening" \
    tier_name=VIP tier_price=30 tier_name=General tier_price=10
  assert_status 200
  assert_text "Preview"
  assert_text "A5, VIP"
  assert_text "B6, General, accessible"
  [[ $body == *"<em>fine</em>"* ]]
  [ "$(sql "SELECT count(*) FROM event WHERE title = 'Seated Show'")" = 0 ]
  post /admin/events/new "title=Seated Show" seating=reserved "seat_rows=$rows" \
    "start=$NEXT_WEEK 19:30" "end=$NEXT_WEEK 22:00" status=published \
    tier_name=VIP tier_price=30 tier_name=General tier_price=10
  assert_status 303
  [ "$(sql "SELECT group_concat(slug || ' ' || capacity) FROM (SELECT * FROM tier
    WHERE event_id = $(of_event seated-show id) ORDER BY position)")" = "vip 5,general 7" ]
  [ "$(sql "SELECT group_concat(row_name || number) FROM seat WHERE is_accessible
    AND event_id = $(of_event seated-show id)")" = B6,C1 ]
  get /book/seated-show
  assert_status 200
  assert_text "Row A"
}

@test "R48 a million seats, seats twice and seats of nobody are refused" {
  local rows=(tier_name=VIP tier_price=30 seating=reserved)
  tries "seat_rows=A1-A1000000 VIP" "there are too many seats" "${rows[@]}"
  tries "seat_rows=A1-A20000 VIP; B1-B20000 General" "there are too many seats" "${rows[@]}"
  tries "seat_rows=A1-A5 VIP; A5-A9 General" "A5 is named twice" "${rows[@]}"
  tries "seat_rows=A1-A5 Royal" 'There is no ticket type "Royal"' "${rows[@]}"
  tries "seat_rows=A1-A5" "does not say of which ticket type" "${rows[@]}"
  tries "seat_rows=A5-A1 VIP" "must look like A1-A10" "${rows[@]}"
  tries "seat_rows=A1-A5 VIP" "General has no seats: add them, or enter how many places it has" "${rows[@]}"
}

@test "R66 venues have an address, coordinates and a map link; admins change them" {
  create "At The Pier" "venue=Old Pier" "venue_address=Quay 1" venue_latitude=51.5 \
    venue_longitude=-0.12 status=published
  create "At The Pier Again" "venue=Old Pier"
  [ "$(sql "SELECT count(*) FROM venue WHERE name = 'Old Pier'")" = 1 ]
  get /admin/venues
  assert_text "Quay 1"
  get /admin/venues/old-pier
  post /admin/venues/old-pier name=Mine
  assert_status 403
  sign_in admin anna
  get /admin/venues/old-pier
  post /admin/venues/old-pier "name=New Pier" "address=Quay 2" latitude=nan longitude=0
  assert_status 400
  assert_text "Latitude must be degrees"
  post /admin/venues/old-pier "name=New Pier" "address=Quay 2" latitude=91 longitude=0
  assert_status 400
  assert_text "The latitude must be between -90 and 90"
  post /admin/venues/old-pier "name=New Pier" "address=Quay 2" latitude=50.1 longitude=1.2
  assert_status 303
  get /events/at-the-pier
  assert_text "New Pier"
  [[ $body == *"mlat=50.10000&amp;mlon=1.20000"* ]]
  get "/?q=new+pier"
  assert_text "At The Pier"
}

@test "R48 door staff are named by their accounts" {
  sign_in door dora
  sign_in user ulla
  sign_in organiser olga
  create "Manned Door" door_staff=dora status=published
  [ "$(sql "SELECT count(*) FROM event_staff WHERE event_id = $(of_event manned-door id)
    AND user_id = $(user_id dora)")" = 1 ]
  change manned-door door_staff=ulla
  assert_status 400
  assert_text "ulla has no account for the door"
  change manned-door door_staff=
  [ "$(sql "SELECT count(*) FROM event_staff
    WHERE event_id = $(of_event manned-door id)")" = 0 ]
}

@test "R48 prices name their currency; the name of a ticket type has no blanks around" {
  get /admin/events/new
  assert_text "In USD, like 12.50; 0 is free."
  create "Blank Names" "tier_name= Late one " tier_price=3 tier_capacity=5
  assert_status 303
  assert_equal "$(sql "SELECT group_concat('[' || t.name || ']') FROM tier t
    JOIN event e ON e.id = t.event_id WHERE e.slug = '$SLUG'")" \
    "[General],[Late one]"
  # A program that names it with blanks means the same one.
  change "$SLUG" tier_name=General tier_price=15 "tier_name= late ONE " tier_price=4
  assert_status 303
  assert_equal "$(sql "SELECT group_concat(t.slug || t.price) FROM tier t
    JOIN event e ON e.id = t.event_id WHERE e.slug = '$SLUG'")" \
    "general1500,late-one400"
}

@test "R22 mistakes in an event's form name their kind" {
  create ""
  refuses "Enter a title"
  assert_text "Kind of problem: ValidationError"
  assert_text "mention request"
}

# found_on DAY: is "Edge" in the list of that day alone?
found_on() {
  get "/?q=edge&from=$1&to=$1"
  assert_status 200
  [[ $body == *'href="/events/edge"'* ]]
}

@test "R10 an event is found by the date that its own page shows" {
  local before after
  before=$(date -u -d "$NEXT_WEEK - 1 day" +%F)
  after=$(date -u -d "$NEXT_WEEK + 1 day" +%F)
  # Still the day before in UTC, the site's zone.
  create "Edge" status=published timezone=Pacific/Auckland "start=$NEXT_WEEK 00:30" \
    "end=$NEXT_WEEK 02:00"
  found_on "$NEXT_WEEK"
  run ! found_on "$before"
  run ! found_on "$after"
  # The next day already.
  change edge timezone=Pacific/Honolulu "start=$NEXT_WEEK 23:30" "end=$after 02:00"
  assert_status 303
  found_on "$NEXT_WEEK"
  run ! found_on "$before"
  run ! found_on "$after"
  get "/?q=edge&from=$NEXT_WEEK"
  [[ $body == *'href="/events/edge"'* ]]
  get "/?q=edge&to=$before"
  assert_text "No events found"
}

@test "R66 coordinates are looked up from the address, where a service is configured" {
  local port
  sign_in admin anna
  create "Found Place" "venue=Lost Hall" "venue_address=Elm Street 5, Riverton"
  get /admin/venues/lost-hall
  refute_text "Look the coordinates up"
  post /admin/venues/lost-hall do=look_up "name=Lost Hall" "address=Elm Street 5"
  assert_status 409
  port=$(free_port)
  python3 - "$port" >"$BATS_TEST_TMPDIR/asked" 3>&- <<'END' &
import http.server, sys
class Service(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        print(self.path, flush=True)
        body = {
            "Nowhere": b"[]", "Text": b"{", "South": b'[{"lat": -95, "lon": 1}]',
            "East": b'[{"lat": 1, "lon": 190}]', "None": b'[{"lat": 1}]',
            "Words": b'[{"lat": "x", "lon": "y"}]',
            "West": b'[{"lat": -33.5, "lon": -70.25}]',
        }.get(self.path.partition("=")[2],
            b'[{"lat": "48.8584", "lon": "2.2945", "display_name": "x"}]')
        self.send_response(500 if "Broken" in self.path else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *words): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Service).serve_forever()
END
  local service=$!
  echo "geocode_url = http://127.0.0.1:$port/search?q={address}" >>"$DATA/campuspass.conf"
  stop_site
  start_server
  as anna
  get /admin/venues/lost-hall
  assert_text "Look the coordinates up"
  eventually listens "$port"
  post /admin/venues/lost-hall do=look_up "name=Lost Hall" "address=Rue Émile 5"
  assert_status 200
  [[ $body == *'value="48.858400"'* && $body == *'value="2.294500"'* ]]
  grep -qF "/search?q=Rue%20%C3%89mile%205" "$BATS_TEST_TMPDIR/asked"
  # Shown, and not saved before somebody says so.
  [ -z "$(sql "SELECT latitude FROM venue WHERE slug = 'lost-hall'")" ]
  post /admin/venues/lost-hall do=look_up "name=Lost Hall" "address=Nowhere"
  assert_status 409
  assert_text "does not know this address"
  # What is nowhere on the earth, or no answer at all, is not taken.
  local answer
  for answer in Text South East None Words; do
    post /admin/venues/lost-hall do=look_up "name=Lost Hall" "address=$answer"
    assert_equal "$answer $status" "$answer 409"
    assert_text "does not know this address"
  done
  post /admin/venues/lost-hall do=look_up "name=Lost Hall" address=Broken
  assert_text "does not answer"
  post /admin/venues/lost-hall do=look_up "name=Lost Hall" address=
  assert_text "Enter the address first"
  post /admin/venues/lost-hall do=look_up "name=Lost Hall" address=West
  [[ $body == *'value="-33.500000"'* && $body == *'value="-70.250000"'* ]]
  kill "$service"
  wait "$service" || true
  post /admin/venues/lost-hall do=look_up "name=Lost Hall" "address=Elm Street 5"
  assert_status 409
  assert_text "does not answer"
}
