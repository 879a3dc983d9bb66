"""The books after each step: `campuspass check` proves I1, I2, I6 and I7; here
I5 by booking, I8 to I11; and every few steps what pages, CSV and JSON say."""

import collections
import csv
import json
import time

from world import DAY

VALID = ("active", "used", "expired")
TABLES = ("booking", "ticket", "payment_attempt", "refund", "ledger", "tier",
          "event", "scan")
# Where a state may lead. Money that comes late confirms a booking after all;
# of a ticket that was given back more may come back later.
LATE = ("confirmed", "captured")
NEXT = {"confirmed": ("cancelled",), "cancelled": ("refunded",),
        "released": LATE, "expired": LATE, "failed": LATE, "captured": (),
        "refunded": ()}


def read(world):
    """{table: {id: row}}"""
    return {table: {row["id"]: row for row in
                    world.rows(f"SELECT * FROM {table}")} for table in TABLES}


def check_money(books, now):
    """I5: what came and stays is what tickets of a booking are worth, those of
    its changes with it; only a confirmed one has valid ones."""
    bookings = books["booking"]
    left, valid = collections.Counter(), set()
    for sign, rows in ((1, books["payment_attempt"]), (-1, books["refund"])):
        for row in rows.values():
            whole = bookings[row["booking_id"]]["changes_id"]
            if sign < 0 or row["state"] == "captured":
                left[whole or row["booking_id"]] += sign * row["amount"]
    for ticket in books["ticket"].values():
        left[ticket["booking_id"]] -= (
            ticket["price"] - ticket["refunded"] + ticket["kept"])
        if ticket["status"] in VALID:
            valid.add(ticket["booking_id"])
    for key, booking in bookings.items():
        if left[key]:
            yield f"I5 {booking['reference']}: {left[key]} too much"
        if (key in valid) != (booking["state"] == "confirmed"
                              and not booking["changes_id"]):
            yield f"I5 {booking['reference']}: tickets of {booking['state']}"


def check_places(books, now):
    """I8, I10: holds end, and places come back once."""
    sold = collections.Counter(t["tier_id"] for t in books["ticket"].values()
                               if t["status"] in VALID)
    for key, tier in books["tier"].items():
        if tier["sold"] != sold[key]:
            yield f"I10 {tier['slug']}: {tier['sold']} sold, not {sold[key]}"
    for booking in books["booking"].values():
        if booking["state"] == "held" and booking["expires_at"] < now:
            yield f"I8 {booking['reference']}: held after its end"


def check_door(books, now):
    """I11: nobody is let in who is in; once, where that is the rule."""
    inside = collections.Counter()
    for scan in books["scan"].values():
        if scan["verdict"] == "admitted":
            rule = books["event"][scan["event_id"]]["door_rule"]
            inside[scan["ticket_id"]] += (
                1 if scan["type"] == "check_in" else -(rule == "reentry"))
            if inside[scan["ticket_id"]] > 1:
                yield f"I11 ticket {scan['ticket_id']}: let in twice"


def check_forward(before, books):
    """I7, I9: what is over stays over; the ledger only grows."""
    for table, column in (("booking", "state"), ("ticket", "status"),
                          ("payment_attempt", "state"), ("refund", "state")):
        for key, row in before[table].items():
            old, new = row[column], books[table][key][column]
            if new != old and new not in NEXT.get(old, (new,)):
                yield f"I9 {table} {key}: {old}, then {new}"
    for key, line in before["ledger"].items():
        if books["ledger"].get(key) != line:
            yield f"I7 line {key} of the ledger has changed"


def check(before, books, now):
    return [*check_forward(before, books), *check_money(books, now),
            *check_places(books, now), *check_door(books, now)]


# ---- what is shown of them ----


def minor(text):
    return round(float(text) * 100)


def read_csv(world, path):
    return list(csv.DictReader(
        world.staff.open(path).lstrip("\ufeff").splitlines()))


def check_event(world, books, event, places):
    """tickets.csv, availability.csv and the event's JSON, which leaves out
    what is for those who wait."""
    slug, tickets = event["slug"], [t for t in books["ticket"].values()
                                    if t["event_id"] == event["id"]]
    listed = {(r["code"], minor(r["price"]), minor(r["refunded"]))
              for r in read_csv(world, f"/admin/events/{slug}/tickets.csv")}
    if listed != {(t["code"], t["price"], t["refunded"]) for t in tickets}:
        yield f"tickets.csv of {slug} has {listed}"
    shown = json.loads(world.guests[-1].open(f"/events/{slug}.json"))["tiers"]
    waits = world.rows("SELECT id FROM queue_entry WHERE state = 'waiting'"
                       " AND event_id = ?", (event["id"],))
    for tier in books["tier"].values():
        if tier["event_id"] == event["id"]:
            free = tier["capacity"] - tier["sold"] - tier["held"]
            says = (shown[tier["slug"]]["remaining"],
                    places.get((slug, tier["slug"]), str(free)))
            if says[1] != str(free) or says[0] != free and not waits:
                yield f"{slug} {tier['slug']}: {free} free, shown {says}"


def check_reports(world, books):
    first, last = (time.strftime("%Y-%m-%d", time.gmtime(moment + days * DAY))
                   for moment, days in ((world.begin, -1), (world.now, 1)))
    rows = read_csv(world, f"/admin/reports.csv?from={first}&to={last}")
    for name, account in (("gross", "sales"), ("refunds", "refunds")):
        shown = sum(minor(row[name]) for row in rows)
        lines = abs(sum(line["amount"] for line in books["ledger"].values()
                        if line["account"] == account))
        if shown != lines:
            yield f"reports.csv {name}: {shown}, not {lines}"


def check_guest(guest, books):
    """Everybody has what is theirs under "My tickets"."""
    page = guest.open("/tickets")
    for booking in books["booking"].values():
        reference = booking["reference"]
        if (reference not in guest.bookings or booking["changes_id"]
                or booking["state"] != "confirmed"):
            continue
        if reference not in page:
            yield f"My tickets of {guest.name}: without {reference}"
        shown = guest.open(f"/tickets/{reference}")
        for ticket in books["ticket"].values():
            if (ticket["booking_id"] == booking["id"]
                    and ticket["status"] == "active"
                    and not ticket["passed_on_at"]
                    and ticket["code"] not in shown):
                yield f"{reference} of {guest.name}: no {ticket['code']}"


def check_shown(world, books):
    places = {(r["event"], r["type"]): r["remaining"]
              for r in read_csv(world, "/admin/availability.csv")}
    found = [*check_reports(world, books)]
    for event in books["event"].values():
        found += check_event(world, books, event, places)
    for guest in world.guests:
        found += check_guest(guest, books)
    return found
