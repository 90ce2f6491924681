"""What a skill is, where it is, who sees it, and what can be said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from studio.kit.clock import Timestamp
from studio.kit.models import Model

SKILL_FILE = "SKILL.md"
LARGEST_FILE = 1024 * 1024
"""Bytes of one text file of a skill that is shown, saved or looked through."""

Scope = Literal["library", "personal", "plugin", "project", "studio"]
"""`library` is Studio's own folder of skills, `studio` those that come with it."""

ClientName = Literal[
    "studio",
    "shared",
    "claude-code",
    "codex",
    "opencode",
    "gemini",
    "copilot",
    "cursor",
    "windsurf",
    "crush",
    "goose",
    "openhands",
    "amp",
    "kimi",
    "replit",
    "cptr",
]

Mode = Literal["link", "copy"]
Severity = Literal["error", "warning"]
Kind = Literal["instructions", "script", "reference", "asset", "other"]
Danger = Literal["high", "medium", "low"]

Name = Annotated[str, Field(min_length=1, max_length=255)]
AnyPath = Annotated[str, Field(min_length=1, max_length=4096)]


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a front matter with the line it begins on: text, a list of text, or a mapping to text."""

    line: int
    content: str | list[Value] | dict[str, Value]

    @property
    def text(self) -> str:
        """The value as text; an empty one where it is none."""
        return self.content.strip() if isinstance(self.content, str) else ""


@dataclass(frozen=True, slots=True)
class Document:
    """A SKILL.md, taken apart. `body_line` is the line the body begins on, counted from 1.

    `head` are the lines of the front matter to the letter; the first is the second line of the file.
    """

    fields: Mapping[str, Value]
    body: str
    body_line: int
    problems: Sequence[Problem] = ()
    head: Sequence[str] = ()


class Problem(Model):
    """Something that the specification does not allow (an error), or advises against (a warning)."""

    line: int
    code: str
    message: str
    severity: Severity = "error"


class Finding(Model):
    """Something in a file that a person should look at before they let agents read it."""

    file: str
    line: int
    code: str
    danger: Danger
    message: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class Root:
    """A folder in which skills lie, each in a folder of its own. `project` is the project's, for those of a project."""

    path: Path
    scope: Scope
    project: Path | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one SKILL.md says. `digest` is that of its bytes."""

    name: str
    description: str
    problems: Sequence[Problem]
    digest: str

    @property
    def is_valid(self) -> bool:
        """Whether the specification allows it."""
        return all(problem.severity != "error" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Found:
    """A skill in a place: the folder it is seen at, where that really is, and what it says.

    `ground` is the folder that has to be trusted for it to count; None where it is the person's own.
    """

    path: Path
    real: Path
    root: Root
    reading: Reading
    is_link: bool
    ground: Path | None = None

    @property
    def name(self) -> str:
        """What it is called: as it says, or where that is no name, as its folder."""
        return self.reading.name

    @property
    def is_usable(self) -> bool:
        """Whether programs can be told of it: it says what it is for."""
        return bool(self.reading.description)


@dataclass(frozen=True, slots=True)
class Survey:
    """All skills of this machine, and of the projects that a folder belongs to, the innermost first.

    `trusted` are those folders that count, `off` the names that Studio's own chat is not told of. `found` is in the
    order in which Studio itself decides between skills of one name.
    """

    home: Path
    projects: Sequence[Path]
    plugins: Sequence[Path]
    found: Sequence[Found]
    trusted: frozenset[Path]
    off: frozenset[str]
    problems: Sequence[str] = ()

    def is_trusted(self, found: Found) -> bool:
        """Return whether a skill counts."""
        return found.ground is None or found.ground in self.trusted

    def offered(self) -> list[Found]:
        """Return the skills that Studio's own chat is told of, one of each name."""
        taken = dict[str, Found]()
        for one in self.found:
            if one.is_usable and self.is_trusted(one) and one.name not in self.off:
                taken.setdefault(one.name, one)
        return list(taken.values())


class Skill(Model):
    """A skill in one place.

    `seen_by` are the programs of this machine that read it there; `hidden_in` those that read the folder, too, and take
    another of the same name. `same_as` and `differs_from` are the other places where a skill of this name lies, with
    the same words or others, twenty of each at most. `trusted`: it counts; a project's does only in a trusted folder,
    and so does what a link leads to in a folder of nobody's skills. `enabled`: Studio's own chat is told of it. `link`
    is where the folder leads, empty where it is no link. `folder_trust` is the folder that a person would have to trust
    for it to count.
    """

    name: str
    description: str
    path: str
    scope: Scope
    valid: bool
    seen_by: list[ClientName]
    trusted: bool
    enabled: bool
    link: str
    problems: int
    hidden_in: list[ClientName]
    same_as: list[str]
    differs_from: list[str]
    folder_trust: str


class SkillList(Model):
    """Every skill of this machine, and of the project that was asked for. `problems` say what was not read."""

    skills: list[Skill]
    problems: list[str] = Field(default_factory=list[str])


class SkillQuery(Model):
    """Which skills: with those of the project that has `folder`, if it is given by its full path."""

    folder: str = Field(default="", max_length=4096)


class OneSkill(SkillQuery):
    """One of several skills of a name: the one at `path`. Else the one that Studio's own chat would take."""

    path: str = Field(default="", max_length=4096)


class SkillFile(Model):
    """A file of a skill. `kind` says what it is for by the folder it lies in. `size` is in bytes."""

    path: str
    size: int
    tokens: int
    kind: Kind
    is_text: bool


class Deployment(Model):
    """A skill that Studio put into a folder of other programs. `intact`: it is still there as it was put."""

    path: str
    source: str
    mode: Mode
    clients: list[ClientName]
    intact: bool
    created_at: Timestamp


class Origin(Model):
    """Where a skill of the library was imported from, and the hash of its files as they were then."""

    source: str
    tree_hash: str
    imported_at: Timestamp


class SkillDetail(Skill):
    """A skill with all that can be said of it.

    `content` is its SKILL.md to the letter, `body` what a model is given of it. `tokens` are those of listing it and of
    its body. `origin` is where it was imported from; `modified`: it was changed since. `editable`: it can be saved.
    """

    content: str
    body: str
    listing_tokens: int
    body_tokens: int
    files: list[SkillFile]
    tree_hash: str
    all_problems: list[Problem]
    places: list[str]
    deployments: list[Deployment]
    origin: Origin | None
    modified: bool
    editable: bool


class SkillFileQuery(OneSkill):
    """A text file of a skill, by its path in the skill's folder."""

    file: str = Field(default=SKILL_FILE, min_length=1, max_length=1000)


class FileText(Model):
    """A text file of a skill."""

    path: str
    content: str


class SaveRequest(SkillFileQuery):
    """A text file of a skill as it shall be. Without `path` it is one of the library, made where there is none.

    `tree_hash` is that of the skill when its content was read, empty for one that is new: if it is otherwise now,
    nothing is saved.
    """

    content: str = Field(max_length=LARGEST_FILE)
    tree_hash: str = Field(default="", max_length=200)


class Removed(Model):
    """A skill that was removed from the library. `backup` brings it back."""

    name: str
    backup: str


class RestoreRequest(Model):
    """Bring back a skill that was removed."""

    backup: Name


class SkillClient(Model):
    """A program that reads skills, and where. `shared` is the folder that many programs read.

    `folder` is where it is deployed to, `folders` and `project_folders` are all that it reads, in its own order.
    """

    name: ClientName
    title: str
    installed: bool
    folder: str
    folders: list[str]
    project_folders: list[str]


class ClientList(Model):
    """Every program whose skills Studio knows to find. A skill can be deployed to each of `targets`."""

    clients: list[SkillClient]
    targets: list[ClientName]


class ValidateRequest(Model):
    """A skill of this machine by its name, or the text of a SKILL.md. With both: a text for a folder of that name."""

    name: str | None = Field(default=None, max_length=255)
    content: str | None = Field(default=None, max_length=LARGEST_FILE)
    path: str = Field(default="", max_length=4096)
    folder: str = Field(default="", max_length=4096)


class SkillValidation(Model):
    """What the specification says of a skill. Warnings leave it valid."""

    valid: bool
    problems: list[Problem]


class DeployRequest(Model):
    """Put a skill where programs look for it. Without `apply` it is only told what would be written.

    With `project_dir`, which lies in the home folder, for that project. `path` chooses among skills of one name.
    """

    name: Name
    targets: list[ClientName] = Field(min_length=1, max_length=50)
    mode: Mode = "link"
    project_dir: str | None = Field(default=None, max_length=4096)
    path: str = Field(default="", max_length=4096)
    apply: bool = True


class UndeployRequest(Model):
    """Take back what was deployed. Without `apply` it is only told what would be removed."""

    name: Name
    targets: list[ClientName] = Field(min_length=1, max_length=50)
    mode: Mode | None = None
    project_dir: str | None = Field(default=None, max_length=4096)
    apply: bool = True


class DeployChange(Model):
    """What is written or removed at `path`, for which programs.

    `action`: `link` and `copy` write, `remove` removes, `keep` finds it as it should be, `refuse` leaves what is there
    alone, for `reason`. `replaces`: something of Studio's own is there, and is replaced.
    """

    path: str
    targets: list[ClientName]
    action: Literal["link", "copy", "remove", "keep", "refuse"]
    source: str
    files: int
    replaces: bool
    reason: str


class DeployPlan(Model):
    """What was done, or without `apply` would be. `notes` are sentences on what a person should know before."""

    name: str
    changes: list[DeployChange]
    notes: list[str]
    applied: bool


class DryRunRequest(OneSkill):
    """A dry run of a skill, or of the text of one; with `prompt`, whether its words lead to it."""

    name: str = Field(default="", max_length=255)
    content: str | None = Field(default=None, max_length=LARGEST_FILE)
    prompt: str = Field(default="", max_length=20_000)


class NamedFile(Model):
    """A file that a skill's words name, on which line, and whether it is there."""

    path: str
    line: int
    exists: bool


class DryRun(Model):
    """What would happen if an agent used a skill: nothing of it is run.

    `listing` is what a model is always told, `body` what it is told once it loads the skill. Tokens are estimates.
    `allowed_tools` are those that the skill asks to use unasked: Studio does not heed that. `prompt_words` are the
    words of a prompt that the description has, and `rank` is the skill's place among all by that, from 1; 0: none.
    """

    name: str
    valid: bool
    problems: list[Problem]
    listing: str
    body: str
    listing_tokens: int
    body_tokens: int
    file_tokens: int
    files: list[SkillFile]
    scripts: list[str]
    named: list[NamedFile]
    allowed_tools: list[str]
    findings: list[Finding]
    prompt_words: list[str]
    rank: int


class ExportRequest(Model):
    """Skills to be packed into one archive."""

    names: list[Name] = Field(min_length=1, max_length=500)


class ImportOptions(Model):
    """How to import: without `apply` it is only told what would be. `replace`: also over skills that are there.

    `accept_findings`: a person has looked at what was found, so that also what is dangerous is taken. `only`: these
    names, divided by commas. `source` says where it comes from, for the lock file.
    """

    apply: bool = True
    replace: bool = False
    accept_findings: bool = False
    only: str = Field(default="", max_length=20_000)
    source: str = Field(default="", max_length=1000)


class ImportRequest(ImportOptions):
    """An archive or a folder of this machine, in the home folder, by its full path."""

    path: AnyPath


class Refusal(Model):
    """A skill that was not taken, and why."""

    name: str
    reason: str


class ImportedSkill(Model):
    """A skill in an archive: what it has, and what becomes of it.

    `action`: `create`, `replace` one that is there, or `keep` one that is the same. `diff` is what would change of its
    text files, as a unified diff.
    """

    name: str
    description: str
    files: list[SkillFile]
    tree_hash: str
    problems: list[Problem]
    findings: list[Finding]
    action: Literal["create", "replace", "keep"]
    diff: str


class Imported(Model):
    """What came of an import: the names of what was taken, and all that the archive has, taken or not."""

    imported: list[str]
    refused: list[Refusal]
    skills: list[ImportedSkill]
    applied: bool


class SwitchRequest(Model):
    """Tell Studio's own chat of a skill, or no longer, wherever it lies."""

    name: Name
    enabled: bool


@dataclass(frozen=True, slots=True)
class StoredDeployment:
    """A deployment as it is kept. `made` are the folders that were made for it, the deepest first."""

    path: str
    name: str
    mode: Mode
    source: str
    tree_hash: str
    created_at: Timestamp
    made: Sequence[str] = field(default_factory=list[str])


class ExportFile(Model):
    """An archive to be downloaded."""

    name: str
    content: bytes
