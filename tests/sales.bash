# For what shows reports: a history to report on.

# Sales of the last weeks, some of them given back: made on one day, then
# spread. (The ledger allows no change: its lines are made where they belong.)
weeks_of_sales() {
  local i
  for i in 1 2 3 4 5 6; do
    curl -s -H 'Content-Type: application/json' -d "{\"email\":
      \"b$i@example.org\", \"tier_name\": \"general\", \"quantity\": $i,
      \"payment_token\": \"tok_valid_$i\"}" \
      "$URL/api/events/comedy-night/book" >/dev/null
  done
  sql_write "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
      WHERE i < 40) INSERT INTO ledger (entry, kind, account, amount,
      currency, booking_id, created_at)
      SELECT 'x' || n.i || a.kind, a.kind, a.account,
        a.sign * (n.i * 37 % 11 + 1) * 500, 'USD', 1,
        unixepoch() - n.i * 86400
      FROM n, (SELECT 'charge' AS kind, 'sales' AS account, -1 AS sign, 1 AS d
        UNION ALL SELECT 'charge', 'gateway:campuspay', 1, 1
        UNION ALL SELECT 'refund', 'refunds', 1, 4
        UNION ALL SELECT 'refund', 'gateway:campuspay', -1, 4) a
      WHERE n.i % a.d = 0;
    UPDATE ticket SET created_at = unixepoch() - booking_id * 86400"
}
