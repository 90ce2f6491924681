"""Package managers: how each installs a package, brings it up to date, and says which version is the newest."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from studio.features.programs.models import Install
from studio.kit.processes import is_root

NUMBER = r"(\d[\w.+~:-]*)"


@dataclass(frozen=True, slots=True)
class Manager:
    """One package manager. In its command lines `{}` is the package.

    `unattended` follows the verb where nobody can answer its questions. `newest` is what it is called with to say the
    newest version, and `reads` finds that in what it prints; `()` where it is not asked. `platforms` are those where it
    is worth naming when it is not there.
    """

    program: str
    install: str
    update: str
    unattended: tuple[str, ...] = ()
    newest: tuple[str, ...] = ()
    reads: str = rf"^{NUMBER}$"
    as_root: bool = False
    platforms: tuple[str, ...] = ("linux", "darwin", "win32")


MANAGERS: Mapping[str, Manager] = {
    "npm": Manager("npm", "npm install -g {}", "npm install -g {}@latest", newest=("npm", "view", "{}", "version")),
    "uv": Manager("uv", "uv tool install {}", "uv tool upgrade {}"),
    "pipx": Manager("pipx", "pipx install {}", "pipx upgrade {}"),
    "apt": Manager(
        "apt-get",
        "apt-get install {}",
        "apt-get install --only-upgrade {}",
        unattended=("--yes",),
        newest=("apt-cache", "policy", "{}"),
        reads=rf"^\s*Candidate: (?:\d+:)?{NUMBER}$",
        as_root=True,
        platforms=("linux",),
    ),
    "brew": Manager("brew", "brew install {}", "brew upgrade {}", platforms=("darwin",)),
    "winget": Manager(
        "winget",
        "winget install --exact --id {}",
        "winget upgrade --exact --id {}",
        unattended=("--disable-interactivity", "--accept-source-agreements", "--accept-package-agreements"),
        platforms=("win32",),
    ),
}


OWN_FOLDERS = {
    "npm": "/node_modules/",
    "uv": "/uv/tools/",
    "pipx": "/pipx/",
    "brew": "/Cellar/",
    "apt": "/usr/bin/",
    "winget": "/WinGet/",
}
"""What is in the real path of a program that a manager installed, in the order in which that tells."""


def choose(packages: Mapping[str, str], find: Callable[[str], str | None], *, path: str = "") -> Install | None:
    """Return how one of these packages, by their managers, is installed here, or brought up to date where it is.

    What is here at `path` belongs to who installed it. Else it is the first manager that is there, and where none is,
    the first that this platform usually has, with what it needs; None where there is no way.
    """
    owner = owner_of(path)
    here = [name for name in packages if find(MANAGERS[name].program)]
    usual = [name for name in packages if sys.platform in MANAGERS[name].platforms]
    name = owner if owner in here else next(iter([*here, *usual]), None)
    if name is None:
        return None
    manager, package = MANAGERS[name], packages[name]
    return Install(
        command=_spell(manager, manager.install, package),
        update=_spell(manager, manager.update, package) if name == owner else "",
        manager=name,
        needs="" if name in here else manager.program,
    )


def argument_list(name: str, package: str, *, update: bool) -> list[str]:
    """Return what installs a package, or brings it up to date, where nobody can answer a question or type a password.

    Without the rights of root, `sudo` is asked not to ask: it fails at once where it would.
    """
    manager = MANAGERS[name]
    program, verb, *words = (manager.update if update else manager.install).split()
    elevated = ["sudo", "-n"] if manager.as_root and not is_root() else []
    return [*elevated, program, verb, *manager.unattended, *(word.replace("{}", package) for word in words)]


def owner_of(path: str) -> str:
    """Return the manager that installed the program at a path, by where it really lies; empty where nobody can tell."""
    real = os.path.realpath(path).replace(os.sep, "/") if path else ""
    return next((name for name, folder in OWN_FOLDERS.items() if folder in real), "")


def ask_newest(name: str, package: str) -> list[str]:
    """Return the argument list that asks a manager for the newest version of a package; empty where it is not asked."""
    return [word.replace("{}", package) for word in MANAGERS[name].newest]


def read_newest(name: str, printed: str) -> str | None:
    """Return the version in what the manager printed, or None."""
    found = re.search(MANAGERS[name].reads, printed, re.MULTILINE)
    return found[1] if found else None


def _spell(manager: Manager, line: str, package: str) -> str:
    sudo = "sudo " if manager.as_root and not is_root() else ""
    return sudo + line.replace("{}", package)
