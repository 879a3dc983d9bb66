# For bats files that torture a site for a short while; `make torture` takes
# its time. Under AddressSanitizer the shim would stand in its way.

# torture TRIAL ...: about twelve seconds each.
torture() {
  [ "${SANITIZE:-0}" != 1 ] || skip "not with a sanitizer's allocator"
  local options=() trial
  for trial in "$@"; do
    options+=(--trial "$trial")
  done
  run python3 "$TOP/tests/torture/torture.py" --build "$BUILD" --seconds 12 \
    --slow 300 "${options[@]}"
  assert_success
}
