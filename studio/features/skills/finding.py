"""Finding skills: folders with a SKILL.md, where programs look for them. What did not change is not read again."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import orjson

from studio.features.skills.models import LARGEST_FILE, SKILL_FILE, Found, Problem, Reading, Root
from studio.features.skills.validation import read_skill
from studio.kit.characters import show_hidden

log = logging.getLogger(__name__)

MOST_ENTRIES = 5000
"""Entries of one folder that are looked at."""

MOST_LEVELS = 10
MOST_PLUGINS = 200
PLUGINS = ".claude/plugins"

State = tuple[int, int, int]


class Finder:
    """Reads skills, and remembers what each file said as long as it is the same."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[State, Reading]] = {}

    def find(self, roots: Sequence[Root]) -> tuple[list[Found], list[str]]:
        """Return the skills in some folders, in their order, and as sentences what could not be read."""
        found, problems = list[Found](), list[str]()
        for root in roots:
            try:
                found += self._find_in(root, problems)
            except FileNotFoundError:
                continue
            except OSError as error:
                problems.append(f"The folder '{root.path}' cannot be read: {error.strerror}.")
        return found, problems

    def _find_in(self, root: Root, problems: list[str]) -> Iterator[Found]:
        base = Path(os.path.realpath(root.path))
        if root.project is not None and not base.is_relative_to(root.project):
            problems.append(f"The folder '{root.path}' leads out of its project, so it is left alone.")
            return
        with os.scandir(base) as entries:
            listed = sorted((entry for entry, _ in zip(entries, range(MOST_ENTRIES), strict=False)), key=_name)
        if len(listed) == MOST_ENTRIES:
            problems.append(f"Of the folder '{root.path}' {MOST_ENTRIES} entries were looked at, and no more.")
        for entry in listed:
            try:
                if skill := self._look_at(root, base, entry, problems):
                    yield skill
            except FileNotFoundError:
                # No skill, or a link that leads nowhere.
                continue
            except OSError as error:
                problems.append(f"'{show_hidden(entry.path)}' cannot be read: {error.strerror}.")

    def _look_at(self, root: Root, base: Path, entry: os.DirEntry[str], problems: list[str]) -> Found | None:
        if entry.name.startswith(".") or not entry.is_dir():
            return None
        is_link = entry.is_symlink()
        real = Path(os.path.realpath(entry.path)) if is_link else base / entry.name
        file = str(real / SKILL_FILE)
        state = os.lstat(file)
        is_file_link = stat.S_ISLNK(state.st_mode)
        if not (is_file_link or stat.S_ISREG(state.st_mode)):
            return None
        if root.project is not None and not _lies_in(str(real), root.project):
            problems.append(f"The skill '{root.path / entry.name}' leads out of its project, so it is left alone.")
            return None
        reading = _linked(entry.name) if is_file_link else self._reading(file, entry.name, state)
        return Found(root.path / entry.name, real, root, reading, is_link)

    def _reading(self, file: str, folder: str, status: os.stat_result) -> Reading:
        state = (status.st_mtime_ns, status.st_size, status.st_ino)
        # One file may be seen in folders of several names.
        key = f"{file}\0{folder}"
        known = self._read.get(key)
        if known and known[0] == state:
            return known[1]
        reading = _too_large(folder) if status.st_size > LARGEST_FILE else read_skill(_read(file), folder=folder)
        if len(self._read) > MOST_ENTRIES * 4:
            self._read.clear()
        self._read[key] = state, reading
        return reading


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def _lies_in(path: str, project: Path) -> bool:
    return Path(path).is_relative_to(project)


def _too_large(folder: str) -> Reading:
    message = f"The file has more than {LARGEST_FILE // 1024} kB."
    return Reading(show_hidden(folder), "", [Problem(line=1, code="too_large", message=message)], "")


def _linked(folder: str) -> Reading:
    message = f"{SKILL_FILE!r} is a link, and links in skills are not followed. Link to the whole folder instead."
    return Reading(show_hidden(folder), "", [Problem(line=1, code="linked", message=message)], "")


def _read(file: str) -> bytes:
    with open(file, "rb") as content:
        return content.read(LARGEST_FILE)


def projects_of(folder: Path, home: Path) -> list[Path]:
    """Return the folders of the project that the real path `folder` belongs to, the innermost first.

    They end where the repository does; where there is none, it is the folder alone. The home folder is no project.
    """
    levels = [folder, *folder.parents][:MOST_LEVELS]
    top = next((number for number, level in enumerate(levels) if (level / ".git").exists()), 0)
    return [level for level in levels[: top + 1] if not home.is_relative_to(level)]


def plugin_folders(home: Path) -> list[Path]:
    """Return the folders of skills of Claude Code's plugins that are installed."""
    base = home / PLUGINS
    try:
        with open(base / "installed_plugins.json", "rb") as file:
            said = orjson.loads(file.read(LARGEST_FILE))
    except (OSError, ValueError):
        return []
    places = (Path(os.path.realpath(path)) / "skills" for path in _install_paths(said))
    inside = os.path.realpath(base)
    return [place for place in places if place.is_relative_to(inside) and place.is_dir()][:MOST_PLUGINS]


def _install_paths(said: object) -> Iterator[str]:
    """Yield each text under `installPath`: how these are arranged differs between versions."""
    if isinstance(said, dict):
        for key, value in cast("dict[str, Any]", said).items():
            if key == "installPath" and isinstance(value, str) and "\0" not in value:
                yield value
            else:
                yield from _install_paths(value)
    elif isinstance(said, list):
        for value in cast("list[Any]", said):
            yield from _install_paths(value)
