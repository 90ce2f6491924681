"""What can be wrong with a schedule."""

from studio.kit.errors import Conflict


class ScheduleBusy(Conflict):
    """What it began is not over, and its runs may not overlap."""

    code = "schedule_busy"


class TooManySchedules(Conflict):
    """There are as many as there may be."""

    code = "too_many_schedules"
