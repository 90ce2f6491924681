"""What can be found out about the machine without asking any program."""

import getpass
import os
import platform
import shutil
import sys
from functools import cache
from typing import Literal

PACKAGE_MANAGERS = (
    *("apt-get", "dnf", "pacman", "zypper", "apk", "nix", "brew", "port", "winget", "scoop", "choco"),
    *("npm", "pnpm", "yarn", "bun", "pip", "pip3", "uv", "pipx", "conda", "cargo"),
)


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


def is_wsl() -> bool:
    """Return whether this is Linux inside Windows."""
    return "microsoft" in platform.release().lower()


def os_kind() -> Literal["linux", "darwin", "windows"]:
    """Return which kind of system this is; every other Unix counts as Linux."""
    return "windows" if sys.platform == "win32" else "darwin" if sys.platform == "darwin" else "linux"


def user_shell() -> str:
    """Return the path of the shell that the user signs in with; empty where it is not known."""
    if sys.platform == "win32":
        return os.environ.get("COMSPEC", "")
    import pwd  # noqa: PLC0415 -- Windows has none

    try:
        return pwd.getpwuid(os.getuid()).pw_shell
    except KeyError:
        return os.environ.get("SHELL", "")


def user_name() -> str:
    """Return the name of the user, or its number where it has no name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getuid()) if sys.platform != "win32" else ""


def package_managers() -> list[str]:
    """Return the package managers that are here."""
    return [name for name in PACKAGE_MANAGERS if shutil.which(name)]


def memory_bytes() -> int:
    """Return how much memory the machine has."""
    # 33 ms: only those who look pay for it.
    import psutil  # noqa: PLC0415

    return psutil.virtual_memory().total
