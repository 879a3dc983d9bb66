# The address that a host's cron service fetches where no command can be run
# (B2, B14): it does what is due, for whoever has its secret.

load helper
load staff

setup_file() {
  make_data empty
  printf '#!/bin/sh\ncat >>"%s/mailed"\n' "$DATA" >"$DATA/sendmail"
  chmod 755 "$DATA/sendmail"
  echo "sendmail = $DATA/sendmail" >>"$DATA/campuspass.conf"
  start_server
  sign_in admin boss
  get /admin/check
  CRON=$(sed -n 's/.*<code>[^<]*\(\/cron\/[^<]*\)<\/code>.*/\1/p' <<<"$body")
  export CRON
}
teardown_file() { stop_site; }
setup() { rm -f "$DATA/run/limits" "$DATA/clock"; }

@test "B14 the check shows a line for cron and the address" {
  as boss
  get /admin/check
  assert_text "*/5 * * * * campuspass --data $DATA sweep"
  assert [ "${#CRON}" -gt 30 ]
}

@test "B14 fetching the address sends the mail that is due" {
  sql_write "INSERT INTO outbox (message_id, kind, recipient, snapshot, due_at,
      created_at) VALUES ('m1', 'password_changed', 'ada@example.org',
      '{\"name\": \"Ada\"}', 1, unixepoch())"
  as nobody
  get "$CRON"
  assert_status 200
  is_sent() {
    [ "$(sql "SELECT state FROM outbox WHERE message_id = 'm1'")" = sent ]
  }
  eventually is_sent
  grep -q "ada@example.org" "$DATA/mailed"
}

@test "B14 another secret is no page, and too often is 429" {
  get /cron/NOSUCHSECRET
  assert_status 404
  get "${CRON%?}"
  assert_status 404
  stop_clock
  get "$CRON"
  assert_status 200
  get "$CRON"
  get "$CRON"
  assert_status 429
}

@test "B14 the secret is not in the access log" {
  get "$CRON"
  until_logged "the cron address"
  run grep -F "${CRON#/cron/}" "$DATA/log/access.log"
  assert_failure
}
