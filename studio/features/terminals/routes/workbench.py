"""Terminals as the workbench document spells them, and the page's own rows."""

from __future__ import annotations

import asyncio
import codecs
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Annotated, Any, Literal

from pydantic import Field

from studio.features.ssh.models import Connection
from studio.features.ssh.service import Ssh
from studio.features.terminals.models import (
    Ending,
    Piece,
    Size,
    SystemShell,
    TerminalDraft,
    TerminalPatch,
    TerminalSettings,
    TerminalSettingsPatch,
)
from studio.features.terminals.service import Terminal, Terminals, Viewer
from studio.kit.errors import Conflict, InvalidInput, StudioError
from studio.kit.models import Model, read
from studio.kit.principals import Principal
from studio.wire.binding import Shape
from studio.wire.dialects.flat import Flat
from studio.wire.sockets import Socket, SocketClosed
from studio.wire.table import Table, get, patch, put
from studio.wire.table import socket as socket_row

REPLAY_PIECE = 128 * 1024


class InitData(TerminalDraft):
    """A new terminal, or `session_id` of one that is there; `seen` bytes of that one need not be shown again.

    With a `window`, at most so many bytes are under way to a client that says by `taken` what it has dealt with.
    """

    session_id: str = ""
    binary: bool = False
    seen: int | None = Field(default=None, ge=0)
    window: int | None = Field(default=None, ge=REPLAY_PIECE)


class Init(Model):
    """Which terminal this socket is for."""

    type: Literal["init"]
    data: InitData


class Input(Model):
    """What was typed."""

    type: Literal["input"]
    data: str


class Resize(Model):
    """How large the window is now."""

    type: Literal["resize"]
    data: Size


class Signal(Model):
    """A signal for what runs in the foreground, by its name."""

    type: Literal["signal"]
    data: str


class Taken(Model):
    """How many more bytes of output the client has dealt with."""

    type: Literal["taken"]
    data: int = Field(ge=0)


class Ping(Model):
    """A question whether anybody is there."""

    type: Literal["ping"]


class Close(Model):
    """The terminal is needed no more."""

    type: Literal["close"]


FRAME = Shape(Annotated[Init | Input | Resize | Signal | Taken | Ping | Close, Field(discriminator="type")])


class Sessions(Model):
    """What a new terminal can be."""

    ssh: list[Connection]
    system: list[SystemShell]


async def talk(terminals: Terminals, socket: Socket) -> None:
    """Open a terminal or come back to one; then carry keys there and output here."""
    talk = Talk(terminals, socket)
    try:
        async for message in socket.messages():
            try:
                await talk.obey(read(FRAME.adapter.validate_python, message))
            except StudioError as error:
                await socket.send({**error.detail, "type": "error", "data": error.message, "code": error.code})
    finally:
        await talk.close()


class Window:
    """How many bytes may be under way to a client: a browser takes in whatever comes, so it says what it dealt with."""

    def __init__(self, size: int) -> None:
        self._free = size
        self._opened = asyncio.Event()

    async def pass_through(self, count: int) -> None:
        """Wait until there is any room, then take `count` bytes of it."""
        while self._free <= 0:
            self._opened.clear()
            await self._opened.wait()
        self._free -= count

    def open(self, count: int) -> None:
        """Make room for `count` bytes more."""
        self._free += count
        self._opened.set()


class Talk:
    """One socket and the terminal it is for."""

    def __init__(self, terminals: Terminals, socket: Socket) -> None:
        self._terminals = terminals
        self._socket = socket
        self._terminal: Terminal | None = None
        self._viewer: Viewer | None = None
        self._window: Window | None = None
        self._showing: asyncio.Task[None] | None = None

    async def obey(self, frame: Init | Input | Resize | Signal | Taken | Ping | Close) -> None:
        """Do what a frame says."""
        if isinstance(frame, Ping):
            await self._socket.send({"type": "pong"})
        elif isinstance(frame, Init):
            await self._begin(frame.data)
        elif not self._terminal or not self._viewer:
            raise InvalidInput("Nothing is open here yet. Send an 'init' frame first.")
        elif isinstance(frame, Input):
            await self._terminals.type(self._terminal, frame.data.encode(errors="replace"), viewer=self._viewer)
        elif isinstance(frame, Resize):
            self._viewer.size = frame.data
            self._terminal.resize(frame.data)
        elif isinstance(frame, Signal):
            self._terminal.send_signal(frame.data)
        elif isinstance(frame, Taken):
            if self._window:
                self._window.open(frame.data)
        else:
            await self._terminals.close(self._terminal)

    async def _begin(self, data: InitData) -> None:
        if self._terminal:
            raise Conflict("This socket has its terminal. Open another socket for another one.")
        terminal = await self._find_or_create(data)
        ended = terminal.ending
        viewer = terminal.join(Size(cols=data.cols, rows=data.rows), seen=data.seen)
        self._terminal, self._viewer = terminal, viewer
        await self._socket.send({"type": "ready", "data": describe(terminal, viewer, reattached=bool(data.session_id))})
        put = self._socket.send_bytes if data.binary else self._put_text()
        if data.window:
            self._window = Window(data.window)
            put = _windowed(put, self._window)
        self._showing = asyncio.create_task(self._show(viewer, put, ended))

    async def _find_or_create(self, data: InitData) -> Terminal:
        if data.session_id:
            return await self._terminals.get(data.session_id, self._socket.principal)
        return await self._terminals.create(data)

    def _put_text(self) -> Callable[[bytes], Awaitable[None]]:
        decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode

        async def put(data: bytes) -> None:
            await self._socket.send({"type": "output", "data": decode(data)})

        return put

    async def _show(self, viewer: Viewer, put: Callable[[bytes], Awaitable[None]], ended: Ending | None) -> None:
        with suppress(SocketClosed):
            for begin in range(0, len(viewer.replay), REPLAY_PIECE):
                await put(viewer.replay[begin : begin + REPLAY_PIECE])
            viewer.replay = b""
            if ended:
                await self._tell_end(ended)
            while (came := await viewer.read()) is not None:
                await (put(came.data) if isinstance(came, Piece) else self._tell_end(came))
            await self._socket.close(1000, "The terminal was closed.")

    async def _tell_end(self, ending: Ending) -> None:
        said = {"code": ending.code, "signal": ending.signal}
        await self._socket.send({"type": "exit", "data": said | ({"reason": ending.reason} if ending.reason else {})})

    async def close(self) -> None:
        """Show nothing more."""
        if self._showing:
            self._showing.cancel()
            await asyncio.wait({self._showing})
        if self._viewer:
            self._viewer.leave()


def _windowed(put: Callable[[bytes], Awaitable[None]], window: Window) -> Callable[[bytes], Awaitable[None]]:
    async def put_in_time(data: bytes) -> None:
        await window.pass_through(len(data))
        await put(data)

    return put_in_time


def describe(terminal: Terminal, viewer: Viewer, *, reattached: bool) -> dict[str, Any]:
    """Return what a client hears first. `offset` is where output stands after the `replay_bytes` that follow."""
    return {
        "session_id": terminal.record.id,
        "pid": terminal.runs.pid if terminal.runs else None,
        "shell": terminal.record.shell,
        "name": terminal.record.name,
        "reattached": reattached,
        "missed": viewer.missed,
        "offset": viewer.position,
        "replay_bytes": len(viewer.replay),
    }


async def list_sessions(terminals: Terminals, ssh: Ssh) -> Sessions:
    """List what a new terminal can be: saved connections, and the shells of this machine."""
    return Sessions(ssh=await ssh.list_connections(), system=await terminals.list_shells())


async def save_settings(terminals: Terminals, body: TerminalSettingsPatch) -> TerminalSettings:
    """Save how terminals look."""
    return await terminals.update_settings(body)


async def rename(terminals: Terminals, terminal_id: str, principal: Principal, body: TerminalPatch) -> dict[str, bool]:
    """Give a terminal another name."""
    await terminals.rename(await terminals.get(terminal_id, principal), body)
    return {"ok": True}


ROWS = [
    socket_row("/ws/terminal", talk),
    get("/terminal/sessions", list_sessions),
    get("/terminal/themes", Terminals.get_appearance),
    put("/terminal/settings", save_settings),
]

TABLES = [
    Table("/api", Flat(), ROWS, "workbench"),
    Table("/api/studio", Flat(), [patch("/terminals/{terminal_id}", rename)]),
]
