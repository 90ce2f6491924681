"""What happens to runs."""

from dataclasses import dataclass

from studio.features.runs.models import RunStatus


@dataclass(frozen=True, slots=True)
class RunChanged:
    """More is written in the journal of a run."""

    run_id: str
    workflow_id: str
    status: RunStatus


@dataclass(frozen=True, slots=True)
class UnseenChanged:
    """A run failed that nobody has looked at yet, or somebody looked at one."""
