#!/usr/bin/env bats
# Figures, reports, mail, users, settings and the audit log in a real browser:
# narrow and wide, light and dark, before an accessibility checker.
load helper
load chromium
load sales
load staff

setup_file() {
  find_browser
  start_site
  sign_in admin root
  weeks_of_sales
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

# Each page once: what they say is other tests' business.
look() {
  # 3>&-: bats waits for whoever holds its descriptor 3.
  run node "$TOP/tests/browser/visit.mjs" office "$1" root \
    desk=/admin week="/admin/reports?timeframe=7days" \
    month=/admin/reports year="/admin/reports?timeframe=1year" \
    wrong="/admin/reports?from=2026-02-02&to=2026-02-01" \
    event=/admin/reports/comedy-night mails=/admin/mail mail=/admin/mail/3 \
    users=/admin/users user=/admin/users/1 settings=/admin/settings \
    audit=/admin/audit events=/admin/events bookings=/admin/bookings \
    booking="/admin/bookings/$(sql "SELECT max(reference) FROM booking")" \
    tickets=/admin/events/comedy-night/tickets venues=/admin/venues \
    queue=/admin/events/queue-night/queue webhooks=/admin/webhooks \
    late=/admin/late 3>&-
  assert_success
}

@test "B1 R52 B8 the back office fits 320 px and has no accessibility mistake" {
  look 320
}

@test "B1 R52 B8 the back office fits 1280 px and has no accessibility mistake" {
  look 1280
}

@test "B1 R52 the header of the back office has two rows on a phone" {
  local width
  for width in 320 390; do
    # 3>&-: bats waits for whoever holds its descriptor 3.
    run node "$TOP/tests/browser/visit.mjs" header "$width" root 3>&-
    assert_success
  done
}
