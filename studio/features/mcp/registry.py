"""The servers that Studio knows of: `registry.json`, and `server.json` files in a folder of one's own."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import orjson
from pydantic import ConfigDict, Field, ValidationError

from studio.features.mcp.models import Known, Variable
from studio.kit.characters import show_hidden
from studio.kit.models import Model, describe
from studio.kit.processes import search_path

REGISTRY = Path(__file__).with_name("registry.json")

LARGEST_FILE = 1024 * 1024
MOST_FILES = 200

RUNNERS: Mapping[str, tuple[str, Sequence[str], str]] = {
    "npm": ("npx", ("-y",), "@"),
    "pypi": ("uvx", (), "@"),
    "oci": ("docker", ("run", "-i", "--rm"), ":"),
}
"""What runs a package of each kind: the program, what stands before the package, and what parts it from its version."""


@cache
def known_servers() -> tuple[Known, ...]:
    """Return every server that Studio itself knows of."""
    entries: list[dict[str, Any]] = orjson.loads(REGISTRY.read_bytes())
    return tuple(Known.model_validate(entry) for entry in entries)


def read_folder(folder: Path) -> tuple[list[Known], list[str]]:
    """Return the servers that `server.json` files of a folder describe, and which files could not be read, and why.

    They have the format of the official registry, version 2025-12-11.
    """
    found, problems = list[Known](), list[str]()
    for file in sorted(folder.glob("*.json"))[:MOST_FILES]:
        try:
            if file.stat().st_size > LARGEST_FILE:
                problems.append(f"{file.name} has more than {LARGEST_FILE // 1024} kB.")
                continue
            found.append(_known(_ServerFile.model_validate_json(file.read_bytes()), source=str(file)))
        except ValidationError as error:
            problem = describe(error.errors(include_url=False, include_context=False, include_input=False))
            problems.append(f"{file.name}: {problem}")
        except OSError as error:
            problems.append(f"{file.name} cannot be read: {error.strerror}.")
        except _Unusable as error:
            problems.append(f"{file.name}: {error}")
    return found, problems


def missing_program(command: str) -> str:
    """Return the program that is missing to start a server; empty where none is."""
    return "" if not command or shutil.which(command, path=search_path()) else command


class _Unusable(Exception):
    """A file describes nothing that can be connected to."""


class _Part(Model):
    model_config = ConfigDict(extra="ignore", populate_by_name=True)


class _Input(_Part):
    name: str = Field(default="", max_length=200)
    description: str = Field(default="", max_length=2000)
    required: bool = Field(default=False, alias="isRequired")
    secret: bool = Field(default=False, alias="isSecret")
    value: str = Field(default="", max_length=4096)
    default: str = Field(default="", max_length=4096)


class _Argument(_Input):
    type: Literal["positional", "named"] = "positional"
    hint: str = Field(default="", alias="valueHint", max_length=200)


class _Place(_Part):
    type: Literal["stdio", "streamable-http", "sse"]
    url: str = Field(default="", max_length=4096)
    headers: list[_Input] = Field(default_factory=list[_Input], max_length=50)


Registry = Annotated[str, Field(alias="registryType", max_length=40)]


class _Package(_Part):
    registry: Registry
    identifier: str = Field(max_length=1000)
    version: str = Field(default="", max_length=200)
    before: list[_Argument] = Field(default_factory=list[_Argument], alias="runtimeArguments", max_length=100)
    after: list[_Argument] = Field(default_factory=list[_Argument], alias="packageArguments", max_length=100)
    env: list[_Input] = Field(default_factory=list[_Input], alias="environmentVariables", max_length=100)
    transport: _Place


class _ServerFile(_Part):
    name: str = Field(max_length=300)
    title: str = Field(default="", max_length=200)
    description: str = Field(default="", max_length=2000)
    version: str = Field(default="", max_length=200)
    home: str = Field(default="", alias="websiteUrl", max_length=2000)
    packages: list[_Package] = Field(default_factory=list[_Package], max_length=50)
    remotes: list[_Place] = Field(default_factory=list[_Place], max_length=50)


def _known(file: _ServerFile, *, source: str) -> Known:
    told = {
        "name": _short_name(file.name),
        "title": show_hidden(file.title or file.name),
        "description": show_hidden(file.description),
        "version": file.version,
        "home": file.home,
        "source": source,
    }
    for package in file.packages:
        if package.transport.type == "stdio" and package.registry in RUNNERS:
            return Known.model_validate(told | _started(package))
    for remote in file.remotes:
        if remote.type == "streamable-http" and remote.url:
            headers = [_variable(one) for one in remote.headers]
            return Known.model_validate(told | {"transport": "http", "url": remote.url, "headers": headers})
    raise _Unusable("it describes no npm, PyPI or OCI package that speaks stdio, and no streamable HTTP address.")


def _started(package: _Package) -> dict[str, Any]:
    program, first, joint = RUNNERS[package.registry]
    is_pinned = package.version and not package.identifier.endswith(f"{joint}{package.version}")
    name = f"{package.identifier}{joint}{package.version}" if is_pinned else package.identifier
    before, after = _spell(package.before), _spell(package.after)
    args = [*first, *(one for one in before if one not in first), name, *after]
    return {"transport": "stdio", "command": program, "args": args, "env": [_variable(one) for one in package.env]}


def _spell(arguments: Sequence[_Argument]) -> list[str]:
    words = list[str]()
    for one in arguments:
        value = one.value or one.default
        if one.type == "named":
            words += [one.name, value] if value else [one.name]
        else:
            words.append(value or f"<{one.hint or one.name}>")
    return words


def _variable(one: _Input) -> Variable:
    return Variable(name=one.name, description=show_hidden(one.description), required=one.required, secret=one.secret)


def _short_name(name: str) -> str:
    """Return a name that a server can have here: of `io.github.somebody/weather-mcp` the last part."""
    last = re.sub(r"[^a-z0-9]+", "-", name.rpartition("/")[2].lower()).strip("-")
    return last[:40].strip("-") or "server"
