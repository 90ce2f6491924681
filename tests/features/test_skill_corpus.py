"""Forty skills, judged as the specification says, with the line of each fault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from studio.features.skills.validation import LONGEST_KEPT, is_name, read_skill

GOOD = "Reads tables of PDF files. Use for PDF files."


@dataclass(frozen=True)
class Case:
    """A SKILL.md in a folder `name`, and its errors as (line, code). `differs`: why the reference judges otherwise."""

    name: str
    text: str
    errors: Sequence[tuple[int, str]] = ()
    differs: str = ""


def skill(*lines: str, body: str = "\n# Do it\n") -> str:
    return "\n".join(["---", *lines, "---", body])


VALID = [
    Case("pdf", skill("name: pdf", f"description: {GOOD}")),
    Case("pdf-2-html", skill("name: pdf-2-html", f"description: {GOOD}")),
    Case("a" * 64, skill(f"name: {'a' * 64}", f"description: {GOOD}")),
    Case("2026", skill("name: 2026", f"description: {GOOD}")),
    Case("überblick", skill("name: überblick", f"description: {GOOD}")),
    Case("long-words", skill("name: long-words", f"description: {'x' * 1024}")),
    Case("folded", skill("name: folded", "description: >-", "  Reads tables", "  of PDF files.")),
    Case("quoted", skill('name: "quoted"', 'description: "Use when: it says so."')),
    Case("all-fields", skill("name: all-fields", f"description: {GOOD}", "license: MIT", "compatibility: Needs git",
         "allowed-tools: Bash(git:*) Read", "metadata:", "  author: somebody", '  version: "1.0"')),
    Case("tools", skill("name: tools", f"description: {GOOD}", "allowed-tools:", "  - Read", "  - Bash(git:*)")),
    Case("windows", skill("name: windows", f"description: {GOOD}").replace("\n", "\r\n")),
    Case("no-body", skill("name: no-body", f"description: {GOOD}", body="")),
    Case("fence-in-body", skill("name: fence-in-body", f"description: {GOOD}", body="\n---\n\nMore.\n---\n")),
    Case("comment", skill("# said first", "name: comment", f"description: {GOOD}  # said last")),
    Case("short-compat", skill("name: short-compat", f"description: {GOOD}", f"compatibility: {'x' * 500}")),
    Case("flow", skill("name: flow", f"description: {GOOD}", "allowed-tools: [Read, Write]"),
         differs="its reader of YAML takes no flow style, which the specification does not forbid"),
    Case("dashes", skill("name: dashes", "description: One --- two --- three.")),
]  # fmt: skip

INVALID = [
    Case("plain", "# No front matter\n", [(1, "front_matter_missing")]),
    Case("empty", "", [(1, "front_matter_missing")]),
    Case("late", "\n" + skill("name: late", f"description: {GOOD}"), [(1, "front_matter_missing")]),
    Case("open", "---\nname: open\ndescription: x\n\n# Body\n", [(1, "front_matter_open")]),
    Case("nothing", skill(), [(1, "name_missing"), (1, "description_missing")]),
    Case("no-name", skill(f"description: {GOOD}"), [(1, "name_missing")]),
    Case("no-description", skill("name: no-description"), [(1, "description_missing")]),
    Case("empty-name", skill("name:", f"description: {GOOD}"), [(2, "name_empty")]),
    Case("empty-description", skill("name: empty-description", 'description: "  "'), [(3, "description_empty")]),
    Case("PDF", skill("name: PDF", f"description: {GOOD}"), [(2, "name_uppercase")]),
    Case("-pdf", skill("name: -pdf", f"description: {GOOD}"), [(2, "name_hyphen")]),
    Case("pdf-", skill("name: pdf-", f"description: {GOOD}"), [(2, "name_hyphen")]),
    Case("pdf--x", skill("name: pdf--x", f"description: {GOOD}"), [(2, "name_hyphens")]),
    Case("pdf_x", skill("name: pdf_x", f"description: {GOOD}"), [(2, "name_characters")]),
    Case("pdf x", skill("name: pdf x", f"description: {GOOD}"), [(2, "name_characters")]),
    Case("../up", skill("name: ../up", f"description: {GOOD}"), [(2, "name_characters")]),
    Case("b" * 65, skill(f"description: {GOOD}", f"name: {'b' * 65}"), [(3, "name_long")]),
    Case("folder", skill("name: other", f"description: {GOOD}"), [(2, "name_folder")]),
    Case("too-long", skill("name: too-long", f"description: {'x' * 1025}"), [(3, "description_long")]),
    Case("unknown", skill("name: unknown", f"description: {GOOD}", "model: big"), [(4, "field_unknown")]),
    Case("compat", skill("name: compat", f"description: {GOOD}", f"compatibility: {'x' * 501}"),
         [(4, "compatibility_long")]),
    Case("list-name", skill("name:", "  - a", f"description: {GOOD}"), [(2, "name_invalid")]),
    Case("map-words", skill("name: map-words", "description:", "  a: b"), [(3, "description_invalid")]),
    Case("bad-yaml", skill("name: bad-yaml", "description: Use when: it says so"), [(3, "yaml")]),
    Case("tab", skill("name: tab", "description: x", "metadata:", "\tauthor: y"), [(5, "yaml")]),
    Case("twice", skill("name: twice", f"description: {GOOD}", "name: twice"), [(4, "duplicate_field")]),
    Case("list", skill("- name: list"), [(2, "yaml")]),
    Case("anchor", skill("name: &a anchor", "description: *a"), [(2, "yaml")]),
    Case("tag", skill("name: tag", 'description: !!python/object/apply:os.system ["id"]'), [(3, "yaml")]),
    Case("deep", skill("name: deep", f"description: {'[' * 3000}"), [(3, "yaml")]),
    Case("meta", skill("name: meta", f"description: {GOOD}", "metadata: text"), [(4, "metadata_invalid")],
         differs="it does not look at the values of 'metadata'"),
    Case("meta-list", skill("name: meta-list", f"description: {GOOD}", "metadata:", "  tags:", "    - one"),
         [(5, "metadata_invalid")], differs="it does not look at the values of 'metadata'"),
    Case("licence", skill("name: licence", f"description: {GOOD}", "license:", "  - MIT"), [(4, "license_invalid")],
         differs="it does not look at 'license'"),
    Case("no-compat", skill("name: no-compat", f"description: {GOOD}", "compatibility:"), [(4, "compatibility_empty")],
         differs="the specification says at least one character; it does not look for that"),
    Case("tool-map", skill("name: tool-map", f"description: {GOOD}", "allowed-tools:", "  Read: yes"),
         [(4, "allowed_tools_invalid")], differs="it does not look at 'allowed-tools'"),
]  # fmt: skip

CORPUS = [*VALID, *INVALID]


def test_there_are_forty_at_least_and_no_two_are_the_same() -> None:
    assert len(CORPUS) >= 40
    assert len({(case.name, case.text) for case in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name[:20])
def test_a_skill_is_judged_as_the_specification_says(case: Case) -> None:
    reading = read_skill(case.text.encode(), folder=case.name)
    errors = [(problem.line, problem.code) for problem in reading.problems if problem.severity == "error"]
    assert errors == list(case.errors)
    assert reading.is_valid is not bool(case.errors)


@pytest.mark.parametrize("case", [case for case in INVALID if case.name in {"bad-yaml", "twice"}], ids=lambda c: c.name)
def test_what_others_read_nevertheless_is_read(case: Case) -> None:
    reading = read_skill(case.text.encode(), folder=case.name)
    assert (reading.name, bool(reading.description)) == (case.name, True)


@pytest.mark.parametrize(
    ("data", "line", "code"),
    [
        (skill("name: x", "description: y").encode() + b"\n\xff\xfe", 8, "not_text"),
        (("---\n" + "a: b\n" * 30_000 + "---\n").encode(), 2, "yaml"),
        (b"\xef\xbb\xbf" + skill("name: x", f"description: {GOOD}").encode(), 1, "front_matter_missing"),
    ],
    ids=["not text", "too much", "byte order mark"],
)
def test_what_is_no_skill_at_all(data: bytes, line: int, code: str) -> None:
    [problem] = [one for one in read_skill(data, folder="x").problems if one.severity == "error"]
    assert (problem.line, problem.code) == (line, code)


@pytest.mark.parametrize("name", ["\u3164", "a\u1160", "\ufb01le", "cafe\u0301", "\U00020000" * 51, "clients"])
def test_a_name_that_looks_like_another_or_is_none_of_a_file_is_not_taken(name: str) -> None:
    assert not is_name(name)


def test_names_in_all_languages_are_taken() -> None:
    assert [name for name in ("brew-tea", "caf\u00e9", "\u8336", "\u0447\u0430\u0439") if not is_name(name)] == []


def test_what_ends_a_line_that_nobody_sees_is_told_of() -> None:
    reading = read_skill(b"---\nname: tea\ndescription: Brews tea.\xe2\x80\xa8license: MIT\n---\n\nDo.\n", folder="tea")
    assert [(one.line, one.code) for one in reading.problems] == [(3, "hidden_character")]


def test_a_hundred_problems_are_told_of_and_what_is_wrong_before_what_is_advised_against() -> None:
    unknown = "\n".join(f"field{number}{'x' * 200}: a" for number in range(200))
    reading = read_skill(f"---\nname: tea\ndescription: {'long ' * 2000}\n{unknown}\n---\n".encode(), folder="tea")
    assert len(reading.problems) == 100
    assert {one.severity for one in reading.problems} == {"error"}
    assert max(len(one.message) for one in reading.problems) < 400
    assert len(reading.description) == LONGEST_KEPT


def test_what_is_advised_against_leaves_it_valid() -> None:
    text = skill("name: long", f"description: Plain\u200b. {GOOD}", body="\n" * 501)
    reading = read_skill(text.encode(), folder="long")
    assert reading.is_valid
    assert [(one.line, one.code, one.severity) for one in reading.problems] == [
        (3, "hidden_character", "warning"),
        (5, "body_empty", "warning"),
        (5, "body_long", "warning"),
    ]
    assert "[U+200B]" in reading.description
