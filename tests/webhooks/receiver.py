#!/usr/bin/env python3
"""Hears webhooks: receiver.py FOLDER

Listens on a free port of loopback, written to FOLDER/port. Each call is kept
as FOLDER/N.json: path, headers, body. It answers with the status in
FOLDER/answer (200 without it); "redirect" answers 302, "slow" waits until the
caller hangs up, and keeps when that was, in seconds, in FOLDER/hung-up.
"""

import http.server
import json
import pathlib
import sys
import time

folder = pathlib.Path(sys.argv[1])
count = 0


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        global count
        body = self.rfile.read(int(self.headers["Content-Length"]))
        count += 1
        kept = folder / f"{count}.new"
        kept.write_text(json.dumps(
            {"path": self.path, "headers": dict(self.headers),
             "body": body.decode()}))
        kept.rename(folder / f"{count}.json")
        try:
            answer = (folder / "answer").read_text().strip()
        except FileNotFoundError:
            answer = "200"
        if answer == "slow":
            self.connection.recv(1)
            (folder / "hung-up").write_text(str(int(time.time())))
            return
        self.send_response(302 if answer == "redirect" else int(answer))
        if answer == "redirect":
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def do_GET(self):
        (folder / "got").write_text(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
(folder / "port.new").write_text(str(server.server_port))
(folder / "port.new").rename(folder / "port")
server.serve_forever()
