# For bats files about the list of events, the demo's: all but one that is hidden.

setup_file() {
  start_site
  sql_write "UPDATE event SET status = 'draft' WHERE slug = 'metal-night'"
}

teardown_file() {
  stop_site
}

# The slugs of the list last fetched, in order, on one line.
listed() {
  grep -o '<h3 dir="auto"><a href="/events/[^"]*"' <<<"$body" |
    sed 's|.*/events/||; s|"||' | tr '\n' ' '
}

# lists SLUG...: exactly these events, in this order.
lists() {
  assert_equal "$(listed)" "${*:+$* }"
}

# start_of EVENT FORMAT: when it begins, as date(1) writes it.
start_of() {
  LC_ALL=C date -u -d "@$(sql "SELECT starts_at FROM event
    WHERE slug = '$1'")" "+$2"
}

# A day from now as the filter takes it.
day() {
  date -u -d "$1 days" +%F
}

# Put an event far away, so that the lists of other tests stay as they are,
# and find it by its title alone.
add_far_event() {
  add_event "$1" starts_at="unixepoch() + 6912000" \
    ends_at="unixepoch() + 6915600" "${@:2}"
}
