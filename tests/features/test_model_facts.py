"""What is known of models: how much they hold, and what they cost."""

import json
import re
from datetime import date
from typing import Any

import httpx
import pytest

from studio.features.providers.catalogue import CATALOGUE, find_facts
from studio.features.providers.known import KNOWN, identify
from studio.features.providers.listing import read_listing
from studio.features.providers.models import ModelFacts, Prices, UsageDelta
from studio.features.providers.service import Providers
from tests.provider import FixtureProvider
from tests.support.app import RunningApp, running

pytestmark = pytest.mark.anyio

SONNET = Prices(3, 15, 0.3, 3.75)
UNKNOWN = ModelFacts()
FREE = Prices(0, 0)


@pytest.mark.parametrize(
    ("provider", "model", "prices"),
    [
        ("anthropic", "claude-sonnet-4-5", SONNET),
        ("anthropic", "claude-sonnet-4-5-20250929", SONNET),
        ("anthropic", "claude-3-5-sonnet-latest", SONNET),
        ("anthropic", "claude-opus-4-20250514", Prices(15, 75, 1.5, 18.75)),
        ("anthropic", "claude-opus-4-5-20251101", Prices(5, 25, 0.5, 6.25)),
        ("openai", "gpt-4o", Prices(2.5, 10, 1.25)),
        ("openai", "gpt-4o-2024-08-06", Prices(2.5, 10, 1.25)),
        ("openai", "gpt-4o-2024-05-13", Prices(5, 15)),
        ("openai", "gpt-4o-mini-2024-07-18", Prices(0.15, 0.6, 0.075)),
        ("google", "models/gemini-2.5-flash-preview-09-2025", Prices(0.3, 2.5, 0.03)),
    ],
)
def test_a_release_of_a_model_costs_what_the_model_costs(provider: str, model: str, prices: Prices) -> None:
    found = find_facts(provider, model)
    assert found
    assert found.prices == prices


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("openai", "gpt-4o-realtime-preview"),
        ("openai", "gpt-5.9"),
        ("openai", "gpt-5-9"),
        ("openai", "o3-something"),
        ("anthropic", "claude-opus-4-99"),
        ("anthropic", "gpt-4o"),
        ("elsewhere", "gpt-4o"),
        ("openai", ""),
    ],
)
def test_another_model_is_not_taken_for_one_that_is_known(provider: str, model: str) -> None:
    assert find_facts(provider, model) is None


def test_the_catalogue_says_where_and_when_its_figures_were_taken() -> None:
    catalogue: dict[str, Any] = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    assert set(catalogue) <= {name for name, known in KNOWN.items() if not known.is_local}
    for provider, entry in catalogue.items():
        assert re.fullmatch(r"https://[a-z0-9./_-]+", entry["source"]), provider
        assert date.fromisoformat(entry["taken"]) >= date(2026, 1, 1), provider
        for model in entry["models"]:
            facts = find_facts(provider, model)
            assert facts
            assert 8_000 <= (facts.context_window or 0) <= 10_000_000, model
            assert (facts.above is None) == (facts.prices_above is None), model
            for prices in filter(None, (facts.prices, facts.prices_above)):
                assert 0 < prices.input <= prices.output <= 200, model
                assert (prices.cache_read or 0) <= min(prices.input, prices.cache_write or prices.input), model


def test_a_service_is_known_by_its_address_too() -> None:
    assert identify("work", "https://api.openai.com/v1") == "openai"
    assert identify("openai", "https://proxy.example.com/v1") == "openai"
    # What listens on a usual port may be anything.
    assert identify("work", "http://127.0.0.1:8000/v1") is None


@pytest.mark.parametrize(
    ("usage", "cost"),
    [
        (UsageDelta(1_000_000, 0), 3_000_000),
        (UsageDelta(0, 1_000_000), 15_000_000),
        (UsageDelta(1000, 100, cache_read_tokens=600, cache_write_tokens=300), 300 + 180 + 1125 + 1500),
        (UsageDelta(1, 0), 3),
        (UsageDelta(0, 0), 0),
        # A provider that counts the cache beside the input must not make money.
        (UsageDelta(10, 0, cache_read_tokens=100), 30),
    ],
)
def test_a_round_costs_its_tokens(usage: UsageDelta, cost: int) -> None:
    assert SONNET.cost_of(usage) == cost


def test_what_has_no_price_of_its_own_costs_what_input_costs() -> None:
    assert Prices(2, 8).cost_of(UsageDelta(100, 0, cache_read_tokens=60, cache_write_tokens=40)) == 200


def test_a_long_question_may_cost_more() -> None:
    facts = ModelFacts(1000, Prices(1, 2), 100, Prices(10, 20))
    assert facts.cost_of(UsageDelta(100, 1)) == 102
    assert facts.cost_of(UsageDelta(101, 1)) == 1030
    assert ModelFacts(above=100, prices=Prices(1, 2)).cost_of(UsageDelta(101, 1)) is None
    assert UNKNOWN.cost_of(UsageDelta(1, 1)) is None


@pytest.mark.parametrize(
    ("entry", "facts"),
    [
        (
            {
                "context_length": 200_000,
                "pricing": {
                    "prompt": "0.000003",
                    "completion": "0.000015",
                    "input_cache_read": "0.0000003",
                    "input_cache_write": "0.00000375",
                    "web_search": "0.01",
                },
            },
            ModelFacts(200_000, SONNET),
        ),
        ({"pricing": {"prompt": "0", "completion": "0"}}, ModelFacts(prices=FREE)),
        ({"max_model_len": 32_768}, ModelFacts(32_768)),
        ({"context_window": 131_072}, ModelFacts(131_072)),
        ({"max_context_length": 262_144}, ModelFacts(262_144)),
        ({"max_context_length": 262_144, "loaded_context_length": 8192}, ModelFacts(8192)),
        ({"meta": {"n_ctx_train": 131_072, "n_ctx": 16_384}}, ModelFacts(16_384)),
        ({"meta": {"n_ctx_train": 131_072}}, None),
        # The router of OpenRouter, whose price depends on where it leads.
        ({"pricing": {"prompt": "-1", "completion": "-1"}}, None),
        ({"pricing": {"prompt": "0.000003"}}, None),
        ({"pricing": {"prompt": "nan", "completion": "inf"}}, None),
        ({"pricing": "cheap", "meta": [], "context_length": "8192"}, None),
        ({"context_length": True, "max_model_len": -1, "context_window": 10**12}, None),
    ],
)
def test_a_list_of_models_may_say_more_than_names(entry: dict[str, Any], facts: ModelFacts | None) -> None:
    listed = [{"id": "one", **entry}, {"id": "other"}, {"no": "id"}, "noise", None]
    assert read_listing(listed) == ({"one": facts} if facts else {})


async def save_and_check(owner: httpx.AsyncClient, name: str, base_url: str) -> None:
    body = {"name": name, "base_url": base_url, "model": "fixture-small", "protocol": "openai"}
    assert (await owner.put("/api/config/provider", json=body)).status_code == 200
    assert (await owner.post("/api/providers/validate", json=body)).json()["valid"]


async def test_what_a_provider_says_wins_over_the_catalogue(
    studio: RunningApp, owner: httpx.AsyncClient, provider: FixtureProvider
) -> None:
    providers = studio.service(Providers)
    assert await providers.context_window_of("openai", "gpt-4o") == 128_000
    provider.models = ["gpt-4o", "gpt-5", "fixture-small"]
    provider.details = {
        "gpt-4o": {"context_length": 64_000},
        "gpt-5": {"pricing": {"prompt": "0.000001", "completion": "0.000002"}},
    }
    await save_and_check(owner, "openai", provider.base_url)
    assert await providers.facts_of("openai", "gpt-4o") == ModelFacts(64_000, Prices(2.5, 10, 1.25))
    assert await providers.facts_of("openai", "gpt-5") == ModelFacts(400_000, Prices(1, 2))
    assert await providers.facts_of("openai", "fixture-small") == UNKNOWN


async def test_what_can_be_chosen_is_listed_with_what_it_costs(
    owner: httpx.AsyncClient, provider: FixtureProvider
) -> None:
    assert (await owner.get("/api/studio/models")).json() == {"models": []}
    provider.models = ["gpt-4o", "fixture-small"]
    provider.details = {"fixture-small": {"context_length": 4000}}
    await save_and_check(owner, "openai", provider.base_url)
    await owner.put("/api/config/provider", json={"name": "openai", "models": ["gpt-4o", "fixture-small"]})
    await owner.put("/api/config/provider", json={"name": "ollama", "model": "qwen3"})
    local, one, other = (await owner.get("/api/studio/models")).json()["models"]
    assert one == {
        "provider": "openai",
        "name": "fixture-small",
        "context_window": 4000,
        "prices": None,
        "above": None,
        "prices_above": None,
    }
    assert (other["name"], other["context_window"]) == ("gpt-4o", 128_000)
    assert other["prices"] == {"input": 2.5, "output": 10.0, "cache_read": 1.25, "cache_write": None}
    assert (local["provider"], local["prices"]["input"], local["prices"]["output"]) == ("ollama", 0, 0)


async def test_it_is_asked_when_the_models_are_listed_also_before_anything_is_saved(
    studio: RunningApp, owner: httpx.AsyncClient, provider: FixtureProvider
) -> None:
    provider.details = {"fixture-small": {"context_length": 1000}}
    body = {"name": "custom", "base_url": provider.base_url, "model": "fixture-small"}
    assert (await owner.post("/api/providers/validate", json=body)).json()["valid"]
    providers = studio.service(Providers)
    assert await providers.facts_of("custom", "fixture-small") == UNKNOWN
    await owner.put("/api/config/provider", json=body)
    assert await providers.facts_of("custom", "fixture-small") == ModelFacts(1000)
    provider.details = {"fixture-small": {"context_length": 2000}}
    await owner.post("/api/providers/validate", json=body)
    assert await providers.context_window_of("custom", "fixture-small") == 2000


async def test_what_a_provider_said_is_kept_until_it_is_forgotten(owner: httpx.AsyncClient, studio: RunningApp) -> None:
    async with FixtureProvider().running() as one:
        one.details = {"fixture-small": {"context_length": 1000}}
        await save_and_check(owner, "custom", one.base_url)
        assert await studio.service(Providers).context_window_of("custom", "fixture-small") == 1000
        await owner.delete("/api/studio/providers/custom")
        body = {"name": "custom", "base_url": one.base_url, "model": "fixture-small"}
        await owner.put("/api/config/provider", json=body)
    assert await studio.service(Providers).facts_of("custom", "fixture-small") == UNKNOWN


async def test_what_a_provider_said_outlives_the_program(tmp_path: Any) -> None:
    async with running(tmp_path) as studio, studio.owner() as owner, FixtureProvider().running() as one:
        one.details = {"fixture-small": {"context_length": 1000}}
        await save_and_check(owner, "custom", one.base_url)
    async with running(tmp_path) as studio:
        assert await studio.service(Providers).context_window_of("custom", "fixture-small") == 1000


@pytest.mark.parametrize(
    ("name", "path", "answer", "window"),
    [
        ("ollama", "/api/show", {"parameters": "temperature 0.7\nnum_ctx                        8192\n"}, 8192),
        ("ollama", "/api/show", {"parameters": "", "model_info": {"llama.context_length": 131_072}}, None),
        ("ollama", "/api/show", ["nothing"], None),
        ("llamacpp", "/props", {"default_generation_settings": {"n_ctx": 65_536}}, 65_536),
        ("llamacpp", "/props", {}, None),
        (
            "lmstudio",
            "/api/v0/models",
            {"data": [{"id": "fixture-small", "max_context_length": 131_072, "loaded_context_length": 4096}]},
            4096,
        ),
        # Asked, and it has no such path.
        ("lmstudio", "/elsewhere", {}, None),
        ("vllm", "/props", {"default_generation_settings": {"n_ctx": 65_536}}, None),
    ],
)
async def test_local_providers_cost_nothing_and_are_asked_for_their_window(
    studio: RunningApp,
    owner: httpx.AsyncClient,
    provider: FixtureProvider,
    name: str,
    path: str,
    answer: Any,
    window: int | None,
) -> None:
    provider.others = {path: lambda body: answer}
    await save_and_check(owner, name, provider.base_url)
    assert await studio.service(Providers).facts_of(name, "fixture-small") == ModelFacts(window, FREE)


async def test_ollama_is_asked_for_each_of_its_models(
    studio: RunningApp, owner: httpx.AsyncClient, provider: FixtureProvider
) -> None:
    windows = {"fixture-small": 2048, "fixture-large": 4096}
    provider.others = {"/api/show": lambda body: {"parameters": f"num_ctx {windows[body['model']]}"}}
    await save_and_check(owner, "ollama", provider.base_url)
    providers = studio.service(Providers)
    assert {model: await providers.context_window_of("ollama", model) for model in windows} == windows


async def test_the_built_in_provider_costs_nothing(studio: RunningApp) -> None:
    assert await studio.service(Providers).facts_of("builtin", "rules") == ModelFacts(prices=FREE)


async def test_a_model_nobody_knows_has_no_window_and_no_price(studio: RunningApp) -> None:
    providers = studio.service(Providers)
    assert await providers.facts_of("nowhere", "nothing") == UNKNOWN
    assert await providers.context_window_of("openai", "nothing") is None
