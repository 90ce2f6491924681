"""Real programs in place of stand-ins: Claude Code, run by `claude_run`, with a fixture provider behind it."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.provider import FixtureProvider, Round
from tests.provider.script import call, say
from tests.support.program import Program, client_of, program

ROOT = Path(__file__).parents[2]
BIN = ROOT / "build" / "clients" / "node_modules" / ".bin"

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not (BIN / "claude").exists(), reason="needs Claude Code, which `make prove-clients` installs"),
]

TASKS = 4
SECONDS = 3.0
"""How long the model behind Claude Code takes: long enough to see how many run at once."""


@dataclass
class Model:
    """What stands behind Claude Code: has it write a file into `folder`, and notes when each task began and ended."""

    folder: Path
    began: dict[str, float] = field(default_factory=dict[str, float])
    ended: dict[str, float] = field(default_factory=dict[str, float])

    def choose(self, body: dict[str, Any]) -> Round:
        said = json.dumps(body["messages"])
        name = next((f"task{number}" for number in range(TASKS) if f"task{number}" in said), "other")
        self.began.setdefault(name, time.monotonic())
        if "tool_result" in said or not any(tool["name"] == "Write" for tool in body.get("tools", [])):
            self.ended[name] = time.monotonic()
            return say(f"Wrote {name}.")
        path = str(self.folder / f"{name}.txt")
        return call(("Write", {"file_path": path, "content": name}), delay_seconds=SECONDS / 10)

    def most_at_once(self) -> int:
        moments = sorted([(at, 1) for at in self.began.values()] + [(at, -1) for at in self.ended.values()])
        running, most = 0, 0
        for _, change in moments:
            running += change
            most = max(most, running)
        return most


@pytest.fixture
def with_claude(tmp_path: Path, provider: FixtureProvider) -> Iterator[Program]:
    """A server whose machine has Claude Code, set up to ask `provider`."""
    home = tmp_path / "home"
    (home / ".claude").mkdir(parents=True)
    behind = {
        "ANTHROPIC_BASE_URL": provider.anthropic_url,
        "ANTHROPIC_API_KEY": "dummy",
        "ANTHROPIC_MODEL": "fixture-small",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    }
    (home / ".claude" / "settings.json").write_text(json.dumps({"env": behind}))
    node = Path(shutil.which("node") or "").parent
    with program(home, PATH=f"{BIN}:{node}:/usr/bin:/bin") as started:
        yield started


async def test_claude_code_is_run_four_times_and_two_at_once(
    with_claude: Program, provider: FixtureProvider, folder: Path
) -> None:
    model = Model(folder)
    provider.choose = model.choose
    async with client_of(with_claude) as owner:
        owner.timeout = 200
        calls = [_delegate(owner, number, folder) for number in range(TASKS)]
        answers = await asyncio.gather(*calls)
    for number, answer in enumerate(answers):
        assert answer["content"].startswith(f"Wrote task{number}."), answer
        assert not answer["is_error"]
        assert (folder / f"task{number}.txt").read_text() == f"task{number}"
    assert model.most_at_once() == 2
    paths = {request.path.partition("?")[0] for request in provider.received}
    assert "/v1/messages" in paths


async def _delegate(owner: Any, number: int, folder: Path) -> dict[str, Any]:
    task = f"Write the file task{number}.txt with the word task{number} in it."
    body = {"name": "claude_run", "args": {"task": task}, "cwd": str(folder), "confirm": True}
    answer = await owner.post("/api/tool/call", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()
