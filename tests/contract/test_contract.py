"""The contract, both ways: every endpoint of the documents is mounted or excused, and nothing else is mounted."""

import csv
import re
from pathlib import Path

import pytest

from studio.app import TABLES
from studio.wire.dialects.enveloped import Enveloped
from studio.wire.dialects.flat import Flat
from studio.wire.dialects.typed_error import TypedError
from studio.wire.table import Row, Table

HERE = Path(__file__).parent

DIALECTS = {"workbench": Flat, "agents": TypedError, "teamwork": Enveloped}

SHARED = {("platform", "GET /health"): TypedError}
"""DECISIONS, clash 3: one object with the fields of both documents, spelled as agents does."""


def read(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def spell(method: str, path: str) -> str:
    """Return an endpoint without the names of its parameters: documents and code may name them differently."""
    return f"{method} {re.sub(r'{[^}]*}', '{}', path)}"


def endpoint(line: dict[str, str]) -> str:
    return spell(line["method"], line["path"])


MOUNTED: dict[str, tuple[Table, Row]] = {
    spell(row.method, table.prefix + row.path): (table, row) for table in TABLES for row in table.rows
}
CONTRACT = read("endpoints.tsv")
NOT_BUILT = {endpoint(line): line["reason"] for line in read("not_built.tsv")}
ADDITIONS = {endpoint(line): line for line in read("additions.tsv")}


def test_the_contract_has_all_its_endpoints() -> None:
    assert len(CONTRACT) == 297


@pytest.mark.parametrize("line", CONTRACT, ids=lambda line: f"{line['api']} {line['method']} {line['path']}")
def test_every_endpoint_is_mounted_in_its_dialect_or_excused(line: dict[str, str]) -> None:
    name = endpoint(line)
    if name not in MOUNTED:
        assert NOT_BUILT.get(name), f"{name} is neither mounted nor in not_built.tsv"
        return
    assert name not in NOT_BUILT, f"{name} is built: take it out of not_built.tsv"
    table, _ = MOUNTED[name]
    assert type(table.dialect) is SHARED.get((line["api"], name), DIALECTS.get(line["api"]))


def test_nothing_is_mounted_that_nobody_asked_for() -> None:
    asked = {endpoint(line) for line in CONTRACT}
    assert set(MOUNTED) - asked == set(ADDITIONS)


def test_every_addition_says_who_may_call_it_and_why() -> None:
    assert {name: line["access"] for name, line in ADDITIONS.items()} == {
        name: MOUNTED[name][1].access for name in ADDITIONS
    }
    assert [name for name, line in ADDITIONS.items() if len(line["why"]) < 10] == []


def test_nothing_is_excused_that_no_document_names() -> None:
    assert set(NOT_BUILT) - {endpoint(line) for line in CONTRACT} == set()
