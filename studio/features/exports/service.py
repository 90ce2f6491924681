"""What can be done with exports."""

import asyncio
import re
import unicodedata

from pydantic_core import to_json

from studio.features.approvals.service import Approvals
from studio.features.conversations.models import Conversation, ConversationSummary
from studio.features.conversations.service import Conversations
from studio.features.exports.markdown import write_markdown
from studio.features.exports.models import ConversationExport, ExportedApproval, ExportFile, ExportWanted
from studio.kit.clock import Clock
from studio.kit.errors import NotFound

LONGEST_NAME = 60


class Exports:
    """Conversations as files to keep."""

    def __init__(self, conversations: Conversations, approvals: Approvals, clock: Clock) -> None:
        self._conversations = conversations
        self._approvals = approvals
        self._clock = clock

    async def export(self, wanted: ExportWanted) -> ExportFile:
        """Return a conversation as a file.

        Raises:
            NotFound: none has this id, or there is none at all.
        """
        export = await self._collect(wanted.id or await self._conversations.latest())
        name = file_stem(export.conversation)
        if wanted.format == "markdown":
            text = await asyncio.to_thread(write_markdown, export)
            return ExportFile(f"{name}.md", "text/markdown; charset=utf-8", text.encode())
        return ExportFile(f"{name}.json", "application/json", await asyncio.to_thread(to_json, export, indent=2))

    async def _collect(self, conversation_id: str | None) -> ConversationExport:
        if conversation_id is None:
            raise NotFound("There is no conversation yet.")
        spelled = await self._conversations.get(conversation_id)
        whole = await asyncio.to_thread(Conversation.model_validate_json, spelled.json)
        asked = [part.approval_id for message in whole.messages for part in message.parts if part.approval_id]
        approvals = await self._approvals.list_by_ids(asked)
        return ConversationExport(
            exported_at=self._clock.stamp(),
            conversation=whole.conversation,
            messages=whole.messages,
            approvals=[ExportedApproval.model_validate(approval.model_dump()) for approval in approvals],
        )


def file_stem(conversation: ConversationSummary) -> str:
    """Return a file name without its ending: the day, and the title in small plain letters, else the id."""
    letters = unicodedata.normalize("NFKD", conversation.title).encode("ascii", "ignore").decode().lower()
    title = re.sub(r"[^a-z0-9]+", "-", letters)[:LONGEST_NAME].strip("-")
    return f"{conversation.created_at[:10]}-{title or conversation.id}"
