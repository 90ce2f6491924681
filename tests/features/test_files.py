"""The reading tools: what they show, and what they keep to themselves."""

import asyncio
import errno
import os
import shutil
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest

from studio.features.files.searching import search
from studio.features.files.service import Files
from studio.kit.containment import contain, open_regular, replace_file
from studio.kit.errors import InvalidInput, NotAllowed, NotFound, StorageFull, StudioError
from tests.support.app import RunningApp
from tests.support.processes import open_descriptors

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
    with (folder / "sparse").open("wb") as sparse:
        sparse.write(b"x" * 20_000)
        sparse.truncate(2_000_000_000)
    tracemalloc.start()
    assert len(await files.read(folder, "sparse", limit=1)) < 100_100
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()
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


@pytest.mark.parametrize("use_ripgrep", [True, False])
async def test_no_name_and_no_line_hides_where_a_match_comes_from(folder: Path, use_ripgrep: bool) -> None:
    if use_ripgrep and not shutil.which("rg"):
        pytest.skip("ripgrep is not installed here")
    (folder / "a:b.pem").write_text("canary\n")
    (folder / "keys").mkdir()
    (folder / "keys" / "x\nc.txt").write_text("canary\n")
    (folder / "c.txt").write_text("nothing\n")
    (folder / "keys" / "odd.txt").write_text("one\rd.txt:1:canary\u2028e.txt:2:canary\n")
    (folder / "f.txt").write_text("a canary\r\n")

    async def may_read(path: Path) -> bool:
        return path.suffix != ".pem" and path.parent.name != "keys"

    found = await search("canary", folder, base=folder, glob="", may_read=may_read, use_ripgrep=use_ripgrep)
    assert found == "f.txt:1:a canary"


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


async def test_writing_makes_folders_and_keeps_permissions(files: Files, folder: Path) -> None:
    made = await files.write(folder, "new/deep/file.txt", "one\ntwo\n")
    assert (made.created, made.added, made.removed) == (True, 2, 0)
    assert (folder / "new" / "deep" / "file.txt").read_text() == "one\ntwo\n"
    script = folder / "run.sh"
    script.write_text("echo 1\n")
    script.chmod(0o755)
    changed = await files.write(folder, "run.sh", "echo 2\n")
    assert (changed.created, changed.added, changed.removed, script.stat().st_mode & 0o777) == (False, 1, 1, 0o755)
    assert changed.diff == "--- run.sh\n+++ run.sh\n@@ -1 +1 @@\n-echo 1\n+echo 2\n"
    assert sorted(path.name for path in folder.iterdir()) == [".env", "README.md", "new", "run.sh", "src"]


async def test_an_edit_is_exact_and_refuses_ambiguity(files: Files, folder: Path) -> None:
    (folder / "a.txt").write_text("one two one\n")
    with pytest.raises(InvalidInput, match="stands 2 times"):
        await files.edit(folder, "a.txt", old="one", new="1")
    with pytest.raises(InvalidInput, match="does not contain"):
        await files.edit(folder, "a.txt", old="One", new="1")
    with pytest.raises(InvalidInput, match="are the same"):
        await files.edit(folder, "a.txt", old="two", new="two")
    assert (folder / "a.txt").read_text() == "one two one\n"
    await files.edit(folder, "a.txt", old="two", new="2")
    await files.edit(folder, "a.txt", old="one", new="1", every=True)
    assert (folder / "a.txt").read_text() == "1 2 1\n"
    with pytest.raises(NotFound):
        await files.edit(folder, "none", old="a", new="b")


async def test_an_edit_keeps_the_way_lines_end(files: Files, folder: Path) -> None:
    (folder / "dos.txt").write_bytes(b"one\r\ntwo\r\nthree\r\n")
    await files.edit(folder, "dos.txt", old="one\ntwo", new="1\n2")
    assert (folder / "dos.txt").read_bytes() == b"1\r\n2\r\nthree\r\n"
    (folder / "open-end").write_bytes(b"last")
    changed = await files.edit(folder, "open-end", old="last", new="first")
    assert "\\ No newline at end of file" in changed.diff


async def test_what_is_no_text_is_not_changed(files: Files, folder: Path) -> None:
    (folder / "latin").write_bytes(b"caf\xe9 x\n")
    with pytest.raises(InvalidInput, match="is not UTF-8"):
        await files.edit(folder, "latin", old="x", new="y")
    for path in ("src", ".", "src/.."):
        with pytest.raises(InvalidInput, match=r"is (no file|a folder)|itself is no file"):
            await files.write(folder, path, "x")
    with pytest.raises(InvalidInput, match="no folder"):
        await files.write(folder, "README.md/x", "x")


async def test_nothing_is_written_outside(files: Files, folder: Path) -> None:
    (folder / "out").symlink_to(folder.parent)
    (folder / "link").symlink_to(folder.parent / "elsewhere.txt")
    for path in ("../x", "/tmp/x", "out/x", "link", "~/x"):
        with pytest.raises(NotAllowed):
            await files.write(folder, path, "x")
    assert not (folder.parent / "elsewhere.txt").exists()


async def test_a_link_inside_is_written_through(files: Files, folder: Path) -> None:
    (folder / "inside").symlink_to(folder / "README.md")
    await files.write(folder, "inside", "new\n")
    assert (folder / "inside").is_symlink()
    assert (folder / "README.md").read_text() == "new\n"


def test_a_folder_that_becomes_a_link_is_not_entered(folder: Path) -> None:
    """What happens when somebody exchanges a folder between the check and the opening."""
    place = contain(folder, "src/main.py")
    (folder.parent / "other").mkdir()
    (folder.parent / "other" / "main.py").write_text("canary")
    (folder / "src").rename(folder / "was")
    (folder / "src").symlink_to(folder.parent / "other")
    with pytest.raises((NotAllowed, InvalidInput)):
        open_regular(folder, place, "src/main.py")
    with pytest.raises((NotAllowed, InvalidInput)):
        replace_file(folder, place, "src/main.py", b"x")
    assert (folder.parent / "other" / "main.py").read_text() == "canary"


def test_a_file_that_becomes_a_link_is_not_opened(folder: Path) -> None:
    place = contain(folder, "README.md")
    (folder / "README.md").unlink()
    (folder / "README.md").symlink_to("/etc/passwd")
    with pytest.raises(NotAllowed, match="became a link"):
        open_regular(folder, place, "README.md")
    with pytest.raises(InvalidInput, match="is no file"):
        replace_file(folder, place, "README.md", b"x")


async def test_a_pipe_does_not_hang(files: Files, folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    with pytest.raises(InvalidInput, match="is no file"):
        await asyncio.wait_for(files.read(folder, "pipe"), 30)
    with pytest.raises(InvalidInput, match="'pipe' is neither a file nor a folder"):
        await asyncio.wait_for(files.search(folder, "pipe", pattern="x"), 30)


async def test_a_full_disk_leaves_the_file_as_it_was(
    files: Files, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull, match="was not written"):
        await files.write(folder, "README.md", "new\n")
    assert (folder / "README.md").read_text().startswith("# Example")
    assert sorted(path.name for path in folder.iterdir()) == [".env", "README.md", "src"]


def test_no_descriptor_is_left_open(folder: Path) -> None:
    before = open_descriptors()
    for path in ("src/main.py", "src/none", "none/x", "README.md/x", "src"):
        with suppress(StudioError):
            os.close(open_regular(folder, contain(folder, path), path))
    assert open_descriptors() <= before
