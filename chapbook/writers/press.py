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

from chapbook import printing
from chapbook.model import Book
from chapbook.printing import Printing
from chapbook.services import Edges, Service
from chapbook.words import direction
from chapbook.writers import boxes, pdfx
from chapbook.writers.bare import strip
from chapbook.writers.inks import Inks
from chapbook.writers.recolour import Recolouring
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
    return pressed(book, Pdf.open(io.BytesIO(master)), styles, service)


def pressed(book: Book, master: Pdf, styles: Path, service: Service | None = None) -> Pressed:
    """The press PDF that a master becomes, which is closed then."""
    printed = printing_of(book, service)
    with master as pdf:
        if service:
            del pdf.pages[:COVER_PAGES]
        strip(pdf)
        _fill_up(pdf, service)
        inks = Inks(styles, printing_of(book, None).profile, service.ink_percent if service else None)
        recolouring = Recolouring(pdf, inks)
        _place(book, pdf, recolouring, service)
        if service:
            pdf.Root.PageLabels = Dictionary(Nums=pikepdf.Array([0, Dictionary(S=pikepdf.Name.D, St=1)]))
        else:
            label(book, pdf, first=COVER_PAGES)
        if direction(book.work.lang) == "rtl":
            pdf.Root.ViewerPreferences = Dictionary(Direction=pikepdf.Name.R2L)
        inform(book, pdf)
        standard = pdfx.standard_of(book.work, printed, transparent=recolouring.transparent)
        pdfx.identify(book, pdf, printed, standard)
        pages = len(pdf.pages)
        return Pressed(pdfx.save(pdf, standard), pages, standard, printed.condition.name,
                       "" if standard else pdfx.why_none(book.work, printed))  # fmt: skip


def printing_of(book: Book, service: Service | None) -> Printing:
    """The book's printing condition; without its profile for a service that takes none."""
    found = book.options.get("printing")
    known = found if isinstance(found, Printing) else Printing(printing.conditions()[printing.STANDARD])
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


def _place(book: Book, pdf: Pdf, recolouring: Recolouring, service: Service | None) -> None:
    """Boxes, content and marks of every page; one form of marks for pages of one kind."""
    edges = service.bleed if service else Edges(*(book.trim.bleed_mm,) * 4)
    marked = service is None
    backwards = direction(book.work.lang) == "rtl"  # bound on the right
    forms: dict[boxes.Frame, pikepdf.Object] = {}
    for number, page in enumerate(pdf.pages, start=1):
        x0, y0, x1, y1 = (float(v) for v in page.trimbox)
        frame = boxes.frame((x0, y0, x1, y1), edges, spine_left=(number % 2 == 1) != backwards, marks=marked)
        content = boxes.clipped(recolouring.page(page), frame, marks=marked)
        page.obj.Contents = pdf.make_stream(content)
        boxes.set_boxes(page.obj, frame)
        if marked:
            kind = boxes.at_origin(frame)
            if kind not in forms:
                forms[kind] = boxes.marks_form(pdf, kind)
            if "/Resources" not in page.obj:
                page.obj.Resources = Dictionary()
            if "/XObject" not in page.obj.Resources:
                page.obj.Resources.XObject = Dictionary()
            page.obj.Resources.XObject[boxes.MARKS] = forms[kind]
