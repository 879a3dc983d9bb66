#!/usr/bin/env bats
# How the programs are built, and what the running ones have given up.
load helper

setup_file() {
  make_data
  printf '#!/bin/sh\ncat >>"%s"\n' "$DATA/mails" >"$DATA/mailer"
  chmod +x "$DATA/mailer"
  echo "sendmail = $DATA/mailer" >>"$DATA/campuspass.conf"
  start_server
}

teardown_file() {
  stop_site
}

programs() {
  find "$BUILD/cgi-bin" -type f -perm -u+x
  echo "$BUILD/campuspass"
}

# each CHECK: of every program; says which fails.
each() {
  local program failed=0
  for program in $(programs); do
    "$1" "$program" || { echo "$1: $program" >&2; failed=1; }
  done
  return "$failed"
}

is_pie() { readelf -hW "$1" | grep -q 'Type: *DYN'; }
is_relro() { readelf -lW "$1" | grep -q GNU_RELRO; }
is_bound_now() { readelf -dW "$1" | grep -qE 'BIND_NOW|FLAGS_1.*NOW'; }
has_dead_stack() { readelf -lW "$1" | grep -q 'GNU_STACK .* RW '; }
has_no_writable_code() { ! readelf -lW "$1" | grep -qE 'LOAD .* RWE '; }
has_no_text_relocations() { ! readelf -dW "$1" | grep -q TEXTREL; }
has_no_search_path() { ! readelf -dW "$1" | grep -qE 'RPATH|RUNPATH'; }
has_canaries() { readelf -sW --dyn-syms "$1" | grep -q __stack_chk_fail; }
has_checked_calls() { readelf -sW --dyn-syms "$1" | grep -q '__[a-z]*printf_chk'; }
has_cet() { readelf -nW "$1" | grep -q 'IBT, SHSTK'; }

# The planted fault: the same check must refuse a program built without.
refuses() {
  local check=$1
  shift
  echo 'int main(void) { return 0; }' |
    gcc -x c - -o "$BATS_TEST_TMPDIR/weak" "$@"
  ! "$check" "$BATS_TEST_TMPDIR/weak" ||
    { echo "$check takes a program without it" >&2; return 1; }
}

not_sanitized() {
  [ "${SANITIZE:-0}" != 1 ] || skip "a build with sanitizers is never installed"
}

@test "programs lie at a random place: PIE" {
  each is_pie
  refuses is_pie -no-pie
}

@test "relocations are read-only, all bound at the start" {
  each is_relro
  each is_bound_now
  refuses is_relro -Wl,-z,norelro
  refuses is_bound_now -Wl,-z,lazy
}

@test "no stack and no data can be run; libraries come from the system" {
  each has_dead_stack
  each has_no_writable_code
  each has_no_text_relocations
  each has_no_search_path
  refuses has_dead_stack -Wl,-z,execstack
  refuses has_no_search_path -Wl,-rpath,/tmp
}

@test "stacks have canaries, calls are checked (FORTIFY)" {
  not_sanitized
  each has_canaries
  each has_checked_calls
  refuses has_canaries -fno-stack-protector
  refuses has_checked_calls -U_FORTIFY_SOURCE
}

# The system's own start-up objects lack it, so a program does not announce it:
# what is compiled here is looked at.
@test "jumps and returns are marked for the processor (CET)" {
  not_sanitized
  [ "$(uname -m)" = x86_64 ] || skip "another processor"
  local object count=0
  for object in "$BUILD"/lib/*/*.o "$BUILD"/cgi-bin/*.o "$BUILD"/db/*.o; do
    has_cet "$object" || { echo "not marked: $object" >&2; return 1; }
    count=$((count + 1))
  done
  [ "$count" -gt 50 ]
  refuses has_cet -c -fcf-protection=none
}

# ---- running ----

# of WORKER FIELD: a line of its /proc/PID/status.
of() {
  awk -v field="$2:" '$1 == field { print $2 }' "/proc/$1/status"
}

# The workers that have served something.
touch_all() {
  local path
  for path in / /book/comedy-night /checkout/x /tickets /account/login \
    /admin /door /api/events; do
    for _ in 1 2 3 4; do
      curl -s -o /dev/null "$URL$path" &
    done
    wait %1 %2 %3 %4 2>/dev/null || true
  done
}

@test "each program is in its sandbox once it serves" {
  not_sanitized
  touch_all
  local program seen
  for program in list book checkout tickets account admin door api; do
    seen=0
    for worker in $(pgrep -P "$SERVER"); do
      [ "$(readlink "/proc/$worker/exe")" = \
        "$(readlink -f "$BUILD/cgi-bin/$program")" ] || continue
      [ "$(of "$worker" Seccomp)" = 2 ] || continue
      seen=1
      assert_equal "$(of "$worker" NoNewPrivs)" 1
      run cat "/proc/$worker/limits"
      assert_line --regexp "Max core file size +0 +0"
      assert_line --regexp "Max open files +256 +256"
      assert_line --regexp "Max address space +1073741824 +1073741824"
    done
    [ "$seen" = 1 ] || { echo "$program is in none" >&2; return 1; }
  done
  run grep "sandbox is without" "$DATA/log/campuspass.log"
  assert_failure
}

@test "a plain CGI is in its sandbox and answers" {
  CAMPUSPASS_DATA=$DATA REQUEST_METHOD=GET PATH_INFO=/terms \
    run "$BUILD/cgi-bin/list" </dev/null
  assert_output --partial "Status: 200"
}

is_gone() {
  ! kill -0 "$1" 2>/dev/null
}

@test "a helper without files of the worker, which ends with it" {
  local worker helper
  for worker in $(pgrep -P "$SERVER"); do
    helper=$(pgrep -P "$worker" -x errands)
    run bash -c "ls -l /proc/$helper/fd | grep -v /dev/null | grep -c ' -> '"
    assert_output 1
    break
  done
  kill -9 "$worker"
  eventually is_gone "$helper"
}

@test "a worker whose helper died is replaced, and mail goes out" {
  local helper worker
  for worker in $(pgrep -P "$SERVER"); do
    for helper in $(pgrep -P "$worker" -x errands); do
      kill -9 "$helper"
    done
  done
  hold comedy-night general 1 helper@example.org
  pay
  assert_status 303
  is_mailed() {
    get /terms
    grep -q helper@example.org "$DATA/mails"
  }
  eventually is_mailed
  grep -q "the helper is gone" "$DATA/log/campuspass.log"
}
