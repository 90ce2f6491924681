"""One connection over SSH, through the machines before it. The only module that imports asyncssh at once."""

from __future__ import annotations

import asyncio
import getpass
import os
import stat
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import cast

import asyncssh

from studio.features.ssh.errors import HostUnreachable, SignInRefused
from studio.features.ssh.host_keys import HostKeyCheck, algorithms_for
from studio.features.ssh.models import Hop, ShellListener
from studio.features.ssh.shell import PACKET_BYTES, WINDOW_BYTES, RemoteShell
from studio.kit.errors import InvalidInput

CONNECT_SECONDS = 20.0
"""How long a machine may take to let us in."""

KEEPALIVE_SECONDS = 15.0
MOST_UNANSWERED = 3
"""After how many unanswered questions a connection counts as lost."""

CLOSE_SECONDS = 5.0

LARGEST_KEY = 64 * 1024
"""Bytes of a file with a private key, at most."""

OpenSession = Callable[..., Awaitable[tuple[object, RemoteShell]]]

asyncssh.set_log_level("WARNING")


class Link:
    """A connection that is open, and those it goes through."""

    def __init__(self, name: str, connections: Sequence[asyncssh.SSHClientConnection]) -> None:
        self.name = name
        self._connections = connections

    @property
    def connection(self) -> asyncssh.SSHClientConnection:
        """The connection to where it leads."""
        return self._connections[-1]

    @property
    def is_closed(self) -> bool:
        """Whether nothing goes over it any more."""
        return self.connection.is_closed()

    async def open_shell(self, listener: ShellListener, *, cols: int, rows: int) -> RemoteShell:
        """Start the shell of whoever signed in, in a terminal of that machine. The link ends with it.

        Raises:
            HostUnreachable: the machine gives none.
        """
        try:
            # asyncssh's own type is generic in what it does not say.
            create = cast("OpenSession", self.connection.create_session)  # pyright: ignore[reportUnknownMemberType]
            async with asyncio.timeout(CONNECT_SECONDS):
                _, shell = await create(
                    lambda: RemoteShell(self, listener),
                    term_type="xterm-256color",
                    term_size=(cols, rows, 0, 0),
                    encoding=None,
                    window=WINDOW_BYTES,
                    max_pktsize=PACKET_BYTES,
                )
        except TimeoutError as error:
            raise HostUnreachable(f"{self.name!r} gave no shell within {CONNECT_SECONDS:.0f} seconds.") from error
        except (OSError, asyncssh.Error) as error:
            raise HostUnreachable(f"{self.name!r} gives no shell: {reason_of(error)}.") from error
        return shell

    def close(self) -> None:
        """End it, and those it went through."""
        for connection in reversed(self._connections):
            connection.close()

    async def wait_closed(self) -> None:
        """Wait until it has ended, of whatever cause."""
        await self.connection.wait_closed()
        self.close()

    async def finish(self) -> None:
        """End it and wait for that, not for ever."""
        self.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.wait_closed()


class _Client(asyncssh.SSHClient):
    """What asyncssh asks while it connects."""

    def __init__(self, check: HostKeyCheck, keys: Sequence[asyncssh.SSHKeyPair]) -> None:
        self._check = check
        self._keys = list(keys)

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        del host, addr, port
        return self._check.passes(key)

    def public_key_auth_requested(self) -> list[asyncssh.SSHKeyPair] | None:
        """Offer every key once. Given as `client_keys`, none at all would stand for those in `~/.ssh`."""
        keys, self._keys = self._keys, []
        return keys or None


async def connect(hops: Sequence[Hop]) -> Link:
    """Connect to the last of `hops` through those before it.

    Raises:
        HostKeyUnknown, HostKeyChanged: one of them shows a key that it is not trusted for.
        HostUnreachable: one of them does not answer.
        SignInRefused: one of them does not let us in, or there is no agent to sign in with.
        InvalidInput: a private key cannot be used, or nobody knows who we are.
    """
    opened = list[asyncssh.SSHClientConnection]()
    try:
        for hop in hops:
            opened.append(await _connect(hop, tunnel=opened[-1] if opened else None))
    except BaseException:
        for connection in reversed(opened):
            connection.close()
        raise
    return Link(hops[-1].to.name, opened)


async def _connect(hop: Hop, *, tunnel: asyncssh.SSHClientConnection | None) -> asyncssh.SSHClientConnection:
    check, to = HostKeyCheck(hop), hop.to
    agent = await _connect_agent() if to.agent else None
    keys = list[asyncssh.SSHKeyPair]()
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            keys += await _read_keys(hop)
            keys += await agent.get_keys() if agent else []
            connection, _ = await asyncssh.create_connection(
                lambda: _Client(check, keys),
                to.host,
                to.port,
                tunnel=tunnel,
                username=_user_of(hop),
                password=hop.password,
                server_host_key_algs=algorithms_for(hop),
                keepalive_interval=KEEPALIVE_SECONDS,
                keepalive_count_max=MOST_UNANSWERED,
                # Nothing that lies around on this machine decides: no configuration, key or known host of OpenSSH.
                config=[],
                known_hosts=asyncssh.import_known_hosts(""),
                client_keys=None,
                agent_path=None,
                agent_forwarding=False,
                x509_trusted_certs=None,
                x509_trusted_cert_paths=[],
                gss_auth=False,
                gss_kex=False,
                compression_algs=["none"],
            )
    except asyncssh.HostKeyNotVerifiable as error:
        raise check.refusal or HostUnreachable(f"{to.name!r} cannot be trusted: {reason_of(error)}.") from error
    except asyncssh.PermissionDenied as error:
        raise SignInRefused(_refusal(hop, has_keys=bool(keys))) from error
    except TimeoutError as error:
        raise HostUnreachable(f"{to.name!r} did not let us in within {CONNECT_SECONDS:.0f} seconds.") from error
    except (OSError, asyncssh.Error, ValueError) as error:
        # A ValueError: a name that cannot be one of a host, or of a user.
        raise HostUnreachable(f"{to.name!r} cannot be reached at '{to.host}:{to.port}': {reason_of(error)}.") from error
    finally:
        if agent:
            agent.close()
    return connection


async def _connect_agent() -> asyncssh.SSHAgentClient:
    path = os.environ.get("SSH_AUTH_SOCK", "")
    try:
        return await asyncssh.connect_agent(path)
    except (OSError, ValueError) as error:
        raise SignInRefused("No SSH agent answers. Start Studio where SSH_AUTH_SOCK leads to one.") from error


async def _read_keys(hop: Hop) -> Sequence[asyncssh.SSHKeyPair]:
    if not hop.to.key_path:
        return []
    path = hop.to.key_path
    try:
        return await asyncio.to_thread(_load_keys, path, hop.passphrase)
    except asyncssh.KeyEncryptionError as error:
        raise InvalidInput(f"The key '{path}' cannot be opened: its passphrase is wrong.") from error
    except (OSError, ValueError, RuntimeError, asyncssh.KeyImportError) as error:
        raise InvalidInput(f"The key '{path}' cannot be used: {reason_of(error)}.") from error


def _load_keys(path: str, passphrase: str | None) -> Sequence[asyncssh.SSHKeyPair]:
    path = os.path.expanduser(path)
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST_KEY:
        raise asyncssh.KeyImportError("it is no file with a key")
    return asyncssh.load_keypairs(path, passphrase)


def _user_of(hop: Hop) -> str:
    try:
        return hop.to.user or getpass.getuser()
    except KeyError as error:
        # A container may run as a user whom nobody entered anywhere.
        raise InvalidInput(f"Whoever runs Studio has no name here. Give {hop.to.name!r} a user.") from error


def _refusal(hop: Hop, *, has_keys: bool) -> str:
    shown = [*(["the key"] if has_keys else []), *(["the password"] if hop.password else [])]
    user = _user_of(hop)
    if not shown:
        return f"{hop.to.name!r} does not let {user!r} in without a key or a password. Give it one."
    return f"{hop.to.name!r} does not let {user!r} in: it did not take {' and '.join(shown)}."


def reason_of(error: BaseException) -> str:
    """Return what an error says, as the end of a sentence."""
    said = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return said.strip().rstrip(".") or type(error).__name__
