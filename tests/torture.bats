#!/usr/bin/env bats
# A short torture by the machine. Each judges what buyers were told by the
# database and the gateway, and catches its planted faults.
load helper
load torture

@test "kill -9 of workers and server: I1 to I13 hold, nothing of them stays" {
  torture kill
}

@test "the clock jumps by an hour and a day: I1 to I13 hold" {
  torture clock
}
