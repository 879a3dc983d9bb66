# For bats files about the door: tickets, and what their codes say.
load staff

# ticket EVENT [NAME]: sell one; CODE is its code. Then be dora, of the door.
ticket() {
  local name=${2:-Ada Lovelace} reference
  as "buyer-$BATS_TEST_NUMBER-$RANDOM"
  get "/book/$1"
  post "/book/$1" tier=general quantity=1 "name=$name" \
    "email=p$RANDOM$RANDOM@example.org"
  [ "$status" = 303 ] || { echo "$status $body" >&2; return 1; }
  reference=${location##*/}
  get "/checkout/$reference"
  post "/checkout/$reference" terms=yes
  [ "$status" = 303 ] || { echo "$status $body" >&2; return 1; }
  CODE=$(sql "SELECT k.code FROM ticket k JOIN booking b
    ON b.id = k.booking_id WHERE b.reference = '$reference'")
  as dora
}

# of_ticket EXPRESSION: of the ticket CODE.
of_ticket() {
  sql "SELECT $1 FROM ticket WHERE code = '$CODE'"
}

# What the QR of CODE says.
signed_text() {
  node "$TOP/tests/browser/pass.mjs" "$DATA/keys" "$(of_ticket event_id)" \
    "$(of_ticket tier_id)" "$CODE"
}

# refund_ticket: CODE is refunded, and its place is free again.
refund_ticket() {
  sql_write "UPDATE ticket SET status = 'refunded' WHERE code = '$CODE';
    UPDATE tier SET sold = sold - 1
      WHERE id = (SELECT tier_id FROM ticket WHERE code = '$CODE')"
}

# replace_code: the ticket of CODE has another one.
replace_code() {
  sql_write "INSERT INTO ticket_old_code (code, ticket_id, created_at)
      SELECT code, id, 1 FROM ticket WHERE code = '$CODE';
    UPDATE ticket SET code = 'TKT-' || upper(hex(randomblob(8)))
      WHERE code = '$CODE'"
}

# What the browser's tests need, before the site is started.
start_browser() {
  find_browser
  export PROFILE="$BATS_FILE_TMPDIR/profile"
}

# browse CASE [ARGUMENT ...]: see browser/door.mjs.
browse() {
  # 3>&-: bats waits for whoever holds its descriptor 3.
  run node "$TOP/tests/browser/door.mjs" "$@" 3>&-
  assert_success
}
