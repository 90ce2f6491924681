"""The servers that Studio uses, on the command line: found, added, looked at, called and removed."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import json
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from studio.client import Client, Refused
from studio.commands.install import agrees
from studio.commands.terminal import exact, harmless, print_table

LOOK_SECONDS = 0.3

Server = dict[str, Any]
Action = Callable[[Client, argparse.Namespace], Awaitable[int]]


async def list_servers(client: Client, options: argparse.Namespace) -> int:
    """Print the servers that were added, with how each is."""
    told = await client.ask("GET", "/api/mcp/status")
    if options.json:
        _print_json(told)
    elif told["servers"]:
        print_table(("NAME", "STATE", "PROTOCOL", "TOOLS", "TOKENS", "WAITING"), map(_row, told["servers"]))
    else:
        print("No server was added yet. `studio mcp search` lists some that can be.")
    return 0


async def search(client: Client, options: argparse.Namespace) -> int:
    """Print the servers that can be added and have all the words in what is said of them."""
    query = urlencode({"query": " ".join(options.words)})
    told = await client.ask("GET", f"/api/mcp/registry?{query}")
    if options.json:
        _print_json(told)
        return 0
    print_table(("NAME", "ADDED", "REACHES", "DESCRIPTION"), map(_row_of_known, told["servers"]))
    for problem in told["problems"]:
        sys.stderr.write(f"studio: {exact(problem)}\n")
    return 0


async def show_status(client: Client, options: argparse.Namespace) -> int:
    """Print how one server is, with its tools. Return 1 where it cannot be used."""
    told = await client.ask("GET", f"{_path(options.name)}/status")
    if options.json:
        _print_json(told)
    else:
        protocol = told["protocol_version"] or "not connected"
        print(f"{told['name']}: {told['state']}, {protocol}, {told['calls']} calls, {told['failures']} failed")
        if told["error"]:
            print(exact(told["error"]))
        print_table(("TOOL", "STATE", "TOKENS", "DESCRIPTION"), map(_row_of_tool, told["tools"]))
    return 0 if told["state"] in {"running", "idle", "connecting"} else 1


async def add(client: Client, options: argparse.Namespace) -> int:
    """Show the exact command, ask, and add a server. Return 1 where it was not, or cannot be connected to."""
    draft = await _draft(client, options)
    planned = await client.ask("POST", "/api/mcp/servers", draft)
    print(f"{exact(planned['exact'])}\nIt reaches {exact(planned['reaches'])}.")
    for warning in planned["warnings"]:
        print(exact(warning))
    if planned["needs"]:
        print(f"The program {exact(planned['needs'])!r} is missing for it.")
    if not options.yes and not await agrees("Add it?"):
        print("Nothing was done.")
        return 1
    await client.ask("POST", "/api/mcp/servers", draft | {"confirm": planned["exact"]})
    try:
        told = await client.ask("POST", f"{_path(options.name)}/connect", patient=True)
    except Refused as error:
        print(f"It was added, and cannot be connected to: {exact(str(error))}")
        return 1
    print(f"{options.name} has {len(told['tools'])} tools, which take about {told['tokens']} tokens.")
    return 0


async def sign_in(client: Client, options: argparse.Namespace) -> int:
    """Print where a person signs in, and wait until they did. Return 1 where nothing came of it."""
    told = await client.ask("POST", f"{_path(options.name)}/sign-in", patient=True)
    if told["url"]:
        print(f"Sign in here, in your browser:\n{exact(told['url'])}", flush=True)
    path = f"{_path(options.name)}/status"
    while (now := await client.ask("GET", path))["state"] in {"idle", "connecting"}:  # noqa: ASYNC110 -- it is asked
        await asyncio.sleep(LOOK_SECONDS)
    print("You are signed in." if now["state"] == "running" else exact(now["error"]))
    return 0 if now["state"] == "running" else 1


async def remove(client: Client, options: argparse.Namespace) -> int:
    """Remove a server with its secrets."""
    await client.ask("DELETE", _path(options.name))
    print(f"{options.name} was removed.")
    return 0


async def approve(client: Client, options: argparse.Namespace) -> int:
    """Show what changed of a server's tools, ask, and approve them. Return 1 where they were not."""
    await client.ask("POST", f"{_path(options.name)}/connect", patient=True)
    told = await client.ask("GET", f"{_path(options.name)}/tools")
    waiting = [tool for tool in told["tools"] if tool["state"] in {"new", "changed"}]
    if not waiting:
        print("Nothing changed since it was approved.")
        return 0
    for tool in waiting:
        print(f"{exact(tool['name'])} ({tool['state']})\n{exact(tool['diff'])}")
    if not options.yes and not await agrees("Approve it?"):
        print("Nothing was done.")
        return 1
    approved = {tool["name"]: tool["digest"] for tool in waiting}
    await client.ask("POST", f"{_path(options.name)}/approve", {"tools": approved})
    return 0


async def call(client: Client, options: argparse.Namespace) -> int:
    """Call a tool and print what it says. Return 1 where that is an error."""
    body = {"tool": options.tool, "args": _read_arguments(options.arguments), "cwd": os.getcwd()}
    path = f"{_path(options.name)}/call"
    try:
        told = await client.ask("POST", path, body | {"confirm": options.yes}, patient=True)
    except Refused as error:
        if error.status != 409 or options.yes or not await agrees(f"{exact(str(error))}\nAllow it once?"):
            raise
        told = await client.ask("POST", path, body | {"confirm": True}, patient=True)
    print(harmless(told["content"]))
    return 1 if told["is_error"] else 0


ACTIONS: Mapping[str, Action] = {
    "list": list_servers,
    "search": search,
    "status": show_status,
    "add": add,
    "sign-in": sign_in,
    "remove": remove,
    "approve": approve,
    "call": call,
}


async def _draft(client: Client, options: argparse.Namespace) -> dict[str, Any]:
    """Return the settings that were asked for: those on the command line, else those of the registry.

    Raises:
        Refused: there are neither.
    """
    if options.url:
        settings: dict[str, Any] = {"transport": "http", "url": options.url, "headers": _values(options, "header")}
    elif options.words:
        settings = {"command": options.words[0], "args": options.words[1:], "env": _values(options, "env")}
        settings["cwd"] = options.cwd
    else:
        settings = await _find_known(client, options)
    settings |= {"start": "at_start"} if options.at_start else {}
    return settings | {"name": options.name}


async def _find_known(client: Client, options: argparse.Namespace) -> dict[str, Any]:
    told = await client.ask("GET", f"/api/mcp/registry?{urlencode({'query': options.name})}")
    known = next((one for one in told["servers"] if one["name"] == options.name), None)
    if known is None:
        raise Refused(f"No known server is called {options.name!r}. Name its command, or its --url.", status=404)
    if known["transport"] == "http":
        return {
            "transport": "http",
            "url": known["url"],
            "title": known["title"],
            "headers": _values(options, "header"),
        }
    wanted = {one["name"] for one in known["env"] if one["required"]} - set(_names(options, "env"))
    if wanted:
        missing = " ".join(f"--secret {name}" for name in sorted(wanted))
        raise Refused(f"{options.name} wants more: {missing}", status=422)
    env = _values(options, "env")
    return {"command": known["command"], "args": known["args"], "title": known["title"], "env": env}


def _names(options: argparse.Namespace, kind: str) -> Sequence[str]:
    return [*(text.partition("=")[0] for text in getattr(options, kind)), *options.secret]


def _values(options: argparse.Namespace, kind: str) -> dict[str, Any]:
    """Return the values that were given for a program's environment, or for headers; secret ones are asked for."""
    plain = {name: {"value": value} for name, _, value in (text.partition("=") for text in getattr(options, kind))}
    return plain | {name: {"value": getpass.getpass(f"{name}: "), "secret": True} for name in options.secret}


def _read_arguments(text: str) -> dict[str, Any]:
    """Return the arguments of a call.

    Raises:
        Refused: they are no JSON object.
    """
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Refused(f"The arguments must be a JSON object; {text!r} is none.", status=422)
    return found  # pyright: ignore[reportUnknownVariableType] -- whatever stands in it


def _path(name: str) -> str:
    return f"/api/mcp/servers/{quote(name, safe='')}"


def _print_json(told: object) -> None:
    print(json.dumps(told, indent=2, ensure_ascii=False))


def _row(server: Server) -> Sequence[str]:
    offered = sum(tool["enabled"] and tool["state"] == "approved" for tool in server["tools"])
    numbers = str(offered), str(server["tokens"]), str(server["waiting"])
    return server["name"], server["state"], server["protocol_version"] or "-", *numbers


def _row_of_known(known: Server) -> Sequence[str]:
    return (
        known["name"],
        "yes" if known["installed"] else "-",
        harmless(known["reaches"]),
        harmless(known["description"]),
    )


def _row_of_tool(tool: Server) -> Sequence[str]:
    state = tool["state"] if tool["enabled"] else "off"
    return harmless(tool["name"]), state, str(tool["tokens"]), harmless(tool["description"]).partition("\n")[0][:80]
