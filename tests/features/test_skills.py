"""Skills: found, judged, shown with who sees them, saved and removed."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.cli import SKILL_CLIENT_NAMES
from studio.features.skills.service import SHIPPED, Skills
from studio.features.skills.validation import read_skill
from tests.provider import FixtureProvider, Round
from tests.provider.script import call, say
from tests.support.app import RunningApp
from tests.support.processes import Put
from tests.support.skills import put_skill, spell_skill

pytestmark = pytest.mark.anyio


@pytest.fixture
def home() -> Path:
    return Path.home()


async def listed(owner: httpx.AsyncClient, folder: Path | None = None) -> dict[str, dict[str, Any]]:
    """Return every skill but those that come with Studio, by its path."""
    query = {"folder": str(folder)} if folder else {}
    answer = await owner.get("/api/skills", params=query)
    assert answer.status_code == 200, answer.text
    return {one["path"]: one for one in answer.json()["skills"] if one["scope"] != "studio"}


async def test_a_skill_is_found_with_who_sees_it(owner: httpx.AsyncClient, home: Path) -> None:
    path = put_skill(home / ".claude/skills", "pdf", "Reads PDF files.")
    (home / ".config/opencode").mkdir(parents=True)
    assert await listed(owner) == {
        str(path): {
            "name": "pdf",
            "description": "Reads PDF files.",
            "path": str(path),
            "scope": "personal",
            "valid": True,
            "seen_by": ["studio", "claude-code", "opencode"],
            "trusted": True,
            "enabled": True,
            "link": "",
            "problems": 0,
            "hidden_in": [],
            "same_as": [],
            "differs_from": [],
            "folder_trust": "",
        }
    }


async def test_those_that_come_with_studio_are_valid(owner: httpx.AsyncClient) -> None:
    skills = (await owner.get("/api/skills")).json()["skills"]
    assert {one["scope"] for one in skills} == {"studio"}
    assert [one for one in skills if not one["valid"] or one["problems"]] == []


async def test_a_skill_is_shown_with_all_it_has(studio: RunningApp, owner: httpx.AsyncClient, home: Path) -> None:
    put_skill(home / ".claude/skills", "pdf", "Reads PDF files.", **{"scripts/read.py": "print(1)\n"})
    detail = (await owner.get("/api/skills/pdf")).json()
    assert [(file["path"], file["kind"]) for file in detail["files"]] == [
        ("SKILL.md", "instructions"),
        ("scripts/read.py", "script"),
    ]
    file = await owner.get("/api/skills/pdf/file", params={"file": "scripts/read.py"})
    assert file.json() == {"path": "scripts/read.py", "content": "print(1)\n"}
    assert (await owner.get("/api/skills/none")).status_code == 404
    del studio


class Reader:
    """A model that picks a skill by its description, loads it, reads the file it names, and says what that says."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.systems = list[str]()

    def choose(self, body: dict[str, Any]) -> Round:
        messages = body["messages"]
        self.systems.append(messages[0]["content"])
        results = [one["content"] for one in messages if one["role"] == "tool"]
        if not results:
            lines = messages[0]["content"].splitlines()
            picked = next((line for line in lines if line.startswith("- ") and self.word in line), None)
            return call(("skill", {"name": picked[2:].partition(":")[0]})) if picked else say("No skill fits.")
        if len(results) == 1:
            return call(("skill", {"name": "brew-tea", "file": "references/leaves.md"}))
        return say(results[1].strip())


async def chat(owner: httpx.AsyncClient, folder: Path) -> str:
    answer = await owner.post("/api/chat", json={"message": "Please make tea.", "cwd": str(folder)}, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()["content"]


TEA = {"references/leaves.md": "Three minutes for green leaves.\n"}


async def test_a_model_picks_a_skill_by_its_description_and_uses_a_file_of_it(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, home: Path, folder: Path
) -> None:
    put_skill(home / ".agents/skills", "brew-tea", "Brews oolong and other tea.", "See references/leaves.md.", **TEA)
    with_provider.choose = Reader("oolong").choose
    assert await chat(owner, folder) == "Three minutes for green leaves."


async def test_a_skill_of_a_project_does_nothing_before_the_folder_is_trusted(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, folder: Path
) -> None:
    (folder / ".git").mkdir()
    put_skill(folder / ".claude/skills", "brew-tea", "Brews oolong tea.", **TEA)
    reader = Reader("oolong")
    with_provider.choose = reader.choose
    # Also from a folder below the project's.
    assert await chat(owner, folder / "src") == "No skill fits."
    assert "brew-tea" not in reader.systems[0]
    refused = await owner.post(
        "/api/tool/call", json={"name": "skill", "args": {"name": "brew-tea"}, "cwd": str(folder)}
    )
    assert refused.json()["is_error"]
    [one] = (await listed(owner, folder)).values()
    assert (one["trusted"], one["folder_trust"], one["seen_by"]) == (False, str(folder), [])
    denied = await owner.post("/api/skills/deploy", json={"name": "brew-tea", "targets": ["shared"]})
    assert denied.status_code == 404
    await owner.post("/api/studio/permissions/folders", json={"path": str(folder)})
    assert await chat(owner, folder / "src") == "Three minutes for green leaves."
    [one] = (await listed(owner, folder)).values()
    assert (one["trusted"], one["folder_trust"], one["seen_by"]) == (True, "", ["studio"])


async def test_a_skill_that_is_switched_off_is_told_to_nobody(
    owner: httpx.AsyncClient, with_provider: FixtureProvider, home: Path, folder: Path
) -> None:
    put_skill(home / ".agents/skills", "brew-tea", "Brews oolong tea.")
    await owner.post("/api/skills/switch", json={"name": "brew-tea", "enabled": False})
    with_provider.choose = Reader("oolong").choose
    assert await chat(owner, folder) == "No skill fits."
    [one] = (await listed(owner)).values()
    assert (one["enabled"], one["seen_by"]) == (False, [])
    await owner.post("/api/skills/switch", json={"name": "brew-tea", "enabled": True})
    [one] = (await listed(owner)).values()
    assert (one["enabled"], one["seen_by"]) == (True, ["studio"])


@pytest.mark.parametrize(
    "file", ["../../secret.txt", "/etc/passwd", "linked.txt", "notes/../../x", ".env", "deep/.env"]
)
async def test_a_file_of_a_skill_lies_in_it_and_is_no_secret(
    owner: httpx.AsyncClient, home: Path, folder: Path, file: str
) -> None:
    skill = put_skill(home / ".agents/skills", "pdf", "Reads.", **{".env": "KEY=canary", "deep/.env": "KEY=canary"})
    (home / ".agents" / "secret.txt").write_text("canary")
    (skill / "linked.txt").symlink_to(home / ".agents" / "secret.txt")
    body = {"name": "skill", "args": {"name": "pdf", "file": file}, "cwd": str(folder), "confirm": True}
    answer = await owner.post("/api/tool/call", json=body)
    assert answer.status_code == 403 or answer.json()["is_error"], answer.text
    assert "canary" not in answer.text


async def use_skill(owner: httpx.AsyncClient, folder: Path, **args: str) -> httpx.Response:
    body = {"name": "skill", "args": args, "cwd": str(folder), "confirm": True}
    return await owner.post("/api/tool/call", json=body)


async def test_a_rule_on_a_skill_holds_however_its_name_is_given(
    owner: httpx.AsyncClient, home: Path, folder: Path
) -> None:
    put_skill(home / ".agents/skills", "pay", "Pays.", "The canary sings.")
    await owner.post("/api/studio/permissions/rules", json={"tool": "skill", "pattern": "pay", "effect": "deny"})
    for name in ("pay", " pay", "pay ", "\tpay", "pay\n"):
        assert "canary" not in (await use_skill(owner, folder, name=name)).text


async def test_a_rule_on_files_holds_for_those_of_skills(owner: httpx.AsyncClient, home: Path, folder: Path) -> None:
    skill = put_skill(
        home / ".agents/skills", "pay", "Pays.", "Open.", **{"private/pin.txt": "canary", "open.txt": "2"}
    )
    (home / ".claude/skills").mkdir(parents=True)
    (home / ".claude/skills/pay").symlink_to(skill)
    rule = {"tool": "read_file", "pattern": f"{skill}/private*", "effect": "deny"}
    await owner.post("/api/studio/permissions/rules", json=rule)
    assert (await use_skill(owner, folder, name="pay", file="private/pin.txt")).status_code == 403
    assert (await use_skill(owner, folder, name="pay", file="open.txt")).json()["content"] == "2"
    assert "Open." in (await use_skill(owner, folder, name="pay")).json()["content"]
    await owner.post("/api/studio/permissions/rules", json=rule | {"pattern": f"{skill}/SKILL.md"})
    assert (await use_skill(owner, folder, name="pay")).status_code == 403


async def test_skills_of_studio_itself_are_read_though_its_folder_is_private(
    studio: RunningApp, owner: httpx.AsyncClient, folder: Path
) -> None:
    library = Path((await owner.put("/api/skills/pay", json={"content": spell_skill("pay", "Pays.")})).json()["path"])
    (library / "open.txt").write_text("2")
    assert (await use_skill(owner, folder, name="pay", file="open.txt")).json()["content"] == "2"
    rule = {"tool": "read_file", "pattern": f"{library}/*", "effect": "deny"}
    await owner.post("/api/studio/permissions/rules", json=rule)
    assert (await use_skill(owner, folder, name="pay", file="open.txt")).status_code == 403
    del studio


async def test_what_a_model_is_told_is_bounded_and_shows_what_is_hidden(
    studio: RunningApp, home: Path, folder: Path
) -> None:
    for number in range(400):
        put_skill(home / ".agents/skills", f"skill-number-{number}", f"Does {number}. " + "word " * 60)
    put_skill(home / ".agents/skills", "aaa", "Looks plain\u202e.", "Hello\u200b.")
    skills = studio.service(Skills)
    told = await skills.describe(folder)
    assert len(told) < 20_000
    assert "Looks plain[U+202E]." in told
    assert "Call `skill` with a few words" in told
    assert "Hello[U+200B]." in (await skills.load("aaa", folder)).content
    found = await skills.load("something that does 377", folder)
    assert "skill-number-377" in found.content


async def test_what_did_not_change_is_not_read_again(
    studio: RunningApp, owner: httpx.AsyncClient, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(50):
        put_skill(home / ".agents/skills", f"skill-{number}", f"Does {number}.")
    first = await listed(owner)
    read = list[str]()

    def count(data: bytes, *, folder: str | None) -> Any:
        read.append(str(folder))
        return read_skill(data, folder=folder)

    monkeypatch.setattr("studio.features.skills.finding.read_skill", count)
    assert await listed(owner) == first
    assert read == []
    (home / ".agents/skills/skill-7/SKILL.md").write_text(spell_skill("skill-7", "Does something else."))
    assert (await listed(owner))[str(home / ".agents/skills/skill-7")]["description"] == "Does something else."
    assert read == ["skill-7"]
    del studio


async def test_the_skills_of_plugins_are_found(owner: httpx.AsyncClient, home: Path, tmp_path: Path) -> None:
    plugins = home / ".claude/plugins"
    inside, outside = plugins / "cache/market/office/1.0", tmp_path / "outside"
    put_skill(inside / "skills", "slides", "Makes slides.")
    put_skill(outside / "skills", "stolen", "Lies elsewhere.")
    installed = [{"scope": "user", "installPath": str(place)} for place in (inside, outside)]
    (plugins / "installed_plugins.json").write_text(json.dumps({"version": 2, "plugins": {"office@market": installed}}))
    [one] = (await listed(owner)).values()
    assert (one["name"], one["scope"], one["seen_by"]) == ("slides", "plugin", ["studio", "claude-code"])


async def test_what_leads_out_of_a_project_is_left_alone(
    owner: httpx.AsyncClient, folder: Path, tmp_path: Path
) -> None:
    outside = put_skill(tmp_path / "outside", "stolen", "Lies elsewhere.")
    inside = put_skill(folder / ".agents/skills", "own", "Lies here.")
    (folder / ".claude/skills").mkdir(parents=True)
    (folder / ".claude/skills/stolen").symlink_to(outside)
    (folder / ".claude/skills/own").symlink_to(inside)
    (folder / ".cursor").symlink_to(tmp_path / "outside")
    answer = (await owner.get("/api/skills", params={"folder": str(folder)})).json()
    assert {one["path"] for one in answer["skills"] if one["scope"] == "project"} == {
        str(inside),
        str(folder / ".claude/skills/own"),
    }
    assert [problem.endswith("leads out of its project, so it is left alone.") for problem in answer["problems"]] == [
        True,
        True,
    ]


@pytest.mark.parametrize("by", ["skill", "folder"])
async def test_a_link_into_a_project_asks_for_its_trust(
    owner: httpx.AsyncClient, home: Path, folder: Path, by: str
) -> None:
    (folder / ".git").mkdir()
    skill = put_skill(folder / "skills", "evil", "Does what it wants.")
    own = home / ".agents/skills"
    if by == "skill":
        own.mkdir(parents=True)
        (own / "evil").symlink_to(skill)
    else:
        own.parent.mkdir()
        own.symlink_to(folder / "skills")
    [one] = (await listed(owner, folder)).values()
    assert (one["trusted"], one["folder_trust"], one["seen_by"]) == (False, str(folder), [])
    assert "canary" not in (await use_skill(owner, folder, name="evil")).text
    assert (await use_skill(owner, folder, name="evil")).json()["is_error"]
    await owner.post("/api/studio/permissions/folders", json={"path": str(folder)})
    [one] = (await listed(owner, folder)).values()
    assert (one["trusted"], one["folder_trust"]) == (True, "")


async def test_a_link_out_of_all_folders_of_skills_asks_for_trust_wherever_one_works(
    owner: httpx.AsyncClient, home: Path, tmp_path: Path
) -> None:
    repository = tmp_path / "elsewhere"
    (repository / ".git").mkdir(parents=True)
    (home / ".agents/skills").mkdir(parents=True)
    (home / ".agents/skills/evil").symlink_to(put_skill(repository / "skills", "evil", "Does what it wants."))
    # From one folder of a person's own to another nobody is asked.
    (home / ".claude/skills").mkdir(parents=True)
    (home / ".claude/skills/tea").symlink_to(put_skill(home / ".agents/skills", "tea", "Brews tea."))
    trust = {one["name"]: one["folder_trust"] for one in (await listed(owner)).values()}
    assert trust == {"evil": str(repository), "tea": ""}


async def test_what_a_plugin_links_to_is_not_read(owner: httpx.AsyncClient, home: Path, tmp_path: Path) -> None:
    plugin = home / ".claude/plugins/cache/office"
    plugin.mkdir(parents=True)
    (plugin / "skills").symlink_to(put_skill(tmp_path / "outside", "stolen", "Lies elsewhere.").parent)
    (home / ".claude/plugins/installed_plugins.json").write_text(json.dumps([{"installPath": str(plugin)}]))
    assert await listed(owner) == {}


async def test_a_project_that_is_not_trusted_is_not_read_for_the_chat(
    studio: RunningApp, home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_skill(folder / ".claude/skills", "evil", "Does what it wants.")
    put_skill(home / ".claude/skills", "tea", "Brews tea.")
    read = list[str]()

    def note(data: bytes, *, folder: str | None) -> Any:
        read.append(str(folder))
        return read_skill(data, folder=folder)

    monkeypatch.setattr("studio.features.skills.finding.read_skill", note)
    await studio.service(Skills).describe(folder)
    assert "tea" in read
    assert "evil" not in read


@pytest.mark.parametrize("name", [b"caf\xe9", b"two\nlines", b"a\tb", "turned\u202e".encode()])
async def test_a_name_that_cannot_be_shown_is_told_of_and_left_alone(
    owner: httpx.AsyncClient, home: Path, name: bytes
) -> None:
    put_skill(home / ".agents/skills", "tea", "Brews tea.")
    odd = home / ".agents/skills" / os.fsdecode(name)
    odd.mkdir()
    (odd / "SKILL.md").write_text(spell_skill("tea", "Brews tea."))
    answer = await owner.get("/api/skills")
    assert answer.status_code == 200, answer.text
    assert [one["name"] for one in answer.json()["skills"] if one["scope"] == "personal"] == ["tea"]
    [problem] = answer.json()["problems"]
    assert "[U+" in problem
    assert problem.isprintable()


async def test_a_name_goes_into_a_header_only_if_it_is_one(owner: httpx.AsyncClient, home: Path) -> None:
    odd = 'q"; filename="x.exe'
    skill = home / ".agents/skills" / odd
    skill.mkdir(parents=True)
    (skill / "SKILL.md").write_text(spell_skill("q", "Quotes."))
    (skill / "two\nlines.txt").write_text("2")
    exported = await owner.post("/api/skills/export", json={"names": ["q"]})
    assert exported.headers["Content-Disposition"] == 'attachment; filename="q.zip"'
    (skill / "SKILL.md").write_text(spell_skill("'No name'", "Quotes."))
    exported = await owner.post("/api/skills/export", json={"names": [odd]})
    assert exported.headers["Content-Disposition"] == 'attachment; filename="skills.zip"'
    loaded = (await use_skill(owner, home, name=odd)).json()["content"]
    assert loaded.startswith('<skill name="q&quot;; filename=&quot;x.exe" folder="')
    assert "- two[U+000A]lines.txt (1 bytes)" in loaded


async def test_many_skills_of_one_name_are_told_of_in_bounds(
    owner: httpx.AsyncClient, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(60):
        put_skill(home / ".agents/skills", f"skill-{number}", "Does it.")
        text = spell_skill("tea", "Brews tea.", f"In {number % 2} ways.")
        (home / f".agents/skills/skill-{number}/SKILL.md").write_text(text)
    assert {(len(one["same_as"]), len(one["differs_from"])) for one in (await listed(owner)).values()} == {(20, 20)}
    monkeypatch.setattr("studio.features.skills.finding.MOST_IN_ALL", 40)
    answer = (await owner.get("/api/skills")).json()
    assert len([one for one in answer["skills"] if one["scope"] == "personal"]) == 40
    assert any("entries were looked at, and no more." in problem for problem in answer["problems"])


async def test_a_file_that_claims_not_to_have_changed_is_read_again(owner: httpx.AsyncClient, home: Path) -> None:
    file = put_skill(home / ".agents/skills", "tea", "Brews oolong.") / "SKILL.md"
    before = file.stat()
    [one] = (await listed(owner)).values()
    assert one["description"] == "Brews oolong."
    # The clock of a disk goes in steps.
    while file.stat().st_ctime_ns == before.st_ctime_ns:
        with file.open("r+") as opened:
            opened.write(spell_skill("tea", "Brews sencha."))
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (file.stat().st_mtime_ns, file.stat().st_size) == (before.st_mtime_ns, before.st_size)
    [one] = (await listed(owner)).values()
    assert one["description"] == "Brews sencha."


async def test_clients_say_what_they_read(owner: httpx.AsyncClient, home: Path, put: Put) -> None:
    put("codex", "exit 0")
    told = (await owner.get("/api/skills/clients")).json()
    clients = {one["name"]: one for one in told["clients"]}
    assert [name for name, one in clients.items() if one["installed"]] == ["codex"]
    assert clients["codex"] == {
        "name": "codex",
        "title": "Codex",
        "installed": True,
        "folder": str(home / ".codex/skills"),
        "folders": [str(home / ".codex/skills"), str(home / ".agents/skills")],
        "project_folders": [".agents/skills"],
    }
    assert tuple(clients) == tuple(told["targets"]) == SKILL_CLIENT_NAMES


async def test_other_programs_are_offered_skills_too(owner: httpx.AsyncClient, home: Path) -> None:
    put_skill(home / ".agents/skills", "brew-tea", "Brews tea.", "Warm the pot first.")
    call = {"name": "skill", "args": {"name": "brew-tea"}, "cwd": str(home)}
    loaded = (await owner.post("/api/tool/call", json=call)).json()
    assert "Warm the pot first." in loaded["content"]
    tools = (await owner.get("/api/tools/list")).json()["tools"]
    assert [tool["name"] for tool in tools].count("skill") == 1


def test_the_guide_lists_every_client_and_every_skill_that_comes_along() -> None:
    guide = (Path(__file__).parents[2] / "docs/guides/skills.md").read_text(encoding="utf-8")
    heads = [line.split("|")[1] for line in guide.splitlines() if line.startswith("| `")]
    assert {name for head in heads for name in re.findall(r"`([a-z-]+)`", head)} == set(SKILL_CLIENT_NAMES)
    named = set(re.findall(r"`([a-z-]+)`", guide.partition("## The ten that come along")[2]))
    assert named == {place.name for place in SHIPPED.iterdir()}
    assert len(named) == 10
