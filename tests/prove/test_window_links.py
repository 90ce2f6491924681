"""What a page can have its window do, tried by a page that wants more. `make prove-window` runs it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.prove.desk import Desk, desk_with, eventually
from tests.prove.site import Site, site

pytestmark = [
    pytest.mark.skipif(not os.environ.get("PROVE_WINDOW"), reason="`make prove-window` opens windows"),
    pytest.mark.timeout(400),
]

CANVAS = "position: fixed; inset: 0; background: #cde"


@pytest.fixture(params=["gtk", "qt"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with desk_with(request.param, tmp_path) as desk:
        yield desk


@pytest.fixture
def own() -> Iterator[Site]:
    with site() as found:
        yield found


@pytest.fixture
def other() -> Iterator[Site]:
    with site() as found:
        yield found


def show(desk: Desk, own: Site, body: str) -> None:
    own.page = f"<!doctype html><title>A page · Studio</title>{body}<script>fetch('/tell?is=there')</script>"
    desk.show(f"{own.origin}/")
    eventually(lambda: own.told().get("is") == "there" and desk.window(), "the page in its window")


@pytest.mark.parametrize(
    "link",
    [
        "<a style='{canvas}' href='{url}'></a>",
        "<a style='{canvas}' href='{url}' target=_blank></a>",
        "<a style='{canvas}' href='{url}' target=elsewhere></a>",
        '<div style=\'{canvas}\' onclick=\'window.open("{url}", "_blank", "noopener")\'></div>',
        "<div style='{canvas}' onclick='window.open(\"{url}\")'></div>",
        "<a style='{canvas}' href='{url}' download=away.txt></a>",
    ],
    ids=["plain", "blank", "named", "opened", "opened by its opener", "saved"],
)
def test_a_link_leads_to_the_browser(desk: Desk, own: Site, other: Site, link: str) -> None:
    url = f"{other.origin}/away"
    show(desk, own, link.format(canvas=CANVAS, url=url))
    desk.click_until(lambda: set(desk.browsed()) == {url}, "the browser")
    assert other.asked == []


AWAY = """
<iframe src="{other}/frame"></iframe>
<iframe name=framed></iframe>
<form id=form method=post action="{other}/form"></form>
<a id=link href="{other}/link"></a>
<a id=file href="file:///etc/hostname"></a>
<a id=program href="vscode://file/etc/hostname" target=_blank></a>
<script>
  // What it says of itself is not believed.
  Object.defineProperty(Event.prototype, 'isTrusted', { get: () => true });
  window.takeClick = () => true;
  const steps = [
    () => document.getElementById('form').submit(),
    () => document.getElementById('file').click(),
    () => document.getElementById('program').click(),
    () => document.getElementById('link').click(),
    () => document.getElementById('link').dispatchEvent(new MouseEvent('click')),
    () => location.assign('data:text/html,away'),
    () => location.assign('file:///etc/hostname'),
    () => window.open('{other}/framed', 'framed'),
    () => location.assign('{other}/away'),
    () => fetch('/tell?steps=done'),
  ];
  onload = () => steps.forEach((step, place) => setTimeout(step, 300 * (place + 1)));
</script>
"""


def test_the_window_cannot_be_led_away(desk: Desk, own: Site, other: Site) -> None:
    show(desk, own, AWAY.replace("{other}", other.origin))
    eventually(lambda: own.told().get("steps") == "done", "a page that is still there after all of it")
    assert other.asked == []
    # Nor does the browser open: no person asked for it.
    assert desk.browsed() == []


UNASKED = """
<script>
  const steps = [
    () => window.open('{other}/opened'),
    () => window.open('{other}/opened', '_blank', 'noopener'),
    () => window.open('/window/choose-folder', '_blank', 'noopener'),
    () => fetch('/tell?steps=done'),
  ];
  onload = () => steps.forEach((step, place) => setTimeout(step, 300 * (place + 1)));
</script>
"""


def test_a_page_opens_nothing_that_no_person_asked_for(desk: Desk, own: Site, other: Site) -> None:
    show(desk, own, UNASKED.replace("{other}", other.origin))
    eventually(lambda: own.told().get("steps") == "done", "all of it tried")
    # A dialog would be in front of the window by then.
    desk.tool("xdotool", "search", "--sync", "--onlyvisible", "--name", "Studio$")
    assert (desk.browsed(), desk.dialog()) == ([], "")


def test_a_download_is_kept_where_the_person_says(desk: Desk, own: Site) -> None:
    link = f"<a id=link style='{CANVAS}' download='../notes.md'></a>"
    script = "<script>link.href = URL.createObjectURL(new Blob(['kept']))</script>"
    show(desk, own, link + script)
    desk.click_until(desk.dialog, "the question where")
    desk.shot("download")
    desk.tool("xdotool", "key", "Return")
    eventually(lambda: [file.read_text() for file in desk.home.rglob("*notes.md")] == ["kept"], "the file")
    assert not desk.browsed()


CHOOSE = f"""
<div style='{CANVAS}' onclick="window.open('/window/choose-folder', '_blank', 'noopener')"></div>
<script>
  addEventListener('studio:folder', (event) => fetch('/tell?' + new URLSearchParams({{ folder: event.detail }})));
</script>
"""


def test_a_folder_is_chosen_in_a_dialog_of_the_desktop(desk: Desk, own: Site) -> None:
    show(desk, own, CHOOSE)
    desk.click_until(desk.dialog, "the dialog")
    desk.shot("folder")
    desk.tool("xdotool", "key", "Return")
    eventually(lambda: own.told().get("folder") == str(desk.home), "the folder that was chosen")
    own.asked.clear()
    desk.click_until(desk.dialog, "the dialog again")
    desk.tool("xdotool", "key", "Escape")
    eventually(lambda: "/tell?folder=" in own.asked, "no folder")
    assert not desk.browsed()


WANT = f"""
<textarea id=field style='{CANVAS}'>secret</textarea>
<script>
  const told = (name, what) => fetch('/tell?' + new URLSearchParams({{ [name]: what }}));
  const microphone = async () => (await navigator.mediaDevices.getUserMedia({{ audio: true }})) && 'given';
  const read = async () => navigator.clipboard.readText();
  microphone().catch((error) => error.name).then((what) => told('microphone', what));
  field.onclick = () => told('clicked', 'yes');
  document.oncopy = () => setTimeout(() => {{
    field.select();
    document.execCommand('paste');
    told('pasted', field.value);
    read().catch(() => 'nothing').then((text) => told('read', text));
  }}, 2000);
</script>
"""


def test_the_page_is_given_no_microphone_and_reads_no_clipboard(desk: Desk, own: Site) -> None:
    desk.environment["QTWEBENGINE_CHROMIUM_FLAGS"] = "--use-fake-device-for-media-stream"
    show(desk, own, WANT)
    eventually(lambda: own.told().get("microphone"), "an answer")
    assert own.told()["microphone"] != "given"
    desk.click_until(lambda: own.told().get("clicked"), "a click")
    for keys in ("ctrl+a", "ctrl+c"):
        desk.tool("xdotool", "key", keys)
    # Pasted over by what was copied, it would be the same: type something else meanwhile.
    desk.tool("xdotool", "type", "other")
    eventually(lambda: own.told().get("pasted"), "both tried")
    assert own.told()["pasted"] == "other"
    eventually(lambda: own.told().get("read"), "both tried")
    assert own.told()["read"] == "nothing"


REACH = """
<script>
  const call = JSON.stringify({ funcName: 'pywebviewMoveWindow', params: [1, 1], id: '1' });
  const told = (what) => fetch('/tell?bridge=' + what);
  setTimeout(() => {
    if (window.webkit?.messageHandlers?.jsBridge) {
      window.webkit.messageHandlers.jsBridge.postMessage(call);
      told('called');
    } else if (window.qt) {
      new QWebChannel(qt.webChannelTransport, (channel) => {
        channel.objects.external.call('pywebviewMoveWindow', '[1, 1]', '1');
        told('called');
      });
    }
  }, 1500);
</script>
"""


def test_the_page_can_call_nothing_of_the_program(desk: Desk, own: Site) -> None:
    show(desk, own, REACH)
    before = desk.tool("xdotool", "getwindowgeometry", desk.window())
    eventually(lambda: own.told().get("bridge") == "called", "a call")
    # Whoever is told after that is told after the call.
    desk.tool("xdotool", "key", "ctrl+plus")
    eventually(lambda: "error" not in (desk.home / "screen.log").read_text(), "no failure")
    assert desk.tool("xdotool", "getwindowgeometry", desk.window()) == before


def test_the_page_is_shown_larger_by_keys_also_the_next_time(desk: Desk, own: Site) -> None:
    tell = "onresize = () => fetch('/tell?width=' + innerWidth); onresize()"
    tell += "; onclick = () => fetch('/tell?clicked=yes')"
    show(desk, own, f"<script>{tell}</script>")
    eventually(lambda: own.told().get("width"), "a width")
    usual = int(own.told()["width"])
    desk.click_until(lambda: own.told().get("clicked"), "a click")
    desk.tool("xdotool", "key", "ctrl+plus", "ctrl+plus")
    eventually(lambda: int(own.told()["width"]) < usual * 0.85, "a page that is larger")
    larger = int(own.told()["width"])
    desk.close()
    kept = desk.home / "window" / "geometry.json"
    eventually(lambda: json.loads(kept.read_text())["zoom"] == 1.25, "the zoom kept")
    own.asked.clear()
    show(desk, own, f"<script>{tell}</script>")
    eventually(lambda: abs(int(own.told()["width"]) - larger) <= 4, "the page as large as before")
    desk.tool("xdotool", "key", "ctrl+0")
    eventually(lambda: abs(int(own.told()["width"]) - usual) <= 4, "the page as it was")
