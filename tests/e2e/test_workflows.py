"""Workflows in the page: begun, changed by a form, run, decided by key, and gone on with after the server died."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.test_accessibility import see_nothing_serious
from tests.e2e.test_layout import see_nothing_wide
from tests.e2e.test_library import press
from tests.e2e.visitor import Visitor
from tests.provider import FixtureProvider
from tests.provider.script import say
from tests.support.program import Program, program

pytestmark = pytest.mark.anyio

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


async def begin(server: Program, workflow_id: str, **told: str) -> str:
    """Run a workflow whose commands are allowed. Return the address of the run."""
    async with server.client() as owner:
        answer = await owner.post(f"/api/workflow/execute/{workflow_id}", json=ALLOWED | {"input": told})
        assert answer.status_code == 202, answer.text
        return f"/workflows/{workflow_id}/{answer.json()['execution_id']}"


async def change_and_approve(visitor: Visitor, note: Path) -> None:
    """Change the arguments of the step that asks, with the keyboard alone: to nonsense, to what is refused, to more."""
    page, card = visitor.page, await visitor.ready_to_decide()
    await card.focus()
    await page.keyboard.press("e")
    await expect(card.get_by_label("Tool", exact=True)).to_be_focused()
    args, approve = card.get_by_label("Arguments"), card.get_by_role("button", name="Approve as changed")
    await page.keyboard.press("Tab")
    await expect(args).to_be_focused()
    await args.fill('{"path": ')
    await expect(card.get_by_role("status")).to_contain_text("args: ")
    await expect(approve).to_be_disabled()
    await see_nothing_serious(visitor)
    visitor.excuse("status of 422")
    await args.fill("[]")
    await press(visitor, approve)
    await expect(card.get_by_role("alert")).to_contain_text("args")
    await expect(approve).to_be_focused()
    await args.fill(json.dumps({"path": str(note), "content": "told anew, and changed"}))
    await press(visitor, approve)


async def test_a_run_that_failed_is_told_of_until_somebody_looks(visitor: Visitor) -> None:
    page = visitor.page
    skipped = {"id": "after", "kind": "command", "command": "true", "depends_on": ["bad"]}
    workflow = await create(visitor.server, {"id": "bad", "kind": "command", "command": "exit 3"}, skipped)
    await visitor.go("/dashboard")
    badge = page.get_by_role("link", name="Workflows").get_by_text("1 run failed")
    async with visitor.server.client() as owner:
        for number in range(2):
            body = {"profile": {"allow": ["command"]}}
            assert (await owner.post(f"/api/workflow/execute/{workflow}", json=body)).status_code == 202
            await expect(badge).to_have_count(1)
            await visitor.go("/workflows")
            unseen = page.get_by_role("region", name="Failed while nobody looked")
            await expect(unseen).to_contain_text("“bad” failed")
            if number == 0:
                await expect(page.locator("[data-workflow]")).to_have_count(1)
                await see_nothing_serious(visitor)
                await press(visitor, unseen.get_by_role("button", name="Mark all as seen"))
                await expect(badge).to_have_count(0)
    await press(visitor, unseen.get_by_role("link"))
    bar = page.get_by_role("progressbar", name="Steps that are done")
    await expect(bar).to_have_attribute("aria-valuetext", "Failed: 1, Skipped: 1")
    await expect(badge).to_have_count(0)
    # Conversations have nothing to do with it.
    await expect(page.locator("aside.panel")).to_have_count(0)
    await see_nothing_serious(visitor)


@pytest.mark.long
async def test_a_workflow_is_made_changed_run_and_removed(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.go("/workflows")
    await expect(page.get_by_text("No workflow yet")).to_be_visible()
    await expect(page.locator("[data-template]")).to_have_count(10)
    await see_nothing_serious(visitor)
    dialog = page.get_by_role("dialog")
    await press(visitor, page.get_by_role("button", name="Create a workflow"))
    await dialog.get_by_label("Name", exact=True).fill("Count to two")
    await press(visitor, dialog.get_by_role("button", name="Create it", exact=True))
    for title, command in (("One", "echo first"), ("Two", "echo {{ on.output }}")):
        await press(visitor, page.get_by_role("button", name="Add a step"))
        await dialog.get_by_label("Title", exact=True).fill(title)
        await dialog.get_by_label("Command", exact=True).fill(command)
        if title == "Two":
            # What is wrong is said as one types.
            await expect(dialog.get_by_role("status")).to_contain_text("It uses 'on'")
            await see_nothing_serious(visitor)
            await dialog.get_by_label("Command", exact=True).fill("echo {{ one.output }} and second")
            await expect(dialog.get_by_role("status")).to_have_text("")
            await dialog.get_by_label("Ask me before it is done").check()
        await press(visitor, dialog.get_by_role("button", name="Keep", exact=True))
        await expect(dialog).to_have_count(0)
    await expect(step(visitor, "two")).to_contain_text("echo {{ one.output }} and second")
    await press(visitor, page.get_by_role("button", name="Run", exact=True))
    await dialog.get_by_role("radio", name="What I tick here").check()
    await expect(dialog.get_by_role("checkbox", name="command")).to_be_checked()
    await see_nothing_serious(visitor)
    await press(visitor, dialog.get_by_role("button", name="Run", exact=True))
    await see_step(visitor, "two", "awaiting_approval")
    await visitor.ready_to_decide()
    await see_nothing_serious(visitor)
    await page.keyboard.press("y")
    await see_step(visitor, "two", "completed")
    await expect(page.locator("header [data-status=completed]")).to_have_text("Completed")
    await press(visitor, step(visitor, "two").locator("summary").filter(has_text="Output"))
    await expect(step(visitor, "two").locator("pre")).to_contain_text("first and second")
    await see_nothing_serious(visitor)
    await visitor.go("/workflows")
    listed = page.locator("[data-workflow]")
    await press(visitor, listed.get_by_role("button", name="Duplicate “Count to two”"))
    await expect(page.get_by_role("heading", name="Count to two (copy)")).to_be_visible()
    await visitor.go("/workflows")
    await page.get_by_label("Find a workflow").fill("(COPY)")
    await expect(listed).to_have_count(1)
    await press(visitor, listed.get_by_role("button", name="Run “Count to two (copy)”"))
    await expect(dialog).to_contain_text("Run “Count to two (copy)”")
    await page.keyboard.press("Escape")
    await press(visitor, listed.get_by_role("button", name="Remove"))
    await press(visitor, dialog.get_by_role("button", name="Remove", exact=True))
    await expect(page.get_by_text("No workflow fits")).to_be_visible()
    await expect(dialog).to_have_count(0)
    await page.get_by_label("Find a workflow").fill("")
    await press(visitor, listed.get_by_role("button", name="Remove"))
    await press(visitor, dialog.get_by_role("button", name="Remove", exact=True))
    await expect(page.get_by_text("No workflow yet")).to_be_visible()


async def declare_anew(visitor: Visitor) -> None:
    """Take an input away that steps name, declare it otherwise, and look what a run is asked for."""
    page, dialog = visitor.page, visitor.page.get_by_role("dialog")
    told = page.get_by_role("region", name="What a run is told")
    await expect(told.locator("[data-input=base]")).to_contain_text("The branch to compare with, such as main.")
    await expect(told).to_contain_text("Steps that name no folder work in: {{ input.folder }}")
    visitor.excuse("status of 422")
    await press(visitor, told.get_by_role("button", name="Remove “base”"))
    await expect(page.locator(".problems li")).to_contain_text("and the workflow declares none that is called so.")
    await press(visitor, told.get_by_role("button", name="Declare “base”"))
    await dialog.get_by_label("What it is").select_option("Choice")
    await dialog.get_by_label("Choices").fill("main\nnext")
    await dialog.get_by_label("What stands in it before").select_option("next")
    await press(visitor, dialog.get_by_role("button", name="Keep", exact=True))
    await expect(page.get_by_text("Not kept until")).to_have_count(0)
    await press(visitor, page.get_by_role("button", name="Run", exact=True))
    await expect(dialog.get_by_label("base", exact=True)).to_have_value("next")
    # What is required is asked for before anything is sent.
    await press(visitor, dialog.get_by_role("button", name="Run", exact=True))
    await expect(dialog.get_by_label("folder", exact=True)).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)


async def test_a_template_is_begun_from_exported_and_imported(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.go("/workflows")
    await press(visitor, page.get_by_role("button", name="Begin from it: “Review a diff”"))
    await expect(page.locator("[data-step]")).to_have_count(5)
    await declare_anew(visitor)
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
    await expect(step(visitor, "mistakes")).to_contain_text("After “Take the diff”")
    await expect(page.locator("[data-step]")).to_have_count(4)
    visitor.excuse("status of 404")
    await visitor.go("/workflows/gone/gone")
    await expect(page.get_by_text("There is no such run.")).to_be_visible()
    await press(visitor, page.get_by_role("link", name="All workflows"))
    await expect(page.locator("[data-template]")).to_have_count(10)


@pytest.mark.long
async def test_a_run_is_paused_cancelled_and_run_again_from_a_step(visitor: Visitor, tmp_path: Path) -> None:
    page, effects, note = visitor.page, tmp_path / "effects", tmp_path / "note"
    args = {"path": str(note), "content": "{{ input.word }}"}
    workflow = await create(
        visitor.server,
        {"id": "once", "kind": "command", "command": f"echo once >> {effects}"},
        {"id": "agree", "kind": "ask", "question": "Go on?", "choices": ["Yes"], "depends_on": ["once"]},
        {"id": "end", "kind": "command", "command": f"echo end >> {effects}", "depends_on": ["agree"]},
        {"id": "note", "kind": "tool", "tool": "write_file", "args": args, "cwd": str(tmp_path), "depends_on": ["end"]},
    )
    await visitor.go(await begin(visitor.server, workflow, word="told"))
    await see_step(visitor, "agree", "awaiting_approval")
    await press(visitor, page.get_by_role("button", name="Pause", exact=True))
    await expect(page.locator("header [data-status=paused]")).to_be_visible()
    await press(visitor, page.get_by_role("button", name="Go on", exact=True))
    await expect(page.locator("header [data-status=paused]")).to_have_count(0)
    await press(visitor, page.get_by_role("button", name="Cancel", exact=True))
    await expect(page.locator("header [data-status=cancelled]")).to_be_visible()
    await expect(visitor.card).to_have_count(0)
    await press(visitor, step(visitor, "agree").get_by_role("button", name="Again from here"))
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("word", exact=True).fill("told anew")
    await see_nothing_serious(visitor)
    await press(visitor, dialog.get_by_role("button", name="Again from here"))
    await see_step(visitor, "once", "completed")
    await press(visitor, visitor.card.get_by_role("button", name="Yes"))
    await see_step(visitor, "note", "awaiting_approval")
    assert effects.read_text() == "once\nend\n"
    await change_and_approve(visitor, note)
    await see_step(visitor, "note", "completed")
    assert note.read_text() == "told anew, and changed"
    await press(visitor, page.get_by_role("button", name="Run again"))
    await expect(dialog.get_by_label("word", exact=True)).to_have_value("told anew")
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await press(visitor, page.get_by_role("link", name="The workflow"))
    await expect(page.get_by_role("region", name="Runs").get_by_role("link")).to_have_count(2)


async def test_a_goal_is_planned_for_changed_run_and_survives(
    visitor: Visitor, with_provider: FixtureProvider, tmp_path: Path
) -> None:
    visitor.excuse("net::ERR|WebSocket connection")
    page, effects = visitor.page, tmp_path / "effects"
    asked = {"questions": [{"id": "file", "question": "Into which file?"}]}
    planned = {
        "name": "Write it down",
        "steps": [
            {"id": "first", "title": "First", "kind": "command", "command": "echo first"},
            {"id": "name", "kind": "ask", "question": "What is it called?", "depends_on": ["first"]},
            {
                **{"id": "write", "title": "Write", "kind": "command", "depends_on": ["name"], "approval": True},
                "command": f"echo {{{{ first.output }}}} {{{{ name.output }}}} >> {effects}",
            },
        ],
    }
    with_provider.script = [say(json.dumps(asked)), say(json.dumps(planned))]
    await visitor.go("/workflows")
    await press(visitor, page.get_by_role("button", name="Plan for a goal"))
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Goal", exact=True).fill("Write down what is first")
    await press(visitor, dialog.get_by_role("button", name="Plan it"))
    await dialog.get_by_label("Into which file?").fill(str(effects))
    await see_nothing_serious(visitor)
    await press(visitor, dialog.get_by_role("button", name="Answer the questions"))
    await expect(dialog.get_by_role("status")).to_contain_text("a plan of 3 steps")
    await see_nothing_serious(visitor)
    await press(visitor, dialog.get_by_role("button", name="Look at it"))
    await press(visitor, step(visitor, "first").get_by_role("button", name="Change “First”"))
    await dialog.get_by_label("Command", exact=True).fill("echo second thoughts")
    await press(visitor, dialog.get_by_role("button", name="Keep", exact=True))
    await expect(step(visitor, "first")).to_contain_text("echo second thoughts")
    await press(visitor, page.get_by_role("button", name="Run", exact=True))
    await dialog.get_by_role("radio", name="What I tick here").check()
    await press(visitor, dialog.get_by_role("button", name="Run", exact=True))
    await see_step(visitor, "name", "awaiting_approval")
    visitor.server.kill()
    lost = page.get_by_text("The connection to Studio is lost.")
    await expect(lost).to_be_visible()
    with program(visitor.server.home, "--port", str(urlsplit(visitor.server.address).port)):
        await expect(lost).to_have_count(0)
        await expect(page.get_by_role("link", name="Approvals")).to_contain_text("1")
        await page.get_by_label("Your answer").fill("Aurora")
        await page.keyboard.press("Enter")
        await see_step(visitor, "write", "awaiting_approval")
        assert not effects.exists()
        await visitor.ready_to_decide()
        await page.keyboard.press("y")
        await see_step(visitor, "write", "completed")
    assert "Aurora" in effects.read_text()
    assert effects.read_text().count("second thoughts") == 1


async def test_a_schedule_is_added_run_now_and_its_run_is_seen(visitor: Visitor) -> None:
    page = visitor.page
    workflow = await create(visitor.server, {"id": "say", "kind": "command", "command": "echo by itself"})
    await visitor.go(f"/workflows/{workflow}")
    schedules = page.get_by_role("region", name="Schedules")
    await press(visitor, schedules.get_by_role("button", name="Add a schedule"))
    dialog = page.get_by_role("dialog")
    moments = dialog.get_by_label("Moments, as cron writes them")
    await moments.fill("0 9 * *")
    await expect(dialog.get_by_role("status")).to_contain_text("five fields of cron")
    await moments.fill("0 9 * * *")
    next_moments = dialog.get_by_role("status")
    await expect(next_moments).to_contain_text("Next:")
    await page.set_viewport_size({"width": 360, "height": 740})
    assert await next_moments.evaluate("text => text.scrollHeight <= text.clientHeight"), "it stands on what follows"
    await page.set_viewport_size({"width": 1280, "height": 800})
    await dialog.get_by_role("checkbox", name="command").check()
    await see_nothing_serious(visitor)
    await press(visitor, dialog.get_by_role("button", name="Keep it"))
    await expect(dialog).to_have_count(0)
    item = schedules.locator("[data-schedule]")
    await expect(item).to_contain_text("0 9 * * *")
    await press(visitor, item.get_by_role("button", name="Run now"))
    # It is looked at every few seconds; then there is a way to the run.
    await item.get_by_role("link").click(timeout=30_000)
    await see_step(visitor, "say", "completed")
    await visitor.go("/workflows")
    await expect(page.get_by_role("region", name="What comes next").get_by_role("link").first).to_have_text("Release")
    await see_nothing_serious(visitor)


async def test_the_log_of_a_run_is_read_as_it_grows_filtered_and_copied(visitor: Visitor) -> None:
    page = visitor.page
    each = {"id": "each", "kind": "foreach", "items": [1, 2, 3], "step": {"id": "x", "kind": "command"}}
    each["step"] |= {"command": "seq 1 1500"}
    end = {"id": "end", "title": "The end", "kind": "command", "command": "echo over", "depends_on": ["q"]}
    workflow = await create(visitor.server, each, {"id": "q", "kind": "ask", "question": "Go on?"}, end)
    await visitor.go(await begin(visitor.server, workflow))
    await see_step(visitor, "each", "completed")
    await see_step(visitor, "q", "awaiting_approval")
    log = page.get_by_role("region", name="Log", exact=True)
    await press(visitor, log.locator("summary"))
    lines, count = log.get_by_role("listitem"), log.get_by_role("status")
    # Those of each item and of all of them, of which few are drawn.
    await expect(count).to_have_text(re.compile(r"^4,5\d\d lines$"))
    await log.get_by_role("group", name="Log").scroll_into_view_if_needed()
    await expect(lines.last).to_be_in_viewport()
    assert await lines.count() < 150
    assert await page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "only its parts scroll"
    await see_nothing_serious(visitor)
    await see_nothing_wide(visitor)
    await page.get_by_label("Your answer").fill("Yes")
    await page.keyboard.press("Enter")
    await see_step(visitor, "end", "completed")
    await log.get_by_role("group", name="Log").scroll_into_view_if_needed()
    await expect(log.get_by_text("over", exact=True)).to_be_in_viewport()
    await log.get_by_label("Show of the log").select_option(label="The end")
    # Not begun, running, completed, and what it printed.
    await expect(count).to_have_text("3 lines")
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await press(visitor, log.get_by_role("button", name="Copy these lines"))
    await expect(log.get_by_role("button", name="Copied")).to_be_visible()
    copied: str = await page.evaluate("navigator.clipboard.readText()")
    assert [line.split("  ")[1:] for line in copied.splitlines()] == [
        ["end", "Running"],
        ["end", "Completed"],
        ["", "over"],
    ]
    # One that is over is read whole, from its beginning.
    await page.reload()
    await press(visitor, log.locator("summary"))
    await expect(count).to_have_text(re.compile(r"^4,5\d\d lines$"))
    await expect(lines.first).to_contain_text("Running")
