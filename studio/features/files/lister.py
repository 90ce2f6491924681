"""Listing the files of a folder: a program of its own, so that rules that take for ever to follow harm nobody.

`python -I lister.py FOLDER` prints the path of each file below FOLDER, relative to it, with a NUL at its end: the
nearest first, what is in hidden folders last, and nothing that git ignores. It ends with 1 where there are too many.
"""

import os
import sys
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from studio.features.files.finder import Ignored, list_entries, read_rules
from studio.features.files.listing import UNINTERESTING

MOST_FILES = 50_000


def list_files(root: Path) -> Iterator[str]:
    """Yield the paths of the files below `root`, relative to it. No link is followed, no name told one cannot type."""
    seen, hidden = deque([(root, rules_above(root))]), deque[tuple[Path, Ignored]]()
    while seen or hidden:
        entries, rules = list_entries(*(seen or hidden).popleft())
        for entry in entries:
            if entry.name in UNINTERESTING or not entry.name.isprintable():
                continue
            if entry.is_dir(follow_symlinks=False):
                (hidden if entry.name.startswith(".") else seen).append((Path(entry.path), rules))
            elif entry.is_file(follow_symlinks=False):
                yield os.path.relpath(entry.path, root).replace(os.sep, "/")


def rules_above(folder: Path) -> Ignored:
    """Return what a repository of git around `folder` says of it from above."""
    repository = next((place for place in (folder, *folder.parents) if (place / ".git").exists()), None)
    if repository is None:
        return []
    above = [place for place in reversed(folder.parents) if place.is_relative_to(repository)]
    rules = read_rules(repository / ".git" / "info" / "exclude", repository)
    return [*rules, *(rule for place in above for rule in read_rules(place / ".gitignore", place))]


def main(arguments: list[str]) -> int:
    """List a folder."""
    names = list_files(Path(arguments[0]))
    for name in islice(names, MOST_FILES):
        sys.stdout.write(f"{name}\0")
    return 1 if next(names, None) else 0


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    sys.exit(main(sys.argv[1:]))
