"""Searching files without ripgrep: a program of its own, so that a pattern that never ends harms nobody.

`python -I finder.py PATTERN FOLDER GLOB NAME` prints what ripgrep would with `--null`: `path NUL line:text`, paths
relative to FOLDER. An empty GLOB means every file; a NAME means that file of FOLDER only.
"""

import fnmatch
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pathspec

LONGEST_LINE = 500
LARGEST_FILE = 5 * 1024 * 1024


def find(pattern: re.Pattern[str], root: Path, glob: str) -> Iterator[str]:
    """Yield every matching line below `root`, but for what .gitignore files leave out."""
    for path in walk(root, root, []):
        if not glob or fnmatch.fnmatch(path.name, glob):
            yield from find_in(pattern, path, path.relative_to(root).as_posix())


Ignored = list[tuple[Path, pathspec.GitIgnoreSpec]]


def walk(folder: Path, root: Path, ignored: Ignored) -> Iterator[Path]:
    """Yield the files below `folder` in order, following no link."""
    rules = folder / ".gitignore"
    if rules.is_file():
        lines = rules.read_text(encoding="utf-8", errors="replace").splitlines()
        ignored = [*ignored, (folder, pathspec.GitIgnoreSpec.from_lines(lines))]
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        path = Path(entry.path)
        is_folder = entry.is_dir(follow_symlinks=False)
        if entry.name.startswith(".") or _is_ignored(path, ignored, is_folder=is_folder):
            continue
        if is_folder:
            yield from walk(path, root, ignored)
        elif entry.is_file(follow_symlinks=False):
            yield path


def _is_ignored(path: Path, ignored: Ignored, *, is_folder: bool) -> bool:
    verdict = False
    for base, spec in ignored:
        name = path.relative_to(base).as_posix() + ("/" if is_folder else "")
        found = spec.check_file(name).include
        verdict = verdict if found is None else found
    return verdict


def find_in(pattern: re.Pattern[str], path: Path, name: str) -> Iterator[str]:
    """Yield every matching line of one text file."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            return
        data = path.read_bytes()
    except OSError:
        return
    if b"\0" in data[:8192]:
        return
    lines = data.decode(errors="replace").removesuffix("\n").split("\n") if data else []
    for number, line in enumerate((line.removesuffix("\r") for line in lines), start=1):
        if pattern.search(line):
            yield f"{name}\0{number}:{line[:LONGEST_LINE]}"


def main(arguments: list[str]) -> int:
    """Search, and print what is found."""
    pattern, folder, glob, name = arguments
    try:
        wanted = re.compile(pattern)
        lines = find_in(wanted, Path(folder) / name, name) if name else find(wanted, Path(folder), glob)
        for line in lines:
            sys.stdout.write(f"{line}\n")
    except re.error as error:
        sys.stdout.write(f"regex parse error: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    sys.exit(main(sys.argv[1:]))
