"""Judging a skill before it is used: by the specification, by a dry run, and before others are given it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from studio.features.skills.deploying import Ground, Parcel
from studio.features.skills.front_matter import read_document
from studio.features.skills.models import SKILL_FILE, DeployRequest, DryRun, DryRunRequest, Found, Problem, Survey
from studio.features.skills.scanning import named_files, rank_by_words, scan
from studio.features.skills.trees import describe_files, list_left_out, read_text, read_tree
from studio.features.skills.validation import count_tokens, list_problems, tools_of
from studio.kit.archives import Member
from studio.kit.errors import StudioError

MOST_LEFT_OUT = 5


def judge_text(content: str, folder: str | None) -> list[Problem]:
    """Return what the specification says of a text, for a folder of that name where one is given."""
    return list_problems(read_document(content), folder=folder)


def judge_found(one: Found) -> list[Problem]:
    """Return what the specification says of a skill, and which files it names that are not there."""
    try:
        content = read_text(one.real, SKILL_FILE)
    except StudioError:
        # What it is that cannot be read was noted when it was found.
        return list(one.reading.problems)
    problems = list_problems(read_document(content), folder=one.real.name)
    return with_files(problems, content, read_tree(one.real), one.real)


def with_files(problems: list[Problem], content: str, members: Sequence[Member], folder: Path) -> list[Problem]:
    """Return problems with those of the files of a skill in a folder: what is missing, and what is left out."""
    left_out = [
        Problem(line=1, code="left_out", message=message, severity="warning") for message in _note_left_out(folder)
    ]
    return [*left_out, *with_missing(problems, content, members)]


def _note_left_out(folder: Path) -> list[str]:
    paths = list_left_out(folder, most=MOST_LEFT_OUT + 1)
    if not paths:
        return []
    more = " and more" if len(paths) > MOST_LEFT_OUT else ""
    named = ", ".join(map(repr, paths[:MOST_LEFT_OUT]))
    return [
        f"Links and what lies too deep are no part of a skill, so these are neither copied nor read: {named}{more}."
    ]


def with_missing(problems: list[Problem], content: str, members: Sequence[Member]) -> list[Problem]:
    """Return problems with those of files that the words name and that are not there."""
    document = read_document(content)
    named = named_files(document.body, first_line=document.body_line, paths=[member.path for member in members])
    missing = [
        Problem(
            line=one.line,
            code="file_missing",
            message=f"It names the file {one.path!r}, which is not there.",
            severity="warning",
        )
        for one in named
        if not one.exists
    ]
    return sorted([*problems, *missing], key=lambda problem: problem.line)


def try_skill(request: DryRunRequest, survey: Survey, members: Sequence[Member], folder: str | None) -> DryRun:
    """Return what would happen if an agent used a skill of these files. Nothing of it is run."""
    content = next((member.content for member in members if member.path == SKILL_FILE), b"").decode(errors="replace")
    document, files = read_document(content), describe_files(members)
    problems = with_missing(list_problems(document, folder=folder), content, members)
    fields = document.fields
    name = fields["name"].text if "name" in fields else request.name
    description = fields["description"].text if "description" in fields else ""
    words = rank_by_words(request.prompt, f"{name} {description}")
    rivals = [rank_by_words(request.prompt, f"{one.name} {one.reading.description}") for one in survey.offered()]
    listing = f"- {name}: {description}"
    return DryRun(
        name=name,
        valid=all(problem.severity != "error" for problem in problems),
        problems=problems,
        listing=listing,
        body=document.body.strip(),
        listing_tokens=count_tokens(listing),
        body_tokens=count_tokens(document.body),
        file_tokens=sum(file.tokens for file in files if file.path != SKILL_FILE),
        files=files,
        scripts=[file.path for file in files if file.kind == "script"],
        named=named_files(document.body, first_line=document.body_line, paths=[member.path for member in members]),
        allowed_tools=tools_of(document),
        findings=scan(members),
        prompt_words=words,
        rank=1 + sum(len(rival) > len(words) for rival in rivals) if words else 0,
    )


def list_notes(one: Found, parcel: Parcel, ground: Ground, request: DeployRequest) -> list[str]:
    """Return what a person should know before a skill is put somewhere."""
    notes = list[str]()
    if parcel.mode != request.mode:
        notes.append("It comes with Studio, so it is copied: a link would lead nowhere after an update.")
    if parcel.mode == "copy":
        notes += _note_left_out(one.real)
    if parcel.mode == "link" and ground.project:
        notes.append("A link leads to this machine only: others who have the project cannot follow it.")
    if not one.reading.is_valid:
        notes.append("It is not valid by the specification: some programs will not take it.")
    if high := [finding for finding in scan(parcel.members) if finding.danger == "high"]:
        notes.append(f"{len(high)} dangerous things were found in it, the first in {high[0].file}: {high[0].message}")
    return notes
