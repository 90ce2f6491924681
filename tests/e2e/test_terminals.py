"""Terminals in the page: typed into, left and found again, side by side, by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.visitor import Visitor
from tests.support.program import Program, program
from tests.support.terminals import empty

pytestmark = pytest.mark.anyio


@pytest.fixture
async def home(server: Program) -> AsyncIterator[Path]:
    """The home of the server; no shell of its is left in the end."""
    yield server.home
    server.kill()
    await empty(server.home / "data" / "terminals")


@pytest.fixture
async def typist(visitor: Visitor, home: Path) -> Visitor:
    """Somebody who uses a screen reader, so that what a terminal shows is text in the page."""
    # Without a graphics card it is drawn by the processor, and Chromium says that this is slow.
    visitor.excuse("GPU stall|software WebGL")
    (home / ".bash_profile").write_text("PS1='ready> '\n")
    async with visitor.server.client() as owner:
        assert (await owner.put("/api/terminal/settings", json={"screen_reader": True})).status_code == 200
    return visitor


def shown(visitor: Visitor) -> Locator:
    """What the terminals in sight show."""
    return visitor.page.locator(".xterm-accessibility-tree")


def tabs(visitor: Visitor) -> Locator:
    return visitor.page.locator("[data-terminal-tab]")


async def open_terminal(visitor: Visitor) -> None:
    """Open a terminal by the button where none is, and wait for its shell."""
    await visitor.go("/terminals")
    await visitor.page.get_by_role("button", name="New terminal", exact=True).last.click()
    await expect(shown(visitor)).to_contain_text("ready>")


async def run(visitor: Visitor, line: str, printed: str) -> None:
    """Type a line into the terminal that has the focus, and see what comes of it."""
    await visitor.page.keyboard.type(line)
    await visitor.page.keyboard.press("Enter")
    await expect(shown(visitor).last).to_contain_text(printed)


async def test_what_is_typed_is_found_again_after_a_reload(typist: Visitor) -> None:
    await open_terminal(typist)
    await run(typist, "echo kept-$((40+2))", "kept-42")
    where = typist.page.url
    assert re.search(r"/terminals/term_\w+$", where)
    await typist.page.reload()
    await expect(shown(typist)).to_contain_text("kept-42")
    await run(typist, "echo again-$((40+2))", "again-42")
    # Whoever comes without saying where comes back to it.
    await typist.go("/chat")
    await typist.page.get_by_role("link", name="Terminals").click()
    await expect(typist.page).to_have_url(where)
    await expect(shown(typist)).to_contain_text("again-42")


async def test_a_terminal_outlives_a_server_that_is_killed(typist: Visitor, home: Path) -> None:
    typist.excuse("net::ERR|WebSocket connection")
    await open_terminal(typist)
    await run(typist, "echo before-$((40+2)); sleep 1000", "before-42")
    typist.server.kill()
    await expect(typist.page.get_by_text("What runs here goes on.")).to_be_visible()
    port = urlsplit(typist.server.address).port
    with program(home, "--port", str(port)):
        await expect(typist.page.get_by_text("Reattached. Nothing was missed.")).to_be_visible()
        await typist.page.keyboard.press("Control+c")
        await run(typist, "echo after-$((40+2))", "after-42")
        await expect(typist.page.get_by_text("Reattached")).to_have_count(0)
        await expect(shown(typist)).to_contain_text("before-42")
        await typist.page.reload()
        await expect(shown(typist)).to_contain_text("after-42")


async def test_how_a_shell_ended_is_said_and_it_is_started_again(typist: Visitor) -> None:
    await open_terminal(typist)
    await typist.page.keyboard.type("exit 7\n")
    await expect(typist.page.get_by_text("The shell ended with code 7.")).to_be_visible()
    await typist.page.keyboard.press("Enter")
    await expect(typist.page.get_by_text("The shell ended")).to_have_count(0)
    await run(typist, "echo again-$((40+2))", "again-42")


async def test_a_flood_is_shown_to_its_end_and_can_be_interrupted(typist: Visitor) -> None:
    await open_terminal(typist)
    await run(typist, "seq 200000; echo all-$((40+2))", "all-42")
    await expect(shown(typist)).to_contain_text("200000")
    await typist.page.keyboard.type("yes\n")
    await expect(shown(typist)).to_contain_text(re.compile("(y\\s*){5}"))
    await typist.page.keyboard.press("Control+c")
    await run(typist, "echo stopped-$((40+2))", "stopped-42")
