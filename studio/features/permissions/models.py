"""What a rule is, and what rules decide."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from studio.kit.clock import Timestamp
from studio.kit.models import Model

Effect = Literal["allow", "ask", "deny"]
Match = Literal["exact", "glob"]


class RuleDraft(Model):
    """A rule to be written.

    `tool` is a tool's name, where `*` stands for anything. `pattern` is held against what the call touches: a path, the
    address of a page, or each command of a line. With `glob`, `*` in it stands for anything and a final ` *` also for
    nothing; with `exact` it stands for itself, and of a command line for the whole line.

    With `folder`, given by its full path, the rule holds there and below only. A command line means another thing in
    another folder: an exact one is allowed in exactly that folder.
    """

    tool: str = Field(min_length=1, max_length=200)
    pattern: str = Field(min_length=1, max_length=20_000)
    match: Match = "glob"
    effect: Effect
    folder: str | None = Field(default=None, max_length=4096)


class Rule(RuleDraft):
    """A rule. Built-in ones have no date and cannot be deleted, only overruled by one that comes later."""

    id: str
    created_at: Timestamp | None = None


class RuleList(Model):
    """All rules, in the order in which they are read: the last that fits decides."""

    rules: list[Rule]


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that a call touches: the text that patterns are held against, and the real folder it happens in.

    A `command` is a line for the shell, an `address` that of a page: both are taken apart first. A `path` is a real
    one, and happens where it lies. Where `folder` is left empty, the toolbox puts in the working folder.
    """

    tool: str
    resource: str
    kind: Literal["text", "path", "command", "address"] = "text"
    folder: str = ""

    @classmethod
    def of_path(cls, tool: str, place: Path) -> Subject:
        """Return what a call touches that works on the real path `place`; a folder's has a slash at its end."""
        if place.is_dir():
            return cls(tool, f"{place}/", "path", str(place))
        return cls(tool, str(place), "path", str(place.parent))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided, by which rule (None: no rule fits, so a person is asked), and why, as a sentence.

    `parts` are the verdicts on the pieces of what was judged, in order, where it has any; `is_exact`: the rule was
    written for exactly this; `guard`: why nothing but such a rule, or a person who sees it, may allow this.
    """

    effect: Effect
    reason: str
    rule: str | None = None
    resource: str = ""
    parts: tuple[Verdict, ...] = ()
    is_exact: bool = False
    guard: str = ""

    @property
    def insists(self) -> Verdict | None:
        """The verdict on the first piece that asks because a rule or a guard says so, not because no rule speaks."""
        if self.effect == "ask" and (self.guard or (self.rule and not self.parts)):
            return self
        return next((found for part in self.parts if (found := part.insists)), None)


class TrustedFolder(Model):
    """A folder whose own instructions count, with everything below it."""

    path: str
    created_at: Timestamp


class TrustedFolders(Model):
    """Every trusted folder."""

    folders: list[TrustedFolder]


class FolderDraft(Model):
    """A folder to be trusted, by its full path."""

    path: str = Field(min_length=1, max_length=4096)
