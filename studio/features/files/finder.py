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
    """Yield the files below `folder` in order, following no link and opening nothing hidden."""
    entries, ignored = list_entries(folder, ignored)
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from walk(Path(entry.path), root, ignored)
        elif entry.is_file(follow_symlinks=False):
            yield Path(entry.path)


def list_entries(folder: Path, ignored: Ignored) -> tuple[list[os.DirEntry[str]], Ignored]:
    """Return the entries of a folder in order, without those that .gitignore files name, and the rules for below."""
    rules = [*ignored, *read_rules(folder / ".gitignore", folder)]
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return [], rules
    return [entry for entry in entries if not _is_ignored(entry, rules)], rules


def read_rules(file: Path, folder: Path) -> Ignored:
    """Return what a file of the form of .gitignore says of what is below `folder`; nothing where there is none."""
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines() if file.is_file() else []
    except OSError:
        return []
    return [(folder, pathspec.GitIgnoreSpec.from_lines(lines))] if lines else []


def _is_ignored(entry: os.DirEntry[str], ignored: Ignored) -> bool:
    verdict = False
    for base, spec in ignored:
        name = Path(entry.path).relative_to(base).as_posix() + ("/" if entry.is_dir(follow_symlinks=False) else "")
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
