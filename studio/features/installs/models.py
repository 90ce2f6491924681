"""What an installation is, under way and afterwards."""

from __future__ import annotations

from typing import Literal

from studio.kit.clock import Timestamp
from studio.kit.models import Model

State = Literal["waiting", "running", "done", "failed", "cancelled"]


class InstallDraft(Model):
    """Which program to install, or with `update` to bring up to date. Without `confirm` nothing is done.

    `command` is the command that was shown: nothing is done where another would be run by now.
    """

    name: str
    update: bool = False
    confirm: bool = False
    command: str | None = None


class Installation(Model):
    """Commands that install something, run in their order until one fails.

    `command` is what `argv` looks like in a shell. `waiting`: the package manager is busy with another. `exit_code` is
    that of the last command that ran, null where it was killed. `error` says in a sentence why it failed; `note` what
    is worth to know although it went well. `percent` is what the output says of how far it is, null where it says
    nothing.
    """

    id: str
    name: str
    manager: str
    command: str
    argv: list[list[str]]
    state: State
    exit_code: int | None
    error: str
    note: str
    percent: float | None
    created_at: Timestamp
    started_at: Timestamp | None
    ended_at: Timestamp | None

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return self.ended_at is not None


class InstallationLog(Installation):
    """An installation with what it printed: the first and the last 128 KiB."""

    output: str


class InstallationList(Model):
    """Installations, the newest first: all that are under way, and the last that ended."""

    installations: list[Installation]


class Told(Model):
    """What a follower hears: more of the output, and how the installation stands."""

    output: str
    installation: Installation
