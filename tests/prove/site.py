"""A page of one's own for a window, and what it tells: a server on loopback that notes what it is asked for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


class Site:
    """Serves `page` at `/` and nothing elsewhere. `asked` has every path with its query, in order."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.page = ""
        self.asked: list[str] = []
        self.origin = f"http://127.0.0.1:{server.server_address[1]}"

    def told(self) -> dict[str, str]:
        """Return what the page said by asking for `/tell?name=value`."""
        return dict(pair for path in self.asked for pair in parse_qsl(urlsplit(path).query))


@contextmanager
def site() -> Iterator[Site]:
    """Run a server until the block is left."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(self.path)
            body = found.page.encode() if urlsplit(self.path).path == "/" else b""
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found = Site(server)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
