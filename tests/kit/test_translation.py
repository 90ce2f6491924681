"""What is written for SQLite means the same to PostgreSQL: `make prove-postgres` has the server agree."""

import re
import sqlite3

import pytest

from studio.kit.db import MIGRATIONS
from studio.kit.translation import NamedRow, plain, translate


@pytest.mark.parametrize(
    ("sql", "spelled"),
    [
        ("SELECT * FROM t WHERE id = :id AND n > :n_2", "SELECT * FROM t WHERE id = %(id)s AND n > %(n_2)s"),
        ("INSERT INTO t VALUES (?, ?)", "INSERT INTO t VALUES (%s, %s)"),
        ("SELECT ':id ?' , \"a:b\", 'it''s :x'", "SELECT ':id ?' , \"a:b\", 'it''s :x'"),
        ("SELECT n::text, :n::text", "SELECT n::text, %(n)s::text"),
        ("SELECT 7 % 2 WHERE a LIKE '50%' -- 5% of :all", "SELECT 7 %% 2 WHERE a LIKE '50%%' -- 5%% of :all"),
        ("SELECT 1\n-- :a\nWHERE x = :b", "SELECT 1\n-- :a\nWHERE x = %(b)s"),
    ],
)
def test_parameters_are_spelled_as_psycopg_takes_them(sql: str, spelled: str) -> None:
    assert translate(sql) == spelled.encode()


def test_values_are_what_sqlite_would_have_kept() -> None:
    given = {"a": True, "b": None, "c": "x\x00y", "d": 1.5, "e": b"\x00"}
    kept = plain(given)
    assert kept == {"a": 1, "b": None, "c": "x\N{REPLACEMENT CHARACTER}y", "d": 1.5, "e": b"\x00"}
    assert isinstance(kept, dict)
    assert type(kept["a"]) is int
    assert plain((False, "\x00")) == [0, "\N{REPLACEMENT CHARACTER}"]


def test_rows_are_read_as_those_of_sqlite() -> None:
    db = sqlite3.connect(":memory:")
    db.row_factory = sqlite3.Row
    theirs: sqlite3.Row = db.execute("SELECT 'x' AS id, 2 AS n").fetchone()
    db.close()
    ours = NamedRow(id="x", n=2)
    for row in (theirs, ours):
        assert (row["id"], row[0], row[1], dict(row)) == ("x", "x", 2, {"id": "x", "n": 2})


def test_both_databases_have_the_same_columns() -> None:
    db = sqlite3.connect(":memory:")
    for file in sorted(MIGRATIONS.glob("*.sql")):
        db.executescript(file.read_text(encoding="utf-8"))
    tables = dict[str, set[tuple[str, bool]]]()
    for file in sorted((MIGRATIONS / "postgres").glob("*.sql")):
        sql = file.read_text(encoding="utf-8")
        for table, body in re.findall(r"^CREATE TABLE (\w+) \((.*?)^\);", sql, re.MULTILINE | re.DOTALL):
            columns = re.findall(r"^    ([a-z_]+) +[A-Z]+(.*)$", body, re.MULTILINE)
            tables[table] = {(name, "NOT NULL" in rest or "PRIMARY KEY" in rest) for name, rest in columns}
        for table, name, rest in re.findall(r"^ALTER TABLE (\w+) ADD COLUMN (\w+) [A-Z]+(.*);$", sql, re.MULTILINE):
            tables[table].add((name, "NOT NULL" in rest))
    assert len(tables) == 9
    for table, columns in tables.items():
        found = db.execute(f"PRAGMA table_info({table})").fetchall()
        assert columns == {(row[1], bool(row[3]) or row[5] == 1) for row in found}, table
    db.close()
