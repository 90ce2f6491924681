"""Which window, if any; where it was; and who comes second. Real windows: tests/prove/test_window.py."""

from __future__ import annotations

import json
import os
import socket
import struct
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from studio.desktop import choice
from studio.desktop.attention import Attention
from studio.desktop.choice import NoWindow, choose_engine
from studio.desktop.geometry import Geometry, Screen, keep_geometry, read_geometry
from studio.desktop.links import CHOOSE_FOLDER, Links, place_of
from studio.desktop.notices import MacosNotices, NoNotices, Notices, open_notices
from studio.desktop.pane import load_engine
from studio.desktop.single import ADDRESS, alone, heard, raise_other
from studio.desktop.tray import ICON as TRAY_ICON
from studio.desktop.window import ICON, OnClose, Window
from studio.desktop.words import ENGLISH, FRENCH, words_of
from studio.kit.paths import FolderRefused
from tests.support.program import run_cli
from tests.support.session_bus import desktop

SCREEN = {"DISPLAY": ":0"}


def having(monkeypatch: pytest.MonkeyPatch, *modules: str, gtk: bool = False, root: bool = False) -> None:
    monkeypatch.setattr(choice, "has_module", lambda name: name in modules)
    monkeypatch.setattr(choice, "_has_gtk", lambda: gtk)
    monkeypatch.setattr(choice, "is_root", lambda: root)


QT = ("webview", "qtpy", "PySide6.QtWebEngineWidgets")


@pytest.mark.parametrize(
    ("modules", "gtk", "environment", "engine"),
    [
        (("webview",), True, SCREEN, "gtk"),
        (QT, False, SCREEN, "qt"),
        (QT, True, SCREEN, "gtk"),
        (QT, True, {"WAYLAND_DISPLAY": "wayland-0", "KDE_FULL_SESSION": "true"}, "qt"),
        (QT, True, SCREEN | {"PYWEBVIEW_GUI": "qt"}, "qt"),
        (QT, True, SCREEN | {"KDE_FULL_SESSION": "true", "PYWEBVIEW_GUI": "gtk"}, "gtk"),
        (("webview",), True, SCREEN | {"PYWEBVIEW_GUI": "qt"}, "gtk"),
    ],
)
def test_the_engine_that_is_here_is_taken(
    monkeypatch: pytest.MonkeyPatch, modules: tuple[str, ...], gtk: bool, environment: dict[str, str], engine: str
) -> None:
    having(monkeypatch, *modules, gtk=gtk)
    assert choose_engine(environment, platform="linux") == engine


@pytest.mark.parametrize(
    ("modules", "environment", "root", "reason"),
    [
        ((), SCREEN, False, "pywebview is not installed"),
        (QT, {}, False, "there is no display"),
        (("webview",), SCREEN, False, "no web engine"),
        (("webview", "qtpy"), SCREEN, False, "no web engine"),
        (QT, SCREEN, True, "no sandbox as root"),
    ],
)
def test_why_there_is_no_window_is_told(
    monkeypatch: pytest.MonkeyPatch, modules: tuple[str, ...], environment: dict[str, str], root: bool, reason: str
) -> None:
    having(monkeypatch, *modules, root=root)
    with pytest.raises(NoWindow, match=reason):
        choose_engine(environment, platform="linux")


def test_pywebview_gives_chromium_no_options(monkeypatch: pytest.MonkeyPatch) -> None:
    pywebview, util = ModuleType("webview"), ModuleType("webview.util")
    monkeypatch.setattr(util, "environ_append", os.environ.__setitem__, raising=False)
    monkeypatch.setitem(sys.modules, "webview", pywebview)
    monkeypatch.setitem(sys.modules, "webview.util", util)
    monkeypatch.setenv("QT_API", "pyside6")
    monkeypatch.setenv("QTWEBENGINE_CHROMIUM_FLAGS", "--of-a-person")
    assert load_engine("qt") is pywebview
    util.environ_append("QTWEBENGINE_CHROMIUM_FLAGS", "--no-sandbox")
    assert os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] == "--of-a-person"


def test_other_systems_bring_their_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    having(monkeypatch, "webview")
    assert (choose_engine({}, platform="win32"), choose_engine({}, platform="darwin")) == ("edgechromium", "cocoa")


def test_the_window_comes_back_where_it_was(tmp_path: Path) -> None:
    file = tmp_path / "geometry.json"
    assert read_geometry(file) == Geometry()
    keep_geometry(file, Geometry(1000, 700, -30, 40, 1.25))
    assert read_geometry(file) == Geometry(1000, 700, -30, 40, 1.25)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"width": "a", "height": 1, "x": 0, "y": 0}', "null", "[" * 99_999]
)
def test_a_place_that_makes_no_sense_is_forgotten(tmp_path: Path, content: str) -> None:
    file = tmp_path / "geometry.json"
    file.write_text(content)
    assert read_geometry(file) == Geometry()


def test_the_place_of_a_minimized_window_is_not_kept() -> None:
    geometry = Geometry(1000, 700, 10, 20)
    geometry.resize(160, 28)
    geometry.move(-32000, -32000)
    assert geometry == Geometry(1000, 700, 10, 20)


LAPTOP, BESIDE = Screen(0, 0, 1400, 900), Screen(1400, -200, 1920, 1080)


@pytest.mark.parametrize(
    ("kept", "screens", "shown"),
    [
        (Geometry(1000, 700, 1500, 10), [LAPTOP, BESIDE], Geometry(1000, 700, 1500, 10)),
        (Geometry(1000, 700, 1500, 10), [LAPTOP], Geometry(1000, 700)),
        (Geometry(1900, 1000, 1400, -190), [LAPTOP, BESIDE], Geometry(1900, 1000, 1400, -190)),
        (Geometry(1900, 1000, 1400, -190), [LAPTOP], Geometry(1400, 900)),
        (Geometry(1000, 700, -900, 10), [LAPTOP], Geometry(1000, 700)),
        (Geometry(1000, 700, -800, 10), [LAPTOP], Geometry(1000, 700, -800, 10)),
        (Geometry(1000, 700, 10, 890), [LAPTOP], Geometry(1000, 700)),
        (Geometry(1000, 700, 10, 20), [], Geometry(1000, 700)),
    ],
)
def test_the_window_comes_where_a_person_can_take_hold_of_it(
    kept: Geometry, screens: list[Screen], shown: Geometry
) -> None:
    kept.fit(screens)
    assert kept == shown


def test_the_page_grows_and_shrinks_by_steps_within_bounds() -> None:
    geometry = Geometry()
    for by, zoom in [(1, 1.1), (1, 1.25), (-1, 1.1), (0, 1.0), (-1, 0.9)]:
        geometry.step(by)
        assert geometry.zoom == zoom
    for by, zoom in [(1, 3.0), (-1, 0.5)]:
        for _ in range(20):
            geometry.step(by)
        assert geometry.zoom == zoom


ORIGIN = "http://127.0.0.1:7420"


@pytest.mark.parametrize(
    ("url", "place"),
    [
        (f"{ORIGIN}/chat/1?a#b", "page"),
        (f"blob:{ORIGIN}/4f", "page"),
        ("https://example.com/", "browser"),
        ("http://127.0.0.1:7421/", "browser"),
        ("http://localhost:7420/", "browser"),
        ("https://127.0.0.1:7420/", "browser"),
        (f"{ORIGIN}@example.com/", "browser"),
        ("mailto:a@example.com", "browser"),
        ("blob:https://example.com/4f", "nowhere"),
        ("file:///etc/passwd", "nowhere"),
        ("data:text/html,x", "nowhere"),
        ("javascript:alert(1)", "nowhere"),
        ("vscode://file/x", "nowhere"),
        ("about:blank", "nowhere"),
        ("http://[", "nowhere"),
        ("", "nowhere"),
    ],
)
def test_where_an_address_belongs(url: str, place: str) -> None:
    assert place_of(url, origin=ORIGIN) == place


def test_what_is_not_the_page_is_the_browsers_if_a_person_asked_for_it() -> None:
    done: list[str] = []
    links = Links(ORIGIN, open_outside=done.append, choose_folder=lambda: done.append("folder"))
    assert links.follow(f"{ORIGIN}/chat", is_asked=True)
    assert not links.follow("https://example.com/1", is_asked=True)
    assert not links.follow("https://example.com/2", is_asked=False)
    assert not links.follow("file:///etc/passwd", is_asked=True)
    for url in ("https://example.com/3", f"{ORIGIN}/docs", f"blob:{ORIGIN}/4f", "file:///etc", "javascript:1"):
        links.open(url)
    links.open(ORIGIN + CHOOSE_FOLDER)
    links.open(f"https://example.com{CHOOSE_FOLDER}")
    assert done == [
        "https://example.com/1",
        "https://example.com/3",
        f"{ORIGIN}/docs",
        "folder",
        f"https://example.com{CHOOSE_FOLDER}",
    ]


def png_size(content: bytes) -> tuple[int, int]:
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", content[16:24])


def test_icons_are_of_the_sizes_that_their_names_say() -> None:
    folder = Path(__file__).parents[1] / "packaging" / "icons"
    for size in (16, 24, 32, 48, 64, 128, 256, 512):
        assert png_size((folder / f"studio-{size}.png").read_bytes()) == (size, size)
    assert png_size(ICON.read_bytes()) == (128, 128)
    assert TRAY_ICON.read_bytes() == (folder / "studio-48.png").read_bytes()
    ico = (folder / "studio.ico").read_bytes()
    entries = [
        struct.unpack_from("<BBBBHHII", ico, 6 + 16 * place) for place in range(struct.unpack("<HHH", ico[:6])[2])
    ]
    found = [png_size(ico[start : start + length]) for *_, length, start in entries]
    assert (
        found
        == [(entry[0] or 256, entry[1] or 256) for entry in entries]
        == [(size, size) for size in (16, 24, 32, 48, 64, 128, 256)]
    )
    icns = (folder / "studio.icns").read_bytes()
    assert (icns[:4], struct.unpack(">I", icns[4:8])[0]) == (b"icns", len(icns))


def test_the_window_speaks_the_language_of_the_profile() -> None:
    assert (words_of("en"), words_of("fr")) == (ENGLISH, FRENCH)


class Shown(Notices):
    """Notes what a person is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def tell(self, title: str, text: str) -> None:
        self.told.append(f"{title}: {text}")

    def take_back(self) -> None:
        self.told.append("taken back")


def test_a_person_is_told_once_of_what_is_new_while_they_look_elsewhere() -> None:
    shown, in_front, wanted = Shown(), [False], [True]
    attention = Attention(
        FRENCH, open_notices=lambda: shown, is_in_front=lambda: in_front[0], is_wanted=lambda: wanted[0]
    )
    for waiting in [{"a"}, {"a"}, {"a", "b"}, {"b"}, set[str]()]:
        attention.see(frozenset(waiting))
    assert shown.told == [
        "Studio vous demande: Une question attend votre réponse.",
        "Studio vous demande: 2 questions attendent votre réponse.",
        "taken back",
    ]
    in_front[0] = True
    attention.see(frozenset({"c"}))
    in_front[0], wanted[0] = False, False
    attention.see(frozenset({"c", "d"}))
    assert len(shown.told) == 3


def test_a_person_is_told_of_runs_that_failed_until_they_looked_at_them() -> None:
    shown = Shown()
    attention = Attention(ENGLISH, open_notices=lambda: shown, is_in_front=lambda: False, is_wanted=lambda: True)
    for waiting, failed in [("", "x"), ("", "x"), ("a", "xy"), ("", "xy"), ("", "")]:
        attention.see(frozenset(waiting), frozenset(failed))
    assert shown.told == [
        "A workflow failed: A run failed. Studio says why.",
        "Studio asks you: A question waits for your answer. 2 runs failed. Studio says why.",
        "taken back",
    ]


def test_where_nobody_can_be_told_it_is_tried_once() -> None:
    tries: list[str] = []

    def refuse() -> Notices:
        tries.append("tried")
        raise NoNotices("there is no bus")

    attention = Attention(ENGLISH, open_notices=refuse, is_in_front=lambda: False, is_wanted=lambda: True)
    attention.see(frozenset({"a"}))
    attention.see(frozenset({"b"}))
    assert tries == ["tried"]


def test_there_are_no_notices_without_a_session_bus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'bus'}")
    with pytest.raises(NoNotices, match="the session bus is not there"):
        open_notices(ICON, None, on_click=lambda: None, platform="linux")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoNotices, match="none on 'darwin'"):
        open_notices(ICON, None, on_click=lambda: None, platform="darwin")


def test_macos_is_told_by_arguments_not_by_a_script(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program, told = tmp_path / "osascript", tmp_path / "told"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{told}"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    open_notices(ICON, None, on_click=lambda: None, platform="darwin").tell("A title", 'say "no" & more')
    assert told.read_text().splitlines()[-2:] == ["A title", 'say "no" & more']
    program.write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(NoNotices, match="did not show it"):
        MacosNotices(str(program)).tell("A title", "")


def test_notices_are_shown_by_the_desktop_until_it_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    clicked = threading.Event()
    with desktop(monkeypatch) as found:
        notices = open_notices(ICON, None, on_click=clicked.set, platform="linux")
        notices.tell("A title", "a text")
        notices.tell("A title", "another")
        shown = [(body[1], body[3], body[4]) for member, body in found.asked if member == "Notify"]
        assert shown == [(0, "A title", "a text"), (7, "A title", "another")]
        found.signal("org.freedesktop.Notifications", "ActionInvoked", "us", 7, "default")
        assert clicked.wait(30)
        notices.take_back()
        assert found.asked[-1] == ("CloseNotification", (7,))
        found.leave()
        with pytest.raises(NoNotices, match="nobody answers"):
            notices.tell("A title", "a text")


def test_who_comes_second_raises_the_first(tmp_path: Path) -> None:
    file, raised = tmp_path / "window.json", threading.Event()
    assert not raise_other(file)
    with heard(file, on_raise=raised.set):
        assert file.stat().st_mode & 0o777 == 0o600
        assert raise_other(file)
        assert raised.is_set()
        kept = file.read_text()
        file.write_text(json.dumps(json.loads(kept) | {"key": "00" * 32}))
        raised.clear()
        assert not raise_other(file)
        assert not raised.is_set()
        file.write_text(kept)
        assert raise_other(file)
    assert not file.exists()
    # Left over from one that was killed.
    file.write_text(kept)
    assert not raise_other(file)


def test_where_nobody_could_raise_it_there_is_no_window(tmp_path: Path) -> None:
    with pytest.raises(NoWindow, match="No such file"), heard(tmp_path / "gone" / ADDRESS, on_raise=lambda: None):
        pass


def test_a_second_start_that_is_killed_or_stopped_is_in_nobodys_way(tmp_path: Path) -> None:
    file = tmp_path / "window.json"
    with heard(file, on_raise=lambda: None):
        address = json.loads(file.read_text())["address"]
        for is_killed in (True, False):
            visitor = socket.socket(socket.AF_UNIX)
            visitor.connect(address)
            if is_killed:
                visitor.close()
            assert raise_other(file, patience_seconds=30)
            visitor.close()


def test_a_first_window_that_is_stopped_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    file = tmp_path / "window.json"
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(tmp_path / "deaf"))
        deaf.listen()
        file.write_text(json.dumps({"address": str(tmp_path / "deaf"), "key": "00" * 32}))
        assert not raise_other(file, patience_seconds=0.2)


def test_of_two_that_are_started_at_once_one_is_raised(tmp_path: Path) -> None:
    raised, firsts = threading.Event(), list[bool]()

    def start_second() -> None:
        with alone(tmp_path) as is_first:
            firsts.append(is_first)

    with alone(tmp_path) as is_first:
        assert is_first
        # Its server and its engine are not there yet.
        second = threading.Thread(target=start_second)
        second.start()
        second.join(0.3)
        assert second.is_alive()
        with heard(tmp_path / ADDRESS, on_raise=raised.set):
            second.join(30)
            assert (firsts, raised.is_set()) == ([False], True)
        with pytest.raises(NoWindow, match="does not answer"), alone(tmp_path, patience_seconds=0):
            pass
    with alone(tmp_path) as is_first:
        assert is_first


class Frame:
    """The window of a web engine, as far as closing it goes."""

    def __init__(self) -> None:
        self.asked, self.answered, self.destroyed = threading.Event(), threading.Event(), 0

    def create_confirmation_dialog(self, *_: object) -> bool:
        assert not self.asked.is_set()
        self.asked.set()
        return self.answered.wait(30)

    def destroy(self) -> None:
        self.destroyed += 1


def window_over(frame: Frame, folder: Path, on_close: Callable[[], OnClose], quits: list[str]) -> Window:
    window = Window(
        folder,
        "gtk",
        ENGLISH,
        on_close=on_close,
        quit_server=lambda: quits.append("quit"),
        ends_studio=lambda: True,
        follow=lambda _: None,
        is_notified=lambda: False,
        is_tray_wanted=lambda: False,
        wake=lambda: None,
    )
    window._window = frame
    return window


def test_closing_asks_once_however_often_it_is_closed_meanwhile(tmp_path: Path) -> None:
    frame, quits = Frame(), list[str]()
    window = window_over(frame, tmp_path, lambda: "ask", quits)
    closing = [threading.Thread(target=window._leave) for _ in range(3)]
    for thread in closing:
        thread.start()
    assert frame.asked.wait(30)
    frame.answered.set()
    for thread in closing:
        thread.join(30)
    assert (quits, frame.destroyed, window._before_close()) == (["quit"], 1, True)


def test_a_window_can_be_closed_whatever_became_of_its_folder(tmp_path: Path) -> None:
    def refuse() -> OnClose:
        raise FolderRefused("The data folder is gone.")

    frame = Frame()
    window_over(frame, tmp_path, refuse, [])._leave()
    assert frame.destroyed == 1


@pytest.mark.anyio
async def test_browser_is_an_option_of_the_program(tmp_path: Path) -> None:
    status, out, _ = await run_cli(tmp_path, "--help")
    assert (status, "--browser" in out) == (0, True)
