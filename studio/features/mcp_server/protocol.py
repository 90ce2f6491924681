"""The protocol: Studio's tools as the SDK's server speaks of them, in every revision that it knows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import studio
from studio.features.mcp_server.calls import Caller
from studio.features.mcp_server.folders import choose_folder
from studio.features.mcp_server.models import LARGEST_BODY, Visit
from studio.features.tools.models import ToolContext, ToolResult
from studio.kit.background import Background
from studio.kit.errors import StudioError
from studio.kit.principals import Principal

if TYPE_CHECKING:
    from mcp import types
    from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
    from mcp.server.context import ServerRequestContext
    from mcp.server.lowlevel import Server
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

VISIT = "studio.mcp.visit"
"""Where the ASGI scope of a request has its Visit."""

MOST_SESSIONS = 256
MOST_CALLS = 64
"""At once: more than that is no work but a flood of questions."""

ROOTS_SECONDS = 3.0
ROOTS = "roots"
LONGEST_NAME = 60

INSTRUCTIONS = (
    "Tools of Studio, the home base of the developer at this machine: files, search, commands, pages, conversations. "
    "They work in one folder and are held to its owner's rules. A call that the rules ask about waits until a person "
    "answers in Studio, up to ten minutes; one that they forbid says which rule does."
)


def create_manager(caller: Caller, background: Background) -> StreamableHTTPSessionManager:
    """Return what answers HTTP requests. Importing the SDK takes a second or two."""
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager  # noqa: PLC0415 -- a second
    from mcp.server.transport_security import TransportSecuritySettings  # noqa: PLC0415 -- as above

    # It would write the ids of sessions, and warn of programs that go away.
    logging.getLogger("mcp").setLevel(logging.ERROR)
    return StreamableHTTPSessionManager(
        create_server(caller, background),
        # The gate has looked at Host and Origin.
        security_settings=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        max_request_body_size=LARGEST_BODY,
        max_sessions=MOST_SESSIONS,
    )


def user_of(principal: Principal) -> AuthenticatedUser:
    """Return the principal as the SDK knows users: a session is for the credential that opened it alone."""
    from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser  # noqa: PLC0415 -- as above
    from mcp.server.auth.provider import AccessToken  # noqa: PLC0415 -- as above

    return AuthenticatedUser(AccessToken(token="", client_id=principal.digest, subject=principal.id, scopes=[]))


def create_server(caller: Caller, background: Background) -> Server[Any]:
    """Return the server of the SDK with Studio's tools."""
    from mcp.server.lowlevel import Server  # noqa: PLC0415 -- as above

    handlers = Handlers(caller, background)
    return Server(
        "studio",
        title="Studio",
        version=studio.__version__,
        instructions=INSTRUCTIONS,
        # No argument of ours comes in a header: nothing has to be looked up for that.
        get_tool_input_schema=lambda _: None,
        on_list_tools=handlers.list_tools,
        on_call_tool=handlers.call_tool,
    )


class Handlers:
    """What is answered."""

    def __init__(self, caller: Caller, background: Background) -> None:
        self._caller = caller
        self._background = background
        self._open = 0

    async def list_tools(
        self, context: ServerRequestContext[Any, Any], params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        """List the tools that other programs are offered."""
        from mcp import types  # noqa: PLC0415 -- as above

        del context, params
        toolbox = self._caller.toolbox
        described, known = (await toolbox.list()).tools, toolbox.tools()
        return types.ListToolsResult(
            tools=[
                types.Tool(
                    name=one.name,
                    description=one.description,
                    input_schema=one.parameters,
                    annotations=types.ToolAnnotations(read_only_hint=known[one.name].is_read_only),
                )
                for one in described
            ]
        )

    async def call_tool(
        self, context: ServerRequestContext[Any, Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult | types.InputRequiredResult:
        """Make a call of a tool, or say what the program has to tell first."""
        visit = _visit_of(context)
        if self._open >= MOST_CALLS:
            return _spell(ToolResult(f"More than {MOST_CALLS} calls at once are not taken. Wait.", is_error=True))
        self._open += 1
        try:
            roots = await _ask_for_roots(context, params)
            if not isinstance(roots, list):
                return roots
            folder = choose_folder(visit, roots)
            where = ToolContext(folder, visit.principal, asked_by=_name_of(context))
            return _spell(await self._make(context, params, visit, where))
        except StudioError as error:
            return _spell(ToolResult(error.message, is_error=True))
        finally:
            self._open -= 1

    async def _make(
        self,
        context: ServerRequestContext[Any, Any],
        params: types.CallToolRequestParams,
        visit: Visit,
        where: ToolContext,
    ) -> ToolResult:
        """Make the call as long as somebody is there to be answered."""

        async def tell(progress: float, message: str) -> None:
            await context.session.report_progress(progress, message=message)

        # A task of its own, because one that the SDK cancels could not take back its question.
        work = self._caller.call(params.name, params.arguments or {}, where, tell=tell)
        making = self._background.start(work, name=f"mcp {params.name}")
        try:
            await asyncio.wait({making, visit.gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            making.cancel()
        if making.done() and not making.cancelled():
            return making.result()
        return ToolResult("This was not finished: Studio is ending, or nobody waited for it.", is_error=True)


def _visit_of(context: ServerRequestContext[Any, Any]) -> Visit:
    request: Any = context.request
    return request.scope[VISIT]


async def _ask_for_roots(
    context: ServerRequestContext[Any, Any], params: types.CallToolRequestParams
) -> list[str] | types.InputRequiredResult:
    """Return the addresses of the program's folders, none where it has none, or the question that it has to answer.

    Until the revision of 2025-11-25 a server asks on a line of its own, from 2026-07-28 on by its answer.
    """
    from mcp import MCPError, types  # noqa: PLC0415 -- as above
    from mcp.shared.message import ServerMessageMetadata  # noqa: PLC0415 -- as above

    capabilities = context.session.client_capabilities
    if capabilities is None or capabilities.roots is None:
        return []
    if context.session.can_send_request:
        try:
            told = await context.session.send_request(
                types.ListRootsRequest(),
                types.ListRootsResult,
                ROOTS_SECONDS,
                ServerMessageMetadata(related_request_id=context.request_id),
            )
        except (MCPError, ValueError):
            return []
        return _addresses(told.roots)
    if params.input_responses is None:
        return types.InputRequiredResult(input_requests={ROOTS: types.ListRootsRequest()})
    answer = params.input_responses.get(ROOTS)
    return _addresses(answer.roots) if isinstance(answer, types.ListRootsResult) else []


def _addresses(roots: Sequence[types.Root]) -> list[str]:
    return [str(root.uri) for root in roots]


def _name_of(context: ServerRequestContext[Any, Any]) -> str:
    """Return what the program calls itself, without characters that could pretend something else."""
    told = context.session.client_params
    name = f"{told.client_info.name} {told.client_info.version}" if told else "an MCP client"
    return "".join(character for character in name if character.isprintable()).strip()[:LONGEST_NAME]


def _spell(result: ToolResult) -> types.CallToolResult:
    from mcp import types  # noqa: PLC0415 -- as above

    rule = result.meta.get("rule") if result.is_error else None
    text = f"{result.content} (Rule: {rule}.)" if rule else result.content
    return types.CallToolResult(content=[types.TextContent(text=text)], is_error=result.is_error)
