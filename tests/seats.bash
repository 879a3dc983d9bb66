# For bats files about halls with seats: each test has one of its own, E, as
# ticketing.bash makes them, of which B6 is accessible.

setup_file() {
  make_data
  # The queue calls cancel tickets of the event that is configured.
  echo "queue_event = hall-cancelled" >>"$DATA/campuspass.conf"
  start_server
}

teardown_file() {
  stop_site
}

setup() {
  as "person-$BATS_TEST_NUMBER"
  E="hall-$BATS_TEST_NUMBER"
}

# own_hall [column=value ...]
own_hall() {
  add_hall "$E" "$@"
  sql_write "UPDATE seat SET is_accessible = 1 WHERE row_name = 'B'
    AND number = 6 AND event_id = (SELECT id FROM event WHERE slug = '$E')"
}

# pick EMAIL SEAT ... [name=value ...]: the form with these seats ticked.
pick() {
  local fields=() word
  get "/book/$E"
  for word in "${@:2}"; do
    [[ $word == *=* ]] && fields+=("$word") || fields+=("seat=$word")
  done
  post "/book/$E" name=Ada "email=$1" "${fields[@]}"
}

# take EMAIL SEAT ...: pick them, and remember REFERENCE.
take() {
  pick "$@"
  assert_status 303
  REFERENCE=${location##*/}
}

# best EMAIL TIER QUANTITY: the seats that are chosen for you.
best() {
  get "/book/$E"
  post "/book/$E" name=Ada "email=$1" "tier=$2" "quantity=$3" best=yes
}

# The seats of a booking, in the order of the hall; of the event's live
# bookings without a reference.
seats() {
  sql "SELECT group_concat(name, ' ') FROM (SELECT s.row_name || s.number
      AS name FROM booking_item i JOIN seat s ON s.id = i.seat_id
      JOIN booking b ON b.id = i.booking_id JOIN event e ON e.id = b.event_id
      WHERE i.is_live = 1 AND e.slug = '$E' AND ('${1:-}' = ''
        OR b.reference = '${1:-}') ORDER BY s.row_name, s.number)"
}

# The input of a seat with its label, as one line.
seat() {
  tr '\n' ' ' <<<"$body" | tr -s ' ' | grep -o '<span class="seat .*' |
    sed 's/<span class="seat /\n&/g' | grep -F "value=\"$1\"" | head -n 1
}
