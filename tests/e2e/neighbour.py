"""Another server of this machine, with a page that means harm."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

SCRIPT = Path(__file__).with_name("neighbour.js")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


@dataclass
class Neighbour:
    """Where it is, and what reached it: it lets in whoever knocks, so that attempts are seen to be made."""

    address: str
    reached: set[str] = field(default_factory=set)

    def app(self) -> Starlette:
        methods = ["GET", "POST", "PUT", "DELETE"]
        return Starlette(
            routes=[
                Route("/attack", self._page),
                Route("/attack.js", self._script),
                WebSocketRoute("/{path:path}", self._socket),
                Route("/{path:path}", self._anything, methods=methods),
            ]
        )

    async def _page(self, request: Request) -> Response:
        return HTMLResponse('<!doctype html><title>A neighbour</title><script src="/attack.js"></script><body>')

    async def _script(self, request: Request) -> Response:
        return Response(SCRIPT.read_text(), media_type="text/javascript")

    async def _socket(self, socket: WebSocket) -> None:
        await socket.accept()
        self.reached.add(f"WS {socket.url.path} {await socket.receive_text()}")
        await socket.send_text("let in")
        await socket.close()

    async def _anything(self, request: Request) -> Response:
        self.reached.add(f"{request.method} {request.url.path}")
        if request.url.path.endswith("/events"):
            return Response("data: let in\n\n", media_type="text/event-stream")
        wants_image = request.headers.get("sec-fetch-dest") == "image"
        if wants_image or request.url.path == "/favicon.svg":
            kind = "image/svg+xml" if wants_image else "text/css"
            return Response(SVG if wants_image else "", media_type=kind)
        return Response("'let in'", media_type="text/html" if _is_shown(request) else "text/javascript")


def _is_shown(request: Request) -> bool:
    return request.headers.get("sec-fetch-dest") == "iframe"


@asynccontextmanager
async def neighbour() -> AsyncIterator[Neighbour]:
    """Listen until the block is left."""
    listening = socket.create_server(("127.0.0.1", 0))
    made = Neighbour(f"http://127.0.0.1:{listening.getsockname()[1]}")
    config = uvicorn.Config(made.app(), log_level="critical", ws="websockets-sansio", lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield made
    finally:
        server.should_exit = True
        await serving
