"""HTTP/1.1 as uvicorn speaks it, with a bound on the head of a request."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD = 64 * 1024


class HeadTooLarge(ValueError):
    """The caller sends headers without end."""


class BoundedHttp(HttpToolsProtocol):
    """Refuses a head that has more than 64 kB, before it is whole."""

    def on_message_begin(self) -> None:
        """Begin to count."""
        self._head_bytes = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Count the address."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header."""
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def _count(self, more: int) -> None:
        self._head_bytes += more
        if self._head_bytes > LARGEST_HEAD:
            # The parser makes a refusal with status 400 of it.
            raise HeadTooLarge
