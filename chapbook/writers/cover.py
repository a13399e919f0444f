"""The cover wrap: one press page whose spine is as wide as the finished book is thick."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from pathlib import Path

from pikepdf import Dictionary, Pdf

from chapbook.binding import SADDLE_STITCHED, Binding, bindings
from chapbook.compose import wrap
from chapbook.compose.wrap import ISBN_AREA, Wrap
from chapbook.diagnostics import Diagnostic, Position, Severity
from chapbook.model import Book
from chapbook.services import Edges, Service
from chapbook.writers import boxes, pdfx, weasy
from chapbook.writers.boxes import PT
from chapbook.writers.plates import house_inks, ink
from chapbook.writers.press import printing_of
from chapbook.writers.screen import inform


@dataclass(frozen=True, slots=True)
class Covered:
    """A cover wrap, what it says of itself in the table, and what was found."""

    data: bytes
    said: str
    notices: tuple[Diagnostic, ...]


def flat(book: Book, pages: int, service: Service | None) -> tuple[Wrap, tuple[Diagnostic, ...]]:
    """The measures of the wrap for a count of inside pages.

    `service` None is a saddle-stitched book: its spine has no width.
    """
    binding = bindings()[service.name] if service else SADDLE_STITCHED
    spine, found = _spine(book, pages, service, binding)
    area = binding.barcode or (ISBN_AREA if book.imprint.isbn_print else None)
    bleed = service.bleed.outside if service else book.trim.bleed_mm
    titled = binding.has_text(pages, spine)
    return Wrap(book.trim.width_mm, book.trim.height_mm, spine, bleed, titled, area), found


def _spine(book: Book, pages: int, service: Service | None, binding: Binding) -> tuple[float, tuple[Diagnostic, ...]]:
    given, place = book.sheets.spine_mm, Position("manuscript/book.yaml")
    if given is not None:
        return given, ()
    paper = book.sheets.paper if service else ""
    try:
        width = binding.spine_mm(pages, paper)
    except KeyError:
        hint = f"one of: {', '.join(binding.by_paper_mm)}"
        assert service
        return 0.0, (Diagnostic("W012", f"{service.title} has no paper named {paper}", place, hint),)
    if width is not None:
        return width, ()
    assert service
    raise AssertionError(f"{service} has no spine; see known()")


def known(book: Book, service: Service | None) -> tuple[Diagnostic, ...]:
    """Why no wrap can be made for a service: it states no formula for the spine; () where it can."""
    if service is None or book.sheets.spine_mm is not None or bindings()[service.name].states_spine:
        return ()
    said = f"{service.title} states no formula for the spine: no cover is made for it"
    hint = "take the width from the service's template: cover: {spine-mm: 5.2}"
    return (Diagnostic("W013", said, Position("manuscript/book.yaml"), hint, Severity.WARNING),)


def write(book: Book, styles: Path, pages: int, service: Service | None = None) -> Covered:
    """The wrap for a book of so many inside pages, for a service or as saddle-stitched (None)."""
    measures, found = flat(book, pages, service)
    try:
        composition = wrap.cover(book, styles, measures)
    except ValueError as error:
        hint = "write all thirteen digits, or leave isbn-print out"
        found = (*found, Diagnostic("W014", str(error), Position("manuscript/book.yaml"), hint))
        composition = wrap.cover(book, styles, replace(measures, area=None))
    layout = weasy.lay_out(composition)
    data, standard = _pressed(book, layout.pdf, styles, measures, service)
    spine = f"spine {measures.spine:.2f} mm" if measures.spine else "no spine"
    return Covered(data, f"{standard}, {spine}", (*found, *layout.notices))


def _pressed(
    book: Book, laid_out: bytes, styles: Path, measures: Wrap, service: Service | None
) -> tuple[bytes, str]:
    """The page in inks, with its boxes; marks where no service forbids them."""
    printed = printing_of(book, service)
    with Pdf.open(io.BytesIO(laid_out)) as pdf:
        transparent = ink(pdf, house_inks(book, styles, service.ink_percent if service else None))
        page = pdf.pages[0]
        bleed = measures.bleed * PT
        x0, y0, x1, y1 = (float(v) for v in page.mediabox)
        edges = Edges(*(measures.bleed,) * 4)
        frame = boxes.frame((x0 + bleed, y0 + bleed, x1 - bleed, y1 - bleed), edges, spine_left=True, marks=service is None)
        before, after = boxes.around(frame, marks=service is None)
        page.obj.Contents = pdf.make_stream(before + page.obj.Contents.read_bytes() + after)
        boxes.set_boxes(page.obj, boxes.written(frame))
        if service is None:
            if "/XObject" not in page.obj.Resources:
                page.obj.Resources.XObject = Dictionary()
            page.obj.Resources.XObject[boxes.MARKS] = boxes.marks_form(pdf, frame)
        inform(book, pdf)
        standard = pdfx.standard_of(book.work, printed, transparent=transparent)
        pdfx.identify(book, pdf, printed, standard)
        return pdfx.save(pdf, standard), f"{standard or 'no PDF/X'}, {printed.condition.name}"
