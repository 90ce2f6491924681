"""Asking a provider whether it can be used: a real request for its models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from studio.features.providers.listing import ask_further, read_listing
from studio.features.providers.models import ModelFacts, Status
from studio.features.providers.remote import Remote

CHECK_SECONDS = 15.0

ANTHROPIC_VERSION = "2023-06-01"


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of it: the provider's status, a sentence, the models it offers, and what it says of them."""

    status: Status
    message: str
    models: tuple[str, ...] = ()
    facts: Mapping[str, ModelFacts] = field(default_factory=dict[str, ModelFacts])


async def check(remote: Remote, protocol: str) -> Checked:
    """Ask for the list of models. A redirect is not followed: the key would go along."""
    # 162 ms: only those who configure a provider pay for it.
    import httpx  # noqa: PLC0415

    path = "/v1/models" if protocol == "anthropic" else "/models"
    headers, address = auth_headers(remote.key, protocol), remote.base_url.rstrip("/")

    async def ask(method: str, beside: str, body: dict[str, str] | None) -> object:
        try:
            return _json(await client.request(method, address.removesuffix("/v1") + beside, json=body))
        except httpx.HTTPError:
            return None

    try:
        async with httpx.AsyncClient(timeout=CHECK_SECONDS, follow_redirects=False, headers=headers) as client:
            checked = _judge(remote, await client.get(address + path))
            further = await ask_further(remote.provider, ask, checked.models)
    except httpx.InvalidURL as error:
        return Checked("unreachable", f"The address {remote.base_url!r} is not valid: {error}.")
    except httpx.HTTPError as error:
        reason = str(error) or type(error).__name__
        return Checked("unreachable", f"No connection to {remote.base_url}: {reason}.")
    return replace(checked, facts={**checked.facts, **further})


def _json(answer: Any) -> object:  # noqa: ANN401 -- httpx is not imported where this is read
    try:
        return answer.json()
    except ValueError:
        return None


def _judge(remote: Remote, answer: Any) -> Checked:  # noqa: ANN401 -- httpx is not imported where this is read
    name, status, body = remote.provider, answer.status_code, _json(answer)
    if status in {401, 403}:
        what = "The key is not accepted" if remote.key else "A key is needed"
        return Checked("bad_key" if remote.key else "no_key", f"{what} by {name!r} (status {status}).")
    if 300 <= status < 400:
        return Checked("unreachable", f"{name!r} redirects elsewhere (status {status}). Check the address.")
    if status >= 500 or status in {404, 405} or not isinstance(body, dict):
        return Checked(
            "unreachable", f"{remote.base_url} answers with status {status}, not as a provider. Check the address."
        )
    listed = cast("dict[str, object]", body).get("data")
    entries = cast("list[object]", listed) if isinstance(listed, list) else []
    models = _names(entries)
    if status != 200:
        return Checked("unknown", f"{name!r} answered with status {status}.", models)
    return Checked("ok", f"{name!r} answers, with {len(models)} models.", models, read_listing(entries))


def _names(listed: Iterable[object]) -> tuple[str, ...]:
    entries = [cast("dict[str, object]", entry) for entry in listed if isinstance(entry, dict)]
    return tuple(sorted(str(entry["id"]) for entry in entries if entry.get("id")))


def auth_headers(key: str, protocol: str) -> dict[str, str]:
    """Return the headers that carry a key."""
    if protocol == "anthropic":
        return {"anthropic-version": ANTHROPIC_VERSION} | ({"x-api-key": key} if key else {})
    return {"Authorization": f"Bearer {key}"} if key else {}
