"""Where other programs reach Studio as an MCP server: `/mcp` and `/mcp/`, over streamable HTTP."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from studio.features.mcp_server.models import LARGEST_BODY, Visit
from studio.features.mcp_server.service import Application, McpServer
from studio.kit.errors import UnsupportedMediaType
from studio.kit.principals import Principal
from studio.wire.dialects.json_rpc import JsonRpc
from studio.wire.head import head_of
from studio.wire.table import Table, delete, get, post

FOLDER = "x-studio-folder"


class McpAnswer(Response):
    """The answer that the SDK gives to one request."""

    def __init__(self, application: Application, visit: Visit) -> None:
        self.background = None
        self._application = application
        self._visit = visit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        await self._application(self._visit, scope, receive, send)


async def speak(server: McpServer, principal: Principal, request: Request) -> Response:
    """Speak MCP: streamable HTTP, every revision.

    The body is a JSON-RPC message. `X-Studio-Folder` names the folder to work in, percent-encoded, for a program that
    has no roots.
    """
    if request.method == "POST" and not head_of(request.scope)[b"content-type"].startswith("application/json"):
        raise UnsupportedMediaType("The body must be JSON. Send 'Content-Type: application/json'.")
    return McpAnswer(await server.begin(), Visit(principal, request.headers.get(FOLDER, "")))


KINDS = ("application/json", "text/event-stream")

TABLES = [
    Table(
        "",
        JsonRpc(),
        [
            post("/mcp", speak, body_limit=LARGEST_BODY, produces=KINDS, problems=[404, 406, 503]),
            get("/mcp", speak, produces=("text/event-stream",), problems=[404, 405, 406]),
            delete("/mcp", speak, produces=(), problems=[404, 405]),
        ],
    )
]
