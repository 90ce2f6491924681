"""What a person puts in place of the fields of a step: as JSON on the command line, or in their editor."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from studio.client import Refused
from studio.kit.characters import HIDDEN

DEFAULT_EDITOR = "notepad" if sys.platform == "win32" else "vi"
NO_TERMINAL = "There is no terminal for an editor. Say with --input which fields are to be others."
NOTHING_CHANGED = "Nothing was changed, so nothing was decided."


def read_object(text: str) -> dict[str, Any]:
    """Return the JSON object that a text is.

    Raises:
        Refused: it is none.
    """
    try:
        value: object = json.loads(text)
    except ValueError as error:
        raise Refused(f"This is no JSON: {error}. Nothing was decided.", status=422) from error
    if not isinstance(value, dict):
        raise Refused("Fields are a JSON object. Nothing was decided.", status=422)
    return cast("dict[str, Any]", value)


def read_list(text: str) -> list[Any]:
    """Return the JSON list that a text is.

    Raises:
        Refused: it is none.
    """
    try:
        value: object = json.loads(text)
    except ValueError as error:
        raise Refused(
            f'This is no JSON list: {error}. Write one item, or a list such as ["a", "b"].', status=422
        ) from error
    return cast("list[Any]", value)


def edit_fields(approval: Mapping[str, Any]) -> dict[str, Any]:
    """Let the person change what a question is about in `$VISUAL` or `$EDITOR`. Return the fields that are others now.

    Raises:
        Refused: there is nothing to change, no editor, or nothing that could be read afterwards was changed.
    """
    fields = approval["detail"].get("fields")
    if not isinstance(fields, dict):
        raise Refused(f"Nothing about {approval['title']!r} can be edited.", status=409)
    before = cast("dict[str, Any]", fields)
    after = read_object(_edit(_spell(before)))
    changed = {name: value for name, value in after.items() if name not in before or before[name] != value}
    if not changed:
        raise Refused(NOTHING_CHANGED, status=409)
    return changed


def _spell(fields: Mapping[str, Any]) -> str:
    """Return fields as JSON in which whatever hides or steers is spelled out."""
    text = json.dumps(fields, indent=2, ensure_ascii=False)
    return HIDDEN.sub(lambda found: json.dumps(found[0])[1:-1], text) + "\n"


def _edit(text: str) -> str:
    """Return what a person made of a text, which lies in a folder of their own meanwhile."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor and not sys.stdin.isatty():
        raise Refused(NO_TERMINAL, status=422)
    with tempfile.TemporaryDirectory(prefix="studio-") as folder:
        file = Path(folder) / "fields.json"
        file.write_text(text, encoding="utf-8")
        words = shlex.split(editor or DEFAULT_EDITOR, posix=sys.platform != "win32")
        status = subprocess.run([*words, str(file)], check=False).returncode  # noqa: S603 -- the person's own editor
        if status:
            raise Refused(f"The editor ended with status {status}. Nothing was decided.", status=422)
        try:
            return file.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise Refused("What the editor left is no text in UTF-8. Nothing was decided.", status=422) from error
