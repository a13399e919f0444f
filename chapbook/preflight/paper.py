"""Rules of paper: size, boxes, bleed, marks, count of pages, blank pages."""

from __future__ import annotations

from collections.abc import Iterator

from chapbook.preflight.colour import total
from chapbook.preflight.examined import Examined
from chapbook.preflight.finding import Finding, Weight
from chapbook.preflight.matrix import Box
from chapbook.preflight.sheet import Sheet

_NEAR_MM = 0.1  # lengths nearer than this are one
_NEAR_PT = 0.05


def readable(file: Examined) -> Iterator[Finding]:
    """P002: the content of every page can be read, and its text measured."""
    if file.unmeasured:
        yield Finding("P002", f"the text cannot be measured: {file.unmeasured}", "a sound PDF",
                      "write the file again; its margins are not known")  # fmt: skip
    for sheet, painted in zip(file.sheets, file.painted, strict=True):
        if painted.fault:
            yield Finding("P002", f"the content cannot be read whole: {painted.fault}", "a sound PDF",
                          "write the page again from the program it comes from", sheet.number)  # fmt: skip


def one_size(file: Examined) -> Iterator[Finding]:
    """P010: all pages are of one size, upright and at their true scale."""
    first = file.sheets[0].size_mm(file.sheets[0].cut)
    for sheet in file.sheets:
        size = sheet.size_mm(sheet.cut)
        if any(abs(a - b) > _NEAR_MM for a, b in zip(size, first, strict=True)):
            yield Finding("P010", f"the page is {_size(size)}, the first is {_size(first)}", "pages of one size",
                          "make all pages of one size, and none on its side", sheet.number)  # fmt: skip


def trim(file: Examined) -> Iterator[Finding]:
    """P011: the size is one the service prints."""
    sheet, service = file.sheets[0], file.service
    size = sheet.size_mm(sheet.cut)
    if service.has_trim(*size):
        return
    near = service.trim_for(*size)
    said = "" if sheet.trim else " (the file names no trim, so the page counts)"
    yield Finding("P011", f"the trim is {_size(size)}{said}", f"one of its sizes; the nearest is {_size(near)}",
                  f"`trim: {near[0]:g}x{near[1]:g}mm` in book.yaml, or `--service {service.name}`", 1)  # fmt: skip


def boxes(file: Examined) -> Iterator[Finding]:
    """P012: trim within bleed within medium."""
    for sheet in file.sheets:
        if sheet.trim and not _inside(sheet.trim, sheet.outer):
            yield Finding("P012", "the trim reaches over the bleed", "trim within bleed within medium",
                          "set the boxes anew", sheet.number)  # fmt: skip
        elif sheet.bleed and not _inside(sheet.bleed, sheet.media):
            yield Finding("P012", "the bleed reaches over the medium", "trim within bleed within medium",
                          "set the boxes anew", sheet.number)  # fmt: skip


def bleed(file: Examined) -> Iterator[Finding]:
    """P013: bleed on the edges and of the width asked for, or none where nothing reaches the edge."""
    edges = file.service.bleed
    for sheet in file.sheets:
        left, right = (edges.inside, edges.outside) if sheet.spine_left else (edges.outside, edges.inside)
        asked = (left, edges.bottom, right, edges.top)
        has = sheet.distances_mm(sheet.cut, sheet.outer if file.service.marks or sheet.bleed else sheet.crop)
        if all(gap < _NEAR_MM for gap in has):
            if edge := _reaches_edge(file, sheet):
                yield Finding("P013", f"{edge} reaches the edge and there is no bleed", _edges(asked),
                              "draw it over the edge, and let the page have bleed", sheet.number,
                              weight=Weight.ERROR if edge == "a picture" else Weight.WARNING)  # fmt: skip
        elif any(abs(a - b) > _NEAR_MM for a, b in zip(has, asked, strict=True)):
            yield Finding("P013", f"the bleed is {_edges(has)}", _edges(asked),
                          f"`--service {file.service.name}` sets it", sheet.number)  # fmt: skip


def _reaches_edge(file: Examined, sheet: Sheet) -> str:
    """What of the page comes to the trim, "" when nothing does; paper's white does not count.

    Limitation: an area may be clipped away before the edge, so it is only a warning.
    """
    found = ""
    for mark in file.painted[sheet.number - 1].marks:
        if mark.kind not in ("image", "fill") or mark.box is None:
            continue
        white = mark.kind == "fill" and (total(mark.colour.space, mark.colour.values) == 0 or min(mark.colour.values, default=1) >= 1)
        if not white and min(sheet.distances_mm(mark.box, sheet.cut)) < _NEAR_MM:
            if mark.kind == "image":
                return "a picture"
            found = "an area"
    return found


def marks(file: Examined) -> Iterator[Finding]:
    """P014: no crop marks, nothing beyond the bleed."""
    if file.service.marks:
        return
    for sheet in file.sheets:
        if sheet.bleed and max(sheet.distances_mm(sheet.bleed, sheet.media)) > _NEAR_MM:
            yield Finding("P014", "the page is larger than its bleed, as with crop marks", "no marks, no margin for them",
                          f"`--service {file.service.name}` makes a file without", sheet.number)  # fmt: skip


def count(file: Examined) -> Iterator[Finding]:
    """P020: neither too few nor too many pages, an even count, a blank last page."""
    pages, service = len(file.sheets), file.service
    if pages < service.pages_least:
        yield Finding("P020", f"{pages} page{'s' * (pages != 1)}", f"at least {service.pages_least}", f"`--service {service.name}` adds blank pages")
    if service.pages_most and pages > service.pages_most:
        yield Finding("P020", f"{pages} pages", f"at most {service.pages_most}", "a larger trim, smaller type, or two volumes")
    if service.even and pages % 2:
        yield Finding("P020", "an odd count of pages", "an even count", "add a blank page at the end")
    if service.last_blank and not _blank(file, pages - 1):
        yield Finding("P020", "the last page is printed", "a blank last page", "add a blank leaf at the end", pages)


def blank_runs(file: Examined) -> Iterator[Finding]:
    """P021: no long runs of blank pages."""
    service = file.service
    if service.blank_inside is None:
        return
    empty = [_blank(file, index) for index in range(len(file.sheets))]
    start = 0
    while start < len(empty):
        stop = start
        while stop < len(empty) and empty[stop]:
            stop += 1
        last = stop == len(empty)
        most = service.blank_end if last and service.blank_end is not None else service.blank_inside
        if stop - start > most:
            yield Finding("P021", f"{stop - start} blank pages in a row",
                          f"at most {most} {'at the end' if last else 'before the end'}",
                          "take some out" if not last else "more text, or a service that takes fewer pages",
                          start + 1)  # fmt: skip
        start = stop + 1


def _blank(file: Examined, index: int) -> bool:
    return not any(m.kind != "group" for m in file.painted[index].marks)


def undecided(file: Examined) -> Iterator[Finding]:
    """P015: the file says where it will be cut."""
    for sheet in file.sheets[:1]:
        if sheet.trim is None:
            yield Finding("P015", "the pages name no trim (TrimBox); the edge of the page is taken for it",
                          "a page of the right size", "look whether the sizes below are what you mean", 1,
                          weight=Weight.WARNING)  # fmt: skip


def _inside(inner: Box, outer: Box) -> bool:
    return (inner[0] >= outer[0] - _NEAR_PT and inner[1] >= outer[1] - _NEAR_PT
            and inner[2] <= outer[2] + _NEAR_PT and inner[3] <= outer[3] + _NEAR_PT)  # fmt: skip


def _size(size: tuple[float, float]) -> str:
    return f"{size[0]:.1f} × {size[1]:.1f} mm"


def _edges(gaps: tuple[float, float, float, float]) -> str:
    left, bottom, right, top = gaps
    return f"left {left:.1f}, foot {bottom:.1f}, right {right:.1f}, head {top:.1f} mm"


