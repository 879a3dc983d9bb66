# For bats files about the JSON calls of the CampusPass front-end: how they
# are made, and what must come back.

JSON="Content-Type: application/json"

# ---- calling ----

# call EVENT BODY [curl options]: the booking call with a body as it is.
call() {
  printf '%s' "$2" >"$BATS_TEST_TMPDIR/body"
  get "/api/events/$1/book" -H "$JSON" \
    --data-binary "@$BATS_TEST_TMPDIR/body" "${@:3}"
}

# order EVENT TIER QUANTITY EMAIL [TOKEN]: one that is right, in its form.
order() {
  call "$1" "$(jq -nc --arg tier "$2" --arg quantity "$3" --arg email "$4" \
    --arg token "${5-tok_valid_1}" '{email: $email, tier_name: $tier,
      quantity: $quantity, payment_token: $token}')"
}

# buy QUANTITY [name=JSON ...]: of tier "general" of $E, by a new person
# unless said otherwise; a value of nothing leaves the member out.
buy() {
  local members="{\"email\":\"p$RANDOM$RANDOM@example.org\",
    \"tier_name\":\"general\",\"quantity\":$1,\"payment_token\":\"tok_valid\"}"
  local pair
  for pair in "${@:2}"; do
    members=$(jq -c --arg name "${pair%%=*}" "del(.[\$name])" <<<"$members")
    # By text: jq would change numbers such as 1e400.
    [ -z "${pair#*=}" ] ||
      members="${members%\}},\"${pair%%=*}\":${pair#*=}}"
  done
  call "$E" "$members"
}

# behave WORD: how the simulated gateway answers from now on.
behave() {
  mkdir -p "$DATA/campuspay"
  echo "$1" >"$DATA/campuspay/behave"
}

# ---- saying what must be ----

# answers STATUS BODY: to the byte.
answers() {
  assert_status "$1"
  [ "$body" = "$2" ] && return
  {
    echo "expected: $2"
    echo "     got: $body"
  } >&2
  return 1
}

# cause KIND MESSAGE: for the error functions below.
cause() {
  jq -nc --arg kind "$1" --arg message "$2" \
    '{caused_by: {error_type: $kind, error: $message}}'
}

# fails STATUS KIND MESSAGE [FIELDS [CAUSE]]: an error of exactly that.
fails() {
  answers "$1" "$(jq -nc --arg kind "$2" --arg message "$3" \
    "{error: \$message, error_type: \$kind} + ${4:-{\}} + ${5:-{\}}")"
}

# invalid FIELD VALUE LABEL REASON [CAUSE]: an InvalidBookingError.
invalid() {
  fails 400 InvalidBookingError "$3 $4" "$(jq -nc --arg field "$1" \
    --arg value "$2" --arg reason "$4" \
    '{field: $field, value: $value, reason: $reason}')" "${5:-{\}}"
}

nothing_taken() {
  local got
  got=$(sql "SELECT count(*) FROM booking b JOIN event e ON e.id = b.event_id
    WHERE e.slug = '$E' AND b.state <> 'failed'")
  [ "$got" = 0 ] && [ "$(stock "$E" "${1:-general}")" = "0|0" ] && return
  echo "taken: $got bookings, $(stock "$E" "${1:-general}")" >&2
  return 1
}

# How many bookings and charges the event has, "1|1".
bookings_and_charges() {
  sql "SELECT count(DISTINCT b.id) || '|' || count(a.id) FROM booking b
    JOIN event e ON e.id = b.event_id
    LEFT JOIN payment_attempt a
      ON a.booking_id = b.id AND a.state = 'captured'
    WHERE e.slug = '$E'"
}

gives() {
  [ "$(sql "$2")" = "$1" ]
}

# until_sql EXPECTED QUERY: wait for what is done behind an answer.
until_sql() {
  eventually gives "$@" ||
    { echo "expected $1, have $(sql "$2")" >&2; return 1; }
}

setup_file() {
  start_site
}

teardown_file() {
  stop_site
}

# Each test is a caller of its own, at an event of its own.
setup() {
  as "caller-$BATS_TEST_NUMBER"
  E="show-$BATS_TEST_NUMBER"
}
