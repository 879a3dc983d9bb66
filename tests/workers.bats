#!/usr/bin/env bats
# How programs come to their end: workers, and one that waits for its input.
load helper

setup_file() {
  make_data
}

teardown() {
  [ -z "${SERVER:-}" ] || stop_site
}

@test "B14 a program that waits for a body ends when it is told to" {
  local pipe="$BATS_TEST_TMPDIR/waiting" pid
  mkfifo "$pipe"
  exec 8<>"$pipe"
  env -i REQUEST_METHOD=POST PATH_INFO=/book/jazz-evening CONTENT_LENGTH=9 \
    "CAMPUSPASS_DATA=$DATA" "$BUILD/cgi-bin/book" <"$pipe" \
    >/dev/null 2>&1 3>&- 8>&- &
  pid=$!
  sleep 0.3
  kill -TERM "$pid"
  run gone "$pid"
  kill -KILL "$pid" 2>/dev/null || true
  exec 8>&-
  assert_success
}

# ---- how workers end ----

# ask SCENE: be the web server of one worker.
ask() {
  CAMPUSPASS_DATA=$DATA TMPDIR=$BATS_TEST_TMPDIR run timeout -s KILL 60 \
    python3 "$TOP/tests/worker.py" ask "$BUILD/cgi-bin/book" "$1" 3>&-
}

@test "B14 a worker takes its input to the last record before it answers" {
  # Else a web server that has yet to write it loses the answer.
  ask late
  assert_output "Status: 403 1"
  ask refused
  assert_output "Status: 400 1
Status: 200 1"
}

@test "B14 R61 a worker told to end amid a body reads it to its end" {
  ask terminated
  assert_output "Status: 200 1
Status: 403 1"
}

@test "R61 a worker told to end answers those who were sent to it before" {
  ask queued
  assert_output "Status: 200 1
Status: 200 1
Status: 200 1
Status: 200 1"
}

@test "B14 a worker closes no file twice" {
  # Between, its number may be that of the log or of a lock.
  [ "${SANITIZE:-0}" != 1 ] || skip "the sanitizer must be loaded first"
  gcc -x c -shared -fPIC -D_GNU_SOURCE -o "$BATS_TEST_TMPDIR/close.so" - <<'EOF'
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
int close(int file)
{
	int result = (int)syscall(SYS_close, file);

	if (result != 0 && errno == EBADF)
		abort();
	return result;
}
EOF
  LD_PRELOAD=$BATS_TEST_TMPDIR/close.so ask thrice
  assert_output "Status: 200 1
Status: 200 1
Status: 200 1
serves"
}

# The workers of the server: processes whose parent it is.
workers() {
  pgrep -P "$SERVER" | sort -n
}

all_gone() {
  local pid
  for pid in "$@"; do
    # What nobody has waited for yet is dead, too.
    [ ! -e "/proc/$pid" ] ||
      grep -q '^State:.*Z' "/proc/$pid/status" 2>/dev/null || return 1
  done
}

# gone PID...: these processes end.
gone() {
  eventually all_gone "$@" || { ps -o pid,ppid,stat,cmd -p "$@" >&2; return 1; }
}

@test "R61 a worker told to end finishes its request first" {
  start_server
  # The buyer is the only one who wants to write.
  exec 8>>"$DATA/locks/chores.lock"
  flock 8
  get /book/comedy-night
  keep_database
  (
    BATS_TEST_TMPDIR="$BATS_FILE_TMPDIR"
    post /book/comedy-night tier=general quantity=1 name=Ada \
      email=term@example.org
    [ "$status" = 303 ]
  ) &
  local buyer=$! old
  eventually somebody_writes
  old=$(workers)
  [ "$(wc -l <<<"$old")" -ge 8 ]
  # shellcheck disable=SC2086
  kill -TERM $old
  leave_database
  exec 8>&-
  wait "$buyer"
  gone $old
  assert_equal "$(stock comedy-night general)" "1|0"
  # lighttpd starts new ones; nobody notices.
  get /events/comedy-night
  assert_status 200
  local pids
  pids=$(workers)
  stop_site
  gone "$SERVER" $pids
}

@test "R61 no worker survives a server that is killed" {
  start_server
  get /events/comedy-night
  local pids
  pids=$(workers)
  [ "$(wc -l <<<"$pids")" -ge 8 ]
  kill -KILL "$SERVER"
  wait "$SERVER" || true
  # shellcheck disable=SC2086
  gone $pids
  # And the next server starts over what it left behind.
  start_server
  get /events/comedy-night
  assert_status 200
  pids=$(workers)
  stop_site
  # shellcheck disable=SC2086
  gone $pids
}

@test "R61 a worker whose server is gone before it starts ends" {
  local pid
  CAMPUSPASS_DATA=$DATA TMPDIR=$BATS_TEST_TMPDIR setsid --wait \
    python3 "$TOP/tests/worker.py" orphan "$BUILD/cgi-bin/list" \
    "$BATS_TEST_TMPDIR/pid" 3>&-
  pid=$(cat "$BATS_TEST_TMPDIR/pid")
  gone "$pid" || { kill -9 "$pid"; return 1; }
}

@test "R61 a worker told to end just before it waits for a request ends" {
  [ "${SANITIZE:-0}" != 1 ] || skip "the sanitizer must be loaded first"
  gcc -x c -shared -fPIC -D_GNU_SOURCE -o "$BATS_TEST_TMPDIR/late.so" - <<'EOF'
#include <dlfcn.h>
#include <signal.h>
#include <sys/socket.h>
int accept(int file, struct sockaddr *address, socklen_t *length)
{
	int (*next)(int, struct sockaddr *, socklen_t *) =
	    dlsym(RTLD_NEXT, "accept");

	raise(SIGTERM);
	return next(file, address, length);
}
EOF
  CAMPUSPASS_DATA=$DATA TMPDIR=$BATS_TEST_TMPDIR \
    LD_PRELOAD=$BATS_TEST_TMPDIR/late.so \
    run timeout -s KILL 60 python3 "$TOP/tests/worker.py" child \
    "$BUILD/cgi-bin/list" 3>&-
  assert_success
}

@test "R61 workers killed one by one lose nothing that was confirmed" {
  start_server
  as killed
  hold workshop-ai premium 2 killed@example.org
  pay
  assert_status 303
  local mine=$location
  # shellcheck disable=SC2046
  kill -KILL $(workers)
  # lighttpd may need a moment to see that its workers are gone.
  eventually comes "$mine"
  assert_text "Your places are booked."
  assert_equal "$(stock workshop-ai premium)" "0|2"
  assert_sound
  stop_site
}
