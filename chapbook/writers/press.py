"""The print PDF: the master's pages with their boxes and marks, in inks, and nothing to click.

Links, outline and structure are for screens and go. A service's file is the inside of the book
alone (services take the cover apart), with the bleed the service asks for, no marks unless it
takes them, and blank pages at the end to make up its count.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Pdf

from chapbook.model import Book
from chapbook.printing import Printing
from chapbook.services import Edges, Service
from chapbook.words import direction
from chapbook.writers import boxes, pdfx
from chapbook.writers.plates import house_inks, house_printing, ink
from chapbook.writers.recolour import shows_through
from chapbook.writers.screen import inform, label

COVER_PAGES = 2  # the cover and its inside
_PAINTING = {"Tj", "TJ", "'", '"', "Do", "f", "f*", "F", "S", "s", "B", "B*", "b", "b*", "sh", "INLINE IMAGE"}


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press PDF, its pages, the standard it names ("" for none, and then why), and its condition."""

    data: bytes
    pages: int
    standard: str
    condition: str
    why: str = ""

    def said(self) -> str:
        """The standard for the table: PDF/X-4, FOGRA39."""
        return f"{self.standard or f'no PDF/X ({self.why})'}, {self.condition}"


def write(book: Book, master: bytes, styles: Path) -> bytes:
    """The print PDF of a master, as for a shop that names nothing of its own."""
    return press(book, master, styles).data


def press(book: Book, master: bytes, styles: Path, service: Service | None = None) -> Pressed:
    """The press PDF of a saved master, for a service or as the book itself asks (None)."""
    pdf = Pdf.open(io.BytesIO(master))
    if service:
        del pdf.pages[:COVER_PAGES]
    ink(pdf, house_inks(book, styles, service.ink_percent if service else None))
    return pressed(book, pdf, service)


def pressed(book: Book, plates: Pdf, service: Service | None = None) -> Pressed:
    """The press PDF that plates become, which are closed then."""
    printed = printing_of(book, service)
    with plates as pdf:
        transparent = shows_through(pdf)
        _fill_up(pdf, service)
        _place(book, pdf, service)
        if service:
            pdf.Root.PageLabels = Dictionary(Nums=pikepdf.Array([0, Dictionary(S=pikepdf.Name.D, St=1)]))
        else:
            label(book, pdf, first=COVER_PAGES)
        if direction(book.work.lang) == "rtl":
            pdf.Root.ViewerPreferences = Dictionary(Direction=pikepdf.Name.R2L)
        inform(book, pdf)
        standard = pdfx.standard_of(book.work, printed, transparent=transparent)
        pdfx.identify(book, pdf, printed, standard)
        pages = len(pdf.pages)
        return Pressed(pdfx.save(pdf, standard), pages, standard, printed.condition.name,
                       "" if standard else pdfx.why_none(book.work, printed))  # fmt: skip


def printing_of(book: Book, service: Service | None) -> Printing:
    """The book's printing condition; without its profile for a service that takes none."""
    known = house_printing(book)
    return replace(known, profile=None) if service and not service.icc_profiles else known


def _fill_up(pdf: Pdf, service: Service | None) -> None:
    """Blank pages at the end: an even count, the service's least count, its blank last page."""
    if service is None:
        return
    wanted = max(len(pdf.pages), service.pages_least)
    if service.last_blank and wanted == len(pdf.pages) and not is_blank(pdf.pages[-1]):
        wanted += 1
    wanted += wanted % 2
    size = pdf.pages[-1].trimbox
    for _ in range(wanted - len(pdf.pages)):
        pdf.add_blank_page(page_size=(72, 72))
        pdf.pages[-1].obj.MediaBox = pdf.pages[-1].obj.TrimBox = size


def is_blank(page: pikepdf.Page) -> bool:
    """Whether nothing is painted on a page."""
    return not any(str(i.operator) in _PAINTING for i in pikepdf.parse_content_stream(page))


def _place(book: Book, pdf: Pdf, service: Service | None) -> None:
    """Boxes, content and marks of every page; what pages of one kind have in common is in the file once."""
    edges = service.bleed if service else Edges(*(book.trim.bleed_mm,) * 4)
    marked = service is None
    backwards = direction(book.work.lang) == "rtl"  # bound on the right
    forms: dict[boxes.Frame, pikepdf.Object] = {}
    around: dict[boxes.Frame, tuple[pikepdf.Object, ...]] = {}
    written: dict[boxes.Frame, tuple[pikepdf.Array, pikepdf.Array, pikepdf.Array]] = {}
    for number, page in enumerate(pdf.pages, start=1):
        x0, y0, x1, y1 = (float(v) for v in page.trimbox)
        frame = boxes.frame((x0, y0, x1, y1), edges, spine_left=(number % 2 == 1) != backwards, marks=marked)
        if frame not in around:
            around[frame] = tuple(map(pdf.make_stream, boxes.around(frame, marks=marked)))
            written[frame] = boxes.written(frame)
        before, after = around[frame]
        content = page.obj.get("/Contents", pikepdf.Array())
        page.obj.Contents = pikepdf.Array([before, *(content if isinstance(content, pikepdf.Array) else [content]), after])
        boxes.set_boxes(page.obj, written[frame])
        if marked:
            kind = boxes.at_origin(frame)
            if kind not in forms:
                forms[kind] = boxes.marks_form(pdf, kind)
            if "/Resources" not in page.obj:
                page.obj.Resources = Dictionary()
            if "/XObject" not in page.obj.Resources:
                page.obj.Resources.XObject = Dictionary()
            page.obj.Resources.XObject[boxes.MARKS] = forms[kind]
