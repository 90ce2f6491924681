"""What can be done with servers of the Model Context Protocol."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.features.approvals.service import Approvals
from studio.features.credentials.service import Secrets
from studio.features.mcp import definitions, store
from studio.features.mcp.content import Content
from studio.features.mcp.errors import NotConfirmed, SignInNeeded
from studio.features.mcp.link import Limits, Link
from studio.features.mcp.models import (
    AddedServer,
    AddedServers,
    Approved,
    Definition,
    Definitions,
    Known,
    Overview,
    Pin,
    PlannedServer,
    Quarantine,
    Registry,
    RegistryQuery,
    ServerDraft,
    ServerLog,
    ServerPatch,
    ServerSettings,
    ServerStatus,
    SignIn,
    StoredServer,
    ToolDefinition,
    ToolSwitch,
    Tried,
    TryRequest,
)
from studio.features.mcp.opening import Opener
from studio.features.mcp.planning import check, exact_line, mask, plan
from studio.features.mcp.registry import known_servers, missing_program, read_folder
from studio.features.mcp.results import spell_result
from studio.features.mcp.signing import SignIns
from studio.features.mcp.standing import WAITING, describe_status, describe_tools, with_changes
from studio.features.mcp_clients.models import Entry, Secret
from studio.features.mcp_clients.service import McpClients
from studio.features.settings.service import Settings
from studio.features.tools.models import CallRequest, ToolContext, ToolResult
from studio.features.tools.service import Toolbox
from studio.kit.background import Background, attempt
from studio.kit.clock import Clock
from studio.kit.db import Database
from studio.kit.errors import Conflict, InvalidInput, NotFound

if TYPE_CHECKING:
    from studio.features.mcp.session import Session

FRESH_SECONDS = 300.0
"""How long it is believed what a server says of its tools, where it does not say by itself that they changed."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A tool that models may be told of, exactly as it was approved."""

    server: str
    definition: Definition


ITSELF = frozenset({"studio", "studio-http"})
"""What other programs are told of Studio by."""


class McpServers:
    """The servers that were added. `folder` is where `server.json` files of one's own are looked for.

    `clients` are the other programs of this machine that use such servers; they can be told of those here.
    """

    def __init__(
        self,
        db: Database,
        background: Background,
        clock: Clock,
        *,
        secrets: Secrets,
        settings: Settings,
        approvals: Approvals,
        toolbox: Toolbox,
        clients: McpClients,
        folder: Path,
    ) -> None:
        self._db = db
        self._background = background
        self._clock = clock
        self._opener = Opener(secrets, settings, approvals)
        self._sign_ins = SignIns(background, self._opener, secrets)
        self._toolbox = toolbox
        self._folder = folder
        self._clients = clients
        clients.sources.append(self._entry_of)
        self._servers: dict[str, StoredServer] = {}
        self._pins: dict[str, dict[str, Pin]] = {}
        self._links: dict[str, Link] = {}
        self._listed_at: dict[str, float] = {}
        self._changing = asyncio.Lock()
        self.content = Content(self.session_of, self._usable)
        self.limits = Limits()
        self.version = 0
        """Counts up whenever other tools are offered."""

    async def load(self) -> None:
        """Read what is kept. Nothing is connected to."""
        servers, pins = await self._db.read(store.list_servers), await self._db.read(store.list_pins)
        self._servers = {server.name: server for server in servers}
        self._pins = {server.name: {} for server in servers}
        for pin in pins:
            self._pins[pin.server][pin.name] = pin
        self.version += 1

    async def start(self) -> None:
        """Connect to the servers that are to be there from the start."""
        for server in list(self._servers.values()):
            if server.settings.start == "at_start" and server.enabled and not server.quarantined:
                self._connect_soon(server.name)

    async def close(self) -> None:
        """End every connection, and make none any more."""
        await asyncio.gather(*(link.close(for_good=True) for link in self._links.values()))

    async def registry(self, query: RegistryQuery) -> Registry:
        """Return the servers that can be added: those that Studio knows, and those of files of one's own."""
        own, problems = await asyncio.to_thread(read_folder, self._folder)
        words = query.query.lower().split()
        found = [one for one in [*own, *known_servers()] if all(word in _text_of(one) for word in words)]
        return Registry(servers=await asyncio.to_thread(self._complete, found), problems=problems)

    async def list(self) -> AddedServers:
        """Return every server that was added. Secret values are `***`."""
        return AddedServers(servers=[_describe(server) for server in self._servers.values()])

    async def get(self, name: str) -> AddedServer:
        """Return one server.

        Raises:
            NotFound: none is called so.
        """
        return _describe(self._get(name))

    async def status(self) -> Overview:
        """Return how every server is, and which other programs use such servers."""
        servers = [self._status_of(server) for server in self._servers.values()]
        return Overview(servers=servers, editors=(await self._clients.list()).clients)

    async def status_of(self, name: str) -> ServerStatus:
        """Return how one server is.

        Raises:
            NotFound: none is called so.
        """
        return self._status_of(self._get(name))

    async def create(self, draft: ServerDraft) -> PlannedServer | AddedServer:
        """Add a server and connect to it; without `confirm`, say what would be run and do nothing.

        Raises:
            Conflict: its name is taken.
            NotConfirmed: what was confirmed is not what would be run.
            InvalidInput: its settings are not those of a server.
        """
        settings = ServerSettings.model_validate(draft.model_dump(exclude={"name", "confirm"}))
        check(settings)
        if draft.name in ITSELF:
            raise InvalidInput(f"{draft.name!r} is Studio itself. Take another name.")
        self._check_free(draft.name)
        planned = await self._plan(draft.name, settings)
        if draft.confirm is None:
            return planned
        _confirm(draft.confirm, planned)
        now = self._clock.stamp()
        async with self._changing:
            self._check_free(draft.name)
            kept = await self._opener.values.keep(draft.name, settings, ServerSettings())
            server = StoredServer(draft.name, kept, enabled=True, quarantined=False, is_seen=False, added_at=now)
            if not await self._db.write(store.insert_server, server):
                raise Conflict(f"A server called {draft.name!r} is there already.")
            self._servers[draft.name], self._pins[draft.name] = server, {}
        self._connect_soon(draft.name)
        return _describe(server)

    async def update(self, name: str, patch: ServerPatch) -> PlannedServer | AddedServer:
        """Change a server. What changes what is run or reached takes `confirm`; without it, say what would be run.

        Raises:
            NotFound: none is called so.
            NotConfirmed: what was confirmed is not what would be run.
            InvalidInput: its settings are not those of a server.
        """
        async with self._changing:
            server = self._get(name)
            changes = patch.model_dump(exclude_unset=True, exclude={"confirm", "enabled"})
            given = {key: value for key, value in changes.items() if value is not None}
            settings = ServerSettings.model_validate(mask(server.settings).model_dump() | given)
            check(settings)
            is_other = exact_line(settings) != exact_line(server.settings)
            planned = await self._plan(name, settings)
            if is_other and patch.confirm is None:
                return planned
            if is_other:
                _confirm(patch.confirm or "", planned)
            kept = await self._opener.values.keep(name, settings, server.settings)
            enabled = server.enabled if patch.enabled is None else patch.enabled
            changed = replace(server, settings=kept, enabled=enabled)
            await self._keep(changed)
            if is_other or not enabled or {"env", "headers"} & given.keys():
                await self._drop_link(name)
        return _describe(changed)

    async def delete(self, name: str) -> None:
        """Remove a server with its secrets and with what was approved of it.

        Raises:
            NotFound: none is called so.
        """
        async with self._changing:
            server = self._get(name)
            await self._drop_link(name)
            await self._db.write(store.delete_server, name)
            del self._servers[name], self._pins[name]
            self._links.pop(name, None)
            self.version += 1
            await self._opener.values.forget(server)
            await self._sign_ins.forget(name)

    async def quarantine(self, name: str, body: Quarantine) -> ServerStatus:
        """Put a server away: it is ended at once, and nothing is asked of it until it is let back.

        Raises:
            NotFound: none is called so.
        """
        # From now on, whatever is under way.
        self._servers[name] = replace(self._get(name), quarantined=body.on)
        if body.on:
            await self._drop_link(name)
        async with self._changing:
            await self._keep(replace(self._get(name), quarantined=body.on))
        return await self.status_of(name)

    async def connect(self, name: str) -> ServerStatus:
        """Connect to a server now, and look at its tools.

        Raises:
            NotFound: none is called so.
            Conflict: it is off, or in quarantine.
            ServerGone, ServerSilent, ServerRefused, SignInNeeded: it cannot be connected to.
        """
        self._check_usable(name)
        link = self._link(name)
        link.forgive()
        is_running = link.state == "running"
        await link.session()
        if is_running:
            await link.list_again()
        return await self.status_of(name)

    async def disconnect(self, name: str) -> ServerStatus:
        """End the connection to a server. The next call makes another.

        Raises:
            NotFound: none is called so.
        """
        self._get(name)
        await self._link(name).close()
        return await self.status_of(name)

    async def sign_in(self, name: str) -> SignIn:
        """Return where a person signs in to a server. Once they did, it is connected.

        Raises:
            NotFound, Conflict: there is none of this name, or it is off, or it is none at an address.
            ServerGone, ServerRefused: it cannot be asked.
        """
        self._check_usable(name)
        server = self._get(name)
        if server.settings.transport != "http":
            raise Conflict(f"{name!r} is started here: nobody signs in to it.")
        return SignIn(name=name, url=await self._sign_ins.begin(server, self._link(name)))

    async def sign_out(self, name: str) -> ServerStatus:
        """Forget what a sign-in gave, and end the connection.

        Raises:
            NotFound: none is called so.
        """
        server = self._get(name)
        await self._sign_ins.forget(name)
        await self._drop_link(name)
        return self._status_of(server)

    async def log(self, name: str) -> ServerLog:
        """Return what a server printed beside the protocol, and what happened to it.

        Raises:
            NotFound: none is called so.
        """
        self._get(name)
        return self._link(name).log.describe(name)

    async def definitions(self, name: str) -> Definitions:
        """Return the tools of a server, and what changed of each since it was approved.

        Raises:
            NotFound: none is called so.
        """
        tools, pins = self._tools_of(self._get(name)), dict(self._pins[name])
        seen = self._links[name].seen if name in self._links else None
        return await asyncio.to_thread(with_changes, tools, pins, seen or ())

    async def approve(self, name: str, body: Approved) -> Definitions:
        """Approve tools as they are now; of one that is gone, forget it: its digest is that of what was approved.

        Raises:
            NotFound: no server, or no tool of it, is called so.
            Conflict: a tool is no longer what was looked at.
        """
        async with self._changing:
            now = {tool.name: tool for tool in self._tools_of(self._get(name))}
            # What comes in meanwhile was looked at by nobody.
            seen = [one for one in self._link(name).seen or () if body.tools.get(one.name) == one.digest]
            for tool, digest in body.tools.items():
                if tool not in now:
                    raise NotFound(f"{name!r} has no tool {tool!r}.")
                if now[tool].digest != digest:
                    raise Conflict(f"The tool {tool!r} changed since you looked at it. Look again.")
            for tool in body.tools:
                if now[tool].state == "gone":
                    await self._db.write(store.delete_pin, name, tool)
                    self._pins[name].pop(tool, None)
            await self._pin(name, [one for one in seen if now[one.name].state in WAITING])
        return await self.definitions(name)

    async def switch(self, name: str, body: ToolSwitch) -> Definitions:
        """Offer a tool to models, or do not.

        Raises:
            NotFound: no server, or no approved tool of it, is called so.
        """
        self._get(name)
        if body.name not in self._pins[name]:
            raise NotFound(f"{name!r} has no approved tool {body.name!r}.")
        await self._db.write(store.switch_pin, name, body.name, enabled=body.enabled)
        self._pins[name][body.name] = replace(self._pins[name][body.name], enabled=body.enabled)
        self.version += 1
        return await self.definitions(name)

    def offered(self) -> Iterable[Offered]:
        """Yield the tools that models may be told of: those that are approved, of servers that are on."""
        for name in self._usable():
            for pin in self._pins[name].values():
                if pin.enabled:
                    yield Offered(name, pin.definition)

    async def session_of(self, name: str) -> Session:
        """Return the connection to a server, made now where there is none.

        Raises:
            NotFound, Conflict: there is none of this name, or it is off.
            ServerGone, ServerSilent, ServerRefused, SignInNeeded: it cannot be connected to.
        """
        self._check_usable(name)
        return await self._link(name).session()

    async def call(self, offered: Offered, arguments: dict[str, Any], context: ToolContext) -> ToolResult:
        """Call a tool as it was approved. What the server says of it now is looked at first.

        Raises:
            StudioError: there is no result.
        """
        name, tool = offered.server, offered.definition.name
        session, link = await self.session_of(name), self._link(name)
        await self._look_again(link)
        self._check_unchanged(link, offered)
        begun, failed = time.monotonic(), True
        try:
            with self._opener.calling(name, context.conversation_id):
                said = await session.call(tool, arguments, seconds=self.limits.call_seconds, report=context.report)
            failed = False
        except SignInNeeded as error:
            link.fail(error)
            raise
        finally:
            link.note_call(time.monotonic() - begun, failed=failed)
        text = spell_result(said.get("content") or [], said.get("structuredContent"))
        return ToolResult(text, is_error=said.get("isError") is True, meta={"server": name})

    async def try_tool(self, name: str, request: TryRequest, context: ToolContext) -> Tried:
        """Call a tool by hand, under the rules that hold for every call.

        Raises:
            NotFound: no server is called so.
            ToolDenied, ApprovalRequired, ApprovalUnusable: the rules, or the approval named, do not allow it.
        """
        self._get(name)
        wanted = CallRequest(
            name=definitions.tool_name(name, request.tool),
            args=request.args,
            confirm=request.confirm,
            approval_id=request.approval_id,
        )
        begun = time.monotonic()
        answer = await self._toolbox.call(wanted, context)
        return Tried(**answer.model_dump(), duration_ms=round((time.monotonic() - begun) * 1000))

    async def _entry_of(self, name: str) -> Entry | None:
        """Return a server as another program is told of it, None where there is none of this name."""
        server = self._servers.get(name)
        if server is None:
            return None
        self._check_usable(name)
        if server.settings.cwd:
            raise Conflict(f"{name!r} runs in a folder of its own, which other programs cannot be told.")
        known, prefix = server.settings, re.sub(r"[^A-Z0-9]", "_", name.upper())
        return Entry(
            name,
            known.transport,
            command=known.command,
            args=known.args,
            env={variable: Secret(variable) if one.secret else one.value for variable, one in known.env.items()},
            url=known.url,
            headers={
                header: Secret(f"{prefix}_{re.sub(r'[^A-Z0-9]', '_', header.upper())}") if one.secret else one.value
                for header, one in known.headers.items()
            },
        )

    def _get(self, name: str) -> StoredServer:
        if name not in self._servers:
            raise NotFound(f"No server is called {name!r}.")
        return self._servers[name]

    def _check_free(self, name: str) -> None:
        if name in self._servers:
            raise Conflict(f"A server called {name!r} is there already.")

    def _usable(self) -> Sequence[str]:
        return [one.name for one in self._servers.values() if one.enabled and not one.quarantined]

    def _check_usable(self, name: str) -> None:
        server = self._get(name)
        if server.quarantined:
            raise Conflict(f"The server {name!r} is in quarantine.")
        if not server.enabled:
            raise Conflict(f"The server {name!r} is off.")

    def _link(self, name: str) -> Link:
        if name not in self._links:
            self._links[name] = Link(
                name,
                self._background,
                self._clock,
                limits=self.limits,
                open_session=self._open,
                on_listed=self._note_tools,
            )
        return self._links[name]

    def _open(self, link: Link) -> AbstractAsyncContextManager[Session]:
        """Connect, unless the server was put away since that was begun."""
        self._check_usable(link.name)
        return self._opener.open(self._get(link.name), link)

    async def _drop_link(self, name: str) -> None:
        """End the connection, and forget what was seen by it."""
        self._sign_ins.cancel(name)
        if link := self._links.get(name):
            await link.close()
            link.seen, link.problems, link.error = None, (), ""
            link.forgive()

    def _connect_soon(self, name: str) -> None:
        self._background.start(attempt(self.session_of(name), what=f"Connecting to {name}"), name=f"connect {name}")

    async def _keep(self, server: StoredServer) -> None:
        await self._db.write(store.update_server, self._as_it_stands(server))
        self._servers[server.name] = self._as_it_stands(server)
        self.version += 1

    def _as_it_stands(self, server: StoredServer) -> StoredServer:
        """Return a server with what others change of it meanwhile: its tools are seen, it is put away."""
        now = self._get(server.name)
        return replace(server, is_seen=now.is_seen, quarantined=now.quarantined)

    async def _plan(self, name: str, settings: ServerSettings) -> PlannedServer:
        own, _ = await asyncio.to_thread(read_folder, self._folder)
        return await asyncio.to_thread(plan, name, settings, [*own, *known_servers()])

    def _complete(self, found: Iterable[Known]) -> list[Known]:
        return [
            one.model_copy(update={"installed": one.name in self._servers, "needs": missing_program(one.command)})
            for one in found
        ]

    async def _note_tools(self, name: str, seen: Sequence[Definition]) -> None:
        """Hear what tools a server has. Those it had when it was added were added with it."""
        self._listed_at[name] = self._clock.monotonic()
        if name in self._servers and not self._servers[name].is_seen:
            await self._pin(name, seen)

    async def _pin(self, name: str, seen: Sequence[Definition]) -> None:
        now, pins = self._clock.stamp(), self._pins[name]
        made = [Pin(name, one.name, one, pins[one.name].enabled if one.name in pins else True, now) for one in seen]
        await self._db.write(store.save_pins, name, made)
        pins.update({pin.name: pin for pin in made})
        self._servers[name] = replace(self._servers[name], is_seen=True)
        self.version += 1

    async def _look_again(self, link: Link) -> None:
        if self._clock.monotonic() - self._listed_at.get(link.name, 0.0) >= FRESH_SECONDS:
            await link.list_again()

    def _check_unchanged(self, link: Link, offered: Offered) -> None:
        """Raise where a tool is not what was approved, or not what the caller was told."""
        tool = offered.definition.name
        pin = self._pins[link.name].get(tool)
        if pin is None or not pin.enabled or pin.definition.digest != offered.definition.digest:
            raise Conflict(f"The tool {tool!r} of {link.name!r} was changed or switched off meanwhile.")
        state = definitions.match({tool: pin}, link.seen)[tool]
        if state == "gone":
            raise Conflict(f"The server {link.name!r} has no tool {tool!r} any more.")
        if state != "approved":
            raise Conflict(
                f"The server {link.name!r} says something else of its tool {tool!r} than what was approved, so it is "
                "stopped. The person can look at the difference and approve it again, under Library, MCP."
            )

    def _tools_of(self, server: StoredServer) -> list[ToolDefinition]:
        return describe_tools(server.name, self._pins[server.name], self._links.get(server.name))

    def _status_of(self, server: StoredServer) -> ServerStatus:
        return describe_status(server, self._link(server.name), self._tools_of(server))


def _describe(server: StoredServer) -> AddedServer:
    flags = {"enabled": server.enabled, "quarantined": server.quarantined, "added_at": server.added_at}
    return AddedServer.model_validate(mask(server.settings).model_dump() | {"name": server.name, **flags})


def _confirm(confirmed: str, planned: PlannedServer) -> None:
    if confirmed != planned.exact:
        raise NotConfirmed(
            "What was confirmed is not what would be run. Look at it again.", detail={"exact": planned.exact}
        )


def _text_of(known: Known) -> str:
    return f"{known.name} {known.title} {known.description} {known.reaches}".lower()
