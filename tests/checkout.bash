# For bats files about the way from a hold to tickets, paid by the demo's
# gateway, campuspay. To be loaded after person.

# The gateway behaves. Time only goes on: chores of the test before are due again.
setup() {
  as "person-$BATS_TEST_NUMBER"
  E="show-$BATS_TEST_NUMBER"
  rm -f "$DATA/campuspay/behave"
  pass_time 40
}

# behave WORD: the gateway from now on; see lib/payment/campuspay.h.
behave() {
  mkdir -p "$DATA/campuspay"
  echo "$1" >"$DATA/campuspay/behave"
}

# The booking's two places are paid once, and all fits together.
assert_paid_once() {
  assert_equal "$(state)" confirmed
  assert_equal "$(charges)" 1
  assert_equal "$(outcome)" "2|2|1"
  assert_sound
}

# How often the gateway itself says that it charged for the booking.
charges() {
  local key count=0
  for key in $(sql "SELECT idempotency_key FROM payment_attempt a
    JOIN booking b ON b.id = a.booking_id
    WHERE b.reference = '$REFERENCE'"); do
    [ ! -e "$DATA/campuspay/$key" ] || count=$((count + 1))
  done
  echo "$count"
}
