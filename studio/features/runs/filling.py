"""What filling in must not come to: nothing, where a step would do something else for that."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from studio.kit.errors import InvalidInput
from studio.kit.references import words_of

NO_COMMAND = re.compile(r"(?:(?:\S*/)?(?:ba|da|z|k)?sh\s+-[a-z]*c)?(?:\s|''|\"\")*")
"""A line in which no command is: nothing but empty words, also where a shell is to run these."""


def check_folder(template: str, filled: object) -> None:
    """See that the folder that a step names is one: no folder means the home folder, and is not meant here.

    Raises:
        InvalidInput: what is filled in leaves nothing of it.
    """
    if template and not words_of(filled).strip():
        raise InvalidInput(
            f"The step's folder {template!r} is empty once it is filled in. The home folder is not taken for it: "
            "say which folder is meant."
        )


def check_command(template: str, filled: str) -> None:
    """See that a command line has a command.

    Raises:
        InvalidInput: what is filled in leaves none.
    """
    if NO_COMMAND.fullmatch(filled):
        raise InvalidInput(f"The command line {template!r} has no command in it once it is filled in.")


def with_defaults(body: Mapping[str, Any], cwd: str) -> dict[str, Any]:
    """Return the fields of a step, with the folder for all steps where it takes one and names none."""
    return dict(body) | ({"cwd": cwd} if body.get("cwd") == "" else {})
