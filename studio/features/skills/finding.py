"""Finding skills: folders with a SKILL.md, where programs look for them. What did not change is not read again."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import orjson

from studio.features.skills.models import LARGEST_FILE, SKILL_FILE, Found, Problem, Reading, Root
from studio.features.skills.validation import read_skill
from studio.kit.characters import HIDDEN, show_hidden, show_line

log = logging.getLogger(__name__)

MOST_ENTRIES = 5000
"""Entries of one folder that are looked at."""

MOST_IN_ALL = 10_000
"""Entries of all folders of projects that are looked at, and as many of all others."""

MOST_PROBLEMS = 100
"""Sentences on what could not be read."""

MOST_LEVELS = 10
MOST_PLUGINS = 200
PLUGINS = ".claude/plugins"

State = tuple[int, int, int, int, int]


@dataclass(slots=True)
class _Search:
    """One search: which folders are a person's own, which those of projects, and what is left to be looked at."""

    own: Sequence[Path]
    projects: Sequence[Path]
    problems: list[str] = field(default_factory=list[str])
    room: dict[bool, int] = field(default_factory=lambda: {True: MOST_IN_ALL, False: MOST_IN_ALL})

    def note(self, problem: str) -> None:
        """Keep a sentence on what could not be read, if there is room for it."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)

    def ground_of(self, root: Root, base: Path, real: str, file: str, *, is_led: bool) -> Path | None:
        """Return the folder that has to be trusted for a skill to count; `is_led`: a link of its own leads to it.

        What a person put into a folder of their own counts. Where a link leads out of these, others may write.
        """
        if root.project is not None:
            return root.project
        if not is_led and base == root.path:
            return None
        for project in self.projects if root.scope in {"personal", "plugin"} else ():
            if _lies_in(real, project) or _lies_in(file, project):
                return project
        outside = (
            place for place in (real, os.path.dirname(file)) if not any(_lies_in(place, one) for one in self.own)
        )
        place = next(outside, None) if is_led else None
        return None if place is None else self._repository_of(Path(place))

    def _repository_of(self, folder: Path) -> Path:
        """Return the repository that a real folder lies in; the folder itself where it lies in none.

        One that a person's own folders lie in, too, is no question: to trust it would be to trust everything.
        """
        for level in [folder, *folder.parents][:MOST_LEVELS]:
            if any(one.is_relative_to(level) for one in self.own):
                break
            if os.path.lexists(level / ".git"):
                return level
        return folder


class Finder:
    """Reads skills, and remembers what each file said as long as it is the same."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[State, Reading]] = {}

    def find(self, roots: Sequence[Root], projects: Sequence[Path] = ()) -> tuple[list[Found], list[str]]:
        """Return the skills in some folders, in their order, and as sentences what could not be read.

        `projects` are the real folders of the projects that are worked in, the innermost first.
        """
        own = [Path(os.path.realpath(root.path)) for root in roots if root.project is None]
        found, search = list[Found](), _Search(own, projects)
        for root in roots:
            try:
                found += self._find_in(root, search)
            except FileNotFoundError:
                continue
            except OSError as error:
                search.note(f"The folder '{show_line(str(root.path))}' cannot be read: {error.strerror}.")
        return found, search.problems

    def _find_in(self, root: Root, search: _Search) -> Iterator[Found]:
        base, shown = Path(os.path.realpath(root.path)), show_line(str(root.path))
        if root.project is not None and not base.is_relative_to(root.project):
            search.note(f"The folder '{shown}' leads out of its project, so it is left alone.")
            return
        if not (_is_text(str(root.path)) and _is_text(str(base))):
            search.note(f"The folder '{shown}' has a name that is no text, so it is left alone.")
            return
        is_project = root.project is not None
        limit = min(MOST_ENTRIES, search.room[is_project])
        with os.scandir(base) as entries:
            listed = sorted((entry for entry, _ in zip(entries, range(limit), strict=False)), key=_name)
        search.room[is_project] -= len(listed)
        if len(listed) == limit:
            search.note(f"Of the folder '{shown}' {limit} entries were looked at, and no more.")
        for entry in listed:
            try:
                if skill := self._look_at(root, base, entry, search):
                    yield skill
            except FileNotFoundError:
                # No skill, or a link that leads nowhere.
                continue
            except OSError as error:
                search.note(f"'{show_line(entry.path)}' cannot be read: {error.strerror}.")

    def _look_at(self, root: Root, base: Path, entry: os.DirEntry[str], search: _Search) -> Found | None:
        if entry.name.startswith(".") or not entry.is_dir():
            return None
        is_link = entry.is_symlink()
        real = Path(os.path.realpath(entry.path)) if is_link else base / entry.name
        file = str(real / SKILL_FILE)
        state = os.lstat(file)
        is_file_link = stat.S_ISLNK(state.st_mode)
        if not (is_file_link or stat.S_ISREG(state.st_mode)):
            return None
        if HIDDEN.search(entry.name) or {"\n", "\t"} & set(entry.name) or not _is_text(str(real)):
            shown = show_line(entry.path)
            search.note(f"The folder '{shown}' has characters in its name that are not shown, so it is left alone.")
            return None
        if root.project is not None and not _lies_in(str(real), root.project):
            search.note(f"The skill '{root.path / entry.name}' leads out of its project, so it is left alone.")
            return None
        ground = search.ground_of(root, base, str(real), file, is_led=is_link)
        reading = _linked(entry.name) if is_file_link else self._reading(file, entry.name, state)
        return Found(root.path / entry.name, real, root, reading, is_link, ground)

    def _reading(self, file: str, folder: str, status: os.stat_result) -> Reading:
        # Whoever restores the time of a file cannot restore when it was changed.
        state = (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino, status.st_dev)
        # One file may be seen in folders of several names.
        key = f"{file}\0{folder}"
        known = self._read.get(key)
        if known and known[0] == state:
            return known[1]
        reading = _too_large(folder) if status.st_size > LARGEST_FILE else read_skill(_read(file), folder=folder)
        if len(self._read) > MOST_IN_ALL * 3:
            self._read.clear()
        self._read[key] = state, reading
        return reading


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def _is_text(path: str) -> bool:
    """Return whether a path can be told of: names on a disk may be no text at all."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


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
    places = (Path(os.path.realpath(os.path.join(path, "skills"))) for path in _install_paths(said))
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
