"""The one way to take in an archive, and to make one. Nothing is written before all of it was looked at."""

from __future__ import annotations

import io
import os
import re
import shutil
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from studio.kit.characters import HIDDEN, show_hidden
from studio.kit.errors import InvalidInput, TooLarge

LARGEST_ARCHIVE = 20 * 1024 * 1024
LARGEST_TREE = 64 * 1024 * 1024
LARGEST_MEMBER = 16 * 1024 * 1024
MOST_FILES = 2000
MOST_TIMES = 200
"""How much larger than its packed bytes a file may be; small files may be more."""

SMALL = 64 * 1024
LONGEST_PART, LONGEST_PATH, MOST_PARTS = 200, 800, 12

RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?")
FORBIDDEN = re.compile(r'[<>:"|?*\\]')
DRIVE = re.compile(r"[A-Za-z]:")
LOCAL_HEADER = 30
EARLIEST = (1980, 1, 1, 0, 0, 0)


class ArchiveRefused(InvalidInput):
    """An archive is not what it should be, or would do more than put files into one folder."""

    code = "archive_refused"


@dataclass(frozen=True, slots=True)
class Member:
    """A file: its path with `/` between the parts, what it holds, and whether it can be run."""

    path: str
    content: bytes
    is_executable: bool = False


def read_zip(data: bytes) -> list[Member]:
    """Return the files of a zip archive. All of it is looked at first: one thing that is wrong refuses the whole.

    Raises:
        TooLarge: it is larger than an archive may be.
        ArchiveRefused: a sentence says what is wrong with it.
    """
    if len(data) > LARGEST_ARCHIVE:
        raise TooLarge(f"The archive has more than {LARGEST_ARCHIVE // 1024**2} MB.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_whole(entries)
            for entry in entries:
                _check_entry(entry)
            check_paths([entry.filename for entry in entries])
            return [_read(archive, entry) for entry in entries if not entry.is_dir()]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise ArchiveRefused(f"The archive cannot be read: {show_hidden(str(error)) or 'it is damaged'}.") from error


def _check_whole(entries: Sequence[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_FILES:
        raise ArchiveRefused(f"The archive has {len(entries)} entries; it may have {MOST_FILES}.")
    size = sum(entry.file_size for entry in entries)
    if size > LARGEST_TREE:
        raise ArchiveRefused(f"Unpacked it would have {size} bytes; it may have {LARGEST_TREE // 1024**2} MB.")
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    if ordered and ordered[0].header_offset != 0:
        raise ArchiveRefused("Something stands before the archive in its file.")
    for one, following in pairwise(ordered):
        if one.header_offset + LOCAL_HEADER + one.compress_size > following.header_offset:
            raise ArchiveRefused(f"Entries of the archive lie over each other: '{_shown(one.filename)}'.")


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = _shown(entry.orig_filename)
    if entry.orig_filename != entry.filename and entry.orig_filename.rstrip("/") != entry.filename.rstrip("/"):
        raise ArchiveRefused(f"The name '{name}' is spelled so that it means another file.")
    if not (entry.flag_bits & 0x800 or entry.orig_filename.isascii()):
        raise ArchiveRefused(f"The name '{name}' does not say in which encoding it is.")
    if entry.flag_bits & 0x41:
        raise ArchiveRefused(f"'{name}' is encrypted.")
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise ArchiveRefused(f"'{name}' is packed in a way that is not taken.")
    _check_kind(entry, name)
    if entry.file_size > LARGEST_MEMBER:
        raise ArchiveRefused(f"'{name}' would have {entry.file_size} bytes; a file may have {LARGEST_MEMBER}.")
    if entry.file_size > max(SMALL, entry.compress_size * MOST_TIMES):
        raise ArchiveRefused(f"'{name}' would be more than {MOST_TIMES} times as large as it is packed.")


def _check_kind(entry: zipfile.ZipInfo, name: str) -> None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise ArchiveRefused(f"'{name}' is a link.")
    # Archives of Windows say nothing of a kind.
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise ArchiveRefused(f"'{name}' is neither a file nor a folder.")
    if (kind == stat.S_IFDIR) != entry.is_dir() and kind:
        raise ArchiveRefused(f"'{name}' is a file and a folder in one.")
    if entry.is_dir() and entry.file_size:
        raise ArchiveRefused(f"The folder '{name}' has content.")


def check_paths(names: Iterable[str]) -> None:
    """See that paths can be put into one folder, on any system, and that no two are the same there.

    Raises:
        ArchiveRefused: one cannot.
    """
    files, folders = dict[str, str](), dict[str, str]()
    for name in names:
        is_folder = name.endswith("/")
        parts = _check_path(name)
        keys = ["/".join(map(_folded, parts[: number + 1])) for number in range(len(parts))]
        for number, key in enumerate(keys[: None if is_folder else -1]):
            spelled = "/".join(parts[: number + 1])
            if key in files or folders.setdefault(key, spelled) != spelled:
                raise ArchiveRefused(f"'{_shown(name)}' and another entry would be the same file on some systems.")
        if not is_folder:
            if keys[-1] in files or keys[-1] in folders:
                raise ArchiveRefused(f"'{_shown(name)}' is there twice, or would be on some systems.")
            files[keys[-1]] = name


def _check_path(name: str) -> list[str]:
    shown = _shown(name)
    if name.startswith(("/", "\\")) or DRIVE.match(name):
        raise ArchiveRefused(f"'{shown}' is an absolute path.")
    if HIDDEN.search(name) or "\n" in name or "\t" in name:
        raise ArchiveRefused(f"The name '{shown}' has characters that are not shown.")
    parts = name.removesuffix("/").split("/")
    if ".." in parts or ".." in name.replace("\\", "/").split("/"):
        raise ArchiveRefused(f"'{shown}' leads out of its folder.")
    if FORBIDDEN.search(name):
        raise ArchiveRefused(f"The name '{shown}' has characters that not every system takes.")
    if len(name.encode()) > LONGEST_PATH or len(parts) > MOST_PARTS:
        raise ArchiveRefused(f"The path '{shown}' is too long.")
    for part in parts:
        if part in {"", "."} or part != part.strip() or part.endswith("."):
            raise ArchiveRefused(f"The path '{shown}' has a part that means nothing, or not the same everywhere.")
        if len(part.encode()) > LONGEST_PART:
            raise ArchiveRefused(f"The path '{shown}' is too long.")
        if RESERVED.fullmatch(part):
            raise ArchiveRefused(f"'{shown}' is the name of a device on some systems.")
    return parts


def _folded(part: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKD", part).casefold())


def _shown(name: str) -> str:
    return show_hidden(name).replace("\n", "[U+000A]").replace("\t", "[U+0009]")[:100]


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Member:
    with archive.open(entry) as file:
        # What an entry says of its size need not be true.
        content = file.read(entry.file_size + 1)
    if len(content) != entry.file_size:
        raise ArchiveRefused(f"'{_shown(entry.filename)}' has another size than the archive says.")
    return Member(entry.filename, content, bool((entry.external_attr >> 16) & stat.S_IXUSR))


def write_zip(members: Iterable[Member]) -> bytes:
    """Return a zip archive of files. The same files give the same bytes."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in sorted(members, key=lambda one: one.path):
            entry = zipfile.ZipInfo(member.path, EARLIEST)
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (stat.S_IFREG | (0o755 if member.is_executable else 0o644)) << 16
            archive.writestr(entry, member.content)
    return data.getvalue()


def write_tree(folder: Path, members: Sequence[Member]) -> None:
    """Make a folder that has just these files. It is there whole, or not at all.

    Raises:
        FileExistsError: something is there already.
        ArchiveRefused: a path leads elsewhere.
    """
    check_paths([member.path for member in members])
    if os.path.lexists(folder):
        raise FileExistsError(folder)
    draft = folder.with_name(f".{folder.name[:80]}.{os.getpid()}.new")
    if os.path.lexists(draft):
        shutil.rmtree(draft)
    draft.mkdir()
    try:
        for member in members:
            place = draft.joinpath(*member.path.split("/"))
            place.parent.mkdir(parents=True, exist_ok=True)
            mode = 0o755 if member.is_executable else 0o644
            descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            with os.fdopen(descriptor, "wb") as file:
                file.write(member.content)
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
