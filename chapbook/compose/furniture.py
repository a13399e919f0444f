"""Running heads and folios of the whole book as documents of empty pages.

Their pages are the book's, in number and order, so the same style sheet finds the same heads:
each page has the headings that begin on it, unseen, for the style sheet to take its words from.
A book is made in quires of so many leaves: what the engine does for a page grows with the pages
of a document, quires can be made side by side, and one that is as it was can be kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from chapbook.compose.pages import NAME, page_document
from chapbook.compose.parts import NO_FURNITURE, numbered_sheet
from chapbook.compose.scripts import fonts_of
from chapbook.compose.xhtml import element
from chapbook.model import Book, Composition, ContentDocument, Resource

LEAVES = 64  # of a quire; even, so that each begins on a right page
LEAD = 2  # pages of every quire but the first that come before its own
_RULES = """
.leaf { break-before: page; height: 1pt; overflow: hidden }
.leaf > * { visibility: hidden; position: relative; height: 1pt; overflow: hidden }
.leaf.first { page: cover } .leaf.second { page: inside } .leaf.lead { page: lead }
.leaf, .leaf * { margin: 0 !important; break-inside: auto; break-after: auto }
.leaf * { break-before: auto !important; bookmark-level: none; float: none }
@page { bleed: 0 }
"""
_UNCOUNTED = re.compile(r"@page\s+(?:cover|inside)(?::\w+)?\s*\{\s*counter-increment:\s*page\s+0\s*[;}]")
_WHOLE = re.compile(r"counter-(?:reset|set|increment)\s*:|counters?\(\s*pages\b|:nth\(")
_OPENS = re.compile(r"(?:<[^<>]*>)*?<h\d[^<>]*>")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page: the headings that begin on it, and whether it is without a running head."""

    heads: tuple[str, ...] = ()
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Quire:
    """Leaves that follow each other; `first` is the first's page of the book (from 0).

    `before` are the headings that can still have a say when it begins.
    """

    first: int
    leaves: tuple[Leaf, ...]
    before: tuple[str, ...] = ()

    @property
    def pages(self) -> int:
        """The pages of its document."""
        return len(self.leaves) + (LEAD if self.first else 0)


def furniture_sheet(book: Book, styles: Path) -> str:
    """The style sheet of every quire."""
    return numbered_sheet(book, styles, mirrored=True) + _RULES + NO_FURNITURE.replace("@page", "@page lead", 1)


def quires(css: str, leaves: Sequence[Leaf]) -> Iterator[Quire]:
    """The leaves in quires: one where the style sheet counts in ways of its own."""
    size = len(leaves) if _WHOLE.search(_UNCOUNTED.sub("", css)) else LEAVES
    before: dict[str, str] = {}  # the last heading of each kind, in their order
    for first in range(0, len(leaves), size or 1):
        yield Quire(first, tuple(leaves[first : first + size]), tuple(before.values()))
        for head in (head for leaf in leaves[first : first + size] for head in leaf.heads):
            opens = _OPENS.match(head)
            kind = opens[0] if opens else ""
            before.pop(kind, None)
            before[kind] = head


def compose(book: Book, css: str, quire: Quire) -> Composition:
    """A quire's document: a page a leaf, after two that bring its headings and number into force."""
    rows = []
    if quire.first:
        # Two pages bring the counter to the number before the first leaf's, which is its place less one.
        rows.append(element("style", f"@page lead {{ counter-increment: page {(quire.first - 2) // 2} }}"))
        rows += (_row(("leaf", "lead"), quire.before), _row(("leaf", "lead"), ()))
    for index, leaf in enumerate(quire.leaves, start=quire.first):
        kind = ("first", "second")[index] if index < 2 else "bare" if leaf.bare else ""
        rows.append(_row(("leaf", kind) if kind else ("leaf",), leaf.heads))
    document = ContentDocument(NAME, page_document(book, "\n".join(rows)), book.work.title)
    return Composition("print", (document,), (Resource("print.css", "text/css", css.encode()),), fonts_of(book))


def _row(names: Sequence[str], heads: Sequence[str]) -> str:
    return element("div", "".join(heads), ("class", " ".join(names)))
