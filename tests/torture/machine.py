"""Trials of the machine: kill -9, the clock, a foreign lock, slow
connections, a full disk. Each has a site of its own and returns a line that
says what was done, and findings."""

import os
import pathlib
import resource
import signal
import socket
import sqlite3
import subprocess
import threading
import time

import life
import litter
import probe
import stage
import website

PAGES = ("/", f"/events/{stage.EVENT}")


class Uploader(threading.Thread):
    """Sends what the server keeps in a file meanwhile."""

    def __init__(self, site):
        super().__init__(daemon=True)
        self.site, self.done = site, threading.Event()
        self.start()

    def run(self):
        while not self.done.is_set():
            probe.ask(self.site, f"/book/{stage.EVENT}", "POST",
                      {"Content-Type": "text/plain"}, b"x" * (2 << 20))

    def end(self):
        self.done.set()
        self.join()


def kill_server(site):
    """Kill lighttpd, start another; who of the old ones stays?"""
    members = litter.family(site.server.pid)
    site.server.kill()
    site.server.wait()
    findings = litter.outliving(members)
    site.start()
    return findings


def trial_kill(options, dice):
    """kill -9 of workers, and of lighttpd: its workers end with it."""
    site = stage.make_site(options)
    findings, killed, restarts = [], 0, 0
    try:
        site.start()
        crowd, uploader = stage.Crowd(site), Uploader(site)
        end = time.monotonic() + options.seconds / 4
        while time.monotonic() < end:
            time.sleep(dice.uniform(0.01, 0.1))
            workers = site.worker_ids()
            if workers and dice.random() < 0.95:
                os.kill(dice.choice(workers), signal.SIGKILL)
                killed += 1
                continue
            findings += kill_server(site)
            restarts += 1
        findings += kill_server(site)
        records = crowd.end()
        uploader.end()
        findings += litter.zombies(site.server.pid)
        site.kill()
        time.sleep(0.5)
        sold, found = stage.judge(site, records, crowd.problems)
        findings += litter.look(site.data)
        found += [] if findings else litter.missed_faults(site)
    finally:
        site.stop()
        site.remove()
    return (f"{killed} workers and {restarts + 1} servers killed, "
            f"{stage.count_outcomes(records)}", findings + found)


def move_clock(site, seconds):
    (site.data / "clock.new").write_text(f"{seconds}\n")
    (site.data / "clock.new").rename(site.data / "clock")


def forget_holds(records):
    """A hold may have ended with a jump, and its places been somebody's
    before it was paid for all the same: it is no promise."""
    for record in records:
        if record["outcome"] == "held":
            record["outcome"] = "held until the next jump"
    return records


def trial_clock(options, dice):
    """The clock jumps by an hour and a day, forth and back."""
    site = stage.make_site(options)
    jumps = 0
    try:
        site.start()
        crowd = stage.Crowd(site)
        end = time.monotonic() + options.seconds / 8
        while time.monotonic() < end:
            time.sleep(dice.uniform(0.1, 0.6))
            move_clock(site, dice.choice((0, 3600, -3600, 86400, -86400)))
            jumps += 1
        move_clock(site, 0)
        records = forget_holds(crowd.end())
        # Holds that a day ahead were made end within a day.
        move_clock(site, 90000)
        site.command("sweep")
        _, findings = stage.judge(site, records, crowd.problems)
    finally:
        site.stop()
        site.remove()
    return f"{jumps} jumps, {stage.count_outcomes(records)}", findings


def trial_lock(options, _):
    """Somebody else keeps the write lock: 503 in time, then it heals."""
    site = stage.make_site(options)
    findings, refused, number = [], 0, 0
    seconds = min(30, max(6, options.seconds / 8))
    try:
        site.start()
        # No more buyers than workers, so that nobody waits for two locks.
        crowd = stage.Crowd(site, guests=1, buyers=1)
        staff = probe.Staff(site)
        time.sleep(1)
        holder = sqlite3.connect(site.database, isolation_level=None,
                                 timeout=20)
        holder.execute("BEGIN IMMEDIATE")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for page in PAGES:
                findings += probe.look(site, page)
            number += 1
            status, found = probe.order(site, f"probe-{number}")
            refused += status == 503
            findings += found
        holder.execute("ROLLBACK")
        holder.close()
        time.sleep(1)
        findings += after_trouble(site, staff)
        records = crowd.end()
        if not refused:
            findings.append("nobody was told to come again")
        findings += probe.slow_answers(records, probe.SLOWEST)
        sold, found = judge_with_probes(site, records, crowd, number)
        found += [] if findings else probe.missed_lies()
    finally:
        site.stop()
        site.remove()
    return (f"held for {seconds:.0f} s, {stage.count_outcomes(records)}",
            findings + found)


def after_trouble(site, staff):
    """All works again: pages, an order, the door, signing in."""
    findings = [f for page in PAGES for f in probe.look(site, page)]
    status, found = probe.order(site, "healed")
    statuses, more = staff.work()
    findings += found + more
    if status != 200 or set(statuses.values()) != {303}:
        findings.append(f"not healed: order {status}, {statuses}")
    return findings


def judge_with_probes(site, records, crowd, number):
    """The probes' orders are nobody's; they are asked again as buyers."""
    asked = stage.race.History()
    for name in ["healed"] + [f"probe-{n + 1}" for n in range(number)]:
        order, headers, body = stage.make_order(name, "free")
        stage.race.Browser(site, asked, name).send_until_answered(
            "api", order, f"/api/events/{stage.EVENT}/book", headers, body)
    # Dora scans a code that nobody has.
    database = sqlite3.connect(site.database)
    database.execute("DELETE FROM scan WHERE ticket_id IS NULL")
    database.commit()
    database.close()
    return stage.judge(site, records + asked.records, crowd.problems)


class Slow:
    """So many connections that send a byte now and then."""

    def __init__(self, site, count):
        self.site, self.count = site, count
        self.sockets, self.opened = [], 0
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    def fill(self):
        """As many as there were, whoever hung up."""
        while len(self.sockets) < self.count:
            try:
                one = socket.create_connection(
                    ("127.0.0.1", self.site.port), timeout=1)
                one.sendall(b"POST /book/storm HTTP/1.1\r\nHost: x\r\n"
                            b"Content-Length: 500\r\n\r\n"
                            if self.opened % 2 else
                            b"GET / HTTP/1.1\r\nX-Slow: ")
                one.setblocking(False)
            except OSError:
                return
            self.opened += 1
            self.sockets.append(one)

    def drip(self):
        left = []
        for one in self.sockets:
            try:
                one.send(b"a")
                left.append(one)
            except OSError:
                one.close()
        self.sockets = left

    def close(self):
        for one in self.sockets:
            one.close()


def endure_slow(site, count, seconds):
    """Pages while so many connections are slow: findings, and how many."""
    slow, findings, fewest = Slow(site, count), [], count
    try:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            slow.fill()
            for page in PAGES:
                findings += probe.look(site, page)
            slow.drip()
            fewest = min(fewest, len(slow.sockets))
            time.sleep(0.2)
    finally:
        slow.close()
    return findings, fewest


def trial_slow(options, _):
    """Slow connections: others are served as before."""
    site = stage.make_site(options)
    try:
        site.start()
        crowd = stage.Crowd(site)
        findings, fewest = endure_slow(site, options.slow,
                                       max(3, options.seconds / 8))
        records = crowd.end()
        if fewest < options.slow * 3 // 4:
            findings.append(f"only {fewest} connections were slow")
        findings += probe.slow_answers(records, probe.SLOWEST)
        _, found = stage.judge(site, records, crowd.problems)
        site.stop()
        found += [] if findings else shut_out(site)
    finally:
        site.stop()
        site.remove()
    return (f"{fewest} slow connections and more, "
            f"{stage.count_outcomes(records)}", findings + found)


def shut_out(site):
    """The planted fault: a server for few connections."""
    conf = (website.TOP / "lighttpd.conf").read_text()
    few = site.home / "few.conf"
    few.write_text(conf.replace("server.max-connections        = 4096",
                                "server.max-connections        = 100"))
    site.start(few)
    findings, _ = endure_slow(site, 150, 0.1)
    return [] if findings else [
        "a planted fault was not caught: 100 connections"]


def fill_disk(site):
    """To the last block."""
    ballast = site.home / "ballast"
    with open(ballast, "wb", buffering=0) as file:
        for size in (1 << 20, 4096):
            try:
                while file.write(bytes(size)):
                    pass
            except OSError:
                pass
    return ballast


def trial_disk(options, _):
    """A disk that fills up: 503 for buying, browsing goes on, it heals."""
    if not options.inside:
        return run_inside(options)
    site = stage.make_site(options, options.inside)
    findings, number, refused = [], 0, {}
    try:
        site.start()
        crowd, staff = stage.Crowd(site), probe.Staff(site)
        end = time.monotonic() + options.seconds / 8
        while number < 6 or time.monotonic() < end:
            time.sleep(1)
            ballast = fill_disk(site)
            for _ in range(3):
                time.sleep(0.3)
                for page in PAGES:
                    findings += probe.look(site, page)
                number += 1
                status, found = probe.order(site, f"probe-{number}")
                statuses, more = staff.work()
                for path, one in ((stage.EVENT, status), *statuses.items()):
                    refused[path] = refused.get(path, 0) + (one == 503)
                findings += found + more
            ballast.unlink()
            time.sleep(0.5)
            findings += after_trouble(site, staff)
        records = crowd.end()
        # A scan may still fit into the log that is there.
        if not refused[stage.EVENT]:
            findings.append("the disk never was full")
        _, found = judge_with_probes(site, records, crowd, number)
    finally:
        site.stop()
        site.remove()
    said = ", ".join(f"{n} times 503 at {path}"
                     for path, n in refused.items())
    return f"{said}; {stage.count_outcomes(records)}", findings + found


def run_inside(options):
    """The trial again, with a small disk that it alone sees."""
    if subprocess.run(["unshare", "-m", "true"], check=False,
                      capture_output=True).returncode:
        return "skipped: no mount namespaces for this user", []
    # It must hold all that is sold meanwhile; only the ballast fills it.
    size = 40 + int(options.seconds / 2)
    script = (f'mount -t tmpfs -o size={size}m none /mnt && '
              'exec python3 "$0" --trial disk --inside /mnt "$@"')
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script,
         pathlib.Path(__file__).parent / "torture.py", "--build",
         options.build, "--seconds", str(options.seconds), "--seed",
         str(options.seed)], capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    if done.returncode == 0 and len(lines) > 1:
        return lines[1].partition(": ")[2].rpartition(" (")[0], []
    return "", lines + done.stderr.splitlines()[-5:]


TRIALS = {"kill": trial_kill, "clock": trial_clock, "lock": trial_lock,
          "slow": trial_slow, "disk": trial_disk}
