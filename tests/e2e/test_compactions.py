"""A long conversation: how full the model's context is, and a summary that stands in for messages."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.visitor import Visitor
from tests.provider import FixtureProvider
from tests.provider.script import say

pytestmark = pytest.mark.anyio

SUMMARY = "They asked for a **lighthouse** and got one."


@pytest.fixture
async def with_window(visitor: Visitor, provider: FixtureProvider) -> FixtureProvider:
    """The fixture provider, which says that its model holds 8,000 tokens."""
    provider.details = {"fixture-small": {"context_length": 8000}}
    async with visitor.server.client() as owner:
        body = {"name": "fixture", "base_url": provider.base_url, "model": "fixture-small", "active": True}
        assert (await owner.put("/api/config/provider", json=body)).status_code == 200
        assert (await owner.post("/api/providers/validate", json=body)).json()["valid"]
    return provider


async def choose(visitor: Visitor, action: str) -> None:
    """Choose something in the menu of the conversation, by its keys."""
    await visitor.page.get_by_role("button", name="More about this conversation").press("Enter")
    await expect(visitor.page.get_by_role("menuitem").first).to_be_focused()
    item = visitor.page.get_by_role("menuitem", name=action)
    while not await item.evaluate("item => item === document.activeElement"):
        await visitor.page.keyboard.press("ArrowDown")
    await visitor.page.keyboard.press("Enter")


def block(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("group", name="Summary", exact=True)


async def test_what_a_program_does_shows_at_once_and_what_fails_is_said(
    visitor: Visitor, with_window: FixtureProvider
) -> None:
    visitor.excuse("status of 409")
    with_window.script = [say("One."), say(SUMMARY)]
    await visitor.say("Question")
    await visitor.see_end()
    async with visitor.server.client() as owner:
        assert (await owner.post("/api/chat/summarize", json={})).status_code == 200
    await expect(block(visitor)).to_be_visible()
    await choose(visitor, "Summarise the conversation")
    await expect(visitor.page.get_by_role("alert")).to_have_text(
        "Nothing was said here that is not summarised already."
    )
    with_window.script = [say("Two.")]
    await visitor.say("Another question")
    await expect(visitor.page.get_by_role("alert")).to_have_count(0)
