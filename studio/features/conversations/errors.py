"""What can be wrong with a conversation."""

from studio.kit.errors import Conflict


class ConversationMoved(Conflict):
    """More was said in it, or another version of it is shown, than its sender sees."""

    code = "conversation_moved"
