"""What a model is told beside the conversation: mentioned files, trusted folders, the role the person chose."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.features.settings.personas import list_personas
from tests.provider import FixtureProvider
from tests.provider.script import say

pytestmark = pytest.mark.anyio


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "home"
    (place / "notes").mkdir(parents=True)
    (place / "notes" / "plan.md").write_text("The plan.")
    (place / "README.md").write_text("The other readme.")
    monkeypatch.setenv("HOME", str(place))
    return place


async def ask(owner: httpx.AsyncClient, provider: FixtureProvider, message: str, cwd: Path) -> tuple[str, str, Any]:
    """Send a message; return the system prompt, what the provider was told of it, and the answer."""
    provider.script = [say("Yes.")]
    answer = await owner.post("/api/chat", json={"message": message, "cwd": str(cwd)})
    assert answer.status_code == 200, answer.text
    system, *_, question = provider.received[-1].body["messages"]
    return system["content"], question["content"], answer.json()


async def test_mentioned_files_are_told_and_the_message_is_kept_as_it_was_typed(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, folder: Path, home: Path
) -> None:
    del home
    message = "Compare @README.md, with @notes/plan.md and @~/notes/plan.md please; me@example.com"
    _, told, answer = await ask(owner, with_provider, message, folder)
    assert told.startswith(
        "Compare \n[Fichier: README.md]\n# Example\n\nA small project.\n\n[Fin du fichier: README.md]\n,"
    )
    assert told.count("\nThe plan.\n") == 2
    assert told.endswith("please; me@example.com")
    history = await owner.get("/api/chat/history", params={"conversation_id": answer["conversation_id"]})
    assert history.json()["messages"][0]["content"] == message


@pytest.mark.parametrize(
    ("mention", "problem"),
    [
        ("@none.md", "fichier non trouve"),
        ("@/etc/hosts.conf", "fichier non trouve"),
        ("@../../../../etc/ld.so.conf", "fichier non trouve"),
        ("@outside.txt", "fichier non trouve"),
        ("@app.env", "lecture refusee par une regle"),
        ("@~/.ssh/key.txt", "lecture refusee par une regle"),
        ("@picture.png", "pas du texte"),
        ("@folder.d", "fichier non trouve"),
    ],
)
async def test_a_mention_that_cannot_be_read_says_why(
    owner: httpx.AsyncClient,
    with_provider: FixtureProvider,
    folder: Path,
    home: Path,
    tmp_path: Path,
    mention: str,
    problem: str,
) -> None:
    (home / ".ssh").mkdir()
    (home / ".ssh" / "key.txt").write_text("canary")
    (tmp_path / "elsewhere.txt").write_text("canary")
    (folder / "outside.txt").symlink_to(tmp_path / "elsewhere.txt")
    (folder / "app.env").write_text("canary")
    (folder / "picture.png").write_bytes(b"\x89PNG\0canary")
    (folder / "folder.d").mkdir()
    _, told, _ = await ask(owner, with_provider, f"See {mention}", folder)
    assert told == f"See {mention} (erreur: {problem})"


async def test_one_message_takes_in_a_bounded_amount(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, folder: Path
) -> None:
    for number in range(30):
        (folder / f"big{number}.txt").write_text("é" * 45_000)
    message = " ".join([*(f"@big{number}.txt" for number in range(30)), *(["@big0.txt"] * 1500)])
    _, told, _ = await ask(owner, with_provider, message, folder)
    assert told.count("é") == 8 * 45_000
    assert told.endswith("@big0.txt")
    _, told, _ = await ask(owner, with_provider, "See (@README.md) and @" + "x" * 300 + ".md", folder)
    assert "(\n[Fichier: README.md]\n# Example" in told


async def test_a_long_file_is_cut(owner: httpx.AsyncClient, with_provider: FixtureProvider, folder: Path) -> None:
    (folder / "long.txt").write_text("é" * 60_000)
    _, told, _ = await ask(owner, with_provider, "@long.txt", folder)
    assert told.count("é") == 50_000
    assert "(tronque a 50Ko)" in told


async def test_the_instructions_of_a_folder_count_once_it_is_trusted(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, folder: Path
) -> None:
    below = folder / "src"
    (folder.parent / "AGENTS.md").write_text("Never told.")
    (folder / "AGENTS.md").write_text("Use tabs.")
    (folder / "CLAUDE.md").symlink_to(folder / "AGENTS.md")
    (below / "CLAUDE.md").write_text("Use spaces here.")
    (below / "AGENTS.md").symlink_to("/etc/hosts")
    assert "Use tabs" not in (await ask(owner, with_provider, "Hello", below))[0]
    assert (await owner.post("/api/studio/permissions/folders", json={"path": str(folder)})).status_code == 201
    system, _, _ = await ask(owner, with_provider, "Hello", below)
    assert system.count("Use tabs.") == 1
    assert system.index("Use tabs.") < system.index("Use spaces here.")
    assert "Never told" not in system
    assert "localhost" not in system
    await owner.post("/api/studio/permissions/folders/forget", json={"path": str(folder)})
    assert "Use tabs" not in (await ask(owner, with_provider, "Hello", below))[0]


async def test_a_persona_changes_what_the_model_is_told(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, folder: Path
) -> None:
    listed = (await owner.get("/api/config")).json()["bmad"]["personas"]
    assert {"analyst", "architect", "developer", "tester"} <= {persona["id"] for persona in listed}
    for persona in list_personas():
        changed = await owner.put("/api/config/profile", json={"persona": persona.id})
        assert changed.json()["bmad"]["active"] == persona.id
        assert persona.prompt in (await ask(owner, with_provider, "Hello", folder))[0]
    refused = await owner.put("/api/config/profile", json={"persona": "wizard"})
    assert refused.status_code == 422
    await owner.put("/api/config/profile", json={"persona": None})
    assert "You work as" not in (await ask(owner, with_provider, "Hello", folder))[0]
