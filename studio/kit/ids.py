"""Names for new things: UUIDv7, so that they sort by the time they were made."""

import os
import threading
import time

_LOCK = threading.Lock()
_last = 0


def uuid7() -> str:
    """Return a new UUIDv7 (RFC 9562) as 36 characters. Ids of one process always ascend."""
    global _last  # noqa: PLW0603 -- the sequence belongs to the process
    with _LOCK:
        # 48 bits of milliseconds and 12 bits of a finer clock; a tie moves on by one, so that order is kept.
        nanoseconds = time.time_ns()
        tick = (nanoseconds // 1_000_000 << 12) | (nanoseconds % 1_000_000 * 4096 // 1_000_000)
        _last = tick = max(tick, _last + 1)
    noise = int.from_bytes(os.urandom(8), "big") >> 2
    value = (tick >> 12) << 80 | 0x7 << 76 | (tick & 0xFFF) << 64 | 0b10 << 62 | noise
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class Ids:
    """Where new ids come from."""

    def create(self, prefix: str) -> str:
        """Return a new id that begins with `prefix` and an underscore: `msg_0199…`."""
        return f"{prefix}_{uuid7().replace('-', '')}"
