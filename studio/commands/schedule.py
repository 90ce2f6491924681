"""`studio schedule`: workflows that begin by themselves, on the command line."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import sys
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from studio.client import Client, Refused
from studio.commands.owner import as_owner
from studio.commands.profiles import read_profile
from studio.commands.terminal import exact_line, print_table
from studio.commands.workflow import read_told

SCHEDULES = "/api/studio/schedules"
SECONDS = {"m": 60, "h": 3600, "d": 86_400}
MISSED_SHOWN = 10
FAILED_SHOWN = 10


def run(options: argparse.Namespace) -> int:
    """Do one thing with schedules."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with as_owner() as client:
        return await ACTIONS[options.action](client, options)


async def _list(client: Client, options: argparse.Namespace) -> int:
    schedules = (await client.ask("GET", SCHEDULES))["schedules"]
    agenda = await client.ask("GET", f"{SCHEDULES}/agenda")
    missed, failed = agenda["missed"], agenda["failed"]
    if options.json:
        print(json.dumps({"schedules": schedules, "missed": missed, "failed": failed}, indent=2, ensure_ascii=False))
        return 0
    if not schedules:
        print("Nothing begins by itself. `studio schedule add` lets a workflow.")
        return 0
    rows = ([one["id"], _next(one), _last(one), _when(one["trigger"]), exact_line(one["name"])] for one in schedules)
    print_table(("ID", "NEXT", "LAST", "WHEN", "NAME"), rows)
    for one in failed[:FAILED_SHOWN]:
        said = f"failed: {one['name']}, {_local(one['due_at'])}, run {one['run_id']}: {one['error'] or ''}"
        sys.stderr.write(f"{exact_line(said)}\n")
    for one in missed[:MISSED_SHOWN]:
        said = f"{one['state']}: {one['name']}, {_local(one['due_at'])}: {one['note'] or ''}"
        sys.stderr.write(f"{exact_line(said)}\n")
    return 0


async def _add(client: Client, options: argparse.Namespace) -> int:
    path = f"/api/workflow/{quote(options.workflow, safe='')}"
    name = options.name or (await client.ask("GET", path))["name"]
    told = await read_told(client, options.workflow, options.input)
    made = await client.ask("POST", SCHEDULES, _draft(options, name, told))
    print(made["id"])
    sys.stderr.write(f"It comes next at {_next(made)}.\n")
    return 0


async def _remove(client: Client, options: argparse.Namespace) -> int:
    await client.ask("DELETE", _path(options.id))
    return 0


async def _act(client: Client, options: argparse.Namespace) -> int:
    await client.ask("POST", f"{_path(options.id)}/{options.action}", {})
    return 0


def _draft(options: argparse.Namespace, name: str, told: dict[str, Any]) -> dict[str, Any]:
    """Return the schedule that is asked for, as it is sent.

    Raises:
        Refused: when it comes, or what a run may do, cannot be read.
    """
    return {
        "name": name,
        "subject": options.workflow,
        "request": {"input": told, "profile": read_profile(options)},
        "trigger": _trigger(options),
        "catch_up": options.catch_up,
        "may_overlap": options.may_overlap,
    }


def _trigger(options: argparse.Namespace) -> dict[str, Any]:
    """Return when it comes, as it is sent.

    Raises:
        Refused: it cannot be read.
    """
    if options.cron:
        return {"kind": "cron", "expression": options.cron, "time_zone": options.zone or local_zone(os.environ)}
    found = re.fullmatch(r"([1-9][0-9]{0,5})([mhd])", options.every)
    if not found:
        raise Refused(f"Write how much time as 90m, 6h or 2d; {options.every!r} is not.", status=422)
    return {"kind": "interval", "seconds": int(found[1]) * SECONDS[found[2]]}


def local_zone(environ: Mapping[str, str], place: Path = Path("/etc/localtime")) -> str:
    """Return the name of this machine's time zone, UTC where it says none."""
    name = environ.get("TZ", "").removeprefix(":") or place.resolve().as_posix().partition("/zoneinfo/")[2]
    return name if re.fullmatch(r"[A-Za-z][A-Za-z0-9_+/-]{0,63}", name) else "UTC"


def _next(schedule: dict[str, Any]) -> str:
    if not schedule["is_enabled"]:
        return "off"
    zone = schedule["trigger"].get("time_zone")
    return _local(schedule["next_at"], ZoneInfo(zone) if zone else None) if schedule["next_at"] else "never"


def _last(schedule: dict[str, Any]) -> str:
    last = schedule["last"]
    if last is None:
        return "-"
    return f"{(last['outcome'] or last)['state']} {_local(last['due_at'])}"


def _local(timestamp: str, zone: tzinfo | None = None) -> str:
    return f"{datetime.fromisoformat(timestamp).astimezone(zone):%Y-%m-%d %H:%M %Z}"


def _when(trigger: dict[str, Any]) -> str:
    if trigger["kind"] == "cron":
        return f"{exact_line(trigger['expression'])} {trigger['time_zone']}"
    unit = next(unit for unit in ("d", "h", "m", "s") if not trigger["seconds"] % SECONDS.get(unit, 1))
    return f"every {trigger['seconds'] // SECONDS.get(unit, 1)}{unit}"


def _path(schedule_id: str) -> str:
    return f"{SCHEDULES}/{quote(schedule_id, safe='')}"


ACTIONS: dict[str, Callable[[Client, argparse.Namespace], Awaitable[int]]] = {
    "list": _list,
    "add": _add,
    "remove": _remove,
    "enable": _act,
    "disable": _act,
    "run": _act,
}
