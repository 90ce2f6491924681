"""Searching files: with ripgrep where it is installed, else with a slower finder of our own."""

import shutil
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from studio.kit import processes
from studio.kit.errors import InvalidInput

FINDER = Path(__file__).with_name("finder.py")

SEARCH_SECONDS = 30
MOST_MATCHES = 200
MOST_BYTES = 1024 * 1024

MayRead = Callable[[Path], Awaitable[bool]]


async def search(
    pattern: str, folder: Path, *, base: Path, glob: str, may_read: MayRead, use_ripgrep: bool = True
) -> str:
    """Return the lines below `folder` that match the regular expression `pattern`, as `path:line:text`.

    Paths are relative to `base`, and those of files that may not be read are left out.

    Raises:
        InvalidInput: the pattern is none, or it takes for ever.
    """
    ripgrep = shutil.which("rg") if use_ripgrep else None
    argv = _ripgrep(ripgrep, pattern, glob) if ripgrep else _finder(pattern, folder, glob)
    finished = await processes.run(argv, cwd=folder, timeout_seconds=SEARCH_SECONDS, limit_bytes=MOST_BYTES)
    if finished.timed_out:
        raise InvalidInput(f"The search for {pattern!r} took more than {SEARCH_SECONDS} seconds. Narrow it down.")
    if finished.exit_code == 2 and "regex parse error" in finished.output:
        raise InvalidInput(f"{pattern!r} is not a regular expression: {finished.output.strip()[:300]}")
    lines = [line for line in finished.output.splitlines() if line.count(":") >= 2]
    return await _present(lines, folder, base, may_read)


async def _present(lines: list[str], folder: Path, base: Path, may_read: MayRead) -> str:
    known: dict[str, bool] = {}
    shown = list[str]()
    prefix = "" if folder == base else f"{folder.relative_to(base).as_posix()}/"
    for line in lines:
        name = line.partition(":")[0]
        if name not in known:
            known[name] = await may_read(folder / name)
        if known[name]:
            shown.append(prefix + line)
    if not shown:
        return "No match."
    more = f"\n… {len(shown) - MOST_MATCHES} more matches" if len(shown) > MOST_MATCHES else ""
    return "\n".join(shown[:MOST_MATCHES]) + more


def _ripgrep(program: str, pattern: str, glob: str) -> list[str]:
    options = ["--no-config", "--line-number", "--no-heading", "--color=never", "--sort=path", "--max-columns=500"]
    limits = ["--max-columns-preview", "--max-count=200", "--max-filesize=5M", "--no-require-git"]
    # `./` would be printed in front of every path if the folder were named.
    return [program, *options, *limits, *([f"--glob={glob}"] if glob else []), f"--regexp={pattern}"]


def _finder(pattern: str, folder: Path, glob: str) -> list[str]:
    return [sys.executable, "-I", str(FINDER), pattern, str(folder), glob]
