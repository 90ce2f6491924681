"""Where secrets rest, for `studio doctor`."""

from studio.features.credentials.service import Secrets
from studio.wire.dialects.flat import Flat
from studio.wire.table import Table, get

TABLES = [Table("/api/studio", Flat(), [get("/secrets", Secrets.count)])]
