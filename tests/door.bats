#!/usr/bin/env bats
# The door: who comes in, by which rule, and what is remembered of it. The
# pages are used as a browser without JavaScript uses them.
load helper
load door

setup_file() {
  start_site empty
  add_event gala title="'Winter Gala'" \
    starts_at="unixepoch()" ends_at="unixepoch() + 7200"
  add_event fair title="'Book Fair'" door_rule="'reentry'" \
    starts_at="unixepoch()" ends_at="unixepoch() + 7200"
  add_event camp title="'Code Camp'" door_rule="'daily'" \
    starts_at="unixepoch()" ends_at="unixepoch() + 5 * 86400"
  add_event later title="'Later Show'"
  add_event other title="'Other Show'" \
    starts_at="unixepoch()" ends_at="unixepoch() + 7200"
  add_event house title="'House Concert'" \
    starts_at="unixepoch()" ends_at="unixepoch() + 7200"
  sql_write "UPDATE tier SET capacity = 500, price = 0,
    name = 'Gallery'"
  sign_in door dora
  local event
  for event in gala fair camp later; do
    staff_at_door "$event" dora
  done
  sign_in door otto
  staff_at_door other otto
}

teardown_file() {
  stop_site
}

setup() {
  move_clock 0
  sign_in door dora
}

# scan EVENT CODE [name=value ...]: as the form does, and follow the answer.
scan() {
  get "/door/$1"
  post "/door/$1/scan" "code=$2" "${@:3}"
  [ "$status" = 303 ] || return 0
  SCAN=${location##*=}
  get "$location"
}

# undo EVENT REASON: of the scan just made.
undo() {
  post "/door/$1/undo" "scan=$SCAN" "why=$2"
  [ "$status" = 303 ] || return 0
  get "$location"
}

assert_word() {
  grep -q "<p class=\"verdict-word\">$1</p>" <<<"$body" || {
    echo "expected the verdict: $1" >&2
    page_text >&2
    return 1
  }
}

assert_tone() {
  assert_equal "$(sed -n 's/.*data-tone="\([a-z]*\)".*/\1/p' <<<"$body")" "$1"
}

@test "R41 R42 a valid ticket comes in: word, colour, name and tier" {
  ticket gala "Grace Hopper"
  scan gala "$CODE" "location=North gate"
  assert_status 200
  assert_word "Come in"
  assert_tone good
  assert_text "Grace Hopper"
  assert_text "Gallery"
  assert_equal "$(of_ticket status)" used
  assert_equal "$(sql "SELECT type || '|' || location || '|' || outcome ||
    '|' || u.username FROM scan s JOIN user u ON u.id = s.user_id
    WHERE s.id = $SCAN")" "check_in|North gate|admitted|dora"
}

@test "R41 B7 the QR's signed text is judged like the bare code" {
  ticket gala
  local text
  text=$(signed_text)
  scan gala "$text"
  assert_word "Come in"
  # Of another ticket, with that signature: nobody's.
  local signature=${text##*:}
  ticket gala
  text=$(signed_text)
  scan gala "${text%:*}:$signature"
  assert_word "Not found"
  scan gala "${text,,}"
  assert_word "Come in"
}

@test "R41 R42 the second time it is already in: when and where; the first time stays" {
  ticket gala
  scan gala "$CODE" "location=North gate"
  local first
  first=$(of_ticket check_in_at)
  pass_time 60
  scan gala "$CODE" "location=South gate"
  assert_word "Already in"
  assert_tone bad
  assert_text "Ticket status is used"
  assert_text "North gate"
  assert_equal "$(of_ticket check_in_at)" "$first"
}

@test "R41 a code of nobody is not found, and recorded" {
  scan gala TKT-0000000000000000
  assert_word "Not found"
  assert_text "Ticket not found"
  assert_equal "$(sql "SELECT outcome || coalesce(ticket_id, '-')
    FROM scan WHERE id = $SCAN")" "refused-"
}

@test "R41 a ticket of another event names which" {
  ticket other
  scan gala "$CODE"
  assert_word "Wrong event"
  assert_text "This ticket is for Other Show ,"
  # And when that is: it may be tomorrow's.
  assert_text "$(date -u -d "@$(sql "SELECT starts_at FROM event
    WHERE slug = 'other'")" '+%a %-d %b %Y, %H:%M')"
  assert_equal "$(of_ticket status)" active
}

@test "R41 cancelled, refunded and passed-on tickets are dead" {
  ticket gala
  refund_ticket
  scan gala "$CODE"
  assert_word "Not valid"
  assert_text "Ticket status is refunded"
  refute_text "an old code"
  ticket gala
  sql_write "INSERT INTO ticket_old_code (code, ticket_id, created_at)
      SELECT code, id, 1 FROM ticket WHERE code = '$CODE';
    UPDATE ticket SET code = 'TKT-' || upper(hex(randomblob(8)))
      WHERE code = '$CODE'"
  scan gala "$CODE"
  assert_word "Not valid"
  assert_text "Ticket status is cancelled"
  # Whoever stands there with it has to know why.
  assert_text "This is an old code. The ticket has a newer one"
}

@test "R41 a door of an event that does not take place says so, in the list, too" {
  sql_write "UPDATE event SET status = 'cancelled' WHERE slug = 'camp'"
  get /door/camp
  assert_text "Cancelled"
  [[ $body == *"<title>Door - "* ]]
  get /door
  assert_text "Cancelled"
  sql_write "UPDATE event SET status = 'draft' WHERE slug = 'camp'"
  get /door/camp
  assert_text "Not published yet"
  sql_write "UPDATE event SET status = 'published' WHERE slug = 'camp'"
  get /door/camp
  refute_text "Not published yet"
}

@test "R41 too early: the door may admit with a reason, which is kept" {
  ticket later
  scan later "$CODE"
  assert_word "Too early"
  assert_tone warn
  assert_text "Ticket not yet valid"
  assert_text "Doors open $(date -u -d "@$(sql "SELECT starts_at -
    60 * doors_minutes FROM event WHERE slug = 'later'")" '+%a %-d %b %Y, %H:%M')"
  assert_text "Admit anyway"
  assert_equal "$(of_ticket status)" active
  post /door/later/scan "code=$CODE" scan_type=check_in "override=Sound check"
  SCAN=${location##*=}
  get "$location"
  assert_word "Come in"
  assert_equal "$(sql "SELECT reason FROM scan WHERE id = $SCAN")" \
    "Sound check"
}

@test "R41 after the end it is too late" {
  ticket gala
  pass_time 7300
  sign_in door dora
  scan gala "$CODE"
  assert_word "Too late"
  assert_text "Ticket has expired"
  assert_text "It ended "
}

@test "R42 taking back restores the ticket and says why" {
  ticket gala
  scan gala "$CODE"
  undo gala ""
  assert_status 400
  assert_text "is missing"
  [[ $body == *'id="why-error"'* ]]
  assert_equal "$(tr '\n' ' ' <<<"$body" | grep -o '<input[^>]*autofocus[^>]*>' |
    grep -o ' id="[a-z]*"')" ' id="why"'
  undo gala "Wrong person"
  assert_text "Taken back: Wrong person"
  assert_equal "$(of_ticket "status || '|' || coalesce(check_in_at, '-')")" \
    "active|-"
  post /door/gala/undo "scan=$SCAN" "why=again"
  assert_status 409
  scan gala "$CODE"
  assert_word "Come in"
  assert_equal "$(sql "SELECT count(*) FROM audit
    WHERE action = 'door.undo' AND subject = 'scan $((SCAN))'")" 0
  assert_equal "$(sql "SELECT count(*) FROM audit
    WHERE action = 'door.undo'")" 1
}

@test "R42 what let nobody in cannot be taken back" {
  scan gala TKT-0000000000000001
  undo gala "no reason"
  assert_status 409
}

@test "R42 an event with re-entry: in, out, in; the first time stays" {
  ticket fair
  scan fair "$CODE" scan_type=check_out
  assert_word "Not inside"
  scan fair "$CODE"
  assert_word "Come in"
  local first
  first=$(of_ticket check_in_at)
  scan fair "$CODE" scan_type=check_in
  assert_word "Already in"
  pass_time 10
  scan fair "$CODE" scan_type=check_out
  assert_word "Checked out"
  # Out again: the back office does not say that they are in.
  sign_in admin root
  get "/admin/events/fair/tickets?q=$CODE"
  assert_text "Used came in at"
  refute_text "in since"
  sign_in door dora
  pass_time 10
  scan fair "$CODE" scan_type=check_in
  assert_word "Come in"
  assert_equal "$(of_ticket check_in_at)" "$first"
}

@test "R42 an event of several days lets in once a day" {
  ticket camp
  scan camp "$CODE"
  assert_word "Come in"
  scan camp "$CODE"
  assert_word "Already in"
  pass_time 86400
  sign_in door dora
  scan camp "$CODE"
  assert_word "Come in"
}

@test "R42 a visit is noted and changes nothing" {
  ticket gala
  scan gala "$CODE" scan_type=access "location=Cloakroom"
  assert_word "Noted"
  assert_equal "$(of_ticket status)" active
  assert_equal "$(sql "SELECT type FROM scan WHERE id = $SCAN")" access
}

@test "I11 the same form sent twice is one scan, and reloading admits nobody" {
  ticket gala
  get /door/gala
  local form=$body first
  post /door/gala/scan "code=$CODE"
  first=$location
  body=$form
  post /door/gala/scan "code=$CODE"
  assert_equal "$location" "$first"
  get "$location"
  assert_word "Come in"
  assert_equal "$(sql "SELECT count(*) FROM scan k JOIN ticket t
    ON t.id = k.ticket_id WHERE t.code = '$CODE'")" 1
  # Another ticket from the same form is judged for itself.
  ticket gala "Alan Turing"
  get /door/gala
  form=$body
  post /door/gala/scan "code=TKT-00000000000000AA"
  body=$form
  post /door/gala/scan "code=$CODE"
  get "$location"
  assert_word "Come in"
  assert_text "Alan Turing"
}

@test "I11 ten doors at once admit one ticket once" {
  local round i
  for round in 1 2 3; do
    ticket gala
    get /door/gala
    local token
    token=$(hidden csrf_token)
    for i in $(seq 10); do
      curl -s -o /dev/null -b "$JAR" --data-urlencode "csrf_token=$token" \
        --data-urlencode "code=$CODE" --data "location=Door+$i" \
        "$URL/door/gala/scan" 3>&- &
    done
    wait $(jobs -p | grep -v "^$SERVER\$")
    assert_equal "$(sql "SELECT outcome, count(*) FROM scan
      WHERE code = '$CODE' GROUP BY outcome")" "admitted|1
refused|9"
  done
  assert_sound
}

@test "R42 B1 the page: focus in the field, the place stays, who is in" {
  ticket gala
  scan gala "$CODE" "location=West gate" scan_type=check_in
  grep -q '<input id="code" name="code" autofocus' <<<"$body"
  grep -q 'name="location"[^>]*value="West gate"' <<<"$body"
  local came
  came=$(sql "SELECT count(*) FROM ticket k JOIN event e ON e.id = k.event_id
    WHERE e.slug = 'gala' AND k.check_in_at IS NOT NULL")
  assert_text "Came $came"
  get /door/gala
  grep -q 'name="location"[^>]*value="West gate"' <<<"$body"
}

@test "R42 B7 the list: by name, by letter, with boxes, and who came" {
  ticket gala "Émilie du Châtelet"
  ticket gala "Zora Neale Hurston"
  scan gala "$CODE"
  get "/door/gala/list"
  assert_status 200
  assert_text "Émilie du Châtelet"
  get "/door/gala/list?q=%C3%A9MILIE"
  assert_text "Tickets: 1, as of "
  get "/door/gala/list?q=ch%C3%A2telet+%C3%A9milie"
  assert_text "Tickets: 1"
  get "/door/gala/list?letter=z"
  assert_text "Zora Neale Hurston"
  refute_text "Émilie"
  grep -q 'class="tick on"' <<<"$body"
  # Checking in from the list.
  get "/door/gala/list?q=emilie"
  assert_text "Nobody found"
  get "/door/gala/list?q=%C3%A9milie"
  CODE=$(grep -o 'value="TKT-[0-9A-F]*"' <<<"$body" | head -n 1 | cut -d'"' -f2)
  post /door/gala/scan "code=$CODE" scan_type=check_in
  get "$location"
  assert_word "Come in"
}

@test "R5 where nobody is named and no organiser runs it, all door staff work" {
  get /door
  assert_text "House Concert"
  refute_text "Other Show"
  get /door/house
  assert_status 200
  post /door/house/scan code=TKT-0000000000000000
  assert_status 303
  # What an admin has made is run by an administrator.
  sign_in admin anna
  give_event house anna
  sign_in door dora
  get /door/house
  assert_status 200
  sign_in organiser oona
  give_event house oona
  sign_in door dora
  get /door/house
  assert_status 404
}

@test "R5 foreign events are not there for the door; visitors log in" {
  local path
  for path in /door/other /door/other/list /door/other/offline \
    /door/other/offline.json /door/other/hand-in /door/nothing; do
    get "$path"
    assert_status 404
  done
  get /door/gala
  post /door/other/scan code=TKT-0000000000000000
  assert_status 404
  post /door/other/undo scan=1 why=x
  assert_status 404
  post /door/other/hand-in "scans=code,scanned_at"
  assert_status 404
  get /door/gala?scan=999999
  assert_status 404
  as stranger
  get /door/gala
  assert_status 303
  sign_in user ursula
  get /door/gala
  assert_status 403
  post /door/gala/scan code=TKT-0000000000000000
  assert_status 403
}

@test "a form without its token scans nothing" {
  ticket gala
  curl -s -b "$JAR" -o /dev/null -w '%{http_code}' -d "code=$CODE" \
    "$URL/door/gala/scan" >"$BATS_TEST_TMPDIR/code"
  assert_equal "$(cat "$BATS_TEST_TMPDIR/code")" 403
  curl -s -b "$JAR" -o /dev/null -w '%{http_code}' -d "why=x&scan=1" \
    "$URL/door/gala/undo" >"$BATS_TEST_TMPDIR/code"
  assert_equal "$(cat "$BATS_TEST_TMPDIR/code")" 403
  curl -s -b "$JAR" -o /dev/null -w '%{http_code}' \
    -d "scans=code,scanned_at" "$URL/door/gala/hand-in" \
    >"$BATS_TEST_TMPDIR/code"
  assert_equal "$(cat "$BATS_TEST_TMPDIR/code")" 403
  assert_equal "$(of_ticket status)" active
}

@test "R41 junk is answered, never with a fault" {
  local junk
  for junk in "" "   "; do
    scan gala "$junk"
    assert_status 400
    assert_text "is missing"
  done
  for junk in "hello" "CP1:1:1:x:y" "CP1::::" "TKT-12" "'; DROP TABLE ticket" \
    "https://example.org/?a=b" "<b>x</b>" "日本語"; do
    scan gala "$junk"
    assert_status 200
    assert_word "Not found"
  done
  scan gala "$(printf 'A%.0s' $(seq 300))"
  assert_status 400
  scan gala "$(printf 'TKT-00\x01')"
  assert_status 400
  scan gala TKT-0000000000000000 scan_type=fly
  assert_status 400
  scan gala TKT-0000000000000000 \
    "location=$(printf 'x%.0s' $(seq 81))"
  assert_status 400
  run grep -c '<b>x</b>' <<<"$body"
  assert_output 0
}

@test "the door's pages may use the camera and our scripts, others may not" {
  get /door/gala
  grep -q "script-src 'self'" <<<"$headers"
  grep -q 'camera=(self)' <<<"$headers"
  get /door/gala/list
  run grep -c "script-src" <<<"$headers"
  assert_output 0
  grep -q 'camera=()' <<<"$headers"
}

@test "R3 who works at doors lands there after login, who runs events in the back office" {
  sign_in door dolores
  assert_equal "$location" /door
  sign_in organiser olivia
  assert_equal "$location" /admin
  give_event "house" olivia
  get "/door/house"
  grep -q '<a href="/admin">Back office</a>' <<<"$body"
  as dolores
  staff_at_door "house" dolores
  get "/door/house"
  assert_status 200
  [[ $body != *'/admin'* ]]
  post /account/logout
  get "/account/login?next=%2Ftickets"
  post /account/login login=dolores "password=$STAFF_PASSWORD" next=/tickets
  assert_equal "$location" /tickets
}
