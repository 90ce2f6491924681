"""What can be wrong with a turn."""

from studio.kit.errors import Conflict, Unavailable


class ConversationBusy(Conflict):
    """A turn runs in this conversation."""

    code = "conversation_busy"


class TurnInterrupted(Unavailable):
    """Studio ended in the middle of the answer."""

    code = "turn_interrupted"
