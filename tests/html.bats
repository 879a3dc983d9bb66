#!/usr/bin/env bats
# Every page is right HTML, as the Nu checker (vnu) knows it: each page that
# visitors, members and staff come to, forms refused, errors, the setup,
# letters. The walk fails when there is a route of pages that it never meets.
bats_require_minimum_version 1.5.0
load helper
load pages

setup_file() {
  local modules
  modules=$("$TOP/tests/browser/install.sh")
  export VNU="$modules/node_modules/vnu-jar/build/dist/vnu.jar"
  export PAGES="$BATS_FILE_TMPDIR/pages"
  start_full_site
  write_pages "$PAGES" >"$BATS_FILE_TMPDIR/walk" 2>&1 ||
    { cat "$BATS_FILE_TMPDIR/walk"; return 1; }
}

teardown_file() {
  stop_site
}

# vnu FILE ...: warnings count as well.
vnu() {
  java -Xss4m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -jar "$VNU" --stdout \
    --skip-non-html "$@" 3>&-
}

@test "B1 every page, form refused, error and letter is right HTML" {
  # Some hundreds of pages, not a handful.
  assert [ "$(find "$PAGES" -name '*.html' | wc -l)" -gt 250 ]
  run vnu "$PAGES"
  assert_output ""
}

@test "B1 the checker sees what is wrong in a page" {
  sed 's/<h1/<h1 id="main"/; s/ alt="[^"]*"//' "$PAGES/visitor-200.html" \
    >"$BATS_TEST_TMPDIR/wrong.html"
  run -1 vnu "$BATS_TEST_TMPDIR/wrong.html"
  assert_output --partial "Duplicate ID"
  assert_output --partial "alt"
}

@test "at the end the books are sound" {
  assert_sound
}
