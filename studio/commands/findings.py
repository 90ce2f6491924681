"""What `studio doctor` looks at, each with the mend where something is wrong."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import studio
from studio.client import Client, NotRunning, connected, find_server
from studio.commands.terminal import exact
from studio.features.programs.models import Program, ScanQuery
from studio.features.programs.service import Programs
from studio.kit.background import Background
from studio.kit.clock import Clock
from studio.kit.db import list_migrations
from studio.kit.paths import DataFolder
from studio.kit.processes import is_root
from studio.kit.secrets import Keyring, KeyringFailed
from studio.kit.settings import DEFAULT_PORT, ProgramSettings
from studio.server import read_token

LITTLE_SPACE = 500 * 1024 * 1024

WANTED = {
    "git": ("bad", "Git is not installed: agents see no changes, and cannot undo any"),
    "rg": ("note", "ripgrep is not installed; searching files is slower without it"),
}
"""Programs that Studio and agents work with, and what is missing without them."""

NO_KEYRING = (
    "Keys are sealed under 'master.key' in the data folder. With an unlocked keyring, keys entered anew go there."
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `mend` says what to do; a note is nothing wrong, but worth to know."""

    level: Literal["ok", "note", "bad"]
    text: str
    mend: str = ""


async def look(folder: DataFolder, settings: ProgramSettings) -> AsyncGenerator[Finding, None]:
    """Look at everything: the folder, the machine and what is on it, the server that runs."""
    yield Finding("ok", f"Studio {studio.__version__} on Python {sys.version.split()[0]}")
    for finding in (*_look_at_folder(folder), *_look_at_rights()):
        yield finding
    yield await _look_at_keyring()
    async for finding in _look_at_programs():
        yield finding
    async for finding in _look_at_server(folder, settings):
        yield finding


def _look_at_folder(folder: DataFolder) -> Iterator[Finding]:
    yield Finding("ok", f"Data folder: {folder.path}")
    if sys.platform != "win32":
        for path in (folder.path, folder.token, folder.master_key, folder.database):
            if path.exists():
                yield from _look_at_private(path)
    free = shutil.disk_usage(folder.path).free
    if free > LITTLE_SPACE:
        yield Finding("ok", f"{free // 1048576} MB are free there")
    else:
        mend = "Free some space: Studio keeps what it can, and says when it cannot."
        yield Finding("bad", f"Only {free // 1048576} MB are free there", mend)
    yield Finding("ok", f"The database knows {len(list_migrations())} migrations")


def _look_at_private(path: Path) -> Iterator[Finding]:
    status = path.stat()
    if status.st_mode & 0o077:
        yield Finding("bad", f"Others on this machine can read '{path}'", f"chmod go-rwx '{path}'")
    elif status.st_uid != os.getuid():
        yield Finding("bad", f"'{path}' belongs to another user", "chown it to yourself, or set STUDIO_HOME")


def _look_at_rights() -> Iterator[Finding]:
    if is_root():
        mend = "Run Studio as an ordinary user: then commands have that user's rights only."
        yield Finding("note", "This is root: commands that Studio runs have every right on this machine", mend)


async def _look_at_keyring() -> Finding:
    try:
        await Keyring("studio-doctor").check()
    except KeyringFailed as error:
        return Finding("note", f"There is no keyring for keys: {error}", NO_KEYRING)
    return Finding("ok", "There is a keyring for keys")


async def _look_at_programs() -> AsyncGenerator[Finding, None]:
    background = Background()
    try:
        scan = await Programs(background, Clock()).scan(ScanQuery())
    finally:
        await background.close()
    here = [tool for tool in scan.tools if tool.installed]
    yield Finding("ok", f"{len(here)} programs for AI work are on this machine; `studio scan` lists them")
    for tool in scan.tools:
        for finding in _judge_program(tool):
            yield finding


def _judge_program(tool: Program) -> Iterator[Finding]:
    if tool.name in WANTED and not tool.installed:
        level, text = WANTED[tool.name]
        mend = f"`studio install {tool.name}` installs it" if tool.install else f"See {tool.home}"
        yield Finding("bad" if level == "bad" else "note", text, mend)
    elif tool.name in WANTED and tool.version:
        yield Finding("ok", f"{tool.title} {tool.version}: {exact(tool.path)}")
    elif tool.error:
        again = f"`studio install {tool.name}` installs it anew" if tool.install else "Install it anew"
        text = f"{tool.title} at '{exact(tool.path)}' does not say its version. {exact(tool.error)}"
        yield Finding("note", text, f"Run it in a terminal to see what is wrong. {again}, where it is broken.")


async def _look_at_server(folder: DataFolder, settings: ProgramSettings) -> AsyncGenerator[Finding, None]:
    try:
        address = await find_server(folder, patience_seconds=1)
    except NotRunning:
        yield Finding("ok", "No server runs; `studio` starts one")
        yield await asyncio.to_thread(_look_at_port, settings.port)
        return
    async with connected(address, read_token(folder, settings)) as client:
        for finding in await _judge_server(client, address):
            yield finding


def _look_at_port(wanted: int | None) -> Finding:
    """Look whether a server could listen where it would."""
    port = wanted or DEFAULT_PORT
    if _is_free(port):
        return Finding("ok", f"Port {port} is free")
    text = f"Port {port} is in use by {_holder_of(port)}"
    if wanted:
        return Finding("bad", f"{text}, and STUDIO_PORT names it", "End that program, or set STUDIO_PORT to another.")
    return Finding("note", f"{text}; Studio takes the next one that is free", "`studio --port N` takes one you choose.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        if sys.platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _holder_of(port: int) -> str:
    import psutil  # noqa: PLC0415 -- 33 ms, where a port is in use only

    try:
        found = [one.pid for one in psutil.net_connections("tcp") if one.laddr and one.laddr[1] == port]
        pid = next(filter(None, found), None)
        return f"{psutil.Process(pid).name()!r} (process {pid})" if pid else "another program"
    except (psutil.Error, OSError):
        return "another program"


async def _judge_server(client: Client, address: str) -> list[Finding]:
    health = await client.ask("GET", "/health")
    providers = (await client.ask("GET", "/api/providers"))["providers"]
    secrets = await client.ask("GET", "/api/studio/secrets")
    active = next(provider for provider in providers if provider["active"])
    is_well = health["status"] == "healthy"
    mend = "" if is_well else "Its log says what is wrong: `logs/` in the data folder."
    return [
        Finding("ok" if is_well else "bad", f"The server at {address} is {health['status']}", mend),
        _judge_provider(active),
        _judge_secrets(secrets),
    ]


def _judge_provider(active: dict[str, str]) -> Finding:
    if active["name"] == "builtin":
        return Finding("ok", "The built-in provider answers; add another in the settings for real answers")
    mends: dict[str, str] = {
        "no_key": f"Enter the key of {active['name']!r} in the settings.",
        "bad_key": f"Enter the key of {active['name']!r} again in the settings.",
        "unreachable": f"Nothing answers at {active['base_url']}. Start it, or change the address.",
    }
    mend = mends.get(active["status"], "")
    return Finding("bad" if mend else "ok", f"The active provider is {active['name']!r} ({active['status']})", mend)


def _judge_secrets(secrets: dict[str, int]) -> Finding:
    if secrets["sealed"]:
        text = f"{secrets['sealed']} secrets are sealed in the database, under a key in the data folder"
        return Finding("ok", text, "Where a keyring is unlocked, secrets entered anew go there.")
    return Finding("ok", f"{secrets['in_keyring']} secrets are in the keyring")
