"""Start PROGRAM as a FastCGI worker, on a socket of its own.

usage: worker.py orphan PROGRAM FILE   it starts after its parent has ended;
                                       FILE gets its process id
       worker.py child PROGRAM         wait until it has ended
       worker.py ask PROGRAM SCENE     be its web server; prints statuses
"""
import contextlib
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

# FastCGI 1.0, 8.
BEGIN, PARAMS, STDIN = 1, 4, 5
POST = {"REQUEST_METHOD": "POST", "PATH_INFO": "/book/jazz-evening",
        "CONTENT_TYPE": "application/x-www-form-urlencoded"}


def listen():
    """A socket, and where it is."""
    server = socket.socket(socket.AF_UNIX)
    server.bind(os.path.join(tempfile.mkdtemp(), "socket"))
    server.listen()
    return server


def serve(program):
    """Become the program, with a socket that nobody calls."""
    server = listen()
    os.dup2(server.fileno(), 0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.execv(program, [program])


# ---- a web server ----


def record(kind, content=b""):
    """One of request 1, without padding."""
    return struct.pack(">BBHHBx", 1, kind, 1, len(content), 0) + content


def pair(name, value):
    """As PARAMS has it, with long lengths."""
    return struct.pack(">II", len(name) | 1 << 31, len(value) | 1 << 31) + \
        (name + value).encode()


def begin(path, variables):
    """A connection whose request has come as far as its body."""
    server = socket.socket(socket.AF_UNIX)
    server.connect(path)
    server.sendall(record(BEGIN, b"\0\1\0\0\0\0\0\0") +
                   record(PARAMS, b"".join(map(pair, variables, variables.values()))) +
                   record(PARAMS))
    return server


def finish(server):
    """The status, and whether the whole page came."""
    answer = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := server.recv(65536):
            answer += piece
    print(answer[8:].split(b"\r\n")[0].decode(), answer.count(b"</html>"))


def send_body(path, worker, variables, amid):
    """Half of 40000 bytes, what happens amid them, and the other half."""
    server = begin(path, {**POST, "CONTENT_LENGTH": "40000", **variables})
    server.sendall(record(STDIN, b"x" * 20000))
    time.sleep(0.5)
    amid(worker)
    server.sendall(record(STDIN, b"x" * 20000))
    time.sleep(0.5)
    server.sendall(record(STDIN))
    finish(server)


def ask_nothing(worker):
    """Nothing happens amid."""


def late(path, worker):
    """The last record comes after the last byte."""
    send_body(path, worker, {}, ask_nothing)


def refused(path, worker):
    """A body that need not be looked at."""
    send_body(path, worker, {"PATH_INFO": "/book/" + "x" * 1100}, ask_nothing)
    send_body(path, worker, {"REQUEST_METHOD": "GET"}, ask_nothing)


def terminated(path, worker):
    """The worker is told to end amid the body."""
    get(path)
    send_body(path, worker, {}, lambda it: it.send_signal(signal.SIGTERM))


def send_get(path):
    """A connection that waits for an event's page."""
    server = begin(path, {"REQUEST_METHOD": "GET",
                          "PATH_INFO": "/book/jazz-evening"})
    server.sendall(record(STDIN))
    return server


def get(path):
    """An event's page."""
    finish(send_get(path))


def thrice(path, worker):
    """One worker, several requests."""
    for _ in range(3):
        get(path)
        time.sleep(0.1)
    print("ended" if worker.poll() else "serves")


def is_stopped(worker):
    with open(f"/proc/{worker.pid}/stat", encoding="ascii") as stat:
        return stat.read().rpartition(")")[2].split()[0] == "T"


def queued(path, worker):
    """Requests wait in its socket while it is told to end; one has hung up."""
    get(path)
    worker.send_signal(signal.SIGSTOP)
    while not is_stopped(worker):
        time.sleep(0.01)
    waiting = [send_get(path) for _ in range(4)]
    waiting.pop(1).close()
    worker.terminate()
    worker.send_signal(signal.SIGCONT)
    for server in waiting:
        finish(server)
    worker.wait()


SCENES = {scene.__name__: scene
          for scene in (late, refused, terminated, thrice, queued)}


def ask(program, scene):
    """Start it, call it, end it."""
    listening = listen()
    path = listening.getsockname()
    with subprocess.Popen([program], stdin=listening) as worker:
        listening.close()
        try:
            SCENES[scene](path, worker)
        finally:
            worker.terminate()


def main():
    kind, program = sys.argv[1:3]
    if kind == "ask":
        ask(program, sys.argv[3])
        return
    if kind == "child":
        serve(program)
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        while os.getppid() == parent:
            time.sleep(0.01)
        serve(program)
    with open(sys.argv[3], "w", encoding="ascii") as file:
        print(child, file=file)


if __name__ == "__main__":
    main()
