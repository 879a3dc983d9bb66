#!/usr/bin/env bats
# After the sale: other seats, other holders - each once, by whoever has the
# ticket alone.
load helper
load paying
load staff
load ticketing
load person

# ---- other seats ----

# seats SEAT ...: choose them on the map; then confirm: what was shown.
seats() {
  get "/tickets/$REFERENCE/seats"
  post "/tickets/$REFERENCE/seats" "${@/#/seat=}"
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
  # Another click leads to the same page, as does the same form once more.
  get "/tickets/$REFERENCE/seats"
  confirm B2 B5
  assert_status 303
  seats B2 B5
  assert_status 303
  assert_equal "$location" "/tickets/$REFERENCE?done=same"
  get "$location"
  assert_text "These are the seats that you have."
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

# due SEAT ...: a change to these seats waits for its money; REFERENCE is its
# own then, FIRST the booking's.
due() {
  FIRST=$REFERENCE
  seats "$@"
  confirm "$@"
  assert_status 303
  REFERENCE=${location##*/}
}

# staff_does ACTION [name=value ...]: with the booking that is to change; then
# be the buyer again.
staff_does() {
  sign_in admin anna
  get "/admin/bookings/$FIRST"
  post "/admin/bookings/$FIRST/$1" "${@:2}"
  [ "$1" != seats ] || post "/admin/bookings/$FIRST/seats" confirm=yes \
    "seats=$(hidden seats)" "shown=$(hidden shown)" due=cash
  assert_status 303
  as "person-$BATS_TEST_NUMBER"
}

@test "R36 I5 what the staff give back while the difference is due stays given back" {
  add_hall "$E"
  buy_seats "$E" a@example.org seat=B1 seat=B2
  due A1 B2
  # 20.00 of the two: all of the one that leaves, a part of the other.
  staff_does refund amount=20 reason=rain
  pay
  assert_status 303
  REFERENCE=$FIRST
  assert_equal "$(seats_now)" "A1 B2"
  assert_equal "$(tickets price) $(tickets refunded)" "4500 1500 1500 500"
  sweep
  assert_sound
  # Nothing of it is given back again.
  get "/tickets/$REFERENCE/cancel"
  assert_text 'Paid $60.00 Given back before $20.00'
  assert_text '% of the rest $40.00'
}

@test "R36 I5 more than one of the new seats costs stays given back, too" {
  add_hall "$E"
  buy_seats "$E" a@example.org seat=A1 seat=B1 seat=B2
  due A2 A3 B3
  staff_does refund amount=50 reason=rain
  pay
  assert_status 303
  REFERENCE=$FIRST
  assert_equal "$(sql "SELECT sum(price) || ' ' || sum(refunded) FROM ticket
    WHERE booking_id = (SELECT id FROM booking
      WHERE reference = '$REFERENCE')")" "10500 5000"
  sweep
  assert_sound
}

@test "R36 I5 a change that the staff have made meanwhile, and been paid for, is not paid twice" {
  add_hall "$E"
  buy_seats "$E" a@example.org seat=B1
  due A1
  staff_does seats seat=A2
  pay
  sweep
  assert_equal "$(state)" failed
  assert_equal "$(refunds)" "3000 refunded"
  REFERENCE=$FIRST
  assert_equal "$(seats_now)" A2
  assert_equal "$(stock "$E" vip) $(stock "$E" general)" "0|1 0|0"
  assert_sound
}

@test "R36 the same form with other seats is refused, whatever it made before" {
  local key
  add_hall "$E"
  buy_seats "$E" a@example.org seat=B1
  seats A1
  key=$(hidden form_key)
  confirm A1
  assert_status 303
  # Once more leads there again; with another seat it does not.
  send_again() {
    get "/tickets/$REFERENCE/seats"
    body=${body//$(hidden form_key)/$key}
    post "/tickets/$REFERENCE/seats" confirm=yes "seat=$1" \
      shown_difference=3000 shown_refund=0
  }
  send_again A1
  assert_status 303
  [[ $location == /checkout/* ]]
  send_again A2
  assert_status 409
  assert_text "This form was sent before with other seats."
  assert_equal "$(seats_now)" B1
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

@test "R36 R37 cheaper seats for which nothing comes back any more are shown first" {
  add_hall "$E"
  buy_seats "$E" a@example.org seat=A1
  starts_in 60
  seats B1
  assert_status 200
  assert_text "The new seats cost \$30.00 less, but it is too late for a refund."
  assert_equal "$(seats_now)" A1
  confirm B1
  assert_status 303
  assert_equal "$(seats_now)$(refunds)" B1
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

@test "B5 B10 a form sent twice, or eight times at once, changes a ticket once" {
  local old form first token key pids=() i
  add_event "$E"
  buy "$E" general 2 a@example.org
  old=$(code 1)
  get "/tickets/$REFERENCE/$old/transfer"
  form=$body
  for i in 1 2 3; do
    body=$form
    post "/tickets/$REFERENCE/$old/transfer" "holder_name= Grace " holder_email=
    assert_status 303
    assert_equal "$location" "/tickets/$REFERENCE?done=renamed"
    first=${first:-$(code 1)}
    assert_equal "$(code 1)" "$first"
  done
  # Another name by the same form is no answer of it.
  body=$form
  post "/tickets/$REFERENCE/$old/transfer" holder_name=Eve holder_email=
  assert_status 404
  old=$(code 2)
  get "/tickets/$REFERENCE/$old/transfer"
  token=$(hidden csrf_token) key=$(hidden form_key)
  for i in $(seq 8); do
    curl -s -o /dev/null -w '%{http_code} %{redirect_url}\n' -b "$JAR" \
      "$URL/tickets/$REFERENCE/$old/transfer" -d "csrf_token=$token" \
      -d "form_key=$key" -d holder_name=Hedy -d holder_email=h@example.org \
      >"$BATS_TEST_TMPDIR/$i" &
    pids+=($!)
  done
  wait "${pids[@]}"
  assert_equal "$(sort -u "$BATS_TEST_TMPDIR"/[1-8])" \
    "303 $URL/tickets/$REFERENCE?done=passed-on"
  assert_equal "$(tickets holder_name)" "Grace Hedy"
  assert_equal "$(sql "SELECT count(*) FROM ticket_old_code o JOIN ticket k
    ON k.id = o.ticket_id JOIN booking b ON b.id = k.booking_id
    WHERE b.reference = '$REFERENCE'")" 2
  assert_equal "$(mails ticket_given)" "a@example.org"$'\n'"h@example.org"
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
  get /tickets
  assert_text "1 General"
  # The buyer sees that it exists, without code, picture or button.
  get "/tickets/$REFERENCE?done=passed-on"
  assert_text "Passed on: its holder has the code."
  [[ $body == *'<p class="badge off">Passed on</p>'* ]]
  # Not all can be given back, so nothing offers it; the other one can.
  refute_text "Cancel this booking"
  assert_text "Give back ticket $(code 2)"
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
  # Their own ticket's price alone, not what the buyer paid for all.
  assert_equal "$(curl -s -b "$JAR" "$URL/tickets/$REFERENCE/$new.pdf" |
    pdftotext -layout - - | grep -A2 'TOTAL' | xargs)" \
    "Booking REFERENCE TICKETS TOTAL STATUS $REFERENCE 1 \$15.00 Confirmed"
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
  get /tickets
  assert_text "Passed on Confirmed"
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
