"""Setting up who answers."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from studio.features.providers.known import KNOWN
from tests.e2e.visitor import Visitor
from tests.provider import FixtureProvider

pytestmark = pytest.mark.anyio


async def test_what_a_model_costs_is_seen_before_anything_is_sent(visitor: Visitor, provider: FixtureProvider) -> None:
    pricing = {"prompt": "0.000003", "completion": "0.000015"}
    provider.models = ["dear", "unknown"]
    provider.details = {"dear": {"context_length": 8000, "pricing": pricing}}
    async with visitor.server.client() as owner:
        body = {"name": "custom", "base_url": provider.base_url, "model": "unknown", "models": provider.models}
        await owner.put("/api/config/provider", json=body)
        await owner.post("/api/providers/validate", json=body)
    page = visitor.page
    await visitor.go("/chat")
    await expect(visitor.model_chip("unknown")).to_be_visible()
    cost = page.get_by_text("≈\u00a0$")
    await visitor.composer.fill("word " * 2000)
    await expect(cost).to_have_count(0)

    await visitor.model_chip("unknown").press("Enter")
    panel = page.get_by_role("dialog", name="Model")
    await expect(panel.get_by_role("option", name="dear")).to_contain_text("$3 / $15")
    await expect(panel.get_by_role("option", name="unknown")).to_have_attribute("aria-selected", "true")
    await page.keyboard.type("dea")
    await page.keyboard.press("Enter")
    await expect(panel).to_be_hidden()
    await expect(visitor.model_chip("dear")).to_be_focused()
    # 2,500 tokens, at three dollars for a million.
    await expect(cost).to_have_text("≈\u00a0$0.0075")
    await expect(page.get_by_role("meter")).to_have_attribute("aria-valuetext", "≈\u00a02,500 of 8,000 tokens (31%)")
    await visitor.composer.fill("")
    await expect(cost).to_have_count(0)


async def test_the_page_offers_every_provider_that_the_server_knows(visitor: Visitor) -> None:
    await visitor.go("/settings/providers?add")
    which = visitor.page.get_by_label("Provider", exact=True)
    await expect(which).to_be_visible()
    offered = await which.locator("optgroup option").evaluate_all("options => options.map(({ value }) => value)")
    assert sorted(offered) == sorted(KNOWN)
