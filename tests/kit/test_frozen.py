"""What a frozen program leaves in its environment."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from studio import cli, commands
from studio.desktop import choice
from studio.kit import frozen, processes

UNPACKED = {"_PYI_APPLICATION_HOME_DIR": "/tmp/_MEIxyz", "_PYI_PARENT_PROCESS_LEVEL": "1"}


@pytest.fixture(autouse=True)
def nothing_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frozen, "_unpacked", {})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"LD_LIBRARY_PATH": "/tmp/_MEIxyz"}, {}),
        (
            {"LD_LIBRARY_PATH": "/tmp/_MEIxyz:/opt/lib", "LD_LIBRARY_PATH_ORIG": "/opt/lib"},
            {"LD_LIBRARY_PATH": "/opt/lib"},
        ),
    ],
)
def test_its_environment_is_again_what_it_was(before: dict[str, str], after: dict[str, str]) -> None:
    environment = {"HOME": "/home/me", **UNPACKED, **before}
    frozen.restore_environment(environment)
    assert environment == {"HOME": "/home/me", **after}
    assert frozen.where_unpacked() == {**UNPACKED, "LD_LIBRARY_PATH": before["LD_LIBRARY_PATH"]}


@pytest.mark.skipif(sys.platform != "linux", reason="only there libraries are found by the environment")
@pytest.mark.parametrize("own", ["", "/opt/lib"])
def test_what_reaches_the_system_begins_anew_with_its_libraries(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, own: str
) -> None:
    class Began(Exception):
        pass

    def begin(program: str, argv: list[str], environment: dict[str, str]) -> None:
        began.append(environment)
        assert (program, argv) == (sys.executable, [sys.executable, *sys.argv[1:]])
        raise Began

    began: list[dict[str, str]] = []
    monkeypatch.setattr(os, "execve", begin)
    before = {"LD_LIBRARY_PATH_ORIG": own} if own else {}
    bootloader = {"_PYI_APPLICATION_HOME_DIR": str(tmp_path)}
    environment = {**bootloader, **before, "LD_LIBRARY_PATH": f"{tmp_path}:{own}".removesuffix(":")}
    frozen.restore_environment(environment)
    # Without PyGObject nothing of the system is reached.
    frozen.prefer_system(environment)
    (tmp_path / "gi").mkdir()
    with pytest.raises(Began):
        frozen.prefer_system(environment)

    [again] = began
    places = again["LD_LIBRARY_PATH"].split(":")
    assert again == {**bootloader, **before, "LD_LIBRARY_PATH": ":".join(places)}
    assert [place for place in places if list(Path(place).glob("libc.so.*"))] == [places[-2]]
    assert (places[:-2], places[-1]) == ([own] if own else [], str(tmp_path))
    monkeypatch.setattr(frozen, "_unpacked", {})
    frozen.restore_environment(again)
    assert again == ({"LD_LIBRARY_PATH": own} if own else {})
    frozen.prefer_system(again)


@pytest.mark.parametrize(
    ("arguments", "screen", "begins_anew"),
    [
        ([], {"DISPLAY": ":0"}, True),
        (["--port", "7421"], {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ([], {}, False),
        (["--browser"], {"DISPLAY": ":0"}, False),
        (["--no-open"], {"DISPLAY": ":0"}, False),
        (["serve"], {"DISPLAY": ":0"}, False),
    ],
)
def test_only_what_may_show_a_window_begins_anew(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], screen: dict[str, str], begins_anew: bool
) -> None:
    begun: list[str] = []
    monkeypatch.setattr(cli, "prefer_system", lambda: begun.append("anew"))
    monkeypatch.setattr(commands, "run", lambda _: 0)
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in screen.items():
        monkeypatch.setenv(name, value)
    assert cli.main(arguments) == 0
    assert begun == (["anew"] if begins_anew else [])


def test_only_helpers_learn_where_it_is_unpacked() -> None:
    frozen.restore_environment({**UNPACKED})
    assert UNPACKED.items() <= processes.helper_environment().items()
    assert not UNPACKED.keys() & processes.clean_environment().keys()


def test_frozen_it_runs_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/studio")
    assert processes.own_command() == ["/opt/studio"]
    assert processes.program_of("studio.x", "x.py") == ["/opt/studio", "--run-module", "studio.x"]
    monkeypatch.setattr(choice, "has_module", lambda _: False)
    with pytest.raises(choice.NoWindow, match="built without one"):
        choice.choose_engine({"DISPLAY": ":0"})
    monkeypatch.setattr(choice, "has_module", lambda name: name == "webview")
    monkeypatch.setattr(choice, "_has_gtk", lambda: False)
    with pytest.raises(choice.NoWindow, match=r"Install WebKitGTK \(Debian: gir1"):
        choice.choose_engine({"DISPLAY": ":0"}, platform="linux")


def unpack(folder: Path, name: str, *, hours_ago: int = 1, marked: bool = True) -> Path:
    path = folder / name
    (path / "studio").mkdir(parents=True)
    (path / "studio" / "page.html").touch()
    if marked:
        (path / "contents.json").touch()
    then = time.time() - hours_ago * 3600
    os.utime(path, (then, then))
    return path


def test_what_was_left_by_a_kill_is_removed_and_nothing_else(tmp_path: Path) -> None:
    unpack(tmp_path, "_MEIkilled")
    unpack(tmp_path, "_MEIstarting", hours_ago=0)
    unpack(tmp_path, "_MEIother", marked=False)
    unpack(tmp_path, "elsewhere")
    (tmp_path / "_MEIlink").symlink_to(tmp_path / "elsewhere")
    running = unpack(tmp_path, "_MEIrunning")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, running], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    frozen.remove_abandoned(tmp_path)
    everything = {"_MEIlink", "_MEIother", "_MEIrunning", "_MEIstarting", "elsewhere"}
    assert {path.name for path in tmp_path.iterdir()} == everything
    assert (tmp_path / "elsewhere" / "studio" / "page.html").exists()
    holder.communicate()
    frozen.remove_abandoned(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == everything - {"_MEIrunning"}


def test_a_server_that_waits_for_no_thread_tidies_all_the_same(tmp_path: Path) -> None:
    unpack(tmp_path, "_MEIkilled")
    own = unpack(tmp_path, "_MEIown")
    left = subprocess.run([sys.executable, "-c", LEAVER, own], timeout=60, check=False)
    assert (left.returncode, [path.name for path in tmp_path.iterdir()]) == (0, ["_MEIown"])


LEAVER = """
import sys
import threading
from pathlib import Path
from studio.commands.serve import leave_threads
from studio.kit.frozen import hold
hold(Path(sys.argv[1]))
sys._MEIPASS = sys.argv[1]
threading.Thread(target=threading.Event().wait).start()
leave_threads()
"""

HOLDER = """
import sys
from pathlib import Path
from studio.kit.frozen import hold
hold(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""
