"""The keyring for real: gnome-keyring on a session bus of its own, unlocked and locked."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KEY = "sk-canary-5d3b1f9e7c"

UNLOCK = "printf password | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null"
LOCKED = "gnome-keyring-daemon --start --components=secrets >/dev/null"

STORY = f"""
import asyncio, sys
from pathlib import Path
from tests.support.program import client_of, program

async def tell(home: Path) -> None:
    extra = {{name: __import__("os").environ[name] for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR")}}
    with program(home, **extra) as started:
        async with client_of(started) as owner:
            body = {{"name": "openai", "model": "m", "api_key": {KEY!r}, "base_url": "http://127.0.0.1:9/v1"}}
            saved = await owner.put("/api/config/provider", json=body)
            print("saved", saved.status_code, (await owner.get("/api/studio/secrets")).text)
    with program(home, **extra) as again:
        async with client_of(again) as owner:
            answer = await owner.post("/api/chat", json={{"message": "Hello"}})
            print("asked", answer.status_code, answer.json()["error"])
            await owner.delete("/api/studio/providers/openai")
            print("left", (await owner.get("/api/studio/secrets")).text)

asyncio.run(tell(Path(sys.argv[1])))
"""


pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not (shutil.which("gnome-keyring-daemon") and shutil.which("dbus-run-session")),
        reason="needs gnome-keyring and dbus-run-session, which `make prove-keyring` installs",
    ),
]


def tell(tmp_path: Path, first: str) -> list[str]:
    """Run the story on a fresh session bus after `first`. Return what it printed."""
    home, runtime = tmp_path / "home", tmp_path / "runtime"
    for folder in (home, runtime):
        folder.mkdir(mode=0o700)
    script = f'{first}; sleep 1; exec "$@"'
    told = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", script, "sh", sys.executable, "-c", STORY, str(home)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": str(runtime), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    return [line for line in told.stdout.splitlines() if line.startswith(("saved", "asked", "left"))]


def in_the_clear(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]


def test_an_unlocked_keyring_keeps_the_key(tmp_path: Path) -> None:
    saved, asked, left = tell(tmp_path, UNLOCK)
    assert saved == 'saved 200 {"sealed":0,"in_keyring":1}'
    assert asked.startswith("asked 502")
    assert left == 'left {"sealed":0,"in_keyring":0}'
    assert in_the_clear(tmp_path) == []


def test_behind_a_locked_keyring_the_key_is_sealed_in_the_database(tmp_path: Path) -> None:
    saved, asked, _ = tell(tmp_path, LOCKED)
    assert saved == 'saved 200 {"sealed":1,"in_keyring":0}'
    assert asked.startswith("asked 502")
    assert in_the_clear(tmp_path) == []


def test_without_any_keyring_the_key_is_sealed_in_the_database(tmp_path: Path) -> None:
    saved, asked, _ = tell(tmp_path, "true")
    assert saved == 'saved 200 {"sealed":1,"in_keyring":0}'
    assert asked.startswith("asked 502")
    assert in_the_clear(tmp_path) == []
