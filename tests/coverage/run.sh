#!/usr/bin/env bash
# What the tests run: the suite against a build that counts, then a table by
# folder and file. build/coverage/report/index.html shows each line.
#
#   SUITE="tests/list.bats ..."  these files only; KEEP=1 adds to the counts
#
# Left out: tests that build something of their own or look at how programs
# are built (hardening, package, apache's part of it), and those that only
# drive a browser over pages that others fetch, too.
set -u
cd "$(dirname "$0")/../.." || exit 1
export TESTHOOKS=1 COVERAGE=1 SANITIZE=0
export BUILD="$PWD/build/coverage"
export VIEWC="$BUILD/viewc"
report="$BUILD/report"
suite=${SUITE:-$(ls tests/*.bats | grep -vE 'browser|hardening|package')}

make -s -j"$(nproc)" build unit-programs || exit 1
[ -n "${KEEP:-}" ] || find "$BUILD" -name '*.gcda' -delete
for program in "$BUILD"/unit/test_*; do
  case $program in *.*) continue ;; esac
  "$program" >"$BUILD/unit.tap" || echo "${program##*/} ended with $?"
done
# Counting makes programs slower: what fails here for that passes in
# `make test`, which is to judge.
# shellcheck disable=SC2086
bats --jobs "$(($(nproc) * 2))" --no-parallelize-within-files --tap $suite \
  >"$BUILD/test.tap"
grep '^not ok' "$BUILD/test.tap"

mkdir -p "$report"
# Views are generated: tests/viewc proves the compiler, and a branch that a
# page lacks is one of its data. noguard and race are controls of tests.
gcovr --root . "$BUILD" \
  --filter lib/ --filter cgi-bin/ --filter db/ \
  --exclude 'lib/views/.*\.(html|txt)' \
  --exclude-directories '.*/(noguard|race|views|tests)$' \
  --exclude-unreachable-branches \
  --json "$report/counts.json" \
  --html-details "$report/index.html" --html-title "CampusPass" || exit 1
python3 tests/coverage/table.py "$report/counts.json"
