"""A server that is a program: started under the rules for every child of Studio, and spoken to line by line.

The SDK has a transport of its own for this. It gives a program another environment than Studio's children have, reads
lines of any length, and takes what comes as fast as it comes.
"""

from __future__ import annotations

import asyncio
import shutil
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import cast

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.shared.message import SessionMessage
from mcp_types import jsonrpc_message_adapter

from studio.features.mcp.errors import ServerGone
from studio.features.mcp.log import Log
from studio.features.mcp.models import Launch
from studio.features.mcp.pace import Pace
from studio.features.mcp.planning import locate_command
from studio.kit import processes

LARGEST_MESSAGE = 16 * 1024 * 1024
MOST_GARBAGE = 1000
"""Lines that are no messages. Some programs greet their user before they speak the protocol."""

LONGEST_GARBAGE = 500
LEAVE_SECONDS = 1.0
"""How long a program may take to end after its input was closed."""

END_SECONDS = 2.0
"""How long a program that closed its output may take to end, so that it can be said how it did."""

READ_BYTES = 64 * 1024

Streams = tuple[MemoryObjectReceiveStream[SessionMessage | Exception], MemoryObjectSendStream[SessionMessage]]


class Program:
    """A server that was started, as the two streams that the SDK speaks through, as long as the block lasts."""

    def __init__(self, launch: Launch, log: Log) -> None:
        self._launch = launch
        self._log = log
        self._title = launch.settings.title or launch.name
        self._tasks: list[asyncio.Task[None]] = []
        self._process: asyncio.subprocess.Process | None = None
        self.reason = ""
        """Why it can no longer be asked, as a sentence."""
        self.ended = asyncio.Event()
        """Set once nothing more comes from it."""

    @property
    def pid(self) -> int | None:
        """The leader of its process group."""
        return self._process.pid if self._process else None

    async def __aenter__(self) -> Streams:
        self._process = process = await self._start()
        to_client, incoming = anyio.create_memory_object_stream[SessionMessage | Exception](0)
        outgoing, from_client = anyio.create_memory_object_stream[SessionMessage](0)
        # All three are pipes.
        stdin = cast("asyncio.StreamWriter", process.stdin)
        stdout, stderr = cast("asyncio.StreamReader", process.stdout), cast("asyncio.StreamReader", process.stderr)
        self._tasks = [
            asyncio.create_task(self._read(stdout, to_client), name=f"read {self._launch.name}"),
            asyncio.create_task(self._write(stdin, from_client, to_client), name=f"write {self._launch.name}"),
            asyncio.create_task(self._listen(stderr), name=f"listen to {self._launch.name}"),
        ]
        return incoming, outgoing

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # However often whoever leaves is told to stop: nothing of the program may be left behind.
        ending, stopped = asyncio.create_task(self._end()), None
        with anyio.CancelScope(shield=True):
            while not ending.done():
                try:
                    await asyncio.shield(ending)
                except asyncio.CancelledError as again:
                    stopped = again
        if stopped and error is None:
            raise stopped

    async def _start(self) -> asyncio.subprocess.Process:
        settings, pipe = self._launch.settings, asyncio.subprocess.PIPE
        environment = processes.clean_environment(self._launch.env)
        program = await asyncio.to_thread(shutil.which, locate_command(settings), path=environment["PATH"])
        if program is None:
            raise ServerGone(f"{self._title} cannot be started: the program {settings.command!r} is not here.")
        try:
            return await asyncio.create_subprocess_exec(
                program,
                *settings.args,
                stdin=pipe,
                stdout=pipe,
                stderr=pipe,
                cwd=settings.cwd or Path.home(),
                env=environment,
                start_new_session=True,
                limit=LARGEST_MESSAGE,
            )
        except OSError as error:
            raise ServerGone(f"{self._title} cannot be started: {error.strerror}.") from error

    async def _read(
        self, stdout: asyncio.StreamReader, to_client: MemoryObjectSendStream[SessionMessage | Exception]
    ) -> None:
        try:
            with suppress(anyio.ClosedResourceError, anyio.BrokenResourceError):
                await self._hand_on(stdout, to_client)
        except asyncio.IncompleteReadError as error:
            await self._note_end(error.partial)
        except asyncio.LimitOverrunError:
            self.reason = f"{self._title} sent a message of more than {LARGEST_MESSAGE // 1024**2} MB."
        finally:
            to_client.close()
            self.ended.set()

    async def _hand_on(
        self, stdout: asyncio.StreamReader, to_client: MemoryObjectSendStream[SessionMessage | Exception]
    ) -> None:
        """Hand messages on until there is nothing but garbage."""
        pace, garbage = Pace(), 0
        while garbage < MOST_GARBAGE:
            line = await stdout.readuntil(b"\n")
            await pace.take(len(line))
            if message := self._parse(line):
                await to_client.send(message)
            else:
                garbage += 1
        self.reason = f"{self._title} does not speak the Model Context Protocol: it prints something else."

    def _parse(self, line: bytes) -> SessionMessage | None:
        if not line.strip():
            return None
        try:
            return SessionMessage(jsonrpc_message_adapter.validate_json(line, by_name=False))
        except ValueError:
            self._log.add(line[:LONGEST_GARBAGE].rstrip() + b"\n")
            return None

    async def _note_end(self, rest: bytes) -> None:
        """Find out why a program closed its output."""
        process = cast("asyncio.subprocess.Process", self._process)
        self._log.add(rest[:LONGEST_GARBAGE])
        ended = asyncio.create_task(process.wait())
        await asyncio.wait({ended}, timeout=END_SECONDS)
        # What it said last may still be on its way, or be held open by what it started.
        await asyncio.wait({self._tasks[2]}, timeout=processes.GRACE_SECONDS)
        if not ended.done():
            ended.cancel()
        words = self._log.last_words()
        self.reason = f"{self._title} ended{_how(process.returncode)}{f': {words}' if words else '.'}"

    async def _write(
        self,
        stdin: asyncio.StreamWriter,
        from_client: MemoryObjectReceiveStream[SessionMessage],
        to_client: MemoryObjectSendStream[SessionMessage | Exception],
    ) -> None:
        try:
            async with from_client:
                async for message in from_client:
                    stdin.write(message.message.model_dump_json(by_alias=True, exclude_unset=True).encode() + b"\n")
                    await stdin.drain()
        except OSError:
            # Its end is noticed where it is read from; one that only closed its input would be waited for.
            await asyncio.wait({self._tasks[0]}, timeout=END_SECONDS)
            self.reason = self.reason or f"{self._title} takes in nothing any more."
            to_client.close()

    async def _listen(self, stderr: asyncio.StreamReader) -> None:
        pace = Pace()
        while chunk := await stderr.read(READ_BYTES):
            self._log.add(chunk)
            await pace.take(len(chunk))

    async def _end(self) -> None:
        process = self._process
        if process is None:
            return
        self._tasks[1].cancel()
        cast("asyncio.StreamWriter", process.stdin).close()
        try:
            # One that went wrong is not asked to leave.
            if process.returncode is None and not self.reason:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LEAVE_SECONDS):
                        await process.wait()
        finally:
            processes.kill_group(process.pid)
        await processes.reap(process)
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks)
        processes.let_go(process)


def _how(code: int | None) -> str:
    if code is None:
        return ""
    return f" with status {code}" if code >= 0 else f" by {processes.signal_name(-code)}"
