"""What a desktop has for icons beside the clock: a watcher that knows them, and a host that draws them."""

from __future__ import annotations

from typing import Any

from jeepney import DBusAddress, new_error, new_method_call, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from tests.prove.notifications import Service

WATCHER = "org.kde.StatusNotifierWatcher"
ITEM = ("/StatusNotifierItem", "org.kde.StatusNotifierItem")
MENU = "com.canonical.dbusmenu"
PROPERTIES = "org.freedesktop.DBus.Properties"


class Watcher(Service):
    """The watcher, and a host that draws the last item that came. `items` are all that did, by their names."""

    def __init__(self, bus: str) -> None:
        self.items: list[str] = []
        super().__init__(bus, WATCHER)
        self._host = open_dbus_connection(bus)

    def close(self) -> None:
        self._host.close()
        super().close()

    def leave(self) -> None:
        """Be no longer found, as when a desktop's panel crashes."""
        self._connection.send(message_bus.ReleaseName(WATCHER))

    def come(self) -> None:
        """Be found again."""
        self._connection.send(message_bus.RequestName(WATCHER))

    def answer(self, message: Any, member: str) -> None:
        if member == "RegisterStatusNotifierItem":
            self.items.append(message.body[0])
            self._connection.send(new_method_return(message))
        elif member == "Get" and message.body[1] == "IsStatusNotifierHostRegistered":
            self._connection.send(new_method_return(message, "v", (("b", True),)))
        else:
            self._connection.send(new_error(message, "org.freedesktop.DBus.Error.UnknownMethod"))

    def described(self) -> dict[str, Any]:
        """Return what the item says of itself."""
        (found,) = self._ask(ITEM[0], PROPERTIES, "GetAll", "s", ITEM[1])
        return {name: value for name, (_, value) in found.items()}

    def activate(self) -> None:
        """Click the icon."""
        self._ask(*ITEM, "Activate", "ii", 0, 0)

    def entries(self) -> dict[str, int]:
        """Return the numbers of the menu's entries by their labels."""
        _, (_, _, inside) = self._ask(self.described()["Menu"], MENU, "GetLayout", "iias", 0, -1, [])
        return {item[1]["label"][1]: item[0] for _, item in inside if "label" in item[1]}

    def choose(self, label: str) -> None:
        """Click an entry of the menu."""
        self._ask(self.described()["Menu"], MENU, "Event", "isvu", self.entries()[label], "clicked", ("s", ""), 0)

    def _ask(self, path: str, interface: str, member: str, signature: str, *body: object) -> Any:
        place = DBusAddress(path, self.items[-1], interface)
        reply = self._host.send_and_get_reply(new_method_call(place, member, signature, body), timeout=10)
        return reply.body
