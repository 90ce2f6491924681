"""Archives: what means no good is refused with a sentence, and nothing is written outside of the folder."""

from __future__ import annotations

import io
import os
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from studio.kit.archives import (
    LARGEST_ARCHIVE,
    LARGEST_MEMBER,
    MOST_FILES,
    ArchiveRefused,
    Member,
    read_zip,
    write_tree,
    write_zip,
)
from studio.kit.errors import StudioError

SKILL = "---\nname: evil\ndescription: Does no good.\n---\n\nDo it.\n"


def entry(name: str, *, mode: int = stat.S_IFREG | 0o644, packed: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("placeholder")
    # As it is, though `ZipInfo` would mend it.
    info.filename = info.orig_filename = name
    info.create_system, info.external_attr, info.compress_type = 3, mode << 16, packed
    return info


def archive(*more: tuple[zipfile.ZipInfo, bytes]) -> bytes:
    """Return an archive of a good skill and some more entries."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compresslevel=1) as target, warnings.catch_warnings(action="ignore"):
        target.writestr(entry("evil/SKILL.md"), SKILL)
        for info, content in more:
            target.writestr(info, content)
    return data.getvalue()


def named(*names: str) -> bytes:
    return archive(*((entry(name), b"" if name.endswith("/") else b"x") for name in names))


def of_kind(mode: int, content: bytes = b"/etc/passwd", name: str = "evil/x") -> bytes:
    return archive((entry(name, mode=mode | 0o644), content))


def changed(data: bytes, change: Callable[[bytearray], None]) -> bytes:
    mutable = bytearray(data)
    change(mutable)
    return bytes(mutable)


def overwritten(data: bytes, places: Sequence[tuple[bytes, int]], value: bytes) -> bytes:
    """Return data with `value` at an offset from each of some marks, the last of its kind."""
    mutable = bytearray(data)
    for mark, offset in places:
        at = data.rfind(mark) + offset
        mutable[at : at + len(value)] = value
    return bytes(mutable)


def with_nul() -> bytes:
    data = named("evil/x.mdZ.sh")
    at = data.find(b"Z.sh")
    return overwritten(data[: at + 1], [(b"Z", 0)], b"\0") + overwritten(data[at + 1 :], [(b"Z.sh", 0)], b"\0")


def with_central(field: str, offset: int, value: int, *, last: bool = True) -> bytes:
    """Return an archive whose directory says something else of its last entry."""

    def change(data: bytearray) -> None:
        at = data.rfind(b"PK\x01\x02") if last else data.find(b"PK\x01\x02")
        struct.pack_into(field, data, at + offset, value)

    return changed(archive((entry("evil/x"), b"x" * 1000)), change)


def overlapping() -> bytes:
    """Return an archive in which two entries share the same packed bytes."""

    def change(data: bytearray) -> None:
        struct.pack_into(
            "<I", data, data.rfind(b"PK\x01\x02") + 42, struct.unpack_from("<I", data, first(data) + 42)[0]
        )

    def first(data: bytearray) -> int:
        return data.find(b"PK\x01\x02")

    return changed(archive((entry("evil/x"), b"x")), change)


def bomb() -> bytes:
    return archive((entry("evil/bomb"), b"\0" * (LARGEST_MEMBER - 1)))


def many() -> bytes:
    return archive(*((entry(f"evil/{number}"), b"") for number in range(MOST_FILES)))


def many_large() -> bytes:
    # Each alone may be; all of them are too much.
    block = os.urandom(64 * 1024) + bytes(8 * 1024 * 1024)
    return archive(*((entry(f"evil/{number}"), block) for number in range(9)))


MALICIOUS: dict[str, Callable[[], bytes]] = {
    "absolute": lambda: named("/tmp/canary"),
    "out of its folder": lambda: named("../canary"),
    "out in the middle": lambda: named("evil/../../canary"),
    "out by backslashes": lambda: named("evil\\..\\..\\canary"),
    "a backslash": lambda: named("evil\\canary"),
    "a drive": lambda: named("C:/canary"),
    "a share": lambda: named("//host/share/canary"),
    "a stream of Windows": lambda: named("evil/file.txt:hidden"),
    "a device of Windows": lambda: named("evil/NUL.txt"),
    "a point at the end": lambda: named("evil/SKILL.md."),
    "a space at the end": lambda: named("evil/x "),
    "an empty part": lambda: named("evil//x"),
    "this folder": lambda: named("evil/./x"),
    "a NUL": with_nul,
    "an escape sequence": lambda: named("evil/\x1b[2Jx"),
    "a turned name": lambda: named("evil/\u202egnp.sh"),
    "a line break": lambda: named("evil/a\nb"),
    "a link": lambda: of_kind(stat.S_IFLNK),
    "a link and what goes through it": lambda: archive(
        (entry("evil/out", mode=stat.S_IFLNK | 0o777), b"../.."), (entry("evil/out/canary"), b"x")),
    "a device": lambda: of_kind(stat.S_IFCHR),
    "a pipe": lambda: of_kind(stat.S_IFIFO),
    "a socket": lambda: of_kind(stat.S_IFSOCK),
    "a folder with content": lambda: archive((entry("evil/x/", mode=stat.S_IFDIR | 0o755), b"x")),
    "the same twice": lambda: named("evil/x", "evil/x"),
    "the same in other case": lambda: named("evil/skill.md"),
    "folders in other case": lambda: named("evil/A/x", "evil/a/y"),
    "the same in other code points": lambda: named("evil/\u00e9", "evil/e\u0301"),
    "a file that is a folder": lambda: named("evil/x", "evil/x/y"),
    "too long a name": lambda: named("evil/" + "n" * 250),
    "too deep": lambda: named("evil/" + "d/" * 40 + "x"),
    "too many": many,
    "a bomb": bomb,
    "too large unpacked": many_large,
    "a size that is a lie": lambda: with_central("<I", 24, 10),
    "a sum that is a lie": lambda: with_central("<I", 16, 1),
    "overlapping entries": overlapping,
    "encrypted": lambda: with_central("<H", 8, 0x1),
    "packed in another way": lambda: archive((entry("evil/x", packed=zipfile.ZIP_LZMA), b"x")),
    "another name inside": lambda: with_central("<B", 51, ord("y")),
    "something before it": lambda: b"#!/bin/sh\necho hello\n" + archive(),
    "cut off": lambda: archive()[:-30],
    "no archive": lambda: b"hello",
    "nothing": lambda: b"",
    "too large": lambda: b"PK" + b"\0" * LARGEST_ARCHIVE,
    "no encoding": lambda: overwritten(
        named("evil/caf\u00e9"), [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)], b"\0\0"),
}  # fmt: skip


REASONS: dict[str, Sequence[str]] = {
    "is an absolute path": ["absolute", "a drive", "a share"],
    "leads out of its folder": ["out of its folder", "out in the middle", "out by backslashes"],
    "has characters that not every system takes": ["a backslash", "a stream of Windows"],
    "is the name of a device": ["a device of Windows"],
    "has a part that means nothing": ["a point at the end", "a space at the end", "an empty part", "this folder"],
    "means another file": ["a NUL"],
    "has characters that are not shown": ["an escape sequence", "a turned name", "a line break"],
    "is a link": ["a link", "a link and what goes through it"],
    "neither a file nor a folder": ["a device", "a pipe", "a socket"],
    "has content": ["a folder with content"],
    "is there twice": ["the same twice", "the same in other case", "the same in other code points"],
    "would be the same file": ["folders in other case", "a file that is a folder"],
    "is too long": ["too long a name", "too deep"],
    "it may have": ["too many", "too large unpacked"],
    "as large as it is packed": ["a bomb"],
    "CRC": ["a size that is a lie", "a sum that is a lie"],
    "lie over each other": ["overlapping entries"],
    "is encrypted": ["encrypted"],
    "packed in a way": ["packed in another way"],
    "differ": ["another name inside"],
    "stands before": ["something before it"],
    "cannot be read": ["cut off", "no archive", "nothing"],
    "more than 20 MB": ["too large"],
    "in which encoding": ["no encoding"],
}
EXPECTED = {name: reason for reason, names in REASONS.items() for name in names}


def snapshot(folder: Path) -> Sequence[str]:
    return sorted(str(path) for path in folder.rglob("*"))


def test_there_are_thirty_at_least() -> None:
    assert len(MALICIOUS) >= 30
    assert set(EXPECTED) == set(MALICIOUS)


@pytest.mark.parametrize("name", MALICIOUS)
def test_what_means_no_good_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(StudioError) as refused:
        read_zip(MALICIOUS[name]())
    assert EXPECTED[name] in refused.value.message
    assert refused.value.message.endswith(".")
    assert refused.value.message.isprintable()
    assert len(refused.value.message) < 300


def test_what_is_good_is_read_and_written(tmp_path: Path) -> None:
    script = entry("evil/scripts/run.sh", mode=stat.S_IFREG | 0o755)
    members = read_zip(archive((entry("evil/scripts/", mode=stat.S_IFDIR | 0o755), b""), (script, b"echo")))
    assert members == [Member("evil/SKILL.md", SKILL.encode()), Member("evil/scripts/run.sh", b"echo", True)]
    write_tree(tmp_path / "made", members)
    assert (tmp_path / "made/evil/SKILL.md").read_text() == SKILL
    assert os.access(tmp_path / "made/evil/scripts/run.sh", os.X_OK)
    assert not os.access(tmp_path / "made/evil/SKILL.md", os.X_OK)


def test_what_is_packed_can_be_read_again_and_is_always_the_same() -> None:
    members = [Member("b/x.sh", b"echo", True), Member("a/\u00e9", b"one")]
    assert read_zip(write_zip(members)) == sorted(members, key=lambda one: one.path)
    assert write_zip(members) == write_zip(reversed(members))


@pytest.mark.parametrize("path", ["../canary", "/tmp/canary", "a/../../canary", "x\0y"])
def test_a_tree_stays_in_its_folder(tmp_path: Path, path: str) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(ArchiveRefused):
        write_tree(tmp_path / "in" / "made", [Member("good", b"x"), Member(path, b"x")])
    assert snapshot(tmp_path) == [str(tmp_path / "in")]


def test_a_tree_replaces_nothing(tmp_path: Path) -> None:
    (tmp_path / "made").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        write_tree(tmp_path / "made", [Member("x", b"x")])
    assert snapshot(tmp_path) == [str(tmp_path / "made")]
