"""The pages of a file as a printer sees them: boxes, turned upright, in millimetres."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pikepdf
from pikepdf import Pdf

from chapbook.preflight.matrix import Box
from chapbook.services import Service

MM = 25.4 / 72
_NEAR_MM = 0.3


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: its boxes in points as written, and how it is turned and scaled.

    `trim` and `bleed` are None where the page does not name them; `cut` is where it will be
    cut: the trim named, else the one that the service's sizes and bleed let one guess, else the
    page. `spine_left` says where the leaf is bound: on the left of odd pages, on the right in a
    file that says it is read from right to left. `rotate` is 0, 90, 180 or 270 clockwise; `unit` is the page's UserUnit.
    """

    number: int
    page: pikepdf.Page
    media: Box
    crop: Box
    trim: Box | None
    bleed: Box | None
    cut: Box
    rotate: int
    unit: float
    spine_left: bool

    @property
    def outer(self) -> Box:
        """What the file shows beyond the trim: the bleed named, else the medium."""
        return self.bleed or self.media

    def size_mm(self, box: Box) -> tuple[float, float]:
        """Width and height of a box as seen."""
        wide, high = ((box[2] - box[0]) * MM * self.unit, (box[3] - box[1]) * MM * self.unit)
        return (high, wide) if self.rotate % 180 else (wide, high)

    def distances_mm(self, inner: Box, outer: Box) -> tuple[float, float, float, float]:
        """From each edge of the outer box to the inner one: left, bottom, right, top as seen."""
        gaps = [(inner[0] - outer[0]), (inner[1] - outer[1]), (outer[2] - inner[2]), (outer[3] - inner[3])]
        turn = self.rotate // 90  # clockwise: what was at the bottom comes to the left
        left, bottom, right, top = (gaps[(i + turn) % 4] * MM * self.unit for i in range(4))
        return left, bottom, right, top

    def place(self, box: Box) -> str:
        """Where something stands, from the edges a person would measure from."""
        left, bottom, _, _ = self.distances_mm(box, self.cut)
        wide, high = self.size_mm(box)
        return f"{left:.0f} mm from the left and {bottom:.0f} mm from the foot, {wide:.0f} × {high:.0f} mm"


def sheets(pdf: Pdf, service: Service) -> Iterator[Sheet]:
    """Every page with its boxes, inherited ones too (ISO 32000-1, 7.7.3.4)."""
    backwards = read_from_the_right(pdf)
    for number, page in enumerate(pdf.pages, start=1):
        media = _box(_inherited(page.obj, "/MediaBox")) or (0.0, 0.0, 612.0, 792.0)
        crop = _within(_box(_inherited(page.obj, "/CropBox")) or media, media)
        rotate = _number(_inherited(page.obj, "/Rotate"), 0)
        unit = _number(page.obj.get("/UserUnit"), 1)
        trim, bleed = _box(page.obj.get("/TrimBox")), _box(page.obj.get("/BleedBox"))
        turned = int(rotate) % 360 // 90 * 90
        sheet = Sheet(number, page, media, crop, trim, bleed, trim or crop, turned, unit, (number % 2 == 1) != backwards)
        yield sheet if trim else _guessed(sheet, service)


def read_from_the_right(pdf: Pdf) -> bool:
    """Whether the file says its pages go from right to left (ISO 32000-1, 12.2)."""
    preferences = pdf.Root.get("/ViewerPreferences")
    return isinstance(preferences, pikepdf.Dictionary) and preferences.get("/Direction") == pikepdf.Name.R2L


def _guessed(sheet: Sheet, service: Service) -> Sheet:
    """A page without a trim, of a size the service prints with its bleed around it."""
    edges, (wide, high) = service.bleed, sheet.size_mm(sheet.crop)
    for trim in service.trims_mm:
        grown = trim[0] + edges.inside + edges.outside, trim[1] + edges.top + edges.bottom
        if abs(grown[0] - wide) > _NEAR_MM or abs(grown[1] - high) > _NEAR_MM:
            continue
        left, right = (edges.inside, edges.outside) if sheet.spine_left else (edges.outside, edges.inside)
        seen = [left, edges.bottom, right, edges.top]
        turn = sheet.rotate // 90
        by = [seen[(i - turn) % 4] / MM / sheet.unit for i in range(4)]
        x0, y0, x1, y1 = sheet.crop
        cut = (x0 + by[0], y0 + by[1], x1 - by[2], y1 - by[3])
        return replace(sheet, cut=cut)
    return sheet


def _inherited(node: pikepdf.Object, key: str) -> pikepdf.Object | None:
    for _ in range(64):  # a tree that leads back to itself ends too
        if key in node:
            return node[key]
        parent = node.get("/Parent")
        if not isinstance(parent, pikepdf.Dictionary):
            return None
        node = parent
    return None


def _box(value: pikepdf.Object | None) -> Box | None:
    if not isinstance(value, pikepdf.Array) or len(value) != 4:
        return None
    try:
        a, b, c, d = (float(v) for v in value)
    except (TypeError, ValueError):
        return None
    box = min(a, c), min(b, d), max(a, c), max(b, d)
    return box if box[2] > box[0] and box[3] > box[1] else None


def _within(box: Box, media: Box) -> Box:
    """A crop box reaches no further than the medium (ISO 32000-1, 14.11.2.1)."""
    cut = max(box[0], media[0]), max(box[1], media[1]), min(box[2], media[2]), min(box[3], media[3])
    return cut if cut[2] > cut[0] and cut[3] > cut[1] else media


def _number(value: object, default: float) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return default
