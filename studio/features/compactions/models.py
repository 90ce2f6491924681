"""What a compaction is."""

from typing import Literal

from pydantic import Field

from studio.kit.clock import Timestamp
from studio.kit.models import Model

Origin = Literal["person", "automatic"]

LONGEST_SUMMARY = 200_000


class Compaction(Model):
    """A summary that a model is told in place of every message up to `upto`. The messages themselves stay.

    `messages` is how many it stands for; tokens are estimates of what a model was told before, and is told now.
    """

    id: str
    conversation_id: str
    upto: str
    summary: str
    messages: int
    tokens_before: int
    tokens_after: int
    origin: Origin
    created_at: Timestamp
    edited_at: Timestamp | None


class CompactionList(Model):
    """The compactions of one conversation as it is shown. Only the last one counts, which stands for most messages."""

    compactions: list[Compaction]


class CompactionFilter(Model):
    """Whose compactions are wanted."""

    conversation_id: str = Field(max_length=100)


class CompactionEdit(Model):
    """Better words for a summary."""

    summary: str = Field(min_length=1, max_length=LONGEST_SUMMARY)


class Summarized(Model):
    """What came of summarising a conversation, as the workbench document shows it."""

    conversation_id: str
    summary: str
    messages: int
    tokens_before: int
    tokens_after: int
