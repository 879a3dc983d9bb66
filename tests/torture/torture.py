#!/usr/bin/env python3
"""What can go wrong with a machine, done to a site under load, and the proof
that nothing acknowledged was lost and nothing sold twice.

machine.py   kill, clock, lock, slow, disk
calls.py     failing, power (powercut.py)
gateway.py   gateway
stage.py     the site and its crowd; life.py: a booking's whole life
probe.py     looking from outside; litter.py: what is left behind

In the end tests/race/check.py and life.py compare what the buyers were told
with the database and with the gateway. Each check has faults that are planted
and must be caught. The invariants, and who checks them:

I1-I4, I6, I10                  race/check.py, seats.py: told against kept
I3, I5, I6, I8, I10, I11, I13   life.py: money at the gateway, seats, doors
I1, I2, I5-I7, I12              campuspass check, after each trial and cut
I9, I13, I14                    gateway.py: late and repeated calls

Exits 0 when nothing was found."""

import argparse
import pathlib
import random
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "race"))

import calls      # noqa: E402
import gateway    # noqa: E402
import machine    # noqa: E402

TRIALS = {**machine.TRIALS, **calls.TRIALS, **gateway.TRIALS}


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=60,
                        help="about so long")
    parser.add_argument("--slow", type=int, default=2000,
                        help="slow connections")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--trial", choices=TRIALS, action="append")
    parser.add_argument("--inside", help="where the small disk is")
    options = parser.parse_args()
    options.build = options.build.resolve()
    return options


def main():
    options = read_options()
    print(f"torture with seed {options.seed}", flush=True)
    failed = False
    for name in options.trial or TRIALS:
        begun = time.monotonic()
        said, findings = TRIALS[name](options, random.Random(options.seed))
        failed = failed or bool(findings)
        print(f"{name}: {said} ({time.monotonic() - begun:.0f} s)",
              flush=True)
        for finding in findings[:20]:
            print(f"  {finding}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
