"""The picture that the README shows. It is only made anew when it is missing, or asked for: `make pictures`."""

from __future__ import annotations

import asyncio
import os
import struct
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e import story
from tests.e2e.visitor import Visitor
from tests.provider import FixtureProvider
from tests.provider.script import say

pytestmark = pytest.mark.anyio

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "chat.png"
EARLIER = (
    "Rename the helper in dates.py and its callers",
    "Which tests are slow?",
    "Explain the release workflow",
)


def size_of(picture: bytes) -> tuple[int, int]:
    """Return the width and the height of a PNG."""
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", picture[16:24])


async def test_the_readme_shows_a_picture(visitor: Visitor, with_provider: FixtureProvider, ledger: Path) -> None:
    if os.environ.get("PICTURES") or not PICTURE.exists():
        await tell_the_story(visitor, with_provider, ledger)
        PICTURE.parent.mkdir(exist_ok=True)
        await visitor.page.screenshot(path=PICTURE, animations="disabled", caret="hide")
    assert size_of(PICTURE.read_bytes()) == (1280, 800)


async def tell_the_story(visitor: Visitor, provider: FixtureProvider, ledger: Path) -> None:
    async with visitor.server.client() as owner:
        for title in EARLIER:
            provider.script = [say("Done.")]
            assert (await owner.post("/api/chat", json={"message": title})).status_code == 200
    going_on = asyncio.Event()
    going_on.set()
    provider.script = story.rounds(pause=going_on)
    await visitor.use_folder(ledger)
    await visitor.say(story.QUESTION)
    await visitor.decide("y")
    await visitor.see_end()
    await expect(visitor.answer.locator(".hljs-keyword").first).to_be_visible()
    await visitor.page.mouse.move(0, 0)
