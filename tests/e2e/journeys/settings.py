"""What a person sets for all conversations: who answers, what is allowed, how it looks and speaks."""

from __future__ import annotations

from playwright.async_api import expect

from tests.e2e.journeys.traveller import Traveller
from tests.provider.script import say

KEY = "sk-fixture-0123456789"


async def provider_added(traveller: Traveller) -> None:
    """A provider is added, its key found wrong and mended, chosen, used, and deleted."""
    visitor, hand, page = traveller.visitor, traveller.hand, traveller.page
    traveller.provider.key = KEY
    await hand.press(traveller.link("Settings"), keys="Control+,")
    await hand.press(traveller.link("Providers"))
    await hand.press(traveller.button("Add a provider"))
    await hand.select(page.get_by_label("Provider", exact=True), "Another one")
    await hand.write(page.get_by_label("Name"), "harbour")
    await hand.write(page.get_by_label("Address"), traveller.provider.base_url)
    key = page.get_by_label("Key", exact=True)
    await hand.write(key, "sk-wrong")
    await hand.press(traveller.button("Test"))
    await expect(page.get_by_role("alert")).to_contain_text("key")
    await hand.write(key, KEY)
    await hand.press(traveller.button("Test"))
    await expect(page.get_by_label("Model")).to_have_value("fixture-large")
    await hand.press(traveller.button("Save"))
    row = page.locator("[data-provider=harbour]")
    await expect(row).to_contain_text("Answers now")
    await hand.press(traveller.link("Edit harbour"))
    await expect(key).to_have_value("")
    await expect(key).to_have_attribute("placeholder", "***")
    assert KEY not in await page.content()
    async with visitor.server.client() as owner:
        listed = (await owner.get("/api/providers")).text
    assert ('"api_key":"***"' in listed, KEY in listed) == (True, False)
    await hand.press(traveller.button("Cancel"))
    await expect(traveller.link("Edit harbour")).to_be_focused()

    traveller.provider.script = [say("I am the harbour.")]
    await hand.press(traveller.link("Chat"))
    await traveller.ask("Who are you?")
    await expect(visitor.answer).to_contain_text("harbour · fixture-large")

    await hand.press(traveller.link("Settings"), keys="Control+,")
    await hand.press(row.get_by_role("button", name="Delete harbour"))
    await hand.press(page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True))
    await expect(row).to_have_count(0)
    await traveller.keep_place()
    await expect(page.locator("[data-provider=builtin]")).to_contain_text("Answers now")


async def rule_added(traveller: Traveller) -> None:
    """It is asked which rule would decide a command; the one that would allow it is written, and decides."""
    hand, page = traveller.hand, traveller.page
    await hand.press(traveller.link("Settings"), keys="Control+,")
    await hand.press(traveller.link("Permissions"))
    answer = page.locator("[data-effect]")
    await hand.write(page.get_by_label("Command line"), "make release | touch made")
    await hand.write(page.get_by_label("Folder", exact=True), str(traveller.folder))
    await hand.press(traveller.button("Ask the rules"))
    await expect(answer).to_contain_text("You would be asked")
    await expect(page.get_by_role("list", name="Each part by itself").get_by_role("listitem")).to_have_count(2)
    await expect(page.get_by_role("list", name="This rule would allow")).to_contain_text("make release | touch made")
    await traveller.look_closely()
    await hand.press(traveller.button("Write this rule"))
    await expect(answer).to_contain_text("Would be allowed")
    own = page.get_by_role("list", name="Your rules").get_by_role("listitem").filter(has_text=str(traveller.folder))
    await expect(own).to_contain_text("touch made")

    await hand.select(page.get_by_label("Kind of call"), "Read a file")
    await hand.write(page.get_by_label("Path", exact=True), ".env")
    await hand.press(traveller.button("Ask the rules"))
    await expect(answer).to_contain_text("Would be forbidden")
    await expect(traveller.button("Write this rule")).to_have_count(0)
    assert not (traveller.folder / "made").exists()
    await hand.press(own.get_by_role("button", name="Delete the rule"))
    await hand.press(page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True))
    await expect(own).to_have_count(0)
    await traveller.keep_place()


async def look_and_language(traveller: Traveller) -> None:
    """The palette leads to the settings; there the page changes its look and its language, and keeps them."""
    hand, page = traveller.hand, traveller.page
    root = page.locator("html")
    await hand.press(traveller.button("Command palette"), keys="Control+k")
    await expect(page.get_by_role("combobox", name="What would you like to do?")).to_be_focused()
    await page.keyboard.type("setgen")
    chosen = page.get_by_role("dialog").get_by_role("option", selected=True)
    await expect(chosen).to_have_text("Settings: General")
    await hand.press(chosen, keys="Enter")
    await expect(page.get_by_role("heading", name="General", level=1)).to_be_visible()

    await hand.check(page.get_by_label("High contrast", exact=True))
    await expect(root).to_have_attribute("data-theme", "neon")
    await hand.select(page.get_by_label("Language"), "Français")
    await expect(page.get_by_role("heading", name="Général", level=1)).to_be_visible()
    await expect(root).to_have_attribute("lang", "fr")
    await page.reload()
    await expect(root).to_have_attribute("data-theme", "neon")
    await expect(page.get_by_role("heading", name="Général", level=1)).to_be_visible()

    await hand.press(page.get_by_role("button", name="Palette de commandes"), keys="Control+k")
    await expect(page.get_by_role("dialog").get_by_role("combobox")).to_be_focused()
    await page.keyboard.type("english")
    await expect(chosen).to_have_text("Langue : English")
    await hand.press(chosen, keys="Enter")
    await expect(page.get_by_role("heading", name="General", level=1)).to_be_visible()
    await hand.check(page.get_by_label("Light", exact=True))
    await expect(root).to_have_attribute("data-theme", "light")
