"""The syntax tree of a command line for bash."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

PARSING = Lock()
"""Lines are read on several threads, and one parser is for one at a time."""

NOT_ASCII = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Syntax:
    """A line and the root of its tree."""

    text: str
    root: Node

    def text_of(self, node: Node) -> str:
        """Return the part of the line that a node stands for."""
        return self.text[node.start_byte : node.end_byte]

    def is_deeper_than(self, levels: int) -> bool:
        """Return whether the tree has more levels than that."""
        layer = [self.root]
        for _ in range(levels):
            layer = [child for node in layer for child in node.children]
        return bool(layer)

    def walk(self) -> Iterator[Node]:
        """Yield every node in order, however deep."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


def parse(text: str) -> Syntax:
    """Return the syntax of a line.

    The grammar's scanner looks up every character in the tables of the C library, which end long before Unicode does:
    `{` and a character beyond them end the process (tree-sitter-bash, issue 337). To the shell all letters that are not
    ASCII are the same, parts of words; so the parser is shown another one in their place.
    """
    shown = NOT_ASCII.sub("x", text).encode()
    with PARSING:
        return Syntax(text, _parser().parse(shown).root_node)


@cache
def _parser() -> Parser:
    # 35 ms: only those who run commands pay for it.
    import tree_sitter_bash  # noqa: PLC0415
    from tree_sitter import Language, Parser  # noqa: PLC0415

    return Parser(Language(tree_sitter_bash.language()))
