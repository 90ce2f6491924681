"""A conversation of thousands of messages: it opens at once, scrolls without jumps, leads to any of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from studio.features.conversations.models import Step
from tests.benchmarks.said import keep
from tests.e2e.visitor import Visitor
from tests.support.program import Program, program

pytestmark = pytest.mark.anyio

MESSAGES = 2000
CODE = "```python\ndef answer(n: int) -> int:\n    return n * 2  # of several lines\n```"

WATCH_JUMPS = """() => {
  const scroller = document.querySelector('.scroller');
  window.jumps = [];
  const places = () => new Map([...scroller.querySelectorAll('[data-row]')].map((row) =>
    [row.dataset.row, row.getBoundingClientRect().top]));
  let before = places();
  let asked = 0;
  window.scrollStep = (by) => { asked = by; scroller.scrollTop += by; };
  const look = () => {
    const now = places();
    for (const [key, place] of now) {
      const was = before.get(key);
      if (was !== undefined && Math.abs(was - asked - place) > 2) window.jumps.push([key, place - was]);
    }
    asked = 0;
    before = now;
    again();
  };
  // Between two frames, where everything is as it was painted.
  const again = () => requestAnimationFrame(() => setTimeout(look));
  again();
}"""
STEP = """(by) => new Promise((done) => requestAnimationFrame(() => {
  window.scrollStep(by);
  requestAnimationFrame(() => requestAnimationFrame(() => done(undefined)));
}))"""


def steps(number: int) -> Sequence[Step]:
    if number % 2 == 0:
        return [Step(0, 0, "text", f"Question {number}. " + "It is of some length. " * (number % 7))]
    text = f"Answer {number}.\n\n" + "Some **words** and a list:\n\n- one\n- two\n\n" * (number % 5) + CODE
    return [Step(0, 0, "text", text)]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Program]:
    """A program that knows one long conversation."""
    home = tmp_path / "home"
    await keep(home, [("conv_long", [steps(number) for number in range(MESSAGES)])])
    with program(home) as started:
        yield started


def message(visitor: Visitor, number: int) -> Locator:
    return visitor.page.locator(f"#msg_conv_long_{number}")


@pytest.mark.long
async def test_a_long_conversation_is_drawn_where_it_is_looked_at(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.go("/chat/conv_long")
    await expect(message(visitor, MESSAGES - 1)).to_be_in_viewport()
    await expect(visitor.answer.locator(".hljs-keyword").first).to_be_visible()
    assert await page.locator("[data-row]").count() < 60

    await page.evaluate(WATCH_JUMPS)
    for _ in range(25):
        await page.evaluate(STEP, -400)
    assert await page.evaluate("window.jumps") == []
    await expect(message(visitor, MESSAGES - 1)).to_be_attached()
    await expect(page.get_by_role("button", name="Jump to the end")).to_be_visible()

    await page.locator(".scroller").evaluate("scroller => { scroller.scrollTop = 0 }")
    await expect(message(visitor, 0)).to_be_in_viewport()
    assert await page.locator("[data-row]").count() < 60
    await page.get_by_role("button", name="Jump to the end").press("Enter")
    await expect(message(visitor, MESSAGES - 1)).to_be_in_viewport()


@pytest.mark.long
async def test_any_message_of_a_long_conversation_is_found(visitor: Visitor) -> None:
    page = visitor.page
    await page.get_by_role("searchbox", name="Search conversations").fill('"answer 901"')
    result = page.get_by_role("list", name="Search conversations").get_by_role("link")
    await expect(result).to_have_count(1)
    await result.press("Enter")
    found = page.locator("article.isFound")
    await expect(found).to_contain_text("Answer 901.")
    await expect(found).to_be_in_viewport(ratio=0.9)
    await expect(found).to_have_count(0)
    await expect(message(visitor, 901)).to_be_in_viewport(ratio=0.9)


async def test_what_has_the_focus_keeps_it_out_of_sight(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.go("/chat/conv_long")
    copy = message(visitor, MESSAGES - 3).get_by_role("button", name="Copy the answer")
    await copy.focus()
    for _ in range(10):
        await page.locator(".scroller").evaluate("scroller => { scroller.scrollTop -= 2000 }")
    await expect(message(visitor, MESSAGES - 2)).to_have_count(0)
    await expect(copy).to_be_focused()
