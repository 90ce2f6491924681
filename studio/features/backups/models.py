"""What a backup is, and what is found in one."""

from typing import Literal

from pydantic import Field

from studio.kit.clock import Timestamp
from studio.kit.models import Model

Origin = Literal["person", "automatic", "migration", "restore"]
"""Who wanted it: somebody, the clock, or Studio itself before it changed the database or put another in its place."""


class Backup(Model):
    """A file that one can go back to. `name` is within the folder of backups."""

    name: str
    bytes: int
    created_at: Timestamp
    origin: Origin


class RestoreOutcome(Model):
    """What became of the last restore that the page asked for, until the next. `name` is that of the backup.

    `kept` is the backup of what was there before, empty where nothing was; `problem` says why it did not come to be,
    and what was there is there.
    """

    name: str
    ended_at: Timestamp
    kept: str
    problem: str


class RestoreDraft(Model):
    """What a person typed to go back to a backup: its name, so that it is no slip of the hand."""

    confirm: str = Field(max_length=200)


class BackupList(Model):
    """Every backup in the data folder, newest first. `folder` is where they lie."""

    folder: str
    backups: list[Backup]
    restored: RestoreOutcome | None


class BackupReport(Model):
    """What is in a backup that was read from its beginning to its end, and is whole.

    `missing_images` were gone when it was made. Secrets in a keyring are not in it, and those that are sealed can only
    be read with the `master.key` of the data folder that it was made of. Workflows and runs that are in a database of
    several Studios are not in it either.
    """

    name: str
    bytes: int
    created_at: Timestamp
    version: str
    """Of the Studio that made it. Empty for a bare copy of the database, which has no images either."""
    migration: int
    """The last one that its database has seen."""
    conversations: int
    messages: int
    images: int
    missing_images: int
    workflows: int
    runs: int
    schedules: int
    secrets_sealed: int
    secrets_in_keyring: int


class Restored(Model):
    """What was restored. `kept` is the path of what was there before, empty where nothing was."""

    report: BackupReport
    kept: str


class FileFact(Model):
    """What a file in an archive must be."""

    bytes: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Manifest(Model):
    """The first entry of an archive: what else is in it. Nothing else may be."""

    format: Literal[1] = 1
    version: str = Field(max_length=40)
    created_at: Timestamp = Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
    files: dict[str, FileFact]
    missing: list[str] = Field(default_factory=list[str])
    """Images that were gone."""


class DatabaseFacts(Model):
    """What is found in the database of a backup."""

    migration: int
    conversations: int
    messages: int
    workflows: int
    runs: int
    schedules: int
    secrets_sealed: int
    secrets_in_keyring: int
