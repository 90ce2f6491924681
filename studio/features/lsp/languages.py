"""Which languages a project is written in, by the names of its files."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from studio.features.lsp.models import Known
from studio.features.lsp.registry import servers_for

MOST_FILES = 20_000
MOST_FOUND = 50
LARGEST_SEARCHED = 1024 * 1024
SKIPPED = frozenset(
    """
    .git .hg .svn node_modules bower_components .venv venv env __pycache__ .mypy_cache .ruff_cache .pytest_cache .tox
    .nox site-packages target build dist out .next .svelte-kit .nuxt vendor .idea .vscode .cache .gradle
    """.split()  # noqa: SIM905 -- a list would be thirty lines
)


def count_files(folder: Path) -> Counter[str]:
    """Return how many files of each language lie in a folder and below, of the first twenty thousand.

    No link is followed, and what was installed or built there does not count.
    """
    counted, seen = Counter[str](), 0
    for _, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in SKIPPED)
        for name in names:
            if language := _language_of(name):
                counted[language] += 1
        seen += len(names)
        if seen >= MOST_FILES:
            break
    return counted


def find_files_with(known: Known, folder: Path, word: str) -> list[tuple[Path, str]]:
    """Return files of a server's languages below a folder that contain a word, fifty at most, with their text."""
    found, sought = list[tuple[Path, str]](), word.encode()
    for place in _files_of(known, folder):
        with suppress(OSError):
            data = place.read_bytes() if place.stat().st_size <= LARGEST_SEARCHED else b""
            if sought in data:
                found.append((place, data.decode(errors="replace")))
        if len(found) == MOST_FOUND:
            break
    return found


def files_changed(known: Known, folder: Path, since: int) -> list[Path]:
    """Return files of a server's languages below a folder that changed since, in nanoseconds of the epoch."""
    changed = list[Path]()
    for place in _files_of(known, folder):
        with suppress(OSError):
            if place.stat().st_mtime_ns >= since:
                changed.append(place)
    return changed[:MOST_FOUND]


def _files_of(known: Known, folder: Path) -> Iterator[Path]:
    seen = 0
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in SKIPPED)
        for name in sorted(names):
            place = Path(parent, name)
            if known.language_of(place) and place.is_file() and not place.is_symlink():
                yield place
        seen += len(names)
        if seen >= MOST_FILES:
            break


def _language_of(name: str) -> str:
    path = Path(name)
    return next((known.language_of(path) for known in servers_for(path)), "")
