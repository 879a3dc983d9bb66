#!/usr/bin/env bats
# A short torture by single calls that fail, and power cuts.
load helper
load torture

@test "the n-th write, sync or allocation fails: nothing is lost" {
  torture failing
}

@test "I3 I5 power cuts: what was acknowledged is there, money adds up" {
  torture power
}
