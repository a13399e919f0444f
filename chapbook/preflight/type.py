"""Rules of type: margins from where the letters really stand, and the smallest size."""

from __future__ import annotations

from collections.abc import Iterator

from chapbook.preflight.examined import Examined
from chapbook.preflight.finding import Finding
from chapbook.preflight.matrix import Box
from chapbook.preflight.sheet import Sheet

_NEAR_MM = 0.15  # a letter's ink may lean over its line's end
_NEAR_PT = 0.05


def inside_margin(file: Examined) -> Iterator[Finding]:
    """P030: text keeps the margin at the spine that this count of pages asks for."""
    asked = file.service.inside_mm(len(file.sheets))
    for sheet, letters in zip(file.sheets, file.letters, strict=True):
        for box, gaps in _measured(sheet, letters):
            inside = gaps[0] if sheet.spine_left else gaps[2]
            if inside < asked - _NEAR_MM:
                yield Finding("P030", f"text {_from(inside)} the inside edge",
                              f"{asked:.1f} mm with {len(file.sheets)} pages",
                              f"a wider inside margin; `--service {file.service.name}` lays the book out so",
                              sheet.number, sheet.place(box))  # fmt: skip
                break


def other_margins(file: Examined) -> Iterator[Finding]:
    """P031: text keeps the margins at the other edges."""
    asked = file.service.margin_mm
    for sheet, letters in zip(file.sheets, file.letters, strict=True):
        for box, (left, foot, right, head) in _measured(sheet, letters):
            outside = right if sheet.spine_left else left
            found = min((outside, "outside edge"), (foot, "foot"), (head, "head"))
            if found[0] < asked - _NEAR_MM:
                yield Finding("P031", f"text {_from(found[0])} the {found[1]}", f"{asked:.1f} mm",
                              "a wider margin, or a shorter line", sheet.number, sheet.place(box))  # fmt: skip
                break


def _measured(sheet: Sheet, letters: tuple[Box, ...]) -> list[tuple[Box, tuple[float, float, float, float]]]:
    """The letters within the medium with their distances to the cut, the nearest to an edge first."""
    x0, y0, x1, y1 = sheet.media
    shown = [b for b in letters if b[2] > x0 and b[0] < x1 and b[3] > y0 and b[1] < y1]
    found = [(box, sheet.distances_mm(box, sheet.cut)) for box in shown]
    return sorted(found, key=lambda pair: min(pair[1]))


def _from(gap: float) -> str:
    return f"{gap:.1f} mm from" if gap >= 0 else f"{-gap:.1f} mm over"


def smallest(file: Examined) -> Iterator[Finding]:
    """P032: no type smaller than the service allows, at the size it is printed."""
    asked = file.service.type_pt
    if asked is None:
        return
    for sheet, painted in zip(file.sheets, file.painted, strict=True):
        small = [m for m in painted.marks if m.kind == "text" and m.size_pt * sheet.unit < asked - _NEAR_PT]
        if small:
            least = min(small, key=lambda m: m.size_pt)
            yield Finding("P032", f"type of {least.size_pt * sheet.unit:.1f} pt", f"{asked:g} pt or more",
                          "larger type in the style sheet, or a picture printed larger", sheet.number,
                          sheet.place(least.box) if least.box else "")  # fmt: skip


def off_the_page(file: Examined) -> Iterator[Finding]:
    """P033: no letter stands beyond the paper, where nobody will read it."""
    for sheet, letters in zip(file.sheets, file.letters, strict=True):
        x0, y0, x1, y1 = sheet.cut
        for box in letters:
            if box[0] >= x0 and box[1] >= y0 and box[2] <= x1 and box[3] <= y1:
                continue  # within, as nearly all are
            if min(sheet.distances_mm(box, sheet.cut)) < -0.5:
                yield Finding("P033", "text stands where the page is cut off, or beyond it", "text on the page",
                              "mend the layout of this page", sheet.number, sheet.place(box))  # fmt: skip
                break
