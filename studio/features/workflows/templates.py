"""The workflows that come with Studio."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import orjson

from studio.features.workflows.models import Template

FILE = Path(__file__).with_name("templates.json")


@cache
def list_templates() -> Sequence[Template]:
    """Return every template."""
    return tuple(Template.model_validate(one) for one in orjson.loads(FILE.read_bytes()))
