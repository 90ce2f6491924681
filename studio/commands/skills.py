"""`studio skills`: skills of this machine, looked at, tried, shared with other programs, kept and begun."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from studio.client import Client
from studio.commands.install import agrees
from studio.commands.owner import as_owner
from studio.commands.terminal import exact, harmless, print_table

DRAFT = """\
---
name: {name}
description: {description}
---

# {title}

Say what to do, step by step, and how one knows that it worked.
"""

Skill = dict[str, Any]
Action = Callable[[Client, argparse.Namespace], Awaitable[int]]


def run(options: argparse.Namespace) -> int:
    """Do what the action says."""
    options.folder = str(Path(options.folder).absolute())
    if getattr(options, "project", None):
        options.project = str(Path(options.project).absolute())
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with as_owner() as client:
        return await ACTIONS[options.action](client, options)


async def list_skills(client: Client, options: argparse.Namespace) -> int:
    """Print the skills of this machine and of a project, with who sees each."""
    told = await client.ask("GET", f"/api/skills?{urlencode({'folder': options.folder})}")
    if options.json:
        _print_json(told)
        return 0
    print_table(("NAME", "SCOPE", "STATE", "SEEN BY", "PATH"), map(_row, told["skills"]))
    for problem in told["problems"]:
        sys.stderr.write(f"studio: {exact(problem)}\n")
    return 0


async def show(client: Client, options: argparse.Namespace) -> int:
    """Print one skill: where it is, who sees it, its files and its text."""
    told = await client.ask("GET", f"{_path(options.name)}?{urlencode({'folder': options.folder})}")
    if options.json:
        _print_json(told)
        return 0
    print(f"{harmless(told['name'])} ({told['scope']}, {_state(told)}): {exact(told['path'])}")
    print(f"Seen by: {', '.join(told['seen_by']) or 'nobody'}. {told['body_tokens']} tokens. {told['tree_hash']}")
    for place in told["differs_from"]:
        print(f"Another one of this name lies at {exact(place)}.")
    if told["origin"]:
        changed = ", changed since" if told["modified"] else ""
        print(f"Imported from {exact(told['origin']['source'])}{changed}.")
    print_table(("FILE", "KIND", "BYTES"), ((harmless(f["path"]), f["kind"], str(f["size"])) for f in told["files"]))
    print(f"\n{exact(told['content'])}")
    return 0


async def validate(client: Client, options: argparse.Namespace) -> int:
    """Print what the specification says of a skill, by its name or its place. Return 1 where it is not valid."""
    file = _file_at(options.name)
    body: dict[str, Any] = {"name": options.name, "folder": options.folder}
    if file:
        text = file.read_text(encoding="utf-8", errors="replace")
        body = {"content": text, "name": file.absolute().parent.name}
    told = await client.ask("POST", "/api/skills/validate", body)
    if options.json:
        _print_json(told)
    else:
        _print_problems(told["problems"])
        print("It is valid." if told["valid"] else "It is not valid.")
    return 0 if told["valid"] else 1


async def dry_run(client: Client, options: argparse.Namespace) -> int:
    """Print what would happen if an agent used a skill. Return 1 where something dangerous was found."""
    body = {"name": options.name, "prompt": options.prompt, "folder": options.folder}
    told = await client.ask("POST", "/api/skills/test", body)
    is_dangerous = any(finding["danger"] == "high" for finding in told["findings"])
    if options.json:
        _print_json(told)
        return int(is_dangerous)
    print(f"A model is always told ({told['listing_tokens']} tokens):\n{exact(told['listing'])}")
    print(f"Once it loads it: {told['body_tokens']} tokens; its files: {told['file_tokens']} more.")
    if told["scripts"]:
        print(f"Scripts in it: {', '.join(map(harmless, told['scripts']))}. Nothing was run.")
    if options.prompt:
        words = ", ".join(map(harmless, told["prompt_words"])) or "none"
        print(f"Words of the prompt in its description: {words}. Place among all skills: {told['rank'] or '-'}.")
    _print_problems(told["problems"])
    _print_findings(told["findings"])
    return int(is_dangerous)


async def deploy(client: Client, options: argparse.Namespace) -> int:
    """Show what would be written where, ask, and write it. Return 1 where something was refused or nothing was done."""
    mode = "copy" if options.copy else "link"
    return await _change(client, "/api/skills/deploy", options, {"mode": mode}, question="Write this?")


async def undeploy(client: Client, options: argparse.Namespace) -> int:
    """Show what would be removed, ask, and remove it. Return 1 where something was refused or nothing was done."""
    return await _change(client, "/api/skills/undeploy", options, {}, question="Remove this?")


async def _change(
    client: Client, path: str, options: argparse.Namespace, more: dict[str, Any], *, question: str
) -> int:
    body = {"name": options.name, "targets": options.clients, "project_dir": options.project, **more}
    planned = await client.ask("POST", path, body | {"apply": False})
    for change in planned["changes"]:
        source = f" -> {exact(change['source'])}" if change["action"] in {"link", "copy"} else ""
        reason = f" {exact(change['reason'])}" if change["reason"] else ""
        print(f"{change['action']:7} {exact(change['path'])}{source} ({', '.join(change['targets'])}){reason}")
    for note in planned["notes"]:
        print(exact(note))
    if not any(change["action"] in {"link", "copy", "remove"} for change in planned["changes"]):
        return int(any(change["action"] == "refuse" for change in planned["changes"]))
    if not options.yes and not await agrees(question):
        print("Nothing was done.")
        return 1
    done = await client.ask("POST", path, body)
    refused = [change for change in done["changes"] if change["action"] == "refuse"]
    for change in refused:
        sys.stderr.write(f"studio: {exact(change['path'])}: {exact(change['reason'])}\n")
    return int(bool(refused))


async def export(client: Client, options: argparse.Namespace) -> int:
    """Write skills into a zip archive."""
    data = await client.download("/api/skills/export", {"names": options.names})
    target = Path(options.output or (f"{options.names[0]}.zip" if len(options.names) == 1 else "skills.zip"))
    await asyncio.to_thread(_write_new, target, data)
    print(f"Wrote {exact(str(target))}: {len(data)} bytes.")
    return 0


async def import_(client: Client, options: argparse.Namespace) -> int:
    """Show what an archive has and what was found in it, ask, and take it. Return 1 where not all was taken."""
    data = await asyncio.to_thread(Path(options.file).read_bytes)
    query = {"source": options.file, "replace": str(options.replace).lower()}
    planned = await client.upload(f"/api/skills/import?{urlencode(query | {'apply': 'false'})}", data)
    for skill in planned["skills"]:
        _print_imported(skill)
    found = any(finding["danger"] == "high" for skill in planned["skills"] for finding in skill["findings"])
    question = "Something dangerous was found. Take them all the same?" if found else "Take them?"
    if not (options.yes and not found) and not await agrees(question):
        print("Nothing was done.")
        return 1
    query |= {"apply": "true", "accept_findings": str(found).lower()}
    done = await client.upload(f"/api/skills/import?{urlencode(query)}", data)
    for refusal in done["refused"]:
        sys.stderr.write(f"studio: {exact(refusal['name'])} was refused: {exact(refusal['reason'])}\n")
    print(f"Imported: {', '.join(map(harmless, done['imported'])) or 'nothing'}.")
    return int(bool(done["refused"]))


async def new(client: Client, options: argparse.Namespace) -> int:
    """Begin a skill in Studio's own folder."""
    description = options.description or "Say what it does, and when to use it."
    title = options.name.replace("-", " ").capitalize()
    # A text in quotes of JSON is one of YAML, too.
    content = DRAFT.format(name=options.name, description=json.dumps(description, ensure_ascii=False), title=title)
    told = await client.ask("PUT", _path(options.name), {"content": content})
    print(f"Begun: {exact(told['path'])}/SKILL.md")
    return 0


ACTIONS: dict[str, Action] = {
    "list": list_skills,
    "show": show,
    "validate": validate,
    "test": dry_run,
    "deploy": deploy,
    "undeploy": undeploy,
    "export": export,
    "import": import_,
    "new": new,
}


def _path(name: str) -> str:
    return f"/api/skills/{quote(name, safe='')}"


def _file_at(place: str) -> Path | None:
    """Return the SKILL.md at a place on the disk; None where it is a name."""
    path = Path(place)
    if path.is_dir() and (path / "SKILL.md").is_file() and ("/" in place or place in {".", ".."}):
        return path / "SKILL.md"
    return path if path.name == "SKILL.md" and path.is_file() else None


def _write_new(target: Path, data: bytes) -> None:
    # A file that is there already is nobody's to replace.
    with target.open("xb") as file:
        file.write(data)


def _print_imported(skill: Skill) -> None:
    print(f"{harmless(skill['name'])} ({skill['action']}, {len(skill['files'])} files): {exact(skill['description'])}")
    _print_problems(skill["problems"])
    _print_findings(skill["findings"])
    if skill["diff"]:
        print(exact(skill["diff"]))


def _row(skill: Skill) -> Sequence[str]:
    seen = ", ".join(skill["seen_by"]) or "-"
    return harmless(skill["name"]), skill["scope"], _state(skill), seen, harmless(skill["path"])


def _state(skill: Skill) -> str:
    if not skill["trusted"]:
        return "not trusted"
    if not skill["enabled"]:
        return "off"
    return "valid" if skill["valid"] else "not valid"


def _print_problems(problems: Sequence[dict[str, Any]]) -> None:
    for problem in problems:
        print(f"SKILL.md:{problem['line']}: {problem['severity']}: {exact(problem['message'])}")


def _print_findings(findings: Sequence[dict[str, Any]]) -> None:
    for one in findings:
        excerpt = f" | {exact(one['excerpt'])}" if one["excerpt"] else ""
        print(f"{exact(one['file'])}:{one['line']}: {one['danger']}: {exact(one['message'])}{excerpt}")


def _print_json(told: object) -> None:
    print(json.dumps(told, indent=2, ensure_ascii=False))
