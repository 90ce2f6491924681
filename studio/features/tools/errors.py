"""Why a tool was not called."""

from studio.kit.errors import Conflict, InvalidInput, NotAllowed


class ToolUnusable(InvalidInput):
    """No tool has the name, the arguments do not fit it, or it may not be used on this at all. Nobody is asked."""

    code = "tool_unusable"


class ToolDenied(NotAllowed):
    """A rule forbids the call."""

    code = "tool_denied"


class ApprovalRequired(Conflict):
    """A person has to decide first. `detail["approval_id"]` is the question in the inbox."""

    code = "approval_required"
