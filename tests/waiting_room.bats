# The line before a booking form in a rush: a lot for those who are there at
# the opening, first come first served after, single-use places, a share for
# people signed in. The lot's fairness is proved by tests/unit/test_room.c.

load helper

setup_file() {
  make_data empty
  printf 'room_rate = 1\nroom_vip_share = 50\n' >>"$DATA/campuspass.conf"
  start_server
}
teardown_file() { stop_site; }
setup() {
  rm -f "$DATA/clock"
  stop_clock
}

# opens EVENT: its booking opens in ten minutes.
opens() {
  add_event "$1" "booking_opens_at=$(($(now) + 600))"
}

# The number on the waiting room's page; "" when it is another page.
position() {
  sed -n 's/.*place-number"><b>\([0-9]*\)<.*/\1/p' <<<"$body"
}

# crowd EVENT PREFIX COUNT: browsers come one after the other.
crowd() {
  local i
  for i in $(seq "$3"); do
    as "$1-$2-$i"
    get "/book/$1"
    assert_status 200
  done
}

# positions EVENT PREFIX COUNT: their numbers, in the order they came.
positions() {
  local i
  for i in $(seq "$3"); do
    as "$1-$2-$i"
    get "/book/$1"
    position
  done
}

# fill EVENT: take what may go in at once, so that the next one waits.
fill() {
  crowd "$1" first 1
}

@test "without a rush nobody meets the room" {
  add_event calm
  as calm
  hold calm general 1 calm@example.org
  refute_text "in line"
}

@test "a crowd at the opening: places by lot, those who come later behind" {
  local early late
  opens lot
  sql_write "UPDATE tier SET capacity = 1000"
  crowd lot early 25
  assert_text "You are here in time"
  assert_text "There are 25 people here now"
  [ -z "$(position)" ]
  pass_time 600
  crowd lot late 3
  # The same ones look again: nothing is drawn twice.
  late=$(positions lot late 3 | tr '\n' ' ')
  early=$(positions lot early 25 | tr '\n' ' ')
  echo "early: $early late: $late" >&2
  [ "$(wc -w <<<"$early")" -ge 20 ]
  [ "$early" != "$(tr ' ' '\n' <<<"$early" | grep . | sort -n | tr '\n' ' ')" ]
  [ "$(tr ' ' '\n' <<<"$early" | sort -n | tail -n 1)" -lt "${late%% *}" ]
  [ "$late" = "$(tr ' ' '\n' <<<"$late" | grep . | sort -n | tr '\n' ' ')" ]
}

@test "the page says the place and how long, and renews only if asked to" {
  add_event patience
  fill patience
  as waiter
  get /book/patience
  assert_status 200
  assert_text "in line"
  [ "$(position)" -ge 1 ]
  assert_text "It is your turn in about"
  assert_text "Look again"
  [[ $headers != *[Rr]efresh:* ]]
  [[ $headers == *[Nn]o-store* ]]
  [[ $body != *'<script'* ]]
  get "/book/patience?live=yes"
  [[ $headers == *[Rr]efresh:\ 15* ]]
  pass_time 120
  get /book/patience
  assert_text "Book"
  [ "$(hidden form_key)" ]
}

@test "the form without a turn: 429, nothing is taken" {
  local csrf key
  add_event closed
  as visitor
  get /book/closed
  csrf=$body
  fill closed
  as pusher
  get /book/closed
  [ "$(position)" ]
  body=$csrf
  post /book/closed tier=general quantity=1 name=P email=p@example.org
  [ "$status" = 403 ]
  # With a token of its own, from another page.
  get /tickets
  [ "$(hidden csrf_token)" ]
  post /book/closed tier=general quantity=1 name=P email=p@example.org
  assert_status 429
  [[ $headers == *[Rr]etry-[Aa]fter:* ]]
  [ "$(stock closed general)" = "0|0" ]
}

@test "who typed while the turn lapsed finds it all again, and books it then" {
  local form tried=0
  add_event typing
  sql_write "UPDATE event SET one_booking_each = 0 WHERE slug = 'typing'"
  as typist
  get /book/typing
  form=$body
  # Their turn lapses, and others are at it.
  pass_time 1000
  fill typing
  as typist
  body=$form
  post /book/typing tier=general quantity=3 "name=Ada <Quick>" email=ada@example.org
  assert_status 429
  assert_text "What you entered is kept on this page"
  [ "$(position)" ]
  [[ $body == *'name="quantity" value="3"'* ]]
  [[ $body == *'name="name" value="Ada &lt;Quick&gt;"'* ]]
  [ "$(grep -c 'name="csrf_token"' <<<"$body")" = 1 ]
  # Looking again in line keeps it, and books nothing.
  look() {
    post /book/typing look=yes tier=general quantity=3 "name=Ada <Quick>" \
      email=ada@example.org
  }
  look
  while [ "$status" = 200 ] && [ "$(position)" ]; do
    tried=$((tried + 1))
    [ "$tried" -lt 20 ]
    [[ $body == *'name="email" value="ada@example.org"'* ]]
    pass_time 60
    look
  done
  [ "$tried" -gt 0 ]
  assert_status 200
  assert_text "Book tickets"
  [[ $body == *'value="3"'* ]]
  [[ $body == *'value="Ada &lt;Quick&gt;"'* ]]
  [[ $(grep -A3 'value="general"' <<<"$body") == *checked* ]]
  refute_text "There is a problem"
  [ "$(stock typing general)" = "0|0" ]
  post /book/typing tier=general quantity=3 "name=Ada <Quick>" email=ada@example.org
  assert_status 303
  [ "$(stock typing general)" = "3|0" ]
}

@test "a place works once; the same form twice is one booking" {
  add_event once
  as single
  get /book/once
  page=$body
  post /book/once tier=general quantity=1 name=S email=s@example.org
  assert_status 303
  first=$location
  fill once
  as single
  body=$page
  post /book/once tier=general quantity=1 name=S email=s@example.org
  assert_status 303
  [ "$location" = "$first" ]
  get /book/once
  [ "$(position)" ]
}

# The number in this browser's cookie.
number() {
  sed -n 's/.*campuspass-room-[0-9]*-[0-9A-Z]*\t[0-9]*\.0\.\([0-9]*\)\..*/\1/p' "$JAR"
}

@test "a place is signed, and another browser's is none" {
  add_event signed
  fill signed
  as honest
  get /book/signed
  [ "$(number)" = 1 ]
  get /book/signed
  [ "$(number)" = 1 ]
  as thief
  get /tickets
  sed '/campuspass-room/!d' "$BATS_FILE_TMPDIR/jar-honest" >>"$JAR"
  [ "$(number)" = 1 ]
  get /book/signed
  [ "$(number)" = 2 ]
  sed -i 's/\.0\.2\./.0.0./' "$JAR"
  [ "$(number)" = 0 ]
  get /book/signed
  [ "$(number)" = 3 ]
}

@test "a place that is none in any way is a new one, at the end" {
  add_event damaged
  fill damaged
  as damaged-one
  get /book/damaged
  local good wrong last=0
  good=$(awk '/campuspass-room/ { print $7 }' "$JAR")
  IFS=. read -r room line number sign <<<"$good"
  for wrong in "" x "$room" "$room." "$room.$line" "$room.$line.$number" \
    "x.$line.$number.$sign" "$room.x.$number.$sign" "$room.$line.x.$sign" \
    "$room.2.$number.$sign" "$room.-1.$number.$sign" "$room.$line.$number.x"; do
    sed -i "s/\(campuspass-room-[0-9]*-[0-9A-Z]*\t\).*/\1$wrong/" "$JAR"
    get /book/damaged
    assert_status 200
    [ "$(position)" -gt "$last" ] || { echo "kept: $wrong" >&2; return 1; }
    last=$(position)
  done
  # Looking alone, as programs do, takes no place.
  as looker
  get /book/damaged --head
  assert_status 200
  refute grep -q campuspass-room "$JAR"
}

@test "people signed in have their share" {
  opens shares
  "$BUILD/campuspass" --data "$DATA" user add --role user --username vip \
    --email vip@example.org --password-stdin <<<"a long password" >/dev/null
  crowd shares guest 24
  for i in 1 2 3 4; do
    as "shares-vip-$i"
    get /account/login
    post /account/login login=vip password="a long password"
    assert_status 303
    get /book/shares
    assert_text "You are here in time"
  done
  # Eight people later: four of each line.
  pass_time 1080
  [ "$(positions shares vip 4 | grep -c .)" -le 1 ]
  [ "$(positions shares guest 24 | grep -c .)" -ge 12 ]
}

@test "programs get a 429 while people wait; list and event have no line" {
  add_event busy
  fill busy
  as waiting
  get /book/busy
  [ "$(position)" ]
  get /api/events/busy/book -H 'Content-Type: application/json' -d \
    '{"email":"p@example.org","tier_name":"general","quantity":1,
      "payment_token":"tok_valid"}'
  assert_status 429
  [[ $body == *RateLimitError* ]] || [[ $body == *"waiting in line"* ]]
  get /events/busy
  assert_status 200
  get /
  assert_status 200
}

@test "nor do programs that have signed in walk past those who wait" {
  local token
  add_event guarded
  fill guarded
  as waiting
  get /book/guarded
  [ "$(position)" ]
  "$BUILD/campuspass" --data "$DATA" user add --role user --username member \
    --email member@example.org --password-stdin <<<"seven brass kettles" \
    >/dev/null
  get /auth/login -H 'Content-Type: application/json' -d \
    '{"email":"member@example.org","password":"seven brass kettles"}'
  token=$(jq -r .access_token <<<"$body")
  get /event/guarded/book/ -X POST -d '' -H "Authorization: Bearer $token"
  assert_status 429
  get /api/v1/tickets/purchase -H "Authorization: Bearer $token" \
    -H 'Content-Type: application/json' -d \
    '{"eventId":"guarded","ticketType":"general","quantity":1}'
  assert_status 429
  assert_equal "$(stock guarded general)" "0|0"
}

@test "what the room keeps may be lost: people take places anew" {
  add_event lossy
  fill lossy
  as loser
  get /book/lossy
  [ "$(position)" ]
  rm -f "$DATA/run/room-lossy"
  get /book/lossy
  [ "$(hidden form_key)" ]
  printf 'no room at all' >"$DATA/run/room-lossy"
  get /book/lossy
  assert_status 200
  # What is no file at all keeps nobody out, nor programs.
  fill lossy
  rm -f "$DATA/run/room-lossy"
  ln -s /dev/null "$DATA/run/room-lossy"
  as newcomer
  get /book/lossy
  [ "$(hidden form_key)" ]
  call_booking lossy
  assert_status 200
}

# call_booking EVENT: by a program.
call_booking() {
  get "/api/events/$1/book" -H 'Content-Type: application/json' -d \
    '{"email":"p@example.org","tier_name":"general","quantity":1,
      "payment_token":"tok_valid"}'
}

@test "programs are told what is closed, sold out or unknown, not to wait" {
  add_event shut "booking_closes_at=unixepoch() - 60"
  add_event full
  add_event far "booking_opens_at=unixepoch() + 86400 * 5"
  sql_write "UPDATE tier SET capacity = 0 WHERE event_id =
    (SELECT id FROM event WHERE slug = 'full')"
  local event
  for event in shut far full; do
    call_booking "$event"
    assert_equal "$event $(jq -r .error_type <<<"$body")" "$event $(
      [ "$event" = full ] && echo SoldOutError || echo BookingClosedError)"
  done
  call_booking nowhere
  assert_status 404
  as reader
  for event in shut far full; do
    get "/book/$event"
    [ -z "$(position)" ]
  done
}
