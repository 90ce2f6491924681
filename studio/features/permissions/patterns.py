"""How the pattern of a rule is held against a text: to the letter for allowing, loosely for asking and denying."""

import re
import unicodedata
from functools import lru_cache


def fits(pattern: str, text: str) -> bool:
    """Return whether `pattern` fits all of `text`: `*` stands for anything, a final ` *` also for nothing."""
    return _glob(pattern).fullmatch(text) is not None


def fits_loosely(pattern: str, text: str) -> bool:
    """Return whether `pattern` fits `text` or another spelling that may mean the same to a disk."""
    return _glob(fold(pattern)).fullmatch(fold(text)) is not None


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return the text without what some disks do not tell apart: case, composition, characters that are not shown."""
    if text.isascii():
        return text.lower()
    composed = unicodedata.normalize("NFC", text)
    return unicodedata.normalize(
        "NFC", "".join(one for one in composed if unicodedata.category(one) != "Cf").casefold()
    )


@lru_cache(maxsize=4096)
def _glob(pattern: str) -> re.Pattern[str]:
    # The whole value must fit: a rule for `git log` says nothing of `git log; rm -rf .`.
    bare, more = (pattern[:-2], r"(?: .*)?") if pattern.endswith(" *") else (pattern, "")
    return re.compile(".*".join(re.escape(part) for part in bare.split("*")) + more, re.DOTALL)


def any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Return one expression for folded texts that any of `patterns` fits."""
    return _any_of(tuple(fold(pattern) for pattern in patterns))


@lru_cache(maxsize=64)
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{_glob(pattern).pattern})" for pattern in patterns) or r"(?!)", re.DOTALL)
