"""The built-in rules, and how rules decide: the last that fits; none fits: ask; the strictest of several subjects."""

import os
import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import PurePath

from studio.features.permissions import patterns
from studio.features.permissions.addresses import fits_address
from studio.features.permissions.guarded import SECRET_PATHS, Look, is_steering
from studio.features.permissions.models import Effect, Rule, Subject, Verdict
from studio.features.permissions.shell import MOST_CHARACTERS, CommandLine, read_line
from studio.features.permissions.spellings import list_spellings

READ = "read_file"
READING = (READ, "list_files", "search_files", "todo", "find_tools", "skill")

WRITING = ("write_file", "edit_file")

STRICTNESS: dict[Effect, int] = {"allow": 0, "ask": 1, "deny": 2}


def list_builtin(private_folder: str) -> list[Rule]:
    """Return the built-in rules. `private_folder` is Studio's own: its keys and tokens are nobody's to read."""
    reads = [Rule(id=f"builtin-read-{tool}", tool=tool, pattern="*", effect="allow") for tool in READING]
    secrets = [
        Rule(id=f"builtin-secret-{number}", tool="*_file*", pattern=pattern, effect="deny")
        for number, pattern in enumerate((*SECRET_PATHS, f"{private_folder}/*"), start=1)
    ]
    examples = Rule(id="builtin-example-env", tool="read_file", pattern="*.env.example", effect="allow")
    return [*reads, *secrets, examples]


def decide(rules: Sequence[Rule], subjects: Iterable[Subject]) -> Verdict:
    """Return the strictest verdict on any of `subjects`."""
    return strictest([_decide_subject(rules, one) for one in subjects])


def strictest(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the verdict that allows least, with all of them as its parts."""
    found = max(verdicts, key=lambda verdict: STRICTNESS[verdict.effect])
    return replace(found, parts=tuple(verdicts)) if len(verdicts) > 1 else found


def _decide_subject(rules: Sequence[Rule], subject: Subject) -> Verdict:
    verdict = _decide_command(rules, subject) if subject.kind == "command" else _decide_one(rules, subject)
    if verdict.effect == "deny" or _is_settled(verdict) or not (guard := _guard(rules, subject)):
        return verdict
    if verdict.effect == "allow":
        return Verdict("ask", guard, resource=subject.resource, guard=guard)
    return replace(verdict, guard=guard)


def _guard(rules: Sequence[Rule], subject: Subject) -> str:
    """Return why only a rule for exactly this may allow it, or nothing."""
    if subject.kind == "command":
        return _find_guarded(rules, subject)
    if subject.tool in WRITING and is_steering(subject.resource):
        return f"{subject.resource!r} decides what other programs run: only a rule for exactly this file allows it."
    return ""


def _decide_one(rules: Sequence[Rule], subject: Subject) -> Verdict:
    unknown = Verdict("ask", f"No rule speaks of {subject.tool!r} with this.", resource=subject.resource)
    return _last_of(rules, subject, unknown, fits=fits, may_fit=may_fit)


def _last_of(
    rules: Sequence[Rule],
    subject: Subject,
    unknown: Verdict,
    *,
    fits: Callable[[Rule, Subject], bool],
    may_fit: Callable[[Rule, Subject], bool],
) -> Verdict:
    """Return what the last rule says that fits.

    One that denies fits also if it only may be meant; one that asks turns an allowance before it into a question then.
    """
    asked: Verdict | None = None
    for rule in reversed(rules):
        if fits(rule, subject) or (rule.effect == "deny" and may_fit(rule, subject)):
            verdict = _verdict_of(rule, subject.resource)
            return asked if asked and verdict.effect == "allow" else verdict
        if rule.effect == "ask" and not asked and may_fit(rule, subject):
            asked = _verdict_of(rule, subject.resource)
    return asked or unknown


def _decide_command(rules: Sequence[Rule], subject: Subject) -> Verdict:
    """Judge each command of a line by itself; a line that was not seen whole is allowed only as a whole."""
    line = read_line(subject.resource)
    if not line.is_whole:
        return _decide_unseen(rules, subject, line)
    return strictest([_decide_part(rules, subject, words) for words in line.commands])


def _decide_part(rules: Sequence[Rule], subject: Subject, words: Sequence[str]) -> Verdict:
    part = shlex.join(words)
    spelled = list_spellings(words)

    def speaks(rule: Rule, _: Subject) -> bool:
        return fits(rule, subject if rule.match == "exact" else replace(subject, resource=part))

    def may_speak(rule: Rule, _: Subject) -> bool:
        return _speaks_loosely(rule, subject) and _hits(rule, [subject.resource, *spelled])

    unknown = Verdict("ask", f"No rule speaks of the command {part!r}.", resource=part)
    return _last_of(rules, replace(subject, resource=part), unknown, fits=speaks, may_fit=may_speak)


def _decide_unseen(rules: Sequence[Rule], subject: Subject, line: CommandLine) -> Verdict:
    """Judge a line of which nobody can say what it runs."""
    unseen = Verdict("ask", f"What this runs cannot be told for sure: {line.why}.", resource=subject.resource)
    seen = [subject.resource, *(text for words in line.commands for text in list_spellings(words))]
    for rule in reversed(rules):
        if rule.effect == "allow":
            means_all = rule.match == "glob" and rule.pattern == "*" and _speaks_of(rule, subject)
            if means_all or (rule.match == "exact" and fits(rule, subject)):
                return _verdict_of(rule, subject.resource)
        elif _speaks_loosely(rule, subject):
            # It may be meant by this rule: what can be made out decides whether it is denied or asked about.
            guard = f"{unseen.reason} A rule may speak of it: {_reason(rule)}"
            return _verdict_of(rule, subject.resource) if _hits(rule, seen) else replace(unseen, guard=guard)
    return unseen


def _find_guarded(rules: Sequence[Rule], subject: Subject) -> str:
    """Return why a command that rules allow is to be asked about: what it reads, or that nobody looked."""
    if len(subject.resource) > MOST_CHARACTERS:
        return "The command is too long to be looked at."
    denying = tuple(rule.pattern for rule in rules if rule.effect == "deny" and patterns.fits(rule.tool, READ))

    def is_denied(path: str) -> bool:
        # Nearly every path is nobody's secret: one expression for all rules says so at once.
        if not patterns.any_of(denying).fullmatch(patterns.fold(path)):
            return False
        return _decide_one(rules, Subject(READ, path, "path", os.path.dirname(path))).effect == "deny"

    return Look(subject.folder, is_denied).find_guarded(read_line(subject.resource))


def _is_settled(verdict: Verdict) -> bool:
    """Return whether a rule allows exactly this, so that the person knew."""
    return all(part.is_exact for part in verdict.parts or (verdict,))


def fits(rule: Rule, subject: Subject) -> bool:
    """Return whether the rule speaks of the subject."""
    if not _speaks_of(rule, subject):
        return False
    if rule.match == "exact":
        return rule.pattern == subject.resource
    if subject.kind == "address":
        return fits_address(rule.pattern, subject.resource)
    return patterns.fits(rule.pattern, subject.resource)


def may_fit(rule: Rule, subject: Subject) -> bool:
    """Return whether the rule speaks of the subject, or of what may be the same by another name."""
    return _speaks_loosely(rule, subject) and (_hits(rule, [subject.resource]) or fits(rule, subject))


def _hits(rule: Rule, texts: Iterable[str]) -> bool:
    if rule.match == "exact":
        return any(patterns.fold(rule.pattern) == patterns.fold(text) for text in texts)
    return any(patterns.fits_loosely(rule.pattern, text) for text in texts)


def _speaks_of(rule: Rule, subject: Subject) -> bool:
    if not patterns.fits(rule.tool, subject.tool):
        return False
    if not rule.folder:
        return True
    if rule.effect == "allow" and rule.match == "exact" and subject.kind in {"command", "text"}:
        # `./run.sh` is another program, and `build` another folder, one level deeper.
        return PurePath(subject.folder) == PurePath(rule.folder)
    return PurePath(subject.folder).is_relative_to(rule.folder)


def _speaks_loosely(rule: Rule, subject: Subject) -> bool:
    if not patterns.fits(rule.tool, subject.tool):
        return False
    return not rule.folder or PurePath(patterns.fold(subject.folder)).is_relative_to(patterns.fold(rule.folder))


def _verdict_of(rule: Rule, resource: str) -> Verdict:
    return Verdict(rule.effect, _reason(rule), rule.id, resource, is_exact=rule.match == "exact")


def _reason(rule: Rule) -> str:
    origin = "A built-in rule" if rule.created_at is None else "A rule of yours"
    place = f" in '{rule.folder}'" if rule.folder else ""
    return f"{origin} says {rule.effect}: {rule.tool} with {rule.pattern!r}{place}."
