"""A PostgreSQL server of one's own: Debian's program, over a folder that is gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.support.program import free_port

PATIENCE_SECONDS = 60
USER = "studio"
PASSWORD = "p@ss word/canary"
SPELLED = "p%40ss%20word%2Fcanary"
"""The password as it stands in an address."""


@dataclass
class Cluster:
    """A server that can be stopped and started again."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def url(self, database: str = "postgres", **more: str) -> str:
        query = "&".join(f"{name}={value}" for name, value in more.items())
        return f"postgresql://{USER}:{SPELLED}@127.0.0.1:{self.port}/{database}{'?' if query else ''}{query}"

    def create(self, database: str) -> str:
        """Make an empty database, and return its address."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}"'.encode())
        return self.url(database)

    def ask(self, database: str, sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            return connection.execute(sql.encode()).fetchall()

    def start(self) -> None:
        """Start it, unless it runs."""
        if self.process is not None:
            return
        options = ["-D", str(self.folder / "data"), "-p", str(self.port), "-h", "127.0.0.1", "-k", str(self.folder)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [program("postgres"), *options, "-c", "fsync=off"], stdout=log, stderr=log, **_as_nobody()
            )
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                psycopg.connect(self.url()).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.05)
            else:
                return

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Stop it and what it started, until the block is left; the system still takes what is sent to it."""
        assert self.process
        said = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=True)
        everybody = [self.process.pid, *map(int, said.stdout.split())]
        for pid in everybody:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in everybody:
                os.kill(pid, signal.SIGCONT)

    def stop(self) -> None:
        """End it at once, with all connections."""
        if self.process is not None:
            self.process.send_signal(2)
            self.process.wait(PATIENCE_SECONDS)
            self.process = None


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Make and start a server, until the block is left. PostgreSQL refuses root, who runs it as somebody else."""
    # Not below the folders of pytest, which nobody but their user may enter.
    folder = Path(tempfile.mkdtemp(prefix="studio-postgres-"))
    try:
        word = folder / "word"
        word.write_text(f"{PASSWORD}\n", encoding="utf-8")
        if user := _as_nobody():
            for path in (folder, word):
                os.chown(path, user["user"], user["group"])
        made = [program("initdb"), "-D", str(folder / "data"), "-U", USER, "-A", "scram-sha-256", "--no-sync"]
        made += [f"--pwfile={word}", "-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run(made, check=True, capture_output=True, cwd=folder, **_as_nobody())
        cluster = Cluster(folder, free_port())
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def program(name: str) -> str:
    """Return where Debian keeps a program of PostgreSQL, which is not on the path of everybody."""
    found = shutil.which(name) or next(map(str, sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))[-1:]), None)
    assert found, f"{name} is not installed."
    return found


def _as_nobody() -> dict[str, Any]:
    return {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
