"""Asking programs for their versions. They are whatever the search path leads to: they may hang, crash or lie."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from studio.kit import processes

AT_ONCE = 4
LONGEST_SECONDS = 5.0
PATIENCE_SECONDS = 0.5
"""How long a program keeps its place among those that are asked at once. A slow one goes on, and lets others begin."""

MOST_BYTES = 16_384
LONGEST_VERSION = 40
LONGEST_REASON = 200

VERSION = re.compile(r"(?<![A-Za-z0-9.])[vV]?(\d+(?:\.\d+)+[\w.+~-]*)")
NOT_SHOWN = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[^\x20-\x7e\n]")

QUIET = {
    "NO_COLOR": "1",
    "TERM": "dumb",
    "DO_NOT_TRACK": "1",
    "DISABLE_AUTOUPDATER": "1",
    "DISABLE_TELEMETRY": "1",
    "NO_UPDATE_NOTIFIER": "1",
    "HOMEBREW_NO_AUTO_UPDATE": "1",
    "npm_config_update_notifier": "false",
}
"""A program that is only asked for its version looks for no update and tells nobody."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a program printed, or why it said nothing."""

    text: str = ""
    error: str = ""


class Asking:
    """Asks programs, a few at once."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(AT_ONCE)

    async def ask(self, argv: Sequence[str]) -> Said:
        """Run a program and return what it printed. It and all it started are gone within five seconds."""
        async with self._place():
            try:
                finished = await processes.run(
                    argv,
                    cwd=Path.home(),
                    timeout_seconds=LONGEST_SECONDS,
                    limit_bytes=MOST_BYTES,
                    environment=processes.clean_environment(QUIET),
                )
            except OSError as error:
                return Said(error=f"It cannot be started: {error.strerror}.")
        if finished.timed_out:
            return Said(error=f"It did not answer within {LONGEST_SECONDS:.0f} seconds.")
        text = NOT_SHOWN.sub("", finished.output)
        if finished.exit_code != 0:
            how = f"status {finished.exit_code}" if finished.exit_code is not None else finished.signal
            return Said(error=f"It ended with {how}{_first_line(text)}")
        return Said(text)

    @asynccontextmanager
    async def _place(self) -> AsyncGenerator[None, None]:
        await self._places.acquire()
        place = ExitStack()
        place.callback(self._places.release)
        # Whoever is slow gives the place back early. A stack that was left is empty, and leaving it again does nothing.
        early = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, place.close)
        try:
            yield
        finally:
            early.cancel()
            place.close()


def read_version(said: Said) -> tuple[str | None, str]:
    """Return the version in what a program said of itself, and why there is none."""
    if said.error:
        return None, said.error
    found = VERSION.search(said.text)
    if not found or len(found[1]) > LONGEST_VERSION:
        return None, f"It says no version{_first_line(said.text)}"
    return found[1], ""


def _first_line(text: str) -> str:
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return f": {line[:LONGEST_REASON]}" if line else "."
