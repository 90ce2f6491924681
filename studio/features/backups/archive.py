"""The file that a backup is: a zip that begins with a manifest, which names every other entry with its digest.

A reader believes nothing but the manifest: an entry that it does not name, or that is not what it says, is refused. No
name of an entry ever becomes a path: an image is written under the id that its name must be.
"""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from studio.features.backups.errors import BackupDamaged
from studio.features.backups.models import FileFact, Manifest

MANIFEST = "manifest.json"
DATABASE = "studio.db"
IMAGES = "images/"
IMAGE_ENTRY = re.compile(r"images/[A-Za-z0-9_-]{1,80}")

KINDS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
"""How entries are packed by us. The other kinds would take as much memory as an archive says."""

LARGEST_MANIFEST = 64 * 1024 * 1024
CHUNK = 1024 * 1024


def write_archive(target: Path, manifest: Manifest, sources: Mapping[str, Path]) -> None:
    """Write a file that only its user can read. `sources` are the files to put in, by the names of their entries.

    Raises:
        OSError: it cannot be written, or a source is not what the manifest says any more.
    """
    with (
        os.fdopen(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        archive.writestr(MANIFEST, manifest.model_dump_json())
        for name, source in sources.items():
            # Images are packed already.
            kind = zipfile.ZIP_STORED if name.startswith(IMAGES) else zipfile.ZIP_DEFLATED
            entry = zipfile.ZipInfo(name)
            entry.compress_type, entry.file_size = kind, manifest.files[name].bytes
            with source.open("rb") as reading, archive.open(entry, "w") as writing:
                if _carry(reading, writing) != manifest.files[name]:
                    raise OSError(None, f"'{name}' changed while it was copied")
        archive.close()
        file.flush()
        os.fsync(file.fileno())


def describe_file(path: Path) -> FileFact:
    """Return how large a file is, and its digest."""
    with path.open("rb") as file:
        return _carry(file, None)


def unpack_archive(path: Path, room: Path) -> Manifest:
    """Write what is in an archive into the empty folder `room`, and return its manifest.

    Raises:
        BackupDamaged: it is not whole, was changed, or is no backup.
        OSError: it cannot be read, or `room` takes no more.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _read_manifest(archive)
            _check_names(archive, manifest)
            (room / IMAGES).mkdir(mode=0o700)
            for name, fact in manifest.files.items():
                _unpack(archive, name, fact, room / name)
            return manifest
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise BackupDamaged(f"'{path.name}' cannot be read as a backup: {error}. Nothing of it was used.") from error


def total_bytes(path: Path) -> int:
    """Return how much room an archive takes once it is unpacked.

    Raises:
        BackupDamaged: it is no backup.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(fact.bytes for fact in _read_manifest(archive).files.values())
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise BackupDamaged(f"'{path.name}' cannot be read as a backup: {error}. Nothing of it was used.") from error


def _read_manifest(archive: zipfile.ZipFile) -> Manifest:
    if any(entry.compress_type not in KINDS for entry in archive.infolist()):
        raise ValueError("it is packed as no backup is")
    first = next(iter(archive.infolist()), None)
    if first is None or first.filename != MANIFEST or first.file_size > LARGEST_MANIFEST:
        raise ValueError("it does not begin with a manifest")
    try:
        with archive.open(first) as file:
            return Manifest.model_validate_json(file.read(LARGEST_MANIFEST))
    except ValidationError as error:
        raise ValueError("its manifest is none that this Studio knows") from error


def _check_names(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    names = [entry.filename for entry in archive.infolist()][1:]
    if len(names) != len(set(names)) or set(names) != set(manifest.files):
        raise ValueError("what is in it is not what its manifest says")
    if DATABASE not in manifest.files:
        raise ValueError("it has no database")
    for name in manifest.files:
        if name != DATABASE and not IMAGE_ENTRY.fullmatch(name):
            raise ValueError(f"{name!r} does not belong into a backup")


def _unpack(archive: zipfile.ZipFile, name: str, fact: FileFact, target: Path) -> None:
    if archive.getinfo(name).file_size != fact.bytes:
        raise ValueError(f"{name!r} has another length than its manifest says")
    # zipfile stops where the entry says it ends, so no entry grows beyond that.
    with (
        archive.open(name) as reading,
        os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as writing,
    ):
        found = _carry(reading, writing)
        writing.flush()
        os.fsync(writing.fileno())
    if found != fact:
        raise ValueError(f"{name!r} is not what it was")


def _carry(reading: IO[bytes], writing: IO[bytes] | None) -> FileFact:
    """Copy to the end. Return what was copied."""
    digest, size = hashlib.sha256(), 0
    while chunk := reading.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        if writing:
            writing.write(chunk)
    return FileFact(bytes=size, sha256=digest.hexdigest())
