"""What it means for a program to be frozen: PyInstaller unpacks it into a folder, and says so in its environment."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import MutableMapping
from contextlib import suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

LIBRARIES = "LD_LIBRARY_PATH"
LIBRARIES_BEFORE = "LD_LIBRARY_PATH_ORIG"
BOOTLOADER = "_PYI_"

OURS = "contents.json"
"""What is in the folders that this program is unpacked into, and in no other's."""

UNPACKING_SECONDS = 600
"""How long nobody may hold a folder because its program is still being unpacked."""

_unpacked = dict[str, str]()


def is_frozen() -> bool:
    """Return whether this program carries its own Python."""
    return getattr(sys, "frozen", False)


def restore_environment(environment: MutableMapping[str, str] = os.environ) -> None:
    """Make the environment again what it was before the program was unpacked.

    A browser that found our libraries before its own would end at once. The loader of this process has read where they
    are already.
    """
    for name in [name for name in environment if name == LIBRARIES or name.startswith(BOOTLOADER)]:
        _unpacked[name] = environment.pop(name)
    if LIBRARIES_BEFORE in environment:
        environment[LIBRARIES] = environment.pop(LIBRARIES_BEFORE)


def where_unpacked() -> dict[str, str]:
    """Return the variables by which a helper of ours finds what is unpacked already, and starts at once.

    What they name is removed when this program ends: not for what outlives it. Empty where nothing is frozen.
    """
    return dict(_unpacked)


def hold(folder: Path) -> None:
    """Lock the folder that this program was unpacked into until it ends.

    systemd-tmpfiles removes what nobody reads for days, but nothing that is locked; nor does `remove_abandoned`.
    """
    if sys.platform != "win32":
        with suppress(OSError):
            fcntl.flock(os.open(folder, os.O_RDONLY | os.O_DIRECTORY), fcntl.LOCK_SH | fcntl.LOCK_NB)


def tidy() -> None:
    """Remove what others left beside the folder that this program was unpacked into, if it was."""
    if unpacked := getattr(sys, "_MEIPASS", None):
        remove_abandoned(Path(unpacked).parent)


def remove_abandoned(folder: Path) -> None:
    """Remove folders that this program was unpacked into and did not remove, since it was killed."""
    for path in folder.glob("_MEI*"):
        with suppress(OSError):
            if _is_abandoned(path):
                _remove(path)


def _is_abandoned(path: Path) -> bool:
    status = path.lstat()
    is_ours = path.is_dir() and not path.is_symlink() and (path / OURS).is_file()
    if sys.platform == "win32" or not is_ours or status.st_uid != os.getuid():
        return False
    if time.time() - status.st_mtime < UNPACKING_SECONDS:
        return False
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def _remove(path: Path) -> None:
    # What says whose it is goes last, so that who is interrupted can go on another time.
    for entry in path.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
        elif entry.name != OURS:
            entry.unlink()
    shutil.rmtree(path)
