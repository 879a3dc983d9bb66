#!/usr/bin/env bats
# A short torture from outside: a full disk, a gateway that hangs.
load helper
load torture

@test "R61 the disk fills up under load: refused cleanly, it heals" {
  torture disk
}

@test "R26 I14 the gateway hangs in a rush: nobody else waits for it" {
  torture gateway
}
