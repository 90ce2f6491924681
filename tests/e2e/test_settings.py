"""What a person sets for all conversations."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.anyio


async def test_a_folder_is_trusted_and_trusted_no_longer(visitor: Visitor, ledger: Path) -> None:
    visitor.excuse("status of 4")
    page = visitor.page
    await visitor.go("/settings/permissions")
    await expect(page.get_by_text("No folder is trusted.")).to_be_visible()
    path = page.get_by_label("Full path of a folder")
    await path.fill(str(ledger / "nowhere"))
    await path.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("nowhere")
    await path.fill(str(ledger))
    await path.press("Enter")
    trusted = page.get_by_role("list", name="Trusted folders")
    await expect(trusted).to_contain_text(str(ledger))
    await expect(page.get_by_role("alert")).to_have_count(0)
    await expect(path).to_have_value("")
    await trusted.get_by_role("button", name=f"Trust {ledger} no longer").press("Enter")
    await expect(page.get_by_text("No folder is trusted.")).to_be_visible()


async def test_the_builtin_rules_are_folded(visitor: Visitor) -> None:
    await visitor.go("/settings/permissions")
    rules = visitor.page.get_by_role("list", name="Built-in rules")
    head = visitor.page.locator("summary", has_text="built-in rules")
    await expect(head).to_be_visible()
    await expect(rules).to_have_count(0)
    await head.click()
    await expect(rules).to_be_visible()


async def test_a_role_and_tokens_to_think_with_are_kept(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.go("/settings/general")
    await page.get_by_label("Role").select_option(label="Reviewer")
    await expect(page.get_by_text("Reads a change as somebody who will have to live with it.")).to_be_visible()
    await page.get_by_label("Tokens to think with").fill("2048")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    async with visitor.server.client() as owner:
        profile = (await owner.get("/api/config")).json()["profile"]
    assert (profile["persona"], profile["thinking_tokens"]) == ("reviewer", 2048)
    async with page.expect_response("**/api/config/profile"):
        await page.get_by_label("When the window is closed").select_option(label="Let Studio work on")
    async with page.expect_response("**/api/config/profile"):
        await page.get_by_label("Tell me of questions").uncheck()
    async with page.expect_response("**/api/config/profile"):
        await page.get_by_label("Show an icon beside the clock").uncheck()
    await page.reload()
    await expect(page.get_by_label("When the window is closed")).to_have_value("serve")
    await expect(page.get_by_label("Tell me of questions")).not_to_be_checked()
    await expect(page.get_by_label("Show an icon beside the clock")).not_to_be_checked()
    await expect(page.get_by_label("Role")).to_have_value("reviewer")


async def test_themes_and_sizes_show_at_once_and_before_anything_is_loaded(visitor: Visitor) -> None:
    page = visitor.page
    root = page.locator("html")
    await visitor.go("/settings/general")
    await page.get_by_label("Light", exact=True).focus()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_label("Dark", exact=True)).to_be_checked()
    await expect(root).to_have_attribute("data-theme", "dark")
    await page.get_by_label("High contrast").check()
    before = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert before == "rgb(0, 0, 0)"
    await page.get_by_label("Text size").select_option(label="Large")
    await expect(root).to_have_css("font-size", "18px")
    async with visitor.server.client() as owner:
        profile = (await owner.get("/api/config")).json()["profile"]
    assert (profile["theme"], profile["text_size"]) == ("neon", "large")
    await page.reload(wait_until="commit")
    await expect(root).to_have_attribute("data-theme", "neon")
    await expect(root).to_have_attribute("data-text-size", "large")


async def test_what_is_kept_is_shown_with_its_size(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.say("/help")
    await visitor.see_end()
    await visitor.go("/settings/data")
    rows = page.get_by_role("list", name="Data").get_by_role("listitem")
    async with visitor.server.client() as owner:
        kept = (await owner.get("/api/studio/data")).json()
    await expect(rows).to_have_count(len(kept["categories"]))
    await expect(page.locator("[data-category=conversations]")).to_contain_text(re.compile(r"Conversations.*kB"))
    widths = await rows.evaluate_all("rows => rows.map(row => row.querySelector('.bar > span')?.offsetWidth ?? 0)")
    assert (widths, widths[0] > widths[-1]) == (sorted(widths, reverse=True), True)
    await expect(page.get_by_role("main")).to_contain_text("The database file takes")


async def test_one_backs_up_and_has_the_backup_checked(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.say("/help")
    await visitor.see_end()
    await visitor.go("/settings/data")
    backups = page.get_by_role("region", name="Backups")
    await expect(backups).to_contain_text("There is no backup yet.")
    await backups.get_by_role("button", name="Back up now").press("Enter")
    row = backups.get_by_role("list").get_by_role("listitem")
    await expect(row).to_contain_text("made by you")
    await expect(page.locator("[data-category=backups]")).to_contain_text("1 entry")
    await row.get_by_role("button", name="Check").press("Enter")
    await expect(row.get_by_role("status")).to_contain_text("It is whole. Conversations: 1. Messages: 2.")
    await row.get_by_role("button", name="Delete").press("Enter")
    await page.get_by_role("dialog").get_by_role("button", name="Delete").press("Enter")
    await expect(row).to_have_count(0)
    await expect(page.locator("[data-category=backups]")).to_contain_text("0 entries")


async def test_one_goes_back_to_a_backup_by_typing_its_name(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.go("/settings/data")
    backups = page.get_by_role("region", name="Backups")
    await backups.get_by_role("button", name="Back up now").press("Enter")
    row = backups.get_by_role("list").get_by_role("listitem")
    name = await row.get_attribute("data-backup")
    assert name
    await row.get_by_role("button", name="Go back").press("Enter")
    dialog = page.get_by_role("dialog")
    go_back = dialog.get_by_role("button", name="Go back")
    await expect(go_back).to_be_disabled()
    await dialog.get_by_role("textbox").fill(name)
    await go_back.press("Enter")
    # Its session belongs to what was there before.
    await expect(page.get_by_role("heading", name="Sign in to Studio")).to_be_visible()


async def test_how_long_things_are_kept_is_set_and_done_now(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.go("/settings/data")
    kept = page.get_by_role("region", name="How long things are kept")
    await kept.get_by_label("Keep what nobody uses").fill("365")
    await kept.get_by_label("Back up every").fill("7")
    await kept.get_by_role("button", name="Save").press("Enter")
    await expect(kept.get_by_role("status")).to_have_text("Saved.")
    async with visitor.server.client() as owner:
        profile = (await owner.get("/api/config")).json()["profile"]
    assert (profile["keep_days"], profile["backup_days"]) == (365, 7)
    await kept.get_by_role("button", name="Count them").press("Enter")
    await expect(kept.get_by_role("status")).to_have_text("There is nothing that old.")
