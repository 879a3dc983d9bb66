# Mail for tests: a real mail server on loopback ($BOX takes what arrives), a
# mail program whose behaviour DATA/mode chooses, and what the outbox says. Each
# test is a buyer WHO of its own at an event E of its own, with an empty box. To
# be loaded after accounts.

setup_file() {
  start_mail
}

teardown_file() {
  stop_mail
}

setup() {
  as "b$BATS_TEST_NUMBER"
  E="m$BATS_TEST_NUMBER"
  WHO="buyer$BATS_TEST_NUMBER@example.org"
  rm -f "$BOX"/*.eml
}

# start_mail CONFIGURATION...: data, server, site; lines are added to the
# configuration.
start_mail() {
  make_data empty
  export BOX="$BATS_FILE_TMPDIR/box" MAIL_PORT
  mkdir -p "$BOX"
  MAIL_PORT=$(free_port)
  /usr/bin/python3 "$TOP/tests/mail/server.py" "$MAIL_PORT" "$BOX" \
    >"$BATS_FILE_TMPDIR/smtp.out" 2>&1 3>&- &
  export MAIL_SERVER=$!
  make_mailer
  {
    echo "sendmail = $DATA/mailer --configured"
    echo "base_url = http://tickets.example.org"
    echo "mail_from = box-office@example.org"
    echo "envelope_from = bounces@example.org"
    echo "organiser = Société “Jazz”"
    echo "contact = help@example.org"
    printf '%s\n' "$@"
  } >>"$DATA/campuspass.conf"
  start_server
  eventually listens "$MAIL_PORT" ||
    { cat "$BATS_FILE_TMPDIR/smtp.out" >&2; return 1; }
}

stop_mail() {
  stop_site
  flock "$DATA/locks/mail.lock" true
  kill "$MAIL_SERVER" 2>/dev/null || true
}

# As many hosts have it: a script before the real one.
make_mailer() {
  cat >"$DATA/msmtprc" <<EOF
defaults
timeout 5
account default
host 127.0.0.1
port $MAIL_PORT
from default@example.org
domain localhost
EOF
  chmod 600 "$DATA/msmtprc"
  cat >"$DATA/mailer" <<EOF
#!/bin/sh
echo "\$@" >>"$DATA/mailer.calls"
[ "\$1" = --configured ] || exit 64
shift
case \$(cat "$DATA/mode") in
smtp) exec msmtp -C "$DATA/msmtprc" "\$@" ;;
down) echo "mailer: queue is down" >&2; exit 75 ;;
never) echo "mailer: no such user" >&2; exit 67 ;;
slow) until [ -e "$DATA/may-end" ]; do sleep 0.1; done; exit 75 ;;
twice) msmtp -C "$DATA/msmtprc" "\$@" && kill -9 \$PPID ;;
esac
EOF
  chmod 700 "$DATA/mailer"
  echo smtp >"$DATA/mode"
}

mailer_does() {
  echo "$1" >"$DATA/mode"
}

server_does() {
  echo "$1" >"$BOX/behave"
}

# A confirmed booking of two places; $1 names the buyer.
buy() {
  get "/book/$E"
  post "/book/$E" tier=general quantity=2 "name=${1-Ada Lovelace}" "email=$WHO"
  assert_status 303
  REFERENCE=${location##*/}
  pay
  assert_status 303
}

# outbox COLUMN: of the newest mail to the buyer.
outbox() {
  sql "SELECT $1 FROM outbox WHERE recipient = '$WHO' ORDER BY id DESC LIMIT 1"
}

outbox_says() {
  [ "$(outbox "$1")" = 1 ]
}

# Wait until an SQL condition holds of that mail.
until_mail() {
  eventually outbox_says "$1" || true
  # The process that sent it has ended, too.
  flock "$DATA/locks/mail.lock" true
  outbox_says "$1" && return
  outbox "state || ' ' || attempts || ' ' || error" >&2
  return 1
}

campuspass() {
  "$BUILD/campuspass" --data "$DATA" "$@"
}

# arrived N FILTER: of the Nth mail that arrived, which is read once.
arrived() {
  [ "$BOX/$1.json" -nt "$BOX/$1.eml" ] ||
    /usr/bin/python3 "$TOP/tests/mail/read.py" "$BOX/$1.eml" >"$BOX/$1.json"
  jq -r "$2" "$BOX/$1.json"
}

count_arrived() {
  cat "$BOX"/*.eml 2>/dev/null | grep -c "^X-To: $WHO" || true
}

# wait_mail N: until so many have arrived, and nobody is sending.
wait_mail() {
  eventually [ -e "$BOX/$1.eml" ] || true
  flock "$DATA/locks/mail.lock" true
  [ -e "$BOX/$1.eml" ] && return
  campuspass mail list >&2
  return 1
}

# Nothing (more) is under way: what is due goes out now.
send_all() {
  flock "$DATA/locks/mail.lock" true
  "$BUILD/campuspass" --data "$DATA" mail send >"$BATS_TEST_TMPDIR/send" ||
    cat "$BATS_TEST_TMPDIR/send" >&2
}

# link N PATTERN: the path of a link in the Nth mail's text.
link() {
  arrived "$1" .text | grep -oE "http://tickets.example.org$2[^ ]*" | head -n 1 |
    sed 's,http://tickets.example.org,,'
}

# Whatever it says, a letter is whole.
assert_letter() {
  assert_equal "$(arrived "$1" '.defects | tostring')" "[]"
  assert_equal "$(arrived "$1" .auto)" auto-generated
  # A long address stands on a line of its own.
  [ "$(arrived "$1" .longest)" -le 78 ] ||
    [ "$(arrived "$1" '.stop | length')" = 2 ]
  refute [ -z "$(arrived "$1" .text)" ]
  run arrived "$1" '.text, .html'
  refute_output --partial "(null)"
  refute_output --partial "{{"
}
