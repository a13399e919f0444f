"""The booklet: the print PDF's own pages two-up on office sheets, to be folded and stapled.

Each page is a form XObject placed on a sheet, so text stays text and nothing is laid out
again. The cover is drawn black on white, for a copier; on its inside stands how to print.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf

from chapbook.compose import wrap
from chapbook.compose.pages import Margins, margins
from chapbook.imposition import Side, blanks, creep_mm, impose, signatures
from chapbook.model import Book
from chapbook.office import office
from chapbook.words import direction
from chapbook.writers import pdfx, sheet, weasy
from chapbook.writers.screen import describe, save

_PT = 72 / 25.4
_OWN_COVERS = 2  # pages of the print PDF before folio 1, which the booklet replaces


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet lying on its long side, in millimetres, and its name."""

    name: str
    width_mm: float
    height_mm: float


PAPERS = {"booklet": Paper("A4", 297, 210), "booklet-letter": Paper("Letter", 279.4, 215.9)}


@dataclass(frozen=True, slots=True)
class Fit:
    """How a page stands on its half of the sheet.

    `scale` is 1 where the page is not made smaller; `inner_mm` is from the fold to the page's
    inner edge and `foot_mm` from the sheet's foot to the page's: below 0 where empty margin is
    cut off.
    """

    scale: float
    inner_mm: float
    foot_mm: float


def fit(width_mm: float, height_mm: float, page: Margins, paper: Paper, fold_mm: float) -> Fit:
    """A page at full size where only empty margin falls off the sheet, else smaller.

    `fold_mm` is the margin needed at the fold.
    """
    half = paper.width_mm / 2
    over, above = width_mm - half, height_mm - paper.height_mm
    cut = max(0.0, over)
    sides = (page.outer - cut * 0.6, *(m - max(0.0, above) / 2 for m in (page.top, page.bottom)))
    if min(sides) >= office().edge_mm and page.inner - cut * 0.4 >= fold_mm:
        return Fit(1.0, -cut * 0.4, -above / 2)
    scale = min(1.0, half / width_mm, paper.height_mm / height_mm)
    return Fit(scale, 0.0, (paper.height_mm - height_mm * scale) / 2)


def write(book: Book, printed: bytes, styles: Path) -> dict[str, tuple[bytes, int]]:
    """The booklet on each paper, by edition, with the number of its sheets' sides."""
    with Pdf.open(io.BytesIO(printed)) as pdf:
        body = len(pdf.pages) - _OWN_COVERS
    pages = body + 3  # front and its inside, the back
    sizes = signatures(pages + blanks(pages), book.sheets.signature)
    texts = [wrap.directions(book, paper.name, sizes) for paper in PAPERS.values()]
    layout = weasy.lay_out(wrap.booklet_covers(book, styles, texts))
    covers = sheet.in_inks(book, layout.pdf, styles)
    out = {}
    for index, (edition, paper) in enumerate(PAPERS.items()):
        out[edition] = _imposed(book, printed, covers, index, sizes, paper, margins(book, styles))
    return out


def _imposed(
    book: Book, printed: bytes, covers: bytes, inside: int, sizes: tuple[int, ...], paper: Paper, page: Margins
) -> tuple[bytes, int]:
    with Pdf.open(io.BytesIO(printed)) as pdf, Pdf.open(io.BytesIO(covers)) as around:
        front, *within, back = (pdf.copy_foreign(form_of(around, p)) for p in around.pages)
        own = [form_of(pdf, p) for p in list(pdf.pages)[_OWN_COVERS:]]
        # The back stays at the back: blanks come before it.
        empty = [None] * (sum(sizes) - len(own) - 3)
        order: list[Object | None] = [front, within[inside], *own, *empty, back]
        del pdf.pages[:]
        sides = impose(sizes, backwards=direction(book.work.lang) == "rtl")
        at = fit(book.trim.width_mm, book.trim.height_mm, page, paper, _at_fold(book, sizes))
        for side in sides:
            _add_side(pdf, side, order, at, book, paper)
        labels = [part for i, s in enumerate(sides) for part in (i, Dictionary(P=pikepdf.String(s.label)))]
        pdf.Root.PageLabels = Dictionary(Nums=Array(labels))
        pdf.Root.ViewerPreferences = Dictionary(Duplex=Name.DuplexFlipShortEdge, PrintScaling=Name("/None"))
        pdfx.disclaim(pdf)
        describe(book, pdf)
        return save(pdf), len(sides)


def _at_fold(book: Book, sizes: tuple[int, ...]) -> float:
    """The margin at the fold: the thickest signature's, and what its inmost sheet moves."""
    most = max(sizes)
    return office().at_fold_mm(most) + book.sheets.paper_mm * (most // 4 - 1)


def form_of(pdf: Pdf, page: pikepdf.Page) -> Object:
    """A page as a form, its box the trim."""
    page.mediabox = page.trimbox
    return pdf.make_indirect(page.as_form_xobject())


def _add_side(pdf: Pdf, side: Side, order: list[Object | None], at: Fit, book: Book, paper: Paper) -> None:
    half, move = paper.width_mm / 2, creep_mm(side, book.sheets.paper_mm)
    forms, content = Dictionary(), ""
    for number, left in ((side.left, 0.0), (side.right, half)):
        form = order[number - 1]
        if form is None:
            continue
        name = f"/P{number}"
        forms[name] = form
        inner = at.inner_mm - move
        x = half + inner if left else half - inner - book.trim.width_mm * at.scale
        content += _placed(name, form, (left, half, paper.height_mm), x, at)
    pdf.add_blank_page(page_size=(paper.width_mm * _PT, paper.height_mm * _PT))
    page = pdf.pages[-1]
    page.obj.Resources = Dictionary(XObject=forms)
    page.obj.Contents = pdf.make_stream(content.encode())
    page.obj.TrimBox = page.mediabox


def _placed(name: str, form: Object, clip: tuple[float, float, float], x_mm: float, at: Fit) -> str:
    """A form drawn with its lower left corner at a place, clipped to its half of the sheet."""
    left, width, height = (v * _PT for v in clip)
    x0, y0 = float(form.BBox[0]), float(form.BBox[1])
    x, y = x_mm * _PT - x0 * at.scale, at.foot_mm * _PT - y0 * at.scale
    return (
        f"q {left:.4f} 0 {width:.4f} {height:.4f} re W n "
        f"{at.scale:.6f} 0 0 {at.scale:.6f} {x:.4f} {y:.4f} cm {name} Do Q\n"
    )
