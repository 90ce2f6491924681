"""`studio service`: have the system start Studio, stop having it, and see whether it does."""

from __future__ import annotations

import argparse
import asyncio
import shlex
import subprocess
import sys
from collections.abc import Sequence

from studio.client import is_held
from studio.commands.install import agrees
from studio.commands.terminal import exact
from studio.kit.paths import DataFolder, write_private
from studio.kit.processes import clean_environment
from studio.kit.settings import ProgramSettings
from studio.service.choice import registration_of
from studio.service.registration import NoService, Registration, launch_of, left_out

COMMAND_SECONDS = 60


def run(options: argparse.Namespace) -> int:
    """Do one thing with the service. Return 1 where it was not done, or is not there."""
    settings = ProgramSettings.from_environment()
    folder = DataFolder.create(settings.home)
    try:
        registration = registration_of(launch_of(settings))
    except NoService as error:
        sys.stderr.write(f"studio: {exact(str(error))}\n")
        return 1
    match options.action:
        case "install":
            return _install(registration, settings, folder, options)
        case "remove":
            return _remove(registration, folder, options)
        case _:
            return _tell(registration, folder)


def _install(
    registration: Registration, settings: ProgramSettings, folder: DataFolder, options: argparse.Namespace
) -> int:
    runs_now = is_held(folder)
    commands = [*registration.register, *([] if runs_now else [registration.start])]
    print(f"This is written into {exact(str(registration.file))}:\n\n{_shown(registration.content)}")
    _show(commands, "Then this is run:")
    for name in left_out(settings):
        print(f"{name} may be secret and is not written down: the service knows it only if {registration.system} does.")
    if options.dry_run:
        return 0
    if not options.yes and not asyncio.run(agrees("Do it?")):
        print("Nothing was done.")
        return 1
    registration.file.parent.mkdir(parents=True, exist_ok=True)
    # Whole or not at all: what is there already may be what starts Studio.
    write_private(registration.file, registration.content)
    if not _carry_out(commands):
        return 1
    print(f"{registration.system} starts Studio from now on.")
    if runs_now:
        print("Studio runs now: what was changed holds from its next start on.")
    for note in registration.notes:
        print(note)
    return 0


def _remove(registration: Registration, folder: DataFolder, options: argparse.Namespace) -> int:
    if not registration.file.exists():
        print(f"{registration.system} does not start Studio: there is no {exact(str(registration.file))}.")
        return 0
    _show([*registration.unregister, ("rm", str(registration.file)), *registration.afterwards], "This is run:")
    if options.dry_run:
        return 0
    if not options.yes and not asyncio.run(agrees("Do it? This ends the Studio of the service; its shells stay.")):
        print("Nothing was done.")
        return 1
    undone = [argv for argv in registration.unregister if not _carry_out([argv])]
    # The system may know nothing of a file that is there. Then there is nothing to take back but the file.
    if undone and not _run(registration.status).returncode:
        sys.stderr.write(f"studio: {registration.system} still has Studio. {exact(str(registration.file))} was kept.\n")
        return 1
    registration.file.unlink(missing_ok=True)
    done = _carry_out(registration.afterwards)
    print(f"{registration.system} no longer starts Studio. What it keeps stays in {exact(str(folder.path))}.")
    return 0 if done else 1


def _tell(registration: Registration, folder: DataFolder) -> int:
    if not registration.file.exists():
        print(f"{registration.system} does not start Studio. `studio service install` has it do so.")
        return 1
    print(f"{registration.system} starts Studio, by {exact(str(registration.file))}.")
    if registration.file.read_bytes() != registration.content:
        print("It is not what would be written now. `studio service install` brings it up to date.")
    status = _run(registration.status)
    print(f"`{shlex.join(registration.status)}`: {exact(status.stdout.strip() or status.stderr.strip())}")
    print("Studio runs." if is_held(folder) else "Studio does not run.")
    return 0


def _show(commands: Sequence[Sequence[str]], lead: str) -> None:
    if commands:
        print(f"{lead}\n")
        print("".join(f"    {exact(shlex.join(argv))}\n" for argv in commands))


def _shown(content: bytes) -> str:
    text = content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8")
    return "".join(f"    {exact(line)}\n" for line in text.splitlines())


def _carry_out(commands: Sequence[Sequence[str]]) -> bool:
    """Run commands up to the first that fails. Return whether none did."""
    for argv in commands:
        done = _run(argv)
        if done.returncode:
            sys.stderr.write(
                f"studio: `{exact(shlex.join(argv))}` failed: {exact((done.stderr or done.stdout).strip())}\n"
            )
            return False
    return True


def _run(argv: Sequence[str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # noqa: S603 -- fixed words, and paths of ours
            argv,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=COMMAND_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(argv, 1, "", f"It took more than {COMMAND_SECONDS} seconds.")
