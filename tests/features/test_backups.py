"""Copies of everything, and the way back."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from studio.features.approvals.models import ApprovalDraft
from studio.features.approvals.service import Approvals
from studio.features.backups import service
from studio.features.backups.errors import BackupDamaged
from studio.features.backups.models import FileFact
from studio.features.backups.service import AUTOMATIC_KEPT, Backups
from studio.kit.errors import NotFound, StorageFull
from studio.kit.paths import DataFolder
from tests.support.app import RunningApp, running
from tests.support.clock import FakeClock
from tests.support.program import program
from tests.support.workflows import Desk, desk_of

pytestmark = pytest.mark.anyio

IMAGE = "iVBORw0KGgo" + "A" * 41


async def say(owner: httpx.AsyncClient, message: str, **more: object) -> dict[str, Any]:
    answer = await owner.post("/api/chat", json={"message": message, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def titles(owner: httpx.AsyncClient) -> list[str]:
    return sorted(one["title"] for one in (await owner.get("/api/conversations")).json()["conversations"])


async def back_up(owner: httpx.AsyncClient) -> str:
    made = await owner.post("/api/studio/backups")
    assert made.status_code == 201, made.text
    return made.json()["name"]


async def test_a_backup_is_made_while_studio_runs_and_restored_when_it_does_not(tmp_path: Path) -> None:
    home = tmp_path / "data"
    async with running(home) as studio, studio.owner() as owner:
        await say(owner, "/help first", images=[{"data": IMAGE}])
        name = await back_up(owner)
        report = (await owner.post(f"/api/studio/backups/{name}/verify")).json()
        await say(owner, "/help second")
        [image] = list((home / "images").iterdir())
        kept_image = image.read_bytes()
        folder = studio.folder
    assert (report["conversations"], report["messages"], report["images"], report["missing_images"]) == (1, 2, 1, 0)
    image.unlink()
    backups = Backups(folder, FakeClock())
    restored = await backups.restore(folder.path / "backups" / name)
    assert restored.report.name == name
    assert image.read_bytes() == kept_image
    assert {file.name for file in folder.path.iterdir() if file.name.startswith(("studio.db", "restoring"))} == {
        "studio.db"
    }
    async with running(home) as studio, studio.owner() as owner:
        assert await titles(owner) == ["/help first"]
    # Going back can be taken back.
    await backups.restore(Path(restored.kept))
    async with running(home) as studio, studio.owner() as owner:
        assert await titles(owner) == ["/help first", "/help second"]


async def test_a_backup_is_whole_while_others_write(studio: RunningApp, owner: httpx.AsyncClient) -> None:
    for number in range(4):
        await say(owner, f"/help {number}")
        name = await back_up(owner)
        report = (await owner.post(f"/api/studio/backups/{name}/verify")).json()
        assert report["conversations"] == number + 1
    listed = (await owner.get("/api/studio/backups")).json()
    assert len({one["name"] for one in listed["backups"]}) == 4
    assert listed["folder"] == str(studio.folder.path / "backups")
    assert {(studio.folder.path / "backups" / one["name"]).stat().st_mode & 0o777 for one in listed["backups"]} == {
        0o600
    }
    left = (await owner.delete(f"/api/studio/backups/{name}")).json()
    assert len(left["backups"]) == 3
    assert (await owner.delete(f"/api/studio/backups/{name}")).status_code == 404
    for stranger in ("studio.db", "..%2Ftoken", "..%2f..%2fetc%2fpasswd", "token"):
        assert (await owner.delete(f"/api/studio/backups/{stranger}")).status_code == 404


async def test_an_image_that_is_gone_is_told_and_no_reason_to_make_none(
    studio: RunningApp, owner: httpx.AsyncClient
) -> None:
    await say(owner, "/help", images=[{"data": IMAGE}])
    [image] = list((studio.folder.path / "images").iterdir())
    image.unlink()
    report = (await owner.post(f"/api/studio/backups/{await back_up(owner)}/verify")).json()
    assert (report["images"], report["missing_images"]) == (0, 1)


async def test_an_image_that_is_removed_while_a_backup_is_made_is_in_it(
    made: tuple[Backups, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    backups, file = made
    [image] = (file.parents[1] / "images").iterdir()
    describe = service.describe_file

    def describe_then_remove(path: Path) -> FileFact:
        described = describe(path)
        image.unlink(missing_ok=True)
        return described

    monkeypatch.setattr(service, "describe_file", describe_then_remove)
    report = await backups.verify((await backups.create()).name)
    assert (report.images, report.missing_images) == (1, 0)


async def test_no_backup_fills_the_disk(made: tuple[Backups, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    backups, file = made
    free = service.ROOM_LEFT + (file.parents[1] / "studio.db").stat().st_size
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    with pytest.raises(StorageFull, match="Free some space"):
        await backups.create()
    assert [one.name for one in file.parent.iterdir()] == [file.name]


async def test_what_must_not_come_back_does_not(tmp_path: Path) -> None:
    home = tmp_path / "data"
    async with running(home) as studio, studio.owner() as owner:
        await say(owner, "/help")
        await studio.service(Approvals).request(
            ApprovalDraft(
                kind="chat",
                title="Run it",
                detail={},
                reason="",
                rule=None,
                subject=None,
                digest="0" * 64,
                expires_in_seconds=None,
            )
        )
        execute(studio.folder.database, "UPDATE approvals SET state = 'allowed'")
        folder = studio.folder
        link = (await owner.post("/api/studio/links")).json()["url"]
        async with studio.client(Origin="http://127.0.0.1:7420", **{"Sec-Fetch-Site": "same-origin"}) as browser:
            signed = await browser.post("/api/studio/session", json={"link": link.partition("#link=")[2]})
            assert signed.status_code == 200, signed.text
        name = await back_up(owner)
    backups = Backups(folder, FakeClock())
    assert rows(folder.database, "SELECT count(*) FROM page_sessions") == [(1,)]
    await backups.restore(folder.path / "backups" / name)
    assert rows(folder.database, "SELECT count(*) FROM page_sessions") == [(0,)]
    assert rows(folder.database, "SELECT count(*) FROM approvals WHERE state = 'allowed'") == [(0,)]


def execute(path: Path, sql: str) -> None:
    db = sqlite3.connect(path)
    with db:
        db.execute(sql)
    db.close()


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    db = sqlite3.connect(path)
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


@pytest.fixture
async def made(tmp_path: Path) -> tuple[Backups, Path]:
    """A data folder that nobody uses, with a backup."""
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        await say(owner, "/help kept", images=[{"data": IMAGE}])
        name = await back_up(owner)
    return Backups(studio.folder, studio.clock), studio.folder.path / "backups" / name


def rewrite(path: Path, change: Callable[[dict[str, bytes]], None], *, kind: int = zipfile.ZIP_STORED) -> None:
    """Change the entries of an archive."""
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)


def add_stranger(entries: dict[str, bytes]) -> None:
    entries["../token"] = b"evil"


def add_named_stranger(entries: dict[str, bytes]) -> None:
    manifest = json.loads(entries["manifest.json"])
    entries["images/../../token"] = b"evil"
    manifest["files"]["images/../../token"] = {"bytes": 4, "sha256": "0" * 64}
    entries["manifest.json"] = json.dumps(manifest).encode()


def change_image(entries: dict[str, bytes]) -> None:
    name = next(name for name in entries if name.startswith("images/"))
    entries[name] = entries[name][::-1]


def grow_database(entries: dict[str, bytes]) -> None:
    entries["studio.db"] += b"x"


def no_database(entries: dict[str, bytes]) -> None:
    del entries["studio.db"]


def no_manifest(entries: dict[str, bytes]) -> None:
    del entries["manifest.json"]


def later_format(entries: dict[str, bytes]) -> None:
    entries["manifest.json"] = json.dumps(json.loads(entries["manifest.json"]) | {"format": 2}).encode()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (add_stranger, "not what its manifest says"),
        (add_named_stranger, "does not belong"),
        (change_image, "is not what it was"),
        (grow_database, "another length"),
        (no_database, "not what its manifest says"),
        (no_manifest, "does not begin with a manifest"),
        (later_format, "none that this Studio knows"),
    ],
)
async def test_a_backup_that_was_changed_is_refused_before_anything_is_replaced(
    made: tuple[Backups, Path], change: Callable[[dict[str, bytes]], None], reason: str
) -> None:
    backups, file = made
    before = snapshot(file.parents[1])
    rewrite(file, change)
    with pytest.raises(BackupDamaged, match=reason):
        await backups.verify(file.name)
    with pytest.raises(BackupDamaged, match=reason):
        await backups.restore(file)
    assert snapshot(file.parents[1]) == before


def snapshot(folder: Path) -> dict[str, bytes]:
    files = [file for file in folder.rglob("*") if file.is_file() and file.suffix != ".zip"]
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
async def test_a_backup_that_is_packed_as_none_is_refused(made: tuple[Backups, Path], kind: int) -> None:
    backups, file = made
    rewrite(file, lambda _: None, kind=kind)
    with pytest.raises(BackupDamaged, match="packed as no backup is"):
        await backups.verify(file.name)


@pytest.mark.parametrize("length", [0, 10, 0.3, 0.9])
async def test_a_backup_that_was_cut_off_is_refused(made: tuple[Backups, Path], length: float) -> None:
    backups, file = made
    content = file.read_bytes()
    file.write_bytes(content[: length if isinstance(length, int) else int(len(content) * length)])
    with pytest.raises(BackupDamaged, match="cannot be"):
        await backups.restore(file)


async def test_a_backup_of_a_newer_studio_is_refused(made: tuple[Backups, Path], tmp_path: Path) -> None:
    backups, file = made
    newer = tmp_path / "newer.db"
    newer.write_bytes((file.parents[1] / "studio.db").read_bytes())
    db = sqlite3.connect(newer)
    db.execute("INSERT INTO migrations VALUES (9999, 'x')")
    db.commit()
    db.close()
    before = snapshot(file.parents[1])
    with pytest.raises(BackupDamaged, match="newer Studio"):
        await backups.restore(newer)
    assert snapshot(file.parents[1]) == before


async def test_a_restored_database_does_nothing_by_itself_but_what_studio_made_it_do(
    made: tuple[Backups, Path], tmp_path: Path
) -> None:
    backups, file = made
    database = file.parents[1] / "studio.db"
    acts = "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('trigger', 'view')"
    ours = rows(database, acts)
    assert ours
    hostile = tmp_path / "hostile.db"
    hostile.write_bytes(database.read_bytes())
    execute(hostile, f"DROP {ours[0][0]} {ours[0][1]}")
    execute(hostile, 'CREATE VIEW "a ""view" AS SELECT 1')
    execute(
        hostile, "INSERT INTO page_sessions SELECT 'x', 'x', '2026-11-01T00:00:00.000Z', '2036-11-01T00:00:00.000Z'"
    )
    # Whoever was signed in when it was made would stay so.
    execute(hostile, "CREATE TRIGGER stay BEFORE DELETE ON page_sessions BEGIN SELECT RAISE(IGNORE); END")
    await backups.restore(hostile)
    assert rows(database, "SELECT count(*) FROM page_sessions") == [(0,)]
    assert rows(database, acts) == ours


async def test_a_database_that_is_damaged_is_kept_as_it_is_and_replaced(made: tuple[Backups, Path]) -> None:
    backups, file = made
    database = file.parents[1] / "studio.db"
    database.write_bytes(b"This is a letter, not a database. " * 1000)
    database.with_name("studio.db-wal").write_bytes(b"and this its journal")
    with pytest.raises(BackupDamaged, match="studio backup list"):
        await backups.create()
    restored = await backups.restore(file)
    assert {one.name for one in Path(restored.kept).iterdir()} >= {"studio.db", "studio.db-wal"}
    assert not database.with_name("studio.db-wal").exists()
    async with running(file.parents[1]) as studio, studio.owner() as owner:
        assert await titles(owner) == ["/help kept"]


async def test_one_goes_back_to_a_database_that_somebody_read_when_it_was_replaced(made: tuple[Backups, Path]) -> None:
    backups, file = made
    home = file.parents[1]
    async with running(home) as studio, studio.owner() as owner:
        await say(owner, "/help later")
    db = sqlite3.connect(home / "studio.db")
    db.execute("PRAGMA journal_mode = WAL")
    reading = db.execute("SELECT 1 FROM messages")
    reading.fetchone()
    restored = await backups.restore(file)
    reading.close()
    db.close()
    assert Path(restored.kept).is_dir()
    assert (await backups.verify(Path(restored.kept).name)).conversations == 2
    await backups.restore(Path(restored.kept))
    async with running(home) as studio, studio.owner() as owner:
        assert await titles(owner) == ["/help kept", "/help later"]


@pytest.mark.parametrize("failing", ["studio.db", "images"])
async def test_a_restore_that_fails_leaves_what_was_there(
    made: tuple[Backups, Path], monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    backups, file = made
    home = file.parents[1]
    async with running(home) as studio, studio.owner() as owner:
        await say(owner, "/help later")
    replace = Path.replace

    def fail(self: Path, target: Path) -> Path:
        if home / failing in {target, target.parent}:
            raise OSError(5, "Input/output error")
        return replace(self, target)

    db = sqlite3.connect(home / "studio.db")
    db.execute("PRAGMA journal_mode = WAL")
    reading = db.execute("SELECT 1 FROM messages")
    reading.fetchone()
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", fail)
        with pytest.raises(OSError, match="Input/output"):
            await backups.restore(file)
    reading.close()
    db.close()
    async with running(home) as studio, studio.owner() as owner:
        assert await titles(owner) == ["/help kept", "/help later"]


@pytest.mark.long
async def test_a_run_that_was_over_meanwhile_can_be_gone_on_with_from_its_backup(tmp_path: Path) -> None:
    folder = DataFolder.create(tmp_path / "data")
    ask = {"id": "q", "kind": "ask", "question": "Go on?"}
    command = {"id": "c", "kind": "command", "command": "true", "depends_on": ["q"]}
    with program(tmp_path) as server, desk_of(server).http as http:
        desk = Desk(http)
        run_id = desk.run(ask, command)
        desk.until(run_id, lambda shown: shown["status"] == "awaiting_approval")
        name = http.post("/api/studio/backups").json()["name"]
        desk.decide(run_id, "q", "approve", note="yes")
        assert desk.until_over(run_id)["status"] == "completed"
    await Backups(folder, FakeClock()).restore(folder.path / "backups" / name)
    with program(tmp_path) as server, desk_of(server).http as http:
        desk = Desk(http)
        assert desk.show(run_id)["status"] == "awaiting_approval"
        desk.decide(run_id, "q", "approve", note="yes")
        assert desk.until_over(run_id)["status"] == "completed"


async def test_runs_that_would_go_on_by_themselves_are_paused(tmp_path: Path) -> None:
    folder = DataFolder.create(tmp_path / "data")
    with program(tmp_path) as server, desk_of(server).http as http:
        desk = Desk(http)
        working = desk.run({"id": "c", "kind": "command", "command": "sleep 600"})
        waiting = desk.run({"id": "w", "kind": "wait", "seconds": 600})
        asking = desk.run({"id": "q", "kind": "ask", "question": "Go on?"})
        desk.until_step(working, "c", "running")
        desk.until(waiting, lambda _: rows(folder.database, "SELECT 1 FROM workflow_runs WHERE wake_at IS NOT NULL"))
        desk.until(asking, lambda shown: shown["status"] == "awaiting_approval")
        name = http.post("/api/studio/backups").json()["name"]
    await Backups(folder, FakeClock()).restore(folder.path / "backups" / name)
    with program(tmp_path) as server, desk_of(server).http as http:
        desk = Desk(http)
        assert [desk.show(run_id)["paused"] for run_id in (working, waiting, asking)] == [True, True, False]


async def test_what_a_kill_left_half_unpacked_is_removed_by_the_next(made: tuple[Backups, Path]) -> None:
    backups, file = made
    left, used = (file.parents[1] / f"restoring-{name}" for name in ("left", "used"))
    for folder in (left, used):
        folder.mkdir()
        (folder / "studio.db").touch()
    with DataFolder(used).hold():
        for folder in (left, used):
            os.utime(folder, (0, 0))
        await backups.verify(file.name)
        assert [one.name for one in file.parents[1].glob("restoring-*")] == ["restoring-used"]


async def test_a_file_that_is_not_there_is_no_backup(made: tuple[Backups, Path]) -> None:
    with pytest.raises(NotFound, match="There is no backup"):
        await made[0].restore(made[1].with_name("other.zip"))


async def test_backups_are_made_by_themselves_as_often_as_wanted(made: tuple[Backups, Path]) -> None:
    backups, clock = made[0], made[0]._clock
    assert isinstance(clock, FakeClock)
    for _ in range(AUTOMATIC_KEPT + 3):
        await backups.keep_up(days=2)
        clock.advance(days=1)
        await backups.keep_up(days=2)
        clock.advance(days=1, seconds=1)
    listed = (await backups.list()).backups
    assert [one.origin for one in listed] == ["automatic"] * AUTOMATIC_KEPT + ["person"]


async def test_a_clock_that_was_ahead_keeps_no_backup_from_being_made(made: tuple[Backups, Path]) -> None:
    backups, clock = made[0], made[0]._clock
    assert isinstance(clock, FakeClock)
    clock.advance(days=3650)
    await backups.keep_up(days=2)
    clock.advance(days=-3650)
    for _ in range(2):
        await backups.keep_up(days=2)
    assert [one.created_at[:4] for one in (await backups.list()).backups] == ["2036", "2026", "2026"]
    for _ in range(AUTOMATIC_KEPT):
        clock.advance(days=3)
        await backups.keep_up(days=2)
    assert {one.created_at[:4] for one in (await backups.list()).backups} == {"2026"}
