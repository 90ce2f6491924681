"""Real windows, with GTK and with Qt, on an X server that nobody sees. `make prove-window` runs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.support.program import free_port

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / "build" / "window" / "bin" / "python"
SHOTS = ROOT / "build" / "window-shots"
PATIENCE_SECONDS = 60

pytestmark = [
    pytest.mark.skipif(not os.environ.get("PROVE_WINDOW"), reason="`make prove-window` opens windows"),
    pytest.mark.timeout(400),
]


def eventually(holds: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError, ValueError, subprocess.CalledProcessError, httpx.HTTPError):
            if holds():
                return
        time.sleep(0.05)
    raise AssertionError(f"It did not come to be: {what}")


class Desk:
    """A display of one's own with a window manager, and Studio on it."""

    def __init__(self, home: Path, display: str, engine: str) -> None:
        self.home, self.engine = home, engine
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        self.environment = kept | {
            "HOME": str(home),
            "STUDIO_HOME": str(home / "data"),
            "STUDIO_PORT": str(free_port()),
            "XDG_RUNTIME_DIR": str(home),
            "DISPLAY": display,
            "PYWEBVIEW_GUI": engine,
            "QTWEBENGINE_DISABLE_SANDBOX": "1",
            # Without it WebKitGTK draws nothing that could be photographed here.
            "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
        }
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.home / "screen.log").open("ab") as screen:
            process = subprocess.Popen(
                [PYTHON, "-m", "studio", *arguments], env=self.environment, cwd=self.home, stdout=screen, stderr=screen
            )
        self.processes.append(process)
        return process

    def tool(self, *argv: str) -> str:
        return subprocess.run(argv, env=self.environment, check=True, capture_output=True, text=True).stdout.strip()

    def window(self) -> str:
        """Return the id of the window that is shown."""
        return self.tool("xdotool", "search", "--onlyvisible", "--name", "^Studio").split()[-1]

    def shot(self, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.tool("import", "-window", "root", str(SHOTS / f"{self.engine}-{name}.png"))

    def said(self) -> dict[str, int | str]:
        return json.loads((self.home / "data" / "server.json").read_text())

    def ask(self, method: str, path: str, body: object = None) -> dict[str, object]:
        token = (self.home / "data" / "token").read_text().strip()
        answer = httpx.request(
            method,
            f"{self.said()['address']}{path}",
            headers={"Authorization": f"Bearer {token}"},
            json=body,
            timeout=30,
        )
        return answer.raise_for_status().json()

    def close(self) -> None:
        """Close the window as a person does, by a key of the window manager."""
        self.tool("xdotool", "windowactivate", "--sync", self.window())
        self.tool("xdotool", "key", "alt+F4")


@pytest.fixture(params=["gtk", "qt"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as pipe:
        display = f":{pipe.readline().strip()}"
    desk = Desk(tmp_path, display, request.param)
    manager = subprocess.Popen(["openbox"], env=desk.environment, stderr=subprocess.DEVNULL)
    try:
        yield desk
    finally:
        with suppress(OSError, ValueError):
            os.kill(int(desk.said()["pid"]), signal.SIGTERM)
        for process in [*desk.processes, manager, server]:
            process.kill()
            process.wait()


def test_a_window_is_opened_used_raised_closed_and_opened_again(desk: Desk) -> None:
    begun = time.monotonic()
    first = desk.start()
    eventually(desk.window, "a window")
    eventually(lambda: sessions(desk), "the page signed in")
    print(f"\n{desk.engine}: the page signed in {time.monotonic() - begun:.1f} s after the start")
    # The composer has the focus once the page is drawn.
    eventually(lambda: say(desk, "/help from the window"), "a turn")
    eventually(lambda: "complete" in str(desk.ask("GET", "/api/chat/history")), "the answer")
    time.sleep(2)
    desk.shot("turn")

    desk.tool("xdotool", "windowminimize", desk.window())
    second = desk.start()
    assert second.wait(PATIENCE_SECONDS) == 0
    assert "is open already" in (desk.home / "screen.log").read_text()
    eventually(lambda: desk.tool("xdotool", "getactivewindow") == desk.window(), "the first window in front")

    desk.ask("PUT", "/api/config/profile", {"on_close": "serve"})
    pid = desk.said()["pid"]
    desk.tool("xdotool", "windowsize", desk.window(), "1000", "700")
    eventually(lambda: "WIDTH=1000" in desk.tool("xdotool", "getwindowgeometry", "--shell", desk.window()), "its size")
    desk.close()
    assert first.wait(PATIENCE_SECONDS) == 0
    assert desk.ask("GET", "/api/info")["name"] == "Studio"
    assert desk.said()["pid"] == pid
    kept = json.loads((desk.home / "data" / "window" / "geometry.json").read_text())
    assert abs(kept["width"] - 1000) < 20

    again = desk.start()
    eventually(desk.window, "the window again")
    eventually(lambda: len(sessions(desk)) >= 2, "the page signed in again")
    desk.shot("again")
    desk.close()
    assert again.wait(PATIENCE_SECONDS) == 0


def test_closing_it_can_quit_studio(desk: Desk) -> None:
    window = desk.start()
    eventually(lambda: desk.window() and sessions(desk), "the page signed in")
    desk.ask("PUT", "/api/config/profile", {"on_close": "quit"})
    desk.close()
    assert window.wait(PATIENCE_SECONDS) == 0
    eventually(lambda: not (desk.home / "data" / "server.json").exists(), "the server gone")


def test_closing_it_asks(desk: Desk) -> None:
    window = desk.start()
    eventually(lambda: desk.window() and sessions(desk), "the page signed in")
    shown = desk.window()
    desk.close()
    # GTK gives the question no title.
    eventually(lambda: desk.tool("xdotool", "getactivewindow") != shown, "the question")
    desk.shot("question")
    desk.tool("xdotool", "key", "Escape")
    assert window.wait(PATIENCE_SECONDS) == 0
    assert desk.ask("GET", "/api/info")["name"] == "Studio"


def sessions(desk: Desk) -> list[object]:
    import sqlite3  # noqa: PLC0415 -- looked at from outside

    db = sqlite3.connect(desk.home / "data" / "studio.db")
    try:
        return db.execute("SELECT * FROM page_sessions").fetchall()
    finally:
        db.close()


def say(desk: Desk, text: str) -> bool:
    """Type into the window until the server has heard it."""
    heard = desk.ask("GET", "/api/conversations")["total"]
    if heard:
        return True
    window = desk.window()
    desk.tool("xdotool", "windowactivate", "--sync", window)
    # A window manager gives the window the keyboard, not always what is in it: the middle of it is empty.
    desk.tool("xdotool", "mousemove", "--window", window, "700", "300", "click", "1")
    desk.tool("xdotool", "key", "slash", "ctrl+a", "BackSpace")
    desk.tool("xdotool", "type", "--delay", "20", text)
    desk.tool("xdotool", "key", "Return")
    time.sleep(1)
    return bool(desk.ask("GET", "/api/conversations")["total"])
