"""Installing: what may be started, one at a time for each package manager, and what came of it."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import shlex
import shutil
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from studio.features.installs.errors import CommandChanged, Over, RunsAsRoot, UnderWay
from studio.features.installs.events import InstallationChanged
from studio.features.installs.models import (
    Installation,
    InstallationList,
    InstallationLog,
    InstallDraft,
    State,
    Told,
)
from studio.features.installs.run import Run
from studio.features.programs.models import InstallPlan
from studio.features.programs.service import Programs
from studio.kit import processes
from studio.kit.background import Background
from studio.kit.clock import Clock
from studio.kit.errors import InvalidInput, NotFound
from studio.kit.events import Bus
from studio.kit.ids import Ids

log = logging.getLogger(__name__)

LONGEST_SECONDS = 30 * 60.0
MOST_KEPT = 20
"""How many that have ended are still told of. They are kept in memory."""

LAST_BYTES = 16_384

SUDO_REFUSED = re.compile(r"^sudo: ", re.MULTILINE)
ELEVATED = ("sudo", "-n")

QUIET = {
    "NO_COLOR": "1",
    "TERM": "dumb",
    "DEBIAN_FRONTEND": "noninteractive",
    "NONINTERACTIVE": "1",
    "npm_config_update_notifier": "false",
    "npm_config_fund": "false",
}
"""Nobody is there to answer, and nothing is drawn."""

THEIR_SETTINGS = (
    *("npm_config_registry", "NPM_CONFIG_REGISTRY", "npm_config_prefix", "NPM_CONFIG_PREFIX", "NPM_CONFIG_USERCONFIG"),
    *("UV_INDEX", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_TOOL_DIR", "UV_TOOL_BIN_DIR", "UV_PYTHON", "UV_OFFLINE"),
    *("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIPX_HOME", "PIPX_BIN_DIR", "HOMEBREW_PREFIX"),
)
"""What tells package managers where things come from and go to: the same as in the user's shell."""

WhenOver = Callable[[Installation], Awaitable[str | None]]
"""What follows an installation. It may return a note: what is worth to know although all went well."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How an installation ended."""

    state: State
    exit_code: int | None = None
    error: str = ""


def require_agreed(agreed: str | None, command: str) -> None:
    """Raise CommandChanged where a person agreed to another command; None: they did not say to which."""
    if agreed is not None and agreed != command:
        raise CommandChanged(
            f"By now {command!r} would be run, which is not what was shown. Nothing was done.",
            detail={"command": command},
        )


class Installs:
    """The installations of this run of the server. They end with it."""

    def __init__(self, background: Background, bus: Bus, clock: Clock, ids: Ids, programs: Programs) -> None:
        self._background = background
        self._bus = bus
        self._clock = clock
        self._ids = ids
        self._programs = programs
        self._runs: dict[str, Run] = {}
        self._working: dict[str, asyncio.Task[Ending]] = {}
        self._managers = defaultdict[str, asyncio.Lock](asyncio.Lock)

    async def install(self, draft: InstallDraft) -> Installation | InstallPlan:
        """Install a program, or bring it up to date; without `confirm`, say what would be run and do nothing.

        Raises:
            ProgramUnknown, NotInstallable: there is nothing that could be run.
            UnderWay: this is being done already.
            CommandChanged: what would be run is not what was agreed to.
        """
        plan = await self._programs.plan(draft.name, update=draft.update)
        if not draft.confirm:
            return plan
        require_agreed(draft.command, plan.command)
        return self.start(plan.name, [plan.argv], manager=plan.manager, on_done=self._look_again)

    def start(
        self,
        name: str,
        commands: Sequence[Sequence[str]],
        *,
        manager: str,
        environment: Mapping[str, str] | None = None,
        on_done: WhenOver | None = None,
    ) -> Installation:
        """Begin to run argument lists one after the other, until one fails. Nothing goes through a shell.

        One at a time for each `manager`: the others wait. `environment` is beside what every child may know. `on_done`
        hears how it ended, however that was, and is waited for before anybody else is told; not where the server ends
        meanwhile. What it returns is the installation's note.

        Raises:
            InvalidInput: there is no command.
            UnderWay: the same commands are under way.
        """
        argv = [list(command) for command in commands]
        if not argv or not all(argv):
            raise InvalidInput("There is nothing to run.")
        for run in self._runs.values():
            if run.installation.argv == argv and not run.installation.is_over:
                detail = {"installation_id": run.installation.id}
                raise UnderWay(f"{run.installation.name!r} is being installed already.", detail=detail)
        run = Run(
            Installation(
                id=self._ids.create("inst"),
                name=name,
                manager=manager,
                command=" && ".join(map(shlex.join, argv)),
                argv=argv,
                state="waiting",
                exit_code=None,
                error="",
                note="",
                percent=None,
                created_at=self._clock.stamp(),
                started_at=None,
                ended_at=None,
            )
        )
        self._keep(run)
        self._bus.publish(InstallationChanged(run.installation))
        working = self._background.start(self._take_turn(run, _environment(environment or {})), name=f"install {name}")
        self._working[run.installation.id] = working
        self._background.start(self._see_through(run, working, on_done), name=f"wait for {name}")
        return run.installation

    async def list(self) -> InstallationList:
        """Return every installation that is under way, and the last that ended."""
        return InstallationList(installations=[run.installation for run in reversed(self._runs.values())])

    async def get(self, installation_id: str) -> InstallationLog:
        """Return one installation with what it printed."""
        return self._get_run(installation_id).log

    def follow(self, installation_id: str) -> AsyncGenerator[Told, None]:
        """Return what an installation prints and how it stands, from its beginning to its end."""
        return self._get_run(installation_id).follow()

    async def cancel(self, installation_id: str) -> Installation:
        """End an installation with all it started.

        Raises:
            Over: it has ended.
            RunsAsRoot: only root can end it.
        """
        run = self._get_run(installation_id)
        installation = run.installation
        if installation.is_over:
            raise Over(f"The installation of {installation.name!r} has ended.")
        if installation.state == "running" and any(_is_elevated(argv) for argv in installation.argv):
            raise RunsAsRoot(f"What installs {installation.name!r} belongs to root now. Let it end.")
        if working := self._working.get(installation_id):
            working.cancel()
        await run.over.wait()
        return run.installation

    def _get_run(self, installation_id: str) -> Run:
        if run := self._runs.get(installation_id):
            return run
        raise NotFound(f"No installation has the id {installation_id!r}. Those before the last start are not kept.")

    def _keep(self, run: Run) -> None:
        self._runs[run.installation.id] = run
        over = [known for known, one in self._runs.items() if one.installation.is_over]
        for known in over[:-MOST_KEPT]:
            del self._runs[known]

    async def _take_turn(self, run: Run, environment: Mapping[str, str]) -> Ending:
        async with self._managers[run.installation.manager]:
            self._change(run, state="running", started_at=self._clock.stamp())
            deadline = self._clock.monotonic() + LONGEST_SECONDS
            return await self._carry_out(run, environment, deadline)

    async def _see_through(self, run: Run, working: asyncio.Task[Ending], on_done: WhenOver | None) -> None:
        """Wait for the end, whatever it is, and tell of it."""
        await asyncio.wait({working})
        del self._working[run.installation.id]
        ending = _ending_of(working)
        ended = {"state": ending.state, "exit_code": ending.exit_code, "error": ending.error}
        # Whoever hears of the end finds everything done.
        note = await _follow_up(run.installation.model_copy(update=ended), on_done) if on_done else ""
        self._change(run, **ended, note=note if ending.state == "done" else "", ended_at=self._clock.stamp())

    async def _carry_out(self, run: Run, environment: Mapping[str, str], deadline: float) -> Ending:
        ending = Ending("done", 0)
        for argv in run.installation.argv:
            run.take(f"$ {shlex.join(argv)}\n".encode())
            ending = await _call(argv, environment, run, seconds=deadline - self._clock.monotonic())
            if ending.state != "done":
                break
        return ending

    def _change(self, run: Run, **changes: object) -> None:
        run.change(**changes)
        self._bus.publish(InstallationChanged(run.installation))

    async def _look_again(self, installation: Installation) -> str | None:
        if await self._programs.look_again(installation.name):
            return None
        return "It is not found: the package manager put it into a folder that the search path does not have."


async def _follow_up(installation: Installation, on_done: WhenOver) -> str:
    try:
        return await on_done(installation) or ""
    except Exception:
        # Whatever goes wrong in it, the installation is over.
        log.exception("What follows the installation of %r failed", installation.name)
        return ""


async def _call(argv: Sequence[str], environment: Mapping[str, str], run: Run, *, seconds: float) -> Ending:
    program = await asyncio.to_thread(partial(shutil.which, argv[0], path=processes.search_path()))
    if not program:
        return Ending("failed", None, _explain_missing(argv))
    try:
        finished = await processes.run(
            [program, *argv[1:]],
            cwd=Path.home(),
            timeout_seconds=seconds,
            limit_bytes=LAST_BYTES,
            environment=environment,
            on_output=run.take,
        )
    except OSError as error:
        return Ending("failed", None, f"{argv[0]!r} cannot be started: {error.strerror}.")
    if finished.timed_out:
        return Ending("failed", None, _took_too_long(argv))
    if finished.exit_code == 0:
        return Ending("done", 0)
    if _is_elevated(argv) and SUDO_REFUSED.search(finished.output):
        return Ending("failed", finished.exit_code, _needs_terminal(argv))
    how = f"status {finished.exit_code}" if finished.exit_code is not None else finished.signal
    return Ending("failed", finished.exit_code, f"{argv[0]!r} ended with {how}. What it printed says more.")


def _ending_of(working: asyncio.Task[Ending]) -> Ending:
    if working.cancelled():
        return Ending("cancelled")
    if working.exception():
        return Ending("failed", error="Something went wrong in Studio itself. Its log says what.")
    return working.result()


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    theirs = {name: value for name in THEIR_SETTINGS if (value := os.environ.get(name))}
    return processes.clean_environment({**theirs, **QUIET, **more})


def _is_elevated(argv: Sequence[str]) -> bool:
    return tuple(argv[: len(ELEVATED)]) == ELEVATED


def _took_too_long(argv: Sequence[str]) -> str:
    if _is_elevated(argv):
        return f"{argv[len(ELEVATED)]!r} did not end within {LONGEST_SECONDS / 60:.0f} minutes. Only root can end it."
    return f"It did not end within {LONGEST_SECONDS / 60:.0f} minutes, so it was ended."


def _needs_terminal(argv: Sequence[str]) -> str:
    command = shlex.join(["sudo", *argv[len(ELEVATED) :]])
    return f"This needs the rights of root, and Studio types no password. Run this in a terminal: {command}"


def _explain_missing(argv: Sequence[str]) -> str:
    if _is_elevated(argv):
        command = shlex.join(argv[len(ELEVATED) :])
        return f"This needs the rights of root, and 'sudo' is not on this machine. As root, run this: {command}"
    return f"{argv[0]!r} is not on the search path."
