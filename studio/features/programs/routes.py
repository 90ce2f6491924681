"""Programs as the workbench document spells them."""

from studio.features.programs.service import Programs
from studio.wire.dialects.flat import Flat
from studio.wire.table import Table, get, post

TABLES = [
    Table(
        "/api",
        Flat(),
        [get("/tools", Programs.list), get("/scan", Programs.list), post("/scan", Programs.scan)],
        "workbench",
    )
]
