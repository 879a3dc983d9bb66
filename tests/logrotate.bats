#!/usr/bin/env bats
# The rule of the Debian package for the web server's logs, run by logrotate
# itself beside a site that serves (B14).
load helper

setup_file() {
  make_data empty
  # The rule, for this site's folder and user.
  RULE="$BATS_FILE_TMPDIR/rule"
  export RULE
  sed -e "s|/var/lib/campuspass|$DATA|g" \
    -e "s/campuspass campuspass$/$(id -un) $(id -gn)/" \
    "$TOP/.packaging/logrotate" >"$RULE"
  chmod 644 "$RULE"
  # Where no systemd runs, the service's main process is our server.
  mkdir "$BATS_FILE_TMPDIR/bin"
  cat >"$BATS_FILE_TMPDIR/bin/systemctl" <<'END'
#!/bin/sh
[ "$*" = "kill --kill-whom=main --signal=HUP campuspass.service" ] || exit 1
kill -HUP "$(cat "$DATA/log/server.pid")" && echo told >>"$DATA/../told"
END
  chmod +x "$BATS_FILE_TMPDIR/bin/systemctl"
}

setup() {
  # As its service sets it.
  umask 077
  start_server
}

teardown() { stop_site; }

# rotate: as if a week had passed.
rotate() {
  PATH="$BATS_FILE_TMPDIR/bin:$PATH" logrotate --force \
    --state "$BATS_FILE_TMPDIR/state" "$RULE"
}

# ask COUNT NUMBER: so many requests that the log tells by their number.
ask() {
  local i
  for i in $(seq "$1"); do
    printf 'url = %s/style.css?asked-%s\noutput = /dev/null\n' "$URL" "$2-$i"
  done >"$BATS_TEST_TMPDIR/asks-$2"
  curl -sf -K "$BATS_TEST_TMPDIR/asks-$2"
}

workers() {
  pgrep -P "$SERVER" | sort | tr '\n' ' '
}

# What the logs say of those requests, all turns together.
logged() {
  local file
  for file in "$DATA"/log/access.log*; do
    case $file in
      *.gz) zcat "$file" ;;
      *) cat "$file" ;;
    esac
  done | grep -o "asked-$1-[0-9]*" | sort
}

@test "B14 the web server's logs turn over while it serves, and no line is lost" {
  local before asker i
  before=$(workers)
  [ -n "$before" ]
  ask 400 1 3>&- &
  asker=$!
  for i in 1 2 3; do
    sleep 0.1
    rotate
    ask 5 "turn$i"
  done
  wait "$asker"
  assert_equal "$(grep -c told "$BATS_FILE_TMPDIR/told")" 3
  # Once a turn, for both logs; and no process was ended for it.
  assert_equal "$(workers)" "$before"
  # The last but one is packed, the last is not yet.
  rotate
  gzip -t "$DATA/log/access.log.2.gz"
  [ -f "$DATA/log/access.log.1" ]
  # Running programs write to the new file. lighttpd keeps some lines for a
  # moment; they are there when it has ended.
  ask 3 last
  stop_site
  assert_equal "$(grep -c "asked-last" "$DATA/log/access.log")" 3
  assert_equal "$(logged 1 | wc -l)" 400
  assert_equal "$(logged 1 | uniq -d)" ""
  for i in 1 2 3; do
    assert_equal "$(logged "turn$i" | wc -l)" 5
  done
}

@test "B14 logs that turned over are their user's alone" {
  local file
  ask 3 own
  rotate
  ask 3 new
  for file in "$DATA"/log/access.log* "$DATA"/log/lighttpd.log*; do
    assert_equal "$file $(stat -c '%a %U' "$file")" "$file 600 $(id -un)"
  done
}

@test "B14 eight turns are kept, empty logs are not turned, missing ones are no fault" {
  local i
  for i in $(seq 10); do
    ask 1 "kept$i"
    rotate
  done
  assert_equal "$(find "$DATA/log" -name 'access.log.*' | wc -l)" 8
  [ ! -e "$DATA/log/access.log.9.gz" ]
  # What the server kept for a moment is in the old file by then.
  is_logged() { [ "$(logged kept10 | wc -l)" = 1 ]; }
  eventually is_logged
  rotate
  is_logged
  [ -f "$DATA/log/access.log.1" ]
  stop_site
  rm "$DATA"/log/access.log* "$DATA"/log/lighttpd.log*
  rotate
}
