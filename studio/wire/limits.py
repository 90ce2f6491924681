"""How much a caller may send, and how often they may guess."""

from collections import deque
from collections.abc import Callable

from starlette.types import Receive

from studio.kit.errors import BadRequest, TooLarge, TooManyRequests

WINDOW_SECONDS = 60.0


async def read_body(receive: Receive, *, limit: int, declared: int | None) -> bytes:
    """Return the whole body, or stop reading once it is too large. `declared` is its Content-Length, if any.

    Raises:
        TooLarge: it has more than `limit` bytes.
        BadRequest: the caller went away in the middle.
    """
    if declared is not None and declared > limit:
        raise _too_large(limit)
    chunks, size = list[bytes](), 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadRequest("The request ended before its body did.")
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        if not message.get("more_body", False):
            # Nearly every body comes in one piece.
            return b"".join((*chunks, chunk)) if chunks else chunk
        chunks.append(chunk)


def _too_large(limit: int) -> TooLarge:
    size = f"{limit // 1048576} MB" if limit >= 1048576 else f"{limit} bytes"
    return TooLarge(f"The body is larger than the {size} allowed here.")


class Attempts:
    """Failed sign-ins, counted per address. A right credential is never held back by another caller's failures."""

    def __init__(self, now: Callable[[], float], *, allowed: int = 10) -> None:
        self._now = now
        self._allowed = allowed
        self._failures: dict[str, deque[float]] = {}

    def fail(self, address: str) -> None:
        """Count one more failure.

        Raises:
            TooManyRequests: this address failed too often in the last minute.
        """
        now = self._now()
        self._forget(now)
        failures = self._failures.setdefault(address, deque())
        if len(failures) >= self._allowed:
            wait = max(1, round(failures[0] + WINDOW_SECONDS - now))
            raise TooManyRequests(
                f"Too many failed sign-ins. Try again in {wait} seconds.", detail={"retry_after": wait}
            )
        failures.append(now)

    def _forget(self, now: float) -> None:
        for address, failures in list(self._failures.items()):
            while failures and failures[0] <= now - WINDOW_SECONDS:
                failures.popleft()
            if not failures:
                del self._failures[address]
