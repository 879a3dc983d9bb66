#!/usr/bin/env bats
# What somebody has: the list, a booking, a ticket, mailed links to them, and
# that nobody else sees any of it.
load helper
load ticketing

setup_file() {
  make_data
  # Mail is tried in vain: it waits where the tests look for it.
  cat >>"$DATA/campuspass.conf" <<'CONF'
sendmail = /bin/false
CONF
  start_server
}

teardown_file() {
  stop_site
}

setup() {
  as "person-$BATS_TEST_NUMBER"
  E="event-$BATS_TEST_NUMBER"
}

# ---- the list ----

@test "R34 my tickets: what is next stands first, what is over apart" {
  add_event "$E-late" "starts_at=unixepoch() + 900000" \
    "ends_at=unixepoch() + 907200"
  add_event "$E-soon"
  add_event "$E-over"
  buy "$E-late" general 1 a@example.org
  buy "$E-over" general 2 a@example.org
  buy "$E-soon" general 1 a@example.org
  hold "$E-soon" general 1 b@example.org
  sql_write "UPDATE event SET starts_at = unixepoch() - 9000,
    ends_at = unixepoch() - 60 WHERE slug = '$E-over'"
  get /tickets
  assert_status 200
  # Who has tickets looks for them last.
  [[ $body == *'<details class="panel find">'* ]]
  run grep -oE "Event $E-[a-z]+|>Past<|>Confirmed<|>Held<" <<<"$body"
  assert_output "Event $E-soon
>Held<
Event $E-soon
>Confirmed<
Event $E-late
>Confirmed<
>Past<
Event $E-over
>Confirmed<"
  assert_text "2 General"
}

@test "R34 nobody sees another's bookings, tickets, files or forms" {
  local path
  add_event "$E"
  buy "$E" general 1 a@example.org
  for path in "" .pdf .ics /cancel /seats "/$(code)" "/$(code).png" \
    "/$(code).svg" "/$(code).pdf" "/$(code).ics" "/$(code)/cancel" \
    "/$(code)/transfer"; do
    as stranger
    get "/tickets/$REFERENCE$path"
    assert_status 404
    refute_text "$(code)"
  done
  get /tickets
  refute_text "$REFERENCE"
  for path in /cancel /seats /resend "/$(code)/cancel" \
    "/$(code)/transfer"; do
    get /tickets
    post "/tickets/$REFERENCE$path" shown=0 confirm=yes seat=A1 \
      holder_name=Eve holder_email=eve@example.org
    assert_status 404
  done
  assert_equal "$(tickets status)" active
}

@test "R34 a ticket of another booking is not found below one's own" {
  local other
  add_event "$E"
  buy "$E" general 1 a@example.org
  other=$(code)
  as "second-$BATS_TEST_NUMBER"
  buy "$E" general 1 b@example.org
  for path in "" .png .pdf /cancel /transfer; do
    get "/tickets/$REFERENCE/$other$path"
    assert_status 404
  done
}

# ---- mailed links ----

@test "R34 a mailed link opens a booking for good, and the key is gone" {
  add_event "$E"
  buy "$E" general 1 a@example.org
  as "phone-$BATS_TEST_NUMBER"
  get "/tickets/$REFERENCE?key=$(key_of booking "$REFERENCE")"
  assert_status 303
  assert_equal "$location" "/tickets/$REFERENCE"
  grep -qi "^set-cookie: campuspass-keys-.*HttpOnly; SameSite=Lax" \
    <<<"$headers"
  get "$location"
  assert_status 200
  assert_text "$(code)"
  get /tickets
  assert_text "$REFERENCE"
}

@test "R34 the tickets' mail has such a link, and no log has its key" {
  local key
  add_event "$E"
  buy "$E" general 1 a@example.org
  key=$(key_of booking "$REFERENCE")
  run "$BUILD/campuspass" --data "$DATA" mail show "$(sql "SELECT max(o.id)
    FROM outbox o JOIN booking b ON b.id = o.booking_id
    WHERE b.reference = '$REFERENCE'")"
  # As quoted-printable has it: "=" is "=3D", long lines are broken.
  output=$(tr -d '\r' <<<"$output" | sed -z 's/=\n//g')
  [[ $output == *"http://localhost/tickets/$REFERENCE?key=3D$key"* ]]
  as "phone-$BATS_TEST_NUMBER"
  get "/tickets/$REFERENCE?key=$key"
  assert_status 303
  until_logged 'a mailed link'
  run grep -rF "$key" "$DATA/log"
  assert_failure
}

@test "R34 nobody tries out references by the hundred" {
  local i
  get /tickets
  cp "$BATS_TEST_TMPDIR/answer.body" "$BATS_TEST_TMPDIR/form"
  # It counts for all who come from here, so it goes on after the rest.
  pass_time 4000
  stop_clock
  # On a slow machine one of the 30 comes back meanwhile.
  for i in $(seq 40); do
    body=$(cat "$BATS_TEST_TMPDIR/form")
    post /tickets/find email=eve@example.org reference=0123456789
    [ "$i" -lt 31 ] || [ "$status" = 303 ] || break
  done
  assert_status 429
  pass_time 400
  body=$(cat "$BATS_TEST_TMPDIR/form")
  post /tickets/find email=eve@example.org reference=0123456789
  assert_status 303
}

@test "R34 forged and foreign keys open nothing" {
  local other key browser name
  add_event "$E"
  buy "$E" general 1 a@example.org
  other=$REFERENCE
  buy "$E" general 1 b@example.org
  as "thief-$BATS_TEST_NUMBER"
  for key in x "$(key_of booking "$other")" "$(key_of ticket "$REFERENCE")" \
    "$(key_of browser "$REFERENCE")" "$(key_of booking "$REFERENCE")0" \
    "$(key_of booking "${REFERENCE,,}")"; do
    get "/tickets/$REFERENCE?key=$key"
    assert_status 404
    refute_text "$(code)"
  done
  # A cookie needs the site's own signature over all that it names.
  get "/tickets/$other?key=$(key_of booking "$other")"
  assert_status 303
  key=$(cookie campuspass-keys)
  browser="$(cookie_name campuspass)=$(cookie campuspass)"
  name=$(cookie_name campuspass-keys)
  as "empty-$BATS_TEST_NUMBER"
  get "/tickets/$other" \
    -H "Cookie: $browser; $name=$key"
  assert_status 200
  # It is this browser's alone.
  get "/tickets/$other" -H "Cookie: $name=$key"
  assert_status 404
  get /tickets
  get "/tickets/$other" -H "Cookie: $name=$key"
  assert_status 404
  as "empty-$BATS_TEST_NUMBER-2"
  for key in "$key.$REFERENCE" "${key%.*}.$REFERENCE" ".$REFERENCE" \
    "$REFERENCE" "0.$REFERENCE" .. . "$(key_of booking "$REFERENCE").$REFERENCE"
  do
    get "/tickets/$REFERENCE" \
      -H "Cookie: $browser; $name=$key"
    assert_status 404
  done
}

@test "R34 a browser keeps twelve keys, the newest first" {
  local references=() i
  add_event "$E" one_booking_each=0
  sql_write "UPDATE tier SET capacity = 50, price = 0 WHERE event_id =
    (SELECT id FROM event WHERE slug = '$E')"
  for i in $(seq 13); do
    hold "$E" general 1 "p$i@example.org"
    get "/checkout/$REFERENCE"
    post "/checkout/$REFERENCE" terms=yes
    references+=("$REFERENCE")
  done
  as "phone-$BATS_TEST_NUMBER"
  for i in "${references[@]}"; do
    get "/tickets/$i?key=$(key_of booking "$i")"
  done
  get "/tickets/${references[0]}"
  assert_status 404
  get "/tickets/${references[1]}"
  assert_status 200
  get /tickets
  assert_equal "$(grep -c '<li class="row">' <<<"$body")" 12
  # Opened again, it moves to the front and another goes.
  get "/tickets/${references[0]}?key=$(key_of booking "${references[0]}")"
  get "/tickets/${references[1]}"
  assert_status 404
}

# ---- find your tickets ----

@test "R34 asking by email and reference mails the link, and says nothing" {
  local answer
  add_event "$E"
  buy "$E" general 1 ada@example.org
  as "phone-$BATS_TEST_NUMBER"
  get /tickets
  post /tickets/find email=eve@example.org "reference=$REFERENCE"
  assert_status 303
  answer=$location
  assert_equal "$(mails ticket_link)" ""
  get /tickets
  post /tickets/find email=ada@example.org reference=0123456789
  assert_equal "$status $location" "303 $answer"
  # As people type it: blanks, hyphens, small letters.
  get /tickets
  post /tickets/find email=" ADA@example.org" \
    "reference=${REFERENCE:0:5}-${REFERENCE:5}"
  assert_equal "$status $location" "303 $answer"
  assert_equal "$(mails ticket_link)" ada@example.org
  assert_equal "$(snapshot ticket_link .reference)" "$REFERENCE"
  get "$location"
  assert_text "is now being mailed"
  # The browser that asked sees nothing.
  get "/tickets/$REFERENCE"
  assert_status 404
}

@test "R34 at most three such mails an hour, and still the same answer" {
  local i
  add_event "$E"
  buy "$E" general 1 ada@example.org
  for i in 1 2 3 4 5; do
    get /tickets
    post /tickets/find email=ada@example.org "reference=$REFERENCE"
    assert_status 303
  done
  assert_equal "$(mails ticket_link | wc -l)" 3
}

@test "R34 what is no email or no reference is said beside the field" {
  add_event "$E"
  get /tickets
  [[ $body == *'<details class="panel find" open>'* ]]
  hold "$E" general 1 a@example.org
  get /tickets
  post /tickets/find email=ada reference=short
  assert_status 400
  [[ $body == *'<details class="panel find" open>'* ]]
  assert_text "The reference has 10 letters and digits"
  [[ $body == *'href="#email"'* && $body == *'value="short"'* ]]
  post /tickets/find
  assert_status 400
  assert_text "Enter the email address"
  assert_text "Enter the reference"
}

# ---- a booking ----

@test "R39 each ticket has a code, and a scanner reads it from the page" {
  add_event "$E"
  buy "$E" general 2 a@example.org
  get "/tickets/$REFERENCE"
  assert_status 200
  for i in 1 2; do
    [[ $(code $i) =~ ^TKT-[0-9A-F]{16}$ ]]
    assert_text "$(code $i)"
    run scan_page $i
    [[ $output =~ ^CP1:[0-9]+:[0-9]+:([0-9A-F]{16}):[0-9A-Z]{103}$ ]]
    assert_equal "TKT-${BASH_REMATCH[1]}" "$(code $i)"
  done
  # The ticket's own page and its picture say the same.
  get "/tickets/$REFERENCE/$(code 2)"
  assert_status 200
  assert_equal "$(scan_page)" "$output"
  curl -s -b "$JAR" -o "$BATS_TEST_TMPDIR/x.png" \
    "$URL/tickets/$REFERENCE/$(code 2).png"
  assert_equal "$(zbarimg --quiet --raw --nodbus "$BATS_TEST_TMPDIR/x.png")" \
    "$output"
  get "/tickets/$REFERENCE/$(code 2).svg"
  grep -q "^Content-Type: image/svg" <<<"$headers"
}

@test "R66 a ticket leads to a map of its place" {
  hold jazz-evening general-admission 1 a@example.org ||
    hold spring-concert general 1 a@example.org
  pay
  sql_write "UPDATE venue SET latitude = 52.51870, longitude = 13.37620
    WHERE id = (SELECT venue_id FROM event JOIN booking b
      ON b.event_id = event.id WHERE b.reference = '$REFERENCE')"
  get "/tickets/$REFERENCE"
  assert_text "Show on a map"
  [[ $body == *52.51870*13.37620* ]]
  sql_write "UPDATE venue SET latitude = NULL, longitude = NULL"
  get "/tickets/$REFERENCE"
  refute_text "Show on a map"
}

@test "R39 where an online event is stands on valid tickets alone" {
  add_event "$E" "online_url='https://meet.example.org/secret-room'" \
    "starts_at=unixepoch() + 864000" "ends_at=unixepoch() + 871200"
  hold "$E" general 2 a@example.org
  get "/tickets/$REFERENCE"
  [[ $body != *secret-room* ]]
  pay
  get "/tickets/$REFERENCE"
  assert_equal "$(grep -c 'href="https://meet.example.org/secret-room"' \
    <<<"$body")" 2
  get "/tickets/$REFERENCE/$(code)/cancel"
  post "/tickets/$REFERENCE/$(code)/cancel" "shown=$(hidden shown)"
  get "/tickets/$REFERENCE"
  assert_equal "$(grep -c secret-room <<<"$body")" 1
}

@test "R44 the tickets are mailed again, three times an hour at most" {
  local i
  add_event "$E"
  buy "$E" general 2 a@example.org
  for i in 1 2; do
    get "/tickets/$REFERENCE"
    post "/tickets/$REFERENCE/resend"
    assert_status 303
  done
  assert_equal "$(mails confirmed | sort -u)" a@example.org
  assert_equal "$(mails confirmed | wc -l)" 3
  get "/tickets/$REFERENCE"
  post "/tickets/$REFERENCE/resend"
  assert_status 429
  grep -qi "^retry-after: " <<<"$headers"
  assert_equal "$(mails confirmed | wc -l)" 3
  pass_time 3700
  get "/tickets/$REFERENCE"
  post "/tickets/$REFERENCE/resend"
  assert_status 303
  assert_equal "$(snapshot confirmed '.tickets | length')" 2
}
