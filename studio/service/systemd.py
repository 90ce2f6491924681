"""systemd's manager of a user's own services. See systemd.service(5), systemd.kill(5), systemd.syntax(7)."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from studio.service.registration import Launch, Registration

UNIT = "studio.service"

TEMPLATE = """\
[Unit]
Description=Studio, the home base of a developer who works with AI agents
StartLimitIntervalSec=60
StartLimitBurst=5

[Service]
Type=exec
ExecStart={command}
{environment}Restart=on-failure
RestartSec=5
# Shells outlive the server: their keeper is a process of this unit, and only the server itself is ended with it.
KillMode=process
# Nor is the server ended for a program in a shell that took too much memory.
OOMPolicy=continue
TimeoutStopSec=30
# It greets with a link that signs a browser in, and a journal has more readers than one.
StandardOutput=null

[Install]
WantedBy=default.target
"""


def register(launch: Launch, environment: Mapping[str, str] = os.environ) -> Registration:
    """Return how a user's systemd is told of Studio."""
    folder = Path(environment.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    systemctl = ("systemctl", "--user")
    return Registration(
        system="systemd",
        file=folder / "systemd" / "user" / UNIT,
        content=unit(launch.command, launch.environment).encode(),
        register=((*systemctl, "daemon-reload"), (*systemctl, "enable", UNIT)),
        start=(*systemctl, "start", UNIT),
        status=(*systemctl, "is-active", UNIT),
        unregister=((*systemctl, "disable", "--now", UNIT),),
        afterwards=((*systemctl, "daemon-reload"),),
        notes=(
            "It starts when you sign in and ends, with its terminals, when you sign out of everything. "
            "`loginctl enable-linger` lets it run from start to shutdown of the machine.",
        ),
    )


def unit(command: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return a unit that runs a command, whose every word and value is printable."""
    variables = "".join(f"Environment={_quote(f'{name}={value}')}\n" for name, value in sorted(environment.items()))
    program, *arguments = command
    # No variable is put into the path of the program itself.
    words = [_quote(program), *map(_quote_argument, arguments)]
    return TEMPLATE.format(command=" ".join(words), environment=variables)


def _quote_argument(word: str) -> str:
    """Return a word of a command line. Unlike other values, these have variables put into them."""
    return _quote(word.replace("$", "$$"))


def _quote(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return escaped if escaped == word and not set(" ';") & set(word) else f'"{escaped}"'
