"""What a program is, and what is known of one on this machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from studio.kit.clock import Timestamp
from studio.kit.models import Model

Kind = Literal["agent", "model", "tool", "runtime", "editor"]


@dataclass(frozen=True, slots=True)
class Known:
    """A program that is looked for, by the first of its `commands` that is there.

    `version` is what it is called with to say its version. `install` has its package for each package manager, the one
    to prefer first. `signed_in` are files that are there once somebody signed in; empty where nobody can tell cheaply.
    `home` is the page that says more.
    """

    name: str
    title: str
    kind: Kind
    commands: tuple[str, ...]
    version: tuple[str, ...] = ("--version",)
    install: dict[str, str] = field(default_factory=dict[str, str])
    signed_in: tuple[str, ...] = ()
    home: str = ""


class Install(Model):
    """How a program is installed, or brought up to date, here: `command` and `update` are lines for the user's shell.

    `update` is empty where the program is not here, or came in another way. `needs` is the package manager that is not
    here yet, empty where it is.
    """

    command: str
    update: str
    manager: str
    needs: str


class InstallPlan(Model):
    """What would be run to install a program, or to bring it up to date: `command` is what `argv` looks like."""

    name: str
    title: str
    manager: str
    command: str
    argv: list[str]


class Program(Model):
    """A program on this machine, or one that could be.

    `path` is where the search path leads; empty where it is not installed. `version` is what it said itself, null where
    it said none, with the reason in `error`. `latest` is the newest version that a package manager knows of, null where
    none was asked. `signed_in` is null where nobody can tell. `install` is null where Studio knows no way.
    """

    name: str
    title: str
    kind: Kind
    installed: bool
    path: str
    version: str | None
    error: str
    latest: str | None
    install: Install | None
    signed_in: bool | None
    home: str


class Scan(Model):
    """What was found, and when. `duration_ms` is how long it took."""

    tools: list[Program]
    scanned_at: Timestamp
    duration_ms: int


class ScanQuery(Model):
    """How to scan. With `latest`, package managers are asked for the newest versions; some of them ask the network."""

    latest: bool = False
