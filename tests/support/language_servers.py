"""Real language servers that the tools of this project bring along, and what such a program may do wrong."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tests.support.processes import Put

MODULES = Path(__file__).parents[2] / "webui" / "node_modules"

BROKEN = f"""exec {sys.executable} -u -c '
import json, sys, time
def read():
    length = 0
    while (line := sys.stdin.buffer.readline()) != b"\\r\\n":
        if not line: sys.exit(0)
        length = int(line.split(b":")[1])
    return json.loads(sys.stdin.buffer.read(length))
def send(message):
    data = json.dumps({{"jsonrpc": "2.0", **message}}).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\\r\\n\\r\\n%b" % (len(data), data))
    sys.stdout.buffer.flush()
def write(text):
    sys.stdout.write(text)
    sys.stdout.flush()
def greet():
    send({{"id": read()["id"], "result": {{"capabilities": {{"hoverProvider": True}}}}}})
WHAT
'"""


def broken(what: str) -> str:
    """Return a shell script that is a language server up to a point; `what` is Python without single quotes."""
    return BROKEN.replace("WHAT", what)


def put_pyright(put: Put) -> Path:
    """Put Pyright on the search path, as npm installed it for the page."""
    node = shutil.which("node", path="/usr/local/bin:/usr/bin:/bin") or NODE
    return put("pyright-langserver", f'exec {node} {MODULES}/pyright/langserver.index.js "$@"')


def put_ruff(put: Put) -> Path:
    """Put Ruff on the search path, as pip installed it for this project."""
    return put("ruff", f'exec {Path(sys.executable).with_name("ruff")} "$@"')


NODE = shutil.which("node") or "node"
