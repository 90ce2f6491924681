"""What an export holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from studio.features.approvals.models import State
from studio.features.conversations.models import ConversationSummary, MessageInParts
from studio.kit.clock import Timestamp
from studio.kit.models import Model


class ExportWanted(Model):
    """Which conversation, without `id` the most recently used one, and as what."""

    id: str | None = Field(default=None, max_length=100)
    format: Literal["json", "markdown"] = "json"


class ExportedApproval(Model):
    """What a person was asked about a call, and what they decided. Calls name it as their `approval_id`."""

    approval_id: str
    title: str
    reason: str
    rule: str | None
    state: State
    note: str
    created_at: Timestamp
    decided_at: Timestamp | None


class ConversationExport(Model):
    """A whole conversation. `version` changes when the shape does; images are named by where they are served."""

    version: Literal[1] = 1
    exported_at: Timestamp
    conversation: ConversationSummary
    messages: list[MessageInParts]
    approvals: list[ExportedApproval]


@dataclass(frozen=True, slots=True)
class ExportFile:
    """An export as it is downloaded. Its name has nothing but small letters, digits, hyphens, underscores and a dot."""

    name: str
    media_type: str
    content: bytes
