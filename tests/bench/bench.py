#!/usr/bin/env python3
"""How fast CampusPass is beside the least that does the same work.

Everything is measured in this one run, ours and the baseline in turn several
times; a line of the table has the medians. Only the ratios mean something on
another machine, and a slow machine fails nothing. Loopback only.
"""

import argparse
import json
import os
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import time
import urllib.request

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "race"))
from rush import Rush  # noqa: E402
from website import Site  # noqa: E402

LOAD = str(TESTS / "bench" / "load.lua")
LIST = "/?limit=20"
BOOK = "/api/events/bench-free/book"
CLIENTS = 16
SECONDS = 2     # of one measurement by wrk
CGI_RUNS = 150  # processes of a plain CGI measurement
CROWD = TESTS / "bench" / "crowd.sql"
PARTS = ("list", "cgi", "booking", "memory", "size", "rush")

rows = []


def say(text):
    print(text, file=sys.stderr, flush=True)


# ---- measuring ----


class Result:
    """Of one measurement: how many a second, errors, milliseconds."""

    def __init__(self, rate, errors, p50, p99):
        self.rate, self.errors = rate, errors
        self.p50, self.p99 = p50, p99


def median(results):
    def of(name):
        return statistics.median(getattr(r, name) for r in results)
    return Result(of("rate"), sum(r.errors for r in results), of("p50"),
                  of("p99"))


def spread(results):
    """How far the rates of the same work lie apart, in percent."""
    rates = [r.rate for r in results]
    return 100 * (max(rates) - min(rates)) / statistics.median(rates)


def wrk(site, path, seconds, clients, **environment):
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "-s", LOAD,
               f"http://127.0.0.1:{site.port}{path}"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True,
                            env={**os.environ, **environment})


def read_wrk(process):
    output = process.communicate(timeout=60)[0]
    rate, errors, p50, p99 = map(float, output.splitlines()[-1].split())
    return Result(rate, errors, p50, p99)


def run_name():
    return str(time.monotonic_ns())


def fetch(site):
    return read_wrk(wrk(site, LIST, SECONDS, CLIENTS))


def fetch_while_booking(site):
    booking = wrk(site, BOOK, SECONDS + 1, 1, BOOK=run_name(), EVERY="10")
    time.sleep(0.3)
    result = fetch(site)
    result.errors += read_wrk(booking).errors
    return result


def book(site):
    return read_wrk(wrk(site, BOOK, SECONDS, CLIENTS, BOOK=run_name()))


def raw(site, build):
    output = subprocess.run(
        [build / "bench" / "raw", site.database, "bench-free", "free", "1"],
        capture_output=True, text=True, check=True).stdout
    rate, p50, p99 = map(float, output.split())
    return Result(rate, 0, p50, p99)


def alternate(rounds, *measures):
    """Each in turn, several times; the results of each."""
    results = [[] for _ in measures]
    for i in range(rounds):
        order = range(len(measures))
        for j in order if i % 2 == 0 else reversed(order):
            results[j].append(measures[j]())
    return results


# ---- the table ----

HEAD = ("work", "ours", "baseline", "ratio", "goal", "p50 ms", "p99 ms",
        "noise")


def add_row(work, results, goal):
    """A line from [ours, baseline]; p50 and p99 of both."""
    ours, base = (median(r) for r in results)
    rows.append((
        work, f"{ours.rate:.0f}/s", f"{base.rate:.0f}/s",
        f"{ours.rate / base.rate:.2f}", goal,
        f"{ours.p50:.2f} : {base.p50:.2f}",
        f"{ours.p99:.2f} : {base.p99:.2f}",
        f"{spread(results[0]):.0f} : {spread(results[1]):.0f} %"))
    errors = int(ours.errors + base.errors)
    if errors:
        say(f"{work}: {errors} requests failed")
    say(f"{work}: {rows[-1][3]}")


def print_table():
    widths = [max(len(row[i]) for row in [HEAD, *rows])
              for i in range(len(HEAD))]
    for row in (HEAD, *rows):
        print("| " + " | ".join(c.ljust(w) for c, w in zip(row, widths))
              + " |")
        if row is HEAD:
            print("|" + "|".join("-" * (w + 2) for w in widths) + "|")


# ---- sites ----


def events_csv(events):
    """So many events, and one with room for every booking."""
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 10 * 86400))
    late = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 80 * 86400))
    lines = ["event,title,type,venue,start,end,tier,tier_title,price,"
             "capacity,rows"]
    for i in range(events):
        where = f"bench-{i},Evening number {i},concert,Hall {i % 30}"
        when = f"{day} {i // 60:02}:{i % 60:02},{day} 23:00"
        lines.append(f"{where},{when},general,General,15,200,")
        lines.append(f"{where},{when},vip,VIP,45,50,")
    lines.append(f"bench-free,Free,other,Hall 1,{late} 18:00,{late} 22:00,"
                 "free,Free,0,10000000,")
    return "\n".join(lines) + "\n"


def make_site(build, workers, replaced, start=True, events=1000):
    """A site; programs named in `replaced` are those of the bench."""
    folder = build / "bench" / ("with-" + "-".join(replaced.values())
                                if replaced else "ours")
    folder.mkdir(exist_ok=True)
    for program in (build / "cgi-bin").iterdir():
        source = program
        if program.name in replaced:
            source = build / "bench" / replaced[program.name]
        link = folder / program.name
        link.unlink(missing_ok=True)
        link.symlink_to(source)
    site = Site(build, None, workers, folder=build / "bench")
    site.programs = folder
    csv = site.home / "events.csv"
    csv.write_text(events_csv(events))
    site.command("import", str(csv))
    (site.data / "answer").write_bytes(cgi_answer(site, build))
    return site.start() if start else site


# ---- plain CGI ----


def cgi_environment(site):
    return {"CAMPUSPASS_DATA": str(site.data), "REQUEST_METHOD": "GET",
            "PATH_INFO": "/", "QUERY_STRING": "limit=20",
            "HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1"}


def cgi_answer(site, build):
    return subprocess.run([build / "cgi-bin" / "list"], check=True,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          env=cgi_environment(site)).stdout


def spawn(program, environment):
    """Milliseconds from a process's start to the last byte of its answer, as
    a web server has it, and to its end."""
    read, write = os.pipe()
    begun = time.perf_counter()
    pid = os.posix_spawn(program, [program], environment, file_actions=[
        (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
        (os.POSIX_SPAWN_DUP2, write, 1),
        (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)])
    os.close(write)
    while os.read(read, 65536):
        pass
    answered = time.perf_counter()
    os.waitpid(pid, 0)
    ended = time.perf_counter()
    os.close(read)
    return (answered - begun) * 1e3, (ended - begun) * 1e3


def measure_cgi(site, build):
    environment = cgi_environment(site)
    programs = [str(build / "static" / "campuspass.fcgi"),
                str(build / "bench" / "empty")]
    times = alternate(CGI_RUNS, *[
        lambda p=p: spawn(p, environment) for p in programs])
    for i, until in enumerate(("its last byte", "the process's end")):
        sorted_times = [sorted(t[i] for t in of) for of in times]
        ours, base = map(statistics.median, sorted_times)
        worst = [t[CGI_RUNS * 99 // 100] for t in sorted_times]
        rows.append((f"plain CGI, list, until {until}", f"{ours:.2f} ms",
                     f"{base:.2f} ms", f"+{ours - base:.2f} ms", "+2 ms",
                     f"{ours:.2f} : {base:.2f}",
                     f"{worst[0]:.2f} : {worst[1]:.2f}", ""))


# ---- memory ----


def memory(pid):
    """Private and proportional memory of a process in MB."""
    found = {}
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").open():
        words = line.split()
        if len(words) == 3 and words[2] == "kB":
            found[words[0]] = int(words[1]) / 1024
    return (found["Private_Clean:"] + found["Private_Dirty:"],
            found["Pss:"])


def measure_memory(site, program):
    sizes = [memory(pid) for pid in site.worker_ids(program)]
    private, share = max(sizes)
    rows.append((f"memory of a worker, {program}", f"{private:.1f} MB",
                 f"Pss {share:.1f} MB", "", "6 MB", "", "", ""))


# ---- size ----


def fill(site, events, tickets):
    """Events and tickets of each, by SQL (crowd.sql)."""
    database = sqlite3.connect(site.database)
    database.execute("PRAGMA synchronous = OFF")
    database.execute("CREATE TEMP TABLE size (events, tickets, now)")
    database.execute("INSERT INTO size VALUES (?, ?, ?)",
                     (events, tickets, int(time.time())))
    database.commit()
    database.executescript("BEGIN;" + CROWD.read_text() + "COMMIT;")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def make_crowd(build, events, tickets):
    site = make_site(build, 2, {}, start=False, events=30)
    fill(site, events, tickets)
    return site.start()


def fetch_anew(site):
    """The list made from the database each time: no two addresses alike."""
    return read_wrk(wrk(site, LIST, SECONDS, CLIENTS, ANEW="yes"))


def sign_in(site):
    """A token of somebody who may scan everywhere."""
    site.command("user", "add", "--role", "admin", "--username", "bench",
                 "--email", "bench@example.org", "--password-stdin",
                 text="correct horse battery\n")
    request = urllib.request.Request(
        f"http://127.0.0.1:{site.port}/auth/login",
        json.dumps({"email": "bench@example.org",
                    "password": "correct horse battery"}).encode(),
        {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["access_token"]


def scan(site):
    """Tickets that nobody has scanned yet."""
    result = read_wrk(wrk(site, "/", SECONDS, CLIENTS, TOKEN=site.token,
                          SCAN=str(site.scanned), TICKETS=str(site.tickets)))
    # More than were: those under way at the end are not counted.
    site.scanned += int(result.rate * SECONDS * 1.2) + CLIENTS
    return result


def measure_size(build, rounds, events, tickets):
    sites = []
    try:
        # The small one has enough for all that is scanned in a run.
        for count, each in ((100, 5000), (events, tickets)):
            sites.append(make_crowd(build, count, each))
            sites[-1].tickets = each
            sites[-1].token, sites[-1].scanned = sign_in(sites[-1]), 0
        small, large = sites
        name = f"{events} events, {events * tickets} tickets : 100 events"
        for what, of in (("list", fetch), ("list, not kept", fetch_anew),
                         ("booking", book),
                         ("check-in", scan)):
            add_row(f"{what}, {name}", alternate(
                rounds, lambda: of(large), lambda: of(small)), ">= 0.77")
    finally:
        for site in sites:
            site.stop()
            site.remove()


# ---- rush ----


def measure_rush(build, people, seats):
    site = make_site(build, 2, {}, start=False)
    try:
        database = sqlite3.connect(site.database)
        database.execute(
            "UPDATE tier SET capacity = ? WHERE event_id ="
            " (SELECT id FROM event WHERE slug = 'bench-free')", (seats,))
        database.commit()
        database.close()
        site.start()
        rush = Rush(site, "bench-free", people, 64).run()
        said = ", ".join(f"{n} x {s}" for s, n in sorted(
            rush.statuses.items(), key=str))
        say(f"rush: {said}")
        findings = rush.findings()
        rows.append((f"rush, {people} people, {seats} places",
                     f"{sum(rush.statuses.values()) / rush.seconds:.0f}/s",
                     f"{rush.sold} sold", "", "p99 <= 1000", "",
                     f"{rush.p99() * 1e3:.0f}", ""))
        site.command("check")
        if findings:
            sys.exit("rush: " + "; ".join(findings))
    finally:
        site.stop()
        site.remove()


# ---- all ----


def measure_list(ours, static, rounds):
    add_row("event list, 20 of 1,000", alternate(
        rounds, lambda: fetch(ours), lambda: fetch(static)), ">= 0.9")
    add_row("  with a booking each 10 ms", alternate(
        rounds, lambda: fetch_while_booking(ours),
        lambda: fetch_while_booking(static)), ">= 0.5")


def measure_booking(sites, build, workers, rounds):
    ours, minimal, in_turn = sites
    results = alternate(rounds, lambda: book(ours), lambda: book(minimal),
                        lambda: book(in_turn))
    add_row(f"free booking, {CLIENTS} clients, {workers} workers",
            results[:2], ">= 0.8, p99 <= 20")
    add_row("  whose writers queue up, too", [results[0], results[2]], "")
    if workers == 2:
        bound = [raw(minimal, build) for _ in range(rounds)]
        add_row("  SQLite alone, 1 process", [results[0], bound], "")


def measure_beside(build, rounds, parts):
    """What is measured beside a minimal program."""
    sites = []

    def site(workers, replaced):
        sites.append(make_site(build, workers, replaced))
        return sites[-1]

    try:
        ours = site(2, {})
        fetch(ours)  # what a start costs is not measured
        if "list" in parts:
            static = site(2, {"list": "static"})
            measure_list(ours, static, rounds)
            static.stop()
        if "cgi" in parts:
            measure_cgi(ours, build)
        for workers in (2, 4) if "booking" in parts else ():
            if workers != 2:
                ours.stop()
                ours = site(workers, {})
            others = [site(workers, {"api": name})
                      for name in ("minimal", "minimal-in-turn")]
            measure_booking([ours, *others], build, workers, rounds)
            for other in others:
                other.stop()
        read_wrk(wrk(ours, "/book/bench-free", 1, CLIENTS))
        fetch(ours)
        for program in ("list", "book", "api") if "memory" in parts else ():
            measure_memory(ours, program)
    finally:
        for one in sites:
            one.stop()
            one.remove()


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--parts", nargs="*", default=PARTS, choices=PARTS)
    parser.add_argument("--events", type=int, default=100000)
    parser.add_argument("--tickets", type=int, default=20,
                        help="of each event")
    parser.add_argument("--people", type=int, default=10000)
    parser.add_argument("--seats", type=int, default=1000)
    options = parser.parse_args()
    begun = time.monotonic()
    build = options.build.resolve()
    if {"list", "cgi", "booking", "memory"} & set(options.parts):
        measure_beside(build, options.rounds, options.parts)
    if "size" in options.parts:
        measure_size(build, options.rounds, options.events, options.tickets)
    if "rush" in options.parts:
        measure_rush(build, options.people, options.seats)
    print_table()
    print(f"\n{os.cpu_count()} cores, load "
          f"{os.getloadavg()[0]:.1f}, {time.monotonic() - begun:.0f} s; "
          "a : b is ours : baseline; noise is (max - min) / median of "
          f"{options.rounds} runs")


if __name__ == "__main__":
    main()
