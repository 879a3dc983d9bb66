# Every route of every program, as the programs print them: who is let in and
# who is not (R5), whose things are shown, and that a route which does not say
# who may call it does not build. What must happen is read off the tables.

bats_require_minimum_version 1.5.0
load helper

PASSWORD="correct horse battery 7"

setup_file() {
  make_data
  # All roles come from one address, and log in more often than people.
  echo "limits = no" >>"$DATA/campuspass.conf"
  start_server
  add_event walk
  sql_write "UPDATE tier SET capacity = 1000, price = 1500 WHERE event_id =
    (SELECT id FROM event WHERE slug = 'walk')"
  for role in user door organiser admin; do
    add_user "$role" "$role"
  done
  add_user user victim
  sql_write "INSERT INTO saved_card (id, user_id, gateway, brand, last_four,
      expires, holder, address_box, token_box, created_at)
    SELECT 4711, id, 'campuspay', 'Visa', '4242', '2040-01', 'Victim', '',
      '', 1 FROM user WHERE username = 'victim'"
  # A booking of each, made while signed in.
  THINGS="event=walk id=4711"
  for person in user door organiser admin victim; do
    as "$person"
    get /account/login
    post /account/login "login=$person" "password=$PASSWORD"
    hold walk general 1 "$person@example.org"
    pay
    THINGS+=" $person.reference=$REFERENCE"
  done
  export THINGS
}
teardown_file() { stop_site; }

# add_user ROLE USERNAME
add_user() {
  "$BUILD/campuspass" --data "$DATA" user add --role "$1" --username "$2" \
    --email "$2@example.org" --password-stdin <<<"$PASSWORD" >/dev/null
}

walk() {
  # shellcheck disable=SC2086
  run python3 "$TOP/tests/walk/walk.py" "$1" "$URL" "$BUILD/routes" $THINGS \
    visitor.reference=NOSUCHREF0
  echo "$output"
  assert_success
}

@test "R5 every route, by every role: let in or refused as its table says" {
  walk roles
  # Some hundreds of routes and roles, not a handful.
  assert [ "$(sed -n 's/ answers.*//p' <<<"$output")" -gt 400 ]
  assert_sound
}

# doctored SED-SCRIPT: the walk by tables that say something else.
doctored() {
  cp -r "$BUILD/routes" "$BATS_TEST_TMPDIR/"
  sed -i "$1" "$BATS_TEST_TMPDIR"/routes/*.tsv
  run -1 python3 "$TOP/tests/walk/walk.py" roles "$URL" \
    "$BATS_TEST_TMPDIR/routes" $THINGS visitor.reference=NOSUCHREF0
  rm -r "$BATS_TEST_TMPDIR/routes"
}

@test "R5 the walk sees a route that lets in more, or fewer, than it says" {
  doctored '/GET\t\/terms\t/s/anyone/organiser/'
  assert_output --partial "visitor, things of victim: not refused: GET /terms"
  assert_output --partial "door, things of victim: not refused: GET /terms"
  refute_output --partial "organiser, things of victim: not refused"
  doctored '/GET\t\/account\t/s/user/anyone/'
  assert_output --partial "visitor, things of victim: not let in: GET /account"
  # The walks before gave back all tickets, so the event could be unpublished.
  sql_write "UPDATE event SET status = 'published' WHERE slug = 'walk'"
  doctored '/GET\t\/book\/{event}\t/{s/nothing/viewer/;s/{event}/walk?{id}/}'
  assert_output --partial "things of victim: not 404"
}

@test "R5 the tables are those of all programs" {
  for program in "$BUILD"/cgi-bin/*; do
    case $program in *.*) continue ;; esac
    CAMPUSPASS_ROUTES=yes "$program" >"$BATS_TEST_TMPDIR/routes"
    diff -u "$BUILD/routes/${program##*/}.tsv" "$BATS_TEST_TMPDIR/routes"
    [ -s "$BATS_TEST_TMPDIR/routes" ]
  done
  refute grep -rq undeclared "$BUILD/routes"
}

# A copy of the tree that make works in, whose library is built already.
tree() {
  mkdir -p "$1/build" "$1/cgi-bin"
  ln -s "$TOP"/{lib,db,www,tests} "$1/"
  cp -p "$TOP/Makefile" "$1/"
  cp -pr "$BUILD" "$1/build/${BUILD##*/}"
  cp -p "$TOP"/cgi-bin/{tickets*.[ch],main.c,programs.h} "$1/cgi-bin/"
}

compile() {
  run make -C "$1" -s TESTHOOKS=1 SANITIZE=0 PROGRAMS=tickets \
    "build/hooks/cgi-bin/tickets"
}

@test "R5 a route that declares no role does not build" {
  [ "${BUILD##*/}" = hooks ] || skip "the plain build shows it"
  local copy="$BATS_TEST_TMPDIR/copy"
  tree "$copy"
  touch "$copy"/cgi-bin/tickets.c
  compile "$copy"
  assert_success
  sed -i '/"\/tickets"/,/}/s/ACCESS_[A-Z]*/ACCESS_UNDECLARED/' \
    "$copy/cgi-bin/tickets.c"
  compile "$copy"
  assert_failure
  assert_output --partial "/tickets declares no access"
  [ ! -e "$copy/build/hooks/cgi-bin/tickets" ]
}

@test "R5 a route that does not say whose things it names does not build" {
  [ "${BUILD##*/}" = hooks ] || skip "the plain build shows it"
  local copy="$BATS_TEST_TMPDIR/copy"
  tree "$copy"
  sed -i '/"\/tickets"/,/}/s/OWNER_[A-Z]*/OWNER_UNDECLARED/' \
    "$copy/cgi-bin/tickets.c"
  compile "$copy"
  assert_failure
  assert_output --partial "/tickets declares no access or owner"
}

@test "R5 a route whose path is listed only is refused at the start, too" {
  # Nothing outside the environment of the server reaches the list.
  get "/terms?CAMPUSPASS_ROUTES=yes" -H "CAMPUSPASS_ROUTES: yes"
  assert_status 200
  assert_text "Terms"
}
