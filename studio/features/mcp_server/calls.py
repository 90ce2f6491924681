"""A call of a tool by another program: judged, asked about, made."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from studio.features.approvals.models import Approval
from studio.features.approvals.service import Approvals
from studio.features.permissions.models import Verdict
from studio.features.tools.errors import ToolUnusable
from studio.features.tools.models import ToolCall, ToolContext, ToolResult
from studio.features.tools.service import Toolbox
from studio.kit.errors import StudioError
from studio.kit.ids import Ids
from studio.kit.principals import Principals

REMIND_SECONDS = 10.0
"""How often whoever waits for a person is told so: programs give up on what says nothing."""

SIGNED_OUT = "The credential that this was asked with counts no longer, so it was not done."

Tell = Callable[[float, str], Awaitable[None]]
"""Tells the program that asked how far its call is: a number that grows, and a sentence."""


@dataclass(frozen=True, slots=True)
class Caller:
    """All it takes to make a call. Whatever goes wrong is a result, which a model can read."""

    toolbox: Toolbox
    approvals: Approvals
    principals: Principals
    ids: Ids

    async def call(self, name: str, arguments: object, context: ToolContext, *, tell: Tell) -> ToolResult:
        """Make one call, once the rules or a person allow it."""
        try:
            call = self.toolbox.prepare(name, arguments, context)
        except ToolUnusable as error:
            return ToolResult(error.message, is_error=True)
        try:
            verdict = await self.toolbox.judge(call)
            return await self._refuse(call, verdict, tell) or await self.toolbox.run_while_open(call)
        except StudioError as error:
            return ToolResult(error.message, is_error=True)

    async def _refuse(self, call: ToolCall, verdict: Verdict, tell: Tell) -> ToolResult | None:
        """Return why the call may not be made; None where it may."""
        if verdict.effect == "deny":
            return ToolResult(f"This is not allowed. {verdict.reason}", is_error=True, meta={"rule": verdict.rule})
        if verdict.effect == "allow":
            return None
        if refusal := await self._ask(call, verdict, tell):
            return refusal
        is_known = self.principals.is_valid(call.context.principal)
        return None if is_known else ToolResult(SIGNED_OUT, is_error=True)

    async def _ask(self, call: ToolCall, verdict: Verdict, tell: Tell) -> ToolResult | None:
        subject = self.ids.create("mcp")
        try:
            approval = await self.toolbox.ask(call, verdict, kind="tool", subject=subject)
            reminding = asyncio.create_task(_remind(approval, tell))
            try:
                return await self.toolbox.await_decision(approval.approval_id, call)
            finally:
                reminding.cancel()
        finally:
            # Whoever asked may have gone: then nobody needs to answer.
            await self.approvals.withdraw(subject)


async def _remind(approval: Approval, tell: Tell) -> None:
    waited = 0.0
    # It may have gone, which whoever waits finds out.
    with suppress(Exception):
        while True:
            await tell(waited, f"Waiting for a person to allow this in Studio: {approval.title}")
            await asyncio.sleep(REMIND_SECONDS)
            waited += REMIND_SECONDS
