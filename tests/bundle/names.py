#!/usr/bin/python3
"""A name server for tests: names.py ADDRESS answers on UDP port 53 there.

Every name that ends in .test is 127.0.0.1, names that begin with "silent" get
no answer, all others do not exist. It prints "ready" once it listens; each
question is a line after that.
"""
import socket
import struct
import sys

ADDRESS_RECORD = 1


def name_of(question):
    """The name that is asked for, and where the question ends."""
    labels, at = [], 12
    while question[at]:
        labels.append(question[at + 1:at + 1 + question[at]].decode())
        at += 1 + question[at]
    return ".".join(labels).lower(), at + 5


def answer(question, name, end):
    """The reply, or nothing for a name that is silent."""
    kind, = struct.unpack("!H", question[end - 4:end - 2])
    is_ours = name.endswith(".test")
    record = b""
    if is_ours and kind == ADDRESS_RECORD:
        record = (b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 5, 4)
                  + socket.inet_aton("127.0.0.1"))
    flags = 0x8180 if is_ours else 0x8183
    return (question[:2] + struct.pack("!HHHHH", flags, 1, bool(record), 0, 0)
            + question[12:end] + record)


def main():
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((sys.argv[1], 53))
    print("ready", flush=True)
    while True:
        question, client = server.recvfrom(4096)
        name, end = name_of(question)
        print(name, flush=True)
        if not name.startswith("silent"):
            server.sendto(answer(question, name, end), client)


main()
