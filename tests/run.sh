#!/usr/bin/env bash
# The whole suite: build with hooks, unit tests, end-to-end tests, layers and
# layout. Prints TAP, and last "N passed, N failed"; exits 1 if any failed.
# SANITIZE=1 runs it all under AddressSanitizer and UBSan.
set -u
cd "$(dirname "$0")/.." || exit 1
export SANITIZE=${SANITIZE:-0}
export TESTHOOKS=1
mode=$([ "$SANITIZE" = 1 ] && echo asan || echo hooks)
export BUILD="$PWD/build/$mode"
export ASAN_OPTIONS=detect_leaks=0:abort_on_error=0:log_path="$BUILD/asan"
log="$BUILD/test.tap"
jobs=$(( $(nproc) * 2 ))

# `check NAME COMMAND`: one TAP line for a command that must succeed.
check() {
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then
    echo "ok - $name"
  else
    echo "not ok - $name"
    # shellcheck disable=SC2001
    sed 's/^/# /' <<<"$output"
  fi
}

suite() {
  check "builds without a warning" \
    make -s -j"$(nproc)" build unit-programs || return
  for program in "$BUILD"/unit/test_*; do
    case $program in *.d) continue ;; esac
    "$program" || echo "not ok - ${program##*/} ended with $?"
  done
  # Those with a browser, or that fail each statement, take longest: they begin.
  local long='^load (chromium|failing|pages)$' files
  mapfile -t files < <(grep -lE "$long" tests/*.bats
    grep -LE "$long" tests/*.bats)
  bats --jobs "$jobs" --no-parallelize-within-files --tap "${files[@]}"
  check "fuzzers compile and link" make -s -j"$(nproc)" fuzz-link
  check "layers: includes point downwards only" tests/layers.sh
  check "layout: clang-format has nothing to change" make -s format-check
  if [ "$SANITIZE" = 1 ]; then
    check "no sanitizer report" bash -c '! cat "$BUILD"/asan.* 2>/dev/null'
  fi
}

mkdir -p "$BUILD"
rm -f "$BUILD"/asan.*
suite | tee "$log"
passed=$(grep -c '^ *ok\b' "$log")
failed=$(grep -c '^ *not ok\b' "$log")
if [ "$failed" -gt 0 ]; then
  echo
  echo "# failed:"
  grep '^ *not ok\b' "$log"
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
