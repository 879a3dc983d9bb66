"""Read a mail with Python's own parser, as JSON: read.py FILE [FOLDER].

With a folder, what is attached is written there.
"""
import email
import email.header
import email.policy
import email.utils
import json
import pathlib
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


files = list(mail.iter_attachments())
for part in files if len(sys.argv) > 2 else []:
    path = pathlib.Path(sys.argv[2]) / part.get_filename()
    path.write_bytes(part.get_payload(decode=True))

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
    "files": [part.get_filename() for part in files],
    "stop": [value.strip() for name, value in mail.items()
             if name.startswith("List-Unsubscribe")],
    "types": [part.get_content_type() for part in mail.walk()],
    "text": body("plain"),
    "html": body("html"),
    "longest": max(len(line) for line in raw.splitlines()),
    "ascii": raw.isascii(),
    "defects": defects,
}))
