"""The icon of Windows beside the clock and of macOS in the menu bar, with stand-ins for what those systems have."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from studio.desktop import clock_icon, cocoa, menu_bar, webview2
from studio.desktop.links import Links
from studio.desktop.notices import open_notices
from studio.desktop.pane import Wishes
from studio.desktop.tray import ICON, open_tray
from studio.desktop.words import ENGLISH, FRENCH
from tests.support.tray import Wanted


class Event:
    """An event of .NET."""

    def __init__(self) -> None:
        self.handlers: list[Callable[..., object]] = []

    def __iadd__(self, handler: Callable[..., object]) -> Event:
        self.handlers.append(handler)
        return self

    def happen(self, *arguments: object) -> None:
        for handler in self.handlers:
            handler(None, *arguments)


class Entry:
    """One line of a menu of Windows."""

    def __init__(self, label: str) -> None:
        self.label, self.Enabled, self.Click = label, True, Event()


class ContextMenuStrip:
    """A menu of Windows."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.Items = SimpleNamespace(Add=self._add)

    def _add(self, label: str) -> Entry:
        self.entries.append(Entry(label))
        return self.entries[-1]


class NotifyIcon:
    """The icon of Windows, which it draws where it is visible."""

    def __init__(self) -> None:
        self.Icon: object = None
        self.ContextMenuStrip: ContextMenuStrip | None = None
        self.Visible, self.Text = False, ""
        self.BalloonTipClicked, self.MouseClick = Event(), Event()
        self.balloons: list[tuple[str, str]] = []

    def ShowBalloonTip(self, _: int, title: str, text: str, _kind: object) -> None:
        assert self.Visible
        self.balloons.append((title, text))

    def Dispose(self) -> None:
        self.Visible = False


class Form:
    """A window of Windows, whose thread does at once what it is asked for."""

    def __init__(self) -> None:
        self.Icon, self.FormClosed, self.IsHandleCreated = object(), Event(), True

    def BeginInvoke(self, do: Callable[[], None]) -> None:
        assert self.IsHandleCreated
        do()


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> NotifyIcon:
    icon = NotifyIcon()
    forms = SimpleNamespace(
        NotifyIcon=lambda: icon,
        ContextMenuStrip=ContextMenuStrip,
        MouseButtons=SimpleNamespace(Left="left", Right="right"),
        ToolTipIcon=SimpleNamespace(Info="info"),
    )
    monkeypatch.setitem(sys.modules, "System", SimpleNamespace(Action=lambda do: do))
    monkeypatch.setitem(sys.modules, "System.Windows.Forms", forms)
    clock_icon.clock_icon_of.cache_clear()
    return icon


def test_on_windows_notices_and_the_tray_are_one_icon(windows: NotifyIcon) -> None:
    wanted, form = Wanted(), Form()
    tray = open_tray(form, ENGLISH, wanted.wishes, platform="win32")
    notices = open_notices(ICON, form, on_click=lambda: wanted.heard.put("click"), platform="win32")
    assert not windows.Visible
    tray.see(2, ends_studio=True)
    assert (tray.is_shown(), windows.Visible, windows.Text) == (True, True, "Studio: 2 questions wait for your answer.")
    menu = windows.ContextMenuStrip
    assert menu
    assert [(entry.label, entry.Enabled) for entry in menu.entries] == [
        ("Show Studio", True),
        ("2 questions wait for your answer.", False),
        ("Quit Studio", True),
    ]
    for entry in menu.entries:
        entry.Click.happen(None)
    assert [wanted.next(), wanted.next()] == ["show", "quit"]
    windows.MouseClick.happen(SimpleNamespace(Button="right"))
    assert wanted.heard.empty()
    windows.MouseClick.happen(SimpleNamespace(Button="left"))
    assert wanted.next() == "click"

    tray.see(0, ends_studio=False)
    menu = windows.ContextMenuStrip
    assert [entry.label for entry in menu.entries] == ["Show Studio", "Quit the window; Studio works on"]
    notices.tell("A title", "a text")
    notices.take_back()
    assert (windows.balloons, windows.Visible) == ([("A title", "a text")], True)
    tray.close()
    assert (wanted.next(), tray.is_shown(), windows.Visible, windows.ContextMenuStrip) == ("lose", False, False, None)
    notices.tell("A title", "another text")
    windows.BalloonTipClicked.happen(None)
    assert (wanted.next(), windows.Visible) == ("click", True)
    form.FormClosed.happen(None)
    form.IsHandleCreated = False
    assert not windows.Visible
    notices.take_back()


class Cocoa:
    """An object of AppKit. What each of its methods was given last is in `given`."""

    def __init__(self) -> None:
        self.given: dict[str, tuple[Any, ...]] = {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            self.given[name] = arguments
            return self if name.startswith("init") or name in {"configuration", "preferences"} else None

        return call


class Menu(Cocoa):
    """A menu of AppKit."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: list[Cocoa] = []

    def addItem_(self, item: Cocoa) -> None:
        self.inside.append(item)


@pytest.fixture
def pane_wishes() -> tuple[Wishes, list[str]]:
    """What a pane tells its window, and what it told."""
    told: list[str] = []
    links = Links("http://127.0.0.1:7420", open_outside=told.append, choose_folder=lambda: told.append("folder"))
    wishes = Wishes(
        links,
        move=lambda _x, _y: None,
        zoom=lambda _: None,
        end=lambda: told.append("end"),
        show=lambda: told.append("show"),
    )
    return wishes, told


def test_windows_that_shuts_down_waits_for_no_question(
    monkeypatch: pytest.MonkeyPatch, pane_wishes: tuple[Wishes, list[str]]
) -> None:
    wishes, told = pane_wishes
    monkeypatch.setitem(sys.modules, "webview", SimpleNamespace(settings={}))
    view = SimpleNamespace(CoreWebView2InitializationCompleted=Event(), NavigationStarting=Event(), KeyDown=Event())
    form = SimpleNamespace(
        Handle=SimpleNamespace(ToInt32=lambda: 1), webview=view, browser=SimpleNamespace(), FormClosing=Event()
    )
    window = SimpleNamespace(native=form, events=SimpleNamespace(moved=Event()), hide=lambda: told.append("hide"))
    webview2.Pane(window, wishes).hide()
    for reason, is_cancelled in (("UserClosing", True), ("WindowsShutDown", False)):
        closing = SimpleNamespace(CloseReason=reason, Cancel=True)
        form.FormClosing.happen(closing)
        assert closing.Cancel is is_cancelled
    assert told == ["hide", "end"]


class NSObject:
    """What Objective-C makes objects of."""

    @classmethod
    def alloc(cls) -> NSObject:
        return cls()

    def init(self) -> NSObject:
        return self


def test_on_macos_the_icon_is_in_the_menu_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    bar, item, button = Cocoa(), Cocoa(), Cocoa()
    vars(bar)["statusItemWithLength_"] = lambda _: item
    vars(item)["button"] = lambda: button
    kit = SimpleNamespace(
        NSStatusBar=SimpleNamespace(systemStatusBar=lambda: bar),
        NSImage=SimpleNamespace(alloc=Cocoa),
        NSMenu=SimpleNamespace(alloc=Menu),
        NSMenuItem=SimpleNamespace(alloc=Cocoa, separatorItem=Cocoa),
        NSObject=NSObject,
        NSImageLeft=2,
    )
    helper = SimpleNamespace(callAfter=lambda do, *arguments: do(*arguments))
    monkeypatch.setitem(sys.modules, "webview.platforms.cocoa", SimpleNamespace(AppKit=kit, AppHelper=helper))
    menu_bar._target_class.cache_clear()
    wanted = Wanted()
    tray = open_tray(None, FRENCH, wanted.wishes, platform="darwin")
    assert tray.is_shown()
    (menu,) = item.given["setMenu_"]
    show, waiting, _, quit_all = menu.inside
    assert menu.given["setAutoenablesItems_"] == (False,)
    made = [entry.given["initWithTitle_action_keyEquivalent_"] for entry in (show, waiting, quit_all)]
    assert made == [("Afficher Studio", "showStudio:", ""), ("", None, ""), ("Quitter Studio", "quitStudio:", "")]
    (target,) = show.given["setTarget_"]
    target.showStudio_(show)
    target.quitStudio_(quit_all)
    assert [wanted.next(), wanted.next()] == ["show", "quit"]

    tray.see(1, ends_studio=False)
    assert quit_all.given["setTitle_"] == ("Quitter la fenêtre\u00a0; Studio continue",)
    assert button.given["setTitle_"] == ("1",)
    assert waiting.given["setTitle_"] == ("Une question attend votre réponse.",)
    assert (waiting.given["setHidden_"], waiting.given["setEnabled_"]) == ((False,), (False,))
    tray.see(0, ends_studio=True)
    assert quit_all.given["setTitle_"] == ("Quitter Studio",)
    assert (button.given["setTitle_"], waiting.given["setHidden_"]) == (("",), (True,))
    tray.close()
    assert (wanted.next(), tray.is_shown(), bar.given["removeStatusItem_"]) == ("lose", False, (item,))


def test_macos_tells_the_end_of_the_program_from_that_of_its_window(
    monkeypatch: pytest.MonkeyPatch, pane_wishes: tuple[Wishes, list[str]]
) -> None:
    wishes, told = pane_wishes

    class AppDelegate(NSObject):
        """pywebview's own, which asks the window."""

        def applicationShouldTerminate_(self, _: object) -> bool:
            told.append("closing")
            return False

    program = Cocoa()
    view = SimpleNamespace(
        instances={"master": SimpleNamespace(window=Cocoa(), webview=Cocoa())},
        BrowserDelegate=NSObject,
        AppDelegate=AppDelegate,
        app=program,
    )
    kit = SimpleNamespace(NSEvent=Cocoa(), NSEventMaskKeyDown=1)
    monkeypatch.setitem(sys.modules, "webview", SimpleNamespace(settings={}))
    monkeypatch.setitem(sys.modules, "webview.platforms.cocoa", SimpleNamespace(BrowserView=view, AppKit=kit))
    monkeypatch.setitem(sys.modules, "objc", SimpleNamespace(super=super))
    window = SimpleNamespace(uid="master", events=SimpleNamespace(moved=Event()), hide=lambda: told.append("hide"))
    cocoa.Pane(window, wishes).hide()
    view_of_page = view.instances["master"].webview
    assert view_of_page.given["setJavaScriptCanOpenWindowsAutomatically_"] == (False,)
    (delegate,) = program.given["setDelegate_"]
    assert not delegate.applicationShouldTerminate_(None)
    for has_windows in (True, False):
        assert delegate.applicationShouldHandleReopen_hasVisibleWindows_(None, has_windows)
    assert told == ["hide", "end", "closing", "show"]
