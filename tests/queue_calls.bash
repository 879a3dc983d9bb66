# For bats files about the queue calls of the API, on the demo's queue-night.

teardown_file() {
  stop_site
}

setup() {
  as "program-$BATS_TEST_NUMBER"
}

# call METHOD PATH [BODY]: with $TOKEN, where one is set.
call() {
  get "$2" -X "$1" -H 'Content-Type: application/json' ${3:+-d "$3"} \
    ${TOKEN:+-H "Authorization: Bearer $TOKEN"}
}

# person FIRST LAST TYPE: the body of a call.
person() {
  jq -cn --arg f "$1" --arg l "$2" --arg t "$3" \
    '{first_name: $f, last_name: $l, ticket_type: $t}'
}

register() {
  call POST /api/register "$(person "$@")"
}

process() {
  call POST /api/process_user "$(person "$@")"
}

cancel() {
  call DELETE /api/cancel_ticket "$(person "$@")"
}

# is JSON: the body is exactly that, keys sorted.
is() {
  assert_equal "$(jq -c . <<<"$body")" "$(jq -c . <<<"$1")"
}

# Everything as after `campuspass demo`.
reset() {
  sql_write "DELETE FROM journal; DELETE FROM outbox; DELETE FROM ticket;
    DELETE FROM booking_item; DELETE FROM queue_entry; DELETE FROM booking;
    UPDATE tier SET sold = 0, held = 0"
}

waiting() {
  sql "SELECT count(*) FROM queue_entry WHERE state = 'waiting'"
}
