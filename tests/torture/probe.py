"""Looking at a site from outside while something is done to it: is it there,
in time, and does a refusal say when to come again? And a server that answers
wrongly, to try the looking itself."""

import http.client
import http.server
import json
import threading
import time

import life
import race
import stage

# A wait of five seconds for the lock, and an answer; two waits are too many.
SLOWEST = 9.5
# No such wait.
PROMPT = 4.5


def ask(site, path, method="GET", headers=None, body=None, timeout=30):
    """Status of an answer, Retry-After, and how long it took; 0: none."""
    now = getattr(site, "now", time.monotonic)
    begun = now()
    connection = http.client.HTTPConnection("127.0.0.1", site.port,
                                            timeout=timeout)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        answer.read()
        status, again = answer.status, answer.headers.get("Retry-After")
    except (OSError, http.client.HTTPException):
        status, again = 0, None
    finally:
        connection.close()
    return status, again, now() - begun


def look(site, path, longest=PROMPT):
    """A page that must be there in time, whatever happens."""
    status, _, took = ask(site, path)
    if status != 200 or took > longest:
        yield f"{path} meanwhile: {status}, {took:.1f} s"


def is_clean(status, again):
    """Done, or refused with a word about when to come again."""
    return status in (200, 303) or (
        status == 503 and (again or "").isdigit())


def order(site, name, longest=SLOWEST):
    """An order that may be refused, but cleanly. Its status, findings."""
    _, headers, body = stage.make_order(name, "free")
    status, again, took = ask(site, f"/api/events/{stage.EVENT}/book",
                              "POST", headers, body)
    findings = []
    if not is_clean(status, again) or took > longest:
        findings.append(f"order: {status}, Retry-After {again}, "
                        f"{took:.1f} s")
    return status, findings


class Staff:
    """Who signs in, and scans: forms that were fetched before the trouble."""

    def __init__(self, site):
        self.site, self.number = site, 0
        self.door = race.Browser(site, race.History(), "dora")
        life.sign_in(self.door)
        path = f"/door/{life.hall(0)}"
        self.forms = [
            (f"{path}/scan", *self.fetch(self.door, path, {
                "code": "TKT-0123456789ABCDEF", "scan_type": "check_in",
                "location": "", "override": ""})),
            ("/account/login", *self.fetch(
                race.Browser(site, race.History(), "dora again"),
                "/account/login",
                {"login": "dora", "password": life.PASSWORD}))]

    def fetch(self, browser, path, fields):
        _, body = life.fill(browser, path, fields)
        cookies = "; ".join(f"{k}={v}" for k, v in browser.cookies.items())
        return {**life.FORM, "Cookie": cookies}, body

    def work(self, longest=SLOWEST):
        """Statuses by path, and findings."""
        statuses, findings = {}, []
        for path, headers, body in self.forms:
            status, again, took = ask(self.site, path, "POST", headers, body)
            statuses[path] = status
            if not is_clean(status, again) or took > longest:
                findings.append(f"{path}: {status}, Retry-After {again}, "
                                f"{took:.1f} s")
        return statuses, findings


def slow_answers(records, longest):
    """Orders that were answered later than they may be."""
    return [f"{r['client']} waited {r['ended'] - r['begun']:.1f} s"
            for r in records if r["ended"] - r["begun"] > longest]


# ---- a server to try these on ----


class Liar:
    """Answers whatever it is told to; so many seconds pass meanwhile, on a
    clock of its own: another one goes on while the machine is busy."""

    def __init__(self):
        self.status, self.headers, self.delay = 200, {}, 0
        self.seconds = 0
        liar = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def serve(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                liar.seconds += liar.delay
                if not liar.status:
                    return
                self.send_response(liar.status)
                for name, value in liar.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(json.dumps({}).encode())

            do_GET = do_POST = serve

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()

    def now(self):
        return self.seconds

    def say(self, status, delay=0, **headers):
        self.status, self.delay, self.headers = status, delay, headers

    def close(self):
        self.server.shutdown()
        self.server.server_close()


# What it says, and whether that is a fault: of a page, and of a form.
LIES = (
    ({"status": 200}, False, False),
    ({"status": 500}, True, True),
    ({"status": 0}, True, True),
    ({"status": 200, "delay": 0.3}, True, True),
    ({"status": 503}, True, True),
    ({"status": 503, "Retry-After": "5"}, True, False),
    ({"status": 503, "Retry-After": "5", "delay": 0.3}, True, True),
)


def missed_lies():
    """Which of the liar's faults the probes above do not see, or see where
    there is none."""
    liar, missed = Liar(), []
    staff = Staff.__new__(Staff)
    staff.site, staff.forms = liar, [("/account/login", {}, "")]
    for lie, is_page_wrong, is_form_wrong in LIES:
        liar.say(**lie)
        for name, found, is_wrong in (
                ("page", list(look(liar, "/", 0.2)), is_page_wrong),
                ("order", order(liar, "liar", 0.2)[1], is_form_wrong),
                ("staff", staff.work(0.2)[1], is_form_wrong)):
            if bool(found) != is_wrong:
                missed.append(f"a planted fault was not caught: {name}, "
                              f"{lie}")
    liar.close()
    late = [{"client": "late", "begun": 0, "ended": 9}]
    if not slow_answers(late, 8):
        missed.append("a planted fault was not caught: a slow answer")
    return missed
