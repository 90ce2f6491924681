"""A display that nobody sees, with a window manager on it, and programs that show windows there."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import httpx

from tests.support.program import free_port

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / "build" / "window" / "bin" / "python"
SHOTS = ROOT / "build" / "window-shots"
PATIENCE_SECONDS = int(os.environ.get("PATIENCE_SECONDS", "60"))

ALONE = """
import sys
from pathlib import Path
from studio.desktop.window import Window
from studio.desktop.words import ENGLISH
folder, engine, url = sys.argv[1:]
window = Window(
    Path(folder),
    engine,
    ENGLISH,
    on_close=lambda: "serve",
    quit_server=lambda: None,
    ends_studio=lambda: False,
    follow=lambda see: None,
    is_notified=lambda: True,
    is_tray_wanted=lambda: False,
    wake=lambda: None,
)
window.show(url)
"""
"""A window around another page than Studio's."""


def eventually(holds: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError, ValueError, IndexError, sqlite3.Error, subprocess.CalledProcessError, httpx.HTTPError):
            if holds():
                return
        time.sleep(0.05)
    raise AssertionError(f"It did not come to be: {what}")


class Desk:
    """A display of one's own with a window manager, and Studio on it. What browsers are shown is in `browsed`."""

    def __init__(self, home: Path, display: str, engine: str) -> None:
        self.home, self.data, self.engine = home, home / "data", engine
        (home / "Downloads").mkdir()
        browser = home / "browser"
        browser.write_text('#!/bin/sh\necho "$1" >> "$HOME/browsed"\n')
        browser.chmod(0o755)
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        self.environment = kept | {
            "HOME": str(home),
            "STUDIO_HOME": str(self.data),
            "STUDIO_PORT": str(free_port()),
            "XDG_RUNTIME_DIR": str(home),
            "DISPLAY": display,
            "BROWSER": str(browser),
            "PYWEBVIEW_GUI": engine,
            "QTWEBENGINE_DISABLE_SANDBOX": "1",
            # Without it WebKitGTK draws nothing that could be photographed here.
            "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
        }
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return self.run(*self.command(*arguments))

    def command(self, *arguments: str) -> list[str]:
        """Return what starts Studio."""
        return [str(PYTHON), "-m", "studio", *arguments]

    def show(self, url: str) -> subprocess.Popen[bytes]:
        """Show a page that is not Studio's in a window as Studio's is."""
        place = self.home / "window"
        place.mkdir(exist_ok=True)
        return self.run(str(PYTHON), "-c", ALONE, str(place), self.engine, url)

    def run(self, *argv: str) -> subprocess.Popen[bytes]:
        with (self.home / "screen.log").open("ab") as screen:
            process = subprocess.Popen(argv, env=self.environment, cwd=self.home, stdout=screen, stderr=screen)
        self.processes.append(process)
        return process

    def tool(self, *argv: str) -> str:
        return subprocess.run(argv, env=self.environment, check=True, capture_output=True, text=True).stdout.strip()

    def window(self) -> str:
        """Return the id of the window that is shown. GTK calls its dialogs Studio too; they come later."""
        return min(self.tool("xdotool", "search", "--onlyvisible", "--name", "Studio$").split(), key=int)

    def click_until(self, holds: Callable[[], object], what: str) -> None:
        """Click into the middle of the page. One that was not drawn yet hears no click."""
        last = 0.0

        def clicked() -> object:
            nonlocal last
            if found := holds():
                return found
            if time.monotonic() - last > 2:
                last = time.monotonic()
                window = self.window()
                self.tool("xdotool", "windowactivate", "--sync", window)
                self.tool("xdotool", "mousemove", "--window", window, "500", "300", "click", "1")
            return False

        eventually(clicked, what)

    def dialog(self) -> str:
        """Return the id of what is in front of the window."""
        window, active = self.window(), self.tool("xdotool", "getactivewindow")
        return active if active != window else ""

    def browsed(self) -> list[str]:
        file = self.home / "browsed"
        return file.read_text().split() if file.exists() else []

    def shot(self, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.tool("import", "-window", "root", str(SHOTS / f"{self.engine}-{name}.png"))

    def said(self) -> dict[str, Any]:
        return json.loads((self.data / "server.json").read_text())

    def ask(self, method: str, path: str, body: object = None) -> Any:
        token = (self.data / "token").read_text().strip()
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


D = TypeVar("D", bound=Desk)


@contextmanager
def desk_with(engine: str, home: Path, kind: Callable[[Path, str, str], D] = Desk) -> Iterator[D]:
    """Run a display until the block is left."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as pipe:
        display = f":{pipe.readline().strip()}"
    desk = kind(home, display, engine)
    manager = subprocess.Popen(["openbox"], env=desk.environment, stderr=subprocess.DEVNULL)
    try:
        # Whoever comes before the manager is not managed.
        eventually(lambda: desk.tool("xdotool", "get_desktop"), "a window manager")
        yield desk
    finally:
        with suppress(OSError, ValueError):
            os.kill(int(desk.said()["pid"]), signal.SIGTERM)
        for process in [*desk.processes, manager, server]:
            process.kill()
            process.wait()


def sessions(desk: Desk) -> list[object]:
    """Return what pages have signed in."""
    db = sqlite3.connect(desk.data / "studio.db")
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
