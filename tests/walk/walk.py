#!/usr/bin/env python3
"""Walk over every route of every program, as the programs themselves print
them (build/*/routes/*.tsv), and compare what happens with what each row
declares.

    walk.py WHAT URL ROUTES [KEY=VALUE ...]

WHAT  roles    each route as visitor, user, door, organiser, admin, with
               their own and with somebody else's things
      csrf     each form route without a token, with another browser's, and
               as another site sends it; each other route that changes things
      methods  each path with methods that it does not have
      headers  each route's answer has the security headers
ROUTES  folder of the tables

A user of each role is there, named like it, with PASSWORD. "victim" is one
more user. KEY=VALUE names things that paths point at; see THINGS.

Prints what is wrong, a line each, and last how many answers were looked at.
"""

import http.client
import json
import pathlib
import re
import sys
import urllib.parse

PASSWORD = "correct horse battery 7"
ROLES = ("visitor", "user", "door", "organiser", "admin")
LEAST = {"anyone": "visitor", "user": "user", "door": "door",
         "organiser": "organiser", "admin": "admin"}

# What stands for each {parameter}: a name that a KEY=VALUE gives, or a value
# that nothing has. A parameter that is not here ends the walk.
THINGS = {"event": "@event", "reference": "@reference", "id": "@id",
          "key": "NOSUCHKEY0", "token": "NOSUCHTOKEN", "order": "NOSUCHORDER",
          "gateway": "paypal", "code": "TKT-0000000000000000",
          "what": "nothing", "secret": "NOSUCHSECRET", "username": "victim", "name": "nothing",
          "venue": "nothing"}

# Whoever sends these proves by a signature in them that they may.
SIGNED = ("POST /account/unsubscribe/{token}", "POST /mail/stop/{token}",
          "POST /checkout/hook/{gateway}")

# Whoever calls these changes nothing.
HARMLESS = ("POST /api/v1/tickets/{code}/validate",)

HEADERS = {
    "content-security-policy": r"default-src 'none';.*frame-ancestors 'none'",
    "x-content-type-options": r"nosniff$",
    "referrer-policy": r"same-origin$|no-referrer$",
    "cross-origin-opener-policy": r"same-origin$",
}


class Route:
    def __init__(self, line):
        (self.program, self.method, self.path, self.access, self.owner,
         self.csrf, self.body, self.sign_in) = line.rstrip("\n").split("\t")

    def __str__(self):
        return f"{self.method} {self.path}"

    def allows(self, role):
        return ROLES.index(role) >= ROLES.index(LEAST[self.access])

    def is_change(self):
        return self.method != "GET"


def openness(path):
    """How much of an address a pattern leaves open: a suffix narrows it."""
    return 2 * path.count("{") - path.count("}.")


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = {}
        for name, value in response.getheaders():
            self.headers.setdefault(name.lower(), value)
        self.cookies = [value for name, value in response.getheaders()
                        if name.lower() == "set-cookie"]
        self.body = response.read().decode("utf-8", "replace")
        self.location = self.headers.get("location", "")

    def hidden(self, name):
        found = re.search(rf'name="{name}" value="([^"]*)"', self.body)
        return found.group(1) if found else ""


class Client:
    """A browser, or a program with a token, that may be signed in."""

    def __init__(self, url, role="visitor"):
        self.host = urllib.parse.urlsplit(url).netloc
        self.role = role
        self.cookies = {}
        self.bearer = ""
        self.csrf = ""
        self.connection = http.client.HTTPConnection(self.host, timeout=30)

    def ask(self, method, path, body=None, kind=None, **extra):
        headers = {name.replace("_", "-"): value
                   for name, value in extra.items()}
        if kind:
            headers["Content-Type"] = kind
        if self.cookies:
            headers["Cookie"] = "; ".join(
                f"{name}={value}" for name, value in self.cookies.items())
        try:
            self.connection.request(method, path, body, headers)
            answer = Answer(self.connection.getresponse())
        except (http.client.HTTPException, ConnectionError):
            # The server closed a connection that was kept.
            self.connection.close()
            self.connection.request(method, path, body, headers)
            answer = Answer(self.connection.getresponse())
        for cookie in answer.cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def post(self, path, fields, **extra):
        return self.ask("POST", path, urllib.parse.urlencode(fields),
                        "application/x-www-form-urlencoded", **extra)

    def sign_in(self):
        """By page, and by token."""
        self.cookies = {}
        if self.role != "visitor":
            page = self.ask("GET", "/account/login")
            answer = self.post("/account/login", {
                "csrf_token": page.hidden("csrf_token"),
                "login": self.role, "password": PASSWORD})
            if answer.status != 303:
                raise SystemExit(f"{self.role} cannot log in: "
                                 f"{answer.status} {answer.body}")
            tokens = self.ask("POST", "/auth/login", json.dumps(
                {"email": f"{self.role}@example.org",
                 "password": PASSWORD}), "application/json")
            self.bearer = json.loads(tokens.body)["access_token"]
        self.csrf = self.ask("GET", "/account/forgot").hidden("csrf_token")

    def call(self, route, path):
        """A route as it wants to be called, with an empty body."""
        extra = {}
        if route.sign_in == "bearer" and self.bearer:
            extra["Authorization"] = f"Bearer {self.bearer}"
        if not route.is_change():
            return self.ask("GET", path, **extra)
        if route.body == "json":
            return self.ask(route.method, path, "{}", "application/json",
                            **extra)
        if route.body == "any":
            return self.ask(route.method, path, "", **extra)
        return self.post(path, {"csrf_token": self.csrf}, **extra)


class Walk:
    def __init__(self, url, folder, names):
        self.url, self.names = url, names
        self.looked, self.wrong = 0, 0
        self.routes = [Route(line)
                       for file in sorted(pathlib.Path(folder).glob("*.tsv"))
                       for line in file.read_text().splitlines()]
        if len(self.routes) < 30:
            raise SystemExit(f"{folder} has {len(self.routes)} routes")

    def path(self, route, whose):
        """The route's path with things of `whose` ("victim", a role)."""
        def fill(match):
            if match.group(1) not in THINGS:
                raise SystemExit(f"{route.path}: THINGS does not say what "
                                 f"stands for {match.group(0)}")
            thing = THINGS[match.group(1)]
            if thing[0] != "@":
                return thing
            return (self.names.get(f"{whose}.{thing[1:]}")
                    or self.names[thing[1:]])
        return re.sub(r"\{(\w+)\}", fill, route.path)

    def check(self, right, what, route, answer):
        self.looked += 1
        if right:
            return
        self.wrong += 1
        print(f"{what}: {route}: {answer.status} {answer.location} "
              f"{' '.join(re.sub('<[^>]*>', ' ', answer.body).split())[:200]}")

    # ---- roles ----

    def refused(self, route, role, answer):
        """Was the caller turned away for the role?"""
        if route.sign_in == "bearer":
            return answer.status == (401 if role == "visitor" else 403)
        if role == "visitor":
            return (answer.status == 303 and
                    answer.location.startswith("/account/login?next=%2F"))
        return answer.status == 403

    def let_in(self, answer):
        return (answer.status not in (401, 403, 500) and
                not answer.location.startswith("/account/login?next="))

    def visit(self, client, route, whose):
        path = self.path(route, whose)
        if path is None:
            return
        answer = client.call(route, path)
        who = f"{client.role}, things of {whose}"
        if not route.allows(client.role):
            self.check(self.refused(route, client.role, answer),
                       f"{who}: not refused", route, answer)
        elif (route.owner == "viewer" and whose == "victim" and
              ("{reference}" in route.path or "{id}" in route.path) and
              client.role != "admin"):
            self.check(answer.status == 404,
                       f"{who}: not 404", route, answer)
        else:
            self.check(self.let_in(answer), f"{who}: not let in", route,
                       answer)
        if client.role != "admin":
            self.check("victim@example.org" not in answer.body,
                       f"{who}: somebody else's address", route, answer)
        # Logging out, a changed password: a session may be over.
        if route.program == "account" and route.is_change():
            client.sign_in()

    def roles(self):
        for role in ROLES:
            client = Client(self.url, role)
            client.sign_in()
            for route in self.routes:
                self.visit(client, route, "victim")
            for route in self.routes:
                if (route.owner == "viewer" and "{reference}" in route.path
                        and role != "visitor"):
                    self.visit(client, route, role)

    # ---- requests that other sites make a browser send ----

    def csrf(self):
        client = Client(self.url, "admin")
        client.sign_in()
        for route in self.routes:
            if not route.is_change():
                continue
            path = self.path(route, "admin")
            if route.csrf == "token":
                self.forge(client, route, path)
            elif route.body == "json":
                token = ({"Authorization": f"Bearer {client.bearer}"}
                         if route.sign_in == "bearer" else {})
                answer = client.ask(route.method, path, "a=b",
                                    "application/x-www-form-urlencoded",
                                    **token)
                self.check(answer.status == 415, "a form for JSON", route,
                           answer)
                answer = client.ask(route.method, path, "{}", "text/plain",
                                    **token)
                self.check(answer.status == 415, "text for JSON", route,
                           answer)
                if token and route.access != "anyone":
                    answer = client.ask(route.method, path, "{}",
                                        "application/json")
                    self.check(answer.status == 401, "the cookie counted",
                               route, answer)
            elif str(route) in HARMLESS:
                continue
            elif route.sign_in == "bearer":
                answer = client.ask(route.method, path, "")
                self.check(answer.status == 401, "the cookie counted", route,
                           answer)
            elif "/hook/" in route.path:
                answer = client.ask("POST", path, "{}", "application/json")
                self.check(answer.status in (403, 404), "no signature", route,
                           answer)
            else:
                self.check(str(route) in SIGNED, "nothing proves its origin",
                           route, client.ask("GET", path))

    def send(self, client, route, path, fields, **extra):
        """A form as the route takes it."""
        if route.body != "file":
            return client.post(path, fields, **extra)
        parts = "".join(
            f"--x\r\nContent-Disposition: form-data; name=\"{name}\""
            f"\r\n\r\n{value}\r\n" for name, value in fields.items())
        return client.ask("POST", path, parts + "--x--\r\n",
                          "multipart/form-data; boundary=x", **extra)

    def forge(self, client, route, path):
        other = Client(self.url)
        token = other.ask("GET", "/account/forgot").hidden("csrf_token")
        right = {"csrf_token": client.csrf}
        for what, fields, extra in (
                ("no token", {}, {}),
                ("an empty token", {"csrf_token": ""}, {}),
                ("another browser's token", {"csrf_token": token}, {}),
                ("another origin", right, {"Origin": "https://evil.example"}),
                ("no origin", right, {"Origin": "null"}),
                ("another site", right, {"Sec_Fetch_Site": "cross-site"})):
            answer = self.send(client, route, path, fields, **extra)
            self.check(answer.status == 403, what, route, answer)

    # ---- methods ----

    def methods(self):
        client = Client(self.url)
        declared = {}
        for route in self.routes:
            declared.setdefault(route.path, set()).add(route.method)
        for path, methods in declared.items():
            route = next(r for r in self.routes if r.path == path)
            filled = self.path(route, "victim")
            # A literal path may also be an instance of a pattern: the least
            # open of those that fit is the one that is meant.
            fits = [p for p in declared
                    if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", p), filled)]
            least = min(map(openness, fits))
            known = set().union(*(
                declared[p] for p in fits if openness(p) == least))
            allow = [m for m in ("GET", "HEAD", "POST", "PUT", "DELETE")
                     if m in known or (m == "HEAD" and "GET" in known)]
            for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
                if method in known:
                    continue
                answer = client.ask(method, filled, "")
                self.check(
                    answer.status == 405 and
                    answer.headers.get("allow") == ", ".join(allow),
                    f"{method}, want Allow: {', '.join(allow)}, got "
                    f"{answer.headers.get('allow')}", path, answer)

    # ---- headers ----

    def headers(self):
        client = Client(self.url, "user")
        client.sign_in()
        for route in self.routes:
            answer = client.call(route, self.path(route, "user"))
            if route.program == "account" and route.is_change():
                client.sign_in()
            for name, pattern in HEADERS.items():
                self.check(re.match(pattern, answer.headers.get(name, "")),
                           f"header {name}", route, answer)
            # HTTP/2 takes an answer with such a one for malformed.
            self.check(all(value == value.strip()
                           for value in answer.headers.values()),
                       "a header with blanks at an end", route, answer)
            self.check("unsafe" not in answer.headers.get(
                "content-security-policy", ""), "an unsafe policy", route,
                answer)
            if answer.status >= 400 or route.owner == "viewer":
                self.check(
                    answer.headers.get("cache-control") == "no-store",
                    "may be cached", route, answer)
            for cookie in answer.cookies:
                self.check(re.search(
                    r"; Path=/; .*HttpOnly; SameSite=Lax|"
                    r"; Path=/; HttpOnly; SameSite=Lax", cookie),
                    f"cookie {cookie}", route, answer)


def main():
    what, url, folder = sys.argv[1:4]
    names = dict(pair.split("=", 1) for pair in sys.argv[4:])
    walk = Walk(url, folder, names)
    getattr(walk, what)()
    print(f"{walk.looked} answers, {walk.wrong} wrong")
    sys.exit(1 if walk.wrong else 0)


if __name__ == "__main__":
    main()
