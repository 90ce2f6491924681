"""Finding what was said, and taking a conversation along."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.visitor import Visitor
from tests.provider import FixtureProvider
from tests.provider.script import say

pytestmark = pytest.mark.anyio

LONG = "A paragraph that takes its place on the screen.\n\n" * 30

IS_AT_TOP = """element => {
  const { top } = element.closest('.scroller').getBoundingClientRect();
  return Math.abs(element.getBoundingClientRect().top - top) < 60;
}"""


async def talk(visitor: Visitor, provider: FixtureProvider, *questions: str) -> None:
    """Have a conversation with an answer of several screens to each question."""
    conversation = None
    async with visitor.server.client() as owner:
        for question in questions:
            provider.script = [say(f"{question} {LONG}")]
            body = {"message": question, "conversation_id": conversation}
            conversation = (await owner.post("/api/chat", json=body)).json()["conversation_id"]


async def test_a_result_leads_to_the_message_that_was_found(visitor: Visitor, with_provider: FixtureProvider) -> None:
    page = visitor.page
    await talk(visitor, with_provider, "Harbour", "Lighthouse", "Ferry", "Tide")
    await page.get_by_role("searchbox", name="Search conversations").fill("lighthouse")
    result = page.get_by_role("list", name="Search conversations").get_by_role("link")
    await expect(result).to_have_count(1)
    await result.press("Enter")
    found = page.locator("article.isFound")
    await expect(found).to_contain_text("Lighthouse")
    message = await found.element_handle()
    await page.wait_for_function(IS_AT_TOP, arg=message)
    await expect(found).to_have_count(0)
    assert await page.evaluate(IS_AT_TOP, message)
    await expect(page.get_by_role("button", name="Jump to the end")).to_be_visible()

    await page.get_by_role("searchbox").fill("ferry")
    await expect(result).to_contain_text("Ferry")
    await result.press("Enter")
    await expect(found).to_contain_text("Ferry")
    await page.wait_for_function(IS_AT_TOP, arg=await found.element_handle())

    with_provider.script = [say("Here I am.")]
    await visitor.say("And now?")
    await expect(visitor.answer).to_contain_text("Here I am.")
    await expect(visitor.answer).to_be_in_viewport()


async def test_a_conversation_is_exported(visitor: Visitor, with_provider: FixtureProvider, tmp_path: Path) -> None:
    page = visitor.page
    with_provider.script = [say("It stands.")]
    await visitor.say("Is the *lighthouse* there?")
    await visitor.see_end()
    for action, ending, expected in (
        ("Export as Markdown", ".md", "It stands."),
        ("Export as JSON", ".json", '"version":1'),
    ):
        await page.get_by_role("button", name="More about this conversation").click()
        async with page.expect_download() as download:
            await page.get_by_role("menuitem", name=action).click()
        file = await download.value
        assert file.suggested_filename.endswith(ending)
        await file.save_as(tmp_path / "export")
        assert expected in (tmp_path / "export").read_text(encoding="utf-8").replace('": ', '":')
