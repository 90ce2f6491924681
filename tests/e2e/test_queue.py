"""What is said while an answer is being written, and questions that wait together."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.test_accessibility import see_nothing_serious
from tests.e2e.test_layout import see_nothing_wide
from tests.e2e.visitor import HAS_STOOD, Visitor
from tests.provider import Fault, FixtureProvider, Round, Say, Until
from tests.provider.script import call, say

pytestmark = pytest.mark.anyio


def queue(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("region", name="Sent when the answer is over")


def questions(provider: FixtureProvider) -> list[str]:
    """Return what the person said last in each request."""
    return [request.body["messages"][-1]["content"] for request in provider.received]


async def test_messages_wait_for_the_end_of_the_answer(visitor: Visitor, with_provider: FixtureProvider) -> None:
    page, pause = visitor.page, asyncio.Event()
    with_provider.script = [Round([Say(["One."]), Until(pause), Say([" Done."])]), say("Two."), say("Three.")]
    await visitor.say("first")
    await expect(visitor.answer).to_contain_text("One.")
    for text in ("second", "thirrd", "never"):
        await visitor.say(text)
    await expect(queue(visitor).get_by_role("listitem")).to_have_count(3)
    await see_nothing_serious(visitor)
    await see_nothing_wide(visitor)
    await queue(visitor).get_by_role("button", name="Remove “never”").press("Enter")
    await queue(visitor).get_by_role("button", name="Edit “thirrd”").press("Enter")
    await expect(visitor.composer).to_have_value("thirrd")
    await visitor.say("third")
    await page.reload()
    await expect(queue(visitor).get_by_role("listitem")).to_have_text(["second", "third"])
    assert questions(with_provider) == ["first"]

    pause.set()
    await expect(visitor.answer).to_contain_text("Three.")
    await visitor.see_end()
    await expect(queue(visitor)).to_have_count(0)
    assert questions(with_provider) == ["first", "second", "third"]


async def test_what_waits_is_held_after_a_stop(visitor: Visitor, with_provider: FixtureProvider) -> None:
    with_provider.script = [Round([Say(["So far."]), Fault("stall")]), say("Here I am.")]
    await visitor.say("first")
    await expect(visitor.answer).to_contain_text("So far.")
    await visitor.say("second")
    await visitor.page.keyboard.press("Escape")
    await visitor.see_end("stopped")
    await queue(visitor).get_by_role("button", name="Send now").press("Enter")
    await expect(visitor.answer).to_contain_text("Here I am.")
    await expect(queue(visitor)).to_have_count(0)


async def test_questions_that_wait_together_are_answered_one_after_the_other(
    visitor: Visitor, with_provider: FixtureProvider, ledger: Path
) -> None:
    names = ("one", "two", "three")
    with_provider.script = [call(*(("terminal", {"command": f"touch {name}"}) for name in names)), say("Made two.")]
    await visitor.use_folder(ledger)
    await visitor.say("Make three files.")
    await expect(visitor.card).to_have_count(3)
    for place, key in ((1, "y"), (2, "n")):
        first = visitor.card.first
        await expect(first).to_contain_text(f"1 of {4 - place}")
        await expect(first).to_be_focused()
        # What is typed meanwhile takes no key away from the questions.
        await visitor.composer.fill("not yet")
        await first.focus()
        await visitor.page.wait_for_function(HAS_STOOD, arg=await first.element_handle())
        await visitor.page.keyboard.press(key)
        await expect(visitor.card).to_have_count(3 - place)
    await expect(visitor.card).to_be_focused()
    await visitor.decide("y")
    await visitor.see_end()
    await expect(visitor.composer).to_have_value("not yet")
    assert [(ledger / name).exists() for name in names] == [True, False, True]
