"""What happens to turns, for those who watch from outside."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TurnBegan:
    """An answer is being written."""

    conversation_id: str
    message_id: str


@dataclass(frozen=True, slots=True)
class TurnOver:
    """The answer is complete, or ended otherwise."""

    conversation_id: str
    message_id: str
