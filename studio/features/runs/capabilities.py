"""What a run may do without asking: its profile, held against a call, under the rules that hold for every call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from studio.features.permissions.models import Effect, Subject, Verdict
from studio.features.runs.models import RunProfile
from studio.kit.clock import Timestamp, moment
from studio.kit.errors import InvalidInput

TOUCHING_NOTHING = {"find_tools", "read_file", "skill", "todo"}
"""Tools of Studio's own that reach neither files nor pages where what they touch is no path: skills, lists, names."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What was decided of a step, and why."""

    effect: Literal["allow", "ask", "deny"]
    reason: str
    rule: str | None = None


def decide(
    capability: str, subjects: Sequence[Subject], verdict: Verdict, profile: RunProfile | None, *, now: Timestamp
) -> Ruling:
    """Return whether a call may be made in a run.

    What the rules deny stays denied, and what a rule or a guard asks about is asked about. Without a profile the rules
    alone decide; with one, it decides of what no rule speaks of, and narrows what they allow.
    """
    if verdict.effect == "deny":
        return Ruling("deny", verdict.reason, verdict.rule)
    if profile is None:
        return Ruling(verdict.effect, verdict.reason, verdict.rule)
    if insisting := verdict.insists:
        return Ruling("ask", insisting.guard or insisting.reason, insisting.rule)
    missing = lacks(profile, capability, subjects, now=now)
    return Ruling("ask", missing) if missing else Ruling("allow", f"The run's profile allows {capability!r}.")


def lacks(profile: RunProfile, capability: str, subjects: Sequence[Subject], *, now: Timestamp) -> str:
    """Return what a profile does not allow of a call, or nothing where it allows all."""
    return _is_over(profile, now) or _lacks_call(profile, capability, subjects)


def ran_out(profile: RunProfile | None, *, since: Timestamp, now: Timestamp) -> str:
    """Return why a step may not go on that began at a moment, or nothing: one begun later was approved all the same."""
    return _is_over(profile, now) if profile and not _is_over(profile, since) else ""


def rule_on_the_way(profile: RunProfile | None, subject: Subject, verdict: Verdict) -> Effect:
    """Return what becomes of a place that a call comes to on its way: a page may send on to another."""
    if profile is None or verdict.effect == "deny" or verdict.insists:
        return verdict.effect
    return "ask" if _lacks_call(profile, f"tool:{subject.tool}", [subject]) else "allow"


def _is_over(profile: RunProfile, now: Timestamp) -> str:
    is_over = profile.until is not None and moment(profile.until) <= moment(now)
    return f"The run's profile counts until {profile.until} only." if is_over else ""


def _lacks_call(profile: RunProfile, capability: str, subjects: Sequence[Subject]) -> str:
    if not any(fnmatchcase(capability, allowed) for allowed in profile.allow):
        return f"The run's profile does not allow {capability!r}."
    for subject in subjects:
        if reason := _lacks_place(profile, subject):
            return reason
    return ""


def _lacks_place(profile: RunProfile, subject: Subject) -> str:
    if profile.paths is None and profile.hosts is None:
        return ""
    if subject.kind == "command" or (subject.kind == "text" and subject.tool not in TOUCHING_NOTHING):
        return f"The run's profile names paths or hosts, and nobody can hold {subject.tool!r} to them."
    if profile.paths is not None and subject.kind == "path" and not _is_below(subject.resource, profile.paths):
        return f"The run's profile does not reach {subject.resource!r}."
    if profile.hosts is not None and subject.kind == "address":
        host = urlsplit(subject.resource).hostname or ""
        if not any(fnmatchcase(host, allowed.lower()) for allowed in profile.hosts):
            return f"The run's profile does not reach the host {host!r}."
    return ""


def check(profile: RunProfile) -> None:
    """See that the places of a profile are places, wherever Studio was started.

    Raises:
        InvalidInput: one is none.
    """
    for path in profile.paths or ():
        if _place_of(path) is None:
            raise InvalidInput(f"The profile names {path!r}, which is no full path of a file or folder.")


def _is_below(place: str, paths: Sequence[str]) -> bool:
    return any(allowed and Path(place).is_relative_to(allowed) for allowed in map(_place_of, paths))


def _place_of(path: str) -> Path | None:
    """Return the place that a path of a profile means; None where it is relative, or nobody's."""
    try:
        place = Path(path).expanduser()
        return place.resolve() if place.is_absolute() else None
    except (OSError, RuntimeError, ValueError):
        return None
