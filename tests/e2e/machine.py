"""A machine with programs that a test put there, and a person who speaks one of the languages of the page."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.visitor import Visitor
from tests.features.test_installs import NPM
from tests.support.program import Program, program

SLOW = """
case "$*" in
  "install -g @google/gemini-cli") echo "fetching 40%"; exec /bin/sleep 600 ;;
esac
"""


@contextmanager
def machine(home: Path) -> Iterator[Program]:
    """Run the program where npm installs Codex, begins to install Gemini and fails to install others.

    Claude Code is there and ends when it is asked for its version, as does what is called Pyright's language server.
    """
    folder = home / "bin"
    folder.mkdir(parents=True)
    broken = "echo 'pyright: no such module' >&2; exit 3"
    scripts = {"npm": SLOW + NPM, "claude": "exit 3", "pyright-langserver": broken}
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o700)
    with program(home, PATH=f"{folder}:{os.environ['PATH']}") as started:
        yield started


async def speak(visitor: Visitor, language: str) -> None:
    """Let somebody who is not signed in yet read the page in a language, and sign in."""
    await visitor.page.add_init_script(f"localStorage.setItem('studio.language', {json.dumps(language)})")
    async with visitor.server.client() as owner:
        assert (await owner.put("/api/config/profile", json={"language": language})).status_code == 200
    await visitor.page.goto(await visitor.link())
    await visitor.page.locator("[data-composer]").wait_for()
