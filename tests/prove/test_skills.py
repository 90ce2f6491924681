"""Skills and their real peers: the reference validator judges the corpus, Claude Code sees what is deployed for it."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.features.test_skill_corpus import CORPUS
from tests.provider import FixtureProvider, Round
from tests.provider.script import call, say
from tests.support.program import client_of, program, run_cli
from tests.support.skills import put_skill

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "build" / "skills-ref" / "bin" / "python"
CLAUDE = ROOT / "build" / "clients" / "node_modules" / ".bin" / "claude"
PATIENCE_SECONDS = 120
WORD = "oolong-4711"

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

JUDGE = """
import json, sys
from pathlib import Path
from skills_ref.validator import validate
print(json.dumps({str(path): validate(path) for path in Path(sys.argv[1]).glob("*/*")}))
"""


@pytest.mark.skipif(not REFERENCE.exists(), reason="needs skills-ref, which `make prove-skills` installs")
def test_the_reference_judges_the_corpus_in_the_same_way(tmp_path: Path) -> None:
    places = {}
    for number, case in enumerate(CORPUS):
        if "/" in case.name:
            # No folder can have this name.
            continue
        folder = tmp_path / str(number) / case.name
        folder.mkdir(parents=True)
        (folder / "SKILL.md").write_bytes(case.text.encode())
        places[str(folder)] = case
    ran = subprocess.run([REFERENCE, "-c", JUDGE, tmp_path], capture_output=True, text=True, check=True)
    judged = json.loads(ran.stdout)
    assert set(judged) == set(places)
    differing = {case.name for path, case in places.items() if bool(judged[path]) is not bool(case.errors)}
    assert differing == {case.name for case in CORPUS if case.differs}
    print(
        f"\n{len(judged)} skills judged by the reference, {len(differing)} otherwise, each for a reason that is said."
    )


class Model:
    """What stands behind Claude Code: it notes whether the skill is told of, loads it, and says what came of it."""

    def __init__(self) -> None:
        self.told = list[str]()

    def choose(self, body: dict[str, Any]) -> Round:
        said = json.dumps(body["messages"]) + json.dumps(body.get("system", "")) + json.dumps(body.get("tools", []))
        self.told.append(said)
        if not any(tool["name"] == "Skill" for tool in body.get("tools", [])):
            return say("A title")
        if "Warm the pot first" in said:
            return say("It was loaded.")
        if "brew-tea" not in said:
            return say("There is no such skill.")
        return call(("Skill", {"skill": "brew-tea"}))


@pytest.mark.skipif(not CLAUDE.exists(), reason="needs Claude Code, which `make prove-skills` installs")
@pytest.mark.parametrize("mode", ["link", "copy"])
async def test_claude_code_sees_a_skill_that_is_deployed_for_it(
    tmp_path: Path, provider: FixtureProvider, mode: str
) -> None:
    home, work, model = tmp_path / "home", tmp_path / "work", Model()
    work.mkdir()
    provider.choose = model.choose
    put_skill(home / "data" / "skills", "brew-tea", f"Brews {WORD}. Use when tea is wanted.", "Warm the pot first.")
    with program(home) as server:
        more = ["--copy"] if mode == "copy" else []
        status, said, errors = await run_cli(home, "skills", "deploy", "brew-tea", "claude-code", "--yes", *more)
        assert status == 0, said + errors
        assert (home / ".claude" / "skills" / "brew-tea").is_symlink() is (mode == "link")
        assert "It was loaded." in await ask_claude(home, work, provider)
        assert any(WORD in told for told in model.told)
        status, said, errors = await run_cli(home, "skills", "undeploy", "brew-tea", "claude-code", "--yes")
        assert status == 0, said + errors
        assert "There is no such skill." in await ask_claude(home, work, provider)
        async with client_of(server) as owner:
            assert (await owner.get("/api/skills/brew-tea")).json()["deployments"] == []


async def ask_claude(home: Path, work: Path, provider: FixtureProvider) -> str:
    node = Path(shutil.which("node") or "").parent
    environment = {
        "PATH": f"{CLAUDE.parent}:{node}:/usr/bin:/bin",
        "HOME": str(home),
        "LANG": os.environ.get("LANG", "C.UTF-8"),
        "ANTHROPIC_BASE_URL": provider.anthropic_url,
        "ANTHROPIC_API_KEY": "dummy",
        "ANTHROPIC_MODEL": "fixture-small",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    }
    process = await asyncio.create_subprocess_exec(
        *("claude", "-p", "Please brew some tea.", "--allowedTools", "Skill"),
        cwd=work,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return output.decode()
