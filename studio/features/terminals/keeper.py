"""The keeper: a program of its own that forks shells and holds their terminals, so that they outlive the server.

It runs as `python -I -S keeper.py`, needs nothing but the standard library, and is started with the first terminal. One
server at a time owns it, over a stream socket of frames: four bytes of length, then JSON; descriptors ride on their
frame. Whoever is attached reads the terminals, into the ring that both share; while nobody is, the keeper does.

keeper → owner  `{"terminal": {id, pid, offset, status}}` with [master, ring], for each at first and for each spawned
                `{"ready": n}`, `{"exit": {id, status}}`, `{"failed": {id, reason}}`, `{"error": "busy", "pid"}`
owner → keeper  `{"do": "spawn", id, argv, env, cwd, cols, rows}`, `{"do": "close", id}`

`status` is null while a shell runs, then its exit code, or the number of the signal that ended it below zero. It ends
when it is ownerless, holds nothing, and nobody came for a while.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import selectors
import signal
import socket
import struct
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

if sys.platform != "win32":
    import fcntl
    import termios

PROTOCOL = 1
"""Part of the socket's name: a server finds the keepers it can talk to, and starts its own beside others."""

RING_BYTES = 1024 * 1024
LARGEST_FRAME = 4 * 1024 * 1024
READ_BYTES = 64 * 1024

LINGER_SECONDS = 5.0
"""How long a keeper that holds nothing waits for a server."""

HANG_UP_SECONDS = 1.0
"""How long a shell that is closed may take to end by itself."""

OWNER_SECONDS = 10.0
"""How long an owner may take to read what it is told."""

LENGTH = struct.Struct(">I")
COUNT = struct.Struct("=Q")
ERRNO = struct.Struct("i")


class Ring:
    """The last RING_BYTES that a terminal printed, in memory that processes share. One of them writes.

    `count` is how many bytes were ever written; the byte at offset n is at n modulo RING_BYTES.
    """

    def __init__(self, descriptor: int) -> None:
        self._memory = mmap.mmap(descriptor, COUNT.size + RING_BYTES)
        self._data = memoryview(self._memory)[COUNT.size :]
        self.descriptor = descriptor
        self.count = 0
        self.reload()

    def reload(self) -> None:
        """See what another process wrote."""
        (self.count,) = COUNT.unpack_from(self._memory)

    @property
    def start(self) -> int:
        """The offset of the oldest byte that is still there."""
        return max(0, self.count - RING_BYTES)

    def fill(self, descriptor: int, most: int) -> int:
        """Read up to `most` bytes from a descriptor, once. Return how many came; none at its end."""
        at = self.count % RING_BYTES
        came = os.readv(descriptor, [self._data[at : at + most]])
        self._advance(came)
        return came

    def write(self, data: bytes) -> None:
        """Add bytes."""
        while data:
            at = self.count % RING_BYTES
            piece = data[: RING_BYTES - at]
            self._data[at : at + len(piece)] = piece
            self._advance(len(piece))
            data = data[len(piece) :]

    def _advance(self, count: int) -> None:
        self.count += count
        COUNT.pack_into(self._memory, 0, self.count)

    def read(self, begin: int, end: int) -> bytes:
        """Return the bytes from one offset to another; both must still be there."""
        at, length = begin % RING_BYTES, end - begin
        first = bytes(self._data[at : at + length])
        return first if len(first) == length else first + bytes(self._data[: length - len(first)])

    def copy(self, other: Ring) -> None:
        """Begin where an older ring begins, with what is in it."""
        self.count = other.start
        self.write(other.read(other.start, other.count))

    def close(self) -> None:
        """Give the memory back."""
        self._data.release()
        self._memory.close()
        os.close(self.descriptor)


def create_ring() -> Ring:
    """Return an empty ring that can be shared by passing its descriptor."""
    descriptor = _shareable_memory()
    os.ftruncate(descriptor, COUNT.size + RING_BYTES)
    return Ring(descriptor)


def _shareable_memory() -> int:
    if sys.platform == "linux":
        return os.memfd_create("terminal", os.MFD_CLOEXEC)
    import tempfile  # noqa: PLC0415 -- where there is no memfd, a file that nobody else can find will do

    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def encode(message: dict[str, Any]) -> bytes:
    """Return a message as a frame."""
    data = json.dumps(message, separators=(",", ":")).encode()
    return LENGTH.pack(len(data)) + data


class Inbox:
    """What comes over a socket: frames, and the descriptors that came with them, in their order."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._bytes = bytearray()
        self.descriptors: list[int] = []

    def receive(self) -> list[dict[str, Any]]:
        """Return the frames that are whole by now.

        Raises:
            BlockingIOError: nothing came.
            ConnectionError: nothing will come, or no frames.
        """
        # Where the system knows no such flag, they are made non-inheritable one by one, at once.
        flags = getattr(socket, "MSG_CMSG_CLOEXEC", 0)
        data, descriptors, _, _ = socket.recv_fds(self._connection, READ_BYTES, 16, flags)
        for descriptor in descriptors:
            os.set_inheritable(descriptor, False)
        self.descriptors += descriptors
        if not data:
            raise ConnectionResetError
        self._bytes += data
        return self._whole()

    def _whole(self) -> list[dict[str, Any]]:
        messages = list[dict[str, Any]]()
        while len(self._bytes) >= LENGTH.size:
            (length,) = LENGTH.unpack_from(self._bytes)
            if length > LARGEST_FRAME:
                raise ConnectionAbortedError
            end = LENGTH.size + length
            if len(self._bytes) < end:
                break
            messages.append(json.loads(self._bytes[LENGTH.size : end]))
            del self._bytes[:end]
        return messages


def peer_of(connection: socket.socket) -> tuple[int, int]:
    """Return the user id and the process id at the other end; 0 for a process id that cannot be known."""
    if sys.platform == "linux":
        pid, uid, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        return uid, pid
    # LOCAL_PEERCRED of the BSDs and macOS: a struct xucred begins with its version and the user id.
    _, uid = struct.unpack_from("2I", connection.getsockopt(0, 1, 76))
    return uid, 0


def set_size(terminal: int, cols: int, rows: int) -> None:
    """Tell a terminal, and whoever runs in it, how large it is."""
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("4H", rows, cols, 0, 0))


def fork_shell(argv: Sequence[str], env: dict[str, str], cwd: str, *, cols: int, rows: int) -> tuple[int, int]:
    """Run a program in a new terminal and a session of its own. Return its pid and the master of the terminal.

    Raises:
        OSError: it cannot be run.
    """
    master, slave = os.openpty()
    failing, telling = os.pipe()
    try:
        prepare_terminal(master, slave, cols, rows)
        pid = os.fork()
        if pid == 0:
            _become(argv, env, cwd, slave, telling)
        os.close(telling)
        telling = -1
        _check(pid, failing)
    except BaseException:
        os.close(master)
        raise
    finally:
        for descriptor in (slave, failing, telling):
            if descriptor >= 0:
                os.close(descriptor)
    return pid, master


def prepare_terminal(master: int, slave: int, cols: int, rows: int) -> None:
    """Make a terminal this large, and its master one that nobody waits for."""
    set_size(slave, cols, rows)
    # So that erasing takes back a character and not a byte of it.
    modes = termios.tcgetattr(slave)
    modes[0] |= getattr(termios, "IUTF8", 0x4000)
    termios.tcsetattr(slave, termios.TCSANOW, modes)
    os.set_blocking(master, False)


def _check(pid: int, failing: int) -> None:
    # Empty once the program runs: the other end of the pipe closes by itself then.
    if told := os.read(failing, ERRNO.size):
        os.waitpid(pid, 0)
        (number,) = ERRNO.unpack(told)
        raise OSError(number, os.strerror(number))


def _become(argv: Sequence[str], env: dict[str, str], cwd: str, slave: int, telling: int) -> NoReturn:
    """In the child: be the program."""
    try:
        os.login_tty(slave)
        # Python ignores these, and a child would go on ignoring them.
        for number in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        os.chdir(cwd)
        os.execvpe(argv[0], list(argv), env)  # noqa: S606 -- running programs is what terminals are for
    except OSError as error:
        os.write(telling, ERRNO.pack(error.errno or 0))
    finally:
        os._exit(127)


def signal_groups(groups: set[int], number: int) -> None:
    """Send a signal to process groups, those that still are."""
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)


@dataclass
class Held:
    """One terminal. `status` is None while its shell runs."""

    id: str
    pid: int
    master: int
    ring: Ring
    status: int | None = None


@dataclass
class Closed:
    """A terminal that was closed, whose processes have until `deadline` to end; None once they were killed."""

    pid: int
    groups: set[int]
    reaped: bool
    deadline: float | None = field(default_factory=lambda: time.monotonic() + HANG_UP_SECONDS)


class Keeper:
    """Holds terminals. `listener` is where servers come; without one, it ends with the owner it was started for."""

    def __init__(self, *, listener: socket.socket | None = None, path: str = "") -> None:
        self._listener = listener
        self._path = path
        self._owner: socket.socket | None = None
        self._inbox: Inbox | None = None
        self._held: dict[str, Held] = {}
        self._closed: list[Closed] = []
        self._selector = selectors.DefaultSelector()
        self._lonely_since = time.monotonic()
        if listener:
            self._selector.register(listener, selectors.EVENT_READ, self._accept)
        self._watch_children()

    def _watch_children(self) -> None:
        hear, tell = socket.socketpair()
        hear.setblocking(False)
        tell.setblocking(False)
        # The selector waits again after a signal: only a byte on a socket wakes it.
        signal.set_wakeup_fd(tell.fileno(), warn_on_full_buffer=False)
        self._wakeup = hear, tell
        signal.signal(signal.SIGCHLD, _wake)
        self._selector.register(hear, selectors.EVENT_READ, self._reap)

    def run(self) -> None:
        """Serve until there is nothing to hold and nobody to hold it for."""
        while not self._is_done():
            for key, _ in self._selector.select(self._patience()):
                key.data()
            self._kill_overdue()
        if self._listener:
            # In this order: who finds the socket gone starts a keeper, and who found it just before is turned away.
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._path)
            self._listener.close()

    def _is_done(self) -> bool:
        if self._owner or self._held or self._closed:
            return False
        return self._listener is None or time.monotonic() >= self._lonely_since + LINGER_SECONDS

    def _patience(self) -> float | None:
        """Return the seconds until something is due."""
        due = [closed.deadline for closed in self._closed if closed.deadline is not None]
        if not (self._owner or self._held):
            due.append(self._lonely_since + LINGER_SECONDS)
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _accept(self) -> None:
        assert self._listener  # noqa: S101 -- nothing else calls this
        connection, _ = self._listener.accept()
        uid, _ = peer_of(connection)
        if uid != os.getuid():
            connection.close()
        elif self._owner:
            with connection, contextlib.suppress(OSError):
                connection.sendall(encode({"error": "busy", "pid": peer_of(self._owner)[1]}))
        else:
            self.adopt(connection)

    def adopt(self, owner: socket.socket) -> None:
        """Hand everything over to a server."""
        owner.settimeout(OWNER_SECONDS)
        self._owner, self._inbox = owner, Inbox(owner)
        self._selector.register(owner, selectors.EVENT_READ, self._hear)
        for held in self._held.values():
            self._stop_reading(held)
        for held in list(self._held.values()):
            self._hand_over(held)
        self._tell({"ready": len(self._held)})

    def _hand_over(self, held: Held) -> None:
        known = {"id": held.id, "pid": held.pid, "offset": held.ring.count, "status": held.status}
        self._tell({"terminal": known}, held.master, held.ring.descriptor)

    def _tell(self, message: dict[str, Any], *descriptors: int) -> None:
        if not self._owner:
            return
        data = encode(message)
        try:
            sent = socket.send_fds(self._owner, [data], descriptors) if descriptors else 0
            self._owner.sendall(data[sent:])
        except OSError:
            self._lose_owner()

    def _hear(self) -> None:
        assert self._inbox  # noqa: S101 -- whoever has an owner has its inbox
        try:
            for message in self._inbox.receive():
                self._obey(message)
        except (OSError, ValueError, KeyError, TypeError):
            # Gone, or it speaks something else: the terminals are worth more than it is.
            self._lose_owner()

    def _obey(self, message: dict[str, Any]) -> None:
        match message["do"]:
            case "spawn":
                self._spawn(message)
            case "close":
                self._close(message["id"])
            case unknown:
                raise ValueError(unknown)

    def _lose_owner(self) -> None:
        """Read on by ourselves."""
        if not self._owner:
            return
        self._selector.unregister(self._owner)
        self._owner.close()
        self._owner = None
        self._lonely_since = time.monotonic()
        for held in list(self._held.values()):
            if self._listener is None:
                self._close(held.id)
            else:
                held.ring.reload()
                self._selector.register(held.master, selectors.EVENT_READ, lambda held=held: self._read(held))

    def _read(self, held: Held) -> None:
        if self._owner:
            # It came in the same turn as this output.
            return
        try:
            for _ in range(READ_BYTES // 4096):
                if not held.ring.fill(held.master, READ_BYTES):
                    break
            else:
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._stop_reading(held)

    def _stop_reading(self, held: Held) -> None:
        with contextlib.suppress(KeyError):
            self._selector.unregister(held.master)

    def _spawn(self, wanted: dict[str, Any]) -> None:
        try:
            ring = create_ring()
            try:
                size = {"cols": wanted["cols"], "rows": wanted["rows"]}
                pid, master = fork_shell(wanted["argv"], wanted["env"], wanted["cwd"], **size)
            except OSError:
                ring.close()
                raise
        except OSError as error:
            self._tell({"failed": {"id": wanted["id"], "reason": error.strerror}})
            return
        held = self._held[wanted["id"]] = Held(wanted["id"], pid, master, ring)
        self._hand_over(held)

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._wakeup[0].recv(4096)
        for held in list(self._held.values()):
            if held.status is None and (status := _ended(held.pid)) is not None:
                held.status = status
                self._tell({"exit": {"id": held.id, "status": status}})
        for closed in self._closed:
            closed.reaped = closed.reaped or _ended(closed.pid) is not None

    def _close(self, terminal_id: str) -> None:
        """Hang up, and forget the terminal."""
        if not (held := self._held.pop(terminal_id, None)):
            return
        self._stop_reading(held)
        groups = {held.pid} if held.status is None else set[int]()
        with contextlib.suppress(OSError):
            groups.add(os.tcgetpgrp(held.master))
        # 0 stands for no group there, and would be our own here.
        groups.discard(0)
        signal_groups(groups, signal.SIGHUP)
        signal_groups(groups, signal.SIGCONT)
        os.close(held.master)
        held.ring.close()
        self._closed.append(Closed(held.pid, groups, held.status is not None))
        self._lonely_since = time.monotonic()

    def _kill_overdue(self) -> None:
        for closed in self._closed:
            if closed.deadline is not None and time.monotonic() >= closed.deadline:
                signal_groups(closed.groups, signal.SIGKILL)
                closed.deadline = None
        self._closed = [closed for closed in self._closed if closed.deadline is not None or not closed.reaped]


def _wake(*_: object) -> None:
    """Do nothing: a signal that has a handler writes its byte, and one that is ignored leaves no zombie to ask."""


def _ended(pid: int) -> int | None:
    """Return how a child ended, or None while it runs."""
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def main(arguments: Sequence[str]) -> None:
    """Keep: `listen DESCRIPTOR PATH` for every server that comes, or `serve DESCRIPTOR` for one."""
    role, descriptor, *path = arguments
    os.chdir("/")
    connection = socket.socket(fileno=int(descriptor))
    connection.set_inheritable(False)
    if role == "listen":
        keeper = Keeper(listener=connection, path=path[0])
    else:
        keeper = Keeper()
        keeper.adopt(connection)
    keeper.run()


if __name__ == "__main__":
    main(sys.argv[1:])
