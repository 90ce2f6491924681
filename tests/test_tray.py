"""The icon beside the clock: what it says, when it is there, and what the window does then.

A real session bus: tests/prove/test_window.py.
"""

from __future__ import annotations

import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from studio.desktop.pixmap import read_pixmap
from studio.desktop.session_bus import NoBus, SessionBus
from studio.desktop.status_item import WATCHER
from studio.desktop.tray import ICON, NoTray, Tray, WantedTray, open_tray
from studio.desktop.window import OnClose, Window
from studio.desktop.words import ENGLISH, FRENCH
from tests.support.session_bus import Desktop, desktop
from tests.support.tray import Wanted

ITEM = ("/StatusNotifierItem", "org.kde.StatusNotifierItem")
MENU = ("/MenuBar", "com.canonical.dbusmenu")
PROPERTIES = "org.freedesktop.DBus.Properties"


@pytest.fixture
def fake_desktop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    with desktop(monkeypatch) as found:
        yield found


def until(holds: Callable[[], object]) -> None:
    """Wait until another thread has brought something about."""
    pause = threading.Event()
    for _ in range(3000):
        if holds():
            return
        pause.wait(0.01)
    raise AssertionError("It did not come to be.")


def labels(found: Desktop) -> list[str]:
    """Return what a host would write into the menu."""
    ((_, (_, _, inside)),) = [found.ask(*MENU, "GetLayout", "iias", 0, -1, [])]
    return [item[1].get("label", ("s", "-"))[1] for _, item in inside]


def test_the_icon_is_known_to_the_desktop_and_says_how_many_questions_wait(fake_desktop: Desktop) -> None:
    wanted = Wanted()
    tray = open_tray(None, FRENCH, wanted.wishes, platform="linux")
    until(tray.is_shown)
    (name,) = fake_desktop.registered()
    assert ("RequestName", (name, 0)) in fake_desktop.asked
    (described,) = fake_desktop.ask(ITEM[0], PROPERTIES, "GetAll", "s", ITEM[1])
    (_, ((width, height, pixels),)) = described["IconPixmap"]
    assert (width, height, len(pixels)) == (48, 48, 48 * 48 * 4)
    assert {name: described[name][1] for name in ("Id", "IconName", "Status", "Menu", "ItemIsMenu")} == {
        "Id": "studio",
        "IconName": "studio",
        "Status": "Active",
        "Menu": MENU[0],
        "ItemIsMenu": False,
    }
    assert labels(fake_desktop) == ["Afficher Studio", "-", "Quitter Studio"]

    tray.see(2, ends_studio=False)
    until(lambda: [name for name, _ in fake_desktop.told] == ["LayoutUpdated", "NewStatus", "NewToolTip"])
    assert fake_desktop.told[1] == ("NewStatus", ("NeedsAttention",))
    ((_, tip),) = fake_desktop.ask(ITEM[0], PROPERTIES, "Get", "ss", ITEM[1], "ToolTip")
    assert tip[2:] == ("Studio", "2 questions attendent votre réponse.")
    leave = "Quitter la fenêtre\u00a0; Studio continue"
    assert labels(fake_desktop) == ["Afficher Studio", tip[3], "-", leave]
    assert fake_desktop.ask(*MENU, "GetProperty", "is", 2, "enabled") == (("b", False),)
    (some,) = fake_desktop.ask(*MENU, "GetGroupProperties", "aias", [1, 4, 9], ["label"])
    assert some == [(1, {"label": ("s", "Afficher Studio")}), (4, {"label": ("s", leave)})]


def test_a_person_can_click_the_icon_and_its_menu(fake_desktop: Desktop) -> None:
    wanted = Wanted()
    tray = open_tray(None, ENGLISH, wanted.wishes, platform="linux")
    until(tray.is_shown)
    assert fake_desktop.ask(*ITEM, "Activate", "ii", 5, 5) == ()
    assert wanted.next() == "show"
    for place, event in ((1, "hovered"), (2, "clicked"), (1, "clicked")):
        assert fake_desktop.ask(*MENU, "Event", "isvu", place, event, ("s", ""), 0) == ()
    assert wanted.next() == "show"
    assert fake_desktop.ask(*MENU, "AboutToShow", "i", 0) == (False,)
    events = [(4, "clicked", ("s", ""), 0), (9, "clicked", ("s", ""), 0)]
    assert fake_desktop.ask(*MENU, "EventGroup", "a(isvu)", events) == ([9],)
    assert wanted.next() == "quit"
    # Whoever asks is answered, whatever it is.
    assert fake_desktop.ask(*ITEM, "Explode").endswith("UnknownMethod")
    assert fake_desktop.ask(*ITEM, "Activate").endswith("InvalidArgs")
    assert fake_desktop.ask(*MENU, "GetLayout", "iias", 9, -1, []).endswith("InvalidArgs")


def test_the_icon_goes_and_comes_with_those_who_show_it(fake_desktop: Desktop) -> None:
    wanted = Wanted()
    fake_desktop.has_watcher = False
    tray = open_tray(None, ENGLISH, wanted.wishes, platform="linux")
    assert wanted.next() == "lose"
    assert not tray.is_shown()
    fake_desktop.change_watcher(is_there=True)
    until(tray.is_shown)

    fake_desktop.has_host = False
    fake_desktop.signal(WATCHER.interface, "StatusNotifierHostUnregistered")
    assert wanted.next() == "lose"
    assert not tray.is_shown()
    fake_desktop.has_host = True
    fake_desktop.signal(WATCHER.interface, "StatusNotifierHostRegistered")
    until(tray.is_shown)

    fake_desktop.change_watcher(is_there=False)
    assert wanted.next() == "lose"
    assert not tray.is_shown()
    fake_desktop.change_watcher(is_there=True)
    until(tray.is_shown)
    assert len(fake_desktop.registered()) == 3

    fake_desktop.leave()
    assert wanted.next() == "lose"
    assert not tray.is_shown()


def test_nobody_speaks_for_the_desktop_but_the_desktop(fake_desktop: Desktop) -> None:
    wanted = Wanted()
    tray = open_tray(None, ENGLISH, wanted.wishes, platform="linux")
    until(tray.is_shown)
    fake_desktop.signal("org.freedesktop.DBus", "NameOwnerChanged", "sss", WATCHER.service, ":1.9", "", sender=":1.66")
    fake_desktop.has_host = False
    fake_desktop.signal(WATCHER.interface, "StatusNotifierHostUnregistered", sender=":1.66")
    fake_desktop.has_host = True
    # What is heard after them is heard when they are done with.
    fake_desktop.change_watcher(is_there=True)
    until(lambda: len(fake_desktop.registered()) == 2)
    assert (tray.is_shown(), wanted.heard.empty()) == (True, True)


def test_a_bus_that_is_gone_answers_nobody(fake_desktop: Desktop) -> None:
    ended = threading.Event()
    bus = SessionBus(on_end=ended.set)
    fake_desktop.has_watcher = False
    with pytest.raises(NoBus, match=r"refused: org\.freedesktop\.DBus\.Error\.ServiceUnknown"):
        bus.call(WATCHER, "RegisterStatusNotifierItem", "s", ("a.b",))
    fake_desktop.leave()
    assert ended.wait(30)
    with pytest.raises(NoBus, match=r"nobody answers for org\.kde"):
        bus.call(WATCHER, "RegisterStatusNotifierItem", "s", ("a.b",))


def test_there_is_no_icon_without_a_session_bus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'bus'}")
    with pytest.raises(NoTray, match="the session bus is not there"):
        open_tray(None, ENGLISH, Wanted().wishes, platform="linux")
    # What can lead to a bus elsewhere, or nowhere.
    for address in ("tcp:host=127.0.0.1,port=1", "autolaunch:", "unix:runtime=yes"):
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        with pytest.raises(NoTray, match="the session bus is not there"):
            open_tray(None, ENGLISH, Wanted().wishes, platform="linux")
    with pytest.raises(NoTray, match="none on 'plan9'"):
        open_tray(None, ENGLISH, Wanted().wishes, platform="plan9")


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def filtered(line: bytes, above: bytes, kind: int) -> bytes:
    """Return a line as one of PNG's filters leaves it: RFC 2083, section 6."""
    found = bytearray((kind,))
    for place, value in enumerate(line):
        left, corner = (line[place - 4], above[place - 4]) if place >= 4 else (0, 0)
        up = above[place]
        estimate = left + up - corner
        distances = (abs(estimate - left), abs(estimate - up), abs(estimate - corner))
        paeth = (left, up, corner)[distances.index(min(distances))]
        found.append((value - (0, left, up, (left + up) // 2, paeth)[kind]) % 256)
    return bytes(found)


def test_every_filter_of_a_png_is_taken_back(tmp_path: Path) -> None:
    size = 11
    pixels = bytes(place * place * 37 % 251 for place in range(size * size * 4))
    lines = [pixels[start : start + size * 4] for start in range(0, len(pixels), size * 4)]
    above = [bytes(size * 4), *lines]
    packed = zlib.compress(b"".join(filtered(line, above[place], place % 5) for place, line in enumerate(lines)))
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", packed[:9]), (b"IDAT", packed[9:]), (b"IEND", b"")]
    file = tmp_path / "a.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*one) for one in chunks))
    found = read_pixmap(file)
    assert (found.size, len(found.argb)) == (size, len(pixels))
    for start in range(0, len(pixels), 4):
        red, green, blue, alpha = pixels[start : start + 4]
        assert tuple(found.argb[start : start + 4]) == (alpha, red, green, blue)


def test_the_icon_that_asks_for_attention_has_a_dot() -> None:
    plain = read_pixmap(ICON)
    marked = plain.marked()
    changed = [place for place in range(48 * 48) if plain.argb[place * 4 :][:4] != marked.argb[place * 4 :][:4]]
    assert changed
    assert all(place % 48 > 24 and place // 48 < 24 for place in changed)


class Icon(Tray):
    """An icon that is where it is said to be."""

    def __init__(self) -> None:
        self.is_there = True
        self.said: list[int | str] = []
        self.when_looked_at = lambda: None

    def is_shown(self) -> bool:
        self.when_looked_at()
        return self.is_there

    def see(self, waiting: int, *, ends_studio: bool) -> None:
        self.said += [waiting] if ends_studio else [waiting, "leaves Studio"]

    def close(self) -> None:
        self.is_there = False
        self.said.append("closed")


def test_the_icon_is_there_while_it_is_wanted() -> None:
    icon, is_wanted, ends_studio = Icon(), [True], [True]
    tray = WantedTray(open_tray=lambda: icon, is_wanted=lambda: is_wanted[0], ends_studio=lambda: ends_studio[0])
    assert not tray.is_shown()
    for waiting in (0, 0, 2):
        tray.see(waiting)
    assert tray.is_shown()
    is_wanted[0] = False
    tray.see(2)
    assert not tray.is_shown()
    is_wanted[0] = True
    tray.see(2)
    # Another has started the server again meanwhile.
    ends_studio[0] = False
    tray.see(2)
    assert icon.said == [0, 2, "closed", 2, 2, "leaves Studio"]


def test_a_place_for_the_icon_is_looked_for_once(caplog: pytest.LogCaptureFixture) -> None:
    def refuse() -> Tray:
        raise NoTray("there is no bus")

    caplog.set_level("DEBUG", logger="studio.desktop")
    tray = WantedTray(open_tray=refuse, is_wanted=lambda: True, ends_studio=lambda: True)
    tray.see(0)
    tray.see(1)
    assert caplog.messages == ["There is no icon beside the clock: there is no bus"]


@dataclass
class Frame:
    """The window of a web engine, as far as it comes and goes."""

    done: list[str] = field(default_factory=list)
    answer: bool = False

    def __getattr__(self, name: str) -> Callable[[], None]:
        return lambda: self.done.append(name)

    def create_confirmation_dialog(self, *_: object) -> bool:
        return self.answer


@dataclass
class Scene:
    """A window over a server, with an icon, and what came of them."""

    folder: Path
    wish: OnClose = "serve"
    frame: Frame = field(default_factory=Frame)
    icon: Icon = field(default_factory=Icon)
    woken: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.window = Window(
            self.folder,
            "gtk",
            ENGLISH,
            on_close=lambda: self.wish,
            quit_server=lambda: self.frame.done.append("quit"),
            ends_studio=lambda: True,
            follow=lambda _: None,
            is_notified=lambda: False,
            is_tray_wanted=lambda: True,
            wake=self.woken.set,
        )
        self.window._window = self.frame
        self.window._pane = SimpleNamespace(hide=self.frame.hide, is_in_front=lambda: True)
        self.window._tray = WantedTray(open_tray=lambda: self.icon, is_wanted=lambda: True, ends_studio=lambda: True)
        self.window._see(frozenset(), frozenset())


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


@pytest.mark.parametrize("wish", ["serve", "ask"])
def test_closing_hides_the_window_while_the_icon_is_there(scene: Scene, wish: OnClose) -> None:
    scene.wish = wish
    for _ in range(2):
        scene.frame.done.clear()
        scene.window._leave()
        assert (scene.frame.done, scene.window._is_in_front()) == (["hide"], False)
        scene.window._come_to_the_front()
        assert (scene.frame.done, scene.window._is_in_front()) == (["hide", "show", "restore"], True)
        # Its server may have ended meanwhile.
        assert scene.woken.wait(30)
    # Where it was is known even if it is never shown again.
    assert (scene.folder / "geometry.json").is_file()
    scene.icon.is_there = False
    scene.window._leave()
    assert scene.frame.done[-1] == "destroy"


def test_a_disk_that_is_full_does_not_close_what_is_to_be_hidden(scene: Scene) -> None:
    (scene.folder / "geometry.json").mkdir()
    scene.window._leave()
    assert scene.frame.done == ["hide"]


def test_quitting_ends_the_window_whether_it_is_hidden_or_not(scene: Scene) -> None:
    scene.window._leave()
    scene.window._leave("quit")
    assert (scene.frame.done, scene.window._before_close()) == (["hide", "quit", "destroy"], True)
    # That its icon goes now is no reason to come back.
    scene.window._come_back()
    assert scene.frame.done[-1] == "destroy"


def test_quitting_by_the_icon_shows_the_question_that_is_open_already(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.wish = "ask"

    def ask(*_: object) -> bool:
        scene.window._leave("quit")
        return False

    monkeypatch.setattr(scene.frame, "create_confirmation_dialog", ask, raising=False)
    scene.window._leave()
    assert scene.frame.done == ["show", "restore", "hide"]


def test_closing_ends_the_window_where_quitting_is_wanted_or_the_program_ends(tmp_path: Path) -> None:
    quitting = Scene(tmp_path, wish="quit")
    quitting.window._leave()
    assert quitting.frame.done == ["quit", "destroy"]
    ending = Scene(tmp_path)
    ending.window._end()
    ending.window._leave()
    assert ending.frame.done == ["destroy"]


def test_nobody_is_left_with_a_window_that_cannot_be_seen(scene: Scene) -> None:
    scene.window._come_back()
    assert scene.frame.done == []
    scene.window._leave()
    scene.window._come_back()
    assert scene.frame.done == ["hide", "show", "restore"]

    # The icon goes while the window is being hidden, and its message came too early.
    looks = iter([True, False])
    scene.icon.when_looked_at = lambda: setattr(scene.icon, "is_there", next(looks))
    scene.window._leave()
    assert scene.frame.done == ["hide", "show", "restore"] * 2
    assert not scene.window._is_hidden
