"""What the clients were told, against what the database holds.

Each check takes the history (a list of records: what, who, when, outcome) and
the database, and returns findings as lines that begin with the invariant."""

import collections
import copy
import sqlite3
import subprocess

import line
import seats

LIVE = ("held", "paying", "confirmed")
UNSURE = ("unknown", "pending")
# Refusals that come after places were held, and give them back.
HAD_PLACES = ("PaymentDeclinedError", "PaymentError")
# What the database refuses by itself: a seat twice.
SEAT_RULES = ("booking_item_seat", "ticket_seat")


class Books:
    """The database, read."""

    def __init__(self, database):
        self.bookings = {row["reference"]: row for row in rows(database, """
            SELECT b.reference, b.state, b.email, b.form_key, b.source,
              b.total, e.slug AS event, t.slug AS tier, t.price,
              sum(i.quantity) AS places, sum(i.is_live * i.quantity) AS live,
              (SELECT count(*) FROM ticket k WHERE k.booking_id = b.id)
                AS tickets,
              (SELECT count(*) FROM ticket k WHERE k.booking_id = b.id
                AND k.status IN ('active', 'used', 'expired')) AS valid,
              (SELECT count(*) FROM payment_attempt a WHERE a.booking_id = b.id
                AND a.state = 'captured') AS captures
            FROM booking b JOIN booking_item i ON i.booking_id = b.id
            JOIN tier t ON t.id = i.tier_id JOIN event e ON e.id = b.event_id
            GROUP BY b.id""")}
        self.tiers = {(row["event"], row["tier"]): row
                      for row in rows(database, """
            SELECT e.slug AS event, t.slug AS tier, t.capacity, t.held, t.sold
            FROM tier t JOIN event e ON e.id = t.event_id""")}
        self.by_key = collections.defaultdict(list)
        for booking in self.bookings.values():
            self.by_key[booking["form_key"]].append(booking)

    def of_tier(self, tier, states):
        """Places that bookings in these states have; tickets may have been
        given back one by one."""
        return sum(b["valid" if b["state"] == "confirmed" else "live"]
                   for b in self.bookings.values()
                   if (b["event"], b["tier"]) == tier
                   and b["state"] in states)


def rows(database, query):
    cursor = database.execute(query)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row)) for row in cursor]


def tier_of(record):
    return record["event"], record["tier"]


def by_key(history):
    groups = collections.defaultdict(list)
    for record in history:
        groups[record["key"]].append(record)
    return groups


# ---- the checks ----


def check_stock(history, books):
    """I1 in the end: by the bookings themselves and by the counters."""
    for tier, row in books.tiers.items():
        taken = books.of_tier(tier, LIVE)
        if taken > row["capacity"]:
            yield f"I1 {tier}: bookings take {taken} of {row['capacity']}"
        if row["held"] + row["sold"] > row["capacity"]:
            yield f"I1 {tier}: counters over {row['capacity']}"


def check_moments(history, books):
    """I1 at every moment: places that clients certainly had at once."""
    changes = collections.defaultdict(list)
    for records in by_key(history).values():
        told = [r["ended"] for r in records
                if r["outcome"] in ("held", "sold")]
        if not told:
            continue
        # A payment that failed may have ended it, as may a release.
        failed = not any(r["outcome"] == "sold" for r in records)
        gone = [r["begun"] for r in records if r["what"] == "release"
                or (failed and r["what"] == "pay")]
        first = records[0]
        if gone and min(gone) <= min(told):
            continue
        changes[tier_of(first)].append((min(told), first["quantity"]))
        if gone:
            changes[tier_of(first)].append((min(gone), -first["quantity"]))
        # One place of several may be given back, too.
        back = [r["begun"] for r in records if r["what"] == "return"]
        if back:
            changes[tier_of(first)].append((min(back), -1))
    for tier, steps in changes.items():
        taken = most = 0
        for _, step in sorted(steps):
            taken += step
            most = max(most, taken)
        if most > books.tiers[tier]["capacity"]:
            yield (f"I1 {tier}: {most} of {books.tiers[tier]['capacity']} "
                   "promised at one moment")


def check_answers(history, books):
    """I3: what a 2xx or 303 said is in the database."""
    for record in history:
        if record["outcome"] not in ("held", "sold", "released"):
            continue
        found = books.by_key[record["key"]]
        booking = books.bookings.get(record.get("reference")) or (
            found[0] if len(found) == 1 else None)
        if booking is None:
            yield f"I3 {record['client']}: {record['outcome']}, no booking"
            continue
        yield from compare(record, booking)


def compare(record, booking):
    who = f"{record['client']} {booking['reference']}"
    asked = (record["email"].lower(), *tier_of(record), record["quantity"])
    kept = (booking["email"], booking["event"], booking["tier"],
            booking["places"])
    if asked != kept:
        yield f"I3 {who}: asked for {asked}, kept {kept}"
    if record["outcome"] == "sold":
        if booking["state"] != "confirmed":
            yield f"I3 {who}: told sold, is {booking['state']}"
        if booking["tickets"] != record["quantity"]:
            yield f"I3 {who}: {booking['tickets']} tickets"
    if record["outcome"] == "released" and booking["state"] != "released":
        yield f"I3 {who}: told released, is {booking['state']}"
    answer = record.get("answer", {}).get("booking")
    if answer and round(answer["total_price"] * 100) != booking["total"]:
        yield f"I3 {who}: told {answer['total_price']}"


def check_keys(history, books):
    """I4: one key, one booking; R20: one email, one live booking."""
    for key, records in by_key(history).items():
        who = records[0]["client"]
        told = {r["reference"] for r in records if "reference" in r}
        if len(told) > 1 or len(books.by_key[key]) > 1:
            yield f"I4 {who}: one key, several bookings {sorted(told)}"
    people = collections.Counter(
        (b["event"], b["email"]) for b in books.bookings.values()
        if b["state"] in LIVE)
    for person, count in people.items():
        if count > 1:
            yield f"I4 {person}: {count} live bookings"


def check_asked(history, books):
    """A place is somebody's who was told so, or who was told nothing yet."""
    groups = by_key(history)
    for booking in books.bookings.values():
        if booking["source"] == "queue":
            continue  # line.py looks at them
        records = groups.get(booking["form_key"], [])
        outcomes = {r["outcome"] for r in records}
        who = f"{booking['reference']} ({booking['state']})"
        if booking["state"] in LIVE and not outcomes.intersection(
                ("held", "sold", *UNSURE)):
            yield f"I3 {who}: nobody was told"
        if booking["state"] == "confirmed" and not outcomes.intersection(
                ("sold", *UNSURE)):
            yield f"I3 {who}: confirmed, and nobody was told"
        asked = {r["what"] for r in records}
        if booking["state"] == "released" and "release" not in asked:
            yield f"I10 {who}: nobody released it"


def check_given_back(history, books):
    """I10: counters are what they count, and what ended holds nothing."""
    for tier, row in books.tiers.items():
        if row["held"] != books.of_tier(tier, ("held", "paying")):
            yield f"I10 {tier}: held says {row['held']}"
        if row["sold"] != books.of_tier(tier, ("confirmed",)):
            yield f"I10 {tier}: sold says {row['sold']}"
    for booking in books.bookings.values():
        if booking["state"] not in LIVE and booking["live"]:
            yield f"I10 {booking['reference']}: ended, but has places"


def check_money(history, books):
    """I6: what costs something is paid for once."""
    for booking in books.bookings.values():
        due = booking["state"] == "confirmed" and booking["total"] > 0
        if booking["captures"] != int(due):
            yield (f"I6 {booking['reference']} ({booking['state']}): "
                   f"{booking['captures']} captures")


def check_refusals(history, books):
    """Nobody was refused while there were certainly enough places."""
    spans = collections.defaultdict(list)
    for records in by_key(history).values():
        if all(r["outcome"] == "refused" and r["kind"] not in HAD_PLACES
               for r in records):
            continue
        ends = [r["ended"] for r in records if r["outcome"] == "released"]
        spans[tier_of(records[0])].append(
            (min(r["begun"] for r in records),
             min(ends) if ends else float("inf"), records[0]["quantity"]))
    for record in history:
        # At a waiting list, what is free may be somebody's who waits.
        if record.get("kind") != "SoldOutError" or (
                record["event"].startswith("line-")):
            continue
        tier = tier_of(record)
        taken = sum(quantity for begun, ended, quantity in spans[tier]
                    if begun <= record["ended"] and ended >= record["begun"])
        if taken + record["quantity"] <= books.tiers[tier]["capacity"]:
            yield f"R21 {record['client']}: refused with places left"


def check_odd(history, books):
    """Answers that mean nothing, or that never came."""
    last = {}
    for record in history:
        if record["outcome"] == "odd":
            yield f"odd {record['client']}: {record['status']}"
        if record["outcome"] == "unknown":
            last.setdefault(record["key"], record)
    for key, records in by_key(history).items():
        if all(r["outcome"] == "unknown" for r in records):
            yield (f"odd {records[0]['client']}: never answered, "
                   f"{last[key]['status']}")


CHECKS = (check_stock, check_moments, check_answers, check_keys, check_asked,
          check_given_back, check_money, check_refusals, check_odd)


def check(history, waiting, database):
    books = Books(database)
    return ([finding for one in CHECKS for finding in one(history, books)]
            + seats.check(history, database)
            + line.check(waiting, history, database))


# ---- the checker's own test ----

ANY_SOLD = "(SELECT id FROM booking WHERE state = 'confirmed' LIMIT 1)"
PLANTED = {
    "I1": "UPDATE tier SET capacity = held + sold - 1 WHERE held + sold > 0",
    "I3": f"UPDATE booking SET state = 'expired' WHERE id = {ANY_SOLD}",
    "I3 ": f"DELETE FROM booking WHERE id = {ANY_SOLD}",
    "I4": "UPDATE booking SET form_key = (SELECT form_key FROM booking"
          f" WHERE id = {ANY_SOLD}) WHERE id IN (SELECT id FROM booking"
          " WHERE state = 'confirmed' LIMIT 2)",
    "I6": "INSERT INTO payment_attempt (booking_id, gateway,"
          " idempotency_key, amount, currency, state, created_at,"
          " settled_at) SELECT booking_id, gateway, 'again', amount,"
          " currency, state, created_at, settled_at FROM payment_attempt"
          " WHERE state = 'captured' LIMIT 1",
    "I10": "UPDATE tier SET held = held + 1",
    "I10 ": "UPDATE booking_item SET is_live = 1 WHERE booking_id IN"
            " (SELECT id FROM booking WHERE state IN ('released', 'failed'))",
    "R21": "UPDATE tier SET capacity = capacity + 100000",
}


def plant(source, statement):
    """A copy of the database with a fault that its rules would refuse."""
    database = sqlite3.connect(":memory:")
    source.backup(database)
    database.execute("PRAGMA ignore_check_constraints = ON")
    for index in SEAT_RULES:
        database.execute(f"DROP INDEX {index}")
    if "form_key" in statement:
        relax_form_key(database)
    return database, database.execute(statement).rowcount


def relax_form_key(database):
    """Without its UNIQUE a table can hold the fault."""
    database.executescript("""
        CREATE TABLE copy AS SELECT * FROM booking;
        DROP TABLE booking; ALTER TABLE copy RENAME TO booking""")


def planted_missed(history, waiting, database):
    """Which planted faults the checker fails to see. What the race did not
    bring about cannot be planted, and is passed over."""
    missed = []
    for name, statement in (*PLANTED.items(), *seats.PLANTED.items(),
                            *line.PLANTED.items()):
        copied, changed = plant(database, statement)
        found = check(history, waiting, copied)
        copied.close()
        if changed and not any(f.startswith(name.strip()) for f in found):
            missed.append(f"{name.strip()}: {statement}")
    liar = copy.deepcopy(history)
    for record in liar:
        if record["outcome"] == "released":
            record["outcome"] = "sold"
            if not any(f.startswith("I3")
                       for f in check(liar, waiting, database)):
                missed.append("I3: a sale that never was")
            break
    return missed


def check_all(site, history, waiting):
    """Findings, and planted faults that were missed."""
    database = sqlite3.connect(":memory:")
    with_log = sqlite3.connect(f"file:{site.database}?mode=ro", uri=True)
    with_log.backup(database)
    with_log.close()
    findings = check(history, waiting, database)
    own = subprocess.run([site.build / "campuspass", "--data", site.data,
                          "check"], capture_output=True, text=True,
                         check=False)
    if own.returncode:
        findings += [f"check {line}" for line in own.stdout.splitlines()]
        findings += [f"check {line}" for line in own.stderr.splitlines()]
    missed = [] if findings else planted_missed(history, waiting, database)
    return findings, missed
