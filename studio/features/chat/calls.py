"""The tool calls of one round: judged, asked about, made, and their results in the order of the calls."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Protocol

from studio.features.approvals.models import Approval
from studio.features.approvals.service import Approvals
from studio.features.chat.draft import Draft
from studio.features.chat.models import ApprovalAsked, ToolReturned, TurnEvent
from studio.features.conversations.models import Step
from studio.features.tools.errors import ToolUnusable
from studio.features.tools.models import ToolCall, ToolContext, ToolResult
from studio.features.tools.service import Toolbox
from studio.kit.clock import Clock

INTERRUPTED = "Studio ended while this ran, so it may have taken effect or not. Look before you repeat it."


class Journal(Protocol):
    """Where the steps of an answer are kept."""

    async def save(self, steps: Sequence[Step]) -> None:
        """Keep steps as they are now."""
        ...


@dataclass(frozen=True, slots=True)
class Caller:
    """All it takes to make the calls of one answer. `message_id` is what approvals are asked for the sake of."""

    toolbox: Toolbox
    approvals: Approvals
    clock: Clock
    context: ToolContext
    message_id: str

    async def answer_all(self, draft: Draft, journal: Journal) -> AsyncGenerator[list[TurnEvent], None]:
        """Give every pending call of `draft` its result. What is said to listeners is kept first."""
        waiting = [step.position for step in draft.pending()]
        for position in waiting:
            await self._reserve_question(draft, draft.steps[position])
        # The step knows its question before that is asked: killed in between, neither is lost or asked twice.
        await journal.save(draft.changed())
        asked = [event for position in waiting for event in await self._ask(draft.steps[position])]
        if asked:
            yield asked
        steps = [draft.steps[position] for position in waiting]
        for together, group in groupby(steps, key=self._may_run_with_others):
            # Reading alone can be done at the same time; all else keeps its order.
            for batch in [list(group)] if together else [[step] for step in group]:
                yield await self._answer(batch, draft, journal)

    async def _answer(self, steps: Sequence[Step], draft: Draft, journal: Journal) -> list[TurnEvent]:
        results = await asyncio.gather(*(self._make(step, draft, journal) for step in steps))
        for step in results:
            draft.put(step)
        await journal.save(draft.changed())
        return [_returned(step) for step in results]

    async def _reserve_question(self, draft: Draft, step: Step) -> None:
        """Give a call the id of its question, if the rules want one."""
        call = self._prepare(step)
        if isinstance(call, ToolCall) and not step.approval_id and not step.started_at:
            verdict = await self.toolbox.judge(call)
            if verdict.effect == "ask":
                draft.put(replace(step, approval_id=self.approvals.reserve()))

    async def _ask(self, step: Step) -> list[TurnEvent]:
        """Put the question about a call into the inbox, if it has one that waits or was never asked."""
        call = self._prepare(step) if step.approval_id else None
        if not isinstance(call, ToolCall) or not step.approval_id:
            return []
        approval = await self.approvals.find(step.approval_id)
        if approval is None:
            verdict = await self.toolbox.judge(call)
            approval = await self.toolbox.ask(
                call, verdict, kind="chat", subject=self.message_id, approval_id=step.approval_id
            )
        return [_asked(step, call, approval)] if approval.state == "pending" else []

    async def _make(self, step: Step, draft: Draft, journal: Journal) -> Step:
        """Return the step with its result."""
        call = self._prepare(step)
        if isinstance(call, ToolResult):
            return _with(step, call)
        if step.started_at and not call.tool.is_read_only:
            return _with(step, ToolResult(INTERRUPTED, is_error=True))
        refusal = await self._clear(step, call)
        if refusal:
            return _with(step, refusal)
        started = replace(step, started_at=self.clock.stamp())
        if not call.tool.is_read_only:
            # If Studio dies in the middle, nobody repeats by accident what may have been done.
            draft.put(started)
            await journal.save(draft.changed())
        begun = time.monotonic()
        result = await self.toolbox.run(call)
        return replace(_with(started, result), duration_ms=round((time.monotonic() - begun) * 1000))

    async def _clear(self, step: Step, call: ToolCall) -> ToolResult | None:
        """Return why the call may not be made; None where it may."""
        verdict = await self.toolbox.judge(call)
        if verdict.effect == "deny":
            return ToolResult(f"This is not allowed. {verdict.reason}", is_error=True, meta={"rule": verdict.rule})
        if step.approval_id:
            return await self.toolbox.await_decision(step.approval_id, call)
        if verdict.effect == "ask":
            # What the call touches changed since it was judged, for instance by the call before it.
            return ToolResult(f"This changed while it waited. {verdict.reason}", is_error=True)
        return None

    def _prepare(self, step: Step) -> ToolCall | ToolResult:
        """Read the call that a step is; the result where it can never be made."""
        arguments = step.arguments
        if isinstance(arguments, str):
            return ToolResult("The arguments are no JSON object, or one that is nested too deeply.", is_error=True)
        try:
            return self.toolbox.prepare(step.tool or "", arguments, self.context)
        except ToolUnusable as error:
            return ToolResult(error.message, is_error=True)

    def _may_run_with_others(self, step: Step) -> bool:
        call = self._prepare(step)
        return isinstance(call, ToolCall) and call.tool.is_read_only and not step.approval_id


def _asked(step: Step, call: ToolCall, approval: Approval) -> ApprovalAsked:
    return ApprovalAsked(approval, step.call_id or "", call.tool.name, call.given)


def _with(step: Step, result: ToolResult) -> Step:
    meta = dict(result.meta) | ({"sudo_blocked": True} if result.sudo_blocked else {})
    return replace(step, result=result.content, is_error=result.is_error, meta=meta)


def _returned(step: Step) -> ToolReturned:
    blocked = bool(step.meta.get("sudo_blocked"))
    return ToolReturned(step.call_id or "", step.result or "", step.is_error, blocked)
