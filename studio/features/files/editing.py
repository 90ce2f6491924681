"""Changing text files: what was there, what is there now, and the difference to show."""

import difflib
import os
from dataclasses import dataclass
from pathlib import Path

from studio.features.files.models import LARGEST_TEXT
from studio.kit.containment import open_regular, replace_file
from studio.kit.errors import InvalidInput, NotFound

LONGEST_DIFF = 60_000


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a file. `diff` is a unified diff, cut where it is very long."""

    path: str
    created: bool
    added: int
    removed: int
    diff: str


def write(root: Path, place: Path, shown_as: str, content: str) -> Change:
    """Write a whole file, new or not.

    Raises:
        NotAllowed, InvalidInput, StorageFull: it cannot be written, and is as it was.
    """
    try:
        before = _read(root, place, shown_as)
    except NotFound:
        before = None
    replace_file(root, place, shown_as, content.encode())
    return _compare(shown_as, before, content)


def edit(root: Path, place: Path, shown_as: str, *, old: str, new: str, every: bool) -> Change:
    """Replace a piece of text that stands in the file exactly once, or `every` one.

    Raises:
        NotAllowed, NotFound, InvalidInput, StorageFull: it was not changed.
    """
    before = _read(root, place, shown_as)
    if "\r\n" in before and "\r\n" not in old:
        # The model sees lines; the file keeps its own way of ending them.
        old, new = old.replace("\n", "\r\n"), new.replace("\n", "\r\n")
    _check(before, shown_as, old=old, new=new, every=every)
    after = before.replace(old, new)
    replace_file(root, place, shown_as, after.encode())
    return _compare(shown_as, before, after)


def _check(text: str, shown_as: str, *, old: str, new: str, every: bool) -> None:
    if old == new:
        raise InvalidInput("'old' and 'new' are the same: nothing would change.")
    found = text.count(old)
    if found == 0:
        raise InvalidInput(
            f"{shown_as!r} does not contain 'old'. Read the file again; every character must be the same."
        )
    if found > 1 and not every:
        raise InvalidInput(
            f"'old' stands {found} times in {shown_as!r}. Give more of the text around it, or set 'all' to change each."
        )


def _read(root: Path, place: Path, shown_as: str) -> str:
    with os.fdopen(open_regular(root, place, shown_as), "rb") as file:
        data = file.read(LARGEST_TEXT + 1)
    if len(data) > LARGEST_TEXT:
        raise InvalidInput(f"{shown_as!r} has more than {LARGEST_TEXT // 1048576} MB. Change it with a command.")
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise InvalidInput(f"{shown_as!r} is not UTF-8 text. Change it with a command.") from None


def _compare(shown_as: str, before: str | None, after: str) -> Change:
    lines = list(
        difflib.unified_diff(
            (before or "").splitlines(keepends=True), after.splitlines(keepends=True), shown_as, shown_as, n=3
        )
    )
    added = sum(line.startswith("+") for line in lines[2:])
    removed = sum(line.startswith("-") for line in lines[2:])
    diff = "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
    return Change(shown_as, before is None, added, removed, diff[:LONGEST_DIFF])
