"""How long what was said and done is kept."""

from __future__ import annotations

from contextlib import suppress

from studio.features.backups.service import Backups
from studio.features.chat.service import Chat
from studio.features.conversations.service import Conversations
from studio.features.retention.models import Pruned, Pruning
from studio.features.runs.service import Runs
from studio.features.schedules.service import Schedules
from studio.features.settings.service import Settings
from studio.kit.background import attempt
from studio.kit.clock import Clock, Timestamp
from studio.kit.errors import NotFound

LOOK_SECONDS = 3600


class Retention:
    """Removes what was kept long enough, and makes backups, as often as the person wants it."""

    def __init__(
        self,
        clock: Clock,
        *,
        settings: Settings,
        conversations: Conversations,
        chat: Chat,
        backups: Backups,
        runs: Runs,
        schedules: Schedules,
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._conversations = conversations
        self._chat = chat
        self._backups = backups
        self._runs = runs
        self._schedules = schedules

    async def prune(self, wanted: Pruning) -> Pruned:
        """Remove what is old with all that belongs to it, and give the disk back what it took; or only count it.

        A little at a time: whoever writes meanwhile waits for one conversation or a few runs at most.

        Raises:
            Unavailable: the database of workflows does not answer. All else is removed by then.
        """
        before = self._clock.stamp(after_seconds=-wanted.older_than_days * 86400)
        old = await self._conversations.count_unused(before=before)
        occasions = await self._schedules.count_old(before=before)
        if wanted.apply and (old.ids or occasions):
            for conversation_id in old.ids:
                with suppress(NotFound):
                    await self._remove(conversation_id, before)
            await self._schedules.delete_old(before=before)
            await self._conversations.give_back()
        runs = await self._runs.count_old(before=before)
        if wanted.apply and runs:
            await self._runs.delete_old(before=before)
            await self._conversations.give_back()
        return Pruned(
            before=before,
            applied=wanted.apply,
            conversations=len(old.ids),
            messages=old.messages,
            images=old.images,
            image_bytes=old.image_bytes,
            runs=runs,
            occasions=occasions,
        )

    async def _remove(self, conversation_id: str, before: Timestamp) -> None:
        """Remove a conversation, unless somebody came back to it since it was counted."""
        found = await self._conversations.get_summary(conversation_id)
        if found.updated_at < before and not found.pinned:
            await self._chat.clear(conversation_id)

    async def watch(self) -> None:
        """Do what the person set in the settings, for ever."""
        async for _ in self._clock.every(LOOK_SECONDS):
            await attempt(self._keep_up(), what="Keeping data as long as wanted")

    async def _keep_up(self) -> None:
        await attempt(self._runs.note_seen(), what="Telling others who share workflows that this Studio is there")
        profile = (await self._settings.get()).profile
        # First what is removed next can be gone back to.
        if profile.backup_days:
            await self._backups.keep_up(days=profile.backup_days)
        if profile.keep_days:
            await self.prune(Pruning(older_than_days=profile.keep_days, apply=True))
