"""The keeper of terminals: its protocol over its socket, and what outlives whom."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import signal
import socket
import stat
import struct
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from studio.features.terminals import keeper as program
from studio.features.terminals.connection import (
    SOCKET,
    Handed,
    KeeperConnection,
    Listener,
    find_keeper,
    release,
    start_keeper,
)
from studio.features.terminals.keeper import RING_BYTES, create_ring
from studio.features.terminals.models import Size
from studio.kit.errors import Unavailable
from tests.prove.count import count
from tests.support import owner
from tests.support.processes import is_running
from tests.support.terminals import PATIENCE_SECONDS, empty, keepers_of, until

pytestmark = pytest.mark.anyio

ENVIRONMENT = {"PATH": os.environ["PATH"], "TERM": "xterm-256color"}


class Heard:
    """What the keeper told."""

    def __init__(self) -> None:
        self.exits = asyncio.Queue[tuple[str, int]]()
        self.lost = asyncio.Event()
        self.listener = Listener(lambda *ended: self.exits.put_nowait(ended), self.lost.set)


async def spawn(keeper: KeeperConnection, *argv: str, name: str = "t") -> Handed:
    return await keeper.spawn(name, argv, env=ENVIRONMENT, cwd=Path("/"), size=Size(cols=100, rows=30))


def drain(handed: Handed) -> bytes:
    with suppress(OSError):
        while handed.ring.fill(handed.master, 65536):
            pass
    return handed.ring.read(handed.ring.start, handed.ring.count)


@asynccontextmanager
async def keeping(folder: Path, heard: Heard | None = None) -> AsyncIterator[KeeperConnection]:
    """A new keeper, which holds nothing any more when the block is left, and ends."""
    keeper = await start_keeper(folder, (heard or Heard()).listener)
    try:
        yield keeper
    finally:
        keeper.disconnect()
        await empty(folder)


async def test_a_shell_in_a_terminal_and_how_it_ended(tmp_path: Path) -> None:
    heard = Heard()
    async with keeping(tmp_path / "terminals", heard) as keeper:
        shell = await spawn(keeper, "sh", "-c", 'stty size; echo "$TERM" "$HOME"; pwd; tty >/dev/null && exit 7')
        assert await asyncio.wait_for(heard.exits.get(), PATIENCE_SECONDS) == ("t", 7)
        assert drain(shell) == b"30 100\r\nxterm-256color \r\n/\r\n"
        killed = await spawn(keeper, "sh", "-c", "kill -9 $$", name="k")
        assert await asyncio.wait_for(heard.exits.get(), PATIENCE_SECONDS) == ("k", -9)
        for handed in (shell, killed):
            release(handed)


async def test_what_cannot_be_run_is_told(tmp_path: Path) -> None:
    async with keeping(tmp_path / "terminals") as keeper:
        with pytest.raises(OSError, match="No such file"):
            await spawn(keeper, "/no/such/shell")
        with pytest.raises(OSError, match="No such file"):
            await keeper.spawn("t", ["sh"], env=ENVIRONMENT, cwd=tmp_path / "gone", size=Size())
        release(await spawn(keeper, "cat"))


async def test_its_socket_is_private_and_has_one_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "terminals"
    monkeypatch.setattr("studio.features.terminals.connection.BUSY_SECONDS", 0.3)
    async with keeping(folder) as keeper:
        assert [stat.S_IMODE((folder / name).stat().st_mode) for name in ("", SOCKET)] == [0o700, 0o600]
        with pytest.raises(Unavailable, match=f"process {os.getpid()}"):
            await find_keeper(folder, Heard().listener)
        keeper.disconnect()
        again = await find_keeper(folder, Heard().listener)
        assert again
        again.disconnect()


async def test_the_protocol_byte_by_byte(tmp_path: Path) -> None:
    async with keeping(tmp_path / "terminals") as keeper:
        keeper.disconnect()
        with connected(tmp_path / "terminals" / SOCKET) as (raw, told, _):
            assert told == {"ready": 0}
            wanted = {"argv": ["sh", "-c", "read x; exit $x"], "env": ENVIRONMENT, "cwd": "/", "cols": 80, "rows": 24}
            say(raw, {"do": "spawn", "id": "one", **wanted})
            spawned, (master, ring) = hear(raw)
            pid = spawned["terminal"]["pid"]
            assert spawned == {"terminal": {"id": "one", "pid": pid, "offset": 0, "status": None}}
            assert [os.get_inheritable(master), os.fstat(ring).st_size] == [False, 8 + RING_BYTES]
            os.write(master, b"3\n")
            assert hear(raw) == ({"exit": {"id": "one", "status": 3}}, [])
        with connected(tmp_path / "terminals" / SOCKET) as (raw, told, descriptors):
            # The end is told until somebody closes it, and what it printed is there.
            assert told["terminal"]["status"] == 3
            assert len(descriptors) == 2
            say(raw, {"do": "close", "id": "one"})
            assert hear(raw) == ({"ready": 1}, [])
        with connected(tmp_path / "terminals" / SOCKET) as (_, told, _):
            assert told == {"ready": 0}
            for descriptor in (master, ring, *descriptors):
                os.close(descriptor)


@pytest.mark.parametrize(
    "said", [b"\0\0\0\4null", b"\0\0\0\2{}", b"\xff\xff\xff\xff", b"\0\0\0\1{", b'\0\0\0\x0c{"do":"what"}']
)
async def test_an_owner_that_speaks_something_else_loses_the_keeper_and_no_terminal(
    tmp_path: Path, said: bytes
) -> None:
    async with keeping(tmp_path / "terminals") as keeper:
        shell = await spawn(keeper, "cat")
        keeper.disconnect()
        with connected(tmp_path / "terminals" / SOCKET) as (raw, _, descriptors):
            assert len(descriptors) == 2
            for descriptor in descriptors:
                os.close(descriptor)
            assert hear(raw)[0] == {"ready": 1}
            raw.sendall(said)
            assert raw.recv(1) == b""
        assert is_running(shell.pid)
        release(shell)


@contextmanager
def connected(path: Path) -> Iterator[tuple[socket.socket, dict[str, Any], list[int]]]:
    """A connection that owns the keeper, and the first that it hears."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        with socket.socket(socket.AF_UNIX) as raw:
            raw.settimeout(PATIENCE_SECONDS)
            folder = os.open(path.parent, os.O_RDONLY)
            raw.connect(f"/proc/self/fd/{folder}/{path.name}")
            os.close(folder)
            told, descriptors = hear(raw)
            # It may not yet have seen that the owner before went.
            if "error" not in told or time.monotonic() > deadline:
                yield raw, told, descriptors
                return


def say(raw: socket.socket, message: dict[str, Any]) -> None:
    data = json.dumps(message).encode()
    raw.sendall(struct.pack(">I", len(data)) + data)


def hear(raw: socket.socket) -> tuple[dict[str, Any], list[int]]:
    length, descriptors, _, _ = socket.recv_fds(raw, 4, 2)
    size = struct.unpack(">I", length)[0]
    data = b""
    while len(data) < size:
        data += raw.recv(size - len(data))
    for descriptor in descriptors:
        os.set_inheritable(descriptor, False)
    return json.loads(data), descriptors


async def test_closing_ends_everything_in_the_terminal(tmp_path: Path) -> None:
    async with keeping(tmp_path / "terminals") as keeper:
        # A shell that ignores the hang-up, and a program of its own group in the foreground.
        script = "trap '' HUP; set -m; sleep 1000 & echo $! $$; fg >/dev/null"
        shell = await spawn(keeper, "bash", "-c", script)
        await until(lambda: drain(shell).count(b"\n"))
        pids = [int(word) for word in drain(shell).split()]
        await until(lambda: os.tcgetpgrp(shell.master) == pids[0])
        await keeper.close("t")
        await until(lambda: not any(is_running(pid) for pid in pids))
        release(shell)


async def test_it_reads_while_nobody_else_does_and_ends_when_it_holds_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "terminals"
    keeper = await start_keeper(folder, Heard().listener)
    (keeper_pid,) = keepers_of(folder)
    shell = await spawn(keeper, "sh", "-c", "read x; head -c 3000000 /dev/zero | tr '\\0' x; echo; echo END; cat")
    keeper.disconnect()
    os.write(shell.master, b"\n")
    shell.ring.reload()

    def printed() -> bytes:
        shell.ring.reload()
        return shell.ring.read(max(shell.ring.start, shell.ring.count - 100), shell.ring.count)

    await until(lambda: b"END" in printed())
    heard = Heard()
    again = await find_keeper(folder, heard.listener)
    assert again
    (handed,) = again.handed
    assert (handed.pid, handed.ring.count) == (shell.pid, shell.ring.count)
    assert handed.ring.count > 3_000_000
    os.write(handed.master, b"\x04")
    assert await asyncio.wait_for(heard.exits.get(), PATIENCE_SECONDS) == ("t", 0)
    await again.close("t")
    again.disconnect()
    await until(lambda: not is_running(keeper_pid))
    assert not (folder / SOCKET).exists()
    assert (folder / "keeper.log").read_text() == ""
    for one in (shell, handed):
        release(one)


async def test_a_keeper_that_was_killed_is_noticed_and_replaced(tmp_path: Path) -> None:
    folder, heard = tmp_path / "terminals", Heard()
    await start_keeper(folder, heard.listener)
    (pid,) = keepers_of(folder)
    os.kill(pid, signal.SIGKILL)
    await asyncio.wait_for(heard.lost.wait(), PATIENCE_SECONDS)
    assert (folder / SOCKET).exists()
    assert await find_keeper(folder, heard.listener) is None
    async with keeping(folder) as keeper:
        release(await spawn(keeper, "cat"))


async def test_without_a_place_for_its_socket_it_lives_as_long_as_its_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> socket.socket:
        raise OSError("no sockets here")

    monkeypatch.setattr("studio.features.terminals.connection._listen", refuse)
    keeper = await start_keeper(tmp_path / "terminals", Heard().listener)
    shell = await spawn(keeper, "cat")
    keeper.disconnect()
    await until(lambda: not is_running(shell.pid))
    release(shell)


async def test_opening_and_closing_leaves_nothing_behind(tmp_path: Path) -> None:
    cycles = count(100)
    folder, heard = tmp_path / "terminals", Heard()
    async with keeping(folder, heard) as keeper:
        (keeper_pid,) = keepers_of(folder)
        before = [len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in (os.getpid(), keeper_pid)]
        for number in range(cycles):
            shell = await spawn(keeper, "sleep" if number % 2 else "true", "1000", name=f"t{number}")
            await keeper.close(f"t{number}")
            release(shell)
        children = Path(f"/proc/{keeper_pid}/task/{keeper_pid}/children")
        await until(lambda: children.read_text(encoding="utf-8") == "")
        assert [len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in (os.getpid(), keeper_pid)] == before


async def test_killed_owners_lose_no_shell_and_next_to_nothing_of_what_it_prints(tmp_path: Path) -> None:
    folder, chance, kills = tmp_path / "terminals", random.Random(7), count(12)
    script = "n=0; while :; do echo $n; n=$((n+1)); done"
    async with keeping(folder) as keeper:
        keeper.disconnect()
        counts, spawning = list[int](), ["sh", "-c", script]
        directory = os.open(folder, os.O_RDONLY)
        for _ in range(kills):
            address = f"/proc/self/fd/{directory}/{SOCKET}"
            owned = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", owner.__file__, program.__file__, address, *spawning),
                stdout=subprocess.PIPE,
                pass_fds=[directory],
                env=ENVIRONMENT,
            )
            assert owned.stdout
            counts.append(int(await asyncio.wait_for(owned.stdout.readline(), PATIENCE_SECONDS)))
            await asyncio.sleep(chance.uniform(0, 0.02))
            owned.kill()
            await owned.wait()
            spawning = []
        os.close(directory)
        assert counts == sorted(counts)
        last = await find_keeper(folder, Heard().listener)
        assert last
        (shell,) = last.handed
        assert shell.status is None
        assert is_running(shell.pid)
        kept = shell.ring.read(shell.ring.start, shell.ring.count)
        printed = [int(line) for line in re.findall(rb"(?<=\n)\d+(?=\r\n)", kept)]
        # A read that was made and not yet counted: at most one for each kill, of at most 4 kB. What stood before and
        # after it may look like one number, which has no neighbour then.
        around = zip([-2, *printed], printed, [*printed[1:], -2], strict=False)
        numbers = [it for before, it, after in around if before + 1 == it or it + 1 == after]
        assert len(printed) - len(numbers) <= kills
        gaps = [later - earlier for earlier, later in pairwise(numbers) if later != earlier + 1]
        assert len(gaps) <= kills
        assert all(0 < gap < 5000 for gap in gaps), gaps
        await last.close("t")
        release(shell)
        last.disconnect()


def test_a_ring_keeps_the_last_megabyte() -> None:
    ring = create_ring()
    ring.write(b"a" * (RING_BYTES - 3))
    ring.write(b"bcdefg")
    assert (ring.count, ring.start) == (RING_BYTES + 3, 3)
    assert ring.read(ring.count - 8, ring.count) == b"aabcdefg"
    reading, writing = os.pipe()
    os.write(writing, b"hij")
    assert ring.fill(reading, 65536) == 3
    other = create_ring()
    other.copy(ring)
    assert other.read(other.count - 6, other.count) == b"efghij"
    os.close(writing)
    assert ring.fill(reading, 65536) == 0
    os.close(reading)
    began = time.process_time()
    for one in (ring, other):
        one.close()
    assert time.process_time() - began < 5
