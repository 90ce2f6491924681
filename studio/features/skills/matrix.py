"""Which program sees which skill, and where two of one name are in each other's way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from studio.features.skills.clients import CLIENTS, reads_in_order
from studio.features.skills.models import ClientName, Found, Skill, SkillClient, Survey


def describe_all(survey: Survey) -> list[Skill]:
    """Return every skill that was found, with who sees it."""
    named = defaultdict[str, list[Found]](list)
    for found in survey.found:
        named[found.name].append(found)
    orders = _orders(survey)
    offered = {id(found) for found in survey.offered()}
    return [_describe(one, survey, named[one.name], orders, is_offered=id(one) in offered) for one in survey.found]


def _orders(survey: Survey) -> Mapping[ClientName, Mapping[str, int]]:
    """Return for each program that is here which folders it reads, with their places in its order."""
    return {
        name: _rank(reads_in_order(name, survey.home, survey.projects, survey.plugins))
        for name, client in CLIENTS.items()
        if client.is_installed(survey.home)
    }


def _rank(folders: Sequence[Path]) -> Mapping[str, int]:
    # By text: to look up a path takes ten times as long, and this is done for each skill and program.
    ranked = dict[str, int]()
    for number, folder in enumerate(folders):
        ranked.setdefault(str(folder), number)
    return ranked


def _describe(
    one: Found,
    survey: Survey,
    rivals: Sequence[Found],
    orders: Mapping[ClientName, Mapping[str, int]],
    *,
    is_offered: bool,
) -> Skill:
    seen, hidden = _split_readers(one, rivals, orders)
    others = [rival for rival in rivals if rival is not one]
    project = one.root.project
    is_trusted = survey.is_trusted(one)
    return Skill(
        name=one.name,
        description=one.reading.description,
        path=str(one.path),
        scope=one.root.scope,
        valid=one.reading.is_valid,
        seen_by=["studio", *seen] if is_offered else seen,
        trusted=is_trusted,
        enabled=one.name not in survey.off,
        link=str(one.real) if one.is_link else "",
        problems=len(one.reading.problems),
        hidden_in=hidden,
        same_as=_places(rival for rival in others if _is_same(one, rival)),
        differs_from=_places(rival for rival in others if not _is_same(one, rival)),
        folder_trust="" if is_trusted else str(project),
    )


def _split_readers(
    one: Found, rivals: Sequence[Found], orders: Mapping[ClientName, Mapping[str, int]]
) -> tuple[list[ClientName], list[ClientName]]:
    """Return the programs that take this one, and those that take another in its place."""
    seen, hidden = list[ClientName](), list[ClientName]()
    if not one.is_usable:
        return seen, hidden
    folder = str(one.root.path)
    others = [str(rival.root.path) for rival in rivals if rival.is_usable]
    for name, order in orders.items():
        own = order.get(folder)
        if own is None:
            continue
        ranks = [order[other] for other in others if other in order]
        (seen if own == min(ranks) else hidden).append(name)
    return seen, hidden


def _is_same(one: Found, other: Found) -> bool:
    return one.real == other.real or one.reading.digest == other.reading.digest


def _places(found: Iterable[Found]) -> list[str]:
    return [str(one.path) for one in found]


def describe_clients(home: Path) -> list[SkillClient]:
    """Return every program that reads skills, Studio's own chat apart."""
    return [
        SkillClient(
            name=name,
            title=client.title,
            installed=client.is_installed(home),
            folder=str(home / client.personal[0]),
            folders=[str(folder) for folder in client.folders(name, home)],
            project_folders=list(client.project),
        )
        for name, client in CLIENTS.items()
    ]
