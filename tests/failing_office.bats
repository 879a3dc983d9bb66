#!/usr/bin/env bats
# As failing.bats, for those who work with the site.
bats_require_minimum_version 1.5.0
load helper
load failing

@test "the staff: each statement fails once, nothing is half done" {
  fail_each staff.txt 1200
}

@test "programs and the operator: each statement fails once" {
  fail_each program.txt 400
}
