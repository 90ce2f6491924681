"""What happens to conversations."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConversationChanged:
    """It is new, or has a new message, title or state."""

    conversation_id: str


@dataclass(frozen=True, slots=True)
class ConversationDeleted:
    """It is gone."""

    conversation_id: str
