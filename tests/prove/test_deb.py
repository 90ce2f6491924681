"""The Debian package, installed over a copy of this system's files, used, brought up to date and removed.

`make prove-deb` runs it, as root: all is written into a file system that lies over this one and is gone afterwards.
No systemd runs here, so a supervisor stands in for it that does what the package's unit says.
"""

from __future__ import annotations

import configparser
import json
import os
import pwd
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import psutil
import pytest

from tests.prove.desk import Desk, desk_with, say
from tests.prove.desk import eventually as eventually_on
from tests.support.program import Program, free_port
from tests.support.terminals import PATIENCE_SECONDS, opened

ROOT = Path(__file__).parents[2]
PROGRAM = Path(os.environ.get("PROGRAM") or ROOT / "dist" / "studio")
USER = pwd.getpwnam("nobody")
HOME = "/home/somebody"
UNIT = "/usr/lib/systemd/user/studio.service"
KEPT = "What Studio keeps of each user stays"

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(not os.environ.get("PROVE_DEB"), reason="`make prove-deb` installs a package"),
    pytest.mark.timeout(900),
]


def eventually(holds: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError, ValueError):
            if holds():
                return
        time.sleep(0.02)
    raise AssertionError(f"It did not come to be: {what}")


class Machine:
    """This system's files, and over them what is changed by those who run in here."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        over = folder / "over"
        for place in (self.root, over):
            place.mkdir()
        # The mounts belong to this shell, and go with it.
        script = f"""
            set -e
            mount -t tmpfs tmpfs {over}
            mkdir {over}/upper {over}/work
            mount -t overlay overlay -o lowerdir=/,upperdir={over}/upper,workdir={over}/work {self.root}
            for place in proc dev sys; do mount --rbind /$place {self.root}/$place; done
            echo ready
            read end
        """
        self._mounts = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._mounts.stdout
        assert self._mounts.stdout.readline() == "ready\n"
        self.run("install", "-d", "-o", str(USER.pw_uid), "-g", str(USER.pw_gid), HOME)

    def argv(self, *command: str, user: bool = False) -> list[str]:
        who = [f"--userspec={USER.pw_uid}:{USER.pw_gid}", "--groups="] if user else []
        return [
            "nsenter",
            f"--mount=/proc/{self._mounts.pid}/ns/mnt",
            "/usr/sbin/chroot",
            *who,
            str(self.root),
            *command,
        ]

    def run(self, *command: str, user: bool = False) -> str:
        """Run a command to its end, which must be a good one. Return what it printed."""
        environment = self.environment() if user else {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
        ran = subprocess.run(
            self.argv(*command, user=user),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        assert ran.returncode == 0, f"{shlex.join(command)}: {ran.stdout}"
        return ran.stdout

    def environment(self) -> dict[str, str]:
        """Return what systemd's manager of a user gives to each of its services."""
        return {
            "HOME": HOME,
            "USER": "somebody",
            "LOGNAME": "somebody",
            "SHELL": "/bin/sh",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
        }

    def path(self, inside: str) -> Path:
        """Return where a file inside is seen from outside."""
        return Path(f"/proc/{self._mounts.pid}/root{self.root}{inside}")

    def close(self) -> None:
        """End what still runs in here, as the keeper of a terminal does, and let go of the files."""
        here = self.path("/").stat()
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if os.path.samestat((process / "root").stat(), here):
                    os.kill(int(process.name), signal.SIGKILL)
        self._mounts.communicate("end\n")


class Supervisor:
    """What systemd does with a unit of a user: `Type=exec`, one command, its environment, and `KillMode`."""

    def __init__(self, machine: Machine, port: int) -> None:
        self._machine = machine
        self.port = port
        self.unit: dict[str, list[str]] = {}
        for line in machine.path(UNIT).read_text(encoding="utf-8").splitlines():
            name, given, value = line.partition("=")
            if given and not line.startswith(("#", ";")):
                self.unit.setdefault(name, []).append(value)
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> Program:
        """Start what the unit names, and wait until it says where it is."""
        [line] = self.unit["ExecStart"]
        environment = self._machine.environment() | {"STUDIO_PORT": str(self.port)}
        for assignment in (word for value in self.unit.get("Environment", []) for word in shlex.split(value)):
            name, _, value = assignment.partition("=")
            environment[name] = value
        said = self._machine.path(f"{HOME}/.local/share/studio/server.json")
        self._process = subprocess.Popen(
            self._machine.argv(*shlex.split(line), user=True),
            env=environment,
            stdout={"null": subprocess.DEVNULL}.get(self.unit["StandardOutput"][0]),
            start_new_session=True,
            text=True,
        )
        eventually(said.is_file, "a server")
        token = said.with_name("token").read_text(encoding="utf-8").strip()
        return Program(self._process, said.parent, f"http://127.0.0.1:{self.port}", token)

    def stop(self) -> int:
        """End the service as its unit says. Return its status."""
        assert self._process
        # Anything else would end the keeper of the terminals as well.
        assert self.unit["KillMode"] == ["process"]
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(float(self.unit["TimeoutStopSec"][0]))

    def close(self) -> None:
        """End what a test that failed has left running."""
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(PATIENCE_SECONDS)


class InstalledDesk(Desk):
    """A display on which somebody follows the entry of an installed package among the applications."""

    def __init__(self, machine: Machine, home: Path, display: str, engine: str) -> None:
        super().__init__(home, display, engine)
        self.data = home / ".local" / "share" / "studio"
        entries = configparser.ConfigParser(interpolation=None)
        entries.read(machine.path("/usr/share/applications/studio.desktop"), encoding="utf-8")
        told = machine.environment() | {"BROWSER": f"{HOME}/browser"}
        told |= {name: self.environment[name] for name in ("DISPLAY", "STUDIO_PORT", "WEBKIT_DISABLE_COMPOSITING_MODE")}
        variables = [f"{name}={value}" for name, value in told.items()]
        entry = shlex.split(entries["Desktop Entry"]["Exec"])
        self._argv = machine.argv("/usr/bin/env", "--ignore-environment", *variables, *entry, user=True)

    def command(self, *arguments: str) -> list[str]:
        return [*self._argv, *arguments]


def unpacked_libraries(program: psutil.Process) -> list[str]:
    """Return the libraries that a program has from what was unpacked, beside modules of Python."""
    files = {Path(mapped.path) for mapped in program.memory_maps()}
    return [file.name for file in files if file.parent.name.startswith("_MEI")]


def told_to_engine(program: psutil.Process) -> list[dict[str, str]]:
    """Return the environment of each process that the engine of a window has."""
    told: list[dict[str, str]] = []
    for process in program.children():
        with suppress(psutil.NoSuchProcess):
            if process.name().startswith("WebKit"):
                told.append(process.environ())
    return told


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The package twice, one newer than the other."""
    built = []
    for revision in ("-1", "-2"):
        folder = tmp_path_factory.mktemp("packages")
        begun = time.monotonic()
        made = subprocess.run(
            [ROOT / "packaging" / "deb.sh", PROGRAM, folder],
            env=os.environ | {"REVISION": revision},
            capture_output=True,
            text=True,
            check=True,
        )
        built.append(Path(made.stdout.strip()))
        print(f"\n{built[-1].name}: {built[-1].stat().st_size / 1e6:.1f} MB in {time.monotonic() - begun:.1f} s")
    return built


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path)
    try:
        yield machine
    finally:
        machine.close()


def output(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_files_for_the_desktop_are_valid() -> None:
    linux = ROOT / "packaging" / "linux"
    assert output("desktop-file-validate", linux / "studio.desktop") == ""
    output("appstreamcli", "validate", "--no-net", linux / "studio.metainfo.xml")


def test_what_is_in_the_package(packages: list[Path], tmp_path: Path) -> None:
    listed = output("dpkg-deb", "--contents", packages[0])
    assert {line.split()[1] for line in listed.splitlines()} == {"root/root"}
    for file in ("bin/studio -> ../lib/studio/studio", "lib/systemd/user/studio.service", "lib/studio/studio"):
        assert f"./usr/{file}" in listed
    wanted = output("dpkg-deb", "--field", packages[0], "Recommends").strip().split(", ")
    assert {"gir1.2-webkit2-4.1", "gir1.2-gtk-3.0", "libgirepository-1.0-1"} <= set(wanted)
    for file in ("applications/studio.desktop", "doc/studio/copyright", "icons/hicolor/scalable/apps/studio.svg"):
        assert f"./usr/share/{file}" in listed
    again = subprocess.run(
        [ROOT / "packaging" / "deb.sh", PROGRAM, tmp_path],
        env=os.environ | {"REVISION": "-1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(again.stdout.strip()).read_bytes() == packages[0].read_bytes()


def end(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def test_what_is_in_it_is_listed_as_cyclonedx_has_it(tmp_path: Path) -> None:
    python, builder = (ROOT / "build" / name / "bin" / "python" for name in ("cyclonedx", "venv"))
    libraries = ROOT / "build" / "one-file" / "libraries.json"
    for name in ("one.json", "two.json"):
        output(builder, ROOT / "packaging" / "sbom.py", tmp_path / name, libraries)
    listed = {one["name"] for one in json.loads((tmp_path / "one.json").read_text())["components"]}
    assert {"starlette", "svelte", "Python", "PyGObject", "pywebview"} <= listed
    assert {one["name"] for one in json.loads(libraries.read_text())} <= listed
    # What the window is drawn by is the system's.
    assert [name for name in listed if name.startswith(("libg", "libwebkit")) and name != "libgcc-s1"] == []
    # It is under the GPL.
    assert [name for name in listed if "readline" in name] == []
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    script = """
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
print(JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read()))
"""
    assert output(python, "-c", script, tmp_path / "one.json") == "None\n"


async def test_its_entry_opens_a_window_and_without_an_engine_the_browser(
    machine: Machine, packages: list[Path]
) -> None:
    machine.path("/tmp/studio.deb").write_bytes(packages[0].read_bytes())
    machine.run("dpkg", "--install", "/tmp/studio.deb")
    with desk_with("gtk", machine.path(HOME), partial(InstalledDesk, machine)) as desk:
        window = desk.start()
        eventually_on(lambda: say(desk, "/help from the window"), "a turn in a page that has signed in")
        eventually_on(lambda: "complete" in str(desk.ask("GET", "/api/chat/history")), "the answer")
        desk.shot("installed")
        token = (desk.data / "token").read_text(encoding="utf-8").strip()
        async with opened(Program(window, desk.data, desk.said()["address"], token), shell="/bin/sh") as screen:
            await screen.type("export -p; echo '=''='\n")
            await screen.until_printed(b"==")
        assert [name for name in (b"LD_LIBRARY_PATH", b"_PYI", b"PYINSTALLER") if name in screen.printed] == []

        # The engine is the system's, and so is all that it stands on.
        [program] = psutil.Process(window.pid).children()
        [python] = unpacked_libraries(program)
        assert python.startswith("libpython")
        told = told_to_engine(program)
        assert len(told) >= 2
        assert [name for one in told for name in one if name.startswith(("LD_LIBRARY_PATH", "_PYI"))] == []

        desk.ask("PUT", "/api/config/profile", {"on_close": "serve"})
        desk.close()
        assert window.wait(PATIENCE_SECONDS) == 0
        assert desk.ask("GET", "/api/info")["name"] == "Studio"
        assert (desk.browsed(), "No window" in (desk.home / "screen.log").read_text()) == ([], False)

        machine.run("dpkg", "--force-depends", "--remove", "gir1.2-webkit2-4.1")
        assert desk.start().wait(PATIENCE_SECONDS) == 0
        [link] = desk.browsed()
        assert link.startswith(desk.said()["address"])
        said = [line for line in (desk.home / "screen.log").read_text().splitlines() if line.startswith("No window")]
        assert [line.partition(" (")[0] for line in said] == [
            "No window: no web engine for it is installed. Install WebKitGTK"
        ]


async def test_it_is_installed_used_brought_up_to_date_and_removed(
    machine: Machine, packages: list[Path], request: pytest.FixtureRequest
) -> None:
    inside = [f"/tmp/{package.name}" for package in packages]
    for package, place in zip(packages, inside, strict=True):
        machine.path(place).write_bytes(package.read_bytes())
    machine.run("dpkg", "--install", inside[0])
    assert machine.run("studio", "--version", user=True).startswith("Studio ")
    machine.run("env", "XDG_RUNTIME_DIR=/tmp", "systemd-analyze", "--user", "verify", UNIT)

    supervisor = Supervisor(machine, free_port())
    request.addfinalizer(supervisor.close)
    server = supervisor.start()
    machine.path(f"{HOME}/notes.txt").write_text("needle\n", encoding="utf-8")
    assert "needle" in machine.run("sh", "-c", f"cd {HOME} && studio chat '/read notes.txt'", user=True)
    async with opened(server, shell="/bin/sh") as screen:
        await screen.type("note=kept; echo '=''='\n")
        await screen.until_printed(b"==")
    request.addfinalizer(lambda: end(screen.ready["pid"]))

    machine.run("dpkg", "--install", inside[1])
    assert "-2" in machine.run("dpkg-query", "--show", "studio")
    # The old program still serves; then the package has systemd start the service anew.
    async with server.client() as owner:
        assert (await owner.get("/api/info")).json()["name"] == "Studio"
    assert supervisor.stop() == 0
    server = supervisor.start()
    async with opened(server, session_id=screen.id, seen=0) as same:
        assert same.ready["pid"] == screen.ready["pid"]
        await same.type("echo still $note\n")
        await same.until_printed(b"still kept")

    database = machine.path(f"{HOME}/.local/share/studio/studio.db")
    assert KEPT in machine.run("dpkg", "--remove", "studio")
    assert not machine.path("/usr/bin/studio").is_symlink()
    assert not machine.path("/usr/lib/studio").exists()
    assert supervisor.stop() == 0
    os.kill(screen.ready["pid"], signal.SIGKILL)
    assert KEPT in machine.run("dpkg", "--purge", "studio")
    assert database.stat().st_size > 0
    machine.run("dpkg", "--install", inside[1])
    server = supervisor.start()
    async with server.client() as owner:
        assert (await owner.get("/api/info")).status_code == 200
    assert supervisor.stop() == 0
