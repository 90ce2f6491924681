"""What a model is given of a skill that it loads, with nothing hidden in it."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from studio.features.skills.front_matter import read_document
from studio.features.skills.listing import line_of, spell_listing
from studio.features.skills.models import SKILL_FILE, Found
from studio.features.skills.scanning import rank_by_words
from studio.features.skills.trees import list_sizes, read_text
from studio.kit.characters import show_hidden, show_line
from studio.kit.errors import NotFound

MOST_FOUND = 10
MOST_FILES_LISTED = 100


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a call gave. `is_error`: there is no such skill, and the content says what there is."""

    content: str
    is_error: bool = False


def find_offered(offered: Sequence[Found], name: str) -> Found:
    """Return the skill of a name.

    Raises:
        NotFound: there is none, or it does not count here.
    """
    found = next((one for one in offered if one.name == name), None)
    if found is None:
        raise NotFound(f"There is no skill {name!r} here.")
    return found


def load(offered: Sequence[Found], name: str) -> Loaded:
    """Return the body of a skill with the list of its files; without a name, or with other words, what there is."""
    if not name.strip():
        return Loaded(spell_listing(offered) or "There is no skill here.")
    # To the letter: a rule was held against the name as it was given.
    found = next((one for one in offered if one.name == name), None)
    return Loaded(_spell(found)) if found else _suggest(offered, name)


def load_file(one: Found, file: str) -> str:
    """Return a text file of a skill.

    Raises:
        NotFound, NotAllowed, InvalidInput, TooLarge: there is no such file in it, or it is no text.
    """
    return show_hidden(read_text(one.real, file))


def _spell(one: Found) -> str:
    body = read_document(read_text(one.real, SKILL_FILE)).body.strip()
    sizes = list_sizes(one.real, most=MOST_FILES_LISTED + 2)
    files = [(path, size) for path, size in sizes.items() if path != SKILL_FILE]
    name, folder = html.escape(one.name), html.escape(show_line(str(one.real)))
    parts = [f'<skill name="{name}" folder="{folder}">', show_hidden(body), "</skill>"]
    if files:
        parts.append(f"Its files, which the tool `skill` reads with the name {one.name!r} and `file`:")
        parts += [f"- {path} ({size} bytes)" for path, size in files[:MOST_FILES_LISTED]]
    if len(files) > MOST_FILES_LISTED:
        parts.append("… and more.")
    return "\n".join(parts)


def _suggest(offered: Sequence[Found], words: str) -> Loaded:
    scored = [(len(rank_by_words(words, f"{one.name} {one.reading.description}")), one) for one in offered]
    best = [one for score, one in sorted(scored, key=lambda pair: -pair[0]) if score][:MOST_FOUND]
    if best:
        found = "\n".join(["No skill has this name. These have words of it:", *map(line_of, best)])
        return Loaded(found, is_error=" " not in words.strip())
    return Loaded(f"There is no skill {words[:100]!r} here, and none has these words.", is_error=True)
