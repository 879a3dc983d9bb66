#!/usr/bin/env bats
# Pages tell somebody who sees them for the first time what comes next: an
# empty site, the first event, a card that was declined, the door.

bats_require_minimum_version 1.5.0
load helper
load staff

setup_file() { start_site empty; }
teardown_file() { stop_site; }

NEXT_WEEK=$(date -u -d '+7 days' +%F)

# One line, for patterns that span several.
flat() {
  tr -s ' \n\t' ' ' <<<"$body"
}

# create [name=value ...]: what an event needs; what is named counts first.
create() {
  get /admin/events/new
  post /admin/events/new "$@" whole=yes "title=First night" type=theatre \
    "start=$NEXT_WEEK 19:30" "end=$NEXT_WEEK 22:00" tier_id= \
    tier_name=Stalls tier_price=15 tier_capacity=10 tier_rank=0 \
    door_rule=once one_booking_each=yes
}

# buy EVENT QUANTITY [TOKEN]: hold and pay by a token.
buy() {
  as "buyer-$BATS_TEST_NUMBER"
  hold "$1" general "$2" "b$BATS_TEST_NUMBER@example.org"
  pay "${3:-tok_valid_1}"
}

# ---- nothing is there yet ----

@test "R9 an empty site does not blame the search" {
  as visitor
  get /
  assert_status 200
  assert_text "Nothing is on sale yet"
  refute_text "Nothing matches"
  get "/?q=opera"
  assert_text "No events found"
  refute_text "Nothing is on sale yet"
}

@test "R48 a back office without events leads to the first" {
  sign_in organiser olga
  get /admin
  assert_status 200
  assert_text "No event is coming up. Make one"
  [[ $body == *'<a class="button" href="/admin/events/new">New event</a>'* ]]
  get /admin/events
  assert_text "No event is coming up"
  assert_text "Make an event"
  get "/admin/events?q=opera"
  assert_text "Nothing here fits what you look for."
  refute_text "Make an event"
  get "/admin/events?time=past"
  assert_text "Nothing here fits what you look for."
}

# ---- the first event ----

@test "R48 what few events need is folded away, and opens when it matters" {
  sign_in organiser olga
  get /admin/events/new
  assert_status 200
  [[ $body != *"<details open"* ]]
  [ "$(grep -c '<details' <<<"$body")" = 6 ]
  # A mistake is in sight; the others stay as they are.
  create max_per_booking=many
  assert_status 400
  [[ $(flat) == *'<details open> <summary>Other times'* ]]
  [ "$(grep -c '<details open' <<<"$body")" = 1 ]
  # So is what differs from most events.
  create tier_rank=2 one_booking_each= do=preview
  assert_status 200
  [[ $(flat) == *'<details open> <summary>Other times'* ]]
  [[ $(flat) == *'<details open> <summary>When it sells'* ]]
  [ "$(grep -c '<details open' <<<"$body")" = 2 ]
}

@test "R48 a draft says that nobody sees it, and what comes next" {
  sign_in organiser olga
  create
  assert_status 303
  get "$location"
  assert_text "saved as a draft: nobody sees it yet"
  [[ $(flat) == *'<button class="button">Publish</button>'* ]]
  get "/admin/events/first-night"
  post "/admin/events/first-night/publish"
  get "/admin/events/first-night"
  [[ $(flat) != *'<button class="button">Publish</button>'* ]]
  create "title=Second night" status=published
  get "$location"
  assert_text "The event is saved."
  refute_text "nobody sees it yet"
}

# ---- where is my ticket? ----

@test "R51 a booking is found from the dashboard; the filters are folded" {
  add_event asked
  buy asked 1
  sign_in admin ada
  get /admin
  [[ $(flat) == *'<form class="panel search" method="get" action="/admin/bookings"'* ]]
  assert_text "Name, email or reference"
  get "/admin/bookings?person=b$BATS_TEST_NUMBER@"
  assert_text "$REFERENCE"
  [[ $body != *"<details open"* ]]
  get "/admin/bookings?status=confirmed"
  [[ $body == *"<details open"* ]]
}

# ---- buying ----

@test "R25 a declined payment says that nothing was charged, and what to do" {
  add_event declined
  buy declined 1 tok_decline_1
  assert_status 402
  assert_text "Nothing was charged. Try again, or pay in another way."
  # The problem is the heading, and leads to the field.
  [[ $(flat) == *'<h2 id="problem-title">'*'<a href="#payment_token">'* ]]
  [[ $(page_text) =~ minutes(\ [0-9]+\ seconds?)?\ left ]]
  pay
  assert_status 303
  # Of a form with mistakes nothing is said.
  add_event unsaid
  as another
  hold unsaid general 1 unsaid@example.org
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=campuspay
  assert_status 400
  refute_text "Nothing was charged"
}

@test "R39 tickets of one booking are counted; one alone is not" {
  add_event counted
  buy counted 3
  get "/tickets/$REFERENCE"
  assert_text ", 1 of 3"
  assert_text ", 3 of 3"
  add_event lonely
  as lonely
  hold lonely general 1 lonely@example.org
  pay
  get "/tickets/$REFERENCE"
  refute_text "1 of 1"
}

@test "R44 where no mail is sent, no page promises one" {
  add_event silent
  as silent
  get /book/silent
  refute_text "The tickets are sent there"
  buy silent 1
  get "$location"
  assert_text "No mail is sent: save the PDF, or come back to My tickets."
  refute_text "also go to"
}

# ---- the door ----

@test "R42 the list of doors shows which is open" {
  add_event tonight starts_at="unixepoch() + 600" ends_at="unixepoch() + 9000"
  add_event distant
  sign_in door dora
  get /door
  assert_status 200
  [ "$(grep -c "Doors are open" <<<"$body")" = 1 ]
  [[ $(flat) == *'Event tonight'*'Doors are open'*'Event distant'* ]]
}

@test "R42 who has no code is looked up right below it, before the last scans" {
  add_event looked starts_at="unixepoch() + 600" ends_at="unixepoch() + 9000"
  sign_in door dora
  get /door/looked
  post /door/looked/scan code=TKT-0000000000000000 scan_type=check_in
  [ "$status" = 200 ] || get "$location"
  [[ $(flat) == *'Find somebody by name'*'Last scans'* ]]
}
