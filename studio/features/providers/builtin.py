"""The built-in provider: rules instead of a model, and it says so. It uses the same tools and the same loop.

It understands `/read`, `/list`, `/search`, `/run`, `/help`, and the same in plain English and French.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

import orjson

from studio.features.providers.models import (
    Asked,
    CallsDelta,
    Delta,
    ModelRequest,
    RequestedCall,
    Returned,
    TextDelta,
    UsageDelta,
)

NAME = "builtin"
MODEL = "rules"

PATH = r"(?P<argument>\S+?)"
REST = r"(?P<argument>.+?)"


@dataclass(frozen=True, slots=True)
class Rule:
    """A way to say something, the tool it calls, and the tool's parameter that takes what was said."""

    pattern: re.Pattern[str]
    tool: str
    parameter: str


def _rule(pattern: str, tool: str, parameter: str) -> Rule:
    # A sentence may end with a full stop; in a command it means this folder.
    end = "" if pattern.startswith("/") or tool == "terminal" else r"[.!?]?\s*"
    return Rule(re.compile(rf"\s*{pattern}\s*{end}", re.IGNORECASE | re.DOTALL), tool, parameter)


FILE_EN, FILE_FR = r"(?:the )?(?:file )?", r"(?:le )?(?:fichier )?"
FOLDER_EN, FOLDER_FR = (
    r"(?:(?:the )?(?:files?|folder|directory)\s*(?:in|of)?\s*)?",
    r"(?:(?:les )?fichiers?\s*(?:de|dans)?\s*)?",
)

RULES = (
    _rule(rf"/read\s+{REST}", "read_file", "path"),
    _rule(rf"/list(?:\s+{REST})?", "list_files", "path"),
    _rule(r"/search\s+(?P<argument>.+?)(?:\s+in\s+(?P<path>\S+))?", "search_files", "pattern"),
    _rule(rf"/run\s+{REST}", "terminal", "command"),
    _rule(rf"(?:please\s+)?(?:read|show|open|cat)\s+(?:me\s+)?{FILE_EN}{PATH}", "read_file", "path"),
    _rule(rf"(?:lis|lire|montre|affiche|ouvre)(?:-moi)?\s+{FILE_FR}{PATH}", "read_file", "path"),
    _rule(rf"(?:please\s+)?(?:list|ls)(?:\s+{FOLDER_EN}{PATH})?", "list_files", "path"),
    _rule(rf"(?:liste|lister)(?:\s+{FOLDER_FR}{PATH})?", "list_files", "path"),
    _rule(
        r"(?:please\s+)?(?:search|find|grep|look)\s+(?:for\s+)?(?P<argument>.+?)(?:\s+in\s+(?P<path>\S+))?",
        "search_files",
        "pattern",
    ),
    _rule(r"(?:cherche|chercher|trouve)\s+(?P<argument>.+?)(?:\s+dans\s+(?P<path>\S+))?", "search_files", "pattern"),
    _rule(rf"(?:please\s+)?(?:run|execute)\s+{REST}", "terminal", "command"),
    _rule(rf"(?:lance|lancer|exécute|execute|exécuter)\s+{REST}", "terminal", "command"),
)

FRENCH = re.compile(
    r"\b(lis|lire|montre|affiche|ouvre|liste|lister|cherche|trouve|lance|exécute|aide|bonjour|salut)\b", re.I
)

HELP_EN = """\
I am Studio's built-in provider: a handful of rules, not a language model. I work without any key or network.

- `/read PATH` shows a file
- `/list [PATH]` lists a folder
- `/search TEXT [in PATH]` searches files
- `/run COMMAND` runs a command, after you allowed it

The same works in plain words: *read README.md*, *list the files in docs*, *search for TODO in src*, *run make test*.
For real answers, add a provider in Settings: Ollama, LM Studio, or a key of a service.
"""

HELP_FR = """\
Je suis le fournisseur intégré de Studio : quelques règles, pas un modèle de langage. Je marche sans clé ni réseau.

- `/read CHEMIN` montre un fichier
- `/list [CHEMIN]` liste un dossier
- `/search TEXTE [in CHEMIN]` cherche dans les fichiers
- `/run COMMANDE` lance une commande, après votre accord

La même chose en mots simples : *lis README.md*, *liste les fichiers de docs*, *cherche TODO dans src*,
*lance make test*.
Pour de vraies réponses, ajoutez un fournisseur dans les réglages : Ollama, LM Studio, ou la clé d'un service.
"""

NOTES_HEAD = "Noted by rules, not by a language model:"
NO_REPORT = "I am a handful of rules and have nothing to report."
NOTED = re.compile(r"^## Developer\n(.{1,300})|^\[calls (.{1,300})\]$", re.MULTILINE)


class BuiltinModel:
    """The rules, spoken to as a model."""

    provider = NAME
    model = MODEL

    async def stream(self, request: ModelRequest) -> AsyncGenerator[list[Delta], None]:
        """Yield a call for what was asked, or words about what came of it."""
        if request.purpose != "answer":
            yield [TextDelta(note_down(request) if request.purpose == "summary" else NO_REPORT)]
            yield [UsageDelta(0, 0)]
            return
        asked = next((said for said in reversed(request.said) if isinstance(said, Asked)), Asked(""))
        returned = _returned_since_asked(request)
        if returned:
            yield [TextDelta(report(returned, french=is_french(asked.text)))]
        elif request.may_call and (call := understand(asked.text)):
            yield [CallsDelta([call])]
        else:
            yield [TextDelta(HELP_FR if is_french(asked.text) else HELP_EN)]
        yield [UsageDelta(0, 0)]


def note_down(request: ModelRequest) -> str:
    """Return the notes about a conversation that rules can make: what was asked, what was called, in order."""
    text = "\n".join(said.text for said in request.said if isinstance(said, Asked))
    earlier, _, conversation = text.rpartition("<conversation>")
    noted = [line for line in earlier.splitlines() if line.startswith("- ")]
    noted += [f"- called {call}" if call else f"- asked: {asked}" for asked, call in NOTED.findall(conversation)]
    return "\n".join([NOTES_HEAD, "", *noted])


def _returned_since_asked(request: ModelRequest) -> list[Returned]:
    returned: list[Returned] = []
    for said in reversed(request.said):
        if isinstance(said, Asked):
            break
        if isinstance(said, Returned):
            returned.insert(0, said)
    return returned


def is_french(text: str) -> bool:
    """Return whether a person seems to speak French."""
    return FRENCH.search(text) is not None


def understand(text: str) -> RequestedCall | None:
    """Return the call that `text` asks for, if any rule knows it."""
    for rule in RULES:
        if found := rule.pattern.fullmatch(text):
            groups = found.groupdict()
            arguments = {rule.parameter: _bare(groups["argument"] or ".")}
            if groups.get("path"):
                arguments["path"] = _bare(groups["path"])
            return RequestedCall("call_0", rule.tool, orjson.dumps(arguments).decode())
    return None


def _bare(argument: str) -> str:
    text = argument.strip()
    is_quoted = len(text) > 2 and text[0] == text[-1] and text[0] in "`\"'«"
    return text[1:-1] if is_quoted else text


def report(returned: Sequence[Returned], *, french: bool) -> str:
    """Return a few words about what the tools gave."""
    return "\n\n".join(_report_one(one, french=french) for one in returned)


def _report_one(one: Returned, *, french: bool) -> str:
    if one.is_error:
        return f"Cela a échoué : {one.content}" if french else f"That failed: {one.content}"
    lines = one.content.splitlines()
    count = (
        f"{len(lines)} ligne{'s' if len(lines) > 1 else ''}"
        if french
        else f"{len(lines)} line{'s' * (len(lines) != 1)}"
    )
    head = f"Voici le résultat de `{one.name}` ({count}) :" if french else f"Here is what `{one.name}` gave ({count}):"
    shown = "\n".join(lines[:40])
    more = (
        (f"\n… et {len(lines) - 40} de plus" if french else f"\n… and {len(lines) - 40} more")
        if len(lines) > 40
        else ""
    )
    fence = "`" * max(3, _longest_run(shown) + 1)
    return f"{head}\n\n{fence}text\n{shown}{more}\n{fence}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall(r"`+", text)), default=0)
