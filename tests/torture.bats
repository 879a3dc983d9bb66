#!/usr/bin/env bats
# A short torture of each kind; `make torture` takes its time. Under
# AddressSanitizer the shim would stand in its way.
load helper

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

@test "kill -9 of workers and server: I1 to I6 hold, no process stays" {
  torture kill
}

@test "the clock jumps by an hour and a day: I1 to I6 hold" {
  torture clock
}

@test "a foreign write lock, slow connections: others are served" {
  torture lock slow
}

@test "the n-th write, sync or allocation fails: nothing is lost" {
  torture failing
}

@test "I3 power cuts: each acknowledged booking is there" {
  torture power
}

@test "R61 the disk fills up under load: it heals" {
  torture disk
}
