"""Skills in archives: which there are in one, what would become of each, and one of several to send away."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Mapping, Sequence
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

LONGEST_DIFF = 200_000
MOST_COMPARED = 5000
"""Lines of a file. To compare longer ones takes the square of their length."""

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
    tops = _outermost({member.path.rpartition("/")[0] for member in files if _is_skill_file(member.path)})
    if not tops:
        raise ArchiveRefused(f"There is no skill in it: no folder has a file {SKILL_FILE!r}.")
    grouped = defaultdict[str, list[Member]](list)
    for member in files:
        top = next((one for one in tops if one == "" or member.path.startswith(f"{one}/")), None)
        if top is not None:
            grouped[top].append(Member(member.path[len(top) :].lstrip("/"), member.content, member.is_executable))
    return [Offered(top.rpartition("/")[2] or _name_in(grouped[top]), grouped[top]) for top in sorted(grouped)]


def _is_skill_file(path: str) -> bool:
    return path.rpartition("/")[2] == SKILL_FILE


def _outermost(folders: set[str]) -> list[str]:
    """Return the folders that lie in no other of them. A skill may have an example of one in it."""
    found = list[str]()
    for folder in sorted(folders, key=lambda one: (one.count("/") if one else -1, one)):
        if not any(top == "" or folder.startswith(f"{top}/") for top in found):
            found.append(folder)
    return found


def _name_in(members: Sequence[Member]) -> str:
    text = text_of(_skill_file(members))
    return read_document(text or "").fields.get("name", Value(1, "")).text


def _skill_file(members: Sequence[Member]) -> bytes:
    return next(member.content for member in members if member.path == SKILL_FILE)


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What becomes of the skills of an archive: those that are taken, by name, and those that are not."""

    skills: Sequence[ImportedSkill]
    taken: Mapping[str, Sequence[Member]]
    refused: Sequence[Refusal]


def plan_import(offered: Sequence[Offered], library: Library, options: ImportOptions) -> ImportPlan:
    """Return what would become of each skill, with all that a person should see before."""
    wanted = {name.strip() for name in options.only.split(",") if name.strip()}
    skills, taken, refused = list[ImportedSkill](), dict[str, Sequence[Member]](), list[Refusal]()
    for one in offered:
        if wanted and one.name not in wanted:
            continue
        if one.name in taken:
            refused.append(Refusal(name=one.name, reason="The archive has two skills of this name."))
            continue
        skill = _describe(one, library)
        skills.append(skill)
        if reason := _refuse(one, skill, options):
            refused.append(Refusal(name=skill.name, reason=reason))
        else:
            taken[one.name] = one.members
    return ImportPlan(skills, taken, refused)


def _describe(one: Offered, library: Library) -> ImportedSkill:
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
        diff="" if before is None or is_same else compare(before, one.members),
    )


def _read_before(folder: Path) -> list[Member] | None:
    return read_tree(folder) if folder.is_dir() else None


def _refuse(one: Offered, skill: ImportedSkill, options: ImportOptions) -> str:
    """Return why a skill is not taken; nothing where it is."""
    if reason := _judge(one, skill):
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


def compare(before: Sequence[Member], after: Sequence[Member]) -> str:
    """Return what changes between two states of a skill, as a unified diff with nothing hidden in it."""
    old, new = ({member.path: member for member in members} for members in (before, after))
    parts = [_compare_file(path, old.get(path), new.get(path)) for path in sorted({*old, *new})]
    whole = "".join(parts)
    return whole if len(whole) <= LONGEST_DIFF else f"{whole[:LONGEST_DIFF]}\n… more is left out\n"


def _compare_file(path: str, before: Member | None, after: Member | None) -> str:
    if before == after:
        return ""
    old, new = (text_of(one.content) if one else "" for one in (before, after))
    shown = show_hidden(path)
    if old is None or new is None:
        return f"--- {shown}\n+++ {shown}\nIt is no text, and differs.\n"
    if max(old.count("\n"), new.count("\n")) > MOST_COMPARED:
        return f"--- {shown}\n+++ {shown}\nIt is too long to be compared, and differs.\n"
    if old == new:
        return f"--- {shown}\n+++ {shown}\nWhether it can be run differs.\n"
    names = (shown if before else "/dev/null", shown if after else "/dev/null")
    lines = difflib.unified_diff(show_hidden(old).splitlines(), show_hidden(new).splitlines(), *names, lineterm="")
    return "".join(f"{line}\n" for line in lines)


def pack(skills: Mapping[str, Sequence[Member]]) -> list[Member]:
    """Return the files of several skills, each in a folder of its name."""
    return [
        Member(f"{name}/{member.path}", member.content, member.is_executable)
        for name, members in skills.items()
        for member in members
    ]
