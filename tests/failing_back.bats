#!/usr/bin/env bats
# As failing.bats, for money that goes back and the gateways' calls.
bats_require_minimum_version 1.5.0
load helper
load failing

@test "money that goes back: each statement fails once, and nothing is given twice" {
  fail_each back.txt 400
}
