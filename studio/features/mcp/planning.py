"""What would be run or reached for a server, in one line that hides nothing."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath

from studio.features.mcp.models import MASK, Known, PlannedServer, ServerSettings, Setting
from studio.features.mcp.registry import missing_program
from studio.kit.addresses import read_url
from studio.kit.characters import show_hidden
from studio.kit.errors import InvalidInput

STEERING = frozenset(
    """
    PATH LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT DYLD_INSERT_LIBRARIES DYLD_LIBRARY_PATH NODE_OPTIONS NODE_PATH PYTHONPATH
    PYTHONSTARTUP PYTHONHOME PERL5OPT RUBYOPT BASH_ENV ENV GIT_SSH_COMMAND JAVA_TOOL_OPTIONS
    NPM_CONFIG_REGISTRY NPM_CONFIG_USERCONFIG UV_INDEX_URL UV_DEFAULT_INDEX UV_EXTRA_INDEX_URL UV_INDEX UV_CONFIG_FILE
    PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_CONFIG_FILE DOCKER_HOST
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
    for name, one in [*settings.env.items(), *settings.headers.items()]:
        if one.value == MASK and not one.secret:
            raise InvalidInput(f"{MASK!r} stands for a secret value, so {name!r} cannot have it as its own.")
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
    for name, one in settings.env.items():
        if one.secret and name.upper() in STEERING:
            raise InvalidInput(f"{name!r} can make it run something else, so its value is shown and cannot be secret.")


def locate_command(settings: ServerSettings) -> str:
    """Return the command. One that is a path begins where the server is started, one that is a name is looked for."""
    if PurePath(settings.command).name == settings.command:
        return settings.command
    return str(Path(settings.cwd or Path.home(), settings.command))


def exact_line(settings: ServerSettings) -> str:
    """Return all that would be run or reached as one line; secret values are `***`. No two settings have the same."""
    if settings.transport == "http":
        headers = [f"{name}: {_shown(one)}" for name, one in sorted(settings.headers.items())]
        return _spell_out(" ".join([settings.url, *(shlex.quote(header) for header in headers)]))
    words = [f"{name}={_quoted(one)}" for name, one in sorted(settings.env.items())]
    words += [_quote_command(settings.command), *(shlex.quote(word) for word in settings.args)]
    folder = f"cd {shlex.quote(settings.cwd)} && " if settings.cwd else ""
    return _spell_out(folder + " ".join(words))


def _quote_command(command: str) -> str:
    """Return the command as a shell takes it, with quotes also where it would be taken for a variable or an address."""
    quoted = shlex.quote(command)
    return f"'{command}'" if quoted == command and re.search("[=:]", command) else quoted


def _spell_out(text: str) -> str:
    """Return text that hides nothing, and from which the text itself can be told to the letter."""
    return show_hidden(text.replace("[U+", "[U+005B]U+").replace("\r", "[U+000D]"))


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
        needs=settings.command if is_started and missing_program(locate_command(settings)) else "",
        warnings=list(_warnings(settings)),
    )


def _reach(settings: ServerSettings, known: Sequence[Known]) -> str:
    """Return in a few words what a server gets at. Of a program that nobody knows: all that its user may."""
    for one in known:
        is_same = one.url == settings.url if one.url else _runs(settings, one)
        if one.transport == settings.transport and is_same and one.reaches:
            return one.reaches
    if settings.transport == "http":
        return read_url(settings.url).hostname or ""
    return "everything that you may do on this machine"


def _runs(settings: ServerSettings, known: Known) -> bool:
    """Return whether just the package of a known server is run, in whichever version.

    An option before it, a folder with packages of its own or a variable that is not the server's could replace it.
    """
    is_as_known = settings.command == known.command and not settings.cwd
    variables = {variable.name for variable in known.env}
    return is_as_known and settings.env.keys() <= variables and _package(settings.args) == _package(known.args)


def _package(arguments: Sequence[str]) -> Sequence[str]:
    """Return the arguments of a runner up to the package, which is the first that is no option, without its version."""
    for count, word in enumerate(arguments):
        if not word.startswith("-"):
            return [*arguments[:count], PINNED.sub("", word)]
    return arguments


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
