"""Workflows in the page: begun, changed by a form, run, decided by key, and gone on with after the server died."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.machine import speak
from tests.e2e.test_accessibility import see_nothing_serious
from tests.e2e.test_library import press
from tests.e2e.visitor import Visitor
from tests.support.program import Program, program

pytestmark = pytest.mark.anyio

WORDS = {
    "en": {
        "create": "Create a workflow",
        "create it": "Create it",
        "name": "Name",
        "add": "Add a step",
        "title": "Title",
        "command": "Command",
        "kind": "What it does",
        "question": "Question",
        "ask first": "Ask me before it is done",
        "keep": "Keep",
        "run": "Run",
        "ticked": "What I tick here",
        "completed": "Completed",
        "answer": "Your answer",
        "remove": "Remove",
        "more": "More",
        "none": "No workflow yet",
    },
    "fr": {
        "create": "Créer un flux",
        "create it": "Le créer",
        "name": "Nom",
        "add": "Ajouter une étape",
        "title": "Titre",
        "command": "Commande",
        "kind": "Ce qu’elle fait",
        "question": "Question posée",
        "ask first": "Me demander avant de la faire",
        "keep": "Garder",
        "run": "Exécuter",
        "ticked": "Ce que je coche ici",
        "completed": "Terminé",
        "answer": "Votre réponse",
        "remove": "Supprimer",
        "more": "Plus",
        "none": "Pas encore de flux de travail",
    },
}

languages = pytest.mark.parametrize("language", ["en", "fr"])
ALLOWED = {"profile": {"allow": ["command"]}}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Program]:
    with program(tmp_path / "home") as started:
        yield started


def step(visitor: Visitor, name: str) -> Locator:
    return visitor.page.locator(f"[data-step={name}]")


async def see_step(visitor: Visitor, name: str, status: str) -> None:
    await expect(step(visitor, name).locator(f"[data-status={status}]")).to_be_visible()


async def create(server: Program, *steps: dict[str, Any], name: str = "Release") -> str:
    async with server.client() as owner:
        answer = await owner.post("/api/workflow", json={"name": name, "steps": list(steps)})
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]


async def begin(server: Program, workflow_id: str) -> str:
    """Run a workflow whose commands are allowed. Return the address of the run."""
    async with server.client() as owner:
        answer = await owner.post(f"/api/workflow/execute/{workflow_id}", json=ALLOWED)
        assert answer.status_code == 202, answer.text
        return f"/workflows/{workflow_id}/{answer.json()['execution_id']}"


@languages
async def test_a_workflow_is_made_changed_run_and_removed(newcomer: Visitor, language: str) -> None:
    t, page = WORDS[language], newcomer.page
    await speak(newcomer, language)
    await newcomer.go("/workflows")
    await expect(page.get_by_text(t["none"])).to_be_visible()
    await expect(page.locator("[data-template]")).to_have_count(10)
    await see_nothing_serious(newcomer)
    dialog = page.get_by_role("dialog")
    await press(newcomer, page.get_by_role("button", name=t["create"]))
    await dialog.get_by_label(t["name"], exact=True).fill("Count to two")
    await press(newcomer, dialog.get_by_role("button", name=t["create it"], exact=True))
    for title, command in (("One", "echo first"), ("Two", "echo {{ on.output }}")):
        await press(newcomer, page.get_by_role("button", name=t["add"]))
        await dialog.get_by_label(t["title"], exact=True).fill(title)
        await dialog.get_by_label(t["command"], exact=True).fill(command)
        if title == "Two":
            # What is wrong is said as one types.
            await expect(dialog.get_by_role("status")).to_contain_text("It uses 'on'")
            await see_nothing_serious(newcomer)
            await dialog.get_by_label(t["command"], exact=True).fill("echo {{ one.output }} and second")
            await expect(dialog.get_by_role("status")).to_have_text("")
            await dialog.get_by_label(t["ask first"]).check()
        await press(newcomer, dialog.get_by_role("button", name=t["keep"], exact=True))
        await expect(dialog).to_have_count(0)
    await expect(step(newcomer, "two")).to_contain_text("echo {{ one.output }} and second")
    await press(newcomer, page.get_by_role("button", name=t["run"], exact=True))
    await dialog.get_by_role("radio", name=t["ticked"]).check()
    await expect(dialog.get_by_role("checkbox", name="command")).to_be_checked()
    await see_nothing_serious(newcomer)
    await press(newcomer, dialog.get_by_role("button", name=t["run"], exact=True))
    await see_step(newcomer, "two", "awaiting_approval")
    await newcomer.ready_to_decide()
    await see_nothing_serious(newcomer)
    await page.keyboard.press("y")
    await see_step(newcomer, "two", "completed")
    await expect(page.locator("header [data-status=completed]")).to_have_text(t["completed"])
    await press(newcomer, step(newcomer, "two").locator("summary"))
    await expect(step(newcomer, "two").locator("pre")).to_contain_text("first and second")
    await see_nothing_serious(newcomer)
    await newcomer.go("/workflows")
    await press(newcomer, page.locator("[data-workflow]").get_by_role("button", name=t["remove"]))
    await press(newcomer, dialog.get_by_role("button", name=t["remove"], exact=True))
    await expect(page.get_by_text(t["none"])).to_be_visible()


async def test_a_template_is_begun_from_exported_and_imported(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.go("/workflows")
    await press(visitor, page.get_by_role("button", name="Begin from it: “Review a diff”"))
    await expect(page.locator("[data-step]")).to_have_count(5)
    await page.get_by_role("button", name="More", exact=True).click()
    async with page.expect_download() as download:
        await page.get_by_role("menuitem", name="Export as YAML").click()
    path = await (await download.value).path()
    await visitor.go("/workflows")
    await press(visitor, page.get_by_role("button", name="Import", exact=True))
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("File", exact=True).set_input_files(path)
    await expect(dialog.get_by_label("Workflow as YAML")).to_have_value(path.read_text(encoding="utf-8"))
    await press(visitor, dialog.get_by_role("button", name="Import it"))
    await expect(page.locator("[data-step]")).to_have_count(5)
    # Whatever waited for a step that is gone waits for what that one waited for.
    await press(visitor, page.get_by_role("button", name="Remove “Is there anything?”"))
    await expect(page.locator("[data-step]")).to_have_count(4)
    await page.reload()
    await expect(step(visitor, "mistakes")).to_contain_text("After diff")
    await expect(page.locator("[data-step]")).to_have_count(4)


async def test_a_run_goes_on_after_the_server_died(visitor: Visitor, tmp_path: Path) -> None:
    visitor.excuse("net::ERR|WebSocket connection")
    page, effects = visitor.page, tmp_path / "effects"
    workflow = await create(
        visitor.server,
        {"id": "build", "kind": "command", "command": f"echo built >> {effects}"},
        {"id": "name", "kind": "ask", "question": "What is it called?", "depends_on": ["build"]},
        {
            "id": "publish",
            "kind": "command",
            "command": f"echo {{{{ name.output }}}} >> {effects}",
            "depends_on": ["name"],
            "approval": True,
        },
    )
    await visitor.go(await begin(visitor.server, workflow))
    await see_step(visitor, "build", "completed")
    await see_step(visitor, "name", "awaiting_approval")
    visitor.server.kill()
    lost = page.get_by_text("The connection to Studio is lost.")
    await expect(lost).to_be_visible()
    port = urlsplit(visitor.server.address).port
    with program(visitor.server.home, "--port", str(port)):
        await expect(lost).to_have_count(0)
        await expect(page.get_by_role("link", name="Approvals")).to_contain_text("1")
        await page.get_by_label("Your answer").fill("Aurora")
        await page.keyboard.press("Enter")
        await see_step(visitor, "publish", "awaiting_approval")
        await visitor.ready_to_decide()
        await page.keyboard.press("y")
        await see_step(visitor, "publish", "completed")
        await expect(page.locator("header [data-status=completed]")).to_be_visible()
        assert effects.read_text() == "built\nAurora\n"


async def test_a_run_is_paused_cancelled_and_run_again_from_a_step(visitor: Visitor, tmp_path: Path) -> None:
    page, effects = visitor.page, tmp_path / "effects"
    workflow = await create(
        visitor.server,
        {"id": "once", "kind": "command", "command": f"echo once >> {effects}"},
        {"id": "agree", "kind": "ask", "question": "Go on?", "choices": ["Yes"], "depends_on": ["once"]},
        {"id": "end", "kind": "command", "command": f"echo end >> {effects}", "depends_on": ["agree"]},
    )
    await visitor.go(await begin(visitor.server, workflow))
    await see_step(visitor, "agree", "awaiting_approval")
    await press(visitor, page.get_by_role("button", name="Pause", exact=True))
    await expect(page.locator("header [data-status=paused]")).to_be_visible()
    await press(visitor, page.get_by_role("button", name="Go on", exact=True))
    await expect(page.locator("header [data-status=paused]")).to_have_count(0)
    await press(visitor, page.get_by_role("button", name="Cancel", exact=True))
    await expect(page.locator("header [data-status=cancelled]")).to_be_visible()
    await expect(visitor.card).to_have_count(0)
    await press(visitor, step(visitor, "agree").get_by_role("button", name="Again from here"))
    await see_step(visitor, "once", "completed")
    await press(visitor, visitor.card.get_by_role("button", name="Yes"))
    await see_step(visitor, "end", "completed")
    assert effects.read_text() == "once\nend\n"
    await press(visitor, page.get_by_role("link", name="The workflow"))
    await expect(page.get_by_role("region", name="Runs").get_by_role("link")).to_have_count(2)
