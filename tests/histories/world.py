"""A site whose events are soon sold out, its people, and its clock."""

import html
import os
import pathlib
import re
import sqlite3
import sys
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "race"))

import race                # noqa: E402
from website import Site  # noqa: E402

DAY = 86400
PASSWORD = "seven brass kettles"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# event: its tiers, with price, capacity and rows of seats
EVENTS = {
    "show": {"vip": "45,3,", "general": "15,5,", "free": "0,3,"},
    "hall": {"vip": "45.01,,A1-A5", "general": "15.03,,B1-B6"},
    "line": {"regular": "15,2,"},
}
SETTINGS = """
UPDATE event SET one_booking_each = 0 WHERE slug <> 'line';
UPDATE event SET refund_full_days = 6, refund_part_days = 2,
  refund_part_percent = 33, door_rule = 'reentry' WHERE slug = 'hall';
UPDATE catalogue SET version = version + 1;
"""
PROGRAMS = ("/terms", "/book/line", "/checkout/X", "/tickets", "/door",
            "/account/login", "/admin", "/api/events")


class Finding(Exception):
    """What must not be; its text begins with the invariant."""


class Person(race.Browser):
    """bookings: their references, as this one was told."""

    def __init__(self, site, name):
        super().__init__(site, race.History(), name)
        self.email, self.bookings = f"{name}@example.org", []
        self.status, self.location, self.page = 0, "", ""

    def asked(self, method, path, headers, body=None):
        self.status, self.location, self.page = self.ask(
            method, path, headers, body)
        if self.status == 0 or self.status >= 500 and not (
                self.status == 502 and "PaymentError" in self.page):
            raise Finding(f"{method} {path}: {self.status} {self.page[-300:]}")
        told = re.search(r"/(?:checkout|tickets)/([0-9A-Z]{10})(?!\w)",
                         self.location)
        if told and told[1] not in self.bookings:
            self.bookings.append(told[1])

    def open(self, path):
        """A page, or where it leads; whom a clock has signed out signs in."""
        self.asked("GET", path, {})
        if self.location.startswith("/account/login"):
            self.asked("GET", "/account/login", {})
            self.send("/account/login", login=self.name, password=PASSWORD)
            self.asked("GET", path, {})
        elif self.status in (302, 303):
            self.asked("GET", self.location, {})
        return self.page

    def send(self, path, **fields):
        """A form of the page last opened: its hidden fields and these. Was it
        taken?"""
        kept = dict.fromkeys(re.findall(
            r'type="hidden" name="(\w+)" value="([^"]*)"', self.page))
        pairs = [(name, html.unescape(value)) for name, value in kept
                 if name not in fields]
        pairs += [pair for pair in fields.items() if pair[1] is not None]
        self.asked("POST", path, FORM, urllib.parse.urlencode(pairs, True))
        return self.status == 303

    def seats(self):
        """Of the page's map: mine, and the free ones."""
        found = re.findall(r'name="seat" value="(\w+)"([^>]*)>', self.page)
        return ([seat for seat, rest in found if "checked" in rest],
                [seat for seat, rest in found
                 if "checked" not in rest and "disabled" not in rest])


class World:
    """spoil: what is done to the database, and must be found."""

    def __init__(self, build, dice, spoil=""):
        self.site = Site(build, folder="/dev/shm" if os.path.isdir(
            "/dev/shm") else None)
        with open(self.site.data / "campuspass.conf", "a") as conf:
            conf.write("gateways = campuspay campuspay_page later\n")
        self.orders = []  # who was sent to the gateway's page, and its path
        self.begin = (int(time.time()) // DAY + 1) * DAY + 10 * 3600
        self.set_clock(self.begin)
        self.make_events(dice)
        self.guests = [self.member("user", "mia"), self.member("user", "max")]
        self.guests += [Person(self.site, f"guest-{n}") for n in range(3)]
        self.staff = self.member("admin", "olga")
        database = sqlite3.connect(self.site.database)
        database.executescript(SETTINGS + spoil)
        database.close()

    def start(self):
        """Until each program answers."""
        self.site.start()
        for path in PROGRAMS:
            self.staff.get(path)
        self.go_to(self.now)

    def end(self):
        self.site.stop()
        self.site.remove()

    def member(self, role, name):
        self.site.command("user", "add", "--role", role, "--username", name,
                          "--email", f"{name}@example.org",
                          "--password-stdin", text=PASSWORD + "\n")
        return Person(self.site, name)

    def make_events(self, dice):
        lines = ["event,title,type,venue,start,end,tier,tier_title,price,"
                 "capacity,rows"]
        for event, tiers in EVENTS.items():
            day = time.strftime("%Y-%m-%d", time.gmtime(
                self.begin + dice.choice((3, 6, 9)) * DAY))
            lines += [f"{event},{event},other,Track,{day} 18:00,{day} 22:00,"
                      f"{tier},{tier},{rest}" for tier, rest in tiers.items()]
        csv = self.site.home / "events.csv"
        csv.write_text("\n".join(lines) + "\n")
        self.site.command("import", str(csv))

    def set_clock(self, moment):
        self.now = moment
        new = self.site.data / "clock.new"
        new.write_text(f"@{moment}")
        new.rename(self.site.data / "clock")

    def go_to(self, moment):
        """Members whose session ends with that sign in again."""
        self.set_clock(moment)
        for person in (*self.guests[:2], self.staff):
            person.open("/account")

    def rows(self, *query):
        database = sqlite3.connect(f"file:{self.site.database}?mode=ro",
                                   uri=True, timeout=30)
        database.row_factory = sqlite3.Row
        found = [dict(row) for row in database.execute(*query)]
        database.close()
        return found

    def booking(self, dice, where):
        """One of the guests' bookings, and whose it is, or nothing. Rather one
        with other seats that wait for their money."""
        found = [(guest, row) for row in self.rows(f"""
            SELECT b.*, e.slug, EXISTS (SELECT 1 FROM booking c WHERE
              c.changes_id = b.id AND c.state IN ('held', 'paying')) AS changes
            FROM booking b JOIN event e ON e.id = b.event_id
            WHERE {where} ORDER BY b.id""")
            for guest in self.guests if row["reference"] in guest.bookings]
        rather = [one for one in found if one[1]["changes"]]
        if rather and dice.random() < 0.5:
            found = rather
        return dice.choice(found) if found else None
