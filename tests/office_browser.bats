#!/usr/bin/env bats
# Figures, reports, mail, users, settings and the audit log in a real browser:
# narrow and wide, light and dark, before an accessibility checker. Pictures
# are left in build/screenshots.
load helper
load staff

setup_file() {
  export SCREENSHOTS="$TOP/build/screenshots"
  mkdir -p "$SCREENSHOTS"
  NODE_MODULES=$("$TOP/tests/browser/install.sh")
  CHROMIUM=$(command -v chromium)
  export NODE_MODULES CHROMIUM
  start_site
  sign_in admin root
  sell_for_weeks
  sql_write "UPDATE outbox SET state = 'failed', attempts = 8,
      error = 'Host mail.example.org said: no such mailbox' WHERE id = 3;
    UPDATE outbox SET state = 'sent', sent_at = unixepoch() WHERE id < 3;
    INSERT INTO audit (user_id, action, event_id, subject, before, after,
      created_at) SELECT 1, 'event.edit', id, 'event ' || slug,
      '{\"title\": \"Comedy\"}', '{\"title\": \"Campus Comedy Night\"}',
      unixepoch() FROM event WHERE slug = 'comedy-night'"
}

teardown_file() {
  stop_site
}

# Sales of the last weeks, some of them given back: made on one day, then
# spread. (The ledger allows no change: its lines are made where they belong.)
sell_for_weeks() {
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

# Each page once: what they say is other tests' business.
look() {
  # 3>&-: bats waits for whoever holds its descriptor 3.
  run node "$TOP/tests/browser/visit.mjs" office "$1" root \
    desk=/admin week="/admin/reports?timeframe=7days" \
    month=/admin/reports year="/admin/reports?timeframe=1year" \
    wrong="/admin/reports?from=2026-02-02&to=2026-02-01" \
    event=/admin/reports/comedy-night mails=/admin/mail mail=/admin/mail/3 \
    users=/admin/users user=/admin/users/1 settings=/admin/settings \
    audit=/admin/audit 3>&-
  assert_success
}

@test "B1 R52 B8 the back office fits 320 px and has no accessibility mistake" {
  look 320
}

@test "B1 R52 B8 the back office fits 1280 px and has no accessibility mistake" {
  look 1280
}
