"""Files for the page."""

from studio.features.files.service import Files
from studio.wire.dialects.flat import Flat
from studio.wire.table import Table, get

TABLES = [Table("/api/studio", Flat(), [get("/files", Files.complete)])]
