"""`studio backup` and `studio data` in a terminal."""

from __future__ import annotations

import asyncio
import errno
import json
import shutil
from pathlib import Path
from typing import IO

import pytest

from studio.cli import main
from studio.kit.db import open_database
from studio.kit.paths import DataFolder
from tests.support.program import Program, client_of, run_cli

pytestmark = pytest.mark.anyio


async def test_one_backs_up_prunes_and_goes_back(server: Program, tmp_path: Path) -> None:
    home = server.home
    async with client_of(server) as owner:
        assert (await owner.post("/api/chat", json={"message": "/help kept"})).status_code == 200
        step = {"id": "ask", "kind": "ask", "question": "Which?"}
        workflow = (await owner.post("/api/workflow", json={"name": "W", "steps": [step]})).json()["id"]
        assert (await owner.post(f"/api/workflow/execute/{workflow}", json={})).status_code == 202
        schedule = {"name": "W", "subject": workflow, "trigger": {"kind": "cron", "expression": "@yearly"}}
        assert (await owner.post("/api/studio/schedules", json=schedule)).status_code == 201
    outside = tmp_path / "outside.zip"
    status, out, err = await run_cli(home, "backup", "create", "--to", str(outside))
    assert (status, err) == (0, ""), err
    assert out.startswith(f"{outside}\n")
    assert "1 conversations with 2 messages, 0 images, 1 workflows with 1 runs, 1 schedules, " in out
    assert " kB.\n" in out
    assert outside.stat().st_mode & 0o777 == 0o600
    status, out, err = await run_cli(home, "backup", "create", "--to", str(outside))
    assert (status, out) == (1, "")
    assert "is there already" in err
    assert (await run_cli(home, "backup", "create"))[0] == 0
    status, out, _ = await run_cli(home, "backup", "list", "--json")
    [listed] = json.loads(out)["backups"]
    status, out, _ = await run_cli(home, "backup", "verify", listed["name"])
    assert (status, out.splitlines()[0]) == (0, f"{listed['name']} is whole.")

    status, out, _ = await run_cli(home, "data", "prune", "--older-than", "1")
    assert (status, out.startswith("Nothing to remove")) == (0, True)
    status, out, _ = await run_cli(home, "data", "usage")
    assert (status, out.splitlines()[0].split()) == (0, ["WHAT", "ENTRIES", "SIZE"])
    status, out, err = await run_cli(home, "data", "prune", "--older-than", "0")
    assert (status, out) == (1, "")
    assert "older_than_days" in err

    status, out, err = await run_cli(home, "backup", "restore", str(outside), "--yes")
    assert status == 1
    assert "End it, then restore; nothing was changed." in err
    server.process.terminate()
    server.process.wait(30)
    status, out, err = await run_cli(home, "backup", "restore", str(outside), typed="no\n")
    assert (status, out.splitlines()[-1]) == (1, "Nothing was changed.")
    status, out, err = await run_cli(home, "backup", "restore", str(outside), typed="yes\n")
    assert (status, "What was there before is kept" in out) == (0, True), err
    outside.write_bytes(b"no backup at all")
    status, out, err = await run_cli(home, "backup", "verify", str(outside))
    assert (status, out) == (1, "")
    assert "cannot be read as a backup" in err


async def test_there_must_be_something_to_back_up(tmp_path: Path) -> None:
    status, out, err = await run_cli(tmp_path, "backup", "create")
    assert (status, out) == (1, "")
    assert "There is nothing to back up" in err


def test_a_disk_that_takes_half_a_backup_is_left_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path / "data"))
    folder, target = DataFolder.create(tmp_path / "data"), tmp_path / "other.zip"

    async def fill() -> None:
        async with open_database(folder.database):
            pass

    def copy_half(reading: IO[bytes], writing: IO[bytes]) -> None:
        writing.write(reading.read(100))
        raise OSError(errno.ENOSPC, "No space left on device")

    asyncio.run(fill())
    monkeypatch.setattr(shutil, "copyfileobj", copy_half)
    # It is this process's.
    monkeypatch.setattr("studio.commands._leave_output", lambda: None)
    assert main(["backup", "create", "--to", str(target)]) == 1
    assert "No space left" in capsys.readouterr().err
    assert not target.exists()
    # What was made is still there.
    assert main(["backup", "verify", next((folder.path / "backups").iterdir()).name]) == 0
