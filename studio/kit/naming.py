"""What is wrong with the shape of items that have ids and kinds, in sentences that name the item and the field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from pydantic import ValidationError, WrapValidator
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from studio.kit.models import SENTENCE, reason_of

ID_WORDS = "An id begins with a letter, has letters, digits, '_' and '-' after it, and is no longer than 64"


def name_items(word: str) -> WrapValidator:
    """Return a validator of a list whose problems are sentences that name the item, with a word for what it is."""

    def read(value: object, handler: Callable[[object], Any]) -> Any:  # noqa: ANN401 -- what the list is of
        try:
            return handler(value)
        except ValidationError as error:
            found = error.errors(include_url=False)
            if not isinstance(value, list | tuple) or not all(one["loc"] for one in found):
                raise
            items = cast("Sequence[Any]", value)
            raise ValidationError.from_exception_data(
                error.title, [_named(one, word, items) for one in found]
            ) from error

    return WrapValidator(read)


def _named(problem: ErrorDetails, word: str, items: Sequence[Any]) -> InitErrorDetails:
    place = int(problem["loc"][0])
    field = _field(items[place], problem["loc"][1:])
    sentence = f"{_name_of(word, items[place], place)}{_describe(problem, field)}"
    custom = PydanticCustomError(SENTENCE, "{sentence}", {"sentence": sentence})
    return InitErrorDetails(type=custom, loc=problem["loc"], input=problem["input"])


def _name_of(word: str, item: object, place: int) -> str:
    """Return what an item that may have any shape is called in a sentence: by its id, its title or its place."""
    given = cast("dict[str, Any]", item) if isinstance(item, dict) else {}
    for name in ("id", "title"):
        if isinstance(given.get(name), str) and given[name].strip():
            return f"{word} {given[name][:80]!r}"
    return f"{word} number {place + 1}"


def _field(item: object, loc: Sequence[int | str]) -> str:
    """Return which field of an item is meant, without the kinds, which stand in a place as well."""
    parts, value, is_kind = list[str](), item, False
    for part in loc:
        given = cast("dict[Any, Any]", value) if isinstance(value, dict) else {}
        is_kind = not is_kind and given.get("kind") == part
        if not is_kind:
            parts.append(str(part))
            value = given.get(part)
    return ".".join(parts)


def _describe(problem: ErrorDetails, field: str) -> str:
    context = problem.get("ctx", {})
    match problem["type"]:
        case "missing":
            return f" needs the field {field!r}."
        case "extra_forbidden":
            return f" has a field {field!r}, which those of its kind do not have."
        case "union_tag_invalid":
            where = f" in {field!r}" if field else ""
            return f" has the kind {str(context['tag'])[:80]!r}{where}. There are: {context['expected_tags']}."
        case "union_tag_not_found":
            return f" needs the field {'.'.join(filter(None, (field, 'kind')))!r}."
        case "string_pattern_mismatch" if field == "id":
            return f": {str(problem['input'])[:80]!r} is no id. {ID_WORDS}."
        case _:
            where = f"{field!r} is not valid" if field else "it is not valid"
            return f": {where}: {reason_of(problem)}."
