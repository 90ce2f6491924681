"""What editors are told about language servers: golden files, with comments and entries of others."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import httpx
import pytest

from studio.features.lsp.editor_entries import EDITORS, Entry
from studio.features.lsp.registry import find_server
from studio.kit import jsonc
from tests.support.language_servers import put_ruff
from tests.support.processes import Put

pytestmark = pytest.mark.anyio

GOLDEN = Path(__file__).with_name("editor_config")
ENTRIES = [
    Entry(find_server("pyright"), ["/tools/my servers/pyright-langserver", "--stdio"]),
    Entry(find_server("bash"), ["/usr/bin/bash-language-server", "start"]),
    Entry(find_server("clangd"), ["/usr/bin/clangd"]),
]
FILES = sorted(GOLDEN.glob("*.before.*"))
JSON = {"vscode", "zed", "sublime", "crush", "opencode", "claude-code"}


def golden(before: Path) -> Path:
    return before.with_name(before.name.replace(".before.", ".after."))


def test_there_is_a_golden_file_for_every_editor() -> None:
    assert {file.name.partition(".")[0] for file in FILES} == set(EDITORS)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.partition(".")[0])
def test_what_is_there_stays_and_nothing_is_said_twice(file: Path) -> None:
    editor = EDITORS[file.name.partition(".")[0]]
    before = file.read_text(encoding="utf-8")
    after = editor.write(before, ENTRIES)
    assert after == golden(file).read_text(encoding="utf-8")
    assert editor.write(after, ENTRIES) == after
    begun = editor.write("", ENTRIES)
    assert editor.write(begun, ENTRIES) == begun


@pytest.mark.parametrize("name", sorted(JSON))
def test_json_says_what_it_said_and_more(name: str) -> None:
    before, after = (jsonc.read((GOLDEN / f"{name}.{when}.json").read_text()) for when in ("before", "after"))
    assert before.keys() <= after.keys()
    assert jsonc.read(EDITORS[name].write("", ENTRIES))


def test_helix_reads_what_is_written() -> None:
    said = tomllib.loads((GOLDEN / "helix.after.toml").read_text())
    assert said["language-server"]["pyright"]["command"] == "/tools/my servers/pyright-langserver"
    languages = {one["name"]: one for one in said["language"]}
    assert languages["python"]["language-servers"] == ["pylsp", "pyright"]
    assert languages["python"]["auto-format"] is True
    assert languages["rust"]["language-servers"] == [{"name": "rust-analyzer", "except-features": ["format"]}]
    assert languages["cpp"]["language-servers"] == ["clangd"]


async def configure(owner: httpx.AsyncClient, **body: object) -> httpx.Response:
    return await owner.post("/api/lsp/editor-config", json=body)


async def test_a_difference_is_told_then_made_and_undone_by_the_copy(owner: httpx.AsyncClient, put: Put) -> None:
    ruff = put_ruff(put)
    file = Path.home() / ".config" / "zed" / "settings.json"
    file.parent.mkdir(parents=True)
    before = (GOLDEN / "zed.before.json").read_text()
    file.write_text(before)
    told = (await configure(owner, editor="zed")).json()
    assert (told["path"], told["applied"], told["backup"]) == (str(file), False, "")
    assert f'+        "path": "{ruff}",' in told["diff"]
    assert file.read_text() == before
    made = (await configure(owner, editor="zed", apply=True)).json()
    assert (made["diff"], made["applied"]) == (told["diff"], True)
    assert jsonc.read(file.read_text())["lsp"]["ruff"]["binary"] == {"path": str(ruff), "arguments": ["server"]}
    again = (await configure(owner, editor="zed", apply=True)).json()
    assert (again["diff"], again["backup"]) == ("", "")
    shutil.copy(made["backup"], file)
    assert file.read_text() == before


async def test_files_of_projects_and_what_is_refused(owner: httpx.AsyncClient, put: Put) -> None:
    project = Path.home() / "project"
    project.mkdir()
    nothing = await configure(owner, editor="helix", project_dir=str(project))
    assert (nothing.status_code, "No language server is installed" in nothing.text) == (409, True)
    put_ruff(put)
    made = (await configure(owner, editor="helix", project_dir=str(project), apply=True)).json()
    assert (made["path"], made["backup"]) == (str(project / ".helix" / "languages.toml"), "")
    assert tomllib.loads(Path(made["path"]).read_text("utf-8"))["language-server"]["ruff"]["args"] == ["server"]
    for body, status, said in (
        ({"editor": "vscode"}, 422, "give 'project_dir'"),
        ({"editor": "neovim", "project_dir": str(project)}, 422, "leave out 'project_dir'"),
        ({"editor": "notepad"}, 422, "editor"),
        ({"editor": "zed", "project_dir": "/etc"}, 403, "outside"),
        ({"editor": "zed", "servers": ["clangd"]}, 409, "not installed here: clangd"),
        ({"editor": "zed", "servers": ["nobody"]}, 404, "nobody"),
    ):
        refused = await configure(owner, **body)
        assert (refused.status_code, said in refused.text) == (status, True), refused.text


@pytest.mark.parametrize(("name", "text"), [("crush.json", '{"lsp": [}'), (".helix/languages.toml", "[language")])
async def test_what_cannot_be_understood_is_left_alone(
    owner: httpx.AsyncClient, put: Put, name: str, text: str
) -> None:
    put_ruff(put)
    file = Path.home() / "project" / name
    file.parent.mkdir(parents=True)
    file.write_text(text)
    editor = "crush" if name == "crush.json" else "helix"
    refused = await configure(owner, editor=editor, project_dir=str(Path.home() / "project"), apply=True)
    assert (refused.status_code, "left as it is" in refused.text) == (409, True)
    assert file.read_text() == text


async def test_a_link_that_leads_elsewhere_is_not_followed(owner: httpx.AsyncClient, put: Put, tmp_path: Path) -> None:
    put_ruff(put)
    outside = tmp_path / "outside.json"
    outside.write_text("{}")
    (Path.home() / "project").mkdir()
    (Path.home() / "project" / "crush.json").symlink_to(outside)
    refused = await configure(owner, editor="crush", project_dir="~/project", apply=True)
    assert refused.status_code == 403
    assert outside.read_text() == "{}"
