#!/usr/bin/env bats
# A short torture by single calls that fail, power cuts, a full disk, and a
# gateway that hangs.
load helper
load torture

@test "the n-th write, sync or allocation fails: nothing is lost" {
  torture failing
}

@test "I3 I5 power cuts: what was acknowledged is there, money adds up" {
  torture power
}

@test "R61 the disk fills up under load: refused cleanly, it heals" {
  torture disk
}

@test "R26 I14 the gateway hangs in a rush: nobody else waits for it" {
  torture gateway
}
