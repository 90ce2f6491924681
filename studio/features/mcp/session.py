"""One connection to a server, by the official SDK: what comes back is plain values, what goes wrong a sentence."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import mcp_types
from mcp import Client, MCPError
from mcp.client.session import ClientRequestContext
from mcp.client.streamable_http import streamable_http_client
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

import studio
from studio.features.mcp.definitions import MOST_TOOLS, define
from studio.features.mcp.dialling import LARGEST_ANSWER, Guide, Refused, open_client
from studio.features.mcp.errors import ServerGone, ServerRefused, ServerSilent, SignInNeeded
from studio.features.mcp.log import Log
from studio.features.mcp.models import Definition, Launch, Peer
from studio.features.mcp.oauth import Signer, SignIn
from studio.features.mcp.stdio import Program
from studio.kit.characters import show_hidden
from studio.kit.errors import StudioError

LIST_SECONDS = 30.0
MOST_PAGES = 50
LARGEST_LIST = 32 * 1024 * 1024
"""Of all pages of a list together, as JSON."""

LONGEST_REASON = 500
LONGEST_INSTRUCTIONS = 20_000
MOST_QUESTIONS = 3
"""What a server may have asked a person at one time. More is declined."""

MOST_WAITING_SECONDS = 600.0
"""How much longer than its own limit a call may take while people are asked, all questions together."""

# It says with each request what it sends, and with each failure how it came about: the log of Studio is not for that.
logging.getLogger("mcp.client").setLevel(logging.CRITICAL)

Elicit = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]]
"""Takes a server's question as the protocol spells it; returns `action` and `content`."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a connection needs of Studio."""

    log: Log
    guide: Guide
    elicit: Elicit
    on_change: Callable[[], None]
    sign_in: SignIn | Signer | None = None


@dataclass(frozen=True, slots=True)
class _Limit:
    """The time limit of a call: how many seconds it has, and when it ends whoever is waited for."""

    timeout: asyncio.Timeout
    seconds: float
    latest: float

    def move(self, when: float) -> None:
        # One that has struck cannot be moved: its call is about to learn of it.
        if not self.timeout.expired():
            self.timeout.reschedule(min(when, self.latest))


class Session:
    """A server that can be asked."""

    def __init__(
        self, client: Client, launch: Launch, program: Program | None, sign_in: SignIn | Signer | None
    ) -> None:
        self._client = client
        self._title = launch.settings.title or launch.name
        self._program = program
        self._sign_in = sign_in
        self._limits: set[_Limit] = set()
        """Those of the calls under way."""
        self._questions = 0
        """How many a person has not answered yet."""

    @property
    def pid(self) -> int | None:
        """The process of a server that is a program."""
        return self._program.pid if self._program else None

    @property
    def reason(self) -> str:
        """Why it can be asked no longer, as a sentence; empty while it can."""
        return self._program.reason if self._program else ""

    async def wait(self) -> None:
        """Wait until the server has ended. One at an address never does."""
        await (self._program.ended if self._program else asyncio.Event()).wait()

    def describe(self) -> Peer:
        """Return who answers."""
        info, can, version = self._client.server_info, self._client.server_capabilities, self._client.protocol_version
        return Peer(
            protocol_version=version,
            era="stateless" if version in MODERN_PROTOCOL_VERSIONS else "handshake",
            version=show_hidden(f"{info.name} {info.version}")[:200] if info else "",
            instructions=show_hidden(self._client.instructions or "")[:LONGEST_INSTRUCTIONS],
            has_tools=can.tools is not None,
            has_resources=can.resources is not None,
            has_prompts=can.prompts is not None,
        )

    async def list_tools(self) -> list[Definition]:
        """Return what the server says of its tools now."""
        if self._client.server_capabilities.tools is None:
            return []
        return [define(one) for one in await self._list(self._client.list_tools, "tools", most=2 * MOST_TOOLS)]

    async def list_resources(self, *, most: int) -> list[dict[str, Any]]:
        """Return the resources that the server lists, as the protocol spells them."""
        if self._client.server_capabilities.resources is None:
            return []
        return await self._list(self._client.list_resources, "resources", most=most)

    async def list_prompts(self, *, most: int) -> list[dict[str, Any]]:
        """Return the prompts that the server lists, as the protocol spells them."""
        if self._client.server_capabilities.prompts is None:
            return []
        return await self._list(self._client.list_prompts, "prompts", most=most)

    async def call(
        self, name: str, arguments: dict[str, Any], *, seconds: float, report: Callable[[str], None]
    ) -> dict[str, Any]:
        """Call a tool. While the server waits for a person, its time stands still.

        Raises:
            ServerGone, ServerSilent, ServerRefused: there is no result.
        """

        async def tell(progress: float, total: float | None, message: str | None) -> None:
            of = f"/{total:g}" if total else ""
            report(f"{progress:g}{of} {show_hidden(message or '')[:LONGEST_REASON]}\n")

        async with self._asking(seconds, f"the call of {show_hidden(name)!r}"):
            result = await self._client.call_tool(name, arguments, progress_callback=tell)
        return result.model_dump(mode="json", by_alias=True, exclude_none=True)

    async def read_resource(self, uri: str, *, seconds: float) -> list[dict[str, Any]]:
        """Return what a resource holds, as the protocol spells it."""
        async with self._asking(seconds, f"{show_hidden(uri)!r}"):
            result = await self._client.read_resource(uri)
        return _plain(result)["contents"]

    async def get_prompt(self, name: str, arguments: dict[str, str], *, seconds: float) -> list[dict[str, Any]]:
        """Return the messages of a prompt, as the protocol spells them."""
        async with self._asking(seconds, f"the prompt {show_hidden(name)!r}"):
            result = await self._client.get_prompt(name, arguments)
        return _plain(result)["messages"]

    async def listen(self, on_change: Callable[[], None]) -> None:
        """Hear of changes to the tools, where the protocol of this connection has no notifications for that."""
        tools = self._client.server_capabilities.tools
        if self.describe().era != "stateless" or tools is None or not tools.list_changed:
            return
        # Asked once: a server that ends this again and again is not to be asked again and again.
        with suppress(Exception):
            async with self._client.listen(tools_list_changed=True) as changes:
                async for _ in changes:
                    on_change()

    @contextmanager
    def waiting_for_person(self) -> Generator[None]:
        """Let time limits stand still while a person is asked something, up to the latest end of each."""
        self._questions += 1
        for limit in self._limits:
            limit.move(limit.latest)
        try:
            yield
        finally:
            self._questions -= 1
            if not self._questions:
                now = asyncio.get_running_loop().time()
                for limit in self._limits:
                    limit.move(now + limit.seconds)

    async def _list(self, ask: Callable[..., Awaitable[Any]], key: str, *, most: int) -> list[dict[str, Any]]:
        found, cursor, left = list[dict[str, Any]](), None, LARGEST_LIST
        async with self._asking(LIST_SECONDS, f"the list of its {key}"):
            for _ in range(MOST_PAGES):
                page = await ask(cursor=cursor)
                left -= len(page.model_dump_json(by_alias=True, exclude_none=True).encode())
                if left < 0:
                    raise ServerRefused(f"{self._title} lists more than {LARGEST_LIST // 1024**2} MB of {key}.")
                found += _plain(page)[key][: most - len(found)]
                cursor = page.next_cursor
                if cursor is None or len(found) >= most:
                    break
        return found

    @asynccontextmanager
    async def _asking(self, seconds: float, what: str) -> AsyncGenerator[None]:
        try:
            with explained(self._title, self._program, self._sign_in):
                async with asyncio.timeout(seconds) as timeout:
                    now = asyncio.get_running_loop().time()
                    limit = _Limit(timeout, seconds, latest=now + seconds + MOST_WAITING_SECONDS)
                    self._limits.add(limit)
                    try:
                        yield
                    finally:
                        self._limits.remove(limit)
        except TimeoutError:
            raise ServerSilent(f"{self._title} did not answer {what} within {seconds:g} seconds.") from None


def _plain(result: Any) -> dict[str, Any]:  # noqa: ANN401 -- any result of the SDK
    return result.model_dump(mode="json", by_alias=True, exclude_none=True)


@contextmanager
def explained(title: str, program: Program | None, sign_in: SignIn | Signer | None) -> Generator[None]:
    """Let whatever the SDK raises be an error that a person understands.

    Raises:
        ServerGone, ServerRefused, SignInNeeded: instead.
    """
    try:
        yield
    except (StudioError, TimeoutError):
        raise
    except Exception as error:
        if sign_in and sign_in.is_needed:
            raise SignInNeeded(f"{title} wants a person to sign in first.") from error
        raise _explain(error, title, program.reason if program else "") from error


def _explain(error: BaseException, title: str, reason: str) -> StudioError:
    match error:
        case BaseExceptionGroup():
            inner = error.exceptions[0]
            return inner if isinstance(inner, StudioError) else _explain(inner, title, reason)
        case MCPError() if error.code == mcp_types.CONNECTION_CLOSED:
            return ServerGone(reason or f"The connection to {title} is gone: {_words(error)}.")
        case MCPError():
            return ServerRefused(f"{title} answered: {_words(error)}.")
        case Refused():
            return ServerGone(_words(error))
        case ValidationError() | RuntimeError() | ValueError() | KeyError():
            return ServerRefused(f"{title} answered what does not fit the protocol: {_words(error)}.")
        case _:
            return ServerGone(reason or f"{title} cannot be reached: {_words(error) or type(error).__name__}.")


def _words(error: BaseException) -> str:
    text = str(error).strip().partition("\n")[0]
    return show_hidden(text)[:LONGEST_REASON].rstrip(".")


@asynccontextmanager
async def open_session(launch: Launch, around: Surroundings) -> AsyncGenerator[Session]:
    """Connect to a server, as long as the block lasts. It is entered and left by one task.

    Raises:
        ServerGone, ServerRefused, SignInNeeded: it cannot be connected to.
    """
    asked = 0
    session: Session | None = None

    async def elicit(
        context: ClientRequestContext, params: mcp_types.ElicitRequestParams
    ) -> mcp_types.ElicitResult | mcp_types.ErrorData:
        nonlocal asked
        del context
        if asked >= MOST_QUESTIONS or session is None:
            return mcp_types.ElicitResult(action="decline")
        asked += 1
        try:
            with session.waiting_for_person():
                answer = await around.elicit(_plain(params))
        finally:
            asked -= 1
        return mcp_types.ElicitResult.model_validate(answer)

    async def notice(message: mcp_types.ServerNotification | Exception) -> None:
        if isinstance(message, mcp_types.ToolListChangedNotification):
            around.on_change()

    async with AsyncExitStack() as stack:
        program = Program(launch, around.log) if launch.settings.transport == "stdio" else None
        with explained(launch.settings.title or launch.name, program, around.sign_in):
            transport: Any = program
            if program is None:
                http = open_client(launch, around.guide, around.sign_in, seconds=300.0)
                await stack.enter_async_context(http)
                transport = streamable_http_client(
                    launch.settings.url, http_client=http, max_sse_event_size=LARGEST_ANSWER
                )
            client = Client(
                transport,
                client_info=mcp_types.Implementation(name="studio", title="Studio", version=studio.__version__),
                elicitation_callback=elicit,
                message_handler=notice,
                cache=None,
            )
            try:
                await stack.enter_async_context(client)
            except MCPError as error:
                if program and program.reason:
                    raise ServerGone(program.reason) from error
                raise
        # What a tool returns is text for a model. Holding it against a schema that the server wrote would let the
        # server choose how long that takes.
        client.session.validate_tool_result = _take_as_it_is
        session = Session(client, launch, program, around.sign_in)
        yield session


async def _take_as_it_is(name: str, result: mcp_types.CallToolResult) -> None:
    del name, result
