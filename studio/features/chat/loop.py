"""The loop: ask the model, make the calls it wants, tell it what came of them, until it answers in words.

It knows no HTTP and no database. It goes on from wherever an answer stands, so an answer that was interrupted is
resumed by running it again.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from studio.features.chat.calls import Caller, Journal
from studio.features.chat.draft import Draft
from studio.features.chat.models import TokensCounted, ToolCalled, TurnEvent
from studio.features.chat.transcript import read_answer
from studio.features.providers.models import ChatModel, ModelRequest, Said, ToolSpec

SAVE_SECONDS = 0.5
"""How much of a streaming text may be lost when the program is killed."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """What one answer needs: the model, what was said before, what it may call, and how often."""

    model: ChatModel
    system: str
    said: Sequence[Said]
    tools: Sequence[ToolSpec]
    max_rounds: int
    thinking_tokens: int = 0


async def answer(
    assignment: Assignment, draft: Draft, caller: Caller, journal: Journal
) -> AsyncGenerator[list[TurnEvent], None]:
    """Write the answer into `draft`, and yield what happens, in batches. Steps are kept before they are told.

    Raises:
        StudioError: the provider failed; what it said before is kept.
    """
    while True:
        if draft.pending():
            async for events in caller.answer_all(draft, journal):
                yield events
        draft.begin_round()
        may_call = draft.round < assignment.max_rounds
        async for events in _ask(assignment, draft, journal, may_call=may_call):
            yield events
        if not (draft.requested and may_call):
            break
        added = draft.add_calls()
        await journal.save(draft.changed())
        yield [ToolCalled(step.call_id or "", step.tool or "", step.arguments) for step in added]
    yield [TokensCounted(draft.spent.input_tokens, draft.spent.output_tokens)]


async def _ask(
    assignment: Assignment, draft: Draft, journal: Journal, *, may_call: bool
) -> AsyncGenerator[list[TurnEvent], None]:
    """Ask for one round."""
    said = [*assignment.said, *read_answer(draft.steps)]
    request = ModelRequest(
        assignment.system, said, assignment.tools, may_call, thinking_tokens=assignment.thinking_tokens
    )
    saved_at = time.monotonic()
    try:
        async with aclosing(assignment.model.stream(request)) as stream:
            async for deltas in stream:
                if events := draft.take(deltas):
                    yield events
                if time.monotonic() - saved_at > SAVE_SECONDS:
                    await journal.save(draft.changed())
                    saved_at = time.monotonic()
    finally:
        # Also what was said before a failure, or before a person stopped it.
        await journal.save(draft.changed())
    if events := draft.end_thought():
        yield events
