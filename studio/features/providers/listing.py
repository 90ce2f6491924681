"""What providers say of their own models: in the list of models, and where some of them have to be asked further."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, cast

from studio.features.providers.models import ModelFacts, Prices

WINDOWS = ("loaded_context_length", "max_model_len", "context_length", "context_window", "max_context_length")
"""LM Studio (of a model that is loaded), vLLM, OpenRouter, Groq, Mistral and LM Studio (of one that is not)."""

LARGEST_WINDOW = 1_000_000_000
MOST_SHOWN = 100
AT_ONCE = 4

NUM_CTX = re.compile(r"^num_ctx\s+(\d+)", re.MULTILINE)

Ask = Callable[[str, str, "dict[str, str] | None"], Awaitable[object]]
"""Sends a request, GET or POST with a body, to a path beside `/v1`. Returns the JSON of the answer, None without."""


def read_listing(listed: Iterable[object]) -> dict[str, ModelFacts]:
    """Return what a list of models says of those of which it says anything."""
    entries = [cast("dict[str, object]", entry) for entry in listed if isinstance(entry, dict)]
    facts = {str(entry["id"]): _facts(entry) for entry in entries if entry.get("id")}
    return {name: one for name, one in facts.items() if one != ModelFacts()}


async def ask_further(provider: str, ask: Ask, models: Iterable[str]) -> dict[str, ModelFacts]:
    """Return what a known local provider says of its models elsewhere than in its list."""
    match provider:
        case "lmstudio":
            return read_listing(_items(await ask("GET", "/api/v0/models", None), "data"))
        case "llamacpp":
            settings = _fields(_fields(await ask("GET", "/props", None)).get("default_generation_settings"))
            window = _window(settings.get("n_ctx"))
            return {model: ModelFacts(window) for model in models} if window else {}
        case "ollama":
            return await _ask_ollama(ask, list(models)[:MOST_SHOWN])
        case _:
            return {}


async def _ask_ollama(ask: Ask, models: list[str]) -> dict[str, ModelFacts]:
    """Return the window that each model is set to. What it was trained for is not what Ollama gives it."""
    few = asyncio.Semaphore(AT_ONCE)

    async def show(model: str) -> int | None:
        async with few:
            shown = _fields(await ask("POST", "/api/show", {"model": model}))
        found = NUM_CTX.search(str(shown.get("parameters", "")))
        return _window(int(found[1])) if found else None

    windows = await asyncio.gather(*map(show, models))
    return {model: ModelFacts(window) for model, window in zip(models, windows, strict=True) if window}


def _facts(entry: Mapping[str, object]) -> ModelFacts:
    said = (*(entry.get(name) for name in WINDOWS), _fields(entry.get("meta")).get("n_ctx"))
    window = next((size for size in map(_window, said) if size), None)
    return ModelFacts(window, _prices(_fields(entry.get("pricing"))))


def _window(value: object) -> int | None:
    return value if type(value) is int and 0 < value <= LARGEST_WINDOW else None


def _prices(pricing: Mapping[str, object]) -> Prices | None:
    """Return the prices as OpenRouter spells them: US dollars for one token, as text; -1 where it depends."""
    given, made = _price(pricing.get("prompt")), _price(pricing.get("completion"))
    if given is None or made is None:
        return None
    return Prices(given, made, _price(pricing.get("input_cache_read")), _price(pricing.get("input_cache_write")))


def _price(value: object) -> float | None:
    try:
        dollars = float(value) if isinstance(value, str) else -1.0
    except ValueError:
        return None
    # Rounded, because millionths of text like 0.0000003 are not exact.
    return round(dollars * 1_000_000, 6) if 0 <= dollars < 1 else None


def _fields(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _items(value: object, name: str) -> list[object]:
    items = _fields(value).get(name)
    return cast("list[object]", items) if isinstance(items, list) else []
