"""Staying inside a folder: where a path really leads, and opening it without being led elsewhere meanwhile."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from studio.kit.errors import InvalidInput, NotAllowed, NotFound, StorageFull, StudioError

# Windows has neither: there a path is checked, and opened by its name.
NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
NO_WAIT = getattr(os, "O_NONBLOCK", 0)
BINARY = getattr(os, "O_BINARY", 0)
LONGEST_NAME, LONGEST_PATH = 255, 4095
"""Bytes. What no file system takes is refused here, where it is a sentence and not an error of the system."""
CAN_WALK = os.open in os.supports_dir_fd


def contain(root: Path, path: str) -> Path:
    """Return the real place that `path` names, which must lie inside the folder `root`.

    A relative path starts at `root`. Symbolic links are followed first and judged by where they lead.

    Raises:
        NotAllowed: it lies elsewhere, or no path can be spelled like this.
    """
    if "\0" in path:
        raise NotAllowed("A path cannot contain a NUL character.")
    try:
        base = os.path.realpath(root)
        place = Path(os.path.realpath(os.path.join(base, os.path.expanduser(path))))
    except (OSError, ValueError) as error:
        raise NotAllowed(f"The path {path!r} cannot be followed: {error}.") from error
    if len(os.fsencode(place)) > LONGEST_PATH or any(len(os.fsencode(part)) > LONGEST_NAME for part in place.parts):
        raise NotAllowed(f"The path '{path[:80]}…' is longer than any can be.")
    if not place.is_relative_to(base):
        raise NotAllowed(f"The path {path!r} lies outside the folder '{base}'.")
    return place


@contextmanager
def folder_of(root: Path, place: Path, *, create: bool = False) -> Generator[int | None, None, None]:
    """Yield a descriptor of the folder that holds `place`, reached from `root` step by step, following no link.

    What was a folder when the path was checked and is a link now is not entered. None where the system cannot do this.

    Raises:
        NotAllowed, NotFound, InvalidInput: it cannot be reached.
    """
    base = Path(os.path.realpath(root))
    if place == base:
        raise InvalidInput("The working folder itself is no file.")
    if not CAN_WALK:
        if create:
            place.parent.mkdir(parents=True, exist_ok=True)
        yield None
        return
    here = os.open(base, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in place.relative_to(base).parts[:-1]:
            following = _enter(here, part, create=create)
            os.close(here)
            here = following
        yield here
    finally:
        os.close(here)


def _enter(folder: int, name: str, *, create: bool) -> int:
    if create:
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=folder)
    return os.open(name, os.O_RDONLY | os.O_DIRECTORY | NO_FOLLOW, dir_fd=folder)


def open_regular(root: Path, place: Path, shown_as: str) -> int:
    """Return a descriptor to read the file at `place`. Nothing but a regular file is opened.

    Raises:
        NotAllowed, NotFound, InvalidInput: there is none, or it cannot be read.
    """
    try:
        with folder_of(root, place) as folder:
            name = place if folder is None else place.name
            descriptor = os.open(name, os.O_RDONLY | NO_FOLLOW | NO_WAIT | BINARY, dir_fd=folder)
    except OSError as error:
        raise explain(error, shown_as) from error
    kind = os.fstat(descriptor).st_mode
    if stat.S_ISREG(kind):
        return descriptor
    os.close(descriptor)
    raise InvalidInput(
        f"{shown_as!r} is a folder. Use list_files." if stat.S_ISDIR(kind) else f"{shown_as!r} is no file."
    )


def replace_file(root: Path, place: Path, shown_as: str, content: bytes) -> None:
    """Write the file at `place`, whole or not at all, making the folders on the way. It keeps its permissions.

    Raises:
        NotAllowed, InvalidInput, StorageFull: it cannot be written, and is as it was.
    """
    draft = f".{place.name[:80]}.{os.getpid()}.new"
    try:
        with folder_of(root, place, create=True) as folder:
            target, new = (place, place.with_name(draft)) if folder is None else (Path(place.name), Path(draft))
            mode = _mode_of(target, folder, shown_as)
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_FOLLOW | BINARY, mode, dir_fd=folder)
            try:
                _write(descriptor, content)
                os.replace(new, target, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                os.unlink(new, dir_fd=folder)
                raise
    except OSError as error:
        raise explain(error, shown_as) from error


def _mode_of(target: Path, folder: int | None, shown_as: str) -> int:
    """Return the permissions of what will be replaced; the usual ones where there is nothing."""
    try:
        found = os.stat(target, dir_fd=folder, follow_symlinks=False).st_mode
    except FileNotFoundError:
        return 0o666
    if not stat.S_ISREG(found):
        raise InvalidInput(f"{shown_as!r} is there, and is no file.")
    return stat.S_IMODE(found)


def _write(descriptor: int, content: bytes) -> None:
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def explain(error: OSError, shown_as: str) -> StudioError:
    """Return what a person is told of a file that could not be opened."""
    match error.errno:
        case errno.ENOENT:
            return NotFound(f"There is no file {shown_as!r}.")
        case errno.ELOOP:
            return NotAllowed(f"{shown_as!r} became a link while it was opened.")
        case errno.ENOTDIR:
            return InvalidInput(f"A part of {shown_as!r} is no folder.")
        case errno.ENOSPC | errno.EDQUOT:
            return StorageFull(f"The disk is full, so {shown_as!r} was not written.")
        case _:
            return InvalidInput(f"{shown_as!r} cannot be used: {error.strerror}.")
