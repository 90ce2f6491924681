"""Which program a name means, and what is in it: an approval is for that very program, not for its name."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

LARGEST_PROGRAM = 256 * 1024 * 1024


def identify(names: Iterable[str], *, cwd: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Return, for each name that means a program, its real path and the digest of what is in it."""
    found: dict[str, str] = {}
    for name in names:
        path = _find(name, cwd=cwd, environment=environment)
        if path:
            found[name] = f"{path} {_digest_of(path)}"
    return found


def _find(name: str, *, cwd: Path, environment: Mapping[str, str]) -> str:
    if "/" in name:
        path = os.path.realpath(os.path.join(cwd, name))
        return path if os.access(path, os.X_OK) and os.path.isfile(path) else ""
    # A name alone is looked for where the shell will look for it; builtins are found nowhere and mean themselves.
    path = shutil.which(name, path=environment.get("PATH", os.defpath))
    return os.path.realpath(path) if path else ""


def _digest_of(path: str) -> str:
    try:
        status = os.stat(path)
        return _digest(path, status.st_ino, status.st_size, status.st_mtime_ns)
    except OSError:
        return "unreadable"


@lru_cache(maxsize=512)
def _digest(path: str, inode: int, size: int, changed: int) -> str:
    """Return the SHA-256 of a file; the other arguments tell when it has to be read anew."""
    del inode, changed
    if size > LARGEST_PROGRAM:
        return f"{size} bytes"
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
