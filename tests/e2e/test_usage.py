"""The page of usage, as a person finds it."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta

import httpx
import pytest
from playwright.async_api import expect

from tests.e2e.visitor import Visitor
from tests.provider import FixtureProvider
from tests.provider.script import say

pytestmark = pytest.mark.anyio

PRICED = {"pricing": {"prompt": "0.000001", "completion": "0.000002"}}


async def use(owner: httpx.AsyncClient, provider: FixtureProvider, name: str) -> None:
    body = {"name": name, "base_url": provider.base_url, "model": "fixture-small", "active": True, "protocol": "openai"}
    assert (await owner.put("/api/config/provider", json=body)).status_code == 200
    assert (await owner.post("/api/providers/validate", json=body)).json()["valid"]


async def test_what_was_used_is_shown_by_provider_and_by_day(visitor: Visitor, provider: FixtureProvider) -> None:
    page = visitor.page
    await visitor.go("/settings/usage")
    await expect(page.get_by_text("No model was asked in this time.")).to_be_visible()
    async with visitor.server.client() as owner:
        await use(owner, provider, "unpriced")
        provider.script = [say("Yes.", usage=(2000, 500)), say("Yes.", usage=(1_000_000, 250_000))]
        await owner.post("/api/chat", json={"message": "Well?"})
        provider.details = {"fixture-small": PRICED}
        await use(owner, provider, "priced")
        await owner.post("/api/chat", json={"message": "Well?"})
    with sqlite3.connect(visitor.server.home / "data" / "studio.db") as db:
        # Nobody can wait for another day.
        earlier = (date.today() - timedelta(days=20)).isoformat()  # noqa: DTZ011 -- a day of this machine
        db.execute("UPDATE usage SET day = ? WHERE provider = 'unpriced'", (earlier,))
    db.close()
    await page.reload()
    table = page.get_by_role("table")
    await expect(table.get_by_role("row", name="priced", exact=False).nth(0)).to_contain_text("1,000,000")
    await expect(table.get_by_role("row").filter(has_text="unpriced")).to_contain_text("unknown")
    await expect(table.get_by_role("row", name="In all")).to_contain_text("$1.50")
    await expect(page.get_by_text("The price of 1 request is not known.", exact=True)).to_be_visible()
    days = page.get_by_role("region", name="By day").get_by_role("listitem")
    await expect(days).to_have_count(2)
    await expect(days.first).to_contain_text("1,250,000 tokens")
    await page.get_by_label("Period").select_option(label="The last 7 days")
    await expect(days).to_have_count(1)
    await expect(table.get_by_role("row").filter(has_text="unpriced")).to_have_count(0)
