"""The files of a skill: which there are, what they hold, and one hash of them all."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
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


def read_tree(folder: Path) -> list[Member]:
    """Return the files of a skill, by their paths. Links, and what is no file, are left out, as are caches.

    Raises:
        TooLarge: there are more files, or there is more in them, than a skill may have.
        InvalidInput: something in it cannot be read.
    """
    members, size = list[Member](), 0
    for path in _walk(folder, folder, 0):
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


def _walk(root: Path, folder: Path, depth: int) -> Iterator[Path]:
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        raise InvalidInput(f"The folder '{folder}' cannot be read: {error.strerror}.") from error
    for entry in entries:
        if entry.name in SKIPPED:
            continue
        if entry.is_dir(follow_symlinks=False) and depth < DEEPEST:
            yield from _walk(root, folder / entry.name, depth + 1)
        elif entry.is_file(follow_symlinks=False):
            yield folder / entry.name


def is_exactly(folder: Path, tree_hash: str) -> bool:
    """Return whether a folder holds files of this hash and nothing else at all, no link, no cache, no empty folder."""
    members = list[Member]()
    try:
        for place, folders, files in os.walk(folder, onerror=_fail):
            if not (folders or files) or any(os.path.islink(os.path.join(place, name)) for name in folders):
                return False
            if len(members) + len(files) > MOST_FILES:
                return False
            members += [_member(folder, Path(place, name)) for name in files]
    except (OSError, StudioError):
        return False
    return hash_tree(members) == tree_hash


def _fail(error: OSError) -> None:
    raise error


def _member(root: Path, path: Path) -> Member:
    with os.fdopen(open_regular(root, path, str(path)), "rb") as file:
        content, mode = file.read(LARGEST_TREE), os.fstat(file.fileno()).st_mode
    return Member(path.relative_to(root).as_posix(), content, bool(mode & stat.S_IXUSR))


def hash_tree(members: Sequence[Member]) -> str:
    """Return one hash of files: of their paths, what they hold, and whether they can be run."""
    whole = hashlib.sha256()
    for member in sorted(members, key=lambda one: one.path):
        mark = b"x" if member.is_executable else b"-"
        whole.update(member.path.encode(errors="surrogateescape") + b"\0" + mark)
        whole.update(hashlib.sha256(member.content).digest())
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
        path=show_line(member.path.encode(errors="surrogateescape").decode(errors="replace")),
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
