"""What is removed, and what would be."""

from pydantic import Field

from studio.kit.clock import Timestamp
from studio.kit.models import Model


class Pruning(Model):
    """What nobody used for `older_than_days`. Without `apply` nothing is done but to count it.

    Of conversations, pinned ones stay, and those in which an answer is being written. Of workflows, runs go that have
    been over for so long, with the moments of schedules; the newest of each workflow and of each schedule stays, and so
    does a run that is a step of one that stays. In a shared database, those of others go who were not seen for ninety
    days.
    """

    older_than_days: int = Field(ge=1, le=36_500)
    apply: bool = False


class Pruned(Model):
    """What was removed, or would be where `applied` is false. `before` is the moment of the last use.

    `occasions` are the moments of schedules.
    """

    before: Timestamp
    applied: bool
    conversations: int
    messages: int
    images: int
    image_bytes: int
    runs: int
    occasions: int
