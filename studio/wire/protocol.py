"""HTTP/1.1 as uvicorn speaks it, with bounds on what a caller may send, and how slowly, before anybody is asked who."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from studio.wire.answers import JsonAnswer

LARGEST_HEAD = 64 * 1024
HEAD_SECONDS = 10.0
"""How long a connection may take to bring a whole head, from its first byte; a new one from its beginning."""

BODY_SECONDS = 30.0
"""How long a body may stand still."""

LINGER_SECONDS = 2.0
"""How long a refused caller is listened to without being heard: one that is cut off while it sends reads no answer."""


class BoundedHttp(HttpToolsProtocol):
    """Ends connections that send framing without end, or that stop in the middle of a request.

    Framing is whatever the parser takes in and makes nothing of yet: a head that is not whole, the extensions of a
    chunk, trailers. It counts bytes before they are parsed, because the parser tells of a header when that is whole.
    """

    # Connections that do nothing unusual share these; `_was_asked` says that `cycle` is there.
    _framing_bytes = 0
    _in_head = False
    _in_body = False
    _progressed = False
    _was_asked = False
    _refused = False
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._set_deadline(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._clear_deadline()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in bytes, no more at a time than may be framing."""
        while data and self._is_ours():
            room = LARGEST_HEAD - self._framing_bytes
            self._take(data[:room])
            data = data[room:]
            if self._framing_bytes >= LARGEST_HEAD and self._is_ours():
                self._refuse(431, "head_too_large", f"The head has more than {LARGEST_HEAD // 1024} kB.")
                return
        self._watch()

    def _take(self, piece: bytes) -> None:
        self._progressed = False
        super().data_received(piece)
        self._framing_bytes = 0 if self._progressed else self._framing_bytes + len(piece)

    def _is_ours(self) -> bool:
        """Return whether the connection still speaks HTTP here: it may be refused, closing, or a socket by now."""
        return not (self._refused or self.transport.is_closing()) and self.transport.get_protocol() is self

    def on_message_begin(self) -> None:
        """Note that a head begins."""
        self._in_head = True
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take in a header; one that comes after the body is none."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Note that a body begins, if only an empty one."""
        self._in_head, self._in_body, self._progressed = False, True, True
        super().on_headers_complete()
        # A request for a socket has no cycle.
        self._was_asked = bool(self.cycle)

    def on_body(self, body: bytes) -> None:
        """Take in a piece of the body."""
        self._progressed = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that the body is whole."""
        self._in_body, self._progressed = False, True
        super().on_message_complete()

    def _watch(self) -> None:
        """Set the clock for what has to come next."""
        if self._refused:
            return
        if not self._is_ours():
            self._clear_deadline()
        elif self._in_body:
            self._set_deadline(BODY_SECONDS)
        elif not (self._in_head or self._framing_bytes):
            self._clear_deadline()
        elif self._deadline is None:
            self._set_deadline(HEAD_SECONDS)

    def _set_deadline(self, seconds: float) -> None:
        self._clear_deadline()
        self._deadline = self.loop.call_later(seconds, self._give_up)

    def _clear_deadline(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        if self._in_body and self.flow.read_paused:
            # It is we who do not read.
            self._set_deadline(BODY_SECONDS)
        elif self._is_ours() and (self._in_head or self._in_body):
            self._refuse(408, "too_slow", "The request did not come in time.")
        else:
            # Browsers open connections before they need them, and an answer would be taken for that of a later request.
            self.transport.close()

    def _refuse(self, status: int, code: str, sentence: str) -> None:
        """Answer, where no answer has begun, and close."""
        if not self._may_answer():
            self.transport.close()
            return
        answer = JsonAnswer({"error": sentence, "code": code}, status, {"Connection": "close"})
        head = b"".join([name + b": " + value + b"\r\n" for name, value in answer.raw_headers])
        self.transport.write(STATUS_LINE[status] + head + b"\r\n" + bytes(answer.body))
        if self._in_body:
            self.transport.close()
            return
        self._refused = True
        self.transport.write_eof()
        self._set_deadline(LINGER_SECONDS)

    def _may_answer(self) -> bool:
        """Return whether nothing of an answer has been sent, neither to this request nor to one before it."""
        if not self._was_asked:
            return True
        if self._in_body:
            return not (self.pipeline or self.cycle.response_started)
        return self.cycle.response_complete
