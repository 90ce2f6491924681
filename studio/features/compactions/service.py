"""What can be done with compactions, and what a model is told of a conversation."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from contextlib import aclosing
from itertools import takewhile

from studio.features.compactions import store
from studio.features.compactions.errors import BeingSummarized, NothingToSummarize
from studio.features.compactions.models import LONGEST_SUMMARY, Compaction, CompactionList, Origin, Summarized
from studio.features.compactions.summary import estimate_tokens, request, requests_for
from studio.features.compactions.transcript import read_answer, read_transcript, squeezed, with_report, with_summary
from studio.features.conversations.events import ConversationChanged
from studio.features.conversations.models import Step, StoredMessage
from studio.features.conversations.service import Conversations
from studio.features.providers.errors import ContextExceeded, ProviderFailed
from studio.features.providers.models import CHARACTERS_PER_TOKEN, ChatModel, Said, TextDelta
from studio.features.providers.service import Providers
from studio.kit.clock import Clock
from studio.kit.db import Database
from studio.kit.errors import NotFound, StudioError
from studio.kit.events import Bus
from studio.kit.ids import Ids

log = logging.getLogger(__name__)

FULL = 0.8
"""The part of a model's window from which on the oldest messages are summarised."""

KEPT = 0.2
"""The part of a model's window that the newest messages may fill, which are not summarised with the rest."""

USUAL_WINDOW = 32_000
"""Tokens. How much a model of which nothing is known is given to summarise at once, at most."""

SMALLEST_PIECE = 4_000
"""Characters. Who cannot take this much cannot summarise."""


class Compactions:
    """Summaries that stand in for messages when a model is told a conversation."""

    def __init__(
        self, db: Database, bus: Bus, clock: Clock, ids: Ids, *, conversations: Conversations, providers: Providers
    ) -> None:
        self._db = db
        self._bus = bus
        self._clock = clock
        self._ids = ids
        self._conversations = conversations
        self._providers = providers
        self._summarizing = set[str]()

    async def list(self, conversation_id: str) -> CompactionList:
        """Return the compactions of a conversation as it is shown, the one that stands for the most messages last.

        Raises:
            NotFound: no conversation has this id.
        """
        await self._conversations.get_summary(conversation_id)
        return CompactionList(compactions=await self._db.read(store.list_shown_compactions, conversation_id))

    async def edit(self, compaction_id: str, summary: str) -> Compaction:
        """Put a summary into other words.

        Raises:
            NotFound: none has this id.
        """
        tokens = estimate_tokens(with_summary([], summary))
        now = self._clock.stamp()
        await self._db.write(store.edit_compaction, compaction_id, summary=summary, tokens_after=tokens, now=now)
        compaction = await self._get(compaction_id)
        self._bus.publish(ConversationChanged(compaction.conversation_id))
        return compaction

    async def undo(self, compaction_id: str) -> None:
        """Let the messages themselves be told again, or the summary that stood before.

        Raises:
            NotFound: none has this id.
        """
        compaction = await self._get(compaction_id)
        await self._db.write(store.delete_compaction, compaction_id)
        self._bus.publish(ConversationChanged(compaction.conversation_id))

    async def summarize(self, conversation_id: str | None) -> Summarized:
        """Summarise everything said so far in a conversation, or in the most recently used one.

        Raises:
            NotFound: there is none.
            NothingToSummarize: nothing was said since the last summary.
            BeingSummarized: that is being done.
            ProviderFailed, ProviderRefused: the active provider gave no summary.
        """
        wanted = conversation_id or await self._conversations.latest()
        if wanted is None:
            raise NotFound("There is no conversation yet.")
        await self._conversations.get_summary(wanted)
        messages = list(_finished(await self._conversations.messages(wanted)))
        model = await self._providers.open(None, None)
        compaction = await self._compact(wanted, messages, model, origin="person")
        return Summarized(**compaction.model_dump(include=set(Summarized.model_fields)))

    async def tell(self, messages: Sequence[StoredMessage]) -> list[Said]:
        """Return messages of one conversation, from its first on, as a model is told them now."""
        if not messages:
            return []
        latest = await self._find_latest(messages)
        rest = messages[_index_after(messages, latest) :]
        said = await read_transcript(rest, self._conversations.read_images)
        return with_summary(said, latest.summary) if latest and len(rest) < len(messages) else said

    async def count(self, messages: Sequence[StoredMessage]) -> int:
        """Return how many tokens a model was told when the last of these was written, as its provider counted.

        0 where that is not known, or no longer true because the messages were summarised since.
        """
        if not messages or messages[-1].role != "assistant":
            return 0
        latest = await self._find_latest(messages)
        changed_at = (latest.edited_at or latest.created_at) if latest else ""
        is_older = changed_at < (messages[-1].completed_at or "")
        return messages[-1].context_tokens if is_older else 0

    async def compact(self, messages: Sequence[StoredMessage], model: ChatModel, window: int | None) -> bool:
        """Summarise the oldest of these messages, so that what is told fits again. Return whether that was possible."""
        if not messages:
            return False
        latest = await self._find_latest(messages)
        open_messages = messages[_index_after(messages, latest) :]
        oldest = open_messages[: await self._index_of_newest(open_messages, int(KEPT * (window or 0)))]
        try:
            await self._compact(
                messages[0].conversation_id,
                messages[: messages.index(oldest[-1]) + 1] if oldest else messages,
                model,
                origin="automatic",
                window=window,
            )
        except StudioError as error:
            log.warning("The oldest messages could not be summarised: %s", error.message)
            return False
        return True

    async def _index_of_newest(self, messages: Sequence[StoredMessage], tokens: int) -> int:
        """Return where the newest turns begin that together have at most `tokens`; 0 if that is at the very start."""
        index = len(messages)
        for position in range(len(messages) - 1, -1, -1):
            tokens -= estimate_tokens(await read_transcript([messages[position]], self._conversations.read_images))
            if tokens < 0:
                break
            if messages[position].role == "user":
                index = position
        return index

    async def _compact(
        self,
        conversation_id: str,
        messages: Sequence[StoredMessage],
        model: ChatModel,
        *,
        origin: Origin,
        window: int | None = None,
    ) -> Compaction:
        if conversation_id in self._summarizing:
            raise BeingSummarized("This conversation is being summarised already.")
        self._summarizing.add(conversation_id)
        try:
            return await self._compact_alone(conversation_id, messages, model, origin=origin, window=window)
        finally:
            self._summarizing.discard(conversation_id)

    async def _compact_alone(
        self,
        conversation_id: str,
        messages: Sequence[StoredMessage],
        model: ChatModel,
        *,
        origin: Origin,
        window: int | None,
    ) -> Compaction:
        latest = await self._find_latest(messages)
        added = messages[_index_after(messages, latest) :]
        if not added:
            raise NothingToSummarize("Nothing was said here that is not summarised already.")
        before = await self.tell(messages)
        summary = await _summarize(
            await read_transcript(added, self._conversations.read_images),
            latest.summary if latest else "",
            model,
            conversation_id=conversation_id,
            window=window or USUAL_WINDOW,
        )
        compaction = Compaction(
            id=self._ids.create("cmp"),
            conversation_id=conversation_id,
            upto=messages[-1].id,
            summary=summary,
            messages=len(messages),
            tokens_before=estimate_tokens(before),
            tokens_after=estimate_tokens(with_summary([], summary)),
            origin=origin,
            created_at=self._clock.stamp(),
            edited_at=None,
        )
        if not await self._db.write(store.insert_compaction, compaction):
            raise NotFound("The conversation was deleted.")
        self._bus.publish(ConversationChanged(conversation_id))
        return compaction

    async def _find_latest(self, messages: Sequence[StoredMessage]) -> Compaction | None:
        """Return the compaction that stands for the most of these messages of one conversation, or None."""
        if not messages:
            return None
        ids = {message.id for message in messages}
        made = await self._db.read(store.list_compactions, messages[0].conversation_id)
        return next((compaction for compaction in reversed(made) if compaction.upto in ids), None)

    async def _get(self, compaction_id: str) -> Compaction:
        found = await self._db.read(store.find_compaction, compaction_id)
        if found is None:
            raise NotFound(f"No compaction has the id {compaction_id!r}.")
        return found


class Memory:
    """What one model is told of a conversation while it writes one answer. `window` is in tokens, if known."""

    def __init__(
        self, compactions: Compactions, before: Sequence[StoredMessage], model: ChatModel, window: int | None
    ) -> None:
        self._compactions = compactions
        self._before = before
        self._model = model
        self._window = window
        self._told: list[Said] | None = None
        self._is_squeezed = False
        self._known_tokens = self._known_estimate = self._last_estimate = 0

    async def recall(self, steps: Sequence[Step], *, context_tokens: int = 0) -> list[Said]:
        """Return what the model is told now: what went before, and the answer as far as it is written.

        `context_tokens` is how many the provider counted in the last round, or 0.
        """
        if context_tokens:
            self._known_tokens, self._known_estimate = context_tokens, self._last_estimate
        said = await self._recall(steps)
        if self._window and self._fill(said) > FULL * self._window and await self._make_worthwhile_room(said, steps):
            said = await self._recall(steps)
        self._last_estimate = estimate_tokens(said)
        return said

    async def make_room(self, steps: Sequence[Step]) -> bool:
        """Tell less from now on. Return whether there was anything to leave out."""
        if await self._compactions.compact(self._before[:-1], self._model, self._window):
            self._told = None
            return True
        if not self._is_squeezed and squeezed(steps) != list(steps):
            self._is_squeezed = True
            return True
        return False

    async def _make_worthwhile_room(self, said: Sequence[Said], steps: Sequence[Step]) -> bool:
        """Tell less, unless it is not the conversation that fills the window but what goes before it."""
        return estimate_tokens(said) > KEPT * (self._window or 0) and await self.make_room(steps)

    async def _recall(self, steps: Sequence[Step]) -> list[Said]:
        if self._told is None:
            self._told = await self._compactions.tell(self._before)
            # The last answer was counted; only the question is new.
            self._known_tokens = await self._compactions.count(self._before[:-1])
            self._known_estimate = estimate_tokens(self._told[:-1]) if self._known_tokens else 0
        written = squeezed(steps) if self._is_squeezed else steps
        return [*with_report(self._told, steps), *read_answer(written)]

    def _fill(self, said: Sequence[Said]) -> int:
        """Return how many tokens this will be: what the provider counted last, and a guess of what came since."""
        estimate = estimate_tokens(said)
        # What was counted may have been told shorter than it is now.
        return max(estimate, self._known_tokens + estimate - self._known_estimate)


def _finished(messages: Sequence[StoredMessage]) -> Sequence[StoredMessage]:
    """Return the messages before the turn that runs, if one does."""
    finished = list(takewhile(lambda message: message.status != "running", messages))
    return finished[:-1] if len(finished) < len(messages) else finished


def _index_after(messages: Sequence[StoredMessage], compaction: Compaction | None) -> int:
    """Return where the messages begin that `compaction` does not stand for."""
    ids = [message.id for message in messages]
    return ids.index(compaction.upto) + 1 if compaction and compaction.upto in ids else 0


async def _summarize(said: Sequence[Said], notes: str, model: ChatModel, *, conversation_id: str, window: int) -> str:
    longest = max(window * CHARACTERS_PER_TOKEN // 2, SMALLEST_PIECE)
    while True:
        try:
            pieces = requests_for(said, longest=longest)
            return await _summarize_in_pieces(pieces, notes, model, conversation_id)
        except ContextExceeded:
            if longest <= SMALLEST_PIECE:
                raise
            longest //= 2


async def _summarize_in_pieces(pieces: Iterable[str], notes: str, model: ChatModel, conversation_id: str) -> str:
    for piece in pieces:
        text = ""
        async with aclosing(model.stream(request(piece, notes, conversation_id))) as stream:
            async for deltas in stream:
                text += "".join(delta.text for delta in deltas if isinstance(delta, TextDelta))
        notes = text.strip()[:LONGEST_SUMMARY]
        if not notes:
            raise ProviderFailed(f"{model.provider!r} gave no summary.")
    return notes
