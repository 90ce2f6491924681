"""What the frozen program has to have inside is read from the source. The program: tests/prove/test_binary.py."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]

SOURCE = """
import importlib, os.path
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import only_for_types
def late():
    from json import decoder
    importlib.import_module("tomllib")
    to_thread(importlib.import_module, "graphlib")
    importlib.import_module(f"json.{late}")
"""


@pytest.fixture(scope="module")
def contents() -> ModuleType:
    spec = importlib.util.spec_from_file_location("contents", ROOT / "packaging" / "contents.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def package(tmp_path: Path) -> Path:
    (tmp_path / "sample").mkdir()
    (tmp_path / "sample" / "__init__.py").write_text(SOURCE)
    (tmp_path / "sample" / "words.json").write_text("{}")
    return tmp_path / "sample"


def test_late_imports_are_found_and_those_for_type_checkers_are_not(contents: ModuleType, package: Path) -> None:
    assert contents.module_name(package / "__init__.py", package) == "sample"
    found = {"importlib", "os.path", "typing:TYPE_CHECKING", "json:decoder", "tomllib", "graphlib"}
    assert set(contents.imports_of(package / "__init__.py")) == found


def test_everything_that_is_imported_is_installed_or_belongs_elsewhere(contents: ModuleType) -> None:
    wanted = {name for path in (ROOT / "studio").rglob("*.py") for name in contents.imports_of(path)}
    assert {"dbos:DBOS", "keyring", "tree_sitter_bash", "yaml", "webview"} <= wanted
    packages = {name.partition(":")[0].partition(".")[0] for name in wanted} - contents.ELSEWHERE
    assert [name for name in sorted(packages) if not importlib.util.find_spec(name)] == []
    assert contents.is_here("yaml:safe_load")
    assert not contents.is_here("winpty:PtyProcess")
    with pytest.raises(ImportError):
        contents.is_here("no_such_module")


def test_a_page_that_was_not_built_is_noticed(contents: ModuleType, package: Path) -> None:
    with pytest.raises(FileNotFoundError, match="builds the page"):
        contents.describe(package)


def test_what_is_missing_is_told(
    contents: ModuleType, package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {"words.json": contents.digest(package / "words.json")}
    described = {"imports": ["json:decoder", "json:nothing", "gone"], "files": files | {"gone.sql": "0"}}
    assert [line.partition(" cannot")[0] for line in contents.find_missing(described, package)] == [
        "json:nothing",
        "gone",
        "gone.sql is missing",
    ]
    (tmp_path / "contents.json").write_text(json.dumps({"imports": ["json:decoder"], "files": {}}))
    assert contents.check_itself(tmp_path) == 0
    assert capsys.readouterr().out == "1 imports and 0 files are all there.\n"
    (package / "words.json").write_text("[]")
    assert list(contents.find_missing({"imports": [], "files": files}, package)) == ["words.json is another"]
    assert "gone" not in sys.modules


def test_what_only_the_system_lacks_is_not_missing(
    contents: ModuleType, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = {
        "gi._gi": ImportError("libgirepository-1.0.so.1: cannot open shared object file: No such file or directory"),
        "webview.platforms.gtk": ValueError("Namespace Gtk not available"),
        "gi.events": ImportError("No module named 'optparse'"),
        "yaml": ImportError("libyaml.so.0: cannot open shared object file: No such file or directory"),
    }

    def fail(wanted: str) -> object:
        raise errors[wanted]

    monkeypatch.setattr(contents, "take", fail)
    missing = list(contents.find_missing({"imports": list(errors), "files": {}}, package))
    assert [line.partition(" cannot")[0] for line in missing] == ["gi.events", "yaml"]
    assert contents.is_here("gi._gi")
