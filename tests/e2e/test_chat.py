"""A turn as a person sees it: asked, called, allowed, streamed, kept."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.e2e import story
from tests.e2e.visitor import Visitor
from tests.provider import FixtureProvider
from tests.provider.script import call, say

pytestmark = pytest.mark.anyio

TOUCH = call(("terminal", {"command": "touch made"}))


async def test_a_turn_with_two_reads_and_a_command_that_asks(
    visitor: Visitor, with_provider: FixtureProvider, ledger: Path
) -> None:
    pause = asyncio.Event()
    with_provider.script = story.rounds(pause=pause)
    await visitor.use_folder(ledger)
    await visitor.say(story.QUESTION)

    card = await visitor.ready_to_decide()
    await expect(card).to_have_accessible_name("Run this command?")
    await expect(card.get_by_role("group", name="Exact command")).to_have_text(story.COMMAND)
    await expect(card).to_contain_text(str(ledger))
    await expect(card).to_contain_text("No rule speaks of the command")
    rules = card.get_by_role("list", name="What “Always” allows")
    await expect(rules).to_have_text(f"allow terminal exactly this in exactly {ledger}")
    await card.get_by_text("Runs 2 programs").click()
    await expect(card).to_contain_text("/python3")
    reads = visitor.page.get_by_text("2 files read")
    await expect(reads).to_be_visible()

    await visitor.decide("y")
    begun = visitor.answer.locator("strong", has_text="lost")
    await expect(begun).to_be_visible()
    await expect(visitor.answer).to_have_attribute("aria-busy", "true")
    await expect(visitor.answer.locator("table")).to_have_count(0)
    pause.set()

    await visitor.see_end()
    await see_the_whole_turn(visitor)
    await expect(visitor.composer).to_be_focused()
    first, second, third = [said_by_tools(request.body) for request in with_provider.received]
    assert first == []
    assert ["def split" in text for text in second] == [True, False]
    assert third[:2] == second
    assert "LOST 1" in third[2]

    await visitor.page.reload()
    await see_the_whole_turn(visitor)
    await reads.click()
    await expect(visitor.tool("read_file")).to_have_count(2)
    link = visitor.page.get_by_role("link", name=story.QUESTION)
    await expect(link).to_have_attribute("aria-current", "page")


async def see_the_whole_turn(visitor: Visitor) -> None:
    await expect(visitor.page.get_by_role("article", name="You")).to_contain_text(story.QUESTION)
    await expect(visitor.tool("terminal")).to_contain_text("LOST 1")
    await expect(visitor.answer.locator("table")).to_contain_text("10.00")
    await expect(visitor.answer.locator("pre code .hljs-keyword").first).to_have_text("def")


def said_by_tools(body: dict[str, Any]) -> list[str]:
    """Return the results that a request brings, in its order."""
    return [message["content"] for message in body["messages"] if message["role"] == "tool"]


async def test_the_builtin_provider_reads_and_runs(visitor: Visitor, ledger: Path) -> None:
    await visitor.use_folder(ledger)
    await visitor.say("/read README.md")
    await visitor.see_end()
    await expect(visitor.answer).to_contain_text("Splits a bill between friends.")
    await visitor.say("/run echo hi")
    card = await visitor.ready_to_decide()
    await expect(card.get_by_role("group", name="Exact command")).to_have_text("echo hi")
    await visitor.decide("y")
    await visitor.see_end()
    await expect(visitor.tool("terminal").get_by_role("group", name="Output")).to_have_text("hi")


async def test_a_question_outlives_the_page(visitor: Visitor, with_provider: FixtureProvider, ledger: Path) -> None:
    with_provider.script = [TOUCH, say("Done.")]
    await visitor.use_folder(ledger)
    await visitor.say("Make a file.")
    await visitor.ready_to_decide()
    await visitor.go("/approvals")
    await expect(visitor.page).to_have_title("Approvals · Studio")
    await visitor.decide("y")
    await expect(visitor.page.get_by_text("Nothing waits for you.")).to_be_visible()
    await visitor.page.get_by_role("link", name="Make a file.").click()
    await visitor.see_end()
    await expect(visitor.answer).to_contain_text("Done.")
    assert (ledger / "made").exists()
