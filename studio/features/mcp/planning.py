"""What would be run or reached for a server, in one line that hides nothing."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from studio.features.mcp.models import MASK, Known, PlannedServer, ServerSettings, Setting
from studio.features.mcp.registry import missing_program
from studio.kit.addresses import read_url
from studio.kit.characters import show_hidden
from studio.kit.errors import InvalidInput

STEERING = frozenset(
    """
    PATH LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT DYLD_INSERT_LIBRARIES DYLD_LIBRARY_PATH NODE_OPTIONS NODE_PATH PYTHONPATH
    PYTHONSTARTUP PYTHONHOME PERL5OPT RUBYOPT BASH_ENV ENV GIT_SSH_COMMAND JAVA_TOOL_OPTIONS
    """.split()  # noqa: SIM905 -- a list would be twenty lines
)
"""Variables that make a program run what somebody else chose."""

RUNNERS = frozenset({"npx", "uvx", "bunx", "pnpm", "yarn", "pipx", "docker", "podman"})
SHELLS = frozenset({"sh", "bash", "zsh", "dash", "fish", "cmd", "cmd.exe", "powershell", "pwsh"})

PINNED = re.compile(r"(?<=.)(@|==|:)[~^]?\d[\w.+-]*$|@sha256:[0-9a-f]{64}$")


def check(settings: ServerSettings) -> None:
    """Look whether settings are those of a server.

    Raises:
        InvalidInput: they are not.
    """
    if settings.transport == "http":
        if settings.command or settings.args or settings.env or settings.cwd:
            raise InvalidInput("A server at an address has no command, arguments, environment or folder.")
        read_url(settings.url)
        return
    if settings.url or settings.headers:
        raise InvalidInput("A server that is started has no address and no headers.")
    if not settings.command.strip():
        raise InvalidInput("A server that is started needs a command.")
    if settings.cwd and not PurePath(settings.cwd).is_absolute():
        raise InvalidInput(f"'cwd' must be the full path of a folder; {settings.cwd!r} is not.")


def exact_line(settings: ServerSettings) -> str:
    """Return all that would be run or reached as one line; secret values are `***`."""
    if settings.transport == "http":
        headers = [f"{name}: {_shown(one)}" for name, one in sorted(settings.headers.items())]
        return show_hidden(" ".join([settings.url, *(shlex.quote(header) for header in headers)]))
    words = [f"{name}={_quoted(one)}" for name, one in sorted(settings.env.items())]
    words += [shlex.quote(word) for word in (settings.command, *settings.args)]
    folder = f"cd {shlex.quote(settings.cwd)} && " if settings.cwd else ""
    return show_hidden(folder + " ".join(words))


def plan(name: str, settings: ServerSettings, known: Sequence[Known]) -> PlannedServer:
    """Return what a person is shown before anything is run."""
    is_started = settings.transport == "stdio"
    return PlannedServer(
        name=name,
        transport=settings.transport,
        exact=exact_line(settings),
        argv=[settings.command, *settings.args] if is_started else [],
        cwd=settings.cwd,
        url=settings.url,
        env=sorted(settings.env),
        headers=sorted(settings.headers),
        reaches=_reach(settings, known),
        needs=missing_program(settings.command) if is_started else "",
        warnings=list(_warnings(settings)),
    )


def _reach(settings: ServerSettings, known: Sequence[Known]) -> str:
    """Return in a few words what a server gets at. Of a program that nobody knows: all that its user may."""
    for one in known:
        is_same = one.url == settings.url if one.url else settings.command == one.command and _names(settings, one)
        if one.transport == settings.transport and is_same and one.reaches:
            return one.reaches
    if settings.transport == "http":
        return read_url(settings.url).hostname or ""
    return "everything that you may do on this machine"


def _names(settings: ServerSettings, known: Known) -> bool:
    """Return whether the arguments name the package of a known server."""
    packages = {_package(word) for word in known.args if not word.startswith("-")} - {"", "."}
    return bool(packages & {_package(word) for word in settings.args})


def _package(word: str) -> str:
    return PINNED.sub("", word)


def _warnings(settings: ServerSettings) -> Sequence[str]:
    if settings.transport == "http":
        secure = settings.url.startswith("https://")
        host = read_url(settings.url).hostname
        near = host in {"localhost", "127.0.0.1", "::1"}
        return [] if secure or near else [f"What is said to {host!r} can be read on the way: it has no https."]
    said = ["It runs with all your rights: nothing keeps it to what it says it does."]
    program = PurePath(settings.command).name
    if program in SHELLS:
        said.append(f"{program!r} is a shell: its arguments are commands.")
    if program in RUNNERS:
        said.append(f"{program!r} fetches a program from the network and runs it.")
        if not any(PINNED.search(word) for word in settings.args):
            said.append("No version is named, so tomorrow it may be another program.")
    steering = sorted(STEERING & {name.upper() for name in settings.env})
    if steering:
        said.append(f"{', '.join(steering)} can make it run something else.")
    if show_hidden(line := " ".join((settings.command, *settings.args))) != line:
        said.append("There are characters in it that are not shown as what they are.")
    return said


def _shown(setting: Setting) -> str:
    return MASK if setting.secret else setting.value


def _quoted(setting: Setting) -> str:
    return MASK if setting.secret else shlex.quote(setting.value)


def mask(settings: ServerSettings) -> ServerSettings:
    """Return settings as they are told: no secret value is in them."""
    return settings.model_copy(update={"env": _mask_all(settings.env), "headers": _mask_all(settings.headers)})


def _mask_all(values: Mapping[str, Setting]) -> dict[str, Setting]:
    return {name: Setting(value=MASK, secret=True) if one.secret else one for name, one in values.items()}
