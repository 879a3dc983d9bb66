#!/usr/bin/env bats
# What people, staff and the machine do in any order, at random from seeds that
# are always the same here; `make histories` goes on with others.
load helper

histories() {
  run python3 "$TOP/tests/histories/histories.py" --build "$BUILD" "$@"
  assert_success
}

@test "I1 I2 I5 I6 I7 I8 I9 I10 I11 histories at random: books, lists and pages agree after each step" {
  histories --seed 200 --histories 4
  assert_output --partial "4 histories, 0 with findings"
}

@test "a fault in the books is found" {
  histories --seed 1 --control
  refute_output --partial "NOT CAUGHT"
}
