"""The cover, drawn from the title, the author and the book's own claims.

One mark a statement, in order, one row a section: the reader will meet the same signs inside.
A book without claims has its title and author. Everything is filled outlines, letters too, so
no font is needed where the drawing goes: SVG for the page, PNG for the EPUB.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chapbook.compose.appendix import counted, sections_with_claims
from chapbook.compose.drawing import Shape, ink_in, mark_shapes, polygons, scaled, svg_path
from chapbook.compose.letters import Letters
from chapbook.compose.style import number, tokens
from chapbook.model import Book
from chapbook.services import LARGEST_BLEED_MM
from chapbook.words import words

PNG_WIDTH = 1600  # pixels
_MM_PER_PT = 25.4 / 72



@dataclass(frozen=True, slots=True)
class Drawing:
    """The cover: its trim in millimetres, ground and ink as `#rrggbb`, and shapes in ink."""

    width: float
    height: float
    ground: str
    ink: str
    shapes: tuple[Shape, ...]


def cover_alt(book: Book) -> str:
    """The cover in words."""
    catalogue = words(book.work.lang)
    text = catalogue["cover-alt"].format(title=book.work.title, authors=catalogue["comma"].join(book.work.authors))
    if book.annotated:
        text += catalogue["stop"] + catalogue["gap"] + catalogue["cover-alt-claims"].format(counts=counted(book, book.claims))
    return text


def draw(book: Book, styles: Path) -> Drawing:
    """The cover of this book at its trim; the design's measures are for A5 and scale."""
    scale = min(book.trim.width_mm / 148, book.trim.height_mm / 210)
    accent = tokens(styles)["colour"]["accent"][0]
    shapes = [scaled(shape, scale) for shape in _shapes(book, styles, scale)]
    return Drawing(book.trim.width_mm, book.trim.height_mm, accent, "#ffffff", tuple(shapes))


def _shapes(book: Book, styles: Path, scale: float) -> Iterator[Shape]:
    def mm(name: str) -> float:
        return number(styles, "cover_mm", name)

    hand, wide_mm = Letters(book), book.trim.width_mm / scale
    left, measure = mm("left"), wide_mm - 2 * mm("left")

    def at(x: float) -> float:
        """A place as measured from the edge where lines begin."""
        return wide_mm - x if hand.rtl else x

    size = number(styles, "cover_pt", "title") * _MM_PER_PT
    lines = book.work.title_lines or hand.broken(book.work.title, size, measure, -0.012)
    widest = max(hand.width(line, size, -0.012) for line in lines)
    size *= min(1.0, measure / widest)
    baseline = mm("title-baseline")
    for line in lines:
        yield from hand.line(line, at(left), baseline, size, -0.012)
        baseline += mm("title-leading")
    author_size = number(styles, "cover_pt", "author") * _MM_PER_PT
    rows = [book.judged(s.id) for s in sections_with_claims(book)]
    name = words(book.work.lang)["comma"].join(book.work.authors)
    if not rows:
        yield from hand.line(name, at(left), book.trim.height_mm / scale - 17, author_size)
        return
    pitch, y = mm("mark-pitch"), mm("first-mark-y")
    room = book.trim.height_mm / scale - 12 - y
    wide = max(len(row) for row in rows)
    shrink = min(1.0, room / (pitch * (len(rows) - 1) + 10), measure / (pitch * wide))
    for row_number, row in enumerate(rows):
        for column, claim in enumerate(row):
            x = left + (mm("first-mark-x") - left + column * pitch) * shrink
            centre = y + row_number * pitch * shrink
            yield from mark_shapes(claim.verdict.mark, at(x), centre, styles, shrink)
    last = y + (len(rows) - 1) * pitch * shrink
    x = max(mm("author-x"), left + len(rows[-1]) * pitch * shrink + 8)
    yield from hand.line(name, at(x), last + author_size * 0.22, author_size)


# ── out ──────────────────────────────────────────────────────────────────────


def cover_svg(book: Book, styles: Path, *, bleed: bool = False, flood: bool = True) -> str:
    """The cover as SVG; with `bleed` the ground reaches over the trim as far as a service may ask.

    Without `flood` it is black on white, for a copier.
    """
    drawing = draw(book, styles)
    over = LARGEST_BLEED_MM if bleed else 0.0
    width, height = drawing.width + 2 * over, drawing.height + 2 * over
    paths = "".join(f'<path d="{svg_path(shape)}"/>' for shape in drawing.shapes)
    ground, ink = (drawing.ground, drawing.ink) if flood else ("#ffffff", "#000000")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-over:g} {-over:g} {width:g} {height:g}" '
        f'width="{width:g}mm" height="{height:g}mm">'
        f'<rect x="{-over:g}" y="{-over:g}" width="{width:g}" height="{height:g}" fill="{ground}"/>'
        f'<g fill="{ink}" fill-rule="evenodd">{paths}</g></svg>'
    )


def cover_png(book: Book, styles: Path) -> bytes:
    """The cover as PNG, 1600 pixels wide, its shapes drawn twice as large and brought down."""
    from PIL import Image

    drawing = draw(book, styles)
    scale = PNG_WIDTH / drawing.width
    ink = Image.new("L", (PNG_WIDTH, math.ceil(round(drawing.height * 2 * scale) / 2)), 0)
    for shape in drawing.shapes:
        ink_in(ink, list(polygons(shape, 2 * scale)))
    # Two colours and three that lie between them: four bits a pixel are enough.
    picture = ink.point([(level + 32) // 64 for level in range(256)])
    picture.putpalette(_between(drawing.ground, drawing.ink))
    out = io.BytesIO()
    picture.save(out, "PNG", bits=4)
    return out.getvalue()


def _between(ground: str, ink: str) -> list[int]:
    """Five colours from the ground to the ink, as red, green, blue, red …"""
    ends = [[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in (ground, ink)]
    return [round(a + (b - a) * step / 4) for step in range(5) for a, b in zip(*ends, strict=True)]
