import asyncio
import importlib
import pkgutil
import re
import sqlite3
from pathlib import Path

import pytest

import studio
from studio.features.conversations.store import add_functions
from studio.kit.db import MIGRATIONS, Database, DatabaseRefused, open_database
from studio.kit.errors import StorageFull, Unavailable

pytestmark = pytest.mark.anyio

INSERT = "INSERT INTO settings VALUES (?, '1', '')"


def insert_two(db: sqlite3.Connection, name: str) -> None:
    db.execute(INSERT, (f"{name}-a",))
    db.execute(INSERT, (f"{name}-b",))


def count(db: sqlite3.Connection) -> int:
    return db.execute("SELECT count(*) FROM settings").fetchone()[0]


async def test_concurrent_writes_do_not_share_a_transaction(db: Database) -> None:
    await asyncio.gather(*(db.write(insert_two, f"n{i}") for i in range(100)))
    assert await db.read(count) == 200


async def test_a_write_that_fails_leaves_nothing(db: Database) -> None:
    await db.write(lambda c: c.execute(INSERT, ("taken-b",)))
    with pytest.raises(sqlite3.IntegrityError):
        await db.write(insert_two, "taken")
    assert await db.read(count) == 1


@pytest.mark.parametrize("ticks", range(1, 12))
async def test_a_writer_cancelled_at_any_tick_leaves_the_writer_usable(db: Database, ticks: int) -> None:
    writer = asyncio.create_task(db.write(insert_two, "cancelled"))
    for _ in range(ticks):
        await asyncio.sleep(0)
    writer.cancel()
    await asyncio.gather(writer, return_exceptions=True)
    await db.write(insert_two, "next")
    assert await db.read(count) in {2, 4}


async def test_readers_cancelled_while_they_read_are_given_back(db: Database) -> None:
    for _ in range(20):
        reader = asyncio.create_task(db.read(count))
        await asyncio.sleep(0)
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)
    assert await asyncio.wait_for(db.read(count), 30) == 0


async def test_a_reader_cannot_write(db: Database) -> None:
    with pytest.raises(Unavailable, match="readonly"):
        await db.read(insert_two, "x")
    assert await db.read(count) == 0


async def test_a_full_disk_is_told_and_loses_nothing(db: Database) -> None:
    await db.write(insert_two, "before")
    pages = await db.read(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
    await db._writer.run(lambda c: c.execute(f"PRAGMA max_page_count={pages}"))
    with pytest.raises(StorageFull, match="The disk is full"):
        await db.write(lambda c: c.execute("INSERT INTO settings VALUES ('big', ?, '')", (f'"{"x" * 1_000_000}"',)))
    assert await db.read(count) == 2
    await db._writer.run(lambda c: c.execute("PRAGMA max_page_count=1000000"))
    await db.write(insert_two, "after")
    assert await db.read(count) == 4


async def test_the_file_is_set_up_as_designed(db: Database) -> None:
    def pragmas(c: sqlite3.Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "auto_vacuum")
        return [c.execute(f"PRAGMA {name}").fetchone()[0] for name in names]

    assert await db._writer.run(pragmas) == ["wal", 1, 1, 2]


async def test_what_is_to_outlive_a_power_cut_waits_for_the_disk_and_nothing_else_does(db: Database) -> None:
    def waits(c: sqlite3.Connection, name: str) -> bool:
        c.execute(INSERT, (name,))
        return c.execute("PRAGMA synchronous").fetchone()[0] == 2

    assert [await db.write_to_disk(waits, "a"), await db.write(waits, "b")] == [True, False]
    with pytest.raises(sqlite3.IntegrityError):
        await db.write_to_disk(waits, "a")
    assert (await db.write(waits, "c"), await db.read(count)) == (False, 3)


async def test_a_closed_database_opens_again_and_an_edited_migration_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.kit.db.MIGRATIONS", tmp_path)
    (tmp_path / "0001_x.sql").write_text("CREATE TABLE x (y);")
    for _ in range(2):
        async with open_database(tmp_path / "studio.db"):
            pass
    (tmp_path / "0001_x.sql").write_text("CREATE TABLE x (z);")
    with pytest.raises(DatabaseRefused, match=r"0001_x\.sql' changed"):
        async with open_database(tmp_path / "studio.db"):
            pass


async def test_a_new_migration_keeps_a_copy_of_the_file_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.kit.db.MIGRATIONS", tmp_path)
    (tmp_path / "0001_x.sql").write_text("CREATE TABLE x (y); INSERT INTO x VALUES ('kept');")
    async with open_database(tmp_path / "studio.db"):
        pass
    (tmp_path / "0002_y.sql").write_text("DELETE FROM x; CREATE TABLE y (z);")
    async with open_database(tmp_path / "studio.db") as db:
        assert await db.read(lambda c: c.execute("SELECT count(*) FROM x").fetchone()[0]) == 0
    copy = sqlite3.connect(tmp_path / "backups" / "studio-before-0002.db")
    assert copy.execute("SELECT y FROM x").fetchall() == [("kept",)]
    copy.close()


async def test_a_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.kit.db.MIGRATIONS", tmp_path)
    (tmp_path / "0001_x.sql").write_text("CREATE TABLE x (y); INSERT INTO nowhere VALUES (1);")
    with pytest.raises(DatabaseRefused, match="no such table"):
        async with open_database(tmp_path / "studio.db"):
            pass
    (tmp_path / "0001_x.sql").write_text("CREATE TABLE x (y);")
    async with open_database(tmp_path / "studio.db"):
        pass


async def test_a_file_from_a_newer_program_is_refused(tmp_path: Path) -> None:
    async with open_database(tmp_path / "studio.db") as db:
        await db.write(lambda c: c.execute("INSERT INTO migrations VALUES (9999, 'x')"))
    with pytest.raises(DatabaseRefused, match=r"made by a newer Studio \(migration 9999\)"):
        async with open_database(tmp_path / "studio.db"):
            pass


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "studio.db").write_bytes(b"This is a letter, not a database. " * 100)
    with pytest.raises(DatabaseRefused, match="cannot be opened"):
        async with open_database(tmp_path / "studio.db"):
            pass


def sql_constants() -> list[tuple[str, str]]:
    """Every upper-case string of every store."""
    names = [module.name for module in pkgutil.walk_packages(studio.__path__, "studio.")]
    stores = [importlib.import_module(name) for name in names if "store" in name.split(".")]
    return [
        (f"{store.__name__}.{name}", value)
        for store in stores
        for name, value in vars(store).items()
        if name.isupper() and isinstance(value, str)
    ]


def compile_statement(sql: str) -> None:
    db = sqlite3.connect(":memory:")
    add_functions(db)
    for file in sorted(MIGRATIONS.glob("*.sql")):
        db.executescript(file.read_text(encoding="utf-8"))
    db.execute("CREATE TABLE migrations (number INTEGER, sha256 TEXT)")
    try:
        db.execute(f"EXPLAIN {sql}", dict.fromkeys(re.findall(r":(\w+)", sql)))
    finally:
        db.close()


@pytest.mark.parametrize(("name", "sql"), sql_constants())
def test_every_statement_compiles_against_the_migrated_schema(name: str, sql: str) -> None:
    compile_statement(sql)


def test_the_statements_were_found_and_a_misspelt_column_is_caught() -> None:
    assert len(sql_constants()) > 30
    with pytest.raises(sqlite3.OperationalError, match="no such column"):
        compile_statement("SELECT titel FROM conversations")
