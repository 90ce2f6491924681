"""What can be wrong with a workflow."""

from studio.kit.errors import Conflict, UpstreamFailed


class WorkflowBusy(Conflict):
    """A run of it is not over."""

    code = "workflow_busy"


class PlanUnusable(UpstreamFailed):
    """What the model planned cannot be run."""

    code = "plan_unusable"
