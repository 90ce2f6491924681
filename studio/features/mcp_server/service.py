"""Studio as an MCP server, begun when the first program comes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from typing import TYPE_CHECKING, Any

from studio.features.approvals.service import Approvals
from studio.features.mcp_server import protocol
from studio.features.mcp_server.calls import Caller
from studio.features.mcp_server.models import Visit
from studio.features.tools.service import Toolbox
from studio.kit.background import Background
from studio.kit.errors import Unavailable
from studio.kit.ids import Ids
from studio.kit.principals import Principals

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Scope], Awaitable[None]]
Application = Callable[[Visit, Scope, Receive, Send], Awaitable[None]]
"""Answers one request, whose sender was let in."""


class McpServer:
    """What other programs speak to. `toolbox` has the tools that they are offered."""

    def __init__(
        self, background: Background, toolbox: Toolbox, approvals: Approvals, principals: Principals, ids: Ids
    ) -> None:
        self._background = background
        self._toolbox = toolbox
        self._caller = Caller(toolbox, approvals, principals, ids)
        self._application: asyncio.Future[Application] | None = None
        self._running: asyncio.Task[None] | None = None
        self._visits = set[Visit]()
        self._is_closed = False

    async def begin(self) -> Application:
        """Return what answers requests, begun where it was not.

        Raises:
            Unavailable: Studio is ending, or the protocol cannot be spoken here.
        """
        if self._is_closed:
            raise Unavailable("Studio is ending.")
        if self._application is None:
            self._application = asyncio.get_running_loop().create_future()
            self._running = self._background.start(self._run(self._application), name="mcp server")
        # Whoever goes away does not end it for the others.
        return await asyncio.shield(self._application)

    async def _answer(
        self, manager: StreamableHTTPSessionManager, visit: Visit, scope: Scope, receive: Receive, send: Send
    ) -> None:
        # Who looks for these in the scope is the SDK, and what it calls.
        scope.update({protocol.VISIT: visit, "user": protocol.user_of(visit.principal)})
        self._visits.add(visit)
        try:
            await manager.handle_request(scope, receive, send)
        finally:
            self._visits.discard(visit)
            visit.end()

    async def close(self) -> None:
        """End every session and every call."""
        self._is_closed = True
        await self._toolbox.close()
        for visit in self._visits:
            visit.end()
        if self._running:
            self._running.cancel()
            await asyncio.wait({self._running})

    async def _run(self, begun: asyncio.Future[Application]) -> None:
        """Serve until cancelled. The sessions belong to this task: it has to be the one that ends them."""
        try:
            manager = await asyncio.to_thread(protocol.create_manager, self._caller, self._background)
            async with manager.run():
                begun.set_result(partial(self._answer, manager))
                await asyncio.Event().wait()
        finally:
            if not begun.done():
                begun.set_exception(Unavailable("Studio cannot be an MCP server now. Its log says why."))
                # Nobody may be left to hear it.
                begun.exception()
            self._application = None
