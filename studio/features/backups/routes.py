"""Backups, for the page. To go back to one the server ends; with none, `studio backup restore` does it."""

from studio.features.backups.models import Backup, BackupList, BackupReport, RestoreDraft
from studio.features.backups.service import Backups
from studio.wire.dialects.flat import Flat
from studio.wire.table import Table, delete, get, post


async def create_backup(backups: Backups) -> Backup:
    """Copy everything that is kept into a new file."""
    return await backups.create()


async def verify_backup(backups: Backups, name: str) -> BackupReport:
    """Read a backup from its beginning to its end, and say what is in it."""
    return await backups.verify(name)


async def restore_backup(backups: Backups, name: str, body: RestoreDraft) -> BackupReport:
    """Go back to a backup, for which the server ends and begins anew, and browsers sign in anew.

    Answers with what is in it.
    """
    return await backups.plan_restore(name, confirm=body.confirm)


async def list_backups(backups: Backups) -> BackupList:
    """List every backup in the data folder, newest first."""
    return await backups.list()


async def delete_backup(backups: Backups, name: str) -> BackupList:
    """Remove a backup. Answers with those that are left."""
    return await backups.delete(name)


TABLES = [
    Table(
        "/api/studio",
        Flat(),
        [
            get("/backups", list_backups),
            post("/backups", create_backup, status=201),
            post("/backups/{name}/verify", verify_backup, problems=[404]),
            post("/backups/{name}/restore", restore_backup, status=202, problems=[404]),
            delete("/backups/{name}", delete_backup, problems=[404]),
        ],
    )
]
