#!/usr/bin/env bats
# One event as a file, from one site to another: all of it, or nothing.
bats_require_minimum_version 1.5.0
load helper

setup() {
  DATA="$BATS_TEST_TMPDIR/data"
  OTHER="$BATS_TEST_TMPDIR/other"
  FILE="$BATS_TEST_TMPDIR/event.json"
  "$BUILD/campuspass" --data "$DATA" init >/dev/null
  "$BUILD/campuspass" --data "$DATA" demo >/dev/null
  "$BUILD/campuspass" --data "$OTHER" init >/dev/null
}

here() {
  "$BUILD/campuspass" --data "$DATA" "$@"
}

there() {
  "$BUILD/campuspass" --data "$OTHER" "$@"
}

PICTURE=0123456789abcdefghjkmnpqrs.png

# Three pixels by two.
make_png() {
  python3 - <<'END'
import struct, sys, zlib

def chunk(kind, data):
    return (struct.pack(">I", len(data)) + kind + data +
            struct.pack(">I", zlib.crc32(kind + data)))

rows = b"".join(b"\0" + bytes([9, 90, 200] * 3) for _ in range(2))
sys.stdout.buffer.write(b"\x89PNG\r\n\x1a\n" +
    chunk(b"IHDR", struct.pack(">IIBBBBB", 3, 2, 8, 2, 0, 0, 0)) +
    chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
END
}

# Width and height of a PNG, as its header has them.
size_of() {
  python3 -c 'import struct, sys
with (sys.stdin.buffer if sys.argv[1] == "-" else open(sys.argv[1], "rb")) as f:
    print(*struct.unpack(">II", f.read(24)[16:]))' "$1"
}

# All that the demo leaves at its default.
dress_up() {
  mkdir -p -m 700 "$DATA/images"
  make_png >"$DATA/images/$PICTURE"
  sql_write "UPDATE event SET description = 'Zwei' || char(10) || '**Zeilen** ö 😀',
      summary = 'A \"quoted\" line', image = '$PICTURE', image_alt = 'A saxophone', doors_minutes = 45,
      booking_opens_at = starts_at - 500000, booking_closes_at = starts_at - 60,
      hold_minutes = 7, refund_full_days = 9, refund_part_days = 4,
      refund_part_percent = 30, max_per_booking = 4, max_per_person = 6,
      one_booking_each = 0, door_rule = 'reentry', queue_is_open = 1,
      currency = 'EUR', timezone = 'Europe/Berlin' WHERE slug = 'jazz-evening';
    UPDATE tier SET sale_opens_at = 1700000000, rank = 3 WHERE slug = 'vip'
      AND event_id = (SELECT id FROM event WHERE slug = 'jazz-evening');
    UPDATE event SET search = replace(search, 'a quintet, small tables, and time'
      || ' to listen.', 'a \"quoted\" line') WHERE slug = 'jazz-evening';
    UPDATE seat SET is_accessible = 1 WHERE row_name = 'B' AND number IN (5, 6)"
}

# What an event is, without ids and moments of making.
facts() {
  sqlite3 -batch "$1/campuspass.db" "${QUIETLY[@]}" "SELECT slug, title, type,
      summary, description, timezone, currency, starts_at, ends_at,
      doors_minutes, booking_opens_at, booking_closes_at, seating,
      hold_minutes, refund_full_days, refund_part_days, refund_part_percent,
      max_per_booking, max_per_person, one_booking_each, door_rule, image_alt,
      queue_is_open, queue_is_manual, search FROM event WHERE slug = '$2';
    SELECT v.name, v.address, v.latitude, v.longitude FROM venue v JOIN event e
      ON e.venue_id = v.id WHERE e.slug = '$2';
    SELECT t.slug, t.name, t.position, t.rank, t.price, t.capacity, t.sold,
      t.sale_opens_at, t.sale_closes_at FROM tier t JOIN event e
      ON e.id = t.event_id WHERE e.slug = '$2' ORDER BY t.position;
    SELECT s.row_name, s.number, s.is_accessible, t.slug FROM seat s JOIN tier t
      ON t.id = s.tier_id JOIN event e ON e.id = s.event_id
      WHERE e.slug = '$2' ORDER BY 1, 2"
}

@test "an event with seats and picture is the same at another site" {
  dress_up
  run here event export jazz-evening "$FILE"
  assert_success
  run there event import "$FILE"
  assert_success
  assert_output "jazz-evening is imported, as a draft"
  diff <(facts "$DATA" jazz-evening) <(facts "$OTHER" jazz-evening)
  [ "$(facts "$OTHER" jazz-evening | wc -l)" -ge 14 ]
  run sqlite3 "$OTHER/campuspass.db" "SELECT status, owner_id IS NULL, image FROM event"
  assert_output --regexp '^draft\|1\|[0-9a-z]{26}\.png$'
  # Made anew on its way in, and of the same size.
  assert_equal "$(size_of "$OTHER/images/${output##*|}")" "$(make_png | size_of -)"
  [ "$(stat -c %a "$OTHER/images")" = 700 ]
  run there check
  assert_success
  # And what that site writes is the same file.
  there event export jazz-evening "$FILE.2"
  cmp <(jq 'del(.image)' "$FILE") <(jq 'del(.image)' "$FILE.2")
}

@test "every demo event goes there, by way of a pipe" {
  local slug
  for slug in $(sql "SELECT slug FROM event"); do
    here event export "$slug" | there event import -
    diff <(facts "$DATA" "$slug") <(facts "$OTHER" "$slug")
  done
  run there check
  assert_success
}

@test "nobody's bookings are in the file" {
  sql_write "INSERT INTO booking (reference, event_id, name, email, state,
    source, quantity, total, currency, created_at, expires_at) SELECT 'R', id,
    'Ada', 'ada@example.org', 'released', 'page', 1, 0, 'USD', 1, 2 FROM event
    WHERE slug = 'comedy-night'"
  run here event export comedy-night
  assert_success
  refute_output --partial ada@example.org
  run here event export no-such-event
  assert_failure 1
  assert_output --partial "Event not found"
}

# refused FILTER WORDS: the file, changed by jq, is not taken, and why.
refused() {
  jq "$1" "$BATS_TEST_TMPDIR/good.json" >"$FILE"
  run there event import "$FILE"
  [ "$status" = 1 ] || { echo "taken: $1" >&2; return 1; }
  assert_output --partial "$2"
  refute_output --partial sqlite
  [ "$(sqlite3 "$OTHER/campuspass.db" "SELECT count(*) FROM event")" = 0 ]
  [ -z "$(ls "$OTHER/images" 2>/dev/null)" ]
}

@test "a file that is not right is refused with what is wrong, and nothing is written" {
  dress_up
  here event export jazz-evening "$BATS_TEST_TMPDIR/good.json"
  refused '.format = "other"' "no event of CampusPass"
  refused '.version = 2' "another version"
  refused '.slug = "../x"' slug
  refused '.title = ""' title
  refused '.title = 7' title
  refused '.title = "a\nb"' title
  refused '.type = "party"' type
  refused '.timezone = "Mars/Base"' timezone
  refused '.currency = "XXXX"' currency
  refused '.online_url = "javascript:alert(1)"' online_url
  refused '.starts_at = "soon"' starts_at
  refused '.ends_at = .starts_at' ends_at
  refused '.ends_at = 1e30' ends_at
  refused '.door_rule = "never"' door_rule
  refused '.refund_part_days = 99' refund_part_days
  refused '.tiers = {}' tiers
  refused '.tiers[0].price = -1' price
  refused '.tiers[0].capacity = 6' "6 places and 5 seats"
  refused '.tiers[0].is_unlimited = true' seats
  refused '.tiers[1].slug = .tiers[0].slug' "stands twice"
  refused '.tiers[1].rows = .tiers[0].rows' "stands twice"
  refused '.tiers[0].rows = "B1-B99999999"' "too many seats"
  refused '.venue.latitude = 91' latitude
  refused '.venue.latitude = -91' latitude
  refused '.venue.longitude = 181' latitude
  refused '.venue.longitude = "x"' latitude
  refused '.venue.latitude = null' latitude
  refused 'del(.venue.longitude)' latitude
  refused '.venue.name = 7' venue
  refused '.title = null' title
  refused 'del(.title)' title
  refused '.title = "a\u0007b"' title
  refused '.summary = ("x" * 301)' summary
  refused '.online_url = "ftp://example.org"' online_url
  refused '.one_booking_each = "yes"' one_booking_each
  refused '.one_booking_each = null' one_booking_each
  refused '.max_per_booking = -1' max_per_booking
  refused '.max_per_booking = 1.5' max_per_booking
  refused '.hold_minutes = null' hold_minutes
  refused '.tiers = null' tiers
  refused 'del(.tiers)' tiers
  refused '.tiers = [.tiers[0] | .slug = "t\(range(60))"]' tiers
  refused '.tiers[0].rank = -1' rank
  refused '.tiers[0].name = ""' name
  refused '.tiers[0].price = 1.5' price
  refused '.tiers[0].rows = 7' rows
  refused '.tiers[0].accessible = ["B1"]' accessible
  refused '.image = "aGVsbG8="' "no picture"
  refused '.image = "***"' "no picture"
  echo '{"format": "campuspass-event", "format": "campuspass-event"}' >"$FILE"
  run there event import "$FILE"
  assert_failure 1
  echo 'not JSON' >"$FILE"
  run there event import "$FILE"
  assert_failure 1
  assert_output --partial "line 1"
  # What is quoted of it may be no text, or end amid a character.
  printf '{"a?\\\xd8\x9a\xc9\x95\x96s' >"$FILE"
  run there event import "$FILE"
  assert_failure 1
  assert_output --partial "line 1: invalid escape"
  run iconv -f UTF-8 -t UTF-8 <<<"$output"
  assert_success
  run there event import "$BATS_TEST_TMPDIR/no-such-file"
  assert_failure 1
}

@test "what a file leaves out is as of a new event" {
  here event export comedy-night "$BATS_TEST_TMPDIR/whole.json"
  jq 'del(.venue, .summary, .description, .image_alt, .is_reserved, .one_booking_each,
    .max_per_booking, .tiers[].rank) | .online_url = "http://example.org/"' \
    "$BATS_TEST_TMPDIR/whole.json" >"$FILE"
  run there event import "$FILE"
  assert_success
  assert_equal "$(sqlite3 "$OTHER/campuspass.db" "SELECT status, seating, summary,
    one_booking_each, max_per_booking, venue_id FROM event")" "draft|general||0||"
  # A place without coordinates has none on the other site.
  jq '.slug = "second" | del(.venue.latitude, .venue.longitude)' \
    "$BATS_TEST_TMPDIR/whole.json" >"$FILE"
  run there event import "$FILE"
  assert_success
  assert_equal "$(sqlite3 "$OTHER/campuspass.db" "SELECT count(*) || '|' ||
    count(latitude) FROM venue")" "1|0"
}

@test "an event that is there already stays as it is" {
  here event export jazz-evening "$FILE"
  run here event import "$FILE"
  assert_failure 1
  assert_output --partial "has an event jazz-evening already"
  run sql "SELECT count(*), min(status) FROM event WHERE slug = 'jazz-evening'"
  assert_output "1|published"
}
