"""How that stands which schedules began: it is asked for where it is shown, as whoever runs it knows best."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from studio.features.schedules.models import Begun, Occasion, OccasionView, Outcome, Target
from studio.kit.errors import Unavailable


async def show(targets: Mapping[str, Target], occasions: Iterable[tuple[str, Occasion]]) -> list[OccasionView]:
    """Return occasions, each given with its target, with how that stands which was begun."""
    given = list(occasions)
    found = await _list(targets, [(target, one.run_id or "") for target, one in given])
    return [OccasionView(**dict(one), outcome=found.get(one.run_id or "")) for _, one in given]


async def list_failed(targets: Mapping[str, Target], begun: Sequence[Begun], *, most: int) -> list[Begun]:
    """Return those of some moments at which something was begun that failed, with the reason."""
    found = await _list(targets, [(one.target, one.run_id) for one in begun])
    failed = [(one, found[one.run_id]) for one in begun if one.run_id in found and found[one.run_id].state == "failed"]
    return [one.model_copy(update={"error": outcome.error}) for one, outcome in failed[:most]]


async def _list(targets: Mapping[str, Target], begun: Iterable[tuple[str, str]]) -> dict[str, Outcome]:
    wanted = defaultdict[str, list[str]](list)
    for target, run_id in begun:
        wanted[target].append(run_id)
    found = dict[str, Outcome]()
    for target, run_ids in wanted.items():
        # When a schedule comes is worth knowing also where nobody can say what came of it.
        with suppress(Unavailable):
            found |= await targets[target].list_outcomes([one for one in run_ids if one]) if target in targets else {}
    return found
