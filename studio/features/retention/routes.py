"""What is removed of what was said, for the page and the command line."""

from studio.features.retention.models import Pruned, Pruning
from studio.features.retention.service import Retention
from studio.wire.dialects.flat import Flat
from studio.wire.table import Table, post


async def prune(retention: Retention, body: Pruning) -> Pruned:
    """Count the conversations that nobody used for so long; with `apply`, remove them."""
    return await retention.prune(body)


TABLES = [Table("/api/studio", Flat(), [post("/data/prune", prune)])]
