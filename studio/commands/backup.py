"""`studio backup`: copy everything that is kept, read copies back, and go back to one."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import sys
from pathlib import Path

from studio.commands.install import agrees
from studio.commands.terminal import exact, print_table
from studio.features.backups.models import BackupReport
from studio.features.backups.service import Backups
from studio.kit.clock import Clock
from studio.kit.errors import StudioError
from studio.kit.paths import DataFolder, FolderInUse
from studio.kit.settings import ProgramSettings


def run(options: argparse.Namespace) -> int:
    """Do one thing with backups. Return 1 where it was refused."""
    folder = DataFolder.create(ProgramSettings.from_environment().home)
    backups = Backups(folder, Clock())
    try:
        match options.action:
            case "create":
                return _create(folder, backups, options.to)
            case "verify":
                return _verify(folder, backups, options)
            case "restore":
                return _restore(folder, backups, options)
            case _:
                return asyncio.run(_list(backups, options))
    except StudioError as error:
        sys.stderr.write(f"studio: {exact(error.message)}\n")
        return 1


def _create(folder: DataFolder, backups: Backups, target: str | None) -> int:
    if not folder.database.exists():
        sys.stderr.write(f"studio: There is nothing to back up in '{folder.path}' yet.\n")
        return 1
    if target and Path(target).exists():
        sys.stderr.write(f"studio: '{exact(target)}' is there already. Nothing was done.\n")
        return 1
    made = asyncio.run(backups.create())
    path = folder.path / "backups" / made.name
    report = backups.verify_file(path)
    if target:
        path = _move(path, Path(target).absolute())
    print(exact(str(path)))
    _tell(report)
    return 0


def _move(source: Path, target: Path) -> Path:
    """Move a file that only its user can read, and keep it so, to a disk that may be another."""
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with source.open("rb") as reading, os.fdopen(descriptor, "wb") as writing:
            shutil.copyfileobj(reading, writing)
            writing.flush()
            os.fsync(writing.fileno())
    except OSError:
        # Half of it looks like a backup, and would be in the way of the next.
        target.unlink()
        raise
    source.unlink()
    return target


async def _list(backups: Backups, options: argparse.Namespace) -> int:
    listed = await backups.list()
    if options.json:
        print(json.dumps(listed.model_dump(), indent=2, ensure_ascii=False))
        return 0
    rows = [(one.name, one.created_at[:16].replace("T", " "), one.origin, _size(one.bytes)) for one in listed.backups]
    print_table(("NAME", "MADE (UTC)", "WANTED BY", "SIZE"), rows)
    return 0


def _verify(folder: DataFolder, backups: Backups, options: argparse.Namespace) -> int:
    report = backups.verify_file(_place_of(folder, options.name))
    if options.json:
        print(json.dumps(report.model_dump(), indent=2, ensure_ascii=False))
    else:
        print(f"{exact(report.name)} is whole.")
        _tell(report)
    return 0


def _restore(folder: DataFolder, backups: Backups, options: argparse.Namespace) -> int:
    file = _place_of(folder, options.name)
    report = backups.verify_file(file)
    print(f"{exact(report.name)} is whole.")
    _tell(report)
    if not options.yes and not asyncio.run(agrees("Put it in the place of what is there now, which is kept?")):
        print("Nothing was changed.")
        return 1
    try:
        with folder.hold():
            restored = asyncio.run(backups.restore(file))
    except FolderInUse:
        sys.stderr.write(f"studio: Studio is using '{folder.path}'. End it, then restore; nothing was changed.\n")
        return 1
    print("Restored. Browsers sign in anew; `studio` starts Studio.")
    if restored.kept:
        print(f"What was there before is kept: {exact(restored.kept)}")
    return 0


def _place_of(folder: DataFolder, name: str) -> Path:
    """Return which file is meant: one of the data folder's by its name, or any by its path."""
    ours = folder.path / "backups" / name
    return ours if os.sep not in name and ours.exists() else Path(name).absolute()


def _tell(report: BackupReport) -> None:
    print(
        f"Made {report.created_at[:16].replace('T', ' ')} UTC: {report.conversations} conversations with "
        f"{report.messages} messages, {report.images} images, {report.workflows} workflows with {report.runs} runs, "
        f"{report.schedules} schedules, {_size(report.bytes)}."
    )
    if report.missing_images:
        print(f"{report.missing_images} images were gone when it was made.")
    if report.secrets_sealed:
        print(f"{report.secrets_sealed} secrets are sealed in it; `master.key` of the data folder opens them.")
    if report.secrets_in_keyring:
        print(f"{report.secrets_in_keyring} secrets are in the keyring of this machine, not in it.")


def _size(bytes: int) -> str:
    return f"{bytes / 1048576:.1f} MB" if bytes >= 1048576 else f"{bytes / 1024:.1f} kB"
