"""Compactions as the workbench document spells them, and for the page."""

from studio.features.compactions.models import (
    Compaction,
    CompactionEdit,
    CompactionFilter,
    CompactionList,
    Summarized,
)
from studio.features.compactions.service import Compactions
from studio.features.conversations.models import Which
from studio.wire.dialects.flat import Flat
from studio.wire.table import MEGABYTE, Table, delete, get, post, put


async def summarize(compactions: Compactions, body: Which) -> Summarized:
    """Let a summary stand in for everything said so far in a conversation, or in the most recently used one."""
    return await compactions.summarize(body.conversation_id)


async def list_compactions(compactions: Compactions, query: CompactionFilter) -> CompactionList:
    """List the summaries that stand in for messages of a conversation as it is shown; the last one counts."""
    return await compactions.list(query.conversation_id)


async def edit(compactions: Compactions, compaction_id: str, body: CompactionEdit) -> Compaction:
    """Put a summary into better words."""
    return await compactions.edit(compaction_id, body.summary)


async def undo(compactions: Compactions, compaction_id: str) -> dict[str, bool]:
    """Let the messages themselves be told again."""
    await compactions.undo(compaction_id)
    return {"ok": True}


TABLES = [
    Table("/api", Flat(), [post("/chat/summarize", summarize, problems=[404, 409, 502])], "workbench"),
    Table(
        "/api/studio",
        Flat(),
        [
            get("/compactions", list_compactions, problems=[404]),
            put("/compactions/{compaction_id}", edit, body_limit=MEGABYTE, problems=[404]),
            delete("/compactions/{compaction_id}", undo, problems=[404]),
        ],
    ),
]
