"""Somebody on a journey: a visitor with one kind of hand, a folder to work in, and a model that follows a script."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.e2e.journeys.hand import Hand, Pointer
from tests.e2e.test_accessibility import see_nothing_serious
from tests.e2e.test_layout import see_nothing_wide
from tests.e2e.visitor import HAS_STOOD, Visitor
from tests.provider import FixtureProvider


@dataclass
class Traveller:
    """Sees through `visitor`, does everything with `hand`."""

    visitor: Visitor
    hand: Hand
    provider: FixtureProvider
    folder: Path

    @property
    def page(self) -> Page:
        return self.visitor.page

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name, exact=True)

    async def say(self, text: str) -> None:
        """Write a message and send it."""
        await self.hand.write(self.visitor.composer, text)
        send = self.page.locator("form").get_by_role("button", name="Send")
        await self.hand.send(self.visitor.composer, send)

    async def ask(self, text: str) -> None:
        """Say something and hear all of the answer."""
        await self.say(text)
        await self.visitor.see_end()

    async def use_folder(self) -> None:
        """Choose the folder to work in."""
        path = self.page.get_by_label("Full path of the folder")
        await self.hand.press(self.page.get_by_role("button", name="Folder:"))
        await self.hand.write(path, str(self.folder))
        await self.hand.send(path, self.button("Use this folder"))
        await expect(self.page.get_by_role("button", name=f"Folder: {self.folder}")).to_be_visible()

    async def decide(self, answer: str, key: str) -> None:
        """Answer the first question that waits, once it heeds keys, and see it go."""
        card = self.visitor.card.first
        await expect(card).to_be_visible()
        handle = await card.element_handle()
        identity = await card.get_attribute("data-approval")
        await self.page.wait_for_function(HAS_STOOD, arg=handle)
        await self.hand.press(card.get_by_role("button", name=answer), keys=key)
        await expect(self.page.locator(f"[data-approval='{identity}']")).to_have_count(0)

    async def look_closely(self) -> None:
        """Let axe look at the page, and at what is wider than it; what one hand sees the other need not."""
        if isinstance(self.hand, Pointer):
            size = self.page.viewport_size
            assert size
            await see_nothing_serious(self.visitor)
            await see_nothing_wide(self.visitor)
            await self.page.set_viewport_size(size)

    async def keep_place(self) -> None:
        """See that the focus was not lost."""
        await self.page.wait_for_function("() => document.activeElement !== document.body")


Journey = Callable[[Traveller], Awaitable[None]]
