"""What can be wrong with an installation.

Conflict ── UnderWay, Over, RunsAsRoot, CommandChanged
"""

from studio.kit.errors import Conflict


class UnderWay(Conflict):
    """The same is being installed already. `detail` has its `installation_id`."""

    code = "installation_under_way"


class Over(Conflict):
    """It ended before."""

    code = "installation_over"


class RunsAsRoot(Conflict):
    """It has the rights of another user, so it cannot be ended from here."""

    code = "installation_runs_as_root"


class CommandChanged(Conflict):
    """Another command would be run than the one that was agreed to. `detail` has the `command` of now."""

    code = "command_changed"
