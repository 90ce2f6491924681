"""Where language servers are, and how they get there."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.features.lsp.models import InstallPlan, Known
from studio.features.programs import managers
from studio.features.programs.service import search_path
from studio.kit.errors import Unavailable

SCRIPTS = "Scripts" if sys.platform == "win32" else "bin"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a server is installed here: argument lists, one after another, and whose work each is.

    `needs` is the program that is missing for it; then there are no steps. `lines` are what a person would type.
    """

    manager: str
    steps: Sequence[Sequence[str]]
    lines: Sequence[str]
    needs: str = ""
    folder: str = ""

    @property
    def plan(self) -> InstallPlan:
        """As a person is shown it."""
        return InstallPlan(command="\n".join(self.lines), needs=self.needs, folder=self.folder)


class Places:
    """The folder where Studio keeps language servers, one folder for each, and the search path."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def folder_of(self, known: Known) -> Path:
        """Return where Studio installs a server. It is there once it was installed."""
        return self._folder / known.name

    def find(self, known: Known) -> str:
        """Return the program that starts a server, Studio's own before that of the search path; empty: there is none."""
        own = self.folder_of(known)
        folders = (str(own / "node_modules" / ".bin"), str(own / SCRIPTS), search_path())
        found = (shutil.which(known.command[0], path=folder) for folder in folders)
        return next(filter(None, found), "")

    def argv_of(self, known: Known) -> list[str]:
        """Return the argument list that starts a server.

        Raises:
            Unavailable: it is not here.
        """
        path = self.find(known)
        if not path:
            raise Unavailable(f"{known.title} is not installed here. `studio lsp install {known.name}` does that.")
        return [path, *known.command[1:]]

    def recipe_of(self, known: Known) -> Recipe | None:
        """Return how a server is installed here, None where Studio knows no way."""
        if "npm" in known.install:
            return self._npm(known)
        if "pip" in known.install:
            return self._pip(known)
        packages = {name: names[0] for name, names in known.install.items()}
        chosen = managers.choose(packages, lambda program: shutil.which(program, path=search_path()))
        if chosen is None:
            return None
        steps = [] if chosen.needs else [shlex.split(chosen.command)]
        return Recipe(chosen.manager, steps, [chosen.command], chosen.needs)

    def _npm(self, known: Known) -> Recipe:
        folder = self.folder_of(known)
        words = ["npm", "install", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund"]
        return self._recipe("npm", [[*words, "--save-exact", *known.install["npm"]]], needs="npm", folder=folder)

    def _pip(self, known: Known) -> Recipe:
        folder, packages = self.folder_of(known), known.install["pip"]
        python = str(folder / SCRIPTS / "python")
        if _find("uv"):
            steps = [["uv", "venv", "--clear", str(folder)], ["uv", "pip", "install", "--python", python, *packages]]
            return self._recipe("pip", steps, needs="uv", folder=folder)
        base = "python3" if getattr(sys, "frozen", False) else sys.executable
        steps = [
            [base, "-m", "venv", "--clear", str(folder)],
            [python, "-m", "pip", "install", "--disable-pip-version-check", *packages],
        ]
        return self._recipe("pip", steps, needs=base, folder=folder)

    def _recipe(self, manager: str, steps: Sequence[Sequence[str]], *, needs: str, folder: Path) -> Recipe:
        lines = [shlex.join(step) for step in steps]
        program = needs if os.path.isabs(needs) else _find(needs)
        if not program:
            return Recipe(manager, [], lines, needs, str(folder))
        found = [[program if step[0] == needs else step[0], *step[1:]] for step in steps]
        return Recipe(manager, found, lines, folder=str(folder))


def _find(program: str) -> str | None:
    return shutil.which(program, path=search_path())
