"""Who may import whom: the contracts of pyproject.toml, and the rules of the form "nobody but"."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
PUBLIC = {"models", "errors", "events", "service"}
NAMED = PUBLIC | {"store", "tools", "jobs", "routes"}
PROGRAM = {"studio.app", "studio.server"}
HEAVY = {
    *("httpx", "httpx2", "keyring", "cryptography", "mcp", "mcp_types", "jsonschema", "dbos", "yaml", "webview"),
    "psycopg",
}
SPEAKERS = {f"studio.features.mcp.{name}" for name in ("session", "stdio", "dialling", "oauth")} | {
    "studio.kit.postgres"
}
"""Modules that are of no use without a heavy library, and are themselves imported where they are used."""


def feature(module: str) -> str | None:
    """Return the feature `module` belongs to."""
    return module.split(".")[2] if module.startswith("studio.features.") else None


def kind(module: str) -> str:
    """Return which of the few named modules of a feature it is; "noun" for a module of the feature's own."""
    name = module.split(".")[3] if feature(module) and module.count(".") > 2 else ""
    return name if name in NAMED | {""} else "noun"


def same(one: str, other: str) -> bool:
    return feature(one) is not None and feature(one) == feature(other)


def knows_http(module: str) -> bool:
    return module.startswith("studio.wire") or module in PROGRAM or kind(module) == "routes"


RULES: dict[str, Callable[[str, str], bool]] = {
    "only kit.db knows aiosqlite": lambda a, b: b == "aiosqlite" and a != "studio.kit.db",
    "only kit.postgres knows psycopg": lambda a, b: b == "psycopg" and a != "studio.kit.postgres",
    "only stores and kit.db speak SQL": lambda a, b: b == "sqlite3" and a != "studio.kit.db" and kind(a) != "store",
    "only wire, routes and the program know HTTP": lambda a, b: (
        b.startswith(("starlette", "uvicorn", "studio.wire")) and not knows_http(a)
    ),
    "features meet in models, errors, events and service": lambda a, b: (
        feature(a) is not None and feature(b) is not None and not same(a, b) and kind(b) not in PUBLIC
    ),
    "routes never reach the store": lambda a, b: kind(a) == "routes" and kind(b) == "store",
    "own nouns stand on models, errors and events": lambda a, b: (
        kind(a) == "noun" and same(a, b) and kind(b) in {"store", "service", "tools", "jobs", "routes"}
    ),
    "own nouns stand under the service": lambda a, b: (
        kind(b) == "noun" and same(a, b) and kind(a) in {"models", "errors", "events", "store", "routes"}
    ),
    "heavy libraries are imported where they are used": lambda a, b: (
        b in HEAVY | SPEAKERS and a not in SPEAKERS and (a, b) in eager()
    ),
}


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("studio", include_external_packages=True, cache_dir=None)


@cache
def eager() -> set[tuple[str, str]]:
    """Return who imports what at the top of a module, outside `if TYPE_CHECKING`."""
    found = set[tuple[str, str]]()
    for file in (ROOT / "studio").rglob("*.py"):
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        lines = [
            line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith(("import ", "from "))
        ]
        names = [line.split()[1] for line in lines]
        found |= {(module, part) for name in names for part in (name, name.split(".")[0])}
    return found


def broken(graph: grimp.ImportGraph) -> list[tuple[str, str, str]]:
    """Return (rule, importer, imported) for every import that breaks a rule."""
    return [
        (rule, importer, imported)
        for importer in sorted(graph.modules)
        for imported in sorted(graph.find_modules_directly_imported_by(importer))
        for rule, breaks in RULES.items()
        if breaks(importer, imported)
    ]


def test_every_import_keeps_the_rules() -> None:
    assert broken(graph()) == []


CHAT, APPROVALS, FILES = "studio.features.chat", "studio.features.approvals", "studio.features.files"
OFFENCES = [
    ("only kit.db knows aiosqlite", f"{APPROVALS}.store", "aiosqlite"),
    ("only kit.postgres knows psycopg", f"{APPROVALS}.store", "psycopg"),
    ("only stores and kit.db speak SQL", f"{APPROVALS}.service", "sqlite3"),
    ("only stores and kit.db speak SQL", f"{CHAT}.loop", "sqlite3"),
    ("only wire, routes and the program know HTTP", f"{CHAT}.service", "starlette"),
    ("only wire, routes and the program know HTTP", f"{CHAT}.loop", "studio.wire.table"),
    ("only wire, routes and the program know HTTP", "studio.kit.db", "uvicorn"),
    ("features meet in models, errors, events and service", f"{CHAT}.service", f"{APPROVALS}.store"),
    ("features meet in models, errors, events and service", f"{CHAT}.service", f"{FILES}.searching"),
    ("routes never reach the store", f"{APPROVALS}.routes", f"{APPROVALS}.store"),
    ("own nouns stand on models, errors and events", f"{CHAT}.loop", f"{CHAT}.service"),
    ("own nouns stand under the service", f"{CHAT}.routes", f"{CHAT}.loop"),
]


@pytest.mark.parametrize(("rule", "importer", "imported"), OFFENCES)
def test_each_rule_bites(rule: str, importer: str, imported: str) -> None:
    changed = deepcopy(graph())
    changed.add_import(importer=importer, imported=imported)
    assert broken(changed) == [(rule, importer, imported)]


def test_an_eager_import_of_a_heavy_library_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    lazy = ("studio.features.providers.checks", "httpx")
    assert lazy[1] in graph().find_modules_directly_imported_by(lazy[0])
    monkeypatch.setattr("tests.test_architecture.eager", lambda: {lazy})
    assert ("heavy libraries are imported where they are used", *lazy) in broken(graph())


def test_an_eager_import_of_what_loads_a_heavy_library_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    lazy = ("studio.features.mcp.opening", "studio.features.mcp.session")
    assert lazy[1] in graph().find_modules_directly_imported_by(lazy[0])
    monkeypatch.setattr("tests.test_architecture.eager", lambda: {lazy})
    assert ("heavy libraries are imported where they are used", *lazy) in broken(graph())


def test_every_rule_is_seen_to_bite() -> None:
    assert {rule for rule, *_ in OFFENCES} | {"heavy libraries are imported where they are used"} == set(RULES)


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("kit/ids.py", "", None),
        ("kit/clock.py", "import studio.wire.table", "program > app > features > wire > kit"),
        ("features/approvals/store.py", "import studio.features.approvals.service", "routes > tools, jobs > service"),
        ("features/tools/service.py", "import studio.features.chat.models", "No cycle between features"),
    ],
)
def test_each_contract_bites(tmp_path: Path, file: str, line: str, contract: str | None) -> None:
    skipped = shutil.ignore_patterns("static", "__pycache__")
    shutil.copytree(ROOT / "studio", tmp_path / "studio", ignore=skipped)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "studio" / file).open("a", encoding="utf-8") as source:
        source.write(f"{line}\n")
    lint = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    verdicts = [text for text in lint.stdout.splitlines() if text.endswith((" KEPT", " BROKEN"))]
    assert len(verdicts) == 3, lint.stdout
    assert [text for text in verdicts if text.endswith(" BROKEN")] == [
        v for v in verdicts if contract and contract in v
    ]
