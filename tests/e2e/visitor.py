"""A person in front of the page, who notices everything that goes wrong in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import ConsoleMessage, Locator, Page, Request, WebSocket, expect

from tests.support.program import Program

REPORT_VIOLATIONS = """
document.addEventListener('securitypolicyviolation', (event) =>
  console.error('policy violated:', event.violatedDirective, event.blockedURI));
"""

# The moment in which the field to write in has been painted.
REPORT_PAINTED = """
new MutationObserver((_, observer) => {
  if (!document.querySelector('[data-composer]')) return;
  observer.disconnect();
  requestAnimationFrame(() => setTimeout(() => { window.chatAt = performance.now(); }));
}).observe(document, { childList: true, subtree: true });
"""

# Without a graphics card a terminal is drawn by the processor; Chromium and xterm.js say that this is slow.
SLOW_DRAWING = "GPU stall|software WebGL|task queue exceeded allotted deadline"

# The page heeds no key in the moment a question appears, for the sake of whoever was typing.
HAS_STOOD = "card => (card.stoodSince ??= performance.now()) + 650 < performance.now()"


@dataclass
class Visitor:
    """One page. `troubles` are errors of its console, requests to others, violations of its policy."""

    page: Page
    server: Program
    troubles: list[str] = field(default_factory=list)
    excused: list[str] = field(default_factory=list)

    async def watch(self) -> None:
        """Notice everything from now on."""
        await self.page.add_init_script(REPORT_VIOLATIONS)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.troubles.append(f"thrown: {error}"))
        self.page.on("request", self._see)
        self.page.on("websocket", self._see)

    def excuse(self, pattern: str) -> None:
        """Expect console errors that fit `pattern`, because the test provokes them."""
        self.excused.append(pattern)

    def _hear(self, message: ConsoleMessage) -> None:
        said = f"{message.text} ({message.location['url']})"
        if message.type in {"error", "warning"} and not any(re.search(pattern, said) for pattern in self.excused):
            self.troubles.append(f"{message.type}: {said}")

    def _see(self, request: Request | WebSocket) -> None:
        url = urlsplit(request.url)
        is_inside = url.scheme in {"blob", "data"}
        if not is_inside and url.netloc != urlsplit(self.server.address).netloc:
            self.troubles.append(f"asked somebody else: {request.url}")

    async def link(self) -> str:
        """Return a fresh sign-in link, as `studio open` prints it."""
        async with self.server.client() as owner:
            return (await owner.post("/api/studio/links")).json()["url"]

    async def sign_in(self) -> None:
        await self.page.goto(await self.link())
        await expect(self.composer).to_be_visible()

    async def go(self, path: str) -> None:
        await self.page.goto(self.server.address + path)

    async def use_folder(self, folder: Path) -> None:
        """Choose the folder of the conversation, as a person would."""
        await self.page.get_by_role("button", name="Folder:").click()
        field_ = self.page.get_by_label("Full path of the folder")
        await field_.fill(str(folder))
        await field_.press("Enter")
        await expect(self.page.get_by_role("button", name=f"Folder: {folder}")).to_be_visible()

    def model_chip(self, model: str) -> Locator:
        """What says in the composer which model answers."""
        return self.page.get_by_role("button", name=f"Model: {model}", exact=True)

    async def say(self, text: str) -> None:
        """Type a message and send it."""
        await self.composer.fill(text)
        await self.composer.press("Enter")

    async def ready_to_decide(self) -> Locator:
        """Wait for a question that heeds keys. Return its card."""
        await expect(self.card).to_be_visible()
        handle = await self.card.element_handle()
        await self.page.wait_for_function(HAS_STOOD, arg=handle)
        return self.card

    async def decide(self, key: str) -> None:
        """Answer the question that stands there by its key, and see it go."""
        await self.ready_to_decide()
        await self.page.keyboard.press(key)
        await expect(self.card).to_have_count(0)

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("textbox", name="Message", exact=True)

    @property
    def card(self) -> Locator:
        return self.page.locator("[data-approval]")

    @property
    def answer(self) -> Locator:
        """The last answer."""
        return self.page.get_by_role("article", name="Answer").last

    def tool(self, name: str) -> Locator:
        """The cards of calls of one tool."""
        return self.page.locator(f"details[data-tool={name}]")

    async def see_end(self, status: str = "complete") -> None:
        """Wait until the last answer is over."""
        await expect(self.answer).to_have_attribute("data-status", status)
        await expect(self.answer).to_have_attribute("aria-busy", "false")
