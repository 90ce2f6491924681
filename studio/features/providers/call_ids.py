"""Calls as a protocol takes them: whoever made a conversation's calls, their ids and names fit the provider asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count

from studio.features.providers.models import Answered, RequestedCall, Returned, Said

ANY_ID = re.compile(r".+", re.DOTALL)
ANTHROPIC_ID = re.compile(r"[a-zA-Z0-9_-]+")
MISTRAL_ID = re.compile(r"[a-zA-Z0-9]{9}")

OTHER_CHARACTERS = re.compile(r"[^a-zA-Z0-9_-]")
LONGEST_NAME = 64


def with_fitting_calls(said: Iterable[Said], ids: re.Pattern[str]) -> list[Said]:
    """Return what was said; each call with a name of at most 64 letters, digits, `_` and `-`, and an id of its own.

    An id that matches `ids`, and that no call before it has, stays as it is. Another is of nine letters and digits,
    which all providers take; the same conversation always gets the same ones.
    """
    said = list(said)
    taken = {call.id for one in said if isinstance(one, Answered) for call in one.calls}
    made = (new for new in map("call{:05}".format, count()) if new not in taken)
    told = set[str]()
    latest = dict[str, str]()
    """What the latest call with an id is called now."""
    fitting = list[Said]()
    for one in said:
        match one:
            case Answered(calls=calls):
                latest |= {call.id: _fitting(call.id, ids, told, made) for call in calls}
                fitting.append(replace(one, calls=[_renamed(call, latest) for call in calls]))
            case Returned():
                fitting.append(replace(one, call_id=latest.get(one.call_id, one.call_id), name=clean(one.name)))
            case _:
                fitting.append(one)
    return fitting


def clean(name: str) -> str:
    """Return the name of a tool, which a model may have made up, as all providers take it."""
    return OTHER_CHARACTERS.sub("_", name)[:LONGEST_NAME] or "_"


def _fitting(call_id: str, ids: re.Pattern[str], told: set[str], made: Iterator[str]) -> str:
    fits = ids.fullmatch(call_id) and call_id not in told
    chosen = call_id if fits else next(made)
    told.add(chosen)
    return chosen


def _renamed(call: RequestedCall, ids: dict[str, str]) -> RequestedCall:
    return replace(call, id=ids[call.id], name=clean(call.name))
