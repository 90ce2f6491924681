"""`python owner.py KEEPER SOCKET [SPAWN…]`: own a keeper as a server does, and read its terminals, until killed.

Runs without Studio's packages: the keeper's own file has all that is needed.
"""

from __future__ import annotations

import importlib.util
import os
import select
import socket
import sys
from typing import Any


def load(path: str) -> Any:
    spec = importlib.util.spec_from_file_location("keeper", path)
    assert spec
    assert spec.loader
    module = sys.modules["keeper"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def own(keeper: Any, address: str) -> tuple[socket.socket, Any]:
    """Connect until the keeper has seen that the owner before is gone. Return the connection and its inbox."""
    while True:
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(address)
        inbox, messages = keeper.Inbox(connection), list[Any]()
        while not messages:
            messages = inbox.receive()
        if "error" not in messages[0]:
            return connection, inbox
        connection.close()


def main(path: str, address: str, *argv: str) -> None:
    keeper = load(path)
    connection, first = own(keeper, address)
    if argv:
        wanted = {"do": "spawn", "id": "t", "argv": argv, "env": dict(os.environ), "cwd": "/", "cols": 80, "rows": 24}
        connection.sendall(keeper.encode(wanted))
    inbox, rings = first, {}
    while not rings:
        while inbox.descriptors:
            master, memory = inbox.descriptors[:2]
            del inbox.descriptors[:2]
            rings[master] = keeper.Ring(memory)
        if not rings:
            inbox.receive()
    for ring in rings.values():
        print(ring.count, flush=True)
    while True:
        for master in select.select(list(rings), [], [])[0]:
            rings[master].fill(master, keeper.READ_BYTES)


if __name__ == "__main__":
    main(*sys.argv[1:])
