"""`studio workflow`: workflows on the command line: listed, planned, run, decided about and followed."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from studio.client import Client, Refused
from studio.commands.approvals import find_waiting
from studio.commands.fields import edit_fields, read_list, read_object
from studio.commands.owner import as_owner
from studio.commands.profiles import read_profile
from studio.commands.terminal import exact, exact_line, print_table

FAILED = {"failed", "cancelled"}


def run(options: argparse.Namespace) -> int:
    """Do one thing with workflows."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with as_owner() as client:
        return await ACTIONS[options.action](client, options)


async def _list(client: Client, options: argparse.Namespace) -> int:
    told = await client.ask("GET", "/api/workflow/list")
    if options.json:
        print(json.dumps(told, indent=2, ensure_ascii=False))
    elif told["workflows"]:
        rows = (
            [one["id"], "paused" if one["paused"] else one["status"], str(one["steps"]), exact_line(one["name"])]
            for one in told["workflows"]
        )
        print_table(("ID", "STATUS", "STEPS", "NAME"), rows)
    else:
        print("There is no workflow yet. `studio workflow plan` makes one.")
    return 0


async def _execute(client: Client, options: argparse.Namespace) -> int:
    """Run a workflow and print what happens until it is over, or waits for a decision."""
    body: dict[str, Any] = {"input": await read_told(client, options.id, options.input)}
    if profile := read_profile(options):
        body["profile"] = profile
    if options.from_step:
        body["from_step"] = options.from_step
    if options.detach:
        begun = await client.ask("POST", f"/api/workflow/execute/{quote(options.id, safe='')}", body)
        print(begun["execution_id"])
        return 0
    path = f"/api/workflow/execute/{quote(options.id, safe='')}?stream=true"
    return await _follow(client, client.stream("POST", path, body))


async def _follow(client: Client, events: AsyncGenerator[dict[str, Any], None]) -> int:
    """Print what happens in a run. Return 1 where it failed, which the person has seen then."""
    run, status = "", ""
    async for event in events:
        match event:
            case {"execution": execution}:
                run, status = execution["execution_id"], execution["status"]
                print(f"{run}  {status}", flush=True)
                if status == "awaiting_approval":
                    sys.stderr.write("It waits for you: `studio approvals`, or `studio workflow approve`.\n")
            case {"step": step}:
                said = step.get("error") or step.get("output") or step.get("reason") or _spell_given(step)
                line = f"{step['id']}  {step['status']}"
                print(exact(f"{line}\n{_indent(said)}" if said else line), flush=True)
            case {"approval": approval}:
                print(exact_line(f"{approval['step_id']}  waits: {approval['reason']}"), flush=True)
            case {"decision": decision}:
                print(exact_line(f"{decision['step_id']}  {_spell_decision(decision)}"), flush=True)
            case {"error": error}:
                sys.stderr.write(f"studio: {exact(error)}\n")
            case _:
                pass
    if status == "failed":
        await client.ask("POST", "/api/studio/runs/seen", {"execution_ids": [run]})
    return 1 if status in FAILED else 0


async def _approve(client: Client, options: argparse.Namespace) -> int:
    body: dict[str, Any] = {"step_id": options.step, "decision": options.decision, "note": options.note}
    if options.approval:
        body["approval_id"] = options.approval
    if options.input:
        body["input"] = _read_input(options.input)
    elif options.decision == "edit":
        asked = options.approval or await _find_question(client, options.id, options.step)
        body |= {"input": edit_fields(await find_waiting(client, asked)), "approval_id": asked}
    told = await client.ask("POST", f"/api/workflow/approve/{quote(options.id, safe='')}", body)
    print(told["status"])
    return 0


async def _find_question(client: Client, id: str, step_id: str) -> str | None:
    """Return the id of what a step asks now, if it asks."""
    steps = (await client.ask("GET", _path(id)))["steps"]
    return next((step["approval_id"] for step in steps if step["id"] == step_id), None)


async def _plan(client: Client, options: argparse.Namespace) -> int:
    """Plan for a goal, and print the plan and what has to be known first."""
    planned = await client.ask("POST", "/api/workflow/plan", {"goal": " ".join(options.words)}, patient=True)
    workflow = planned["workflow"]
    print(f"{workflow['id']}  {exact_line(workflow['name'])}")
    for step in workflow["steps"]:
        print(exact_line(f"  {step['id']}  {step['kind']}  {step['title']}"))
    for question in planned["questions"]:
        print(exact_line(f"? {question['question']}"))
    sys.stderr.write(f"{exact(planned['note'])}\n")
    return 0


async def _logs(client: Client, options: argparse.Namespace) -> int:
    return await _follow(client, client.stream("GET", f"{_path(options.id)}/events"))


async def _change(client: Client, options: argparse.Namespace) -> int:
    """Cancel, pause or resume a run. Where several of a workflow are not over, the refusal names them."""
    told = await client.ask("POST", f"{_path(options.id)}/{options.action}", {})
    print(f"{told['execution_id']}  {'paused' if told['paused'] else told['status']}")
    return 0


async def _signal(client: Client, options: argparse.Namespace) -> int:
    """Tell of an event. Return 1 where nothing waited for it."""
    body = {"name": options.name, "output": options.data}
    if options.run:
        body["run_id"] = (await client.ask("GET", _path(options.run)))["execution_id"] or options.run
    told = (await client.ask("POST", "/api/workflow/signal", body))["steps"]
    if not told:
        raise Refused(f"No step waits for the event {options.name!r}{' there' if options.run else ''}.", status=404)
    print(f"{told} {'step goes' if told == 1 else 'steps go'} on.")
    return 0


async def _import(client: Client, options: argparse.Namespace) -> int:
    made = await client.ask("POST", "/api/workflow/import", {"yaml": _read(options.file)})
    print(made["id"])
    return 0


async def _export(client: Client, options: argparse.Namespace) -> int:
    print((await client.ask("GET", f"{_path(options.id)}/export"))["yaml"], end="")
    return 0


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


def _read_input(texts: Sequence[str]) -> dict[str, Any]:
    """Return what was entered: one JSON object, or values by their names."""
    if len(texts) == 1 and texts[0].lstrip().startswith("{"):
        return read_object(texts[0])
    return dict(read_pair(text) for text in texts)


async def read_told(client: Client, id: str, texts: Sequence[str]) -> dict[str, Any]:
    """Return what a run of a workflow is told: a list by naming it for each of its items, or as JSON.

    Raises:
        Refused: something is not written so, or no workflow and no run has this id.
    """
    pairs = [read_pair(text) for text in texts]
    declared: dict[str, Any] = {}
    if pairs:
        declared = (await client.ask("GET", _path(id)))["workflow"]["inputs"] or {}
    by_name = {name: [value for other, value in pairs if other == name] for name, _ in pairs}
    return {name: _read_value(values, declared.get(name, {}).get("type")) for name, values in by_name.items()}


def _read_value(values: list[str], kind: str | None) -> str | list[Any]:
    """Return what was entered for one name, of a kind that is None where nobody declared it."""
    [first, *more] = values
    if kind == "list" and not more and first.lstrip().startswith("["):
        return read_list(first)
    return values if more or kind == "list" else first


def read_pair(text: str) -> tuple[str, str]:
    """Return the name and the value of `NAME=VALUE`.

    Raises:
        Refused: it is none.
    """
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise Refused(f"Write input as NAME=VALUE; {text!r} is not.", status=422)
    return name, value


def _read(file: str) -> str:
    return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")


def _indent(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


def _path(workflow_id: str) -> str:
    return f"/api/workflow/{quote(workflow_id, safe='')}"


ACTIONS: dict[str, Callable[[Client, argparse.Namespace], Awaitable[int]]] = {
    "list": _list,
    "plan": _plan,
    "run": _execute,
    "approve": _approve,
    "logs": _logs,
    "cancel": _change,
    "pause": _change,
    "resume": _change,
    "signal": _signal,
    "import": _import,
    "export": _export,
}
