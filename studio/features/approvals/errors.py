"""What can be wrong with an approval."""

from studio.kit.errors import Conflict


class ApprovalClosed(Conflict):
    """It was decided before, or its time ran out."""

    code = "approval_closed"


class ApprovalsDiffer(Conflict):
    """The questions are not alike, so they cannot be answered together."""

    code = "approvals_differ"


class ApprovalUnusable(Conflict):
    """It does not allow this: not decided so, used before, out of time, or given for something else."""

    code = "approval_unusable"
