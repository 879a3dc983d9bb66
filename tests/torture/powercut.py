"""Recorded writes replayed as power cuts.

A record (shim.c) is a list of what was written, synced, done at the gateway
and - by the driver - acknowledged, in order. A cut is a point in it. What was
synced before is on the disk; of what was written since then each sector may
be there or not. The gateway is another machine: it forgets nothing."""

import bisect
import collections
import shutil
import sqlite3
import subprocess
import time

import life

SECTOR = 512


def read(path):
    """The record as tuples: call, name, offset, bytes. The offset of a sync is
    how many changes of the file it covers: those that were there when it
    began. Several processes write and sync at once."""
    data = path.read_bytes()
    steps, at = [], 0
    changes = collections.defaultdict(list)
    while at < len(data):
        end = data.index(b"\n", at)
        call, name, offset, length = data[at:end].decode().split(" ")
        offset = int(offset)
        if call == "sync":
            offset = bisect.bisect_left(changes[name], offset)
        elif call in ("write", "truncate"):
            changes[name].append(at)
        at = end + 1
        steps.append((call, name, offset, data[at:at + int(length)]))
        at += int(length)
    return steps


def acknowledge(path, step, told):
    """A step was answered: what must be there from now on."""
    what = {"hold": told["key"], "call": told["key"], "pay": told.get("reference"),
            "return": told.get("code"), "scan": told.get("scan")}[step]
    with open(path, "ab") as record:
        record.write(f"ack {step}={what} 0 0\n".encode())


def write(content, offset, data):
    if len(content) < offset + len(data):
        content.extend(bytes(offset + len(data) - len(content)))
    content[offset:offset + len(data)] = data


def apply(content, step, dice, is_synced):
    call, _, offset, data = step
    if call == "truncate":
        if is_synced or dice.random() < 0.5:
            del content[offset:]
        return
    if is_synced:
        write(content, offset, data)
        return
    for start in range(0, len(data), SECTOR):
        if dice.random() < 0.5:
            write(content, offset + start, data[start:start + SECTOR])


def image(first, steps, folder, dice):
    """Make the disk that a cut behind these steps leaves."""
    synced, changes = collections.Counter(), collections.Counter()
    for call, name, offset, _ in steps:
        if call == "sync":
            synced[name] = max(synced[name], offset)
    contents = {path.name: bytearray(path.read_bytes())
                for path in first.glob("campuspass.db*")
                if not path.name.endswith("-shm")}
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(first, folder,
                    ignore=shutil.ignore_patterns("campuspass.db*"))
    (folder / "campuspay").mkdir(exist_ok=True)
    for step in steps:
        if step[0] in ("write", "truncate"):
            content = contents.setdefault(step[1], bytearray())
            apply(content, step, dice, changes[step[1]] < synced[step[1]])
            changes[step[1]] += 1
        if step[0] == "gateway":
            (folder / "campuspay" / step[1]).write_bytes(step[3])
    for name, content in contents.items():
        (folder / name).write_bytes(content)


# What an acknowledged step has left, by the values of its acknowledgements.
KEPT = {
    "hold": "SELECT form_key FROM booking",
    "pay": "SELECT reference FROM booking WHERE state = 'confirmed'",
    "return": "SELECT code FROM ticket WHERE status = 'refunded'",
    "scan": "SELECT id FROM scan",
    "call": "SELECT form_key FROM booking WHERE state = 'confirmed'",
}


def told_of(steps):
    """What was acknowledged, by step."""
    told = {step: set() for step in KEPT}
    for call, name, _, _ in steps:
        if call == "ack":
            step, _, value = name.partition("=")
            told[step].add(value)
    return told


def judge(folder, steps):
    """I3: what is wrong with a disk: lines."""
    try:
        database = sqlite3.connect(folder / "campuspass.db")
        sound = database.execute("PRAGMA integrity_check").fetchone()[0]
        findings = [] if sound == "ok" else [f"damaged: {sound}"]
        for step, told in told_of(steps).items():
            kept = {str(value) for value, in database.execute(KEPT[step])}
            if told - kept:
                findings.append(f"I3 {step}: {len(told - kept)} of "
                                f"{len(told)} acknowledged are lost")
        database.close()
    except sqlite3.DatabaseError as problem:
        return [f"the database is lost: {problem}"]
    return findings


def run(build, folder, *words):
    return subprocess.run([build / "campuspass", "--data", folder, *words],
                          capture_output=True, text=True, check=False)


def heal(build, folder):
    """Two hours later, and again until no refund is left."""
    for hours in range(2, 6):
        (folder / "clock").write_text(f"{hours * 3600}\n")
        done = run(build, folder, "sweep")
        if done.returncode:
            return [f"sweep: {done.stdout}{done.stderr}"]
    return []


def judge_money(build, folder):
    """I1, I2, I5-I8, I10-I12 once it has healed: the books, the gateway."""
    findings = heal(build, folder)
    own = run(build, folder, "check")
    if own.returncode:
        findings += [f"check {line}" for line in
                     (own.stdout + own.stderr).splitlines()]
    database = sqlite3.connect(folder / "campuspass.db")
    money = life.Money(database, "campuspay",
                       *life.read_gateway(folder / "campuspay"))
    findings += [*life.check_gateway(money), *life.check_worth(money)]
    findings += [*life.check_ends([], database),
                 *life.check_given_back([], database)]
    database.close()
    return findings


class Cutter:
    """Cuts of one record, at any point."""

    def __init__(self, build, first, folder, steps, dice):
        self.build, self.first, self.folder = build, first, folder
        self.steps, self.dice, self.cuts = steps, dice, 0
        # Money in two places: just behind what the gateway did.
        self.points = [n + 1 for n, step in enumerate(steps)
                       if step[0] in ("ack", "gateway")]

    def cut(self, steps, end):
        """One cut; its findings, those of I3 alone if the disk is lost."""
        image(self.first, steps[:end], self.folder, self.dice)
        self.cuts += 1
        found = judge(self.folder, steps[:end])
        found = found or judge_money(self.build, self.folder)
        return [f"cut at {end}: {f}" for f in found]

    def cut_until(self, moment, least):
        """Cut until then, half the time just behind an answer."""
        findings = [] if self.points else ["nothing was acknowledged"]
        while not findings and (self.cuts < least
                                or time.monotonic() < moment):
            end = (self.dice.choice(self.points) if self.cuts % 2
                   else self.dice.randrange(len(self.steps) + 1))
            findings += self.cut(self.steps, end)
        return findings

    def missed_faults(self):
        """A program that never waits for the disk, one that pays without
        writing it down before, a gateway that pays by itself."""
        missed = []
        lazy = [step for step in self.steps if step[0] != "sync"]
        if not any(self.cut(lazy, self.dice.randrange(len(lazy) // 2,
                                                      len(lazy)))
                   for _ in range(20)):
            missed.append("no syncs")
        names = [step[1] for step in self.steps if step[0] == "gateway"]
        for what, of in (("payment", [n for n in names if "-" not in n]),
                         ("refund", [n for n in names if "-" in n])):
            early = move_first(self.steps, of[-1])
            if not self.cut(early, 1):
                missed.append(f"a {what} before it is written down")
            without = [s for s in self.steps if s[1] != of[-1]]
            if not self.cut(without, len(without)):
                missed.append(f"a {what} that the gateway never made")
        return [f"a planted fault was not caught: {m}" for m in missed]


def move_first(steps, name):
    """The gateway did it before all else."""
    early = [s for s in steps if s[1] == name]
    return early + [s for s in steps if s[1] != name]
