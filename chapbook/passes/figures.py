"""Pass 3, figures: figures and tables that have a caption are numbered through the book."""

from __future__ import annotations

from dataclasses import replace

from chapbook.model import Book
from chapbook.tree import Figure, Node, Table, rewrite


def figures(book: Book) -> Book:
    """Give each captioned figure and each captioned table its number: two sequences.

    Limitation: a captioned figure inside another is numbered before the one around it.
    """
    counts: dict[type, int] = {Figure: 0, Table: 0}

    def number(node: Node) -> object:
        if isinstance(node, Figure | Table) and node.caption:
            counts[type(node)] += 1
            return replace(node, number=counts[type(node)])
        return node

    sections = tuple(replace(s, blocks=rewrite(s.blocks, number)) for s in book.sections)
    return replace(book, sections=sections)
