"""The base of every value that meets JSON, and the one place where outside data is read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from studio.kit.errors import BadRequest, InvalidInput

Raw = TypeVar("Raw")
T = TypeVar("T")

SENTENCE = "sentence"
"""The type of a problem whose message is a whole sentence, which says what it is about."""


class Model(BaseModel):
    """A value that meets JSON. Its validator is built when first used, so start-up does not pay for it."""

    model_config = ConfigDict(defer_build=True, frozen=True)


@dataclass(frozen=True, slots=True)
class Spelled(Generic[T]):
    """A `T` that was never made, as the JSON it would be: for values with so many parts that making each is slow."""

    json: bytes


def read(validate: Callable[[Raw], T], raw: Raw) -> T:
    """Validate what came from outside.

    A bare ValidationError is a bug of ours; only here does it become the caller's.

    Raises:
        BadRequest: it is not JSON.
        InvalidInput: it has another shape; every problem is in `detail["problems"]`.
    """
    try:
        return validate(raw)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        if problems[0]["type"] == "json_invalid":
            raise BadRequest(f"The body is not valid JSON: {reason_of(problems[0])}.") from error
        detail = {"problems": [dict(problem, loc=list(problem["loc"])) for problem in problems]}
        raise InvalidInput(describe(problems), detail=detail) from error


def describe(problems: Sequence[ErrorDetails]) -> str:
    """Return one sentence that names the first problem and counts the others."""
    first, more = problems[0], len(problems) - 1
    return f"{_sentence(first)} {more} more like it." if more else _sentence(first)


def _sentence(problem: ErrorDetails) -> str:
    if problem["type"] == SENTENCE:
        return problem["msg"]
    where = ".".join(str(part) for part in problem["loc"])
    return f"{repr(where) if where else 'The request'} is not valid: {reason_of(problem)}."


def reason_of(problem: ErrorDetails) -> str:
    """Return why something is not valid, as the end of a sentence."""
    message = problem["msg"].removeprefix("Invalid JSON: ")
    # `EOF while parsing` keeps its capitals.
    start = message[:1] if message[1:2].isupper() else message[:1].lower()
    return start + message[1:].rstrip(".")
