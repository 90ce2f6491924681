"""A program that uses MCP servers, and what it is told of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import Field

from studio.features.editors.models import ConfigChange
from studio.kit.models import Model

ClientName = Literal[
    "claude-code",
    "claude-desktop",
    "cursor",
    "vscode",
    "zed",
    "windsurf",
    "crush",
    "codex",
    "opencode",
    "gemini",
]

Transport = Literal["stdio", "http"]


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that is never written: whoever needs it takes it from the environment variable `variable`.

    `prefix` stands before it, as `Bearer ` does in a header.
    """

    variable: str
    prefix: str = ""


Value = str | Secret


@dataclass(frozen=True, slots=True)
class Entry:
    """A server as a client shall know it: a command with its environment, or an address with its headers."""

    name: str
    transport: Transport
    command: str = ""
    args: Sequence[str] = ()
    env: Mapping[str, Value] = field(default_factory=dict[str, Value])
    url: str = ""
    headers: Mapping[str, Value] = field(default_factory=dict[str, Value])


class McpClient(Model):
    """A program that uses MCP servers.

    `path` is the file of the user's own servers and `servers` their names. `error` says why that file cannot be
    understood, empty where it can or where there is none.
    """

    name: ClientName
    title: str
    installed: bool
    path: str
    servers: list[str]
    error: str


class McpClientList(Model):
    """Every program that Studio can tell about MCP servers."""

    clients: list[McpClient]


class ConfigureRequest(Model):
    """Tell a program about servers, by their names; Studio itself is `studio`, and by its address `studio-http`.

    With `project_dir`, which lies in the home folder, for that project; without `apply` only the difference is told.
    """

    editor: ClientName
    servers: list[str] = Field(default_factory=lambda: ["studio"], min_length=1, max_length=100)
    project_dir: str | None = Field(default=None, max_length=4096)
    apply: bool = False


class ClientChange(ConfigChange):
    """A program's file that was changed, or would be. `notes` are sentences on what the difference does not show."""

    notes: list[str]
