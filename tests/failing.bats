#!/usr/bin/env bats
# Each statement of the database fails once, at each request of a script:
# nothing is half done, nobody is told of the inside, the next try succeeds.
bats_require_minimum_version 1.5.0
load helper
load failing

@test "a buyer: each statement fails once, nothing is half done" {
  fail_each buyer.txt 800
}

@test "a member: each statement fails once, nothing is half done" {
  fail_each member.txt 300
}
