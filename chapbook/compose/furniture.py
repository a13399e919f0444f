"""Running heads and folios of the whole book as one document of empty pages.

Its pages are the book's, in number and order, so the same style sheet finds the same heads:
each page has the headings that begin on it, unseen, for the style sheet to take its words from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from chapbook.compose.pages import NAME, page_document, sheet
from chapbook.compose.scripts import fonts_of
from chapbook.compose.xhtml import element
from chapbook.model import Book, Composition, ContentDocument, Resource

_RULES = """
.leaf { break-before: page; height: 1pt; overflow: hidden }
.leaf > * { visibility: hidden; position: relative; height: 1pt; overflow: hidden }
.leaf.first { page: cover } .leaf.second { page: inside }
.leaf, .leaf * { margin: 0 !important; break-inside: auto; break-after: auto }
.leaf * { break-before: auto !important; bookmark-level: none; float: none }
@page { bleed: 0 }
"""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page: the headings that begin on it, and whether it is without a running head."""

    heads: tuple[str, ...] = ()
    bare: bool = False


def compose(book: Book, styles: Path, leaves: Sequence[Leaf]) -> Composition:
    """A document with one page a leaf; the first two are the cover and its inside."""
    rows = []
    for index, leaf in enumerate(leaves):
        names = ["leaf"]
        if index < 2:
            names.append(("first", "second")[index])
        elif leaf.bare:
            names.append("bare")
        rows.append(element("div", "".join(leaf.heads), ("class", " ".join(names))))
    css = sheet(book, styles) + _RULES
    document = ContentDocument(NAME, page_document(book, "\n".join(rows)), book.work.title)
    return Composition("print", (document,), (Resource("print.css", "text/css", css.encode()),), fonts_of(book))
