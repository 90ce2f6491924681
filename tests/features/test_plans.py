"""Plans of a model: read whatever they look like, repaired once, and never run by themselves."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from studio.features.runs.jobs.worker import RunWorker
from tests.provider import FixtureProvider
from tests.provider.script import Round, Say
from tests.support.app import RunningApp

pytestmark = pytest.mark.anyio

STEP = {"id": "a", "title": "A", "kind": "command", "command": "touch /tmp/never", "depends_on": []}
GOOD = {"name": "Do it", "steps": [STEP]}


def told(text: object) -> Round:
    return Round([Say([text if isinstance(text, str) else json.dumps(text)])])


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
    for plan in MALFORMED:
        with_provider.script = [told(plan), told(plan)]
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


async def test_a_plan_is_repaired_once_with_what_was_wrong(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    with_provider.script = [told(steps(STEP | {"depends_on": ["nobody"]})), told(GOOD)]
    plan = (await owner.post("/api/workflow/plan", json={"goal": "Do it."})).json()
    assert plan["workflow"]["status"] == "reviewing"
    [*_, repair] = with_provider.received[-1].body["messages"]
    assert "Step 'a' depends on 'nobody'" in repair["content"]


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
