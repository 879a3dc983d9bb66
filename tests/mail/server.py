"""A mail server on loopback that misbehaves on demand.

server.py PORT FOLDER - writes each mail that it takes to FOLDER/N.eml, with
the envelope on the first lines. FOLDER/behave says what it does: "take" (or
no file), "later" (451), "refuse" (550), "drop" (hangs up in the message,
having kept it), "hang".
"""
import asyncio
import pathlib
import sys

from aiosmtpd.controller import Controller

folder = pathlib.Path(sys.argv[2])


def behaviour():
    try:
        return (folder / "behave").read_text().strip()
    except FileNotFoundError:
        return "take"


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if behaviour() == "refuse":
            return "550 5.1.1 Nobody of that name"
        if behaviour() == "later":
            return "451 4.3.0 Come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if behaviour() == "hang":
            await asyncio.sleep(60)
        number = len(list(folder.glob("*.eml"))) + 1
        head = f"X-From: {envelope.mail_from}\r\n"
        head += f"X-To: {','.join(envelope.rcpt_tos)}\r\n"
        part = folder / "part"
        part.write_bytes(head.encode() + envelope.original_content)
        part.rename(folder / f"{number}.eml")
        if behaviour() == "drop":
            server.transport.abort()
        return "250 Taken"


controller = Controller(
    Handler(), hostname="127.0.0.1", port=int(sys.argv[1]), enable_SMTPUTF8=True)
controller.start()
asyncio.new_event_loop().run_forever()
