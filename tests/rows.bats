#!/usr/bin/env bats
# tests/rows.md and the tests speak of the same rows.

setup() {
  cd "$BATS_TEST_DIRNAME/.." || return
  load helper
}

# The rows that stand in these files, one a line.
rows_in() {
  grep -ohwE '[RBI][1-9][0-9]?' "$@" | sort -u
}

listed() {
  grep -oE '^- [RBI][0-9]+ ' tests/rows.md | tr -d ' -' | sort
}

@test "each row is listed once, and has a test that names it" {
  assert_equal "$(listed | uniq -d)" ""
  assert_equal "$(listed | wc -l)" "$((77 + 14 + 14))"
  run comm -23 <(listed) <(rows_in tests/*.bats tests/unit/*.c tests/container.sh)
  assert_output ""
}

@test "no test, and no comment, names a row that is not listed" {
  run comm -13 <(listed) <(grep -hE '@test|ok\(|^ \*|^#|//|/\*' -r tests/*.bats tests/unit \
    tests/torture tests/race lib cgi-bin db --include=*.bats --include=*.[ch] --include=*.py \
    --include=*.sql | rows_in -)
  assert_output ""
}
