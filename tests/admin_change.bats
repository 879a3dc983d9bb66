#!/usr/bin/env bats
# Bookers learn what has changed of their event, or that it is cancelled (R45,
# R50, R76).

bats_require_minimum_version 1.5.0
load helper
load staff

setup_file() { start_site empty; }
teardown_file() { stop_site; }

# event SLUG [column=value ...]: olga's, thirty days from now.
event() {
  sign_in organiser olga
  add_event "$1" starts_at="unixepoch() + 30*86400" ends_at="unixepoch() + 30*86400 + 7200" \
    "${@:2}"
  give_event "$1" olga
  sql_write "UPDATE tier SET capacity = 500
    WHERE event_id = (SELECT id FROM event WHERE slug = '$1')"
}

# buys EVENT NAME [QUANTITY]
buys() {
  as "$2"
  hold "$1" general "${3:-1}" "$2@example.org"
  pay
  [ "$status" = 303 ]
}

# add_bookings EVENT NUMBER: confirmed ones of a place each, nothing paid.
add_bookings() {
  sql_write "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)
    INSERT INTO booking (reference, event_id, name, email, state, source, quantity, total,
      currency, created_at, expires_at, confirmed_at)
    SELECT '$1' || printf('%05d', i), (SELECT id FROM event WHERE slug = '$1'), 'N',
      'n' || i || '@example.org', 'confirmed', 'page', 1, 0, 'USD', unixepoch(), unixepoch(),
      unixepoch() FROM n;
    INSERT INTO booking_item (booking_id, tier_id, quantity, price)
    SELECT b.id, t.id, 1, 0 FROM booking b JOIN tier t ON t.event_id = b.event_id
      WHERE b.reference LIKE '$1%';
    INSERT INTO ticket (booking_id, event_id, tier_id, code, price, created_at)
    SELECT b.id, b.event_id, t.id, 'TKT-' || printf('%016X', b.id), 0, unixepoch()
      FROM booking b JOIN tier t ON t.event_id = b.event_id WHERE b.reference LIKE '$1%';
    INSERT INTO outbox (message_id, kind, recipient, booking_id, state, due_at, created_at)
    SELECT 'm' || reference, 'confirmed', email, id, 'sent', 0, 0 FROM booking
      WHERE reference LIKE '$1%';
    UPDATE tier SET sold = $2, capacity = $2
      WHERE event_id = (SELECT id FROM event WHERE slug = '$1')"
}

# assert_ended EVENT NUMBER: of add_bookings; each is told once.
assert_ended() {
  assert_equal "$(sql "SELECT count(*) FROM booking WHERE state = 'cancelled'
    AND reference LIKE '$1%'")" "$2"
  assert_equal "$(sql "SELECT count(*) || '|' || count(DISTINCT booking_id) FROM outbox
    WHERE kind = 'event_cancelled' AND booking_id IN
      (SELECT id FROM booking WHERE reference LIKE '$1%')")" "$2|$2"
  assert_equal "$(stock "$1" general)" "0|0"
  assert_sound
}

change() {
  as olga
  get "/admin/events/$1"
  post "/admin/events/$1" "version=$(hidden version)" "${@:2}"
}

# mails KIND [EVENT]: how many there are about it.
mails() {
  sql "SELECT count(*) FROM outbox WHERE kind = '$1'
    AND json_extract(snapshot, '\$.event.slug') = '$2'"
}

# told RECIPIENT KIND: labels, old and new values of the mail.
told() {
  sql "SELECT group_concat(json_extract(c.value, '\$.label') || ': ' ||
      json_extract(c.value, '\$.before') || ' -> ' || json_extract(c.value, '\$.after'), '; ')
    FROM outbox o, json_each(o.snapshot, '\$.changes') c
    WHERE o.kind = 'event_changed' AND o.recipient = '$1'"
}

# The letter of a mail as it leaves, in plain text.
letter() {
  "$BUILD/campuspass" --data "$DATA" mail show "$(sql "SELECT id FROM outbox
    WHERE kind = '$1' AND recipient = '$2' ORDER BY id DESC LIMIT 1")"
}

@test "R45 exactly what changed is told, old and new, once the organiser says so" {
  event concert title="'Big Concert'"
  buys concert ann
  buys concert ben 2
  as gina # who does not pay
  hold concert general 1 gina@example.org
  change concert "summary=Nobody has to know"
  [[ $location == *done=save ]]
  change concert "title=Bigger Concert" "booking_closes=$(date -u -d '+29 days' '+%F %H:%M')"
  [ "$location" = /admin/events/concert/tell ]
  get "$location"
  assert_text "The change is saved. 2 bookings get a mail each."
  [[ $body == *"<title>Tell bookers - Bigger Concert - Back office - "* ]]
  assert_text "Big Concert"
  assert_text "Bigger Concert"
  refute_text "All money back until"
  [ "$(mails event_changed concert)" = 0 ]
  post /admin/events/concert/tell
  assert_status 303
  sweep
  [ "$(mails event_changed concert)" = 2 ]
  [[ $(told ann@example.org) == "Title: Big Concert -> Bigger Concert; Booking closes:  -> "* ]]
  [ "$(told ann@example.org)" = "$(told ben@example.org)" ]
  run letter event_changed ann@example.org
  assert_success
  assert_output --partial "Subject: Something has changed: Bigger Concert"
  assert_output --partial "Title: Bigger Concert"
  assert_output --partial "was: Big Concert"
  refute_output --partial "money back until"
  # Nobody is told twice, and there is nothing more to tell.
  sweep
  [ "$(mails event_changed concert)" = 2 ]
  get /admin/events/concert
  post /admin/events/concert/tell
  assert_status 409
  [ "$(sql "SELECT group_concat(action) FROM audit WHERE subject = 'event concert'")" = \
    event.change,event.change,event.tell ]
}

@test "R45 R71 who reserved, to pay later, learns of it, too" {
  echo "gateways = campuspay later" >>"$DATA/campuspass.conf"
  event later title="'Late Concert'"
  as lisa
  hold later general 1 lisa@example.org
  get "/checkout/$REFERENCE"
  post "/checkout/$REFERENCE" method=later terms=yes
  as max # who has not decided yet
  hold later general 1 max@example.org
  change later "title=Later Concert" "start=$(date -u -d "+40 days" "+%F 20:00")" \
    "end=$(date -u -d "+40 days" "+%F 22:00")"
  [ "$location" = /admin/events/later/tell ]
  get "$location"
  assert_text "One booking gets a mail."
  post /admin/events/later/tell
  assert_status 303
  sweep
  [ "$(mails event_changed later)" = 1 ]
  run letter event_changed lisa@example.org
  assert_output --partial "you have reserved places at Later Concert"
  assert_output --partial "was: Late Concert"
  refute_output --partial "Your tickets stay valid"
  refute_output --partial "all your money"
  refute_output --partial "Attached"
  refute_output --partial ".pdf"
}

@test "R45 R76 a call that changes something, and sees no page, tells it at once" {
  event called title="'Called'"
  buys called dora
  as olga
  get /admin/events/called
  post /admin/events/called summary=Nothing
  assert_status 303
  [[ $location == *done=save ]]
  get /admin/events/called
  post /admin/events/called "title=Called Again" "venue=Somewhere Else"
  assert_status 303
  [[ $location == *done=tell ]]
  sweep
  [ "$(told dora@example.org)" = \
    "Title: Called -> Called Again; Venue: Online -> Somewhere Else" ]
  run letter event_changed dora@example.org
  assert_output --partial "your tickets back and get all your money"
  # Another call, for which nothing of the kind changes, leaves that open.
  get /admin/events/called
  post /admin/events/called "title=Called Last"
  assert_status 303
  sweep
  [ "$(mails event_changed called)" = 2 ]
  [ "$(sql "SELECT refund_until > unixepoch() FROM event WHERE slug = 'called'")" = 1 ]
}

@test "R45 several edits are told as one, and what is changed back is not told" {
  event twice title="'First Title'"
  buys twice cleo
  change twice "title=Second Title"
  change twice "title=Third Title"
  get /admin/events/twice/tell
  assert_text "First Title"
  refute_text "Second Title"
  assert_text "Third Title"
  change twice "title=First Title"
  [[ $location == *done=save ]]
  get /admin/events/twice/tell
  assert_text "There is nothing to tell"
  change twice "title=Fourth Title"
  get /admin/events/twice/tell
  post /admin/events/twice/tell/nobody
  assert_status 303
  sweep
  [ "$(mails event_changed twice)" = 0 ]
}

@test "R76 a new date opens a full refund, until a day the organiser sets, and the mail says so" {
  event moved refund_full_days=60 refund_part_days=50 refund_part_percent=10
  buys moved dan
  [ -z "$(sql "SELECT refund_until FROM event WHERE slug = 'moved'")" ]
  change moved "start=$(date -u -d '+40 days' +%F) 20:00" "end=$(date -u -d '+40 days' +%F) 23:00"
  [ "$location" = /admin/events/moved/tell ]
  # Fourteen days, whether anybody is told or not.
  local until
  until=$(sql "SELECT refund_until - unixepoch() FROM event WHERE slug = 'moved'")
  [ "$until" -gt $((14 * 86400 - 60)) ]
  [ "$until" -le $((14 * 86400)) ]
  get /admin/events/moved/tell
  assert_text "All money back until"
  post /admin/events/moved/tell refund_until=2020-01-01T00:00
  assert_status 400
  assert_text "must be in the future"
  post /admin/events/moved/tell "refund_until=$(date -u -d '+50 days' +%FT10:00)"
  assert_status 400
  assert_text "before the event starts"
  post /admin/events/moved/tell "refund_until=$(date -u -d '+10 days' +%FT10:00)"
  assert_status 303
  sweep
  [ "$(sql "SELECT json_extract(snapshot, '\$.refund_until') FROM outbox
    WHERE kind = 'event_changed' AND recipient = 'dan@example.org'")" = \
    "$(date -u -d "$(date -u -d '+10 days' +%F) 10:00" +%s)" ]
  [[ $(told dan@example.org) == *"Start: "*" -> "*"20:00 UTC"* ]]
  run letter event_changed dan@example.org
  assert_output --partial "your tickets back and get all your money"
  # It is given, where the rule would have kept everything.
  [ "$(sql "SELECT refund_until FROM event WHERE slug = 'moved'")" = \
    "$(date -u -d "$(date -u -d '+10 days' +%F) 10:00" +%s)" ]
}

@test "R76 a new venue opens it too, never beyond the start; other changes do not" {
  event soon venue_id=NULL
  sql_write "UPDATE event SET starts_at = unixepoch() + 5*86400,
    ends_at = unixepoch() + 5*86400 + 60 WHERE slug = 'soon'"
  buys soon eva
  change soon "title=Sooner"
  [ -z "$(sql "SELECT refund_until FROM event WHERE slug = 'soon'")" ]
  change soon "venue=Other Hall"
  [ "$(sql "SELECT refund_until = starts_at FROM event WHERE slug = 'soon'")" = 1 ]
}

@test "R50 a cancelled event refunds and tells everyone, once, however often it is swept" {
  event ended title="'Sad Story'" max_per_booking=5 \
    refund_full_days=60 refund_part_days=50 refund_part_percent=10
  local i
  for i in 1 2 3; do buys ended "fay$i" "$i"; done
  as henry
  hold ended general 1 henry@example.org
  as ina
  sql_write "UPDATE event SET queue_is_open = 1 WHERE slug = 'ended'"
  get /book/ended/queue
  post /book/ended/queue tier=general quantity=1 "name=Ina" email=ina@example.org
  # Nothing is sold out, so she has an offer, and is told all the same.
  [ "$(sql "SELECT state FROM queue_entry WHERE email = 'ina@example.org'")" = offered ]
  as olga
  get /admin/events/ended
  [[ $body == *'href="/admin/events/ended/cancel"'* ]]
  get /admin/events/ended/cancel
  assert_status 200
  assert_text "told by mail: 3."
  [ "$(sql "SELECT status FROM event WHERE slug = 'ended'")" = published ]
  post /admin/events/ended/cancel
  assert_status 303
  [ "$(sql "SELECT status FROM event WHERE slug = 'ended'")" = cancelled ]
  # At once nothing sells, and what was held is given back.
  [ "$(sql "SELECT state FROM booking WHERE email = 'henry@example.org'")" = released ]
  as zoe
  get /book/ended
  assert_text "This event has been cancelled."
  for i in 1 2 3; do sweep; done
  [ "$(sql "SELECT group_concat(DISTINCT state) FROM booking WHERE email LIKE 'fay%'")" = cancelled ]
  [ "$(sql "SELECT sum(amount) FROM refund r JOIN booking b ON b.id = r.booking_id
    WHERE b.email LIKE 'fay%'")" = 9000 ]
  [ "$(mails event_cancelled ended)" = 4 ]
  [ "$(mails cancelled ended)" = 0 ]
  [ "$(sql "SELECT json_extract(snapshot, '\$.refund') FROM outbox
    WHERE kind = 'event_cancelled' AND recipient = 'fay2@example.org'")" = 3000 ]
  run letter event_cancelled fay2@example.org
  assert_output --partial "Subject: Cancelled: Sad Story"
  assert_output --partial '$30.00 is on its way back to you'
  run letter event_cancelled ina@example.org
  assert_output --partial "The waiting list is closed."
  as olga
  get /admin/events/ended
  assert_text "All bookings are refunded and told."
  assert_sound
}

@test "R50 what was being paid when the event was cancelled is refunded when it comes" {
  event late
  buys late kim
  # As if the gateway had answered after the event was cancelled.
  as olga
  get /admin/events/late
  post /admin/events/late/cancel
  sweep
  [ "$(sql "SELECT state FROM booking WHERE email = 'kim@example.org'")" = cancelled ]
  as leo
  sql_write "UPDATE event SET status = 'published' WHERE slug = 'late'"
  buys late leo
  sql_write "UPDATE event SET status = 'cancelled' WHERE slug = 'late'"
  sweep
  [ "$(sql "SELECT state FROM booking WHERE email = 'leo@example.org'")" = cancelled ]
  assert_sound
}

@test "R50 R77 one whose money is not there does not keep the others from theirs" {
  event unlucky
  buys unlucky pat
  buys unlucky quin
  buys unlucky rio
  # As if most of it had been given back behind the tickets' back.
  sql_write "UPDATE payment_attempt SET amount = 1 WHERE booking_id =
    (SELECT id FROM booking WHERE email = 'quin@example.org')"
  # More people wait than one slice has.
  sql_write "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
    INSERT INTO queue_entry (event_id, entry_key, name, email, person_key, state, quantity,
      created_at) SELECT (SELECT id FROM event WHERE slug = 'unlucky'), 'w' || i, 'W',
      'w' || i || '@example.org', 'w' || i || '@example.org', 'waiting', 1, unixepoch() FROM n"
  as olga
  get /admin/events/unlucky
  post /admin/events/unlucky/cancel
  assert_status 303
  run "$BUILD/campuspass" --data "$DATA" sweep
  assert_success
  assert_output --partial "of a cancelled event does not end"
  assert_equal "$(sql "SELECT group_concat(state) FROM (SELECT state FROM booking b
    JOIN event e ON e.id = b.event_id WHERE e.slug = 'unlucky' ORDER BY b.id)")" \
    cancelled,confirmed,cancelled
  assert_equal "$(sql "SELECT count(*) FROM queue_entry q JOIN event e
    ON e.id = q.event_id WHERE e.slug = 'unlucky' AND q.state = 'waiting'")" 0
  # When it is there again, the next sweep ends that one, too.
  sql_write "UPDATE payment_attempt SET amount = 1500 WHERE amount = 1"
  sweep
  assert_equal "$(sql "SELECT DISTINCT state FROM booking b JOIN event e
    ON e.id = b.event_id WHERE e.slug = 'unlucky'")" cancelled
}

@test "R50 what is over is neither cancelled nor published" {
  event over
  sql_write "UPDATE event SET starts_at = unixepoch() - 7200, ends_at = unixepoch() - 60
    WHERE slug = 'over'"
  get /admin/events/over
  post /admin/events/over/cancel
  assert_status 409
  assert_text "The event is over: refund its bookings one by one"
  sql_write "UPDATE event SET status = 'draft' WHERE slug = 'over'"
  get /admin/events/over
  post /admin/events/over/publish
  assert_status 409
  assert_equal "$(sql "SELECT status FROM event WHERE slug = 'over'")" draft
}

@test "R50 many bookings are worked off in slices, and a sweep that is killed is carried on" {
  event crowd
  add_bookings crowd 180
  change crowd "title=Crowded"
  get /admin/events/crowd/tell
  assert_text "180 bookings get a mail each."
  post /admin/events/crowd/tell
  get /admin/events/crowd
  post /admin/events/crowd/cancel
  assert_status 303
  local i
  for i in 1 2 3 4 5 6; do
    "$BUILD/campuspass" --data "$DATA" sweep >/dev/null 2>&1 &
    sleep 0.02
    kill -9 $! 2>/dev/null || true
    wait $! 2>/dev/null || true
  done
  for i in 1 2; do sweep; done
  assert_ended crowd 180
}

@test "R50 a crowd is worked off by several sweeps, other chores between them" {
  event stadium
  add_bookings stadium 1030
  # No request comes that would leave the site work.
  sql_write "UPDATE event SET status = 'cancelled' WHERE slug = 'stadium'"
  sweep
  assert_equal "$(sql "SELECT count(*) FROM booking WHERE reference LIKE 'stadium%'
    AND state = 'confirmed'")" 30
  sweep
  assert_ended stadium 1030
}

@test "R45 mails about a change are written in slices, one a booking, also when killed" {
  event lots
  add_bookings lots 130
  change lots "title=Lots More"
  get /admin/events/lots/tell
  post /admin/events/lots/tell
  local i
  for i in 1 2 3 4 5; do
    "$BUILD/campuspass" --data "$DATA" sweep >/dev/null 2>&1 &
    sleep 0.02
    kill -9 $! 2>/dev/null || true
    wait $! 2>/dev/null || true
  done
  sweep
  [ "$(sql "SELECT count(*) || '|' || count(DISTINCT booking_id) FROM outbox
    WHERE kind = 'event_changed' AND json_extract(snapshot, '\$.event.slug') = 'lots'")" = \
    "130|130" ]
}

# Within five seconds of their last turn chores do not look by themselves.
@test "R45 R50 mails and refunds leave at once, though nobody comes after the organiser" {
  event quiet
  buys quiet gus 2
  is_so() { [ "$(sql "$1")" = 1 ]; }
  # soon SQL: is it so in a while without any request?
  soon() { eventually is_so "$1"; }
  change quiet title="Quiet Night"
  get /admin/events/quiet/tell
  post /admin/events/quiet/tell refund_until=
  assert_status 303
  soon "SELECT count(*) FROM outbox WHERE kind = 'event_changed'
    AND recipient = 'gus@example.org'"
  get /admin/events/quiet
  post /admin/events/quiet/cancel
  assert_status 303
  soon "SELECT count(*) FROM outbox WHERE kind = 'event_cancelled'
    AND recipient = 'gus@example.org'"
  soon "SELECT r.state = 'refunded' FROM refund r JOIN booking b ON b.id = r.booking_id
    WHERE b.email = 'gus@example.org'"
  assert_sound
}

# Whose request comes while another process is at the chores leaves its work to
# the next one, of whatever program. That all chores have just been done is
# what their file says then.
@test "R50 refunds do not wait when somebody else was at the chores" {
  event hasty
  buys hasty ida 2
  as olga
  get /admin/events/hasty
  : >"$DATA/locks/chores.lock"
  sleep 1
  get /terms
  exec 8>>"$DATA/locks/chores.lock"
  flock 8
  post /admin/events/hasty/cancel
  exec 8>&-
  assert_status 303
  sleep 1
  get /terms
  local refunded="SELECT count(*) FROM refund r JOIN booking b ON b.id = r.booking_id
      WHERE b.email = 'ida@example.org' AND r.state = 'refunded'"
  is_refunded() { [ "$(sql "$refunded")" = 1 ]; }
  eventually is_refunded
  [ ! -e "$DATA/run/chores-asked" ]
  assert_sound
}

@test "R45 R76 what nobody says anything about for an hour is told by itself" {
  event silent title="'Silent'"
  buys silent finn
  change silent "title=Silent Night" "venue=Somewhere Else"
  get /admin/events/silent
  assert_text "unless you decide before"
  event kept title="'Kept'"
  buys kept finn
  change kept "title=Kept Back"
  change kept "title=Kept"
  change kept "title=Kept Back"
  get /admin/events/kept/tell
  post /admin/events/kept/tell/nobody
  assert_status 303
  pass_time 3500
  sweep
  [ "$(mails event_changed silent)" = 0 ]
  pass_time 200
  sweep
  [ "$(told finn@example.org)" = \
    "Title: Silent -> Silent Night; Venue: Online -> Somewhere Else" ]
  run letter event_changed finn@example.org
  assert_output --partial "your tickets back and get all your money"
  sweep
  [ "$(mails event_changed silent)" = 1 ]
  [ "$(mails event_changed kept)" = 0 ]
  sign_in organiser olga
  get /admin/events/silent/tell
  assert_text "There is nothing to tell"
  assert_sound
}

@test "R45 of an event that is cancelled or over, no change is told any more" {
  event called-off title="'Called Off'"
  buys called-off gus
  change called-off "title=Called Out"
  get /admin/events/called-off/cancel
  post /admin/events/called-off/cancel
  assert_status 303
  event gone title="'Gone'"
  buys gone gus
  change gone "title=Gone By"
  sql_write "UPDATE event SET starts_at = 1000, ends_at = 2000 WHERE slug = 'gone'"
  pass_time 3700
  sweep
  [ "$(mails event_changed called-off)$(mails event_changed gone)" = 00 ]
  [ "$(sql "SELECT count(*) FROM event_change WHERE ended_at IS NULL
    AND event_id IN (SELECT id FROM event
    WHERE slug IN ('gone', 'called-off'))")" = 0 ]
}
