"""Recorded writes replayed as power cuts.

A record (shim.c) is a list of what was written, synced and - by the driver -
acknowledged, in order. A cut is a point in it. What was synced before is on
the disk; of what was written since then each sector may be there or not."""

import shutil
import sqlite3

SECTOR = 512


def read(path):
    """The record as tuples: call, name, offset, bytes."""
    data = path.read_bytes()
    steps, at = [], 0
    while at < len(data):
        end = data.index(b"\n", at)
        call, name, offset, length = data[at:end].decode().split(" ")
        at = end + 1
        steps.append((call, name, int(offset), data[at:at + int(length)]))
        at += int(length)
    return steps


def acknowledge(path, key):
    with open(path, "ab") as record:
        record.write(f"ack {key} 0 0\n".encode())


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
    for start in range(0, len(data), SECTOR):
        if is_synced or dice.random() < 0.5:
            write(content, offset + start, data[start:start + SECTOR])


def image(first, steps, folder, dice):
    """Make the disk that a cut behind these steps leaves."""
    synced = {name: number for number, (call, name, _, _) in enumerate(steps)
              if call == "sync"}
    contents = {path.name: bytearray(path.read_bytes())
                for path in first.glob("campuspass.db*")
                if not path.name.endswith("-shm")}
    for number, step in enumerate(steps):
        if step[0] in ("write", "truncate"):
            content = contents.setdefault(step[1], bytearray())
            apply(content, step, dice, number < synced.get(step[1], -1))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_bytes(content)


def judge(folder, steps):
    """What is wrong with a disk: lines."""
    told = {name for call, name, _, _ in steps if call == "ack"}
    try:
        database = sqlite3.connect(folder / "campuspass.db")
        sound = database.execute("PRAGMA integrity_check").fetchone()[0]
        kept = {key for key, in database.execute(
            "SELECT form_key FROM booking WHERE state = 'confirmed'")}
        database.close()
    except sqlite3.DatabaseError as problem:
        return [f"the database is lost: {problem}"]
    findings = [] if sound == "ok" else [f"damaged: {sound}"]
    if told - kept:
        findings.append(f"I3 {len(told - kept)} of {len(told)} acknowledged "
                        "bookings lost")
    return findings


def cut_often(first, steps, folder, dice, times):
    """Cut at so many points, half of them just after an acknowledgement."""
    acks = [n + 1 for n, step in enumerate(steps) if step[0] == "ack"]
    findings = []
    for number in range(times):
        end = (dice.choice(acks) if number % 2
               else dice.randrange(len(steps) + 1))
        image(first, steps[:end], folder, dice)
        findings += [f"cut at {end}: {f}" for f in judge(folder, steps[:end])]
    return findings


def without_syncs(steps):
    """The planted fault: a program that never waits for the disk."""
    return [step for step in steps if step[0] != "sync"]
