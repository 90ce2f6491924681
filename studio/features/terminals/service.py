"""What can be done with terminals."""

from __future__ import annotations

import asyncio
import logging
import math
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

from studio.features.settings.service import Settings
from studio.features.terminals import commands, store
from studio.features.terminals.connection import (
    Handed,
    KeeperConnection,
    Listener,
    find_keeper,
    release,
    start_keeper,
)
from studio.features.terminals.execution import execute
from studio.features.terminals.keeper import create_ring
from studio.features.terminals.models import (
    OWNER,
    Appearance,
    CommandDraft,
    Ending,
    PrintedLines,
    Size,
    SystemShell,
    TerminalDraft,
    TerminalPatch,
    TerminalRecord,
    TerminalSettings,
    TerminalSettingsPatch,
)
from studio.features.terminals.output import plain
from studio.features.terminals.pty import Pty
from studio.features.terminals.scrollback import Scrollback, Viewer
from studio.features.terminals.shells import command_of, environment, list_shells, login_shell
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
        self, db: Database, background: Background, clock: Clock, ids: Ids, settings: Settings, *, folder: Path
    ) -> None:
        self._db = db
        self._background = background
        self._clock = clock
        self._ids = ids
        self._folder = folder
        self._settings = settings
        self._terminals: dict[str, Terminal] = {}
        self._keeper: KeeperConnection | None = None
        self._connecting = asyncio.Lock()
        self._is_recovered = False
        self._ended_early: dict[str, int] = {}

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
        cwd = str(working_folder(draft.cwd))
        record = TerminalRecord(
            self._ids.create("term"), agent_id, draft.kind, draft.name, "", cwd, created_at=self._clock.stamp()
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
        record = terminal.record
        path = shell or record.shell or login_shell()
        argv = command_of(path, record.kind)
        size = terminal.size
        try:
            keeper = await self._connect()
            # One that ended here before is still held under this name.
            await keeper.close(record.id)
            handed = await keeper.spawn(record.id, argv, env=environment(path), cwd=Path(record.cwd), size=size)
        except ConnectionError as error:
            raise Unavailable("What holds the terminals has just ended. Try again.") from error
        except OSError as error:
            raise InvalidInput(f"The shell {path!r} cannot be run in '{record.cwd}': {error}.") from error
        if record.id not in self._terminals:
            release(handed)
            await keeper.close(record.id)
            raise NotFound(f"The terminal {record.id!r} was closed before its shell began.")
        terminal.record = replace(record, shell=path)
        terminal.scrollback.move(handed.ring)
        terminal.pty = self._watch_pty(terminal, handed)
        if (status := self._ended_early.pop(record.id, None)) is not None:
            terminal.pty.exited(status)
        await self._db.write(store.save_terminal, terminal.record)

    def _watch_pty(self, terminal: Terminal, handed: Handed) -> Pty:
        terminal.ending = None
        return Pty(
            pid=handed.pid,
            master=handed.master,
            scrollback=terminal.scrollback,
            size=terminal.size,
            on_end=partial(self._note_end, terminal),
        )

    def _note_end(self, terminal: Terminal, ending: Ending) -> None:
        terminal.end(ending, at=self._clock.now())

    async def execute(self, terminal: Terminal, draft: CommandDraft) -> None:
        """Run a program in a terminal in which nothing runs. What it prints and how it ends is for its viewers.

        Raises:
            Conflict: something runs there.
            InvalidInput: it cannot be run.
        """
        async with terminal.starting:
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
        if self._keeper:
            await self._keeper.close(terminal.record.id)
        await self._db.write(store.delete_terminals, [terminal.record.id])

    async def recover(self) -> None:
        """Take over what outlived the server before this one, if that was not done yet.

        Raises:
            Unavailable: another server has it.
        """
        async with self._connecting:
            if self._is_recovered or sys.platform == "win32":
                return
            self._keeper = await find_keeper(self._folder, self._listener)
            known = {record.id: record for record in await self._db.read(store.list_terminals)}
            for handed in self._keeper.handed if self._keeper else []:
                self._adopt(handed, known.pop(handed.id, None))
            await self._db.write(store.delete_terminals, list(known))
            self._is_recovered = True

    def _adopt(self, handed: Handed, record: TerminalRecord | None) -> None:
        if not record:
            log.warning("The keeper has a terminal %s that the database does not know.", handed.id)
            record = TerminalRecord(handed.id, OWNER, "local", "", login_shell(), str(Path.home()), self._clock.stamp())
        terminal = Terminal(record, Scrollback(handed.ring), size=Size(), active_at=self._clock.now())
        terminal.pty = pty = self._watch_pty(terminal, handed)
        terminal.size = pty.size = pty.read_size()
        pty.redraw()
        if handed.status is not None:
            pty.exited(handed.status)
        self._keep(terminal)

    async def _connect(self) -> KeeperConnection:
        async with self._connecting:
            if sys.platform == "win32":
                raise Unavailable("Terminals that stay open are not there on Windows yet.")
            if not self._keeper:
                try:
                    self._keeper = await start_keeper(self._folder, self._listener)
                except OSError as error:
                    raise Unavailable(f"Nothing can hold terminals: {error}.") from error
            return self._keeper

    @property
    def _listener(self) -> Listener:
        return Listener(self._on_exit, self._on_lost)

    def _on_exit(self, terminal_id: str, status: int) -> None:
        terminal = self._terminals.get(terminal_id)
        if terminal and terminal.pty:
            terminal.pty.exited(status)
        elif terminal:
            # It ended before we had even begun to watch it.
            self._ended_early[terminal_id] = status

    def _on_lost(self) -> None:
        log.error("The keeper of the terminals is gone. Those that are open end with this server.")
        self._keeper = None
        for terminal in self._terminals.values():
            if terminal.pty:
                terminal.pty.abandoned()

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
        for terminal in terminals:
            await terminal.close()
        if self._keeper:
            self._keeper.disconnect()
            self._keeper = None


def _refuse_if_busy(terminal: Terminal) -> None:
    if terminal.runs:
        what = "A shell" if terminal.pty else "A program"
        raise Conflict(f"{what} runs in the terminal {terminal.record.id!r}. Wait for its end, or kill it.")
