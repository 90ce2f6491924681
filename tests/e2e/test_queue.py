"""Messages that wait for the end of an answer, where it does not come."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.visitor import Visitor
from tests.provider import Fault, FixtureProvider, Round, Say
from tests.provider.script import say

pytestmark = pytest.mark.anyio


def queue(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("region", name="Sent when the answer is over")


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
