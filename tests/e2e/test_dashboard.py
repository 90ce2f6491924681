"""The dashboard: charts that move, what waits, what is open, agents and their versions, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Request, expect

from tests.e2e.machine import machine, speak
from tests.e2e.test_accessibility import see_nothing_serious
from tests.e2e.visitor import Visitor
from tests.support.program import Program

pytestmark = pytest.mark.anyio

WORDS = {
    "en": {
        "title": "Dashboard",
        "charts": ["Processor", "Memory", "Network", "Disk"],
        "terminals": "Open terminals",
        "recent": "Recent conversations",
        "waiting": "Waiting for you",
        "nothing": "Nothing waits for you.",
        "agents": "Coding agents",
        "machine": "This machine",
        "install": "Install Codex",
        "run": "Run it",
        "close": "Close",
        "programs": "All programs",
    },
    "fr": {
        "title": "Tableau de bord",
        "charts": ["Processeur", "Mémoire", "Réseau", "Disque"],
        "terminals": "Terminaux ouverts",
        "recent": "Conversations récentes",
        "waiting": "Vous attendent",
        "nothing": "Rien ne vous attend.",
        "agents": "Agents de code",
        "machine": "Cette machine",
        "install": "Installer Codex",
        "run": "Lancer",
        "close": "Fermer",
        "programs": "Tous les programmes",
    },
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Program]:
    with machine(tmp_path / "home") as started:
        yield started


@pytest.mark.parametrize("language", ["en", pytest.param("fr", marks=pytest.mark.long)])
async def test_everything_at_a_glance(newcomer: Visitor, language: str) -> None:
    t, page = WORDS[language], newcomer.page
    async with newcomer.server.client() as owner:
        await owner.post("/api/chat", json={"message": "/help of the day"})
        terminal = (await owner.post("/api/agents/agent_master/terminal")).json()["session"]
    await speak(newcomer, language)
    await page.get_by_role("navigation").get_by_role("link", name=str(t["title"])).focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1, name=str(t["title"]))).to_be_visible()
    for name in t["charts"]:
        await expect(page.get_by_role("img", name=name).locator("canvas")).to_be_visible()
    # Twice: what it says now is followed by what it says next.
    async with page.expect_response("**/api/system/metrics"):
        pass
    async with page.expect_response("**/api/system/metrics"):
        pass
    await expect(page.get_by_role("region", name=str(t["waiting"]))).to_contain_text(str(t["nothing"]))
    recent = page.get_by_role("region", name=str(t["recent"])).get_by_role("link")
    await expect(recent).to_contain_text("/help of the day")
    opened = page.get_by_role("region", name=str(t["terminals"])).get_by_role("link")
    await expect(opened).to_have_attribute("href", f"/terminals/{terminal['id']}")
    agents = page.get_by_role("region", name=str(t["agents"]))
    await expect(agents.locator("[data-program=claude]")).to_contain_text("It ended with status 3")
    async with newcomer.server.client() as owner:
        machine = (await owner.get("/api/system")).json()
    await expect(page.get_by_role("region", name=str(t["machine"]))).to_contain_text(machine["release"])
    await see_nothing_serious(newcomer)
    await agents.get_by_role("button", name=str(t["install"])).focus()
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("button", name=str(t["run"]))).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_role("log")).to_contain_text("added 1 package")
    await page.keyboard.press("Escape")
    await expect(agents.locator("[data-program=codex]")).to_contain_text("0.46.0")
    await recent.focus()
    await page.keyboard.press("Enter")
    await expect(newcomer.page).to_have_url(f"{newcomer.server.address}/chat/{await conversation(newcomer)}")


async def conversation(visitor: Visitor) -> str:
    async with visitor.server.client() as owner:
        return (await owner.get("/api/conversations")).json()["conversations"][0]["id"]


async def test_what_waits_for_a_decision_is_a_way_to_it(newcomer: Visitor, folder: Path) -> None:
    page = newcomer.page
    await newcomer.sign_in()
    await newcomer.use_folder(folder)
    await newcomer.say("/run touch made")
    await expect(newcomer.card).to_be_visible()
    await page.get_by_role("navigation").get_by_role("link", name="Dashboard").click()
    waiting = page.get_by_role("region", name="Waiting for you").get_by_role("link")
    await expect(waiting).to_be_visible()
    await waiting.click()
    await expect(page).to_have_url(f"{newcomer.server.address}/approvals")
    await newcomer.decide("n")


@pytest.mark.long
async def test_a_page_that_was_left_measures_no_more(newcomer: Visitor) -> None:
    page = newcomer.page
    await newcomer.sign_in()
    asked = list[str]()

    def see(request: Request) -> None:
        asked.append(request.url)

    await newcomer.go("/dashboard")
    async with page.expect_response("**/api/system/metrics"):
        pass
    await page.get_by_role("navigation").get_by_role("link", name="Approvals").click()
    await expect(page.get_by_text("Nothing waits for you.")).to_be_visible()
    page.on("request", see)
    # Longer than it waits between two measurements.
    await page.evaluate("new Promise((done) => setTimeout(done, 5000))")
    assert [url for url in asked if "metrics" in url] == []
