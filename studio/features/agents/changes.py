"""What changes in a git work tree while somebody works there.

Its state is taken before and after as a tree of git's, through an index and a store of objects of our own: the index
and the objects of the repository stay as they are. Nothing that the repository names is run.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from studio.kit import processes

LONGEST_DIFF = 100_000
"""Bytes of a diff. Files whose changes do not fit are only counted."""
LARGEST_FILE = 1_000_000
MOST_FILES = 5000
MOST_BYTES = 200_000_000
"""With more than so many files, or bytes, that git does not know as they are, nothing is compared."""
MOST_LISTED = 4 * 1024 * 1024
SECONDS = 20

SAFE = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.splitIndex": "false",
    "core.untrackedCache": "false",
    "diff.external": "",
    "protocol.allow": "never",
    "safe.bareRepository": "explicit",
}
FILE = "diff --git "


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed in files, as a unified diff, and in how many more, whose changes are too long."""

    diff: str = ""
    left_out: int = 0


Look = Callable[[], Awaitable[Changes]]
"""Returns what changed until now."""


@asynccontextmanager
async def watching(folder: Path) -> AsyncGenerator[Look]:
    """Watch the work tree of a folder for as long as the block lasts. Where it is none, nothing is seen to change."""
    with TemporaryDirectory(prefix="studio-changes-", ignore_cleanup_errors=True) as place:
        tree = await _find(folder, Path(place))
        before = await tree.take() if tree else None

        async def look() -> Changes:
            after = await tree.take() if tree and before else None
            return await tree.compare(before, after) if tree and before and after else Changes()

        yield look


@dataclass(frozen=True, slots=True)
class _Tree:
    """A work tree, with the git that looks at it."""

    git: str
    root: Path
    index: Path
    """The index of the repository."""
    place: Path
    """Where our own are."""
    environment: dict[str, str] = field(repr=False)

    async def take(self) -> str | None:
        """Return the id of the tree that the files are now, or None where that cannot be told."""
        own = self.place / "index"
        if self.index.is_file():
            # With its time: git tells from it which files may have changed unseen.
            await asyncio.to_thread(shutil.copy2, self.index, own)
        listed = await self.run("ls-files", "-z", "--modified", "--deleted", "--others", "--exclude-standard")
        if listed is None:
            return None
        sizes = await asyncio.to_thread(_sizes, self.root, listed)
        if len(sizes) > MOST_FILES or sum(sizes.values()) > MOST_BYTES:
            return None
        typed = "".join(f"{name}\0" for name in sizes)
        if await self.run("update-index", "-z", "--add", "--remove", "--stdin", typed=typed) is None:
            return None
        written = await self.run("write-tree", "--missing-ok")
        return written.strip() if written else None

    async def compare(self, before: str, after: str) -> Changes:
        """Return what differs between two trees."""
        names = await self.run("diff-tree", "-r", "-M", "--name-only", "-z", before, after)
        if not names:
            return Changes()
        plain = (
            "--no-ext-diff",
            "--no-textconv",
            "--no-color",
            "--submodule=short",
            "--src-prefix=a/",
            "--dst-prefix=b/",
        )
        finished = await self.finish("diff-tree", "-r", "-M", "-p", *plain, before, after, limit=2 * LONGEST_DIFF)
        if finished is None:
            return Changes()
        diff = finished.output
        if finished.dropped_bytes:
            diff = diff.encode()[:LONGEST_DIFF].decode(errors="ignore")
            # What comes after the last whole file is none.
            diff = diff[: max(diff.rfind(f"\n{FILE}") + 1, 0)]
        kept, diff = _shorten(diff)
        return Changes(diff, names.count("\0") - kept)

    async def run(self, *arguments: str, typed: str = "") -> str | None:
        """Return what git says, or None where it fails, or says more than is read."""
        finished = await self.finish(*arguments, limit=MOST_LISTED, typed=typed)
        return None if finished is None or finished.dropped_bytes else finished.output

    async def finish(self, *arguments: str, limit: int, typed: str = "") -> processes.Finished | None:
        """Run git here, with nothing that the repository names. Return what came of it, or None where it fails."""
        filters = await _git(
            self.git, ("config", "-z", "--name-only", "--get-regexp", r"^filter\."), self.root, self.environment
        )
        if filters is None or filters.exit_code not in {0, 1}:
            return None
        off = {name: "false" if name.endswith(".required") else "" for name in filters.output.split("\0") if name}
        environment = self.environment | _spell_settings(SAFE | off)
        finished = await _git(self.git, arguments, self.root, environment, limit=limit, typed=typed)
        return finished if finished and finished.exit_code == 0 else None


async def _find(folder: Path, place: Path) -> _Tree | None:
    git = shutil.which("git", path=processes.search_path())
    if git is None:
        return None
    environment = processes.clean_environment(
        {"GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}
    )
    asked = ("rev-parse", "--path-format=absolute", "--show-toplevel", "--git-path", "index", "--git-path", "objects")
    found = await _git(git, asked, folder, environment | _spell_settings(SAFE))
    lines = found.output.splitlines() if found and found.exit_code == 0 else []
    if len(lines) != 3 or os.pathsep in lines[2].removeprefix(Path(lines[2]).drive):
        return None
    root, index, objects = lines
    own = place / "objects"
    own.mkdir()
    stores = {"GIT_OBJECT_DIRECTORY": str(own), "GIT_ALTERNATE_OBJECT_DIRECTORIES": objects}
    return _Tree(git, Path(root), Path(index), place, environment | stores | {"GIT_INDEX_FILE": str(place / "index")})


async def _git(
    git: str,
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    *,
    limit: int = MOST_LISTED,
    typed: str = "",
) -> processes.Finished | None:
    """Return what came of running git, or None where it cannot be, or takes too long."""
    try:
        finished = await processes.run(
            [git, *arguments],
            cwd=folder,
            timeout_seconds=SECONDS,
            limit_bytes=limit,
            environment=environment,
            typed=typed.encode(errors="surrogateescape"),
        )
    except OSError:
        return None
    return None if finished.timed_out else finished


def _spell_settings(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which git has these settings, whatever its files say."""
    spelled = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (name, value) in enumerate(settings.items()):
        spelled |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return spelled


def _sizes(root: Path, listed: str) -> dict[str, int]:
    """Return how large files are that are not too large to be compared. What ends in / is a tree of its own."""
    names = (name for name in listed.split("\0") if name and not name.endswith("/"))
    sizes = {name: _size(root / name) for name in names}
    return {name: size for name, size in sizes.items() if size <= LARGEST_FILE}


def _size(path: Path) -> int:
    """Return how large a file is: nothing where it is gone, more than any where it cannot be read."""
    try:
        size = path.lstat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return 0
    except OSError:
        return LARGEST_FILE + 1
    return size if path.is_symlink() or os.access(path, os.R_OK) else LARGEST_FILE + 1


def _shorten(diff: str) -> tuple[int, str]:
    """Return of how many files there are changes that fit, and these."""
    kept, size = list[str](), 0
    for part in f"\n{diff}".split(f"\n{FILE}")[1:]:
        one = f"{FILE}{part.removesuffix(chr(10))}\n"
        size += len(one.encode())
        if size > LONGEST_DIFF:
            break
        kept.append(one)
    return len(kept), "".join(kept)
