"""The session bus of a Linux desktop: what asks its services, hears their signals and answers what they ask us.

One thread reads and answers; another hears signals, one after the other, and may ask in its turn.
"""

from __future__ import annotations

import importlib
import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from typing import TypeAlias

from studio.desktop.pane import Foreign

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 5.0

ERRORS = "org.freedesktop.DBus.Error"
PROPERTIES = "org.freedesktop.DBus.Properties"

Value: TypeAlias = tuple[str, object]
"""What knows its own type: a signature of D-Bus, and what is of it."""

Answer: TypeAlias = tuple[str, tuple[object, ...]]
"""The signature of several values, and they."""

NOTHING: Answer = ("", ())


class NoBus(RuntimeError):
    """There is no session bus, or nobody on it who answers."""


@dataclass(frozen=True, slots=True)
class Address:
    """One interface of an object that a service has."""

    service: str
    path: str
    interface: str


BUS = Address("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")


@dataclass(frozen=True, slots=True)
class Offer:
    """One interface of an object of ours. It is asked in the thread that reads, so it asks nobody in its turn."""

    path: str
    interface: str
    methods: Mapping[str, Callable[..., Answer]]
    properties: Callable[[], Mapping[str, Value]]


@dataclass(frozen=True, slots=True)
class Listener:
    """What is done about one signal of a service, where the first thing that it brings is `first`, if not None."""

    source: Address
    member: str
    first: str | None
    do: Callable[..., object]


class SessionBus:
    """A connection to the session bus. `on_end` is called once it breaks off, unless we close it.

    Raises:
        NoBus: there is none.
    """

    def __init__(self, *, on_end: Callable[[], object] = lambda: None) -> None:
        try:
            # On Linux only, and not loaded by whoever has no window.
            self._jeepney: Foreign = importlib.import_module("jeepney")
            threads: Foreign = importlib.import_module("jeepney.io.threading")
            self._line = threads.open_dbus_connection("SESSION")
        except Exception as error:
            # What it makes of an address that it cannot use, or of a bus that breaks off at once, is not said anywhere.
            raise NoBus(f"the session bus is not there: {error}") from error
        self._stopped: type[Exception] = threads.ReceiveStopped
        self._on_end = on_end
        self._asked = dict[int, Future[Foreign]]()
        self._methods = dict[tuple[str, str, str], Callable[..., Answer]]()
        self._properties = dict[tuple[str, str], Callable[[], Mapping[str, Value]]]()
        self._listeners = list[Listener]()
        self._to_do = SimpleQueue[Callable[[], object] | None]()
        self._is_over = False
        for work in (self._read, self._work):
            threading.Thread(target=work, name="session bus", daemon=True).start()

    def close(self) -> None:
        """Let the connection go, and every name with it."""
        self._on_end = lambda: None
        self._line.interrupt()

    def call(self, to: Address, member: str, signature: str = "", body: tuple[object, ...] = ()) -> Foreign:
        """Ask a service, and return what it answers.

        Raises:
            NoBus: it does not answer, or it refuses.
        """
        place = self._jeepney.DBusAddress(to.path, bus_name=to.service, interface=to.interface)
        message = self._jeepney.new_method_call(place, member, signature or None, body)
        serial = next(self._line.outgoing_serial)
        answer = self._asked[serial] = Future[Foreign]()
        try:
            if self._is_over:
                raise BrokenPipeError
            self._line.send(message, serial=serial)
            reply = answer.result(PATIENCE_SECONDS)
        except (OSError, TimeoutError) as error:
            raise NoBus(f"nobody answers for {to.service}") from error
        finally:
            self._asked.pop(serial, None)
        if reply.header.message_type is self._jeepney.MessageType.error:
            raise NoBus(f"{to.service} refused: {reply.header.fields.get(self._jeepney.HeaderFields.error_name)}")
        return reply.body

    def get(self, of: Address, name: str) -> Foreign:
        """Return a property of a service.

        Raises:
            NoBus: it does not answer, or has none.
        """
        ((_, value),) = self.call(Address(of.service, of.path, PROPERTIES), "Get", "ss", (of.interface, name))
        return value

    def listen(self, source: Address, member: str, do: Callable[..., object], *, first: str | None = None) -> None:
        """Do something about each signal of a service from now on, with what it brings. Its path does not matter.

        Raises:
            NoBus: the bus is gone.
        """
        self._listeners.append(Listener(source, member, first, do))
        rule = self._jeepney.MatchRule(type="signal", sender=source.service, interface=source.interface, member=member)
        if first is not None:
            rule.add_arg_condition(0, first)
        self.call(BUS, "AddMatch", "s", (rule.serialise(),))

    def later(self, do: Callable[[], object]) -> None:
        """Do something after what was heard until now, and before what is heard next."""
        self._to_do.put(do)

    def own(self, name: str) -> None:
        """Be found by a name.

        Raises:
            NoBus: the bus is gone, or refuses it.
        """
        self.call(BUS, "RequestName", "su", (name, 0))

    def offer(self, offer: Offer) -> None:
        """Answer whoever asks an object of ours."""
        self._properties[offer.path, offer.interface] = offer.properties
        for member, do in offer.methods.items():
            self._methods[offer.path, offer.interface, member] = do

    def tell(self, offer: Offer, member: str, signature: str = "", body: tuple[object, ...] = ()) -> None:
        """Send a signal of an object of ours to whoever listens, if anybody can."""
        place = self._jeepney.DBusAddress(offer.path, interface=offer.interface)
        self._send(self._jeepney.new_signal(place, member, signature or None, body))

    def _send(self, message: Foreign) -> None:
        with suppress(OSError):
            self._line.send(message)

    def _read(self) -> None:
        try:
            while True:
                self._take(self._line.receive())
        except (OSError, self._stopped) as reason:
            log.debug("The session bus is gone: %s", reason)
        except Exception:
            log.exception("What came over the session bus could not be read")
        self._is_over = True
        self._line.close()
        for answer in [*self._asked.values()]:
            answer.set_exception(BrokenPipeError())
        self._to_do.put(None)

    def _take(self, message: Foreign) -> None:
        kinds, fields = self._jeepney.MessageType, message.header.fields
        if message.header.message_type is kinds.signal:
            self._to_do.put(partial(self._hear, message))
        elif message.header.message_type is kinds.method_call:
            reply = self._answer(message)
            if not message.header.flags & self._jeepney.MessageFlag.no_reply_expected:
                self._send(reply)
        elif answer := self._asked.pop(fields.get(self._jeepney.HeaderFields.reply_serial), None):
            answer.set_result(message)

    def _answer(self, message: Foreign) -> Foreign:
        fields, names = message.header.fields, self._jeepney.HeaderFields
        do = self._find_method(fields[names.path], fields.get(names.interface, ""), fields[names.member])
        if do is None:
            return self._jeepney.new_error(message, f"{ERRORS}.UnknownMethod")
        try:
            signature, body = do(*message.body)
            return self._jeepney.new_method_return(message, signature or None, body)
        except (LookupError, TypeError):
            return self._jeepney.new_error(message, f"{ERRORS}.InvalidArgs")
        except Exception:
            log.exception("'%s' could not be answered on the session bus", fields[names.member])
            return self._jeepney.new_error(message, f"{ERRORS}.Failed")

    def _find_method(self, path: str, interface: str, member: str) -> Callable[..., Answer] | None:
        if interface == PROPERTIES:
            return {"Get": partial(self._get_own, path), "GetAll": partial(self._get_all, path)}.get(member)
        return self._methods.get((path, interface, member))

    def _get_own(self, path: str, interface: str, name: str) -> Answer:
        return "v", (self._properties[path, interface]()[name],)

    def _get_all(self, path: str, interface: str) -> Answer:
        return "a{sv}", (dict(self._properties[path, interface]()),)

    def _work(self) -> None:
        while do := self._to_do.get():
            try:
                do()
            except Exception:
                # Nobody would hear the next one.
                log.exception("What was heard on the session bus could not be followed")
        self._on_end()

    def _hear(self, message: Foreign) -> None:
        fields, names = message.header.fields, self._jeepney.HeaderFields
        for one in [*self._listeners]:
            is_meant = (one.source.interface, one.member) == (fields.get(names.interface), fields.get(names.member))
            if not is_meant or one.first not in (None, *message.body[:1]):
                continue
            if self._is_from(one.source.service, fields.get(names.sender)):
                one.do(*message.body)

    def _is_from(self, service: str, sender: str | None) -> bool:
        """Return whether the sender is who is found by the name of a service. Anybody can send to us what it says."""
        with suppress(NoBus):
            return self.call(BUS, "GetNameOwner", "s", (service,)) == (sender,)
        return False
