"""Which languages a project is written in, by the names of its files."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

from studio.features.lsp.registry import servers_for

MOST_FILES = 20_000
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


def _language_of(name: str) -> str:
    path = Path(name)
    return next((known.language_of(path) for known in servers_for(path)), "")
