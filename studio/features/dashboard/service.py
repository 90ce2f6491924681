"""What the page is told: everything at a glance, and then as it happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from studio.features.approvals.service import Approvals
from studio.features.conversations.models import ConversationFilter
from studio.features.conversations.service import Conversations
from studio.features.dashboard.announcements import KINDS, announce
from studio.features.dashboard.events import WindowsChanged
from studio.features.dashboard.models import OpenTerminal, Status
from studio.features.programs.service import Programs
from studio.features.providers.service import Providers
from studio.features.runs.service import Runs
from studio.features.system.service import System
from studio.features.terminals.service import Terminal, Terminals
from studio.kit.events import Bus, Dropped

MOST_CONVERSATIONS = 5


class Dashboard:
    """The page's view of everything."""

    def __init__(
        self,
        bus: Bus,
        *,
        system: System,
        programs: Programs,
        providers: Providers,
        approvals: Approvals,
        terminals: Terminals,
        conversations: Conversations,
        runs: Runs,
    ) -> None:
        self._bus = bus
        self._system = system
        self._programs = programs
        self._providers = providers
        self._approvals = approvals
        self._terminals = terminals
        self._conversations = conversations
        self._runs = runs
        self._windows = 0
        """How many tell the person by the desktop of what happens."""

    async def status(self) -> Status:
        """Return everything at a glance. Where the machine was not scanned yet, it is scanned first."""
        machine, metrics, scan, listed = await asyncio.gather(
            self._system.describe_machine(), self._system.measure(), self._programs.list(), self._providers.list()
        )
        inbox, terminals = await self._approvals.list(), await self._terminals.list_terminals()
        last = await self._conversations.list(ConversationFilter(limit=MOST_CONVERSATIONS))
        return Status(
            info=await self._system.info(),
            system=machine,
            metrics=metrics,
            tools=scan.tools,
            providers=listed.providers,
            approvals=[*inbox.approvals],
            terminals=[_glance_at(terminal) for terminal in terminals],
            workflows=list(await self._runs.list_unfinished()),
            conversations=last.conversations,
        )

    async def watch(self) -> AsyncGenerator[dict[str, Any], None]:
        """Yield what happens, from now on. Ends when the listener fell behind: it must look at everything again."""
        with self._bus.listen(*KINDS) as events:
            yield {"type": "ready", "data": {}}
            if self._windows:
                yield announce(WindowsChanged(is_told=True))
            while not isinstance(event := await events.get(), Dropped):
                yield announce(event)

    def count_window(self, change: int) -> None:
        """Count somebody who tells the person by the desktop, or stops to: browsers then need not, or do."""
        before = self._windows
        self._windows += change
        if bool(before) != bool(self._windows):
            self._bus.publish(WindowsChanged(is_told=bool(self._windows)))


def _glance_at(terminal: Terminal) -> OpenTerminal:
    record = terminal.record
    return OpenTerminal(
        id=record.id,
        name=record.name,
        kind=record.kind,
        status=terminal.status,
        cwd=record.cwd,
        created_at=record.created_at,
    )
