"""What is suggested while a message is typed: files by `@`, commands by `/`, all by key."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.visitor import Visitor
from tests.provider import FixtureProvider
from tests.provider.script import say

pytestmark = pytest.mark.anyio


def options(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("listbox", name="Suggestions").get_by_role("option")


async def test_commands_are_chosen_by_key(visitor: Visitor, with_provider: FixtureProvider) -> None:
    page = visitor.page
    with_provider.script = [say("Heads."), say("Tails.")]
    await visitor.say("Throw a coin.")
    await visitor.see_end()
    await visitor.composer.press_sequentially("/")
    first = options(visitor).first
    await expect(first).to_contain_text("Begin another conversation")
    await expect(first).to_have_attribute("aria-selected", "true")
    await visitor.composer.press("ArrowUp")
    await expect(options(visitor).last).to_have_attribute("aria-selected", "true")
    await visitor.composer.press("Escape")
    await expect(options(visitor)).to_have_count(0)
    await visitor.composer.fill("")
    await visitor.composer.press_sequentially("/ag")
    await visitor.composer.press("Enter")
    await expect(visitor.answer).to_contain_text("Tails.")
    await visitor.see_end()
    await expect(visitor.composer).to_have_value("")
    await visitor.composer.press_sequentially("/folder")
    await visitor.composer.press("Enter")
    await expect(page.get_by_label("Full path of the folder")).to_be_focused()
    await page.keyboard.press("Escape")
    await visitor.composer.press_sequentially("/new")
    await visitor.composer.press("Tab")
    await expect(page).to_have_url(f"{visitor.server.address}/chat")


async def test_the_words_of_the_builtin_provider_are_suggested_and_said(visitor: Visitor) -> None:
    await visitor.composer.press_sequentially("/he")
    await expect(options(visitor)).to_have_count(1)
    await visitor.composer.press_sequentially("lp")
    await visitor.composer.press("Enter")
    await visitor.see_end()
    await expect(visitor.answer).to_contain_text("/read")
    await visitor.composer.press_sequentially("/se")
    await visitor.composer.press("Enter")
    await expect(visitor.composer).to_have_value("/search ")
