"""Looking through the files of a skill for what a person should see before an agent reads it.

A list of patterns finds what is careless or known, not what somebody hides well: it is a help to a reader, no judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from studio.features.skills.front_matter import read_document
from studio.features.skills.models import SKILL_FILE, Danger, Finding, NamedFile
from studio.features.skills.trees import text_of
from studio.features.skills.validation import tools_of
from studio.kit.archives import Member
from studio.kit.characters import HIDDEN, show_hidden

MOST_FINDINGS = 200
MOST_CHARACTERS = 512 * 1024
"""Characters of one file that are looked through; of all files together four times as many."""

LONGEST_LINE = 4000
"""Characters of a line that patterns are held against at once; longer ones are taken in pieces that overlap."""

OVERLAP = 400
LONGEST_EXCERPT = 160
MOST_NAMED = 200
"""Files that a body names, and that are told of."""

ACROSS_LINES = frozenset({"piped_shell", "decoded_shell"})
"""What a shell takes for one line though it is written on several."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Something to look for in a line."""

    code: str
    danger: Danger
    message: str
    regex: re.Pattern[str]


def _pattern(code: str, danger: Danger, message: str, regex: str) -> Pattern:
    return Pattern(code, danger, message, re.compile(regex, re.IGNORECASE))


SHELLS = (
    r"(?:sudo\s+(?:-[ug]\s+\w{1,40}\s+|-\S{1,40}\s+){0,4})?(?:env\s+(?:(?:-\S{1,40}|\w{1,40}=\S{0,100})\s+){0,4})?"
    r"(?:(?<![\w./-])/[\w./-]{1,40}/)?"
    r"(?:(?:ba|z|da|k|fi)?sh\b|python[\d.]*\b(?!\s+-m\s+json\.tool)|(?:node|perl|ruby|php)\b)"
)
FETCHERS = r"(?:curl|wget|fetch|aria2c|iwr|irm|invoke-webrequest|invoke-restmethod)"

PATTERNS = (
    _pattern(
        "piped_shell",
        "high",
        "What is fetched from the network is run at once, whatever it is.",
        rf"\b{FETCHERS}\b[^|\n]{{0,400}}\|\s*(?:tee\s[^|]{{0,100}}\|\s*)?(?:{SHELLS}|iex\b|invoke-expression)"
        rf"|(?:{SHELLS}|source|\.|eval|iex)\s*(?:-c\s*)?[\"']?(?:<\(|\$\(|`|\()\s*{FETCHERS}\b",
    ),
    _pattern(
        "decoded_shell",
        "high",
        "What is run is encoded first, so that nobody reads it.",
        rf"base64\s+(?:-d|-D|--decode)\b[^|\n]{{0,200}}\|\s*(?:{SHELLS})"
        r"|(?:exec|eval)\s*\(\s*(?:base64\.|atob\(|bytes\.fromhex|codecs\.decode|zlib\.)"
        r"|powershell(?:\.exe)?\s[^\n]{0,100}-e(?:nc|ncodedcommand)?\s+[a-z0-9+/=]{16}",
    ),
    _pattern(
        "credential_path",
        "high",
        "It names a place where credentials lie.",
        r"(?:~|\$home|\$\{home\}|/root|/home/\w+)?/?\.(?:ssh|gnupg|aws|azure|kube|password-store|mozilla)/"
        r"|\bid_(?:rsa|dsa|ecdsa|ed25519)\b|/\.config/(?:gcloud|gh|op|sops)\b|\.docker/config\.json"
        r"|\.(?:netrc|git-credentials|pgpass|npmrc|pypirc|vault-token)\b|/etc/g?shadow\b|library/keychains"
        r"|\.claude/\.credentials\.json|\.codex/auth\.json|login data\b.{0,80}chrom|wallet\.dat\b",
    ),
    _pattern(
        "sends_away",
        "high",
        "It names a service that takes in what is sent to it, from anybody.",
        r"\b(?:webhook\.site|requestbin|pipedream\.net|ngrok(?:-free)?\.(?:io|app)|burpcollaborator|oastify\.com"
        r"|interact\.sh|transfer\.sh|pastebin\.com/api|discord(?:app)?\.com/api/webhooks|api\.telegram\.org/bot)",
    ),
    _pattern(
        "steers_the_model",
        "medium",
        "It speaks to a model against what others told it, or against the person.",
        r"\b(?:ignore|disregard|forget)\s+(?:all\s+|any\s+)?(?:of\s+)?(?:the\s+|your\s+)?(?:previous|prior|above|earlier|"
        r"other)\s+(?:instructions|rules|prompts)"
        r"|\b(?:do\s+not|don't|never)\s+(?:tell|inform|mention\s+(?:this|it)\s+to|ask)\s+the\s+(?:user|person|human)"
        r"|--dangerously-skip-permissions\b|\bbypasspermissions\b",
    ),
    _pattern(
        "encoded_blob",
        "medium",
        "It holds a long run of encoded text, which nobody can read.",
        r"[a-z0-9+/]{240,}={0,2}|(?:\\x[0-9a-f]{2}){60,}",
    ),
)


def scan(members: Sequence[Member]) -> list[Finding]:
    """Return what should be looked at in the files of a skill, the most dangerous first."""
    found, room = list[Finding](), MOST_CHARACTERS * 4
    for member in sorted(members, key=lambda one: one.path != SKILL_FILE):
        limit = min(MOST_CHARACTERS, room)
        room -= min(len(member.content), limit)
        for finding in _scan_member(member, limit):
            found.append(finding)
            if len(found) == MOST_FINDINGS:
                return _ordered(found)
    return _ordered(found)


def _ordered(found: Sequence[Finding]) -> list[Finding]:
    order = {"high": 0, "medium": 1, "low": 2}
    return sorted(found, key=lambda one: (order[one.danger], one.file != SKILL_FILE, one.file, one.line))


def _scan_member(member: Member, limit: int) -> Iterator[Finding]:
    text, name = text_of(member.content), show_hidden(member.path.encode(errors="replace").decode())
    if text is None:
        message = "It is no text, so nobody looked through it."
        yield Finding(file=name, line=1, code="binary", danger="low", message=message, excerpt="")
        return
    if len(text) > limit:
        message = f"It is long: {limit} characters of it were looked through, and no more."
        yield Finding(file=name, line=1, code="too_long", danger="medium", message=message, excerpt="")
    # A mark of the byte order at the very beginning hides nothing.
    seen = text.removeprefix("\ufeff")[:limit].replace("\r\n", "\n")
    for number, group in _group(seen.split("\n")):
        yield from _scan_group(name, number, group)
    if member.path == SKILL_FILE:
        yield from _scan_tools(text)


def _group(lines: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the lines with the number of each, counted from 1; those together that a shell takes for one."""
    group = list[str]()
    for number, line in enumerate(lines, start=1):
        group.append(line)
        if not line.endswith(("\\", "|")) or number == len(lines):
            yield number - len(group) + 1, group
            group = []


def _scan_group(file: str, number: int, group: Sequence[str]) -> Iterator[Finding]:
    seen = set[str]()
    for place, line in enumerate(group, start=number):
        for finding in _scan_line(file, place, line):
            seen.add(finding.code)
            yield finding
    if len(group) > 1:
        joined = " ".join(line.removesuffix("\\") for line in group)
        yield from (one for one in _scan_line(file, number, joined) if one.code in ACROSS_LINES - seen)


def _scan_line(file: str, number: int, line: str) -> Iterator[Finding]:
    if hidden := HIDDEN.search(line):
        message = f"It has a character that is not shown: {show_hidden(hidden[0])}."
        excerpt = _excerpt(line, hidden.start())
        yield Finding(file=file, line=number, code="hidden_character", danger="high", message=message, excerpt=excerpt)
    for pattern in PATTERNS:
        if (start := _find(pattern, line)) is not None:
            yield Finding(
                file=file,
                line=number,
                code=pattern.code,
                danger=pattern.danger,
                message=pattern.message,
                excerpt=_excerpt(line, start),
            )


def _find(pattern: Pattern, line: str) -> int | None:
    for start in range(0, max(1, len(line)), LONGEST_LINE - OVERLAP):
        if found := pattern.regex.search(line[start : start + LONGEST_LINE]):
            return start + found.start()
    return None


def _excerpt(line: str, start: int) -> str:
    begin = max(0, start - 20)
    return show_hidden(line[begin : begin + LONGEST_EXCERPT].strip())


def _scan_tools(text: str) -> Iterator[Finding]:
    document = read_document(text)
    wide = [tool for tool in tools_of(document) if tool in {"*", "Bash", "Bash(*)", "Bash(*:*)", "Shell", "Execute"}]
    if wide:
        message = f"It asks that {', '.join(wide)} be used without asking. Studio does not heed that; others may."
        yield Finding(
            file=SKILL_FILE,
            line=document.fields["allowed-tools"].line,
            code="wide_permission",
            danger="medium",
            message=message,
            excerpt=", ".join(wide),
        )


NAMED = re.compile(r"(?<![\w./:~-])(?:\./)?((?:scripts|references|assets)/[\w.-]+(?:/[\w.-]+)*)")
LINKED = re.compile(r"\]\((?:\./)?([\w.-]+(?:/[\w.-]+)*)(?=[)#])")


def named_files(body: str, *, first_line: int, paths: Sequence[str]) -> list[NamedFile]:
    """Return the files of a skill that its body names, each once, and whether they are there; a few hundred at most."""
    there, found = set(paths), dict[str, NamedFile]()
    folders = {path.rpartition("/")[0] for path in paths}
    for number, line in enumerate(body.split("\n"), start=first_line):
        for match in (*NAMED.finditer(line), *LINKED.finditer(line)):
            path = match[1].rstrip(".")
            exists = path in there or path in folders
            found.setdefault(path, NamedFile(path=path, line=number, exists=exists))
            if len(found) == MOST_NAMED:
                return list(found.values())
    return list(found.values())


def rank_by_words(prompt: str, described: str) -> list[str]:
    """Return the words of a prompt that a description has, in the prompt's order."""
    words = dict.fromkeys(re.findall(r"\w{3,}", prompt.lower()))
    known = set(re.findall(r"\w{3,}", described.lower()))
    return [word for word in words if word in known]
