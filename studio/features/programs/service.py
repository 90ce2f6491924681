"""What can be asked about the programs of this machine."""

from __future__ import annotations

import asyncio
import shlex
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.features.programs import managers
from studio.features.programs.errors import NotInstallable, ProgramUnknown
from studio.features.programs.models import Install, InstallPlan, Known, Program, Scan, ScanQuery
from studio.features.programs.registry import known_programs
from studio.kit.asking import Asking, read_version
from studio.kit.background import Background
from studio.kit.clock import Clock
from studio.kit.processes import search_path


@dataclass(frozen=True, slots=True)
class Found:
    """A known program, where it is, empty where it is not here, and whether somebody is signed in."""

    known: Known
    path: str
    signed_in: bool | None


class Programs:
    """The programs of this machine that Studio knows of. The last scan is kept in memory."""

    def __init__(self, background: Background, clock: Clock) -> None:
        self._background = background
        self._clock = clock
        self._last: Scan | None = None
        self._scanning: dict[bool, asyncio.Task[Scan]] = {}

    async def list(self) -> Scan:
        """Return the last scan; the first one to ask waits for one to be made."""
        return self._last or await self.scan(ScanQuery())

    async def scan(self, query: ScanQuery) -> Scan:
        """Look for every known program and ask those that are here for their versions.

        Whoever asks while this is done waits for the same scan.
        """
        if query.latest not in self._scanning:
            scanning = self._background.start(self._scan(asks_newest=query.latest), name="scan programs")
            scanning.add_done_callback(lambda _: self._scanning.pop(query.latest))
            self._scanning[query.latest] = scanning
        # Somebody who goes away does not end it for the others.
        return await asyncio.shield(self._scanning[query.latest])

    async def look_again(self, name: str) -> bool:
        """Look for one program anew, for all where it installs others. Return whether it is here.

        Raises:
            ProgramUnknown: Studio looks for no such program.
        """
        # What was begun before may have seen how it was.
        while self._scanning:
            await asyncio.wait(set(self._scanning.values()))
        [found] = await asyncio.to_thread(look_for, [_get_known(name)], search_path())
        if self._last is not None and name in managers.MANAGERS:
            await self.scan(ScanQuery())
        elif self._last is not None:
            self._replace(await _describe(found, search_path(), Asking(), asks_newest=False))
        return bool(found.path)

    def _replace(self, now: Program) -> None:
        if self._last is None:
            return
        tools = [_keep_newest(tool, now) if tool.name == now.name else tool for tool in self._last.tools]
        self._last = self._last.model_copy(update={"tools": tools})

    async def plan(self, name: str, *, update: bool) -> InstallPlan:
        """Return what would be run to install a program, or to bring it up to date.

        Raises:
            ProgramUnknown: Studio looks for no such program.
            NotInstallable: there is no way here; the message says what a person can do.
        """
        known = _get_known(name)
        [found] = await asyncio.to_thread(look_for, [known], search_path())
        install = _way_to(found, search_path())
        if install is None:
            raise NotInstallable(f"Studio knows no way to install {known.title} here.{_more_at(known)}")
        if update and not found.path:
            raise NotInstallable(f"{known.title} is not on this machine, so it cannot be brought up to date.")
        if update and not install.update:
            raise NotInstallable(
                f"{known.title} at '{found.path}' did not come by a package manager that is known here. "
                f"Bring it up to date in the way in which it came.{_more_at(known)}"
            )
        if install.needs:
            raise NotInstallable(
                f"{known.title} is installed by {install.manager}, which is not here. Install {install.needs!r} first."
            )
        argv = managers.argument_list(install.manager, known.install[install.manager], update=update)
        return InstallPlan(name=name, title=known.title, manager=install.manager, command=shlex.join(argv), argv=argv)

    async def _scan(self, *, asks_newest: bool) -> Scan:
        started = self._clock.monotonic()
        path = search_path()
        found = await asyncio.to_thread(look_for, known_programs(), path)
        asking = Asking()
        tools = await asyncio.gather(*(_describe(one, path, asking, asks_newest=asks_newest) for one in found))
        took = round((self._clock.monotonic() - started) * 1000)
        self._last = Scan(tools=list(tools), scanned_at=self._clock.stamp(), duration_ms=took)
        return self._last


def way_to_install(packages: Mapping[str, str]) -> tuple[Install, list[str]] | None:
    """Return how one of these packages, by their managers, is installed here, and the argument list that does it."""
    install = managers.choose(packages, lambda program: shutil.which(program, path=search_path()))
    if install is None:
        return None
    return install, managers.argument_list(install.manager, packages[install.manager], update=False)


def look_for(programs: Sequence[Known], path: str) -> list[Found]:
    """Look for programs without asking any of them anything."""
    return [Found(one, _find(one.commands, path), _is_signed_in(one)) for one in programs]


def _find(commands: Sequence[str], path: str) -> str:
    found = (shutil.which(command, path=path) for command in commands)
    return next(filter(None, found), "")


def _is_signed_in(known: Known) -> bool | None:
    if not known.signed_in:
        return None
    return any(_has_content(Path(file).expanduser()) for file in known.signed_in)


def _has_content(file: Path) -> bool:
    try:
        return file.stat().st_size > len("{}\n")
    except OSError:
        return False


def _get_known(name: str) -> Known:
    for known in known_programs():
        if known.name == name:
            return known
    raise ProgramUnknown(f"Studio knows no program {name!r}. `studio scan` lists those it knows.")


def _more_at(known: Known) -> str:
    return f" {known.home} says more." if known.home else ""


def _way_to(found: Found, path: str) -> Install | None:
    return managers.choose(found.known.install, lambda program: shutil.which(program, path=path), path=found.path)


def _keep_newest(before: Program, now: Program) -> Program:
    return now.model_copy(update={"latest": before.latest})


async def _describe(found: Found, path: str, asking: Asking, *, asks_newest: bool) -> Program:
    known = found.known
    install = _way_to(found, path)
    version, error = None, ""
    if found.path:
        version, error = read_version(await asking.ask([found.path, *known.version]))
    latest = None
    if asks_newest and install and not install.needs:
        latest = await _ask_newest(install.manager, known.install[install.manager], path, asking)
    return Program(
        name=known.name,
        title=known.title,
        kind=known.kind,
        installed=bool(found.path),
        path=found.path,
        version=version,
        error=error,
        latest=latest,
        install=install,
        signed_in=found.signed_in if found.path else None,
        home=known.home,
    )


async def _ask_newest(manager: str, package: str, path: str, asking: Asking) -> str | None:
    argv = managers.ask_newest(manager, package)
    program = shutil.which(argv[0], path=path) if argv else None
    if not program:
        return None
    said = await asking.ask([program, *argv[1:]])
    return managers.read_newest(manager, said.text)
