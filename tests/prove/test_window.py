"""Real windows, with GTK and with Qt, on an X server that nobody sees. `make prove-window` runs it."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.prove.desk import PATIENCE_SECONDS, Desk, desk_with, eventually
from tests.prove.notifications import notifications

pytestmark = [
    pytest.mark.skipif(not os.environ.get("PROVE_WINDOW"), reason="`make prove-window` opens windows"),
    pytest.mark.timeout(400),
]


@pytest.fixture(params=["gtk", "qt"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with desk_with(request.param, tmp_path) as desk:
        yield desk


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


def test_a_person_who_looks_elsewhere_is_told_of_a_question(desk: Desk) -> None:
    with notifications() as bus:
        desk.environment["DBUS_SESSION_BUS_ADDRESS"] = bus.bus
        desk.start()
        eventually(lambda: desk.window() and sessions(desk), "the page signed in")
        window = desk.window()
        desk.tool("xdotool", "windowminimize", window)
        asking = threading.Thread(target=run, args=[desk, "/run touch secret-name"], daemon=True)
        asking.start()
        eventually(lambda: bus.shown == [(0, "Studio asks you", "A question waits for your answer.")], "a notice")
        bus.click()
        eventually(lambda: desk.tool("xdotool", "getactivewindow") == window, "the window in front")
        desk.shot("asked")
        waiting = desk.ask("GET", "/api/approvals")["approvals"]
        desk.ask("POST", f"/api/chat/approvals/{waiting[0]['approval_id']}", {"decision": "deny"})
        eventually(lambda: bus.taken_back == 1, "the notice taken back")
        asking.join(PATIENCE_SECONDS)

        # While it is looked at nobody is told, nor where it is not wanted.
        for is_wanted in (True, False):
            desk.ask("PUT", "/api/config/profile", {"notifications": is_wanted})
            if not is_wanted:
                desk.tool("xdotool", "windowminimize", window)
            asking = threading.Thread(target=run, args=[desk, "/run touch secret-name"], daemon=True)
            asking.start()
            eventually(lambda: desk.ask("GET", "/api/approvals")["approvals"], "a question")
            waiting = desk.ask("GET", "/api/approvals")["approvals"]
            desk.ask("POST", f"/api/chat/approvals/{waiting[0]['approval_id']}", {"decision": "deny"})
            asking.join(PATIENCE_SECONDS)
        assert len(bus.shown) == 1


def run(desk: Desk, text: str) -> None:
    """Say something, and wait until it is answered."""
    with suppress(httpx.HTTPError):
        desk.ask("POST", "/api/chat", {"message": text, "stream": False})
