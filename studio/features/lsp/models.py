"""What a language server is, and what is known of one here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from studio.features.installs.models import Installation
from studio.kit.clock import Timestamp
from studio.kit.models import Model


@dataclass(frozen=True, slots=True)
class Known:
    """A language server that Studio knows of.

    `files` maps file extensions (`.py`) and whole names (`Dockerfile`) to the protocol's language identifiers.
    `command` starts it, and its first word is what is looked for; `version` asks it, empty where it says none. `roots`
    are names that mark the folder of a project. `install` has what each kind of installation needs: `npm` and `pip`
    packages with their exact versions, and the package of a package manager. `settings` and `initialization` are what
    it is told. `runs_code`: it runs what lies in the folder, so only a folder that is trusted is opened with it.
    `extension` is what Visual Studio Code calls the extension that speaks to it.
    """

    name: str
    title: str
    files: Mapping[str, str]
    command: Sequence[str]
    version: Sequence[str] = ()
    roots: Sequence[str] = ()
    install: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    initialization: Mapping[str, Any] | None = None
    runs_code: bool = False
    extension: str = ""
    home: str = ""

    @property
    def languages(self) -> list[str]:
        """The protocol's identifiers of the languages that it speaks."""
        return list(dict.fromkeys(self.files.values()))

    def language_of(self, path: Path) -> str:
        """Return the identifier of a file's language; empty where it is none of this server's."""
        return self.files.get(path.name) or self.files.get(path.suffix.lower(), "")


class Install(Model):
    """How a language server is installed here: `command` is a line for the user's shell.

    `needs` is the program that is missing for that, empty where none is. `folder` is where Studio keeps it, empty where
    a package manager puts it among the system's own.
    """

    command: str
    manager: str
    needs: str
    folder: str


class Server(Model):
    """A language server of this machine, or one that could be.

    `path` is the program that is started, empty where there is none. `version` is null where none was said, with the
    reason in `error`. `install` is null where Studio knows no way. `runs_code`: it runs code that lies in the folder.
    """

    name: str
    title: str
    languages: list[str]
    installed: bool
    path: str
    version: str | None
    error: str
    install: Install | None
    runs_code: bool
    home: str


class ServerList(Model):
    """Every language server that Studio knows of."""

    servers: list[Server]


class Health(Server):
    """A language server that was started and greeted. `startup_ms` is null where it did not answer."""

    healthy: bool
    startup_ms: int | None


class HealthList(Model):
    """What came of starting each that is installed. Those that are not are listed as such."""

    servers: list[Health]


class HealthQuery(Model):
    """Which servers to start; all that are installed where it names none."""

    name: str | None = Field(default=None, max_length=100)


class InstallRequest(Model):
    """Install one language server. Without `confirm` the exact command is told and nothing is done.

    `command` is the command that was shown: nothing is done where another would be run by now.
    """

    name: str = Field(min_length=1, max_length=100)
    confirm: bool = False
    command: str | None = None


class Planned(Model):
    """What would be run to install a server. `needs` is the program that is missing for it."""

    name: str
    title: str
    manager: str
    command: str
    argv: list[list[str]]
    needs: str


class AutoInstallRequest(Model):
    """Install a language server for each language of a project, whose folder lies in the home folder.

    `commands` are those that were shown, in their order: nothing is done where others would be run by now.
    """

    project_dir: str = Field(min_length=1, max_length=4096)
    confirm: bool = False
    commands: list[str] | None = Field(default=None, max_length=100)


EditorName = Literal["vscode", "zed", "neovim", "helix", "emacs", "sublime", "crush", "opencode", "claude-code"]


class EditorConfigRequest(Model):
    """Tell an editor about language servers: those of `servers`, all that are installed where it is null.

    With `project_dir`, which lies in the home folder, for that project; without `apply` only the difference is told.
    """

    editor: EditorName
    project_dir: str | None = Field(default=None, max_length=4096)
    servers: list[str] | None = Field(default=None, max_length=100)
    apply: bool = False


class LanguageFound(Model):
    """A language of a project: how many of its files were seen, and the server for it; null where there is none."""

    language: str
    files: int
    server: str | None
    installed: bool


class AutoInstall(Model):
    """The languages of a project, what would be run for those that lack a server, and what was begun."""

    project_dir: str
    languages: list[LanguageFound]
    planned: list[Planned]
    installations: list[Installation]


State = Literal["starting", "running", "failed", "ended"]


class Running(Model):
    """A language server that runs for a folder, or that failed there and may be tried again.

    `memory_bytes` is what it and all that it started have in memory. `reason` is why it failed.
    """

    id: str
    name: str
    title: str
    root: str
    state: State
    pid: int | None
    memory_bytes: int
    open_documents: int
    requests: int
    started_at: Timestamp
    last_used_at: Timestamp
    reason: str


class RunningList(Model):
    """The language servers that run now."""

    servers: list[Running]
