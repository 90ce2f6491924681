"""What can be wrong with summarising."""

from studio.kit.errors import Conflict


class NothingToSummarize(Conflict):
    """The conversation has nothing that is not summarised already."""

    code = "nothing_to_summarize"
