#!/usr/bin/env bats
# As failing.bats, for money that goes back, and for what is done seldom.
bats_require_minimum_version 1.5.0
load helper
load failing

@test "money that goes back: each statement fails once, and nothing is given twice" {
  fail_each back.txt 400
}

@test "what is done seldom: each statement fails once, nothing is half done" {
  fail_each rest.txt 400
}
