"""`studio doctor`: what is wrong here, and the mend; `--attack`: what the running server withstands."""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter

from studio.attack.runner import attack, find_canaries, load_corpus
from studio.client import find_server
from studio.commands.findings import look
from studio.kit.paths import DataFolder
from studio.kit.settings import ProgramSettings
from studio.server import read_token

MARKS = {"ok": "ok  ", "note": "note", "bad": "BAD "}


def run(options: argparse.Namespace) -> int:
    """Print what was found. Return 1 where something is wrong."""
    settings = ProgramSettings.from_environment()
    folder = DataFolder.create(settings.home)
    return asyncio.run(_attack(folder, settings) if options.attack else _look(folder, settings))


async def _look(folder: DataFolder, settings: ProgramSettings) -> int:
    wrong = 0
    async for finding in look(folder, settings):
        wrong += finding.level == "bad"
        print(f"{MARKS[finding.level]} {finding.text}", flush=True)
        if finding.mend:
            print(f"     {finding.mend}", flush=True)
    print("\nNothing is wrong." if not wrong else f"\n{wrong} {'thing is' if wrong == 1 else 'things are'} wrong.")
    return 1 if wrong else 0


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
