"""Connections to a real sshd: who is let in and why not, forwarded ports, files."""

from __future__ import annotations

import asyncio
import base64
import os
import signal
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import asyncssh
import httpx
import pytest

from studio.features.ssh.models import ShellEnd
from studio.features.ssh.service import Ssh
from tests.support.app import RunningApp
from tests.support.sshd import PASSPHRASE, SSHD, Sshd, agent, make_key, sshd
from tests.support.terminals import PATIENCE_SECONDS

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(not SSHD, reason="sshd is not installed")]


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("sshd")) as started:
        yield started


@pytest.fixture
async def trusted(owner: httpx.AsyncClient, box: Sshd) -> Sshd:
    """The sshd, whose key the app trusts."""
    assert (await owner.post("/api/studio/ssh/hosts", json=box.host_key())).status_code == 200
    return box


class Shown:
    """What a remote shell printed, and how it ended."""

    def __init__(self) -> None:
        self.printed_so_far = b""
        self.end: ShellEnd | None = None
        self._news = asyncio.Event()

    def printed(self, data: bytes) -> bool:
        self.printed_so_far += data
        self._news.set()
        return True

    def ended(self, end: ShellEnd) -> None:
        self.end = end
        self._news.set()

    async def until_printed(self, text: bytes) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while text not in self.printed_so_far:
                assert not self.end, (self.end, self.printed_so_far)
                self._news.clear()
                await self._news.wait()

    async def until_ended(self) -> ShellEnd:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not self.end:
                self._news.clear()
                await self._news.wait()
        return self.end


async def save(owner: httpx.AsyncClient, connection: dict[str, Any]) -> dict[str, Any]:
    answer = await owner.post("/api/terminal/sessions", json=connection)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def refusal(owner: httpx.AsyncClient, name: str = "box") -> tuple[int, dict[str, Any]]:
    """Return why a connection cannot be used."""
    answer = await owner.get(f"/api/studio/ssh/connections/{name}/folder")
    assert answer.status_code >= 400, answer.text
    return answer.status_code, answer.json()


async def check_it_works(studio: RunningApp, name: str = "box") -> None:
    shown = Shown()
    shell = await studio.service(Ssh).open_shell(name, shown, cols=80, rows=24)
    shell.resume()
    await shell.write(b"echo in-$((40+2)); exit 3\n")
    await shown.until_ended()
    assert b"in-42" in shown.printed_so_far
    assert shown.end == ShellEnd(3, None, None)


async def test_secrets_are_masked_kept_where_the_mask_comes_back_and_forgotten(
    owner: httpx.AsyncClient, studio: RunningApp
) -> None:
    draft = {"name": "box", "host": "Example.org", "password": "canary-password", "passphrase": "canary-passphrase"}
    saved = await save(owner, draft)
    assert saved == {
        "name": "box",
        "host": "example.org",
        "port": 22,
        "user": "",
        "key_path": "",
        "passphrase": "***",
        "password": "***",
        "agent": False,
        "jump": "",
    }
    for moved in ({"host": "elsewhere.example"}, {"port": 2222}):
        refused = await owner.post("/api/terminal/sessions", json=saved | moved)
        assert (refused.status_code, "Enter its password again" in refused.text) == (422, True)
    changed = await save(owner, saved | {"user": "me"})
    assert changed == saved | {"user": "me"}
    ((hop,),) = [[await studio.service(Ssh)._hop(one)] for one in await studio.service(Ssh)._find_route("box")]
    assert (hop.password, hop.passphrase) == ("canary-password", "canary-passphrase")
    assert (await save(owner, changed | {"password": ""}))["password"] == ""
    listed = await owner.get("/api/terminal/sessions")
    assert listed.json()["ssh"] == [changed | {"password": ""}]
    assert "canary" not in listed.text
    assert b"canary" not in studio.folder.database.read_bytes()
    assert (await owner.delete("/api/terminal/sessions/box")).json() == {"ok": True}
    assert (await owner.get("/api/studio/secrets")).json() == {"sealed": 0, "in_keyring": 0}
    assert (await owner.delete("/api/terminal/sessions/box")).status_code == 404


@pytest.mark.parametrize(
    ("draft", "reason"),
    [
        ({"name": "x"}, "Give its name or address"),
        ({"name": "a/b", "host": "h"}, "name"),
        ({"name": "x", "host": "-oProxyCommand=touch canary"}, "host"),
        ({"name": "x", "host": "h", "port": 0}, "port"),
        ({"name": "x", "host": "h", "jump": "nowhere"}, "no saved connection"),
        ({"name": "x", "host": "h", "jump": "x"}, "circle"),
        ({"name": "one", "jump": "three"}, "circle"),
    ],
)
async def test_what_cannot_be_saved(owner: httpx.AsyncClient, draft: dict[str, Any], reason: str) -> None:
    await save(owner, {"name": "one", "host": "h"})
    await save(owner, {"name": "two", "host": "h", "jump": "one"})
    await save(owner, {"name": "three", "host": "h", "jump": "two"})
    answer = await owner.post("/api/terminal/sessions", json=draft)
    assert answer.status_code == 422
    assert reason in answer.json()["error"]
    assert (await owner.delete("/api/terminal/sessions/two")).status_code == 409
    assert [one["name"] for one in (await owner.get("/api/terminal/sessions")).json()["ssh"]] == ["one", "three", "two"]


async def test_a_host_is_trusted_by_the_fingerprint_that_a_person_saw_and_no_other(
    owner: httpx.AsyncClient, studio: RunningApp, tmp_path: Path
) -> None:
    with sshd(tmp_path / "sshd") as box:
        await save(owner, box.connection(key_path=str(box.plain_key)))
        status, unknown = await refusal(owner)
        said = {key: unknown[key] for key in ("host", "port", "key_type", "fingerprint")}
        assert (status, unknown["code"], said) == (409, "host_key_unknown", box.host_key())
        assert "Accepted" not in box.log()
        trusted = (await owner.post("/api/studio/ssh/hosts", json=said)).json()
        assert (await owner.get("/api/studio/ssh/hosts")).json() == {"hosts": [trusted]}
        await check_it_works(studio)
        before, port = box.fingerprint, box.port
    make_key(tmp_path / "sshd" / "host")
    with sshd(tmp_path / "sshd", port) as box:
        status, changed = await refusal(owner)
        assert (status, changed["code"]) == (409, "host_key_changed")
        assert (changed["fingerprint"], changed["trusted_fingerprint"]) == (box.fingerprint, before)
        refused = await owner.post("/api/studio/ssh/hosts", json=box.host_key())
        assert (refused.status_code, refused.json()["code"]) == (409, "host_key_changed")
        assert (await owner.delete(f"/api/studio/ssh/hosts/127.0.0.1/{port}")).json() == {"ok": True}
        assert (await owner.delete(f"/api/studio/ssh/hosts/127.0.0.1/{port}")).status_code == 404
        assert (await refusal(owner))[1]["code"] == "host_key_unknown"
        assert (await owner.post("/api/studio/ssh/hosts", json=box.host_key())).status_code == 200
        await check_it_works(studio)


async def test_a_key_with_a_passphrase(owner: httpx.AsyncClient, studio: RunningApp, trusted: Sshd) -> None:
    await save(owner, trusted.connection(key_path=str(trusted.locked_key), passphrase=PASSPHRASE))
    await check_it_works(studio)
    await save(owner, {"name": "box", "passphrase": "wrong"})
    assert await refusal(owner) == (
        422,
        {
            "error": f"The key '{trusted.locked_key}' cannot be opened: its passphrase is wrong.",
            "code": "invalid_input",
        },
    )
    await save(owner, {"name": "box", "passphrase": ""})
    assert "Passphrase must be specified" in (await refusal(owner))[1]["error"]
    for path in ("/no/such/key", "a\0b", "/", "~nobody-of-this-name/key", "/dev/null", "/dev/zero"):
        await save(owner, {"name": "box", "key_path": path})
        assert await refusal(owner) == (422, {"error": ANY, "code": "invalid_input"})


async def test_keys_of_an_agent_only_where_one_was_chosen(
    owner: httpx.AsyncClient, studio: RunningApp, trusted: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with agent(tmp_path, trusted.plain_key) as path:
        monkeypatch.setenv("SSH_AUTH_SOCK", path)
        await save(owner, trusted.connection())
        status, refused = await refusal(owner)
        assert (status, refused["code"]) == (409, "ssh_sign_in_refused")
        assert "without a key or a password" in refused["error"]
        await save(owner, trusted.connection(agent=True))
        await check_it_works(studio)
    monkeypatch.delenv("SSH_AUTH_SOCK")
    assert await refusal(owner) == (409, {"error": ANY, "code": "ssh_sign_in_refused"})


async def test_what_lies_around_in_the_home_folder_is_not_used(
    owner: httpx.AsyncClient, trusted: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "home" / ".ssh"
    folder.mkdir(parents=True)
    folder.joinpath("id_ed25519").write_bytes(trusted.plain_key.read_bytes())
    folder.joinpath("config").write_text(f"Host *\n  Port 1\n  ProxyCommand touch {tmp_path}/canary\n")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    await save(owner, trusted.connection())
    assert (await refusal(owner))[1]["code"] == "ssh_sign_in_refused"
    assert not (tmp_path / "canary").exists()


async def test_a_wrong_password(owner: httpx.AsyncClient, trusted: Sshd) -> None:
    await save(owner, trusted.connection(password="wrong"))
    status, refused = await refusal(owner)
    assert (status, refused["code"]) == (409, "ssh_sign_in_refused")
    assert "did not take the password" in refused["error"]
    assert "Failed password" in trusted.log()


async def test_a_right_password(owner: httpx.AsyncClient, studio: RunningApp, box: Sshd) -> None:
    class Server(asyncssh.SSHServer):
        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == ("me", "right")

    def shell(process: asyncssh.SSHServerProcess[str]) -> None:
        async def answer() -> None:
            await process.stdin.readline()
            process.stdout.write("in-42\r\n")
            process.exit(3)

        tasks.append(asyncio.create_task(answer()))

    tasks = list[asyncio.Task[None]]()
    server = await asyncssh.create_server(
        Server, "127.0.0.1", 0, server_host_keys=[str(box.folder / "host")], process_factory=shell
    )
    async with server:
        there = {"name": "box", "host": "127.0.0.1", "port": server.get_port(), "user": "me", "password": "right"}
        await save(owner, there)
        unknown = (await refusal(owner))[1]
        trusted = {key: unknown[key] for key in ("host", "port", "key_type", "fingerprint")}
        assert (await owner.post("/api/studio/ssh/hosts", json=trusted)).status_code == 200
        await check_it_works(studio)
        await save(owner, {"name": "box", "password": "wrong"})
        assert (await refusal(owner))[1]["code"] == "ssh_sign_in_refused"
    await asyncio.gather(*tasks)


async def test_nobody_there(owner: httpx.AsyncClient) -> None:
    with_nobody = asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    async with await with_nobody as closing:
        port = closing.sockets[0].getsockname()[1]
    await save(owner, {"name": "box", "host": "127.0.0.1", "port": port, "password": "any"})
    status, refused = await refusal(owner)
    assert (status, refused["code"]) == (409, "ssh_unreachable")
    assert f"cannot be reached at '127.0.0.1:{port}'" in refused["error"]
    assert (await owner.get("/api/studio/ssh/connections/gone/folder")).status_code == 404


@pytest.mark.parametrize("host", ["a..b", "x" * 64 + ".org", "[", "::", ":"])
async def test_names_that_can_be_no_host(owner: httpx.AsyncClient, host: str) -> None:
    await save(owner, {"name": "box", "host": host, "port": 1, "user": "u\u0000\u200b"})
    assert await refusal(owner) == (409, {"error": ANY, "code": "ssh_unreachable"})


async def test_through_another_machine(
    owner: httpx.AsyncClient, studio: RunningApp, trusted: Sshd, tmp_path: Path
) -> None:
    with sshd(tmp_path / "behind") as behind:
        await save(owner, trusted.connection("gate", key_path=str(trusted.plain_key)))
        await save(owner, behind.connection(key_path=str(behind.plain_key), jump="gate"))
        status, unknown = await refusal(owner)
        assert (status, unknown["code"], unknown["port"]) == (409, "host_key_unknown", behind.port)
        assert (await owner.post("/api/studio/ssh/hosts", json=behind.host_key())).status_code == 200
        await check_it_works(studio)
        # The other side of the last connection is the gate, which is this machine as well.
        before = trusted.log().count("Accepted")
        await check_it_works(studio)
        assert trusted.log().count("Accepted") == before + 1
        await owner.delete(f"/api/studio/ssh/hosts/127.0.0.1/{trusted.port}")
        assert (await refusal(owner))[1]["port"] == trusted.port


async def test_a_forwarded_port(owner: httpx.AsyncClient, trusted: Sshd) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"you said " + await reader.readline())
        writer.close()
        await writer.wait_closed()

    await save(owner, trusted.connection(key_path=str(trusted.plain_key)))
    async with await asyncio.start_server(answer, "127.0.0.1", 0) as service:
        target = service.sockets[0].getsockname()[1]
        forward = (await owner.post("/api/studio/ssh/forwards", json={"connection": "box", "port": target})).json()
        assert (await owner.get("/api/studio/ssh/forwards")).json() == {"forwards": [forward]}
        reader, writer = await asyncio.open_connection("127.0.0.1", forward["listen_port"])
        writer.write(b"hello\n")
        assert await asyncio.wait_for(reader.read(), PATIENCE_SECONDS) == b"you said hello\n"
        writer.close()
        taken = {"connection": "box", "port": target, "listen_port": forward["listen_port"]}
        assert (await owner.post("/api/studio/ssh/forwards", json=taken)).status_code == 409
        assert (await owner.delete(f"/api/studio/ssh/forwards/{forward['id']}")).json() == {"ok": True}
        assert (await owner.get("/api/studio/ssh/forwards")).json() == {"forwards": []}
        await until_refused(forward["listen_port"])
        assert (await owner.delete(f"/api/studio/ssh/forwards/{forward['id']}")).status_code == 404


async def until_refused(port: int) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                return
            writer.close()
            await asyncio.sleep(0.01)


async def test_a_forward_whose_machine_is_gone_is_gone(owner: httpx.AsyncClient, tmp_path: Path) -> None:
    with sshd(tmp_path / "sshd") as box:
        await save(owner, box.connection(key_path=str(box.plain_key)))
        await owner.post("/api/studio/ssh/hosts", json=box.host_key())
        forward = (await owner.post("/api/studio/ssh/forwards", json={"connection": "box", "port": 9})).json()
        for session in box.sessions():
            os.kill(session, signal.SIGKILL)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await owner.get("/api/studio/ssh/forwards")).json()["forwards"]:
                await asyncio.sleep(0.01)
        await until_refused(forward["listen_port"])


async def test_files(owner: httpx.AsyncClient, trusted: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await save(owner, trusted.connection(key_path=str(trusted.plain_key)))
    files, folder, before = "/api/studio/ssh/connections/box", tmp_path / "there", trusted.log().count("Accepted")
    folder.joinpath("sub").mkdir(parents=True)
    folder.joinpath("é.txt").write_bytes(b"\x00caf\xc3\xa9")
    folder.joinpath("link").symlink_to("é.txt")
    listed = (await owner.get(f"{files}/folder", params={"path": str(folder)})).json()
    assert (listed["path"], listed["is_partial"]) == (str(folder), False)
    assert [(one["name"], one["kind"]) for one in listed["entries"]] == [
        ("sub", "folder"),
        ("link", "link"),
        ("é.txt", "file"),
    ]
    assert listed["entries"][2]["size"] == 6
    home = (await owner.get(f"{files}/folder")).json()["path"]
    assert Path(home).is_dir()
    read = await owner.get(f"{files}/file", params={"path": str(folder / "é.txt")})
    assert (read.content, read.headers["content-type"]) == (b"\x00caf\xc3\xa9", "application/octet-stream")
    assert read.headers["content-disposition"] == "attachment; filename*=UTF-8''%C3%A9.txt"
    new = {"path": str(folder / "new"), "content": base64.b64encode(b"one").decode()}
    assert (await owner.post(f"{files}/file", json=new)).json() == {"ok": True}
    assert (await owner.post(f"{files}/file", json=new)).status_code == 409
    # Nobody else may read what is new; who may read what was there stays as it was.
    assert stat.S_IMODE(folder.joinpath("new").stat().st_mode) == 0o600
    folder.joinpath("new").chmod(0o640)
    two = new | {"content": base64.b64encode(b"two").decode(), "replace": True}
    assert (await owner.post(f"{files}/file", json=two)).json() == {"ok": True}
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == {
        "é.txt": b"\x00caf\xc3\xa9",
        "link": b"\x00caf\xc3\xa9",
        "new": b"two",
    }
    assert stat.S_IMODE(folder.joinpath("new").stat().st_mode) == 0o640
    assert (await owner.get(f"{files}/file", params={"path": str(folder / "gone")})).status_code == 404
    assert (await owner.get(f"{files}/file", params={"path": str(folder)})).status_code == 409
    assert (await owner.get(f"{files}/folder", params={"path": str(folder / "new")})).status_code >= 400
    monkeypatch.setattr("studio.features.ssh.remote_files.LARGEST_FILE", 2)
    assert (await owner.get(f"{files}/file", params={"path": str(folder / "new")})).status_code == 413
    # All of it went over one connection.
    assert trusted.log().count("Accepted") == before + 1


async def test_a_connection_that_is_dead_ends_the_shell_with_a_sentence(
    owner: httpx.AsyncClient, studio: RunningApp, trusted: Sshd, monkeypatch: pytest.MonkeyPatch
) -> None:
    await save(owner, trusted.connection(key_path=str(trusted.plain_key)))
    await check_it_works(studio)
    monkeypatch.setattr("studio.features.ssh.link.KEEPALIVE_SECONDS", 0.2)
    shown, before = Shown(), set(trusted.sessions())
    shell = await studio.service(Ssh).open_shell("box", shown, cols=80, rows=24)
    shell.resume()
    await shell.write(b"echo in-$((40+2))\n")
    await shown.until_printed(b"in-42")
    (session,) = set(trusted.sessions()) - before
    os.kill(session, signal.SIGSTOP)
    try:
        end = await shown.until_ended()
    finally:
        os.kill(session, signal.SIGKILL)
    assert (end.code, end.signal) == (None, None)
    assert end.reason
    assert end.reason.startswith("The connection to 'box' is gone: ")
    await shell.write(b"nobody is there\n")


async def test_asyncssh_is_loaded_when_it_is_used(tmp_path: Path) -> None:
    program = "import sys, studio.app; print('asyncssh' in sys.modules)"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
    assert await process.communicate() == (b"False\n", None)
