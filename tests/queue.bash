# For bats files about the waiting list: an event E, who holds its places, who
# waits for them.

# clock_to HOUR: the program's clock goes on to that hour, UTC.
clock_to() {
  local now
  now=$(now)
  pass_time $(((now / 86400 + 1) * 86400 + $1 * 3600 - now))
  if [ $(($(now) - now)) -gt 86400 ]; then
    pass_time -86400
  fi
}

# add_line [column=value ...]: the event, with nothing taken.
add_line() {
  local start
  start=$(($(now) + 14 * 86400))
  [[ "$*" == *starts_at* ]] ||
    set -- "$@" "starts_at=$start" "ends_at=$start + 7200"
  add_event "$E" "$@"
  sql_write "UPDATE tier SET slug = 'regular', name = 'Regular', rank = 1,
    capacity = 1 WHERE event_id = (SELECT id FROM event WHERE slug = '$E')"
  add_tier "$E" vip VIP 4500 1
}

# fill TIER: somebody holds its places; release TIER gives them back.
fill() {
  as "holder-$1-$BATS_TEST_NUMBER"
  hold "$E" "$1" "${2:-1}" "holder-$1@example.org"
  as "person-$BATS_TEST_NUMBER"
}
release() {
  as "holder-$1-$BATS_TEST_NUMBER"
  get "/book/$E"
  get "/checkout/$(sql "SELECT reference FROM booking b JOIN event e
    ON e.id = b.event_id WHERE e.slug = '$E'
    AND b.email = 'holder-$1@example.org' ORDER BY b.id DESC LIMIT 1")"
  post "$(grep -o '/checkout/[A-Z0-9]*/release' <<<"$body" | head -n 1)"
  assert_status 303
  as "person-$BATS_TEST_NUMBER"
}

# Hidden fields of this browser, where the page itself has no form.
any_form() {
  [ -n "$(hidden csrf_token)" ] || get /book/line-form
}

# try_join TIER QUANTITY EMAIL; join remembers KEY.
try_join() {
  get "/book/$E/queue"
  any_form
  post "/book/$E/queue" "tier=$1" "quantity=$2" "name=Ada Lovelace" \
    "email=$3" "${@:4}"
}
join() {
  try_join "$@"
  assert_status 303
  KEY=${location##*/}
}

# One place, which somebody holds; a and b wait for it in this order. FIRST is
# a's key, KEY b's.
two_wait() {
  add_line "$@"
  fill regular
  join regular 1 a@example.org
  FIRST=$KEY
  join regular 1 b@example.org
}

# state EMAIL: of the entry, with its booking's state and tier if it has one.
state() {
  sql "SELECT q.state || coalesce(' ' || b.state || ' ' || t.slug, '')
    FROM queue_entry q JOIN event e ON e.id = q.event_id
    LEFT JOIN booking b ON b.id = q.booking_id
    LEFT JOIN booking_item i ON i.booking_id = b.id
    LEFT JOIN tier t ON t.id = i.tier_id
    WHERE e.slug = '$E' AND q.email = '$1@example.org'
    ORDER BY q.id DESC LIMIT 1"
}

# The journal of the event, by kinds.
journal() {
  sql "SELECT group_concat(kind, ' ') FROM (SELECT kind FROM journal j
    JOIN event e ON e.id = j.event_id WHERE e.slug = '$E' ORDER BY j.id)"
}

# row TIER: sold, held, left and waiting as the summary on the page has them.
row() {
  xmllint --html --xpath "//tbody[tr/th/bdi[. = '$1']]//td" - <<<"$body" \
    2>/dev/null | sed 's/<[^>]*>//g' | paste -sd' '
}

setup_file() {
  export WORKERS=2
  make_data
  printf 'queue_event = line-configured\nqueue_open = no\n' \
    >>"$DATA/campuspass.conf"
  # Ten in the morning, so that no offer meets the night unasked.
  clock_to 10
  start_server
  add_event line-form starts_at="$(($(now) + 100 * 86400))" \
    ends_at="$(($(now) + 101 * 86400))"
}

teardown_file() {
  stop_site
}

# Each test has an event of its own in two weeks: one VIP place and one
# regular one, both on hold by somebody.
setup() {
  as "person-$BATS_TEST_NUMBER"
  E="line-$BATS_TEST_NUMBER"
}
