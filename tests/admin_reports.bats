#!/usr/bin/env bats
# The dashboard and the sales reports (R52): what stands on them is what the
# ledger has, by day, event, type of ticket, gateway and currency.
load helper
load staff

setup_file() {
  make_data empty
  echo "timezone = America/New_York" >>"$DATA/campuspass.conf"
  start_server
  add_event jazz title="'Jazz'"
  add_tier jazz vip "VIP" 4500 5
  add_event rock title="'Rock'"
  sql_write "UPDATE event SET currency = 'EUR', timezone = 'Europe/Berlin'
    WHERE slug = 'rock'"
  sell jazz general 2 ada
  sell jazz vip 1 bob
  sell rock general 3 cid
  JAZZ=$(sql "SELECT reference FROM booking WHERE email LIKE 'ada%'")
  export JAZZ
}

teardown_file() {
  stop_site
}

setup() {
  sign_in admin root
}

# sell EVENT TIER QUANTITY WHO
sell() {
  as "$4"
  hold "$1" "$2" "$3" "$4@example.org"
  pay
}

# A column of the CSV, added up over the lines of a currency.
csv_sum() {
  tr -d '\r' <<<"$body" | awk -F, -v column="$2" -v currency="$1" \
    'NR > 1 && $2 == currency { sum += $column } END { printf "%.2f\n", sum }'
}

# What an account of the ledger adds up to, in units.
ledger() {
  sql "SELECT printf('%.2f', coalesce(sum(amount), 0) / 100.0) FROM ledger
    WHERE account LIKE '$1' AND currency = '$2'"
}

@test "R52 the report shows gross, refunds and net of each currency" {
  get /admin/reports
  assert_status 200
  assert_text "Bookings 2 Tickets 3 Gross \$75.00 Refunds \$0.00 Net \$75.00"
  assert_text "Bookings 1 Tickets 3 Gross €45.00 Refunds €0.00 Net €45.00"
  refute_text "120.00"
}

@test "R52 by event, type of ticket and gateway" {
  get /admin/reports?timeframe=7days
  assert_status 200
  assert_text "Jazz 2 3 \$75.00 \$0.00 \$75.00"
  assert_text "Rock 1 3 €45.00 €0.00 €45.00"
  assert_text "General Jazz 1 2 \$30.00 \$0.00 \$30.00"
  assert_text "VIP Jazz 1 1 \$45.00 \$0.00 \$45.00"
  assert_text "CampusPay \$75.00 \$0.00 \$75.00"
}

@test "R52 charts have a bar a day that sold, and a table has the numbers" {
  get /admin/reports?timeframe=7days
  [ "$(grep -c '<figure class="chart">' <<<"$body")" = 4 ]
  [ "$(grep -c '<rect x="61" .*<title>' <<<"$body")" = 4 ]
  [ "$(grep -o '<title>[^<]*: \$75.00</title>' <<<"$body" | wc -l)" = 1 ]
  assert_text "Most: \$75.00"
  # Seven days, two currencies; the year has 365.
  [ "$(grep -c '<th scope="row" dir="auto">' <<<"$body")" -ge 14 ]
  get /admin/reports?timeframe=1year
  [ "$(grep -c '202[0-9]$' <<<"$body")" -ge 730 ]
}

@test "R52 a cancelled ticket does not count, its refund does; net is the ledger's" {
  # What the staff's cancelling leaves behind.
  sql_write "UPDATE ticket SET status = 'refunded', refunded = 1500,
      ended_at = unixepoch() WHERE id = (SELECT min(k.id) FROM ticket k
      JOIN booking b ON b.id = k.booking_id WHERE b.reference = '$JAZZ');
    INSERT INTO refund (booking_id, payment_attempt_id, idempotency_key,
      amount, currency, state, reason, created_at, asked_at, settled_at)
      SELECT b.id, p.id, 'r1', 1500, 'USD', 'refunded', 'cancelled',
        unixepoch(), unixepoch(), unixepoch() FROM booking b
        JOIN payment_attempt p ON p.booking_id = b.id
        WHERE b.reference = '$JAZZ';
    INSERT INTO ledger (entry, kind, account, amount, currency, booking_id,
      payment_attempt_id, refund_id, created_at)
      SELECT 'refund:r1', 'refund', a.name, a.amount, 'USD', r.booking_id,
        r.payment_attempt_id, r.id, unixepoch() FROM refund r, (SELECT
        'gateway:campuspay' AS name, -1500 AS amount UNION ALL
        SELECT 'refunds', 1500) a"
  get /admin/reports?timeframe=7days
  assert_text "Bookings 2 Tickets 2 Gross \$75.00 Refunds \$15.00 Net \$60.00"
  assert_text "Most refunded: \$15.00 (striped)"
  assert_text "CampusPay \$75.00 \$15.00 \$60.00"
  assert_text "General Jazz 1 1 \$30.00 \$15.00 \$15.00"
}

@test "R52 the CSV agrees with the ledger to the cent" {
  get /admin/reports.csv?timeframe=1year
  assert_status 200
  [[ $headers == *"text/csv"* ]]
  [ "$(head -n 1 <<<"$body" | tr -d '\r')" = \
    "date,currency,bookings,tickets,gross,refunds,net" ]
  [ "$(wc -l <<<"$body")" = $((1 + 2 * 365)) ]
  for currency in USD EUR; do
    [ "$(csv_sum $currency 7)" = "$(ledger 'gateway:%' $currency)" ]
    [ "$(csv_sum $currency 6)" = "$(ledger refunds $currency)" ]
    [ "-$(csv_sum $currency 5)" = "$(ledger sales $currency)" ]
  done
}

@test "R52 one event's report has its own zone and currency" {
  get /admin/reports/rock
  assert_status 200
  assert_text "Days of Europe/Berlin"
  assert_text "Net €45.00"
  refute_text "\$"
  get /admin/reports.csv?event=rock
  [ "$(csv_sum EUR 7)" = 45.00 ]
  [ "$(csv_sum USD 7)" = 0.00 ]
  get /admin/reports/no-such-event
  assert_status 404
}

@test "R52 days are those of the site's zone" {
  # 03:30 UTC is the evening before in New York.
  sql_write "INSERT INTO ledger (entry, kind, account, amount, currency,
      booking_id, created_at) SELECT 'charge:zone', 'charge', a.name, a.amount,
      'USD', (SELECT min(id) FROM booking), unixepoch('2024-03-10 03:30')
      FROM (SELECT 'gateway:campuspay' AS name, 777 AS amount UNION ALL
      SELECT 'sales', -777) a"
  get "/admin/reports.csv?from=2024-03-08&to=2024-03-10"
  assert_status 200
  [ "$(grep -c 7.77 <<<"$body")" = 1 ]
  [[ $body == *"2024-03-09,USD,0,0,7.77,0.00,7.77"* ]]
}

@test "R52 own days: right, upside down, too many, no days" {
  get "/admin/reports?from=2024-02-28&to=2024-03-01"
  assert_status 200
  assert_text "Wednesday 28 February 2024 to Friday 1 March 2024"
  assert_text "Thursday 29 February 2024"
  get "/admin/reports?from=2024-03-02&to=2024-03-01"
  assert_status 400
  assert_text "The last day must not be before the first"
  [[ $body == *'value="2024-03-02"'* ]]
  get "/admin/reports?from=2021-01-01&to=2024-01-01"
  assert_status 400
  assert_text "at most two years"
  get "/admin/reports?from=2024-02-30"
  assert_status 400
  assert_text "must be a date"
  get "/admin/reports?timeframe=2weeks"
  assert_status 400
  assert_text "7days, 30days or 1year"
  get "/admin/reports.csv?from=2024-03-02&to=2024-03-01"
  assert_status 400
}

@test "R5 an organiser sees the figures of the own events alone" {
  sign_in organiser olga
  give_event rock olga
  get /admin/reports
  assert_status 200
  assert_text "Net €45.00"
  refute_text "Jazz"
  refute_text "\$"
  get /admin/reports/jazz
  assert_status 404
  get "/admin/reports.csv?event=jazz"
  assert_status 404
  get /admin/reports.csv
  [ "$(csv_sum USD 7)" = 0.00 ]
  sign_in door doris
  for path in /admin /admin/reports /admin/reports.csv /admin/reports/rock; do
    get "$path"
    assert_status 403
  done
  as stranger
  get /admin/reports
  assert_status 303
}

@test "the dashboard says how today goes and what comes next" {
  get /admin
  assert_status 200
  assert_text "Events on sale 2"
  assert_text "Jazz"
  assert_text "staff ha"
  assert_text "no two-factor sign-in"
  as holder
  hold jazz vip 2 holder@example.org
  as root
  get /admin
  assert_text "Places on hold 2"
}

@test "the dashboard names what needs somebody, the gravest first" {
  sql_write "UPDATE refund SET state = 'failed';
    INSERT INTO outbox (message_id, kind, recipient, state, due_at, error,
      created_at, booking_id) VALUES ('m1', 'confirmed', 'a@example.org',
      'failed', 0, 'No such mailbox', unixepoch(),
      (SELECT id FROM booking WHERE reference = '$JAZZ')),
      ('m2', 'offered', 'b@example.org', 'failed', 0,
      'Not sent: what it offers has ended', unixepoch(), NULL);
    INSERT INTO journal (event_id, kind, quantity, created_at)
      SELECT id, 'late_money', 1, unixepoch() FROM event WHERE slug = 'jazz'"
  get /admin
  assert_text "1 refund was refused by its gateway"
  assert_text "1 payment came after its booking had ended"
  assert_text "1 mail could not be sent"
  local text
  text=$(page_text)
  [[ $text == *"was refused by its gateway"*"could not be sent"* ]]
  # Another organiser's worries are not Olga's.
  as olga
  get /admin
  assert_status 200
  refute_text "was refused by its gateway"
  refute_text "could not be sent"
  refute_text "two-factor"
}

@test "R72 the status page has numbers for the staff alone" {
  get /status
  assert_text "failed within 30 days: 1."
  assert_text "refused: 1."
  assert_text "The newest was made at"
  as stranger
  get /status
  assert_text "Mail waits in the outbox."
  refute_text "failed within"
  refute_text "The newest was made"
}

@test "R52 a day that gave back more than it took stands as a number in the CSV" {
  sql_write "INSERT INTO ledger (entry, kind, account, amount, currency,
      booking_id, payment_attempt_id, created_at)
    SELECT 'refund:r2', 'refund', a.name, a.amount, 'USD', b.id, p.id,
      unixepoch() - 3 * 86400
    FROM booking b JOIN payment_attempt p ON p.booking_id = b.id, (SELECT
      'gateway:campuspay' AS name, -725 AS amount UNION ALL
      SELECT 'refunds', 725) a
    WHERE b.reference = '$JAZZ'"
  get /admin/reports.csv?timeframe=7days
  assert_status 200
  assert_equal "$(tr -d '\r' <<<"$body" | grep -c ',USD,0,0,0.00,7.25,-7.25$')" 1
}
