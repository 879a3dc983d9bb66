# For bats files about the staff's pages: somebody of a role, signed in.
# (accounts.bash has a sign_in of its own: load one of the two.)

STAFF_PASSWORD="seven brass kettles"

# sign_in ROLE NAME: from now on be the browser NAME, in which the account
# NAME with that role (door, organiser, admin, user) is signed in. It is made
# if it is new.
sign_in() {
  as "$2"
  [ -n "$(user_id "$2")" ] ||
    "$BUILD/campuspass" --data "$DATA" user add --role "$1" --username "$2" \
      --email "$2@example.org" --password-stdin <<<"$STAFF_PASSWORD" >/dev/null
  get /account/login
  [ "$status" = 200 ] || return 0 # signed in already
  post /account/login "login=$2" "password=$STAFF_PASSWORD"
  [ "$status" = 303 ] || { echo "$status $body" >&2; return 1; }
}

# The id of an account; nothing when there is none.
user_id() {
  sql "SELECT id FROM user WHERE username = '$1'"
}

# give_event EVENT NAME: the account runs the event from now on.
give_event() {
  sql_write "UPDATE event SET owner_id = $(user_id "$2") WHERE slug = '$1'"
}

# staff_at_door EVENT NAME: the account works at its door.
staff_at_door() {
  sql_write "INSERT INTO event_staff (event_id, user_id)
    SELECT id, $(user_id "$2") FROM event WHERE slug = '$1'"
}
