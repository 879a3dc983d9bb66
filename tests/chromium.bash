# For bats files in a real browser.

# Chromium and its driver, for tests/browser/*.mjs. PICTURES=yes leaves pictures
# in build/screenshots.
# The shell is the same browser without windows, and half as long at its start.
find_browser() {
  export SCREENSHOTS="$TOP/build/screenshots"
  mkdir -p "$SCREENSHOTS"
  NODE_MODULES=$("$TOP/tests/browser/install.sh")
  CHROMIUM=$(command -v chromium-headless-shell || command -v chromium)
  export NODE_MODULES CHROMIUM
}
