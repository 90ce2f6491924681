"""What can be wrong with summarising."""

from studio.kit.errors import Conflict


class NothingToSummarize(Conflict):
    """The conversation has nothing that is not summarised already."""

    code = "nothing_to_summarize"


class BeingSummarized(Conflict):
    """Somebody asked for a summary of the same conversation a moment ago."""

    code = "being_summarized"
