# For bats files about the staff and somebody's booking: the event E is olga's,
# otto runs another, anna is an admin.

setup_file() {
  make_data empty
  sed -i 's/^gateways.*//' "$DATA/campuspass.conf"
  echo "gateways = campuspay later" >>"$DATA/campuspass.conf"
  start_server
  sign_in organiser olga
  sign_in organiser otto
  sign_in admin anna
}

teardown_file() {
  stop_site
}

setup() {
  E="fair-$BATS_TEST_NUMBER"
  add_event "$E"
  give_event "$E" olga
}

# bought [QUANTITY] [EMAIL]: somebody has paid; REFERENCE is theirs.
bought() {
  as "buyer-$BATS_TEST_NUMBER-${2:-ada}"
  hold "$E" general "${1:-1}" "${2:-ada}@example.org"
  pay
  assert_status 303
  as olga
  get "/admin/bookings/$REFERENCE"
  assert_status 200
}

# act ACTION [name=value ...]: a form of the booking's page last fetched.
act() {
  post "/admin/bookings/$REFERENCE/$1" "${@:2}"
}

# Refunds of the booking: "amount state by_hand" a line.
refunds() {
  sql "SELECT r.amount || ' ' || r.state || ' ' || r.is_by_hand FROM refund r
    JOIN booking b ON b.id = r.booking_id WHERE b.reference = '$REFERENCE'
    ORDER BY r.id"
}

# "how many|sum" of them.
given_back() {
  sql "SELECT count(*), sum(r.amount) FROM refund r JOIN booking b
    ON b.id = r.booking_id WHERE b.reference = '$REFERENCE'"
}

# Its tickets: "status|refunded" a line.
tickets() {
  sql "SELECT k.status, k.refunded FROM ticket k JOIN booking b
    ON b.id = k.booking_id WHERE b.reference = '$REFERENCE' ORDER BY k.id"
}

audited() {
  sql "SELECT action || ' ' || subject FROM audit
    WHERE subject = 'booking $REFERENCE' ORDER BY id"
}
