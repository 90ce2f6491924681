"""Where things are kept."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from studio.kit.errors import InvalidInput

LOOK_SECONDS = 0.1
"""How long somebody may have a folder who only looks whether a Studio does: far less, on a machine that is not busy."""

AGAIN_SECONDS = 0.005


class FolderRefused(RuntimeError):
    """The data folder cannot be used; the message says why."""


class FolderInUse(FolderRefused):
    """Another process has the data folder."""


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Everything Studio keeps. Private to its user: the folder 0700, the files in it 0600."""

    path: Path

    @property
    def database(self) -> Path:
        """The one SQLite file."""
        return self.path / "studio.db"

    @property
    def images(self) -> Path:
        """Images of messages, by their ids."""
        return self.path / "images"

    @property
    def work(self) -> Path:
        """What workflows are worked on with; their journals are in the one SQLite file."""
        return self.path / "work.db"

    @property
    def token(self) -> Path:
        """The owner's token."""
        return self.path / "token"

    @property
    def master_key(self) -> Path:
        """The key that seals secrets where there is no keyring."""
        return self.path / "master.key"

    @property
    def terminals(self) -> Path:
        """Where the keeper of the terminals can be reached."""
        return self.path / "terminals"

    @property
    def language_servers(self) -> Path:
        """The language servers that Studio installed."""
        return self.path / "tools" / "lsp"

    @property
    def skills(self) -> Path:
        """Studio's own skills, each in a folder of its name."""
        return self.path / "skills"

    @property
    def mcp(self) -> Path:
        """Where `server.json` files of one's own are looked for."""
        return self.path / "mcp"

    @property
    def planned(self) -> Path:
        """Which backup is to be put into its place before the database is opened again."""
        return self.path / "restore.json"

    @property
    def server(self) -> Path:
        """Where the running server says how to reach it."""
        return self.path / "server.json"

    @classmethod
    def create(cls, path: Path) -> DataFolder:
        """Make the folder where it is missing.

        Raises:
            FolderRefused: it cannot be made or written.
        """
        path = path.absolute()
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if sys.platform != "win32" and path.stat().st_mode & 0o077 and path.stat().st_uid == os.getuid():
                path.chmod(0o700)
        except OSError as error:
            raise FolderRefused(
                f"The data folder '{path}' cannot be used: {error.strerror}. Set STUDIO_HOME to one you can write."
            ) from error
        if not os.access(path, os.W_OK | os.X_OK):
            raise FolderRefused(f"The data folder '{path}' is not writable. Set STUDIO_HOME to one you can write.")
        return cls(path)

    @contextmanager
    def hold(self, *, patience_seconds: float = LOOK_SECONDS) -> Generator[None, None, None]:
        """Keep every other Studio out of the folder.

        Raises:
            FolderInUse: one is in it, for longer than somebody would who only looks.
        """
        lock = self._open_lock()
        try:
            _lock_file(lock, self.path, patience_seconds=patience_seconds)
            # Left over from one that was killed: by now the port may be another program's, who would be told the token.
            self.server.unlink(missing_ok=True)
            yield
        finally:
            os.close(lock)

    def is_held(self) -> bool:
        """Return whether a Studio has the folder now.

        Raises:
            FolderRefused: nobody can have it.
        """
        lock = self._open_lock()
        try:
            _lock_file(lock, self.path, is_shared=True)
        except FolderInUse:
            return True
        finally:
            os.close(lock)
        return False

    def _open_lock(self) -> int:
        try:
            return os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise FolderRefused(f"The data folder '{self.path}' cannot be used: {error.strerror}.") from error


def _lock_file(lock: int, folder: Path, *, patience_seconds: float = 0.0, is_shared: bool = False) -> None:
    """Lock a file. Those who look share it, so that none takes another for a Studio."""
    deadline = time.monotonic() + patience_seconds
    while True:
        try:
            _try_lock(lock, is_shared=is_shared)
        except OSError as error:
            if error.errno not in {errno.EACCES, errno.EAGAIN, errno.EDEADLK}:
                raise FolderRefused(f"The data folder '{folder}' cannot be locked: {error.strerror}.") from error
            if time.monotonic() >= deadline:
                raise FolderInUse(
                    f"Another Studio is using '{folder}'. Stop it, or give this one its own STUDIO_HOME."
                ) from None
            time.sleep(AGAIN_SECONDS)
        else:
            return


def _try_lock(lock: int, *, is_shared: bool) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 -- only Windows has it

        msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415 -- Windows has none

        fcntl.flock(lock, (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)


def write_private(path: Path, content: bytes, *, replace: bool = True) -> None:
    """Write a file that only its user can read, whole or not at all.

    Raises:
        FileExistsError: it is there and `replace` is false.
    """
    if not replace:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        _write_all(descriptor, content)
        return
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        _write_all(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), content)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def _write_all(descriptor: int, content: bytes) -> None:
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def working_folder(path: str | None, *, name: str = "cwd") -> Path:
    """Return the real folder that `path` names in full; the home folder where it names none.

    `name` is what the caller calls it.

    Raises:
        InvalidInput: there is no such folder.
    """
    if not path:
        return Path.home().resolve()
    try:
        folder = Path(path).expanduser()
        if folder.is_absolute() and folder.is_dir():
            return folder.resolve()
    except (OSError, RuntimeError, ValueError):
        pass
    raise InvalidInput(f"{name!r} must be a folder that exists, by its full path; {path!r} is not.")
