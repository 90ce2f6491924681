"""One window for each data folder: who comes second has the first raised."""

from __future__ import annotations

import json
import os
import queue
import threading
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener, answer_challenge, deliver_challenge
from pathlib import Path

from studio.desktop.choice import NoWindow
from studio.kit.paths import DataFolder, FolderInUse, write_private

RAISE = b"raise"
RAISED = b"raised"

PATIENCE_SECONDS = 10.0
"""How long the other one may take for anything: it may be stopped, or busy for ever."""

STARTING_SECONDS = 60.0
"""How long a window may take until it can be raised: it may have to start a server first."""

AGAIN_SECONDS = 0.1

ADDRESS = "window.json"
"""The file in a window's folder that tells where it can be raised."""


@contextmanager
def alone(folder: Path, *, patience_seconds: float = STARTING_SECONDS) -> Generator[bool, None, None]:
    """Keep every other window out of `folder` while the block runs. Yield False where one is there, which was raised.

    One that begins is waited for, so that of two that are started at once there is one in the end.

    Raises:
        NoWindow: another is there and does not answer.
    """
    deadline = time.monotonic() + patience_seconds
    with ExitStack() as stack:
        while True:
            try:
                stack.enter_context(DataFolder(folder).hold())
                is_first = True
                break
            except FolderInUse:
                if raise_other(folder / ADDRESS):
                    is_first = False
                    break
            if time.monotonic() > deadline:
                raise NoWindow("the one that is open does not answer")
            time.sleep(AGAIN_SECONDS)
        yield is_first


def raise_other(file: Path, *, patience_seconds: float = PATIENCE_SECONDS) -> bool:
    """Have the window that is open already come to the front. Return whether there is one, and it did."""
    answers = queue.SimpleQueue[bool]()
    # To be known to each other has no time limit of its own.
    threading.Thread(target=lambda: answers.put(_ask(file)), name="raise the other", daemon=True).start()
    with suppress(queue.Empty):
        return answers.get(timeout=patience_seconds)
    return False


def _ask(file: Path) -> bool:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        with Client(said["address"], authkey=bytes.fromhex(said["key"])) as other:
            other.send_bytes(RAISE)
            return other.recv_bytes(len(RAISED)) == RAISED
    except (OSError, ValueError, KeyError, TypeError, EOFError, AuthenticationError):
        return False


@contextmanager
def heard(file: Path, *, on_raise: Callable[[], None]) -> Generator[None, None, None]:
    """Listen for those who come second, while the block runs; `file` tells them where. Called in another thread.

    Raises:
        NoWindow: there is no room for that, or its place has too long a name.
    """
    key, is_over = os.urandom(32), threading.Event()
    with ExitStack() as stack:
        try:
            listener = stack.enter_context(Listener())
            # On Windows it is the name of a pipe, elsewhere the path of a socket that only this user reaches.
            write_private(file, json.dumps({"address": listener.address, "key": key.hex()}).encode())
        except OSError as error:
            raise NoWindow(f"nobody who comes second could raise it ({error.strerror or error})") from error
        threading.Thread(
            target=_listen, args=[listener, key, on_raise, is_over], name="second starts", daemon=True
        ).start()
        try:
            yield
        finally:
            is_over.set()
            file.unlink(missing_ok=True)


def _listen(listener: Listener, key: bytes, on_raise: Callable[[], None], is_over: threading.Event) -> None:
    while not is_over.is_set():
        try:
            visitor = listener.accept()
        except OSError:
            # Closed, since the window is; or the system has no room for a visitor now.
            is_over.wait(AGAIN_SECONDS)
            continue
        # One who says nothing is in nobody's way.
        threading.Thread(target=_hear, args=[visitor, key, on_raise], name="second start", daemon=True).start()


def _hear(visitor: Connection, key: bytes, on_raise: Callable[[], None]) -> None:
    with visitor, suppress(OSError, EOFError, AuthenticationError):
        deliver_challenge(visitor, key)
        answer_challenge(visitor, key)
        if visitor.poll(PATIENCE_SECONDS) and visitor.recv_bytes(len(RAISE)) == RAISE:
            on_raise()
            visitor.send_bytes(RAISED)
