"""Permissions for the page and the command line."""

from studio.features.permissions.models import FolderDraft
from studio.features.permissions.service import Permissions
from studio.wire.dialects.flat import Flat
from studio.wire.table import Table, delete, get, post

OK = {"ok": True}


async def delete_rule(permissions: Permissions, rule_id: str) -> dict[str, bool]:
    """Remove a rule that a person wrote."""
    await permissions.delete(rule_id)
    return OK


async def distrust(permissions: Permissions, body: FolderDraft) -> dict[str, bool]:
    """Let the instructions of a folder count no longer."""
    await permissions.distrust(body.path)
    return OK


ROWS = [
    get("/permissions/folders", Permissions.list_folders),
    post("/permissions/folders", Permissions.trust, status=201),
    post("/permissions/folders/forget", distrust, problems=[404]),
    get("/permissions/rules", Permissions.list),
    post("/permissions/rules", Permissions.create, status=201),
    delete("/permissions/rules/{rule_id}", delete_rule),
]

TABLES = [Table("/api/studio", Flat(), ROWS)]
