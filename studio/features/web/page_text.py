"""A page as text: a program of its own, because a page can be written so that reading it takes hours.

`python -I -S page_text.py` reads a line of JSON from standard input (`how`: one of HOW; `charset`; `address`), then the
bytes of the page, and prints JSON: `title` and `text`. It needs the standard library alone.
"""

from __future__ import annotations

import json
import re
import sys
from contextlib import suppress
from html.parser import HTMLParser
from urllib.parse import urljoin

HOW = ("page", "tags", "text")
"""As a person would read it, links and headings kept; with the tags taken out and no more; as it stands."""

LONGEST_TEXT = 1_000_000
LONGEST_TITLE = 1000

TAG = re.compile(r"<[^<>]*>")

SILENT = frozenset({"script", "style", "noscript", "template", "svg", "iframe", "object", "head", "select", "textarea"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCKS = HEADINGS | frozenset(
    {"p", "div", "section", "article", "header", "footer", "main", "aside", "nav", "ul", "ol", "li", "table", "tr"}
    | {"form", "blockquote", "figure", "figcaption", "dl", "dt", "dd", "br", "hr", "pre"}
)
VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "wbr", "source", "col", "area", "base", "embed", "track"})


def read_page(html: str, *, address: str) -> tuple[str, str]:
    """Return the title and the text of a page."""
    reader = PageReader(address)
    reader.feed(html)
    reader.close()
    return " ".join(reader.title.split()), tidy("".join(reader.pieces))


def strip_tags(html: str) -> str:
    """Return a page with its tags taken out, in a time that grows with its length only."""
    return tidy(TAG.sub("", html))


def tidy(text: str) -> str:
    """Return text without needless white space."""
    lines = [line.rstrip(" \t\u00a0") for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def decode(data: bytes, charset: str) -> str:
    """Return bytes as text in the charset that they claim, if there is such a one."""
    try:
        return data.decode(charset, errors="replace")
    except (LookupError, ValueError):
        return data.decode(errors="replace")


def read(data: bytes, *, how: str, charset: str, address: str) -> tuple[str, str]:
    """Return the title and the text. What the parser chokes on is shown with its tags taken out."""
    text = decode(data, charset)
    if how == "text":
        return "", text
    if how == "page":
        # The parser has errors of every kind for pages that are written to find them.
        with suppress(Exception):
            return read_page(text, address=address)
    return "", strip_tags(text)


def main() -> int:
    """Read a page from standard input, and print it as text."""
    order = json.loads(sys.stdin.buffer.readline())
    title, text = read(sys.stdin.buffer.read(), **order)
    sys.stdout.write(json.dumps({"title": title[:LONGEST_TITLE], "text": text[:LONGEST_TEXT]}))
    return 0


class PageReader(HTMLParser):
    """Collects the text of a page."""

    def __init__(self, address: str) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.pieces: list[str] = []
        self._address = address
        self._silent: list[str] = []
        self._in_title = False
        self._preformatted = 0
        self._links: list[str] = []
        self._room = LONGEST_TEXT
        """How much the addresses of links may still take: each is as long as the page's own, which the page chose."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where an element begins."""
        if tag == "title":
            self._in_title = True
        if tag in SILENT:
            self._silent.append(tag)
        if self._silent:
            return
        if tag in BLOCKS:
            self._break()
        if tag == "pre":
            self._preformatted += 1
        given = dict(attrs)
        if tag == "a":
            self._links.append(given.get("href") or "")
        self.pieces.append(_mark(tag, given.get("alt") or ""))

    def handle_endtag(self, tag: str) -> None:
        """Note where an element ends."""
        if tag == "title":
            self._in_title = False
        if self._silent:
            if tag == self._silent[-1]:
                self._silent.pop()
            return
        if tag == "pre" and self._preformatted:
            self._preformatted -= 1
            self.pieces.append("\n```\n")
        elif tag == "a" and self._links:
            self._end_link(self._links.pop())
        elif tag in BLOCKS and tag not in VOID:
            self._break()

    def handle_data(self, data: str) -> None:
        """Take in text."""
        if self._in_title:
            self.title += data
        elif not self._silent:
            self.pieces.append(data if self._preformatted else re.sub(r"\s+", " ", data))

    def _break(self) -> None:
        self.pieces.append("\n\n" if not self._preformatted else "\n")

    def _end_link(self, target: str) -> None:
        try:
            address = urljoin(self._address, target) if self._room > 0 else ""
        except ValueError:
            address = ""
        self._room -= len(address)
        self.pieces.append(f"]({address})" if address.startswith(("http://", "https://")) else "]")


def _mark(tag: str, alt: str) -> str:
    """Return what stands at the beginning of an element in plain text."""
    if tag in HEADINGS:
        return "#" * int(tag[1]) + " "
    if tag == "img":
        return f"({alt})" if alt else ""
    return {"li": "- ", "pre": "```\n", "a": "[", "td": " | ", "th": " | "}.get(tag, "")


if __name__ == "__main__":
    sys.exit(main())
