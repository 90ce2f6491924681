"""Searching files: with ripgrep where it is installed, else with a slower finder of our own."""

from __future__ import annotations

import fnmatch
import shutil
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.kit import processes
from studio.kit.errors import InvalidInput

SEARCH_SECONDS = 30
MOST_MATCHES = 200
MOST_BYTES = 1024 * 1024

MOST_REMARKS = 200

MayRead = Callable[[Path], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Match:
    """One line that was found. `names` are the names its file may have; `told` is the line's number and its text."""

    names: Sequence[str]
    told: str

    @property
    def name(self) -> str:
        """The file, relative to the folder searched."""
        return self.names[0]


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
    finished = await processes.run(
        argv,
        cwd=folder,
        timeout_seconds=SEARCH_SECONDS,
        limit_bytes=MOST_BYTES,
        environment=None if ripgrep else processes.helper_environment(),
    )
    if finished.timed_out:
        raise InvalidInput(f"The search for {pattern!r} took more than {SEARCH_SECONDS} seconds. Narrow it down.")
    if finished.exit_code == 2 and "regex parse error" in finished.output:
        raise InvalidInput(f"{pattern!r} is not a regular expression: {finished.output.strip()[:300]}")
    found = [match for match in read_matches(finished.output) if "/" not in glob or fnmatch.fnmatch(match.name, glob)]
    return await _present(found, folder, base, may_read)


def read_matches(output: str) -> list[Match]:
    """Return the matches of an output in which each is `path NUL line:text`, and other lines are remarks.

    The name of a file may have line breaks, and then its beginning looks like a remark: `names` are all it may be.
    """
    matches, before = list[Match](), list[str]()
    for line in output.split("\n"):
        name, is_match, told = line.partition("\0")
        # After more remarks than that, nobody knows where a name began.
        if is_match and len(before) <= MOST_REMARKS:
            names = [name, *("\n".join([*before[at:], name]) for at in range(len(before)))]
            matches.append(Match(names, told.rstrip("\r")))
        before = [] if is_match else [*before[-MOST_REMARKS:], line]
    return matches


def _split(place: Path) -> tuple[Path, str]:
    """Return the folder to search in, and the name of the one file that is meant, if any."""
    return (place.parent, place.name) if place.is_file() else (place, "")


async def _present(matches: list[Match], folder: Path, base: Path, may_read: MayRead) -> str:
    known: dict[str, bool] = {}
    shown = list[str]()
    prefix = "" if folder == base else f"{folder.relative_to(base).as_posix()}/"
    for match in matches:
        for name in match.names:
            if name not in known:
                known[name] = await may_read(folder / name)
        if all(known[name] for name in match.names):
            shown.append(f"{prefix}{match.name}:{match.told}")
    if not shown:
        return "No match."
    more = f"\n… {len(shown) - MOST_MATCHES} more matches" if len(shown) > MOST_MATCHES else ""
    return "\n".join(shown[:MOST_MATCHES]) + more


def _ripgrep(program: str, pattern: str, glob: str, name: str) -> list[str]:
    options = ["--no-config", "--no-messages", "--null", "--with-filename", "--line-number", "--no-heading"]
    options += ["--color=never", "--sort=path"]
    limits = ["--max-columns=500", "--max-columns-preview", "--max-count=200", "--max-filesize=5M", "--no-require-git"]
    # Its own --glob would overrule .gitignore files; a type does not, but knows no folders.
    kind = [f"--type-add=wanted:{glob}", "--type=wanted"] if glob and "/" not in glob else []
    return [program, *options, *limits, *kind, f"--regexp={pattern}", *(["--", name] if name else [])]


def _finder(pattern: str, folder: Path, glob: str, name: str) -> list[str]:
    program = processes.program_of("studio.features.files.finder", str(Path(__file__).with_name("finder.py")))
    return [*program, pattern, str(folder), "" if "/" in glob else glob, name]
