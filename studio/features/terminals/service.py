"""What can be done with terminals."""

from __future__ import annotations

import asyncio
import logging
import math
from dataclasses import replace
from functools import partial
from pathlib import Path

from studio.features.settings.service import Settings
from studio.features.ssh.service import Ssh
from studio.features.terminals import commands, store
from studio.features.terminals.connection import Handed
from studio.features.terminals.execution import execute
from studio.features.terminals.keeper import create_ring
from studio.features.terminals.local_shells import LocalShells
from studio.features.terminals.models import (
    OWNER,
    Appearance,
    CommandDraft,
    Ending,
    PrintedLines,
    ShellWanted,
    Size,
    SystemShell,
    TerminalDraft,
    TerminalPatch,
    TerminalRecord,
    TerminalSettings,
    TerminalSettingsPatch,
)
from studio.features.terminals.output import plain
from studio.features.terminals.scrollback import Scrollback, Viewer
from studio.features.terminals.shells import command_of, environment, list_shells, login_shell
from studio.features.terminals.ssh_shell import SshShell
from studio.features.terminals.terminal import Terminal
from studio.features.terminals.themes import list_themes
from studio.kit.background import Background
from studio.kit.clock import Clock, Timestamp
from studio.kit.db import Database
from studio.kit.errors import Conflict, InvalidInput, NotFound, Unavailable
from studio.kit.ids import Ids
from studio.kit.paths import working_folder
from studio.kit.principals import Principal
from studio.kit.processes import clean_environment

log = logging.getLogger(__name__)

MOST_TERMINALS = 200
MOST_LINES = 1000

ENDED_SECONDS = 3600
"""How long the screen and the exit code of a shell that has ended are kept for somebody to see them."""

SWEEP_SECONDS = 60


class Terminals:
    """Every terminal there is. They outlive their viewers, and their shells outlive this server."""

    def __init__(
        self,
        db: Database,
        background: Background,
        clock: Clock,
        ids: Ids,
        *,
        settings: Settings,
        ssh: Ssh,
        folder: Path,
    ) -> None:
        self._db = db
        self._background = background
        self._clock = clock
        self._ids = ids
        self._settings = settings
        self._ssh = ssh
        self._terminals: dict[str, Terminal] = {}
        self._shells = LocalShells(folder)
        self._recovering = asyncio.Lock()
        self._is_recovered = False

    async def create(self, draft: TerminalDraft) -> Terminal:
        """Open a terminal with a shell.

        Raises:
            InvalidInput: there is no such shell or folder.
            Conflict: there are too many.
            Unavailable: nothing can hold terminals now.
        """
        terminal = await self._open(OWNER, draft)
        try:
            await self.start_shell(terminal, shell=draft.shell)
        except BaseException:
            await self.close(terminal)
            raise
        return terminal

    async def obtain(self, agent_id: str) -> Terminal:
        """Return the agent's terminal, the one it had last; a new one with nothing in it where it has none."""
        theirs = [terminal for terminal in await self.list_terminals() if terminal.record.agent_id == agent_id]
        return theirs[-1] if theirs else await self._open(agent_id, TerminalDraft())

    async def _open(self, agent_id: str, draft: TerminalDraft) -> Terminal:
        await self.recover()
        if len(self._terminals) >= MOST_TERMINALS:
            raise Conflict(f"There are {MOST_TERMINALS} terminals. Close one first.")
        record = TerminalRecord(
            self._ids.create("term"),
            agent_id,
            draft.kind,
            draft.name,
            # A shell of this machine says which one it is once it runs.
            shell=draft.name if draft.kind == "ssh" else "",
            cwd="" if draft.kind == "ssh" else str(working_folder(draft.cwd)),
            created_at=self._clock.stamp(),
        )
        size = Size(cols=draft.cols, rows=draft.rows)
        return self._keep(Terminal(record, Scrollback(create_ring()), size=size, active_at=self._clock.now()))

    def _keep(self, terminal: Terminal) -> Terminal:
        self._terminals[terminal.record.id] = terminal
        return terminal

    async def list_terminals(self) -> list[Terminal]:
        """Return every terminal, the oldest first."""
        await self.recover()
        return sorted(self._terminals.values(), key=lambda terminal: terminal.record.created_at)

    async def get(self, terminal_id: str, principal: Principal) -> Terminal:
        """Return a terminal that this principal may use. An agent may use its own.

        Raises:
            NotFound: there is none.
        """
        await self.recover()
        terminal = self._terminals.get(terminal_id)
        if not terminal or (principal.kind == "agent" and terminal.record.agent_id != principal.id):
            raise NotFound(f"No terminal has the id {terminal_id!r}.")
        return terminal

    async def rename(self, terminal: Terminal, patch: TerminalPatch) -> None:
        """Give a terminal another name."""
        terminal.rename(patch.name)
        await self._db.write(store.save_terminal, terminal.record)

    async def list_shells(self) -> list[SystemShell]:
        """Return the shells of this machine, the user's own first."""
        return await asyncio.to_thread(list_shells)

    async def start_shell(self, terminal: Terminal, *, shell: str = "") -> None:
        """Run a shell in a terminal in which nothing runs; without a name, the one it had, else the user's own.

        Raises:
            Conflict: something runs there.
            InvalidInput: it cannot be run.
            Unavailable: nothing can hold terminals now.
        """
        async with terminal.starting:
            _refuse_if_busy(terminal)
            await self._start_shell(terminal, shell)

    async def _start_shell(self, terminal: Terminal, shell: str) -> None:
        if terminal.record.kind == "ssh":
            await self._start_remote(terminal)
        else:
            await self._start_local(terminal, shell)
        await self._db.write(store.save_terminal, terminal.record)

    async def _start_local(self, terminal: Terminal, shell: str) -> None:
        record = terminal.record
        path = shell or record.shell or login_shell()
        argv = command_of(path, record.kind)
        wanted = ShellWanted(record.id, argv, environment(path), Path(record.cwd), terminal.size)
        try:
            started = await self._shells.start(wanted, terminal.scrollback, partial(self._note_end, terminal))
        except ConnectionError as error:
            raise Unavailable("What holds the terminals has just ended. Try again.") from error
        except OSError as error:
            raise InvalidInput(f"The shell {path!r} cannot be run in '{record.cwd}': {error}.") from error
        terminal.record = replace(terminal.record, shell=path)
        terminal.begin(started)

    async def _start_remote(self, terminal: Terminal) -> None:
        name, size = terminal.record.shell, terminal.size
        shell = SshShell(terminal.scrollback, partial(self._note_end, terminal))
        remote = await self._ssh.open_shell(name, shell, cols=size.cols, rows=size.rows)
        if terminal.scrollback.closed:
            remote.close()
            _refuse_if_closed(terminal)
        if not shell.is_over:
            terminal.begin(shell)
            shell.attach(remote, size)

    def _note_end(self, terminal: Terminal, ending: Ending) -> None:
        terminal.end(ending, at=self._clock.now())

    async def execute(self, terminal: Terminal, draft: CommandDraft) -> None:
        """Run a program in a terminal in which nothing runs. What it prints and how it ends is for its viewers.

        Raises:
            Conflict: something runs there.
            InvalidInput: it cannot be run.
        """
        if terminal.record.kind == "ssh":
            # What is meant for another machine must not be run on this one.
            raise Conflict("This terminal belongs to another machine, where only its shell can run anything.")
        async with terminal.starting:
            _refuse_if_closed(terminal)
            _refuse_if_busy(terminal)
            await self._execute(terminal, draft)

    async def _execute(self, terminal: Terminal, draft: CommandDraft) -> None:
        argv = [draft.command, *draft.args] if draft.args is not None else [*commands.shell(), draft.command]
        cwd = working_folder(draft.cwd) if draft.cwd else Path(terminal.record.cwd)
        if any("\0" in word for word in (*argv, *draft.env, *draft.env.values())):
            raise InvalidInput("A command cannot contain a NUL character.")
        try:
            execution = await execute(argv, env=clean_environment(draft.env), cwd=cwd)
        except OSError as error:
            raise InvalidInput(f"{argv[0]!r} cannot be run in '{cwd}': {error.strerror}.") from error
        if terminal.scrollback.closed:
            await execution.discard()
            _refuse_if_closed(terminal)
        terminal.execution, terminal.ending = execution, None
        running = execution.run(terminal.scrollback, partial(self._note_end, terminal))
        terminal.running = self._background.start(running, name=f"run in {terminal.record.id}")

    async def type(self, terminal: Terminal, data: bytes, *, viewer: Viewer | None = None) -> None:
        """Type into what runs there. Who types decides how large the terminal is."""
        terminal.active_at = self._clock.now()
        if viewer:
            terminal.resize(viewer.size)
        await terminal.type(data)

    async def read_lines(self, terminal: Terminal) -> PrintedLines:
        """Return the last lines that were printed there, without colours and cursor moves."""
        ring = terminal.scrollback.ring
        printed = ring.read(ring.start, ring.count)
        lines = (await asyncio.to_thread(plain, printed.decode(errors="replace"))).split("\n")
        if not lines[-1]:
            lines.pop()
        return PrintedLines(lines[-MOST_LINES:], len(lines), ring.start > 0 or len(lines) > MOST_LINES)

    async def close(self, terminal: Terminal) -> None:
        """Close a terminal: whatever runs in it is ended, and what it printed is gone."""
        if not self._terminals.pop(terminal.record.id, None):
            return
        await terminal.close()
        await self._shells.close(terminal.record.id)
        await self._db.write(store.delete_terminals, [terminal.record.id])

    async def recover(self) -> None:
        """Take over what outlived the server before this one, if that was not done yet.

        Raises:
            Unavailable: another server has it.
        """
        async with self._recovering:
            if not self._is_recovered:
                await self._recover()
                self._is_recovered = True

    async def _recover(self) -> None:
        handed = await self._shells.recover()
        known = {record.id: record for record in await self._db.read(store.list_terminals)}
        for one in handed:
            self._adopt(one, known.pop(one.id, None))
        for record in [record for record in known.values() if record.kind == "ssh"]:
            self._keep_ended(known.pop(record.id))
        await self._db.write(store.delete_terminals, list(known))

    def _adopt(self, handed: Handed, record: TerminalRecord | None) -> None:
        if not record:
            log.warning("The keeper has a terminal %s that the database does not know.", handed.id)
            record = TerminalRecord(handed.id, OWNER, "local", "", login_shell(), str(Path.home()), self._clock.stamp())
        terminal = Terminal(record, Scrollback(handed.ring), size=Size(), active_at=self._clock.now())
        shell = self._shells.adopt(handed, terminal.scrollback, partial(self._note_end, terminal))
        terminal.begin(shell)
        terminal.size = shell.size
        self._keep(terminal)

    def _keep_ended(self, record: TerminalRecord) -> None:
        """Keep a terminal whose shell ended with the server before: it can be started again."""
        terminal = Terminal(record, Scrollback(create_ring()), size=Size(), active_at=self._clock.now())
        reason = f"The connection to {record.shell!r} ended with the server. Open it anew."
        terminal.end(Ending(None, None, reason), at=self._clock.now())
        self._keep(terminal)

    async def watch(self) -> None:
        """Close what ended long ago and, where the settings say so, shells that nobody uses."""
        async for _ in self._clock.every(SWEEP_SECONDS):
            try:
                await self.sweep()
            except Unavailable as error:
                log.warning("%s", error.message)

    async def sweep(self) -> None:
        """Do once what `watch` does again and again."""
        idle_seconds = (await self.get_settings()).idle_minutes * 60
        for terminal in await self.list_terminals():
            unused_seconds = (self._clock.now() - terminal.active_at).total_seconds()
            patience = ENDED_SECONDS if terminal.ending else idle_seconds or math.inf
            if terminal.is_unused() and unused_seconds > patience:
                await self.close(terminal)

    async def get_settings(self) -> TerminalSettings:
        """Return how terminals look and behave."""
        return TerminalSettings.model_validate((await self._settings.get()).terminal)

    async def get_appearance(self) -> Appearance:
        """Return the themes there are, and the settings."""
        return Appearance(themes=list(list_themes()), settings=await self.get_settings())

    async def update_settings(self, patch: TerminalSettingsPatch) -> TerminalSettings:
        """Change settings.

        Raises:
            InvalidInput: no theme has that name.
        """
        if patch.theme is not None and patch.theme not in {theme.name for theme in list_themes()}:
            raise InvalidInput(f"No theme is called {patch.theme!r}.")
        await self._settings.update_terminal(patch.model_dump(exclude_none=True))
        return await self.get_settings()

    def stamp(self) -> Timestamp:
        """Spell the current moment."""
        return self._clock.stamp()

    async def disconnect(self) -> None:
        """Let go of everything: shells go on without us, programs that were executed end."""
        terminals, self._terminals = list(self._terminals.values()), {}
        await asyncio.gather(*(terminal.close() for terminal in terminals))
        await self._shells.disconnect()


def _refuse_if_closed(terminal: Terminal) -> None:
    if terminal.scrollback.closed:
        raise NotFound(f"The terminal {terminal.record.id!r} was closed before anything began there.")


def _refuse_if_busy(terminal: Terminal) -> None:
    if terminal.runs:
        what = "A shell" if terminal.shell else "A program"
        raise Conflict(f"{what} runs in the terminal {terminal.record.id!r}. Wait for its end, or kill it.")
