"""Settings as the workbench document spells them."""

from studio.features.settings.service import Settings
from studio.wire.dialects.flat import Flat
from studio.wire.table import Table, get, post, put

ROWS = [
    get("/config", Settings.get),
    put("/config/profile", Settings.update_profile),
    post("/config/reset", Settings.reset),
]

TABLES = [Table("/api", Flat(), ROWS, "workbench")]
