"""What can be wrong with a run."""

from studio.kit.errors import Conflict, StudioError, Unavailable


class RunOver(Conflict):
    """It ended before."""

    code = "run_over"


class NothingAsked(Conflict):
    """The step does not wait for a decision, or not for one like this."""

    code = "nothing_asked"


class SeveralRuns(Conflict):
    """More than one run of a workflow is not over, so it is not clear which one is meant."""

    code = "several_runs"


class SegmentOver(StudioError):
    """The stretch of work that wanted to write is not the run's newest."""

    code = "segment_over"


class JournalAway(Unavailable):
    """What happened could not be written into the journal of a run, or that could not be read."""

    code = "journal_away"
