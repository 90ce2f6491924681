"""Values of JSON that others sent: bounded so that all that handles them can write them again."""

from __future__ import annotations

from typing import Annotated, Any, cast

from pydantic import AfterValidator, JsonValue

LARGEST_NUMBER = 2**63


def writable(value: Any) -> Any:  # noqa: ANN401 -- any JSON
    """Return JSON data with every whole number beyond 64 bits as a float, which is what most readers make of it."""
    if isinstance(value, dict):
        return {key: writable(one) for key, one in cast("dict[str, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [writable(one) for one in cast("list[Any]", value)]
    if isinstance(value, int) and not isinstance(value, bool) and not -LARGEST_NUMBER <= value < LARGEST_NUMBER:
        try:
            return float(value)
        except OverflowError:
            return str(value)[:400]
    return value


Json = Annotated[JsonValue, AfterValidator(writable)]
JsonObject = Annotated[dict[str, JsonValue], AfterValidator(writable)]
"""What somebody may send where any JSON is taken."""
