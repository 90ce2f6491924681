"""Completing the path of a file from some of its letters."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.kit import processes
from studio.kit.clock import Clock

LIST_SECONDS = 3
MOST_BYTES = 16 * 1024 * 1024
KEPT_SECONDS = 5
"""How old a listing may be: one is made for a word, not for every letter of it."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a folder by their paths inside it, and whether there are more."""

    names: Sequence[str]
    is_partial: bool


class Listings:
    """The folder that was listed last, for as long as somebody types."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = asyncio.Lock()
        self._last: tuple[Path, float, Listing] | None = None

    async def get(self, folder: Path) -> Listing:
        """Return the files of a folder, as they are or were a moment ago."""
        async with self._lock:
            if self._last and self._last[0] == folder and self._clock.monotonic() - self._last[1] < KEPT_SECONDS:
                return self._last[2]
            listing = await list_files(folder)
            self._last = folder, self._clock.monotonic(), listing
            return listing


async def list_files(folder: Path) -> Listing:
    """Return the files of a folder, as many as there is time for."""
    program = processes.program_of("studio.features.files.lister", str(Path(__file__).with_name("lister.py")))
    argv = [*program, str(folder)]
    # It may not be allowed to enter the folder itself.
    finished = await processes.run(
        argv,
        cwd=Path(folder.anchor),
        timeout_seconds=LIST_SECONDS,
        limit_bytes=MOST_BYTES,
        environment=processes.helper_environment(),
    )
    # What follows the last NUL was cut off. No name has a line break: with one it is a remark, or two halves of names.
    names = [name for name in finished.output.split("\0")[:-1] if "\n" not in name]
    return Listing(names, is_partial=finished.exit_code != 0 or finished.dropped_bytes > 0)


def rank(names: Iterable[str], typed: str) -> list[str]:
    """Return the names that have the letters typed in this order, whatever their case, those that fit best first.

    Best is a file whose own name begins with them, then one whose name, then whose path has them in one piece, then one
    that has them in few; among equals what is nearer, and shorter.
    """
    letters = "".join(typed.split()).lower()
    fits = re.compile("".join(f"[^{re.escape(letter)}]*{re.escape(letter)}" for letter in letters))
    folded = ((name.lower(), name) for name in names)
    fitting = [(_distance(low, letters), name.count("/"), len(name), name) for low, name in folded if fits.match(low)]
    return [name for *_, name in sorted(fitting)]


def _distance(path: str, letters: str) -> int:
    name = path.rpartition("/")[2]
    if name.startswith(letters):
        return 0
    if letters in name:
        return 1
    return 2 if letters in path else 1 + _count_pieces(path, letters)


def _count_pieces(path: str, letters: str) -> int:
    """Return in how many pieces a path has letters, looked for from its end, where its own name is."""
    pieces, place = 1, path.rfind(letters[-1])
    for letter in reversed(letters[:-1]):
        before = path.rfind(letter, 0, place)
        pieces += before != place - 1
        place = before
    return pieces
