"""Pass 3, figures: figures and tables that have a caption are numbered through the book; long
descriptions of pictures are named after them."""

from __future__ import annotations

from dataclasses import replace

from chapbook.model import Book
from chapbook.tree import Blocks, Details, Div, Figure, Image, Node, Table, Text
from chapbook.walking import rewrite, walk
from chapbook.words import Catalogue, words

LONG = "long-description"


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

    sections = tuple(replace(s, blocks=rewrite(s.blocks, number, of={Figure, Table})) for s in book.sections)
    catalogue = words(book.work.lang)
    return replace(book, sections=tuple(replace(s, blocks=_described(s.blocks, catalogue)) for s in sections))


def described_by(image: Image) -> str:
    """The identifier of a picture's long description; "" when it has none."""
    return (image.attr.get("longdesc") or "").removeprefix("#")


def _described(blocks: Blocks, catalogue: Catalogue) -> Blocks:
    """Each long description under a summary that says what it describes: “Description of Figure 3”."""
    names: dict[str, str] = {}
    for node in walk(blocks, {Figure}):
        if isinstance(node, Figure) and node.number:
            figure = catalogue["figure"].format(number=node.number)
            said = catalogue["long-description-of"].format(figure=figure)
            names |= {described_by(image): said for image in walk(node.blocks) if isinstance(image, Image)}
    if not any(isinstance(node, Div) and LONG in node.attr.classes for node in walk(blocks, {Div})):
        return blocks

    def open_up(node: Node) -> object:
        if isinstance(node, Div) and LONG in node.attr.classes:
            said = names.get(node.attr.id, catalogue["long-description"])
            return Details((Text(said),), node.blocks, node.attr)
        return node

    return rewrite(blocks, open_up, of={Div})
