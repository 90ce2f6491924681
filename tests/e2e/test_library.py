"""The library: programs found, installed, followed and cancelled, by the keyboard alone, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.machine import machine, speak
from tests.e2e.test_accessibility import see_nothing_serious
from tests.e2e.test_actions import chosen, open_palette
from tests.e2e.visitor import Visitor
from tests.support.program import Program

pytestmark = pytest.mark.anyio

WORDS = {
    "en": {
        "search": "Find a program",
        "install": "Install",
        "run": "Run it",
        "keep": "Not now",
        "cancel": "Cancel it",
        "close": "Close",
        "done": "Done",
        "failed": "Failed",
        "cancelled": "Cancelled",
        "output": "installation of",
        "all": "Show all",
        "missing": "Not here",
        "broken": "Not well",
        "silent": "Does not say its version",
        "scan": "Scan again",
        "servers": "Language servers",
        "check": "Check all",
        "silent server": "Does not work",
        "equip": "Equip a project",
        "project": "Folder of the project",
        "look": "Look at its languages",
        "tell": "Tell an editor",
        "editor": "Editor",
        "show": "Show what would change",
        "write": "Write it",
        "kept": "is kept as",
        "same": "says so already",
    },
    "fr": {
        "search": "Trouver un programme",
        "install": "Installer",
        "run": "Lancer",
        "keep": "Pas maintenant",
        "cancel": "Annuler",
        "close": "Fermer",
        "done": "Terminée",
        "failed": "Échouée",
        "cancelled": "Annulée",
        "output": "installation de",
        "all": "Tout montrer",
        "missing": "Absents",
        "broken": "En panne",
        "silent": "Ne dit pas sa version",
        "scan": "Analyser à nouveau",
        "servers": "Serveurs de langage",
        "check": "Les vérifier tous",
        "silent server": "Ne marche pas",
        "equip": "Équiper un projet",
        "project": "Dossier du projet",
        "look": "Regarder ses langages",
        "tell": "Informer un éditeur",
        "editor": "Éditeur",
        "show": "Montrer ce qui changerait",
        "write": "crire",
        "kept": "est gardé dans",
        "same": "le dit déjà",
    },
}

languages = pytest.mark.parametrize("language", ["en", pytest.param("fr", marks=pytest.mark.long)])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Program]:
    with machine(tmp_path / "home") as started:
        yield started


def row(visitor: Visitor, name: str) -> Locator:
    return visitor.page.locator(f"[data-program={name}]")


async def press(visitor: Visitor, button: Locator) -> None:
    """Press what the keyboard can reach."""
    await expect(button).to_be_enabled()
    await button.focus()
    await expect(button).to_be_focused()
    await visitor.page.keyboard.press("Enter")


async def enter(visitor: Visitor, language: str) -> dict[str, str]:
    """Go to the library. Return the words of the language."""
    await speak(visitor, language)
    await visitor.go("/library")
    await expect(row(visitor, "claude")).to_contain_text("It ended with status 3")
    return WORDS[language]


@languages
async def test_a_program_is_installed_once_its_command_was_shown(newcomer: Visitor, language: str) -> None:
    t, page = await enter(newcomer, language), newcomer.page
    await page.get_by_role("searchbox", name=t["search"]).focus()
    await page.keyboard.type("codex")
    await expect(page.locator("[data-program]")).to_have_count(1)
    await press(newcomer, page.get_by_role("button", name=f"{t['install']} Codex"))
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("npm install -g @openai/codex")
    await see_nothing_serious(newcomer)
    # The button that runs it has the focus; nothing was run yet.
    await expect(dialog.get_by_role("button", name=t["run"])).to_be_focused()
    async with newcomer.server.client() as owner:
        assert (await owner.get("/api/installs")).json() == {"installations": []}
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_text(t["done"], exact=True)).to_be_visible()
    await expect(dialog.get_by_role("log")).to_contain_text("added 1 package")
    await see_nothing_serious(newcomer)
    await press(newcomer, dialog.get_by_role("button", name=t["close"]))
    await expect(dialog).to_have_count(0)
    await expect(row(newcomer, "codex")).to_contain_text("0.46.0")
    await press(newcomer, page.get_by_role("button", name=f"{t['output']} Codex"))
    await expect(dialog.get_by_role("log")).to_contain_text("$ npm install -g @openai/codex")
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)


@languages
async def test_an_installation_goes_on_beside_and_is_cancelled(newcomer: Visitor, language: str) -> None:
    t, page = await enter(newcomer, language), newcomer.page
    await press(newcomer, page.get_by_role("button", name=f"{t['install']} Gemini CLI"))
    dialog = page.get_by_role("dialog")
    await press(newcomer, dialog.get_by_role("button", name=t["run"]))
    await expect(dialog.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "40")
    await page.keyboard.press("Escape")
    await expect(row(newcomer, "gemini").get_by_role("progressbar")).to_have_attribute("aria-valuenow", "40")
    await page.reload()
    await expect(row(newcomer, "gemini").get_by_role("progressbar")).to_have_attribute("aria-valuenow", "40")
    await press(newcomer, page.get_by_role("button", name=f"{t['output']} Gemini CLI"))
    await expect(dialog.get_by_role("log")).to_contain_text("fetching 40%")
    await press(newcomer, dialog.get_by_role("button", name=t["cancel"]))
    await expect(dialog.get_by_text(t["cancelled"], exact=True)).to_be_visible()
    await expect(dialog.get_by_role("progressbar")).to_have_count(0)


@languages
async def test_what_fails_says_so_and_leaves_its_output(newcomer: Visitor, language: str) -> None:
    t, page = await enter(newcomer, language), newcomer.page
    await press(newcomer, page.get_by_role("button", name=f"{t['install']} Amp"))
    dialog = page.get_by_role("dialog")
    await press(newcomer, dialog.get_by_role("button", name=t["keep"]))
    await expect(dialog).to_have_count(0)
    await press(newcomer, page.get_by_role("button", name=f"{t['install']} Amp"))
    await press(newcomer, dialog.get_by_role("button", name=t["run"]))
    await expect(dialog.get_by_role("alert")).to_contain_text("'npm' ended with status 7.")
    await expect(dialog.get_by_role("log")).to_contain_text("npm error install -g @sourcegraph/amp")
    await page.keyboard.press("Escape")
    await expect(row(newcomer, "amp")).to_contain_text(t["failed"])


@languages
@pytest.mark.long
async def test_programs_are_found_by_words_kind_and_state(newcomer: Visitor, language: str) -> None:
    t, page = await enter(newcomer, language), newcomer.page
    await expect(row(newcomer, "claude")).to_contain_text(t["silent"])
    await page.get_by_role("radio", name=t["broken"]).focus()
    await page.keyboard.press("Space")
    await expect(row(newcomer, "claude")).to_be_visible()
    await expect(row(newcomer, "codex")).to_have_count(0)
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("ArrowLeft")
    await expect(page.get_by_role("radio", name=t["missing"])).to_be_checked()
    await expect(row(newcomer, "codex")).to_be_visible()
    await page.get_by_role("searchbox", name=t["search"]).fill("no program is called this")
    await press(newcomer, page.get_by_role("button", name=t["all"]))
    await expect(row(newcomer, "claude")).to_be_visible()
    await see_nothing_serious(newcomer)


@pytest.mark.long
async def test_a_scan_is_wanted_from_the_palette(newcomer: Visitor) -> None:
    t, page = await enter(newcomer, "en"), newcomer.page
    await newcomer.go("/chat")
    await expect(newcomer.composer).to_be_visible()
    await open_palette(newcomer)
    await page.keyboard.type("scan again")
    await expect(chosen(newcomer)).to_have_text(t["scan"])
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{newcomer.server.address}/library/tools")
    await expect(page.get_by_role("button", name=t["scan"])).to_be_enabled()
    await expect(row(newcomer, "claude")).to_be_visible()


@languages
@pytest.mark.long
async def test_language_servers_are_checked_and_installed(newcomer: Visitor, language: str) -> None:
    t, page = await enter(newcomer, language), newcomer.page
    await press(newcomer, page.get_by_role("link", name=t["servers"]))
    pyright = page.locator("[data-server=pyright]")
    await expect(pyright).to_be_visible()
    await press(newcomer, page.get_by_role("button", name=t["check"]))
    await expect(pyright).to_contain_text(t["silent server"])
    await see_nothing_serious(newcomer)
    await press(newcomer, page.locator("[data-server=bash]").get_by_role("button"))
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("bash-language-server")
    await press(newcomer, dialog.get_by_role("button", name=t["run"]))
    await expect(dialog.get_by_role("log")).to_contain_text("npm error")
    await expect(dialog.get_by_role("alert")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("[data-server=bash]")).to_contain_text(t["failed"])


@languages
async def test_a_project_is_equipped_once_the_commands_were_shown(newcomer: Visitor, language: str) -> None:
    t, page = await enter(newcomer, language), newcomer.page
    project = newcomer.server.home / "project"
    project.mkdir()
    for name in ("main.py", "build.sh"):
        (project / name).write_text("")
    await press(newcomer, page.get_by_role("link", name=t["servers"]))
    await press(newcomer, page.get_by_role("button", name=t["equip"]))
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label(t["project"]).fill(str(project))
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_role("list")).to_contain_text("shellscript")
    await expect(dialog).to_contain_text("bash-language-server")
    await see_nothing_serious(newcomer)
    await press(newcomer, dialog.get_by_role("button", name=t["run"]))
    await expect(dialog).to_contain_text(t["failed"])
    await expect(dialog).to_contain_text("'npm' ended with status 7.")
    await page.keyboard.press("Escape")
    await expect(page.locator("[data-server=bash]")).to_contain_text(t["failed"])


@languages
async def test_an_editor_is_told_once_the_change_was_shown(newcomer: Visitor, language: str) -> None:
    t, page = await enter(newcomer, language), newcomer.page
    config = newcomer.server.home / ".config/helix/languages.toml"
    config.parent.mkdir(parents=True)
    config.write_text("# mine\n")
    await press(newcomer, page.get_by_role("link", name=t["servers"]))
    await press(newcomer, page.get_by_role("button", name=t["tell"]))
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label(t["editor"]).select_option("helix")
    await press(newcomer, dialog.get_by_role("button", name=t["show"]))
    await expect(dialog.locator("figcaption")).to_have_text(str(config))
    await expect(dialog.get_by_role("figure")).to_contain_text("pyright")
    assert config.read_text() == "# mine\n"
    await see_nothing_serious(newcomer)
    await press(newcomer, dialog.get_by_role("button", name=t["write"]))
    await expect(dialog.get_by_role("status")).to_contain_text(t["kept"])
    assert config.read_text().startswith("# mine\n")
    assert "pyright" in config.read_text()
    await press(newcomer, dialog.get_by_role("button", name=t["show"]))
    await expect(dialog.get_by_role("status")).to_contain_text(t["same"])
