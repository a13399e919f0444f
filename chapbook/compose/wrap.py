"""What is around the book's pages: the wrap for the press, and the booklet's own covers.

The front is the cover of every edition. The back says what the book is and what its check
found. A booklet's covers are black on white, for copying.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from chapbook.binding import Area
from chapbook.compose.barcode import barcode_svg, ean13
from chapbook.compose.cover import cover_svg
from chapbook.compose.marks import mark
from chapbook.compose.sheet import composed
from chapbook.compose.style import tokens
from chapbook.compose.xhtml import element
from chapbook.model import Book, Composition, Resource
from chapbook.words import words

ISBN_AREA = Area(40.0, 22.0, 6.35)  # where a service names none; it holds the code at its full size
_SPINE_TYPE_PT = 11.0
_SPINE_FREE_MM = 1.6  # white between spine text and each fold


@dataclass(frozen=True, slots=True)
class Wrap:
    """The flat cover, in millimetres: the page's trim, the spine between back and front, the bleed.

    `titled` is whether the spine has text; `area` is the white area of the barcode, None for
    none.
    """

    width: float
    height: float
    spine: float
    bleed: float
    titled: bool
    area: Area | None

    @property
    def whole(self) -> float:
        """From the back's outer edge to the front's, without bleed."""
        return 2 * self.width + self.spine


def cover(book: Book, styles: Path, flat: Wrap) -> Composition:
    """Back, spine and front on one page, bleed included.

    Raises: ValueError when the ISBN is none.
    """
    back = element("div", back_matter(book) + _area(book, flat), ("class", "face behind"))
    spine = element("div", _spine(book, flat), ("class", "spine")) if flat.titled else ""
    front = '<img class="face front" src="front.svg" alt=""/>'
    css = (
        f"@page {{ size: {flat.whole + 2 * flat.bleed:g}mm {flat.height + 2 * flat.bleed:g}mm; margin: 0 }}\n"
        f".wrap {{ width: {flat.whole + 2 * flat.bleed:g}mm; height: {flat.height + 2 * flat.bleed:g}mm;\n"
        f"  background: {tokens(styles)['colour']['accent'][0]} }}\n"
        f".face {{ top: {flat.bleed:g}mm; width: {flat.width:g}mm; height: {flat.height:g}mm }}\n"
        f".behind {{ left: {flat.bleed:g}mm }}\n"
        f".front {{ left: {flat.bleed + flat.width + flat.spine:g}mm }}\n"
    )
    css += (_spine_rule(flat) if flat.titled else "") + (_area_rule(flat.area) if flat.area else "")
    content = element("section", back + spine + front, ("class", "wrap"))
    drawings = [_front(cover_svg(book, styles))]
    if book.imprint.isbn_print and flat.area:
        drawings.append(Resource("isbn.svg", "image/svg+xml", barcode_svg(ean13(book.imprint.isbn_print)).encode()))
    return composed(book, styles, "wrap", css, content, drawings)


def _front(drawn: str) -> Resource:
    return Resource("front.svg", "image/svg+xml", drawn.encode())


def _spine_rule(flat: Wrap) -> str:
    """The spine's line, turned about the middle of the spine; it reads downwards."""
    size = min(_SPINE_TYPE_PT, (flat.spine - 2 * _SPINE_FREE_MM) * 72 / 25.4 / 1.1)
    return (
        f".spine {{ left: {flat.bleed + flat.width + flat.spine / 2:g}mm; top: {flat.bleed + flat.height / 2:g}mm;\n"
        f"  width: {flat.height - 24:g}mm; margin-left: -{flat.height / 2 - 12:g}mm; font-size: {size:.2f}pt }}\n"
    )


def _spine(book: Book, flat: Wrap) -> str:
    author = element("span", escape(", ".join(book.work.authors), quote=False), ("class", "by"))
    return element("p", element("span", escape(book.work.title, quote=False)) + author)


def _area(book: Book, flat: Wrap) -> str:
    """The white area, with the ISBN's code in it where the book has one."""
    if flat.area is None:
        return ""
    inner = ""
    if isbn := book.imprint.isbn_print:
        number = element("p", f"ISBN {escape(isbn, quote=False)}", ("class", "isbn"))
        inner = element("div", number + '<img src="isbn.svg" alt=""/>', ("class", "code"))
    return element("div", inner, ("class", "barcode"))


def _area_rule(area: Area) -> str:
    return (
        f".barcode {{ width: {area.width_mm:g}mm; height: {area.height_mm:g}mm; "
        f"right: {area.inset_mm:g}mm; bottom: {area.inset_mm:g}mm }}\n"
    )


def booklet_covers(book: Book, styles: Path, directions: Sequence[str]) -> Composition:
    """The front, a page of directions for each text in `directions`, and the back, at the trim."""
    front = element("section", '<img src="front.svg" alt=""/>', ("class", "sheet front"))
    inside = [
        element("section", element("p", escape(text, quote=False), ("class", "directions")), ("class", "sheet"))
        for text in directions
    ]
    back = element("section", element("div", back_matter(book), ("class", "back")), ("class", "sheet"))
    css = (
        f"@page {{ size: {book.trim.width_mm:g}mm {book.trim.height_mm:g}mm; margin: 0 }}\n"
        f".sheet, .front img {{ width: {book.trim.width_mm:g}mm; height: {book.trim.height_mm:g}mm }}\n"
    )
    picture = cover_svg(book, styles, flood=False)
    return composed(book, styles, "wrap", css, "".join((front, *inside, back)), [_front(picture)])


def back_matter(book: Book) -> str:
    """What the book is, and what its check found: counts in words with their marks."""
    catalogue = words(book.work.lang)
    parts = []
    if book.work.description:
        parts.append(element("p", escape(book.work.description, quote=False), ("class", "what")))
    if book.annotated:
        parts.append(element("p", escape(catalogue["back-key"], quote=False), ("class", "what")))
        rows = []
        for verdict in book.verdicts:
            count = sum(c.verdict.key == verdict.key for c in book.claims)
            word = catalogue["verdict-count"].format(count=count, verdict=verdict.word.lower())
            rows.append(element("dt", mark(verdict) + element("b", escape(word, quote=False)))
                        + element("dd", escape(verdict.gloss, quote=False)))  # fmt: skip
        parts.append(element("dl", "".join(rows), ("class", "counts")))
    if book.imprint.publisher:
        parts.append(element("p", escape(book.imprint.publisher, quote=False), ("class", "imprint")))
    return "\n".join(parts)


def back_words(book: Book) -> tuple[str, ...]:
    """What a reader must find on the back, in plain words: each text stands in one piece."""
    catalogue = words(book.work.lang)
    said = [book.work.description] if book.work.description else []
    for verdict in book.verdicts if book.annotated else ():
        count = sum(c.verdict.key == verdict.key for c in book.claims)
        said.append(catalogue["verdict-count"].format(count=count, verdict=verdict.word.lower()) + f" {verdict.gloss}")
    return tuple(said)


def directions(book: Book, paper: str, sizes: Sequence[int]) -> str:
    """How to print and fold a booklet of signatures with these numbers of pages."""
    catalogue = words(book.work.lang)
    said = [catalogue["print-sides"].format(paper=paper)]
    sheets = [size // 4 for size in sizes]
    if len(sheets) == 1:
        word = "fold-one" if sheets == [1] else "fold-nest"
        said.append(catalogue[word].format(count=sheets[0]))
    else:
        first, groups = 1, []
        for count in sheets:
            last = first + count - 1
            groups.append(f"{first}–{last}" if count > 1 else str(first))
            first = last + 1
        said.append(catalogue["fold-groups"].format(groups=catalogue.listed(groups)))
    return catalogue["gap"].join(said)
