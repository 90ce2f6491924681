"""Everything that can be done, by its name or by its keys."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.visitor import Visitor
from tests.provider import FixtureProvider
from tests.provider.script import say

pytestmark = pytest.mark.anyio


# Escape, and the key before the browser tells of the end: both as the browser does it, in one task.
CLOSE_AND_PRESS = """async () => {
  const told = new Promise((done) => document.querySelector('dialog[open]').addEventListener('close', done));
  document.querySelector('dialog[open]').requestClose();
  for (let turn = 0; turn < 20; turn += 1) await null;
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '?', shiftKey: true, bubbles: true }));
  await told;
}"""


async def open_palette(visitor: Visitor) -> Locator:
    """Open the palette by its keys. Return the field in it."""
    await visitor.page.keyboard.press("Control+k")
    field = visitor.page.get_by_role("combobox", name="What would you like to do?")
    await expect(field).to_be_focused()
    return field


def chosen(visitor: Visitor) -> Locator:
    """What Enter would choose."""
    return visitor.page.get_by_role("dialog").get_by_role("option", selected=True)


async def test_the_palette_finds_an_action_by_a_few_letters(visitor: Visitor) -> None:
    page = visitor.page
    field = await open_palette(visitor)
    await page.keyboard.type("setpro")
    await expect(chosen(visitor)).to_have_text("Settings: Providers")
    assert await chosen(visitor).locator("mark").all_inner_texts() == ["Set", "Pro"]
    named = await field.get_attribute("aria-activedescendant")
    assert named == await chosen(visitor).get_attribute("id")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Providers", level=1)).to_be_visible()
    await expect(page.get_by_role("dialog")).to_have_count(0)

    await open_palette(visitor)
    await expect(page.get_by_role("group", name="Recently used").get_by_role("option")).to_have_text(
        ["Settings: Providers"]
    )
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_the_palette_goes_around_and_shows_keys(visitor: Visitor) -> None:
    page = visitor.page
    await open_palette(visitor)
    first = await chosen(visitor).inner_text()
    await page.keyboard.press("ArrowUp")
    last = await chosen(visitor).inner_text()
    await page.keyboard.press("ArrowDown")
    assert (await chosen(visitor).inner_text(), last == first) == (first, False)
    await page.keyboard.type("list beside")
    await expect(chosen(visitor)).to_contain_text("Ctrl")
    await chosen(visitor).click()
    panel = page.get_by_role("complementary", name="Conversations")
    await expect(panel).to_have_count(0)
    await page.reload()
    await expect(visitor.composer).to_be_visible()
    await expect(panel).to_have_count(0)
    await page.keyboard.press("Control+b")
    await expect(panel).to_be_visible()
    # The address says it, for whoever opens it elsewhere.
    await expect(page).to_have_url(re.compile(r"panel=shown"))
    await visitor.go("/chat?panel=hidden")
    await expect(visitor.composer).to_be_visible()
    await expect(panel).to_have_count(0)


async def test_the_palette_finds_conversations_by_title_and_by_what_was_said(
    visitor: Visitor, with_provider: FixtureProvider
) -> None:
    async with visitor.server.client() as owner:
        for question, answer in (("Paint the lighthouse", "Red and white."), ("Count the boats", "Twelve ferries.")):
            with_provider.script = [say(answer)]
            assert (await owner.post("/api/chat", json={"message": question})).status_code == 200
    page = visitor.page
    await open_palette(visitor)
    await page.keyboard.type("pnt lght")
    await expect(chosen(visitor)).to_have_text("Paint the lighthouse")
    await page.keyboard.press("Enter")
    await expect(visitor.answer).to_contain_text("Red and white.")

    await open_palette(visitor)
    await page.keyboard.type("ferries")
    await expect(page.get_by_role("group", name="Found in messages")).to_contain_text("Count the boats")
    await page.keyboard.press("Enter")
    await expect(visitor.answer).to_contain_text("Twelve ferries.")


async def test_the_shown_conversation_is_renamed_pinned_and_deleted_from_the_palette(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.say("/help")
    await visitor.see_end()

    async def choose(letters: str) -> None:
        await open_palette(visitor)
        await page.keyboard.type(letters)
        # What can be done with a conversation is offered once the page has it.
        await expect(chosen(visitor)).to_be_visible()
        await page.keyboard.press("Enter")

    await page.keyboard.press("Control+b")
    await choose("rename conv")
    await expect(page.get_by_label("New title")).to_be_focused()
    await page.keyboard.type("What the rules know")
    await page.keyboard.press("Enter")
    row = page.get_by_role("list", name="Conversations").get_by_role("listitem")
    await expect(row).to_contain_text("What the rules know")
    await choose("keep conv top")
    await expect(row.get_by_text("Kept on top")).to_be_visible()
    await choose("delete conv")
    await expect(row).to_have_count(0)
    await expect(page).to_have_url(re.compile(r"/chat(\?|$)"))
    await expect(page.get_by_role("button", name="Undo")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(row).to_contain_text("What the rules know")


async def test_an_action_that_cannot_be_done_now_is_not_offered(visitor: Visitor) -> None:
    await open_palette(visitor)
    await visitor.page.keyboard.type("export")
    await expect(visitor.page.get_by_text("Nothing is called that.")).to_be_visible()
    await visitor.page.keyboard.press("Escape")
    await visitor.say("/help")
    await visitor.see_end()
    await open_palette(visitor)
    await visitor.page.keyboard.type("export json")
    async with visitor.page.expect_download() as download:
        await visitor.page.keyboard.press("Enter")
    assert (await download.value).suggested_filename.endswith(".json")
    await expect(visitor.composer).to_be_focused()


async def test_keys_move_between_conversations_and_to_the_fields(visitor: Visitor) -> None:
    page = visitor.page
    for words in ("/help", "/list"):
        await page.keyboard.press("Control+Shift+o")
        await expect(page).to_have_url(f"{visitor.server.address}/chat")
        await visitor.say(words)
        await visitor.see_end()
    current = page.get_by_role("complementary").locator("[aria-current=page]")
    await expect(current).to_contain_text("/list")
    await page.keyboard.press("Alt+ArrowDown")
    await expect(current).to_contain_text("/help")
    await page.keyboard.press("Alt+ArrowUp")
    await expect(current).to_contain_text("/list")
    await page.keyboard.press("Control+,")
    await expect(page.get_by_role("heading", name="Providers", level=1)).to_be_visible()
    await page.keyboard.press("Control+Shift+f")
    await expect(page.get_by_role("searchbox", name="Search conversations")).to_be_focused()
    await page.get_by_role("link", name="Approvals").focus()
    await page.keyboard.press("/")
    await expect(visitor.composer).to_be_focused()
    await page.keyboard.press("/")
    await expect(visitor.composer).to_have_value("/")


async def test_the_sheet_of_keys_opens_by_a_question_mark(visitor: Visitor) -> None:
    page = visitor.page
    await page.get_by_role("link", name="Approvals").focus()
    await page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(sheet.locator("dl > div").filter(has_text="Command palette")).to_contain_text("CtrlK")
    await expect(sheet.locator("dl > div").filter(has_text="Allow once")).to_contain_text("Y")
    await page.keyboard.press("Escape")
    await expect(sheet).to_have_count(0)
    await expect(page.get_by_role("link", name="Approvals")).to_be_focused()
    await page.keyboard.press("?")
    await sheet.get_by_role("link", name="Change them").press("Enter")
    await expect(page.get_by_role("heading", name="Shortcuts", level=1)).to_be_visible()


async def test_a_key_pressed_as_a_box_closes_is_not_lost(visitor: Visitor) -> None:
    page = visitor.page
    await page.get_by_role("link", name="Approvals").focus()
    await page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(sheet).to_be_visible()
    await page.evaluate(CLOSE_AND_PRESS)
    await page.evaluate("new Promise((done) => setTimeout(done))")  # the event `close` is a task of its own
    await expect(sheet).to_be_visible()


async def test_keys_are_changed_taken_over_and_reset(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.go("/settings/shortcuts")
    panel, palette = page.locator("[data-action='view.panel']"), page.locator("[data-action='studio.palette']")
    change = panel.get_by_role("button", name="Change the keys")
    await change.press("Enter")
    await page.keyboard.press("y")
    await expect(panel.get_by_role("status")).to_contain_text("Hold Ctrl or Alt with it")
    await page.keyboard.press("Control+k")
    await expect(panel.get_by_role("status")).to_contain_text("Ctrl+K belongs to “Command palette”.")
    await page.keyboard.press("Tab")
    await expect(panel.get_by_role("button", name="Take it over")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(change).to_be_focused()
    await expect(panel.locator("kbd")).to_have_text(["Ctrl", "K"])
    await expect(palette).to_contain_text("none")

    await page.reload()
    await expect(panel.locator("kbd")).to_have_text(["Ctrl", "K"])
    beside = page.get_by_role("complementary", name="Settings")
    await expect(beside).to_be_visible()
    await page.keyboard.press("Control+k")
    await expect(beside).to_have_count(0)

    await panel.get_by_role("button", name="Reset the keys").press("Enter")
    await expect(panel.locator("kbd")).to_have_text(["Ctrl", "B"])
    await expect(palette).to_contain_text("none")
    await page.get_by_role("button", name="Reset all").press("Enter")
    await expect(palette.locator("kbd")).to_have_text(["Ctrl", "K"])
    async with visitor.server.client() as owner:
        assert (await owner.get("/api/config")).json()["profile"]["shortcuts"] == {}


async def test_whoever_is_french_searches_in_french(visitor: Visitor) -> None:
    page = visitor.page
    await open_palette(visitor)
    await page.keyboard.type("francais")
    await expect(chosen(visitor)).to_have_text("Language: Français")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("complementary", name="Conversations")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("lang", "fr")
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("combobox", name="Que voulez-vous faire ?")).to_be_focused()
    await page.keyboard.type("reg fourn")
    await expect(chosen(visitor)).to_have_text("Réglages\u00a0: Fournisseurs")
