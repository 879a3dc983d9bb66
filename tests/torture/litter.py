"""What killed programs may leave behind: processes, zombies, locks that stay
taken, files that nobody removes."""

import fcntl
import os
import pathlib
import re
import signal
import subprocess
import time

from website import children

# All that DATA holds while nobody works there, but for pictures.
KNOWN = re.compile(r"""(?x)
    campuspass\.conf | campuspass\.db(-wal|-shm)? | keys | clock
  | locks/(queue|writer|chores|mail|hooks|config|hash-\d)\.lock | locks/sweep
  | log/(campuspass\.log | lighttpd\.log | access\.log | server\.out)
  | run/(list|book|checkout|tickets|account|admin|door|api)-\d
  | run/(limits|room)(/[\w.-]+)?
  | campuspay/(refund-)?[0-9A-Za-z-]+""")
LARGEST_LOG = 20 << 20   # of the database: a checkpoint starts it again


def is_running(pid):
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def name_of(pid):
    """"process 12 (errands), child of 1": for people."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
        command = pathlib.Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return f"process {pid}"
    parent = stat.rpartition(")")[2].split()[1]
    words = command.replace(chr(0), " ").strip()
    return f"process {pid} ({words}), child of {parent},"


def family(pid):
    """The children of a process, and theirs."""
    return [c for child in children(pid) for c in (child, *children(child))]


def outliving(pids, seconds=60):
    """Who of them does not end; they are then ended."""
    end = time.monotonic() + seconds
    left = [pid for pid in pids if is_running(pid)]
    while left and time.monotonic() < end:
        time.sleep(0.05)
        left = [pid for pid in left if is_running(pid)]
    names = [name_of(pid) for pid in left]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    return [f"{name} outlives its server" for name in names]


def zombies(pid, seconds=60):
    """Dead descendants that nobody waits for."""
    end = time.monotonic() + seconds
    while True:
        dead = [child for child in family(pid) if not is_running(child)
                and pathlib.Path(f"/proc/{child}").exists()]
        if not dead or time.monotonic() > end:
            return [f"process {child} stays a zombie" for child in dead]
        time.sleep(0.1)


def taken_locks(data):
    """Lock files that somebody holds while nobody works there."""
    for path in sorted((data / "locks").glob("*.lock")):
        with open(path, "rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield f"{path.name} stays taken"


def litter(data):
    """Files that do not belong there, and a log that grows for ever."""
    for path in sorted(data.rglob("*")):
        name = str(path.relative_to(data))
        if not path.is_dir() and not KNOWN.fullmatch(name):
            yield f"DATA/{name} is left"
    log = data / "campuspass.db-wal"
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        yield f"the database's log has {log.stat().st_size} bytes"


def look(data):
    return [*taken_locks(data), *litter(data)]


def missed_faults(site):
    """Which planted faults the checks above do not see."""
    missed = []
    parent = subprocess.Popen(["sh", "-c", "sleep 60 & wait"])
    while not family(parent.pid):
        time.sleep(0.01)
    members = family(parent.pid)
    parent.kill()
    parent.wait()
    if not outliving(members, 0.2):
        missed.append("a process that outlives its parent")
    dead = subprocess.Popen(["sleep", "60"])
    dead.kill()
    if not any(str(dead.pid) in z for z in zombies(os.getpid(), 0.3)):
        missed.append("a zombie")
    dead.wait()
    with open(site.data / "locks" / "writer.lock", "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not look(site.data):
            missed.append("a lock that stays taken")
    for name in ("campuspay/K.x1Y2z3", "run/lighttpd-upload-Zi2kQ1"):
        path = site.data / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
        if not look(site.data):
            missed.append(f"the file {name}")
        path.unlink()
    return [f"a planted fault was not caught: {m}" for m in missed]
