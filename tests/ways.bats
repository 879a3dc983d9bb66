#!/usr/bin/env bats
# Ways in and back: addresses as people type them, what is not there, and
# what is over.
load helper
load person
load staff
load ticketing

# ---- addresses ----

@test "R13 a slash too many leads to the page, with its query" {
  get /events/jazz-evening/
  assert_status 303
  assert_equal "$location" /events/jazz-evening
  get "/compare/?event=jazz-evening&event=hackathon"
  assert_equal "$location" "/compare?event=jazz-evening&event=hackathon"
  get /tickets/
  assert_equal "$location" /tickets
  get /admin/
  assert_equal "$location" /admin
  # What is no page stays none, and nothing leads to another site.
  for path in /nonsense/ /account/logout/ /api/v1/events/ //example.org/ //example.org/events/; do
    get "$path" --path-as-is
    assert_status 404
  done
  post /book/jazz-evening/ name=Ada
  assert_status 404
}

@test "R10 /events is the list by its other name" {
  get "/events?q=jazz"
  assert_status 303
  assert_equal "$location" "/?q=jazz"
}

# ---- what is not there ----

@test "R13 the page says what is not there" {
  get /events/nothing-here
  assert_status 404
  [[ $body == *"<h1>Event not found</h1>"* ]]
  [[ $body == *"<title>Error: Event not found - CampusPass</title>"* ]]
}

@test "R13 R34 somebody else's booking: ways to one's own" {
  add_event "$E"
  hold "$E" general 1 ways@example.org
  pay
  as "stranger-$BATS_TEST_NUMBER"
  for path in "/tickets/$REFERENCE" "/checkout/$REFERENCE"; do
    get "$path"
    assert_status 404
    assert_text "Booking not found"
    assert_text "let us mail you the way to your tickets"
    [[ $body == *'<a href="/tickets/find">Find your tickets</a>'* ]]
    [[ $body == *'<a href="/account/login">Log in</a>'* ]]
  done
  sign_in user ursula
  get "/tickets/$REFERENCE"
  assert_status 404
  [[ $body != *'<a href="/account/login">'* ]]
}

@test "R22 a value that is not there is called nothing" {
  book comedy-night general "" empty@example.org
  assert_status 400
  [[ $(page_text) == *"Field quantity Value nothing Reason is missing"* ]]
}

# ---- bookings ----

@test "R67 a checkout that is over says why" {
  add_event "$E"
  hold "$E" general 1 over@example.org
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE/release"
  get "/checkout/$REFERENCE"
  assert_status 409
  assert_text "The places of this booking were given back"
  hold "$E" general 1 over@example.org
  pay tok_error
  assert_status 502
  get "/checkout/$REFERENCE"
  assert_status 409
  assert_text "The payment failed and the places were given back"
}

@test "R35 what is cancelled is nothing to print, and says so a second time" {
  add_event "$E"
  hold "$E" general 1 gone@example.org
  pay
  get "/tickets/$REFERENCE"
  assert_text "Tickets as PDF"
  assert_text "Show the code at the door"
  get "/tickets/$REFERENCE/cancel"
  post "/tickets/$REFERENCE/cancel" "shown=$(hidden shown)"
  assert_status 303
  get "/tickets/$REFERENCE"
  refute_text "Tickets as PDF"
  refute_text "Add to my calendar"
  refute_text "Show the code at the door"
  get "/tickets/$REFERENCE/cancel"
  assert_status 409
  assert_text "was done already"
  refute_text "Somebody may have been faster"
}

@test "R39 R44 a ticket leads back to its booking, and resend has a page" {
  add_event "$E"
  hold "$E" general 1 back@example.org
  pay
  get "/tickets/$REFERENCE/resend"
  assert_status 200
  assert_text "Your tickets"
  get "/tickets/$REFERENCE/$(sql "SELECT code FROM ticket t JOIN booking b
    ON b.id = t.booking_id WHERE b.reference = '$REFERENCE'")"
  [[ $body == *"<a href=\"/tickets/$REFERENCE\">The whole booking</a>"* ]]
}

@test "R7 R4 who is signed in finds name and email filled in, and may change them" {
  sign_in user frida
  sql_write "UPDATE user SET first_name = 'Frida', last_name = 'O''Hara <b>'
    WHERE username = 'frida'"
  for path in /book/comedy-night /book/jazz-evening /book/queue-night/queue; do
    get "$path"
    assert_status 200
    [[ $body == *'value="Frida O&#39;Hara &lt;b&gt;"'* ]]
    [[ $body == *'value="frida@example.org"'* ]]
  done
  # What was typed stays, also when it is nothing.
  get /book/comedy-night
  post /book/comedy-night tier=general quantity=1 name= email=other@example.org
  assert_status 400
  assert_text "Enter your name"
  [[ $body != *'value="Frida'* ]] # Friday may be there
  [[ $body == *'value="other@example.org"'* ]]
  as "guest-$BATS_TEST_NUMBER"
  get /book/comedy-night
  [[ $body != *@example.org* ]]
}

@test "R4 a form sent to the address of the login comes back, too" {
  sign_in user lena
  as "program-$BATS_TEST_NUMBER"
  get /account/cards
  assert_equal "$location" "/account/login?next=%2Faccount%2Fcards"
  get "$location"
  local address="/account/login?next=%2Faccount%2Fcards"
  post "$address" login=lena "password=$STAFF_PASSWORD"
  assert_status 303
  assert_equal "$location" /account/cards
  as "program2-$BATS_TEST_NUMBER"
  get /account/login
  post "/account/login?next=//example.org" login=lena \
    "password=$STAFF_PASSWORD"
  assert_equal "$location" /account
}

# ---- what is over ----

@test "R15 R9 a cancelled event has no places left, and no date to keep" {
  add_event "$E" status="'cancelled'"
  get "/events/$E"
  assert_text "This event has been cancelled."
  refute_text "10 left"
  refute_text "Add to my calendar"
  get "/compare?event=$E&event=jazz-evening"
  assert_text "Cancelled"
  refute_text "10 left 10 left"
}

# ---- demos and staff ----

@test "R63 where cards go to a simulation, the page says which number pays" {
  add_event "$E"
  hold "$E" general 1 card@example.org
  get "/checkout/$REFERENCE"
  assert_text "do not type a real card. 4242 4242 4242 4242 pays"
}

@test "R48 a draft's page leads to publishing it" {
  sign_in admin alma
  add_event "$E" status="'draft'"
  get "/admin/events/$E"
  [[ $body == *'<a href="#acts">Publish, copy or delete it</a>'* ]]
  [[ $body == *'id="acts"'* ]]
  get /admin/events/jazz-evening
  [[ $body == *'<a href="#acts">Cancel, copy and more</a>'* ]]
}

@test "R48 a word that is none of a list's is refused at its field" {
  local pair before
  sign_in organiser olaf
  before=$(sql "SELECT count(*) FROM event")
  for pair in status=sold seating=hammock door_rule=never type=circus; do
    get /admin/events/new
    post /admin/events/new "$pair" title=Words type=concert \
      start=2030-01-02T19:00 end=2030-01-02T21:00 tier_name=General tier_price=5
    assert_status 400
    [[ $body == *"href=\"#${pair%%=*}\""* ]]
  done
  assert_equal "$(sql "SELECT count(*) FROM event")" "$before"
  get /admin/events/new
  post /admin/events/new title=Words type=concert start=2030-01-02T19:00 \
    end=2030-01-02T21:00 tier_name=General tier_price=5 status= seating=
  assert_status 303
  assert_equal "$(sql "SELECT status FROM event WHERE slug = 'words'")" draft
}
