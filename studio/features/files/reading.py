"""Reading part of a text file."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from studio.kit.containment import open_regular
from studio.kit.errors import InvalidInput

MOST_BYTES = 100_000
PROBE_BYTES = 8192


def read_lines(root: Path, place: Path, shown_as: str, *, offset: int, limit: int) -> str:
    """Return `limit` lines from line `offset` on, counted from 1, with a note of what is left.

    Raises:
        NotAllowed, NotFound, InvalidInput: there is no such file, or it is no text.
    """
    with os.fdopen(open_regular(root, place, shown_as), "rb") as file:
        if b"\0" in file.read(PROBE_BYTES):
            raise InvalidInput(f"{shown_as!r} is not text ({os.fstat(file.fileno()).st_size} bytes).")
        file.seek(0)
        return _take(_lines(file), offset, limit)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a file, the end of one that is longer than any answer left out."""
    while line := file.readline(MOST_BYTES + 1):
        yield line
        while line and not line.endswith(b"\n"):
            line = file.readline(MOST_BYTES)


def _take(lines: Iterable[bytes], offset: int, limit: int) -> str:
    taken, size, number = list[bytes](), 0, 0
    for number, line in enumerate(lines, start=1):
        if number < offset:
            continue
        if len(taken) == limit or size + len(line) > MOST_BYTES:
            if not taken:
                taken.append(line[:MOST_BYTES] + b"\n")
            break
        taken.append(line)
        size += len(line)
    else:
        if number < offset and number:
            raise InvalidInput(f"The file has {number} lines only.")
        return b"".join(taken).decode(errors="replace")
    text = b"".join(taken).decode(errors="replace")
    return f"{text}\n… more follows; continue with offset={offset + len(taken)}"
