"""How much is kept, and of what."""

import sqlite3

import httpx
import pytest

from studio.features.system import store
from studio.kit.db import Database
from tests.support.app import RunningApp

pytestmark = pytest.mark.anyio

IMAGE = "iVBORw0KGgo" + "A" * 40_001


async def measure(owner: httpx.AsyncClient) -> tuple[int, dict[str, tuple[int, int]]]:
    answer = (await owner.get("/api/studio/data")).json()
    return answer["database_bytes"], {one["name"]: (one["bytes"], one["rows"]) for one in answer["categories"]}


async def test_what_is_kept_is_measured(studio: RunningApp, owner: httpx.AsyncClient) -> None:
    before, empty = await measure(owner)
    assert before == sum(file.stat().st_size for file in studio.folder.path.glob("studio.db*"))
    kept = ("conversations", "images", "search", "usage", "approvals", "workflows")
    assert list(empty) == [*kept, "settings", "backups", "logs"]
    assert {rows for _, rows in empty.values()} == {0}
    body = {"message": "/help " + "many words " * 20_000, "images": [{"data": IMAGE}]}
    assert (await owner.post("/api/chat", json=body)).status_code == 200
    (studio.folder.path / "backups").mkdir()
    (studio.folder.path / "backups" / "studio-before-0002.db").write_bytes(b"x" * 1000)
    after, full = await measure(owner)
    assert after > before
    assert {name: rows for name, (_, rows) in full.items() if rows != empty[name][1]} == {
        "conversations": 1,
        "images": 1,
        "search": 2,
        "usage": 1,
        "backups": 1,
    }
    grown = {name: bytes_ - empty[name][0] for name, (bytes_, _) in full.items() if bytes_ != empty[name][0]}
    assert set(grown) == {"conversations", "images", "search", "backups"}
    assert grown["conversations"] > 200_000
    assert grown["images"] == len(IMAGE) * 3 // 4
    assert grown["backups"] == 1000


async def test_every_table_belongs_to_a_category(db: Database) -> None:
    def tables(c: sqlite3.Connection) -> set[str]:
        return {row["name"] for row in c.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}

    named = [name for names in store.TABLES.values() for name in names]
    assert sorted(named) == sorted({*await db.read(tables), "sqlite_schema"})


async def test_the_categories_are_the_whole_file(db: Database) -> None:
    def pages(c: sqlite3.Connection) -> int:
        used = c.execute("PRAGMA page_count").fetchone()[0] - c.execute("PRAGMA freelist_count").fetchone()[0]
        return used * c.execute("PRAGMA page_size").fetchone()[0]

    measured = sum(category.bytes for category in await db.read(store.measure_data))
    # Every so many pages, SQLite has one that says where the others belong.
    assert 0 <= await db.read(pages) - measured <= 8192


async def test_without_dbstat_what_is_written_is_measured(
    studio: RunningApp, owner: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await owner.post("/api/chat", json={"message": "/help " + "many words " * 20_000})
    db = sqlite3.connect(studio.folder.database)
    db.row_factory = sqlite3.Row
    taken = store.measure_tables(db)
    monkeypatch.setattr(store, "MEASURE_PAGES", "SELECT * FROM no_such_table")
    written = store.measure_tables(db)
    db.close()
    assert written["steps"] > 200_000
    assert {name for name, length in written.items() if length > taken[name]} == set()
    assert set(taken) - set(written) == {"sqlite_schema"}
