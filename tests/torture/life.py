"""A booking's whole life by pages: two seats held, paid, one ticket given
back for money, the other one scanned at two doors at once; and the checks of
it: I3, I5, I6, I8, I10, I11, I13, with faults to plant for each.

What the programs say of money is held against what the gateway knows: here
the files of the simulated one, in gateway.py PayPal's double."""

import html
import re
import shutil
import sqlite3
import subprocess
import threading
import time
import urllib.parse

import check
import race

HALLS = 20
SEATS = 60
PASSWORD = "eleven quiet lanterns"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
STEPS = ("hold", "pay", "return", "scan")


def hall(number):
    return f"hall-{number}"


def fill(browser, path, fields):
    """A page's form as a browser sends it: hidden fields and these."""
    page = browser.get(path)
    hidden = {name: html.unescape(value) for name, value in re.findall(
        r'type="hidden" name="(\w+)" value="([^"]*)"', page)}
    return page, urllib.parse.urlencode({**hidden, **fields}, doseq=True)


def sign_in(browser):
    """Dora scans at the doors; also while workers die, and again when a
    clock has ended her session."""
    end = time.monotonic() + race.PATIENCE
    status = 0
    while status != 303:
        if time.monotonic() > end:
            raise RuntimeError(f"dora cannot sign in: {status}")
        page, body = fill(browser, "/account/login",
                          {"login": "dora", "password": PASSWORD})
        if page == "" and browser.get("/door"):
            return  # somebody else has just signed her in
        status, _, _ = browser.ask("POST", "/account/login", FORM, body)


class Life:
    """One guest. A step is a form and its answer; the same form may be sent
    again, for it has a key."""

    def __init__(self, browser, door, event):
        self.browser, self.door = browser, door
        self.order = {"event": event, "tier": "stalls", "quantity": 2,
                      "face": "page", "key": "",
                      "email": f"{browser.name}@example.org"}
        self.reference = ""
        self.codes = []

    def form(self, step):
        """Who sends it, where, and what."""
        checkout = f"/checkout/{self.reference}"
        if step == "hold":
            path = f"/book/{self.order['event']}"
            _, body = fill(self.browser, path, {
                "name": self.browser.name, "email": self.order["email"],
                "tier": "stalls", "quantity": 2, "best": "yes"})
            self.order["key"] = self.browser.kept_key(
                "book", dict(urllib.parse.parse_qsl(body)))
            return self.browser, path, body
        if step == "pay":
            _, body = fill(self.browser, checkout, {
                "method": "campuspay", "payment_token": "tok_valid_1",
                "terms": "yes"})
            return self.browser, checkout, body
        if step == "return":
            path = f"/tickets/{self.reference}/{self.codes[0]}/cancel"
            _, body = fill(self.browser, path, {})
            return self.browser, path, body
        path = f"/door/{self.order['event']}"
        fields = {"code": self.codes[1], "scan_type": "check_in",
                  "location": "gate", "override": ""}
        page, body = fill(self.door, path, fields)
        if 'name="code"' not in page:
            sign_in(self.door)
            _, body = fill(self.door, path, fields)
        return self.door, path + "/scan", body

    def read_codes(self):
        """Of its tickets, as its page has them."""
        page = self.browser.get(f"/tickets/{self.reference}")
        self.codes = sorted(set(re.findall(r"TKT-[0-9A-F]{16}", page)))
        return len(self.codes) == 2

    def send(self, step, form):
        """Send a form once; the record of it."""
        browser, path, body = form
        begun = time.monotonic()
        status, location, text = browser.ask("POST", path, FORM, body)
        record = {"client": self.browser.name, "what": step, **self.order,
                  "begun": begun, "ended": time.monotonic(),
                  "status": status, "location": location,
                  **self.outcome(step, status, location, text)}
        if step in ("return", "scan"):
            record["code"] = self.codes[step == "scan"]
            record["form"] = body
        self.browser.history.add(record)
        if record["outcome"] in ("held", "sold"):
            self.reference = record["reference"]
        return record

    def outcome(self, step, status, location, text):
        if status == 303 and step == "return":
            return {"outcome": "returned", "reference": self.reference}
        if status == 303 and location.startswith("/account/login"):
            return {"outcome": "refused", "kind": "signed out"}
        if status == 303 and step == "scan":
            return {"outcome": "scanned",
                    "scan": int(location.rpartition("=")[2])}
        return race.outcome(step, status, location, text)

    def send_until_answered(self, step, form):
        end = time.monotonic() + race.PATIENCE
        while True:
            record = self.send(step, form)
            if record["outcome"] != "unknown" or time.monotonic() > end:
                return record
            time.sleep(0.1)

    def is_ready(self, step):
        """Is what a step needs there?"""
        return step not in ("return", "scan") or (
            bool(self.codes) or self.read_codes())

    def live(self):
        """All steps, as far as they go; at two doors at once."""
        for step in STEPS:
            if not self.is_ready(step):
                return
            forms = [self.form(step) for _ in range(1 + (step == "scan"))]
            threads = [threading.Thread(target=self.send_until_answered,
                                        args=(step, form))
                       for form in forms[1:]]
            for thread in threads:
                thread.start()
            last = self.send_until_answered(step, forms[0])
            for thread in threads:
                thread.join()
            if step in ("hold", "pay") and last["outcome"] not in (
                    "held", "sold"):
                return


# ---- what the gateway knows ----


def read_gateway(folder):
    """Of campuspay: captures and refunds, lists of (key, amount)."""
    captures, refunds = [], []
    for path in folder.glob("*"):
        words = path.read_text().split()
        if "." in path.name or len(words) != 4 or words[0] != "captured":
            continue  # not in its place yet: no money has moved
        amount = round(float(words[2]) * 100)
        if path.name.startswith("refund-"):
            refunds.append((path.name[len("refund-"):], amount))
        else:
            captures.append((path.name, amount))
    return captures, refunds


# ---- the checks ----


class Money:
    """The database's money, and the gateway's."""

    def __init__(self, database, gateway, captures, refunds):
        self.captures, self.refunds = captures, refunds
        self.attempts = {a["key"]: a for a in check.rows(database, f"""
            SELECT idempotency_key AS key, booking_id AS booking, state,
              amount FROM payment_attempt WHERE gateway = '{gateway}'""")}
        self.given = {r["key"]: r for r in check.rows(database, f"""
            SELECT r.idempotency_key AS key, r.state, r.amount,
              a.idempotency_key AS attempt
            FROM refund r JOIN payment_attempt a
              ON a.id = r.payment_attempt_id
            WHERE a.gateway = '{gateway}'""")}
        self.worth = check.rows(database, """
            SELECT b.id AS booking, b.reference, coalesce((SELECT
              sum(k.price - k.refunded + k.kept) FROM ticket k
              WHERE k.booking_id = b.id), 0) AS worth
            FROM booking b WHERE b.changes_id IS NULL""")


def check_gateway(money):
    """I5, I6: each movement at the gateway is one of ours, and the reverse."""
    for name, moves, ours, done in (
            ("capture", money.captures, money.attempts, "captured"),
            ("refund", money.refunds, money.given, "refunded")):
        seen = set()
        for key, amount in moves:
            row = ours.get(key)
            if key in seen:
                yield f"I6 {name} {key}: twice at the gateway"
            if not row or (row["state"], row["amount"]) != (done, amount):
                yield f"I5 {name} {key} of {amount} at the gateway: {row}"
            seen.add(key)
        for key, row in ours.items():
            if row["state"] == done and key not in seen:
                yield f"I5 {name} {key}: the gateway knows of none"


def check_worth(money):
    """I5: what the gateway has of a booking is what its tickets are worth.
    I6: no more goes back than came."""
    booking_of = {a["key"]: a["booking"] for a in money.attempts.values()}
    had = {}
    for key, amount in money.captures:
        booking = booking_of.get(key)
        had[booking] = had.get(booking, 0) + amount
    for key, amount in money.refunds:
        given = money.given.get(key)
        booking = booking_of.get(given["attempt"]) if given else None
        had[booking] = had.get(booking, 0) - amount
    for row in money.worth:
        has = had.get(row["booking"])
        if has is not None and has != row["worth"]:
            yield (f"I5 {row['reference']}: the gateway has {has}, tickets "
                   f"are worth {row['worth']}")
    for booking, left in had.items():
        if left < 0:
            yield f"I6 booking {booking}: {-left} too much went back"


def check_told(history, database):
    """I3: what a guest or a door was told is in the database."""
    tickets = {t["code"]: t for t in check.rows(
        database, "SELECT code, status, refunded, price FROM ticket")}
    scans = {s["id"]: s for s in check.rows(
        database, "SELECT id, code FROM scan")}
    for record in history:
        who = f"{record['client']} {record.get('code')}"
        if record["outcome"] == "returned":
            ticket = tickets.get(record["code"])
            if not ticket or ticket["status"] != "refunded" or (
                    ticket["refunded"] != ticket["price"]):
                yield f"I3 {who}: told returned, is {ticket}"
        if record["outcome"] == "scanned":
            scan = scans.get(record["scan"])
            if not scan or scan["code"] != record["code"]:
                yield f"I3 {who}: told scan {record['scan']}, is {scan}"


def check_ends(history, database):
    """I8: hours later nothing is held, and nobody is still paying."""
    for row in check.rows(database, """SELECT reference, state FROM booking
            WHERE state IN ('held', 'paying')"""):
        yield f"I8 {row['reference']}: still {row['state']}"
    for row in check.rows(database, """SELECT idempotency_key AS key
            FROM refund WHERE state = 'started'"""):
        yield f"I8 refund {row['key']}: still on its way"


def check_given_back(history, database):
    """I10: a ticket that went back has one refund, and its place is free."""
    for row in check.rows(database, """
            SELECT k.code, (SELECT count(*) FROM booking_item i
              WHERE i.booking_id = k.booking_id AND i.seat_id = k.seat_id
              AND i.is_live = 1) AS live FROM ticket k
            WHERE k.status IN ('refunded', 'cancelled')
            AND k.seat_id IS NOT NULL"""):
        if row["live"]:
            yield f"I10 {row['code']}: given back, but has its seat"
    for row in check.rows(database, """
            SELECT b.reference, sum(k.refunded) AS tickets,
              coalesce((SELECT sum(r.amount) FROM refund r
                WHERE r.booking_id = b.id AND r.state = 'refunded'), 0)
              AS paid FROM booking b JOIN ticket k ON k.booking_id = b.id
            WHERE b.state IN ('confirmed', 'cancelled') GROUP BY b.id"""):
        if row["tickets"] != row["paid"]:
            yield (f"I10 {row['reference']}: {row['paid']} given back for "
                   f"tickets of {row['tickets']}")


def check_door(history, database):
    """I11: one admission a ticket. I13: a form is one scan."""
    for row in check.rows(database, """
            SELECT code, sum(type = 'check_in' AND outcome <> 'refused')
              AS admissions FROM scan WHERE undone_at IS NULL
            GROUP BY code"""):
        if row["admissions"] > 1:
            yield f"I11 {row['code']}: {row['admissions']} admissions"
    forms = {}
    for record in history:
        if record["what"] == "scan":
            forms.setdefault(record["code"], set()).add(record["form"])
    for row in check.rows(database, """SELECT code, count(*) AS scans
            FROM scan GROUP BY code"""):
        sent = len(forms.get(row["code"], ()))
        if row["scans"] > sent:
            yield f"I13 {row['code']}: {row['scans']} scans of {sent} forms"


CHECKS = (check_told, check_ends, check_given_back, check_door)
ONE_SCAN = ("INSERT INTO scan (event_id, ticket_id, code, type, verdict,"
            " outcome, scanned_at, recorded_at) SELECT event_id, ticket_id,"
            " code, type, verdict, {}, scanned_at, recorded_at FROM scan"
            " WHERE outcome = 'admitted' ORDER BY (SELECT count(*) FROM scan o"
            " WHERE o.code = scan.code) DESC LIMIT 1")
PLANTED = {
    "I3": "UPDATE ticket SET status = 'used' WHERE status = 'refunded'",
    "I3 ": "DELETE FROM scan WHERE id = (SELECT max(id) FROM scan)",
    "I5": "UPDATE ticket SET refunded = 0 WHERE id = (SELECT max(k.id)"
          " FROM ticket k JOIN payment_attempt a ON a.booking_id ="
          " k.booking_id WHERE k.refunded > 0 AND a.gateway = 'GATEWAY')",
    "I5 ": "UPDATE payment_attempt SET state = 'failed' WHERE id = (SELECT"
           " max(id) FROM payment_attempt WHERE state = 'captured'"
           " AND gateway = 'GATEWAY')",
    "I8": "UPDATE booking SET state = 'held' WHERE id = (SELECT max(id)"
          " FROM booking)",
    "I8 ": "UPDATE refund SET state = 'started' WHERE id = (SELECT max(id)"
           " FROM refund)",
    "I10": "UPDATE booking_item SET is_live = 1 WHERE seat_id IN (SELECT"
           " seat_id FROM ticket WHERE status = 'refunded')",
    "I10 ": "DELETE FROM refund WHERE id = (SELECT max(id) FROM refund"
            " WHERE state = 'refunded')",
    "I11": ONE_SCAN.format("outcome"),
    "I13": ONE_SCAN.format("'refused'"),
}


def find(history, database, gateway, captures, refunds):
    money = Money(database, gateway, captures, refunds)
    return ([finding for one in CHECKS for finding in one(history, database)]
            + [*check_gateway(money), *check_worth(money)])


def missed_faults(history, database, gateway, captures, refunds):
    """Which planted faults the checks above fail to see."""
    missed = []
    for name, statement in PLANTED.items():
        copied, changed = check.plant(
            database, statement.replace("GATEWAY", gateway))
        found = find(history, copied, gateway, captures, refunds)
        copied.close()
        if changed and not any(f.startswith(name.strip()) for f in found):
            missed.append(f"{name.strip()}: {statement}")
    for name, moves in (
            ("I5 ", (captures + [("none", 100)], refunds)),
            ("I5 ", (captures[1:], refunds)),
            ("I6 ", (captures + captures[:1], refunds)),
            ("I6 ", (captures, refunds + 3 * refunds[:1]))):
        found = find(history, database, gateway, *moves)
        changed = moves != (captures, refunds)
        if changed and not any(f.startswith(name) for f in found):
            missed.append(f"{name}at the gateway")
    return missed


# Faults that the operator's `campuspass check` must find by itself.
BROKEN = {
    "I5": "UPDATE ticket SET price = price + 1 WHERE id = (SELECT max(id)"
          " FROM ticket WHERE price > 0)",
    "I6": "UPDATE refund SET amount = amount + 100000",
    "I7": "DROP TRIGGER ledger_no_update; UPDATE ledger SET amount = amount"
          " + 1 WHERE id = (SELECT max(id) FROM ledger)",
}


def missed_by_command(site):
    """Which of them it does not."""
    missed = []
    folder = site.home / "broken"
    for name, statements in BROKEN.items():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(site.data, folder,
                        ignore=shutil.ignore_patterns("run", "*-shm"))
        database = sqlite3.connect(folder / "campuspass.db")
        database.executescript(statements)
        changed = database.total_changes
        database.close()
        done = subprocess.run(
            [site.build / "campuspass", "--data", folder, "check"],
            capture_output=True, text=True, check=False)
        if changed and (done.returncode == 0 or name not in done.stdout):
            missed.append(f"{name} by campuspass check")
    shutil.rmtree(folder, ignore_errors=True)
    return missed


def check_all(site, history):
    """Findings, and planted faults that were missed."""
    database = sqlite3.connect(":memory:")
    with_log = sqlite3.connect(f"file:{site.database}?mode=ro", uri=True)
    with_log.backup(database)
    with_log.close()
    moves = read_gateway(site.data / "campuspay")
    findings = find(history, database, "campuspay", *moves)
    missed = [] if findings else (
        missed_faults(history, database, "campuspay", *moves)
        + missed_by_command(site))
    database.close()
    return findings, missed
