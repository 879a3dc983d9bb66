#!/usr/bin/env bats
# Many buyers at once for the last places and seats, by page, by API and
# through the library alone, and a storm at the waiting list, replayed against
# the database; and the proof that overselling would be seen.
# `make race` runs the same for longer.
load helper

race() {
  run python3 "$TOP/tests/race/race.py" --build "$BUILD" "$@"
}

@test "B4 B11 R27 I1 I2 I3 I4 I6 I8 I10 many at once for the last places and seats" {
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
  refute_output --partial "NOT CAUGHT"
  assert_output --regexp '[1-9][0-9]* of seats sold twice, caught'
}
