"""Listing a folder as a tree."""

import os
from collections.abc import Iterator
from pathlib import Path

from studio.kit.errors import InvalidInput, NotFound

MOST_ENTRIES = 1000
UNINTERESTING = frozenset({".git", "node_modules", "__pycache__", ".venv"})
"""Folders that are named but not opened, unless they are asked for."""


def list_tree(folder: Path, shown_as: str, *, depth: int) -> str:
    """Return the entries of `folder`, `depth` levels deep, one a line; folders end with a slash.

    Raises:
        NotFound, InvalidInput: there is no such folder.
    """
    if not folder.exists():
        raise NotFound(f"There is no folder {shown_as!r}.")
    if not folder.is_dir():
        raise InvalidInput(f"{shown_as!r} is a file. Use read_file.")
    lines = list[str]()
    for line in _walk(folder, 0, depth):
        if len(lines) == MOST_ENTRIES:
            lines.append(f"… only the first {MOST_ENTRIES} entries are shown")
            break
        lines.append(line)
    return "\n".join(lines) if lines else "(empty)"


def _walk(folder: Path, level: int, depth: int) -> Iterator[str]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: (not entry.is_dir(follow_symlinks=False), entry.name))
    except OSError as error:
        yield f"{'  ' * level}({error.strerror})"
        return
    for entry in entries:
        is_folder = entry.is_dir(follow_symlinks=False)
        yield f"{'  ' * level}{entry.name}{'/' if is_folder else _link(entry)}"
        if is_folder and level + 1 < depth and entry.name not in UNINTERESTING:
            yield from _walk(Path(entry.path), level + 1, depth)


def _link(entry: "os.DirEntry[str]") -> str:
    # Says where a link leads, and does not go there.
    return f" -> {os.readlink(entry.path)}" if entry.is_symlink() else ""
