"""A session bus of one's own, and what a desktop has on it: a service that shows notices."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from jeepney import DBusAddress, MessageType, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection

SERVICE = "org.freedesktop.Notifications"


class Notifications:
    """What was shown, as `(replaces, title, text)`, and how many were taken back."""

    def __init__(self, bus: str) -> None:
        self.bus = bus
        self.shown: list[tuple[int, str, str]] = []
        self.taken_back = 0
        self._connection: DBusConnection = open_dbus_connection(bus)
        self._connection.send_and_get_reply(message_bus.RequestName(SERVICE))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Let go of the bus, which is gone."""
        self._thread.join(10)
        self._connection.close()

    def click(self) -> None:
        """Follow the last notice as a person does."""
        place = DBusAddress("/org/freedesktop/Notifications", interface=SERVICE)
        self._connection.send(new_signal(place, "ActionInvoked", "us", (7, "default")))

    def _serve(self) -> None:
        with suppress(OSError, EOFError):
            while True:
                message = self._connection.receive()
                if message.header.message_type is MessageType.method_call:
                    self._answer(message)

    def _answer(self, message: Any) -> None:
        name = next(value for key, value in message.header.fields.items() if key.name == "member")
        if name == "Notify":
            _, replaces, _, title, text, *_ = message.body
            self.shown.append((replaces, title, text))
            self._connection.send(new_method_return(message, "u", (7,)))
        elif name == "CloseNotification":
            self.taken_back += 1
            self._connection.send(new_method_return(message))


@contextmanager
def notifications() -> Iterator[Notifications]:
    """Run a bus with such a service until the block is left."""
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"], stdout=subprocess.PIPE, text=True
    )
    assert daemon.stdout is not None
    with daemon.stdout as announced:
        found = Notifications(announced.readline().strip())
    try:
        yield found
    finally:
        daemon.kill()
        daemon.wait()
        found.close()
