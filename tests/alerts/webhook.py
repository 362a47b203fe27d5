"""A channel on this machine that fails when it is told to."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

TOKEN = "s3cret-token-4711"


class Webhook(HTTPServer):
    """A webhook that answers with the given statuses in turn, then with 200, and keeps what it was told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), WebhookHandler)
        self.statuses: list[int] = []
        self.received: list[dict[str, Any]] = []
        self.calls = 0

    def address(self, query: str = "") -> str:
        return f"json://clerk:{TOKEN}@127.0.0.1:{self.server_port}/hook/{TOKEN}{query}"


class WebhookHandler(BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.calls += 1
        status = self.server.statuses.pop(0) if self.server.statuses else 200
        if status == 200:
            self.server.received.append(body)
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""
