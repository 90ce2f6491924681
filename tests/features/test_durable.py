"""DBOS, as runs use it: launched, closed, and what it knows."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from dbos._event_loop import BackgroundEventLoop

from studio.features.runs import durable
from studio.features.runs.durable import Durable

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(240)]


async def test_what_is_launched_while_it_is_closed_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    launching, gate, ended = threading.Event(), threading.Event(), list[bool]()

    class Launched:
        def destroy(self, **_: object) -> None:
            ended.append(True)

    def launch(queue: Durable, _: object) -> object:
        launching.set()
        gate.wait(30)
        queue._dbos = Launched()
        return lambda *_: None

    monkeypatch.setattr(Durable, "_launch", launch)

    async def work(_: str, __: int) -> None:
        pass

    queue = Durable("", work)
    handing_over = asyncio.create_task(queue.submit("exec", 1))
    await asyncio.to_thread(launching.wait, 30)
    handing_over.cancel()
    ending = asyncio.create_task(queue.close())
    gate.set()
    await ending
    assert ended == [True]


async def test_a_segment_that_begins_as_studio_ends_keeps_no_process_from_ending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stop(loop: BackgroundEventLoop) -> None:
        # It has looked for what is at work, and found nothing yet.
        asyncio.get_running_loop().stop()

    monkeypatch.setattr(BackgroundEventLoop, "_shutdown", stop)
    begun, before = asyncio.Event(), set(threading.enumerate())

    async def work(_: str, __: int) -> None:
        begun.set()
        await asyncio.Event().wait()

    queue = Durable(f"sqlite:///{tmp_path / 'work.db'}", work)
    await queue.submit("exec", 1)
    async with asyncio.timeout(30):
        await begun.wait()
    await queue.close()
    # The interpreter waits for these.
    left = [one for one in set(threading.enumerate()) - before if not one.daemon and "asyncio" not in one.name]
    for thread in left:
        await asyncio.to_thread(thread.join, 5)
    assert [one.name for one in left if one.is_alive()] == []


async def test_what_is_known_of_segments_that_ended_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable, "FORGET_AFTER", 10)
    file, gate = tmp_path / "work.db", asyncio.Event()

    async def work(run_id: str, _: int) -> None:
        if run_id == "waits":
            await gate.wait()

    def known() -> dict[str, str]:
        with closing(sqlite3.connect(file, timeout=30)) as db:
            return dict(db.execute("SELECT workflow_uuid, status FROM workflow_status").fetchall())

    queue, most = Durable(f"sqlite:///{file}", work), 0
    await queue.submit("waits", 1)
    async with asyncio.timeout(60):
        for number in range(1, 41):
            await queue.submit("exec", number)
            while list(known().values()).count("PENDING") > 1:
                await asyncio.sleep(0.002)
            most = max(most, len(known()))
    # The tenth may have ended before it is looked which have.
    assert (most in {10, 11}, known()["waits:1"]) == (True, "PENDING")
    gate.set()
    await queue.close()


async def test_a_large_file_of_an_earlier_start_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, done = tmp_path / "work.db", asyncio.Event()
    file.write_bytes(b"x" * 1000)
    monkeypatch.setattr(durable, "LARGEST_BYTES", 999)

    async def work(_: str, __: int) -> None:
        done.set()

    queue = Durable(f"sqlite:///{file}", work)
    await queue.submit("exec", 1)
    async with asyncio.timeout(30):
        await done.wait()
    await queue.close()
    assert file.read_bytes().startswith(b"SQLite format 3")
