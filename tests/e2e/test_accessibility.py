"""What axe finds in every screen, in light and in dark: nothing serious."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.async_api import expect

from tests.e2e import story
from tests.e2e.visitor import Visitor
from tests.provider import FixtureProvider

pytestmark = pytest.mark.anyio

AXE = Path(__file__).parents[2] / "webui" / "node_modules" / "axe-core" / "axe.min.js"
# Colours go over into each other for a moment.
SETTLE = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
  .then(() => Promise.all(document.getAnimations().map((one) => one.finished)))
  .then(() => undefined)"""
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


async def see_nothing_serious(visitor: Visitor) -> None:
    """Let axe look at the page as it stands, in both colour schemes."""
    for scheme in SCHEMES:
        await visitor.page.emulate_media(color_scheme=scheme)
        assert await find_serious(visitor) == [], scheme


async def find_serious(visitor: Visitor) -> list[str]:
    """Return what axe finds serious or critical in the page as it stands."""
    await visitor.page.evaluate(SETTLE)
    if not await visitor.page.evaluate("'axe' in window"):
        await visitor.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await visitor.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    assert found["passes"], "axe looked at nothing"
    return [_spell(one) for one in found["violations"] if one["impact"] in {"serious", "critical"}]


def _spell(violation: dict[str, Any]) -> str:
    places = "; ".join(f"{node['target']}: {node['failureSummary']}" for node in violation["nodes"])
    return f"{violation['id']}: {places}"


async def test_signing_in(newcomer: Visitor) -> None:
    await newcomer.go("/")
    await expect(newcomer.page.get_by_label("Token")).to_be_visible()
    await see_nothing_serious(newcomer)


async def test_a_question_and_a_finished_turn(visitor: Visitor, with_provider: FixtureProvider, ledger: Path) -> None:
    going_on = asyncio.Event()
    going_on.set()
    with_provider.script = story.rounds(pause=going_on)
    await see_nothing_serious(visitor)
    await visitor.use_folder(ledger)
    await visitor.say(story.QUESTION)
    await visitor.ready_to_decide()
    await visitor.card.get_by_text("Runs 2 programs").click()
    await see_nothing_serious(visitor)
    await visitor.decide("y")
    await visitor.see_end()
    await visitor.page.get_by_text("2 files read").click()
    await expect(visitor.answer.locator(".hljs-keyword").first).to_be_visible()
    await see_nothing_serious(visitor)


async def test_the_settings(visitor: Visitor) -> None:
    async with visitor.server.client() as owner:
        rule = {"tool": "terminal", "pattern": "make *", "effect": "allow", "folder": "/srv"}
        assert (await owner.post("/api/studio/permissions/rules", json=rule)).status_code == 201
    for path in ("providers", "providers?add", "permissions", "terminals", "general", "about"):
        await visitor.go(f"/settings/{path}")
        await expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
        await expect(visitor.page.get_by_role("main")).to_contain_text(READY[path])
        await see_nothing_serious(visitor)
    await visitor.go("/approvals")
    await expect(visitor.page.get_by_text("Nothing waits for you.")).to_be_visible()
    await see_nothing_serious(visitor)


async def test_the_machine(visitor: Visitor) -> None:
    for path in ("/dashboard", "/library/tools", "/library/servers"):
        await visitor.go(path)
        await expect(visitor.page.locator("[data-program], [data-server]").first).to_be_visible()
        await see_nothing_serious(visitor)


READY = {
    "providers": "Built-in rules",
    "providers?add": "Address",
    "permissions": "make *",
    "terminals": "Dracula",
    "general": "Instructions",
    "about": "Version",
}
