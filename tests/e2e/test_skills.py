"""Skills in the page: written and judged, tried, deployed and taken back, sent away and taken in; in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.machine import speak
from tests.e2e.test_accessibility import see_nothing_serious
from tests.e2e.test_layout import see_nothing_wide
from tests.e2e.test_library import press
from tests.e2e.visitor import Visitor
from tests.support.program import Program, program
from tests.support.skills import put_skill

pytestmark = pytest.mark.anyio

WORDS = {
    "en": {
        "create": "New skill",
        "name": "Name",
        "description": "What it does, and when an agent should use it",
        "it": "Create it",
        "text": "Text of SKILL.md",
        "save": "Save",
        "saved": "Saved.",
        "try": "A message to try",
        "deploy": "Deploy",
        "show": "Show what would be written",
        "write": "Write it",
        "done": "Done.",
        "close": "Close",
        "back": "Take back",
        "remove it": "Remove it",
        "export": "Export",
        "remove": "Remove",
        "import": "Import",
        "archive": "Zip archive",
        "has": "Show what it has",
        "take": "Take the chosen",
        "taken": "One skill was taken.",
        "search": "Find a skill",
        "matrix": "Who sees what",
        "sees": "Sees it",
        "trust": "Trust the folder",
    },
    "fr": {
        "create": "Nouvelle compétence",
        "name": "Nom",
        "description": "et quand un agent doit",
        "it": "La créer",
        "text": "Texte de SKILL.md",
        "save": "Enregistrer",
        "saved": "Enregistré.",
        "try": "Un message à essayer",
        "deploy": "Déployer",
        "show": "Montrer ce qui serait écrit",
        "write": "écrire",
        "done": "est fait.",
        "close": "Fermer",
        "back": "Reprendre",
        "remove it": "Le retirer",
        "export": "Exporter",
        "remove": "Retirer",
        "import": "Importer",
        "archive": "Archive zip",
        "has": "elle contient",
        "take": "Prendre celles choisies",
        "taken": "Une compétence a été prise.",
    },
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Program]:
    home = tmp_path / "home"
    (home / ".claude").mkdir(parents=True)
    with program(home) as started:
        yield started


async def enter(visitor: Visitor, language: str) -> dict[str, str]:
    """Go to the skills. Return the words of the language."""
    await speak(visitor, language)
    await visitor.go("/library/skills")
    await expect(visitor.page.locator("[data-skill]").first).to_be_visible()
    return WORDS[language]


@pytest.mark.parametrize("language", ["en", pytest.param("fr", marks=pytest.mark.long)])
async def test_a_skill_is_written_deployed_and_carried_away_and_back(
    newcomer: Visitor, language: str, tmp_path: Path
) -> None:
    t, page, home = await enter(newcomer, language), newcomer.page, newcomer.server.home
    await see_nothing_serious(newcomer)
    await press(newcomer, page.get_by_role("button", name=t["create"]))
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label(t["name"], exact=True).fill("Tidy--Up")
    await dialog.get_by_label(t["description"]).fill('Sorts "imports". Use when imports are out of order.')
    await press(newcomer, dialog.get_by_role("button", name=t["it"]))
    await expect(dialog.get_by_role("alert").locator("[data-problem]").first).to_be_visible()
    await dialog.get_by_label(t["name"], exact=True).fill("tidy-up")
    await press(newcomer, dialog.get_by_role("button", name=t["it"]))
    editor = page.get_by_role("textbox", name=t["text"])
    await expect(editor).to_contain_text("tidy-up")
    await see_nothing_serious(newcomer)

    # What is wrong is said while it is typed, and leads to its line.
    await editor.focus()
    await page.keyboard.press("Control+a")
    await page.keyboard.insert_text("---\nname: other\ndescription: Sorts imports.\n---\n\n# Sort *them*\n")
    problem = page.locator("[data-problem]").first
    await expect(problem).to_contain_text("2")
    await expect(page.locator(".preview em")).to_have_text("them")
    await press(newcomer, problem.get_by_role("button"))
    await expect(editor).to_be_focused()
    await page.keyboard.press("Control+a")
    await page.keyboard.insert_text("---\nname: tidy-up\ndescription: Sorts imports. Use it often.\n---\n\n# Sort\n")
    await expect(page.locator("[data-problem=name_folder]")).to_have_count(0)
    await page.keyboard.press("Control+s")
    await expect(page.get_by_text(t["saved"], exact=True)).to_be_visible()
    await page.get_by_label(t["try"]).fill("sort my imports")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status").filter(has_text="imports")).to_be_visible()
    await see_nothing_wide(newcomer)

    # Nothing is written before it was shown, and it is taken back from where it was put.
    there = home / ".claude/skills/tidy-up"
    await press(newcomer, page.get_by_role("button", name=t["deploy"], exact=True))
    await press(newcomer, dialog.get_by_role("button", name=t["show"]))
    await expect(dialog.locator("[data-action=link]")).to_contain_text(str(there))
    await see_nothing_serious(newcomer)
    assert not there.exists()
    await press(newcomer, dialog.get_by_role("button", name=t["write"]))
    await expect(dialog.get_by_role("status")).to_contain_text(t["done"])
    assert there.is_symlink()
    await press(newcomer, dialog.get_by_role("button", name=t["close"]))
    await press(newcomer, page.locator("[data-deployment]").get_by_role("button", name=t["back"]))
    await press(newcomer, dialog.get_by_role("button", name=t["remove it"]))
    await expect(dialog.get_by_role("status")).to_contain_text(t["done"])
    assert not there.is_symlink()
    await press(newcomer, dialog.get_by_role("button", name=t["close"]))

    # It goes away as an archive, and comes back out of it.
    async with page.expect_download() as downloading:
        await press(newcomer, page.get_by_role("button", name=t["export"], exact=True))
    archive = tmp_path / "tidy-up.zip"
    await (await downloading.value).save_as(archive)
    await press(newcomer, page.get_by_role("button", name=t["remove"], exact=True))
    await press(newcomer, dialog.get_by_role("button", name=t["remove"], exact=True))
    await expect(page).to_have_url(f"{newcomer.server.address}/library/skills")
    await expect(page.locator("[data-skill=tidy-up]")).to_have_count(0)
    await press(newcomer, page.get_by_role("button", name=t["import"], exact=True))
    await dialog.get_by_label(t["archive"]).set_input_files(archive)
    await press(newcomer, dialog.get_by_role("button", name=t["has"]))
    await expect(dialog.locator("[data-imported=tidy-up]")).to_be_visible()
    await see_nothing_serious(newcomer)
    await expect(page.locator("[data-skill=tidy-up]")).to_have_count(0)
    await press(newcomer, dialog.get_by_role("button", name=t["take"]))
    await expect(dialog.get_by_text(t["taken"])).to_be_visible()
    await expect(page.locator("[data-skill=tidy-up]")).to_have_count(1)


async def test_skills_are_found_held_against_programs_and_a_project_is_trusted_first(newcomer: Visitor) -> None:
    home = newcomer.server.home
    put_skill(home / ".claude/skills", "fold-maps", "Folds maps. Use when a map is open.")
    project = home / "work"
    (project / ".git").mkdir(parents=True)
    put_skill(project / ".claude/skills", "draw-maps", "Draws maps. Use when there is none.")
    t, page = await enter(newcomer, "en"), newcomer.page
    await page.get_by_role("searchbox", name=t["search"]).fill("folds maps")
    await expect(page.locator("[data-skill]")).to_have_count(1)
    await page.get_by_role("radio", name=t["matrix"]).check()
    row = page.locator("[data-row=fold-maps]")
    await expect(row.locator("[data-reader=claude-code]")).to_contain_text(t["sees"])
    await see_nothing_serious(newcomer)
    await see_nothing_wide(newcomer)
    await page.get_by_role("searchbox", name=t["search"]).fill("draws maps")
    await page.get_by_label("Project", exact=True).last.fill(str(project))
    await page.keyboard.press("Enter")
    await press(newcomer, page.locator("[data-row=draw-maps]").get_by_role("link"))
    await press(newcomer, page.get_by_role("button", name=t["trust"]))
    await press(newcomer, page.get_by_role("dialog").get_by_role("button", name=t["trust"]))
    await expect(page.get_by_role("button", name=t["deploy"], exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name=t["trust"])).to_have_count(0)
