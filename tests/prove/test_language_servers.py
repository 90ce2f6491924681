"""Real language servers, installed by Studio into an empty folder, each asked about a file with a mistake in it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.program import Program, program

pytestmark = [
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not os.environ.get("PROVE_LSP"), reason="installs from the network: `make prove-lsp`"),
]

THEIRS = {name: os.environ[name] for name in ("NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "PIP_CERT") if name in os.environ}
THEIRS["NPM_CONFIG_USERCONFIG"] = str(Path.home() / ".npmrc")
"""Where packages come from on this machine, and whom it believes."""

INSTALLED = ("pyright", "ruff", "typescript", "bash", "yaml", "json", "svelte")
HERE = (*INSTALLED, "clangd")

FILES = {
    "pyright": ("main.py", "def double(x: int) -> int:\n    return x * 2\n\n\nprint(double('a'))\n", "double"),
    "typescript": ("main.ts", "function double(x: number) { return x * 2; }\n\n\n\ndouble('a');\n", "double"),
    "bash": ("main.sh", "double() { echo $(( $1 * 2 )); }\n\n\n\ndouble 1\n[ $1 == \n", "double"),
    "clangd": ("main.c", "int twice(int x) { return x * 2; }\n\n\n\nint main(void) { return twice(a); }\n", "twice"),
    "yaml": ("main.yaml", "a: 1\nb: [1\n", ""),
    "json": ("main.json", '{"a": 1,,}\n', ""),
    "svelte": ("Main.svelte", "<script>\n  let a = 1;\n</script>\n\n<p>{a}\n<div>{#if a}</div>\n", ""),
}


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with program(tmp_path_factory.mktemp("home"), **THEIRS) as server:
        yield server


def install(client: httpx.Client, name: str) -> None:
    begun = client.post("/api/lsp/install", json={"name": name, "confirm": True}).json()
    while (told := client.get(f"/api/installs/{begun['id']}").json())["ended_at"] is None:
        time.sleep(0.2)
    assert told["state"] == "done", told["output"]


def connect(server: Program) -> httpx.Client:
    headers = {"Authorization": f"Bearer {server.token}"}
    return httpx.Client(base_url=server.address, headers=headers, timeout=300)


def test_each_is_installed_and_healthy(machine: Program) -> None:
    with connect(machine) as client:
        for name in INSTALLED:
            install(client, name)
        servers = {one["name"]: one for one in client.get("/api/lsp/health").json()["servers"]}
    for name in HERE:
        print(f"{name}: {servers[name]['version']}, answers after {servers[name]['startup_ms']} ms")
    assert {name: servers[name]["error"] for name in HERE if not servers[name]["healthy"]} == {}


@pytest.mark.parametrize("name", FILES)
def test_each_finds_the_mistake_and_the_definition(machine: Program, tmp_path: Path, name: str) -> None:
    file, text, symbol = FILES[name]
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / file).write_text(text)
    with connect(machine) as client:
        client.post("/api/studio/permissions/folders", json={"path": str(folder)})

        def ask(tool: str, **arguments: object) -> str:
            body = {"name": tool, "args": arguments, "cwd": str(folder), "confirm": True}
            return client.post("/api/tool/call", json=body).json()["content"]

        began = time.monotonic()
        said = ask("diagnostics", path=file)
        print(f"\n{name}: {said.splitlines()[0]} ({time.monotonic() - began:.1f} s)")
        assert " error: " in said
        if symbol:
            assert ask("find_definition", path=file, line=5, symbol=symbol).startswith(f"{file}:1:")
