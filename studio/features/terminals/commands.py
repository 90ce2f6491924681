"""Single command lines, run to their end for whoever called."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from studio.features.terminals.elevation import asks_for_root
from studio.features.terminals.models import Ran
from studio.features.terminals.output import plain
from studio.kit import processes
from studio.kit.errors import InvalidInput

USUAL_SECONDS = 60
LONGEST_SECONDS = 300
MOST_BYTES = 90_000

SUDO_BLOCKED = (
    "This command asks for the rights of root, and nobody can type the password here. "
    "Tell the person to run it in a terminal of their own."
)


async def run_command(command: str, *, cwd: Path, timeout_seconds: int, report: Callable[[str], None]) -> Ran:
    """Run a command line to its end or its limit.

    Raises:
        InvalidInput: the folder is gone, or there is no shell.
    """
    if "\0" in command:
        raise InvalidInput("A command cannot contain a NUL character.")
    if asks_for_root(command) and not processes.is_root():
        return Ran(SUDO_BLOCKED, None, failed=True, sudo_blocked=True)
    try:
        finished = await processes.run(
            [*shell(), command],
            cwd=cwd,
            timeout_seconds=timeout_seconds,
            limit_bytes=MOST_BYTES,
            on_output=lambda chunk: report(plain(chunk.decode(errors="replace"))),
        )
    except OSError as error:
        raise InvalidInput(f"The command cannot be started in '{cwd}': {error.strerror}.") from error
    return _describe(finished, timeout_seconds)


def shell() -> list[str]:
    """Return the program and options in front of a command line: no start-up file of anyone is read."""
    if sys.platform == "win32":
        return [os.environ.get("COMSPEC", "cmd.exe"), "/d", "/c"]
    bash = shutil.which("bash")
    return [bash, "--noprofile", "--norc", "-c"] if bash else ["/bin/sh", "-c"]


def _describe(finished: processes.Finished, timeout_seconds: int) -> Ran:
    output = plain(finished.output).rstrip("\n")
    if finished.timed_out:
        note = f"[ended after {timeout_seconds} seconds, with its process group]"
    elif finished.signal:
        note = f"[ended by {finished.signal}]"
    elif finished.exit_code:
        note = f"[exit code {finished.exit_code}]"
    else:
        return Ran(
            output or "(no output)", finished.exit_code, failed=False, duration_seconds=finished.duration_seconds
        )
    text = f"{output}\n{note}" if output else note
    return Ran(text, finished.exit_code, failed=True, duration_seconds=finished.duration_seconds)
