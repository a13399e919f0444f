"""A chart of the verdicts: a row for each, a mark for each statement, drawn like the cover.

The rows stand under each other in the order of the verdicts; the alternative text gives the
counts in words. One ink: the shapes tell the verdicts apart in black and white.
"""

from __future__ import annotations

from pathlib import Path

from chapbook.compose.appendix import counted
from chapbook.compose.drawing import mark_shapes, svg_path
from chapbook.compose.xhtml import attributes
from chapbook.model import Book
from chapbook.words import words

NAME = "verdicts.svg"
_PITCH_MM, _SIZE = 3.1, 0.24  # from mark to mark; a mark as a part of the cover's
_LONGEST = 36  # marks in a row; longer rows turn


def chart_alt(book: Book) -> str:
    """The chart in words."""
    return words(book.work.lang).counted("chart-alt", len(book.claims), counts=counted(book, book.claims))


def chart_svg(book: Book, styles: Path, *, ink: str, inline: bool = False) -> str:
    """The chart as SVG in millimetres; `inline` adds what ears need in an HTML document."""
    rows: list[str] = []
    shapes: list[str] = []
    for verdict in book.verdicts:
        count = sum(claim.verdict.key == verdict.key for claim in book.claims)
        for first in range(0, count, _LONGEST):
            y = (len(rows) + 0.5) * _PITCH_MM * 1.3
            for column in range(min(_LONGEST, count - first)):
                x = (column + 0.5) * _PITCH_MM
                shapes += [svg_path(s) for s in mark_shapes(verdict.mark, x, y, styles, _SIZE)]
            rows.append(verdict.key)
    longest = max((sum(c.verdict.key == v.key for c in book.claims) for v in book.verdicts), default=0)
    width = min(_LONGEST, longest) * _PITCH_MM
    height = len(rows) * _PITCH_MM * 1.3
    said = attributes((("role", "img"), ("aria-label", chart_alt(book)))) if inline else ""
    paths = "".join(f'<path d="{d}"/>' for d in shapes)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {width:g} {height:g}" '
            f'width="{width:g}mm" height="{height:g}mm"{said}>'
            f'<g fill="{ink}" fill-rule="evenodd">{paths}</g></svg>')  # fmt: skip


def chart_picture(book: Book, source: str) -> str:
    """The chart as a picture of another file."""
    return f'<img class="chart" src="{source}"{attributes((("alt", chart_alt(book)),))}/>'
