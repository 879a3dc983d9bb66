# For bats files about forms that become holds.

# How many bookings the event has.
bookings() {
  sql "SELECT count(*) FROM booking b JOIN event e ON e.id = b.event_id
    WHERE e.slug = '$1'"
}

# One column of a booking.
of_booking() {
  sql "SELECT $2 FROM booking WHERE reference = '$1'"
}

# refuses FIELD VALUE REASON: the page last fetched is a refusal of a field,
# complete: kind, value and reason labelled, the field linked and marked.
refuses() {
  assert_status 400
  assert_text "Kind of problem: InvalidBookingError"
  assert_text "Value $2"
  assert_text "Reason $3"
  [[ $body == *"href=\"#$1\""* ]] || { echo "no link to #$1" >&2; return 1; }
  [[ $body == *"id=\"$1-error\""* ]] || { echo "no mark at $1" >&2; return 1; }
}
