"""What a terminal is, what comes out of it, and what came of a command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from studio.kit.clock import Timestamp
from studio.kit.models import Model

OWNER = "agent_master"
"""The agent that stands for the owner."""

Kind = Literal["local", "wsl", "ssh"]
Channel = Literal["stdout", "stderr"]
Status = Literal["active", "idle"]


class Size(Model):
    """How large a terminal is, in characters."""

    cols: int = Field(default=80, ge=1, le=1000)
    rows: int = Field(default=24, ge=1, le=1000)


class TerminalDraft(Size):
    """A terminal somebody wants. Without a shell it is the login shell of the user; without a folder, their home.

    Of kind `ssh`, `name` is that of a saved connection; of kind `wsl`, `shell` is that of a distribution.
    """

    kind: Kind = "local"
    name: str = Field(default="", max_length=200)
    shell: str = Field(default="", max_length=4096)
    cwd: str = Field(default="", max_length=4096)


class TerminalPatch(Model):
    """Changes to a terminal."""

    name: str = Field(max_length=200)


class CommandDraft(Model):
    """A program to run: `command` alone is a line for a shell, with `args` it is the program's name."""

    command: str = Field(min_length=1, max_length=20_000)
    args: list[str] | None = Field(default=None, max_length=1000)
    cwd: str = Field(default="", max_length=4096)
    env: dict[str, str] = Field(default_factory=dict[str, str], max_length=200)


class SystemShell(Model):
    """A shell of this machine that a terminal can run. `kind` says how it is started."""

    name: str
    kind: Kind
    shell: str


class Theme(Model):
    """Colours of a terminal under the names that xterm.js has for them."""

    name: str
    colors: dict[str, str]


class TerminalSettings(Model):
    """How terminals look and behave. An empty font is the page's own; `idle_minutes` of 0 never closes any."""

    font_size: int = Field(default=14, ge=8, le=72)
    font_family: str = Field(default="", max_length=200)
    theme: str = "Studio Dark"
    idle_minutes: int = Field(default=0, ge=0, le=1_000_000)
    copy_on_select: bool = False
    screen_reader: bool = False


class TerminalSettingsPatch(Model):
    """Changes to the settings: what is not given stays."""

    font_size: int | None = Field(default=None, ge=8, le=72)
    font_family: str | None = Field(default=None, max_length=200)
    theme: str | None = None
    idle_minutes: int | None = Field(default=None, ge=0, le=1_000_000)
    copy_on_select: bool | None = None
    screen_reader: bool | None = None


class Appearance(Model):
    """The themes there are, and the settings."""

    themes: list[Theme]
    settings: TerminalSettings


@dataclass(frozen=True, slots=True)
class TerminalRecord:
    """What is kept of a terminal beside its screen."""

    id: str
    agent_id: str
    kind: Kind
    name: str
    shell: str
    cwd: str
    created_at: Timestamp


@dataclass(frozen=True, slots=True)
class ShellWanted:
    """A shell of this machine to start, for the terminal with this id."""

    id: str
    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: Path
    size: Size


@dataclass(frozen=True, slots=True)
class PrintedLines:
    """The last lines that a terminal printed, as a log would have them; `total` counts those that are still kept."""

    lines: list[str]
    total: int
    is_truncated: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of what a terminal printed."""

    channel: Channel
    data: bytes


@dataclass(frozen=True, slots=True)
class Ending:
    """How a shell or a command ended: by itself with `code`, by a signal, as `reason` says, or nobody knows."""

    code: int | None
    signal: str | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that was run to its end, to its limit, or not at all."""

    output: str
    exit_code: int | None
    failed: bool
    duration_seconds: float = 0.0
    sudo_blocked: bool = False
