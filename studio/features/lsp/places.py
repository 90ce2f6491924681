"""Where language servers are, and how they get there."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.features.lsp.models import Install, Known
from studio.features.lsp.registry import servers_for
from studio.features.programs.service import way_to_install
from studio.kit.errors import Unavailable
from studio.kit.frozen import is_frozen
from studio.kit.processes import search_path

SCRIPTS = "Scripts" if sys.platform == "win32" else "bin"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a server is installed here: argument lists, one after another, and the package manager that runs them.

    `needs` is the program that is missing for it. `folder` is the folder of the server where Studio keeps it.
    """

    manager: str
    steps: Sequence[Sequence[str]]
    needs: str = ""
    folder: Path | None = None

    @property
    def command(self) -> str:
        """The steps as a person would type them."""
        return " && ".join(map(shlex.join, self.steps))

    @property
    def install(self) -> Install:
        """As a person is shown it."""
        folder = str(self.folder) if self.folder else ""
        return Install(command=self.command, manager=self.manager, needs=self.needs, folder=folder)


class Places:
    """The folder where Studio keeps language servers, one folder for each, and the search path."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def folder_of(self, known: Known) -> Path:
        """Return where Studio installs a server. It is there once it was installed."""
        return self._folder / known.name

    def is_whole(self, known: Known) -> bool:
        """Return whether Studio installed a server to its end: half of one would be taken for a whole one."""
        return self.folder_of(known).exists() and not self._mark_of(known).exists()

    def mark_begun(self, known: Known) -> None:
        """Note that a server is being installed. The note outlives a server that is killed meanwhile."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._mark_of(known).touch()

    def mark_whole(self, known: Known) -> None:
        """Note that what is in the folder of a server is all of it, or nothing."""
        self._mark_of(known).unlink(missing_ok=True)

    def _mark_of(self, known: Known) -> Path:
        return self._folder / f"{known.name}.unfinished"

    def find(self, known: Known) -> str:
        """Return the program that starts a server, Studio's own before others; empty where there is none."""
        own = self.folder_of(known)
        folders = [search_path()]
        if self.is_whole(known):
            folders = [str(own / "node_modules" / ".bin"), str(own / SCRIPTS), *folders]
        found = (shutil.which(known.command[0], path=folder) for folder in folders)
        return next(filter(None, found), "")

    def choose(self, path: Path) -> Known | None:
        """Return the server that is asked about a file, None where none is installed for it."""
        return next((known for known in servers_for(path) if self.find(known)), None)

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
        return _system(known)

    def _npm(self, known: Known) -> Recipe:
        folder = self.folder_of(known)
        # What a package wants to run while it is installed is not run: none of these needs it.
        words = ("--ignore-scripts", "--no-audit", "--no-fund", "--save-exact")
        step = ["npm", "install", "--prefix", str(folder), *words, *known.install["npm"]]
        return Recipe("npm", [step], "" if _is_here("npm") else "npm", folder)

    def _pip(self, known: Known) -> Recipe:
        folder, packages = self.folder_of(known), known.install["pip"]
        python = str(folder / SCRIPTS / "python")
        if _is_here("uv"):
            install = ["uv", "pip", "install", "--python", python, *packages]
            return Recipe("uv", [["uv", "venv", "--clear", str(folder)], install], folder=folder)
        base = "python3" if is_frozen() else sys.executable
        install = [python, "-m", "pip", "install", "--disable-pip-version-check", *packages]
        needs = "" if _is_here(base) else base
        return Recipe("pip", [[base, "-m", "venv", "--clear", str(folder)], install], needs, folder)


def _system(known: Known) -> Recipe | None:
    """Return how the system's own package manager installs a server."""
    packages = {name: names[0] for name, names in known.install.items()}
    way = way_to_install(packages)
    if way is None:
        return None
    install, argv = way
    return Recipe(install.manager, [argv], install.needs)


def _is_here(program: str) -> bool:
    return shutil.which(program, path=search_path()) is not None
