"""What can be done with agents."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from studio.features.agents.engines import ADAPTERS, Lines
from studio.features.agents.models import Delegated, Engine
from studio.kit import processes
from studio.kit.errors import NotAllowed, Unavailable

AT_ONCE = 2
LONGEST_SECONDS = 1800
MOST_BYTES = 4 * 1024 * 1024


class Agents:
    """The coding programs of this machine. At most two of each run at once; who comes third waits for a place."""

    def __init__(self) -> None:
        self._places = {engine: asyncio.Semaphore(AT_ONCE) for engine in ADAPTERS}

    def find(self, engine: Engine) -> str:
        """Return where the program is.

        Raises:
            NotAllowed: it is not installed.
        """
        program = ADAPTERS[engine]().program
        path = shutil.which(program)
        if path is None:
            raise NotAllowed(f"The program {program!r} is not installed on this machine.")
        return path

    async def delegate(
        self, engine: Engine, task: str, *, cwd: Path, timeout_seconds: int, report: Callable[[str], None]
    ) -> Delegated:
        """Hand a task to a program, wait for a place first, and return what came of it.

        Waiting does not count against the time limit. `report` hears what the program does while it does it.

        Raises:
            NotAllowed: it is not installed.
            Unavailable: it cannot be started.
        """
        path, adapter, lines = self.find(engine), ADAPTERS[engine](), Lines()

        def listen(chunk: bytes) -> None:
            for line in lines.feed(chunk):
                if note := adapter.hear(line):
                    report(note)

        if self._places[engine].locked():
            report(f"Waiting: {AT_ONCE} of {engine} run already.\n")
        async with self._places[engine]:
            try:
                finished = await processes.run(
                    [path, *adapter.arguments()],
                    cwd=cwd,
                    typed=task.encode(),
                    timeout_seconds=timeout_seconds,
                    limit_bytes=MOST_BYTES,
                    on_output=listen,
                )
            except OSError as error:
                raise Unavailable(f"{engine!r} cannot be started: {error.strerror}.") from error
        done = adapter.conclude(finished.output)
        if finished.timed_out:
            said = f"{finished.output[-2000:]}\n[ended after {timeout_seconds} seconds]"
            # What it was doing when it was ended took something that nobody told.
            return Delegated(said, failed=True, tokens=done.tokens, duration_seconds=finished.duration_seconds)
        failed = done.failed or finished.exit_code != 0
        return replace(done, failed=failed, duration_seconds=finished.duration_seconds)
