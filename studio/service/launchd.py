"""launchd, which starts the agents of a user on macOS. See launchd.plist(5), launchctl(1). Not tried on a Mac yet."""

from __future__ import annotations

import plistlib
from pathlib import Path

from studio.service.registration import Launch, Registration

LABEL = "studio.server"


def register(launch: Launch, uid: int) -> Registration:
    """Return how launchd is told of Studio. A file in its folder is read at every sign-in."""
    file = Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist"
    domain = f"gui/{uid}"
    return Registration(
        system="launchd",
        file=file,
        content=agent(launch),
        start=("launchctl", "bootstrap", domain, str(file)),
        status=("launchctl", "print", f"{domain}/{LABEL}"),
        unregister=(("launchctl", "bootout", f"{domain}/{LABEL}"),),
        notes=("It starts when you sign in, and ends when you sign out.",),
    )


def agent(launch: Launch) -> bytes:
    """Return the property list that starts Studio and lets its shells outlive it."""
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(launch.command),
            "EnvironmentVariables": dict(launch.environment),
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "AbandonProcessGroup": True,
            "ProcessType": "Interactive",
            "ThrottleInterval": 10,
        }
    )
