"""Mathematics on the page: drawings that stand on the line, with the TeX as their text."""

from __future__ import annotations

import hashlib

from chapbook.compose.xhtml import attributes
from chapbook.mathematics import drawn, said
from chapbook.model import Book, Resource
from chapbook.tree import Math
from chapbook.walking import walk


def drawings(book: Book) -> list[Resource]:
    """A file for each formula of a book, in reading order."""
    parts = (tuple((s.title, s.blocks) for s in book.sections), tuple(n.blocks for n in book.notes),
             tuple(c.words for c in book.claims))  # fmt: skip
    found = dict.fromkeys(node.mathml for node in walk(parts, {Math}) if isinstance(node, Math))
    return [Resource(_name(m), "image/svg+xml", drawn(m).svg.encode()) for m in found if m]


def _name(mathml: str) -> str:
    return f"math/{hashlib.sha256(mathml.encode()).hexdigest()[:16]}.svg"


def picture(node: Math) -> str:
    """A formula as a picture of its size, its baseline on that of the line."""
    found = drawn(node.mathml)
    place = f"width:{found.width:.3f}em;height:{found.height:.3f}em;vertical-align:{-found.depth:.3f}em"
    pairs = (("class", "math"), ("src", _name(node.mathml)), ("alt", said(node.tex)), ("style", place))
    return f"<img{attributes(pairs)}/>"
