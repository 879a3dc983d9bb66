#!/usr/bin/env python3
"""Many buyers at once for the last places, and the proof that none was sold
twice.

Each round has events of its own with few places. The buyers fetch their
forms, then all send at the same moment: by page, by API, at the box office,
and through the library alone (direct.c); for places, and for seats (seats.py).
Afterwards they pay, release, try a bad card, send twice, or leave. Then there is a storm
at a waiting list (line.py). Every request and its answer is kept. In the end
everything is killed with SIGKILL, and check.py replays the histories against
the database that is left.

Exits 0 when nothing was found - or, with --must-oversell (programs built
without the guard), when the checker caught what was oversold.
"""

import argparse
import hashlib
import html
import http.client
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.parse

import check
import line
import seats
from website import Site

# tier: its price and, of a hundred buyers, for how many there is a place
TIERS = {"general": ("15", 25), "vip": ("45", 5), "free": ("0", 15)}
PAGE_PLANS = ("pay", "pay", "pay", "leave", "release", "bad-card",
              "double", "pay-twice", "pay-and-release", "release-twice")
API_PLANS = ("pay", "pay", "pay", "double", "bad-card", "outage")
COUNTER_PLANS = ("sell", "sell", "double")
PATIENCE = 15  # seconds that a buyer asks again for an answer
TIMEOUT = 20   # seconds that an answer may take
DIRECT = 2     # processes that buy through the library


class History:
    """What every client asked and was told, in no special order."""

    def __init__(self):
        self.lock = threading.Lock()
        self.records = []

    def add(self, record):
        with self.lock:
            self.records.append(record)


class Browser:
    """One client: cookies, and each request into the history."""

    def __init__(self, site, history, name):
        self.site, self.history, self.name = site, history, name
        self.cookies = {}

    def ask(self, method, path, headers, body):
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.site.port, timeout=TIMEOUT)
        cookies = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        try:
            connection.request(method, path, body,
                               {**headers, "Cookie": cookies})
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as problem:
            return 0, "", str(problem)
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers.get("Location", ""), text

    def get(self, path):
        """A page; asked again while the server does not answer."""
        end = time.monotonic() + PATIENCE
        while True:
            status, _, text = self.ask("GET", path, {}, None)
            if 0 < status < 500 or time.monotonic() > end:
                return text
            time.sleep(0.1)

    def form(self, path, fields):
        """A page's form filled in: what a POST to it needs."""
        page = self.get(path)
        hidden = dict(re.findall(
            r'name="(csrf_token|form_key)" value="([^"]*)"', page))
        hidden = {k: html.unescape(v) for k, v in hidden.items()}
        return hidden, urllib.parse.urlencode(
            {**hidden, **fields}, doseq=True)

    def kept_key(self, purpose, fields):
        """What a form's key is in the database: its browser's own."""
        key = fields.get("form_key", "")
        # Its name ends with the site's mark, in capitals.
        browser = "".join(value.partition(".")[0] for name, value
                          in self.cookies.items()
                          if re.fullmatch("campuspass-[0-9A-Z]+", name))
        return hashlib.sha256(
            f"form {purpose}\n{browser}\n{key}".encode()).hexdigest()

    def send(self, what, order, path, headers, body):
        """A request that changes something, with its outcome."""
        begun = time.monotonic()
        status, location, text = self.ask("POST", path, headers, body)
        record = {"client": self.name, "what": what, **order,
                  "begun": begun, "ended": time.monotonic(),
                  "status": status, "location": location,
                  **outcome(what, status, location, text)}
        if record["outcome"] in ("unknown", "odd"):
            record["text"] = text[:2000]
        self.history.add(record)
        return record

    def send_until_answered(self, *request):
        """The same again while nobody knows what became of it: the key in
        it makes that safe."""
        end = time.monotonic() + PATIENCE
        while True:
            record = self.send(*request)
            if record["outcome"] != "unknown" or time.monotonic() > end:
                return record
            time.sleep(0.1)


def outcome(what, status, location, text):
    """held, sold, released, pending, refused, unknown - or odd."""
    if status == 0 or status >= 500:
        return {"outcome": "unknown"}
    if status >= 400:
        return refusal(what, text)
    if status == 303 and line.outcome(what, location):
        return line.outcome(what, location)
    if what == "api" and status == 200:
        return {"outcome": "sold", "answer": json.loads(text)}
    place, _, reference = location.partition("?")[0][1:].partition("/")
    if status != 303:
        return {"outcome": "odd"}
    if what == "release":
        return {"outcome": "released", "reference": reference}
    if place == "tickets":
        return {"outcome": "sold", "reference": reference}
    if what == "counter" and place == "admin":
        return {"outcome": "sold", "reference": reference.split("/")[-1]}
    if what == "pay":
        return {"outcome": "pending", "reference": reference}
    return {"outcome": "held", "reference": reference}


def refusal(what, text):
    if what == "api":
        try:
            body = json.loads(text)
        except ValueError:
            return {"outcome": "odd"}
        kind = body.get("error_type", "")
    else:
        words = re.sub(r"<[^>]*>", " ", text)
        found = re.search(r"Kind of problem:\s*(\w+)", words)
        kind = found.group(1) if found else ""
    if kind == "PaymentPendingError":
        return {"outcome": "pending"}
    return {"outcome": "refused", "kind": kind}


class Buyer(threading.Thread):
    """One who wants places of a tier, by page or by API, and has a plan.
    The barrier lets all send their first request at once."""

    def __init__(self, browser, barrier, order, plan):
        super().__init__(daemon=True)
        self.browser, self.barrier = browser, barrier
        self.order, self.plan = order, plan

    def run(self):
        if self.order["face"] == "api":
            self.buy_by_api()
        elif self.order["face"] == "counter":
            self.buy_at_counter()
        else:
            self.buy_by_page()

    def at_once(self, *calls):
        """Each call in a thread of its own; their results."""
        results = [None] * len(calls)

        def call(index):
            results[index] = calls[index]()

        threads = [threading.Thread(target=call, args=(i,))
                   for i in range(len(calls))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    def buy_by_api(self):
        token = {"bad-card": "tok_decline", "outage": "tok_error"}
        key = f"key-{self.browser.name}-{self.order['event']}"
        order = {**self.order,
                 "key": hashlib.sha256(f"api\nat 127.0.0.1\n{key}".encode()).hexdigest()}
        body = json.dumps({
            "email": order["email"], "tier_name": order["tier"],
            "quantity": order["quantity"],
            "payment_token": token.get(self.plan, "tok_valid_1")})
        headers = {"Content-Type": "application/json",
                   "Idempotency-Key": key}
        path = f"/api/events/{order['event']}/book"

        def call():
            return self.browser.send_until_answered(
                "api", order, path, headers, body)

        self.barrier.wait()
        self.at_once(*[call] * (2 if self.plan == "double" else 1))

    def post(self, what, path, key, body):
        return self.browser.send_until_answered(
            what, {**self.order, "key": key}, path,
            {"Content-Type": "application/x-www-form-urlencoded"}, body)

    def wish(self):
        """The fields of the booking form."""
        person = {"name": self.browser.name, "email": self.order["email"]}
        if "seats" in self.order:
            return {**person, "seat": self.order["seats"]}
        return {**person, "tier": self.order["tier"], "best": "yes",
                "quantity": self.order["quantity"]}

    def buy_by_page(self):
        path = f"/book/{self.order['event']}"
        hidden, body = self.browser.form(path, self.wish())
        key = self.browser.kept_key("book", hidden)
        self.barrier.wait()
        times = 2 if self.plan == "double" else 1
        answers = self.at_once(
            *[lambda: self.post("hold", path, key, body)] * times)
        held = [a for a in answers if a["outcome"] == "held"]
        if held:
            self.go_on(key, "/checkout/" + held[0]["reference"])

    def buy_at_counter(self):
        path = f"/admin/events/{self.order['event']}/sell"
        wish = {**self.wish(), "how": "cash",
                "seats": " ".join(self.order.get("seats", []))}
        hidden, body = self.browser.form(path, wish)
        key = self.browser.kept_key("sell", hidden)
        self.barrier.wait()
        times = 2 if self.plan == "double" else 1
        self.at_once(
            *[lambda: self.post("counter", path, key, body)] * times)

    def go_on(self, key, checkout):
        card = "tok_decline" if self.plan == "bad-card" else "tok_valid_1"
        _, payment = self.browser.form(checkout, {
            "method": "campuspay", "payment_token": card, "terms": "yes"})
        _, nothing = self.browser.form(checkout, {})

        def pay():
            self.post("pay", checkout, key, payment)

        def release():
            self.post("release", checkout + "/release", key, nothing)

        steps = {"pay": [pay], "double": [pay], "bad-card": [pay],
                 "pay-twice": [pay, pay], "release": [release],
                 "release-twice": [release, release],
                 "pay-and-release": [pay, release], "leave": []}
        self.at_once(*steps[self.plan])


class Killer(threading.Thread):
    """kill -9 of a worker now and then, while the race lasts."""

    def __init__(self, site, dice):
        super().__init__(daemon=True)
        self.site, self.dice = site, dice
        self.done = threading.Event()
        self.killed = 0

    def run(self):
        while not self.done.wait(self.dice.uniform(0.001, 0.03)):
            program = self.dice.choice(("book", "api", "checkout", "admin"))
            workers = self.site.worker_ids(program)
            if not workers:
                continue
            try:
                os.kill(self.dice.choice(workers), signal.SIGKILL)
                self.killed += 1
            except ProcessLookupError:
                pass


def events_csv(buyers, rounds):
    lines = ["event,title,type,venue,start,end,tier,tier_title,price,"
             "capacity,rows"]
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 7 * 86400))
    for number in range(1, rounds + 1):
        for tier, (price, share) in TIERS.items():
            places = max(1, buyers * share // 100)
            lines.append(f"race-{number},Race {number},concert,Track,"
                         f"{day} 18:00,{day} 22:00,{tier},{tier},{price},"
                         f"{places},")
        lines += seats.csv_lines(buyers, number, day)
        lines += line.csv_lines(number, day)
    lines.append(f"line-form,A form,other,Corner,{day} 18:00,{day} 22:00,"
                 "general,general,0,1000,")
    return "\n".join(lines) + "\n"


def sign_in_clerk(site):
    """The cookies of an admin, who sells at the box office."""
    password = "eleven quiet lanterns"
    site.command("user", "add", "--role", "admin", "--username", "clerk",
                 "--email", "clerk@example.org", "--password-stdin",
                 text=password + "\n")
    clerk = Browser(site, History(), "clerk")
    _, body = clerk.form("/account/login",
                         {"login": "clerk", "password": password})
    status, _, _ = clerk.ask(
        "POST", "/account/login",
        {"Content-Type": "application/x-www-form-urlencoded"}, body)
    if status != 303:
        raise RuntimeError(f"the clerk cannot sign in: {status}")
    return clerk.cookies


def make_clerk(site, history, dice, name, order):
    """Somebody of the staff, for one who stands at the counter."""
    order.update(face="counter", quantity=dice.choice((1, 1, 2)))
    plan = dice.choice(COUNTER_PLANS)
    browser = Browser(site, history, f"{name}-counter-{plan}")
    browser.cookies = dict(site.clerk)
    return browser, plan


def make_buyers(site, history, dice, number, count):
    """A round's buyers. Now and then one uses the email of the one before,
    written in another case."""
    barrier = threading.Barrier(count)
    buyers = []
    email = ""
    for i in range(count):
        if i % 8 == 7:
            order = {"event": f"race-{number}",
                     "tier": dice.choice(("general", "general", "vip")),
                     "email": f"walk-in-{number}-{i}@example.org"}
            browser, plan = make_clerk(
                site, history, dice, f"{number}-{i}", order)
            if dice.random() < 0.4:
                seats.add_wish(order, dice, number, count)
            buyers.append(Buyer(browser, barrier, order, plan))
            continue
        face = "api" if i % 2 else "page"
        again = email and dice.random() < 0.1
        email = email if again else f"buyer-{number}-{i}@example.org"
        order = {"event": f"race-{number}", "face": face,
                 "tier": dice.choice(("general", "general", "vip", "free")),
                 "quantity": dice.choice((1, 1, 1, 2, 3)),
                 "email": email.upper() if again else email}
        if dice.random() < 0.4:
            seats.add_wish(order, dice, number, count)
        plan = dice.choice(API_PLANS if face == "api" else PAGE_PLANS)
        browser = Browser(site, history, f"{number}-{i}-{plan}")
        buyers.append(Buyer(browser, barrier, order, plan))
    return buyers


def start_direct(site, number, count):
    """Processes that buy through the library, beside page and API."""
    program = site.programs.parent / "race" / "direct"
    return [subprocess.Popen(
        [program, f"direct-{number}-{i}", f"race-{number}", "general",
         str(count)], stdout=subprocess.PIPE, text=True,
        env=dict(os.environ, CAMPUSPASS_DATA=str(site.data)))
            for i in range(DIRECT)]


def end_direct(processes, history):
    for process in processes:
        output, _ = process.communicate(timeout=60)
        if process.returncode:
            raise RuntimeError(f"direct ended with {process.returncode}")
        for record in output.splitlines():
            history.add(json.loads(record))


def run_line(site, history, waiting, dice, number, options):
    def open_browser(name):
        return Browser(site, history, name)

    def open_waiting_browser(name):
        return Browser(site, waiting, name)

    line.run(number, dice, max(6, options.buyers // 5), open_browser,
             open_waiting_browser)


def run_round(site, history, waiting, dice, number, options):
    begun = time.monotonic()
    before = len(history.records)
    killer = Killer(site, dice) if options.kill else None
    buyers = make_buyers(site, history, dice, number, options.buyers)
    direct = start_direct(site, number, max(2, options.buyers // 20))
    for buyer in buyers:
        buyer.start()
    if killer:
        killer.start()
    for buyer in buyers:
        buyer.join()
    end_direct(direct, history)
    run_line(site, history, waiting, dice, number, options)
    if killer:
        killer.done.set()
        killer.join()
    counts = {}
    for record in history.records[before:]:
        counts[record["outcome"]] = counts.get(record["outcome"], 0) + 1
    said = ", ".join(f"{v} {k}" for k, v in sorted(counts.items()))
    killed = f", {killer.killed} workers killed" if killer else ""
    print(f"round {number}: {options.buyers} buyers in "
          f"{time.monotonic() - begun:.1f} s: {said}{killed}", flush=True)


def forget_seat_rules(path):
    """The control has no guard: the database's last line is no line either."""
    database = sqlite3.connect(path)
    for index in check.SEAT_RULES:
        database.execute(f"DROP INDEX {index}")
    database.close()


def race(options):
    """Run all rounds; the findings, and the history."""
    dice = random.Random(options.seed)
    history, waiting = History(), History()
    site = Site(options.build, options.programs, options.workers)
    try:
        csv = site.home / "events.csv"
        csv.write_text(events_csv(options.buyers, options.rounds))
        site.command("import", str(csv))
        if options.must_oversell:
            forget_seat_rules(site.database)
        site.start()
        site.clerk = sign_in_clerk(site)
        for number in range(1, options.rounds + 1):
            run_round(site, history, waiting, dice, number, options)
        site.kill()
        findings, planted = check.check_all(site, history.records,
                                            waiting.records)
    finally:
        site.stop()
        site.remove()
    return findings, planted, history.records + waiting.records


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--build", required=True,
                        help="folder with campuspass")
    parser.add_argument("--programs", help="folder with the CGI programs")
    parser.add_argument("--buyers", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--kill", action="store_true",
                        help="kill -9 workers meanwhile")
    parser.add_argument("--must-oversell", action="store_true",
                        help="the programs have no guard: it must be caught")
    parser.add_argument("--history", help="write the history to this file")
    return parser.parse_args()


def judge(options, findings, planted):
    """The exit code, and why."""
    places = [f for f in findings if f.startswith("I1 ")]
    doubled = [f for f in findings if f.startswith("I2 ")]
    if options.must_oversell:
        caught = places and doubled
        print(f"without the guard: {len(places)} findings of oversold "
              f"places, {len(doubled)} of seats sold twice, "
              + ("caught" if caught else "NOT CAUGHT"))
        return 0 if caught else 1
    for finding in findings:
        print(finding)
    for fault in planted:
        print(f"a planted fault was not caught: {fault}")
    if findings or planted:
        return 1
    print("sound: nothing oversold, no seat twice, no answer lost, each key "
          "one booking, each offer one person's; the checker catches its planted faults")
    return 0


def main():
    options = read_options()
    print(f"race with seed {options.seed}")
    findings, planted, records = race(options)
    if options.history:
        with open(options.history, "w", encoding="utf-8") as file:
            for record in records:
                file.write(json.dumps(record) + "\n")
    return judge(options, findings, planted)


if __name__ == "__main__":
    sys.exit(main())
