"""SIGKILL at random moments of turns: nothing that was told is lost, and everything opens again."""

from __future__ import annotations

import asyncio
import json
import os
import random
import sqlite3
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.prove.count import count
from tests.provider import Calls, FixtureProvider, Round, Say
from tests.support.program import Program, start

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(3600)]

KILLS = count(4)
LONGEST_SECONDS = 0.9
"""About how long a turn takes: the moment of the kill is anywhere in it, or a little later."""


def choose(body: dict[str, Any]) -> Round:
    """Say something, read twice at once, run a command, then answer."""
    since = [m for m in body["messages"][_last_question(body["messages"]) :] if m["role"] == "tool"]
    mark = body["messages"][_last_question(body["messages"])]["content"]
    if not since:
        reads = Calls([("list_files", {"path": "."}), ("read_file", {"path": "notes.txt"})])
        return Round([Say(["I will ", "look."]), reads], delay_seconds=0.004)
    if len(since) == 2:
        return Round([Calls([("terminal", {"command": f"echo {mark} >> effects.txt"})])], delay_seconds=0.004)
    return Round([Say([f"word{n} " for n in range(40)])], delay_seconds=0.004)


def _last_question(messages: list[dict[str, Any]]) -> int:
    return max(number for number, message in enumerate(messages) if message["role"] == "user")


@dataclass
class Told:
    """What a listener heard of one turn before the server died."""

    question: str
    conversation: str = ""
    message: str = ""
    calls: list[str] = field(default_factory=list)
    results: list[tuple[str, str]] = field(default_factory=list)
    text_before_calls: str = ""
    text: str = ""
    done: bool = False

    def hear(self, event: dict[str, Any]) -> None:
        match event:
            case {"conversation": {"id": conversation, "message_id": message}}:
                self.conversation, self.message = conversation, message
            case {"content": text}:
                self.text += text
            case {"tool_call": {"tool_call_id": call_id}}:
                self.text_before_calls = self.text
                self.calls.append(call_id)
            case {"tool_result": {"tool_call_id": call_id, "content": content}}:
                self.results.append((call_id, content))
            case {"done": _}:
                self.done = True


@pytest.fixture
def home(tmp_path: Path) -> Path:
    work = tmp_path / "home" / "work"
    work.mkdir(parents=True)
    (work / "notes.txt").write_text("A note.\n")
    return tmp_path / "home"


@pytest.mark.long
async def test_sigkill_at_any_moment_loses_nothing_that_was_told(home: Path, provider: FixtureProvider) -> None:
    seed = int(os.environ.get("SEED") or random.randrange(1_000_000))
    chance, everything = random.Random(seed), list[Told]()
    print(f"\n{KILLS} kills, SEED={seed}")
    provider.choose = choose
    server = await asyncio.to_thread(start, home)
    await prepare(server, provider)
    interrupted = 0
    for number in range(KILLS):
        last = everything[-1] if everything and chance.random() < 0.6 else None
        body = await continue_after(server, last, anew=chance.random() < 0.5) if last else {}
        told = await be_killed(server, chance.uniform(0, LONGEST_SECONDS), f"turn-{number}", body)
        server = await asyncio.to_thread(start, home)
        check_database(home / "data" / "studio.db")
        if told.conversation:
            everything.append(told)
            interrupted += await check(server, told) == "interrupted"
    async with server.client() as owner:
        for told in everything:
            assert (await owner.get(f"/api/studio/conversations/{told.conversation}")).status_code == 200
            # Whatever was said anew, nothing that was told is out of reach.
            answer = await owner.post(
                f"/api/studio/conversations/{told.conversation}/shown", json={"message_id": told.message}
            )
            assert told.message in [message["id"] for message in answer.json()["messages"]]
    server.process.terminate()
    await asyncio.to_thread(server.process.wait)
    effects = (home / "work" / "effects.txt").read_text().split() if (home / "work" / "effects.txt").exists() else []
    assert len(effects) == len(set(effects)), "A command ran twice."
    finished = sum(told.done for told in everything)
    print(f"{len(everything)} turns were told of, {interrupted} interrupted, {finished} told to be done; all kept.")


async def prepare(server: Program, provider: FixtureProvider) -> None:
    async with server.client() as owner:
        body = {"name": "fixture", "base_url": provider.base_url, "model": "fixture-small"}
        await owner.put("/api/config/provider", json=body)
        rule = {"tool": "terminal", "pattern": "*", "effect": "allow"}
        await owner.post("/api/studio/permissions/rules", json=rule)


async def continue_after(server: Program, told: Told, *, anew: bool) -> dict[str, str]:
    """Return what a request says to go on after a turn, or to ask its question anew."""
    body = {"conversation_id": told.conversation}
    if anew:
        async with server.client() as owner:
            history = (await owner.get(f"/api/chat/history?conversation_id={told.conversation}")).json()["messages"]
        body["replaces"] = history[-2]["id"]
    return body


async def be_killed(server: Program, after_seconds: float, question: str, more: dict[str, str]) -> Told:
    """Ask something, kill the server at a moment, and return what was heard until then."""
    told = Told(question)
    body = {"message": question, "stream": True, "cwd": str(server.home / "work"), **more}
    listening = asyncio.create_task(listen(server, body, told))
    await asyncio.wait({listening}, timeout=after_seconds)
    await asyncio.to_thread(server.kill)
    await listening
    return told


async def listen(server: Program, body: dict[str, Any], told: Told) -> None:
    with suppress(httpx.HTTPError):
        async with server.client() as owner, owner.stream("POST", "/api/chat", json=body) as answer:
            assert answer.status_code == 200
            async for line in answer.aiter_lines():
                if line.startswith("data: "):
                    told.hear(json.loads(line[6:]))


def check_database(path: Path) -> None:
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    # Of the versions of a message, all but one stand back: a kill leaves a replacement made or not made.
    present = dict(db.execute("SELECT version_of, sum(hidden_under IS NOT id) FROM messages GROUP BY version_of"))
    assert {count for version, count in present.items() if version} <= {1}
    db.close()


async def check(server: Program, told: Told) -> str:
    """Find everything that was told in what was kept. Return how the turn ended."""
    async with server.client() as owner:
        history = (await owner.get(f"/api/chat/history?conversation_id={told.conversation}")).json()["messages"]
    asked, answered = history[-2:]
    assert (asked["role"], asked["content"]) == ("user", told.question)
    assert answered["id"] == told.message
    # Two rounds may give the same id to their calls, so it is the order that tells them apart.
    calls = [(call["id"], call["result"]) for call in answered["tool_calls"]]
    assert [call_id for call_id, _ in calls][: len(told.calls)] == told.calls
    assert calls[: len(told.results)] == told.results
    assert answered["content"].startswith(told.text_before_calls.rstrip("\n"))
    if told.done:
        assert (answered["status"], answered["content"]) == ("complete", told.text)
    # Killed between the last write and its telling, an answer may be complete without anybody having heard so.
    assert answered["status"] in {"interrupted", "complete"}
    return answered["status"]


async def test_the_page_is_back_within_two_seconds_of_a_kill(home: Path) -> None:
    server = await asyncio.to_thread(start, home)
    await asyncio.to_thread(server.kill)
    begun = time.monotonic()
    again = await asyncio.to_thread(start, home)
    async with again.client() as owner:
        assert (await owner.get("/api/info")).status_code == 200
    print(f"\nback after {time.monotonic() - begun:.2f} s")
    again.process.terminate()
    await asyncio.to_thread(again.process.wait)
