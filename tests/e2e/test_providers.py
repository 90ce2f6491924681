"""Setting up who answers."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from studio.features.providers.known import KNOWN
from tests.e2e.visitor import Visitor
from tests.provider import FixtureProvider
from tests.provider.script import say

pytestmark = pytest.mark.anyio

KEY = "sk-fixture-0123456789"


async def test_a_provider_is_added_tested_chosen_and_its_key_never_shown(
    visitor: Visitor, provider: FixtureProvider
) -> None:
    provider.key = KEY
    page = visitor.page
    await visitor.go("/settings/providers")
    await page.get_by_role("button", name="Add a provider").click()
    await page.get_by_label("Provider", exact=True).select_option(label="Another one")
    await page.get_by_label("Name").fill("fixture")
    await page.get_by_label("Address").fill(provider.base_url)
    await page.get_by_label("Key", exact=True).fill("sk-wrong")
    await page.get_by_role("button", name="Test").click()
    await expect(page.get_by_role("alert")).to_contain_text("key")

    await page.get_by_label("Key", exact=True).fill(KEY)
    await page.get_by_role("button", name="Test").click()
    await expect(page.get_by_label("Model")).to_have_value("fixture-large")
    await expect(page.get_by_text("2 models known")).to_be_visible()
    await page.get_by_role("button", name="Save").click()
    row = page.locator("[data-provider=fixture]")
    await expect(row).to_contain_text("Answers now")

    await page.get_by_role("link", name="Edit fixture").click()
    await expect(page.get_by_label("Key", exact=True)).to_have_value("")
    await expect(page.get_by_label("Key", exact=True)).to_have_attribute("placeholder", "***")
    assert KEY not in await page.content()
    async with visitor.server.client() as owner:
        listed = (await owner.get("/api/providers")).text
    assert ('"api_key":"***"' in listed, KEY in listed) == (True, False)

    provider.script = [say("I am the fixture.")]
    await visitor.go("/chat")
    await visitor.say("Who are you?")
    await expect(visitor.answer).to_contain_text("I am the fixture.")
    await expect(visitor.answer).to_contain_text("fixture · fixture-large")
    await visitor.choose_model("fixture-small")
    provider.script = [say("Now the small one.")]
    await visitor.say("And now?")
    await expect(visitor.answer).to_contain_text("fixture · fixture-small")
    assert provider.received[-1].body["model"] == "fixture-small"

    await visitor.go("/settings/providers")
    await row.get_by_role("button", name="Delete fixture").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    await expect(row).to_have_count(0)
    await expect(page.locator("[data-provider=builtin]")).to_contain_text("Answers now")


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
