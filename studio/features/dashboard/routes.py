"""What happens, over a socket."""

import asyncio

from studio.features.dashboard.service import Dashboard
from studio.wire.dialects.flat import Flat
from studio.wire.sockets import Socket
from studio.wire.table import Table, get
from studio.wire.table import socket as socket_row


async def watch(dashboard: Dashboard, socket: Socket) -> None:
    """Tell the page what happens, until it goes."""
    telling, windows = asyncio.create_task(_tell(dashboard, socket)), 0
    try:
        async for message in socket.messages():
            if message == {"action": "ping"}:
                await socket.send({"type": "pong"})
            if message == {"action": "tell_person"} and not windows:
                windows = 1
                dashboard.count_window(windows)
            if telling.done():
                break
    finally:
        dashboard.count_window(-windows)
        telling.cancel()
        await asyncio.wait({telling})


async def _tell(dashboard: Dashboard, socket: Socket) -> None:
    async for event in dashboard.watch():
        await socket.send(event)
    await socket.close(1013, "You fell behind. Connect again.")


TABLES = [
    Table("/api", Flat(), [get("/dashboard/status", Dashboard.status)], "workbench"),
    Table("/api/studio", Flat(), [socket_row("/events", watch)]),
]
