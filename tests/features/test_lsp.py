"""Language servers: real ones, asked about real files, and what a program on the search path may do instead."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.features.lsp.connection import Connection
from studio.features.lsp.errors import ServerGone
from studio.features.lsp.intelligence import Intelligence, spell_diagnostics
from studio.features.lsp.pool import Limits, Pool
from studio.features.lsp.registry import find_server, known_servers
from studio.features.lsp.server import LanguageServer
from studio.features.lsp.service import LanguageServers
from studio.features.permissions.models import FolderDraft
from studio.features.permissions.service import Permissions
from studio.kit.errors import Conflict, InvalidInput, NotAllowed, NotFound, UpstreamFailed
from tests.provider import FixtureProvider
from tests.provider.script import call, say
from tests.support.app import RunningApp, stream
from tests.support.language_servers import broken, put_pyright, put_ruff
from tests.support.processes import Put, is_running

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

PATIENCE_SECONDS = 60

MAIN = "from shapes import Square\n\nside: int = 'four'\nprint(Square(side).area())\n"
SHAPES = (
    '"""Shapes."""\n\n\nclass Square:\n    """One with four sides alike."""\n\n'
    "    def __init__(self, side: int) -> None:\n        self.side = side\n\n"
    "    def area(self) -> int:\n        return self.side**2  # ½ 𝄞\n"
)


@pytest.fixture
async def project(tmp_path: Path, studio: RunningApp) -> Path:
    folder = tmp_path / "project"
    (folder / "src").mkdir(parents=True)
    (folder / "pyproject.toml").write_text("[project]\nname = 'project'\n")
    (folder / "main.py").write_text(MAIN)
    (folder / "shapes.py").write_text(SHAPES)
    await studio.service(Permissions).trust(FolderDraft(path=str(folder)))
    return folder.resolve()


@pytest.fixture
def code(studio: RunningApp) -> Intelligence:
    return studio.service(Intelligence)


@pytest.fixture
def pool(studio: RunningApp) -> Pool:
    return studio.service(LanguageServers).pool


async def until(condition: Any) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():
            await asyncio.sleep(0.01)


def test_every_server_can_be_started_and_is_found_by_its_files() -> None:
    names = [known.name for known in known_servers()]
    assert len(names) == len(set(names)) >= 20
    for known in known_servers():
        assert known.command, known
        assert known.languages, known
        assert all(name[0] == "." or "/" not in name for name in known.files)
        for kind, packages in known.install.items():
            assert kind in {"npm", "pip", "apt", "brew", "winget"}
            # What Studio installs itself has the version that was tried.
            assert kind not in {"npm", "pip"} or all("==" in one or "@" in one[1:] for one in packages)


async def test_what_is_here_is_listed_with_its_version_and_how_to_install_it(
    owner: httpx.AsyncClient, studio: RunningApp, put: Put
) -> None:
    put_ruff(put)
    put("npm", "true")
    put("rust-analyzer", "echo error: Unknown binary >&2; exit 1")
    servers = {one["name"]: one for one in (await owner.get("/api/lsp")).json()["servers"]}
    assert set(servers) == {known.name for known in known_servers()}
    assert {name for name, one in servers.items() if one["installed"]} == {"ruff", "rust-analyzer"}
    assert servers["ruff"]["languages"] == ["python"]
    assert servers["ruff"]["version"].count(".") == 2
    assert (servers["rust-analyzer"]["version"], servers["rust-analyzer"]["error"]) == (
        None,
        "It ended with status 1: error: Unknown binary",
    )
    folder = studio.folder.language_servers / "pyright"
    assert servers["pyright"]["install"] == {
        "command": f"npm install --prefix {folder} --ignore-scripts --no-audit --no-fund --save-exact pyright@1.1.414",
        "manager": "npm",
        "needs": "",
        "folder": str(folder),
    }


async def test_health_is_what_came_of_a_greeting(owner: httpx.AsyncClient, put: Put) -> None:
    put_ruff(put)
    put_pyright(put)
    put("clangd", "echo clangd version 14.0.6; exit 1")
    put("gopls", broken('print("Hello")'))
    put("lua-language-server", broken("read(); sys.exit(3)"))
    put("taplo", broken('read(); sys.stderr.write("no config\\n"); sys.stderr.flush(); sys.exit(1)'))
    servers = {one["name"]: one for one in (await owner.get("/api/lsp/health")).json()["servers"]}
    healthy = {name for name, one in servers.items() if one["healthy"]}
    assert healthy == {"ruff", "pyright"}
    assert all(isinstance(servers[name]["startup_ms"], int) for name in healthy)
    assert servers["clangd"]["error"] == "clangd ended with status 1: clangd version 14.0.6"
    assert servers["gopls"]["error"] == "gopls ended with status 0: Hello"
    assert servers["lua"]["error"] == "Lua Language Server ended with status 3."
    assert servers["taplo"]["error"] == "Taplo ended with status 1: no config"
    assert servers["typescript"]["healthy"] is False
    [one] = (await owner.get("/api/lsp/health", params={"name": "ruff"})).json()["servers"]
    assert one["healthy"]
    assert (await owner.get("/api/lsp/health", params={"name": "nobody"})).status_code == 404


async def test_pyright_is_asked_about_a_project(code: Intelligence, pool: Pool, project: Path, put: Put) -> None:
    put_pyright(put)
    said = await code.diagnostics(project, "main.py")
    assert said.startswith('3:13 error: Type "Literal[\'four\']" is not assignable to declared type "int"')
    assert await code.definition(project, "main.py", 4, "area") == "shapes.py:10:9: def area(self) -> int:"
    used = await code.references(project, "shapes.py", 4, "Square")
    assert "main.py:4:7: print(Square(side).area())" in used.splitlines()
    assert "One with four sides alike." in await code.hover(project, "main.py", 4, "Square")
    outline = (await code.symbols(project, "shapes.py")).splitlines()
    assert outline[0] == "4 class Square"
    assert "  10 method area" in outline
    with pytest.raises(InvalidInput, match="Line 4 does not contain 'nothing'"):
        await code.definition(project, "main.py", 4, "nothing")
    with pytest.raises(NotFound):
        await code.diagnostics(project, "gone.py")
    with pytest.raises(NotAllowed):
        await code.diagnostics(project, "../outside.py")
    assert [(one.name, one.state) for one in pool.list()] == [("pyright", "running")]


async def test_ruff_is_asked_for_what_it_does_not_say_by_itself(code: Intelligence, project: Path, put: Put) -> None:
    put_ruff(put)
    (project / "main.py").write_text("import os\n")
    assert "1:8 warning: `os` imported but unused" in await code.diagnostics(project, "main.py")
    (project / "main.py").write_text("print(1)\n")
    assert await code.diagnostics(project, "main.py") == "Ruff finds nothing wrong with 'main.py'."
    with pytest.raises(Conflict, match="cannot do this"):
        await code.preview_rename(project, "main.py", 1, "print", "say")


async def test_a_rename_is_looked_at_and_then_made_as_edits(
    owner: httpx.AsyncClient, code: Intelligence, project: Path, put: Put
) -> None:
    put_pyright(put)

    async def use(name: str, **arguments: object) -> httpx.Response:
        body = {"name": name, "args": arguments, "cwd": str(project)}
        return await owner.post("/api/tool/call", json=body)

    asked = {"path": "shapes.py", "line": 4, "symbol": "Square", "new_name": "Quadrat"}
    previewed = (await use("preview_rename", **asked)).json()
    rename_id, diff = previewed["meta"]["rename_id"], previewed["meta"]["diff"]
    assert "-class Square:\n+class Quadrat:\n" in diff
    assert "+print(Quadrat(side).area())\n" in diff
    assert (project / "main.py").read_text() == MAIN
    # To change files is asked about, as with any other edit.
    refused = await use("apply_rename", rename_id=rename_id)
    assert refused.status_code == 409, refused.text
    confirmed = await owner.post(
        "/api/tool/call",
        json={"name": "apply_rename", "args": {"rename_id": rename_id}, "cwd": str(project), "confirm": True},
    )
    assert confirmed.json()["content"] == "Changed 2 files."
    assert (project / "shapes.py").read_text() == SHAPES.replace("Square", "Quadrat")
    again = await use("apply_rename", rename_id=rename_id)
    assert "Preview it first" in again.json()["content"]


async def test_a_rename_of_what_changed_meanwhile_is_not_made(code: Intelligence, project: Path, put: Put) -> None:
    put_pyright(put)
    rename = await code.preview_rename(project, "shapes.py", 4, "Square", "Quadrat")
    (project / "shapes.py").write_text(SHAPES + "# more\n")
    with pytest.raises(Conflict, match="changed since"):
        code.renames.apply(rename)
    assert (project / "main.py").read_text() == MAIN


async def test_an_edit_is_answered_with_what_it_broke_and_the_model_mends_it(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, project: Path, put: Put
) -> None:
    put_pyright(put)
    (project / "main.py").write_text("side = 4\n")
    rule = {"tool": "edit_file", "pattern": f"{project}/*", "effect": "allow"}
    assert (await owner.post("/api/studio/permissions/rules", json=rule)).status_code in {200, 201}
    with_provider.script = [
        call(("edit_file", {"path": "main.py", "old": "4", "new": "four()"})),
        call(("edit_file", {"path": "main.py", "old": "four()", "new": "len('four')"})),
        say("Mended."),
    ]
    await stream(owner, "POST", "/api/chat", {"message": "Change it", "stream": True, "cwd": str(project)})
    results = [
        message["content"] for message in with_provider.received[-1].body["messages"] if message["role"] == "tool"
    ]
    assert 'Pyright says of main.py as it is now:\n1:8 error: "four" is not defined' in results[0]
    assert results[1] == "Changed main.py: 1 lines added, 1 removed."


async def test_two_hundred_files_edited_quickly_have_one_server_that_ends_when_idle(
    studio: RunningApp, code: Intelligence, pool: Pool, project: Path, put: Put
) -> None:
    put_pyright(put)
    for number in range(200):
        (project / "src" / f"part_{number}.py").write_text(f"x: int = {number}\n")
    names = [f"src/part_{number}.py" for number in range(200)]
    said = await asyncio.gather(*(code.symbols(project, name) for name in names))
    assert all("variable x" in one for one in said)
    [running] = await pool.measure()
    assert (running.state, running.requests) == ("running", 200)
    assert running.open_documents == 100
    assert running.memory_bytes > 20 * 1024**2
    assert running.pid
    pool.limits = Limits(idle_seconds=60, look_seconds=0.01)
    studio.clock.advance(seconds=59)
    await pool.look()
    assert len(pool.list()) == 1
    studio.clock.advance(seconds=2)
    await pool.look()
    assert pool.list() == []
    assert not is_running(running.pid)


async def test_a_server_that_takes_too_much_memory_is_ended_and_left_alone_for_a_while(
    studio: RunningApp, code: Intelligence, pool: Pool, project: Path, put: Put
) -> None:
    put_ruff(put)
    await code.diagnostics(project, "main.py")
    [running] = await pool.measure()
    assert running.pid
    pool.limits = Limits(memory_bytes=1024)
    await pool.look()
    assert not is_running(running.pid)
    with pytest.raises(ServerGone, match=r"MB of memory and was ended\. It is tried again in 2 seconds"):
        await code.diagnostics(project, "main.py")
    [failed] = pool.list()
    assert (failed.state, failed.pid) == ("failed", None)
    pool.limits = Limits()
    studio.clock.advance(seconds=3)
    await code.diagnostics(project, "main.py")
    assert [one.state for one in pool.list()] == ["running"]


@pytest.mark.parametrize(
    ("what", "problem"),
    [
        ("read(); sys.exit(0)", "Pyright ended with status 0."),
        (
            'greet(); sys.stdout.write("Content-Length: 99999999999\\r\\n\\r\\n"); sys.stdout.flush(); time.sleep(99)',
            "99999999999",
        ),
        ('greet(); sys.stdout.write("x" * 100000); sys.stdout.flush(); time.sleep(99)', "prints something else"),
        (
            'greet(); sys.stdout.write("Content-Length: 3\\r\\n\\r\\n{{{"); sys.stdout.flush(); time.sleep(99)',
            "is no JSON",
        ),
        ("greet(); read(); sys.exit(4)", "ended with status 4"),
    ],
)
async def test_a_server_that_misbehaves_is_told_as_such_and_gone(
    code: Intelligence, pool: Pool, project: Path, put: Put, what: str, problem: str
) -> None:
    put("pyright-langserver", broken(what))
    with pytest.raises(ServerGone, match=problem):
        await code.hover(project, "main.py", 4, "Square")
    await until(lambda: pool.list()[0].state == "failed")
    [failed] = pool.list()
    assert (failed.state, failed.pid) == ("failed", None)


async def test_answers_of_any_shape_are_survived(code: Intelligence, project: Path, put: Put) -> None:
    answer = 'greet()\nwhile True:\n    m = read()\n    if "id" in m: send({"id": m["id"], %s})'
    put("pyright-langserver", broken(answer % '"result": [[1], "x", {"range": 3}]'))
    assert await code.hover(project, "main.py", 4, "Square") == "Pyright says nothing of 'Square'."
    put("pyright-langserver", broken(answer % '"error": {"code": 1, "message": "no"}'))
    (project / "src" / "pyrightconfig.json").write_text("{}")
    (project / "src" / "main.py").write_text(MAIN)
    with pytest.raises(UpstreamFailed, match="Pyright cannot answer: no"):
        await code.hover(project, "src/main.py", 4, "Square")


async def test_no_server_is_asked_in_a_folder_that_is_not_trusted(
    owner: httpx.AsyncClient, code: Intelligence, pool: Pool, folder: Path, put: Put
) -> None:
    put_pyright(put)
    with pytest.raises(NotAllowed, match="is not trusted"):
        await code.hover(folder, "src/main.py", 1, "main")
    assert await code.comment(folder, "src/main.py") == ""
    assert pool.list() == []


async def test_what_may_not_be_read_is_not_quoted(
    owner: httpx.AsyncClient, code: Intelligence, project: Path, put: Put
) -> None:
    put_pyright(put)
    (project / "vault.py").write_text("PASSWORD = 's3cr3t'\nAPI_KEY = 'sk-live'\n")
    (project / "main.py").write_text("from vault import API_KEY\n\nprint(API_KEY)\n")
    rule = {"tool": "*_file", "pattern": "*/vault.py", "effect": "deny"}
    assert (await owner.post("/api/studio/permissions/rules", json=rule)).status_code == 201
    assert await code.definition(project, "main.py", 3, "API_KEY") == "vault.py:2:1"
    with pytest.raises(NotAllowed, match=r"vault\.py., which may not be read"):
        await asyncio.wait_for(rename_once_it_can(code, project), PATIENCE_SECONDS)
    said = {"message": "In included file: unknown 's3cr3t'", "range": {"start": {"line": 0, "character": 0}}}
    assert spell_diagnostics([said], "x") == "1:1 error: In included file: something is wrong"


async def rename_once_it_can(code: Intelligence, project: Path) -> None:
    """Rename a name. Pyright renames none of a file before it has gone through the whole folder."""
    while True:
        with suppress(Conflict):
            await code.preview_rename(project, "main.py", 3, "API_KEY", "KEY")
        await asyncio.sleep(0.1)


async def test_a_file_that_changed_outside_is_seen(code: Intelligence, project: Path, put: Put) -> None:
    put_pyright(put)
    (project / "main.py").write_text("from helper import foo\n\nfoo()\n")
    assert "could not be resolved" in await code.diagnostics(project, "main.py")
    (project / "helper.py").write_text("def foo() -> None: ...\n")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await code.diagnostics(project, "main.py") != "Pyright finds nothing wrong with 'main.py'.":
            await asyncio.sleep(0.1)
    await code.symbols(project, "helper.py")
    (project / "helper.py").write_text("PRICE = 12345\n\n\ndef foo() -> None: ...\n")
    rename = await code.preview_rename(project, "main.py", 3, "foo", "bar")
    assert {change.place.name: change.after for change in rename.changes} == {
        "helper.py": "PRICE = 12345\n\n\ndef bar() -> None: ...\n",
        "main.py": "from helper import bar\n\nbar()\n",
    }


async def test_a_folder_on_the_search_path_that_is_relative_is_nobodys(
    code: Intelligence, project: Path, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f".:{os.environ['PATH']}:/usr/bin:/bin")
    put("pyright-langserver", "exec evil")
    evil = project / "evil"
    evil.write_text(f"#!/bin/sh\ntouch {project}/ran\n")
    evil.chmod(0o755)
    with pytest.raises(ServerGone):
        await code.hover(project, "main.py", 4, "Square")
    assert not (project / "ran").exists()


async def test_a_server_that_never_greets_is_not_waited_for_twice(
    code: Intelligence, pool: Pool, project: Path, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.features.lsp.intelligence.AFTER_EDIT_SECONDS", 0.05)
    monkeypatch.setattr("studio.features.lsp.server.START_SECONDS", 1.0)
    put("pyright-langserver", broken("time.sleep(99)"))
    assert await code.comment(project, "main.py") == ""
    assert [one.state for one in pool.list()] == ["starting"]
    await until(lambda: pool.list()[0].state == "failed")
    with pytest.raises(ServerGone, match="did not answer 'initialize'"):
        await code.hover(project, "main.py", 4, "Square")


async def test_a_server_that_asks_and_never_listens_is_ended(
    code: Intelligence, pool: Pool, project: Path, put: Put
) -> None:
    flood = 'greet()\nwhile True: send({"id": "x" * 60000, "method": "client/registerCapability", "params": {}})'
    put("pyright-langserver", broken(flood))
    with pytest.raises(ServerGone, match="takes in nothing any more"):
        await code.hover(project, "main.py", 4, "Square")


async def test_a_server_that_is_ended_while_it_is_asked_for_is_not_left_behind(
    code: Intelligence, pool: Pool, project: Path, put: Put
) -> None:
    put(
        "pyright-langserver",
        broken(f'open("{project}/pid", "w").write(str(__import__("os").getpid()))\ntime.sleep(99)'),
    )
    asking = [asyncio.create_task(code.hover(project, "main.py", 4, "Square")) for _ in range(3)]
    await until((project / "pid").exists)
    await until((project / "pid").read_text)
    pid = int((project / "pid").read_text())
    [starting] = pool.list()
    assert await pool.stop(starting.id)
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert all(isinstance(answer, ServerGone) for answer in answers), answers
    assert pool.list() == []
    assert not is_running(pid)


async def test_a_server_that_is_ended_before_its_program_was_heard_of_is_not_waited_for(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = LanguageServer(find_server("pyright"), project)
    opened = list[Connection]()
    open_connection = Connection.open

    async def open_late(*arguments: Any, **named: Any) -> Connection:
        opened.append(await open_connection(*arguments, **named))
        await server.close()
        return opened[0]

    monkeypatch.setattr(Connection, "open", open_late)
    with pytest.raises(ServerGone, match="was ended"):
        await server.start([sys.executable, "-c", "import time; time.sleep(99)"])
    assert not is_running(opened[0].pid)


async def test_installing_tells_the_command_first(owner: httpx.AsyncClient, studio: RunningApp, put: Put) -> None:
    put(
        "npm",
        'mkdir -p "$3/node_modules/.bin"; printf "#!/bin/sh\\n" > "$3/node_modules/.bin/pyright-langserver"; '
        'chmod 700 "$3/node_modules/.bin/pyright-langserver"; echo added 1 package',
    )
    os.environ["PATH"] += ":/usr/bin:/bin"
    planned = (await owner.post("/api/lsp/install", json={"name": "pyright"})).json()
    folder = studio.folder.language_servers / "pyright"
    assert planned["argv"][0][:4] == ["npm", "install", "--prefix", str(folder)]
    assert not folder.exists()
    begun = await owner.post("/api/lsp/install", json={"name": "pyright", "confirm": True})
    installation = begun.json()["id"]
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (told := (await owner.get(f"/api/installs/{installation}")).json())["ended_at"] is None:
            await asyncio.sleep(0.01)
    assert told["state"] == "done", told
    servers = {one["name"]: one for one in (await owner.get("/api/lsp")).json()["servers"]}
    assert servers["pyright"]["path"] == str(folder / "node_modules/.bin/pyright-langserver")
    assert (await owner.post("/api/lsp/install", json={"name": "nobody"})).status_code == 404
    assert (await owner.post("/api/lsp/install", json={"name": "ruby-lsp"})).status_code == 409


async def test_half_of_a_server_is_none(owner: httpx.AsyncClient, studio: RunningApp, put: Put) -> None:
    """What a server that was killed in the middle of an installation left is no language server."""
    folder = studio.folder.language_servers / "pyright" / "node_modules/.bin"
    folder.mkdir(parents=True)
    program = folder / "pyright-langserver"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    places = studio.service(LanguageServers).places
    pyright = find_server("pyright")
    assert places.find(pyright) == str(program)
    places.mark_begun(pyright)
    assert places.find(pyright) != str(program)
    put("npm", "exit 1")
    os.environ["PATH"] += ":/usr/bin:/bin"
    begun = (await owner.post("/api/lsp/install", json={"name": "pyright", "confirm": True})).json()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await owner.get(f"/api/installs/{begun['id']}")).json()["ended_at"] is None:
            await asyncio.sleep(0.01)
    assert sorted(path.name for path in studio.folder.language_servers.iterdir()) == []


async def test_what_could_not_be_installed_leaves_nothing(
    owner: httpx.AsyncClient, studio: RunningApp, put: Put
) -> None:
    put("npm", 'mkdir -p "$3/node_modules/.bin"; exit 1')
    os.environ["PATH"] += ":/usr/bin:/bin"
    begun = await owner.post("/api/lsp/install", json={"name": "pyright", "confirm": True})
    installation = begun.json()["id"]
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (told := (await owner.get(f"/api/installs/{installation}")).json())["ended_at"] is None:
            await asyncio.sleep(0.01)
    assert told["state"] == "failed"
    assert not (studio.folder.language_servers / "pyright").exists()


async def test_a_project_gets_a_server_for_each_of_its_languages(owner: httpx.AsyncClient, put: Put) -> None:
    put_ruff(put)
    put("npm", "true")
    project = Path.home() / "project"
    (project / "node_modules").mkdir(parents=True)
    for name in ("a.py", "b.py", "x.sh", "Dockerfile", "node_modules/c.ts", "notes.txt"):
        (project / name).write_text("")
    told = (await owner.post("/api/lsp/auto-install", json={"project_dir": str(project)})).json()
    assert told["languages"][0] == {"language": "python", "files": 2, "server": "ruff", "installed": True}
    assert {(one["language"], one["server"], one["installed"]) for one in told["languages"][1:]} == {
        ("shellscript", "bash", False),
        ("dockerfile", "dockerfile", False),
    }
    assert {one["name"] for one in told["planned"]} == {"bash", "dockerfile"}
    assert told["installations"] == []
    agreed = {"project_dir": str(project), "confirm": True, "commands": ["npm install something-else"]}
    refused = await owner.post("/api/lsp/auto-install", json=agreed)
    assert refused.status_code == 409
    assert refused.json()["code"] == "command_changed"
    commands = [one["command"] for one in told["planned"]]
    begun = (await owner.post("/api/lsp/auto-install", json=agreed | {"commands": commands})).json()
    assert [one["name"] for one in begun["installations"]] == [one["name"] for one in told["planned"]]
    assert (await owner.post("/api/lsp/auto-install", json={"project_dir": "/etc"})).status_code == 403
    assert (await owner.post("/api/lsp/auto-install", json={"project_dir": "~/gone"})).status_code == 422


async def test_the_tools_are_offered_where_a_server_is_here(
    owner: httpx.AsyncClient, studio: RunningApp, put: Put
) -> None:
    async def names() -> set[str]:
        return {tool["name"] for tool in (await owner.get("/api/tools/list")).json()["tools"]}

    assert "find_definition" not in await names()
    put_ruff(put)
    studio.clock.advance(seconds=31)
    assert {"diagnostics", "find_definition", "find_references", "preview_rename", "apply_rename"} < await names()


async def test_running_servers_are_listed_and_stopped(
    owner: httpx.AsyncClient, code: Intelligence, project: Path, put: Put
) -> None:
    put_ruff(put)
    await code.diagnostics(project, "main.py")
    [running] = (await owner.get("/api/studio/lsp/running")).json()["servers"]
    assert (running["name"], running["requests"]) == ("ruff", 1)
    assert (running["root"], running["state"]) == (str(project), "running")
    assert (await owner.delete(f"/api/studio/lsp/running/{running['id']}")).status_code in {200, 204}
    assert not is_running(running["pid"])
    assert (await owner.delete(f"/api/studio/lsp/running/{running['id']}")).status_code == 404
