"""The boxes of a press page (ISO 32000-1, 14.11.2) and the marks for cutting it.

Trim within bleed within media, on every page itself and never inherited. What is drawn ends
with the bleed. The marks of all pages are one form; they stand beyond the bleed and are black
alone, so that a page without colour counts as one.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pikepdf import Array, Dictionary, Name, Object, Pdf

from chapbook.services import Edges

PT = 72 / 25.4
MARK_GAP_MM = 1.0  # between bleed and mark
MARK_MM = 5.0
SLUG_MM = 1.0  # beyond the marks
MARKS = Name.CropMarks
_MARK_PT = 0.25

Rectangle = tuple[float, float, float, float]  # left, bottom, right, top, in points


@dataclass(frozen=True, slots=True)
class Frame:
    """The three boxes of one page, in points."""

    trim: Rectangle
    bleed: Rectangle
    media: Rectangle


def frame(trim: Rectangle, edges: Edges, *, spine_left: bool, marks: bool) -> Frame:
    """The boxes around a trim; the inside is where the spine is."""
    left, right = (edges.inside, edges.outside) if spine_left else (edges.outside, edges.inside)
    bleed = _grown(trim, (left * PT, edges.bottom * PT, right * PT, edges.top * PT))
    room = (MARK_GAP_MM + MARK_MM + SLUG_MM) * PT
    return Frame(trim, bleed, _grown(bleed, (room,) * 4) if marks else bleed)


def _grown(box: Rectangle, by: Rectangle) -> Rectangle:
    return (box[0] - by[0], box[1] - by[1], box[2] + by[2], box[3] + by[3])


def written(boxes: Frame) -> tuple[Array, Array, Array]:
    """The boxes as pages of this frame have them: media, bleed, trim."""
    media, bleed, trim = (Array([rounded(v) for v in box]) for box in (boxes.media, boxes.bleed, boxes.trim))
    return media, bleed, trim


def set_boxes(page: Object, boxes: tuple[Array, Array, Array]) -> None:
    """Set the boxes; no CropBox (a viewer then shows the medium) and no ArtBox."""
    for key in ("/CropBox", "/ArtBox", "/Rotate", "/UserUnit"):
        if key in page:
            del page[key]
    page.MediaBox, page.BleedBox, page.TrimBox = boxes


def rounded(value: float) -> Decimal:
    """A number as a PDF writes it: at most four places, no exponent, no minus zero."""
    short = Decimal(f"{value:.4f}").normalize() + 0
    return short if short.as_tuple().exponent <= 0 else short.quantize(Decimal(1))  # type: ignore[operator]


def at_origin(boxes: Frame) -> Frame:
    """The same boxes with the trim's lower left corner at 0, to a hundredth of a point.

    Pages of one size then have one frame, wherever their trim lies.
    """
    x, y = boxes.trim[:2]
    moved = [tuple(round(v - (y if i % 2 else x), 2) for i, v in enumerate(box))
             for box in (boxes.trim, boxes.bleed, boxes.media)]  # fmt: skip
    return Frame(*moved)  # type: ignore[arg-type]


def marks_form(pdf: Pdf, boxes: Frame) -> Object:
    """Eight crop marks as one form XObject, for every page of this frame; drawn from its origin."""
    boxes = at_origin(boxes)
    form = pdf.make_stream(_marks(boxes).encode())
    form.Type, form.Subtype = Name.XObject, Name.Form
    form.BBox = Array([rounded(v) for v in boxes.media])
    form.Resources = Dictionary()
    return form


def _marks(boxes: Frame) -> str:
    trim, bleed = boxes.trim, boxes.bleed
    gap, length = MARK_GAP_MM * PT, MARK_MM * PT
    lines = []
    for y in (trim[1], trim[3]):
        lines.append((bleed[0] - gap - length, y, bleed[0] - gap, y))
        lines.append((bleed[2] + gap, y, bleed[2] + gap + length, y))
    for x in (trim[0], trim[2]):
        lines.append((x, bleed[1] - gap - length, x, bleed[1] - gap))
        lines.append((x, bleed[3] + gap, x, bleed[3] + gap + length))
    drawn = "".join(f"{rounded(a)} {rounded(b)} m {rounded(c)} {rounded(d)} l\n" for a, b, c, d in lines)
    return f"0 0 0 1 K {_MARK_PT} w 0 J\n{drawn}S\n"


def around(boxes: Frame, *, marks: bool) -> tuple[bytes, bytes]:
    """What stands before and after a page's content: it is cut off at the bleed, the marks are beyond."""
    x0, y0, x1, y1 = boxes.bleed
    head = f"q {rounded(x0)} {rounded(y0)} {rounded(x1 - x0)} {rounded(y1 - y0)} re W n\n".encode()
    x, y = boxes.trim[:2]
    tail = f"\nQ\nq 1 0 0 1 {rounded(x)} {rounded(y)} cm {MARKS} Do Q" if marks else "\nQ"
    return head, tail.encode()
