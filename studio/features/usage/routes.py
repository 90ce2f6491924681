"""Usage as the workbench document spells it."""

from studio.features.usage.service import Ledger
from studio.wire.dialects.flat import Flat
from studio.wire.table import Table, get

TABLES = [Table("/api", Flat(), [get("/providers/consumption", Ledger.consumption)], "workbench")]
