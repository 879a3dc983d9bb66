#!/usr/bin/env python3
"""Write down every page of a site, as visitors, members and staff see it, for
programs that judge HTML.

    pages.py all URL ROUTES FOLDER [ROLE=PATH ...]
    pages.py only URL FOLDER ROLE=PATH ...

all   follow each link that each role finds, go to the paths given, buy
      something, then send each form that was met, once empty and once wrong;
      kept=PATH: this one is in the folder already
only  just the paths given

A page that has no element, class or attribute that another has not had yet
shows nothing new and is not written. Files are called ROLE-PATH-STATUS.html.
A route of ROUTES (build/*/routes) that answers pages and was never met is
printed and makes the end 1: a page that nothing leads to would not be judged.

Users of the roles are there as walk.py has them.
"""

import collections
import html.parser
import pathlib
import re
import sys
import urllib.parse

from walk import ROLES, THINGS, Client, Route

# What these answer is no page, or leads on to one.
NO_PAGE = re.compile(
    r"^/(api|auth|event|queue|availability|summary_data|images|cron)(/|$)|"
    r"\.(csv|json|ics|pdf|png|svg)$|^/account/(reset|verify)/|"
    r"^/checkout/(return|cancel)/|^/events$")

# How many pages of one route with the same names in the query are fetched.
EACH = 12


class Reader(html.parser.HTMLParser):
    """What a page is made of, where it leads and what may be sent."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.parts, self.links, self.forms = set(), [], []
        self.form = None
        self.feed(text)

    def handle_starttag(self, tag, pairs):
        has = dict(pairs)
        names = sorted(name for name in has if not name.startswith("data-"))
        self.parts.add((tag, has.get("class"), has.get("type"), *names))
        if tag == "a" and "href" in has:
            self.links.append(has["href"])
        if tag == "form" and has.get("method") == "post":
            self.form = {"action": has.get("action"), "fields": [],
                         "file": "enctype" in has}
            self.forms.append(self.form)
        if self.form is None or "name" not in has:
            return
        if tag in ("input", "select", "textarea", "button"):
            kind = has.get("type", "text") if tag == "input" else tag
            self.form["fields"].append((kind, has["name"],
                                        has.get("value") or ""))

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None


class Book:
    """The pages that were written."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.seen = set()
        self.paths = set()

    def keep(self, role, path, answer, how=""):
        """The page read, or None for what is no page."""
        if not answer.headers.get("content-type", "").startswith("text/html"):
            return None
        if answer.status == 200:
            self.paths.add(path.partition("?")[0])
        page = Reader(answer.body)
        parts = frozenset(page.parts) | {answer.status}
        if parts in self.seen:
            return page
        self.seen.add(parts)
        name = re.sub(r"[^\w.]+", "-", f"{role}{how}{path}").strip("-")[:90]
        file = self.folder / f"{name}-{answer.status}.html"
        count = 1
        while file.exists():
            count += 1
            file = self.folder / f"{name}-{answer.status}-{count}.html"
        file.write_text(answer.body)
        return page


class Person:
    """Somebody who walks about with a browser."""

    def __init__(self, url, role, book, routes):
        self.client = Client(url, role)
        self.client.sign_in()
        self.role, self.book, self.routes = role, book, routes
        self.fetched = set()
        self.counts = collections.Counter()
        self.forms = {}

    def pattern(self, path):
        """What stands for a path among all of its kind."""
        bare, _, query = path.partition("?")
        found = [r for r in self.routes
                 if r.method == "GET" and r.matches(bare)]
        best = min(found, key=lambda r: r.path.count("{"), default=None)
        names = sorted({n for n, _ in urllib.parse.parse_qsl(query, True)})
        return (best.path if best else bare, *names)

    def local(self, base, link):
        """The path that a link leads to on this site, or None."""
        whole = urllib.parse.urljoin(f"http://{self.client.host}{base}", link)
        parts = urllib.parse.urlsplit(whole)
        if parts.netloc != self.client.host or parts.scheme != "http":
            return None
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        return None if NO_PAGE.search(parts.path) else path

    def look(self, path, how=""):
        """Fetch a page, through redirects, and remember its forms."""
        for _ in range(5):
            answer = self.client.ask("GET", path)
            if answer.status not in (302, 303):
                break
            path = self.local(path, answer.location)
            if path is None:
                return path, None
        # A form may have ended the session.
        if self.role != "visitor" and path.startswith("/account/login"):
            self.client.sign_in()
        page = self.book.keep(self.role, path, answer, how)
        if page:
            self.remember(path, page)
        return path, page

    def remember(self, path, page):
        for form in page.forms:
            action = self.local(path, form["action"] or path)
            if action is None or action == "/account/logout":
                continue
            key = (re.sub(r"[\w-]*\d[\w-]*", "N", action),
                   tuple(name for _, name, _ in form["fields"]))
            self.forms.setdefault(key, path)

    def crawl(self, starts):
        waiting = collections.deque(starts)
        while waiting:
            path = waiting.popleft()
            kind = self.pattern(path)
            if path in self.fetched or self.counts[kind] >= EACH:
                continue
            self.fetched.add(path)
            self.counts[kind] += 1
            at, page = self.look(path)
            for link in page.links if page else ():
                found = self.local(at, link)
                if found and found not in self.fetched:
                    waiting.append(found)

    def send(self, path, fields, how=""):
        """Fill in the form of a page that was fetched before; what comes."""
        answer = self.client.post(path, fields)
        if answer.status in (302, 303):
            to = self.local(path, answer.location)
            return self.look(to, how)[0] if to else answer.location
        page = self.book.keep(self.role, path, answer, how)
        if page:
            self.remember(path, page)
        return path

    def send_forms(self, how, value):
        """Each form that was met: hidden fields and a button as they are,
        all others as value(kind) says."""
        for key, path in list(self.forms.items()):
            answer = self.client.ask("GET", path)
            if answer.location.startswith("/account/login"):
                self.client.sign_in()
                answer = self.client.ask("GET", path)
            for form in Reader(answer.body).forms:
                action = self.local(path, form["action"] or path)
                if (re.sub(r"[\w-]*\d[\w-]*", "N", action or ""),
                        tuple(n for _, n, _ in form["fields"])) != key:
                    continue
                if form["file"]:
                    break
                fields, pressed = [], False
                for kind, name, own in form["fields"]:
                    if kind == "hidden":
                        fields.append((name, own))
                    elif kind == "button":
                        if not pressed:
                            fields.append((name, own))
                        pressed = True
                    elif value(kind) is not None:
                        fields.append((name, value(kind)))
                self.send(action, fields, how)
                break

    # ---- a sale ----

    def fill(self, path, fields, how=""):
        page = Reader(self.client.ask("GET", path).body)
        hidden = [(name, own) for form in page.forms
                  if form["action"] != "/account/logout"
                  for kind, name, own in form["fields"] if kind == "hidden"]
        return self.send(path, [*dict(hidden).items(), *fields], how)

    def buy(self, event, choice, email):
        """Each page of a sale, declined and paid; where its tickets are."""
        at = self.fill(f"/book/{event}", [
            *choice, ("name", "Ada Lovelace"), ("email", email)])
        for token in ("tok_decline", "tok_valid"):
            at = self.fill(at, [("method", "campuspay"), ("terms", "yes"),
                                ("payment_token", token)], f"-{token}-")
        if not at.startswith("/tickets/"):
            raise SystemExit(f"{self.role} did not get tickets: {at}")
        self.crawl([at])
        return at


def wrong(kind):
    """No field takes this; boxes that can be ticked stay empty."""
    return None if kind in ("checkbox", "radio", "select", "file") else "-\u202e<"


def mistakes(person):
    """Answers that no link leads to."""
    client = person.client
    for method, path, body in (
            ("GET", "/nonsense", None), ("GET", "/events/nonsense", None),
            ("DELETE", "/terms", None), ("POST", "/account/login", "login=x"),
            ("GET", "/?page=x&from=y&price_min=z", None),
            ("GET", "/?q=nothing+at+all", None),
            ("POST", "/account/login", "x" * 200000)):
        kind = "application/x-www-form-urlencoded" if body else None
        answer = client.ask(method, path, body, kind)
        person.book.keep(person.role, path, answer, f"-{method}-")
    answer = client.ask("POST", "/account/login", "{}", "application/json")
    person.book.keep(person.role, "/account/login", answer, "-JSON-")


def starts(role, routes, given):
    """The front doors, what was given, and routes that links may not name."""
    plain = [r.path for r in routes if r.method == "GET" and
             "{" not in r.path and not NO_PAGE.search(r.path)]
    filled = [re.sub(r"\{(\w+)\}", lambda m: THINGS[m[1]].strip("@"), r.path)
              for r in routes if r.method == "GET" and "{" in r.path and
              not NO_PAGE.search(r.path)]
    return ["/"] + [p for r, p in given if r == role] + plain + filled


class PageRoute(Route):
    def matches(self, path):
        return re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", self.path), path)


def every_page(url, folder, out, given):
    routes = [PageRoute(line)
              for file in sorted(pathlib.Path(folder).glob("*.tsv"))
              for line in file.read_text().splitlines()]
    book = Book(out)
    book.paths.update(path for role, path in given if role == "kept")
    people = {role: Person(url, role, book, routes) for role in ROLES}
    visitor = people["visitor"]
    visitor.buy("comedy-night", [("tier", "general"), ("quantity", "2")],
                "ada@example.org")
    visitor.buy("jazz-evening", [("tier", "general-admission"), ("quantity", "2"),
                                 ("best", "yes")], "ada@example.org")
    for role, person in people.items():
        person.crawl(starts(role, routes, given))
        mistakes(person)
    for person in people.values():
        person.send_forms("-empty-", lambda kind: None)
        person.send_forms("-wrong-", wrong)
    return missing(routes, book)


def missing(routes, book):
    """The routes of pages of which none was seen."""
    pages = [r for r in routes if r.method == "GET" and
             not NO_PAGE.search(r.path)]
    literal = {r.path for r in pages if "{" not in r.path}
    return [r.path for r in pages
            if not any(r.matches(path) and
                       (path == r.path or path not in literal)
                       for path in book.paths)]


def main():
    what, url, *rest = sys.argv[1:]
    folder = rest.pop(0) if what == "all" else None
    out, *pairs = rest
    given = [pair.split("=", 1) for pair in pairs]
    if what == "all":
        left = every_page(url, folder, out, given)
    else:
        left, people, book = [], {}, Book(out)
        for role, path in given:
            if role not in people:
                people[role] = Person(url, role, book, [])
            people[role].look(path, "-only-")
    for path in left:
        print(f"never met: {path}")
    print(f"{len(list(pathlib.Path(out).glob('*.html')))} pages")
    sys.exit(1 if left else 0)


if __name__ == "__main__":
    main()
