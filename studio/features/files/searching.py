"""Searching files: with ripgrep where it is installed, else with a slower finder of our own."""

import fnmatch
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

from studio.kit import processes
from studio.kit.errors import InvalidInput

SEARCH_SECONDS = 30
MOST_MATCHES = 200
MOST_BYTES = 1024 * 1024

MayRead = Callable[[Path], Awaitable[bool]]


async def search(
    pattern: str, place: Path, *, base: Path, glob: str, may_read: MayRead, use_ripgrep: bool = True
) -> str:
    """Return the lines of a file, or of the files below a folder, that match a regular expression, as `path:line:text`.

    Paths are relative to `base`, those that .gitignore names and those that may not be read are left out.

    Raises:
        InvalidInput: the pattern is none, or it takes for ever.
    """
    folder, name = _split(place)
    ripgrep = shutil.which("rg") if use_ripgrep else None
    argv = _ripgrep(ripgrep, pattern, glob, name) if ripgrep else _finder(pattern, folder, glob, name)
    finished = await processes.run(argv, cwd=folder, timeout_seconds=SEARCH_SECONDS, limit_bytes=MOST_BYTES)
    if finished.timed_out:
        raise InvalidInput(f"The search for {pattern!r} took more than {SEARCH_SECONDS} seconds. Narrow it down.")
    if finished.exit_code == 2 and "regex parse error" in finished.output:
        raise InvalidInput(f"{pattern!r} is not a regular expression: {finished.output.strip()[:300]}")
    lines = [line for line in finished.output.splitlines() if line.count(":") >= 2]
    if "/" in glob:
        lines = [line for line in lines if fnmatch.fnmatch(line.partition(":")[0], glob)]
    return await _present(lines, folder, base, may_read)


def _split(place: Path) -> tuple[Path, str]:
    """Return the folder to search in, and the name of the one file that is meant, if any."""
    return (place.parent, place.name) if place.is_file() else (place, "")


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


def _ripgrep(program: str, pattern: str, glob: str, name: str) -> list[str]:
    options = ["--no-config", "--with-filename", "--line-number", "--no-heading", "--color=never", "--sort=path"]
    limits = ["--max-columns=500", "--max-columns-preview", "--max-count=200", "--max-filesize=5M", "--no-require-git"]
    # Its own --glob would overrule .gitignore files; a type does not, but knows no folders.
    kind = [f"--type-add=wanted:{glob}", "--type=wanted"] if glob and "/" not in glob else []
    return [program, *options, *limits, *kind, f"--regexp={pattern}", *(["--", name] if name else [])]


def _finder(pattern: str, folder: Path, glob: str, name: str) -> list[str]:
    program = processes.program_of("studio.features.files.finder", str(Path(__file__).with_name("finder.py")))
    return [*program, pattern, str(folder), "" if "/" in glob else glob, name]
