"""Skills: found, judged, shown with who sees them, saved and removed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.app import RunningApp
from tests.support.skills import put_skill

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
