"""The server goes away and comes back while the page is open."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from tests.e2e.visitor import Visitor
from tests.support.program import program

pytestmark = pytest.mark.anyio


async def test_the_page_connects_again_and_keeps_what_was_typed(visitor: Visitor, ledger: Path) -> None:
    visitor.excuse("net::ERR|WebSocket connection")
    await visitor.use_folder(ledger)
    await visitor.say("/read README.md")
    await visitor.see_end()
    await visitor.composer.fill("half a thou")
    visitor.server.kill()
    lost = visitor.page.get_by_text("The connection to Studio is lost.")
    await expect(lost).to_be_visible()

    port = urlsplit(visitor.server.address).port
    with program(visitor.server.home, "--port", str(port)):
        await expect(lost).to_have_count(0)
        await expect(visitor.composer).to_have_value("half a thou")
        await visitor.page.reload()
        await expect(visitor.composer).to_have_value("half a thou")
        await expect(visitor.answer).to_contain_text("Splits a bill")
        await visitor.say("/list")
        await expect(visitor.page.get_by_role("article", name="Answer")).to_have_count(2)
        await visitor.see_end()
        await expect(visitor.answer).to_contain_text("ledger.py")
