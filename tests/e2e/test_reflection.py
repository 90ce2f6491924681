"""A second opinion before the answer."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.e2e.test_accessibility import see_nothing_serious
from tests.e2e.visitor import Visitor
from tests.provider import FixtureProvider
from tests.provider.script import say

pytestmark = pytest.mark.anyio


async def test_another_provider_reports_first_where_that_is_wanted(
    visitor: Visitor, with_provider: FixtureProvider
) -> None:
    page = visitor.page
    wanted = page.get_by_role("button", name="Advanced reflection")
    async with visitor.server.client() as owner:
        body = {"name": "adviser", "base_url": with_provider.base_url, "model": "fixture-large", "active": False}
        assert (await owner.put("/api/config/provider", json=body)).status_code == 200
    await expect(wanted).to_have_attribute("aria-pressed", "false")
    await wanted.press("Enter")
    await expect(wanted).to_have_attribute("aria-pressed", "true")
    await see_nothing_serious(visitor)
    with_provider.script = [say("Mind the cents."), say("They are lost.")]
    await visitor.say("Where are the cents?")
    await visitor.see_end()
    await expect(visitor.answer).to_contain_text("They are lost.")
    assert [request.body["model"] for request in with_provider.received] == ["fixture-large", "fixture-small"]
    await visitor.answer.get_by_text("Thought").click()
    await expect(visitor.answer).to_contain_text("Mind the cents.")

    await page.reload()
    await expect(wanted).to_have_attribute("aria-pressed", "true")
    await wanted.press("Enter")
    with_provider.script = [say("Nowhere.")]
    await visitor.say("And now?")
    await visitor.see_end()
    await expect(visitor.answer).to_contain_text("Nowhere.")
    assert len(with_provider.received) == 3
    await page.get_by_role("button", name="New conversation").click()
    await expect(wanted).to_have_attribute("aria-pressed", "false")
