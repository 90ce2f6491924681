"""The loop: ask the model, make the calls it wants, tell it what came of them, until it answers in words.

It knows no HTTP and no database. It goes on from wherever an answer stands, so an answer that was interrupted is
resumed by running it again.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from studio.features.chat.calls import Caller, Journal
from studio.features.chat.draft import Draft
from studio.features.chat.models import TokensCounted, ToolCalled, TurnEvent
from studio.features.conversations.models import Step
from studio.features.providers.errors import ContextExceeded
from studio.features.providers.models import ChatModel, ModelRequest, Said, ToolSpec
from studio.kit.errors import StudioError

SAVE_SECONDS = 0.5
"""How much of a streaming text may be lost when the program is killed."""

REPORT = """\
You are asked for a preliminary report: another model will write the answer after you, and reads what you write. Think
the last question of the conversation through. Say what matters, what is easily got wrong, what should be looked up or
tried, and what you would answer, briefly. You can call no tools. Write in the language of the question."""


class Memory(Protocol):
    """What a model is told while an answer is written."""

    async def recall(self, steps: Sequence[Step], *, context_tokens: int = 0) -> list[Said]:
        """Return what was said so far; `steps` is the answer as far as it is written."""
        ...

    async def make_room(self, steps: Sequence[Step]) -> bool:
        """Tell less from now on. Return whether there was anything to leave out."""
        ...


@dataclass(frozen=True, slots=True)
class Assignment:
    """What one answer needs: the model, what it is told, what it may call, and how often.

    `tools` says what it may call, given the answer as far as it is written. `adviser` is another model, which is to
    report before the first round.
    """

    conversation_id: str
    message_id: str
    model: ChatModel
    system: str
    memory: Memory
    tools: Callable[[Sequence[Step]], Sequence[ToolSpec]]
    max_rounds: int
    thinking_tokens: int = 0
    adviser: ChatModel | None = None


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
        async for events in _ask_within_room(assignment, draft, journal, may_call=may_call):
            yield events
        if not (draft.requested and may_call):
            break
        added = draft.add_calls()
        await journal.save(draft.changed())
        yield [ToolCalled(step.call_id or "", step.tool or "", step.arguments) for step in added]
    yield [TokensCounted(draft.spent)]


async def consult(assignment: Assignment, draft: Draft, journal: Journal) -> AsyncGenerator[list[TurnEvent], None]:
    """Let the adviser report on the question before the answer is begun, and yield its report as a thought.

    An adviser that fails is no reason not to answer: the person is told.
    """
    adviser = assignment.adviser
    if adviser is None or draft.steps:
        return
    said = await assignment.memory.recall(draft.steps)
    request = ModelRequest(
        REPORT,
        said,
        may_call=False,
        purpose="report",
        conversation_id=assignment.conversation_id,
        message_id=assignment.message_id,
    )
    try:
        async for events in _take(adviser, request, draft, journal, as_report=True):
            yield events
    except StudioError as error:
        yield draft.note(f"*The preliminary report could not be had: {error.message}*")
    await journal.save(draft.changed())


async def _ask_within_room(
    assignment: Assignment, draft: Draft, journal: Journal, *, may_call: bool
) -> AsyncGenerator[list[TurnEvent], None]:
    """Ask for one round, telling less where the provider says that it is too much."""
    while True:
        try:
            async for events in _ask(assignment, draft, journal, may_call=may_call):
                yield events
        except ContextExceeded:
            if not await assignment.memory.make_room(draft.steps):
                raise
        else:
            return


async def _ask(
    assignment: Assignment, draft: Draft, journal: Journal, *, may_call: bool
) -> AsyncGenerator[list[TurnEvent], None]:
    """Ask for one round."""
    said = await assignment.memory.recall(draft.steps, context_tokens=draft.spent.context_tokens)
    request = ModelRequest(
        assignment.system,
        said,
        assignment.tools(draft.steps),
        may_call,
        thinking_tokens=assignment.thinking_tokens,
        conversation_id=assignment.conversation_id,
        message_id=assignment.message_id,
    )
    async for events in _take(assignment.model, request, draft, journal):
        yield events


async def _take(
    model: ChatModel, request: ModelRequest, draft: Draft, journal: Journal, *, as_report: bool = False
) -> AsyncGenerator[list[TurnEvent], None]:
    """Take in what a model says, keeping it as it grows."""
    saved_at = time.monotonic()
    take = partial(draft.take_report, author=model.provider) if as_report else draft.take
    try:
        async with aclosing(model.stream(request)) as stream:
            async for deltas in stream:
                if events := take(deltas):
                    yield events
                if time.monotonic() - saved_at > SAVE_SECONDS:
                    await journal.save(draft.changed())
                    saved_at = time.monotonic()
    finally:
        # Also what was said before a failure, or before a person stopped it.
        await journal.save(draft.changed())
    if events := draft.end_thought():
        yield events
