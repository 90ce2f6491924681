"""The specification of agentskills.io, as of 2026: what it demands of a SKILL.md, and what it advises."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping

from studio.features.skills.front_matter import read_document
from studio.features.skills.models import Document, Problem, Reading, Severity, Value
from studio.kit.characters import HIDDEN, show_hidden

FIELDS = ("name", "description", "license", "compatibility", "metadata", "allowed-tools")
LONGEST_NAME = 64
LONGEST_DESCRIPTION = 1024
LONGEST_COMPATIBILITY = 500
MOST_LINES = 500
MOST_TOKENS = 5000
BYTES_PER_TOKEN = 4
MOST_TOOLS = 200
MOST_PROBLEMS = 100
LONGEST_KEPT = 4096
"""Characters of a description that are kept, of one that is too long."""

LONGEST_QUOTE = 80

LARGEST_NAME = 200
"""Bytes of a name. Longer ones are no names of files with what Studio puts before them."""

RESERVED = frozenset({"clients"})
"""What the API calls something else."""


# Without a bound on what stands in brackets, many that open and none that closes would take their square.
TOOL = re.compile(r"[^\s(]+(?:\([^)]{0,500}\))?")


def count_tokens(text: str) -> int:
    """Return about how many tokens a text has."""
    return len(text.encode(errors="replace")) // BYTES_PER_TOKEN + 1 if text else 0


def read_skill(data: bytes, *, folder: str | None) -> Reading:
    """Return what a SKILL.md says, judged by the specification; `folder` is the name of the folder it lies in.

    What it says of itself is given with nothing hidden in it.
    """
    digest = hashlib.sha256(data).hexdigest()
    wrong = _where_no_text(data)
    if wrong is not None:
        line = data.count(b"\n", 0, wrong) + 1
        problem = Problem(line=line, code="not_text", message="The file is no text in UTF-8.")
        return Reading(_spell_name("", folder), "", [problem], digest)
    document = read_document(data.decode())
    problems = list_problems(document, folder=folder)
    said = document.fields.get("name", Value(1, "")).text
    described = document.fields.get("description", Value(1, "")).text
    return Reading(_spell_name(said, folder), show_hidden(described[:LONGEST_KEPT]), problems, digest)


def _where_no_text(data: bytes) -> int | None:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start
    nul = data.find(b"\0")
    return None if nul < 0 else nul


def is_name(name: str) -> bool:
    """Return whether a skill of Studio can have this name.

    That is stricter than the specification: no two names look the same, and each is one of a file.
    """
    return (
        not any(_judge_name(Value(1, name)))
        and name == unicodedata.normalize("NFKC", name)
        and not HIDDEN.search(name)
        and len(name.encode()) <= LARGEST_NAME
        and name not in RESERVED
    )


def _spell_name(said: str, folder: str | None) -> str:
    """Return what a skill is called: what it says where that is a name, else as its folder."""
    # By another spelling it would pass a rule on the name that it looks like.
    return said if is_name(said) or not folder else " ".join(show_hidden(unicodedata.normalize("NFKC", folder)).split())


def list_problems(document: Document, *, folder: str | None) -> list[Problem]:
    """Return what the specification says of a SKILL.md, in the order of its lines: a hundred problems, errors first."""
    found = [*document.problems]
    if not document.problems:
        found += [*_judge_fields(document.fields), *_judge_folder(document.fields, folder)]
    found += [*_judge_hidden(document), *_judge_body(document)]
    kept = sorted(found, key=lambda problem: problem.severity != "error")[:MOST_PROBLEMS]
    return sorted(kept, key=lambda problem: problem.line)


def _quote(said: str) -> str:
    """Return what a file says, so short that a sentence can be made of it."""
    return repr(show_hidden(said if len(said) <= LONGEST_QUOTE else f"{said[:LONGEST_QUOTE]}…"))


def _problem(line: int, code: str, message: str, severity: Severity = "error") -> Problem:
    return Problem(line=line, code=code, message=message, severity=severity)


def _judge_fields(fields: Mapping[str, Value]) -> Iterator[Problem]:
    for name, value in fields.items():
        if name not in FIELDS:
            known = ", ".join(FIELDS)
            yield _problem(value.line, "field_unknown", f"There is no field {_quote(name)}. The fields are: {known}.")
    for name in ("name", "description"):
        if name not in fields:
            yield _problem(1, f"{name}_missing", f"The field {name!r} is missing.")
    if "name" in fields:
        yield from _judge_name(fields["name"])
    if "description" in fields:
        yield from _judge_text("description", fields["description"], LONGEST_DESCRIPTION)
    if "license" in fields and not isinstance(fields["license"].content, str):
        yield _problem(fields["license"].line, "license_invalid", "'license' must be text.")
    if "compatibility" in fields:
        yield from _judge_text("compatibility", fields["compatibility"], LONGEST_COMPATIBILITY)
    yield from _judge_metadata(fields.get("metadata"))
    yield from _judge_tools(fields.get("allowed-tools"))


def _judge_text(name: str, value: Value, longest: int) -> Iterator[Problem]:
    if not isinstance(value.content, str):
        yield _problem(value.line, f"{name}_invalid", f"{name!r} must be text.")
    elif not value.text:
        yield _problem(value.line, f"{name}_empty", f"{name!r} must not be empty.")
    elif len(value.text) > longest:
        message = f"{name!r} has {len(value.text)} characters; it may have {longest}."
        yield _problem(value.line, f"{name}_long", message)


def _judge_name(value: Value) -> Iterator[Problem]:
    if not isinstance(value.content, str) or not value.text:
        yield from _judge_text("name", value, LONGEST_NAME)
        return
    name, line = unicodedata.normalize("NFKC", value.text), value.line
    if len(name) > LONGEST_NAME:
        yield _problem(line, "name_long", f"'name' has {len(name)} characters; it may have {LONGEST_NAME}.")
    if name != name.lower():
        yield _problem(line, "name_uppercase", "'name' must be in lower case.")
    if not all(letter.isalnum() or letter == "-" for letter in name):
        yield _problem(line, "name_characters", "'name' may have letters, digits and hyphens only.")
    if name.startswith("-") or name.endswith("-"):
        yield _problem(line, "name_hyphen", "'name' must neither begin nor end with a hyphen.")
    if "--" in name:
        yield _problem(line, "name_hyphens", "'name' must not have two hyphens in a row.")


def _judge_folder(fields: Mapping[str, Value], folder: str | None) -> Iterator[Problem]:
    said = fields.get("name")
    if folder is None or said is None or not said.text:
        return
    if unicodedata.normalize("NFKC", said.text) != unicodedata.normalize("NFKC", folder):
        message = f"'name' is {_quote(said.text)}, and the folder is {_quote(folder)}: both must be one."
        yield _problem(said.line, "name_folder", message)


def _judge_metadata(value: Value | None) -> Iterator[Problem]:
    if value is None:
        return
    if not isinstance(value.content, dict):
        yield _problem(value.line, "metadata_invalid", "'metadata' must be a mapping from names to text.")
        return
    for name, one in value.content.items():
        if not isinstance(one.content, str):
            message = f"{_quote(name)} in 'metadata' must be text."
            yield _problem(one.line, "metadata_invalid", message)


def _judge_tools(value: Value | None) -> Iterator[Problem]:
    if value is None or isinstance(value.content, str):
        return
    if isinstance(value.content, dict) or not all(isinstance(one.content, str) for one in value.content):
        message = "'allowed-tools' must be names divided by spaces, or a list of names."
        yield _problem(value.line, "allowed_tools_invalid", message)


def _judge_hidden(document: Document) -> Iterator[Problem]:
    fields, lines = document.fields, set[int]()
    for name in ("name", "description", "compatibility"):
        if name in fields and (found := HIDDEN.search(fields[name].text)):
            message = f"{name!r} has a character that is not shown: {show_hidden(found[0])}."
            lines.add(fields[name].line)
            yield _problem(fields[name].line, "hidden_character", message, "warning")
    # For some programs a line ends where nobody sees it, and another field begins.
    for number, line in enumerate(document.head, start=2):
        if number not in lines and (found := HIDDEN.search(line)):
            message = f"The line has a character that is not shown: {show_hidden(found[0])}."
            yield _problem(number, "hidden_character", message, "warning")


def _judge_body(document: Document) -> Iterator[Problem]:
    lines, tokens = document.body.count("\n") + 1, count_tokens(document.body)
    if not document.body.strip() and not document.problems:
        yield _problem(document.body_line, "body_empty", "There are no instructions.", "warning")
    if lines > MOST_LINES:
        message = f"The body has {lines} lines; more than {MOST_LINES} belong into files of their own."
        yield _problem(document.body_line, "body_long", message, "warning")
    elif tokens > MOST_TOKENS:
        message = f"The body takes about {tokens} tokens; more than {MOST_TOKENS} belong into files of their own."
        yield _problem(document.body_line, "body_long", message, "warning")


def tools_of(document: Document) -> list[str]:
    """Return the tools that a skill asks to use unasked."""
    value = document.fields.get("allowed-tools")
    if value is None:
        return []
    if isinstance(value.content, str):
        return TOOL.findall(value.content)[:MOST_TOOLS]
    return [one.text for one in value.content[:MOST_TOOLS]] if isinstance(value.content, list) else []
