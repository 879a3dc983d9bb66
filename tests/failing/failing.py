#!/usr/bin/env python3
"""Each statement of the database fails once, at each request of a script.

    failing.py --url URL --data DIR --orders FILE --tool CAMPUSPASS SCRIPT ...

The site runs with tests/torture/shim.c before it, which takes orders from
FILE: let the n-th statement from now on fail. A request is made with its
first statement failing, then its second, and so on until it goes through, and
each that has begun then but never failed. One
that changes things is made again each time after it has failed, and what it
did is then undone (the database is put back as it was), so that each failure
meets the same site. Then each COMMIT of it is done and says that it failed.

What must be after each failure: the answer is 503, or the same as without it
(the statement did not matter); the page tells nothing of the inside; the
database is sound; the same request goes through now, unless it was done.

SCRIPT, a line each; FORM is percent-encoded, and gets what stands in HIDDEN of
the page that WHO has looked at last:

    WHO get PATH
    WHO visit PATH                    a get that changes things
    WHO post PATH [FORM]
    WHO file PATH NAME=FILE [FORM]    a form with a file
    WHO json METHOD PATH [JSON]       with WHO's bearer token
    tool ARGUMENTS                    the operator's command, in the same way
    run ARGUMENTS                     the same, once
    just REQUEST                      a line of these, once
    no REQUEST                        one that is refused in the end
    behave WORD                       how the simulated gateway answers: see
                                      lib/payment/campuspay.h; well: as ever
    sql STATEMENT                     sets a scene
    clock SECONDS                     the programs' time goes on
    clock monday                      to the next Monday, ten o'clock in UTC
    app WHO                           WHO's app gets the key of the page that
                                      WHO has looked at; <app> is its code
    conf KEY = VALUE                  a line of campuspass.conf
    let NAME SELECT ...               <NAME> in later lines: its first value,
                                      asked for when it is used; <location>
                                      is where the last answer leads to,
                                      <refresh> the last token of that name
    amid REQUEST || THINGS            something happens amid a request: see
                                      below

With "amid" a request waits before its first turn to write until THINGS (lines
as above, joined by " && ") have happened; then before its second turn, and so
on. It may be refused then, but no answer is an error of the programs, and the
database is sound. All is put back as it was.

A line that begins with blanks goes on with the one before. Prints what is
wrong, and last how many statements have failed.
"""

import argparse
import base64
import collections
import contextlib
import fcntl
import hashlib
import hmac
import http.client
import json
import mmap
import os
import pathlib
import re
import secrets
import shlex
import sqlite3
import struct
import subprocess
import sys
import threading
import time
import urllib.parse

LOGIN = "/account/login?"  # whoever is sent there is not signed in
MOST = 400  # statements, and turns, of a request
HIDDEN = ("csrf_token", "form_key", "version", "shown", "shown_difference",
          "shown_refund")

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
    """The file that the shim reads: struct orders."""

    SHAPE = struct.Struct("7i1000I")

    def __init__(self, path):
        path.write_bytes(bytes(self.SHAPE.size))
        with path.open("r+b") as file:
            self.memory = mmap.mmap(file.fileno(), self.SHAPE.size)

    def give(self, countdown=0, is_late=False, turn=0):
        self.memory[:] = self.SHAPE.pack(
            countdown, is_late, 0, 0, turn, 0, 0, *[0] * 1000)

    def disarm(self):
        """How many have failed since, how often was committed, and which
        statements began: (text, the how manieth of it)."""
        _, _, fired, commits, _, _, met, *texts = self.SHAPE.unpack(
            self.memory[:])
        self.give()
        return fired, commits, [(text, texts[:i].count(text))
                                for i, text in enumerate(texts[:met])]

    def is_waiting(self):
        return self.SHAPE.unpack(self.memory[:])[5] != 0


class Tries:
    """Which statement fails next: the first, the second and so on, until a
    request goes through. What a worker knows already may change their order,
    so then those that have begun but never failed."""

    def __init__(self):
        self.failed, self.all = set(), None

    def numbers(self):
        for number in range(1, MOST):
            if self.all is None:
                yield number
        for _ in range(3):
            yield from [i for i, statement in enumerate(self.all, 1)
                        if statement not in self.failed]

    def note(self, number, fired, met):
        if fired:
            self.failed.add(met[number - 1])
        else:
            self.all = met


Answer = collections.namedtuple("Answer", "status location body")


class Browser:
    def __init__(self, url):
        self.host = urllib.parse.urlsplit(url).netloc
        self.connection = http.client.HTTPConnection(self.host, timeout=30)
        self.cookies = {}
        self.bearer = ""
        self.page = ""

    def second(self):
        """Another window of the same browser."""
        window = Browser(f"http://{self.host}")
        window.cookies = dict(self.cookies)
        window.bearer, window.page = self.bearer, self.page
        return window

    def hidden(self, name):
        found = re.search(rf'name="{name}" value="([^"]*)"|'
                          rf'"{name}": *"([^"]*)"', self.page)
        return found.group(1) or found.group(2) or "" if found else ""

    def ask(self, method, path, body=None, kind="", key=""):
        headers = {"Cookie": "; ".join(
            f"{name}={value}" for name, value in self.cookies.items())}
        if kind:
            headers["Content-Type"] = kind
        if key:
            headers["Idempotency-Key"] = key
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
        if "html" in response.getheader("Content-Type", ""):
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
        self.db.execute("PRAGMA synchronous = OFF")
        self.failures, self.meetings, self.wrong = 0, 0, 0
        self.line = self.location = self.refresh = ""
        self.key = b""  # of the app
        self.is_refused = False  # is that what the line wants?

    def say(self, what):
        self.wrong += 1
        print(f"{self.line}\n    {what}")

    # ---- the database ----

    def keep(self):
        copy = sqlite3.connect(":memory:")
        self.db.backup(copy)
        return copy, (self.options.data / "keys").read_bytes()

    def put_back(self, kept):
        """No program may take what was for what is: the version rises."""
        copy, keys = kept
        (self.options.data / "keys").write_bytes(keys)
        version = self.db.execute("SELECT version FROM catalogue").fetchone()
        copy.backup(self.db)
        self.db.execute("UPDATE catalogue SET version = ?",
                        (version[0] + 1,))

    def look(self, when):
        for words, query in UNSOUND.items():
            for row in self.db.execute(query):
                self.say(f"{when}: {words}: {row[0]}")

    # ---- trying ----

    def text(self, answer):
        return " ".join(re.sub("<[^>]*>", " ", answer.body).split())

    def attempt(self, call, number, is_late):
        """With that statement armed: its answer, and what became of it."""
        with self.quiet():
            self.orders.give(number, is_late)
            answer = call()
            return answer, *self.orders.disarm()

    def judge(self, when, answer, status):
        # Charged, perhaps: that is asked later, and it says so.
        is_pending = "PaymentPendingError" in answer.body
        if answer.status not in (503, status) and not is_pending:
            self.say(f"{when}: {answer.status}, not 503 or {status}: "
                     f"{self.text(answer)[:200]}")
        is_operators = self.line.startswith(("tool ", "boss get /admin/check"))
        if not is_operators and INSIDE.search(self.text(answer)):
            self.say(f"{when}: the page tells of the inside")

    @contextlib.contextmanager
    def quiet(self):
        """What a worker does after an answer would count as the request's."""
        if self.line.startswith("tool "):
            yield
            return
        with (self.options.data / "locks" / "chores.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def read(self, call):
        failures, tries = [], Tries()
        for number in tries.numbers():
            answer, fired, _, met = self.attempt(call, number, False)
            tries.note(number, fired, met)
            if fired:
                failures.append((number, answer))
        if fired:
            answer = call()  # the page that is looked at last
        self.failures += len(failures)
        for number, failed in failures:
            self.judge(f"statement {number}", failed, answer.status)
        return answer

    def change(self, call, remember, recall):
        """`call` is done; what else it has changed goes with `recall`."""
        before, place = self.keep(), remember()
        failures = []
        for is_late in (False, True):
            tries = Tries()
            for number in tries.numbers():
                answer, fired, commits, met = self.attempt(
                    call, number, is_late)
                tries.note(number, fired, met)
                when = ("late COMMIT" if is_late else "statement") + \
                    f" {number}"
                if fired:
                    self.look(when)
                    failures.append((when, commits, answer, self.again(call)))
                    self.look(f"{when}, and again")
                elif is_late:
                    break
                recall(place)
                self.put_back(before)
        before[0].close()
        self.failures += len(failures)
        for when, done, first, second in failures:
            self.judge(when, first, answer.status)
            # What was done all the same may be refused the second time; an
            # attempt to charge that was broken off may end without a charge.
            if second.status != answer.status and not (
                    done >= commits and 400 <= second.status < 500 or
                    self.is_refused and "/tickets" not in second.location or
                    "Nothing was charged" in second.body):
                self.say(f"{when}: then {second.status}, not "
                         f"{answer.status} {second.location}: "
                         f"{self.text(second)[:300]}")
        return answer

    def again(self, call):
        """Money that is on its way arrives with a sweep."""
        answer = call()
        if "PaymentPendingError" in answer.body:
            self.clock(15)
            self.run_tool("sweep")
            answer = call()
        return answer

    # ---- the script's words ----

    def fill(self, text):
        def value(match):
            if match.group(2):
                return self.browser(match.group(1)).hidden(match.group(2))
            if match.group(1) == "location":
                return self.location
            if match.group(1) == "refresh":
                return self.refresh
            if match.group(1) == "app":
                return self.app_code()
            query = self.names.get(match.group(1))
            if not query:
                return match.group(0)
            row = self.db.execute(query).fetchone()
            if not row:
                raise SystemExit(f"{self.line}\n    <{match.group(1)}> is "
                                 "nothing")
            return str(row[0])
        return re.sub(r"<(\w+)(?::(\w+))?>", value, text)

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

    def visit(self, browser, path):
        return self.send(browser, "GET", path)

    def fields(self, browser, form):
        names = urllib.parse.parse_qsl(form, keep_blank_values=True)
        given = {name for name, _ in names}
        return [(name, browser.hidden(name))
                for name in HIDDEN
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
        answer = self.send(browser, method, path, body, "application/json",
                           secrets.token_hex(8))
        if path in ("/auth/login", "/auth/refresh"):
            tokens = json.loads(answer.body)
            browser.bearer = tokens["access_token"]
            self.refresh = tokens["refresh_token"]
            browser.page = answer.body
        return answer

    def run_tool(self, arguments):
        words = shlex.split(arguments)
        done = subprocess.run(
            [self.options.tool, "--data", self.options.data, *words],
            input="seven brass kettles\n", capture_output=True, text=True,
            check=False, env={
                **os.environ, "LD_PRELOAD": str(self.options.shim),
                "SHIM_ORDERS": str(self.options.orders)})
        # As the page's statuses are.
        status = {0: 200, 1: 409}.get(done.returncode, 500)
        if "The database cannot do that" in done.stderr:
            status = 503
        return Answer(status, "", done.stderr)

    def tool(self, arguments):
        return self.change(lambda: self.run_tool(arguments), lambda: None,
                           lambda place: None)

    def once(self, line):
        who, _, rest = line.partition(" ")
        browser, parts = self.browser(who), rest.split(" ", 2)
        if parts[0] == "get":
            return browser.ask("GET", parts[1])
        form = urllib.parse.urlencode(self.fields(browser, *parts[2:] or [""]))
        return browser.ask("POST", parts[1], form,
                           "application/x-www-form-urlencoded")

    # ---- two things at once ----

    def caller(self, line):
        """A request, or a command, as a function that makes it."""
        who, _, rest = line.partition(" ")
        if who == "tool":
            return lambda: self.run_tool(rest)
        if who == "clock":
            return lambda: self.clock(rest)
        if who == "sql":
            return lambda: self.scene(rest)
        browser = self.browser(who).second()
        word, *parts = rest.split(" ", 3 if rest.startswith("json ") else 2)
        if word == "visit":
            return lambda: browser.ask("GET", parts[0])
        if word == "json":
            return lambda: browser.ask(*parts, "application/json",
                                       secrets.token_hex(8))
        form = urllib.parse.urlencode(
            self.fields(browser, parts[1] if len(parts) > 1 else ""))
        return lambda: browser.ask("POST", parts[0], form,
                                   "application/x-www-form-urlencoded")

    def meet(self, turn, first, things):
        """Does the first take such a turn? And the answers."""
        answers = []
        thread = threading.Thread(target=lambda: answers.append(first()))
        self.orders.give(turn=turn)
        thread.start()
        while thread.is_alive() and not self.orders.is_waiting():
            time.sleep(0.001)
        met = thread.is_alive()
        others = [thing() for thing in things] if met else []
        self.orders.disarm()
        thread.join()
        return met, answers + [answer for answer in others if answer]

    def amid(self, rest):
        line, _, things = rest.partition(" || ")
        before, clock = self.keep(), self.ahead()
        for turn in range(1, MOST):
            met, answers = self.meet(
                turn, self.caller(line),
                [self.caller(thing) for thing in things.split(" && ")])
            self.look(f"turn {turn}")
            for answer in answers:
                if not 200 <= answer.status < 500:
                    self.say(f"turn {turn}: {answer.status} "
                             f"{self.text(answer)[:200]}")
            self.put_back(before)
            self.clock(clock - self.ahead())
            if not met:
                break
            self.meetings += 1
        before[0].close()

    def ahead(self):
        """So many seconds is the programs' time before ours."""
        file = self.options.data / "clock"
        return int(file.read_text()) if file.exists() else 0

    def until_monday(self):
        now = int(time.time()) + self.ahead()
        # 5 January 1970 was a Monday.
        ten = (4 * 24 + 10) * 3600
        return (ten - now) % (7 * 24 * 3600)

    def app_code(self):
        """RFC 6238, as an authenticator app does it."""
        step = (int(time.time()) + self.ahead()) // 30
        mac = hmac.new(self.key, struct.pack(">Q", step), hashlib.sha1).digest()
        at = mac[-1] & 15
        number = struct.unpack(">I", mac[at:at + 4])[0] & 0x7fffffff
        return f"{number % 10 ** 6:06}"

    def clock(self, seconds):
        file = self.options.data / "clock"
        now = self.ahead()
        fresh = self.options.data / "clock.new"
        fresh.write_text(f"{now + int(seconds)}\n")
        fresh.rename(file)

    def behave(self, word):
        file = self.options.data / "campuspay" / "behave"
        file.parent.mkdir(exist_ok=True)
        file.unlink(missing_ok=True)
        if word != "well":
            file.write_text(f"{word}\n")

    def scene(self, statement):
        self.db.execute(statement)
        self.db.execute("UPDATE catalogue SET version = version + 1")

    def do(self, line):
        who, _, rest = line.partition(" ")
        if who == "let":
            name, _, query = rest.partition(" ")
            self.names[name] = query
            return
        rest = self.fill(rest)
        self.line = f"{who} {rest}"
        self.is_refused = who == "no"
        if self.is_refused:
            who, _, rest = rest.partition(" ")
        if who == "tool":
            answer = self.tool(rest)
        elif who == "run":
            answer = self.run_tool(rest)
        elif who == "sql":
            self.scene(rest)
            return
        elif who == "clock":
            self.clock(self.until_monday() if rest == "monday" else rest)
            return
        elif who == "app":
            key = re.search(r"<code>([A-Z2-7 ]{32,})</code>",
                            self.browser(rest).page)
            self.key = base64.b32decode(key.group(1).replace(" ", ""))
            return
        elif who == "just":
            answer = self.once(rest)
        elif who == "amid":
            self.amid(rest)
            return
        elif who == "behave":
            self.behave(rest)
            return
        elif who == "conf":
            with (self.options.data / "campuspass.conf").open("a") as file:
                file.write(f"{rest}\n")
            return
        else:
            count = 3 if rest.startswith(("json ", "file ")) else 2
            word, *parts = rest.split(" ", count)
            what = {"get": self.get, "visit": self.visit,
                    "post": self.post, "file": self.file,
                    "json": self.json}[word]
            answer = what(self.browser(who), *parts)
        url = urllib.parse.urlsplit(answer.location)
        self.location = url.path + (f"?{url.query}" if url.query else "")
        if (answer.status >= 400 and not self.is_refused or
                answer.location.startswith(LOGIN)):
            self.say(f"{answer.status} {answer.location}: "
                     f"{self.text(answer)[:600]}")

    def play(self, script):
        text = re.sub(r"^#.*\n", "", script.read_text(), flags=re.M)
        text = re.sub(r"\n[ \t]+(?=&)", "", text)
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
    print(f"{walk.failures} statements failed, {walk.meetings} requests met, "
          f"{walk.wrong} wrong")
    sys.exit(1 if walk.wrong else 0)


if __name__ == "__main__":
    main()
