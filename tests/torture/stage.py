"""A site to torture, and the crowds that buy there meanwhile.

Buyers of the crowd use the JSON call, one key each, and send again until they
are told; guests live a whole life by pages (life.py)."""

import hashlib
import json
import sqlite3
import threading
import time

import check
import life
import race
from website import Site

EVENT = "storm"
GALA = "gala"
PLACES = {"general": ("15", 20), "free": ("0", 100000)}
BUYERS = 6
GUESTS = 3
# A lock may be held for half a minute, and an answer has five seconds.
race.PATIENCE = 90


def moment(seconds):
    return time.strftime("%Y-%m-%d %H:%M",
                         time.gmtime(time.time() + seconds))


def make_site(options, folder=None, halls=life.HALLS):
    """A site with the storm, and with halls for the guests: doors are open,
    and whoever gives a ticket back before the start gets all of it."""
    site = Site(options.build, None, 2, folder)
    lines = ["event,title,type,venue,start,end,tier,tier_title,price,"
             "capacity,rows"]
    lines += [f"{EVENT},Storm,concert,Track,{moment(30 * 86400)},"
              f"{moment(31 * 86400)},{tier},{tier},{price},{places},"
              for tier, (price, places) in PLACES.items()]
    lines += [f"{life.hall(n)},Hall {n},theatre,Track,{moment(4 * 3600)},"
              f"{moment(8 * 3600)},stalls,Stalls,15,,A1-A{life.SEATS}"
              for n in range(halls)]
    lines += [f"{GALA},Gala,theatre,Track,{moment(4 * 3600)},"
              f"{moment(8 * 3600)},stalls,Stalls,15,100000,"]
    csv = site.home / "events.csv"
    csv.write_text("\n".join(lines) + "\n")
    site.command("import", str(csv))
    database = sqlite3.connect(site.database, isolation_level=None)
    database.execute("UPDATE event SET doors_minutes = 1440 * 40, "
                     "refund_full_days = 0, refund_part_days = 0, "
                     "refund_part_percent = 0")
    database.close()
    site.command("user", "add", "--role", "admin", "--username", "dora",
                 "--email", "dora@example.org", "--password-stdin",
                 text=life.PASSWORD + "\n")
    return site


def make_order(name, tier, event=EVENT):
    """What somebody asks for, and the request that says so."""
    key = f"key-{name}"
    order = {"event": event, "tier": tier, "quantity": 1, "face": "api",
             "email": f"{name}@example.org",
             "key": hashlib.sha256(
                 f"api\nat 127.0.0.1\n{key}".encode()).hexdigest()}
    body = json.dumps({"email": order["email"], "tier_name": tier,
                       "quantity": 1, "payment_token": "tok_valid_1"})
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    return order, headers, body


class Crowd:
    """Buyers and guests, one order after the other, until told to stop."""

    def __init__(self, site, guests=GUESTS, buyers=BUYERS):
        self.site, self.history = site, race.History()
        self.done = threading.Event()
        self.problems = []
        self.threads = [threading.Thread(target=self.watched,
                                         args=(self.buy, n))
                        for n in range(buyers)]
        if guests:
            self.door = race.Browser(site, self.history, "dora")
            life.sign_in(self.door)
        self.threads += [threading.Thread(target=self.watched,
                                          args=(self.visit, n))
                         for n in range(guests)]
        for thread in self.threads:
            thread.start()

    def watched(self, work, number):
        """A buyer that breaks down must not look like one who is done."""
        try:
            work(number)
        except Exception as problem:  # whatever it is, it is a finding
            self.problems.append(f"a client broke down: {problem!r}")

    def buy(self, number):
        count = 0
        while not self.done.is_set():
            count += 1
            name = f"buyer-{number}-{count}"
            order, headers, body = make_order(
                name, "free" if count % 3 else "general")
            race.Browser(self.site, self.history, name).send_until_answered(
                "api", order, f"/api/events/{EVENT}/book", headers, body)

    def visit(self, number):
        count = 0
        while not self.done.is_set():
            count += 1
            name = f"guest-{number}-{count}"
            life.Life(race.Browser(self.site, self.history, name), self.door,
                      life.hall(count % life.HALLS)).live()

    def end(self):
        self.done.set()
        for thread in self.threads:
            thread.join()
        return self.history.records


def heal(site):
    """What is left to chores is done hours later, some of it at a time."""
    waiting = """SELECT (SELECT count(*) FROM refund WHERE state =
      'started') + (SELECT count(*) FROM booking WHERE state = 'paying')"""
    for minutes in range(600):
        (site.data / "clock").write_text(f"{7200 + minutes * 15}\n")
        site.command("sweep")
        database = sqlite3.connect(f"file:{site.database}?mode=ro", uri=True)
        left = database.execute(waiting).fetchone()[0]
        database.close()
        if not left:
            break
    (site.data / "clock").unlink()


def judge(site, records, problems=()):
    """How many were sold; what is wrong, and what a checker has missed."""
    heal(site)
    findings, missed = check.check_all(site, records, [])
    more, lost = life.check_all(site, records)
    findings += more + list(problems)
    missed += [] if findings else lost
    # Nobody asks for a seat by its name.
    missed = [m for m in missed if not m.startswith("I3: UPDATE booking_i")]
    if not any(r.get("kind") == "SoldOutError" for r in records):
        # Nobody was refused, so nobody can have been refused wrongly.
        missed = [m for m in missed if not m.startswith("R21")]
    sold = sum(r["outcome"] == "sold" for r in records)
    if not sold:
        findings.append("nothing was sold: the trial proves nothing")
    return sold, findings + [f"a planted fault was not caught: {m}"
                             for m in missed]


def count_outcomes(records):
    """"12 sold, 3 returned"."""
    words = {}
    for record in records:
        words[record["outcome"]] = words.get(record["outcome"], 0) + 1
    return ", ".join(f"{n} {word}" for word, n in sorted(words.items()))
