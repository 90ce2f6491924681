"""Run the corpus against a server over raw sockets, byte for byte as an attacker would send it."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

CORPUS = Path(__file__).with_name("corpus.json")

ANSWER_SECONDS = 10.0
LARGEST_ANSWER = 256 * 1024


@dataclass(frozen=True, slots=True)
class Case:
    """One attack and what must come of it.

    `check` is the line of the defence checklist; `expect` are the statuses that mean it held; `needs` and `forbids` are
    headers of the answer; `lacks` and `contains` are about its body.
    """

    check: int
    name: str
    request: str
    headers: Sequence[Sequence[str]]
    expect: Sequence[int]
    body: str | None = None
    chunked_bytes: int = 0
    needs: Sequence[str] = ()
    forbids: Sequence[str] = ()
    lacks: Sequence[str] = ()
    contains: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attack. `problem` is empty where the server held."""

    case: Case
    status: int
    problem: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came over the wire."""

    status: int
    headers: Mapping[str, str]
    body: str


def load_corpus() -> list[Case]:
    """Return every attack."""
    return [Case(**case) for case in json.loads(CORPUS.read_text(encoding="utf-8"))]


async def attack(address: str, token: str, cases: Sequence[Case]) -> AsyncGenerator[Outcome, None]:
    """Run `cases` against the server at `address`, and yield what came of each.

    A throw-away browser session is opened for the attacks that steal one, and ended afterwards.
    """
    port = urlsplit(address).port or 80
    with tempfile.TemporaryDirectory() as folder:
        words = await _open_session(port, token) | {"folder": folder}
        try:
            for case in cases:
                yield await _run(case, port, words)
        finally:
            await _end_session(port, words)


async def find_canaries(address: str, token: str) -> int:
    """Return how many attacks got through: each would have written a rule of this name."""
    port = urlsplit(address).port or 80
    headers = [("Host", f"127.0.0.1:{port}"), ("Authorization", f"Bearer {token}")]
    answer = await send(port, _spell("GET /api/studio/permissions/rules", headers))
    return sum(rule["tool"] == "attack-canary" for rule in json.loads(answer.body)["rules"])


async def _run(case: Case, port: int, words: Mapping[str, str]) -> Outcome:
    body = _fill(case.body or "", words).encode()
    headers = [(name, _fill(value, words)) for name, value in case.headers]
    if case.body is not None and not any(name == "Content-Length" for name, _ in headers):
        headers.append(("Content-Length", str(len(body))))
    request = _spell(_fill(case.request, words), headers) + body + _chunks(case.chunked_bytes)
    try:
        answer = await send(port, request)
    except (OSError, ValueError, asyncio.IncompleteReadError) as error:
        return Outcome(case, 0, f"no answer ({type(error).__name__})")
    return Outcome(case, answer.status, _judge(case, answer))


def _judge(case: Case, answer: Answer) -> str:
    if answer.status not in case.expect:
        return f"answered with {answer.status} instead of {' or '.join(map(str, case.expect))}"
    problems = [f"the header {name} is missing" for name in case.needs if name not in answer.headers]
    problems += [f"the header {name} is there" for name in case.forbids if name in answer.headers]
    problems += [f"the answer has {text!r}" for text in case.lacks if text in answer.body]
    if case.contains not in answer.body:
        problems.append(f"the answer lacks {case.contains!r}")
    return "; ".join(problems)


def _fill(text: str, words: Mapping[str, str]) -> str:
    for name, value in words.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _spell(request: str, headers: Sequence[tuple[str, str]]) -> bytes:
    method, _, target = request.partition(" ")
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def _chunks(size: int) -> bytes:
    if not size:
        return b""
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    return chunk * (size // 65536) + b"0\r\n\r\n"


async def send(port: int, request: bytes) -> Answer:
    """Send bytes to a port of this machine and return the answer.

    Raises:
        OSError, ValueError, asyncio.IncompleteReadError: none came.
    """
    async with asyncio.timeout(ANSWER_SECONDS):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=LARGEST_ANSWER)
        try:
            writer.write(request)
            return await _read(reader, has_body=not request.startswith(b"HEAD "))
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader, *, has_body: bool) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    length = int(headers.get("content-length", "0")) if has_body else 0
    body = await reader.readexactly(min(length, LARGEST_ANSWER))
    return Answer(int(first.split(" ")[1]), headers, body.decode(errors="replace"))


async def _open_session(port: int, token: str) -> dict[str, str]:
    """Sign a browser in, and return the words that stand in the corpus between braces."""
    link = (await _ask(port, "POST /api/studio/links", {"Authorization": f"Bearer {token}"}, {}))["url"].partition("=")[
        2
    ]
    origin = {"Origin": f"http://127.0.0.1:{port}", "Content-Type": "application/json"}
    body = json.dumps({"link": link}).encode()
    headers = [("Host", f"127.0.0.1:{port}"), *origin.items(), ("Content-Length", str(len(body)))]
    answer = await send(port, _spell("POST /api/studio/session", headers) + body)
    cookie = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
    return {
        "port": str(port),
        "token": token,
        "cookie": cookie,
        "key": json.loads(answer.body)["key"],
        "used_link": link,
    }


async def _end_session(port: int, words: Mapping[str, str]) -> None:
    session = {"Cookie": f"studio_{port}={words['cookie']}", "X-Studio-Key": words["key"]}
    await _ask(port, "DELETE /api/studio/session", {"Origin": f"http://127.0.0.1:{port}", **session}, None)


async def _ask(port: int, request: str, headers: Mapping[str, str], body: object) -> dict[str, Any]:
    data = b"" if body is None else json.dumps(body).encode()
    more = [("Content-Type", "application/json"), ("Content-Length", str(len(data)))] if data else []
    answer = await send(port, _spell(request, [("Host", f"127.0.0.1:{port}"), *headers.items(), *more]) + data)
    return json.loads(answer.body)
