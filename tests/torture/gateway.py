"""A gateway that is slow, hangs or breaks down while people buy: is anybody
else kept waiting, and does the money add up? The gateway is PayPal's double
(tests/paypal). Checks of I5, I6, I9, I13 and I14 against what it knows."""

import json
import re
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request

import check
import life
import probe
import race
import stage
import website

OPERATIONS = ("token", "create", "capture", "get", "refund")
# What the gateway does, one after the other.
PHASES = (("calm", ""), ("slow", "slow-1500"), ("hangs", "stall-before"),
          ("pays and hangs", "stall-after"), ("breaks off", "close-after"),
          ("refuses", "503-before"), ("calm again", ""))
PAYERS = 4
# A form and its answer, each behind a first burst of three seconds at most:
# then the breaker keeps others from calling.
LONGEST_CHECKOUT = 8
# Less than a call of the gateway's.
LONGEST_PAGE = 2.8


class Double:
    """PayPal's double, and what it is told."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, website.TOP / "tests" / "paypal" / "double.py"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.port = int(self.process.stdout.readline().split()[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def call(self, path, **fields):
        """A POST to it; its answer, and where it leads."""
        request = urllib.request.Request(
            self.url + path, urllib.parse.urlencode(fields).encode())
        opener = urllib.request.build_opener(NoRedirect)
        try:
            with opener.open(request, timeout=20) as answer:
                return answer.read().decode(), ""
        except urllib.error.HTTPError as answer:
            return answer.read().decode(), answer.headers.get("Location", "")

    def behave(self, how):
        self.call("/control/calm")
        for operation in OPERATIONS if how else ():
            self.call("/control/behave", on=operation, do=how, times=100000)

    def moves(self):
        """Captures and refunds: lists of (our key, amount)."""
        known = json.loads(self.call("/control/moves")[0])
        return tuple([(move["custom_id"],
                       round(float(move["amount"]["value"]) * 100))
                      for move in known[what]]
                     for what in ("captures", "refunds"))

    def close(self):
        self.process.kill()
        self.process.wait()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Payer(life.Life):
    """Pays at PayPal, comes back twice at once; PayPal calls, too. Gives a
    ticket back."""

    def __init__(self, browser, double, site, event):
        super().__init__(browser, None, event)
        self.double, self.site = double, site
        self.findings = []

    def outcome(self, step, status, location, text):
        if location.startswith(self.double.url):
            return {"outcome": "pending", "reference": self.reference}
        return super().outcome(step, status, location, text)

    def pay(self):
        """Send to PayPal, approve, come back: the last record."""
        path = f"/checkout/{self.reference}"
        _, body = life.fill(self.browser, path,
                            {"method": "paypal", "terms": "yes"})
        told = self.send("pay", (self.browser, path, body))
        if not told["location"].startswith(self.double.url):
            return told
        order = told["location"].rpartition("=")[2]
        _, back = self.double.call("/checkoutnow", token=order,
                                   choice="approve")
        back = re.sub(r"^https?://[^/]*", "", back)
        twice = threading.Thread(target=self.come_back, args=(back,))
        twice.start()
        told = self.come_back(back)
        twice.join()
        self.hear(order)
        return told

    def come_back(self, path):
        begun = time.monotonic()
        status, location, text = self.browser.ask("GET", path, {}, None)
        record = {"client": self.browser.name, "what": "pay", **self.order,
                  "begun": begun, "ended": time.monotonic(),
                  "status": status, "location": location,
                  **race.outcome("pay", status, location, text)}
        self.browser.history.add(record)
        return record

    def hear(self, order):
        """I14: PayPal is answered 2xx only after the commit. The call comes
        twice, and then a late "denied" (I9)."""
        for kind, times in (("COMPLETED", 2), ("DENIED", 1)):
            answer, _ = self.double.call(
                "/control/hook", order=order, times=times,
                kinds=f"PAYMENT.CAPTURE.{kind}",
                to=f"http://127.0.0.1:{self.site.port}/checkout/hook/paypal")
            told = json.loads(answer)
            self.findings += check_heard(self.site, told)

    def live(self):
        told = self.send_until_answered("hold", self.form("hold"))
        if told["outcome"] != "held":
            return
        if self.pay()["outcome"] == "sold" and self.is_ready("return"):
            self.send("return", self.form("return"))


def check_heard(site, told):
    """I14: each call that was answered 2xx is in the database already."""
    database = sqlite3.connect(f"file:{site.database}?mode=ro", uri=True)
    kept = {notice for notice, in database.execute(
        "SELECT notice FROM gateway_notice")}
    database.close()
    for event, status in zip(told.get("events", ()),
                             told.get("statuses", ())):
        notice = json.loads(event["body"])["id"]
        if 200 <= status < 300 and notice not in kept:
            yield f"I14 {notice} was answered {status} and is not kept"


def check_once(database):
    """I13, I6: an attempt is captured once, a notice counts once."""
    for row in check.rows(database, """SELECT b.reference, count(*) AS paid
            FROM ledger l JOIN booking b ON b.id = l.booking_id
            WHERE l.kind = 'charge' AND l.account LIKE 'gateway:%'
            GROUP BY l.payment_attempt_id"""):
        if row["paid"] > 1:
            yield f"I13 {row['reference']}: paid {row['paid']} times"


def check_forward(database):
    """I9: what was captured stays so, whatever was said later."""
    for row in check.rows(database, """SELECT b.reference, b.state, a.state
              AS attempt FROM ledger l JOIN payment_attempt a
              ON a.id = l.payment_attempt_id JOIN booking b
              ON b.id = a.booking_id WHERE l.kind = 'charge'"""):
        if row["attempt"] != "captured":
            yield f"I9 {row['reference']}: paid, now {row['attempt']}"


PLANTED = {
    "I9": "UPDATE payment_attempt SET state = 'declined' WHERE id = (SELECT"
          " max(payment_attempt_id) FROM ledger)",
    "I13": "INSERT INTO ledger (entry, kind, account, amount, currency,"
           " booking_id, payment_attempt_id, created_at) SELECT 'again',"
           " kind, account, amount, currency, booking_id,"
           " payment_attempt_id, created_at FROM ledger WHERE kind ="
           " 'charge' AND account LIKE 'gateway:%' LIMIT 1",
}


def find(database):
    return [*check_once(database), *check_forward(database)]


def check_all(site, moves):
    """Findings of the double's money, and planted faults that were missed."""
    database = sqlite3.connect(":memory:")
    with_log = sqlite3.connect(f"file:{site.database}?mode=ro", uri=True)
    with_log.backup(database)
    with_log.close()
    money = life.Money(database, "paypal", *moves)
    findings = [*find(database), *life.check_gateway(money),
                *life.check_worth(money)]
    missed = [m for m in life.missed_faults([], database, "paypal", *moves)
              if m.startswith(("I5", "I6"))]
    for name, statement in PLANTED.items():
        copied, changed = check.plant(database, statement)
        if not changed or not any(f.startswith(name) for f in find(copied)):
            missed.append(f"{name}: {statement}")
        copied.close()
    fake = {"events": [{"body": '{"id": "WH-never"}'}], "statuses": [200]}
    if not list(check_heard(site, fake)):
        missed.append("I14: a call that is not kept")
    database.close()
    return findings, [f"a planted fault was not caught: {m}" for m in missed]


class Watch:
    """How long things take in each phase, seen by people one at a time."""

    def __init__(self, site):
        self.site, self.phase = site, ""
        self.took = {}  # (phase, what): seconds
        self.findings, self.done = [], threading.Event()
        self.history = race.History()
        self.threads = [threading.Thread(target=self.look),
                        threading.Thread(target=self.buy)]
        for thread in self.threads:
            thread.start()

    def note(self, phase, what, seconds, most):
        self.took.setdefault((phase, what), []).append(seconds)
        if seconds > most:
            self.findings.append(
                f"gateway {phase}: {what} took {seconds:.1f} s")

    def look(self):
        while not self.done.wait(0.1):
            for path in ("/", f"/events/{stage.EVENT}",
                         f"/book/{life.hall(0)}"):
                phase = self.phase
                status, _, took = probe.ask(self.site, path)
                self.note(phase, path, took, LONGEST_PAGE)
                if status != 200:
                    self.findings.append(f"{path}: {status}")

    def buy(self):
        """Others, who pay by another gateway."""
        number = 0
        while not self.done.wait(0.1):
            number += 1
            guest = life.Life(
                race.Browser(self.site, self.history, f"other-{number}"),
                None, life.hall(number % life.HALLS))
            for step in ("hold", "pay"):
                phase, begun = self.phase, time.monotonic()
                told = guest.send_until_answered(step, guest.form(step))
                self.note(phase, step, time.monotonic() - begun, LONGEST_CHECKOUT)
                if told["outcome"] not in ("held", "sold"):
                    break

    def end(self):
        self.done.set()
        for thread in self.threads:
            thread.join()

    def lines(self):
        """"hangs: / 0.01 0.03, ...": middle and longest of each."""
        for phase, _ in PHASES:
            words = [f"{what} {sorted(t)[len(t) // 2]:.2f} {max(t):.2f}"
                     for (when, what), t in self.took.items()
                     if when == phase]
            yield f"{phase}: {', '.join(words)}"


def use_paypal(site, double):
    with open(site.data / "campuspass.conf", "a", encoding="ascii") as conf:
        conf.write(f"gateways = paypal campuspay\n"
                   f"base_url = http://tickets.example.org\n"
                   f"paypal_url = {double.url}\npaypal_client = client\n"
                   f"paypal_secret = secret\npaypal_webhook = WEBHOOK1\n")


def rush(site, double, seconds):
    """All phases; what was told, and findings."""
    history, done, findings = race.History(), threading.Event(), []

    def pay(number):
        count = 0
        while not done.is_set():
            count += 1
            browser = race.Browser(site, history, f"payer-{number}-{count}")
            payer = Payer(browser, double, site, stage.GALA)
            payer.live()
            time.sleep(0.05)
            findings.extend(payer.findings)

    watch = Watch(site)
    payers = [threading.Thread(target=pay, args=(n,)) for n in range(PAYERS)]
    for thread in payers:
        thread.start()
    for watch.phase, how in PHASES:
        double.behave(how)
        time.sleep(seconds / len(PHASES) / 2)
        # What is known of the gateway may be lost: all call again.
        (site.data / "run" / "gateway-paypal").unlink(missing_ok=True)
        time.sleep(seconds / len(PHASES) / 2)
    done.set()
    for thread in payers:
        thread.join()
    watch.end()
    return history.records + watch.history.records, watch, (
        findings + watch.findings)


def trial_gateway(options, _):
    """A gateway that hangs in the midst of a rush."""
    double = Double()
    site = stage.make_site(options)
    try:
        use_paypal(site, double)
        site.start()
        records, watch, findings = rush(site, double,
                                        max(14, options.seconds / 6))
        site.kill()
        _, found = stage.judge(site, records)
        findings += found
        more, missed = check_all(site, double.moves())
        findings += more or missed
        said = (f"{len(double.moves()[0])} paid at PayPal, "
                f"{stage.count_outcomes(records)}; seconds (middle, most):\n  "
                + "\n  ".join(watch.lines()))
    finally:
        double.close()
        site.stop()
        site.remove()
    return said, findings


TRIALS = {"gateway": trial_gateway}
