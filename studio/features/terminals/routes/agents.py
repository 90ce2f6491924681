"""Terminals as the agents document spells them. An agent reaches its own; the owner stands for one, and reaches all."""

from __future__ import annotations

import asyncio
import codecs
import signal
from contextlib import suppress
from typing import Annotated, Literal

from pydantic import Field

from studio.features.terminals.models import OWNER, Channel, CommandDraft, Ending, Size
from studio.features.terminals.service import Terminal, Terminals, Viewer
from studio.kit.clock import Timestamp, stamp
from studio.kit.errors import NotFound, StudioError
from studio.kit.models import Model, read
from studio.kit.principals import Principal
from studio.kit.tickets import Tickets
from studio.wire.binding import Shape
from studio.wire.dialects.typed_error import TypedError
from studio.wire.sockets import Socket, SocketClosed
from studio.wire.table import Table, delete, get, post
from studio.wire.table import socket as socket_row


class SessionView(Model):
    """A terminal as this document shows it, and what the page wants to know of it. `busy`: more than a shell runs."""

    id: str
    agent_id: str = Field(serialization_alias="agentId")
    agent_name: str = Field(serialization_alias="agentName")
    status: Literal["active", "idle"]
    pid: int | None
    cols: int
    rows: int
    created_at: Timestamp = Field(serialization_alias="createdAt")
    last_activity_at: Timestamp = Field(serialization_alias="lastActivityAt")
    name: str
    kind: str
    shell: str
    cwd: str
    busy: bool

    @classmethod
    def from_terminal(cls, terminal: Terminal) -> SessionView:
        """Spell a terminal."""
        record = terminal.record
        return cls(
            id=record.id,
            agent_id=record.agent_id,
            agent_name=record.agent_id.removeprefix("agent_"),
            status=terminal.status,
            pid=terminal.runs.pid if terminal.runs else None,
            cols=terminal.size.cols,
            rows=terminal.size.rows,
            created_at=record.created_at,
            last_activity_at=stamp(terminal.active_at),
            name=record.name,
            kind=record.kind,
            shell=record.shell,
            cwd=record.cwd,
            busy=not terminal.is_unused(),
        )


class SessionList(Model):
    """Every terminal."""

    sessions: list[SessionView]


class Opened(Model):
    """A terminal and where to watch it: with a bearer, or with the ticket as `?token=`, once within a minute."""

    session: SessionView
    websocket_url: str = Field(serialization_alias="websocketUrl")
    ticket: str


class Typed(Model):
    """What to type."""

    input: str = Field(max_length=1_000_000)


class Killed(Model):
    """Which signal to send to what runs."""

    signal: str = "SIGTERM"


class Done(Model):
    """It was done."""

    success: Literal[True] = True


class Buffer(Model):
    """The last lines that were printed."""

    session_id: str = Field(serialization_alias="sessionId")
    lines: list[str]
    total_lines: int = Field(serialization_alias="totalLines")
    truncated: bool


async def list_terminals(terminals: Terminals) -> SessionList:
    """List every terminal, of whomever it is."""
    return SessionList(sessions=[SessionView.from_terminal(one) for one in await terminals.list_terminals()])


async def open_terminal(terminals: Terminals, tickets: Tickets, principal: Principal, agent_id: str) -> Opened:
    """Return the agent's terminal, a new one where it has none."""
    if agent_id != (principal.id if principal.kind == "agent" else OWNER):
        raise NotFound(f"No agent has the id {agent_id!r}.")
    terminal = await terminals.obtain(agent_id)
    path = f"/api/terminals/{terminal.record.id}/ws"
    return Opened(
        session=SessionView.from_terminal(terminal), websocket_url=path, ticket=tickets.create(principal, path)
    )


async def execute(terminals: Terminals, principal: Principal, session_id: str, body: CommandDraft) -> Done:
    """Run a program; what it prints is told to whoever watches the terminal."""
    await terminals.execute(await terminals.get(session_id, principal), body)
    return Done()


async def start_shell(terminals: Terminals, principal: Principal, session_id: str) -> Done:
    """Start a shell in the terminal: the one it had before, else the user's own."""
    await terminals.start_shell(await terminals.get(session_id, principal))
    return Done()


async def type_input(terminals: Terminals, principal: Principal, session_id: str, body: Typed) -> Done:
    """Type into what runs in the terminal."""
    terminal = await terminals.get(session_id, principal)
    await terminals.type(terminal, body.input.encode(errors="replace"))
    return Done()


async def kill(terminals: Terminals, principal: Principal, session_id: str, body: Killed) -> Done:
    """Send a signal to what runs in the terminal."""
    (await terminals.get(session_id, principal)).send_signal(body.signal)
    return Done()


async def close(terminals: Terminals, principal: Principal, session_id: str) -> Done:
    """Close the terminal and end what runs in it."""
    await terminals.close(await terminals.get(session_id, principal))
    return Done()


async def read_buffer(terminals: Terminals, principal: Principal, session_id: str) -> Buffer:
    """Return the last lines that were printed, without colours and cursor moves."""
    printed = await terminals.read_lines(await terminals.get(session_id, principal))
    return Buffer(session_id=session_id, lines=printed.lines, total_lines=printed.total, truncated=printed.is_truncated)


class InputFrame(Model):
    """What was typed."""

    type: Literal["input"]
    data: str


class ExecuteFrame(CommandDraft):
    """A program to run."""

    type: Literal["execute"]


class KillFrame(Killed):
    """A signal to send."""

    type: Literal["kill"]


class ResizeFrame(Size):
    """How large the window is."""

    type: Literal["resize"]


Frame = InputFrame | ExecuteFrame | KillFrame | ResizeFrame
FRAME = Shape(Annotated[Frame, Field(discriminator="type")])


async def watch(terminals: Terminals, socket: Socket, session_id: str) -> None:
    """Tell what is printed, stdout and stderr apart, and do what is asked for."""
    terminal = await terminals.get(session_id, socket.principal)
    viewer = terminal.scrollback.join(terminal.size, seen=terminal.scrollback.ring.count)
    telling = asyncio.create_task(_tell(terminals, socket, viewer))
    try:
        async for message in socket.messages():
            try:
                await _obey(terminals, terminal, viewer, read(FRAME.adapter.validate_python, message))
            except StudioError as error:
                said = {"type": "error", "message": error.message, "data": error.message}
                await socket.send(said | {"timestamp": terminals.stamp()})
    finally:
        telling.cancel()
        await asyncio.wait({telling})
        viewer.leave()


async def _obey(terminals: Terminals, terminal: Terminal, viewer: Viewer, frame: Frame) -> None:
    match frame:
        case InputFrame():
            await terminals.type(terminal, frame.data.encode(errors="replace"), viewer=viewer)
        case ExecuteFrame():
            await terminals.execute(terminal, frame)
        case KillFrame():
            terminal.send_signal(frame.signal)
        case ResizeFrame():
            viewer.size = frame
            terminal.resize(frame)


async def _tell(terminals: Terminals, socket: Socket, viewer: Viewer) -> None:
    # A character may be cut in two anywhere; each channel has its own halves.
    decoders = {channel: codecs.getincrementaldecoder("utf-8")(errors="replace") for channel in CHANNELS}
    with suppress(SocketClosed):
        while (came := await viewer.read()) is not None:
            if isinstance(came, Ending):
                said = {"type": "exit", "code": _code(came), "signal": came.signal}
                said |= {"message": came.reason} if came.reason else {}
            else:
                said = {"type": came.channel, "data": decoders[came.channel].decode(came.data)}
            await socket.send(said | {"timestamp": terminals.stamp()})
        await socket.close(1000, "The terminal was closed.")


CHANNELS: tuple[Channel, ...] = ("stdout", "stderr")


def _code(ending: Ending) -> int | None:
    """Return the exit code; of a signal as shells count it, because this document has nothing else to say it with."""
    if ending.signal and ending.signal in signal.Signals.__members__:
        return 128 + signal.Signals[ending.signal]
    return ending.code


ROWS = [
    get("/terminals", list_terminals),
    post("/agents/{agent_id}/terminal", open_terminal, access="agent"),
    socket_row("/terminals/{session_id}/ws", watch, access="agent"),
    post("/terminals/{session_id}/execute", execute, access="agent"),
    post("/terminals/{session_id}/shell", start_shell, access="agent"),
    post("/terminals/{session_id}/input", type_input, access="agent"),
    post("/terminals/{session_id}/kill", kill, access="agent"),
    delete("/terminals/{session_id}", close, access="agent"),
    get("/terminals/{session_id}/buffer", read_buffer, access="agent"),
]

TABLES = [Table("/api", TypedError(), ROWS, "agents")]
