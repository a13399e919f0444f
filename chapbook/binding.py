"""The bound book's back: spine width, spine text and barcode area of each service, as data.

Spine widths are the services' own formulas; a service that states none gives a template for
each order, whose width goes into `cover: {spine-mm: …}` of book.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from chapbook import yamltext
from chapbook.services import MM_PER_INCH
from chapbook.yamltext import Value

SPINE_TEXT_MM = 6.0  # a thinner spine has no text: it would run over the fold
_LINEAR = re.compile(r"pages / (\d+) \+ ([\d.]+)")


@dataclass(frozen=True, slots=True)
class Area:
    """The white area a service needs for its barcode, in millimetres; `inset_mm` from spine and foot."""

    width_mm: float
    height_mm: float
    inset_mm: float


@dataclass(frozen=True, slots=True)
class Binding:
    """What one service states about the back of a book.

    `by_paper_mm` is the thickness of one page by the paper's name; `linear_mm` is (for one page,
    for the cover itself); both are empty where no formula is stated. `text_pages` is the least
    count of pages for text on the spine, 0 where none is stated. `barcode` is None where the
    service needs no area of its own.
    """

    by_paper_mm: Mapping[str, float]
    linear_mm: tuple[float, float] | tuple[()]
    text_pages: int
    barcode: Area | None

    @property
    def states_spine(self) -> bool:
        """Whether the spine's width can be computed."""
        return bool(self.by_paper_mm or self.linear_mm)

    def spine_mm(self, pages: int, paper: str) -> float | None:
        """The spine's width for a count of pages; None where no formula is stated.

        `paper` "" is the first the service names. Raises: KeyError for a paper it has not.
        """
        if self.by_paper_mm:
            return pages * self.by_paper_mm[paper or next(iter(self.by_paper_mm))]
        if self.linear_mm:
            return pages * self.linear_mm[0] + self.linear_mm[1]
        return None

    def has_text(self, pages: int, spine_mm: float) -> bool:
        """Whether text may stand on the spine."""
        return pages >= self.text_pages and spine_mm >= SPINE_TEXT_MM


SADDLE_STITCHED = Binding({}, (0.0, 0.0), 0, None)


@cache
def bindings() -> Mapping[str, Binding]:
    """All services' statements by the service's name."""
    text = (files("chapbook") / "services.yaml").read_text("utf-8")
    top = yamltext.parse(text, "chapbook/services.yaml").data
    assert isinstance(top, Mapping)
    return {name: _binding(_map(value)) for name, value in top.items()}


def _binding(asked: Mapping[str, Value]) -> Binding:
    papers = {name: float(str(v.data)) * MM_PER_INCH for name, v in _map(asked.get("spine_per_page")).items()}
    formula = _LINEAR.fullmatch(str(asked["spine"].data)) if "spine" in asked else None
    linear = (MM_PER_INCH / float(formula[1]), MM_PER_INCH * float(formula[2])) if formula else ()
    least = int(str(asked["spine_text_min_pages"].data)) if "spine_text_min_pages" in asked else 0
    return Binding(papers, linear, least, _area(_map(asked.get("barcode"))))


def _area(asked: Mapping[str, Value]) -> Area | None:
    if not asked:
        return None
    width, height = (float(str(asked[key].data)) * MM_PER_INCH for key in ("width", "height"))
    inset = float(str(asked["from_spine_and_bottom"].data)) if "from_spine_and_bottom" in asked else 0.25
    return Area(width, height, inset * MM_PER_INCH)


def _map(value: Value | None) -> Mapping[str, Value]:
    return value.data if value and isinstance(value.data, Mapping) else {}
