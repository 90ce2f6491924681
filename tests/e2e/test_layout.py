"""Nothing is wider than the screen, from a telephone to a desktop."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e import story
from tests.e2e.visitor import Visitor
from tests.provider import FixtureProvider, Round, Say

pytestmark = pytest.mark.anyio

LONG = "x" * 400
WIDE = f"""A `{LONG}` and {LONG} and https://example.com/{LONG}

```python
{LONG} = "{LONG}"
```

| {" | ".join("column" * 3 for _ in range(12))} |
|{"---|" * 12}
| {" | ".join(LONG[:40] for _ in range(12))} |
"""

# Code, tables and formulas scroll by themselves; nothing else may.
FIND_WIDE = """() => {
  const isOff = ({ right, left, width }) => width > 0 && (right > innerWidth + 0.5 || left < -0.5);
  const found = document.documentElement.scrollWidth > innerWidth ? ['the page'] : [];
  for (const element of document.querySelectorAll('body *')) {
    if (element.closest('pre, .table, .math, .scroll, .only-heard, .skip, select')) continue;
    const { overflowX } = getComputedStyle(element);
    const scrolls = ['auto', 'scroll'].includes(overflowX) && element.scrollWidth > element.clientWidth;
    if (scrolls || isOff(element.getBoundingClientRect())) found.push(element.outerHTML.slice(0, 120));
  }
  return found;
}"""


async def see_nothing_wide(visitor: Visitor) -> None:
    for width in (360, 1280):
        await visitor.page.set_viewport_size({"width": width, "height": 740})
        assert await visitor.page.evaluate(FIND_WIDE) == [], f"{width} px wide at {visitor.page.url}"


async def test_no_screen_scrolls_sideways(newcomer: Visitor, with_provider: FixtureProvider) -> None:
    visitor = newcomer
    await visitor.go("/")
    await expect(visitor.page.get_by_label("Token")).to_be_visible()
    await see_nothing_wide(visitor)
    await visitor.sign_in()
    await see_nothing_wide(visitor)
    for path in (
        "/approvals",
        *(f"/settings/{name}" for name in ("providers", "providers?add", "permissions", "general")),
    ):
        await visitor.go(path)
        await expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
        await see_nothing_wide(visitor)


async def test_no_conversation_scrolls_sideways(visitor: Visitor, with_provider: FixtureProvider, ledger: Path) -> None:
    going_on = asyncio.Event()
    going_on.set()
    first, asking, _ = story.rounds(pause=going_on)
    with_provider.script = [first, asking, Round([Say([WIDE])])]
    await visitor.use_folder(ledger)
    await visitor.say(f"{story.QUESTION} {LONG}")
    await visitor.ready_to_decide()
    await see_nothing_wide(visitor)
    await visitor.page.set_viewport_size({"width": 1280, "height": 740})
    await visitor.decide("y")
    await visitor.see_end()
    await expect(visitor.answer.locator("table")).to_be_visible()
    await see_nothing_wide(visitor)


async def test_a_narrow_page_has_its_menu_in_a_drawer(visitor: Visitor) -> None:
    page = visitor.page
    await page.set_viewport_size({"width": 360, "height": 740})
    await expect(page.get_by_role("navigation", name="Parts of Studio")).to_have_count(0)
    menu = page.get_by_role("button", name="Show the menu")
    await menu.click()
    drawer = page.get_by_role("dialog")
    await expect(drawer).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(drawer).to_have_count(0)
    await menu.click()
    await drawer.get_by_role("link", name="Settings").click()
    await expect(page.get_by_role("heading", name="Providers", level=1)).to_be_visible()
    await expect(drawer).to_have_count(0)
    await menu.click()
    await drawer.get_by_role("link", name="Permissions").click()
    await expect(page.get_by_role("heading", name="Permissions", level=1)).to_be_visible()
    await menu.click()
    await expect(drawer).to_be_visible()
    await page.go_back()
    await expect(drawer).to_have_count(0)
    await menu.click()
    await expect(drawer).to_be_visible()
    # The address says that it is open.
    await page.reload()
    await expect(drawer).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(drawer).to_have_count(0)
    await expect(page.get_by_role("heading", name="Permissions", level=1)).to_be_visible()
