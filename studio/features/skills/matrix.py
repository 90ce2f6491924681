"""Which program sees which skill, and where two of one name are in each other's way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from studio.features.skills.clients import CLIENTS, reads_in_order
from studio.features.skills.models import ClientName, Found, Skill, SkillClient, Survey

MOST_PLACES = 20
"""Other places of a skill of one name that are told of."""


@dataclass(frozen=True, slots=True)
class _Rivals:
    """All skills of one name: by what they say, and the folders in which those lie that can be used."""

    by_words: Mapping[str, Sequence[Found]]
    folders: Sequence[str]

    def same_as(self, one: Found) -> Iterator[Found]:
        """Yield the others that say the same."""
        return (other for other in self.by_words[_words_of(one)] if other is not one)

    def differing_from(self, one: Found) -> Iterator[Found]:
        """Yield those that say something else."""
        return (other for words, others in self.by_words.items() if words != _words_of(one) for other in others)


def _words_of(one: Found) -> str:
    # What is too large was not read, and is the same as itself only.
    return one.reading.digest or str(one.real)


def _rivals_among(named: Sequence[Found]) -> _Rivals:
    by_words = defaultdict[str, list[Found]](list)
    for one in named:
        by_words[_words_of(one)].append(one)
    return _Rivals(by_words, list(dict.fromkeys(str(one.root.path) for one in named if one.is_usable)))


def describe_all(survey: Survey) -> list[Skill]:
    """Return every skill that was found, with who sees it."""
    named = defaultdict[str, list[Found]](list)
    for found in survey.found:
        named[found.name].append(found)
    rivals = {name: _rivals_among(found) for name, found in named.items()}
    orders = _orders(survey)
    offered = {id(found) for found in survey.offered()}
    return [_describe(one, survey, rivals[one.name], orders, is_offered=id(one) in offered) for one in survey.found]


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
    rivals: _Rivals,
    orders: Mapping[ClientName, Mapping[str, int]],
    *,
    is_offered: bool,
) -> Skill:
    seen, hidden = _split_readers(one, rivals.folders, orders)
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
        same_as=_places(rivals.same_as(one)),
        differs_from=_places(rivals.differing_from(one)),
        folder_trust="" if is_trusted else str(one.ground),
    )


def _split_readers(
    one: Found, others: Sequence[str], orders: Mapping[ClientName, Mapping[str, int]]
) -> tuple[list[ClientName], list[ClientName]]:
    """Return the programs that take this one, and those that take another in its place, from one of `others`."""
    seen, hidden = list[ClientName](), list[ClientName]()
    if not one.is_usable:
        return seen, hidden
    folder = str(one.root.path)
    for name, order in orders.items():
        own = order.get(folder)
        if own is None:
            continue
        ranks = [order[other] for other in others if other in order]
        (seen if own == min(ranks) else hidden).append(name)
    return seen, hidden


def _places(found: Iterable[Found]) -> list[str]:
    return [str(one.path) for one in islice(found, MOST_PLACES)]


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
