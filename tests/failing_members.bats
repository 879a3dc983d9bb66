#!/usr/bin/env bats
# As failing.bats, for members with a second factor, and what is mailed.
bats_require_minimum_version 1.5.0
load helper
load failing

@test "a second factor, mails and leaving: each statement fails once" {
  fail_each factor.txt 150
}
