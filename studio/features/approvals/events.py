"""What happens to approvals."""

from dataclasses import dataclass

from studio.features.approvals.models import Approval, Decision


@dataclass(frozen=True, slots=True)
class ApprovalRequested:
    """Something waits for a person."""

    approval: Approval


@dataclass(frozen=True, slots=True)
class ApprovalDecided:
    """A person answered, the time ran out, or nobody needs the answer any more. `decision` is what a person chose."""

    approval: Approval
    decision: Decision | None = None
