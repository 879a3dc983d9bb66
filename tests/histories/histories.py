#!/usr/bin/env python3
"""Histories at random: what people, staff, clock and machine do to a site
(steps.py), one step after the other; after each, the books (books.py) and
`campuspass check` are looked at, after some what pages say of them.

A seed gives a history; --seed N --histories 1 does it again. One that fails
is shrunk: steps are left out as long as the same is found. With --control the
database spoils what it is told, and that must be found.

Exits 0 when nothing was found."""

import argparse
import pathlib
import random
import re
import sys
import time

import books
from steps import STEPS, WEIGHTS
from world import Finding, World

TRIES = 60  # at most, to shrink one
# invariant: what the database does wrong, and steps that bring it about
FAULTS = {
    "I5": ("AFTER INSERT ON refund BEGIN"
           " UPDATE ticket SET kept = kept + 1;", ["cancel"]),
    "I6": ("AFTER INSERT ON refund BEGIN UPDATE refund SET"
           " amount = 10 * amount WHERE id = new.id;", ["cancel"]),
    "I7": ("AFTER INSERT ON refund BEGIN INSERT INTO ledger (entry, kind,"
           " account, amount, currency, booking_id, created_at) VALUES"
           " ('x' || new.id, 'fee', 'fees', 1, 'EUR', new.booking_id, 1);",
           ["cancel"]),
    "I8": ("BEFORE UPDATE OF state ON booking WHEN new.state = 'expired'"
           " BEGIN SELECT raise(IGNORE);", ["hold", "lapse"]),
    "I9": ("AFTER UPDATE OF state ON booking WHEN new.state = 'cancelled'"
           " BEGIN UPDATE booking SET state = 'failed' WHERE id = new.id;",
           ["cancel"]),
    "I10": ("AFTER UPDATE OF status ON ticket WHEN new.status = 'refunded'"
            " BEGIN UPDATE tier SET sold = sold + 1 WHERE id = new.tier_id;",
            ["cancel"]),
    "I11": ("AFTER INSERT ON scan WHEN new.verdict = 'already_in' BEGIN UPDATE"
            " scan SET verdict = 'admitted' WHERE id = new.id;",
            ["doors"] + 9 * ["scan"]),
    "My tickets": ("AFTER INSERT ON ticket BEGIN UPDATE booking SET browser ="
                   " NULL, user_id = NULL WHERE id = new.booking_id;", []),
}


def make_steps(seed, count):
    """(name of a step, seed of its dice), so many times."""
    dice = random.Random(seed)
    return [(name, dice.randrange(10 ** 6)) for name in dice.choices(
        list(WEIGHTS), list(WEIGHTS.values()), k=count)]


def look(world, before, is_whole):
    """The books now; all that is due was done."""
    world.site.command("sweep")
    now = books.read(world)
    found = books.check(before, now, world.now)
    if is_whole and not found:
        found = books.check_shown(world, now)
    try:
        world.site.command("check")
    except RuntimeError as problem:
        found.append(str(problem))
    if found:
        raise Finding("; ".join(found))
    return now


def run(options, seed, steps, spoil=""):
    """What was found and after how many steps, or nothing."""
    world = World(options.build, random.Random(seed), spoil)
    number = 0
    try:
        world.start()
        before = books.read(world)
        for number, (name, dice) in enumerate(steps, 1):
            STEPS[name](world, random.Random(dice))
            before = look(world, before, number % 8 == 0
                          or number == len(steps))
    except Exception as problem:  # whatever it is, it is a finding
        return f"{type(problem).__name__}: {problem}", number
    finally:
        world.end()
    return "", number


def kind(finding):
    """What stays of it when other bookings take part."""
    return "".join(c for c in finding[:40] if c.islower() or c == " ")


def shrink(options, seed, steps, finding):
    """Fewer steps, with which the same is found."""
    size = tries = 1
    while size < len(steps) // 2:
        size *= 2
    while size and tries < TRIES:
        at = len(steps) - size
        while at >= 0 and tries < TRIES:
            fewer = steps[:at] + steps[at + size:]
            tries += 1
            found, ended = run(options, seed, fewer)
            if found and kind(found) == kind(finding):
                steps = fewer[:ended]
            at = min(at, len(steps)) - size
        size //= 2
    return steps


def tell(options, seed, steps, finding):
    print(f"seed {seed}: {finding}", flush=True)
    for name, dice in shrink(options, seed, steps, finding):
        print(f"  {name} {dice}", flush=True)


def control(options):
    """Each fault must be found."""
    missed = 0
    for name, (trigger, names) in FAULTS.items():
        spoil = f"CREATE TRIGGER spoiled {trigger} END;"
        steps = [(one, options.seed + number) for number, one
                 in enumerate(4 * ["buy"] + 3 * names)]
        finding, ended = run(options, options.seed, steps, spoil)
        is_caught = bool(re.search(rf"\b{name}\b", finding))
        missed += not is_caught
        print(f"{name}: {'caught' if is_caught else 'NOT CAUGHT'} after "
              f"{ended} steps", flush=True)
    return missed


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--histories", type=int, help="so many seeds")
    parser.add_argument("--seconds", type=float, default=120,
                        help="about so long, unless told how many")
    parser.add_argument("--steps", type=int, default=40, help="of each")
    parser.add_argument("--control", action="store_true")
    return parser.parse_args()


def main():
    options = read_options()
    print(f"histories from seed {options.seed}", flush=True)
    if options.control:
        return 1 if control(options) else 0
    failed, seed, begun = 0, options.seed, time.monotonic()
    while (seed - options.seed < options.histories if options.histories
           else time.monotonic() - begun < options.seconds):
        steps = make_steps(seed, options.steps)
        finding, ended = run(options, seed, steps)
        if finding:
            failed += 1
            tell(options, seed, steps[:ended], finding)
        seed += 1
    print(f"{seed - options.seed} histories, {failed} with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
