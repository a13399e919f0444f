"""Print services as data: what each asks of the inside of a book, from `services.yaml`.

What a service does not state is None, () or an infinite bound, and is then not asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from chapbook import yamltext
from chapbook.yamltext import Value

MM_PER_INCH = 25.4
LARGEST_BLEED_MM = 3.175  # of all services: what the one laid-out master has on every side
TRIMS_MM = {"A4": (210.0, 297.0), "A5": (148.0, 210.0), "B5": (176.0, 250.0), "B6": (125.0, 176.0),
            "letter": (215.9, 279.4)}  # fmt: skip
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*[x×]\s*(\d+(?:\.\d+)?)\s*(mm|in)")


@dataclass(frozen=True, slots=True)
class Edges:
    """Four lengths in millimetres; `inside` is the edge at the spine."""

    top: float
    bottom: float
    outside: float
    inside: float


@dataclass(frozen=True, slots=True)
class Service:
    """What one service asks.

    `trims_mm` is () where any size is taken; `inside_by_pages` has (first, last, millimetres)
    for the margin at the spine, `margin_mm` holds at the other edges. `ink_percent` is the sum
    of the four inks; `black_text_pt` the largest size that must be black alone; `standards` and
    `spaces` are () where none is asked for. `transparency`, `marks`, `bookmarks`,
    `annotations`, `encryption` and `icc_profiles` say whether the file may have them.
    """

    name: str
    title: str
    seen: str
    checked: str
    bleed: Edges
    trims_mm: tuple[tuple[float, float], ...] = ()
    pages_least: int = 1
    pages_most: int | None = None
    even: bool = False
    last_blank: bool = False
    blank_inside: int | None = None
    blank_end: int | None = None
    inside_by_pages: tuple[tuple[int, int, float], ...] = ()
    margin_mm: float = 0.0
    image_ppi: float | None = None
    type_pt: float | None = None
    most_mb: float | None = None
    standards: tuple[str, ...] = ()
    spaces: tuple[str, ...] = ()
    ink_percent: float | None = None
    black_text_pt: float | None = None
    transparency: bool = True
    marks: bool = True
    bookmarks: bool = True
    annotations: bool = True
    encryption: bool = True
    icc_profiles: bool = True

    def inside_mm(self, pages: int) -> float:
        """The margin at the spine that a book of this many pages needs."""
        found = self.margin_mm
        for first, _last, margin in self.inside_by_pages:
            if pages >= first:
                found = margin
        return max(found, self.inside_by_pages[0][2]) if self.inside_by_pages else found

    def trim_for(self, width_mm: float, height_mm: float) -> tuple[float, float]:
        """The size asked for itself where the service has it, else the nearest it has."""
        if not self.trims_mm or self.has_trim(width_mm, height_mm):
            return width_mm, height_mm
        return min(self.trims_mm, key=lambda t: abs(t[0] - width_mm) + abs(t[1] - height_mm))

    def has_trim(self, width_mm: float, height_mm: float) -> bool:
        """Whether the service prints this size, to half a millimetre."""
        return not self.trims_mm or any(
            abs(w - width_mm) <= 0.5 and abs(h - height_mm) <= 0.5 for w, h in self.trims_mm
        )


def size_mm(text: str) -> tuple[float, float] | None:
    """A size as written in book.yaml: A5, 6x9in, 148x210mm; None when it is none."""
    if text in TRIMS_MM:
        return TRIMS_MM[text]
    if match := _SIZE.fullmatch(text):
        unit = MM_PER_INCH if match[3] == "in" else 1.0
        return round(float(match[1]) * unit, 3), round(float(match[2]) * unit, 3)
    return None


@cache
def services() -> Mapping[str, Service]:
    """All services by name, in the order of the file."""
    text = (files("chapbook") / "services.yaml").read_text("utf-8")
    top = yamltext.parse(text, "chapbook/services.yaml").data
    assert isinstance(top, Mapping)
    return {name: _service(name, _Asked(value)) for name, value in top.items()}


class _Asked:
    """One map of the file: values as typed, lengths in millimetres."""

    def __init__(self, value: Value | None) -> None:
        data = value.data if value else {}
        self.map = data if isinstance(data, Mapping) else {}

    def within(self, key: str) -> _Asked:
        return _Asked(self.map.get(key))

    def text(self, key: str) -> str:
        value = self.map.get(key)
        return value.data if value and isinstance(value.data, str) else ""

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.map.get(key)
        pieces = value.data if value and isinstance(value.data, tuple) else ()
        return tuple(str(piece.data) for piece in pieces)

    def number(self, key: str) -> float | None:
        text = self.text(key)
        return float(text) if text else None

    def mm(self, key: str) -> float:
        """A length: inches, or millimetres under the key with `_mm`."""
        inches = self.number(key)
        return round(inches * MM_PER_INCH, 4) if inches is not None else self.number(f"{key}_mm") or 0.0

    def rows(self, key: str) -> tuple[tuple[float, ...], ...]:
        value = self.map.get(key)
        rows = value.data if value and isinstance(value.data, tuple) else ()
        return tuple(tuple(float(str(v.data)) for v in row.data) for row in rows if isinstance(row.data, tuple))

    def yes(self, key: str, default: bool) -> bool:
        return self.text(key) == "true" if key in self.map else default


def _service(name: str, asked: _Asked) -> Service:
    pages, pdf, colour = asked.within("pages"), asked.within("pdf"), asked.within("colour")
    blank, edges = asked.within("blank_runs"), asked.within("bleed")
    bleed = (Edges(*(edges.mm(k) for k in ("top", "bottom", "outside", "inside"))) if edges.map
             else Edges(*(asked.mm("bleed"),) * 4))  # fmt: skip
    margin = asked.mm("margins_all") or asked.mm("safe") or asked.within("other_margins").mm("with_bleed")
    base = asked.mm("margins_all")  # a gutter is added to it; a margin by pages stands alone
    steps = asked.rows("inside_margin_by_pages") or asked.rows("gutter_added_by_pages")
    added = base if asked.rows("gutter_added_by_pages") else 0.0
    most = pages.number("max")
    return Service(
        name,
        asked.text("title"),
        asked.text("seen"),
        asked.text("checked"),
        bleed,
        tuple(size for text in asked.texts("trims") if (size := size_mm(text))),
        int(pages.number("min") or 1),
        int(most) if most else None,
        pages.yes("even", False),
        pages.yes("last_blank", False),
        _whole(blank.number("inside")),
        _whole(blank.number("end")),
        tuple((int(a), int(b), round(added + v * MM_PER_INCH, 4)) for a, b, v in steps),
        margin,
        asked.number("images_min_ppi"),
        asked.number("type_min_pt"),
        pdf.number("max_mb"),
        pdf.texts("standard"),
        colour.texts("spaces"),
        colour.number("total_ink_max_percent"),
        colour.number("black_text_to_pt"),
        pdf.text("transparency") != "flattened",
        pdf.yes("marks", True),
        pdf.yes("bookmarks", True),
        pdf.yes("annotations", True),
        pdf.yes("encryption", True),
        pdf.yes("icc_profiles", True),
    )


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)
