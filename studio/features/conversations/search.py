"""What a person types into the search, and what they are shown of a message that was found."""

import html
import re
from secrets import token_hex

LONGEST_SNIPPET = 500
"""Characters. A word, as the search takes it, may be as long as a message."""
LONGEST_LEAD = 100
"""Characters before the first mark, where the snippet is too long."""

PIECE = re.compile(r'"([^"]*)("?)|[^\s"]+')

# No text can hold what was made up when the program started, so a mark is always the search's own.
MARK_BEGIN, MARK_END = f"begin{token_hex(16)}", f"end{token_hex(16)}"
MARKS = re.compile(f"({MARK_BEGIN}|{MARK_END})")
MARKED = re.compile(f"{MARK_BEGIN}(.*?){MARK_END}", re.DOTALL)


def read_query(typed: str) -> str:
    """Return what was typed as an FTS5 expression: every word and every "quoted phrase" must be in the message.

    The last one may be the beginning of a word, unless its quote is closed. All else that means something to FTS5, such
    as `OR`, `*` or `-`, is text like any other.
    """
    pieces = [(match[0] if match[1] is None else match[1], match[2]) for match in PIECE.finditer(typed)]
    # FTS5 reads an expression only up to a NUL.
    phrases = ['"' + text.replace("\0", " ") + '"' for text, _ in pieces]
    if not phrases:
        return '""'
    is_closed = bool(pieces[-1][1])
    return " ".join(phrases) + ("" if is_closed else " *")


def spell_snippet(marked: str) -> str:
    """Return a snippet as HTML: `<mark>` around what was found, everything else escaped, and not too much of it."""
    text = MARKED.sub(r"<mark>\1</mark>", html.escape(_cut(marked)))
    # A snippet may begin or end in the middle of a long phrase: what has no partner is no mark.
    return text.replace(MARK_BEGIN, "").replace(MARK_END, "")


def _cut(marked: str) -> str:
    """Return a snippet whose text, without the marks, is not too long. What is marked stays marked."""
    if len(MARKS.sub("", marked)) <= LONGEST_SNIPPET:
        return marked
    start = marked.find(MARK_BEGIN) - LONGEST_LEAD
    kept, left = ["…"] if start > 0 else [], LONGEST_SNIPPET
    closing = ""
    for piece in MARKS.split(marked[max(start, 0) :]):
        if piece in {MARK_BEGIN, MARK_END}:
            kept.append(piece)
            closing = MARK_END if piece == MARK_BEGIN else ""
        elif len(piece) <= left:
            kept.append(piece)
            left -= len(piece)
        else:
            return "".join([*kept, piece[:left], closing, "…"])
    return "".join(kept)
