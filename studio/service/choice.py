"""Which of the systems that start services is here."""

from __future__ import annotations

import getpass
import os
import shutil
import sys

from studio.kit.processes import search_path
from studio.service import launchd, systemd, task_scheduler
from studio.service.registration import Launch, NoService, Registration


def registration_of(launch: Launch, platform: str = sys.platform) -> Registration:
    """Return how the system of this machine is told of Studio.

    Raises:
        NoService: there is none that Studio knows.
    """
    match platform:
        case "win32":
            found = task_scheduler.register(launch, getpass.getuser())
        case "darwin":
            found = launchd.register(launch, os.getuid())
        case _:
            found = systemd.register(launch)
    if shutil.which(found.status[0], path=search_path()) is None:
        raise NoService(
            f"There is no `{found.status[0]}` here, so nothing was done. Have `{' '.join(launch.command)}` started by "
            "what starts programs on this machine."
        )
    return found
