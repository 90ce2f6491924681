"""Conversations as things: found again, renamed, kept on top, taken along, deleted and brought back."""

from __future__ import annotations

from playwright.async_api import expect

from tests.e2e.journeys.traveller import Traveller
from tests.provider.script import say

PARAGRAPHS = "A paragraph that takes its place on the screen.\n\n" * 30

IS_AT_TOP = """element => {
  const { top } = element.closest('.scroller').getBoundingClientRect();
  return Math.abs(element.getBoundingClientRect().top - top) < 60;
}"""


async def found_again(traveller: Traveller) -> None:
    """What was said long ago is searched for, and opens at its message."""
    visitor, hand, page = traveller.visitor, traveller.hand, traveller.page
    conversation = None
    async with visitor.server.client() as owner:
        for word in ("Harbour", "Archipelago", "Ferry", "Tide"):
            traveller.provider.script = [say(f"{word} {PARAGRAPHS}")]
            body = {"message": f"Tell me more, part {word}", "conversation_id": conversation}
            conversation = (await owner.post("/api/chat", json=body)).json()["conversation_id"]
    search = page.get_by_role("searchbox", name="Search conversations")
    await hand.write(search, "archipelago paragraph")
    result = page.get_by_role("list", name="Search conversations").get_by_role("link")
    await expect(result.locator("mark").first).to_have_text("Archipelago")
    await hand.press(result)
    found = page.locator("article.isFound")
    await expect(found).to_contain_text("Archipelago")
    message = await found.element_handle()
    await page.wait_for_function(IS_AT_TOP, arg=message)
    await expect(found).to_have_count(0)
    assert await page.evaluate(IS_AT_TOP, message)
    await expect(traveller.button("Jump to the end")).to_be_visible()
    await hand.write(search, "")
    await page.keyboard.press("Delete")
    await expect(page.get_by_role("list", name="Conversations").get_by_role("link").first).to_be_visible()
    traveller.provider.script = [say("Here I am.")]
    await traveller.ask("And now?")
    await expect(visitor.answer).to_contain_text("Here I am.")
    await expect(visitor.answer).to_be_in_viewport()


async def kept_and_deleted(traveller: Traveller) -> None:
    """A conversation is renamed, kept on top, taken along as a file, deleted and brought back."""
    visitor, hand, page = traveller.visitor, traveller.hand, traveller.page
    listed = page.get_by_role("list", name="Conversations")
    traveller.provider.script = [say("It stands."), say("It swims.")]
    await traveller.ask("Is the lighthouse there?")
    address = page.url
    await hand.press(traveller.button("New conversation"), keys="Control+Shift+o")
    await traveller.ask("Is the boat there?")

    row = listed.get_by_role("link", name="Is the lighthouse there?")
    await hand.go(row)
    await hand.press(traveller.button("Rename “Is the lighthouse there?”"), keys="F2")
    title = page.get_by_label("New title")
    await expect(title).to_be_focused()
    await hand.write(title, "Lighthouses")
    await page.keyboard.press("Enter")
    row = listed.get_by_role("link", name="Lighthouses")
    await expect(row).to_be_focused()
    await hand.go(row)
    await hand.press(traveller.button("Keep “Lighthouses” on top"), keys="p")
    await expect(listed.get_by_role("link").first).to_contain_text("Lighthouses")
    await traveller.keep_place()
    await traveller.look_closely()

    await hand.press(row)
    await expect(page).to_have_url(address)
    await expect(visitor.answer).to_contain_text("It stands.")
    export = page.get_by_role("menuitem", name="Export as Markdown")
    async with page.expect_download() as download:
        await hand.pick(traveller.button("More about this conversation"), export)
    assert "It stands." in (await (await download.value).path()).read_text(encoding="utf-8")

    await hand.go(row)
    await hand.press(traveller.button("Delete “Lighthouses”"), keys="Delete")
    await expect(row).to_have_count(0)
    await expect(page).to_have_url(f"{visitor.server.address}/chat")
    undo = traveller.button("Undo")
    await expect(undo).to_be_focused()
    await hand.press(undo)
    await expect(row).to_be_visible()
    await traveller.keep_place()
    await expect(page).to_have_url(address)
    await expect(visitor.answer).to_contain_text("It stands.")
    await hand.go(row)
    await hand.press(traveller.button("No longer keep “Lighthouses” on top"), keys="p")
    await expect(traveller.button("Keep “Lighthouses” on top")).to_have_count(1)
