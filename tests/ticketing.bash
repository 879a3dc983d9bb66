# For tests of what happens after the sale: tickets of the booking $REFERENCE.

# The code of its N-th ticket (1).
code() {
  sql "SELECT k.code FROM ticket k JOIN booking b ON b.id = k.booking_id
    WHERE b.reference = '$REFERENCE' ORDER BY k.id LIMIT 1
    OFFSET $((${1:-1} - 1))"
}

# A column of its tickets, in order, with blanks between.
tickets() {
  sql "SELECT coalesce(group_concat($1, ' '), '') FROM (SELECT k.* FROM ticket k
    JOIN booking b ON b.id = k.booking_id WHERE b.reference = '$REFERENCE'
    ORDER BY k.id)"
}

# The key that a mail has in its link: key_of booking REFERENCE, or ticket
# CODE. An HMAC made by another program.
key_of() {
  python3 - "$DATA/keys" "$1" "$2" <<'END'
import hashlib, hmac, sys
path, purpose, text = sys.argv[1:]
key = next(bytes.fromhex(line.split()[2]) for line in open(path)
           if line.split()[0] == "cookie")
mac = hmac.new(key, purpose.encode() + b"\0" + text.encode(),
               hashlib.sha256).digest()
bits = "".join(f"{byte:08b}" for byte in mac)
print("".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[int(bits[i:i + 5], 2)]
              for i in range(0, 160, 5)))
END
}

# The mails about it of a kind, a line each: "recipient".
mails() {
  sql "SELECT o.recipient FROM outbox o JOIN booking b ON b.id = o.booking_id
    WHERE b.reference = '$REFERENCE' AND o.kind = '$1' ORDER BY o.id"
}

# A value of the newest mail of a kind: snapshot KIND JQ-PATH.
snapshot() {
  sql "SELECT o.snapshot FROM outbox o JOIN booking b ON b.id = o.booking_id
    WHERE b.reference = '$REFERENCE' AND o.kind = '$1'
    ORDER BY o.id DESC LIMIT 1" | jq -r "$2"
}

# buy EVENT TIER QUANTITY EMAIL: book and pay.
buy() {
  hold "$@"
  pay
  [ "$status" = 303 ] || { echo "$status $body" >&2; return 1; }
}

# add_hall SLUG: VIP A1-A4 at 45.00, general B1-B6 at 15.00, ten days ahead.
add_hall() {
  add_event "$1" "seating='reserved'" "starts_at=unixepoch() + 864000" \
    "ends_at=unixepoch() + 871200" "${@:2}"
  add_tier "$1" vip VIP 4500 4
  sql_write "UPDATE tier SET capacity = 6 WHERE slug = 'general'
    AND event_id = (SELECT id FROM event WHERE slug = '$1')"
  add_seats "$1" vip A 1 4
  add_seats "$1" general B 1 6
}

# add_seats SLUG TIER ROW FIRST LAST
add_seats() {
  sql_write "WITH RECURSIVE n (number) AS (SELECT $4 UNION ALL
      SELECT number + 1 FROM n WHERE number < $5)
    INSERT INTO seat (event_id, tier_id, row_name, number)
    SELECT e.id, t.id, '$3', n.number FROM event e JOIN tier t
      ON t.event_id = e.id AND t.slug = '$2' JOIN n WHERE e.slug = '$1'"
}

# buy_seats EVENT EMAIL SEAT ...: pick them and pay.
buy_seats() {
  get "/book/$1"
  post "/book/$1" name=Ada "email=$2" "${@:3}"
  [ "$status" = 303 ] || { echo "$status $body" >&2; return 1; }
  REFERENCE=${location##*/}
  pay
  [ "$status" = 303 ] || { echo "$status $body" >&2; return 1; }
}

# The picture of the N-th code on the page last fetched, read by a scanner.
scan_page() {
  xmllint --html --xpath "(//svg[@role='img'])[${1:-1}]" - 2>/dev/null \
    <<<"$body" >"$BATS_TEST_TMPDIR/code.svg"
  sed -i '1s/<svg/<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/
    1s/ xmlns="[^"]*"\(.* xmlns=\)/\1/; s/viewbox=/viewBox=/' \
    "$BATS_TEST_TMPDIR/code.svg"
  rsvg-convert -w 400 -b white -o "$BATS_TEST_TMPDIR/code.png" \
    "$BATS_TEST_TMPDIR/code.svg"
  zbarimg --quiet --raw --nodbus "$BATS_TEST_TMPDIR/code.png" 2>/dev/null
}

# starts_in SECONDS: the event E begins so long from the program's now.
starts_in() {
  sql_write "UPDATE event SET starts_at = $(now) + $1,
    ends_at = $(now) + $1 + 7200 WHERE slug = '$E'"
}

# cancel [/CODE]: look at what comes back, and do it.
cancel() {
  get "/tickets/$REFERENCE${1:-}/cancel"
  post "/tickets/$REFERENCE${1:-}/cancel" "shown=$(hidden shown)"
}
