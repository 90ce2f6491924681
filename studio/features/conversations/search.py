"""What a person types into the search, and what they are shown of a message that was found."""

import html
import re
from secrets import token_hex

PIECE = re.compile(r'"([^"]*)("?)|[^\s"]+')

# No text can hold what was made up when the program started, so a mark is always the search's own.
MARK_BEGIN, MARK_END = f"begin{token_hex(16)}", f"end{token_hex(16)}"
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
    """Return a snippet as HTML: `<mark>` around what was found, and everything else escaped."""
    text = MARKED.sub(r"<mark>\1</mark>", html.escape(marked))
    # A snippet may begin or end in the middle of a long phrase: what has no partner is no mark.
    return text.replace(MARK_BEGIN, "").replace(MARK_END, "")
