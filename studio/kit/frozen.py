"""What it means for a program to be frozen: PyInstaller unpacks it into a folder, and says so in its environment."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

LIBRARIES = "LD_LIBRARY_PATH"
LIBRARIES_BEFORE = "LD_LIBRARY_PATH_ORIG"
BOOTLOADER = "_PYI_"
WHERE = "_PYI_APPLICATION_HOME_DIR"

PYGOBJECT = "gi"
"""The folder with its compiled module, where it was frozen too."""

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


def prefer_system(environment: Mapping[str, str] = os.environ) -> None:
    """Begin this program anew, as the same process, so that it finds libraries of the system before those unpacked.

    Nothing but PyGObject needs that: what it reaches is the system's, and may want newer libraries than ours. They are
    still found where the system has none. Does nothing the second time.
    """
    unpacked = _unpacked.get(WHERE)
    if unpacked is None or not Path(unpacked, PYGOBJECT).is_dir():
        return
    system, before = _find_libraries(), environment.get(LIBRARIES, "")
    # A program that went on beginning anew would never begin.
    if not system or _unpacked.get(LIBRARIES, "").endswith(f"{os.pathsep}{unpacked}"):
        return
    places = os.pathsep.join(place for place in (before, system, unpacked) if place)
    told = _unpacked | {LIBRARIES: places} | ({LIBRARIES_BEFORE: before} if before else {})
    os.execve(sys.executable, [sys.executable, *sys.argv[1:]], {**environment, **told})  # noqa: S606 -- ourselves


def _find_libraries() -> str:
    """Return the folder that this process has the system's C library from, empty where there is none."""
    with suppress(OSError):
        for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines():
            folder, _, name = line.rpartition(" ")[2].rpartition("/")
            if name.startswith(("libc.so", "libc-2")):
                return folder
    return ""


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
