"""The programs that use MCP servers: their files, and what shows that they are here."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.features.editors.models import ConfigFile, first_of
from studio.features.mcp_clients import formats
from studio.features.mcp_clients.formats import Format
from studio.features.mcp_clients.models import ClientName
from studio.kit.processes import search_path


@dataclass(frozen=True, slots=True)
class Client:
    """A program that uses MCP servers.

    `programs` are its names on the search path, `folder` is where it keeps its things: either shows that it is here.
    """

    file: ConfigFile
    format: Format
    user: Callable[[Path], Path]
    folder: Callable[[Path], Path]
    programs: Sequence[str] = ()

    def is_installed(self, home: Path) -> bool:
        """Return whether it is on this machine."""
        return any(shutil.which(one, path=search_path()) for one in self.programs) or self.folder(home).is_dir()


def _application_data(home: Path) -> Path:
    """Return the folder in which the platform's desktop programs keep their settings."""
    if sys.platform == "darwin":
        return home / "Library" / "Application Support"
    if sys.platform == "win32":
        return home / "AppData" / "Roaming"
    return home / ".config"


def _claude_desktop(home: Path) -> Path:
    return _application_data(home) / "Claude"


def _vscode(home: Path) -> Path:
    return _application_data(home) / "Code" / "User"


def _zed(home: Path) -> Path:
    return home / "AppData" / "Roaming" / "Zed" if sys.platform == "win32" else home / ".config" / "zed"


def _client(
    title: str,
    spelling: Format,
    user: Callable[[Path], Path],
    folder: Callable[[Path], Path],
    *programs: str,
    project: str | None = None,
) -> Client:
    return Client(ConfigFile(title, user, project), spelling, user, folder, programs)


CLIENTS: Mapping[ClientName, Client] = {
    "claude-code": _client(
        "Claude Code",
        formats.CLAUDE_CODE,
        first_of(".claude.json"),
        first_of(".claude"),
        "claude",
        project=".mcp.json",
    ),
    "claude-desktop": _client(
        "Claude Desktop",
        formats.CLAUDE_DESKTOP,
        lambda home: _claude_desktop(home) / "claude_desktop_config.json",
        _claude_desktop,
    ),
    "cursor": _client(
        "Cursor",
        formats.CURSOR,
        first_of(".cursor/mcp.json"),
        first_of(".cursor"),
        "cursor",
        project=".cursor/mcp.json",
    ),
    "vscode": _client(
        "Visual Studio Code",
        formats.VSCODE,
        lambda home: _vscode(home) / "mcp.json",
        _vscode,
        "code",
        project=".vscode/mcp.json",
    ),
    "zed": _client(
        "Zed",
        formats.ZED,
        lambda home: _zed(home) / "settings.json",
        _zed,
        "zed",
        "zeditor",
        project=".zed/settings.json",
    ),
    "windsurf": _client(
        "Windsurf",
        formats.WINDSURF,
        first_of(".codeium/windsurf/mcp_config.json"),
        first_of(".codeium/windsurf"),
        "windsurf",
    ),
    "crush": _client(
        "Crush",
        formats.CRUSH,
        first_of(".config/crush/crush.json"),
        first_of(".config/crush"),
        "crush",
        project="crush.json",
    ),
    "codex": _client(
        "Codex",
        formats.CODEX,
        first_of(".codex/config.toml"),
        first_of(".codex"),
        "codex",
        project=".codex/config.toml",
    ),
    "opencode": _client(
        "OpenCode",
        formats.OPENCODE,
        first_of(".config/opencode/opencode.json", ".config/opencode/opencode.jsonc"),
        first_of(".config/opencode"),
        "opencode",
        project="opencode.json",
    ),
    "gemini": _client(
        "Gemini CLI",
        formats.GEMINI,
        first_of(".gemini/settings.json"),
        first_of(".gemini"),
        "gemini",
        project=".gemini/settings.json",
    ),
}
