"""Telling programs about MCP servers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from studio.features.editors.service import Editors
from studio.features.mcp_clients.clients import CLIENTS, Client
from studio.features.mcp_clients.itself import find_itself
from studio.features.mcp_clients.models import (
    ClientChange,
    ClientName,
    ConfigureRequest,
    Entry,
    McpClient,
    McpClientList,
)
from studio.kit.errors import InvalidInput, NotFound, StudioError

Source = Callable[[str], Awaitable[Entry | None]]
"""Returns the server of a name; None where it knows none."""


class McpClients:
    """The programs of this machine that use MCP servers.

    They can be told about Studio itself, which is at `address` and has its data in `folder`, and about those servers
    that `sources` know by their names; app.py fills these.
    """

    def __init__(self, editors: Editors, *, address: str, folder: Path) -> None:
        self._editors = editors
        self._address = address
        self._folder = folder
        self.sources: list[Source] = []

    async def list(self) -> McpClientList:
        """Return every program that Studio can tell about servers, with those it knows already."""
        home = await asyncio.to_thread(Path.home().resolve)
        return McpClientList(clients=[await self._describe(name, client, home) for name, client in CLIENTS.items()])

    async def configure_named(self, request: ConfigureRequest) -> ClientChange:
        """Tell a program about servers; without `apply`, tell what would change in its file.

        Raises:
            NotFound: nobody knows a server of such a name; else as `configure`.
        """
        entries = [await self._resolve(name) for name in dict.fromkeys(request.servers)]
        return await self.configure(request.editor, entries, project_dir=request.project_dir, apply=request.apply)

    async def configure(
        self, client: ClientName, entries: Sequence[Entry], *, project_dir: str | None = None, apply: bool = False
    ) -> ClientChange:
        """Tell a program about servers, for its user or for a project; without `apply`, tell what would change.

        Raises:
            NotAllowed: the project does not lie in the home folder.
            Conflict: the file cannot be understood and is left as it is.
            InvalidInput: the program has no such file, or cannot reach such a server.
        """
        known, notes = CLIENTS[client], list[str]()
        for entry in entries:
            if entry.transport not in known.format.transports:
                raise InvalidInput(f"{known.file.title} starts servers itself and reaches none by an address.")

        def edit(text: str) -> str:
            notes[:] = _remark(known, text, entries)
            return known.format.write(text, entries)

        change = await self._editors.configure(known.file, edit, project_dir=project_dir, apply=apply)
        return ClientChange(**change.model_dump(), notes=notes)

    async def _resolve(self, name: str) -> Entry:
        if itself := find_itself(name, address=self._address, folder=self._folder):
            return itself
        for source in self.sources:
            if entry := await source(name):
                return entry
        raise NotFound(f"No MCP server has the name {name!r}.")

    async def _describe(self, name: ClientName, client: Client, home: Path) -> McpClient:
        path = await asyncio.to_thread(client.user, home)
        servers, error = list[str](), ""
        try:
            servers = sorted(client.format.read(await self._editors.read(home, path)))
        except ValueError as problem:
            error = f"It cannot be understood. {problem}"
        except StudioError as problem:
            error = problem.message
        installed = await asyncio.to_thread(client.is_installed, home)
        return McpClient(
            name=name, title=client.file.title, installed=installed, path=str(path), servers=servers, error=error
        )


def _remark(client: Client, text: str, entries: Sequence[Entry]) -> list[str]:
    """Return what a person should know of a change beside what it shows.

    Raises:
        ValueError: the file cannot be understood.
    """
    there, title = client.format.read(text), client.file.title
    notes = [
        f"{title} has a server {entry.name!r} already: what differs is replaced."
        for entry in entries
        if entry.name in there and client.format.write(text, [entry]) != text
    ]
    for entry in entries:
        if missing := client.format.left_out(entry):
            names = ", ".join(missing)
            notes.append(f"{names} of {entry.name!r} is secret, and {title} cannot take it from its environment.")
    return notes
