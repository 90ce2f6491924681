"""What a run of a workflow is told: declared, checked before anything runs, and filled into its steps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.program import Program, program
from tests.support.workflows import Desk, desk_of, step

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(240)]

SAY = {"id": "say", "kind": "command", "command": "echo {{ input.word }}"}
INPUTS: dict[str, Any] = {
    "word": {"description": "What is said.", "required": True},
    "folder": {"type": "folder"},
    "pages": {"type": "list", "default": ["a"]},
    "how": {"type": "choice", "choices": ["loud", "low"], "default": "low"},
}


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with program(tmp_path_factory.mktemp("home")) as server:
        yield server


@pytest.fixture(scope="module")
def desk(machine: Program) -> Iterator[Desk]:
    desk = desk_of(machine)
    yield desk
    desk.http.close()


async def create(owner: httpx.AsyncClient, **body: Any) -> str:
    made = await owner.post("/api/workflow", json={"name": "W", "steps": [SAY]} | body)
    assert made.status_code == 201, made.text
    return made.json()["id"]


@pytest.mark.parametrize(
    ("given", "about", "words"),
    [
        ({}, "word", "required, and was not given"),
        ({"word": " "}, "word", "required, and is empty"),
        ({"word": ["x"]}, "word", "must be a text"),
        ({"word": "x", "folder": "src"}, "folder", "must be a folder, by its full path"),
        ({"word": "x", "pages": "a"}, "pages", "must be a list"),
        ({"word": "x", "how": "shrill"}, "how", "must be one of 'loud', 'low'"),
        ({"word": "x", "wrod": "y"}, "wrod", "no input 'wrod'. It takes 'word', 'folder', 'pages', 'how'."),
    ],
)
async def test_what_does_not_fit_is_refused_before_anything_runs(
    owner: httpx.AsyncClient, given: dict[str, Any], about: str, words: str
) -> None:
    inner = await create(owner, inputs=INPUTS)
    part = {"id": "part", "kind": "workflow", "workflow": inner, "input": given}
    outer = await create(owner, steps=[part])
    schedule = {"name": "S", "subject": inner, "trigger": {"kind": "interval", "seconds": 3600}}
    for path, body in (
        (f"/api/workflow/execute/{inner}", {"input": given}),
        (f"/api/workflow/execute/{outer}", {}),
        ("/api/studio/schedules", schedule | {"request": {"input": given}}),
    ):
        answer = await owner.post(path, json=body)
        assert (answer.status_code, words in answer.json()["error"]) == (422, True), answer.text
        assert repr(about) in answer.json()["error"]
    for workflow in (inner, outer):
        assert (await owner.get(f"/api/workflow/{workflow}/runs")).json()["runs"] == []
    assert (await owner.get("/api/studio/schedules")).json()["schedules"] == []


async def test_what_nobody_declared_is_what_steps_name(owner: httpx.AsyncClient) -> None:
    each = {"id": "each", "kind": "foreach", "items": "{{ input.pages }}", "step": SAY}
    workflow = await create(owner, steps=[each])
    for given, words in (
        ({"word": "x"}, "'pages' of the workflow 'W' is required, and was not given"),
        ({"word": "", "pages": ["a"]}, "'word' of the workflow 'W' is required, and is empty"),
        ({"word": "x", "pages": "a", "page": "b"}, "no input 'page'"),
    ):
        answer = await owner.post(f"/api/workflow/execute/{workflow}", json={"input": given})
        assert (answer.status_code, words in answer.json()["error"]) == (422, True), answer.text
    schedule = {"name": "S", "subject": workflow, "trigger": {"kind": "interval", "seconds": 3600}}
    assert (await owner.post("/api/studio/schedules", json=schedule)).status_code == 422
    told = {"request": {"input": {"word": "x", "pages": ["a", 2]}}}
    assert (await owner.post("/api/studio/schedules", json=schedule | told)).status_code == 201


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"inputs": {}}, "Step 'say': It uses the input 'word', and the workflow declares none"),
        ({"defaults": {"cwd": "{{ input.there }}"}, "inputs": INPUTS}, "The folder of all steps: It uses the input"),
        ({"defaults": {"cwd": "{{ say.output }}"}}, "The folder of all steps:"),
        ({"inputs": INPUTS | {"how": {"type": "choice"}}}, "'how' is a choice, and there is nothing to choose from"),
        ({"inputs": INPUTS | {"how": {"choices": ["a"]}}}, "'how' has choices, and is none"),
        (
            {"inputs": INPUTS | {"pages": {"type": "list", "default": "a"}}},
            "default of the input 'pages' must be a list",
        ),
    ],
)
async def test_what_is_wrong_with_what_is_declared_is_told_as_one_types(
    owner: httpx.AsyncClient, changed: dict[str, Any], words: str
) -> None:
    body = {"name": "W", "steps": [SAY]} | changed
    [problem] = (await owner.post("/api/workflow/check", json=body)).json()["problems"]
    assert words in problem["message"]
    assert (await owner.post("/api/workflow", json=body)).status_code == 422


async def test_what_is_declared_is_kept_and_goes_through_yaml(owner: httpx.AsyncClient) -> None:
    workflow = await create(owner, inputs=INPUTS, defaults={"cwd": "{{ input.folder }}"})
    text = (await owner.get(f"/api/workflow/{workflow}/export")).json()["yaml"]
    read = (await owner.post("/api/workflow/import", json={"yaml": text})).json()
    assert ([*read["inputs"]], read["defaults"]) == ([*INPUTS], {"cwd": "{{ input.folder }}"})
    kept = (await owner.get(f"/api/workflow/{workflow}")).json()["workflow"]
    assert (read["inputs"], "required: true" in text) == (kept["inputs"], True)


def test_a_run_is_told_defaults_for_what_is_not_given(desk: Desk, machine: Program) -> None:
    folder = machine.home / "there"
    folder.mkdir()
    steps = [
        {"id": "where", "kind": "command", "command": "pwd"},
        {"id": "elsewhere", "kind": "command", "command": "pwd", "cwd": str(machine.home)},
        {"id": "say", "kind": "command", "command": "echo {{ input.word }} {{ input.how }} {{ input.none }} ."},
        {"id": "each", "kind": "foreach", "items": "{{ input.pages }}", "step": SAY | {"command": "pwd"}},
    ]
    body = {"name": "W", "steps": steps, "inputs": INPUTS | {"none": {}}, "defaults": {"cwd": "{{ input.folder }}"}}
    workflow = desk.http.post("/api/workflow", json=body).json()["id"]
    run_id = desk.execute(workflow, input={"word": "x", "folder": str(folder)}, profile={"allow": ["command"]})
    shown = desk.until_over(run_id)
    told = {"word": "x", "folder": str(folder), "pages": ["a"], "how": "low", "none": ""}
    assert (shown["status"], shown["input"]) == ("completed", told)
    outputs = [step(shown, name)["output"].strip() for name in ("where", "elsewhere", "say", "each[0]")]
    assert outputs == [str(folder), str(machine.home), "x low  .", str(folder)]
    # Going on, what was told before holds, but for what the workflow does not take any more.
    body["inputs"] = {name: one for name, one in body["inputs"].items() if name != "pages"}
    body["steps"] = steps[:3]
    assert desk.http.put(f"/api/workflow/{workflow}", json=body).status_code == 200
    again = desk.execute(run_id, input={"word": "y"}, from_step="say")
    assert step(desk.until_over(again), "say")["output"].strip() == "y low  ."


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"command": "touch made", "cwd": "{{ input.x }}"}, "The step's folder '{{ input.x }}' is empty"),
        ({"command": "{{ input.x }}"}, "has no command in it"),
        ({"command": "bash -c {{ input.x }}"}, "has no command in it"),
    ],
)
def test_nothing_is_not_taken_for_the_home_folder_nor_for_a_command(
    desk: Desk, given: dict[str, str], words: str
) -> None:
    body = {"name": "W", "inputs": {"x": {}}, "steps": [{"id": "a", "kind": "command"} | given]}
    workflow = desk.http.post("/api/workflow", json=body).json()["id"]
    shown = desk.until_over(desk.execute(workflow, profile={"allow": ["command"]}))
    assert (step(shown, "a")["status"], words in step(shown, "a")["error"]) == ("failed", True)
    assert not (Path.home() / "made").exists()


def test_a_step_that_is_a_run_is_refused_where_what_is_filled_in_does_not_fit(desk: Desk) -> None:
    body = {
        "name": "Inner",
        "inputs": {"pages": {"type": "list", "required": True}},
        "steps": [SAY | {"command": "true"}],
    }
    inner = desk.http.post("/api/workflow", json=body).json()["id"]
    part = {"id": "part", "kind": "workflow", "workflow": inner, "input": {"pages": "{{ first.output }}"}}
    first = {"id": "first", "kind": "command", "command": "echo text"}
    run_id = desk.run(first, part | {"depends_on": ["first"]}, profile={"allow": ["command", "workflow"]})
    shown = desk.until_over(run_id)
    assert step(shown, "part")["error"] == "The input 'pages' of the workflow 'Inner' must be a list."
    assert desk.http.get(f"/api/workflow/{inner}/runs").json()["runs"] == []
