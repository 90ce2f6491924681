"""What a project says to those who work on it: AGENTS.md or CLAUDE.md, in its folder and those above."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from studio.kit.containment import contain, open_regular
from studio.kit.errors import StudioError

NAMES = ("AGENTS.md", "CLAUDE.md")
LONGEST_TEXT = 40_000
"""Characters of one file."""


def read_instructions(folders: Iterable[Path]) -> list[tuple[Path, str]]:
    """Return place and text of what these folders say, each file once; what cannot be read says nothing."""
    found = dict[Path, str]()
    for folder in folders:
        for name in NAMES:
            try:
                place = contain(folder, name)
                if place not in found:
                    found[place] = _read(folder, place)
            except StudioError:
                continue
    return [(place, text) for place, text in found.items() if text]


def spell_instructions(read: Sequence[tuple[Path, str]]) -> str:
    """Return what folders say, as part of a system prompt."""
    parts = [f'<instructions file="{place}">\n{text}\n</instructions>' for place, text in read]
    return "\n\n".join(["The person trusts these instructions of the folder:", *parts]) if parts else ""


def _read(folder: Path, place: Path) -> str:
    with os.fdopen(open_regular(folder, place, place.name), "rb") as file:
        return file.read(LONGEST_TEXT * 4).decode(errors="replace")[:LONGEST_TEXT].strip()
