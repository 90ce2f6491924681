"""MCP servers in the page: found, added once the command was shown, approved, tried, put away; in both languages."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.machine import speak
from tests.e2e.test_accessibility import see_nothing_serious
from tests.e2e.test_library import press
from tests.e2e.visitor import Visitor
from tests.provider import FixtureProvider
from tests.provider.script import Calls, Round, say
from tests.support.mcp_servers import settings
from tests.support.program import Program, program

pytestmark = pytest.mark.anyio

WORDS = {
    "en": {
        "add": "Add a server",
        "name": "Name",
        "command": "Program",
        "args": "Arguments",
        "show": "Show what it would be",
        "it": "Add it",
        "connected": "Connected",
        "try": "Try it",
        "call": "Call it",
        "never": "Never",
        "quarantine": "Quarantine",
        "back": "Let back",
        "put away": "Quarantined",
        "remove": "Remove",
        "none": "No MCP server yet",
        "search": "Find a server",
        "tell": "Tell a program",
        "editor": "Editor",
        "shown": "Show what would change",
    },
    "fr": {
        "add": "Ajouter un serveur",
        "name": "Nom",
        "command": "Programme",
        "args": "Arguments",
        "show": "Montrer ce que ce serait",
        "it": "ajouter",
        "connected": "Connecté",
        "try": "essayer",
        "call": "appeler",
        "never": "Jamais",
        "quarantine": "Quarantaine",
        "back": "Réadmettre",
        "put away": "En quarantaine",
        "remove": "Retirer",
        "none": "Pas encore de serveur MCP",
        "search": "Trouver un serveur",
        "tell": "Informer un programme",
        "editor": "Éditeur",
        "shown": "Montrer ce qui changerait",
    },
}

languages = pytest.mark.parametrize("language", ["en", pytest.param("fr", marks=pytest.mark.long)])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Program]:
    with program(tmp_path / "home") as started:
        yield started


async def enter(visitor: Visitor, language: str) -> dict[str, str]:
    """Go to the MCP servers. Return the words of the language."""
    await speak(visitor, language)
    await visitor.go("/library/mcp")
    await expect(visitor.page.locator("[data-known]").first).to_be_visible()
    return WORDS[language]


def item(visitor: Visitor, name: str) -> Locator:
    return visitor.page.locator(f"[data-mcp={name}]")


@languages
async def test_a_server_is_added_tried_put_away_and_removed(newcomer: Visitor, language: str) -> None:
    t, page = await enter(newcomer, language), newcomer.page
    await expect(page.get_by_text(t["none"])).to_be_visible()
    await see_nothing_serious(newcomer)
    wanted = settings("calm")
    await press(newcomer, page.get_by_role("button", name=t["add"]))
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label(t["name"], exact=True).fill("calm")
    await dialog.get_by_label(t["command"], exact=True).last.fill(wanted["command"])
    await dialog.get_by_label(t["args"], exact=True).fill("\n".join(wanted["args"]))
    await press(newcomer, dialog.get_by_role("button", name=t["show"]))
    await expect(dialog.get_by_role("status")).to_contain_text(shlex.join([wanted["command"], *wanted["args"]]))
    await see_nothing_serious(newcomer)
    async with newcomer.server.client() as owner:
        assert (await owner.get("/api/mcp/servers")).json() == {"servers": []}
    await press(newcomer, dialog.get_by_role("button", name=t["it"]))
    await expect(page).to_have_url(f"{newcomer.server.address}/library/mcp/calm")
    await expect(page.locator("[data-state=running]")).to_contain_text(t["connected"])
    tool = page.locator("[data-tool=add]")
    await see_nothing_serious(newcomer)
    await press(newcomer, tool.locator("summary").last)
    for name, value in (("A", "2"), ("B", "40")):
        await tool.get_by_label(name, exact=True).fill(value)
    await press(newcomer, tool.get_by_role("button", name=t["call"]))
    await expect(tool.get_by_role("status")).to_contain_text("42")
    await see_nothing_serious(newcomer)
    await tool.get_by_role("combobox").first.select_option(label=t["never"])
    await expect(tool.get_by_role("combobox").first).to_have_value("deny")
    async with newcomer.server.client() as owner:
        rules = (await owner.get("/api/studio/permissions/rules")).json()["rules"]
        assert [rule["effect"] for rule in rules if rule["tool"] == "mcp__calm__add"] == ["deny"]
    await press(newcomer, page.get_by_role("button", name="calm").filter(has_text=t["quarantine"]))
    await expect(page.locator("[data-state=quarantined]")).to_contain_text(t["put away"])
    await press(newcomer, page.get_by_role("button", name="calm").filter(has_text=t["back"]))
    await expect(page.locator("[data-state=quarantined]")).to_have_count(0)
    await press(newcomer, page.get_by_role("button", name=t["remove"], exact=True))
    await press(newcomer, page.get_by_role("dialog").get_by_role("button", name=t["remove"], exact=True))
    await expect(page).to_have_url(f"{newcomer.server.address}/library/mcp")
    await expect(page.get_by_text(t["none"])).to_be_visible()


@languages
async def test_a_program_is_told_of_studio(newcomer: Visitor, language: str) -> None:
    t, page = await enter(newcomer, language), newcomer.page
    await press(newcomer, page.get_by_role("button", name=t["tell"]))
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label(t["editor"]).select_option("cursor")
    await press(newcomer, dialog.get_by_role("button", name=t["shown"]))
    await expect(dialog.get_by_role("figure")).to_contain_text("mcp")
    await expect(dialog.locator("figcaption")).to_have_text(str(newcomer.server.home / ".cursor/mcp.json"))
    await see_nothing_serious(newcomer)


async def test_what_is_known_is_found_by_words_and_fills_the_form(newcomer: Visitor) -> None:
    t, page = await enter(newcomer, "en"), newcomer.page
    await page.get_by_role("searchbox", name=t["search"]).fill("time")
    known = page.locator("[data-known=time]")
    await expect(known).to_be_visible()
    await press(newcomer, known.get_by_role("button"))
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_label(t["name"], exact=True)).to_have_value("time")
    await expect(dialog.get_by_label(t["command"], exact=True).last).not_to_have_value("")


async def test_a_server_asks_is_mentioned_and_has_a_message_ready(
    visitor: Visitor, with_provider: FixtureProvider
) -> None:
    page = visitor.page
    async with visitor.server.client() as owner:
        draft = settings("calm")
        planned = (await owner.post("/api/mcp/servers", json=draft)).json()
        await owner.post("/api/mcp/servers", json=draft | {"confirm": planned["exact"]})
        assert (await owner.post("/api/mcp/servers/calm/connect")).json()["state"] == "running"
    with_provider.script = [Round([Calls([("mcp__calm__ask", {})])]), say("Good day.")]
    await visitor.say("Who am I?")
    await visitor.ready_to_decide()
    await page.keyboard.press("y")
    question = page.locator("[data-elicitation]")
    await expect(question).to_contain_text("Who are you?")
    await see_nothing_serious(visitor)
    await question.get_by_label("Name", exact=True).fill("Ada")
    await question.get_by_label("Age", exact=True).fill("36")
    await question.get_by_role("button", name="Send", exact=True).press("Enter")
    await expect(visitor.answer).to_contain_text("Good day.")
    await expect(visitor.answer).to_contain_text("accept Ada 36")
    await visitor.composer.fill("")
    await visitor.composer.press_sequentially("@today")
    await expect(page.get_by_role("option").first).to_contain_text("calm:note://today")
    await visitor.composer.press("Enter")
    await expect(visitor.composer).to_have_value("@calm:note://today ")
    await visitor.composer.fill("")
    await visitor.composer.press_sequentially("/calm")
    await expect(page.get_by_role("option").first).to_contain_text("/calm:review")
    await visitor.composer.press("Enter")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("file", exact=True).fill("main.py")
    await page.keyboard.press("Enter")
    await expect(visitor.composer).to_have_value("Please review main.py.")
