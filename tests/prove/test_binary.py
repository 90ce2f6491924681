"""The one-file program, alone in a root that has no Python, no Node, no tools and no network. `make prove-binary`."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.types import TextContent

from tests.prove.desk import Desk, desk_with, sessions
from tests.support.program import Program, free_port
from tests.support.terminals import opened

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "dist" / "studio"
WITH_WINDOW = ROOT / "dist" / "studio-window" / "studio"
PATIENCE_SECONDS = 120
LIBRARIES = "libc libm libdl libpthread librt libutil libresolv libz"
"""What every Linux has: the C library, and the one that PyInstaller's loader unpacks with."""

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(not os.environ.get("PROVE_BINARY"), reason="`make prove-binary` builds and tries the program"),
    pytest.mark.timeout(600),
]

WORKFLOW = """
name: Notes
steps:
  - {id: read, kind: tool, tool: read_file, args: {path: notes.txt}, cwd: /home}
  - {id: keep, kind: command, command: 'echo {{ read.output }} > kept.txt', cwd: /home, depends_on: [read]}
"""


class Container:
    """A root of its own. What runs in it shares its processes with nobody, and its network with the tests only."""

    def __init__(self, root: Path) -> None:
        self.root, self.home = root, root / "home"
        self.port = free_port()
        for folder in ("home", "tmp", "bin", "proc", "dev"):
            (root / folder).mkdir()
        shutil.copy2(PROGRAM, root / "studio")
        shutil.copy2("/bin/dash", root / "bin" / "sh")
        for library in [*needed("/bin/dash"), *needed(str(PROGRAM)), *usual()]:
            (root / library.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(library, root / library.lstrip("/"))
        (self.home / "notes.txt").write_text("needle\n", encoding="utf-8")
        self._shell: subprocess.Popen[str] | None = None

    def argv(self, *command: str) -> list[str]:
        known = {"PATH": "/bin", "HOME": "/home", "STUDIO_HOME": "/home/data", "LANG": "C.UTF-8"}
        return [
            *("bwrap", "--unshare-all", "--share-net", "--die-with-parent", "--uid", "1000", "--gid", "1000"),
            *("--bind", str(self.root), "/", "--proc", "/proc", "--dev", "/dev", "--chdir", "/home", "--clearenv"),
            *(word for name, value in known.items() for word in ("--setenv", name, value)),
            *command,
        ]

    def run(self, *arguments: str, typed: str = "") -> tuple[int, str]:
        ran = subprocess.run(
            self.argv("/studio", *arguments), input=typed, capture_output=True, text=True, timeout=300, check=False
        )
        return ran.returncode, ran.stdout + ran.stderr

    def succeed(self, *arguments: str, typed: str = "") -> str:
        status, printed = self.run(*arguments, typed=typed)
        assert status == 0, printed
        return printed

    def open(self) -> None:
        """Run a shell that holds everything that is started in here."""
        loop = 'while read -r line; do eval "$line"; done'
        self._shell = subprocess.Popen(self.argv("/bin/sh", "-c", loop), stdin=subprocess.PIPE, text=True)

    def close(self) -> None:
        if self._shell:
            self._shell.kill()
            self._shell.communicate()

    def tell(self, line: str) -> None:
        assert self._shell
        assert self._shell.stdin
        self._shell.stdin.write(f"{line}\n")
        self._shell.stdin.flush()

    def serve(self) -> None:
        """Start the server and wait until it says where it is."""
        said = self.home / "data" / "server.json"
        said.unlink(missing_ok=True)
        begun = time.monotonic()
        self.tell(f"/studio serve --no-open --port {self.port} >> /home/screen.log 2>&1 & server=$!")
        eventually(said.is_file, "a server")
        print(f"\nserved after {time.monotonic() - begun:.2f} s")

    def server(self) -> Program:
        assert self._shell
        token = (self.home / "data" / "token").read_text(encoding="utf-8").strip()
        return Program(self._shell, self.home, f"http://127.0.0.1:{self.port}", token)

    def kill(self) -> None:
        """End the server, and what unpacked it, as a power failure would."""
        said = json.loads((self.home / "data" / "server.json").read_text(encoding="utf-8"))
        self.tell(f"kill -KILL $server {said['pid']}; wait $server; echo over > over")
        eventually((self.home / "over").is_file, "the end of the server")

    def end(self) -> None:
        """Ask the server to end, and wait until it has."""
        (self.home / "status").unlink(missing_ok=True)
        self.tell("kill -TERM $server; wait $server; echo $? > status")
        eventually(lambda: (self.home / "status").read_text() == "0\n", "the end of the server")

    def unpacked(self) -> list[str]:
        """Return the folders into which programs are unpacked now."""
        return [path.name for path in (self.root / "tmp").glob("_MEI*")]


def needed(program: str) -> list[str]:
    listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    return [word for word in listed.split() if word.startswith("/")]


def usual() -> list[str]:
    listed = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()[1:] if "x86-64" in line]
    return [words[-1] for words in rows if words[0].partition(".so")[0] in LIBRARIES.split()]


def eventually(holds: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError, ValueError, sqlite3.Error, subprocess.CalledProcessError):
            if holds():
                return
        time.sleep(0.01)
    raise AssertionError(f"It did not come to be: {what}")


@contextmanager
def opened_container(root: Path) -> Iterator[Container]:
    container = Container(root)
    container.open()
    try:
        yield container
    finally:
        container.close()


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    with opened_container(tmp_path_factory.mktemp("root")) as container:
        yield container


@pytest.fixture
def served(container: Container) -> Iterator[Container]:
    container.serve()
    yield container
    container.end()


def test_all_of_it_is_inside(container: Container) -> None:
    assert "are all there" in container.succeed("--self-check")
    assert container.succeed("--version").startswith("Studio ")
    assert container.unpacked() == []


async def test_it_serves(served: Container) -> None:
    async with served.server().client() as owner:
        assert (await owner.get("/api/info")).json()["name"] == "Studio"
        assert "<!doctype html>" in (await owner.get("/")).text.lower()
        found = await owner.get("/api/studio/files", params={"folder": "/home", "query": "nts"})
        assert "notes.txt" in found.text


def test_its_commands_work(served: Container) -> None:
    assert "needle" in served.succeed("chat", "/read notes.txt")
    assert "notes.txt:1:needle" in served.succeed("chat", "/search needle")
    assert "attacks were held off, 0 carried out" in served.succeed("doctor", "--attack")
    status, found = served.run("doctor")
    assert (status, found.count("BAD ")) == (1, 1), found
    assert "BAD  Git is not installed" in found
    assert "pyright" in served.succeed("lsp", "list")
    assert "claude-code" in served.succeed("mcp", "clients")
    assert "write-a-skill" in served.succeed("skills", "list")
    assert served.succeed("backup", "create")


def test_without_the_systems_engine_it_says_what_is_missing_for_a_window(served: Container) -> None:
    argv = served.argv("/bin/sh", "-c", "DISPLAY=:0 BROWSER=/bin/sh exec /studio")
    ran = subprocess.run(argv, capture_output=True, text=True, timeout=300, check=True)
    assert "No window: no web engine for it is installed. Install WebKitGTK (Debian: gir1.2-webkit2-4.1" in ran.stdout


def test_a_workflow_runs(served: Container) -> None:
    workflow = served.succeed("workflow", "import", "-", typed=WORKFLOW).strip()
    told = served.succeed("workflow", "run", workflow, "--allow", "command", "--allow", "tool:read_file")
    assert "needle" in (served.home / "kept.txt").read_text(), told


async def test_other_programs_use_it_over_standard_input(served: Container) -> None:
    program, *arguments = served.argv("/studio", "mcp", "serve", "--folder", "/home")
    async with Client(stdio_client(StdioServerParameters(command=program, args=arguments))) as client:
        [content] = (await client.call_tool("read_file", {"path": "notes.txt"})).content
    assert isinstance(content, TextContent)
    assert "needle" in content.text


async def test_a_terminal_outlives_the_server_and_knows_nothing_of_it(served: Container) -> None:
    async with opened(served.server(), shell="/bin/sh") as screen:
        await screen.type("note=kept; export -p; echo '=''='\n")
        await screen.until_printed(b"==")
        assert b"PATH=" in screen.printed
        for name in (b"LD_LIBRARY_PATH", b"_MEI", b"_PYI", b"PYINSTALLER"):
            assert name not in screen.printed
    served.kill()
    served.serve()
    async with opened(served.server(), session_id=screen.id, seen=0) as same:
        assert same.ready["pid"] == screen.ready["pid"]
        await same.type("echo still $note\n")
        await same.until_printed(b"still kept")
        await same.type("exit 7\n")
        assert (await same.until_heard("exit"))["data"]["code"] == 7


def test_what_a_kill_left_unpacked_is_removed_later(tmp_path: Path) -> None:
    # In one of its own: elsewhere a keeper may hold the end of a shell, and with it what it was unpacked into.
    with opened_container(tmp_path) as container:
        container.serve()
        container.kill()
        assert container.unpacked()

        def is_tidy() -> bool:
            for path in (container.root / "tmp").glob("_MEI*"):
                os.utime(path, (0, 0))
            container.succeed("token")
            return not container.unpacked()

        eventually(is_tidy, "a clean folder")


class FolderDesk(Desk):
    """A display on which the program of the folder is started."""

    def command(self, *arguments: str) -> list[str]:
        return [str(WITH_WINDOW), *arguments]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[FolderDesk]:
    with desk_with("qt", tmp_path, FolderDesk) as desk:
        yield desk


@pytest.mark.skipif(not WITH_WINDOW.is_file(), reason="`make build` makes the folder")
def test_the_folder_has_a_window(desk: FolderDesk) -> None:
    for earlier in (0, 1):
        begun = time.monotonic()
        window = desk.start()
        eventually(lambda earlier=earlier: len(sessions(desk)) > earlier, "the page signed in")
        print(f"\nthe page in the window signed in after {time.monotonic() - begun:.2f} s")
        eventually(desk.window, "a window")
        desk.ask("PUT", "/api/config/profile", {"on_close": "serve"})
        desk.shot("folder")
        desk.close()
        assert window.wait(PATIENCE_SECONDS) == 0
    assert "No window" not in (desk.home / "screen.log").read_text()
