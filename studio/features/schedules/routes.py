"""Schedules, as the page and the commands use them."""

from studio.features.schedules.service import Schedules
from studio.wire.dialects.flat import Flat
from studio.wire.table import Table, delete, get, post, put


async def delete_schedule(schedules: Schedules, id: str) -> dict[str, bool]:
    """Remove a schedule. What it began goes on."""
    await schedules.delete(id)
    return {"ok": True}


UNKNOWN = [404]

ROWS = [
    get("", Schedules.list),
    post("", Schedules.create, status=201, problems=[404, 409]),
    get("/agenda", Schedules.agenda),
    post("/preview", Schedules.preview),
    get("/{id}", Schedules.get, problems=UNKNOWN),
    put("/{id}", Schedules.replace, problems=UNKNOWN),
    delete("/{id}", delete_schedule, problems=UNKNOWN),
    get("/{id}/occasions", Schedules.list_occasions, problems=UNKNOWN),
    post("/{id}/enable", Schedules.enable, problems=UNKNOWN),
    post("/{id}/disable", Schedules.disable, problems=UNKNOWN),
    post("/{id}/run", Schedules.run, status=202, problems=[404, 409]),
]

TABLES = [Table("/api/studio/schedules", Flat(), ROWS)]
"""Who may call what: the owner, everything."""
