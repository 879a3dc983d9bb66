"""Start PROGRAM as a FastCGI worker, on a socket of its own.

usage: worker.py orphan PROGRAM FILE   it starts after its parent has ended;
                                       FILE gets its process id
       worker.py child PROGRAM         wait until it has ended
"""
import os
import socket
import sys
import tempfile
import time


def serve(program):
    """Become the program, with a socket that nobody calls."""
    server = socket.socket(socket.AF_UNIX)
    server.bind(os.path.join(tempfile.mkdtemp(), "socket"))
    server.listen()
    os.dup2(server.fileno(), 0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.execv(program, [program])


def main():
    kind, program = sys.argv[1:3]
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
