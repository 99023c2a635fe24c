"""A page of elsewhere: a small server of its own, at another site than Sayso's, with a strict content policy.

A process of its own, since Playwright keeps this one's loop. Words: the port, the address of Sayso, the engagement.
"""

from __future__ import annotations

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT, SAYSO, SLUG = int(sys.argv[1]), sys.argv[2], sys.argv[3]
TAG = f'<script src="{SAYSO}/embed.js" data-engagement="{SLUG}" async></script>'
EAR = "addEventListener('message', (event) => { (window.heard ??= []).push([event.origin, event.data]) })"
POLICY = f"default-src 'none'; script-src 'self' {SAYSO}; frame-src {SAYSO}"


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        script = self.path == "/ear.js"
        kind = "text/javascript" if script else "text/html; charset=utf-8"
        frame = f'<iframe src="{SAYSO}/e/{SLUG}/results/" title="Results"></iframe>' if "results" in self.path else TAG
        inside = f"<main><h1>Intranet</h1>{frame}</main><script src=/ear.js></script>"
        page = f"<!doctype html><html lang=en><title>Intranet</title>{inside}"
        body = (EAR if script else page).encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Silent."""


ThreadingHTTPServer(("127.0.0.1", PORT), Page).serve_forever()
