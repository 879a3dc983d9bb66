"""Rounds with reserved seating: everybody wants the same few seats; and the
checks of them, I2 and R27."""

import collections

# tier: price and rows, each of so many of a hundred buyers' seats
TIERS = {"front": ("45", "A"), "back": ("15", "B")}
LIVE = ("held", "paying", "confirmed")


def rows_of(buyers):
    """How many seats a row has: one for every sixth buyer."""
    return max(3, buyers // 6)


def csv_lines(buyers, number, day):
    for tier, (price, row) in TIERS.items():
        yield (f"seats-{number},Seats {number},theatre,House,{day} 18:00,"
               f"{day} 22:00,{tier},{tier},{price},,"
               f"{row}1-{row}{rows_of(buyers)}")


def add_wish(order, dice, number, buyers):
    """Change a general order into one for seats, by name or the best ones.
    Seats beside each other, mostly those in front, as people do."""
    tier = dice.choice(list(TIERS))
    order.update(event=f"seats-{number}", tier=tier)
    if order["face"] == "api" or dice.random() < 0.3:
        return
    most = rows_of(buyers)
    first = min(int(dice.triangular(1, most, 1)), most)
    last = min(first + order["quantity"] - 1, most)
    order["seats"] = [f"{TIERS[tier][1]}{n}" for n in range(first, last + 1)]
    order["quantity"] = len(order["seats"])


# ---- the checks ----


def read_seats(database):
    """Of each booking with seats: its key, state and seats."""
    found = {}
    for row in database.execute("""
            SELECT b.reference, b.form_key, b.state, i.is_live, e.slug,
              s.row_name || s.number, (SELECT count(*) FROM ticket k
                WHERE k.booking_id = b.id AND k.seat_id = s.id
                AND k.status IN ('active', 'used', 'expired'))
            FROM booking b JOIN booking_item i ON i.booking_id = b.id
            JOIN seat s ON s.id = i.seat_id JOIN event e
              ON e.id = s.event_id"""):
        booking = found.setdefault(row[0], {
            "reference": row[0], "key": row[1], "state": row[2],
            "event": row[4], "seats": set(), "live": set(), "tickets": []})
        booking["seats"].add(row[5])
        if row[3]:
            booking["live"].add(row[5])
        booking["tickets"] += [row[5]] * row[6]
    return found


def check_owners(history, bookings):
    """I2 in the end: a seat has one live booking and one ticket at most."""
    owners = collections.Counter()
    tickets = collections.Counter()
    for booking in bookings.values():
        if booking["state"] in LIVE:
            owners.update((booking["event"], s) for s in booking["live"])
        tickets.update((booking["event"], s) for s in booking["tickets"])
        if booking["state"] not in LIVE and booking["live"]:
            yield f"I10 {booking['reference']}: ended, but has seats"
        if booking["state"] == "confirmed" and (
                sorted(booking["tickets"]) != sorted(booking["live"])):
            yield f"I2 {booking['reference']}: tickets of other seats"
    for name, counts in (("bookings", owners), ("tickets", tickets)):
        for seat, count in counts.items():
            if count > 1:
                yield f"I2 {seat}: {count} live {name}"


def check_wishes(history, bookings):
    """I3: who picked seats by name has these, or was told why not."""
    for record in history:
        if "seats" not in record or record["outcome"] not in ("held", "sold"):
            continue
        booking = bookings.get(record["reference"])
        if not booking or booking["seats"] != set(record["seats"]):
            kept = booking and sorted(booking["seats"])
            yield f"I3 {record['client']}: {record['seats']}, kept {kept}"


def spans_of(history, bookings):
    """For each seat, when somebody may have had it: begun, ended."""
    of_key = {b["key"]: b for b in bookings.values()}
    groups = collections.defaultdict(list)
    for record in history:
        groups[record["key"]].append(record)
    spans = collections.defaultdict(list)
    for key, records in groups.items():
        if key not in of_key:
            continue
        ends = [r["ended"] for r in records if r["outcome"] == "released"]
        booking = of_key[key]
        for seat in booking["seats"]:
            spans[booking["event"], seat].append(
                (min(r["begun"] for r in records),
                 min(ends) if ends else float("inf"), key))
    return spans


def check_taken(history, bookings):
    """R27: nobody was told "taken" of seats that were certainly free."""
    spans = spans_of(history, bookings)
    for record in history:
        if record.get("kind") != "SeatTakenError":
            continue
        if not any(begun <= record["ended"] and ended >= record["begun"]
                   for seat in record.get("seats", ())
                   for begun, ended, _ in spans[record["event"], seat]):
            yield f"R27 {record['client']}: {record.get('seats')} were free"


def check_moments(history, bookings):
    """I2 at every moment: two had certainly the same seat at once."""
    had = collections.defaultdict(list)
    for key, records in group_told(history).items():
        booking = bookings.get(records[0]["reference"])
        gone = [r["begun"] for r in records if r["what"] == "release"]
        since = min(r["ended"] for r in records)
        until = min(gone, default=float("inf"))
        for seat in booking["seats"] if booking else ():
            if since < until:
                had[booking["event"], seat].append((since, until, key))
    for seat, times in had.items():
        times.sort()
        for one, other in zip(times, times[1:]):
            if other[0] < one[1]:
                yield f"I2 {seat}: promised to two at one moment"


def group_told(history):
    """By key, those that were told they hold seats, with their releases."""
    groups = collections.defaultdict(list)
    for record in history:
        if record["event"].startswith("seats-") and "reference" in record:
            groups[record["key"]].append(record)
    return {key: records for key, records in groups.items()
            if any(r["outcome"] in ("held", "sold") for r in records)}


CHECKS = (check_owners, check_wishes, check_taken, check_moments)

# Faults to plant in the database, by the finding that they must lead to.
PLANTED = {
    "I2": "UPDATE booking_item SET seat_id = (SELECT seat_id FROM booking_item"
          " WHERE is_live = 1 AND seat_id IS NOT NULL LIMIT 1)"
          " WHERE id IN (SELECT min(i.id) FROM booking_item i JOIN booking b"
          " ON b.id = i.booking_id WHERE i.seat_id IS NOT NULL"
          " AND i.is_live = 1 AND b.state IN ('held', 'confirmed') GROUP BY b.id LIMIT 2)",
    "I2 ": "UPDATE ticket SET seat_id = (SELECT max(seat_id) FROM ticket)"
           " WHERE id = (SELECT id FROM ticket WHERE seat_id <"
           " (SELECT max(seat_id) FROM ticket) AND status IN ('active',"
           " 'used') LIMIT 1)",
    "I3": "UPDATE booking_item SET seat_id = seat_id + 1"
          " WHERE is_live = 1 AND seat_id IS NOT NULL",
}


def check(history, database):
    bookings = read_seats(database)
    return [finding for one in CHECKS for finding in one(history, bookings)]
