"""One connection of the Language Server Protocol: JSON-RPC messages over a program's standard input and output.

Each message is `Content-Length: N`, an empty line, and N bytes of JSON. The program is whatever is installed here: it
may send anything, at any length, or nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import orjson

from studio.features.lsp.errors import ServerGone, ServerRefused, ServerSilent
from studio.features.lsp.shapes import as_object
from studio.kit import processes

log = logging.getLogger(__name__)

LARGEST_MESSAGE = 64 * 1024 * 1024
LONGEST_HEADER = 8 * 1024
KEPT_BYTES = 4 * 1024
"""Bytes of what the program prints beside the protocol, for the reason why it ended."""

MOST_UNREAD = 8 * 1024 * 1024
"""Bytes that wait for a program to read them. More than the largest text that it is told."""

HEARD_SECONDS = 10.0
"""How long it may take to read what it is told."""

METHOD_NOT_FOUND = -32601
CANCELLED = {-32800, -32801, -32802}
"""Cancelled, or the text changed meanwhile: ask again."""

Handler = Callable[[str, Any], Any]
"""Takes a method and its parameters. Raises LookupError where it does not know the method."""


class Connection:
    """A running language server, seen as requests and notifications."""

    def __init__(self, process: asyncio.subprocess.Process, name: str, handle: Handler) -> None:
        self.name = name
        self._process = process
        # All three are pipes.
        self._stdin = cast("asyncio.StreamWriter", process.stdin)
        self._stdout = cast("asyncio.StreamReader", process.stdout)
        self._stderr = cast("asyncio.StreamReader", process.stderr)
        self._handle = handle
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._last_id = 0
        self._said = processes.HeadAndTail(KEPT_BYTES)
        self._reason = ""
        self._reading = asyncio.create_task(self._read(), name=f"read {name}")
        self._listening = asyncio.create_task(self._listen(), name=f"listen to {name}")

    @classmethod
    async def open(
        cls, argv: Sequence[str], *, name: str, cwd: Path, environment: Mapping[str, str], handle: Handler
    ) -> Connection:
        """Start a program in a process group of its own.

        Raises:
            ServerGone: it cannot be started.
        """
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(
                *argv,
                stdin=pipe,
                stdout=pipe,
                stderr=pipe,
                cwd=cwd,
                env=environment,
                start_new_session=True,
                limit=LONGEST_HEADER,
            )
        except OSError as error:
            raise ServerGone(f"{name} cannot be started: {error.strerror}.") from error
        return cls(process, name, handle)

    @property
    def pid(self) -> int:
        """The leader of its process group."""
        return self._process.pid

    @property
    def is_open(self) -> bool:
        """Whether it can still be asked."""
        return not self._reading.done()

    async def wait(self) -> str:
        """Wait until it has ended, and return the reason as a sentence."""
        await asyncio.wait({self._reading})
        return self._reason

    async def request(self, method: str, params: object, *, seconds: float) -> Any:  # noqa: ANN401 -- any JSON
        """Ask, and return the result.

        Raises:
            ServerGone, ServerSilent, ServerRefused: there is none.
        """
        self._last_id += 1
        request_id, answer = self._last_id, asyncio.get_running_loop().create_future()
        self._waiting[request_id] = answer
        try:
            async with asyncio.timeout(seconds):
                await self._send({"id": request_id, "method": method, "params": params})
                return await answer
        except TimeoutError:
            raise ServerSilent(f"{self.name} did not answer {method!r} within {seconds:.0f} seconds.") from None
        finally:
            del self._waiting[request_id]
            if answer.cancelled() or not answer.done():
                # Nobody waits for it any more, so it need not be found out.
                with suppress(ServerGone):
                    self._write({"method": "$/cancelRequest", "params": {"id": request_id}})
            else:
                # Why it failed is said above, or by what could not be sent.
                answer.exception()

    async def notify(self, method: str, params: object) -> None:
        """Tell something that has no answer.

        Raises:
            ServerGone, ServerSilent: nobody hears it.
        """
        try:
            async with asyncio.timeout(HEARD_SECONDS):
                await self._send({"method": method, "params": params})
        except TimeoutError:
            raise ServerSilent(f"{self.name} takes in nothing any more.") from None

    async def close(self, *, seconds: float = 1.0) -> None:
        """Ask it to end, and end it with all that it started."""
        try:
            if self.is_open:
                with suppress(ServerGone, ServerSilent, ServerRefused, TimeoutError):
                    await self.request("shutdown", None, seconds=seconds)
                    await self.notify("exit", None)
                    async with asyncio.timeout(seconds):
                        await self._process.wait()
        finally:
            # Whoever stops waiting does not keep it alive.
            await asyncio.shield(asyncio.create_task(self._end()))

    async def kill(self) -> None:
        """End it at once, with all that it started."""
        await asyncio.shield(asyncio.create_task(self._end()))

    async def _end(self) -> None:
        processes.kill_group(self._process.pid)
        await processes.reap(self._process)
        for task in (self._reading, self._listening):
            task.cancel()
        await asyncio.wait({self._reading, self._listening})
        self._fail(f"{self.name} was ended.")
        processes.let_go(self._process)

    async def _send(self, message: dict[str, Any]) -> None:
        try:
            self._write(message)
            await self._stdin.drain()
        except (OSError, ServerGone) as error:
            # Why it ended is found out where it is read from.
            await asyncio.wait({self._reading}, timeout=HEARD_SECONDS)
            raise ServerGone(self._reason or f"{self.name} takes in nothing any more.") from error

    def _write(self, message: dict[str, Any]) -> None:
        if not self.is_open or self._stdin.is_closing():
            raise ServerGone(self._reason or f"{self.name} has ended.")
        if self._stdin.transport.get_write_buffer_size() > MOST_UNREAD:
            self._fail(f"{self.name} takes in nothing any more.")
            processes.kill_group(self._process.pid)
            raise ServerGone(self._reason)
        data = orjson.dumps({"jsonrpc": "2.0", **message})
        self._stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))

    async def _read(self) -> None:
        try:
            while True:
                self._take(as_object(await _read_message(self._stdout)))
        except (EOFError, ConnectionError) as error:
            # A program that is no language server says what it is instead.
            self._said.add(getattr(error, "partial", b""))
            ended = asyncio.create_task(self._process.wait())
            await asyncio.wait({self._listening, ended}, timeout=processes.GRACE_SECONDS)
            self._fail(f"{self.name} ended{self._how()}{self._last_words()}")
        except ValueError as error:
            self._fail(f"{self.name} does not speak the Language Server Protocol: {error}{self._last_words()}")
        except Exception:
            log.exception("Reading from %s failed", self.name)
            self._fail(f"{self.name} sent what cannot be used.")
        # One that cannot be understood is of no use, and one that closed its output may still run.
        processes.kill_group(self._process.pid)

    async def _listen(self) -> None:
        while chunk := await self._stderr.read(LONGEST_HEADER):
            self._said.add(chunk)

    def _take(self, message: Mapping[str, Any]) -> None:
        method, request_id = message.get("method"), message.get("id")
        if isinstance(method, str) and request_id is not None:
            self._answer(request_id, method, message.get("params"))
        elif isinstance(method, str):
            with suppress(LookupError):
                self._handle(method, message.get("params"))
        elif isinstance(request_id, int) and request_id in self._waiting:
            self._settle(self._waiting[request_id], message)

    def _answer(self, request_id: object, method: str, params: object) -> None:
        try:
            answer = {"id": request_id, "result": self._handle(method, params)}
        except LookupError:
            error = {"code": METHOD_NOT_FOUND, "message": f"{method} is not known here."}
            answer = {"id": request_id, "error": error}
        with suppress(ServerGone):
            self._write(answer)

    def _settle(self, answer: asyncio.Future[Any], message: Mapping[str, Any]) -> None:
        if answer.done():
            return
        error = as_object(message.get("error"))
        if not error:
            answer.set_result(message.get("result"))
            return
        said, code = error.get("message"), error.get("code")
        reason = "the text changed meanwhile" if code in CANCELLED else str(said)[:500]
        answer.set_exception(ServerRefused(f"{self.name} cannot answer: {reason}."))

    def _fail(self, reason: str) -> None:
        self._reason = self._reason or reason
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(ServerGone(self._reason))

    def _how(self) -> str:
        code = self._process.returncode
        if code is None:
            return ""
        return f" with status {code}" if code >= 0 else f" by {processes.signal_name(-code)}"

    def _last_words(self) -> str:
        lines = [line.strip() for line in self._said.text().splitlines() if line.strip()]
        return f": {''.join(filter(str.isprintable, lines[-1]))[:300]}" if lines else "."


async def _read_message(stream: asyncio.StreamReader) -> Any:  # noqa: ANN401 -- any JSON
    """Return the next message.

    Raises:
        EOFError: there is none any more.
        ValueError: it is none.
    """
    try:
        header = await stream.readuntil(b"\r\n\r\n")
        length = _length_in(header)
        return orjson.loads(await stream.readexactly(length))
    except asyncio.LimitOverrunError:
        raise ValueError("it prints something else") from None
    except orjson.JSONDecodeError:
        raise ValueError("a message is no JSON") from None


def _length_in(header: bytes) -> int:
    for line in header.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            if (length := int(value)) > LARGEST_MESSAGE:
                raise ValueError(f"a message has {length} bytes")
            return length
    raise ValueError("a message has no length")
