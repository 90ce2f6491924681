"""The server's end of a keeper: how one is found, started, and spoken to."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.features.terminals import keeper as program
from studio.features.terminals.keeper import PROTOCOL, Inbox, Ring, encode
from studio.features.terminals.models import Size
from studio.kit.errors import Unavailable
from studio.kit.processes import clean_environment, program_of

log = logging.getLogger(__name__)

SOCKET = f"keeper-{PROTOCOL}.sock"

BUSY_SECONDS = 10.0
"""How long to wait for a server that is ending to let go of the keeper."""

LONGEST_ADDRESS = 100
"""Addresses of sockets are short: 104 bytes on macOS, 108 on Linux."""


INHERITED = 99
"""The descriptor as which a keeper finds its socket: one that none of ours is likely to have."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A terminal that the keeper handed over. `status` is None while its shell runs."""

    id: str
    pid: int
    master: int
    ring: Ring
    status: int | None


def release(handed: Handed) -> None:
    """Let go of a terminal that was handed over."""
    os.close(handed.master)
    handed.ring.close()


@dataclass(frozen=True, slots=True)
class Listener:
    """Who hears of what the keeper tells: the end of a shell, by terminal, and that the keeper itself is gone."""

    on_exit: Callable[[str, int], None]
    on_lost: Callable[[], None]


class Busy(Exception):
    """Another server, whose process id this is, owns the keeper."""

    def __init__(self, pid: int) -> None:
        super().__init__(pid)
        self.pid = pid


class KeeperConnection:
    """A keeper that we own. `handed` is what it held when we came."""

    def __init__(self, connection: socket.socket, listener: Listener, pid: int | None = None) -> None:
        self.handed = list[Handed]()
        self._connection = connection
        self._inbox = Inbox(connection)
        self._listener = listener
        self._child = pid
        self._loop = asyncio.get_running_loop()
        self._ready: asyncio.Future[None] = self._loop.create_future()
        self._spawning: dict[str, asyncio.Future[Handed]] = {}
        self._sending = asyncio.Lock()
        self._gone = False
        connection.setblocking(False)
        self._loop.add_reader(connection.fileno(), self._receive)

    async def ready(self) -> None:
        """Wait until everything is handed over.

        Raises:
            Busy: another server has it.
            ConnectionError: it is ending.
        """
        await self._ready

    async def spawn(
        self, terminal_id: str, argv: Sequence[str], *, env: Mapping[str, str], cwd: Path, size: Size
    ) -> Handed:
        """Have a program run in a new terminal.

        Raises:
            OSError: it cannot be run, or the keeper is gone.
        """
        coming = self._spawning[terminal_id] = self._loop.create_future()
        wanted = {"do": "spawn", "id": terminal_id, "argv": list(argv), "env": dict(env), "cwd": str(cwd)}
        try:
            await self._send(wanted | {"cols": size.cols, "rows": size.rows})
            return await coming
        finally:
            self._spawning.pop(terminal_id, None)

    async def close(self, terminal_id: str) -> None:
        """Have a terminal hung up and forgotten."""
        with suppress(OSError):
            await self._send({"do": "close", "id": terminal_id})

    def disconnect(self) -> None:
        """Let go of the keeper: it holds the terminals from now on."""
        if not self._gone:
            self._gone = True
            self._loop.remove_reader(self._connection.fileno())
            self._connection.close()

    async def _send(self, message: dict[str, Any]) -> None:
        async with self._sending:
            if self._gone:
                raise ConnectionResetError("The keeper is gone.")
            await self._loop.sock_sendall(self._connection, encode(message))

    def _receive(self) -> None:
        try:
            messages = self._inbox.receive()
        except BlockingIOError:
            return
        except (OSError, ValueError) as error:
            self._lose(error)
            return
        for message in messages:
            self._hear(message)

    def _hear(self, message: dict[str, Any]) -> None:
        match message:
            case {"terminal": known}:
                self._take(known)
            case {"ready": _}:
                self._ready.set_result(None)
            case {"exit": {"id": terminal_id, "status": status}}:
                self._listener.on_exit(terminal_id, status)
            case {"failed": {"id": terminal_id, "reason": reason}}:
                if waiting := self._spawning.get(terminal_id):
                    waiting.set_exception(OSError(reason))
            case {"error": "busy", "pid": pid}:
                self.disconnect()
                self._ready.set_exception(Busy(pid))
            case _:
                log.warning("The keeper said what nobody understands: %s", list(message))

    def _take(self, known: dict[str, Any]) -> None:
        master, memory = self._inbox.descriptors[:2]
        del self._inbox.descriptors[:2]
        handed = Handed(known["id"], known["pid"], master, Ring(memory), known["status"])
        waiting = self._spawning.get(handed.id)
        if not self._ready.done():
            self.handed.append(handed)
        elif waiting and not waiting.done():
            waiting.set_result(handed)
        else:
            # Whoever asked for it did not wait.
            release(handed)
            self._loop.create_task(self.close(handed.id), name=f"close {handed.id}")

    def _lose(self, error: Exception) -> None:
        self.disconnect()
        lost, was_ready = ConnectionResetError(f"The keeper is gone: {error}"), self._ready.done()
        for waiting in (self._ready, *self._spawning.values()):
            if not waiting.done():
                waiting.set_exception(lost)
        if self._child:
            self._loop.run_in_executor(None, os.waitpid, self._child, 0)
        if was_ready:
            self._listener.on_lost()


async def find_keeper(folder: Path, listener: Listener) -> KeeperConnection | None:
    """Take over the keeper that holds terminals of this data folder, if there is one.

    Raises:
        Unavailable: another server has it and does not let go.
    """
    owner = 0
    for _ in range(int(BUSY_SECONDS * 10)):
        if not (connection := _connect(folder / SOCKET)):
            return None
        found = KeeperConnection(connection, listener)
        try:
            await found.ready()
        except ConnectionError:
            return None
        except Busy as busy:
            owner = busy.pid
            await asyncio.sleep(0.1)
        else:
            return found
    raise Unavailable(f"The terminals are held by another server, process {owner}. Stop it and try again.")


async def start_keeper(folder: Path, listener: Listener) -> KeeperConnection:
    """Start a keeper. One whose socket would have too long an address holds terminals only as long as we live.

    Raises:
        OSError: it cannot be started.
    """
    connection, pid = await asyncio.to_thread(_start, folder)
    started = KeeperConnection(connection, listener, pid)
    await started.ready()
    return started


def _connect(path: Path) -> socket.socket | None:
    connection = socket.socket(socket.AF_UNIX)
    try:
        with _address(path) as address:
            connection.connect(address)
    except OSError:
        connection.close()
        return None
    return connection


def _start(folder: Path) -> tuple[socket.socket, int]:
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / SOCKET
    try:
        listener = _listen(path)
    except OSError as error:
        log.warning("Terminals will not outlive this server, because no socket can be at '%s': %s", path, error)
        ours, theirs = socket.socketpair()
        with theirs:
            return ours, _run(folder, ["serve", str(INHERITED)], theirs)
    with listener:
        pid = _run(folder, ["listen", str(INHERITED), str(path)], listener)
    connection = _connect(path)
    if not connection:
        raise ConnectionRefusedError(f"The keeper at '{path}' does not answer.")
    return connection, pid


def _listen(path: Path) -> socket.socket:
    # Nobody listens there, or we would not be here: the file is what a keeper left that was killed.
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    try:
        with _address(path) as address:
            listener.bind(address)
        path.chmod(0o600)
        listener.listen(8)
    except OSError:
        listener.close()
        raise
    return listener


def _run(folder: Path, arguments: list[str], inherited: socket.socket) -> int:
    """Run the keeper as a process in a session of its own. Return its pid.

    It finds the socket as the descriptor that the second argument names.
    """
    argv = program_of("studio.features.terminals.keeper", program.__file__, needs_packages=False)
    # A frozen program would otherwise share the unpacked files of the server, and lose them with it.
    environment = clean_environment({"PYINSTALLER_RESET_ENVIRONMENT": "1"})
    with open(os.devnull, "r+b") as nothing, (folder / "keeper.log").open("ab") as log_file:
        given = {0: nothing.fileno(), 1: nothing.fileno(), 2: log_file.fileno(), INHERITED: inherited.fileno()}
        # Not a subprocess.Popen: those have to be waited for by whoever started them, and this one outlives us.
        return os.posix_spawn(
            argv[0],
            [*argv, *arguments],
            environment,
            file_actions=[(os.POSIX_SPAWN_DUP2, source, target) for target, source in given.items()],
            setsid=True,
            setsigdef=[signal.SIGPIPE],
        )


@contextmanager
def _address(path: Path) -> Generator[str, None, None]:
    """Yield an address of the socket at `path` that is short enough."""
    if len(os.fsencode(path)) <= LONGEST_ADDRESS or not os.path.isdir("/proc/self/fd"):
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
