"""Running a program: an argument list, a clean environment, a time limit, and nothing left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from studio.kit.frozen import is_frozen, where_unpacked

ALLOWED = frozenset(
    """
    PATH HOME USER LOGNAME SHELL LANG LANGUAGE TZ TMPDIR TEMP TMP DISPLAY WAYLAND_DISPLAY
    DBUS_SESSION_BUS_ADDRESS SSH_AUTH_SOCK EDITOR VISUAL PAGER VIRTUAL_ENV CONDA_PREFIX JAVA_HOME GOPATH
    GOROOT CARGO_HOME RUSTUP_HOME NVM_DIR NODE_EXTRA_CA_CERTS SSL_CERT_FILE SSL_CERT_DIR PIP_CERT HTTP_PROXY
    HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy SYSTEMROOT SYSTEMDRIVE COMSPEC PATHEXT WINDIR
    APPDATA LOCALAPPDATA PROGRAMDATA PROGRAMFILES USERPROFILE USERNAME HOMEDRIVE HOMEPATH
    NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE
    """.split()  # noqa: SIM905 -- a list would be forty lines
)
ALLOWED_PREFIXES = ("LC_", "XDG_")

GRACE_SECONDS = 0.3
"""How long output may still come after the program itself has ended."""


KILLED_SECONDS = 5.0
"""How long a program that was killed may take to be gone."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What came of a program. `output` is stdout and stderr as they came; `exit_code` is None if it was killed."""

    exit_code: int | None
    signal: str | None
    output: str
    dropped_bytes: int
    timed_out: bool
    duration_seconds: float


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return what a child may know: names on the list, so that no key or token of ours comes along by accident."""
    known = {name: value for name, value in os.environ.items() if name in ALLOWED or name.startswith(ALLOWED_PREFIXES)}
    return known | {"PATH": search_path()} | dict(extra or {})


def search_path() -> str:
    """Return the folders in which programs are looked for.

    One that is relative is left out: in a folder of somebody else's it would be theirs.
    """
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(folder for folder in folders if os.path.isabs(folder))


def program_of(module: str, file: str, *, needs_packages: bool = True) -> list[str]:
    """Return the command line that runs one of our own modules, whose `__file__` is given, as a program by itself."""
    if is_frozen():
        # There is no Python in a frozen program but the one that it is.
        return [sys.executable, "--run-module", module]
    return [sys.executable, "-I", *([] if needs_packages else ["-S"]), file]


def helper_environment() -> dict[str, str]:
    """Return the environment of a program of `program_of` that ends before we do."""
    return clean_environment(where_unpacked())


def own_command() -> list[str]:
    """Return the command line that runs Studio, whoever runs it and wherever."""
    if is_frozen():
        return [sys.executable]
    script = Path(sys.executable).with_name("studio.exe" if sys.platform == "win32" else "studio")
    # Without -P a folder called `studio` in the working folder would be run instead.
    return [str(script)] if script.is_file() else [sys.executable, "-P", "-m", "studio"]


def is_root() -> bool:
    """Return whether this process may do everything on the machine."""
    return sys.platform != "win32" and os.geteuid() == 0


@dataclass(frozen=True, slots=True)
class KeptOutput:
    """What is still there of an output: of its first bytes, how many are gone after them, and of its last."""

    head: bytes
    left_out: int
    tail: bytes


class HeadAndTail:
    """The first and the last bytes of an output that may be endless."""

    def __init__(self, limit: int) -> None:
        self._half = limit // 2
        self._head = bytearray()
        self._tail = bytearray()
        self.dropped = 0
        self.seen = 0

    def add(self, chunk: bytes) -> None:
        """Take in more output."""
        self.seen += len(chunk)
        room = self._half - len(self._head)
        self._head += chunk[:room]
        self._tail += chunk[room:]
        if (extra := len(self._tail) - self._half) > self._half:
            self._drop(extra)

    def _drop(self, count: int) -> None:
        del self._tail[:count]
        self.dropped += count

    def after(self, position: int) -> KeptOutput:
        """Return what was kept of the bytes from `position` on."""
        begins = len(self._head) + self.dropped
        behind_head = max(position, len(self._head))
        return KeptOutput(
            bytes(self._head[position:]), max(begins - behind_head, 0), bytes(self._tail[max(position - begins, 0) :])
        )

    def text(self) -> str:
        """Return what was kept, with a line that says what was not."""
        if (extra := len(self._tail) - self._half) > 0:
            self._drop(extra)
        head, tail = self._head.decode(errors="replace"), self._tail.decode(errors="replace")
        return f"{head}\n… {self.dropped} bytes left out …\n{tail}" if self.dropped else head + tail


@dataclass(frozen=True, slots=True)
class Spawned:
    """A running program, and its stdout and stderr as one stream."""

    process: asyncio.subprocess.Process
    output: asyncio.StreamReader


@asynccontextmanager
async def spawned(
    argv: Sequence[str], *, cwd: Path, environment: Mapping[str, str], typed: bytes | None = None
) -> AsyncGenerator[Spawned, None]:
    """Start a program in a process group of its own; when the block is left, however it is left, kill the group.

    `typed` is what it finds on its standard input.
    """
    with ExitStack() as stack:
        options: dict[str, Any] = {"cwd": cwd, "env": environment, "start_new_session": True}
        options["stdin"] = _typed(typed, stack)
        child = await _start(argv, options, stack)
        try:
            yield child
        finally:
            kill_group(child.process.pid)
            await reap(child.process)


def _typed(text: bytes | None, stack: ExitStack) -> int | IO[bytes]:
    """Return what a program reads as its standard input: a file, which unlike a pipe never makes anybody wait."""
    if text is None:
        return asyncio.subprocess.DEVNULL
    file = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 -- the stack closes it
    file.write(text)
    file.seek(0)
    return file


async def _start(argv: Sequence[str], options: dict[str, Any], stack: ExitStack) -> Spawned:
    stderr = asyncio.subprocess.STDOUT
    if sys.platform == "win32":
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*argv, stdout=pipe, stderr=stderr, **options)
        return Spawned(process, process.stdout)
    # A pipe of our own: with asyncio's, waiting for a program also waits for every child that holds the other end.
    read_end, write_end = os.pipe()
    reader = asyncio.StreamReader()
    try:
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read_end, "rb", buffering=0)
        )
        stack.callback(transport.close)
        process = await asyncio.create_subprocess_exec(*argv, stdout=write_end, stderr=stderr, **options)
    finally:
        os.close(write_end)
    return Spawned(process, reader)


async def reap(process: asyncio.subprocess.Process) -> None:
    """Wait for the end of a program that was killed, not for ever.

    Nobody can end what belongs to another user, or waits for a disk that is gone.
    """
    with suppress(TimeoutError):
        # Left to itself by a task that is being cancelled, it would stay as a zombie.
        await asyncio.wait_for(asyncio.shield(process.wait()), KILLED_SECONDS)


def let_go(process: asyncio.subprocess.Process) -> None:
    """Close the pipes to a program that was ended, also those from which nobody read to the end."""
    transport = cast("asyncio.SubprocessTransport", vars(process)["_transport"])
    transport.close()


def kill_group(pid: int) -> None:
    """Kill the process group that `pid` leads, if any of it still lives."""
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            os.kill(pid, signal.SIGTERM)
        else:
            os.killpg(pid, signal.SIGKILL)


async def run(
    argv: Sequence[str],
    *,
    cwd: Path,
    timeout_seconds: float,
    limit_bytes: int,
    environment: Mapping[str, str] | None = None,
    typed: bytes | None = None,
    on_output: Callable[[bytes], None] | None = None,
) -> Finished:
    """Run a program to its end or its time limit and return what it printed.

    `limit_bytes` bounds what is kept, not what is printed; `typed` is what it finds on its standard input; `on_output`
    sees every chunk as it comes.

    Raises:
        OSError: it cannot be started.
    """
    loop, kept = asyncio.get_running_loop(), HeadAndTail(limit_bytes)
    started, timed_out = loop.time(), False
    async with spawned(argv, cwd=cwd, environment=environment or clean_environment(), typed=typed) as child:
        process = child.process
        reading = asyncio.create_task(_read(child.output, kept, on_output))
        try:
            async with asyncio.timeout(timeout_seconds):
                await process.wait()
        except TimeoutError:
            timed_out = True
            kill_group(process.pid)
            await reap(process)
        finally:
            # What it left running would go on printing, and hold the other end of the pipe.
            kill_group(process.pid)
            await _drain(reading)
    code = process.returncode
    return Finished(
        exit_code=code if code is not None and code >= 0 else None,
        signal=signal_name(-code) if code is not None and code < 0 else None,
        output=kept.text(),
        dropped_bytes=kept.dropped,
        timed_out=timed_out,
        duration_seconds=loop.time() - started,
    )


def signal_name(number: int) -> str:
    """Return what people call a signal: `SIGTERM`."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


async def _drain(reading: asyncio.Task[None]) -> None:
    """Let the rest of the output come in, not for ever: a child that left the group may hold the pipe."""
    await asyncio.wait({reading}, timeout=GRACE_SECONDS)
    reading.cancel()
    await asyncio.wait({reading})


async def _read(output: asyncio.StreamReader, kept: HeadAndTail, on_output: Callable[[bytes], None] | None) -> None:
    while chunk := await output.read(65536):
        kept.add(chunk)
        if on_output:
            on_output(chunk)
