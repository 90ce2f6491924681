"""The workflows that come with Studio, in the languages of the page. What models are told is in English in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from studio.features.workflows.models import Template, TemplateLanguage

HERE = Path(__file__).parent


@cache
def list_templates(language: TemplateLanguage = "en") -> Sequence[Template]:
    """Return every template."""
    templates = orjson.loads((HERE / "templates.json").read_bytes())
    # What a person reads, by the id of the template, and for steps by theirs.
    words: dict[str, Any] = {} if language == "en" else orjson.loads((HERE / f"templates.{language}.json").read_bytes())
    return tuple(Template.model_validate(_say(one, words.get(one["id"], {}))) for one in templates)


def _say(template: dict[str, Any], words: Mapping[str, Any]) -> dict[str, Any]:
    said = words.get("steps", {})
    steps = [step | said.get(step["id"], {}) for step in template["steps"]]
    return template | dict(words) | {"steps": steps}
