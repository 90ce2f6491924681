"""What is publicly known of widely used models: `catalogue.json`, taken from the price lists that it names.

What a provider says of its own models wins over this. A model that is not here has no price: a guess would be worse.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from studio.features.providers.models import ModelFacts, Prices

CATALOGUE = Path(__file__).with_name("catalogue.json")

SAME_MODEL = re.compile(r"([-@](\d{4}-\d\d-\d\d|\d\d-\d{4}|\d\d-\d\d|\d{3,8}|latest|preview|exp))*")
"""What may follow the name of a model without making it another one: a date, a release number, `latest`."""


def find_facts(provider: str, model: str) -> ModelFacts | None:
    """Return what is known of a model of a known provider: that of the longest name which `model` is a release of."""
    models = _models().get(provider, {})
    name = model.removeprefix("models/")
    matching = (one for one in models if name.startswith(one) and SAME_MODEL.fullmatch(name, len(one)))
    found = max(matching, key=len, default=None)
    return models[found] if found else None


@cache
def _models() -> dict[str, dict[str, ModelFacts]]:
    providers: dict[str, Any] = orjson.loads(CATALOGUE.read_bytes())
    return {name: {model: _facts(one) for model, one in it["models"].items()} for name, it in providers.items()}


def _facts(entry: dict[str, Any]) -> ModelFacts:
    prices = {name: Prices(**entry[name]) for name in ("prices", "prices_above") if name in entry}
    return ModelFacts(
        context_window=entry["context_window"], above=entry.get("above"), most_output=entry.get("most_output"), **prices
    )
