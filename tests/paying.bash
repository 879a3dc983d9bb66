# For tests of payments: what became of the booking $REFERENCE.

# state [REFERENCE]
state() {
  sql "SELECT state FROM booking WHERE reference = '${1:-$REFERENCE}'"
}

# becomes STATE: by the chores after somebody's request; where another process
# is at them, it is the next one's.
becomes() {
  eventually is_at_last "$1"
}

is_at_last() {
  get /terms
  [ "$(state)" = "$1" ]
}

# The states of a booking's attempts to pay, in order.
attempts() {
  sql "SELECT coalesce(group_concat(state, ' '), '') FROM (SELECT a.state
    FROM payment_attempt a JOIN booking b ON b.id = a.booking_id
    WHERE b.reference = '$REFERENCE' ORDER BY a.id)"
}

# "tickets|ledger lines|mails" of the booking.
outcome() {
  sql "SELECT (SELECT count(*) FROM ticket k WHERE k.booking_id = b.id)
    || '|' || (SELECT count(*) FROM ledger l WHERE l.booking_id = b.id)
    || '|' || (SELECT count(*) FROM outbox o WHERE o.booking_id = b.id)
    FROM booking b WHERE b.reference = '$REFERENCE'"
}

# The refunds of the booking, a line each: "1500 started".
refunds() {
  sql "SELECT r.amount || ' ' || r.state FROM refund r JOIN booking b
    ON b.id = r.booking_id WHERE b.reference = '$REFERENCE' ORDER BY r.id"
}

# What the ledger says of the booking: "charges|refunds|sum of all lines".
ledger() {
  sql "SELECT (SELECT count(DISTINCT entry) FROM ledger l
      WHERE l.booking_id = b.id AND kind = 'charge') || '|' ||
    (SELECT count(DISTINCT entry) FROM ledger l
      WHERE l.booking_id = b.id AND kind = 'refund') || '|' ||
    (SELECT coalesce(sum(amount), 0) FROM ledger l WHERE l.booking_id = b.id)
    FROM booking b WHERE b.reference = '$REFERENCE'"
}

# start_shop GATEWAYS: an empty site whose places are paid through them.
start_shop() {
  make_data empty
  sed -i '/^gateways/d' "$DATA/campuspass.conf"
  echo "gateways = $1" >>"$DATA/campuspass.conf"
  start_server
}

# The organiser's list of late money; the booking's line.
late() {
  "$BUILD/campuspass" --data "$DATA" late | grep -F "$REFERENCE"
}

# Start PayPal's double (DOUBLE, at PAYPAL) and make it this DATA's gateway.
start_double() {
  local line
  : >"$BATS_FILE_TMPDIR/double"
  # 3>&-: bats waits for whoever holds its descriptor 3.
  /usr/bin/python3 "$TOP/tests/paypal/double.py" \
    >"$BATS_FILE_TMPDIR/double" 2>/dev/null 3>&- &
  export DOUBLE=$!
  eventually grep -q . "$BATS_FILE_TMPDIR/double"
  line=$(cat "$BATS_FILE_TMPDIR/double")
  export PAYPAL="http://127.0.0.1:${line#port }"
  cat >>"$DATA/campuspass.conf" <<CONF
gateways = ${1:-paypal campuspay}
base_url = http://tickets.example.org
paypal_url = $PAYPAL
paypal_client = client
paypal_secret = secret
paypal_webhook = WEBHOOK1
CONF
}

stop_double() {
  kill "$DOUBLE"
}
