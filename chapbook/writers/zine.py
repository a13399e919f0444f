"""The zine: eight small pages laid out, then placed on one side of one sheet."""

from __future__ import annotations

import io
from pathlib import Path

from pikepdf import Array, Dictionary, Name, Object, Pdf
from pikepdf import String as Words

from chapbook.compose import zine
from chapbook.diagnostics import Diagnostic, Position
from chapbook.imposition import Panel, panels
from chapbook.model import Book
from chapbook.words import direction
from chapbook.writers import sheet, weasy
from chapbook.writers.booklet import PAPERS, Paper, form_of
from chapbook.writers.screen import describe, save

_PT = 72 / 25.4


def paper_of(edition: str) -> Paper:
    """The sheet of an edition, lying on its long side."""
    return PAPERS[edition.replace("zine", "booklet")]


def write(book: Book, styles: Path, edition: str) -> tuple[bytes, tuple[Diagnostic, ...]]:
    """The sheet, and by how many pages the text is too long for it."""
    paper = paper_of(edition)
    layout = _laid_out(book, styles, paper)
    found = list(layout.notices)
    if layout.pages > zine.PAGES:
        said = f"the zine has {layout.pages} pages; one sheet of {paper.name} folds into {zine.PAGES}"
        hint = "name a summary and some sections: handout: {summary: …, sections: […]}"
        found.append(Diagnostic("W015", said, Position("manuscript/book.yaml"), hint))
    return _imposed(book, sheet.in_inks(book, layout.pdf, styles), paper), tuple(found)


def _laid_out(book: Book, styles: Path, paper: Paper) -> weasy.Layout:
    """The pages with as much as fits, found by halving; else with the least."""
    known: dict[int, weasy.Layout] = {}

    def fits(shown: int) -> bool:
        composition = zine.compose(book, styles, paper.width_mm / 4, paper.height_mm / 2, shown)
        known[shown] = weasy.lay_out(composition)
        return known[shown].pages <= zine.PAGES

    low, high = 0, zine.most(book)
    shorter = book.annotated or book.sheets.summary or book.sheets.sections
    if high and (fits(high) or not shorter):
        return known[high]
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    if low not in known:
        fits(low)
    return known[low]


def _imposed(book: Book, pages: bytes, paper: Paper) -> bytes:
    with Pdf.open(io.BytesIO(pages)) as pdf:
        *inner, back = (form_of(pdf, page) for page in list(pdf.pages))
        inner = inner[: zine.PAGES - 1]
        order: list[Object | None] = [*inner, *[None] * (zine.PAGES - 1 - len(inner)), back]
        del pdf.pages[:]
        forms, content = Dictionary(), _cut(paper)
        for panel in sorted(panels(backwards=direction(book.work.lang) == "rtl"), key=lambda p: p.page):
            form = order[panel.page - 1]
            if form is not None:
                forms[f"/P{panel.page}"] = form
                content += _placed(panel, form, paper)
        pdf.add_blank_page(page_size=(paper.width_mm * _PT, paper.height_mm * _PT))
        page = pdf.pages[0]
        page.obj.Resources = Dictionary(XObject=forms)
        page.obj.Contents = pdf.make_stream(content.encode())
        page.obj.TrimBox = page.mediabox
        pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(P=Words("zine"))]))
        pdf.Root.ViewerPreferences = Dictionary(Duplex=Name.Simplex, PrintScaling=Name("/None"))
        describe(book, pdf)
        return save(pdf)


def _cut(paper: Paper) -> str:
    """The line to cut along: the middle two columns, between the rows."""
    x0, x1, y = (v * _PT for v in (paper.width_mm / 4, paper.width_mm * 3 / 4, paper.height_mm / 2))
    return f"q 0 0 0 1 K 0.5 w [4 3] 0 d {x0:.4f} {y:.4f} m {x1:.4f} {y:.4f} l S Q\n"


def _placed(panel: Panel, form: Object, paper: Paper) -> str:
    width, height = paper.width_mm / 4 * _PT, paper.height_mm / 2 * _PT
    x0, y0 = float(form.BBox[0]), float(form.BBox[1])
    x, y = panel.column * width, panel.row * height
    if panel.turned:
        return f"q -1 0 0 -1 {x + width + x0:.4f} {y + height + y0:.4f} cm /P{panel.page} Do Q\n"
    return f"q 1 0 0 1 {x - x0:.4f} {y - y0:.4f} cm /P{panel.page} Do Q\n"
