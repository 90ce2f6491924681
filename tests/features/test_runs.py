"""Runs of workflows: how steps are done, asked about, repeated, waited for and gone on from."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.app import read_events
from tests.support.program import Program, program, run_cli, start
from tests.support.workflows import Desk, desk_of, statuses, step

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with program(tmp_path_factory.mktemp("home")) as server:
        yield server


@pytest.fixture(scope="module")
def desk(machine: Program) -> Iterator[Desk]:
    desk = desk_of(machine)
    yield desk
    desk.http.close()


def command(step_id: str, line: str = "true", *after: str, **more: Any) -> dict[str, Any]:
    return {"id": step_id, "kind": "command", "command": line, "depends_on": list(after), **more}


def ask(step_id: str, *after: str, **more: Any) -> dict[str, Any]:
    return {"id": step_id, "kind": "ask", "question": "Go on?", "depends_on": list(after), **more}


def test_outputs_flow_by_name_into_later_steps(desk: Desk) -> None:
    shown = desk.until_over(
        desk.run(
            command("first", "printf '%s' {{ input.word }}"),
            command("second", "echo {{ first.output }} again", "first"),
            input={"word": "$(id); 'x'"},
        )
    )
    assert (shown["status"], [one["output"] for one in shown["steps"]]) == (
        "completed",
        ["$(id); 'x'", "$(id); 'x' again"],
    )


def test_a_failure_skips_what_depends_on_it_and_nothing_else(desk: Desk) -> None:
    shown = desk.until_over(
        desk.run(
            command("bad", "seq 1000; echo no >&2; exit 3"),
            command("after", "true", "bad"),
            command("later", "true", "after"),
            command("other", "echo yes"),
            command("worse", "kill -9 $$"),
        )
    )
    stood = {"bad": "failed", "after": "skipped", "later": "skipped", "other": "completed", "worse": "failed"}
    assert (shown["status"], statuses(shown)) == ("failed", stood)
    # The end of what it printed says why, and the beginning nothing.
    assert re.fullmatch(
        r"The step “bad” failed \(exit code 3\): ….{280,299} 1000 no — Failed too: “worse”\.", shown["error"]
    )


def test_what_cleans_up_and_undoes_runs_after_a_failure_and_a_failure_may_be_passed_over(desk: Desk) -> None:
    steps = [
        command("lint", "exit 2", continue_on_error=True),
        command("deploy", "exit {{ input.status }}", "lint", title="Deploy it"),
        command("check", "true", "deploy"),
        command("undo", "echo {{ deploy.status }}: {{ deploy.error }}", "check", "deploy", run_when="failure"),
        command("said", "echo {{ undo.output }}", "undo"),
        command("tidy", "echo {{ lint.status }} {{ check.status }}", "lint", "check", run_when="always"),
    ]
    workflow, profile = desk.create(*steps), {"allow": ["command"]}
    well = desk.until_over(desk.execute(workflow, input={"status": 0}, profile=profile))
    skipped = {"undo": "skipped", "said": "skipped"}
    fine = {"lint": "failed", "deploy": "completed", "check": "completed", "tidy": "completed"}
    assert (well["status"], statuses(well)) == ("completed", fine | skipped)
    assert step(well, "undo")["reason"] == "Nothing that it depends on failed."
    assert step(well, "said")["reason"] == "The step “undo” was skipped."
    assert step(well, "tidy")["output"] == "failed completed"
    run_id = desk.execute(workflow, input={"status": 3}, profile=profile)
    badly = desk.until_over(run_id)
    undone = {"lint": "failed", "deploy": "failed", "check": "skipped", "tidy": "completed"}
    assert (badly["status"], statuses(badly)) == ("failed", undone | {"undo": "completed", "said": "completed"})
    assert step(badly, "check")["reason"] == "The step “Deploy it” failed."
    assert step(badly, "said")["output"].startswith("failed: ")
    # To undo again is no reason to deploy again.
    again = desk.until_over(desk.execute(run_id, from_step="undo", input={"status": 0}))
    assert statuses(again) == statuses(badly)
    assert (step(again, "deploy")["reason"], step(again, "undo")["attempt"]) == ("Taken over from an earlier run.", 1)
    later = desk.until_over(desk.execute(run_id, from_step="deploy", input={"status": 0}))
    assert (later["status"], step(later, "lint")["reason"]) == ("completed", "Taken over from an earlier run.")


def test_what_runs_after_a_failure_waits_until_all_that_is_before_it_is_over(desk: Desk) -> None:
    run_id = desk.run(
        command("bad", "false"), ask("slow"), command("both", "true", "bad", "slow"),
        command("undo", "true", "both", run_when="failure"),
        command("tidy", "true", "both", run_when="always"),
        {"id": "told", "kind": "ask", "question": "Told?", "depends_on": ["bad"], "run_when": "failure"},
    )  # fmt: skip
    shown = desk.until_step(run_id, "told", "awaiting_approval")
    assert (step(shown, "both")["status"], step(shown, "tidy")["status"]) == ("skipped", "pending")
    assert desk.decide(run_id, "told", "approve", note="y").status_code == 200
    assert step(desk.until_step(run_id, "told", "completed"), "undo")["status"] == "pending"
    desk.until_step(run_id, "slow", "awaiting_approval")
    assert desk.decide(run_id, "slow", "approve", note="y").status_code == 200
    ended = desk.until_over(run_id)
    assert (ended["status"], step(ended, "undo")["status"], step(ended, "tidy")["status"]) == (
        "failed",
        "completed",
        "completed",
    )
    cancelled = desk.run(ask("q"), command("tidy", "true", "q", run_when="always"))
    desk.until_step(cancelled, "q", "awaiting_approval")
    desk.http.post(f"/api/workflow/{cancelled}/cancel", json={})
    assert step(desk.show(cancelled), "tidy")["status"] == "cancelled"


def test_branches_run_at_the_same_time(desk: Desk, machine: Program) -> None:
    # Each waits for what the other writes: one after the other, neither would end.
    folder = machine.home / "together"
    folder.mkdir()
    wait = "touch {0}; while [ ! -e {1} ]; do sleep 0.02; done"
    shown = desk.until_over(
        desk.run(
            command("a", wait.format("a", "b"), cwd=str(folder), timeout_seconds=60),
            command("b", wait.format("b", "a"), cwd=str(folder), timeout_seconds=60),
        )
    )
    assert shown["status"] == "completed"


def test_conditions_choose_a_branch_and_a_join_takes_any(desk: Desk) -> None:
    condition = {"id": "long", "kind": "condition", "left": "{{ input.n }}", "operator": "greater", "right": 5}
    shown = desk.until_over(
        desk.run(
            condition,
            command("yes", "echo long", when={"long": True}),
            command("no", "echo short", when={"long": False}),
            command("join", "echo {{ yes.output }}{{ no.output }}", "yes", "no", needs="any"),
            input={"n": 10},
        )
    )
    assert (statuses(shown), step(shown, "join")["output"]) == (
        {"long": "completed", "yes": "completed", "no": "skipped", "join": "completed"},
        "long",
    )


def test_a_join_takes_any_of_what_it_depends_on_and_no_condition_for_one(desk: Desk) -> None:
    condition = {"kind": "condition", "operator": "equals", "left": 1}
    shown = desk.until_over(
        desk.run(
            condition | {"id": "one", "right": 1},
            condition | {"id": "two", "right": 2},
            condition | {"id": "later", "right": 1, "when": {"two": True}},
            command("yes", when={"one": True}),
            command("no", when={"two": True}),
            command("nobody", "true", "no", needs="any", when={"one": True}),
            command("undecided", "true", "yes", "no", needs="any", when={"later": True}),
            command("somebody", "true", "yes", "no", needs="any", when={"one": True}),
        )
    )
    done = {name for name, status in statuses(shown).items() if status == "completed"}
    assert (shown["status"], done) == ("completed", {"one", "two", "yes", "somebody"})


def test_a_step_is_done_for_each_item(desk: Desk) -> None:
    each = {
        "id": "each",
        "kind": "foreach",
        "items": "{{ list.output }}",
        "depends_on": ["list"],
        "step": command("one", "echo {{ index }}:{{ item }}"),
    }
    last = command("last", "echo {{ each.data.1 }}", "each")
    run_id = desk.run(command("list", "printf 'x\\ny z\\n'"), each, last)
    shown = desk.until_over(run_id)
    assert [one["item"] for one in shown["steps"]] == [None, None, "x", "y z", None]
    # What it says later is no matter of this run.
    changed = {"name": "Another", "steps": [command("only")]}
    assert desk.http.put(f"/api/workflow/{shown['workflow_id']}", json=changed).status_code == 200
    assert [one["id"] for one in desk.show(run_id)["workflow"]["steps"]] == ["list", "each", "last"]
    assert [one["id"] for one in desk.show(shown["workflow_id"])["workflow"]["steps"]] == ["only"]
    assert (step(shown, "each")["output"], step(shown, "last")["output"]) == ('["0:x","1:y z"]', "1:y z")
    failing = each | {"items": ["0", "1"], "depends_on": [], "step": command("one", "exit {{ item }}")}
    shown = desk.until_over(desk.run(failing))
    assert (shown["status"], "Item 1 failed" in step(shown, "each")["error"]) == ("failed", True)
    shown = desk.until_over(desk.run(failing | {"keep_going": True}))
    assert (shown["status"], step(shown, "each")["output"]) == ("completed", '["(no output)",null]')


def test_a_failure_is_tried_again_and_a_limit_counts_as_one(desk: Desk, machine: Program) -> None:
    line = "echo x >> tries; wc -l < tries; [ $(wc -l < tries) = 3 ]"
    again = command("again", line, cwd=str(machine.home), retries={"count": 3, "delay_seconds": 0.01})
    run_id = desk.run(again)
    shown = desk.until_over(run_id)
    assert (shown["status"], *(step(shown, "again")[name] for name in ("attempt", "attempts"))) == ("completed", 3, 2)
    assert [one["printed"] for one in desk.attempts(run_id, "again")] == [f"{n}\n[exit code 1]" for n in (1, 2)]
    shown = desk.until_over(desk.run(command("slow", "echo so far; sleep 60", timeout_seconds=3)))
    late = "It took longer than 3 seconds."
    ended = {name: step(shown, "slow")[name] for name in ("status", "error", "output")}
    assert ended == {"status": "failed", "error": late, "output": "so far\n"}


def test_a_question_waits_in_the_inbox_and_its_answer_goes_on(desk: Desk) -> None:
    run_id = desk.run(ask("q", choices=["red", "blue"]), command("use", "echo {{ q.output }}", "q"))
    desk.until(run_id, lambda shown: shown["status"] == "awaiting_approval")
    [waiting] = [one for one in desk.http.get("/api/approvals").json()["approvals"] if one["subject"] == run_id]
    assert (waiting["kind"], waiting["detail"]["question"], waiting["detail"]["choices"]) == (
        "workflow",
        "Go on?",
        ["red", "blue"],
    )
    assert desk.decide(run_id, "q", "approve", note="green").status_code == 422
    assert desk.decide(run_id, "q", "approve").status_code == 422
    assert desk.decide(run_id, "q", "rerun").status_code == 409
    assert desk.decide(run_id, "use", "approve").status_code == 409
    assert desk.decide(run_id, "nobody", "approve").status_code == 404
    assert desk.decide(run_id, "q", "approve", note="blue").status_code == 200
    assert step(desk.until_over(run_id), "use")["output"] == "blue"
    assert desk.decide(run_id, "q", "approve", note="red").status_code == 409


def test_an_answer_in_the_inbox_counts_too(desk: Desk) -> None:
    run_id = desk.run(command("a", "echo done", approval=True))
    shown = desk.until_step(run_id, "a", "awaiting_approval")
    approval_id = step(shown, "a")["approval_id"]
    desk.until(run_id, lambda shown: desk.http.get("/api/approvals").json()["total"])
    body = {"approval_ids": [approval_id], "decision": "allow"}
    assert desk.http.post("/api/approvals", json=body).status_code == 200
    assert step(desk.until_over(run_id), "a")["output"] == "done"


def test_an_answer_in_the_inbox_that_does_not_fit_leaves_the_question_open(desk: Desk) -> None:
    each = {"id": "e", "kind": "foreach", "items": ["1"], "step": command("one", "true"), "approval": True}
    run_id = desk.run(ask("q", choices=["red", "blue"]), command("a", "echo old", approval=True), each)
    desk.until(run_id, lambda shown: shown["status"] == "awaiting_approval")
    asked = {one["id"]: one["approval_id"] for one in desk.show(run_id)["steps"]}

    def decide(step_id: str, **answer: Any) -> int:
        body = {"approval_ids": [asked[step_id]], "decision": "allow"} | answer
        return desk.http.post("/api/approvals", json=body).status_code

    unfit = [
        decide("q"),
        decide("q", decision="always"),
        decide("q", note="green"),
        decide("q", note="blue", input={"output": "green"}),
        decide("a", choice="edit"),
        decide("a", choice="edit", input={"kind": "ask"}),
        decide("a", choice="edit", input={"command": ["echo", "new"]}),
        decide("a", choice="rerun"),
        decide("e", choice="edit", input={"step": command("other")}),
    ]
    assert unfit == [422, 422, 422, 422, 422, 422, 422, 409, 422]
    assert set(statuses(desk.show(run_id)).values()) == {"awaiting_approval"}
    assert [decide("q", note="blue"), decide("a", choice="edit", input={"command": "echo new"})] == [200, 200]
    assert decide("e", decision="deny") == 200
    shown = desk.until_over(run_id)
    assert [step(shown, one)["output"] for one in ("q", "a")] == ["blue", "new"]


def test_a_refusal_fails_or_skips_as_the_workflow_says(desk: Desk) -> None:
    run_id = desk.run(
        command("a", "true", approval=True), command("b", "true", approval=True, if_refused="skip"), ask("c")
    )
    desk.until(run_id, lambda shown: shown["status"] == "awaiting_approval")
    for step_id in ("a", "b", "c"):
        assert desk.decide(run_id, step_id, "reject", note="Not now.").status_code == 200
    shown = desk.until_over(run_id)
    assert statuses(shown) == {"a": "failed", "b": "skipped", "c": "failed"}
    assert "Not now." in step(shown, "a")["error"]


def test_an_edit_runs_what_was_entered_and_is_on_record(desk: Desk, machine: Program) -> None:
    first, cwd = command("first", "printf old"), str(machine.home.resolve())
    held = {"approval": True, "cwd": f"{cwd}/.", "timeout_seconds": 1800}
    run_id = desk.run(first, command("a", "echo {{ first.output }}", "first", **held))
    shown = desk.until_step(run_id, "a", "awaiting_approval")
    asked = step(shown, "a")["approval_id"]
    assert step(shown, "a")["given"] == {"command": "echo old", "cwd": cwd}
    [question] = [one for one in desk.http.get("/api/approvals").json()["approvals"] if one["approval_id"] == asked]
    assert question["detail"]["args"] == {"command": "echo old", "timeout_seconds": 1800}
    assert "no field 'kind'" in desk.decide(run_id, "a", "edit", input={"kind": "ask"}).json()["error"]
    edit = {"command": "echo new"}
    assert desk.decide(run_id, "a", "edit", input=edit, note="Better so.").status_code == 200
    shown = desk.until_over(run_id)
    ran = step(shown, "a")
    assert (ran["output"], ran["given"]) == ("new", {"command": "echo new", "cwd": cwd})
    [decision] = ran["decisions"]
    decided_at = decision.pop("decided_at")
    told = {"decision": "edit", "asked": "approval", "note": "Better so.", "input": edit, "via": "token"}
    assert (decision, step(shown, "first")["decisions"]) == (told | {"approval_id": asked}, [])
    [listed] = desk.http.get("/api/approvals/decided?limit=1").json()["approvals"]
    assert (listed["approval_id"], listed["decided_at"], listed["input"]) == (asked, decided_at, edit)


def test_what_looks_like_a_reference_in_an_edit_is_taken_as_it_was_seen(desk: Desk) -> None:
    # What is shown to be edited has outputs of others in it, whoever wrote these.
    tell = command("tell", "echo {{ input.said }}", approval=True, inputs={"known": "{{ input.secret }}"})
    look = {"id": "look", "kind": "tool", "tool": "terminal", "args": {"command": "true"}, "approval": True}
    run_id = desk.run(tell, look, input={"said": "{{ input.secret }}", "secret": "s3"})
    desk.until_step(run_id, "tell", "awaiting_approval")
    desk.until_step(run_id, "look", "awaiting_approval")
    entered = "echo 'It said: {{ input.secret }}, ${{ x }}'"
    assert desk.decide(run_id, "tell", "edit", input={"command": entered}).status_code == 200
    assert desk.decide(run_id, "look", "edit", input={"args": {"command": entered}}).status_code == 200
    shown = desk.until_over(run_id)
    told = "It said: {{ input.secret }}, ${{ x }}"
    assert [(one["status"], one["output"]) for one in shown["steps"]] == [("completed", told)] * 2


def test_what_the_profile_does_not_allow_asks_and_what_rules_deny_is_refused_at_once(desk: Desk) -> None:
    steps = [command("a", "echo hi"), {"id": "b", "kind": "tool", "tool": "list_files", "args": {}}]
    run_id = desk.run(*steps, profile={"allow": ["tool:list_files"]})
    shown = desk.until(run_id, lambda shown: shown["status"] == "awaiting_approval")
    assert (statuses(shown), step(shown, "a")["reason"]) == ({"a": "awaiting_approval", "b": "completed"}, "policy")
    desk.http.post(f"/api/workflow/{run_id}/cancel", json={})
    rule = {"tool": "terminal", "pattern": "forbidden *", "effect": "deny"}
    made = desk.http.post("/api/studio/permissions/rules", json=rule).json()
    shown = desk.until_over(desk.run(command("a", "forbidden thing", approval=True)))
    assert (shown["status"], "not allowed" in step(shown, "a")["error"]) == ("failed", True)
    desk.http.delete(f"/api/studio/permissions/rules/{made['id']}")


def test_a_decision_is_about_the_run_and_the_question_that_were_seen(desk: Desk) -> None:
    workflow = desk.create(ask("q"))
    older, newer = desk.execute(workflow), desk.execute(workflow)
    for run_id in (older, newer):
        desk.until_step(run_id, "q", "awaiting_approval")
    refused = desk.decide(workflow, "q", "approve", note="y")
    assert (refused.status_code, refused.json()["code"]) == (409, "several_runs")
    assert all(run_id in refused.json()["error"] for run_id in (older, newer))
    asked = step(desk.show(older), "q")["approval_id"]
    assert desk.decide(newer, "q", "approve", note="y", approval_id=asked).status_code == 409
    assert desk.decide(older, "q", "approve", note="y", approval_id=asked).status_code == 200
    desk.until_over(older)
    assert desk.decide(workflow, "q", "approve", note="only").status_code == 200
    assert step(desk.until_over(newer), "q")["output"] == "only"


@pytest.mark.parametrize("verb", ["cancel", "pause", "resume"])
def test_what_is_done_to_a_workflow_is_done_to_its_only_run_that_is_not_over(desk: Desk, verb: str) -> None:
    workflow = desk.create(ask("q"))
    older, newer = desk.execute(workflow), desk.execute(workflow)
    refused = desk.http.post(f"/api/workflow/{workflow}/{verb}", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "several_runs")
    assert all(run_id in refused.json()["error"] for run_id in (older, newer))
    assert desk.http.post(f"/api/workflow/{newer}/cancel", json={}).status_code == 200
    done = desk.http.post(f"/api/workflow/{workflow}/{verb}", json={})
    assert (done.status_code, done.json()["execution_id"]) == (200, older)
    assert desk.show(newer)["status"] == "cancelled"


def test_questions_are_answered_together_and_edited_on_the_command_line(desk: Desk, machine: Program) -> None:
    def studio(*words: str, **extra: str) -> tuple[int, str, str]:
        return asyncio.run(run_cli(machine.home, *words, **extra))

    made = machine.home / "told"
    workflow = desk.create(command("tell", f"echo plain \u202e >> {made}", approval=True), name="Tell")
    runs = [desk.execute(workflow, profile={"allow": ["command"]}) for _ in range(3)]
    ids = [step(desk.until_step(run_id, "tell", "awaiting_approval"), "tell")["approval_id"] for run_id in runs]
    status, out, _ = studio("approvals")
    [alike] = [line for line in out.splitlines() if "These 3 are alike" in line and ids[0] in line]
    assert (status, all(one in alike for one in ids), "\\u202e" in out, "\u202e" in out) == (0, True, True, False)
    status, _, err = studio("approvals", "done", ids[2])
    assert (status, "waits for another decision" in err) == (1, True)
    edit = ("workflow", "approve", runs[2], "tell", "--decision", "edit")
    assert studio(*edit, EDITOR="sed -i s/plain/edited/")[0] == 0
    desk.until_over(runs[2])
    assert made.read_text() == "edited \u202e\n"
    closed = f"studio: {ids[2]} is left. The question 'Tell: tell' is closed: it is allowed.\n"
    assert studio("approvals", "deny", *ids, "--note", "no") == (1, "", closed)
    for run_id in runs[:2]:
        assert "They said: no" in step(desk.until_over(run_id), "tell")["error"]
    assert made.read_text() == "edited \u202e\n"


def test_the_dashboard_tells_of_runs_that_are_not_over(desk: Desk) -> None:
    def told() -> list[dict[str, Any]]:
        shown = desk.http.get("/api/dashboard/status").json()["workflows"]
        return [one for one in shown if one["id"] == workflow]

    workflow = desk.create(ask("q"))
    older, newer = (desk.execute(workflow) for _ in "ab")
    for run_id in (older, newer):
        desk.until(run_id, lambda shown: shown["status"] == "awaiting_approval")
    assert {(one["execution_id"], one["status"]) for one in told()} == {
        (older, "awaiting_approval"),
        (newer, "awaiting_approval"),
    }
    listed = desk.http.get("/api/workflow/list").json()["workflows"]
    [summary] = [one for one in listed if one["id"] == workflow]
    assert summary in told()
    for run_id in (older, newer):
        desk.http.post(f"/api/workflow/{run_id}/cancel", json={})
        desk.until(run_id, lambda shown: shown["status"] == "cancelled")
    assert told() == []


def test_what_changed_after_it_was_approved_is_asked_about_again(desk: Desk, machine: Program) -> None:
    one, other, link = (machine.home / name for name in ("shown", "elsewhere", "link"))
    one.mkdir()
    other.mkdir()
    link.symlink_to(one)
    run_id = desk.run(command("a", "touch made", cwd=str(link), approval=True))
    first = step(desk.until(run_id, lambda shown: shown["status"] == "awaiting_approval"), "a")["approval_id"]
    desk.http.post(f"/api/workflow/{run_id}/pause", json={})
    assert desk.decide(run_id, "a", "approve").status_code == 200
    link.unlink()
    link.symlink_to(other)
    desk.http.post(f"/api/workflow/{run_id}/resume", json={})
    again = step(desk.until(run_id, lambda shown: shown["status"] in {"awaiting_approval", "completed"}), "a")
    assert (again["status"], again["reason"], again["approval_id"] != first) == ("awaiting_approval", "approval", True)
    assert desk.decide(run_id, "a", "approve").status_code == 200
    desk.until_over(run_id)
    assert ((one / "made").exists(), (other / "made").exists()) == (False, True)


@pytest.mark.parametrize(
    ("tool", "args"),
    [
        ("write_file", {"path": ".bashrc", "content": "x"}),
        ("write_file", {"path": "asked.txt", "content": "x"}),
        ("terminal", {"command": "cat ~/.ssh/id_ed25519"}),
        ("terminal", {"command": "$(echo careful) now"}),
    ],
)
def test_a_profile_overrides_no_guard_and_no_rule_that_asks(
    desk: Desk, machine: Program, tool: str, args: dict[str, Any]
) -> None:
    asking = [
        {"tool": "write_file", "pattern": "*/asked.txt", "effect": "ask"},
        {"tool": "terminal", "pattern": "careful *", "effect": "ask"},
    ]
    made = [desk.http.post("/api/studio/permissions/rules", json=rule).json()["id"] for rule in asking]
    try:
        run_id = desk.run(
            {"id": "a", "kind": "tool", "tool": tool, "args": args, "cwd": str(machine.home)},
            {"id": "b", "kind": "tool", "tool": "terminal", "args": {"command": "echo free"}},
        )
        shown = desk.until(run_id, lambda shown: shown["status"] == "awaiting_approval")
        assert (statuses(shown), step(shown, "a")["reason"]) == ({"a": "awaiting_approval", "b": "completed"}, "policy")
        desk.http.post(f"/api/workflow/{run_id}/cancel", json={})
    finally:
        for rule_id in made:
            desk.http.delete(f"/api/studio/permissions/rules/{rule_id}")


@pytest.mark.parametrize(
    "profile",
    [
        {"allow": ["command"], "until": "2020-01-01T00:00:00Z"},
        # A command can reach any place, whatever folder it begins in.
        {"allow": ["command"], "paths": ["/"]},
        {"allow": ["command"], "hosts": ["*"]},
    ],
)
def test_a_profile_has_an_end_and_places(desk: Desk, profile: dict[str, Any]) -> None:
    run_id = desk.run(command("a", "echo hi"), profile=profile)
    assert step(desk.until_step(run_id, "a", "awaiting_approval"), "a")["reason"] == "policy"
    desk.http.post(f"/api/workflow/{run_id}/cancel", json={})


def test_a_run_is_cancelled_with_what_it_does_and_asks(desk: Desk, machine: Program) -> None:
    line = "echo began; echo $$ > pid; sleep 60"
    run_id = desk.run(
        command("long", line, cwd=str(machine.home), timeout_seconds=900), ask("q"), command("b", "true", "long")
    )
    desk.until_step(run_id, "q", "awaiting_approval")
    desk.until(run_id, lambda _: (machine.home / "pid").exists())
    assert desk.http.post(f"/api/workflow/{run_id}/cancel", json={}).json()["status"] == "cancelled"
    shown = desk.show(run_id)
    assert (set(statuses(shown).values()), shown["finished_at"]) == ({"cancelled"}, shown["updated_at"])
    process = Path("/proc") / (machine.home / "pid").read_text().strip()
    desk.until(run_id, lambda _: not process.exists())
    desk.until(run_id, lambda _: [one["printed"] for one in desk.attempts(run_id, "long")] == ["began\n"])
    assert run_id not in [one["subject"] for one in desk.http.get("/api/approvals").json()["approvals"]]
    assert desk.http.post(f"/api/workflow/{run_id}/cancel", json={}).status_code == 409


def test_a_run_is_paused_and_goes_on(desk: Desk, machine: Program) -> None:
    run_id = desk.run(ask("q"), command("a", "true", "q"))
    workflow_id = desk.until(run_id, lambda shown: shown["status"] == "awaiting_approval")["workflow_id"]

    def listed() -> list[bool]:
        workflows = desk.http.get("/api/workflow/list").json()["workflows"]
        runs = desk.http.get(f"/api/workflow/{workflow_id}/runs").json()["runs"]
        return [one["paused"] for one in workflows if one["id"] == workflow_id] + [one["paused"] for one in runs]

    assert listed() == [False, False]
    assert desk.http.post(f"/api/workflow/{run_id}/pause", json={}).json()["paused"] is True
    table = asyncio.run(run_cli(machine.home, "workflow", "list"))[1]
    assert (listed(), "paused" in next(line for line in table.splitlines() if line.startswith(workflow_id))) == (
        [True, True],
        True,
    )
    assert desk.decide(run_id, "q", "approve", note="y").status_code == 200
    assert statuses(desk.show(run_id)) == {"q": "completed", "a": "pending"}
    assert desk.http.post(f"/api/workflow/{run_id}/resume", json={}).json()["paused"] is False
    assert desk.until_over(run_id)["status"] == "completed"


def test_a_run_goes_on_from_a_step_with_other_input(desk: Desk, machine: Program) -> None:
    workflow = desk.create(
        command("a", "echo a >> did; echo out", cwd=str(machine.home)),
        command("b", "echo {{ a.output }} {{ input.word }}", "a"),
        command("c", "echo {{ b.output }}!", "b"),
    )
    profile = {"allow": ["command"]}
    first = desk.execute(workflow, input={"word": "one"}, profile=profile)
    assert step(desk.until_over(first), "c")["output"] == "out one!"
    again = desk.execute(workflow, input={"word": "two"}, from_step="b")
    shown = desk.until_over(again)
    assert (step(shown, "c")["output"], shown["execution_id"] != first) == ("out two!", True)
    assert (machine.home / "did").read_text() == "a\n"
    assert desk.http.post(f"/api/workflow/execute/{workflow}", json={"from_step": "zzz"}).status_code == 404
    endless = {"profile": {"allow": [], "until": "tomorrow"}}
    assert desk.http.post(f"/api/workflow/execute/{workflow}", json=endless).status_code == 422
    runs = desk.http.get(f"/api/workflow/{workflow}/runs").json()["runs"]
    assert [run["execution_id"] for run in runs] == [again, first]


def test_a_workflow_runs_another_and_takes_its_output(desk: Desk) -> None:
    inner = desk.create(ask("q"), command("say", "echo {{ input.word }} {{ q.output }}", "q"))
    outer = {"id": "sub", "kind": "workflow", "workflow": inner, "input": {"word": "{{ input.word }}"}}
    run_id = desk.run(
        outer,
        command("after", "echo {{ sub.output }}", "sub"),
        input={"word": "hi"},
        profile={"allow": ["command", "workflow"]},
    )
    child = step(desk.until(run_id, lambda shown: step(shown, "sub")["child_id"]), "sub")["child_id"]
    desk.until(child, lambda shown: shown["status"] == "awaiting_approval")
    assert desk.decide(child, "q", "approve", note="there").status_code == 200
    assert step(desk.until_over(run_id), "after")["output"] == "hi there"


def test_a_run_is_paused_with_the_runs_that_are_steps_of_it(desk: Desk) -> None:
    inner = desk.create(ask("q"), command("a", "true", "q"))
    run_id = desk.run(of(inner), profile={"allow": ["command", "workflow"]})
    child = step(desk.until(run_id, lambda shown: step(shown, "s")["child_id"]), "s")["child_id"]
    desk.until(child, lambda shown: shown["status"] == "awaiting_approval")
    desk.http.post(f"/api/workflow/{run_id}/pause", json={})
    assert desk.decide(child, "q", "approve", note="y").status_code == 200
    shown = desk.show(child)
    assert (shown["paused"], statuses(shown)) == (True, {"q": "completed", "a": "pending"})
    desk.http.post(f"/api/workflow/{run_id}/resume", json={})
    assert desk.until_over(run_id)["status"] == "completed"


def of(workflow: str, step_id: str = "s") -> dict[str, Any]:
    return {"id": step_id, "kind": "workflow", "workflow": workflow}


def run_freely(desk: Desk, workflow: str) -> dict[str, Any]:
    return desk.until_over(desk.execute(workflow, profile={"allow": ["workflow"]}))


def test_workflows_run_each_other_so_deep_and_never_themselves(desk: Desk) -> None:
    deep = desk.create({"id": "w", "kind": "wait", "seconds": 0})
    for _ in range(6):
        deep = desk.create(of(deep))
    assert "5 deep" in run_freely(desk, deep)["error"]
    one = desk.create(command("x"))
    other = desk.create(of(one))
    desk.http.put(f"/api/workflow/{one}", json={"name": "One", "steps": [of(other)]})
    assert "'One' would run itself" in run_freely(desk, one)["error"]


def test_one_run_becomes_no_more_than_a_bounded_number(desk: Desk) -> None:
    last = desk.create(ask("q"))
    middle = desk.create(*(of(last, f"s{number}") for number in range(80)))
    run_id = desk.execute(
        desk.create(*(of(middle, f"s{number}") for number in range(4))), profile={"allow": ["workflow"]}
    )

    def refused(shown: dict[str, Any]) -> bool:
        children = [desk.show(one["child_id"]) for one in shown["steps"] if one["child_id"]]
        return any(one["error"] for child in children for one in child["steps"])

    desk.until(run_id, refused)
    assert desk.http.post(f"/api/workflow/{run_id}/cancel", json={}).status_code == 200
    assert desk.http.get(f"/api/workflow/{last}/runs").json()["runs"][0]["status"] == "cancelled"


def test_a_step_waits_for_time_or_for_an_event(desk: Desk) -> None:
    run_id = desk.run({"id": "w", "kind": "wait", "seconds": 0.05}, {"id": "e", "kind": "wait", "event": "built"})
    desk.until_step(run_id, "w", "completed")
    desk.until_step(run_id, "e", "running")
    assert desk.http.post("/api/workflow/signal", json={"name": "other"}).json() == {"steps": 0}
    assert desk.http.post("/api/workflow/signal", json={"name": "built", "output": "v1"}).json() == {"steps": 1}
    assert step(desk.until_over(run_id), "e")["output"] == "v1"


def test_an_event_may_be_one_of_a_run_with_its_parts_or_of_a_workflow(desk: Desk) -> None:
    inner = desk.create({"id": "e", "kind": "wait", "event": "go"})
    mine, other, both = desk.execute(inner), desk.execute(inner), desk.run(of(inner), profile={"allow": ["workflow"]})
    for run_id in (mine, other):
        desk.until_step(run_id, "e", "running")
    child = step(desk.until(both, lambda shown: step(shown, "s")["child_id"]), "s")["child_id"]
    desk.until_step(child, "e", "running")

    def signal(**body: str) -> Any:
        answer = desk.http.post("/api/workflow/signal", json={"name": "go", **body})
        return answer.json()["steps"] if answer.status_code == 200 else answer.status_code

    assert (signal(run_id="exec_none"), signal(workflow_id="wf_none")) == (404, 404)
    assert (signal(run_id=mine, output="é" * 60_000), signal(run_id=mine)) == (1, 0)
    given = step(desk.until_over(mine), "e")["output"]
    assert (len(given.encode()) < 101_000, "left out" in given) == (True, True)
    assert (signal(run_id=both, workflow_id=desk.create(ask("q"))), signal(run_id=both)) == (0, 1)
    assert desk.until_over(both)["status"] == "completed"
    assert (step(desk.show(other), "e")["status"], signal(workflow_id=inner)) == ("running", 1)
    assert desk.until_over(other)["status"] == "completed"


def test_what_the_time_of_a_step_went_to_is_told(desk: Desk) -> None:
    again = {"retries": {"count": 1, "delay_seconds": 0.05}}
    run_id = desk.run(
        command("fails", "false", **again),
        ask("q"),
        command("asked", "echo hi", "q", approval=True),
        {"id": "soon", "kind": "wait", "seconds": 0.05},
        {"id": "built", "kind": "wait", "event": "built"},
        {"id": "each", "kind": "foreach", "items": ["a"], "step": {"id": "x", "kind": "command", "command": "echo"}},
        {"id": "never", "kind": "command", "command": "echo", "depends_on": ["fails"]},
    )
    wanted = {"fails": "failed", "soon": "completed", "each": "completed", "built": "running", "q": "awaiting_approval"}
    for name, status in wanted.items():
        desk.until_step(run_id, name, status)
    desk.decide(run_id, "q", "approve", note="y")
    shown = desk.until_step(run_id, "asked", "awaiting_approval")
    assert [one["ended_at"] for one in step(shown, "asked")["spans"]] == [None]
    desk.decide(run_id, "asked", "approve")
    desk.until_step(run_id, "asked", "completed")
    desk.http.post(f"/api/workflow/{run_id}/cancel", json={})
    steps = desk.until_over(run_id)["steps"]
    assert {one["id"]: [span["kind"] for span in one["spans"]] for one in steps} == {
        "fails": ["work", "time", "work"],
        "q": ["person"],
        "asked": ["person", "work"],
        "soon": ["time"],
        "built": ["event"],
        "each": ["work"],
        "each[0]": ["work"],
        "never": [],
    }
    moments = [(one["started_at"], one["ended_at"]) for each in steps for one in each["spans"]]
    assert all(begun <= ended for begun, ended in moments)


def test_a_run_is_told_as_it_happens_and_from_any_event_on(desk: Desk) -> None:
    workflow = desk.create(command("a", "echo hi"), ask("q", "a"))
    told: list[str] = []
    body = {"profile": {"allow": ["command"]}}
    with desk.http.stream("POST", f"/api/workflow/execute/{workflow}?stream=true", json=body) as answer:
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        for line in answer.iter_lines():
            told.append(line)
            if '"approval"' in line:
                assert desk.decide(workflow, "q", "approve", note="y").status_code == 200
    events = read_events("\n".join(told))
    assert (list(events[0]), events[-1]) == (["execution", "at"], {"done": "true"})
    assert {"id": "a", "status": "completed", "output": "hi"} in [event.get("step") for event in events]
    moments = [event["at"] for event in events[:-1]]
    assert moments == sorted(moments)
    run_id = events[0]["execution"]["execution_id"]
    numbers = [line for line in told if line.startswith("id: ")]
    assert numbers == [f"id: {run_id}:{number}" for number in range(1, len(events) + 1)]
    rest = desk.http.get(f"/api/workflow/{run_id}/events", headers={"Last-Event-ID": "3"})
    assert read_events(rest.text) == events[3:]
    for id, last, wanted in (
        (run_id, "3", 3),
        (workflow, "3", 3),
        (run_id, "0", 0),
        (run_id, "junk", 0),
        (run_id, "", 0),
        (run_id, f"{run_id}:3", 3),
        (run_id, f"{run_id}:", 0),
        (run_id, ":3", 3),
        (run_id, "exec_other:3", 0),
        (run_id, "3:3", 0),
    ):
        path = f"/api/workflow/execute/{id}?stream=true"
        assert read_events(desk.http.post(path, json={}, headers={"Last-Event-ID": last}).text) == events[wanted:]
    assert len(desk.http.get(f"/api/workflow/{workflow}/runs").json()["runs"]) == 1


def test_who_follows_a_run_by_its_workflow_goes_on_with_that_run_though_another_began(desk: Desk) -> None:
    def follow(last: str) -> list[dict[str, Any]]:
        answers = [
            desk.http.get(f"/api/workflow/{workflow}/events", headers={"Last-Event-ID": last}),
            desk.http.post(f"/api/workflow/execute/{workflow}?stream=true", json={}, headers={"Last-Event-ID": last}),
        ]
        one, other = (read_events(answer.text) for answer in answers)
        assert one == other
        return one

    workflow, elsewhere = desk.create(command("a", "echo hi")), desk.run(command("a"))
    body = {"profile": {"allow": ["command"]}}
    first = desk.execute(workflow, **body)
    desk.until_over(first)
    whole = follow("")
    second = desk.execute(workflow, **body)
    for run_id in (second, elsewhere):
        desk.until_over(run_id)
    latest = follow("")
    assert (whole[0]["execution"]["execution_id"], latest[0]["execution"]["execution_id"]) == (first, second)
    assert follow(f"{first}:2") == whole[2:]
    assert follow(f"{second}:2") == follow("2") == latest[2:]
    assert follow(f"{first}:999") == whole[-1:]
    for other in (f"{elsewhere}:2", "exec_gone:2", f"{first}:", f"{first}:-2", "junk"):
        assert follow(other) == latest


def test_a_workflow_at_work_is_not_removed(desk: Desk) -> None:
    run_id = desk.run(ask("q"))
    workflow = desk.show(run_id)["workflow_id"]
    assert desk.http.delete(f"/api/workflow/{workflow}").status_code == 409
    desk.http.post(f"/api/workflow/{run_id}/cancel", json={})
    assert desk.http.delete(f"/api/workflow/{workflow}").status_code == 200
    assert desk.http.get(f"/api/workflow/{run_id}").status_code == 404


def unseen(desk: Desk) -> list[str]:
    return [run["execution_id"] for run in desk.http.get("/api/studio/runs/unseen").json()["runs"]]


def test_a_run_that_failed_is_unseen_until_somebody_looks_also_after_a_crash(tmp_path: Path) -> None:
    with program(tmp_path / "home") as server:
        desk = desk_of(server)
        inner = desk.create(command("bad", "exit 3"))
        failed = desk.run(
            {"id": "sub", "kind": "workflow", "workflow": inner}, profile={"allow": ["command", "workflow"]}
        )
        other = desk.run(command("bad", "exit 4"))
        desk.until_over(desk.run(command("good")))
        for run_id in (failed, other):
            assert desk.until_over(run_id)["status"] == "failed"
        # What is a step of another is told of with that.
        assert sorted(unseen(desk)) == sorted([failed, other])
        desk.http.close()
        server.kill()
    with program(tmp_path / "home") as server:
        desk = desk_of(server)
        [told] = [
            one for one in desk.http.get("/api/studio/runs/unseen").json()["runs"] if one["execution_id"] == other
        ]
        assert (told["status"], "exit" in told["error"]) == ("failed", True)
        left = desk.http.post("/api/studio/runs/seen", json={"execution_ids": [other, "exec_none"]}).json()
        assert ([one["execution_id"] for one in left["runs"]], left["total"]) == ([failed], 1)
        assert desk.http.delete(f"/api/workflow/{desk.show(failed)['workflow_id']}").status_code == 200
        assert unseen(desk) == []
        desk.http.close()


def test_one_decision_of_many_counts(desk: Desk) -> None:
    run_id = desk.run(command("a", "echo x >> once", approval=True))
    desk.until_step(run_id, "a", "awaiting_approval")
    answers: list[int] = []
    deciding = [
        threading.Thread(target=lambda: answers.append(desk.decide(run_id, "a", "approve").status_code))
        for _ in range(8)
    ]
    for one in deciding:
        one.start()
    for one in deciding:
        one.join()
    assert (sorted(answers)[0], set(answers) <= {200, 409}, answers.count(200)) == (200, True, 1)
    assert desk.until_over(run_id)["status"] == "completed"


def test_a_command_that_was_interrupted_is_asked_about_and_what_is_finished_is_not_run_again(tmp_path: Path) -> None:
    server = start(tmp_path / "home")
    desk = desk_of(server)
    line = "echo {0} >> effects; echo did {0}; [ -e go ] || sleep 60"
    run_id = desk.run(
        command("first", "echo first >> effects", cwd=str(server.home)),
        command("half", line.format("half"), "first", cwd=str(server.home), timeout_seconds=900),
        command("again", line.format("again"), "first", cwd=str(server.home), timeout_seconds=900, idempotent=True),
        command("last", "echo last >> effects", "half", "again", cwd=str(server.home)),
    )
    effects = server.home / "effects"
    desk.until(run_id, lambda _: effects.exists() and len(effects.read_text().split()) == 3)
    # What is printed is written down within about a second.
    desk.until(run_id, lambda shown: all(step(shown, one)["attempts"] == 1 for one in ("half", "again")))
    server.kill()
    desk.http.close()
    (server.home / "go").touch()
    with program(server.home) as server:
        desk = desk_of(server)
        shown = desk.until(run_id, lambda shown: shown["status"] == "awaiting_approval")
        assert (statuses(shown), step(shown, "half")["reason"]) == (
            {"first": "completed", "half": "awaiting_approval", "again": "completed", "last": "pending"},
            "interrupted",
        )
        [asked] = desk.http.get("/api/approvals").json()["approvals"]
        assert asked["detail"]["printed"] == "did half\n"
        assert desk.decide(run_id, "half", "approve").status_code == 409
        for decision in ("allow", "always"):
            body = {"approval_ids": [step(shown, "half")["approval_id"]], "decision": decision}
            assert desk.http.post("/api/approvals", json=body).status_code == 409
        assert desk.decide(run_id, "half", "done", note="It was.").status_code == 200
        shown = desk.until_over(run_id)
        assert (shown["status"], step(shown, "again")["output"]) == ("completed", "did again")
        assert [(one["printed"], one["ended_at"]) for one in desk.attempts(run_id, "again")] == [("did again\n", None)]
        desk.http.close()
    assert sorted(effects.read_text().split()) == ["again", "again", "first", "half", "last"]
