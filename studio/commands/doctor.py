"""`studio doctor`: what is wrong here, and the mend; `--attack`: what the running server withstands."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import studio
from studio.attack.runner import attack, find_canaries, load_corpus
from studio.client import NotRunning, connected, find_server
from studio.kit.db import list_migrations
from studio.kit.paths import DataFolder
from studio.kit.settings import ProgramSettings
from studio.server import read_token

LITTLE_SPACE = 500 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `mend` says what to do where it is not well."""

    is_well: bool
    text: str
    mend: str = ""


def run(options: argparse.Namespace) -> int:
    """Print what was found. Return 1 where something is wrong."""
    settings = ProgramSettings.from_environment()
    folder = DataFolder.create(settings.home)
    if options.attack:
        return asyncio.run(_attack(folder, settings))
    findings = [*_look(folder), *asyncio.run(_look_at_server(folder, settings))]
    for finding in findings:
        print(f"{'ok  ' if finding.is_well else 'BAD '} {finding.text}")
        if finding.mend:
            print(f"     {finding.mend}")
    return 0 if all(finding.is_well for finding in findings) else 1


def _look(folder: DataFolder) -> Iterator[Finding]:
    yield Finding(True, f"Studio {studio.__version__} on Python {sys.version.split()[0]}")
    yield Finding(True, f"Data folder: {folder.path}")
    yield from _look_at_private_files(folder)
    free = shutil.disk_usage(folder.path).free
    mend = "" if free > LITTLE_SPACE else "Free some space: Studio keeps what it can, and says when it cannot."
    yield Finding(free > LITTLE_SPACE, f"{free // 1048576} MB are free there", mend)
    yield Finding(True, f"The database knows {len(list_migrations())} migrations")
    rg = shutil.which("rg")
    yield Finding(True, f"ripgrep: {rg}" if rg else "ripgrep is not installed; searching files is slower without it")


def _look_at_private_files(folder: DataFolder) -> Iterator[Finding]:
    if sys.platform == "win32":
        return
    for path in (folder.path, folder.token, folder.master_key, folder.database):
        if path.exists() and path.stat().st_mode & 0o077:
            yield Finding(False, f"Others on this machine can read '{path}'", f"chmod go-rwx '{path}'")
        elif path.exists() and path.stat().st_uid != os.getuid():
            yield Finding(False, f"'{path}' belongs to another user", "chown it to yourself, or set STUDIO_HOME")


async def _look_at_server(folder: DataFolder, settings: ProgramSettings) -> list[Finding]:
    try:
        address = await find_server(folder, patience_seconds=1)
    except NotRunning:
        return [Finding(True, "No server runs; `studio` starts one")]
    async with connected(address, read_token(folder, settings)) as client:
        health = await client.ask("GET", "/health")
        providers = (await client.ask("GET", "/api/providers"))["providers"]
        secrets = await client.ask("GET", "/api/studio/secrets")
    active = next(provider for provider in providers if provider["active"])
    return [
        Finding(health["status"] == "healthy", f"The server at {address} is {health['status']}"),
        _judge_provider(active),
        _judge_secrets(secrets),
    ]


def _judge_provider(active: dict[str, str]) -> Finding:
    if active["name"] == "builtin":
        return Finding(True, "The built-in provider answers; add another in the settings for real answers")
    mends: dict[str, str] = {
        "no_key": f"Enter the key of {active['name']!r} in the settings.",
        "bad_key": f"Enter the key of {active['name']!r} again in the settings.",
        "unreachable": f"Nothing answers at {active['base_url']}. Start it, or change the address.",
    }
    mend = mends.get(active["status"], "")
    return Finding(not mend, f"The active provider is {active['name']!r} ({active['status']})", mend)


def _judge_secrets(secrets: dict[str, int]) -> Finding:
    if secrets["sealed"]:
        text = f"{secrets['sealed']} secrets are sealed in the database, under a key in the data folder"
        return Finding(True, text, "Where a keyring is unlocked, secrets entered anew go there.")
    return Finding(True, f"{secrets['in_keyring']} secrets are in the keyring")


async def _attack(folder: DataFolder, settings: ProgramSettings) -> int:
    """Run every attack against the running server. Return 1 where one got through."""
    address, token = await find_server(folder, patience_seconds=1), read_token(folder, settings)
    held, failed = Counter[int](), 0
    async for outcome in attack(address, token, load_corpus()):
        if outcome.problem:
            failed += 1
            print(f"FAIL [{outcome.case.check}] {outcome.case.name}: {outcome.problem}")
        else:
            held[outcome.case.check] += 1
    for check, count in sorted(held.items()):
        print(f"pass [{check}] {count} attacks")
    canaries = await find_canaries(address, token)
    if canaries:
        print(f"FAIL {canaries} attacks were carried out")
    total = sum(held.values())
    print(f"{total} of {total + failed} attacks were held off, {canaries} carried out.")
    return 1 if failed or canaries else 0
