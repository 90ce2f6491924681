"""The configuration files of editors, and what becomes of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from studio.kit.errors import InvalidInput
from studio.kit.models import Model


class ConfigChange(Model):
    """A file that was changed, or would be.

    `diff` is empty where it says so already. `backup` is the copy of what was there; empty where nothing was, or where
    nothing was changed.
    """

    path: str
    diff: str
    applied: bool
    backup: str


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """Where an editor has its configuration: for a person, and in a project.

    `user` returns the file, given the home folder; `project` is its path in a project's. Either may be None where the
    editor has none.
    """

    title: str
    user: Callable[[Path], Path] | None = None
    project: str | None = None

    def place(self, home: Path, project: Path | None) -> Path:
        """Return the file.

        Raises:
            InvalidInput: the editor has none there.
        """
        if project is not None:
            if self.project is None:
                raise InvalidInput(f"{self.title} has this for the whole user: leave out 'project_dir'.")
            return project / self.project
        if self.user is None:
            raise InvalidInput(f"{self.title} has this for each project: give 'project_dir'.")
        return self.user(home)


def first_of(*names: str) -> Callable[[Path], Path]:
    """Return a function from the home folder to the first of some files in it that is there, else the first."""
    return lambda home: next((home / name for name in names if (home / name).exists()), home / names[0])
