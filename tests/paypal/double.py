#!/usr/bin/python3
"""A stand-in for PayPal on loopback: Orders v2 as documented, and as feared.

    double.py [--port 0] [--client ID] [--secret S] [--webhook ID]
              [--tls CERTIFICATE KEY]

prints "port N" (0: a free one) and serves until it is ended. With --tls it
serves https. State is in memory; money that moved is in /control/moves.

What PayPal has:
    POST /v1/oauth2/token
    POST /v2/checkout/orders              GET /v2/checkout/orders/ID
    POST /v2/checkout/orders/ID/capture
    POST /v2/payments/captures/ID/refund  GET /v2/payments/refunds/ID
    POST /v1/notifications/verify-webhook-signature
    GET  /checkoutnow?token=ID            the page where a buyer approves

What a test tells it (parameters in the query, or in a form):
    POST /control/behave on=OPERATION do=BEHAVIOUR [times=1]   a queue
    POST /control/calm                    forget those queues
    POST /control/approve order=ID        what the buyer's button does
    POST /control/settle order=ID status=COMPLETED   end a PENDING capture
    POST /control/settle refund=ID status=COMPLETED  end a PENDING refund
    POST /control/expire                  every token is void
    POST /control/reset                   forget all but the tokens
    POST /control/hook order=ID kinds=A,B [times=1] [forged=1] [to=URL]
         send events in that order, each `times` times; answers with them
    GET  /control/moves                   {captures, refunds, calls, orders}

Operations: token create get capture refund get-refund verify. Behaviours:
    stall-before  stall-after     hang until the caller closes; -after: do it first
    close-before  close-after     close without a word
    503-before 500-after ...      answer with a status, not done or done
    malformed empty html huge     do it; the answer is no JSON, or 300 KiB
    headers                       do it; 280 KiB of headers
    truncated                     do it; the body ends early
    redirect                      do it; the answer is a 302 to /elsewhere
    amount currency order custom  do it; the answer names another one
    minimal                       do it; id, status and links alone
    slow-MS                       do it; answer after MS milliseconds
    short                         token: for a second only
    pending                       do it; the money is on its way
    denied failed                 a capture that is DECLINED, FAILED
    issue-NAME                    422 with that issue, not done
    already                       do it; answer ORDER_ALREADY_CAPTURED
    success                       verify: yes to anything
    put:PATH:TEXT                 do it; a member of the answer is that text;
    number:PATH:NUMBER drop:PATH  a number; missing. PATH: "links.0.href".
                                  Several, with commas between
"""
import argparse
import base64
import contextlib
import copy
import hashlib
import hmac
import html
import json
import secrets
import ssl
import string
import sys
import threading
import time
import urllib.parse
import urllib.error
import urllib.request
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ALPHABET = string.ascii_uppercase + string.digits
SIGNING_KEY = secrets.token_bytes(32)


def fresh_id():
    return "".join(secrets.choice(ALPHABET) for _ in range(17))


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


class State:
    """What this PayPal knows; one lock around all of it."""

    def __init__(self):
        self.lock = threading.RLock()
        self.tokens = {}     # token: until when
        self.reset()

    def reset(self):
        """Forget all but the tokens."""
        self.orders = {}     # id: the order as GET shows it
        self.refunds = {}    # id: the refund as GET shows it
        self.done = {}       # (call, request id): (status, id of the thing)
        self.behaviours = {} # operation: queue
        self.captures = []   # money in: every one that was made
        self.payouts = []    # money out
        self.calls = []      # operations in the order they came
        self.bodies = {}     # operation: last body

    def behaviour(self, operation):
        queue = self.behaviours.get(operation)
        return queue.pop(0) if queue else ""


state = State()


class Problem(Exception):
    """An error answer as PayPal writes it."""

    def __init__(self, status, name, issue=""):
        super().__init__(name)
        self.status = status
        self.body = {"name": name, "message": "See details.",
                     "debug_id": secrets.token_hex(6)}
        if issue:
            self.body["details"] = [{"issue": issue}]


def unprocessable(issue):
    return Problem(422, "UNPROCESSABLE_ENTITY", issue)


def minor(amount):
    """Cents, or yen; refuses what PayPal refuses."""
    value, currency = amount["value"], amount["currency_code"]
    whole, _, fraction = value.partition(".")
    if not whole.isdigit() or (fraction and not fraction.isdigit()):
        raise unprocessable("INVALID_PARAMETER_SYNTAX")
    if currency in ("JPY", "HUF", "TWD"):
        if fraction:
            raise unprocessable("DECIMALS_NOT_SUPPORTED")
        return int(whole)
    if len(fraction) > 2:
        raise unprocessable("DECIMAL_PRECISION")
    return int(whole) * 100 + int((fraction + "00")[:2])


def check_unit(unit):
    """Items and breakdown add up, texts fit."""
    amount = unit["amount"]
    if minor(amount) <= 0:
        raise unprocessable("CANNOT_BE_ZERO_OR_NEGATIVE")
    for name in ("custom_id", "invoice_id", "description"):
        if len(unit.get(name, "")) > 127:
            raise Problem(400, "INVALID_REQUEST", "INVALID_STRING_LENGTH")
    if "items" not in unit:
        return
    breakdown = amount.get("breakdown", {})
    total = sum(minor(item["unit_amount"]) * int(item["quantity"])
                for item in unit["items"])
    if "item_total" not in breakdown:
        raise unprocessable("ITEM_TOTAL_REQUIRED")
    if minor(breakdown["item_total"]) != total:
        raise unprocessable("ITEM_TOTAL_MISMATCH")
    if "discount" in breakdown:
        total -= minor(breakdown["discount"])
    if total != minor(amount):
        raise unprocessable("AMOUNT_MISMATCH")
    for item in unit["items"]:
        if len(item["name"]) > 127 or item["category"] != "DIGITAL_GOODS":
            raise Problem(400, "INVALID_REQUEST", "INVALID_STRING_LENGTH")


def links_of(order_id, base, relation):
    return [
        {"rel": "self", "method": "GET",
         "href": f"{base}/v2/checkout/orders/{order_id}"},
        {"rel": relation, "method": "GET",
         "href": f"{base}/checkoutnow?token={order_id}"},
    ]


def create(body, base):
    if body.get("intent") != "CAPTURE" or len(body["purchase_units"]) != 1:
        raise Problem(400, "INVALID_REQUEST", "INVALID_PARAMETER_VALUE")
    check_unit(body["purchase_units"][0])
    context = body.get("payment_source", {}).get("paypal", {}).get(
        "experience_context")
    order = {
        "id": fresh_id(), "intent": "CAPTURE", "create_time": now(),
        "status": "PAYER_ACTION_REQUIRED" if context else "CREATED",
        "payment_source": {"paypal": {}},
        "purchase_units": [dict(body["purchase_units"][0],
                                reference_id="default")],
        "_context": context or {},
    }
    order["links"] = links_of(order["id"], base,
                              "payer-action" if context else "approve")
    state.orders[order["id"]] = order
    return 201, order["id"], order


def find_order(order_id):
    order = state.orders.get(order_id)
    if not order:
        raise Problem(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID")
    return order


def capture(order_id, how):
    order = find_order(order_id)
    unit = order["purchase_units"][0]
    if order["status"] == "COMPLETED":
        raise unprocessable("ORDER_ALREADY_CAPTURED")
    if order["status"] != "APPROVED":
        raise unprocessable("ORDER_NOT_APPROVED")
    if order.get("_declines"):
        raise unprocessable("INSTRUMENT_DECLINED")
    status = {"pending": "PENDING", "denied": "DECLINED",
              "failed": "FAILED"}.get(how, "COMPLETED")
    taken = {
        "id": fresh_id(), "status": status, "final_capture": True,
        "amount": {"currency_code": unit["amount"]["currency_code"],
                   "value": unit["amount"]["value"]},
        "custom_id": unit["custom_id"], "invoice_id": unit["invoice_id"],
        "create_time": now(),
    }
    if status in ("COMPLETED", "PENDING"):
        state.captures.append({"id": taken["id"], "order": order_id,
                               "amount": taken["amount"], "status": status,
                               "custom_id": unit["custom_id"]})
    unit["payments"] = {"captures": [taken]}
    order["status"] = "COMPLETED"
    return 201, order_id, order


def find_capture(capture_id):
    for order in state.orders.values():
        for taken in order["purchase_units"][0].get("payments", {}).get(
                "captures", []):
            if taken["id"] == capture_id:
                return order, taken
    raise Problem(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID")


def refund(capture_id, body, how, base):
    _, taken = find_capture(capture_id)
    if taken["status"] in ("DECLINED", "FAILED", "PENDING"):
        raise unprocessable("REFUND_NOT_ALLOWED")
    amount = body.get("amount", taken["amount"])
    if amount["currency_code"] != taken["amount"]["currency_code"]:
        raise unprocessable("REFUND_CAPTURE_CURRENCY_MISMATCH")
    before = sum(minor(paid["amount"]) for paid in state.payouts
                 if paid["capture"] == capture_id)
    if before == minor(taken["amount"]):
        raise unprocessable("CAPTURE_FULLY_REFUNDED")
    if before + minor(amount) > minor(taken["amount"]):
        raise unprocessable("REFUND_AMOUNT_EXCEEDED")
    paid = {
        "id": fresh_id(), "amount": amount, "create_time": now(),
        "status": {"pending": "PENDING", "failed": "FAILED"}.get(
            how, "COMPLETED"),
        "links": [{"rel": "up", "method": "GET",
                   "href": f"{base}/v2/payments/captures/{capture_id}"}],
    }
    if "custom_id" in body:
        paid["custom_id"] = body["custom_id"]
    if how != "failed":
        state.payouts.append({"id": paid["id"], "capture": capture_id,
                              "amount": amount, "status": paid["status"],
                              "custom_id": body.get("custom_id", "")})
        taken["status"] = ("REFUNDED" if before + minor(amount) ==
                           minor(taken["amount"]) else "PARTIALLY_REFUNDED")
    state.refunds[paid["id"]] = paid
    return 201, paid["id"], paid


def signature(transmission, at, webhook, event):
    text = f"{transmission}|{at}|{webhook}|{zlib.crc32(event)}"
    return base64.b64encode(hmac.new(SIGNING_KEY, text.encode(),
                                     hashlib.sha256).digest()).decode()


def verify(raw, body):
    """The event is signed byte for byte, so look at the bytes."""
    event = raw[raw.index(b'"webhook_event":') + len(b'"webhook_event":'):
                raw.rindex(b"}")]
    right = (body["webhook_id"] == options.webhook and
             body["auth_algo"] == "SHA256withRSA" and
             body["cert_url"].startswith("https://api.paypal.com/") and
             hmac.compare_digest(body["transmission_sig"], signature(
                 body["transmission_id"], body["transmission_time"],
                 options.webhook, event)))
    return {"verification_status": "SUCCESS" if right else "FAILURE"}


def make_event(kind, order_id, forged):
    """An event and the headers that PayPal would send with it."""
    order = find_order(order_id)
    captures = order["purchase_units"][0].get("payments", {}).get(
        "captures", [])
    related = {"related_ids": {"order_id": order_id}}
    if kind.startswith("CHECKOUT.ORDER."):
        resource = shown(order)
    else:
        resource = dict(captures[0] if captures else {},
                        supplementary_data=related)
    # PayPal's spelling is not ours: blanks, and an escaped slash.
    body = json.dumps({
        "id": "WH-" + fresh_id(), "event_version": "1.0",
        "create_time": now(), "event_type": kind,
        "summary": "A payment\\/an order", "resource": resource,
    }, separators=(", ", " : ")).encode()
    transmission = secrets.token_hex(16)
    at = now()
    right = signature(transmission, at, options.webhook, body)
    if forged:
        right = right[::-1]
    return {"body": body.decode(), "headers": {
        "PAYPAL-AUTH-ALGO": "SHA256withRSA",
        "PAYPAL-CERT-URL": "https://api.paypal.com/v1/notifications/certs/C",
        "PAYPAL-TRANSMISSION-ID": transmission,
        "PAYPAL-TRANSMISSION-SIG": right,
        "PAYPAL-TRANSMISSION-TIME": at,
    }}


def deliver(url, event):
    request = urllib.request.Request(url, event["body"].encode(), dict(
        event["headers"], **{"Content-Type": "application/json"}))
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def shown(thing):
    return {name: value for name, value in thing.items()
            if not name.startswith("_")}


def rewrite(answer, change):
    """put:PATH:TEXT, number:PATH:NUMBER or drop:PATH."""
    verb, path, *value = change.split(":", 2)
    *way, last = [int(step) if step.isdigit() else step
                  for step in path.split(".")]
    for step in way:
        answer = answer[step]
    if verb == "drop":
        del answer[last]
    else:
        answer[last] = int(value[0]) if verb == "number" else value[0]


def twist(answer, how):
    """Let an answer lie about one thing."""
    answer = copy.deepcopy(answer)
    if ":" in how:
        for change in how.split(","):
            rewrite(answer, change)
        return answer
    units = answer.get("purchase_units", [])
    captures = [taken for unit in units
                for taken in unit.get("payments", {}).get("captures", [])]
    if how == "minimal":
        return {name: answer[name] for name in ("id", "status", "links")
                if name in answer}
    if how == "order":
        answer["id"] = fresh_id()
        for link in answer.get("links", []):
            if link["rel"] == "up":
                link["href"] += "X"
    for part in captures or units or [answer]:
        if how == "custom":
            part["custom_id"] = "another-key"
        if how == "amount" and "amount" in part:
            part["amount"]["value"] = "1" + part["amount"]["value"]
        if how == "currency" and "amount" in part:
            part["amount"]["currency_code"] = "CAD"
    return answer


PAGE = """<!DOCTYPE html>
<html lang="en"><head><title>Pay - PayPal double</title></head><body><main>
<h1>Pay {amount} {currency}</h1>
<p>{description}</p><ul>{items}</ul>
<form method="post" action="/checkoutnow">
<input type="hidden" name="token" value="{order}">
<button name="choice" value="approve">Approve</button>
<button name="choice" value="decline">Approve with a card that is
declined</button>
<button name="choice" value="cancel">Cancel</button>
</form></main></body></html>
"""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    # ---- answering ----

    def send_bytes(self, status, body, kind="application/json", headers=()):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def send_json(self, status, thing):
        self.send_bytes(status, json.dumps(thing).encode())

    def hang_up(self):
        self.close_connection = True

    def misbehave(self, how, status, answer):
        """Answer, the way a test wants it."""
        text = json.dumps(answer).encode()
        if how == "stall-after":
            self.stall()
            self.hang_up()
        elif how == "close-after":
            self.hang_up()
        elif how.endswith("-after"):
            self.send_json(int(how.split("-")[0]), {"name": "INTERNAL"})
        elif how == "malformed":
            self.send_bytes(status, text[:-2] + b",,")
        elif how == "empty":
            self.send_bytes(status, b"")
        elif how == "html":
            self.send_bytes(status, b"<html>Gateway</html>", "text/html")
        elif how == "huge":
            self.send_bytes(status, text[:-1] + b',"x":"' +
                            b"x" * (300 * 1024) + b'"}')
        elif how == "headers":
            self.send_bytes(status, text, headers=[
                (f"X-{number}", "x" * 4000) for number in range(70)])
        elif how == "truncated":
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text[:len(text) // 2])
            self.hang_up()
        elif how == "redirect":
            self.send_bytes(302, b"", headers=[("Location", "/elsewhere")])
        elif how.startswith("slow-"):
            time.sleep(int(how.split("-")[1]) / 1000)
            self.send_json(status, answer)
        else:
            self.send_json(status, twist(answer, how))

    def stall(self):
        """Until who called has hung up, however slow this machine is."""
        with contextlib.suppress(OSError):
            self.connection.recv(1)

    def refuse_first(self, how):
        """Behaviours that come before anything is done."""
        if how == "stall-before":
            self.stall()
        if how in ("stall-before", "close-before"):
            self.hang_up()
            return True
        if how.endswith("-before"):
            raise Problem(int(how.split("-")[0]), "REFUSED")
        if how.startswith("issue-"):
            raise unprocessable(how[len("issue-"):])
        return False

    # ---- PayPal ----

    def read_body(self):
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        return raw

    def check_token(self):
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        if kind != "Bearer" or state.tokens.get(token, 0) < time.time():
            raise Problem(401, "AUTHENTICATION_FAILURE")

    def give_token(self, raw, how):
        wanted = base64.b64encode(
            f"{options.client}:{options.secret}".encode()).decode()
        if self.headers.get("Authorization") != "Basic " + wanted:
            self.send_json(401, {"error": "invalid_client"})
            return
        if raw != b"grant_type=client_credentials":
            self.send_json(400, {"error": "unsupported_grant_type"})
            return
        token = "A21AA" + secrets.token_urlsafe(40)
        seconds = 1 if how == "short" else 32400
        state.tokens[token] = time.time() + 32400
        self.misbehave(how, 200, {"access_token": token, "nonce": now(),
                                  "token_type": "Bearer", "scope": "x",
                                  "expires_in": seconds})

    def operation_of(self, parts):
        if parts == ["v1", "oauth2", "token"]:
            return "token"
        if parts == ["v1", "notifications", "verify-webhook-signature"]:
            return "verify"
        if parts[:3] == ["v2", "checkout", "orders"]:
            if len(parts) == 3:
                return "create"
            if len(parts) == 4:
                return "get"
            if parts[4:] == ["capture"]:
                return "capture"
        if parts[:3] == ["v2", "payments", "refunds"] and len(parts) == 4:
            return "get-refund"
        if parts[:3] == ["v2", "payments", "captures"] and \
                parts[4:] == ["refund"]:
            return "refund"
        return ""

    def act(self, operation, parts, raw, how):
        """Do what was asked, once for each PayPal-Request-Id."""
        body = json.loads(raw) if raw else {}
        base = f"{self.scheme()}://{self.headers['Host']}"
        request = self.headers.get("PayPal-Request-Id")
        key = (operation, request)
        if operation == "get":
            return 200, find_order(parts[3])
        if operation == "get-refund":
            if parts[3] not in state.refunds:
                raise Problem(404, "RESOURCE_NOT_FOUND")
            return 200, state.refunds[parts[3]]
        if operation == "verify":
            if how == "success":
                return 200, {"verification_status": "SUCCESS"}
            return 200, verify(raw, body)
        if request and len(request) > 108:
            raise Problem(400, "INVALID_REQUEST", "INVALID_STRING_LENGTH")
        if request and key in state.done:
            thing = state.done[key]
            if isinstance(thing, Problem):
                raise thing
            return 200, (state.refunds if operation == "refund"
                         else state.orders)[thing]
        try:
            if operation == "create":
                status, thing, answer = create(body, base)
            elif operation == "capture":
                status, thing, answer = capture(parts[3], how)
            else:
                status, thing, answer = refund(parts[3], body, how, base)
        except Problem as problem:
            # The feared reading of idempotency: a "no" is remembered too.
            if request and operation == "capture":
                state.done[key] = problem
            raise
        if request:
            state.done[key] = thing
        return status, answer

    def scheme(self):
        return "https" if options.tls else "http"

    def serve_paypal(self, operation, parts):
        raw = self.read_body()
        with state.lock:
            state.calls.append(operation)
            state.bodies[operation] = raw.decode("utf-8", "replace")
            if operation != "token":
                self.check_token()
            how = state.behaviour(operation)
        if self.refuse_first(how):
            return
        if operation == "token":
            self.give_token(raw, how)
            return
        with state.lock:
            status, answer = self.act(operation, parts, raw, how)
            answer = copy.deepcopy(shown(answer))
        if how == "already":
            raise unprocessable("ORDER_ALREADY_CAPTURED")
        self.misbehave(how, status, answer)

    # ---- the buyer ----

    def show_page(self, query):
        with state.lock:
            order = find_order(query.get("token", ""))
            unit = order["purchase_units"][0]
        page = PAGE.format(
            amount=html.escape(unit["amount"]["value"]),
            currency=html.escape(unit["amount"]["currency_code"]),
            description=html.escape(unit.get("description", "")),
            items="".join(f"<li>{html.escape(item['quantity'])} "
                          f"{html.escape(item['name'])}</li>"
                          for item in unit.get("items", [])),
            order=order["id"])
        self.send_bytes(200, page.encode(), "text/html; charset=utf-8")

    def take_choice(self, form):
        with state.lock:
            order = find_order(form.get("token", ""))
            context = order["_context"]
            approved = form.get("choice") in ("approve", "decline")
            if approved and order["status"] != "COMPLETED":
                order["status"] = "APPROVED"
                order["_declines"] = form["choice"] == "decline"
        target = context["return_url" if approved else "cancel_url"]
        more = {"token": order["id"]}
        if approved:
            more["PayerID"] = "QYR5Z8XDVJNXQ"
        joint = "&" if "?" in target else "?"
        self.send_bytes(303, b"", headers=[(
            "Location", target + joint + urllib.parse.urlencode(more))])

    # ---- the test ----

    def control(self, what, form):
        if what == "reset":
            state.reset()
        elif what == "calm":
            state.behaviours.clear()
        elif what == "expire":
            state.tokens.clear()
        elif what == "behave":
            state.behaviours.setdefault(form["on"], []).extend(
                [form["do"]] * int(form.get("times", 1)))
        elif what == "approve":
            order = find_order(form["order"])
            order["status"] = "APPROVED"
            order["_declines"] = form.get("declines") == "1"
        elif what == "settle" and "refund" in form:
            state.refunds[form["refund"]]["status"] = form["status"]
        elif what == "settle":
            order = find_order(form["order"])
            for taken in order["purchase_units"][0]["payments"]["captures"]:
                taken["status"] = form["status"]
        elif what == "hook":
            return self.send_hooks(form)
        elif what != "moves":
            raise Problem(404, "RESOURCE_NOT_FOUND")
        return {"captures": state.captures, "refunds": state.payouts,
                "calls": state.calls, "bodies": state.bodies,
                "orders": len(state.orders)}

    def send_hooks(self, form):
        events = [make_event(kind, form["order"], form.get("forged") == "1")
                  for kind in form["kinds"].split(",")]
        events = [event for event in events
                  for _ in range(int(form.get("times", 1)))]
        return {"events": events}

    def serve_control(self, what, form):
        with state.lock:
            answer = self.control(what, form)
            text = json.dumps(answer).encode()
        if what == "hook" and "to" in form:
            answer["statuses"] = [deliver(form["to"], event)
                                  for event in answer["events"]]
            text = json.dumps(answer).encode()
        self.send_bytes(200, text)

    # ---- all of it ----

    def serve(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        parts = url.path.strip("/").split("/")
        operation = self.operation_of(parts)
        try:
            if operation:
                self.serve_paypal(operation, parts)
                return
            raw = self.read_body()
            form = dict(query, **dict(urllib.parse.parse_qsl(raw.decode())))
            if parts[0] == "control":
                self.serve_control("/".join(parts[1:]), form)
            elif parts == ["checkoutnow"] and self.command == "POST":
                self.take_choice(form)
            elif parts == ["checkoutnow"]:
                self.show_page(query)
            else:
                state.calls.append("elsewhere")
                raise Problem(404, "RESOURCE_NOT_FOUND")
        except Problem as problem:
            self.send_json(problem.status, problem.body)
        except (KeyError, ValueError, TypeError) as error:
            self.send_json(400, {"name": "INVALID_REQUEST",
                                 "message": repr(error)})
        except (BrokenPipeError, ConnectionResetError):
            self.hang_up()

    do_GET = serve
    do_POST = serve


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # clients of a test hang up as they like


def main():
    server = Server(("127.0.0.1", options.port), Handler)
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*options.tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    print("port", server.server_address[1], flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--port", type=int, default=0)
parser.add_argument("--client", default="client")
parser.add_argument("--secret", default="secret")
parser.add_argument("--webhook", default="WEBHOOK1")
parser.add_argument("--tls", nargs=2)
options = parser.parse_args()

if __name__ == "__main__":
    main()
