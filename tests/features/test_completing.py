"""Files found by some letters of their path."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.features.files import completing
from studio.features.files.completing import list_files, rank
from tests.support.app import RunningApp

pytestmark = pytest.mark.anyio


async def find(owner: httpx.AsyncClient, folder: Path, query: str = "", **more: Any) -> dict[str, Any]:
    answer = await owner.get("/api/studio/files", params={"folder": str(folder), "query": query, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def write(folder: Path, *names: str, text: str = "") -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


async def test_files_are_found_by_letters_in_order(owner: httpx.AsyncClient, folder: Path) -> None:
    write(folder, "src/domain.py", "docs/Main Page.md", "src/main_window/view.py")
    assert await find(owner, folder, "main") == {
        "files": ["src/main.py", "docs/Main Page.md", "src/domain.py", "src/main_window/view.py"],
        "is_partial": False,
    }
    assert (await find(owner, folder, "main", limit=1))["files"] == ["src/main.py"]
    assert (await find(owner, folder, "smv"))["files"] == ["src/main_window/view.py"]
    assert (await find(owner, folder, "SRC / main.py"))["files"][0] == "src/main.py"
    assert (await find(owner, folder, "niam"))["files"] == []
    everything = (await find(owner, folder))["files"]
    assert everything[0] == "README.md"
    assert set(everything) == {
        *("README.md", "src/main.py", "src/domain.py", "docs/Main Page.md", "src/main_window/view.py")
    }


async def test_secrets_and_what_git_ignores_are_left_out(owner: httpx.AsyncClient, folder: Path) -> None:
    write(folder, ".gitignore", text="*.log\n/build/\n!kept.log\n")
    write(folder, ".git/info/exclude", text="notes.txt\n")
    write(folder, "src/.gitignore", text="made.py\n")
    names = ("a.log", "kept.log", "build/x.py", "notes.txt", "src/made.py", "src/sub/made.py", "src/sub/real.py")
    write(folder, *names, "node_modules/x.js", ".github/workflows/ci.yml", "key.pem", ".env.local", "src/.venv/y.py")
    (folder / "link.py").symlink_to(folder / "src" / "main.py")
    (folder / "away").symlink_to("/etc")
    found = await find(owner, folder, limit=100)
    assert sorted(found["files"]) == [
        *(".github/workflows/ci.yml", ".gitignore", "README.md", "kept.log"),
        *("src/.gitignore", "src/main.py", "src/sub/real.py"),
    ]
    # The rules of the folders above hold, as they do for git.
    assert (await find(owner, folder / "src"))["files"] == ["main.py", ".gitignore", "sub/real.py"]
    assert (await find(owner, folder / "src" / "sub"))["files"] == ["real.py"]
    rule = {"tool": "read_file", "pattern": f"{folder}/README.md", "effect": "deny"}
    assert (await owner.post("/api/studio/permissions/rules", json=rule)).status_code == 201
    assert (await find(owner, folder, "readme"))["files"] == []


async def test_names_that_cannot_be_typed_are_left_out(owner: httpx.AsyncClient, tmp_path: Path) -> None:
    write(tmp_path / "x", "a\nb.py", "c\x1bd.py", "é è.py", "日本.py")
    (tmp_path / "x" / "f\udcff.py").write_text("")
    assert (await find(owner, tmp_path / "x", limit=100))["files"] == ["日本.py", "é è.py"]


async def test_a_listing_is_kept_for_a_moment(studio: RunningApp, owner: httpx.AsyncClient, folder: Path) -> None:
    assert (await find(owner, folder, "new"))["files"] == []
    write(folder, "new.py")
    assert (await find(owner, folder, "new"))["files"] == []
    studio.clock.advance(seconds=completing.KEPT_SECONDS)
    assert (await find(owner, folder, "new"))["files"] == ["new.py"]
    assert (await find(owner, folder / "src", "main"))["files"] == ["main.py"]


async def test_a_folder_that_takes_too_long_is_listed_in_part(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completing, "LIST_SECONDS", 1.5)
    write(folder / "slow", ".gitignore", text="a*" * 30 + "b\n")
    write(folder / "slow", "a" * 200)
    listing = await list_files(folder)
    assert listing.is_partial
    assert set(listing.names) <= {"README.md", ".env", "src/main.py"}


@pytest.mark.parametrize("folder", ["", "relative", "/nowhere/at/all", "/etc/passwd"])
async def test_what_is_no_folder_is_refused(owner: httpx.AsyncClient, folder: str) -> None:
    answer = await owner.get("/api/studio/files", params={"folder": folder, "query": "x"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert "folder" in answer.json()["error"]


def test_the_best_comes_first() -> None:
    names = ["lib/x/chat.py", "chat/models.py", "a/chatter.py", "tests/test_chat.py", "c/h/a/t.py", "chat.py", "cat.py"]
    assert rank(names, "chat") == [
        *("chat.py", "a/chatter.py", "lib/x/chat.py", "tests/test_chat.py", "chat/models.py", "c/h/a/t.py")
    ]
    assert rank(["a[b]^c-d.py", "abcd.py"], "[]^-") == ["a[b]^c-d.py"]
    assert rank(["b/a", "a"], "") == ["a", "b/a"]
