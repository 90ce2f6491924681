"""The list of conversations: renamed in place, and what becomes of one that is deleted."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.test_accessibility import see_nothing_serious
from tests.e2e.visitor import Visitor
from tests.provider import FixtureProvider
from tests.provider.script import say

pytestmark = pytest.mark.anyio


@pytest.fixture
async def talked(visitor: Visitor, with_provider: FixtureProvider) -> Visitor:
    """Somebody with three conversations, who looks at the newest one."""
    async with visitor.server.client() as owner:
        for title in ("Oldest", "Middle", "Newest"):
            with_provider.script = [say("Yes.")]
            answer = await owner.post("/api/chat", json={"message": title})
            assert answer.status_code == 200
    await visitor.go(f"/chat/{answer.json()['conversation_id']}")
    await expect(titles(visitor)).to_have_text(["Newest", "Middle", "Oldest"])
    return visitor


def titles(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("list", name="Conversations").locator(".title")


def row(visitor: Visitor, title: str) -> Locator:
    return visitor.page.get_by_role("list", name="Conversations").get_by_role("link", name=title)


async def kept(visitor: Visitor) -> list[str]:
    """Return the titles that the server has."""
    async with visitor.server.client() as owner:
        return [one["title"] for one in (await owner.get("/api/conversations")).json()["conversations"]]


async def test_a_conversation_is_renamed_in_place(talked: Visitor) -> None:
    await row(talked, "Middle").press("F2")
    field = talked.page.get_by_label("New title")
    await expect(field).to_be_focused()
    await field.fill("something")
    await field.press("Escape")
    await expect(row(talked, "Middle")).to_be_focused()
    await row(talked, "Middle").press("F2")
    await see_nothing_serious(talked)
    await field.fill("A better title")
    await field.press("Enter")
    await expect(row(talked, "A better title")).to_be_focused()
    assert await kept(talked) == ["Newest", "A better title", "Oldest"]


async def test_what_is_deleted_is_gone_when_the_page_is_left(talked: Visitor) -> None:
    await row(talked, "Middle").press("Delete")
    await expect(talked.page.get_by_text("“Middle” is deleted.")).to_be_visible()
    await talked.page.reload()
    await expect(titles(talked)).to_have_text(["Newest", "Oldest"])
    assert await kept(talked) == ["Newest", "Oldest"]


async def test_what_is_deleted_is_gone_after_a_while(talked: Visitor) -> None:
    await talked.page.clock.install()
    await talked.page.reload()
    await row(talked, "Middle").press("Delete")
    await expect(talked.page.get_by_text("“Middle” is deleted.")).to_be_visible()
    assert await kept(talked) == ["Newest", "Middle", "Oldest"]
    await talked.page.clock.run_for(9000)
    await expect(talked.page.get_by_text("“Middle” is deleted.")).to_have_count(0)
    assert await kept(talked) == ["Newest", "Oldest"]
