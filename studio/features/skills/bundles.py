"""Skills in archives: which there are in one, what would become of each, and one of several to send away."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.features.skills.front_matter import read_document
from studio.features.skills.library import Library
from studio.features.skills.models import (
    LARGEST_FILE,
    SKILL_FILE,
    Finding,
    ImportedSkill,
    ImportOptions,
    Refusal,
    Value,
)
from studio.features.skills.scanning import scan
from studio.features.skills.trees import describe_files, hash_tree, read_tree, text_of
from studio.features.skills.validation import is_name, read_skill
from studio.kit.archives import ArchiveRefused, Member, check_paths
from studio.kit.characters import show_hidden
from studio.kit.errors import StudioError

LONGEST_DIFF = 200_000
LARGEST_COMPARED = 256 * 1024
"""Bytes of a file."""

MOST_COMPARED = 4_000_000
"""Lines before times lines after, of all files of an import: to compare them takes about a second."""

NOISE = frozenset({"__MACOSX", ".DS_Store", "__pycache__", ".git", "Thumbs.db"})


@dataclass(frozen=True, slots=True)
class Offered:
    """A skill in an archive: what it is called there, and its files."""

    name: str
    members: Sequence[Member]


def split(members: Sequence[Member]) -> list[Offered]:
    """Return the skills among files: every folder with a SKILL.md. What belongs to none is left out.

    Raises:
        ArchiveRefused: there is none.
    """
    files = [member for member in members if not NOISE & set(member.path.split("/"))]
    tops = _outermost({_folder_of(member.path) for member in files if _is_skill_file(member.path)})
    if not tops:
        raise ArchiveRefused(f"There is no skill in it: no folder has a file {SKILL_FILE!r}.")
    grouped = defaultdict[str, list[Member]](list)
    for member in files:
        top = next((folder for folder in _above(member.path) if folder in tops), None)
        if top is not None:
            grouped[top].append(Member(member.path[len(top) :].lstrip("/"), member.content, member.is_executable))
    return [Offered(top.rpartition("/")[2] or _name_in(grouped[top]), grouped[top]) for top in sorted(grouped)]


def _is_skill_file(path: str) -> bool:
    return path.rpartition("/")[2] == SKILL_FILE


def _folder_of(path: str) -> str:
    return path.rpartition("/")[0]


def _above(path: str) -> Iterator[str]:
    """Yield the folders that a path lies in, the innermost first; the last is that of the archive, `""`."""
    while path:
        path = _folder_of(path)
        yield path


def _outermost(folders: set[str]) -> set[str]:
    """Return the folders that lie in no other of them. A skill may have an example of one in it."""
    return {folder for folder in folders if folders.isdisjoint(_above(folder))}


def _name_in(members: Sequence[Member]) -> str:
    text = text_of(_skill_file(members))
    return read_document(text or "").fields.get("name", Value(1, "")).text


def _skill_file(members: Sequence[Member]) -> bytes:
    return next(member.content for member in members if member.path == SKILL_FILE)


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What becomes of the skills of an archive: those that are taken, no two of one name, and those that are not."""

    skills: Sequence[ImportedSkill]
    taken: Sequence[Taken]
    refused: Sequence[Refusal]


@dataclass(frozen=True, slots=True)
class Taken:
    """A skill that is taken: what was told of it, and its files."""

    skill: ImportedSkill
    members: Sequence[Member]


def plan_import(offered: Sequence[Offered], library: Library, options: ImportOptions) -> ImportPlan:
    """Return what would become of each skill, with all that a person should see before."""
    wanted = {name.strip() for name in options.only.split(",") if name.strip()}
    skills, taken, refused = list[ImportedSkill](), dict[str, Taken](), list[Refusal]()
    comparison = Comparison()
    for one in offered:
        if wanted and one.name not in wanted:
            continue
        if one.name in taken:
            refused.append(Refusal(name=one.name, reason="The archive has two skills of this name."))
            continue
        try:
            skill = _describe(one, library, comparison)
        except StudioError as error:
            refused.append(Refusal(name=show_hidden(one.name), reason=error.message))
            continue
        skills.append(skill)
        if reason := _refuse(one, skill, options, library):
            refused.append(Refusal(name=skill.name, reason=reason))
        else:
            taken[one.name] = Taken(skill, one.members)
    return ImportPlan(skills, list(taken.values()), refused)


def _describe(one: Offered, library: Library, comparison: Comparison) -> ImportedSkill:
    reading = read_skill(_skill_file(one.members), folder=one.name)
    before = _read_before(library.folder / one.name) if is_name(one.name) else None
    tree_hash = hash_tree(one.members)
    is_same = before is not None and hash_tree(before) == tree_hash
    return ImportedSkill(
        name=show_hidden(one.name),
        description=reading.description,
        files=describe_files(one.members),
        tree_hash=tree_hash,
        problems=list(reading.problems),
        findings=scan(one.members),
        action="create" if before is None else "keep" if is_same else "replace",
        diff="" if before is None or is_same else comparison.compare(before, one.members),
    )


def _read_before(folder: Path) -> list[Member] | None:
    return read_tree(folder) if folder.is_dir() else None


def _refuse(one: Offered, skill: ImportedSkill, options: ImportOptions, library: Library) -> str:
    """Return why a skill is not taken; nothing where it is."""
    if reason := _judge(one, skill) or library.why_kept(one.name):
        return reason
    if (high := _dangerous(skill.findings)) and not options.accept_findings:
        return f"A person has to look at what was found first: {high.file}, line {high.line}: {high.message}"
    if skill.action == "replace" and not options.replace:
        return "Another skill of this name is there already. Say that it shall be replaced."
    return ""


def _judge(one: Offered, skill: ImportedSkill) -> str:
    """Return why a skill is never taken; nothing where it may be."""
    if len(_skill_file(one.members)) > LARGEST_FILE:
        return f"Its {SKILL_FILE} has more than {LARGEST_FILE // 1024} kB."
    wrong = next((problem for problem in skill.problems if problem.severity == "error"), None)
    if wrong:
        return f"It is not valid: line {wrong.line}: {wrong.message}"
    if not is_name(one.name):
        return "Its folder has no name that a skill can have."
    try:
        check_paths([member.path for member in one.members])
    except ArchiveRefused as error:
        return error.message
    return ""


def _dangerous(findings: Sequence[Finding]) -> Finding | None:
    return next((finding for finding in findings if finding.danger == "high"), None)


class Comparison:
    """Compares states of skills, as long as there is room for it."""

    def __init__(self) -> None:
        self._room = MOST_COMPARED

    def compare(self, before: Sequence[Member], after: Sequence[Member]) -> str:
        """Return what changes between two states of a skill, as a unified diff with nothing hidden in it."""
        old, new = ({member.path: member for member in members} for members in (before, after))
        whole = ""
        for path in sorted({*old, *new}):
            whole += self._compare_file(path, old.get(path), new.get(path))
            if len(whole) > LONGEST_DIFF:
                return f"{whole[:LONGEST_DIFF]}\n… more is left out\n"
        return whole

    def _compare_file(self, path: str, before: Member | None, after: Member | None) -> str:
        if before == after:
            return ""
        old, new = (text_of(one.content) if one else "" for one in (before, after))
        shown = show_hidden(path)
        if old is None or new is None:
            return f"--- {shown}\n+++ {shown}\nIt is no text, and differs.\n"
        if old == new:
            return f"--- {shown}\n+++ {shown}\nWhether it can be run differs.\n"
        if max(len(old), len(new)) > LARGEST_COMPARED or not self._has_room(old, new):
            return f"--- {shown}\n+++ {shown}\nIt is too long to be compared, and differs.\n"
        names = (shown if before else "/dev/null", shown if after else "/dev/null")
        lines = difflib.unified_diff(show_hidden(old).splitlines(), show_hidden(new).splitlines(), *names, lineterm="")
        return "".join(f"{line}\n" for line in lines)

    def _has_room(self, old: str, new: str) -> bool:
        needed = len(old.splitlines()) * len(new.splitlines())
        if needed > self._room:
            return False
        self._room -= needed
        return True


def pack(skills: Mapping[str, Sequence[Member]]) -> list[Member]:
    """Return the files of several skills, each in a folder of its name."""
    return [
        Member(f"{name}/{member.path}", member.content, member.is_executable)
        for name, members in skills.items()
        for member in members
    ]
