"""One window for each data folder: who comes second has the first raised."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Listener
from pathlib import Path

from studio.kit.paths import write_private

RAISE = b"raise"
RAISED = b"raised"


def raise_other(file: Path) -> bool:
    """Have the window that is open already come to the front. Return whether there is one."""
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        with Client(said["address"], authkey=bytes.fromhex(said["key"])) as other:
            other.send_bytes(RAISE)
            return other.poll(10) and other.recv_bytes(len(RAISED)) == RAISED
    except (OSError, ValueError, KeyError, TypeError, EOFError, AuthenticationError):
        return False


@contextmanager
def heard(file: Path, *, on_raise: Callable[[], None]) -> Generator[None, None, None]:
    """Listen for those who come second, while the block runs; `file` tells them where. Called in another thread."""
    key = os.urandom(32)
    with Listener(authkey=key) as listener:
        # On Windows it is the name of a pipe, elsewhere the path of a socket that only this user reaches.
        write_private(file, json.dumps({"address": listener.address, "key": key.hex()}).encode())
        threading.Thread(target=_listen, args=[listener, on_raise], name="second starts", daemon=True).start()
        try:
            yield
        finally:
            file.unlink(missing_ok=True)


def _listen(listener: Listener, on_raise: Callable[[], None]) -> None:
    while True:
        try:
            visitor = listener.accept()
        except AuthenticationError:
            continue
        except OSError:
            # Closed, since the window is.
            return
        with visitor, suppress(OSError, EOFError):
            if visitor.poll(10) and visitor.recv_bytes(len(RAISE)) == RAISE:
                on_raise()
                visitor.send_bytes(RAISED)
