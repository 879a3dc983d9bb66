"""A real site for a while: lighttpd with the programs of a build, on a free
port of the loopback, with a data directory of its own."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

TOP = pathlib.Path(__file__).resolve().parents[2]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children(pid):
    """Ids of a process's children."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except (OSError, NotADirectoryError):
            continue
        if entry.name.isdigit() and int(fields[1]) == pid:
            found.append(int(entry.name))
    return found


class Site:
    """build: the folder with campuspass; programs: the folder with the CGI
    programs, build/cgi-bin unless told."""

    def __init__(self, build, programs=None, workers=2, folder=None):
        self.build = pathlib.Path(build).resolve()
        self.programs = pathlib.Path(programs or self.build / "cgi-bin")
        self.programs = self.programs.resolve()
        self.workers = workers
        self.home = pathlib.Path(tempfile.mkdtemp(dir=folder,
                                                  prefix="campuspass-"))
        self.data = self.home / "data"
        self.database = self.data / "campuspass.db"
        self.server = None
        self.port = 0
        self.clerk = {}  # cookies of somebody who sells at the counter
        self.command("init")
        (self.data / "run").mkdir(exist_ok=True)
        # All these buyers are one address, and faster than people.
        with open(self.data / "campuspass.conf", "a") as conf:
            conf.write("limits = no\n")

    def command(self, *words, text=None):
        """Run the operator's command; its output."""
        done = subprocess.run(
            [self.build / "campuspass", "--data", self.data, *words],
            input=text, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"campuspass {' '.join(words)}: "
                               f"{done.stdout}{done.stderr}")
        return done.stdout

    def start(self, conf=TOP / "lighttpd.conf"):
        """Another program may take the port first, hence the tries."""
        for _ in range(5):
            self.port = free_port()
            environment = dict(
                os.environ, CAMPUSPASS_PORT=str(self.port),
                CAMPUSPASS_BIND="127.0.0.1", CAMPUSPASS_ROOT=str(TOP),
                CAMPUSPASS_PROGRAMS=str(self.programs),
                CAMPUSPASS_DATA=str(self.data),
                CAMPUSPASS_WORKERS=str(self.workers),
                PATH=os.environ["PATH"] + ":/usr/sbin")
            with open(self.data / "log" / "server.out", "ab") as output:
                self.server = subprocess.Popen(
                    ["lighttpd", "-D", "-f", conf],
                    env=environment, stdout=output, stderr=output)
            if self.answers():
                return self
            self.stop()
        raise RuntimeError((self.data / "log" / "server.out").read_text())

    def answers(self):
        for _ in range(200):
            if self.server.poll() is not None:
                return False
            try:
                with urllib.request.urlopen(
                        f"http://127.0.0.1:{self.port}/terms", timeout=5):
                    return True
            except OSError:  # a 503, too: no program is there yet
                time.sleep(0.05)
        return False

    def worker_ids(self, program=None):
        """Ids of the workers, of one program or of all."""
        found = []
        for pid in children(self.server.pid):
            try:
                name = os.readlink(f"/proc/{pid}/exe")
            except OSError:
                continue
            if program is None or name.endswith("/" + program):
                found.append(pid)
        return found

    def stop(self):
        if self.server and self.server.poll() is None:
            self.server.terminate()
        if self.server:
            self.server.wait()

    def kill(self):
        """kill -9 of the server and of each worker, at once."""
        for pid in [self.server.pid, *self.worker_ids()]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.server.wait()

    def remove(self):
        shutil.rmtree(self.home, ignore_errors=True)
