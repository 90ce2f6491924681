"""Files of another machine, over SFTP."""

from __future__ import annotations

import asyncio
import posixpath
import secrets
import stat
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import cast

import asyncssh

from studio.features.ssh.link import Link, reason_of
from studio.features.ssh.models import LARGEST_FILE, EntryKind, RemoteEntry, RemoteFile, RemoteFileDraft, RemoteFolder
from studio.kit.clock import stamp
from studio.kit.errors import Conflict, NotAllowed, NotFound, StudioError, TooLarge, UpstreamFailed

MOST_ENTRIES = 5000

NEW_FILE = 0o600
STEP_SECONDS = 300.0
"""How long what is asked of another machine's files may take in all."""

PART_SUFFIX = ".studio-part"
"""Of the file that is written until all of it is there."""


@asynccontextmanager
async def open_files(link: Link) -> AsyncGenerator[asyncssh.SFTPClient, None]:
    """Yield what speaks SFTP.

    Raises:
        NotFound, NotAllowed, UpstreamFailed: what the other machine answered.
    """
    try:
        # A name that is no UTF-8 can be shown, though not asked for.
        async with asyncio.timeout(STEP_SECONDS):
            client = await link.connection.start_sftp_client(path_errors="replace")
            async with client:
                yield client
    except TimeoutError as error:
        raise UpstreamFailed(f"{link.name!r} did not answer within {STEP_SECONDS:.0f} seconds.") from error
    except (asyncssh.SFTPError, asyncssh.Error, OSError) as error:
        raise _spell(error, link.name) from error


def _spell(error: Exception, name: str) -> StudioError:
    said = f"{name!r} answered: {reason_of(error)}."
    match error:
        case asyncssh.SFTPNoSuchFile() | asyncssh.SFTPNoSuchPath():
            return NotFound(said)
        case asyncssh.SFTPPermissionDenied():
            return NotAllowed(said)
        case asyncssh.SFTPError():
            return UpstreamFailed(said)
        case _:
            return UpstreamFailed(f"Files of {name!r} cannot be had: {reason_of(error)}.")


async def list_folder(files: asyncssh.SFTPClient, path: str) -> RemoteFolder:
    """Return what is in a folder, folders first, by name."""
    folder = str(await files.realpath(path or "."))
    entries, is_partial = list[RemoteEntry](), False
    async for found in files.scandir(folder):
        if found.filename in {".", ".."}:
            continue
        if len(entries) == MOST_ENTRIES:
            is_partial = True
            break
        entries.append(_entry(found))
    entries.sort(key=lambda entry: (entry.kind != "folder", entry.name))
    return RemoteFolder(path=folder, entries=entries, is_partial=is_partial)


def _entry(found: asyncssh.SFTPName) -> RemoteEntry:
    known = found.attrs
    changed = stamp(datetime.fromtimestamp(known.mtime, UTC)) if known.mtime is not None else None
    return RemoteEntry(
        name=str(found.filename), kind=_kind(known.permissions), size=known.size or 0, modified_at=changed
    )


def _kind(permissions: int | None) -> EntryKind:
    mode = permissions or 0
    if stat.S_ISDIR(mode):
        return "folder"
    if stat.S_ISLNK(mode):
        return "link"
    return "file" if stat.S_ISREG(mode) else "other"


async def read_file(files: asyncssh.SFTPClient, path: str) -> RemoteFile:
    """Return a whole file.

    Raises:
        TooLarge: it has more than LARGEST_FILE bytes.
        Conflict: it is no file.
    """
    known = await files.stat(path)
    if known.permissions is not None and not stat.S_ISREG(known.permissions):
        raise Conflict(f"'{path}' is no file.")
    async with files.open(path, "rb") as file:
        # A file may be longer than it was said to be: one that grows, one of /proc.
        content = cast("bytes", await file.read(LARGEST_FILE + 1))
    if len(content) > LARGEST_FILE:
        raise TooLarge(f"'{path}' is larger than {LARGEST_FILE} bytes. Fetch it with scp.")
    return RemoteFile(posixpath.basename(path), content)


async def write_file(files: asyncssh.SFTPClient, draft: RemoteFileDraft) -> None:
    """Put a file there, whole or not at all.

    Raises:
        Conflict: there is one, and the draft does not say to replace it.
    """
    if not draft.replace and await files.exists(draft.path):
        raise Conflict(f"'{draft.path}' is there already. Say to replace it, or choose another name.")
    # A name that nobody can have put a link at.
    part = f"{draft.path}.{secrets.token_hex(8)}{PART_SUFFIX}"
    try:
        async with files.open(part, "xb", asyncssh.SFTPAttrs(permissions=await _mode_of(files, draft.path))) as file:
            await file.write(draft.content)
        await _put_in_place(files, part, draft.path)
    except BaseException:
        with suppress(asyncssh.Error, OSError):
            await files.remove(part)
        raise


async def _put_in_place(files: asyncssh.SFTPClient, part: str, path: str) -> None:
    try:
        await files.posix_rename(part, path)
    except asyncssh.SFTPOpUnsupported:
        # Servers other than OpenSSH may know only a renaming that replaces nothing.
        aside = f"{part}-before"
        was_there = await files.exists(path)
        if was_there:
            await files.rename(path, aside)
        try:
            await files.rename(part, path)
        except BaseException:
            if was_there:
                await files.rename(aside, path)
            raise
        if was_there:
            await files.remove(aside)


async def _mode_of(files: asyncssh.SFTPClient, path: str) -> int:
    """Return who may read and run the file that is there; nobody but its owner may read a new one."""
    with suppress(asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
        permissions = (await files.stat(path)).permissions
        return NEW_FILE if permissions is None else stat.S_IMODE(permissions)
    return NEW_FILE
