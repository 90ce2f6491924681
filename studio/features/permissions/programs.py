"""What well-known programs may do beside what their name says: `programs.toml`, and how it is read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("programs.toml")
VERSION = re.compile(r"[-.\d]+$")
LOADERS = re.compile(r"ld(?:-linux|-musl)?[-.\w]*\.so[.\d]*")
"""The dynamic linker runs the program it is given."""


@dataclass(frozen=True, slots=True)
class Program:
    """What keeps a command of one program, or of one of its subcommands, from being seen whole."""

    letters: frozenset[str] = frozenset()
    options: tuple[str, ...] = ()
    words: tuple[re.Pattern[str], ...] = ()
    before: frozenset[str] = frozenset()
    first: re.Pattern[str] | None = None
    then: Mapping[str, Program] = field(default_factory=dict[str, "Program"])
    needs: re.Pattern[str] | None = None
    most_operands: int | None = None
    dashless: bool = False

    def find_danger(self, arguments: Sequence[str]) -> str:
        """Return the argument with which more happens than can be seen, or what is missing; nothing if all is well."""
        given = [f"-{arguments[0]}", *arguments[1:]] if self.dashless and arguments else arguments
        for argument in given:
            if self._is_risky(argument):
                return repr(argument)
        if self.needs and not any(self.needs.fullmatch(argument) for argument in arguments):
            return "what is piped into it"
        if self.most_operands is not None and len(operands := _operands(arguments)) > self.most_operands:
            return repr(operands[-1])
        return self._find_danger_after(arguments) if self.first or self.then else ""

    def _find_danger_after(self, arguments: Sequence[str]) -> str:
        at = next((at for at, argument in enumerate(arguments) if argument not in self.before), len(arguments))
        if at == len(arguments):
            return "what is piped into it"
        if (following := self.then.get(arguments[at])) is not None:
            return following.find_danger(arguments[at + 1 :])
        return "" if self.first and self.first.fullmatch(arguments[at]) else repr(arguments[at])

    def _is_risky(self, argument: str) -> bool:
        if any(expression.fullmatch(argument) for expression in self.words):
            return True
        option = argument.partition("=")[0]
        if option.startswith("--"):
            # Whatever is enough to tell an option from the others stands for it.
            return len(option) > 2 and any(risky.startswith(option) for risky in self.options)
        if not option.startswith("-"):
            return False
        return f"-{option}" in self.options or not self.letters.isdisjoint(argument[1:])


def find_danger(name: str, arguments: Sequence[str]) -> str:
    """Return why it cannot be told what a command does; nothing where it can, or where the program is not known."""
    base = name.rpartition("/")[2].lower()
    bare = VERSION.sub("", base)
    runners, programs = _read_table()
    if base in runners or bare in runners or LOADERS.fullmatch(base):
        return f"{base!r} runs other programs"
    program = programs.get(base) or programs.get(bare)
    danger = program.find_danger(arguments) if program else ""
    return f"{base!r} may run other programs, or write files, with {danger}" if danger else ""


def runs_others(name: str) -> bool:
    """Return whether the arguments of a program are, or may be, commands of their own."""
    base = name.rpartition("/")[2].lower()
    return not _read_table()[0].isdisjoint({base, VERSION.sub("", base)})


@cache
def _read_table() -> tuple[frozenset[str], Mapping[str, Program]]:
    # 60 ms: only those who run commands pay for it.
    import tomllib  # noqa: PLC0415

    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    runners = frozenset(table.pop("runs_others").split())
    return runners, _read_programs(table)


def _read_programs(entries: Mapping[str, Any]) -> dict[str, Program]:
    read = [(names.lower().split(), _read_program(entry)) for names, entry in entries.items()]
    return {name: program for names, program in read for name in names}


def _read_program(entry: Mapping[str, Any]) -> Program:
    options: list[str] = entry.get("options", "").split()
    return Program(
        letters=frozenset(option[1] for option in options if len(option) == 2),
        options=tuple(f"--{option.lstrip('-')}" for option in options if len(option) > 2),
        words=tuple(re.compile(expression, re.DOTALL) for expression in entry.get("words", ())),
        before=frozenset(entry.get("before", "").split()),
        first=re.compile(entry["first"]) if "first" in entry else None,
        then=dict.fromkeys(entry.get("plain", "").split(), Program()) | _read_programs(entry.get("then", {})),
        needs=re.compile(entry["needs"], re.DOTALL) if "needs" in entry else None,
        most_operands=entry.get("most_operands"),
        dashless=entry.get("dashless", False),
    )


def _operands(arguments: Sequence[str]) -> list[str]:
    """Return the arguments that are no options."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    return [
        *(argument for argument in arguments[:end] if not argument.startswith("-") or argument == "-"),
        *arguments[end + 1 :],
    ]
