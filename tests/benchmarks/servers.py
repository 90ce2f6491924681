"""Studio and its peers, each in a process of its own."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.program import free_port

TOKEN = "master-bench-00000000-0000"

BARE = """
import sys
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

async def info(request):
    return JSONResponse({"name": "Studio", "version": "0", "author": "Studio contributors", "sudo_bypass": True})

app = Starlette(routes=[Route("/api/info", info)])
uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", access_log=False)
"""


def environment(home: Path) -> dict[str, str]:
    """Return an environment in which compiled modules are kept, as on any user's machine."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "STUDIO_HOME": str(home / "data"), "STUDIO_TOKEN": TOKEN}


def studio(home: Path, port: int) -> list[str]:
    return [sys.executable, "-m", "studio", "serve", "--no-open", "--port", str(port)]


def bare(home: Path, port: int) -> list[str]:
    return [sys.executable, "-c", BARE, str(port)]


@contextmanager
def running(command: list[str], home: Path, port: int) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """Run a server. Yield it and the seconds until it first answered `/api/info` with 200."""
    home.mkdir(parents=True, exist_ok=True)
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment(home), cwd=Path.cwd(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not answers(port):
            if process.poll() is not None:
                raise RuntimeError(f"{command} ended with {process.returncode}")
            time.sleep(0.001)
        yield process, time.perf_counter() - begun
    finally:
        process.terminate()
        process.wait(10)


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/api/info", headers={"Authorization": f"Bearer {TOKEN}"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def resident_megabytes(pid: int) -> float:
    """Return what a process and its children have in memory."""
    tree = [
        pid,
        *(int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()),
    ]
    pages = sum(int(Path(f"/proc/{one}/statm").read_text(encoding="ascii").split()[1]) for one in tree)
    return pages * os.sysconf("SC_PAGE_SIZE") / 1048576


__all__ = ["TOKEN", "bare", "environment", "free_port", "resident_megabytes", "running", "studio"]
