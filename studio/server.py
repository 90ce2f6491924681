"""The server of one data folder: its lock, its socket, its token, and the end of all three."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import socket
import sys
import uuid
from collections.abc import Coroutine, Generator
from typing import TYPE_CHECKING, Any, TypeVar

from studio.kit.clock import Clock
from studio.kit.paths import DataFolder, write_private
from studio.kit.settings import DEFAULT_PORT, ProgramSettings

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp

    from studio.features.accounts.service import Accounts

log = logging.getLogger(__name__)

T = TypeVar("T")

GRACE_SECONDS = 3
LARGEST_FRAME = 1024 * 1024
KEEP_ALIVE_SECONDS = 30


class PortTaken(RuntimeError):
    """Another program listens there; the message says what to do."""


def listen(port: int | None) -> socket.socket:
    """Return a socket that listens on loopback: on `port`, or on the usual one or the next that is free.

    Raises:
        PortTaken: another program listens there.
    """
    for candidate in [port] if port else range(DEFAULT_PORT, DEFAULT_PORT + 100):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if sys.platform != "win32":
            # On Windows this would let two programs listen on one port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", candidate))
            listener.listen(2048)
        except OSError as error:
            listener.close()
            if port:
                raise PortTaken(f"Port {port} cannot be used: {error.strerror}. Choose another with --port.") from error
        else:
            listener.setblocking(False)
            return listener
    raise PortTaken(f"None of the ports from {DEFAULT_PORT} to {DEFAULT_PORT + 99} is free. Choose one with --port.")


def read_token(folder: DataFolder, settings: ProgramSettings) -> str:
    """Return the owner's token, made at the first start."""
    if settings.token:
        return settings.token
    with contextlib.suppress(FileNotFoundError):
        if token := folder.token.read_text(encoding="utf-8").strip():
            return token
    token = f"master-{uuid.uuid4()}"
    write_private(folder.token, f"{token}\n".encode())
    return token


@contextlib.contextmanager
def announced(folder: DataFolder, port: int, *, of_window: bool) -> Generator[None, None, None]:
    """Say in `server.json` where the server is, and whether it is a window's to end, as long as it is there."""
    said = {
        "port": port,
        "pid": os.getpid(),
        "address": f"http://127.0.0.1:{port}",
        "started_at": Clock().stamp(),
        "of_window": of_window,
    }
    write_private(folder.server, json.dumps(said).encode())
    try:
        yield
    finally:
        folder.server.unlink(missing_ok=True)


class Server:
    """One running Studio. `listener` already listens; connections wait in it until `run` takes them.

    One that is `of_window` was started by a window, for whoever sits before it, and any window may end it.
    """

    def __init__(
        self,
        folder: DataFolder,
        listener: socket.socket,
        token: str,
        *,
        database_url: str | None = None,
        of_window: bool = False,
    ) -> None:
        self.folder = folder
        self.port: int = listener.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.ready = asyncio.Event()
        self.accounts: Accounts | None = None
        """How to make sign-in links, once `ready` is set."""
        self._listener = listener
        self._token = token
        self._database_url = database_url
        self._of_window = of_window
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Serve until somebody calls `stop`."""
        # What takes the time of a start: whoever only wants to know the version does not wait for it.
        from studio.app import Place, running_app  # noqa: PLC0415
        from studio.features.accounts.service import Accounts  # noqa: PLC0415
        from studio.features.backups.service import Backups  # noqa: PLC0415

        place = Place(self.folder, self.port, self._token, database_url=self._database_url)
        async with running_app(place) as app:
            self.accounts = app.services[Accounts]
            app.services[Backups].on_planned.append(self.stop)
            server = create_uvicorn(app)
            serving = asyncio.create_task(server.serve(sockets=[self._listener]), name="uvicorn")
            stopping = asyncio.create_task(self._stopping.wait())
            with announced(self.folder, self.port, of_window=self._of_window):
                self.ready.set()
                await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
                stopping.cancel()
                # First what would keep connections open, then the connections.
                await app.close()
                server.should_exit = True
                await serving

    def stop(self) -> None:
        """Ask the server to end: turns are interrupted and kept, sockets closed."""
        self._stopping.set()

    def stop_on_signals(self) -> None:
        """End on SIGTERM and Ctrl-C; a second one ends at once."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            if sys.platform == "win32":
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(self._on_signal))
            else:
                loop.add_signal_handler(number, self._on_signal)

    def _on_signal(self) -> None:
        if self._stopping.is_set():
            log.warning("Asked to end twice: ending at once.")
            self.folder.server.unlink(missing_ok=True)
            os._exit(1)
        self.stop()


def create_uvicorn(app: ASGIApp) -> uvicorn.Server:
    """Return the HTTP server around `app`."""
    import uvicorn  # noqa: PLC0415 -- as above

    from studio.wire.protocol import BoundedHttp  # noqa: PLC0415 -- as above

    class QuietServer(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Generator[None, None, None]:
            # uvicorn would raise the signal again at the end, and the exit status would not be 0.
            yield

    config = uvicorn.Config(
        app,
        http=BoundedHttp,
        ws="websockets-sansio",
        ws_max_size=LARGEST_FRAME,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    return QuietServer(config)


def run_forever(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` on the fastest event loop there is."""
    if sys.platform == "win32":
        return asyncio.run(main)
    import uvloop  # noqa: PLC0415 -- Windows has none

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)
