"""The reading tools: what they show, and what they keep to themselves."""

import shutil
from pathlib import Path

import pytest

from studio.features.files.searching import search
from studio.features.files.service import Files
from studio.kit.errors import InvalidInput, NotAllowed, NotFound
from tests.support.app import RunningApp

pytestmark = pytest.mark.anyio


@pytest.fixture
def files(studio: RunningApp) -> Files:
    return studio.service(Files)


async def test_part_of_a_file(files: Files, folder: Path) -> None:
    (folder / "long.txt").write_text("".join(f"line {n}\n" for n in range(1, 101)))
    assert (
        await files.read(folder, "long.txt", offset=3, limit=2)
        == "line 3\nline 4\n\n… more follows; continue with offset=5"
    )
    assert await files.read(folder, "long.txt", offset=99, limit=2) == "line 99\nline 100\n"
    assert await files.read(folder, "long.txt", offset=100, limit=50) == "line 100\n"
    with pytest.raises(InvalidInput, match="has 100 lines only"):
        await files.read(folder, "long.txt", offset=101)


async def test_odd_files(files: Files, folder: Path) -> None:
    (folder / "empty").write_text("")
    (folder / "latin").write_bytes(b"caf\xe9\n")
    (folder / "binary").write_bytes(b"\x7fELF\0\0\0")
    (folder / "wide").write_text("x" * 300_000)
    assert await files.read(folder, "empty") == ""
    assert await files.read(folder, "latin") == "caf\ufffd\n"
    assert len(await files.read(folder, "wide")) < 100_100
    with pytest.raises(InvalidInput, match="is not text"):
        await files.read(folder, "binary")
    with pytest.raises(InvalidInput, match="is a folder"):
        await files.read(folder, "src")
    with pytest.raises(NotFound):
        await files.read(folder, "none")


async def test_a_link_is_judged_by_where_it_leads(files: Files, folder: Path) -> None:
    (folder / "inside").symlink_to(folder / "README.md")
    (folder / "outside").symlink_to("/etc/passwd")
    assert (await files.read(folder, "inside")).startswith("# Example")
    with pytest.raises(NotAllowed):
        await files.read(folder, "outside")


async def test_a_tree(files: Files, folder: Path) -> None:
    (folder / "link").symlink_to("/etc")
    (folder / "node_modules" / "x").mkdir(parents=True)
    listed = await files.list(folder, ".", depth=3)
    assert listed == "node_modules/\nsrc/\n  main.py\n.env\nREADME.md\nlink -> /etc"
    assert await files.list(folder, "node_modules", depth=2) == "x/"
    assert await files.list(folder, "node_modules/x") == "(empty)"
    with pytest.raises(InvalidInput, match="is a file"):
        await files.list(folder, "README.md")
    with pytest.raises(NotFound):
        await files.list(folder, "none")
    for n in range(1500):
        (folder / "src" / f"{n:04}").touch()
    assert len((await files.list(folder, "src")).splitlines()) == 1001


@pytest.mark.parametrize("use_ripgrep", [True, False])
async def test_searching_with_and_without_ripgrep_finds_the_same(folder: Path, use_ripgrep: bool) -> None:
    if use_ripgrep and not shutil.which("rg"):
        pytest.skip("ripgrep is not installed here")
    (folder / ".gitignore").write_text("built/\n*.log\n!keep.log\n")
    (folder / "built").mkdir()
    for name in ("built/x.txt", "a.log", "keep.log", "b.txt", "src/c.py"):
        (folder / name).write_text("one\nstudio two\n")
    (folder / "src" / ".gitignore").write_text("hidden.py\n")
    (folder / "src" / "hidden.py").write_text("studio\n")
    (folder / "binary").write_bytes(b"studio\0")
    (folder / "outside").symlink_to("/etc")

    async def may_read(path: Path) -> bool:
        return path.name != "b.txt"

    async def look(pattern: str, place: str = ".", glob: str = "") -> list[str]:
        found = await search(
            pattern, (folder / place).resolve(), base=folder, glob=glob, may_read=may_read, use_ripgrep=use_ripgrep
        )
        return sorted(found.splitlines())

    everything = ["keep.log:2:studio two", "src/c.py:2:studio two", "src/main.py:2:    print('studio')"]
    assert await look("studio") == everything
    assert await look("studio", "src") == everything[1:]
    assert await look("^studio", glob="*.py") == everything[1:2]
    assert await look("studio", glob="src/*") == everything[1:]
    assert await look("studio", "keep.log") == everything[:1]
    assert await look("nowhere to be found") == ["No match."]
    with pytest.raises(InvalidInput, match="is not a regular expression"):
        await look("(")


async def test_searching_one_file(files: Files, folder: Path) -> None:
    (folder / "src" / "README.md").write_text("A small thing.\n")
    assert await files.search(folder, "README.md", pattern="small") == "README.md:3:A small project."
    with pytest.raises(NotFound):
        await files.search(folder, "none", pattern="x")
    with pytest.raises(NotAllowed):
        await files.search(folder, "..", pattern="x")


async def test_a_search_never_shows_a_secret(files: Files, folder: Path) -> None:
    (folder / "prod.env").write_text("SECRET=canary\n")
    assert await files.search(folder, ".", pattern="canary") == "No match."


async def test_a_pattern_that_never_ends_harms_nobody(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.features.files.searching.SEARCH_SECONDS", 1)
    (folder / "bomb.txt").write_text("a" * 40 + "b\n")

    async def may_read(path: Path) -> bool:
        return True

    with pytest.raises(InvalidInput, match="took more than 1 seconds"):
        await search("(a+)+$", folder, base=folder, glob="", may_read=may_read, use_ripgrep=False)


async def test_a_pattern_is_never_an_option(files: Files, folder: Path) -> None:
    assert await files.search(folder, ".", pattern="--files") == "No match."
    assert await files.search(folder, ".", pattern="small", glob="--pre=id") == "No match."
