"""What can be wrong with a workflow."""

from studio.kit.errors import Conflict


class WorkflowBusy(Conflict):
    """A run of it is not over."""

    code = "workflow_busy"


class SeveralNamed(Conflict):
    """Several workflows have the name of the one that is meant."""

    code = "several_named"
