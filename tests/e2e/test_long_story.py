"""One long story in the page: an image, a thought, calls at once, a restart under a question, a summary, its undo."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from tests.e2e.test_compactions import block
from tests.e2e.test_compactions import choose as choose_action
from tests.e2e.test_images import PIXEL, attached, choose, images_of
from tests.e2e.visitor import Visitor
from tests.provider import Calls, FixtureProvider, Round, Say, Think
from tests.provider.script import call, say
from tests.support.program import program

pytestmark = pytest.mark.anyio


async def test_a_conversation_from_its_first_word_to_its_summary(
    visitor: Visitor, with_provider: FixtureProvider, ledger: Path, tmp_path: Path
) -> None:
    visitor.excuse("net::ERR|WebSocket connection")
    page = visitor.page
    (tmp_path / "bill.png").write_bytes(PIXEL)
    reads = [("read_file", {"path": "README.md"}), ("list_files", {"path": "."})]
    with_provider.script = [
        Round([Think(["Two at ", "once."]), Say(["I look."]), Calls(reads)]),
        call(("terminal", {"command": "touch made"})),
    ]
    await visitor.use_folder(ledger)
    await choose(visitor, tmp_path / "bill.png")
    await expect(attached(visitor)).to_have_count(1)
    await visitor.say("What is on this bill?")
    await visitor.ready_to_decide()
    assert images_of(with_provider.received[0].body) == [PIXEL]

    visitor.server.kill()
    with program(visitor.server.home, "--port", str(urlsplit(visitor.server.address).port)):
        await page.reload()
        assert not (ledger / "made").exists()
        with_provider.script = [say("It is made.")]
        await visitor.decide("y")
        await visitor.see_end()
        assert (ledger / "made").exists()
        await expect(visitor.answer).to_contain_text("It is made.")
        await expect(page.get_by_role("article", name="You").get_by_role("img")).to_have_count(1)
        await page.get_by_text("Thought").click()
        await expect(visitor.answer).to_contain_text("Two at once.")
        await expect(page.get_by_text("1 file read, 1 folder listed")).to_be_visible()
        results = [one["content"] for one in with_provider.received[-1].body["messages"] if one["role"] == "tool"]
        assert results[0].startswith("# Ledger")
        assert len(results) == 3

        with_provider.script = [say("They made a file.")]
        await choose_action(visitor, "Summarise the conversation")
        await expect(block(visitor)).to_contain_text("The 2 messages above are summarised")
        with_provider.script = [say("Further.")]
        await visitor.say("Go on")
        await visitor.see_end()
        assert "They made a file." in with_provider.received[-1].body["messages"][-1]["content"]

        await page.get_by_role("searchbox").fill("bill")
        await expect(page.locator("mark").first).to_have_text("bill")
        await page.get_by_role("searchbox").fill("")
        await block(visitor).locator("summary").press("Enter")
        await block(visitor).get_by_role("button", name="Undo").press("Enter")
        await expect(block(visitor)).to_have_count(0)
        with_provider.script = [say("All of it.")]
        await visitor.say("And now?")
        await visitor.see_end()
        assert "They made a file." not in str(with_provider.received[-1].body["messages"])
