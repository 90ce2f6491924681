"""`studio workflow`: workflows on the command line: listed, planned, run, decided about and followed."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from studio.client import Client, Refused
from studio.commands.approvals import find_waiting
from studio.commands.fields import edit_fields, read_list, read_object
from studio.commands.following import follow
from studio.commands.install import agrees
from studio.commands.owner import as_owner
from studio.commands.profiles import read_profile
from studio.commands.terminal import exact, exact_line, print_table

MOST_LISTED = 200


def run(options: argparse.Namespace) -> int:
    """Do one thing with workflows."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with as_owner() as client:
        for name in ("id", "run"):
            if given := getattr(options, name, None):
                setattr(options, name, await find_id(client, given))
        return await ACTIONS[options.action](client, options)


async def find_id(client: Client, given: str) -> str:
    """Return the id of the workflow that has a name; what is no name of one is taken for an id.

    Raises:
        Refused: several are called so.
    """
    if given.startswith(("wf_", "exec_")):
        return given
    found, seen, total = list[str](), 0, 1
    while seen < total:
        told = await client.ask("GET", f"/api/workflow/list?limit={MOST_LISTED}&offset={seen}")
        found += [one["id"] for one in told["workflows"] if one["name"] == given]
        seen, total = seen + MOST_LISTED, told["total"]
    if len(found) > 1:
        raise Refused(
            f"{len(found)} workflows are called {given!r}. Name one by its id: {', '.join(found)}.", status=409
        )
    return found[0] if found else given


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
        print(json.dumps(begun) if options.json else begun["execution_id"])
        return 0
    path = f"/api/workflow/execute/{quote(options.id, safe='')}?stream=true"
    return await follow(client, client.stream("POST", path, body), as_json=options.json)


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
    wanted = "?follow=false" if options.no_follow else ""
    return await follow(client, client.stream("GET", f"{_path(options.id)}/events{wanted}"), as_json=options.json)


async def _show(client: Client, options: argparse.Namespace) -> int:
    """Print a workflow with its latest run, or a run, each step in a line."""
    told = await client.ask("GET", _path(options.id))
    if options.json:
        print(json.dumps(told, indent=2, ensure_ascii=False))
        return 0
    facts = [("workflow", told["workflow_id"]), ("run", told["execution_id"]), ("status", told["status"])]
    facts += [("goal", told["goal"]), ("error", told["error"])]
    print(exact_line(told["name"]))
    for name, value in facts:
        if value:
            print(exact_line(f"  {name}: {value}"))
    print_table(("STEP", "KIND", "STATUS", "TITLE"), (_row_of(step) for step in told["steps"]))
    return 0


def _row_of(step: dict[str, Any]) -> list[str]:
    why = step["error"] or (step["reason"] if step["status"] == "skipped" else "") or ""
    title = f"{step['title']}: {why}" if why else step["title"]
    return [step["id"], step["kind"], step["status"], exact_line(title.partition("\n")[0])]


async def _runs(client: Client, options: argparse.Namespace) -> int:
    """Print the newest runs of a workflow, or the latest one of each."""
    if options.id:
        runs = (await client.ask("GET", f"{_path(options.id)}/runs"))["runs"]
        rows = [[one["execution_id"], one["status"], one["created_at"], one["name"]] for one in runs]
    else:
        listed = (await client.ask("GET", f"/api/workflow/list?limit={MOST_LISTED}"))["workflows"]
        begun = [one for one in listed if one["execution_id"]]
        rows = [[one["execution_id"], one["status"], one["updated_at"], one["name"]] for one in begun]
    if rows:
        print_table(("RUN", "STATUS", "WHEN", "NAME"), ([exact_line(cell) for cell in row] for row in rows))
    else:
        print("Nothing was run yet.")
    return 0


async def _delete(client: Client, options: argparse.Namespace) -> int:
    """Remove a workflow with all its runs, if the person agrees."""
    name = exact_line((await client.ask("GET", _path(options.id)))["name"])
    if not options.yes and not await agrees(f"Remove '{name}' with all its runs and what they gave?"):
        return 1
    await client.ask("DELETE", _path(options.id))
    print(f"Removed '{name}'.")
    return 0


async def _templates(client: Client, options: argparse.Namespace) -> int:
    del options
    told = (await client.ask("GET", "/api/workflow/templates"))["templates"]
    print_table(("ID", "NAME", "WHAT IT DOES"), ([one["id"], one["name"], one["description"]] for one in told))
    return 0


async def _check(client: Client, options: argparse.Namespace) -> int:
    """Print what is wrong with a workflow in a file, each with its line. Return 1 where something is."""
    text = _read(options.file)
    problems = (await client.ask("POST", "/api/workflow/import/check", {"yaml": text}))["problems"]
    for one in problems:
        where = f"{options.file}:{one['line']}" if one["line"] else options.file
        print(exact_line(f"{where}: {one['message']}"))
    if not problems:
        print("Nothing is wrong with it.")
    return 1 if problems else 0


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
    body = {"yaml": _read(options.file), "replace": options.replace}
    made = await client.ask("POST", "/api/workflow/import", body)
    print(made["id"])
    return 0


async def _export(client: Client, options: argparse.Namespace) -> int:
    print((await client.ask("GET", f"{_path(options.id)}/export"))["yaml"], end="")
    return 0


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
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise Refused(f"{file!r} is no text in UTF-8.", status=400) from error


def _path(workflow_id: str) -> str:
    return f"/api/workflow/{quote(workflow_id, safe='')}"


ACTIONS: dict[str, Callable[[Client, argparse.Namespace], Awaitable[int]]] = {
    "list": _list,
    "show": _show,
    "runs": _runs,
    "templates": _templates,
    "plan": _plan,
    "run": _execute,
    "approve": _approve,
    "logs": _logs,
    "cancel": _change,
    "pause": _change,
    "resume": _change,
    "signal": _signal,
    "check": _check,
    "import": _import,
    "export": _export,
    "delete": _delete,
}
