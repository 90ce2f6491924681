"""The files of a skill: which there are, what they hold, and one hash of them all."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from studio.features.skills.models import LARGEST_FILE, SKILL_FILE, Kind, SkillFile
from studio.features.skills.validation import count_tokens
from studio.kit.archives import LARGEST_TREE, MOST_FILES, Member
from studio.kit.characters import show_line
from studio.kit.containment import contain, open_regular
from studio.kit.errors import InvalidInput, NotAllowed, StudioError, TooLarge

KINDS: Mapping[str, Kind] = {"scripts": "script", "references": "reference", "assets": "asset"}
SCRIPTS = (".sh", ".bash", ".zsh", ".py", ".js", ".mjs", ".cjs", ".ts", ".rb", ".pl", ".ps1", ".bat", ".cmd", ".php")
SKIPPED = frozenset({".git", "node_modules", "__pycache__", ".DS_Store"})
DEEPEST = 10
PIECE = 1024 * 1024


def read_tree(folder: Path) -> list[Member]:
    """Return the files of a skill, by their paths. What `list_left_out` names is left out, as are caches.

    Raises:
        TooLarge: there are more files, or there is more in them, than a skill may have.
        InvalidInput: something in it cannot be read.
    """
    folder, members, size = Path(os.path.realpath(folder)), list[Member](), 0
    for path, is_taken in _walk(folder, 0):
        if not is_taken:
            continue
        if len(members) == MOST_FILES:
            raise TooLarge(f"The skill in '{folder}' has more than {MOST_FILES} files.")
        with os.fdopen(open_regular(folder, path, str(path)), "rb") as file:
            content = file.read(LARGEST_TREE - size + 1)
            mode = os.fstat(file.fileno()).st_mode
        size += len(content)
        if size > LARGEST_TREE:
            raise TooLarge(f"The skill in '{folder}' has more than {LARGEST_TREE // 1024**2} MB.")
        members.append(Member(path.relative_to(folder).as_posix(), content, bool(mode & stat.S_IXUSR)))
    return members


def read_whole(folder: Path) -> list[Member]:
    """Return the files of a skill that is to go elsewhere, as `read_tree` does.

    Raises:
        InvalidInput: it has no SKILL.md of its own.
    """
    members = read_tree(folder)
    if all(member.path != SKILL_FILE for member in members):
        raise InvalidInput(f"The skill in '{folder}' has no file {SKILL_FILE!r} of its own. It stays where it is.")
    return members


def list_left_out(folder: Path, *, most: int) -> list[str]:
    """Return the paths in a skill that are no part of it: links, what is no file, folders in more than ten others."""
    base = Path(os.path.realpath(folder))
    left_out = (path.relative_to(base).as_posix() for path, is_taken in _walk(base, 0) if not is_taken)
    return [_shown(path) for path in islice(left_out, most)]


def list_sizes(folder: Path, *, most: int) -> dict[str, int]:
    """Return the paths of files of a skill with their sizes in bytes. Nothing is read."""
    base = Path(os.path.realpath(folder))
    taken = (path for path, is_taken in _walk(base, 0) if is_taken)
    return {_shown(path.relative_to(base).as_posix()): path.lstat().st_size for path in islice(taken, most)}


def _walk(folder: Path, depth: int) -> Iterator[tuple[Path, bool]]:
    """Yield what lies in a folder, and whether it is a file that belongs to the skill."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        raise InvalidInput(f"The folder '{folder}' cannot be read: {error.strerror}.") from error
    for entry in entries:
        if entry.name in SKIPPED:
            continue
        if entry.is_dir(follow_symlinks=False) and depth < DEEPEST:
            yield from _walk(folder / entry.name, depth + 1)
        else:
            yield folder / entry.name, entry.is_file(follow_symlinks=False)


def _shown(path: str) -> str:
    return show_line(path.encode(errors="surrogateescape").decode(errors="replace"))


def is_exactly(folder: Path, tree_hash: str) -> bool:
    """Return whether a folder holds files of this hash and nothing else at all, no link, no cache, no empty folder."""
    base, digests, room = Path(os.path.realpath(folder)), dict[str, bytes](), LARGEST_TREE
    try:
        for place, folders, files in os.walk(base, onerror=_fail):
            if not (folders or files) or any(os.path.islink(os.path.join(place, name)) for name in folders):
                return False
            if len(digests) + len(files) > MOST_FILES:
                return False
            for name in files:
                path = Path(place, name)
                digest, size = _digest_file(base, path, room)
                digests[path.relative_to(base).as_posix()] = digest
                room -= size
    except (OSError, StudioError):
        return False
    return _hash_digests(digests.items()) == tree_hash


def _fail(error: OSError) -> None:
    raise error


def _digest_file(root: Path, path: Path, room: int) -> tuple[bytes, int]:
    """Return the digest of a file and its size, having read it piece by piece.

    Raises:
        TooLarge: it has more than `room` bytes.
        StudioError: it cannot be read.
    """
    whole, size = hashlib.sha256(), 0
    with os.fdopen(open_regular(root, path, str(path)), "rb") as file:
        is_executable = bool(os.fstat(file.fileno()).st_mode & stat.S_IXUSR)
        while piece := file.read(PIECE):
            size += len(piece)
            if size > room:
                raise TooLarge(f"'{path}' has more than {room} bytes.")
            whole.update(piece)
    return _mark(is_executable=is_executable) + whole.digest(), size


def hash_tree(members: Sequence[Member]) -> str:
    """Return one hash of files: of their paths, what they hold, and whether they can be run."""
    return _hash_digests(
        (member.path, _mark(is_executable=member.is_executable) + hashlib.sha256(member.content).digest())
        for member in members
    )


def _mark(*, is_executable: bool) -> bytes:
    return b"x" if is_executable else b"-"


def _hash_digests(digests: Iterable[tuple[str, bytes]]) -> str:
    whole = hashlib.sha256()
    for path, digest in sorted(digests):
        whole.update(path.encode(errors="surrogateescape") + b"\0" + digest)
    return f"sha256:{whole.hexdigest()}"


def text_of(content: bytes) -> str | None:
    """Return a file's content as text; None where it is none."""
    if b"\0" in content:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def describe_files(members: Sequence[Member]) -> list[SkillFile]:
    """Return what is told of the files of a skill, SKILL.md first."""
    ordered = sorted(members, key=lambda one: (one.path != SKILL_FILE, one.path))
    return [_describe(member) for member in ordered]


def _describe(member: Member) -> SkillFile:
    text = text_of(member.content)
    return SkillFile(
        path=_shown(member.path),
        size=len(member.content),
        tokens=count_tokens(text) if text else 0,
        kind=_kind_of(member),
        is_text=text is not None,
    )


def _kind_of(member: Member) -> Kind:
    if member.path == SKILL_FILE:
        return "instructions"
    if member.is_executable or member.path.endswith(SCRIPTS):
        return "script"
    return KINDS.get(member.path.partition("/")[0], "other") if "/" in member.path else "other"


def read_text(folder: Path, file: str) -> str:
    """Return a text file of the skill in the real path `folder`. Links are not followed.

    Raises:
        NotAllowed, NotFound, InvalidInput: there is no such file in it, or it is no text.
        TooLarge: it is too large to be shown.
    """
    place = contain(folder, file)
    if place != Path(os.path.normpath(folder / file)):
        raise NotAllowed(f"{file!r} leads elsewhere. Links in skills are not followed.")
    with os.fdopen(open_regular(folder, place, file), "rb") as opened:
        content = opened.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise TooLarge(f"{file!r} has more than {LARGEST_FILE // 1024} kB.")
    text = text_of(content)
    if text is None:
        raise InvalidInput(f"{file!r} is no text.")
    return text
