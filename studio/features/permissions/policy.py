"""The built-in rules, and how rules decide: the last that fits; none fits: ask; the strictest of several subjects."""

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import PurePath

from studio.features.permissions.models import Effect, Rule, Subject, Verdict
from studio.features.permissions.shell import CommandLine, read_line

READING = ("read_file", "list_files", "search_files", "todo")

SECRET_PATHS = (
    "*.env",
    "*.env.*",
    "*.pem",
    "*.key",
    "*.p12",
    "*.pfx",
    "*.kdbx",
    "*.netrc",
    "*.pgpass",
    "*.git-credentials",
    "*/.ssh/*",
    "*/.gnupg/*",
    "*/.aws/*",
    "*/.azure/*",
    "*/.config/gcloud/*",
    "*/.config/gh/*",
    "*/.kube/*",
    "*/.docker/config.json",
    "*/.password-store/*",
    "*/.local/share/keyrings/*",
    "*/id_rsa*",
    "*/id_ed25519*",
    "*/id_ecdsa*",
)

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
    return strictest(
        [_decide_command(rules, one) if one.kind == "command" else _decide_one(rules, one) for one in subjects]
    )


def strictest(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the verdict that allows least, with all of them as its parts."""
    found = max(verdicts, key=lambda verdict: STRICTNESS[verdict.effect])
    return replace(found, parts=tuple(verdicts)) if len(verdicts) > 1 else found


def _decide_one(rules: Sequence[Rule], subject: Subject) -> Verdict:
    for rule in reversed(rules):
        if fits(rule, subject):
            return Verdict(rule.effect, _reason(rule), rule.id, subject.resource)
    return Verdict("ask", f"No rule speaks of {subject.tool!r} with this.", resource=subject.resource)


def _decide_command(rules: Sequence[Rule], subject: Subject) -> Verdict:
    """Judge each command of a line by itself; a line that was not seen whole is allowed only as a whole."""
    line = read_line(subject.resource)
    if not line.is_whole:
        return _decide_unseen(rules, subject, line)
    return strictest([_decide_part(rules, subject, part) for part in line.parts])


def _decide_part(rules: Sequence[Rule], subject: Subject, part: str) -> Verdict:
    for rule in reversed(rules):
        means_line = rule.match == "exact" and fits(rule, subject)
        means_part = rule.match == "glob" and fits(rule, replace(subject, resource=part))
        if means_line or means_part:
            return Verdict(rule.effect, _reason(rule), rule.id, part)
    return Verdict("ask", f"No rule speaks of the command {part!r}.", resource=part)


def _decide_unseen(rules: Sequence[Rule], subject: Subject, line: CommandLine) -> Verdict:
    """Judge a line of which nobody can say what it runs."""
    unseen = Verdict("ask", f"What this runs cannot be told for sure: {line.why}.", resource=subject.resource)
    for rule in reversed(rules):
        if not _speaks_of(rule, subject):
            continue
        if rule.pattern == "*" or (rule.match == "exact" and rule.pattern == subject.resource):
            return Verdict(rule.effect, _reason(rule), rule.id, subject.resource)
        if rule.match == "glob" and rule.effect != "allow":
            # It may be meant by this rule: what can be made out decides whether it is denied or asked about.
            seen = [subject.resource, *(" ".join(words) for words in line.commands)]
            hit = any(_glob(rule.pattern).fullmatch(text) for text in seen)
            return Verdict(rule.effect, _reason(rule), rule.id, subject.resource) if hit else unseen
    return unseen


def find_secret(rules: Sequence[Rule], subjects: Iterable[Subject]) -> str:
    """Return a path that a command names and that may not be read; nothing where there is none."""
    for subject in subjects:
        words = [word for command in read_line(subject.resource).commands for word in command[1:]]
        for word in words if subject.kind == "command" else ():
            # `--file=.env` names a file too.
            path = os.path.realpath(os.path.join(subject.folder, word.rpartition("=")[2]))
            if _decide_one(rules, Subject("read_file", path)).effect == "deny":
                return word
    return ""


def fits(rule: Rule, subject: Subject) -> bool:
    """Return whether the rule speaks of the subject."""
    if not _speaks_of(rule, subject):
        return False
    if rule.match == "exact":
        return rule.pattern == subject.resource
    return _glob(rule.pattern).fullmatch(subject.resource) is not None


def _speaks_of(rule: Rule, subject: Subject) -> bool:
    in_folder = not rule.folder or PurePath(subject.folder).is_relative_to(rule.folder)
    return in_folder and _glob(rule.tool).fullmatch(subject.tool) is not None


@lru_cache(maxsize=4096)
def _glob(pattern: str) -> re.Pattern[str]:
    # The whole value must fit: a rule for `git log` says nothing of `git log; rm -rf .`.
    bare, more = (pattern[:-2], r"(?: .*)?") if pattern.endswith(" *") else (pattern, "")
    return re.compile(".*".join(re.escape(part) for part in bare.split("*")) + more, re.DOTALL)


def _reason(rule: Rule) -> str:
    origin = "A built-in rule" if rule.created_at is None else "A rule of yours"
    place = f" in '{rule.folder}'" if rule.folder else ""
    return f"{origin} says {rule.effect}: {rule.tool} with {rule.pattern!r}{place}."
