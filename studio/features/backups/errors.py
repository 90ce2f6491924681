"""What can be wrong with a backup."""

from studio.kit.errors import InvalidInput


class BackupDamaged(InvalidInput):
    """It is not whole, was changed, or is no backup: nothing of it is used."""

    code = "backup_damaged"


class DatabaseUnreadable(RuntimeError):
    """A database is damaged, or no database of Studio; the message says what is wrong with it."""
