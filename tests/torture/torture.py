#!/usr/bin/env python3
"""What can go wrong with a machine, done to a site under load, and the proof
that nothing acknowledged was lost and nothing sold twice.

Each trial has a site of its own. Buyers use the JSON call, one key each, and
send again until they are told; tests/race/check.py then compares what they
were told with the database, and its planted faults must be caught. Trials
that look at more than bookings say what they found as lines.

Exits 0 when nothing was found."""

import argparse
import hashlib
import http.client
import json
import os
import pathlib
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "race"))

import check      # noqa: E402
import powercut   # noqa: E402
import race       # noqa: E402
from website import Site, children   # noqa: E402

EVENT = "storm"
PLACES = {"general": ("15", 20), "free": ("0", 100000)}
BUYERS = 6
SLOWEST = 6.5  # seconds: a wait of five and an answer


def make_site(options, folder=None):
    site = Site(options.build, None, 2, folder)
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 30 * 86400))
    lines = ["event,title,type,venue,start,end,tier,tier_title,price,"
             "capacity,rows"]
    lines += [f"{EVENT},Storm,concert,Track,{day} 18:00,{day} 22:00,{tier},"
              f"{tier},{price},{places},"
              for tier, (price, places) in PLACES.items()]
    csv = site.home / "events.csv"
    csv.write_text("\n".join(lines) + "\n")
    site.command("import", str(csv))
    return site


def make_order(name, tier):
    """What somebody asks for, and the request that says so."""
    key = f"key-{name}"
    order = {"event": EVENT, "tier": tier, "quantity": 1, "face": "api",
             "email": f"{name}@example.org",
             "key": hashlib.sha256(
                 f"api\nat 127.0.0.1\n{key}".encode()).hexdigest()}
    body = json.dumps({"email": order["email"], "tier_name": tier,
                       "quantity": 1, "payment_token": "tok_valid_1"})
    return order, key, body


class Crowd:
    """Buyers, one order after the other, until told to stop."""

    def __init__(self, site):
        self.site, self.history = site, race.History()
        self.done = threading.Event()
        self.threads = [threading.Thread(target=self.buy, args=(n,))
                        for n in range(BUYERS)]
        for thread in self.threads:
            thread.start()

    def buy(self, number):
        count = 0
        while not self.done.is_set():
            count += 1
            name = f"buyer-{number}-{count}"
            order, key, body = make_order(
                name, "free" if count % 3 else "general")
            race.Browser(self.site, self.history, name).send_until_answered(
                "api", order, f"/api/events/{EVENT}/book",
                {"Content-Type": "application/json",
                 "Idempotency-Key": key}, body)

    def end(self):
        self.done.set()
        for thread in self.threads:
            thread.join()
        return self.history.records


def judge(site, records):
    findings, missed = check.check_all(site, records, [])
    if not any(r.get("kind") == "SoldOutError" for r in records):
        # Nobody was refused, so nobody can have been refused wrongly.
        missed = [m for m in missed if not m.startswith("R21")]
    sold = sum(r["outcome"] == "sold" for r in records)
    if not sold:
        findings.append("nothing was sold: the trial proves nothing")
    return sold, findings + [f"a planted fault was not caught: {m}"
                             for m in missed]


# ---- the trials; each returns a line that says what was done, and findings


def trial_kill(options, dice):
    """kill -9 of workers, and of lighttpd: its workers end with it."""
    site = make_site(options)
    findings, killed, restarts = [], 0, 0
    try:
        site.start()
        crowd = Crowd(site)
        end = time.monotonic() + options.seconds / 4
        while time.monotonic() < end:
            time.sleep(dice.uniform(0.01, 0.1))
            workers = site.worker_ids("api")
            if workers and dice.random() < 0.95:
                os.kill(dice.choice(workers), signal.SIGKILL)
                killed += 1
                continue
            findings += kill_server(site)
            restarts += 1
        findings += kill_server(site)
        records = crowd.end()
        site.kill()
        sold, found = judge(site, records)
    finally:
        site.stop()
        site.remove()
    return (f"{killed} workers and {restarts + 1} servers killed, "
            f"{sold} sold", findings + found)


def kill_server(site):
    """Kill lighttpd, start another; who of the old ones stays?"""
    workers = site.worker_ids()
    helpers = [h for w in workers for h in children(w)]
    site.server.kill()
    site.server.wait()
    end = time.monotonic() + 8
    left = workers + helpers
    while left and time.monotonic() < end:
        time.sleep(0.05)
        left = [pid for pid in left if is_running(pid)]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    site.start()
    return [f"process {pid} outlives its server" for pid in left]


def is_running(pid):
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def trial_clock(options, dice):
    """The clock jumps by an hour and a day, forth and back."""
    site = make_site(options)
    jumps = 0
    try:
        site.start()
        crowd = Crowd(site)
        end = time.monotonic() + options.seconds / 8
        while time.monotonic() < end:
            time.sleep(dice.uniform(0.1, 0.4))
            jump = dice.choice((0, 3600, -3600, 86400, -86400))
            (site.data / "clock.new").write_text(f"{jump}\n")
            (site.data / "clock.new").rename(site.data / "clock")
            jumps += 1
        (site.data / "clock").unlink()
        sold, findings = judge(site, crowd.end())
    finally:
        site.stop()
        site.remove()
    return f"{jumps} jumps, {sold} sold", findings


def ask(site, path, timeout=20):
    """Status of a page and how long it took; 0: no answer."""
    begun = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", site.port,
                                            timeout=timeout)
    try:
        connection.request("GET", path)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        status = 0
    finally:
        connection.close()
    return status, time.monotonic() - begun


def trial_lock(options, _):
    """Somebody else keeps the write lock: 503 in time, then it heals."""
    site = make_site(options)
    findings = []
    try:
        site.start()
        crowd = Crowd(site)
        time.sleep(0.5)
        holder = sqlite3.connect(site.database, isolation_level=None,
                                 timeout=20)
        holder.execute("BEGIN IMMEDIATE")
        end = time.monotonic() + min(30, max(6, options.seconds / 8))
        while time.monotonic() < end:
            status, took = ask(site, f"/events/{EVENT}")
            if status != 200 or took > 2:
                findings.append(f"a page meanwhile: {status}, {took:.1f} s")
            time.sleep(0.5)
        holder.execute("ROLLBACK")
        time.sleep(1)
        records = crowd.end()
        holder.close()
        slow = [r for r in records if r["ended"] - r["begun"] > 2 * SLOWEST]
        if not any(r["status"] == 503 for r in records):
            findings.append("nobody was told to come again")
        if slow:
            findings.append(f"{len(slow)} answers took too long")
        sold, found = judge(site, records)
    finally:
        site.stop()
        site.remove()
    return f"{sold} sold", findings + found


def trial_slow(options, _):
    """Slow connections: others are served as before."""
    site = make_site(options)
    findings, sockets = [], []
    try:
        site.start()
        for number in range(options.slow):
            one = socket.create_connection(("127.0.0.1", site.port))
            one.sendall(b"POST /book/storm HTTP/1.1\r\nHost: x\r\n"
                        b"Content-Length: 500\r\n\r\n" if number % 2 else
                        b"GET / HTTP/1.1\r\nX-Slow: ")
            sockets.append(one)
        crowd = Crowd(site)
        for _ in range(max(10, int(options.seconds / 2))):
            time.sleep(0.2)
            for one in sockets:
                try:
                    one.send(b"a")
                except OSError:
                    pass
            status, took = ask(site, "/")
            if status != 200 or took > 3:
                findings.append(f"a page meanwhile: {status}, {took:.1f} s")
        sold, found = judge(site, crowd.end())
    finally:
        for one in sockets:
            one.close()
        site.stop()
        site.remove()
    return f"{options.slow} slow connections, {sold} sold", findings + found


def call_cgi(site, options, name, **variables):
    """One order as plain CGI, the shim before the C library; its record."""
    order, key, body = make_order(name, "free")
    done = subprocess.run(
        [options.build / "cgi-bin" / "api"], input=body.encode(),
        capture_output=True, check=False, timeout=60,
        env={"PATH": os.environ["PATH"], "CAMPUSPASS_DATA": str(site.data),
             "REQUEST_METHOD": "POST", "REMOTE_ADDR": "127.0.0.1",
             "PATH_INFO": f"/api/events/{EVENT}/book",
             "CONTENT_TYPE": "application/json",
             "CONTENT_LENGTH": str(len(body)),
             "HTTP_IDEMPOTENCY_KEY": key,
             "LD_PRELOAD": str(options.build / "torture" / "shim.so"),
             **variables})
    head, _, text = done.stdout.decode().partition("\r\n\r\n")
    status = int(head[8:11]) if head.startswith("Status: ") else 0
    try:
        told = race.outcome("api", status, "", text)
    except ValueError:
        told = {"outcome": "unknown"}
    now = time.monotonic()
    return {"client": name, "what": "api", **order, "begun": now,
            "ended": now, "status": status, "location": "", **told}


def trial_failing(options, dice):
    """The n-th write, sync, or allocation fails; then one asks again."""
    site = make_site(options)
    records, fired, findings = [], 0, []
    report = site.home / "report"
    end = time.monotonic() + options.seconds / 4
    try:
        for call, places in (("write", range(1, 60)), ("sync", range(1, 9)),
                             ("malloc", sorted(dice.sample(
                                 range(1, 4000), 60)))):
            for place in places:
                report.write_bytes(b"")
                name = f"{call}-{place}"
                records.append(call_cgi(
                    site, options, name, SHIM_FAIL=f"{call}:{place}",
                    SHIM_REPORT=str(report)))
                if not report.stat().st_size:
                    break
                fired += 1
                again = call_cgi(site, options, name)
                records.append(again)
                if again["outcome"] != "sold":
                    findings.append(f"{name}: not healed, {again}")
                if time.monotonic() > end and place > 5:
                    break
        sold, found = judge(site, records)
    finally:
        site.remove()
    if fired < 10:
        findings.append(f"only {fired} calls failed: the shim is not used")
    return f"{fired} calls failed, {sold} sold", findings + found


def trial_power(options, dice):
    """Power cuts at any point: each acknowledged booking is there."""
    site = make_site(options)
    record = site.home / "record"
    first = site.home / "first"
    try:
        call_cgi(site, options, "warm-up")
        first.mkdir()
        subprocess.run(["cp", "-a", f"{site.data}/.", first], check=True)
        for number in range(max(60, int(options.seconds))):
            told = call_cgi(site, options, f"power-{number}",
                            SHIM_RECORD=str(record))
            if told["outcome"] == "sold":
                powercut.acknowledge(record, told["key"])
        steps = powercut.read(record)
        times = max(40, int(options.seconds * 3))
        disk = site.home / "disk"
        findings = powercut.cut_often(first, steps, disk, dice, times)
        planted = powercut.cut_often(
            first, powercut.without_syncs(steps), disk, dice, 20)
    finally:
        site.remove()
    if not any(step[0] == "ack" for step in steps):
        findings.append("nothing was sold: the trial proves nothing")
    if not planted:
        findings.append("a planted fault was not caught: no syncs")
    return f"{len(steps)} steps recorded, {times} cuts", findings


def trial_disk(options, _):
    """A disk that fills up: 503 for buying, browsing goes on, it heals."""
    if not options.inside:
        return run_inside(options)
    site = make_site(options, options.inside)
    findings = []
    try:
        site.start()
        crowd = Crowd(site)
        for _ in range(max(2, int(options.seconds / 16))):
            time.sleep(0.5)
            ballast = site.home / "ballast"
            with open(ballast, "wb", buffering=0) as file:
                try:
                    while True:
                        file.write(bytes(4096))
                except OSError:
                    pass
            time.sleep(1.5)
            status, _ = ask(site, f"/events/{EVENT}")
            if status != 200:
                findings.append(f"a page on a full disk: {status}")
            ballast.unlink()
        time.sleep(0.5)
        records = crowd.end()
        if not any(r["status"] == 503 for r in records):
            findings.append("the disk never was full")
        sold, found = judge(site, records)
    finally:
        site.stop()
        site.remove()
    return f"{sold} sold", findings + found


def run_inside(options):
    """The trial again, with a small disk that it alone sees."""
    if subprocess.run(["unshare", "-m", "true"], check=False,
                      capture_output=True).returncode:
        return "skipped: no mount namespaces for this user", []
    script = ('mount -t tmpfs -o size=24m none /mnt && exec python3 "$0" '
              '--trial disk --inside /mnt "$@"')
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script, __file__, "--build",
         options.build, "--seconds", str(options.seconds), "--seed",
         str(options.seed)], capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    if done.returncode == 0 and len(lines) > 1:
        return lines[1], []
    return "", lines + done.stderr.splitlines()[-5:]


TRIALS = {"kill": trial_kill, "clock": trial_clock, "lock": trial_lock,
          "slow": trial_slow, "failing": trial_failing,
          "power": trial_power, "disk": trial_disk}


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
