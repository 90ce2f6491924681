"""The built-in rules, and how rules decide: the last that fits; none fits: ask; the strictest of several subjects."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from studio.features.permissions.models import Effect, Rule, Subject, Verdict

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
    verdicts = [_decide_one(rules, subject) for subject in subjects]
    return max(verdicts, key=lambda verdict: STRICTNESS[verdict.effect])


def _decide_one(rules: Sequence[Rule], subject: Subject) -> Verdict:
    for rule in reversed(rules):
        if fits(rule, subject):
            return Verdict(rule.effect, _reason(rule, subject), rule.id)
    return Verdict("ask", f"No rule speaks of {subject.tool!r} with this.")


def fits(rule: Rule, subject: Subject) -> bool:
    """Return whether the rule speaks of the subject."""
    if not _glob(rule.tool).fullmatch(subject.tool):
        return False
    if rule.match == "exact":
        return rule.pattern == subject.resource
    return _glob(rule.pattern).fullmatch(subject.resource) is not None


@lru_cache(maxsize=4096)
def _glob(pattern: str) -> re.Pattern[str]:
    # The whole value must fit: a rule for `git log` says nothing of `git log; rm -rf .`.
    bare, more = (pattern[:-2], r"(?: .*)?") if pattern.endswith(" *") else (pattern, "")
    return re.compile(".*".join(re.escape(part) for part in bare.split("*")) + more, re.DOTALL)


def _reason(rule: Rule, subject: Subject) -> str:
    origin = "A built-in rule" if rule.created_at is None else "A rule of yours"
    return f"{origin} says {rule.effect}: {subject.tool} with {rule.pattern!r}."
