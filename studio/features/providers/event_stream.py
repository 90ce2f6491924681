"""Server-sent events as a provider sends them, cut out of bytes that arrive in any pieces."""

LONGEST_EVENT = 16 * 1024 * 1024


class EventTooLong(ValueError):
    """So many bytes came without the blank line that ends an event."""


class EventStream:
    """Feed it what arrives; it returns the data of every event that became whole (WHATWG HTML, 9.2)."""

    def __init__(self) -> None:
        self._rest: list[bytes] = []
        """What belongs to an event whose end has not come: joined when it does, not with every piece."""
        self._size = 0
        self._held = b""
        """A final CR that may be half of a line's end."""

    def feed(self, chunk: bytes) -> list[bytes]:
        """Take in more bytes. Return the data of each whole event, in order.

        Raises:
            EventTooLong: an event has no end.
        """
        text = self._unify_line_ends(chunk)
        ends_here = self._rest and self._rest[-1].endswith(b"\n") and text.startswith(b"\n")
        if b"\n\n" not in text and not ends_here:
            self._keep(text)
            return []
        *events, rest = b"".join([*self._rest, text]).split(b"\n\n")
        self._rest, self._size = [], 0
        self._keep(rest)
        return [data for event in events if (data := _data(event)) is not None]

    def finish(self) -> list[bytes]:
        """Return the data of a last event whose blank line never came."""
        rest = b"".join(self._rest).rstrip(b"\r\n")
        self._rest, self._size, self._held = [], 0, b""
        data = _data(rest)
        return [] if data is None else [data]

    def _unify_line_ends(self, chunk: bytes) -> bytes:
        text = self._held + chunk
        self._held = b""
        if b"\r" in text:
            self._held = b"\r" if text.endswith(b"\r") else b""
            text = text[: len(text) - len(self._held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return text

    def _keep(self, text: bytes) -> None:
        self._size += len(text)
        if self._size > LONGEST_EVENT:
            raise EventTooLong(f"An event is longer than {LONGEST_EVENT} bytes.")
        if text:
            self._rest.append(text)


def _data(event: bytes) -> bytes | None:
    if event.startswith(b"data: ") and b"\n" not in event:
        # Nearly every event of every provider.
        return event[6:]
    lines = [line[5:].removeprefix(b" ") for line in event.split(b"\n") if line.startswith(b"data:")]
    return b"\n".join(lines) if lines else None
