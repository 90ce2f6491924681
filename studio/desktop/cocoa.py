"""WebKit behind the window, on macOS."""

from __future__ import annotations

import importlib

from studio.desktop.links import Links
from studio.desktop.pane import Foreign, Wishes

ZOOM_KEYS = {"+": 1, "=": 1, "-": -1, "0": 0}
CANCEL, LINK_ACTIVATED = 0, 0
"""WKNavigationActionPolicyCancel, WKNavigationTypeLinkActivated."""


class Pane:
    """The page in WebKit."""

    def __init__(self, window: Foreign, wishes: Wishes) -> None:
        importlib.import_module("webview").settings["ALLOW_DOWNLOADS"] = True
        platform = importlib.import_module("webview.platforms.cocoa")
        self._kit = platform.AppKit
        self._wishes = wishes
        self._frame = window
        view = platform.BrowserView.instances[window.uid]
        self._window, self._view = view.window, view.webview
        # As everywhere else, a script opens no windows that nobody clicked for.
        self._view.configuration().preferences().setJavaScriptCanOpenWindowsAutomatically_(False)
        # Delegates are not kept alive by what they are of.
        self._delegate = _delegate(platform.BrowserView.BrowserDelegate, wishes.links).alloc().init()
        self._view.setNavigationDelegate_(self._delegate)
        self._view.setUIDelegate_(self._delegate)
        self._program = _program_delegate(platform.BrowserView.AppDelegate, wishes).alloc().init()
        platform.BrowserView.app.setDelegate_(self._program)
        self._monitor = self._kit.NSEvent.addLocalMonitorForEventsMatchingMask_handler_(
            self._kit.NSEventMaskKeyDown, self._see_key
        )
        window.events.moved += wishes.move

    def zoom(self, factor: float) -> None:
        """Show the page larger or smaller."""
        self._view.setPageZoom_(factor)

    def is_in_front(self) -> bool:
        """Return whether a person looks at it."""
        return bool(self._kit.NSApp.isActive() and self._window.isKeyWindow())

    def hide(self) -> None:
        """Take the window off the screen."""
        self._frame.hide()

    def _see_key(self, event: Foreign) -> Foreign:
        step = ZOOM_KEYS.get(str(event.charactersIgnoringModifiers()))
        if step is None or not event.modifierFlags() & self._kit.NSEventModifierFlagCommand:
            return event
        self._wishes.zoom(step)
        return None


def _delegate(base: Foreign, links: Links) -> Foreign:
    """Return pywebview's class of delegates, with our own mind of where links lead."""
    objc = importlib.import_module("objc")

    class StudioDelegate(base):
        def webView_createWebViewWithConfiguration_forNavigationAction_windowFeatures_(  # noqa: ANN202 -- WebKit's name
            self,
            _view: Foreign,
            _configuration: Foreign,
            action: Foreign,
            _features: Foreign,
        ):
            links.open(str(action.request().URL().absoluteString()))

        def webView_decidePolicyForNavigationAction_decisionHandler_(
            self, view: Foreign, action: Foreign, handler: Foreign
        ) -> None:
            frame = action.targetFrame()
            url = str(action.request().URL().absoluteString())
            # Without a frame it is about a new window, which is asked about next.
            is_asked = action.navigationType() == LINK_ACTIVATED and frame is not None and bool(frame.isMainFrame())
            if frame is not None and not links.follow(url, is_asked=is_asked):
                handler(CANCEL)
                return
            objc.super(StudioDelegate, self).webView_decidePolicyForNavigationAction_decisionHandler_(
                view, action, handler
            )

    return StudioDelegate


def _program_delegate(base: Foreign, wishes: Wishes) -> Foreign:
    """Return pywebview's class of the program's delegate, with what the Dock and the system want of it."""
    objc = importlib.import_module("objc")

    class StudioProgramDelegate(base):
        def applicationShouldTerminate_(self, program: Foreign):  # noqa: ANN202 -- AppKit's own
            wishes.end()
            return objc.super(StudioProgramDelegate, self).applicationShouldTerminate_(program)

        def applicationShouldHandleReopen_hasVisibleWindows_(  # noqa: ANN202 -- as above
            self, _program: Foreign, has_windows: Foreign
        ):
            if not has_windows:
                wishes.show()
            return True

    return StudioProgramDelegate
