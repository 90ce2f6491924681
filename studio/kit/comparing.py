"""Conditions: two values, compared as data."""

from __future__ import annotations

from typing import Literal, cast

from studio.kit.references import words_of

Operator = Literal["equals", "not_equals", "contains", "not_contains", "less", "greater", "empty", "not_empty"]


def compare(left: object, operator: Operator, right: object) -> bool:
    """Return what a comparison comes to. Where both are numbers, or texts of numbers, they are compared as these."""
    match operator:
        case "empty" | "not_empty":
            return _is_empty(left) == (operator == "empty")
        case "contains" | "not_contains":
            return _contains(left, right) == (operator == "contains")
        case "equals" | "not_equals":
            return _are_equal(left, right) == (operator == "equals")
        case "less" | "greater":
            return _is_less(left, right) if operator == "less" else _is_less(right, left)


def _is_empty(value: object) -> bool:
    return not value.strip() if isinstance(value, str) else value in (None, [], {})


def _contains(left: object, right: object) -> bool:
    if isinstance(left, list):
        return right in cast("list[object]", left)
    return words_of(right) in words_of(left)


def _are_equal(left: object, right: object) -> bool:
    one, other = _number(left), _number(right)
    if one is not None and other is not None:
        return one == other
    return words_of(left).strip() == words_of(right).strip()


def _is_less(left: object, right: object) -> bool:
    one, other = _number(left), _number(right)
    if one is not None and other is not None:
        return one < other
    return words_of(left) < words_of(right)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None
