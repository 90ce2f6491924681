"""One program run for a terminal: no shell, stdout and stderr apart."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from studio.features.terminals.models import Channel, Ending
from studio.features.terminals.scrollback import Scrollback
from studio.features.terminals.sink import Sink
from studio.features.terminals.source import Source
from studio.kit.processes import kill_group, reap, signal_name

LAST_SECONDS = 0.5
"""How long output may still come after the program itself has ended."""


class Execution:
    """A running program in a process group of its own. What it prints goes into the scrollback."""

    def __init__(self, process: asyncio.subprocess.Process, *, reading: Sequence[int], writing: int) -> None:
        self._process = process
        self._descriptors = [*reading, writing]
        self._reading = reading
        self._sink = Sink(writing)
        self._sources = list[Source]()
        self._one_ended = asyncio.Event()

    @property
    def pid(self) -> int:
        """The program's process, and its group."""
        return self._process.pid

    async def write(self, data: bytes) -> None:
        """Write to its standard input."""
        await self._sink.write(data)

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal to the program and what it started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    async def run(self, scrollback: Scrollback, on_end: Callable[[Ending], None]) -> None:
        """Take in what it prints until its end, and say how it ended."""
        channels: list[Channel] = ["stdout", "stderr"]
        for descriptor, channel in zip(self._reading, channels, strict=True):
            self._sources.append(Source(descriptor, scrollback, channel, self._one_ended.set))
        try:
            code = await self._process.wait()
            # What it left running would go on printing.
            kill_group(self.pid)
            await self._read_rest()
        finally:
            await self.discard()
        ending = Ending(code, None) if code >= 0 else Ending(None, signal_name(-code))
        scrollback.end(ending)
        on_end(ending)

    async def discard(self) -> None:
        """End the program and let go of it."""
        kill_group(self.pid)
        await reap(self._process)
        self._close()

    async def _read_rest(self) -> None:
        """Wait for what is still in the pipes, not for ever: somebody who left the group may hold them."""
        while not all(source.is_at_end for source in self._sources):
            self._one_ended.clear()
            try:
                await asyncio.wait_for(self._one_ended.wait(), LAST_SECONDS)
            except TimeoutError:
                # Viewers that are slow to take what there is may be waited for.
                if not any(source.is_waiting for source in self._sources):
                    return

    def _close(self) -> None:
        self._sink.close()
        for source in self._sources:
            source.close()
        for descriptor in self._descriptors:
            os.close(descriptor)


async def execute(argv: Sequence[str], *, env: Mapping[str, str], cwd: Path) -> Execution:
    """Start a program.

    Raises:
        OSError: it cannot be run.
    """
    pipes = [os.pipe() for _ in range(3)]
    (typed, writing), (reading_output, output), (reading_errors, errors) = pipes
    try:
        process = await asyncio.create_subprocess_exec(
            *argv, stdin=typed, stdout=output, stderr=errors, env=env, cwd=cwd, start_new_session=True
        )
    except BaseException:
        for descriptor in (writing, reading_output, reading_errors):
            os.close(descriptor)
        raise
    finally:
        for descriptor in (typed, output, errors):
            os.close(descriptor)
    for descriptor in (writing, reading_output, reading_errors):
        os.set_blocking(descriptor, False)
    return Execution(process, reading=[reading_output, reading_errors], writing=writing)
