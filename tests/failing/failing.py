#!/usr/bin/env python3
"""Each statement of the database fails once, at each request of a script.

    failing.py --url URL --data DIR --orders FILE --tool CAMPUSPASS SCRIPT ...

The site runs with tests/torture/shim.c before it, which takes orders from
FILE: let the n-th statement from now on fail. A request is made with its
first statement failing, then its second, and so on until it goes through. One
that changes things is made again each time after it has failed, and what it
did is then undone (the database is put back as it was), so that each failure
meets the same site. Then each COMMIT of it is done and says that it failed.

What must be after each failure: the answer is 503, or the same as without it
(the statement did not matter); the page tells nothing of the inside; the
database is sound; the same request goes through now.

SCRIPT, a line each; FORM is percent-encoded, and gets the hidden csrf_token
and form_key of the page that WHO has looked at last:

    WHO get PATH
    WHO post PATH [FORM]
    WHO file PATH NAME=FILE [FORM]    a form with a file
    WHO json METHOD PATH [JSON]       with WHO's bearer token
    tool ARGUMENTS                    the operator's command, in the same way
    run ARGUMENTS                     the same, once
    sql STATEMENT                     sets a scene
    clock SECONDS                     the programs' time goes on
    let NAME SELECT ...               <NAME> in later lines: its first value,
                                      asked for when it is used

A line that begins with blanks goes on with the one before. Prints what is
wrong, and last how many statements have failed.
"""

import argparse
import collections
import http.client
import json
import mmap
import os
import pathlib
import re
import shlex
import sqlite3
import struct
import subprocess
import sys
import time
import urllib.parse

MOST = 400  # statements of a request

# What must never be; each gives rows that name what is wrong.
UNSOUND = {
    "more sold and held than there is":
        "SELECT id FROM tier WHERE sold + held > capacity",
    "sold is not what tickets say":
        """SELECT id FROM tier t WHERE sold <> (SELECT count(*) FROM ticket k
           WHERE k.tier_id = t.id
           AND k.status IN ('active', 'used', 'expired'))""",
    "held is not what bookings say":
        """SELECT id FROM tier t WHERE held <> coalesce((
           SELECT sum(i.quantity) FROM booking_item i JOIN booking b
           ON b.id = i.booking_id WHERE i.tier_id = t.id AND i.is_live = 1
           AND b.state IN ('held', 'paying')), 0)""",
    "a seat sold twice":
        """SELECT seat_id FROM booking_item WHERE is_live = 1
           AND seat_id IS NOT NULL GROUP BY seat_id HAVING count(*) > 1""",
    "confirmed without its tickets":
        """SELECT reference FROM booking b WHERE state = 'confirmed'
           AND changes_id IS NULL AND quantity <> (SELECT count(*)
           FROM ticket k WHERE k.booking_id = b.id)""",
    "confirmed without a mail":
        """SELECT reference FROM booking b WHERE state = 'confirmed'
           AND email <> '' AND changes_id IS NULL AND NOT EXISTS (
           SELECT 1 FROM outbox WHERE booking_id = b.id
           AND kind = 'confirmed')""",
    "the ledger does not add up":
        """SELECT entry FROM ledger GROUP BY entry, currency
           HAVING sum(amount) <> 0""",
    "captured twice":
        """SELECT booking_id FROM payment_attempt a WHERE state = 'captured'
           AND amount > coalesce((SELECT sum(amount) FROM refund r
           WHERE r.payment_attempt_id = a.id AND r.state <> 'failed'), 0)
           GROUP BY booking_id HAVING count(*) > 1""",
    "refunded more than captured":
        """SELECT id FROM payment_attempt a WHERE amount < (
           SELECT sum(amount) FROM refund r
           WHERE r.payment_attempt_id = a.id AND r.state <> 'failed')""",
}

INSIDE = re.compile(r"sqlite|SELECT |INSERT |disk I/O|/campuspass\.db", re.I)


class Orders:
    """The file that the shim reads."""

    def __init__(self, path):
        path.write_bytes(struct.pack("iii", 0, 0, 0))
        with path.open("r+b") as file:
            self.memory = mmap.mmap(file.fileno(), 12)

    def arm(self, countdown, is_late=False):
        self.memory[:] = struct.pack("iii", countdown, is_late, 0)

    def disarm(self):
        """How many have failed since."""
        fired = struct.unpack("iii", self.memory[:])[2]
        self.memory[:] = struct.pack("iii", 0, 0, 0)
        return fired


Answer = collections.namedtuple("Answer", "status location body")


class Browser:
    def __init__(self, url):
        self.host = urllib.parse.urlsplit(url).netloc
        self.connection = http.client.HTTPConnection(self.host, timeout=30)
        self.cookies = {}
        self.bearer = ""
        self.page = ""

    def hidden(self, name):
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        return found.group(1) if found else ""

    def ask(self, method, path, body=None, kind=""):
        headers = {"Cookie": "; ".join(
            f"{name}={value}" for name, value in self.cookies.items())}
        if kind:
            headers["Content-Type"] = kind
        if self.bearer:
            headers["Authorization"] = f"Bearer {self.bearer}"
        for _ in range(2):
            try:
                self.connection.request(method, path, body, headers)
                response = self.connection.getresponse()
                text = response.read().decode("utf-8", "replace")
                break
            except (http.client.HTTPException, ConnectionError):
                self.connection.close()  # one that was kept, and is over
        else:
            return Answer(0, "", "no answer")
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                name, _, value = value.partition(";")[0].partition("=")
                self.cookies[name] = value
        if method == "GET" and response.status == 200:
            self.page = text
        return Answer(response.status, response.getheader("Location", ""),
                      text)


class Walk:
    def __init__(self, options):
        self.options = options
        self.orders = Orders(options.orders)
        self.browsers = {}
        self.names = {}
        self.db = sqlite3.connect(options.data / "campuspass.db",
                                  isolation_level=None, timeout=10)
        self.db.execute("PRAGMA foreign_keys = ON")
        self.failures, self.wrong = 0, 0
        self.line = ""

    def say(self, what):
        self.wrong += 1
        print(f"{self.line}\n    {what}")

    # ---- the database ----

    def keep(self):
        copy = sqlite3.connect(":memory:")
        self.db.backup(copy)
        return copy

    def put_back(self, copy):
        """No program may take what was for what is: the version rises."""
        version = self.db.execute("SELECT version FROM catalogue").fetchone()
        copy.backup(self.db)
        self.db.execute("UPDATE catalogue SET version = ?",
                        (version[0] + 1,))

    def look(self, when):
        for words, query in UNSOUND.items():
            for row in self.db.execute(query):
                self.say(f"{when}: {words}: {row[0]}")

    # ---- trying ----

    def tries(self, is_late):
        """Each n, with its statement armed, until one goes through."""
        for number in range(1, MOST):
            self.orders.arm(number, is_late)
            yield number
        self.say(f"{MOST} statements")

    def judge(self, when, answer, status):
        if answer.status not in (503, status):
            self.say(f"{when}: {answer.status}, not 503 or {status}: " +
                     " ".join(re.sub("<[^>]*>", " ", answer.body).split())
                     [:200])
        if INSIDE.search(re.sub("<[^>]*>", " ", answer.body)):
            self.say(f"{when}: the page tells of the inside")

    def read(self, call):
        answers = []
        for _ in self.tries(False):
            answer = call()
            if not self.orders.disarm():
                break
            answers.append(answer)
        self.failures += len(answers)
        for number, failed in enumerate(answers):
            self.judge(f"statement {number + 1}", failed, answer.status)
        return answer

    def change(self, call, remember, recall):
        """`call` is done; what else it has changed goes with `recall`."""
        before, place = self.keep(), remember()
        failed = []
        for is_late in (False, True):
            for number in self.tries(is_late):
                answer = call()
                if not self.orders.disarm():
                    break
                when = ("late COMMIT" if is_late else "statement") + \
                    f" {number}"
                self.look(when)
                failed.append((when, answer, call()))
                self.look(f"{when}, and again")
                recall(place)
                self.put_back(before)
            if not is_late:
                recall(place)
                self.put_back(before)
        before.close()
        self.failures += len(failed)
        for when, first, second in failed:
            self.judge(when, first, answer.status)
            if second.status != answer.status:
                self.say(f"{when}: then {second.status}, not "
                         f"{answer.status} {second.location}: " + " ".join(
                             re.sub("<[^>]*>", " ", second.body).split())
                         [:300])
        return answer

    # ---- the script's words ----

    def fill(self, text):
        def value(match):
            query = self.names.get(match.group(1))
            if not query:
                return match.group(0)
            row = self.db.execute(query).fetchone()
            if not row:
                raise SystemExit(f"{self.line}\n    <{match.group(1)}> is "
                                 "nothing")
            return str(row[0])
        return re.sub(r"<(\w+)>", value, text)

    def browser(self, who):
        if who not in self.browsers:
            self.browsers[who] = Browser(self.options.url)
        return self.browsers[who]

    def send(self, browser, *request):
        def recall(place):
            browser.cookies = dict(place)
        return self.change(lambda: browser.ask(*request),
                           lambda: dict(browser.cookies), recall)

    def get(self, browser, path):
        return self.read(lambda: browser.ask("GET", path))

    def fields(self, browser, form):
        names = urllib.parse.parse_qsl(form, keep_blank_values=True)
        given = {name for name, _ in names}
        return [(name, browser.hidden(name))
                for name in ("csrf_token", "form_key")
                if name not in given] + names

    def post(self, browser, path, form=""):
        return self.send(
            browser, "POST", path,
            urllib.parse.urlencode(self.fields(browser, form)),
            "application/x-www-form-urlencoded")

    def file(self, browser, path, file, form=""):
        name, _, source = file.partition("=")
        parts = b"".join(
            f'--x\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n'
            f"{value}\r\n".encode()
            for key, value in self.fields(browser, form))
        parts += (f'--x\r\nContent-Disposition: form-data; name="{name}"; '
                  'filename="file"\r\nContent-Type: image/jpeg\r\n\r\n'
                  ).encode()
        return self.send(
            browser, "POST", path, parts + pathlib.Path(source).read_bytes()
            + b"\r\n--x--\r\n", "multipart/form-data; boundary=x")

    def json(self, browser, method, path, body="{}"):
        if method == "GET":
            return self.get(browser, path)
        answer = self.send(browser, method, path, body, "application/json")
        if path == "/auth/login":
            browser.bearer = json.loads(answer.body)["access_token"]
        return answer

    def run_tool(self, arguments):
        words = shlex.split(arguments)
        done = subprocess.run(
            [self.options.tool, "--data", self.options.data, *words],
            input="seven brass kettles\n", capture_output=True, text=True,
            check=False, env={
                **os.environ, "LD_PRELOAD": str(self.options.shim),
                "SHIM_ORDERS": str(self.options.orders)})
        # A status that judge() knows.
        status = {0: 200, 1: 503}.get(done.returncode, done.returncode)
        return Answer(status, "", "")

    def tool(self, arguments):
        return self.change(lambda: self.run_tool(arguments), lambda: None,
                           lambda place: None)

    def clock(self, seconds):
        file = self.options.data / "clock"
        now = int(file.read_text()) if file.exists() else 0
        fresh = self.options.data / "clock.new"
        fresh.write_text(f"{now + int(seconds)}\n")
        fresh.rename(file)

    def do(self, line):
        who, _, rest = line.partition(" ")
        if who == "let":
            name, _, query = rest.partition(" ")
            self.names[name] = query
            return
        rest = self.fill(rest)
        self.line = f"{who} {rest}"
        if who == "tool":
            answer = self.tool(rest)
        elif who == "run":
            answer = self.run_tool(rest)
        elif who == "sql":
            self.db.execute(rest)
            self.db.execute("UPDATE catalogue SET version = version + 1")
            return
        elif who == "clock":
            self.clock(rest)
            return
        else:
            word, *parts = rest.split(" ", 3 if " json " in line[:40] else 2)
            what = {"get": self.get, "post": self.post, "file": self.file,
                    "json": self.json}[word]
            answer = what(self.browser(who), *parts)
        if answer.status >= 400:
            self.say(f"{answer.status}: " + " ".join(
                re.sub("<[^>]*>", " ", answer.body).split())[:600])

    def play(self, script):
        text = re.sub(r"^#.*\n", "", script.read_text(), flags=re.M)
        text = re.sub(r"\n[ \t]+", " ", text)
        for line in text.splitlines():
            if not line.strip():
                continue
            before, began = self.failures, time.monotonic()
            self.do(line.strip())
            if self.options.verbose:
                print(f"# {time.monotonic() - began:5.2f} s "
                      f"{self.failures - before:3} {self.line[:90]}",
                      flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    for name in ("data", "orders", "tool", "shim"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("scripts", type=pathlib.Path, nargs="+")
    options = parser.parse_args()
    walk = Walk(options)
    for script in options.scripts:
        walk.play(script)
    print(f"{walk.failures} statements failed, {walk.wrong} wrong")
    sys.exit(1 if walk.wrong else 0)


if __name__ == "__main__":
    main()
