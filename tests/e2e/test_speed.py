"""How soon the page is there, and how little has to come for it."""

from __future__ import annotations

import gzip
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Response

from tests.e2e.visitor import REPORT_PAINTED, Visitor

pytestmark = pytest.mark.anyio

STATIC = Path(__file__).parents[2] / "studio" / "static"
MOST_BYTES = 120_000
LONGEST_MS = 10_000
"""What no machine should need, however busy it is. `make bench` holds the page against a second."""


async def test_little_has_to_come_before_the_first_key(newcomer: Visitor) -> None:
    scripts = set[str]()

    def see(response: Response) -> None:
        if response.request.resource_type == "script":
            scripts.add(urlsplit(response.url).path)

    newcomer.page.on("response", see)
    await newcomer.sign_in()
    await newcomer.page.wait_for_load_state("networkidle")
    sizes = {path: len(gzip.compress((STATIC / path.lstrip("/")).read_bytes(), 9)) for path in scripts}
    print(f"\n{sum(sizes.values())} bytes of JavaScript in {len(sizes)} files")
    assert 0 < sum(sizes.values()) <= MOST_BYTES, sizes


async def test_the_chat_is_painted_soon_from_a_cold_cache(visitor: Visitor, chromium: Browser) -> None:
    state = await visitor.page.context.storage_state()
    context = await chromium.new_context(storage_state=state, viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    await page.add_init_script(REPORT_PAINTED)
    await page.goto(f"{visitor.server.address}/chat")
    await page.wait_for_function("() => window.chatAt")
    took = await page.evaluate("window.chatAt")
    await context.close()
    print(f"\npainted after {took:.0f} ms")
    assert took <= LONGEST_MS
