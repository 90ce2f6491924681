"""Programs that a test puts on the search path, and whether what they started still runs."""

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
