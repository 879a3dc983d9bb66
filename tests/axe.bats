#!/usr/bin/env bats
# Every page without scripts in Chromium: none is wider than its window, 320
# and 1280 px; before axe-core (WCAG 2.2 AA and best practice) go those that
# together have everything that pages are made of, light and dark. EVERY=yes:
# all of them go.
load helper
load chromium
load pages

setup_file() {
  find_browser
  export PAGES="$BATS_FILE_TMPDIR/pages"
  start_full_site
  write_pages "$PAGES" >"$BATS_FILE_TMPDIR/walk" 2>&1 ||
    { cat "$BATS_FILE_TMPDIR/walk"; return 1; }
  mv "$PAGES"/samples/*.html "$PAGES/"
}

teardown_file() {
  stop_site
}

# look FOLDER LIST
look() {
  # 3>&-: bats waits for whoever holds its descriptor 3.
  run node "$TOP/tests/browser/pages.mjs" "$@" 3>&-
}

@test "B1 every page: fits 320 and 1280 px, axe-core finds nothing, light and dark" {
  local list="$BATS_TEST_TMPDIR/list"
  if [ "${EVERY:-no}" = yes ]; then
    ls "$PAGES" >"$list"
  else
    python3 "$TOP/tests/walk/cover.py" "$PAGES" >"$list"
  fi
  # Dozens, not a handful.
  assert [ "$(wc -l <"$list")" -gt 50 ]
  look "$PAGES" "$list"
  assert_success
}

@test "B1 what is wrong with a page is seen" {
  local bad="$BATS_TEST_TMPDIR/bad"
  mkdir "$bad"
  # A field without a label, grey words in the dark, a page too wide.
  sed 's/<label /<p /; s/<\/h1>/&<p style="color: light-dark(#222, #333)">hardly seen/' \
    "$PAGES/visitor-account-forgot-200.html" >"$bad/wrong.html"
  sed 's/<\/h1>/&<p style="width: 340px">wide<\/p>/' \
    "$PAGES/visitor-terms-200.html" >"$bad/wide.html"
  echo wrong.html >"$bad/list"
  look "$bad" "$bad/list"
  assert_failure
  assert_output --partial "wrong.html 320 light: label"
  assert_output --partial "wrong.html 1280 dark: color-contrast"
  refute_output --partial "light: color-contrast"
  assert_output --partial "wide.html 320 light: 3"
  refute_output --partial "wide.html 1280"
}
