"""What can be done over SSH."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from studio.features.credentials.service import Secrets
from studio.features.ssh import store
from studio.features.ssh.errors import HostKeyChanged
from studio.features.ssh.models import (
    MASK,
    Connection,
    ConnectionDraft,
    Forward,
    ForwardDraft,
    Hop,
    HostKey,
    HostKeyDraft,
    RemoteFile,
    RemoteFileDraft,
    RemoteFolder,
    ShellListener,
    StoredConnection,
)
from studio.kit.background import Background
from studio.kit.clock import Clock
from studio.kit.db import Database
from studio.kit.errors import Conflict, InvalidInput, NotFound
from studio.kit.ids import Ids
from studio.kit.kept import Kept

if TYPE_CHECKING:
    from asyncssh import SFTPClient

    from studio.features.ssh.forwards import OpenForward
    from studio.features.ssh.link import Link
    from studio.features.ssh.shared_links import SharedLinks
    from studio.features.ssh.shell import RemoteShell

T = TypeVar("T")

MOST_HOPS = 8
MOST_FORWARDS = 50


class Ssh:
    """Saved connections, trusted hosts, and all that is open over SSH. It ends with this server."""

    def __init__(self, db: Database, background: Background, clock: Clock, ids: Ids, secrets: Secrets) -> None:
        self._db = db
        self._background = background
        self._clock = clock
        self._ids = ids
        self._secrets = secrets
        self._stored = Kept(lambda: db.read(store.list_connections))
        self._links: set[Link] = set()
        self._forwards: dict[str, OpenForward] = {}
        self._shared: SharedLinks | None = None

    async def list_connections(self) -> list[Connection]:
        """Return every saved connection, secrets as `***`."""
        return [await self._show(connection) for connection in await self._stored.get()]

    async def save_connection(self, draft: ConnectionDraft) -> Connection:
        """Save a connection, or change one. What the draft does not say stays.

        Raises:
            InvalidInput: it has no host, goes through itself or through one that is not there, or has a password that
                was given for another host.
        """
        known = {connection.name: connection for connection in await self._stored.get()}
        before = known.get(draft.name)
        connection = _merge(draft, before)
        _route({**known, connection.name: connection}, connection.name)
        if before and (before.host, before.port) != (connection.host, connection.port):
            await self._release_password(draft)
        for kind, value in (("password", draft.password), ("passphrase", draft.passphrase)):
            await self._save_secret(_secret(draft.name, kind), value)
        await self._db.write(store.save_connection, connection, now=self._clock.stamp())
        self._changed()
        return await self._show(connection)

    async def delete_connection(self, name: str) -> None:
        """Forget a connection and its secrets. What is open over it stays open.

        Raises:
            NotFound: there is none of this name.
            Conflict: another one goes through it.
        """
        if user := next((one.name for one in await self._stored.get() if one.jump == name), None):
            raise Conflict(f"{user!r} goes through {name!r}. Change that one first.")
        if name not in {connection.name for connection in await self._stored.get()}:
            raise NotFound(f"No SSH connection is called {name!r}.")
        # First, so that the next one of this name cannot inherit them.
        for kind in ("password", "passphrase"):
            await self._secrets.forget(_secret(name, kind))
        await self._db.write(store.delete_connection, name)
        self._changed()

    async def list_hosts(self) -> list[HostKey]:
        """Return the key that each known host may show."""
        return await self._db.read(store.list_hosts)

    async def trust_host(self, draft: HostKeyDraft) -> HostKey:
        """Let a host show the key whose fingerprint a person has seen.

        Raises:
            HostKeyChanged: the host is trusted for another key. Forget that one first.
        """
        wanted = HostKey(**draft.model_dump(), trusted_at=self._clock.stamp())
        kept = await self._db.write(store.insert_host, wanted)
        if kept.fingerprint != draft.fingerprint:
            raise HostKeyChanged(
                f"'{draft.host}' is trusted for the key {kept.fingerprint}. Forget that one first.",
                detail=draft.model_dump() | {"trusted_fingerprint": kept.fingerprint},
            )
        return kept

    async def forget_host(self, host: str, port: int) -> None:
        """Trust a host no longer.

        Raises:
            NotFound: it was not.
        """
        if not await self._db.write(store.delete_host, host.lower(), port):
            raise NotFound(f"No key of '{host}', port {port}, is known.")

    async def open_shell(self, name: str, listener: ShellListener, *, cols: int, rows: int) -> RemoteShell:
        """Start a shell of another machine. `listener` has what it prints.

        Raises:
            NotFound: no connection is called so.
            HostKeyUnknown, HostKeyChanged, HostUnreachable, SignInRefused, InvalidInput: see link.connect.
        """
        link = await self._open(name)
        try:
            return await link.open_shell(listener, cols=cols, rows=rows)
        except BaseException:
            link.close()
            raise

    async def list_forwards(self) -> list[Forward]:
        """Return the ports that are open."""
        return [opened.forward for opened in self._forwards.values()]

    async def open_forward(self, draft: ForwardDraft) -> Forward:
        """Let a port of this machine lead to one behind a connection, until it is closed or the connection is lost.

        Raises:
            Conflict: the port is taken, or too many are open.
            InvalidInput: the port is not for us.
        """
        if len(self._forwards) >= MOST_FORWARDS:
            raise Conflict(f"{MOST_FORWARDS} ports are open. Close one first.")
        link = await self._open(draft.connection)
        # Loads what a first link has loaded before.
        from studio.features.ssh.forwards import open_forward  # noqa: PLC0415

        try:
            opened = await open_forward(self._ids.create("fwd"), draft, link)
        except BaseException:
            link.close()
            raise
        self._forwards[opened.forward.id] = opened
        self._background.start(self._watch(opened), name=f"forward {opened.forward.id}")
        return opened.forward

    async def _watch(self, opened: OpenForward) -> None:
        await opened.wait_closed()
        self._forwards.pop(opened.forward.id, None)

    async def close_forward(self, forward_id: str) -> None:
        """Close a port, and what goes through it.

        Raises:
            NotFound: it is not open.
        """
        if not (opened := self._forwards.pop(forward_id, None)):
            raise NotFound(f"No forwarded port has the id {forward_id!r}.")
        opened.close()

    async def list_folder(self, name: str, path: str) -> RemoteFolder:
        """Return what is in a folder of another machine; without a path, in the home folder there.

        Raises:
            NotFound, NotAllowed, UpstreamFailed: what the machine answered.
        """
        from studio.features.ssh.remote_files import list_folder  # noqa: PLC0415 -- loads asyncssh

        return await self._with_files(name, lambda files: list_folder(files, path))

    async def read_file(self, name: str, path: str) -> RemoteFile:
        """Return a file of another machine, LARGEST_FILE bytes at most.

        Raises:
            TooLarge: it is larger.
            NotFound, NotAllowed, UpstreamFailed: what the machine answered.
        """
        from studio.features.ssh.remote_files import read_file  # noqa: PLC0415 -- loads asyncssh

        return await self._with_files(name, lambda files: read_file(files, path))

    async def write_file(self, name: str, draft: RemoteFileDraft) -> None:
        """Put a file on another machine.

        Raises:
            Conflict: there is one, and the draft does not say to replace it.
            NotFound, NotAllowed, UpstreamFailed: what the machine answered.
        """
        from studio.features.ssh.remote_files import write_file  # noqa: PLC0415 -- loads asyncssh

        await self._with_files(name, lambda files: write_file(files, draft))

    async def _with_files(self, name: str, work: Callable[[SFTPClient], Awaitable[T]]) -> T:
        from studio.features.ssh.remote_files import open_files  # noqa: PLC0415 -- loads asyncssh
        from studio.features.ssh.shared_links import SharedLinks  # noqa: PLC0415 -- as above

        self._shared = self._shared or SharedLinks(self._open)
        async with self._shared.borrow(name) as link, open_files(link) as files:
            return await work(files)

    async def _open(self, name: str) -> Link:
        hops = [await self._hop(connection) for connection in await self._find_route(name)]
        # 0.3 s and 20 MB: only those who use it pay for it, and nobody else waits meanwhile.
        await asyncio.to_thread(importlib.import_module, "studio.features.ssh.link")
        from studio.features.ssh.link import connect  # noqa: PLC0415

        link = await connect(hops)
        self._links.add(link)
        self._background.start(self._forget_when_closed(link), name=f"ssh {name}")
        return link

    async def _forget_when_closed(self, link: Link) -> None:
        await link.wait_closed()
        self._links.discard(link)

    async def _find_route(self, name: str) -> list[StoredConnection]:
        known = {connection.name: connection for connection in await self._stored.get()}
        if name not in known:
            raise NotFound(f"No SSH connection is called {name!r}.")
        return _route(known, name)

    async def _hop(self, to: StoredConnection) -> Hop:
        password, passphrase = [await self._secrets.find(_secret(to.name, kind)) for kind in ("password", "passphrase")]
        return Hop(to, password, passphrase, await self._db.read(store.find_host, to.host, to.port))

    async def _release_password(self, draft: ConnectionDraft) -> None:
        """Keep a stored password from being sent to a host it was not given for."""
        secret = _secret(draft.name, "password")
        if draft.password in {None, MASK} and await self._secrets.has(secret):
            raise InvalidInput(f"The host of {draft.name!r} changed. Enter its password again, or an empty one.")
        await self._secrets.forget(secret)

    async def _save_secret(self, name: str, value: str | None) -> None:
        if value == "":
            await self._secrets.forget(name)
        elif value is not None and value != MASK:
            await self._secrets.put(name, value)

    async def _show(self, connection: StoredConnection) -> Connection:
        has_password, has_passphrase = [
            await self._secrets.has(_secret(connection.name, kind)) for kind in ("password", "passphrase")
        ]
        return Connection(
            name=connection.name,
            host=connection.host,
            port=connection.port,
            user=connection.user,
            key_path=connection.key_path,
            passphrase=MASK if has_passphrase else "",
            password=MASK if has_password else "",
            agent=connection.agent,
            jump=connection.jump,
        )

    def _changed(self) -> None:
        self._stored.forget()
        if self._shared:
            self._shared.drop_all()

    async def close(self) -> None:
        """End all that is open."""
        if self._shared:
            self._shared.drop_all()
        for opened in self._forwards.values():
            opened.close()
        await asyncio.gather(*(link.finish() for link in list(self._links)))


def _secret(name: str, kind: str) -> str:
    return f"ssh:{name}:{kind}"


def _merge(draft: ConnectionDraft, before: StoredConnection | None) -> StoredConnection:
    said = draft.model_dump(exclude_none=True, exclude={"password", "passphrase"})
    if before:
        return replace(before, **said)
    if "host" not in said:
        raise InvalidInput(f"The host of {draft.name!r} is not known. Give its name or address.")
    return replace(StoredConnection(draft.name, said["host"]), **said)


def _route(known: dict[str, StoredConnection], name: str) -> list[StoredConnection]:
    """Return what lies between here and a connection, and that one, the nearest first.

    Raises:
        InvalidInput: it leads in a circle, nowhere, or too far.
    """
    route = [known[name]]
    while jump := route[0].jump:
        if jump not in known:
            raise InvalidInput(f"{route[0].name!r} goes through {jump!r}, which is no saved connection.")
        if known[jump] in route or len(route) == MOST_HOPS:
            raise InvalidInput(f"{name!r} goes through {jump!r} in a circle, or through more than {MOST_HOPS}.")
        route.insert(0, known[jump])
    return route
