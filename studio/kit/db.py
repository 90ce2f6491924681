"""One SQLite file: one writer, a few readers, numbered migrations.

A transaction is a plain function that runs on the connection's thread in one hop. Nothing can be awaited inside it, so
a cancelled task cannot leave it open: the write is made or not made, never half made.
"""

import asyncio
import hashlib
import logging
import os
import sqlite3
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Concatenate, Literal, ParamSpec, TypeVar

import aiosqlite

from studio.kit.errors import StorageFull, StudioError, Unavailable

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
Work = Callable[Concatenate[sqlite3.Connection, P], T]

MIGRATIONS = Path(__file__).parent / "migrations"

SLICE_PAGES = 256


class DatabaseRefused(RuntimeError):
    """The file cannot be used as it is; the message says why and what to do."""


class Connection(aiosqlite.Connection):
    """A connection that can run a whole function on its thread."""

    async def run(self, work: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call `work(connection, ...)` on the connection's thread: one hop, however many statements."""
        # aiosqlite has no public name for this; its own methods are written with it.
        return await self._execute(work, self._conn, *args, **kwargs)  # pyright: ignore[reportUnknownMemberType]

    async def give_up(self) -> None:
        """Wait for the thread of a connection that could not be opened: it must not outlive the event loop."""
        if self._connection is None:
            await asyncio.to_thread(self._thread.join, 5)


class Database:
    """The open database. Give it a store's function; it brings the connection and the transaction."""

    def __init__(self, writer: Connection, readers: Sequence[Connection]) -> None:
        self._writer = writer
        self._free = asyncio.Queue[Connection]()
        for reader in readers:
            self._free.put_nowait(reader)

    async def write(self, function: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function` as one transaction: committed when it returns, rolled back when it raises.

        A task that is cancelled meanwhile does not learn which of the two happened.

        Raises:
            StorageFull, Unavailable: the disk would not take it, and nothing was changed.
        """
        try:
            return await self._writer.run(_transact, "BEGIN IMMEDIATE", lambda db: function(db, *args, **kwargs))
        except sqlite3.OperationalError as error:
            raise _explained(error) from error

    async def write_to_disk(self, function: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Do as `write` does, and wait for the disk: what was written, and all before it, outlives a power cut.

        Raises:
            StorageFull, Unavailable: the disk would not take it, and nothing was changed.
        """
        try:
            return await self._writer.run(_transact_to_disk, lambda db: function(db, *args, **kwargs))
        except sqlite3.OperationalError as error:
            raise _explained(error) from error

    async def read(self, function: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function` on a read-only connection; all its statements see one moment.

        Raises:
            Unavailable: the disk would not give it.
        """
        reader = await self._free.get()
        try:
            return await reader.run(_transact, "BEGIN", lambda db: function(db, *args, **kwargs))
        except sqlite3.OperationalError as error:
            raise _explained(error) from error
        finally:
            # A cancelled task may leave its function running: the next one on this connection waits behind it.
            self._free.put_nowait(reader)

    async def shrink(self) -> None:
        """Give the disk back what was deleted, a slice at a time: a write waits for one slice at most.

        Raises:
            StorageFull, Unavailable: the disk would not take it, and nothing was lost.
        """
        try:
            while await self._writer.run(_free_slice):
                pass
            await self._writer.run(_write_back)
        except sqlite3.OperationalError as error:
            raise _explained(error) from error


def _free_slice(db: sqlite3.Connection) -> bool:
    """Give back some of the free pages. Return whether there may be more."""
    before = db.execute("PRAGMA freelist_count").fetchone()[0]
    # One page a row: it goes on only while rows are fetched.
    db.execute(f"PRAGMA incremental_vacuum({SLICE_PAGES})").fetchall()
    return db.execute("PRAGMA freelist_count").fetchone()[0] < before


def _write_back(db: sqlite3.Connection) -> None:
    """Bring the journal into the file, which only then is shorter, and empty it; but wait for nobody who reads."""
    patience = db.execute("PRAGMA busy_timeout").fetchone()[0]
    db.execute("PRAGMA busy_timeout = 0")
    try:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        db.execute(f"PRAGMA busy_timeout = {patience}")


def _transact(db: sqlite3.Connection, begin: str, work: Callable[[sqlite3.Connection], T]) -> T:
    db.execute(begin)
    try:
        result = work(db)
        db.execute("COMMIT")
    except BaseException:
        # SQLite ends the transaction by itself on some errors, such as a full disk.
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return result


def _transact_to_disk(db: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    # SQLite takes no other setting within a transaction.
    db.execute("PRAGMA synchronous=FULL")
    try:
        return _transact(db, "BEGIN IMMEDIATE", work)
    finally:
        db.execute("PRAGMA synchronous=NORMAL")


def _explained(error: sqlite3.OperationalError) -> StudioError | sqlite3.OperationalError:
    """Return what the caller is told when the disk is at fault, else the error itself."""
    match error.sqlite_errorcode & 0xFF:
        case sqlite3.SQLITE_FULL:
            return StorageFull("The disk is full, so nothing was saved. Free some space and try again.")
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN:
            return Unavailable(f"The database cannot be used now: {error}. Nothing was saved.")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return Unavailable("Another program holds Studio's database. Nothing was saved; try again.")
        case _:
            return error


@asynccontextmanager
async def open_database(path: Path, *, readers: int = 2) -> AsyncGenerator[Database, None]:
    """Open `path`, bring its schema up to date, and close it at the end. Whoever calls holds the folder's lock.

    Raises:
        DatabaseRefused: it is newer than this program, damaged, or cannot be written.
    """
    async with AsyncExitStack() as stack:
        writer = Connection(partial(_connect, path, "rwc"), 64)
        try:
            await stack.enter_async_context(writer)
            await writer.run(_migrate, path)
            pool = [Connection(partial(_connect, path, "ro"), 64) for _ in range(readers)]
            for reader in pool:
                await stack.enter_async_context(reader)
        except (sqlite3.DatabaseError, OSError) as error:
            await writer.give_up()
            raise DatabaseRefused(f"The database '{path}' cannot be opened: {error}.") from error
        yield Database(writer, pool)


def _connect(path: Path, mode: Literal["rwc", "ro"]) -> sqlite3.Connection:
    if mode == "rwc":
        # SQLite would let others read it, and gives its companions the mode of the file itself.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None)
    db.row_factory = sqlite3.Row
    # auto_vacuum only counts before the first table is made, and journal_mode after it.
    pragmas = ["auto_vacuum=INCREMENTAL", "journal_mode=WAL", "journal_size_limit=67108864"] if mode == "rwc" else []
    for pragma in (*pragmas, "synchronous=NORMAL", "foreign_keys=ON"):
        db.execute(f"PRAGMA {pragma}")
    return db


def list_migrations(folder: Path | None = None) -> list[tuple[int, str, str]]:
    """Return (number, file name, SQL) of every migration this program knows, in order; by default, of SQLite's."""
    files = sorted((folder or MIGRATIONS).glob("*.sql"))
    return [(int(file.name[:4]), file.name, file.read_text(encoding="utf-8")) for file in files]


def _migrate(db: sqlite3.Connection, path: Path) -> None:
    """Apply every migration not yet recorded; refuse a file that others have moved on."""
    db.execute("CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, sha256 TEXT NOT NULL) STRICT")
    applied = dict(map(tuple, db.execute("SELECT number, sha256 FROM migrations")))
    known = list_migrations()
    check_migrations(applied, path, known)
    missing = [migration for migration in known if migration[0] not in applied]
    if applied and missing:
        _copy(db, path, max(applied))
    for number, name, sql in missing:
        log.info("Applying migration %s", name)
        record = f"INSERT INTO migrations VALUES ({number}, '{digest(sql)}')"  # noqa: S608 -- both are our own
        db.executescript(f"BEGIN IMMEDIATE;\n{sql}\n{record};\nCOMMIT;")


def check_migrations(applied: Mapping[int, str], place: Path | str, known: Sequence[tuple[int, str, str]]) -> None:
    """Look whether `known` has the migrations, number to digest, that the database in a place has seen.

    Raises:
        DatabaseRefused: it has not.
    """
    numbers = {number for number, _, _ in known}
    if newer := sorted(set(applied) - numbers):
        raise DatabaseRefused(
            f"The database '{place}' was made by a newer Studio (migration {newer[-1]}). "
            "Update this one, or give it its own data folder with STUDIO_HOME."
        )
    for number, name, sql in known:
        if applied.get(number, digest(sql)) != digest(sql):
            raise DatabaseRefused(f"Migration {name!r} changed after it was applied. Restore it and add a new one.")


def _copy(db: sqlite3.Connection, path: Path, version: int) -> None:
    """Keep the file as it was before a migration, so that one can go back."""
    folder = path.with_name("backups")
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"{path.stem}-before-{version + 1:04d}.db"
    copy = sqlite3.connect(target)
    try:
        target.chmod(0o600)
        db.backup(copy)
    finally:
        copy.close()


def digest(sql: str) -> str:
    """Return what is remembered of a migration, so that one which changed later is noticed."""
    return hashlib.sha256(sql.encode()).hexdigest()
