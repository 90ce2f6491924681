"""A workflow as a graph: made, connected, held against circles and run there alone, by pointer and by keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.test_accessibility import see_nothing_serious
from tests.e2e.test_layout import see_nothing_wide
from tests.e2e.test_library import press
from tests.e2e.visitor import Visitor
from tests.support.program import Program, program

pytestmark = pytest.mark.anyio


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Program]:
    with program(tmp_path / "home") as started:
        yield started


def node(visitor: Visitor, name: str) -> Locator:
    return visitor.page.locator(f".svelte-flow__node[data-id={name}]")


def arrow(visitor: Visitor, source: str, target: str) -> Locator:
    return visitor.page.locator(f".svelte-flow__edge[data-id='{source}>{target}']")


async def create(visitor: Visitor, *steps: dict[str, Any]) -> str:
    async with visitor.server.client() as owner:
        answer = await owner.post("/api/workflow", json={"name": "Count", "steps": list(steps)})
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]


async def see_kept(visitor: Visitor, workflow: str, **waits: list[str]) -> None:
    """Wait until the server keeps these steps, each waiting for those."""
    async with visitor.server.client() as owner:

        async def kept() -> dict[str, list[str]]:
            steps = (await owner.get(f"/api/workflow/{workflow}")).json()["workflow"]["steps"]
            return {step["id"]: step["depends_on"] for step in steps}

        while await kept() != waits:
            await visitor.page.wait_for_timeout(50)


async def draw(visitor: Visitor, source: str, target: str) -> None:
    """Draw a line from one step to another with the pointer."""
    end = node(visitor, source).locator(".svelte-flow__handle.source")
    await end.drag_to(node(visitor, target).locator(".svelte-flow__handle.target"))


async def connect(visitor: Visitor, source: str, target: str) -> None:
    """Connect two steps by keys."""
    await node(visitor, source).focus()
    await visitor.page.keyboard.press("c")
    await expect(visitor.page.get_by_text("Now choose the step")).to_be_visible()
    await node(visitor, target).focus()
    await visitor.page.keyboard.press("Enter")


async def test_a_workflow_is_made_and_run_in_the_graph_alone(visitor: Visitor) -> None:
    page, dialog = visitor.page, visitor.page.get_by_role("dialog")
    workflow = await create(visitor)
    await visitor.go(f"/workflows/{workflow}")
    await page.get_by_role("radio", name="Graph", exact=True).check()
    await expect(page.get_by_text("No step yet: choose above what the first one does.")).to_be_visible()
    await press(visitor, page.get_by_role("button", name="Run another workflow"))
    # One is found by its name.
    other = dialog.get_by_label("Workflow", exact=True)
    await expect(dialog.locator(f"option[value={workflow}]")).to_be_attached()
    await other.fill(workflow)
    await expect(dialog.locator("output")).not_to_have_text("")
    await page.keyboard.press("Escape")
    for title, command in (("One", "echo 1"), ("Two", "echo 2"), ("Three", "echo 3")):
        await press(visitor, page.get_by_role("button", name="Run a command", exact=True))
        await dialog.get_by_label("Title", exact=True).fill(title)
        await dialog.get_by_label("Command", exact=True).fill(command)
        await press(visitor, dialog.get_by_role("button", name="Keep", exact=True))
        await expect(dialog).to_have_count(0)
        await expect(node(visitor, title.lower())).to_be_visible()
    await expect(page.locator(".svelte-flow__edge")).to_have_count(0)
    await draw(visitor, "one", "two")
    await expect(arrow(visitor, "one", "two")).to_be_attached()
    await connect(visitor, "two", "three")
    await see_kept(visitor, workflow, one=[], two=["one"], three=["two"])
    await draw(visitor, "three", "one")
    await expect(page.get_by_text("“One” comes before “Three” already")).to_be_visible()
    await see_nothing_serious(visitor)
    await expect(page.locator(".svelte-flow__edge")).to_have_count(2)
    await see_nothing_wide(visitor)
    await see_kept(visitor, workflow, one=[], two=["one"], three=["two"])
    await press(visitor, page.get_by_role("button", name="Run", exact=True))
    await dialog.get_by_role("radio", name="What I tick here").check()
    await press(visitor, dialog.get_by_role("button", name="Run", exact=True))
    for name in ("one", "two", "three"):
        await expect(node(visitor, name).locator("[data-status=completed]")).to_be_visible()
    await press(visitor, node(visitor, "three"))
    await expect(page.locator("[data-step]")).to_have_count(1)
    await press(visitor, page.locator("[data-step=three] summary"))
    await expect(page.locator("[data-step=three] pre")).to_have_text("3")
    await see_nothing_serious(visitor)


async def test_steps_are_moved_changed_taken_away_and_brought_back_by_keys(visitor: Visitor) -> None:
    page = visitor.page
    steps = [
        {"id": "is", "kind": "condition", "left": "1", "operator": "equals", "right": "1"},
        {"id": "yes", "kind": "command", "command": "echo yes", "when": {"is": True}},
        {"id": "end", "kind": "command", "command": "echo end", "depends_on": ["yes"]},
    ]
    workflow = await create(visitor, *steps)
    await visitor.go(f"/workflows/{workflow}")
    await page.get_by_role("radio", name="Graph", exact=True).check()
    await expect(arrow(visitor, "is", "yes")).to_be_attached()
    await expect(page.locator(".svelte-flow__edge-label")).to_have_text("If true")
    for name in ("is", "yes", "end"):
        await expect(node(visitor, name)).to_be_in_viewport(ratio=1)
    await node(visitor, "yes").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Shift+ArrowDown")
    await expect(page.get_by_role("button", name="Lay it out anew")).to_be_visible()
    moved: str = await node(visitor, "yes").evaluate("node => getComputedStyle(node).transform")
    await page.reload()
    await expect(node(visitor, "yes")).to_have_css("transform", moved)
    await press(visitor, page.get_by_role("button", name="Lay it out anew"))
    await expect(node(visitor, "yes")).not_to_have_css("transform", moved)
    await node(visitor, "yes").focus()
    await page.keyboard.press("e")
    dialog = page.get_by_role("dialog")
    command = dialog.get_by_label("Command", exact=True)
    await expect(command).to_have_value("echo yes")
    # What is wrong is said where one types, however low the window is.
    await page.set_viewport_size({"width": 1280, "height": 360})
    await command.fill("echo {{ nothing.output }}")
    await expect(dialog.get_by_text("It uses 'nothing'")).to_be_in_viewport(ratio=1)
    await page.set_viewport_size({"width": 1280, "height": 800})
    await page.keyboard.press("Escape")
    await expect(node(visitor, "yes")).to_be_focused()
    await page.keyboard.press("Delete")
    await expect(node(visitor, "yes")).to_have_count(0)
    await see_kept(visitor, workflow, **{"is": [], "end": ["is"]})
    await press(visitor, page.get_by_role("button", name="Undo", exact=True))
    await expect(arrow(visitor, "yes", "end")).to_be_attached()
    await arrow(visitor, "yes", "end").focus()
    await page.keyboard.press("Delete")
    await see_kept(visitor, workflow, **{"is": [], "yes": [], "end": []})
    await page.get_by_role("radio", name="List", exact=True).check()
    await expect(page.locator("[data-step]")).to_have_count(3)


async def test_a_wide_graph_can_be_read_on_a_telephone(visitor: Visitor) -> None:
    page = visitor.page
    await page.set_viewport_size({"width": 360, "height": 740})
    wide = [{"id": f"b{number}", "kind": "command", "command": "true", "depends_on": ["a"]} for number in range(5)]
    last = {"id": "z", "kind": "command", "command": "true", "depends_on": [one["id"] for one in wide]}
    workflow = await create(visitor, {"id": "a", "kind": "command", "command": "true"}, *wide, last)
    await visitor.go(f"/workflows/{workflow}")
    await page.get_by_role("radio", name="Graph", exact=True).check()
    await page.locator(".svelte-flow").scroll_into_view_if_needed()
    for name in ("a", "b0", "b1"):
        await expect(node(visitor, name)).to_be_in_viewport(ratio=0.9)
    box = await node(visitor, "a").bounding_box()
    assert box
    assert box["width"] >= 140
    # All of it can be seen all the same.
    await press(visitor, page.get_by_role("button", name="Show all of it"))
    await expect(node(visitor, "z")).to_be_in_viewport(ratio=0.9)
    await see_nothing_wide(visitor)
