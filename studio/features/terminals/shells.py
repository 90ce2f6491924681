"""Which shells this machine has, and the environment they run in."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from studio.features.terminals.models import Kind, SystemShell
from studio.kit.processes import clean_environment

log = logging.getLogger(__name__)

LOGIN_SHELLS = Path("/etc/shells")

NO_SHELLS = frozenset(["nologin", "false", "git-shell", "rbash", "screen", "tmux", "byobu"])
"""Programs that are listed as shells and show no prompt of their own."""


def login_shell() -> str:
    """Return the path of the user's own shell."""
    if sys.platform == "win32":
        return shutil.which("pwsh") or shutil.which("powershell") or os.environ.get("COMSPEC", "cmd.exe")
    import pwd  # noqa: PLC0415 -- Windows has none

    try:
        shell = pwd.getpwuid(os.getuid()).pw_shell
    except KeyError:
        # A container may run as a user whom nobody entered anywhere.
        shell = os.environ.get("SHELL", "")
    return shell if shell and os.access(shell, os.X_OK) else "/bin/sh"


def command_of(shell: str, kind: Kind) -> list[str]:
    """Return how to run a shell as somebody who signs in gets it."""
    if kind == "wsl":
        return ["wsl.exe", "-d", shell]
    return [shell] if sys.platform == "win32" else [shell, "-l"]


def environment(shell: str) -> dict[str, str]:
    """Return the environment of a new terminal: nothing of Studio's own is in it, no key and no token."""
    known = clean_environment({"TERM": "xterm-256color", "COLORTERM": "truecolor", "SHELL": shell})
    if not any(known.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG")):
        known["LANG"] = "C.UTF-8"
    return known


def list_shells() -> list[SystemShell]:
    """Return the shells there are, the user's own first, each program once. Takes a moment on Windows."""
    if sys.platform == "win32":
        return [*_windows_shells(), *list_distributions()]
    found = dict[str, SystemShell]()
    for path in (login_shell(), *_listed()):
        name = os.path.basename(path)
        if name not in NO_SHELLS and os.access(path, os.X_OK):
            found.setdefault(name, SystemShell(name=name, kind="local", shell=path))
    return list(found.values())


def _listed() -> Iterator[str]:
    try:
        text = LOGIN_SHELLS.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for line in text.splitlines():
        if (path := line.partition("#")[0].strip()).startswith("/"):
            yield path


def _windows_shells() -> Iterator[SystemShell]:
    for name in ("pwsh", "powershell", "cmd"):
        if path := shutil.which(name):
            yield SystemShell(name=name, kind="local", shell=path)


def list_distributions() -> Iterator[SystemShell]:
    """Yield the Linux distributions that Windows runs."""
    if not (wsl := shutil.which("wsl.exe")):
        return
    try:
        listed = subprocess.run([wsl, "--list", "--quiet"], capture_output=True, timeout=10, check=False)  # noqa: S603 -- no shell
    except (OSError, subprocess.TimeoutExpired) as error:
        log.warning("The distributions that Windows runs cannot be listed: %s", error)
        return
    text = listed.stdout.decode("utf-16-le", errors="ignore").removeprefix("\ufeff") if not listed.returncode else ""
    for line in text.splitlines():
        if name := line.strip():
            yield SystemShell(name=name, kind="wsl", shell=name)
