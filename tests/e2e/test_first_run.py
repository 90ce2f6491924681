"""From nothing to the first answer: no account, nothing to fill in, three clicks at most."""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from tests.e2e.visitor import Visitor
from tests.provider import FixtureProvider
from tests.provider.script import say

pytestmark = pytest.mark.anyio

MOST_CLICKS = 3
OLLAMA = 11434

COUNT_CLICKS = """
window.clicks = 0;
addEventListener('pointerdown', () => window.clicks++, true);
"""


@pytest.fixture
async def ollama() -> AsyncIterator[FixtureProvider]:
    """The fixture provider, where Ollama is looked for."""
    provider = FixtureProvider()
    try:
        await provider.start(OLLAMA)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        pytest.skip("Ollama itself runs on this machine.")
    yield provider
    await provider.stop()


async def clicks(visitor: Visitor) -> int:
    return await visitor.page.evaluate("window.clicks")


async def test_a_provider_that_runs_here_answers_a_newcomer(newcomer: Visitor, ollama: FixtureProvider) -> None:
    ollama.script = [say("Two files.")]
    page = newcomer.page
    await page.add_init_script(COUNT_CLICKS)
    await page.goto(await newcomer.link())
    await page.get_by_role("button", name="Use Ollama").click()
    await page.get_by_role("button", name="What is in this folder?").click()
    await page.get_by_role("button", name="Send").click()
    await newcomer.see_end()
    await expect(newcomer.answer).to_contain_text("Two files.")
    assert await clicks(newcomer) == MOST_CLICKS
    await newcomer.go("/settings/providers")
    row = page.locator("[data-provider=ollama]")
    for chip in ("Answers now", "Running"):
        await expect(row).to_contain_text(chip)
    await row.get_by_role("button", name="Test Ollama").press("Enter")
    await expect(row).to_contain_text("Works")


async def test_a_provider_without_a_model_is_not_chosen(newcomer: Visitor, ollama: FixtureProvider) -> None:
    ollama.models = []
    await newcomer.page.goto(await newcomer.link())
    await newcomer.page.get_by_role("button", name="Use Ollama").press("Enter")
    await expect(newcomer.page.get_by_role("alert")).to_contain_text("Ollama has no model yet.")
    await expect(newcomer.model_chip("Built-in rules")).to_be_visible()
