"""What is removed of what was said and done, for the page and the command line."""

from studio.features.retention.models import Pruned, Pruning
from studio.features.retention.service import Retention
from studio.wire.dialects.flat import Flat
from studio.wire.table import Table, post


async def prune(retention: Retention, body: Pruning) -> Pruned:
    """Count what nobody used for so long, conversations and runs that are over; with `apply`, remove it."""
    return await retention.prune(body)


TABLES = [Table("/api/studio", Flat(), [post("/data/prune", prune)])]
