"""Holding a value against a JSON schema that a stranger wrote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from functools import cache
from typing import Any, cast

from studio.kit.errors import InvalidInput

MOST_REFERENCES = 1000
"""How often a schema may point elsewhere while arguments are held against it: some are written to take years."""

LONGEST_PROBLEM = 300


def check(value: object, schema: Mapping[str, Any]) -> None:
    """Hold a value against a JSON schema that a stranger wrote.

    Nothing is fetched for it, and its regular expressions, which may never end, are not tried.

    Raises:
        InvalidInput: the value does not fit, or the schema cannot be used.
    """
    _left.set([MOST_REFERENCES])
    try:
        problems = list(_first(_validator()(schema, registry=_no_registry()).iter_errors(value)))
    except _TooManyReferences:
        raise InvalidInput("The schema of the arguments points to itself without end.") from None
    except Exception as error:
        # A library for schemas has errors of many kinds for one that is none.
        reason = str(error).partition("\n")[0]
        raise InvalidInput(f"The schema of the arguments cannot be used: {reason[:LONGEST_PROBLEM]}.") from error
    for problem in problems:
        where = ".".join(str(part) for part in problem.absolute_path)
        raise InvalidInput(f"{f'{where!r}: ' if where else ''}{problem.message[:LONGEST_PROBLEM]}.")


def _first(problems: Iterator[Any]) -> Iterator[Any]:
    for problem in problems:
        yield problem
        return


class _TooManyReferences(Exception):
    """A schema leads from one part of itself to another too often."""


_left: ContextVar[list[int]] = ContextVar("references that may still be followed")


@cache
def _validator() -> Any:  # noqa: ANN401 -- jsonschema is not imported here
    """Return the class of a validator that tries no patterns, and follows a limited number of references."""
    from jsonschema import Draft202012Validator, validators  # noqa: PLC0415 -- 100 ms: only those who need it pay

    known: Mapping[str, Any] = Draft202012Validator.VALIDATORS

    def nothing(validator: Any, expected: Any, value: Any, schema: Any) -> None:  # noqa: ANN401 -- as above
        del validator, expected, value, schema

    def unless_patterns(validator: Any, expected: Any, value: Any, schema: Any) -> Any:  # noqa: ANN401 -- as above
        if "patternProperties" in schema:
            return None
        return known["additionalProperties"](validator, expected, value, schema)

    def follow(keyword: str) -> Any:  # noqa: ANN401 -- as above
        def counted(validator: Any, reference: Any, value: Any, schema: Any) -> Iterator[Any]:  # noqa: ANN401 -- as above
            left = _left.get()
            left[0] -= 1
            if left[0] < 0:
                raise _TooManyReferences
            yield from known[keyword](validator, reference, value, schema) or ()

        return counted

    untried = dict.fromkeys(("pattern", "patternProperties", "unevaluatedProperties"), nothing)
    counted = {keyword: follow(keyword) for keyword in ("$ref", "$dynamicRef")}
    extend = cast("Any", validators).extend
    return extend(Draft202012Validator, {**untried, **counted, "additionalProperties": unless_patterns})


def _no_registry() -> Any:  # noqa: ANN401 -- as above
    from referencing import Registry  # noqa: PLC0415 -- as above

    return cast("Any", Registry)()
