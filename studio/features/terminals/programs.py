"""Which program a name means, and what is in it: an approval is for that very program, not for its name."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

LARGEST_PROGRAM = 256 * 1024 * 1024
LARGEST_FILE = 8 * 1024 * 1024
MOST_FILES = 32
"""How many of the files that a command names are read; of more, and of larger ones, size and time have to do."""

SCRIPTS = frozenset(
    [
        ".sh",
        ".bash",
        ".zsh",
        ".fish",
        ".py",
        ".js",
        ".mjs",
        ".cjs",
        ".ts",
        ".rb",
        ".pl",
        ".php",
        ".lua",
        ".tcl",
        ".awk",
        ".sed",
        ".sql",
        ".mk",
        ".ps1",
        ".bat",
        ".cmd",
    ]
)

OF_THE_SESSION = frozenset(
    """
    DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS SSH_AUTH_SOCK USER LOGNAME LANG LANGUAGE TZ USERNAME
    NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE
    """.split()  # noqa: SIM905 -- a list would be twelve lines
)
"""Variables that change from one sign-in to the next and say nothing of which program runs."""


def identify(names: Iterable[str], *, cwd: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Return, for each name that means a program, its real path and the digest of what is in it."""
    found: dict[str, str] = {}
    for name in names:
        path = _find(name, cwd=cwd, environment=environment)
        if path:
            found[name] = f"{path} {_digest_of(path)}"
    return found


def identify_files(words: Iterable[str], *, cwd: Path, every: bool) -> dict[str, str]:
    """Return, for each word that names a file as seen from `cwd`, its real path and the digest of what is in it.

    Unless `every` file may be run, those are left out that look like none: a log may grow while a person decides.
    """
    found: dict[str, str] = {}
    for word in words:
        path = os.path.realpath(os.path.join(cwd, word)) if "\0" not in word and len(word) < 4096 else ""
        if path and os.path.isfile(path) and (every or _may_be_run(path)):
            found[word] = f"{path} {_digest_of(path, largest=LARGEST_FILE if len(found) < MOST_FILES else 0)}"
    return found


def _may_be_run(path: str) -> bool:
    if os.access(path, os.X_OK) or os.path.splitext(path)[1].lower() in SCRIPTS:
        return True
    try:
        with open(path, "rb") as file:
            return file.read(2) == b"#!"
    except OSError:
        return True


def digest_of_environment(environment: Mapping[str, str]) -> str:
    """Return the SHA-256 of the variables that say which programs run and what they load."""
    steering = {name: value for name, value in environment.items() if not _is_of_the_session(name)}
    spelled = "\0".join(f"{name}={value}" for name, value in sorted(steering.items()))
    return hashlib.sha256(spelled.encode(errors="surrogateescape")).hexdigest()


def _is_of_the_session(name: str) -> bool:
    # XDG_CONFIG_HOME and XDG_DATA_DIRS lead programs to their files; XDG_SESSION_ID leads nowhere.
    is_place = name.endswith(("_HOME", "_DIRS"))
    return name in OF_THE_SESSION or name.startswith("LC_") or (name.startswith("XDG_") and not is_place)


def _find(name: str, *, cwd: Path, environment: Mapping[str, str]) -> str:
    if "/" in name:
        path = os.path.realpath(os.path.join(cwd, name))
        return path if os.access(path, os.X_OK) and os.path.isfile(path) else ""
    # A name alone is looked for where the shell will look for it; builtins are found nowhere and mean themselves.
    path = shutil.which(name, path=environment.get("PATH", os.defpath))
    return os.path.realpath(path) if path else ""


def _digest_of(path: str, *, largest: int = LARGEST_PROGRAM) -> str:
    try:
        status = os.stat(path)
        if status.st_size > largest:
            return f"{status.st_size}-{status.st_ino}-{status.st_mtime_ns}"
        return _digest(path, status.st_ino, status.st_size, status.st_mtime_ns)
    except OSError:
        return "unreadable"


@lru_cache(maxsize=512)
def _digest(path: str, inode: int, size: int, changed: int) -> str:
    """Return the SHA-256 of a file; the other arguments tell when it has to be read anew."""
    del inode, size, changed
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
