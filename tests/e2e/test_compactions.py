"""A long conversation: how full the model's context is, and a summary that stands in for messages."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from playwright.async_api import Locator, expect

from tests.e2e.test_accessibility import see_nothing_serious
from tests.e2e.test_layout import see_nothing_wide
from tests.e2e.visitor import Visitor
from tests.provider import FixtureProvider, Round, Say, Until
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


async def told(owner: httpx.AsyncClient, visitor: Visitor) -> list[str]:
    """Return the summaries of the conversation that is shown, as the server has them."""
    query = {"conversation_id": visitor.page.url.rsplit("/", 1)[-1]}
    listed = (await owner.get("/api/studio/compactions", params=query)).json()
    return [compaction["summary"] for compaction in listed["compactions"]]


async def test_a_conversation_is_summarised_read_edited_and_undone(
    visitor: Visitor, with_window: FixtureProvider
) -> None:
    page, pause = visitor.page, asyncio.Event()
    with_window.script = [say("Here it is. " * 200, usage=(1000, 1000)), Round([Until(pause), Say([SUMMARY])])]
    await visitor.say("Build a lighthouse.")
    await visitor.see_end()
    meter = page.get_by_role("meter", name="Context of the model")
    await expect(meter).to_have_attribute("aria-valuetext", "2,000 of 8,000 tokens (25%)")

    await choose(visitor, "Summarise the conversation")
    progress = page.locator(".progress", has_text="The conversation is being summarised…")
    await expect(progress).to_be_visible()
    pause.set()
    await expect(progress).to_have_count(0)
    head = block(visitor).get_by_text("The 2 messages above are summarised for the model")
    await expect(head).to_be_visible()
    await expect(block(visitor)).to_contain_text("tokens · by hand")
    await expect(block(visitor)).not_to_contain_text("They asked")
    left = int(await meter.get_attribute("aria-valuenow") or 0)
    assert 1000 < left < 2000

    await block(visitor).locator("summary").press("Enter")
    await expect(block(visitor).locator("strong")).to_have_text("lighthouse")
    await see_nothing_serious(visitor)
    await see_nothing_wide(visitor)
    await block(visitor).get_by_role("button", name="Edit").press("Enter")
    text = block(visitor).get_by_label("Summary")
    await expect(text).to_be_focused()
    await text.fill("They asked for a *tower*.")
    await see_nothing_serious(visitor)
    await block(visitor).get_by_role("button", name="Save").press("Enter")
    await expect(block(visitor).locator("em")).to_have_text("tower")
    await expect(block(visitor)).to_contain_text("Edited")
    await expect(block(visitor).get_by_role("button", name="Edit")).to_be_focused()

    with_window.script = [say("Indeed.")]
    await visitor.say("And now?")
    await visitor.see_end()
    said = str(with_window.received[-1].body["messages"])
    assert ("They asked for a *tower*." in said, "Build a lighthouse." in said) == (True, False)

    async with visitor.server.client() as owner:
        assert await told(owner, visitor) == ["They asked for a *tower*."]
        await block(visitor).get_by_role("button", name="Undo").press("Enter")
        await expect(block(visitor)).to_have_count(0)
        await expect(visitor.composer).to_be_focused()
        assert await told(owner, visitor) == []
    await expect(page.get_by_role("article", name="You").first).to_contain_text("Build a lighthouse.")


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
