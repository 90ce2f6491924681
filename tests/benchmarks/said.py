"""Conversations by the thousand, kept by the program's own store before it starts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from studio.features.conversations import store
from studio.features.conversations.models import Role, Step, StoredMessage
from studio.kit.db import open_database

NOW = "2026-11-22T12:00:00.000Z"


async def keep(home: Path, conversations: Iterable[tuple[str, Sequence[Sequence[Step]]]]) -> None:
    """Keep conversations, each an id and the steps of its messages, in the data folder of a program under `home`."""
    folder = home / "data"
    folder.mkdir(mode=0o700, parents=True)
    async with open_database(folder / "studio.db") as db:
        for conversation_id, messages in conversations:
            await db.write(store.insert_conversation, conversation_id, title=conversation_id, cwd=str(home), now=NOW)
            stored = [message(conversation_id, number, steps) for number, steps in enumerate(messages)]
            await db.write(store.insert_messages, stored, now=NOW)


def message(conversation_id: str, number: int, steps: Sequence[Step]) -> StoredMessage:
    role: Role = "assistant" if number % 2 else "user"
    return StoredMessage(f"msg_{conversation_id}_{number}", conversation_id, number, role, "complete", NOW, steps=steps)
