"""Skills to be put somewhere by tests."""

from __future__ import annotations

from pathlib import Path


def spell_skill(name: str, description: str, body: str = "Do it.") -> str:
    return f"---\nname: {name}\ndescription: {description}\n---\n\n{body}\n"


def put_skill(folder: Path, name: str, description: str, body: str = "Do it.", **files: str) -> Path:
    """Put a skill into a folder of skills. Return its own folder."""
    skill = folder / name
    skill.mkdir(parents=True)
    (skill / "SKILL.md").write_text(spell_skill(name, description, body), encoding="utf-8")
    for path, content in files.items():
        (skill / path).parent.mkdir(parents=True, exist_ok=True)
        (skill / path).write_text(content, encoding="utf-8")
    return skill
