"""How a system is told to start Studio: one file, and the commands that put it to use or take it back."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from studio.kit.processes import own_command, search_path
from studio.kit.settings import ProgramSettings


class NoService(RuntimeError):
    """This system cannot start Studio by itself; the message says why."""


@dataclass(frozen=True, slots=True)
class Launch:
    """What the system starts. `environment` is all that it is told beside what every program of the user knows."""

    command: tuple[str, ...]
    environment: Mapping[str, str]
    home: Path
    """The data folder."""


@dataclass(frozen=True, slots=True)
class Registration:
    """How one system is told of Studio.

    `register` is run once the file is there, `start` when no Studio runs, `unregister` before the file goes,
    `afterwards` when it is gone.
    """

    system: str
    file: Path
    content: bytes
    start: tuple[str, ...]
    status: tuple[str, ...]
    register: tuple[tuple[str, ...], ...] = ()
    unregister: tuple[tuple[str, ...], ...] = ()
    afterwards: tuple[tuple[str, ...], ...] = ()
    notes: tuple[str, ...] = field(default=())
    """What a person should know of it."""


def left_out(settings: ProgramSettings) -> list[str]:
    """Return the variables that hold for this program and are not written down, since they may be secret."""
    secret = {"STUDIO_TOKEN": settings.token, "STUDIO_DATABASE_URL": settings.database_url}
    return [name for name, value in secret.items() if value]


def launch_of(settings: ProgramSettings, environment: Mapping[str, str] = os.environ) -> Launch:
    """Return how the server of this data folder is started.

    The path comes along, for the programs that Studio runs. What is `left_out` does not: the file is not secret.

    Raises:
        NoService: a value has a character that no file of a service can hold.
    """
    home = settings.home.absolute()
    # A shell may name folders twice, and some that are not there.
    folders = dict.fromkeys(folder for folder in search_path().split(os.pathsep) if Path(folder).is_dir())
    told = {"PATH": os.pathsep.join(folders)}
    # What starts services may not know either of them.
    if environment.get("STUDIO_HOME") or environment.get("XDG_DATA_HOME"):
        told["STUDIO_HOME"] = str(home)
    if settings.port:
        told["STUDIO_PORT"] = str(settings.port)
    launch = Launch((*own_command(), "serve", "--no-open"), told, home)
    for text in (*launch.command, *told.values()):
        if not text.isprintable():
            raise NoService(f"{text!r} has a character that cannot be written into the file of a service.")
    return launch
