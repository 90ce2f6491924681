"""A page of another port of this machine, in the browser that is signed in, can neither read nor act."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.e2e.neighbour import Neighbour, neighbour
from tests.e2e.visitor import Visitor
from tests.provider import FixtureProvider
from tests.provider.script import call, say

pytestmark = pytest.mark.anyio


@pytest.fixture
async def hostile() -> AsyncIterator[Neighbour]:
    async with neighbour() as listening:
        yield listening


async def everything(visitor: Visitor) -> dict[str, Any]:
    """Return all that the server could have been made to change."""
    paths = ("/api/conversations", "/api/chat/history", "/api/approvals", "/api/config", "/api/providers")
    more = ("/api/studio/permissions/rules", "/api/studio/permissions/folders")
    async with visitor.server.client() as owner:
        return {path: (await owner.get(path)).json() for path in (*paths, *more)}


async def attack(page: Page, target: str, secrets: dict[str, str]) -> dict[str, str]:
    return await page.evaluate("([target, secrets]) => attack(target, secrets)", [target, secrets])


async def test_a_neighbour_can_neither_read_nor_act(
    visitor: Visitor, with_provider: FixtureProvider, hostile: Neighbour, ledger: Path
) -> None:
    with_provider.script = [call(("terminal", {"command": "touch made"})), say("Done.")]
    await visitor.use_folder(ledger)
    await visitor.say("Make a file.")
    card = await visitor.ready_to_decide()
    approval = await card.get_attribute("data-approval") or ""
    conversation = visitor.page.url.rpartition("/")[2]
    secrets = {"approval": approval, "conversation": conversation, "address": hostile.address}
    before = await everything(visitor)

    page = await visitor.page.context.new_page()
    await page.goto(f"{hostile.address}/attack")
    # On its own server everything is let in: the attempts are real ones.
    let_in = await attack(page, hostile.address, secrets)
    assert [name for name, got in let_in.items() if got == "refused" and not name.endswith("no-cors")] == []
    assert {f"POST /api/chat/approvals/{approval}", "DELETE /api/studio/session"} <= hostile.reached
    assert 'WS /api/studio/events {"action":"ping"}' in hostile.reached

    got = await attack(page, visitor.server.address, secrets)
    assert got.keys() == let_in.keys()
    assert {name: what for name, what in got.items() if what not in {"refused", "opaque"}} == {}
    assert await everything(visitor) == before
    assert [before["/api/approvals"]["total"], before["/api/conversations"]["total"]] == [1, 1]
    assert len(with_provider.received) == 1
    assert [path.name for path in visitor.server.home.rglob("pwned")] == []

    await visitor.page.bring_to_front()
    await visitor.decide("y")
    await expect(visitor.answer).to_contain_text("Done.")
    assert (ledger / "made").exists()


async def test_a_window_that_a_neighbour_opens_is_closed_to_it(visitor: Visitor, hostile: Neighbour) -> None:
    page = await visitor.page.context.new_page()
    await page.goto(f"{hostile.address}/attack")
    async with page.expect_popup() as opening:
        await page.evaluate("(url) => void (window.opened = window.open(url))", f"{visitor.server.address}/chat")
    opened = await opening.value
    await expect(opened.get_by_role("textbox", name="Message", exact=True)).to_be_visible()
    assert await page.evaluate("peek(window.opened)") == "refused"
    assert await opened.evaluate("window.opener") is None
