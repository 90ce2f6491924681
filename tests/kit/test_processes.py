import asyncio
import sys
import time
from pathlib import Path

import pytest

from studio.kit import processes
from tests.support.processes import is_running, open_descriptors

pytestmark = pytest.mark.anyio


async def sh(command: str, cwd: Path, **more: object) -> processes.Finished:
    options = {"timeout_seconds": 20, "limit_bytes": 10_000} | more
    return await processes.run(["/bin/sh", "-c", command], cwd=cwd, **options)


async def until_dead(pid: int) -> None:
    """Only the kernel knows when a killed process is gone, and tells nobody but its parent."""
    deadline = time.monotonic() + 25
    while is_running(pid) and time.monotonic() < deadline:
        await asyncio.sleep(0.01)
    assert not is_running(pid)


async def test_output_and_status_come_back(tmp_path: Path) -> None:
    finished = await sh("echo out; echo err >&2; exit 3", tmp_path)
    assert (finished.exit_code, finished.signal, finished.output) == (3, None, "out\nerr\n")
    finished = await sh("kill -KILL $$", tmp_path)
    assert (finished.exit_code, finished.signal) == (None, "SIGKILL")


async def test_a_child_learns_no_key_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STUDIO_TOKEN", "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "npm_config_yes", "LD_PRELOAD", "GIT_DIR"):
        monkeypatch.setenv(name, "canary")
    finished = await sh("env", tmp_path)
    assert "canary" not in finished.output
    assert "PATH=" in finished.output


async def test_the_whole_group_is_killed_at_the_limit(tmp_path: Path) -> None:
    begun = time.monotonic()
    finished = await sh("sleep 60 & echo $!; wait", tmp_path, timeout_seconds=3)
    assert finished.timed_out
    assert time.monotonic() - begun < 25
    await until_dead(int(finished.output))


async def test_what_a_command_leaves_running_is_ended_and_does_not_hold_the_answer(tmp_path: Path) -> None:
    begun = time.monotonic()
    finished = await sh("sleep 60 & echo $!", tmp_path)
    assert (finished.exit_code, finished.timed_out) == (0, False)
    assert time.monotonic() - begun < 25
    await until_dead(int(finished.output))


async def test_a_child_that_goes_on_printing_does_not_hold_the_answer(tmp_path: Path) -> None:
    began = time.monotonic()
    finished = await sh("(while :; do echo tick; sleep 0.05; done) & echo started", tmp_path)
    assert "started" in finished.output
    assert time.monotonic() - began < 25


async def test_a_cancelled_run_leaves_nothing_behind(tmp_path: Path) -> None:
    seen = asyncio.Queue[bytes]()
    task = asyncio.create_task(sh("echo $$; sleep 60", tmp_path, on_output=seen.put_nowait))
    pid = int(await asyncio.wait_for(seen.get(), 30))
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()
    assert not is_running(pid)


async def test_of_endless_output_the_beginning_and_the_end_are_kept(tmp_path: Path) -> None:
    program = "import sys\nfor n in range(200000): print(n)"
    finished = await processes.run(
        [sys.executable, "-c", program], cwd=tmp_path, timeout_seconds=30, limit_bytes=10_000
    )
    lines = finished.output.splitlines()
    assert (lines[0], lines[-1]) == ("0", "199999")
    assert len(finished.output) < 10_200
    assert f"… {finished.dropped_bytes} bytes left out …" in finished.output
    assert finished.dropped_bytes == sum(len(f"{n}\n") for n in range(200000)) - 10_000


def test_head_and_tail_lose_nothing_below_their_limit() -> None:
    kept = processes.HeadAndTail(100)
    for number in range(10):
        kept.add(str(number).encode() * 10)
    assert kept.text() == "".join(str(number) * 10 for number in range(10))
    assert kept.dropped == 0


async def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await processes.run(["/nowhere/program"], cwd=tmp_path, timeout_seconds=1, limit_bytes=10)


async def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    await sh("true", tmp_path)
    before = open_descriptors()
    for _ in range(20):
        await sh("echo x", tmp_path)
    assert open_descriptors() <= before + 1
