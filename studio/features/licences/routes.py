"""Whose work Studio contains, for the page."""

from studio.features.licences.service import Licences
from studio.wire.dialects.flat import Flat
from studio.wire.table import Table, get

TABLES = [
    Table(
        "/api/studio", Flat(), [get("/licences", Licences.list), get("/licences/text", Licences.get, problems=[404])]
    ),
]
