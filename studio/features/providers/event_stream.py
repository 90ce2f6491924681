"""Server-sent events as a provider sends them, cut out of bytes that arrive in any pieces."""


class EventStream:
    """Feed it what arrives; it returns the data of every event that became whole (WHATWG HTML, 9.2)."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> list[bytes]:
        """Take in more bytes. Return the data of each whole event, in order."""
        text = self._rest + chunk
        if b"\r" in text:
            # A final CR may be half of a line's end: it waits for the next piece.
            held = b"\r" if text.endswith(b"\r") else b""
            text = text[: len(text) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        else:
            held = b""
        *events, rest = text.split(b"\n\n")
        self._rest = rest + held
        return [data for event in events if (data := _data(event)) is not None]

    def finish(self) -> list[bytes]:
        """Return the data of a last event whose blank line never came."""
        rest, self._rest = self._rest.rstrip(b"\r\n"), b""
        data = _data(rest)
        return [] if data is None else [data]


def _data(event: bytes) -> bytes | None:
    if event.startswith(b"data: ") and b"\n" not in event:
        # Nearly every event of every provider.
        return event[6:]
    lines = [line[5:].removeprefix(b" ") for line in event.split(b"\n") if line.startswith(b"data:")]
    return b"\n".join(lines) if lines else None
