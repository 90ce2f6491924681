"""What happens in a run, printed as it happens, with what it waits for and how that is answered."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import AsyncGenerator
from typing import Any

from studio.client import Client
from studio.commands.terminal import exact, exact_line

FAILED = {"failed", "cancelled"}
EVENT = "event:"

ANSWERS = {
    "ask": "--note ANSWER",
    "interrupted": "--decision done (or: rerun, reject)",
}
"""How a question is answered, by its kind, where that is not simply agreed to."""


async def follow(client: Client, events: AsyncGenerator[dict[str, Any], None], *, as_json: bool = False) -> int:
    """Print what happens in a run, or each event as a line of JSON. Return 1 where it failed, which is seen then."""
    run_id = status = ""
    async for event in events:
        if as_json:
            print(json.dumps(event, ensure_ascii=False), flush=True)
        if execution := event.get("execution"):
            run_id, status = execution["execution_id"], execution["status"]
        if not as_json:
            _print(event, run_id)
    if status == "failed":
        await client.ask("POST", "/api/studio/runs/seen", {"execution_ids": [run_id]})
    return 1 if status in FAILED else 0


def _print(event: dict[str, Any], run_id: str) -> None:
    match event:
        case {"execution": execution}:
            print(f"{run_id}  {execution['status']}", flush=True)
        case {"step": step}:
            reason = step.get("reason") or ""
            said = step.get("error") or step.get("output") or reason or _spell_given(step)
            line = f"{step['id']}  {step['status']}"
            print(exact(f"{line}\n{_indent(said)}" if said else line), flush=True)
            if step["status"] == "running" and reason.startswith(EVENT):
                name = reason.removeprefix(EVENT)
                _say(f"It waits for an event: studio workflow signal {shlex.quote(name)} --run {run_id}")
        case {"approval": approval}:
            print(exact_line(f"{approval['step_id']}  waits: {approval['reason']}"), flush=True)
            how = ANSWERS.get(approval["kind"], "(to refuse: --decision reject)")
            _say(f"It waits for you: studio workflow approve {run_id} {shlex.quote(approval['step_id'])} {how}")
        case {"decision": decision}:
            print(exact_line(f"{decision['step_id']}  {_spell_decision(decision)}"), flush=True)
        case {"error": error}:
            sys.stderr.write(f"studio: {exact(error)}\n")
        case _:
            pass


def _spell_given(step: dict[str, Any]) -> str:
    """Return what a step that begins was given, filled in: a command as it is run, all else as JSON."""
    given: dict[str, Any] = step.get("given") or {}
    return given.get("command") or (json.dumps(given, ensure_ascii=False) if given else "")


def _spell_decision(decision: dict[str, Any]) -> str:
    """Return what was decided: with what words, and with which other fields."""
    said = [f"was decided: {decision['decision']}", decision["note"]]
    if decision["input"]:
        said.append(json.dumps(decision["input"], ensure_ascii=False))
    return "  ".join(filter(None, said))


def _say(sentence: str) -> None:
    sys.stderr.write(f"{exact_line(sentence)}\n")


def _indent(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
