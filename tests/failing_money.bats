#!/usr/bin/env bats
# As failing.bats, for payments that do not go as they should.
bats_require_minimum_version 1.5.0
load helper
load failing

@test "payments: each statement fails once, money is neither lost nor taken twice" {
  fail_each payer.txt 500
}
