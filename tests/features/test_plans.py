"""Plans of a model: read whatever they look like, repaired once, and never run by themselves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from studio.features.plans import schema
from studio.features.runs.jobs.worker import RunWorker
from studio.features.workflows.templates import list_templates
from studio.kit import json_schema
from studio.kit.errors import InvalidInput
from tests.provider import FixtureProvider
from tests.provider.script import Calls, Round, Say, Until
from tests.support.app import RunningApp

pytestmark = pytest.mark.anyio

STEP = {"id": "a", "title": "A", "kind": "command", "command": "touch /tmp/never", "depends_on": []}
GOOD = {"name": "Do it", "steps": [STEP]}


def told(text: object) -> Round:
    return Round([Say([text if isinstance(text, str) else json.dumps(text)])])


def handed(arguments: object, tool: str = "submit_plan", ids: Sequence[str] | None = None) -> Round:
    """A round that hands in a plan by a call, in one fragment."""
    return Round([Calls([(tool, arguments)], size=1_000_000, ids=ids)])


def steps(*changed: Any) -> dict[str, Any]:
    return {"name": "X", "steps": list(changed)}


MALFORMED: list[object] = [
    "",
    "I would rather not.",
    "{",
    "}{",
    "[]",
    "null",
    "42",
    '"steps"',
    "{'name': 'single quotes'}",
    '{"name": "cut off", "steps": [{"id": "a", "kind"',
    "[" * 10_000 + "]" * 10_000,
    '{"a":' * 5_000 + "1" + "}" * 5_000,
    {"steps": "a, then b"},
    {"steps": {}},
    {"steps": []},
    {"steps": [1, None, "x"]},
    {"steps": [[STEP]]},
    {"questions": "What?"},
    {"questions": [{"id": "; drop", "question": "x"}]},
    steps(STEP | {"kind": "python", "code": "import os"}),
    steps(STEP | {"id": "../../etc"}),
    steps(STEP | {"id": None}),
    steps(STEP | {"command": ["rm", "-rf"]}),
    steps(STEP | {"depends_on": ["a"]}),
    steps(STEP | {"depends_on": ["nobody"]}),
    steps(STEP | {"command": "touch {{ input.x }}"}) | {"inputs": {"y": {"type": "text"}}},
    steps(STEP) | {"inputs": {"y": {"type": "number"}}},
    steps(STEP) | {"inputs": "y"},
    steps(STEP, STEP),
    steps(STEP | {"depends_on": ["b"]}, STEP | {"id": "b", "depends_on": ["a"]}),
    steps(STEP | {"command": "echo '{{ input.x }}'"}),
    steps(STEP | {"command": "echo {{ __import__('os') }}"}),
    steps(STEP | {"timeout_seconds": -1}),
    steps(STEP | {"timeout_seconds": 10**400}),
    steps({"id": "t", "kind": "tool", "tool": "launch_missiles", "args": {}}),
    steps(*({**STEP, "id": f"s{number}"} for number in range(500))),
    "x" * 500_000,
]


async def test_malformed_plans_never_crash_and_never_run(
    studio: RunningApp, owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    assert len(MALFORMED) >= 30
    for plan, way in ((plan, way) for plan in MALFORMED for way in (told, handed)):
        with_provider.script = [way(plan), way(plan)]
        answer = await owner.post("/api/workflow/plan", json={"goal": "Do it."})
        assert (answer.status_code, answer.json()["code"]) == (502, "plan_unusable"), (plan, answer.text)
        assert len(with_provider.script) == 0
    assert (await owner.get("/api/workflow/list")).json() == {"workflows": [], "total": 0}
    assert not studio.service(RunWorker).is_launched


@pytest.mark.parametrize(
    "text", [GOOD, [STEP], f"Here it is:\n```json\n{json.dumps(GOOD)}\n```\nGood luck!", json.dumps(GOOD, indent=2)]
)
async def test_a_plan_is_read_however_it_is_wrapped(
    studio: RunningApp, owner: httpx.AsyncClient, with_provider: FixtureProvider, text: object
) -> None:
    with_provider.script = [told(text)]
    plan = (await owner.post("/api/workflow/plan", json={"goal": "Do it.", "context": "Here."})).json()
    workflow = plan["workflow"]
    assert (workflow["status"], workflow["goal"], [step["id"] for step in workflow["steps"]]) == (
        "reviewing",
        "Do it.",
        ["a"],
    )
    assert (plan["questions"], plan["by"]) == ([], "fixture fixture-small")
    assert (await owner.get(f"/api/workflow/{workflow['id']}")).json()["execution_id"] is None
    assert not studio.service(RunWorker).is_launched


@pytest.mark.parametrize(
    ("inputs", "kept"),
    [
        ({"x": {"type": "folder"}}, {"type": "folder", "required": False}),
        ([{"name": "x", "type": "list"}], {"type": "list", "required": False}),
        (None, {"type": "text", "required": True}),
    ],
)
async def test_what_a_plan_wants_to_be_told_is_declared(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, inputs: object, kept: dict[str, Any]
) -> None:
    planned = steps(STEP | {"command": "touch {{ input.x }}"}) | {"inputs": inputs, "defaults": {"cwd": "/tmp"}}
    with_provider.script = [handed(planned)]
    workflow = (await owner.post("/api/workflow/plan", json={"goal": "Do it."})).json()["workflow"]
    declared = {"description": "", "default": None, "choices": []} | kept
    assert (workflow["inputs"], workflow["defaults"]) == ({"x": declared}, {"cwd": "/tmp"})


async def test_a_plan_is_repaired_once_with_what_was_wrong(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    with_provider.script = [told(steps(STEP | {"depends_on": ["nobody"]})), told(GOOD)]
    plan = (await owner.post("/api/workflow/plan", json={"goal": "Do it."})).json()
    assert plan["workflow"]["status"] == "reviewing"
    [*_, repair] = with_provider.received[-1].body["messages"]
    assert "Step 'a' depends on 'nobody'" in repair["content"]


async def test_what_a_person_changes_while_a_model_thinks_of_questions_stays(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    made = (await owner.post("/api/workflow", json={"name": "W", "steps": [STEP]})).json()
    reached, held = asyncio.Event(), asyncio.Event()

    def hold(body: dict[str, Any]) -> Round:
        reached.set()
        return Round([Until(held), *told({"questions": ["Which?"]}).parts])

    with_provider.choose = hold
    planning = asyncio.create_task(
        owner.post("/api/workflow/plan", json={"goal": "Do it.", "workflow_id": made["id"]}),
    )
    await reached.wait()
    changed = await owner.put(f"/api/workflow/{made['id']}", json={"name": "W2", "steps": [STEP | {"title": "B"}]})
    assert changed.status_code == 200
    held.set()
    workflow = (await planning).json()["workflow"]
    assert (workflow["name"], workflow["status"], workflow["steps"][0]["title"]) == ("W2", "planning", "B")


@pytest.mark.parametrize("goal", ["", " ", "\n\t\n"])
async def test_a_goal_without_words_is_refused(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, goal: str
) -> None:
    with_provider.script = [told({"questions": ["Which?"]})]
    answer = await owner.post("/api/workflow/plan", json={"goal": goal})
    assert (answer.status_code, len(with_provider.script)) == (422, 1)


@pytest.mark.parametrize("protocol", ["openai", "anthropic"])
async def test_a_plan_is_handed_in_by_a_call_whose_schema_the_model_was_told(
    owner: httpx.AsyncClient, provider: FixtureProvider, protocol: str
) -> None:
    url = provider.base_url if protocol == "openai" else provider.anthropic_url
    body = {"name": "fixture", "base_url": url, "model": "fixture-small", "protocol": protocol}
    assert (await owner.put("/api/config/provider", json=body)).status_code == 200
    provider.script = [
        handed({"questions": [{"id": "which", "question": "Which folder?"}]}, "ask_person"),
        handed({"name": "X", "steps": []}, ids=["call1"]),
        Round([Say(["I do it."]), *handed(GOOD | {"steps": json.dumps(GOOD["steps"])}, ids=["call2"]).parts]),
    ]
    asked = (await owner.post("/api/workflow/plan", json={"goal": "Do it."})).json()
    assert asked["questions"] == [{"id": "which", "question": "Which folder?"}]
    again = {"goal": "Do it.", "answers": {"which": "src"}, "workflow_id": asked["workflow"]["id"]}
    plan = (await owner.post("/api/workflow/plan", json=again)).json()
    assert (plan["workflow"]["status"], [one["id"] for one in plan["workflow"]["steps"]]) == ("reviewing", ["a"])
    offered = [[one.get("function", one)["name"] for one in request.body["tools"]] for request in provider.received]
    assert offered == [["submit_plan", "ask_person"], ["submit_plan"], ["submit_plan"]]
    [*_, told_last] = provider.received[-1].body["messages"]
    returned = told_last if protocol == "openai" else told_last["content"][0]
    assert (returned.get("tool_call_id", returned.get("tool_use_id")), "at least one step" in returned["content"]) == (
        "call1",
        True,
    )


async def test_a_model_that_takes_no_tools_is_asked_without(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    refused = Round(status=400, body={"error": {"message": "fixture-small does not support tools"}})
    with_provider.script = [refused, told(GOOD)]
    plan = (await owner.post("/api/workflow/plan", json={"goal": "Do it."})).json()
    assert (plan["workflow"]["status"], "tools" in with_provider.received[-1].body) == ("reviewing", False)
    with_provider.script = [Round(status=400, body={"error": {"message": "no"}})]
    assert (await owner.post("/api/workflow/plan", json={"goal": "Do it."})).status_code == 400


def test_the_schema_of_a_plan_is_that_of_what_a_workflow_is() -> None:
    """Templates are plans that people wrote: what they use of a step, a model may use too."""
    parameters, seen = schema.submit_plan().parameters, set[str]()
    for template in list_templates():
        plan = template.model_dump(mode="json", include={"name", "inputs", "defaults", "steps"}, exclude_defaults=True)
        for one in plan["steps"]:
            seen.add(one["kind"])
            for bare in (one, one.get("step", {})):
                for left_out in schema.LEFT_OUT & {*bare}:
                    del bare[left_out]
        json_schema.check(plan, parameters)
    assert {"command", "chat", "ask", "condition", "foreach"} <= seen
    for wrong in (STEP | {"kind": "python"}, STEP | {"command": ["rm"]}, STEP | {"more": 1}, {"kind": "command"}):
        with pytest.raises(InvalidInput):
            json_schema.check(steps(wrong), parameters)
    spelled = json.dumps(parameters)
    assert (len(spelled) < 8500, "$ref" in spelled, "null" in spelled) == (True, False, False)


async def test_questions_come_first_and_their_answers_make_the_plan(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    with_provider.script = [told({"questions": [{"id": "which", "question": "Which folder?"}]}), told(GOOD)]
    asked = (await owner.post("/api/workflow/plan", json={"goal": "Do it."})).json()
    assert (asked["workflow"]["status"], asked["questions"]) == (
        "planning",
        [{"id": "which", "question": "Which folder?"}],
    )
    workflow_id = asked["workflow"]["id"]
    assert (await owner.post(f"/api/workflow/execute/{workflow_id}", json={})).status_code == 422
    body = {"goal": "Do it.", "answers": {"which": "src"}, "workflow_id": workflow_id}
    plan = (await owner.post("/api/workflow/plan", json=body)).json()
    assert (plan["workflow"]["id"], plan["workflow"]["status"], plan["workflow"]["questions"]) == (
        workflow_id,
        "reviewing",
        [],
    )
    assert '"which":"src"' in with_provider.received[-1].body["messages"][-1]["content"]


async def test_a_workflow_that_is_planned_anew_keeps_its_steps_until_there_are_others(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    with_provider.script = [told(GOOD), told({"questions": [{"id": "which", "question": "Which folder?"}]})]
    before = (await owner.post("/api/workflow/plan", json={"goal": "Do it."})).json()["workflow"]
    body = {"goal": "Do more.", "workflow_id": before["id"]}
    asked = (await owner.post("/api/workflow/plan", json=body)).json()
    assert (len(asked["questions"]), asked["workflow"]["status"]) == (1, "planning")
    assert (asked["workflow"]["name"], asked["workflow"]["steps"]) == (before["name"], before["steps"])


async def test_without_a_provider_a_template_is_taken_and_it_says_so(owner: httpx.AsyncClient) -> None:
    plan = (await owner.post("/api/workflow/plan", json={"goal": "Write release notes for 2.0"})).json()
    assert (plan["by"], "No provider is set up" in plan["note"]) == ("templates", True)
    assert [step["id"] for step in plan["workflow"]["steps"]] == ["log", "draft", "write"]
    assert plan["workflow"]["goal"] == "Write release notes for 2.0"
    french = {"goal": "Relire ce qui a changé par rapport à main"}
    assert (await owner.post("/api/workflow/plan", json=french)).json()["workflow"]["name"] == "Relire un diff"
