#!/usr/bin/env bats
# Each open, rename, write and sync of the operator's commands fails once: the
# command says so or does without it, and goes through when it is made again.
load helper

setup_file() {
  export SHIM="$BUILD/torture/shim.so" REPORT="$BATS_FILE_TMPDIR/report"
  make_data empty
  mv "$DATA" "$BATS_FILE_TMPDIR/first"
}

setup() {
  [ "${SANITIZE:-0}" != 1 ] || skip "not with a sanitizer's allocator"
}

# Who calls may have defined what is to be before and after a try.
prepare() { :; }
look() { :; }

command() { "$BUILD/campuspass" --data "$DATA" "$@"; }

# fail_each "CALLS" COMMAND ...: $fired calls have failed.
fail_each() {
  local calls=$1 call n code
  shift
  fired=0
  for call in $calls; do
    for n in $(seq 200); do
      rm -rf "$DATA" "$REPORT"
      cp -a "$BATS_FILE_TMPDIR/first" "$DATA"
      prepare
      code=0
      LD_PRELOAD="$SHIM" SHIM_FAIL=$call:$n SHIM_REPORT=$REPORT \
        command "$@" >"$BATS_TEST_TMPDIR/said" 2>&1 || code=$?
      [ -s "$REPORT" ] || break
      fired=$((fired + 1))
      echo "$* with $call $n failing: $code"
      cat "$BATS_TEST_TMPDIR/said"
      # A message, not a signal.
      [ "$code" -le 1 ]
      [ "$code" = 0 ] || [ -s "$BATS_TEST_TMPDIR/said" ]
      if [ "$code" != 0 ]; then
        command "$@" >/dev/null 2>&1
        command check >/dev/null
      fi
      look
    done
  done
}

@test "init: what it began it takes up again" {
  prepare() { rm -rf "$DATA"; }
  look() {
    [ -z "$(find "$DATA" -perm /077 ! -path '*.db*')" ]
    [ "$(cut -d ' ' -f 1 "$DATA/keys" | xargs)" = "cookie pass card" ]
  }
  fail_each "open rename sync" init
  [ "$fired" -ge 15 ]
}

@test "R33 rotate-keys: failing, it uses no versions of the key up" {
  look() { [ "$(grep -c '^card ' "$DATA/keys")" -le 2 ]; }
  fail_each "open sync" rotate-keys
  [ "$fired" -ge 6 ]
  # Also when it fails always.
  rm -rf "$DATA"
  cp -a "$BATS_FILE_TMPDIR/first" "$DATA"
  local n
  sqlite3 "$DATA/campuspass.db" "CREATE TRIGGER no BEFORE UPDATE ON sealing
    BEGIN SELECT RAISE(ABORT, 'no'); END"
  for n in $(seq 20); do
    run command rotate-keys
    assert_failure
  done
  sqlite3 "$DATA/campuspass.db" "DROP TRIGGER no"
  run command rotate-keys
  assert_success
  assert_output --partial "version 2"
  run command rotate-keys
  assert_output --partial "version 3"
}

@test "backup and restore: a whole file or none" {
  local copy="$BATS_TEST_TMPDIR/copy.db"
  prepare() { rm -f "$copy"*; }
  look() {
    [ "$(sqlite3 "$copy" "PRAGMA integrity_check")" = ok ]
    [ "$(cd "$BATS_TEST_TMPDIR" && echo copy*)" = "copy.db copy.db.keys" ]
  }
  fail_each "open rename sync" backup "$copy" --with-keys --force
  [ "$fired" -ge 5 ]
  prepare() { :; }
  fail_each "open rename sync" restore "$copy" --with-keys --force
  [ "$fired" -ge 5 ]
}

@test "sweep, migrate and doctor: told, or done without" {
  fail_each "open" sweep
  [ "$fired" -ge 3 ]
  fail_each "open rename sync" migrate
  [ "$fired" -ge 3 ]
  fail_each "open" doctor
  [ "$fired" -ge 3 ]
}
