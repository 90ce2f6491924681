"""Values kept in memory are never older than the last change."""

import asyncio

import pytest

from studio.kit.kept import Kept

pytestmark = pytest.mark.anyio


async def test_it_is_read_once_and_again_after_a_change() -> None:
    read = list[int]()

    async def next_one() -> int:
        read.append(len(read))
        return read[-1]

    kept = Kept(next_one)
    assert [await kept.get(), await kept.get()] == [0, 0]
    kept.forget()
    assert [await kept.get(), await kept.get()] == [1, 1]


async def test_what_changed_while_it_was_read_is_read_again() -> None:
    value, may_end = ["old"], asyncio.Event()

    async def slowly() -> str:
        found = value[0]
        await may_end.wait()
        return found

    kept = Kept(slowly)
    reading = asyncio.create_task(kept.get())
    await asyncio.sleep(0)
    value[0] = "new"
    kept.forget()
    may_end.set()
    assert await reading == "old"
    assert await kept.get() == "new"
