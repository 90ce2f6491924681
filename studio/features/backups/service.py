"""What can be done with backups."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import sys
import tempfile
import time
import zlib
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path

import studio
from studio.features.backups import store
from studio.features.backups.archive import (
    DATABASE,
    IMAGES,
    describe_file,
    total_bytes,
    unpack_archive,
    write_archive,
)
from studio.features.backups.errors import BackupDamaged, DatabaseUnreadable
from studio.features.backups.models import Backup, BackupList, BackupReport, Manifest, Origin, Restored, RestoreOutcome
from studio.features.backups.naming import describe_backup, made_at
from studio.features.backups.plan import Plan
from studio.kit.clock import Clock
from studio.kit.containment import explain
from studio.kit.db import DatabaseRefused, open_database
from studio.kit.errors import InvalidInput, NotFound, StorageFull
from studio.kit.paths import DataFolder, FolderRefused

log = logging.getLogger(__name__)

AUTOMATIC_KEPT = 5
"""How many of the backups that the clock wanted are kept."""

ROOM_LEFT = 50 * 1024 * 1024
"""Bytes that stay free on the disk, whatever is unpacked."""

COMPANIONS = ("-wal", "-shm")
"""What the names of the companions of a database end with."""

DRAFT = "backing-up-"
ROOM = "restoring-"

TAKEN_SECONDS = 60
"""By then whoever made a folder has taken it. One that nobody has is left over from a process that was killed."""


class Backups:
    """The backups of one data folder. Nothing here needs a server, and none is in the way but for `restore`."""

    def __init__(self, folder: DataFolder, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._place = folder.path / "backups"
        self._creating = asyncio.Lock()
        self._plan = Plan(folder)
        self.on_planned = list[Callable[[], None]]()
        """What ends the server, and is called once a restore is planned."""

    async def list(self) -> BackupList:
        """Return every backup, newest first."""
        backups, restored = await asyncio.to_thread(lambda: (self._list(), self._plan.find_outcome()))
        return BackupList(folder=str(self._place), backups=backups, restored=restored)

    async def create(self, origin: Origin = "person") -> Backup:
        """Copy everything into a new file, as it is at this moment.

        Raises:
            StorageFull: there is no room for it.
            BackupDamaged: the database itself is damaged, so a copy would be of no use.
        """
        async with self._creating:
            return await asyncio.to_thread(self._create, origin)

    async def verify(self, name: str) -> BackupReport:
        """Read a backup from its beginning to its end, and say what is in it.

        Raises:
            NotFound: none is called so.
            BackupDamaged: it is not whole, was changed, or is no backup.
            StorageFull: there is no room to unpack it.
        """
        return await asyncio.to_thread(self.verify_file, self._find(name))

    def verify_file(self, file: Path) -> BackupReport:
        """Do the same with a file anywhere."""
        with self._rehearsed(file) as (report, _):
            return report

    async def delete(self, name: str) -> BackupList:
        """Remove a backup. Return those that are left.

        Raises:
            NotFound: none is called so.
        """
        await asyncio.to_thread(_remove, self._find(name))
        return await self.list()

    async def restore(self, file: Path) -> Restored:
        """Put a backup in the place of what is there, which is kept. Whoever calls holds the folder.

        First all of it is unpacked beside the database, checked, and brought up to this program's schema. Nothing is
        replaced before that went well, and what is replaced, is in one step.

        Raises:
            NotFound, BackupDamaged: there is no such backup, or it cannot be used.
            StorageFull: there is no room for both.
        """
        async with self._ready(file) as (report, room):
            kept = await asyncio.to_thread(self._replace, room)
        return Restored(report=report, kept=str(kept) if kept else "")

    async def plan_restore(self, name: str, *, confirm: str) -> BackupReport:
        """Do all of a restore but its last step, and have all of it done once the server has ended, which it does now.

        Raises:
            InvalidInput: what was typed is not its name.
            NotFound, BackupDamaged: there is no such backup, or it cannot be used.
            StorageFull: there is no room for both.
        """
        file = self._find(name)
        if confirm != name:
            raise InvalidInput(f"To go back to {name!r}, its name must be typed. Nothing was changed.")
        async with self._ready(file) as (report, _):
            pass
        try:
            self._plan.write(name)
        except OSError as error:
            raise explain(error, "the plan") from error
        log.warning("Studio ends to go back to the backup %s", name)
        for end in self.on_planned:
            end()
        return report

    async def carry_out(self) -> None:
        """Do the restore that is planned, if one is. Whoever calls holds the folder, and has no database open.

        It is tried once: where it breaks off, what was there is there.
        """
        name = self._plan.take()
        if name is None:
            return
        kept = problem = ""
        try:
            kept = Path((await self.restore(self._find(name))).kept).name
            log.warning("Went back to the backup %s", name)
        except Exception as error:
            # A server that begins with what was there is more use than none.
            problem = str(error)
            log.exception("Going back to the backup %s failed", name)
        self._plan.tell(RestoreOutcome(name=name, ended_at=self._clock.stamp(), kept=kept, problem=problem))

    async def keep_up(self, *, days: int) -> None:
        """Make a backup where the last automatic one is older than `days`, and remove the oldest of too many."""
        backups, now = await self.list(), self._clock.stamp()
        automatic = [backup for backup in backups.backups if backup.origin == "automatic"]
        # What a clock that was ahead has dated says nothing of how long ago it was, and goes first.
        automatic.sort(key=lambda one: one.created_at > now)
        if automatic and self._clock.stamp(after_seconds=-days * 86400) < automatic[0].created_at <= now:
            return
        await self.create("automatic")
        for backup in automatic[AUTOMATIC_KEPT - 1 :]:
            await self.delete(backup.name)

    @asynccontextmanager
    async def _ready(self, file: Path) -> AsyncGenerator[tuple[BackupReport, Path], None]:
        """Yield what is in a backup, and a folder with all of it, checked and as this program would have it."""
        with ExitStack() as stack:
            # Others may be served meanwhile.
            report, room = await asyncio.to_thread(stack.enter_context, self._rehearsed(file))
            try:
                async with open_database(room / DATABASE):
                    pass
                await asyncio.to_thread(store.make_ready, room / DATABASE)
                await asyncio.to_thread(store.examine, room / DATABASE)
            except (DatabaseRefused, DatabaseUnreadable) as error:
                raise _damaged(file, error) from error
            yield report, room

    def _list(self) -> list[Backup]:
        found = [describe_backup(file) for file in self._place.glob("*")]
        known = [backup for backup in found if backup is not None]
        return sorted(known, key=lambda backup: (backup.created_at, backup.name), reverse=True)

    def _find(self, name: str) -> Path:
        """Return the path of a backup, by a name that was read from the disk."""
        for file in self._place.glob("*"):
            if file.name == name and describe_backup(file):
                return file
        raise NotFound(f"No backup is called {name!r}.")

    def _create(self, origin: Origin) -> Backup:
        self._place.mkdir(mode=0o700, exist_ok=True)
        with _room_in(self._place, DRAFT) as draft:
            try:
                made = self._draft(draft)
                target = self._free_name("studio-auto" if origin == "automatic" else "studio", ".zip")
                made.replace(target)
            except DatabaseUnreadable as error:
                raise _unreadable(error) from error
            except DatabaseRefused as error:
                raise BackupDamaged(str(error)) from error
            except OSError as error:
                raise explain(error, "the backup") from error
        log.info("Made the backup %s", target.name)
        found = describe_backup(target)
        assert found  # noqa: S101 -- it has one of our names
        return found

    def _draft(self, room: Path) -> Path:
        """Make an archive of everything in `room`. Return its path."""
        journal = _beside(self._folder.database, "-wal")
        # The copy, and the archive, in which at worst nothing can be packed.
        places = [*[self._folder.database, journal] * 2, self._folder.images]
        self._check_room(sum(map(_size_of, places)))
        store.copy_database(self._folder.database, room / DATABASE)
        store.examine(room / DATABASE)
        sources, missing = {DATABASE: room / DATABASE}, list[str]()
        for number, image in enumerate(store.list_images(room / DATABASE)):
            pinned = room / str(number)
            try:
                _pin(self._folder.images / image, pinned)
                sources[f"{IMAGES}{image}"] = pinned
            except FileNotFoundError:
                missing.append(image)
        manifest = Manifest(
            version=studio.__version__,
            created_at=self._clock.stamp(),
            files={name: describe_file(source) for name, source in sources.items()},
            missing=missing,
        )
        write_archive(room / "archive", manifest, sources)
        return room / "archive"

    @contextmanager
    def _rehearsed(self, file: Path) -> Generator[tuple[BackupReport, Path], None, None]:
        """Unpack a backup, or copy a database, into a folder of its own, and check it.

        Yield what is in it, and that folder, which goes with the block.
        """
        if not (file.is_file() or (file / DATABASE).is_file()):
            raise NotFound(f"There is no backup '{file}'.")
        with _room_in(self._folder.path, ROOM) as room:
            try:
                report = self._unpack(file, room)
            except (DatabaseRefused, DatabaseUnreadable, zlib.error) as error:
                raise _damaged(file, error) from error
            except OSError as error:
                raise explain(error, file.name) from error
            yield report, room

    def _unpack(self, file: Path, room: Path) -> BackupReport:
        # What could not be copied was moved into a folder as it was, with its journal.
        bare = file / DATABASE if file.is_dir() else file if file.suffix == ".db" else None
        self._check_room(_size_of(file) if bare else total_bytes(file))
        if bare is None:
            manifest = unpack_archive(file, room)
        else:
            store.copy_database(bare, room / DATABASE)
            manifest = Manifest(version="", created_at=made_at(file), files={DATABASE: describe_file(room / DATABASE)})
        facts = store.examine(room / DATABASE)
        return BackupReport(
            name=file.name,
            bytes=_size_of(file),
            created_at=manifest.created_at,
            version=manifest.version,
            images=len(manifest.files) - 1,
            missing_images=len(manifest.missing),
            **facts.model_dump(),
        )

    def _check_room(self, wanted: int) -> None:
        free = shutil.disk_usage(self._folder.path).free
        if wanted + ROOM_LEFT > free:
            raise StorageFull(
                f"It takes up to {wanted // 1048576} MB, and {free // 1048576} MB are free. Free some space."
            )

    def _replace(self, room: Path) -> Path | None:
        """Put what is in `room` in its place. Return where what was there lies now.

        Until the last step, whatever goes wrong, the database that was there is there.
        """
        self._place.mkdir(mode=0o700, exist_ok=True)
        self._folder.images.mkdir(mode=0o700, exist_ok=True)
        # An image never changes, so those that are there stay: what was kept refers to them.
        for image in (room / IMAGES).glob("*"):
            image.replace(self._folder.images / image.name)
        kept = self._keep() if self._folder.database.exists() else None
        # The work knows segments that the journals of this database have yet to come to, and would not work on them
        # again. And the database's own companions would be taken for those of the one that comes.
        for database in (self._folder.work, self._folder.database):
            for ending in COMPANIONS:
                _beside(database, ending).unlink(missing_ok=True)
        self._folder.work.unlink(missing_ok=True)
        (room / DATABASE).replace(self._folder.database)
        _settle(self._folder.path)
        return kept

    def _keep(self) -> Path:
        """Keep the database that is there: as one file where that can be, else with its companions in a folder."""
        target = self._free_name("studio-before-restore", ".db")
        try:
            store.copy_database(self._folder.database, target)
            store.fold_journal(self._folder.database)
        except (DatabaseUnreadable, OSError):
            target.unlink(missing_ok=True)
            target = self._free_name("studio-before-restore", "")
            target.mkdir(mode=0o700)
            for ending in (*COMPANIONS, ""):
                with suppress(FileNotFoundError):
                    _pin(_beside(self._folder.database, ending), target / f"{DATABASE}{ending}")
        return target

    def _free_name(self, beginning: str, ending: str) -> Path:
        moment = self._clock.now()
        for number in range(1, 1000):
            more = f"-{number}" if number > 1 else ""
            path = self._place / f"{beginning}-{moment:%Y%m%d-%H%M%S}{more}{ending}"
            if not path.exists():
                return path
        raise InvalidInput("There are too many backups of this second.")


def _size_of(place: Path) -> int:
    """Return the bytes of a file, or of those in a folder, from which some may go meanwhile."""
    size = 0
    for file in place.iterdir() if place.is_dir() else [place]:
        with suppress(FileNotFoundError):
            size += file.stat().st_size
    return size


def _beside(database: Path, ending: str) -> Path:
    return database.with_name(f"{database.name}{ending}")


def _pin(file: Path, target: Path) -> None:
    """Give a file that nobody writes to any more another name, under which it stays while somebody removes it."""
    try:
        target.hardlink_to(file)
    except FileNotFoundError:
        raise
    except OSError:
        # Not every disk has links.
        shutil.copyfile(file, target)


def _remove(path: Path) -> None:
    try:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    except OSError as error:
        raise explain(error, path.name) from error


@contextmanager
def _room_in(place: Path, beginning: str) -> Generator[Path, None, None]:
    """Yield an empty folder that nobody else takes, and that goes with the block, or after a kill with the next one."""
    _sweep(place, beginning)
    with tempfile.TemporaryDirectory(prefix=beginning, dir=place) as name, DataFolder(Path(name)).hold():
        yield Path(name)


def _sweep(place: Path, beginning: str) -> None:
    """Remove what a process left behind that was killed."""
    for left in place.glob(f"{beginning}*"):
        with suppress(OSError, FolderRefused):
            is_taken = time.time() - left.stat().st_mtime < TAKEN_SECONDS or DataFolder(left).is_held()
            if not is_taken and left.is_dir():
                shutil.rmtree(left)


def _settle(folder: Path) -> None:
    """Have the disk know the names of a folder before anything else is done."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _damaged(file: Path, error: Exception) -> BackupDamaged:
    return BackupDamaged(f"'{file.name}' cannot be used: {str(error).rstrip('.')}. Nothing was changed.")


def _unreadable(error: Exception) -> BackupDamaged:
    return BackupDamaged(f"The database itself cannot be read whole: {error}. `studio backup list` shows older ones.")
