"""How much of a subscription is left, as the providers say that have a way to ask.

MiniMax and Z.AI answer on addresses that their own tools use and no reference describes. Of MiMo none is known.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

from studio.features.providers.models import Quota, QuotaWindow
from studio.features.providers.remote import Remote

ASK_SECONDS = 15.0
LATEST = datetime(9999, 1, 1, tzinfo=UTC).timestamp()

HOURS, MONTHS, WEEKS = 3, 5, 6
"""The units that Z.AI counts time in."""

UNITS = {HOURS: "{} hours", MONTHS: "month", WEEKS: "week"}

Fields = Mapping[str, Any]


class NotUnderstood(Exception):
    """The provider answered, but not with a quota."""


async def ask_quota(known: str, remote: Remote) -> Quota:
    """Ask a known provider, at the address that its key was given for."""
    if known not in ASKED:
        return Quota(name=known, state="unknown", reason="No way to ask it is known.", windows=[])
    path, read = ASKED[known]
    parts = urlsplit(remote.base_url)
    try:
        windows = read(await _ask(f"{parts.scheme}://{parts.netloc}{path}", remote.key))
    except NotUnderstood as error:
        return Quota(name=known, state="error", reason=str(error), windows=[])
    return Quota(name=known, state="ok", reason="", windows=windows)


async def _ask(address: str, key: str) -> Fields:
    # 162 ms: only those who ask pay for it.
    import httpx  # noqa: PLC0415

    headers = {"Authorization": f"Bearer {key}", "Accept": "application/json"}
    try:
        # A redirect is not followed: the key would go along.
        async with httpx.AsyncClient(timeout=ASK_SECONDS, follow_redirects=False) as client:
            answer = await client.get(address, headers=headers)
            answer.raise_for_status()
            return _fields(answer.json())
    except httpx.HTTPStatusError as error:
        raise NotUnderstood(f"It answered with status {error.response.status_code}.") from error
    except httpx.HTTPError as error:
        raise NotUnderstood(f"No connection: {str(error) or type(error).__name__}.") from error
    except ValueError as error:
        raise NotUnderstood("It answered with something else than JSON.") from error


def read_minimax(answer: Fields) -> list[QuotaWindow]:
    """Read what MiniMax says of its coding plan: for each model a window of some hours, counted in requests.

    Raises:
        NotUnderstood: it refused.
    """
    said = _fields(answer.get("base_resp"))
    if said.get("status_code") != 0:
        raise NotUnderstood(f"It refused: {said.get('status_msg') or 'without a reason'}.")
    return [_read_model(_fields(entry)) for entry in _items(answer.get("model_remains"))]


def _read_model(entry: Fields) -> QuotaWindow:
    limit, left = _number(entry.get("current_interval_total_count")), _number(entry.get("current_interval_usage_count"))
    # What it calls its usage is what is left.
    used = None if limit is None or left is None else max(limit - left, 0)
    return QuotaWindow(
        name=str(entry.get("model_name") or "all models"),
        used=used,
        limit=limit,
        percent=round(100 * used / limit, 1) if used is not None and limit else None,
        resets_at=_moment(entry.get("end_time")),
    )


def read_zai(answer: Fields) -> list[QuotaWindow]:
    """Read what Z.AI says of its coding plan: tokens in some hours and in a week, tools in a month.

    Raises:
        NotUnderstood: it refused. It does so with status 200.
    """
    if answer.get("code") != 200:
        raise NotUnderstood(f"It refused: {answer.get('msg') or 'without a reason'}.")
    return [_read_limit(_fields(entry)) for entry in _items(_fields(answer.get("data")).get("limits"))]


def _read_limit(entry: Fields) -> QuotaWindow:
    what = "Tokens" if entry.get("type") == "TOKENS_LIMIT" else "Tools"
    unit, count = entry.get("unit"), entry.get("number")
    within = UNITS.get(unit, "").format(count) if isinstance(unit, int) else ""
    return QuotaWindow(
        name=f"{what}, {within}" if within else what,
        used=_number(entry.get("currentValue")),
        limit=_number(entry.get("usage")),
        percent=_number(entry.get("percentage")),
        resets_at=_moment(entry.get("nextResetTime")),
    )


ASKED: Mapping[str, tuple[str, Callable[[Fields], list[QuotaWindow]]]] = {
    "minimax": ("/v1/api/openplatform/coding_plan/remains", read_minimax),
    "zai": ("/api/monitor/usage/quota/limit", read_zai),
}

KNOWN_QUOTAS = (*ASKED, "mimo")
"""The providers that have quotas."""


def _fields(value: object) -> Fields:
    return cast("Fields", value) if isinstance(value, dict) else {}


def _items(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _number(value: object) -> float | None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    return cast("float", value) if is_number else None


def _moment(value: object) -> str | None:
    """Return a moment as we write it, of milliseconds since 1970."""
    ms = _number(value)
    if ms is None or not 0 < ms / 1000 < LATEST:
        return None
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
