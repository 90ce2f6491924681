"""The other end of a session bus: the bus itself, and a desktop on it, with notices and icons."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from jeepney import DBusAddress, HeaderFields, MessageType, new_error, new_method_call, new_method_return, new_signal
from jeepney.io.threading import DBusConnection, ReceiveStopped

BUS = "org.freedesktop.DBus"
WATCHER = "org.kde.StatusNotifierWatcher"

OWNER = ":1.9"
"""The connection of whatever the desktop has on the bus."""


class Desktop:
    """What was asked of it is in `asked`, each with what came along, and the signals that were sent in `told`."""

    def __init__(self) -> None:
        ours, self._socket = socket.socketpair()
        self.line = DBusConnection(ours)
        self._line = DBusConnection(self._socket)
        self.has_watcher = self.has_host = True
        self.asked: list[tuple[str, tuple[Any, ...]]] = []
        self.told: list[tuple[str, tuple[Any, ...]]] = []
        self._replies: dict[int, Future[Any]] = {}
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def registered(self) -> list[str]:
        """Return the names of the items that made themselves known."""
        return [body[0] for member, body in self.asked if member == "RegisterStatusNotifierItem"]

    def ask(self, path: str, interface: str, member: str, signature: str = "", *body: object) -> Any:
        """Ask an object of the program, and return what it answers, or the name of its error."""
        message = new_method_call(DBusAddress(path, "a.b", interface), member, signature or None, body)
        serial = next(self._line.outgoing_serial)
        reply = self._replies[serial] = Future()
        self._line.send(message, serial=serial)
        found = reply.result(30)
        if found.header.message_type is MessageType.error:
            return found.header.fields[HeaderFields.error_name]
        return found.body

    def signal(self, interface: str, member: str, signature: str = "", *body: object, sender: str = OWNER) -> None:
        message = new_signal(DBusAddress("/", interface=interface), member, signature or None, body)
        message.header.fields[HeaderFields.sender] = sender
        self._line.send(message)

    def change_watcher(self, *, is_there: bool) -> None:
        """Have the watcher leave, or another come."""
        self.has_watcher = is_there
        owners = ("", OWNER) if is_there else (OWNER, "")
        self.signal(BUS, "NameOwnerChanged", "sss", WATCHER, *owners, sender=BUS)

    def leave(self) -> None:
        """Be gone, as when a person signs out."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(30)

    def close(self) -> None:
        """Leave, and wait for those who listened."""
        self.leave()
        for thread in threading.enumerate():
            if thread.name == "session bus":
                thread.join(30)
        self._line.close()
        self.line.close()

    def _serve(self) -> None:
        with suppress(OSError, ReceiveStopped):
            while True:
                message = self._line.receive()
                fields = message.header.fields
                if message.header.message_type is MessageType.method_call:
                    self._answer(message, fields[HeaderFields.destination], fields[HeaderFields.member])
                elif message.header.message_type is MessageType.signal:
                    self.told.append((fields[HeaderFields.member], message.body))
                else:
                    self._replies[fields[HeaderFields.reply_serial]].set_result(message)

    def _answer(self, message: Any, service: str, member: str) -> None:
        self.asked.append((member, message.body))
        if service == WATCHER and not self.has_watcher:
            self._line.send(new_error(message, "org.freedesktop.DBus.Error.ServiceUnknown"))
        elif member == "GetNameOwner":
            self._line.send(new_method_return(message, "s", (BUS if message.body == (BUS,) else OWNER,)))
        elif member == "Notify":
            self._line.send(new_method_return(message, "u", (7,)))
        elif member == "Get":
            self._line.send(new_method_return(message, "v", (("b", self.has_host),)))
        else:
            self._line.send(new_method_return(message))


@contextmanager
def desktop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    """Have the next session bus lead to such a desktop."""
    found = Desktop()
    monkeypatch.setattr("jeepney.io.threading.open_dbus_connection", lambda _: found.line)
    try:
        yield found
    finally:
        found.close()
