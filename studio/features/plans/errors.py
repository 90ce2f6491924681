"""What can be wrong with a plan."""

from studio.kit.errors import UpstreamFailed


class PlanUnusable(UpstreamFailed):
    """What the model planned could not be run, also after it was told why."""

    code = "plan_unusable"
