"""Images that go with a message: chosen, pasted and dropped."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.test_accessibility import see_nothing_serious
from tests.e2e.test_layout import see_nothing_wide
from tests.e2e.visitor import Visitor
from tests.provider import FixtureProvider
from tests.provider.script import say

pytestmark = pytest.mark.anyio

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

MAKE_TRANSFER = """([name, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type: 'image/png' }));
  return transfer;
}"""
COPY_PIXEL = """async (base64) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const image = new Blob([bytes], { type: 'image/png' });
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': image })]);
}"""


def attached(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("list", name="Images of the next message").get_by_role("img")


async def choose(visitor: Visitor, *files: Path) -> None:
    """Attach files by the keyboard and the browser's own dialog."""
    async with visitor.page.expect_file_chooser() as chooser:
        await visitor.page.get_by_role("button", name="Attach images").press("Enter")
    await (await chooser.value).set_files(list(files))


def images_of(body: dict[str, Any]) -> list[bytes]:
    """Return the images that a request brings with its last message."""
    parts = body["messages"][-1]["content"]
    urls = [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]
    return [base64.b64decode(url.partition(",")[2]) for url in urls]


async def test_images_are_chosen_looked_at_removed_and_sent(
    visitor: Visitor, with_provider: FixtureProvider, tmp_path: Path
) -> None:
    page = visitor.page
    for name in ("one.png", "two.png", "three.png", "four.png"):
        (tmp_path / name).write_bytes(PIXEL)
    (tmp_path / "notes.png").write_text("no image")
    await choose(visitor, tmp_path / "one.png", tmp_path / "notes.png", tmp_path / "two.png")
    await expect(attached(visitor)).to_have_count(2)
    await expect(page.get_by_role("status").filter(has_text="notes.png")).to_contain_text("is no PNG")
    await choose(visitor, tmp_path / "three.png", tmp_path / "four.png")
    await expect(page.get_by_role("status").filter(has_text="four.png")).to_contain_text("one too many")
    await see_nothing_serious(visitor)
    await see_nothing_wide(visitor)
    await page.get_by_role("button", name="Remove two.png").press("Enter")
    await expect(visitor.composer).to_be_focused()

    with_provider.script = [say("Two pixels.")]
    await visitor.say("What is in them?")
    await visitor.see_end()
    asked = page.get_by_role("article", name="You")
    await expect(asked.get_by_role("img")).to_have_count(2)
    await expect(attached(visitor)).to_have_count(0)
    assert images_of(with_provider.received[0].body) == [PIXEL, PIXEL]
    await page.reload()
    await expect(asked.get_by_role("img", name="three.png")).to_be_visible()


async def test_an_image_is_pasted_and_sent_without_a_word(visitor: Visitor, with_provider: FixtureProvider) -> None:
    await visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await visitor.page.evaluate(COPY_PIXEL, base64.b64encode(PIXEL).decode())
    await visitor.composer.press("Control+v")
    await expect(attached(visitor)).to_have_count(1)
    with_provider.script = [say("I see.")]
    await visitor.composer.press("Enter")
    await visitor.see_end()
    assert len(images_of(with_provider.received[0].body)) == 1


async def test_an_image_is_dropped_and_comes_back_when_it_cannot_be_sent(visitor: Visitor) -> None:
    page = visitor.page
    transfer = await page.evaluate_handle(MAKE_TRANSFER, ["drop.png", base64.b64encode(PIXEL).decode()])
    place = page.locator(".chat")
    await place.dispatch_event("dragenter", {"dataTransfer": transfer})
    await expect(page.get_by_text("Drop images to attach them")).to_be_visible()
    await place.dispatch_event("drop", {"dataTransfer": transfer})
    await expect(page.get_by_text("Drop images to attach them")).to_have_count(0)
    await expect(attached(visitor)).to_have_count(1)

    visitor.excuse("Failed to load resource")
    await page.route("**/api/chat", lambda route: route.abort())
    await visitor.say("Look at this.")
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(visitor.composer).to_have_value("Look at this.")
    await expect(attached(visitor)).to_have_count(1)
