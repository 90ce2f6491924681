"""The known local providers that are on this machine: which run, which are installed, and how old they are."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

import orjson

from studio.features.providers.known import KNOWN, Known

KNOCK_SECONDS = 0.25
VERSION_SECONDS = 1.0
LONGEST_ANSWER = 10_000
LONGEST_VERSION = 40

NUMBERS = re.compile(r"\d+(?:\.\d+)*")


@dataclass(frozen=True, slots=True)
class Here:
    """The known local providers that are on this machine now, and the versions of those that say theirs."""

    running: Set[str] = frozenset()
    installed: Set[str] = frozenset()
    versions: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def names(self) -> Set[str]:
        """All of them."""
        return self.running | self.installed

    def is_outdated(self, name: str) -> bool:
        """Whether a provider is older than what Studio needs of it."""
        return name in self.versions and _numbers(self.versions[name]) < _numbers(KNOWN[name].oldest)


async def look_around() -> Here:
    """Return what is on this machine now. Nothing but its usual ports and the search path is looked at."""
    local = {name: known for name, known in KNOWN.items() if known.is_local}
    installed = asyncio.to_thread(_find_installed, local)
    answers = await asyncio.gather(*map(_knock, (_port(known) for known in local.values())))
    running = {name for name, is_open in zip(local, answers, strict=True) if is_open}
    asked = [name for name in running if local[name].oldest]
    said = await asyncio.gather(*(_ask_version(_port(local[name])) for name in asked))
    versions = {name: version for name, version in zip(asked, said, strict=True) if version}
    return Here(running, await installed, versions)


def _port(known: Known) -> int:
    return urlsplit(known.base_url).port or 0


def _find_installed(local: Mapping[str, Known]) -> set[str]:
    return {name for name, known in local.items() if known.program and shutil.which(known.program)}


async def _knock(port: int) -> bool:
    try:
        async with asyncio.timeout(KNOCK_SECONDS):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


async def _ask_version(port: int) -> str:
    """Return the version that what listens there says it has, as Ollama does; empty where it says none."""
    try:
        async with asyncio.timeout(VERSION_SECONDS):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                # After an answer to HTTP/1.0 the connection is closed, so there is nothing to count.
                writer.write(b"GET /api/version HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
                answer = await _read_all(reader)
            finally:
                writer.close()
        said: object = orjson.loads(answer.partition(b"\r\n\r\n")[2])
    except (OSError, ValueError, TimeoutError):
        return ""
    version = cast("dict[str, object]", said).get("version") if isinstance(said, dict) else None
    return version if isinstance(version, str) and len(version) <= LONGEST_VERSION and NUMBERS.match(version) else ""


async def _read_all(reader: asyncio.StreamReader) -> bytes:
    answer = b""
    while len(answer) < LONGEST_ANSWER and (piece := await reader.read(LONGEST_ANSWER)):
        answer += piece
    return answer


def _numbers(version: str) -> tuple[int, ...]:
    found = NUMBERS.match(version)
    return tuple(map(int, found[0].split("."))) if found else ()
