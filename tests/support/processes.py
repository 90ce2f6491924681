"""Programs on the search path of a test, whether what they started still runs, and what this process holds open."""

import gc
import os
from collections.abc import Callable
from pathlib import Path

Put = Callable[[str, str], Path]
"""Put a shell script of this name and these lines on the search path."""


def is_running(pid: int) -> bool:
    """Whether a process is there and is no zombie."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def open_descriptors() -> int:
    """Count the descriptors of this process. What only waits to be collected is closed first: it is no leak."""
    gc.collect()
    return len(os.listdir("/proc/self/fd"))
