"""The inbox: what is alike is answered with one decision, by key, and what nobody answered in time is shown as such."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.e2e.test_accessibility import see_nothing_serious
from tests.e2e.visitor import HAS_STOOD, Visitor

pytestmark = pytest.mark.anyio

TOGETHER = "[data-alike='3']"


async def ask(visitor: Visitor, folder: Path, *commands: str) -> list[str]:
    """Have a program ask whether it may run some commands. Return the ids of the questions."""
    async with visitor.server.client() as owner:
        asked = list[str]()
        for command in commands:
            body = {"name": "terminal", "args": {"command": command}, "cwd": str(folder)}
            answer = await owner.post("/api/tool/call", json=body)
            assert answer.status_code == 409, answer.text
            asked.append(answer.json()["approval_id"])
        return asked


async def waiting(visitor: Visitor) -> list[dict[str, Any]]:
    async with visitor.server.client() as owner:
        return (await owner.get("/api/approvals")).json()["approvals"]


async def test_what_is_alike_is_answered_together_or_one_by_one_and_expires(visitor: Visitor, tmp_path: Path) -> None:
    page, folder, other = visitor.page, tmp_path / "one", tmp_path / "other"
    folder.mkdir()
    other.mkdir()
    [alone] = await ask(visitor, other, "touch apart")
    await ask(visitor, folder, "touch a", "touch b", "touch c")
    await visitor.go("/approvals")
    together = page.locator(TOGETHER)
    await expect(together).to_contain_text("3 alike")
    for command in ("touch a", "touch b", "touch c"):
        await expect(together).to_contain_text(command)
    await expect(page.get_by_role("navigation").locator(".badge")).to_have_text("4")
    await see_nothing_serious(visitor)
    await page.set_viewport_size({"width": 360, "height": 740})
    await expect(page.get_by_role("banner").locator(".badge")).to_have_text("4")
    await page.set_viewport_size({"width": 1280, "height": 800})
    await page.keyboard.press("ArrowDown")
    await expect(visitor.card.first).to_be_focused()
    await expect(visitor.card.first).to_have_attribute("data-approval", alone)
    await page.keyboard.press("ArrowDown")
    await expect(together).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await expect(visitor.card.first).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.wait_for_function(HAS_STOOD, arg=await together.element_handle())
    await page.keyboard.press("y")
    await expect(together).to_have_count(0)
    # What was next is at hand.
    await expect(visitor.card).to_be_focused()
    assert [one["approval_id"] for one in await waiting(visitor)] == [alone]
    await page.keyboard.press("n")
    await expect(page.get_by_text("Nothing waits for you.")).to_be_visible()
    assert await waiting(visitor) == []

    asked = await ask(visitor, folder, "touch d", "touch e", "touch f")
    await together.get_by_role("button", name="One by one").click()
    await expect(visitor.card).to_have_count(3)
    await visitor.card.nth(1).get_by_role("button", name="Deny").click()
    await expect(visitor.card).to_have_count(2)
    assert [one["approval_id"] for one in await waiting(visitor)] == [asked[0], asked[2]]
    with closing(sqlite3.connect(visitor.server.home / "data" / "studio.db", timeout=30)) as db, db:
        db.execute("UPDATE approvals SET expires_at = '2026-01-01T00:00:00Z' WHERE approval_id = ?", [asked[0]])
    await page.reload()
    late = page.locator(f"[data-expired={asked[0]}]")
    await expect(late).to_contain_text("Expired")
    await expect(late).to_contain_text("touch d")
    await expect(visitor.card).to_have_count(1)
    await see_nothing_serious(visitor)
