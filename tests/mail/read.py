"""Read a mail with Python's own parser, as JSON: read.py FILE."""
import email
import email.header
import email.policy
import email.utils
import json
import sys

raw = open(sys.argv[1], "rb").read()
mail = email.message_from_bytes(raw, policy=email.policy.default)
old = email.message_from_bytes(raw)
defects = [str(d) for part in mail.walk() for d in part.defects]
defects += [f"{n}: {d}" for n, v in mail.items() for d in v.defects]


def body(kind):
    part = mail.get_body((kind,))
    return part.get_content().replace("\r\n", "\n") if part else None


def people(name):
    """Its newer parser puts blanks between encoded words of a name."""
    people = email.utils.getaddresses(old.get_all(name, []))
    return [[str(email.header.make_header(email.header.decode_header(who))),
             address] for who, address in people]


print(json.dumps({
    "from": people("From"),
    "to": people("To"),
    "bcc": people("Bcc"),
    "envelope": [mail["X-From"], mail["X-To"]],
    "subject": mail["Subject"],
    "id": mail["Message-ID"],
    "date": mail["Date"].datetime.timestamp(),
    "auto": mail["Auto-Submitted"],
    "headers": [name for name, _ in mail.items()],
    "types": [part.get_content_type() for part in mail.walk()],
    "text": body("plain"),
    "html": body("html"),
    "longest": max(len(line) for line in raw.splitlines()),
    "ascii": raw.isascii(),
    "defects": defects,
}))
