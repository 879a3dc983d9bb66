"""Trials of single calls: the n-th write, sync or allocation of a program
fails; the power is cut at any point of what was written. Lives (life.py) are
lived by plain CGI, the shim before the C library."""

import os
import shutil
import sqlite3
import subprocess
import threading
import time

import life
import litter
import powercut
import race
import stage

CALLS = ("write", "sync", "malloc", "open", "rename")
STEPS = (*life.STEPS, "call")


class Cgi(race.Browser):
    """A browser whose pages are made by a program started for each."""

    def __init__(self, site, history, name):
        super().__init__(site, history, name)
        self.shim = {}  # the shim's variables, for the next request alone
        self.always = {}  # and for each

    def ask(self, method, path, headers, body):
        path, _, query = path.partition("?")
        shim, self.shim = {**self.always, **self.shim}, {}
        preload = {"LD_PRELOAD": str(
            self.site.build / "torture" / "shim.so")} if shim else {}
        body = (body or "").encode()
        program = path.split("/")[1]
        done = subprocess.run(
            [self.site.programs / program], input=body, check=False,
            capture_output=True, timeout=60, env={
                "PATH": os.environ["PATH"], "QUERY_STRING": query,
                "CAMPUSPASS_DATA": str(self.site.data),
                "REQUEST_METHOD": method, "REMOTE_ADDR": "127.0.0.1",
                "PATH_INFO": path, "CONTENT_LENGTH": str(len(body)),
                "CONTENT_TYPE": headers.get("Content-Type", ""),
                "HTTP_IDEMPOTENCY_KEY": headers.get("Idempotency-Key", ""),
                "HTTP_COOKIE": "; ".join(
                    f"{k}={v}" for k, v in self.cookies.items()),
                **preload, **shim})
        head, _, text = done.stdout.decode(
            "utf-8", "replace").partition("\r\n\r\n")
        lines = [line.partition(": ")[::2] for line in head.split("\r\n")]
        for value in (v for k, v in lines if k == "Set-Cookie"):
            name, _, secret = value.partition(";")[0].partition("=")
            self.cookies[name] = secret
        fields = dict(lines)
        if done.returncode or "Status" not in fields:
            return 0, "", text
        return int(fields["Status"][:3]), fields.get("Location", ""), text


class Guest(life.Life):
    """Books for money by one JSON call, too."""

    def form(self, step):
        if step != "call":
            return super().form(step)
        order, headers, body = stage.make_order(
            self.browser.name, "stalls", stage.GALA)
        return (self.browser, f"/api/events/{stage.GALA}/book", body, order,
                headers)

    def send(self, step, form):
        if step != "call":
            return super().send(step, form)
        browser, path, body, order, headers = form
        return browser.send("api", order, path, headers, body)


class Stage:
    """A site for plain CGI, and guests one after the other."""

    def __init__(self, options, halls):
        self.site = stage.make_site(options, halls=halls)
        self.history, self.halls, self.count = race.History(), halls, 0
        self.door = Cgi(self.site, self.history, "dora")
        life.sign_in(self.door)
        self.seconds = 0

    def next_life(self):
        self.count += 1
        name = f"guest-{self.count}"
        return Guest(Cgi(self.site, self.history, name), self.door,
                     life.hall(self.count % self.halls))

    def pass_time(self, seconds):
        """What waits for a while is done."""
        self.seconds += seconds
        (self.site.data / "clock").write_text(f"{self.seconds}\n")
        self.site.command("sweep")

    def query(self, words, *values):
        database = sqlite3.connect(f"file:{self.site.database}?mode=ro",
                                   uri=True)
        found = database.execute(words, values).fetchall()
        database.close()
        return found

    def is_done(self, step, guest):
        """What the step was to bring about, by the database."""
        if step in ("hold", "call"):
            words, value = ("SELECT state FROM booking WHERE form_key = ?",
                            self.key_of(step, guest))
        elif step == "pay":
            words, value = ("SELECT state FROM booking WHERE reference = ?",
                            guest.reference)
        elif step == "return":
            words, value = ("SELECT status FROM ticket WHERE code = ?",
                            guest.codes[0])
        else:
            words, value = ("SELECT outcome FROM scan WHERE code = ?",
                            guest.codes[1])
        return self.query(words, value) == [(
            {"hold": "held", "pay": "confirmed", "return": "refunded",
             "scan": "admitted", "call": "confirmed"}[step],)]

    def key_of(self, step, guest):
        return (guest.form(step)[3] if step == "call" else guest.order)["key"]

    def is_given_up(self, step, guest):
        """A payment that failed took no money, and holds nothing."""
        return self.query(
            "SELECT b.state, count(a.id) FROM booking b LEFT JOIN"
            " payment_attempt a ON a.booking_id = b.id AND a.state ="
            " 'captured' WHERE b.form_key = ?", self.key_of(
                step, guest)) == [("failed", 0)]


def step_with_fault(stand, guest, step, shim, again=None):
    """A step with a call that fails, and the same form again; a finding, or
    "". `again`: the shim's variables then, to plant a fault."""
    form = guest.form(step)
    form[0].shim = shim
    guest.send(step, form)
    if stand.is_done(step, guest) and again is None:
        guest.send(step, form)
    else:
        form[0].shim = again or {}
        last = guest.send(step, form)
        if last["outcome"] == "pending":
            stand.pass_time(30)
            last = guest.send(step, form)
    if stand.is_done(step, guest):
        return ""
    if step in ("pay", "call") and stand.is_given_up(step, guest):
        return "given up"
    return f"{step}, {shim.get('SHIM_FAIL')}: not healed"


def count_calls(stand):
    """How many calls of each kind each step makes: a life without faults."""
    guest, counts = stand.next_life(), {}
    path = stand.site.home / "counts"
    for step in STEPS:
        guest.is_ready(step)
        form = guest.form(step)
        path.write_text("")
        form[0].shim = {"SHIM_COUNT": str(path)}
        guest.send(step, form)
        numbers = [[int(n) for n in line.split()]
                   for line in path.read_text().splitlines()]
        counts[step] = dict(zip(CALLS, map(max, zip(*numbers))))
    return counts


def plan_faults(counts, dice):
    """For each step every call but allocations, of which there are many: they
    come last, in random order, too."""
    plan = {}
    for step, numbers in counts.items():
        few = [f"{call}:{n + 1}" for call in CALLS if call != "malloc"
               for n in range(numbers[call])]
        many = [f"malloc:{n + 1}" for n in range(numbers["malloc"])]
        dice.shuffle(few)
        dice.shuffle(many)
        plan[step] = few + many
    return plan


def live_with_faults(stand, plan, report):
    """A life with a fault in each step; findings, and how many came true."""
    guest, findings, fired = stand.next_life(), [], 0
    for step in STEPS:
        guest.is_ready(step)
        report.write_bytes(b"")
        shim = {"SHIM_REPORT": str(report)}
        if plan[step]:
            shim["SHIM_FAIL"] = plan[step].pop(0)
        found = step_with_fault(stand, guest, step, shim)
        fired += report.stat().st_size > 0
        if found == "given up":
            break
        if found:
            findings.append(found)
            break
    return findings, fired


def missed_faults(stand):
    """What goes on failing must not count as healed."""
    guest = stand.next_life()
    always = {"SHIM_FAIL": "malloc:100"}
    if step_with_fault(stand, guest, "hold", always, always):
        return []
    return ["a planted fault was not caught: no memory at all"]


def trial_failing(options, dice):
    """The n-th write, sync, or allocation fails; then one asks again."""
    stand = Stage(options, 40)
    findings, fired, lives = [], 0, 0
    end = time.monotonic() + options.seconds / 4
    try:
        counts = count_calls(stand)
        plan = plan_faults(counts, dice)
        while any(plan.values()) and len(findings) < 20 and (
                lives < 4 or time.monotonic() < end):
            found, more = live_with_faults(
                stand, plan, stand.site.home / "report")
            findings += found
            fired += more
            lives += 1
        _, found = stage.judge(stand.site, stand.history.records)
        findings += litter.look(stand.site.data)
        found += [] if findings else missed_faults(stand)
    finally:
        stand.site.remove()
    if fired < 10:
        findings.append(f"only {fired} calls failed: the shim is not used")
    calls = {call: sum(c[call] for c in counts.values()) for call in CALLS}
    left = sum(map(len, plan.values()))
    said = ", ".join(f"{n} {call}s" for call, n in calls.items())
    return (f"{lives} lives of {said}: {fired} failed, {left} left out",
            findings + found)


def record_lives(stand, record, seconds):
    """Lives, each change recorded and each answer acknowledged."""
    end = time.monotonic() + seconds
    lives = 0
    while lives < 6 or time.monotonic() < end:
        guest = stand.next_life()
        # Pages are recorded, too: chores write behind them.
        guest.browser.always = stand.door.always = {
            "SHIM_RECORD": str(record)}
        lives += 1
        for step in STEPS:
            guest.is_ready(step)
            told = guest.send(step, guest.form(step))
            if told["outcome"] in ("held", "sold", "returned", "scanned"):
                powercut.acknowledge(record, step, told)
        if lives % 3 == 0:
            send_refunds(stand, record)
        lives += call_together(stand, record)
    return lives


def call_together(stand, record):
    """Several book at once: one wait for the disk may serve them all."""
    guests = [stand.next_life() for _ in range(4)]

    def call(guest):
        guest.browser.always = {"SHIM_RECORD": str(record)}
        told = guest.send("call", guest.form("call"))
        if told["outcome"] == "sold":
            powercut.acknowledge(record, "call", told)

    threads = [threading.Thread(target=call, args=(guest,))
               for guest in guests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(guests)


def send_refunds(stand, record):
    """Chores do that: recorded, too."""
    stand.seconds += 60
    (stand.site.data / "clock").write_text(f"{stand.seconds}\n")
    subprocess.run(
        [stand.site.build / "campuspass", "--data", stand.site.data, "sweep"],
        check=True, capture_output=True, env={
            "PATH": os.environ["PATH"], "SHIM_RECORD": str(record),
            "LD_PRELOAD": str(stand.site.build / "torture" / "shim.so")})


def trial_power(options, dice):
    """Power cuts at any point: what was acknowledged is there, and money
    adds up once the chores have asked the gateway."""
    stand = Stage(options, 10)
    site = stand.site
    record, first, disk = (site.home / name
                           for name in ("record", "first", "disk"))
    try:
        stand.next_life().live()
        time.sleep(1)  # for an errand of its last page
        shutil.copytree(site.data, first)
        lives = record_lives(stand, record, options.seconds / 24)
        steps = powercut.read(record)
        cutter = powercut.Cutter(site.build, first, disk, steps, dice)
        findings = cutter.cut_until(
            time.monotonic() + options.seconds / 6, 20)
        missed = [] if findings else cutter.missed_faults()
    finally:
        site.remove()
    return (f"{lives} lives, {len(steps)} steps recorded, {cutter.cuts} "
            "cuts", findings + missed)


TRIALS = {"failing": trial_failing, "power": trial_power}
