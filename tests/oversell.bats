#!/usr/bin/env bats
# Many buyers at once for the last places, by page and by API, replayed
# against the database; and the proof that overselling would be seen.
# `make race` runs the same for longer.
load helper

race() {
  run python3 "$TOP/tests/race/race.py" --build "$BUILD" "$@"
}

@test "B4 I1 I3 I4 I10 many buyers at once for the last places" {
  race --buyers 60 --rounds 3
  assert_success
  assert_output --partial "sound: nothing oversold"
}

@test "B4 I3 I4 the same while workers are killed" {
  race --buyers 60 --rounds 2 --kill
  assert_success
  assert_output --partial "sound: nothing oversold"
}

@test "B4 without the guard it oversells, and the race catches that" {
  race --buyers 60 --rounds 1 --programs "$BUILD/noguard/cgi-bin" \
    --must-oversell
  assert_success
  assert_output --partial "caught"
}
