#!/usr/bin/env bats
# After the sale: giving back, other seats, other holders - each once, by
# whoever has the ticket alone, and the money with it.
load helper
load ticketing

setup_file() {
  make_data
  start_server
}

teardown_file() {
  stop_site
}

setup() {
  as "person-$BATS_TEST_NUMBER"
  E="event-$BATS_TEST_NUMBER"
}

# starts_in SECONDS: the event begins so long from the program's now.
starts_in() {
  sql_write "UPDATE event SET starts_at = $(now) + $1,
    ends_at = $(now) + $1 + 7200 WHERE slug = '$E'"
}

# cancel [/CODE]: look at what comes back, and do it.
cancel() {
  get "/tickets/$REFERENCE${1:-}/cancel"
  post "/tickets/$REFERENCE${1:-}/cancel" "shown=$(hidden shown)"
}

# The refunds of the booking, a line each: "1500 started".
refunds() {
  sql "SELECT r.amount || ' ' || r.state FROM refund r JOIN booking b
    ON b.id = r.booking_id WHERE b.reference = '$REFERENCE' ORDER BY r.id"
}

# ---- giving back ----

@test "R37 what comes back by when: everything, half, nothing" {
  local case
  add_event "$E"
  sql_write "UPDATE tier SET price = 1501 WHERE event_id =
    (SELECT id FROM event WHERE slug = '$E')"
  buy "$E" general 2 a@example.org
  # Seconds to the start, percent, what comes back; edges included.
  while read -r case; do
    set -- $case
    starts_in "$1"
    get "/tickets/$REFERENCE/cancel"
    assert_status 200
    assert_text "Paid \$30.02"
    assert_text "You get back $2 % $3"
    assert_equal "$(hidden shown)" "$4"
  done <<'END'
604830 100 $30.02 3002
604790 50 $15.02 1502
259230 50 $15.02 1502
259190 0 $0.00 0
60 0 $0.00 0
END
  assert_text "It is too late for a refund"
  starts_in -1
  get "/tickets/$REFERENCE/cancel"
  assert_status 409
  assert_text "The event has begun"
}

@test "R35 R37 R77 cancelling frees the places, once, and refunds" {
  add_event "$E" "starts_at=unixepoch() + 864000" \
    "ends_at=unixepoch() + 871200"
  buy "$E" general 2 a@example.org
  get "/tickets/$REFERENCE/cancel"
  assert_text "$(code 1)"
  assert_text "$(code 2)"
  post "/tickets/$REFERENCE/cancel" "shown=$(hidden shown)"
  assert_status 303
  assert_equal "$(tickets status)" "refunded refunded"
  assert_equal "$(stock "$E" general)" "0|0"
  get "$location"
  assert_text "This booking was cancelled."
  assert_text "Refunded"
  [[ $(page_text) =~ \$30.00\ (is\ on\ its\ way|was\ given)\ back ]]
  # No code to scan, no button.
  [[ $body != *'role="img"'* ]]
  refute_text "Give back"
  assert_equal "$(mails cancelled)" a@example.org
  assert_equal "$(snapshot cancelled '.refund, (.ended | length), .is_all')" \
    $'3000\n2\ntrue'
  # A second time, and by a form that was open.
  get "/tickets/$REFERENCE/cancel"
  assert_status 409
  assert_text "This booking is cancelled already"
  get "/tickets"
  post "/tickets/$REFERENCE/cancel" shown=0
  assert_status 409
  sweep
  assert_equal "$(refunds)" "3000 refunded"
  assert_equal "$(mails refunded)" a@example.org
  assert_equal "$(snapshot refunded .amount)" 3000
  get "/tickets/$REFERENCE"
  assert_text "\$30.00 was given back to you"
  assert_sound
}

@test "R77 a refund is on its way until the gateway confirms it" {
  add_event "$E" "starts_at=unixepoch() + 864000" \
    "ends_at=unixepoch() + 871200"
  buy "$E" general 1 a@example.org
  cancel
  sweep
  # As while the gateway does not answer.
  sql_write "UPDATE refund SET state = 'started', settled_at = NULL,
    asked_at = unixepoch() + 9000"
  get "/tickets/$REFERENCE"
  assert_text "\$15.00 is on its way back to you"
  refute_text "was given back to you"
  sql_write "UPDATE refund SET state = 'failed', settled_at = unixepoch()"
  get "/tickets/$REFERENCE"
  assert_text "we will do it by hand"
  sql_write "UPDATE refund SET state = 'refunded'"
}

@test "R35 one ticket of several, then the rest, and nothing twice" {
  local first
  add_event "$E" "starts_at=unixepoch() + 864000" \
    "ends_at=unixepoch() + 871200"
  buy "$E" general 3 a@example.org
  first=$(code 1)
  cancel "/$first"
  assert_status 303
  assert_equal "$location" "/tickets/$REFERENCE?done=returned"
  assert_equal "$(tickets status)" "refunded active active"
  assert_equal "$(stock "$E" general)" "0|2"
  assert_equal "$(snapshot cancelled '.ended[0].code, .is_all')" \
    "$first"$'\nfalse'
  get "/tickets/$REFERENCE/$first/cancel"
  assert_status 409
  assert_text "This ticket is cancelled already"
  get /tickets
  post "/tickets/$REFERENCE/$first/cancel" shown=0
  assert_status 409
  cancel
  assert_equal "$(tickets status)" "refunded refunded refunded"
  sweep
  assert_equal "$(refunds)" "1500 refunded
3000 refunded"
  assert_sound
}

@test "R37 whoever sends the form without a look takes what there is" {
  add_event "$E" "starts_at=unixepoch() + 864000" \
    "ends_at=unixepoch() + 871200"
  buy "$E" general 1 a@example.org
  get "/tickets/$REFERENCE/cancel"
  post "/tickets/$REFERENCE/cancel"
  assert_status 303
  sweep
  assert_equal "$(refunds)" "1500 refunded"
  assert_sound
}

@test "R37 the refund is the one that was shown, or nothing happens" {
  add_event "$E" "starts_at=unixepoch() + 864000" \
    "ends_at=unixepoch() + 871200"
  buy "$E" general 1 a@example.org
  get "/tickets/$REFERENCE/cancel"
  starts_in 500000
  post "/tickets/$REFERENCE/cancel" "shown=$(hidden shown)"
  assert_status 409
  assert_text "The refund has changed meanwhile"
  # The page shows the new amount, to be sent as it is.
  assert_equal "$(hidden shown)" 750
  assert_equal "$(tickets status)" active
  post "/tickets/$REFERENCE/cancel" shown=-1
  assert_status 400
  assert_equal "$(tickets status)" active
  post "/tickets/$REFERENCE/cancel" "shown=$(hidden shown)"
  assert_status 303
  sweep
  assert_equal "$(refunds)" "750 refunded"
  assert_sound
}

@test "R37 a refund of 0 makes the ticket cancelled, not refunded" {
  add_event "$E"
  buy "$E" general 1 a@example.org
  starts_in 3600
  cancel
  assert_equal "$(tickets status)" cancelled
  assert_equal "$(refunds)" ""
  assert_sound
}

@test "R76 after a change by the organiser everything comes back" {
  add_event "$E"
  buy "$E" general 1 a@example.org
  starts_in 100000
  sql_write "UPDATE event SET refund_until = $(now) + 50000
    WHERE slug = '$E'"
  get "/tickets/$REFERENCE/cancel"
  assert_text "The organiser changed this event"
  assert_text "You get back 100 % \$15.00"
  pass_time 50001
  get "/tickets/$REFERENCE/cancel"
  refute_text "The organiser changed this event"
  assert_text "You get back 0 % \$0.00"
  move_clock 0
}

@test "R35 a ticket that was used stays" {
  add_event "$E" "starts_at=unixepoch() + 864000" \
    "ends_at=unixepoch() + 871200"
  buy "$E" general 2 a@example.org
  sql_write "UPDATE ticket SET status = 'used', check_in_at = unixepoch()
    WHERE code = '$(code 1)'"
  for path in "/$(code 1)/cancel" /cancel; do
    get "/tickets/$REFERENCE$path"
    assert_status 409
    assert_text "used at the door already"
  done
  get "/tickets/$REFERENCE/$(code 1)/transfer"
  assert_status 409
  get "/tickets/$REFERENCE"
  assert_text "Used"
  get /tickets
  post "/tickets/$REFERENCE/$(code 1)/transfer" holder_name=Eve
  assert_status 409
  cancel "/$(code 2)"
  assert_equal "$(tickets status)" "used refunded"
}

@test "R58 a place given back is offered to the next in line at once" {
  add_event "$E" "starts_at=unixepoch() + 864000" \
    "ends_at=unixepoch() + 871200"
  sql_write "UPDATE tier SET capacity = 1 WHERE event_id =
    (SELECT id FROM event WHERE slug = '$E')"
  buy "$E" general 1 a@example.org
  as "waiting-$BATS_TEST_NUMBER"
  get "/book/$E/queue"
  post "/book/$E/queue" name=Grace email=g@example.org tier=general quantity=1
  as "person-$BATS_TEST_NUMBER"
  cancel
  assert_equal "$(stock "$E" general)" "1|0"
  assert_equal "$(sql "SELECT state FROM queue_entry WHERE email =
    'g@example.org' AND event_id = (SELECT id FROM event
    WHERE slug = '$E')")" offered
  assert_equal "$(sql "SELECT group_concat(kind, ' ') FROM (SELECT kind
    FROM journal WHERE event_id = (SELECT id FROM event WHERE slug = '$E')
    ORDER BY id)")" "confirmed joined cancelled offered"
  assert_sound
}

# ---- other seats ----

# seats SEAT ...: choose them on the map; then confirm: what was shown.
seats() {
  get "/tickets/$REFERENCE/seats"
  post "/tickets/$REFERENCE/seats" "${@/#/seat=}"
}

confirm() {
  post "/tickets/$REFERENCE/seats" confirm=yes "${@/#/seat=}" \
    "shown_difference=$(hidden shown_difference)" \
    "shown_refund=$(hidden shown_refund)"
}

seats_now() {
  sql "SELECT group_concat(name, ' ') FROM (SELECT s.row_name || s.number AS
    name FROM ticket k JOIN seat s ON s.id = k.seat_id JOIN booking b
    ON b.id = k.booking_id WHERE b.reference = '$REFERENCE' ORDER BY k.id)"
}

@test "R36 the map shows one's own seats ticked and others' taken" {
  add_hall "$E"
  buy_seats "$E" b@example.org seat=B2
  as "other-$BATS_TEST_NUMBER"
  buy_seats "$E" a@example.org seat=B3 seat=B4
  get "/tickets/$REFERENCE/seats"
  assert_status 200
  assert_text "You have B3, B4."
  assert_text "B3, General, \$15.00, yours"
  assert_text "B2, General, \$15.00, taken"
  run bash -c "tr -s ' \n' ' ' <<<'${body//\'/}' | grep -oE 'value=\"[AB][0-9]\" ?(checked|disabled)?'"
  assert_line 'value="B3" checked'
  assert_line 'value="B4" checked'
  assert_line 'value="B2" disabled'
  assert_line --regexp '^value="A1" ?$'
}

@test "R36 seats of the same price change at once, with new codes" {
  local before
  add_hall "$E"
  buy_seats "$E" a@example.org seat=B1 seat=B2
  before=$(tickets code)
  seats B2 B5
  assert_status 303
  assert_equal "$location" "/tickets/$REFERENCE?done=changed"
  assert_equal "$(seats_now)" "B5 B2"
  # The one that stayed has its code, the other's is dead.
  assert_equal "$(code 2)" "${before#* }"
  get "/tickets/$REFERENCE/${before% *}"
  assert_status 404
  # The second click leads to the same page.
  get "/tickets/$REFERENCE/seats"
  confirm B2 B5
  assert_status 303
  assert_equal "$(mails changed)" a@example.org
  assert_equal "$(snapshot changed '.moves[0] | .from + .to')" B1B5
  assert_sound
}

@test "R36 dearer seats are held while the difference is paid" {
  local first
  add_hall "$E"
  buy_seats "$E" a@example.org seat=B1 seat=B2
  first=$REFERENCE
  seats A1 B2
  assert_text "The new seats cost \$30.00 more"
  confirm A1 B2
  assert_status 303
  REFERENCE=${location##*/}
  get "$location"
  assert_text "Total \$30.00"
  assert_text "What your seats until now are worth -\$15.00"
  assert_equal "$(REFERENCE=$first seats_now)" "B1 B2"
  get "/tickets/$REFERENCE"
  [[ $body == *"href=\"/tickets/$first\""* ]]
  # Another change must wait for this one.
  get "/tickets/$first/seats"
  assert_text "Your places are waiting"
  pay
  assert_status 303
  get "${location}"
  assert_status 303
  assert_equal "$location" "/tickets/$first?done=changed"
  get "$location"
  assert_text "A1"
  assert_text "Your seats were changed."
  get "/checkout/$REFERENCE"
  assert_equal "$location" "/tickets/$REFERENCE"
  # The change has no seats of its own to change.
  get "/tickets/$REFERENCE/seats"
  assert_status 409
  REFERENCE=$first
  assert_equal "$(seats_now)" "A1 B2"
  assert_equal "$(stock "$E" vip) $(stock "$E" general)" "0|1 0|1"
  assert_sound
}

@test "R36 R37 cheaper seats give back by the refund policy" {
  add_hall "$E"
  buy_seats "$E" a@example.org seat=A1
  starts_in 500000
  seats B1
  assert_text "The new seats cost \$30.00 less. \$15.00 comes back"
  # A type of which no more may be sold is sold out, whatever the map says.
  sql_write "UPDATE tier SET capacity = 0 WHERE slug = 'general' AND event_id =
    (SELECT id FROM event WHERE slug = '$E')"
  confirm B1
  assert_status 409
  assert_text "There are no more General tickets"
  assert_equal "$(seats_now)$(refunds)" A1
  sql_write "UPDATE tier SET capacity = 6 WHERE slug = 'general' AND event_id =
    (SELECT id FROM event WHERE slug = '$E')"
  seats B1
  confirm B1
  assert_status 303
  assert_equal "$(seats_now)" B1
  sweep
  assert_equal "$(refunds)" "1500 refunded"
  get "/tickets/$REFERENCE"
  assert_text "\$15.00 was given back to you"
  starts_in 60
  seats B2
  confirm B2
  assert_equal "$(seats_now)" B2
  assert_sound
}

@test "R36 seats that are taken, too few, too many or none are refused" {
  local case
  add_hall "$E"
  buy_seats "$E" b@example.org seat=B6
  as "other-$BATS_TEST_NUMBER"
  buy_seats "$E" a@example.org seat=B1 seat=B2
  for case in "B1" "B1 B2 B3" "B1 Z9" "B1 B1" ""; do
    seats $case
    assert_status 400
    [[ $body == *'href="#seat"'* ]]
  done
  seats B1 B2
  assert_status 400
  assert_text "These are the seats that you have"
  seats B1 B6
  assert_status 409
  assert_text "SeatTakenError"
  # Without having been shown anything, nothing worse than nothing happens.
  get "/tickets/$REFERENCE/seats"
  post "/tickets/$REFERENCE/seats" confirm=yes seat=A1 seat=A2
  assert_status 409
  assert_text "is not the same any more"
  assert_equal "$(hidden shown_difference)" 6000
  assert_equal "$(seats_now)" "B1 B2"
  sql_write "UPDATE ticket SET check_in_at = unixepoch() WHERE code =
    '$(code 1)'"
  seats B2 B3
  assert_status 409
  assert_text "used at the door already"
  sql_write "UPDATE ticket SET status = 'used' WHERE code = '$(code 1)'"
  seats B2 B3
  assert_status 409
  assert_text "used at the door already"
}

@test "R36 an event without seats, or that has begun, has none to change" {
  add_event "$E"
  buy "$E" general 1 a@example.org
  get "/tickets/$REFERENCE/seats"
  assert_status 409
  get "/tickets/$REFERENCE"
  refute_text "Change seats"
}

# ---- other holders ----

@test "B10 a ticket is renamed, and the old code dies" {
  local old
  add_event "$E"
  # Sold out does not matter.
  sql_write "UPDATE tier SET capacity = 2 WHERE event_id =
    (SELECT id FROM event WHERE slug = '$E')"
  buy "$E" general 2 a@example.org
  old=$(code 1)
  get "/tickets/$REFERENCE/$old/transfer"
  assert_text "It admits Ada Lovelace"
  post "/tickets/$REFERENCE/$old/transfer" "holder_name= Grace Hopper " \
    holder_email=
  assert_status 303
  assert_equal "$location" "/tickets/$REFERENCE?done=renamed"
  assert_equal "$(tickets holder_name)" "Grace Hopper Ada Lovelace"
  [ "$(code 1)" != "$old" ]
  get "$location"
  assert_text "Grace Hopper"
  assert_text "$(code 1)"
  refute_text "$old"
  for path in "" .png .svg .pdf /transfer /cancel; do
    get "/tickets/$REFERENCE/$old$path"
    assert_status 404
  done
  assert_equal "$(mails ticket_given)" a@example.org
  assert_equal "$(snapshot ticket_given '.is_new, .tickets[0].code')" \
    "false"$'\n'"$(code 1)"
  assert_sound
}

@test "B10 a ticket is passed on: its holder has it, the buyer no more" {
  local old new
  add_event "$E" "starts_at=unixepoch() + 864000" \
    "ends_at=unixepoch() + 871200"
  buy "$E" general 2 a@example.org
  old=$(code 1)
  get "/tickets/$REFERENCE/$old/transfer"
  post "/tickets/$REFERENCE/$old/transfer" "holder_name=Grace Hopper" \
    holder_email=Grace@example.org
  assert_status 303
  assert_equal "$location" "/tickets/$REFERENCE?done=passed-on"
  new=$(code 1)
  assert_equal "$(mails ticket_given)" grace@example.org
  assert_equal "$(mails ticket_passed_on)" a@example.org
  assert_equal "$(snapshot ticket_given '.tickets[0].code, .giver')" \
    "$new"$'\nAda Lovelace'
  # The buyer sees that it exists, without code, picture or button.
  get "$location"
  assert_text "Passed on: its holder has the code."
  refute_text "$new"
  assert_equal "$(grep -c "<svg[^>]*role=\"img\"" <<<"$body")" 1
  for path in "" .png .pdf .ics /transfer; do
    get "/tickets/$REFERENCE/$new$path"
    assert_status 404
  done
  get "/tickets/$REFERENCE/$new/cancel"
  assert_status 409
  get "/tickets/$REFERENCE/cancel"
  assert_status 409
  # The tickets mailed once more are the buyer's own.
  get "/tickets/$REFERENCE"
  post "/tickets/$REFERENCE/resend" "csrf_token=$(hidden csrf_token)"
  [[ $(snapshot confirmed '.tickets[].code') != *"$new"* ]]
  # The holder comes by the mailed link.
  as "holder-$BATS_TEST_NUMBER"
  get "/tickets/$REFERENCE/$new?key=$(key_of ticket "$old")"
  assert_status 404
  get "/tickets/$REFERENCE/$new?key=$(key_of ticket "$new")"
  assert_status 303
  get "$location"
  assert_status 200
  assert_text "$new"
  [[ $(scan_page) == *":${new#TKT-}:"* ]]
  refute_text "a@example.org"
  get "/tickets/$REFERENCE"
  assert_status 404
  get "/tickets/$REFERENCE/$(code 2)"
  assert_status 404
  get /tickets
  assert_text "$new"
  refute_text "$(code 2)"
  # Only they give it back; the money goes to whoever paid.
  cancel "/$new"
  assert_status 303
  assert_equal "$location" "/tickets/$REFERENCE/$new?done=returned"
  assert_equal "$(tickets status)" "refunded active"
  assert_equal "$(mails cancelled)" "grace@example.org
a@example.org"
  sweep
  assert_equal "$(refunds)" "1500 refunded"
  assert_sound
}

@test "B10 the holder passes it on again, and keeps it after renaming it" {
  local code
  add_event "$E"
  buy "$E" general 1 a@example.org
  get "/tickets/$REFERENCE/$(code)/transfer"
  post "/tickets/$REFERENCE/$(code)/transfer" holder_name=Grace \
    holder_email=grace@example.org
  as "holder-$BATS_TEST_NUMBER"
  get "/tickets/$REFERENCE/$(code)?key=$(key_of ticket "$(code)")"
  get "/tickets/$REFERENCE/$(code)/transfer"
  post "/tickets/$REFERENCE/$(code)/transfer" "holder_name=Rear Admiral" \
    holder_email=grace@example.org
  assert_equal "$location" "/tickets/$REFERENCE/$(code)?done=renamed"
  get "$location"
  assert_text "Rear Admiral"
  get "/tickets/$REFERENCE/$(code)/transfer"
  post "/tickets/$REFERENCE/$(code)/transfer" holder_name=Hedy \
    holder_email=hedy@example.org
  assert_equal "$location" "/tickets?done=passed-on"
  get "/tickets/$REFERENCE/$(code)"
  assert_status 404
  assert_equal "$(mails ticket_passed_on | tail -n 1)" grace@example.org
  # Whoever holds it finds it again by their own address.
  get /tickets
  post /tickets/find email=hedy@example.org "reference=$REFERENCE"
  assert_equal "$(mails ticket_link)" hedy@example.org
  assert_equal "$(snapshot ticket_link .code)" "$(code)"
}

@test "B10 without a name, or with a wrong address, it stays" {
  local old
  add_event "$E" "starts_at=unixepoch() + 864000" \
    "ends_at=unixepoch() + 871200"
  buy "$E" general 1 a@example.org
  old=$(code)
  get "/tickets/$REFERENCE/$old/transfer"
  post "/tickets/$REFERENCE/$old/transfer" holder_name= holder_email=x@y.org
  assert_status 400
  assert_text "Enter the name of who comes"
  post "/tickets/$REFERENCE/$old/transfer" holder_name=Grace holder_email=grace
  assert_status 400
  [[ $body == *'href="#holder_email"'* && $body == *'value="grace"'* ]]
  post "/tickets/$REFERENCE/$old/transfer" "holder_name=$(printf 'x%.0s' \
    {1..101})" holder_email=
  assert_status 400
  assert_equal "$(code)" "$old"
  cancel "/$old"
  get /tickets
  post "/tickets/$REFERENCE/$old/transfer" holder_name=Grace holder_email=
  assert_status 409
}
