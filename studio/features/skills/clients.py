"""The programs that read skills: in which folders, in which order, and what shows that they are here."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.features.skills.models import ClientName, Root
from studio.kit.processes import search_path

SHARED = ".agents/skills"


@dataclass(frozen=True, slots=True)
class Client:
    """A program that reads skills.

    `personal` are folders below the home folder, `project` below that of a project; of two skills of one name the
    earlier folder's counts, those of a project first unless `is_personal_first`. `programs` are its names on the search
    path, `home` where it keeps its things: either shows that it is here.
    """

    title: str
    personal: Sequence[str]
    project: Sequence[str]
    home: str = ""
    programs: Sequence[str] = ()
    is_personal_first: bool = False

    def is_installed(self, home: Path) -> bool:
        """Return whether it is on this machine."""
        if any(shutil.which(one, path=search_path()) for one in self.programs):
            return True
        return bool(self.home) and (home / self.home).is_dir()

    def folders(self, name: ClientName, home: Path) -> list[Path]:
        """Return the folders of a person's own skills that it reads, in its order."""
        more = os.environ.get("CRUSH_SKILLS_DIR", "") if name == "crush" else ""
        return [*([Path(more)] if os.path.isabs(more) else []), *(home / folder for folder in self.personal)]


CLIENTS: Mapping[ClientName, Client] = {
    "shared": Client("Shared folder", [SHARED], [SHARED]),
    "claude-code": Client(
        "Claude Code", [".claude/skills"], [".claude/skills"], ".claude", ["claude"], is_personal_first=True
    ),
    "codex": Client("Codex", [".codex/skills", SHARED], [SHARED], ".codex", ["codex"]),
    "opencode": Client(
        "OpenCode",
        [".config/opencode/skills", ".claude/skills", SHARED],
        [".opencode/skills", ".claude/skills", SHARED],
        ".config/opencode",
        ["opencode"],
    ),
    "gemini": Client("Gemini CLI", [".gemini/skills", SHARED], [".gemini/skills", SHARED], ".gemini", ["gemini"]),
    "copilot": Client(
        "GitHub Copilot", [".copilot/skills", SHARED], [".github/skills", SHARED], ".copilot", ["copilot"]
    ),
    "cursor": Client("Cursor", [".cursor/skills"], [".cursor/skills"], ".cursor", ["cursor", "cursor-agent"]),
    "windsurf": Client(
        "Windsurf", [".codeium/windsurf/skills"], [".windsurf/skills"], ".codeium/windsurf", ["windsurf"]
    ),
    "crush": Client(
        "Crush",
        [".config/crush/skills", ".config/agents/skills", SHARED, ".claude/skills"],
        [".crush/skills", SHARED, ".claude/skills", ".cursor/skills"],
        ".config/crush",
        ["crush"],
    ),
    "goose": Client("Goose", [".config/goose/skills"], [".goose/skills"], ".config/goose", ["goose"]),
    "openhands": Client("OpenHands", [".openhands/skills"], [".openhands/skills"], ".openhands", ["openhands"]),
    "amp": Client("Amp", [".config/agents/skills"], [SHARED], ".config/amp", ["amp"]),
    "kimi": Client("Kimi", [".config/agents/skills"], [SHARED], ".kimi", ["kimi"]),
    "replit": Client("Replit", [".config/agents/skills"], [SHARED], ".config/replit", ["replit"]),
    "cptr": Client(
        "Computer",
        [".cptr/skills", SHARED, ".claude/skills", ".codex/skills"],
        [".cptr/skills", SHARED, ".claude/skills", ".codex/skills"],
        ".cptr",
        ["cptr"],
    ),
}
"""Every program but Studio itself, which reads all that these read."""

TARGETS = tuple(CLIENTS)


def list_folders(home: Path, projects: Sequence[Path], plugins: Sequence[Path]) -> list[Root]:
    """Return every folder in which a program looks for skills, each once: of projects first."""
    roots = dict[Path, Root]()
    for project in projects:
        for name in dict.fromkeys(folder for client in CLIENTS.values() for folder in client.project):
            roots.setdefault(project / name, Root(project / name, "project", project))
    for name, client in CLIENTS.items():
        for folder in client.folders(name, home):
            roots.setdefault(folder, Root(folder, "personal"))
    for folder in plugins:
        roots.setdefault(folder, Root(folder, "plugin"))
    return list(roots.values())


def reads_in_order(name: ClientName, home: Path, projects: Sequence[Path], plugins: Sequence[Path]) -> list[Path]:
    """Return the folders that a program reads, in the order in which it decides between skills of one name."""
    client = CLIENTS[name]
    own = client.folders(name, home)
    theirs = [project / folder for project in projects for folder in client.project]
    more = list(plugins) if name == "claude-code" else []
    return [*own, *theirs, *more] if client.is_personal_first else [*theirs, *own, *more]


def readers_of(folder: Path, home: Path) -> list[ClientName]:
    """Return the programs that read a folder of skills: a person's own, or that of any project."""
    return [
        name
        for name, client in CLIENTS.items()
        if folder in client.folders(name, home) or any(_is_in_project(folder, one, home) for one in client.project)
    ]


def _is_in_project(folder: Path, name: str, home: Path) -> bool:
    return folder != home / name and folder.as_posix().endswith(f"/{name}")
