#!/usr/bin/env bats
# As failing.bats, for what is done seldom.
bats_require_minimum_version 1.5.0
load helper
load failing

@test "what is done seldom: each statement fails once, nothing is half done" {
  fail_each rest.txt 800
}
