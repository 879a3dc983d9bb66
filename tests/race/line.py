"""Rounds at the waiting list: a full event, people in line, and a storm of
releases, payments, offers taken and declined, and walk-ups; and the checks of
it, I8, I10, R56 and B11."""

import collections
import re
import threading
import time

TIERS = {"general": ("15", 4), "vip": ("45", 2)}
PLANS = ("take", "take", "take", "decline", "leave", "wait")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PATIENCE = 3  # seconds that somebody looks for an offer
LIVE = ("held", "paying", "confirmed")


def csv_lines(number, day):
    for tier, (price, places) in TIERS.items():
        yield (f"line-{number},Line {number},other,Corner,{day} 18:00,"
               f"{day} 22:00,{tier},{tier},{price},{places},")


class Person(threading.Thread):
    """One of the storm; its plan begins when the barrier falls."""

    def __init__(self, browser, event, tier, plan):
        super().__init__(daemon=True)
        self.browser, self.plan = browser, plan
        self.order = {"event": event, "face": "page", "tier": tier,
                      "quantity": 1,
                      "email": f"{browser.name}@example.org".lower()}
        self.barrier = None
        self.key = self.path = ""

    def send(self, what, path, fields=None, page=None):
        """Fill in a page's form and send it."""
        hidden, body = self.browser.form(page or path, fields or {})
        self.key = self.key or self.browser.kept_key("book", hidden)
        return self.browser.send_until_answered(
            what, {**self.order, "key": self.key}, path, FORM, body)

    def wish(self):
        return {"tier": self.order["tier"], "quantity": 1,
                "name": self.browser.name, "email": self.order["email"]}

    def pay(self, checkout):
        return self.send("pay", checkout, {
            "method": "campuspay", "payment_token": "tok_valid_1",
            "terms": "yes"})


class Holder(Person):
    """Has a place, and pays or gives it back."""

    def prepare(self):
        answer = self.send("hold", f"/book/{self.order['event']}",
                           self.wish())
        self.path = "/checkout/" + answer.get("reference", "")

    def run(self):
        self.barrier.wait()
        if self.plan == "pay":
            self.pay(self.path)
        else:
            self.send("release", self.path + "/release", page=self.path)


class WalkUp(Person):
    """Wants a place without waiting."""

    def prepare(self):
        pass

    def run(self):
        self.barrier.wait()
        self.send("hold", f"/book/{self.order['event']}", self.wish(),
                  page="/book/line-form")


class Waiter(Person):
    """Joins the line; takes or declines what is offered, or leaves."""

    def prepare(self):
        path = f"/book/{self.order['event']}/queue"
        answer = self.send("join", path, self.wish())
        self.path = f"{path}/{answer.get('entry', '')}"

    def run(self):
        self.barrier.wait()
        if self.plan == "leave":
            self.leave()
        elif self.plan != "wait" and self.is_offered():
            self.leave() if self.plan == "decline" else self.take()

    def leave(self):
        self.send("leave", self.path + "/leave")

    def take(self):
        answer = self.send("accept", self.path + "/accept")
        if answer["outcome"] == "held":
            self.pay("/checkout/" + answer["reference"])

    def is_offered(self):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if "A place is yours" in self.browser.get(self.path):
                return True
            time.sleep(0.1)
        return False


def at_once(calls):
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def run(number, dice, count, open_browser, open_waiting_browser):
    """A round: fill the event, let `count` people join, then the storm."""
    event = f"line-{number}"
    holders = [Holder(open_browser(f"holder-{number}-{tier}-{i}"), event,
                      tier, dice.choice(("pay", "release", "release")))
               for tier, (_, places) in TIERS.items() for i in range(places)]
    at_once([holder.prepare for holder in holders])
    waiters = [Waiter(open_waiting_browser(f"waiter-{number}-{i}"), event,
                      dice.choice(("general", "general", "vip", "any")),
                      dice.choice(PLANS)) for i in range(count)]
    at_once([waiter.prepare for waiter in waiters])
    walk_ups = [WalkUp(open_browser(f"walker-{number}-{i}"), event,
                       dice.choice(list(TIERS)), "") for i in range(count)]
    people = holders + waiters + walk_ups
    barrier = threading.Barrier(len(people))
    for person in people:
        person.barrier = barrier
        person.start()
    for person in people:
        person.join()


def outcome(what, location):
    """Of an answer 303 to a waiter; None if it is no matter of the line."""
    if what == "join":
        return {"outcome": "joined", "entry": location.rpartition("/")[2]}
    if what == "leave":
        return {"outcome": "left"}
    return None


# ---- the checks ----


class Line:
    """The waiting lists in the database, and what is free."""

    def __init__(self, database):
        self.entries = rows(database, """
            SELECT q.id, q.entry_key, q.form_key, q.state, q.email,
              q.booking_id, e.slug AS event, coalesce(w.slug, 'any') AS tier,
              b.state AS booking, t.slug AS place, b.reference
            FROM queue_entry q JOIN event e ON e.id = q.event_id
            LEFT JOIN tier w ON w.id = q.tier_id
            LEFT JOIN booking b ON b.id = q.booking_id
            LEFT JOIN booking_item i ON i.booking_id = b.id
            LEFT JOIN tier t ON t.id = i.tier_id ORDER BY q.id""")
        self.by_key = {e["entry_key"]: e for e in self.entries}
        self.offers = rows(database, """
            SELECT reference, state, (SELECT count(*) FROM queue_entry q
              WHERE q.booking_id = b.id) AS entries
            FROM booking b WHERE source = 'queue'""")
        self.tiers = rows(database, """
            SELECT e.slug AS event, t.slug AS tier,
              t.capacity - t.sold - t.held AS free, t.capacity,
              coalesce((SELECT sum(i.quantity) FROM booking_item i
                WHERE i.tier_id = t.id AND i.is_live = 1), 0) AS taken
            FROM tier t JOIN event e ON e.id = t.event_id
            WHERE e.slug GLOB 'line-[0-9]*'""")

    def waiting(self, event, tier):
        return [e for e in self.entries if e["state"] == "waiting"
                and e["event"] == event and e["tier"] in (tier, "any")]


def rows(database, query):
    cursor = database.execute(query)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row)) for row in cursor]


def check_joined(waiters, walk_ups, line):
    """I3, I4: who was told to be in line is, once."""
    for record in waiters:
        if record["outcome"] != "joined":
            continue
        entry = line.by_key.get(record["entry"])
        if not entry or (entry["email"], entry["tier"], entry["event"]) != (
                record["email"], record["tier"], record["event"]):
            yield f"I3 {record['client']}: joined, and is {entry}"
    emails = collections.Counter((e["event"], e["email"])
                                 for e in line.entries
                                 if e["state"] in ("waiting", "offered"))
    for person, count in emails.items():
        if count > 1:
            yield f"I4 {person}: {count} times in line"


def check_offers(waiters, walk_ups, line):
    """I8: a place is offered to exactly one, of its class."""
    fits = {"waiting": (None,), "offered": ("held", "paying"),
            "served": ("confirmed", "cancelled"),
            "left": (None, "released"),
            "lapsed": (None, "released", "expired", "failed")}
    for offer in line.offers:
        if offer["entries"] != 1:
            yield f"I8 {offer['reference']}: of {offer['entries']} entries"
    for entry in line.entries:
        if entry["booking"] not in fits[entry["state"]]:
            yield (f"I8 {entry['email']}: {entry['state']}, booking "
                   f"{entry['booking']}")
        if entry["place"] and entry["tier"] not in (entry["place"], "any"):
            yield f"R57 {entry['email']}: offered {entry['place']}"


def check_places(waiters, walk_ups, line):
    """I8, I10: offers, sold and free add up; none lies idle."""
    for tier in line.tiers:
        who = f"{tier['event']}/{tier['tier']}"
        if tier["taken"] + tier["free"] != tier["capacity"]:
            yield (f"I10 {who}: {tier['taken']} taken and {tier['free']} free"
                   f" of {tier['capacity']}")
        waiting = line.waiting(tier["event"], tier["tier"])
        if tier["free"] > 0 and waiting:
            yield f"I8 {who}: {tier['free']} free, {len(waiting)} in line"


def check_turns(waiters, walk_ups, line):
    """R56: within a class nobody was served before who came earlier."""
    passed = {}
    for entry in line.entries:
        turn = entry["event"], entry["tier"]
        if entry["state"] == "waiting":
            passed.setdefault(turn, entry["email"])
        elif entry["booking_id"] and turn in passed:
            yield f"R56 {entry['email']}: served before {passed[turn]}"


def check_walk_ups(waiters, walk_ups, line):
    """B11: nobody jumped the line."""
    joined = {r["entry"]: r["ended"] for r in waiters
              if r["outcome"] == "joined"}
    for record in walk_ups:
        if not re.match(r"line-\d", record["event"]) or (
                record["what"] != "hold" or record["outcome"] != "held"):
            continue
        for entry in line.waiting(record["event"], record["tier"]):
            if joined.get(entry["entry_key"], float("inf")) < record["begun"]:
                yield f"B11 {record['client']}: before {entry['email']}"


def check_told(waiters, walk_ups, line):
    """I3: who left has left, and who paid has a place."""
    by_email = {e["email"]: e for e in line.entries}
    for record in waiters:
        entry = by_email.get(record["email"])
        if record["outcome"] == "left" and (
                not entry or entry["state"] != "left"
                or entry["booking"] in LIVE):
            yield f"I3 {record['client']}: left, and is {entry}"
        if record["outcome"] == "sold" and (
                not entry or entry["state"] != "served"):
            yield f"I3 {record['client']}: paid, and is {entry}"


CHECKS = (check_joined, check_offers, check_places, check_turns,
          check_walk_ups, check_told)

SERVED = "SELECT {} FROM queue_entry WHERE booking_id IS NOT NULL"
# Faults to plant in the database, by the finding that they must lead to.
PLANTED = {
    "I8": "UPDATE queue_entry SET booking_id ="
          f" ({SERVED.format('max(booking_id)')}) WHERE id ="
          f" ({SERVED.format('min(id)')}) AND booking_id <>"
          f" ({SERVED.format('max(booking_id)')})",
    "I8 ": "UPDATE tier SET capacity = capacity + 1 WHERE id IN"
           " (SELECT tier_id FROM queue_entry WHERE state = 'waiting')",
    "I3": "DELETE FROM queue_entry WHERE id ="
          " (SELECT min(id) FROM queue_entry)",
    "R56": "UPDATE queue_entry SET state = 'waiting', booking_id = NULL"
           " WHERE id = (SELECT q.id FROM queue_entry q JOIN queue_entry o"
           " ON o.event_id = q.event_id AND o.tier_id = q.tier_id"
           " AND o.id > q.id WHERE o.booking_id IS NOT NULL"
           " AND q.state <> 'waiting' LIMIT 1)",
    "R57": "UPDATE queue_entry SET tier_id = (SELECT t.id FROM tier t"
           " WHERE t.event_id = queue_entry.event_id AND t.id <> tier_id)"
           f" WHERE id = ({SERVED.format('max(id)')}"
           " AND tier_id IS NOT NULL)",
    "I10": "UPDATE tier SET held = held + 1 WHERE event_id ="
           " (SELECT max(event_id) FROM queue_entry)",
}


def check(waiters, walk_ups, database):
    line = Line(database)
    return [finding for one in CHECKS
            for finding in one(waiters, walk_ups, line)]
