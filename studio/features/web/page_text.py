"""A page as text: what a person would read of it, with links and headings kept."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urljoin

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


def tidy(text: str) -> str:
    """Return text without needless white space."""
    text = re.sub(r"[ \t\u00a0]+\n", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


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
            address = urljoin(self._address, target)
        except ValueError:
            address = ""
        self.pieces.append(f"]({address})" if address.startswith(("http://", "https://")) else "]")


def _mark(tag: str, alt: str) -> str:
    """Return what stands at the beginning of an element in plain text."""
    if tag in HEADINGS:
        return "#" * int(tag[1]) + " "
    if tag == "img":
        return f"({alt})" if alt else ""
    return {"li": "- ", "pre": "```\n", "a": "[", "td": " | ", "th": " | "}.get(tag, "")
