#!/usr/bin/env bats
# Something happens in the middle of a request, before each of its turns to
# write: the database is sound, and no answer is an error of the programs.
bats_require_minimum_version 1.5.0
load helper
load failing

@test "two want the same at once, in each order of their turns" {
  site
  play meeting.txt
  assert_equal "$wrong" 0
  assert [ "$met" -ge 50 ]
  assert_sound
}

@test "without the guards the same script finds a place that was sold twice" {
  site noguard
  play meeting.txt
  assert [ "$wrong" -gt 0 ]
  assert_output --partial "more sold and held than there is"
}
