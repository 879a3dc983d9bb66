"""A rush: many people at once want the last places of an event, through the
real pages: the form, the hold, the checkout. Prints what they were told and
checks that nothing was oversold."""

import collections
import http.client
import re
import sqlite3
import statistics
import threading
import time
import urllib.parse

HIDDEN = re.compile(r'name="(csrf_token|form_key)" value="([^"]*)"')


class Person:
    """A browser without scripts; each answer's status and time are noted."""

    def __init__(self, rush, number):
        self.rush, self.number = rush, number
        self.cookies, self.body, self.location = {}, "", ""
        self.line = None

    def ask(self, method, path, fields=None):
        headers = {"Cookie": "; ".join(
            f"{k}={v}" for k, v in self.cookies.items())}
        body = None
        if fields is not None:
            hidden = dict(HIDDEN.findall(self.body))
            body = urllib.parse.urlencode({**hidden, **fields})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        begun = time.perf_counter()
        self.line = self.line or http.client.HTTPConnection(
            "127.0.0.1", self.rush.port, timeout=60)
        try:
            self.line.request(method, path, body, headers)
            answer = self.line.getresponse()
            self.body = answer.read().decode()
        except (OSError, http.client.HTTPException):
            self.line.close()
            self.line = None
            self.rush.note("no answer", 0)
            return 0
        self.rush.note(answer.status, time.perf_counter() - begun)
        self.location = answer.headers.get("Location", "")
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status

    def buy(self):
        """True: they have a ticket."""
        page = f"/book/{self.rush.event}"
        if self.ask("GET", page) != 200 or "form_key" not in self.body:
            return False
        if self.ask("POST", page, {
                "tier": "free", "quantity": "1", "name": "R",
                "email": f"rush-{self.number}@example.org"}) != 303:
            return False
        checkout = self.location
        return self.ask("GET", checkout) == 200 and self.ask(
            "POST", checkout, {"terms": "yes"}) == 303


class Rush:
    """`people` with `clients` of them asking at any moment."""

    def __init__(self, site, event, people, clients):
        self.port, self.event = site.port, event
        self.database = site.database
        self.clients = clients
        self.left = iter(range(people))
        self.lock = threading.Lock()
        self.statuses = collections.Counter()
        self.times = []
        self.sold = 0

    def note(self, status, seconds):
        with self.lock:
            self.statuses[status] += 1
            self.times.append(seconds)

    def work(self):
        while True:
            with self.lock:
                number = next(self.left, None)
            if number is None:
                return
            person = Person(self, number)
            has_ticket = person.buy()
            if person.line:
                person.line.close()
            with self.lock:
                self.sold += has_ticket

    def run(self):
        threads = [threading.Thread(target=self.work)
                   for _ in range(self.clients)]
        begun = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.seconds = time.monotonic() - begun
        return self

    def p99(self):
        return statistics.quantiles(self.times, n=100)[98]

    def findings(self):
        """What must not be: lines, none when all is well."""
        database = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        capacity, sold, held, tickets = database.execute(
            "SELECT t.capacity, t.sold, t.held, (SELECT count(*) FROM ticket k"
            " WHERE k.tier_id = t.id AND k.status = 'active') FROM tier t"
            " JOIN event e ON e.id = t.event_id WHERE e.slug = ?",
            (self.event,)).fetchone()
        database.close()
        found = []
        if (sold, held) != (capacity, 0) or tickets != sold:
            found.append(f"{sold} sold, {held} held, {tickets} tickets of "
                         f"{capacity} places")
        if self.sold != sold:
            found.append(f"{self.sold} people have tickets, {sold} are sold")
        other = {s: n for s, n in self.statuses.items()
                 if s not in (200, 303, 409, 429, 503)}
        if other:
            found.append(f"answers: {other}")
        return found
