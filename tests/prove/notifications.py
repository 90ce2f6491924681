"""A session bus of one's own, and what a desktop has on it: a service that shows notices."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from jeepney import DBusAddress, HeaderFields, MessageType, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection

Kind = TypeVar("Kind", bound="Service")

SERVICE = "org.freedesktop.Notifications"


class Service:
    """Something on a bus that answers by a name, in a thread of its own."""

    def __init__(self, bus: str, name: str) -> None:
        self.bus, self.name = bus, name
        self._connection: DBusConnection = open_dbus_connection(bus)
        self._connection.send_and_get_reply(message_bus.RequestName(name))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Let go of the bus, which is gone."""
        self._thread.join(10)
        self._connection.close()

    def answer(self, message: Any, member: str) -> None:
        """Do what a method is for, and reply."""
        raise NotImplementedError

    def _serve(self) -> None:
        with suppress(OSError, EOFError):
            while True:
                message = self._connection.receive()
                if message.header.message_type is MessageType.method_call:
                    self.answer(message, message.header.fields[HeaderFields.member])


class Notifications(Service):
    """What was shown, as `(replaces, title, text)`, and how many were taken back."""

    def __init__(self, bus: str) -> None:
        self.shown: list[tuple[int, str, str]] = []
        self.taken_back = 0
        super().__init__(bus, SERVICE)

    def click(self) -> None:
        """Follow the last notice as a person does."""
        place = DBusAddress("/org/freedesktop/Notifications", interface=SERVICE)
        self._connection.send(new_signal(place, "ActionInvoked", "us", (7, "default")))

    def answer(self, message: Any, member: str) -> None:
        if member == "Notify":
            _, replaces, _, title, text, *_ = message.body
            self.shown.append((replaces, title, text))
            self._connection.send(new_method_return(message, "u", (7,)))
        elif member == "CloseNotification":
            self.taken_back += 1
            self._connection.send(new_method_return(message))


@contextmanager
def on_a_bus(kind: type[Kind]) -> Iterator[Kind]:
    """Run a bus with a service of this kind until the block is left."""
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"], stdout=subprocess.PIPE, text=True
    )
    assert daemon.stdout is not None
    with daemon.stdout as announced:
        found = kind(announced.readline().strip())
    try:
        yield found
    finally:
        daemon.kill()
        daemon.wait()
        found.close()
