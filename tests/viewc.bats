# viewc: what it makes of views, and what it refuses.
#
#   viewc/golden/NAME         views, with NAME.c beside each: what viewc makes
#   viewc/rendered.txt        what these print (viewc/render.c has the values)
#   viewc/mistakes/NAME       views that viewc refuses; mistakes.txt says how
#   viewc/refused_by_c/NAME   views that the C compiler refuses, likewise
#
# VIEWC names the viewc to test; without it, one is built.

setup_file() {
  export TOP="$BATS_TEST_DIRNAME/.."
  export CASES="$BATS_TEST_DIRNAME/viewc"
  export LC_ALL=C
  if [ -z "${VIEWC:-}" ]; then
    export VIEWC="$BATS_FILE_TMPDIR/viewc"
    cc -std=gnu17 -D_GNU_SOURCE -I "$TOP/lib" -o "$VIEWC" \
      "$TOP"/lib/views/viewc*.c "$TOP/lib/views/place.c"
  fi
}

setup() {
  OUTPUT="$BATS_TEST_TMPDIR/output.c"
}

compile_c() {
  cc -std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Werror -I "$CASES" -I "$TOP/lib" "$@"
}

@test "viewc makes the expected C of each view" {
  cd "$CASES/golden"
  for view in *.html *.txt; do
    echo "# $view"
    "$VIEWC" "$view" "$OUTPUT"
    diff -u "$view.c" "$OUTPUT"
  done
}

@test "that C compiles without a warning and prints the expected pages" {
  cd "$CASES"
  compile_c -o "$BATS_TEST_TMPDIR/render" render.c golden/*.c \
    "$TOP"/lib/views/view.c \
    "$TOP"/lib/base/{arena,clock,clock_text,error,log,money,out,text}.c
  "$BATS_TEST_TMPDIR/render" >"$BATS_TEST_TMPDIR/rendered.txt"
  diff -u rendered.txt "$BATS_TEST_TMPDIR/rendered.txt"
}

@test "viewc refuses each mistake in the right line and leaves no output" {
  cd "$CASES/mistakes"
  for view in *; do
    echo "an older one" >"$OUTPUT"
    if "$VIEWC" "$view" "$OUTPUT" 2>&1; then
      echo "$view: compiles"
    fi
    if [ -n "$(ls "$BATS_TEST_TMPDIR"/output*)" ]; then
      echo "$view: leaves a file"
    fi
  done >"$BATS_TEST_TMPDIR/mistakes.txt" 2>/dev/null
  diff -u "$CASES/mistakes.txt" "$BATS_TEST_TMPDIR/mistakes.txt"
}

@test "the C compiler refuses what viewc cannot know, in the view's line" {
  cd "$CASES/refused_by_c"
  for view in *.html; do
    "$VIEWC" "$view" "$OUTPUT"
    expected=$(grep "^$view:" ../refused_by_c.txt)
    errors=$(! compile_c -fsyntax-only "$OUTPUT" 2>&1)
    # Without the column.
    errors=$(sed -n "s/^\($view:[0-9]*\):[0-9]*: error:/\1: error:/p" \
      <<<"$errors")
    [[ $errors == "$expected"* ]] || {
      printf 'expected: %s\ngot: %s\n' "$expected" "$errors"
      return 1
    }
  done
}

@test "viewc says which file it cannot read or write" {
  view="$CASES/golden/part.html"
  run "$VIEWC" "$BATS_TEST_TMPDIR/absent.html" "$OUTPUT"
  [ "$status" = 1 ]
  [ "$output" = "viewc: $BATS_TEST_TMPDIR/absent.html: No such file or directory" ]
  run "$VIEWC" "$view" "$BATS_TEST_TMPDIR/absent/part.c"
  [ "$status" = 1 ]
  [[ $output == "viewc: $BATS_TEST_TMPDIR/absent/part.c"*": No such file or directory" ]]
  run "$VIEWC" "$view"
  [ "$status" = 1 ]
  [ "$output" = "usage: viewc INPUT OUTPUT" ]
}

@test "viewc names the view in #line as it was called" {
  cd "$CASES"
  "$VIEWC" golden/part.html "$OUTPUT"
  grep -q '^#line 1 "golden/part.html"$' "$OUTPUT"
}
