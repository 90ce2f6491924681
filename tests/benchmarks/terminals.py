"""Terminals over WebSockets beside those of others, interleaved in one run.

The client is the same for all: it counts bytes and looks for a mark, to take as little of the machine as it can.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import selectors
import socket
import statistics
import struct
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.report import Figures, compare, ratio_of, state
from tests.benchmarks.servers import TOKEN, free_port, running, studio
from tests.benchmarks.terminal_peers import build_c_loop, install, node_pty, terminado

ROUNDS = 7
MEGABYTES = 100
KEYS = 200
IDLE = 20
FLOODING = 50
LINE = b"The quick brown fox jumps over the lazy dog, and 0123456789 times more.\n"


@dataclass
class Peer:
    """A server, the process whose time counts, and how one types there."""

    name: str
    port: int
    path: str
    pid: int
    first: bytes
    spell: Callable[[str], bytes]


def _ours(text: str) -> bytes:
    return json.dumps({"type": "input", "data": text}).encode()


def _terminado(text: str) -> bytes:
    return json.dumps(["stdin", text]).encode()


class Client:
    """A WebSocket, as fast as Python can read one."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self.socket = socket.create_connection(("127.0.0.1", peer.port), timeout=120)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(
            f"GET {peer.path} HTTP/1.1\r\nHost: 127.0.0.1:{peer.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Authorization: Bearer {TOKEN}\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self.buffer = bytearray(1 << 18)
        self.until(b"\r\n\r\n")
        if peer.first:
            self.send(peer.first)
        self.type("PS1='' PS2=''; unset PROMPT_COMMAND; bind 'set enable-bracketed-paste off'; echo REA''DY\n")
        self.until(b"READY")

    def send(self, data: bytes) -> None:
        """Send a text frame whose mask is zero."""
        length = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack(">H", len(data))
        self.socket.sendall(b"\x81" + length + b"\0\0\0\0" + data)

    def type(self, text: str) -> None:
        self.send(self._peer.spell(text))

    def until(self, mark: bytes) -> int:
        """Read until `mark` came. Return how many bytes did."""
        came, tail, view = 0, b"", memoryview(self.buffer)
        while True:
            count = self.socket.recv_into(self.buffer)
            if not count:
                raise ConnectionError(f"{self._peer.name} closed the socket.")
            came += count
            tail = tail[-64:] + bytes(view[max(0, count - 4096) : count])
            if mark in tail:
                return came

    def close(self) -> None:
        self.socket.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        home = Path(name)
        text = Path("/dev/shm" if os.path.isdir("/dev/shm") else name) / f"studio-bench-{os.getpid()}"
        text.write_bytes(LINE * (MEGABYTES * 1_000_000 // len(LINE)))
        stack.callback(text.unlink)
        port = free_port()
        process, _ = stack.enter_context(running(studio(home, port), home, port))
        stack.callback(close_all, port)
        init = json.dumps({"type": "init", "data": {"binary": True, "shell": "/bin/bash"}}).encode()
        ours = Peer("studio", port, "/api/ws/terminal", process.pid, init, _ours)
        peers = [ours, *stack.enter_context(others())]
        measure_throughput(peers, text, build_c_loop(home))
        measure_echo(peers)
        measure_memory(ours)
        measure_flood(ours)


@contextmanager
def others() -> Iterator[list[Peer]]:
    """Run the servers of others, where they can be installed."""
    if not install():
        print("The peers cannot be installed here: only Studio and the C loop are measured.")
        yield []
        return
    ports = free_port(), free_port()
    processes = [subprocess.Popen(program) for program in (terminado(ports[0]), node_pty(ports[1]))]
    try:
        for number in ports:
            wait_for(number)
        yield [
            Peer(
                "terminado", ports[0], "/terminal", processes[0].pid, b"", lambda t: json.dumps(["stdin", t]).encode()
            ),
            Peer("node-pty", ports[1], "/", processes[1].pid, b"", str.encode),
        ]
    finally:
        for process in processes:
            process.terminate()
            process.wait()


def wait_for(port: int) -> None:
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("A peer did not start.")


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure_throughput(peers: list[Peer], text: Path, loop: Path | None) -> None:
    rates: dict[str, list[float]] = {peer.name: [] for peer in peers} | {"C loop": []}
    spent: dict[str, list[float]] = {peer.name: [] for peer in peers}
    for _ in range(ROUNDS):
        for peer in peers:
            client = Client(peer)
            before, begun = cpu_seconds(peer.pid), time.perf_counter()
            client.type(f"cat {text}; echo E''ND\n")
            client.until(b"END")
            rates[peer.name].append(MEGABYTES / (time.perf_counter() - begun))
            spent[peer.name].append(cpu_seconds(peer.pid) - before)
            client.close()
        if loop:
            said = subprocess.run([loop, "cat", text], capture_output=True, check=True, text=True).stdout.split()
            rates["C loop"].append(MEGABYTES / float(said[1]))
    figures = {name: Figures(values, "MB/s") for name, values in rates.items() if values}
    for name, goal in (("C loop", 0.75), ("terminado", 1.5), ("node-pty", 1.2)):
        if name in figures:
            reached = ratio_of(figures["studio"], figures[name]) >= goal
            title = f"{MEGABYTES} MB through a terminal"
            compare(title, figures["studio"], figures[name], peer=name, goal=f">= {goal}", reached=reached)
    for name, values in spent.items():
        print(f"CPU of {name} for {MEGABYTES} MB: {Figures(values, 's')}")


def measure_echo(peers: list[Peer]) -> None:
    """A key is typed and comes back, by the terminal itself."""
    times: dict[str, list[list[float]]] = {peer.name: [] for peer in peers}
    for _ in range(ROUNDS):
        for peer in peers:
            client = Client(peer)
            client.type("stty -icanon; echo CA''T; cat > /dev/null\n")
            client.until(b"CAT")
            time.sleep(0.2)
            times[peer.name].append([echo(client, "qz"[number % 2]) * 1000 for number in range(KEYS)])
            client.close()
    for name, percentile in (("p50", 50), ("p99", 99)):
        figures = {
            peer: Figures([statistics.quantiles(one, n=100)[percentile - 1] for one in rounds], "ms")
            for peer, rounds in times.items()
        }
        for peer in [peer for peer in figures if peer != "studio"]:
            limit = 0.4 if peer == "terminado" else 1.0
            reached = ratio_of(figures["studio"], figures[peer]) <= limit
            title, goal = f"Echo of a key, {name}", f"<= {limit}"
            compare(title, figures["studio"], figures[peer], peer=peer, goal=goal, reached=reached)


def echo(client: Client, key: str) -> float:
    begun = time.perf_counter()
    client.type(key)
    client.until(key.encode())
    return time.perf_counter() - begun


def proportional_bytes(pid: int) -> int:
    """Return the memory of a process, what it shares counted in parts."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def measure_memory(ours: Peer) -> None:
    clients = [Client(ours)]
    keeper = keeper_of(ours)
    before = proportional_bytes(ours.pid) + proportional_bytes(keeper)
    clients += [Client(ours) for _ in range(IDLE)]
    after = proportional_bytes(ours.pid) + proportional_bytes(keeper)
    figures = Figures([(after - before) / IDLE / 1048576], "MB")
    state("Memory of an idle terminal", figures, goal="<= 1.5 MB", reached=figures.median <= 1.5)
    for client in clients:
        client.close()
    close_all(ours.port)


def keeper_of(ours: Peer) -> int:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            stat = (process / "stat").read_text(encoding="ascii").rpartition(")")[2].split()
            if int(stat[1]) == ours.pid and b"keeper" in (process / "cmdline").read_bytes():
                return int(process.name)
        except OSError:
            continue
    raise RuntimeError("There is no keeper.")


def measure_flood(ours: Peer) -> None:
    """Many terminals print as fast as they can while somebody asks how the server is."""
    clients = [Client(ours) for _ in range(FLOODING)]
    # In a process of its own: a thread would keep the one that asks from running, and that would count as the server's.
    fork = multiprocessing.get_context("fork")
    came, over = fork.Array("q", FLOODING, lock=False), fork.Event()

    def take() -> None:
        waiting, buffer = selectors.DefaultSelector(), bytearray(1 << 18)
        for number, client in enumerate(clients):
            client.type("yes\n")
            waiting.register(client.socket, selectors.EVENT_READ, number)
        while not over.is_set():
            for key, _ in waiting.select(0.1):
                came[key.data] += clients[key.data].socket.recv_into(buffer)

    taking = fork.Process(target=take)
    taking.start()
    time.sleep(2)
    before, asked = list(came), list[float]()
    for _ in range(50):
        begun = time.perf_counter()
        urllib.request.urlopen(f"http://127.0.0.1:{ours.port}/health").read()
        asked.append((time.perf_counter() - begun) * 1000)
        time.sleep(0.02)
    over.set()
    taking.join()
    moved = [after - earlier for after, earlier in zip(came, before, strict=True)]
    kilobytes = Figures([count / 1000 for count in moved], "kB")
    print(f"{FLOODING} terminals flooding: {kilobytes} each")
    figures = Figures(asked, "ms")
    state("    /health meanwhile, the longest", figures, goal="<= 100 ms", reached=max(asked) <= 100 and min(moved) > 0)
    for client in clients:
        client.close()
    close_all(ours.port)


def close_all(port: int) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    address = f"http://127.0.0.1:{port}/api/terminals"
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
        sessions = json.loads(answer.read())["sessions"]
    for session in sessions:
        urllib.request.urlopen(urllib.request.Request(f"{address}/{session['id']}", headers=headers, method="DELETE"))
