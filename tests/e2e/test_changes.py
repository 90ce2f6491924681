"""Changes of files as they are shown: asked about, made, side by side, and of any size."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.test_accessibility import see_nothing_serious
from tests.e2e.test_layout import see_nothing_wide
from tests.e2e.visitor import Visitor
from tests.provider import FixtureProvider
from tests.provider.script import call, say

pytestmark = pytest.mark.anyio

BEFORE = "share = cents // people\n    return [share] * people"
AFTER = "share, rest = divmod(cents, people)\n    return [share + (place < rest) for place in range(people)]"
EDIT = call(("edit_file", {"path": "ledger.py", "old": BEFORE, "new": AFTER}))
LINES = 20_000
DRAWN = 200


def change(place: Locator) -> Locator:
    return place.get_by_role("group", name="Exact change")


async def test_a_change_is_asked_about_and_shown_as_it_was_made(
    visitor: Visitor, with_provider: FixtureProvider, ledger: Path
) -> None:
    page = visitor.page
    with_provider.script = [EDIT, say("Every cent is paid.")]
    await visitor.use_folder(ledger)
    await visitor.say("Mend it.")
    card = await visitor.ready_to_decide()
    await expect(change(card).locator("ins").first).to_have_text(", rest")
    await expect(card).to_contain_text("2 lines added, 2 removed")
    await see_nothing_serious(visitor)
    await page.set_viewport_size({"width": 1280, "height": 800})
    await visitor.decide("y")
    await visitor.see_end()

    made = visitor.tool("edit_file")
    await expect(change(made).locator(".number").first).to_have_text("2")
    await expect(change(made).get_by_text("1 unchanged line")).to_be_visible()
    toggle = made.get_by_role("button", name="Side by side")
    await toggle.press("Enter")
    await expect(change(made).locator(".isBeside")).to_be_visible()
    await expect(change(made).locator(".isBeside .line")).to_have_count(10)
    await see_nothing_serious(visitor)
    await page.reload()
    await expect(toggle).to_have_attribute("aria-pressed", "true")
    await expect(change(made).locator(".isBeside")).to_be_visible()
    await see_nothing_wide(visitor)
    await page.set_viewport_size({"width": 360, "height": 740})
    await expect(toggle).to_have_count(0)
    await expect(change(made).locator(".isBeside")).to_have_count(0)


@pytest.mark.long
async def test_a_change_of_any_size_is_drawn_in_parts(
    visitor: Visitor, with_provider: FixtureProvider, ledger: Path
) -> None:
    old = "".join(f"line {number}\n" for number in range(LINES))
    edit = {"path": "long.txt", "old": old, "new": old.replace("50\n", "50!\n")}
    with_provider.script = [call(("edit_file", edit)), say("As you wish.")]
    (ledger / "long.txt").write_text(old)
    await visitor.use_folder(ledger)
    await visitor.say("Change a long file.")
    card = await visitor.ready_to_decide()
    await expect(card).to_contain_text(f"{LINES // 100} lines added, {LINES // 100} removed")
    await expect(change(card).locator(".line")).to_have_count(DRAWN)
    fold = change(card).get_by_role("button", name="unchanged lines").first
    await fold.press("Enter")
    await expect(change(card)).to_be_focused()
    more = change(card).get_by_role("button", name="Show 500 more")
    await more.press("Enter")
    await expect(change(card).locator(".line")).to_have_count(DRAWN + 500)
    await visitor.decide("n")
    await visitor.see_end()
