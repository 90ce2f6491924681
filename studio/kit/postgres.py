"""A connection to a PostgreSQL server, by psycopg. Its functions wait, and belong on a thread.

One writes at a time, as with SQLite, also where several processes share a database: a transaction that writes first
takes one lock that all know, so what it reads cannot change before it has ended.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from studio.kit.db import DatabaseRefused, check_migrations, digest, list_migrations
from studio.kit.errors import OutcomeUnknown, StorageFull, StudioError, Unavailable
from studio.kit.transactions import Answer, Parameters, Statements
from studio.kit.translation import NamedRow, plain, translate

log = logging.getLogger(__name__)

T = TypeVar("T")
Connection = psycopg.Connection[NamedRow]

MIGRATIONS = Path(__file__).parent / "migrations" / "postgres"

DEFAULTS = {
    "application_name": "studio",
    "client_encoding": "UTF8",
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "2",
    "tcp_user_timeout": "15000",
}
"""What libpq is told where the address says nothing else: a server that is gone is noticed within seconds."""

WRITE_LOCK = 0x73747564696F
"""What a transaction that writes locks: a number that means nothing else in this database."""

LONGEST_REASON = 300

_LIMITS = "SET LOCAL search_path TO studio; SET LOCAL statement_timeout = '30s'; SET LOCAL lock_timeout = '10s'"

# Who stops in the middle of a transaction lets go of the lock: everybody else waits for it.
BEGIN_WRITE = f"""
BEGIN; {_LIMITS}; SET LOCAL idle_in_transaction_session_timeout = '10s'; SELECT pg_advisory_xact_lock({WRITE_LOCK})
""".encode()
BEGIN_READ = f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {_LIMITS}".encode()

HAS_SCHEMA = "SELECT to_regnamespace('studio') IS NOT NULL"
HAS_MIGRATIONS = "SELECT to_regclass('studio.migrations') IS NOT NULL"
CREATE_MIGRATIONS = "CREATE TABLE migrations (number INTEGER PRIMARY KEY, sha256 TEXT NOT NULL)"


class Link:
    """One connection, opened when it is first needed and again when it was lost."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Connection | None = None

    def transact(self, begin: bytes, work: Callable[[Statements], T]) -> T:
        """Run `work` as one transaction.

        Raises:
            StorageFull, Unavailable: the server does not answer, or would not take it.
            OutcomeUnknown: it went away in the end.
        """
        try:
            connection = self._begin(begin)
            try:
                result = work(_Translated(connection))
                self._commit(connection, is_writing=begin != BEGIN_READ)
            except BaseException:
                self._undo(connection)
                raise
        except psycopg.Error as error:
            explained = explain(error, self._url)
            if explained is None:
                raise
            raise explained from None
        return result

    def close(self) -> None:
        """Close the connection, if it is open."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def break_off(self) -> None:
        """Let what waits for the server fail now. May be called on any thread."""
        connection = self._connection
        if connection is None or connection.closed:
            return
        with suppress(OSError, psycopg.Error):
            line = socket.socket(fileno=connection.fileno())
            try:
                line.shutdown(socket.SHUT_RDWR)
            finally:
                # Whoever waits closes it.
                line.detach()

    def _begin(self, begin: bytes) -> Connection:
        """Return the connection with a transaction begun."""
        if (before := self._connection) is not None:
            try:
                return self._start(before, begin)
            except psycopg.Error:
                if not before.closed:
                    raise
                # It was lost while nobody used it, so nothing was done that would be done twice.
        self._connection = connect(self._url)
        return self._start(self._connection, begin)

    def _start(self, connection: Connection, begin: bytes) -> Connection:
        try:
            connection.execute(begin)
        except psycopg.Error:
            self._undo(connection)
            raise
        return connection

    def _commit(self, connection: Connection, *, is_writing: bool) -> None:
        try:
            connection.execute(b"COMMIT")
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            if isinstance(error, errors.DiskFull) or not is_writing:
                raise
            lost = f"The connection to the PostgreSQL database {place_of(self._url)} was lost as this was to be kept"
            raise OutcomeUnknown(
                f"{lost}: {_reason(error, self._url)}. It is not known whether it was. Look before you do it again."
            ) from None

    def _undo(self, connection: Connection) -> None:
        try:
            connection.execute(b"ROLLBACK")
        except psycopg.Error:
            self.close()


class _Translated:
    """A connection that takes the statements of stores."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, parameters: Parameters = (), /) -> Answer:
        return self._connection.execute(translate(sql), plain(parameters), prepare=False)


def connect(url: str) -> Connection:
    """Connect, and bring the schema up to date.

    Raises:
        psycopg.Error: it did not work.
        Unavailable: the address cannot be read, or the database belongs to a newer program.
    """
    told = make_conninfo(**(DEFAULTS | read_address(url)))
    connection: Connection = psycopg.Connection[NamedRow].connect(
        told, autocommit=True, row_factory=_name_rows, prepare_threshold=None
    )
    try:
        connection.execute(BEGIN_WRITE)
        _migrate(connection, place_of(url))
        connection.execute(b"COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def read_address(url: str) -> dict[str, Any]:
    """Return what an address says, by libpq's names.

    Raises:
        Unavailable: libpq cannot read it.
    """
    try:
        return {name: value for name, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.ProgrammingError:
        # What libpq says of it quotes it, with its password.
        raise Unavailable("STUDIO_DATABASE_URL cannot be read as an address of PostgreSQL.") from None


def place_of(url: str) -> str:
    """Return where a server is and what its database is called, and nothing that is secret."""
    said = read_address(url)
    where = said.get("host") or said.get("hostaddr") or "this machine"
    return f"{said.get('dbname', '')!r} on {where}, port {said.get('port', 5432)}"


def explain(error: psycopg.Error, url: str) -> StudioError | None:
    """Return what the caller is told when the server is at fault; None where a statement is."""
    if isinstance(error, errors.DiskFull):
        return StorageFull("The disk of the PostgreSQL server is full, so nothing was saved.")
    if isinstance(error, errors.InsufficientPrivilege):
        return Unavailable(f"PostgreSQL does not allow it in {place_of(url)}: {_reason(error, url)}")
    if isinstance(error, errors.LockNotAvailable):
        return Unavailable("Another Studio holds the PostgreSQL database. Nothing was saved; try again.")
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError | psycopg.InternalError):
        return Unavailable(f"The PostgreSQL database {place_of(url)} cannot be used now: {_reason(error, url)}")
    return None


def _reason(error: psycopg.Error, url: str) -> str:
    """Return what went wrong in one line, which holds no password."""
    words = " ".join(str(error).split())
    password = read_address(url).get("password")
    if password:
        words = words.replace(password, "***")
    return words[:LONGEST_REASON] or type(error).__name__


def _migrate(connection: Connection, place: str) -> None:
    """Apply every migration not yet recorded; refuse a database that others have moved on."""
    if not _is(connection, HAS_SCHEMA):
        connection.execute("CREATE SCHEMA studio")
    if not _is(connection, HAS_MIGRATIONS):
        connection.execute(CREATE_MIGRATIONS)
    rows = connection.execute("SELECT number, sha256 FROM migrations").fetchall()
    applied: Mapping[int, str] = {row["number"]: row["sha256"] for row in rows}
    known = list_migrations(MIGRATIONS)
    try:
        check_migrations(applied, place, known)
    except DatabaseRefused as refused:
        raise Unavailable(str(refused)) from refused
    # What changes a large table may take its time.
    connection.execute("SET LOCAL statement_timeout = 0")
    for number, name, sql in known:
        if number not in applied:
            log.info("Applying migration %s to PostgreSQL", name)
            connection.execute(sql.encode())
            connection.execute("INSERT INTO migrations VALUES (%s, %s)", (number, digest(sql)))


def _is(connection: Connection, question: str) -> bool:
    row = connection.execute(question.encode()).fetchone()
    return row is not None and bool(row[0])


def _name_rows(cursor: psycopg.Cursor[Any]) -> Callable[[Any], NamedRow]:
    names = [column.name for column in cursor.description or ()]
    return lambda values: NamedRow(zip(names, values, strict=True))
