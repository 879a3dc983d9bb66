#!/usr/bin/env bats
# The back office: changing, copying and deleting events (R49, R50, R68).
bats_require_minimum_version 1.5.0
load helper
load staff
load admin_events

@test "R49 what is not sent stays as it was, boxes too" {
  create "Keep All" summary=Short description=Long venue=Barn online_url=https://x.example \
    max_per_booking=3 refund_full_days=9 door_rule=daily queue_is_open=yes
  local before after columns="type || summary || description || venue_id || online_url ||
    starts_at || ends_at || doors_minutes || max_per_booking || refund_full_days ||
    refund_part_days || door_rule || queue_is_open || one_booking_each || timezone"
  before=$(of_event keep-all "$columns")
  [ -n "$before" ]
  change keep-all title="Kept All"
  assert_status 303
  after=$(of_event keep-all "$columns")
  [ "$before" = "$after" ]
  [ "$(of_event keep-all title)" = "Kept All" ]
  [ "$(sql "SELECT t.name || t.price || t.capacity FROM tier t JOIN event e
    ON e.id = t.event_id WHERE e.slug = 'keep-all'")" = General150010 ]
  # The page as a browser sends it back changes nothing either.
  get /admin/events/keep-all
  [[ $body == *'name="one_booking_each" value="yes"'*checked* ]]
}

@test "R49 of two editors the second is told, sees both, and loses nothing" {
  create "Two Hands"
  get /admin/events/two-hands
  local version csrf page=$body
  version=$(hidden version)
  change two-hands title="First Hand"
  assert_status 303
  body=$page
  post /admin/events/two-hands "version=$version" "title=Second Hand" summary=mine
  assert_status 409
  assert_text "Somebody else has changed this event meanwhile"
  assert_text "First Hand"
  [[ $body == *'value="Second Hand"'* && $body == *'value="mine"'* ]]
  [ "$(of_event two-hands title)" = "First Hand" ]
  # Now that both are seen, saving again is meant.
  post /admin/events/two-hands "version=$(hidden version)" "title=Second Hand" summary=mine
  assert_status 303
  [ "$(of_event two-hands title)" = "Second Hand" ]
}

@test "R49 a capacity cannot fall below what is sold or held; more serves the waiting list" {
  create "Full House" status=published tier_capacity=3
  sql_write "UPDATE tier SET capacity = 3 WHERE event_id = $(of_event full-house id)"
  as "buyer-$BATS_TEST_NUMBER"
  hold full-house general 2 ada@example.org
  pay
  as other
  hold full-house general 1 bob@example.org
  as third
  get /book/full-house/queue
  post /book/full-house/queue tier=general quantity=2 "name=Cy Third" email=cy@example.org
  assert_status 303
  sign_in organiser olga
  change full-house tier_id=general tier_name=General tier_capacity=2
  assert_status 400
  assert_text "more tickets are sold or held than 2 places"
  [ "$(stock full-house general)" = "1|2" ]
  change full-house tier_id=general tier_name=General tier_capacity=5 tier_price=99
  assert_status 303
  [ "$(sql "SELECT state FROM queue_entry WHERE email = 'cy@example.org'")" = offered ]
  # Prices of bookings stay.
  [ "$(sql "SELECT group_concat(DISTINCT price) FROM booking_item WHERE booking_id IN
    (SELECT id FROM booking WHERE email IN ('ada@example.org', 'bob@example.org'))
    AND tier_id IN (SELECT id FROM tier
      WHERE event_id = $(of_event full-house id))")" = 1500 ]
  assert_sound
}

@test "R68 a blank capacity is unlimited, and can be given one later" {
  create "No Limit" tier_capacity= status=published
  get /admin/events/new
  post /admin/events/new "title=Open End" "start=$NEXT_WEEK 19:30" "end=$NEXT_WEEK 22:00" \
    tier_name=General tier_price=0 tier_capacity= status=published
  [ -z "$(sql "SELECT capacity FROM tier WHERE event_id = $(of_event open-end id)")" ]
  get /events/open-end
  assert_text "Available"
  as "buyer-$BATS_TEST_NUMBER"
  hold open-end general 40 ada@example.org
  sign_in organiser olga
  change open-end tier_id=general tier_name=General tier_capacity=39
  assert_status 400
  change open-end tier_id=general tier_name=General tier_capacity=40
  assert_status 303
  get /events/open-end
  assert_text "Sold out"
  assert_sound
}

@test "R49 ticket types and seats that were sold stay; unsold ones can go" {
  get /admin/events/new
  post /admin/events/new "title=Old Seats" seating=reserved "start=$NEXT_WEEK 19:30" \
    "end=$NEXT_WEEK 22:00" "seat_rows=A1-A3 VIP; B1-B3 General; C1 Extra" status=published \
    tier_name=VIP tier_price=0 tier_name=General tier_price=0 tier_name=Extra tier_price=0
  assert_status 303
  as "buyer-$BATS_TEST_NUMBER"
  get /book/old-seats
  post /book/old-seats seat=A2 "name=Ada Lovelace" email=ada@example.org
  REFERENCE=${location##*/}
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" terms=yes
  sign_in organiser olga
  local tiers=(tier_id=vip tier_name=VIP tier_id=general tier_name=General)
  change old-seats "${tiers[@]}" tier_id=extra tier_name=Extra \
    "seat_rows=A1 VIP; A3 VIP; B1-B3 General; C1 Extra"
  assert_status 409
  assert_text "Seat A2"
  change old-seats "${tiers[@]}" tier_id=extra tier_name=Extra \
    "seat_rows=A1 VIP; A3 VIP; A2 General; B1-B3 General; C1 Extra"
  assert_status 409
  assert_text "its ticket type cannot change"
  change old-seats tier_id=general tier_name=General "seat_rows=A1-A3 General; B1-B3 General"
  assert_status 409
  # Without the third, with other seats, and one of a new type.
  change old-seats "${tiers[@]}" tier_id= tier_name=Box tier_price=0 tier_price=0 tier_price=50 \
    "seat_rows=A1-A2 VIP; A3 General; B1-B2 General; D1-D2 Box; D2 accessible"
  assert_status 303
  [ "$(sql "SELECT group_concat(slug || ' ' || capacity || ' ' || sold, ', ')
    FROM (SELECT * FROM tier WHERE event_id = $(of_event old-seats id)
      ORDER BY position)")" = \
    "vip 2 1, general 3 0, box 2 0" ]
  assert_sound
}

@test "R50 what nobody booked is deleted; else it is refused" {
  create "Short Life" status=published
  get /admin/events/short-life
  [[ $body == *'href="/admin/events/short-life/delete"'* ]]
  get /admin/events/short-life/delete
  assert_status 200
  assert_text "Delete Short Life?"
  [ -n "$(of_event short-life id)" ]
  post /admin/events/short-life/delete
  assert_status 303
  [ -z "$(of_event short-life id)" ]
  create "Long Life" status=published
  as "buyer-$BATS_TEST_NUMBER"
  hold long-life general 1 ada@example.org
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE/release"
  assert_status 303
  sign_in organiser olga
  get /admin/events/long-life
  post /admin/events/long-life/delete
  assert_status 409
  assert_text "Cancel it instead"
  [ -n "$(of_event long-life id)" ]
  post /admin/events/long-life/unpublish
  assert_status 303
}

@test "R48 a draft without a ticket type is not published" {
  create "Bare Stage"
  sql_write "DELETE FROM tier WHERE event_id = $(of_event bare-stage id)"
  get /admin/events/bare-stage
  post /admin/events/bare-stage/publish
  assert_status 409
  assert_text "Add a ticket type first"
  [ "$(of_event bare-stage status)" = draft ]
}

@test "R50 an event with a waiting list neither becomes a draft nor goes" {
  create "Long Line" status=published
  sql_write "INSERT INTO queue_entry (event_id, entry_key, name, created_at)
    VALUES ($(of_event long-line id), 'key-of-ada', 'Ada', unixepoch())"
  for action in unpublish delete; do
    get /admin/events/long-line
    post "/admin/events/long-line/$action"
    assert_status 409
    assert_text "waiting list"
  done
  [ "$(of_event long-line status)" = published ]
}

@test "R15 an event can be completed, also before its time, and sells nothing then" {
  create "Sketch Night"
  get /admin/events/sketch-night
  post /admin/events/sketch-night/complete
  assert_status 409
  assert_text "Only a published event can be completed"
  get /admin/events/sketch-night
  post /admin/events/sketch-night/publish
  assert_status 303
  get /admin/events/sketch-night
  post /admin/events/sketch-night/complete
  assert_status 303
  [ "$(of_event sketch-night status)" = completed ]
  as "buyer-$BATS_TEST_NUMBER"
  get /events/sketch-night
  assert_text "This event is over."
  get /book/sketch-night
  assert_text "Booking not available"
  assert_sound
}

@test "R50 a copy is a draft, weeks later, with tiers and seats" {
  create "Weekly" status=published timezone=Europe/Berlin tier_name=VIP tier_price=30 tier_capacity=2
  get /admin/events/weekly
  post /admin/events/weekly/duplicate
  assert_status 303
  [ "$(of_event weekly-2 "status || owner_id")" = "draft$(user_id olga)" ]
  [ "$(TZ=Europe/Berlin date -d "@$(of_event weekly-2 starts_at)" '+%F %H:%M')" = \
    "$(date -u -d "$NEXT_WEEK + 7 days" +%F) 19:30" ]
  [ "$(sql "SELECT group_concat(slug || price) FROM tier
    WHERE event_id = $(of_event weekly-2 id)")" = "general1500,vip3000" ]
}

@test "R48 B5 a double click makes one event, one copy; the same form with other details is refused" {
  local page
  get /admin/events/new
  page=$body
  save() {
    body=$page
    post /admin/events/new whole=yes "title=$1" type=concert "start=$NEXT_WEEK 19:30" \
      "end=$NEXT_WEEK 22:00" tier_id= tier_name=General tier_price=15 tier_capacity=10
  }
  save "Once Only"
  [[ $location == "/admin/events/once-only?"* ]]
  save "Once Only"
  assert_status 303
  [[ $location == "/admin/events/once-only?"* ]]
  save "Once More"
  assert_status 409
  assert_text "This form was sent before with other details"
  [[ $body == *'value="Once More"'* ]]
  [ "$(sql "SELECT count(*) FROM event WHERE title LIKE 'Once%'")" = 1 ]

  get /admin/events/once-only
  page=$body
  post /admin/events/once-only/duplicate
  [[ $location == "/admin/events/once-only-2?"* ]]
  body=$page
  post /admin/events/once-only/duplicate
  [[ $location == "/admin/events/once-only-2?"* ]]
  get /admin/events/once-only
  post /admin/events/once-only/duplicate
  [[ $location == "/admin/events/once-only-3?"* ]]
  [ "$(sql "SELECT count(*) FROM event WHERE title LIKE 'Once%'")" = 3 ]
}

@test "R5 somebody else's event is not found, whatever is asked of it" {
  create "Olgas Own"
  sign_in organiser otto
  get /admin/events
  local action
  get /admin/events/olgas-own
  assert_status 404
  get /admin/events/new
  for action in "" /publish /cancel /delete /duplicate /tell; do
    post "/admin/events/olgas-own$action" title=Mine
    assert_status 404
    get /admin/events/new
  done
  [ "$(of_event olgas-own "title || status")" = "Olgas Owndraft" ]
  sign_in admin anna
  get /admin/events/olgas-own
  assert_status 200
  post /admin/events/olgas-own owner=otto
  assert_status 303
  sign_in organiser otto
  get /admin/events/olgas-own
  assert_status 200
  # Only admins give an event away.
  post /admin/events/olgas-own owner=olga
  [ "$(of_event olgas-own owner_id)" = "$(user_id otto)" ]
  sign_in user ulla
  get /admin/events/olgas-own
  assert_status 403
}
