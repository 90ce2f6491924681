"""Real windows, with GTK and with Qt, on an X server that nobody sees. `make prove-window` runs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.prove.desk import PATIENCE_SECONDS, Desk, desk_with, eventually, say, sessions
from tests.prove.notifications import Notifications, on_a_bus
from tests.prove.tray import Watcher

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
    kept = json.loads((desk.data / "window" / "geometry.json").read_text())
    assert abs(kept["width"] - 1000) < 20

    again = desk.start()
    eventually(desk.window, "the window again")
    eventually(lambda: len(sessions(desk)) >= 2, "the page signed in again")
    desk.shot("again")
    desk.close()
    assert again.wait(PATIENCE_SECONDS) == 0


def test_ctrl_c_ends_the_window_and_not_the_server(desk: Desk) -> None:
    window = desk.start()
    eventually(lambda: desk.window() and sessions(desk), "the page signed in")
    window.send_signal(signal.SIGINT)
    assert window.wait(PATIENCE_SECONDS) in {-signal.SIGINT, 128 + signal.SIGINT}
    assert desk.ask("GET", "/api/info")["name"] == "Studio"


def test_a_session_bus_that_dies_takes_no_window_along(desk: Desk) -> None:
    with on_a_bus(Watcher) as watcher:
        desk.environment["DBUS_SESSION_BUS_ADDRESS"] = watcher.bus
        program = desk.start()
        eventually(lambda: desk.window() and sessions(desk) and watcher.items, "the page signed in, and an icon")
        desk.ask("PUT", "/api/config/profile", {"on_close": "serve"})
        desk.close()
        eventually(lambda: not is_visible(desk), "the window hidden")
    eventually(lambda: is_visible(desk), "the window back")
    desk.close()
    assert program.wait(PATIENCE_SECONDS) == 0


def test_closing_it_can_quit_studio(desk: Desk) -> None:
    window = desk.start()
    eventually(lambda: desk.window() and sessions(desk), "the page signed in")
    desk.ask("PUT", "/api/config/profile", {"on_close": "quit"})
    desk.close()
    assert window.wait(PATIENCE_SECONDS) == 0
    eventually(lambda: not (desk.data / "server.json").exists(), "the server gone")


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


def test_a_person_who_looks_elsewhere_is_told_of_a_question(desk: Desk) -> None:
    with on_a_bus(Notifications) as bus:
        desk.environment["DBUS_SESSION_BUS_ADDRESS"] = bus.bus
        desk.start()
        eventually(lambda: desk.window() and sessions(desk), "the page signed in")
        window = desk.window()
        desk.tool("xdotool", "windowminimize", window)
        eventually(lambda: not is_visible(desk), "the window out of sight")
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


def test_the_icon_beside_the_clock_keeps_a_window_that_is_closed(desk: Desk) -> None:
    with on_a_bus(Watcher) as watcher:
        desk.environment["DBUS_SESSION_BUS_ADDRESS"] = watcher.bus
        program = desk.start()
        eventually(lambda: desk.window() and sessions(desk) and watcher.items, "the page signed in, and an icon")
        window = desk.window()
        described = watcher.described()
        ((width, height, pixels),) = described["IconPixmap"]
        assert (described["IconName"], described["Status"], width * height * 4) == ("studio", "Active", len(pixels))
        assert (width, height) == (48, 48)
        assert list(watcher.entries()) == ["Show Studio", "Quit Studio"]
        desk.tool("xdotool", "windowminimize", window)
        eventually(lambda: not is_visible(desk), "the window out of sight")
        watcher.activate()
        eventually(lambda: desk.tool("xdotool", "getactivewindow") == window, "the window in front")

        asking = threading.Thread(target=run, args=[desk, "/run touch secret-name"], daemon=True)
        asking.start()
        eventually(lambda: watcher.described()["Status"] == "NeedsAttention", "an icon that asks for attention")
        assert watcher.described()["ToolTip"][2:] == ("Studio", "A question waits for your answer.")
        assert list(watcher.entries()) == ["Show Studio", "A question waits for your answer.", "Quit Studio"]
        waiting = desk.ask("GET", "/api/approvals")["approvals"]
        desk.ask("POST", f"/api/chat/approvals/{waiting[0]['approval_id']}", {"decision": "deny"})
        eventually(lambda: watcher.described()["Status"] == "Active", "an icon that asks for nothing")
        asking.join(PATIENCE_SECONDS)

        desk.ask("PUT", "/api/config/profile", {"on_close": "serve"})
        before = place_of(desk)
        desk.tool("xdotool", "windowmove", window, "20", "30")
        eventually(lambda: place_of(desk) != before, "another place")
        shown = (window, window, place_of(desk))
        for bring_back in (watcher.activate, lambda: watcher.choose("Show Studio"), lambda: desk.start().wait(60)):
            desk.close()
            eventually(lambda: not is_visible(desk), "the window hidden")
            bring_back()
            eventually(
                lambda: (desk.window(), desk.tool("xdotool", "getactivewindow"), place_of(desk)) == shown,
                "the window in front again, where it was",
            )
        desk.shot("from-the-tray")

        # Nobody is left with a window that cannot be seen, and the icon comes again with the watcher.
        desk.close()
        eventually(lambda: not is_visible(desk), "the window hidden")
        watcher.leave()
        eventually(lambda: is_visible(desk), "the window back")
        watcher.come()
        eventually(lambda: len(watcher.items) == 2, "the icon again")

        # Its server may end while nobody looks.
        desk.close()
        eventually(lambda: not is_visible(desk), "the window hidden")
        os.kill(desk.said()["pid"], signal.SIGTERM)
        eventually(lambda: not (desk.data / "server.json").exists(), "the server gone")
        watcher.activate()
        eventually(lambda: desk.ask("GET", "/api/info")["name"] == "Studio", "a server again")
        eventually(lambda: desk.window() == window, "the window back")

        desk.close()
        eventually(lambda: not is_visible(desk), "the window hidden")
        watcher.choose("Quit Studio")
        assert program.wait(PATIENCE_SECONDS) == 0
        eventually(lambda: not (desk.data / "server.json").exists(), "the server gone")


def test_a_window_does_not_end_what_it_did_not_start(desk: Desk) -> None:
    with on_a_bus(Watcher) as watcher:
        desk.environment["DBUS_SESSION_BUS_ADDRESS"] = watcher.bus
        server = desk.start("serve", "--no-open")
        eventually(lambda: desk.ask("GET", "/api/info")["name"] == "Studio", "a server")
        program = desk.start()
        leave = "Quit the window; Studio works on"
        eventually(lambda: desk.window() and sessions(desk) and leave in watcher.entries(), "an icon that says so")
        desk.close()
        eventually(lambda: not is_visible(desk), "the window hidden")
        watcher.choose(leave)
        assert program.wait(PATIENCE_SECONDS) == 0
        assert desk.said()["pid"] == server.pid
        # Whoever opened a window before and left it may end by the next what that one started.
        server.terminate()
        assert server.wait(PATIENCE_SECONDS) == 0
        for _ in range(2):
            seen = len(sessions(desk))
            program = desk.start()
            eventually(lambda seen=seen: desk.window() and len(sessions(desk)) > seen, "the page signed in")
            eventually(lambda: "Quit Studio" in watcher.entries(), "an icon that says so")
            desk.ask("PUT", "/api/config/profile", {"tray": False, "on_close": "serve"})
            desk.close()
            assert program.wait(PATIENCE_SECONDS) == 0
            desk.ask("PUT", "/api/config/profile", {"tray": True})


def test_without_the_icon_closing_ends_the_window(desk: Desk) -> None:
    with on_a_bus(Watcher) as watcher:
        desk.environment["DBUS_SESSION_BUS_ADDRESS"] = watcher.bus
        program = desk.start()
        eventually(lambda: desk.window() and sessions(desk) and watcher.items, "the page signed in, and an icon")
        desk.ask("PUT", "/api/config/profile", {"on_close": "serve"})
        desk.close()
        eventually(lambda: not is_visible(desk), "the window hidden")
        # Whoever does not want it any more has the window back, which closes as before.
        desk.ask("PUT", "/api/config/profile", {"tray": False})
        eventually(lambda: is_visible(desk), "the window back")
        desk.close()
        assert program.wait(PATIENCE_SECONDS) == 0
        assert desk.ask("GET", "/api/info")["name"] == "Studio"

        desk.ask("PUT", "/api/config/profile", {"tray": True})
        hidden = desk.start()
        eventually(lambda: desk.window() and len(sessions(desk)) > 1 and len(watcher.items) == 2, "the icon again")
        desk.close()
        eventually(lambda: not is_visible(desk), "the window hidden")
        hidden.terminate()
        assert hidden.wait(PATIENCE_SECONDS) == -signal.SIGTERM


def is_visible(desk: Desk) -> bool:
    try:
        return bool(desk.window())
    except (IndexError, subprocess.CalledProcessError):
        return False


def place_of(desk: Desk) -> str:
    return desk.tool("xdotool", "getwindowgeometry", "--shell", desk.window())


def run(desk: Desk, text: str) -> None:
    """Say something, and wait until it is answered."""
    with suppress(httpx.HTTPError):
        desk.ask("POST", "/api/chat", {"message": text, "stream": False})
