#!/usr/bin/env bats
# A short torture by what makes others wait: a lock, slow connections.
load helper
load torture

@test "a foreign write lock: 503 in time, others are served" {
  torture lock
}

@test "slow connections: others are served" {
  torture slow
}
