"""What is removed, and what would be."""

from pydantic import Field

from studio.kit.clock import Timestamp
from studio.kit.models import Model


class Pruning(Model):
    """Conversations that nobody used for `older_than_days`. Without `apply` nothing is done but to count them.

    Pinned ones stay, and those in which an answer is being written.
    """

    older_than_days: int = Field(ge=1, le=36_500)
    apply: bool = False


class Pruned(Model):
    """What was removed, or would be where `applied` is false. `before` is the moment of the last use."""

    before: Timestamp
    applied: bool
    conversations: int
    messages: int
    images: int
    image_bytes: int
