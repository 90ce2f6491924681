"""Messages that are said anew, answers that are asked for again, and the way between their versions."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.test_accessibility import see_nothing_serious
from tests.e2e.test_images import PIXEL, choose, images_of
from tests.e2e.test_layout import see_nothing_wide
from tests.e2e.visitor import Visitor
from tests.provider import FixtureProvider
from tests.provider.script import say

pytestmark = pytest.mark.anyio


def asked(visitor: Visitor, number: int = 0) -> Locator:
    return visitor.page.get_by_role("article", name="You").nth(number)


def editor(visitor: Visitor) -> Locator:
    return visitor.page.get_by_label("Your message, said anew")


async def edit(visitor: Visitor, number: int = 0) -> None:
    """Begin to edit a message, by its keys."""
    await asked(visitor, number).get_by_role("button", name="Edit and send again").press("Enter")
    await expect(editor(visitor)).to_be_focused()


async def see_version(visitor: Visitor, which: str, question: str, answer: str) -> None:
    await expect(asked(visitor).get_by_role("group", name=which)).to_be_visible()
    await expect(asked(visitor).locator("p").first).to_have_text(question)
    await expect(visitor.answer).to_contain_text(answer)


async def test_a_message_is_said_anew_and_both_versions_can_be_seen(
    visitor: Visitor, with_provider: FixtureProvider, tmp_path: Path
) -> None:
    page = visitor.page
    (tmp_path / "one.png").write_bytes(PIXEL)
    await choose(visitor, tmp_path / "one.png")
    with_provider.script = [say("It is grey."), say("More of grey."), say("It is blue.")]
    await visitor.say("What colour?")
    await visitor.see_end()
    await visitor.say("Say more.")
    await expect(visitor.answer).to_contain_text("More of grey.")
    await visitor.see_end()

    await edit(visitor)
    await editor(visitor).fill("something else")
    await editor(visitor).press("Escape")
    await expect(asked(visitor)).to_contain_text("What colour?")
    await expect(asked(visitor).get_by_role("button", name="Edit and send again")).to_be_focused()

    await edit(visitor)
    await see_nothing_serious(visitor)
    await see_nothing_wide(visitor)
    await page.set_viewport_size({"width": 1280, "height": 800})
    await editor(visitor).fill("What colour exactly?")
    await editor(visitor).press("Enter")
    await see_version(visitor, "Version 2 of 2", "What colour exactly?", "It is blue.")
    await visitor.see_end()
    await expect(page.get_by_role("article", name="You")).to_have_count(1)
    assert images_of(with_provider.received[-1].body) == [PIXEL]

    previous = asked(visitor).get_by_role("button", name="Previous version")
    await previous.press("Enter")
    await see_version(visitor, "Version 1 of 2", "What colour?", "More of grey.")
    await expect(previous).to_be_focused()
    await see_nothing_serious(visitor)
    await page.reload()
    await see_version(visitor, "Version 1 of 2", "What colour?", "More of grey.")
    await asked(visitor).get_by_role("button", name="Next version").press("Enter")
    await see_version(visitor, "Version 2 of 2", "What colour exactly?", "It is blue.")


async def test_what_is_found_in_another_version_is_shown(visitor: Visitor, with_provider: FixtureProvider) -> None:
    page = visitor.page
    with_provider.script = [say("A lighthouse stands there."), say("A ferry goes there.")]
    await visitor.say("What do you see?")
    await visitor.see_end()
    await edit(visitor)
    await editor(visitor).press("Enter")
    await expect(visitor.answer).to_contain_text("ferry")
    await visitor.see_end()
    await page.get_by_role("searchbox", name="Search conversations").fill("lighthouse")
    result = page.get_by_role("list", name="Search conversations").get_by_role("link")
    await expect(result).to_contain_text("lighthouse")
    await result.press("Enter")
    await expect(page.locator("article.isFound")).to_contain_text("A lighthouse stands there.")
    await see_version(visitor, "Version 1 of 2", "What do you see?", "lighthouse")
