#!/usr/bin/env bats
# What visitors see: the list and one event. Looking for events: tests/list_find.bats.
load helper
load list

# ---- the list and one event ----

@test "R9 a card shows title, time, place, type, prices and places left" {
  get "/?q=Spring+Music"
  assert_status 200
  lists spring-concert
  assert_text "Concert"
  assert_text "Campus Amphitheater"
  assert_text "\$15.00 to \$45.00"
  assert_text "250 left"
  assert_text "$(start_of spring-concert '%a %-d %b %Y'), 17:00"
}

@test "R9 an event's page shows each tier with its price and what is left" {
  get /events/comedy-night
  assert_status 200
  assert_text "Campus Comedy Night"
  assert_text "Comedy"
  assert_text "Student Union Hall"
  assert_text "stand-up by students"
  assert_text "General \$10.00 150 left"
  assert_text "Front Row \$25.00 20 left"
  assert_text "$(start_of comedy-night '%A %-d %B %Y'), 20:00 UTC"
  assert_text "until 22:00"
  assert_text "Doors open at 19:00"
  assert_text "Book tickets"
}

@test "R9 a price of 0 is Free, in the list and on the page" {
  get "/?q=HackCampus"
  assert_text "Free"
  refute_text "\$0"
  get /events/hackathon
  assert_text "Participant Free 120 left"
}

@test "R9 five or fewer left are marked low, six are not" {
  add_far_event low-mark
  add_tier low-mark five Five 100 5
  add_tier low-mark six Six 100 6
  get /events/low-mark
  [[ $body == *'badge low">5 left'* ]]
  [[ $body == *'badge good">6 left'* ]]
}

@test "R9 R16 a sold-out event says so and offers the waiting list, no form" {
  add_far_event gone-all
  sql_write "UPDATE tier SET capacity = 0 WHERE event_id =
    (SELECT id FROM event WHERE slug = 'gone-all')"
  get "/?q=gone-all"
  lists gone-all
  assert_text "Sold out"
  get /events/gone-all
  assert_status 200
  assert_text "Sold out"
  assert_text "Join the waiting list"
  refute_text "Book tickets"
  get /book/gone-all
  assert_status 200
  assert_text "Sold out"
  assert_text "Join the waiting list"
  [[ $body != *'name="quantity"'* ]]
}

@test "R16 a sold-out tier is shown, and cannot be chosen" {
  add_far_event gone-tier
  add_tier gone-tier vip VIP 4500 0
  get /events/gone-tier
  assert_text "VIP \$45.00 Sold out"
  assert_text "Book tickets"
  get /book/gone-tier
  assert_text "VIP \$45.00, Sold out"
  [[ $(tr -d '\n' <<<"$body") =~ value=\"vip\"[[:space:]]*disabled ]]
  [[ ! $(tr -d '\n' <<<"$body") =~ value=\"general\"[[:space:]]*disabled ]]
}

@test "R16 a sold-out tier offers the waiting list while others sell" {
  add_far_event wait-tier
  add_tier wait-tier vip VIP 4500 0
  local path
  for path in /events/wait-tier /book/wait-tier; do
    get "$path"
    [[ $body == *'href="/book/wait-tier/queue"'* ]] || {
      echo "$path does not offer the waiting list" >&2
      return 1
    }
  done
  get /book/wait-tier/queue
  assert_status 200
  [[ $body == *'name="tier" value="vip"'* ]]
}

@test "R68 a tier without a capacity is Available" {
  add_far_event boundless
  sql_write "UPDATE tier SET capacity = NULL WHERE event_id =
    (SELECT id FROM event WHERE slug = 'boundless')"
  get /events/boundless
  assert_text "General \$15.00 Available"
  get "/?q=boundless"
  assert_text "Available"
  refute_text "9223372036854775807"
  get "/compare?event=boundless"
  assert_text "Available"
  get /book/boundless
  assert_text "\$15.00, Available"
}

@test "R69 every event type can be chosen, shown by its name" {
  local type
  get /
  for type in Concert Conference Workshop Webinar Series Hackathon Comedy \
    Theatre Other; do
    [[ $(tr -d '\n' <<<"$body") =~ "value=\"${type,,}\""[^\<]*">$type<" ]]
    add_far_event "kind-${type,,}" type="'${type,,}'"
    get "/?type=${type,,}&q=kind-"
    assert_status 200
    lists "kind-${type,,}"
    get "/events/kind-${type,,}"
    assert_text "$type"
    get /
  done
}

@test "R66 a venue shows its address and a map link with its coordinates" {
  get /events/jazz-evening
  assert_text "27 Blue Lane"
  [[ $body == *'href="https://www.openstreetmap.org/?mlat=37.80890&amp;mlon=-122.27010#map=17/37.80890/-122.27010"'* ]]
  assert_text "Show on a map"
}

@test "R66 without coordinates there is no map link, online no place at all" {
  sql_write "INSERT INTO venue (slug, name, address, created_at)
    VALUES ('nowhere', 'Nowhere Hall', '', 0)"
  add_far_event no-map venue_id="(SELECT id FROM venue WHERE slug = 'nowhere')"
  get /events/no-map
  assert_text "Nowhere Hall"
  refute_text "Show on a map"
  add_far_event at-home online_url="'https://meet.example.org/secret-room'"
  get /events/at-home
  assert_text "Online"
  refute_text "Show on a map"
  [[ $body != *secret-room* ]]
}

@test "R9 Markdown of a description is shown, its HTML and scripts are not" {
  add_far_event marked description="'**loud** <script>alert(1)</script>
[x](javascript:alert(2)) <img src=x onerror=alert(3)>'"
  get /events/marked
  [[ $body == *'<strong>loud</strong>'* ]]
  [[ $body != *'<script>'* && $body != *javascript:* ]]
  [[ $body != *'<img src=x'* && $body != *'onerror='* ]]
}

# ---- what does not exist ----

@test "R12 a draft is no event, by any address" {
  local path
  for path in /events/metal-night /book/metal-night /book/metal-night/queue \
    /book/metal-night/queue/abc "/compare?event=metal-night" \
    "/compare?event=jazz-evening&event=metal-night"; do
    get "$path"
    [ "$status" = 404 ] || { echo "$path: $status" >&2; return 1; }
    assert_text "Event not found"
    refute_text "Metal Night"
  done
  get "/?q=metal"
  lists
  get "/?from=$(day 53)&to=$(day 55)"
  lists
  get /compare
  [[ $body != *metal-night* ]]
  # Its place is nobody's business either.
  get /
  [[ $body != *venue-arena-x* ]]
}

@test "R12 a draft cannot be booked or waited for" {
  local before
  before=$(sql "SELECT count(*) FROM booking")
  get /book/jazz-evening
  post /book/metal-night tier=general-admission quantity=1 name=Ada \
    email=draft@example.org
  assert_status 404
  assert_text "Event not found"
  get /book/jazz-evening
  post /book/metal-night tier= quantity=x name= email=
  assert_status 404
  get /book/jazz-evening
  post /book/metal-night/queue tier=any quantity=1 name=Ada \
    email=draft@example.org
  assert_status 404
  assert_equal "$(sql "SELECT count(*) FROM booking")" "$before"
  assert_equal "$(sql "SELECT count(*) FROM queue_entry")" 0
}

@test "R13 what is unknown answers 404 with a page that helps" {
  local path
  for path in /events/nothing-here /book/nothing-here \
    /book/nothing-here/queue "/compare?event=nothing-here" \
    /book/jazz-evening/queue/unknown-key \
    /checkout/0123456789 /tickets/0123456789 /checkout/zzz /nonsense \
    /nonsense/ /events/JAZZ-EVENING; do
    get "$path"
    [ "$status" = 404 ] || { echo "$path: $status" >&2; return 1; }
    assert_text "not found"
    [[ $body == *'<a href="/">All events</a>'* ]]
    [[ $body == *'<title>Error: '* ]]
  done
}

# ---- near and far ----

@test "R14 events within 90 days and later ones stand apart" {
  add_event in-89 starts_at="unixepoch() + 89 * 86400" \
    ends_at="unixepoch() + 90 * 86400" title="'Ninety near'"
  add_event in-91 starts_at="unixepoch() + 91 * 86400" \
    ends_at="unixepoch() + 92 * 86400" title="'Ninety far'"
  get "/?q=ninety"
  lists in-89 in-91
  local text
  text=$(page_text)
  [[ $text == *"Coming up"*"Ninety near"*"Later than 90 days"*"Ninety far"* ]]
  # Two days on, both are near.
  move_clock 172800
  get "/?q=ninety"
  move_clock 0
  assert_text "Ninety far"
  refute_text "Later than 90 days"
}

@test "R14 an event exactly 90 days away does not stay among the later ones" {
  local at end
  at=$(($(date +%s) + 2))
  add_event in-90 starts_at="$((at + 90 * 86400))" \
    ends_at="$((at + 91 * 86400))" title="'Exactly there'"
  # Whatever is asked at the very second must not be kept for good.
  end=$((at + 1))
  while [ "$(date +%s)" -le "$end" ]; do
    curl -s -o /dev/null "$URL/?q=exactly+there"
    curl -s -o /dev/null "$URL/?q=exactly+there"
    sleep 0.02
  done
  for _ in 1 2 3 4 5 6; do
    get "/?q=exactly+there"
    lists in-90
    refute_text "Later than 90 days"
  done
}

# ---- when nothing sells ----

# closed EVENT REASON: nothing sells, and why, wherever one may ask.
closed() {
  local path
  for path in "/events/$1" "/book/$1"; do
    get "$path"
    assert_status 200
    assert_text "Booking not available"
    assert_text "$2"
    [[ $body != *'href="/book/'* && $body != *'name="quantity"'* ]]
  done
  # Whoever comes by telephone sees it before the picture.
  get "/events/$1"
  [[ ${body#*</h1>} == *'class="badge'*'width="640"'* ]]
  get /book/jazz-evening
  post "/book/$1" tier=general quantity=1 name=Ada "email=$1@example.org"
  assert_status 409
  assert_text "Booking not available"
  assert_text "$2"
  assert_text "BookingClosedError"
  assert_text "Event $1"
  assert_equal "$(sql "SELECT count(*) FROM booking b JOIN event e
    ON e.id = b.event_id WHERE e.slug = '$1'")" 0
  assert_equal "$(stock "$1" general)" "0|0"
}

# As the pages write a moment of UTC.
moment() {
  LC_ALL=C date -u -d "@$1" '+%A %-d %B %Y, %H:%M UTC'
}

@test "R15 before the booking window opens nothing sells" {
  local opens=$(($(date +%s) + 3600))
  add_event too-early booking_opens_at="$opens"
  closed too-early "Booking opens on $(moment "$opens")."
  get "/?q=too-early"
  assert_text "Booking not open yet"
  move_clock 3601
  get /events/too-early
  assert_text "Book tickets"
  move_clock 0
}

@test "R15 after the booking window nothing sells" {
  local closes=$(($(date +%s) - 60))
  add_event too-late booking_closes_at="$closes"
  closed too-late "Booking closed on $(moment "$closes")."
  get "/?q=too-late"
  assert_text "Booking closed"
}

@test "R15 after the end nothing sells, and the list forgets the event" {
  local ended=$(($(date +%s) - 5))
  add_event all-over starts_at="$((ended - 60))" ends_at="$ended"
  closed all-over "This event ended on $(moment "$ended")."
  get "/?q=all-over"
  lists
}

@test "R15 an event that has begun still sells until its end" {
  add_event under-way starts_at="unixepoch() - 60" \
    ends_at="unixepoch() + 3600"
  get /events/under-way
  assert_text "Book tickets"
}

@test "R15 a cancelled event sells nothing and says so" {
  add_event called-off status="'cancelled'"
  closed called-off "This event has been cancelled."
  get "/?q=called-off"
  lists called-off
  assert_text "Cancelled"
}

@test "R15 a completed event sells nothing and says so" {
  add_event completed status="'completed'"
  closed completed "This event is over."
}

@test "R15 a closed event offers no waiting list either" {
  get /book/called-off/queue
  assert_status 200
  assert_text "The waiting list is closed"
  assert_text "This event has been cancelled."
  [[ $body != *'name="quantity"'* ]]
  get /book/jazz-evening
  post /book/called-off/queue tier=any quantity=1 name=Ada \
    email=late@example.org
  assert_status 409
  assert_text "The waiting list is closed. This event has been cancelled."
}

@test "R15 a tier's own window is kept and told" {
  local opens=$(($(date +%s) + 3600))
  add_event own-window
  add_tier own-window late Late 100 5
  sql_write "UPDATE tier SET sale_opens_at = $opens WHERE slug = 'late'
    AND event_id = (SELECT id FROM event WHERE slug = 'own-window')"
  get /events/own-window
  assert_text "Late Booking opens on $(moment "$opens"). \$1.00 5 left"
  book own-window late 1 early@example.org
  assert_status 409
  assert_text "Booking not available"
  assert_text "$(moment "$opens")"
  assert_equal "$(stock own-window late)" "0|0"
}

@test "R15 no button leads to a form in which nothing can be bought" {
  add_event no-tier-open
  sql_write "UPDATE tier SET sale_opens_at = unixepoch() + 3600 WHERE event_id =
    (SELECT id FROM event WHERE slug = 'no-tier-open')"
  get /events/no-tier-open
  assert_text "Booking opens on"
  refute_text "Book tickets"
}

# ---- the demo, and more of the list ----

@test "R74 the demo has a queue event with VIP 3 and Regular 5 places" {
  get /events/queue-night
  assert_text "VIP Free 3 left"
  assert_text "Regular Free 5 left"
  get /book/queue-night/queue
  assert_status 200
  assert_text "Join the waiting list"
  local value
  for value in vip regular any; do
    [[ $body == *"name=\"tier\" value=\"$value\""* ]]
  done
}

@test "R74 the demo has fourteen coming events and one whose doors are open" {
  assert_equal "$(sql "SELECT count(*) FROM event WHERE created_at > 0
    AND slug IN ('spring-concert', 'hackathon', 'workshop-ai',
      'comedy-night', 'rock-night-live', 'jazz-evening',
      'pop-music-festival', 'classical-night', 'electronic-dance-festival',
      'indie-rock-showcase', 'country-music-night', 'hip-hop-bash',
      'reggae-vibes', 'metal-night')
    AND starts_at > unixepoch() AND starts_at < unixepoch() + 90 * 86400
    AND summary <> '' AND description <> ''")" 14
  assert_equal "$(sql "SELECT count(*) FROM event WHERE slug = 'open-doors'
    AND starts_at - 60 * doors_minutes <= unixepoch()
    AND ends_at > unixepoch()")" 1
  get /events/open-doors
  assert_text "Book tickets"
  assert_equal "$(sql "SELECT group_concat(word, ', ') FROM (SELECT t.slug
      || ' ' || t.price || '/' || t.capacity AS word
    FROM tier t JOIN event e ON e.id = t.event_id
    WHERE e.slug IN ('spring-concert', 'workshop-ai') ORDER BY t.id)")" \
    "general 1500/200, vip 4500/50, standard 2500/40, premium 6000/15"
}

@test "R9 the list's page is well-formed HTML" {
  get "/?q=Spring"
  # xmllint knows no HTML 5: its words for new elements are no mistake.
  run bash -c "xmllint --html --noout - 2>&1 <<<'${body//\'/}' |
    grep error | grep -v 'Tag .* invalid'"
  assert_output ""
}

@test "R9 what began long ago and is not over is listed, what is over is not" {
  local now
  now=$(now)
  add_event long-ago "title='A long exhibition'" \
    "starts_at=$((now - 30000000))" "ends_at=$((now + 3600))"
  add_event last-year "title='A short evening'" \
    "starts_at=$((now - 29000000))" "ends_at=$((now - 28990000))"
  get "/?q=long+exhibition"
  assert_text "A long exhibition"
  get "/?q=short+evening"
  refute_text "A short evening"
  sql_write "UPDATE event SET status = 'draft' WHERE slug IN
    ('long-ago', 'last-year')"
}
