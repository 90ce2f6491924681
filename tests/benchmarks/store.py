"""One small write and one small read, beside sqlite3 in the same thread."""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from studio.kit.db import open_database
from studio.server import run_forever
from tests.benchmarks.report import Figures, state

COUNT = 3000
INSERT = "INSERT INTO settings VALUES (?, '1', '')"
SELECT = "SELECT value FROM settings WHERE section = ?"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        run_forever(measure(Path(folder)))


async def measure(folder: Path) -> None:
    async with open_database(folder / "studio.db") as db:
        written, read = list[float](), list[float]()
        for part in range(5):
            written.append(await p50(lambda n, part=part: db.write(insert, f"{part}-{n}")))
            read.append(await p50(lambda n: db.read(select, f"0-{n}")))
        begun = time.perf_counter()
        await asyncio.gather(*(db.write(insert, f"many-{n}") for n in range(COUNT)))
        together = COUNT / (time.perf_counter() - begun)
    writes = Figures(written, "ms")
    state("One small write, p50", writes, goal="<= 0.25 ms", reached=writes.median <= 0.25)
    bare_write, bare_read = bare(folder / "bare.db")
    print(f"    one small read, p50: {Figures(read, 'ms')}; many writes at once: {together:,.0f}/s")
    print(f"    the limit, sqlite3 in the same thread: {bare_write:.3f} ms and {bare_read:.3f} ms")


async def p50(work: Callable[[int], Awaitable[object]]) -> float:
    taken = list[float]()
    for number in range(COUNT):
        begun = time.perf_counter()
        await work(number)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken) * 1000


def insert(db: sqlite3.Connection, name: str) -> None:
    db.execute(INSERT, (name,))


def select(db: sqlite3.Connection, name: str) -> object:
    return db.execute(SELECT, (name,)).fetchone()


def bare(path: Path) -> tuple[float, float]:
    """Return the p50 of a write and a read without any thread in between, in ms."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=NORMAL")
    db.execute("CREATE TABLE settings (section TEXT PRIMARY KEY, value TEXT, updated_at TEXT) STRICT")
    taken: dict[str, list[float]] = {"write": [], "read": []}
    for number in range(COUNT):
        begun = time.perf_counter()
        db.execute("BEGIN IMMEDIATE")
        insert(db, str(number))
        db.execute("COMMIT")
        taken["write"].append(time.perf_counter() - begun)
        begun = time.perf_counter()
        select(db, str(number))
        taken["read"].append(time.perf_counter() - begun)
    db.close()
    return statistics.median(taken["write"]) * 1000, statistics.median(taken["read"]) * 1000
