"""What can be found out about the machine without asking any program."""

import platform
import sys
from functools import cache


@cache
def os_name() -> str:
    """Return what people call this operating system: `Debian GNU/Linux 12 (bookworm)`, `Windows 11`, `macOS 15.1`."""
    if sys.platform == "darwin":
        return f"macOS {platform.mac_ver()[0]}"
    if sys.platform == "win32":
        return f"Windows {platform.release()}"
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    except OSError:
        return "Linux"


def memory() -> tuple[int, int]:
    """Return the bytes this process has in memory now, and the most it ever had."""
    if sys.platform == "win32":
        return 0, 0
    import resource  # noqa: PLC0415 -- Windows has none

    unit = 1 if sys.platform == "darwin" else 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * resource.getpagesize(), most
    except OSError:
        return most, most
