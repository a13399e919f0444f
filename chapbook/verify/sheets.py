"""Sheets of paper read back: folded, they must give every page of the book in its order."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pikepdf
from pikepdf import Pdf

from chapbook.compose.wrap import back_words
from chapbook.diagnostics import Diagnostic
from chapbook.imposition import Side, folded
from chapbook.model import Artifact, Book
from chapbook.pdftext import half_texts
from chapbook.services import services
from chapbook.verify.conservation import missing
from chapbook.verify.extract import Stream, pdf_stream
from chapbook.verify.finding import fault
from chapbook.verify.passages import Passage, tokens
from chapbook.verify.pdf import fonts, press
from chapbook.words import direction

_LABEL = re.compile(r"([A-Z]+)(\d+) (outside|inside)")
_PLACED = re.compile(rb"q ([\d.]+) 0 [\d.]+ [\d.]+ re W n [^/]* cm /P(\d+) Do Q")
_MM = 72 / 25.4
_SIZES_MM = {"A4": (210.0, 297.0), "Letter": (215.9, 279.4)}
_NOT_BLACK = {"rg", "RG", "g", "G", "cs", "CS", "sc", "SC", "scn", "SCN"}


def folded_stream(book: Book, data: bytes) -> Stream:
    """The words of a booklet as its reader meets them: sheet by sheet folded, page by page.

    Which sheet is which the file's page labels tell.
    """
    texts = half_texts(data)
    found: list[str] = []
    pages: list[int] = []
    for number, half in enumerate(_order(book, data), start=1):
        said = tokens(texts[half - 1])
        found.extend(said)
        pages.extend([number] * len(said))
    return Stream(tuple(found), tuple(pages))


def _order(book: Book, data: bytes) -> tuple[int, ...]:
    """The halves in the order in which the folded booklet is read."""
    return folded(_halves(data), backwards=direction(book.work.lang) == "rtl")


def _halves(data: bytes) -> tuple[Side, ...]:
    """The sides with halves of sheets for pages: 2 i − 1 is the left half of side i."""
    return tuple(
        Side(signature, sheet, front, 2 * index - 1, 2 * index)
        for index, (signature, sheet, front) in enumerate(_sides(data), start=1)
    )


def _sides(data: bytes) -> list[tuple[int, int, bool]]:
    with Pdf.open(io.BytesIO(data)) as pdf:
        labels = [str(entry.P) for entry in list(pdf.Root.PageLabels.Nums)[1::2]]
    names: dict[str, int] = {}
    out = []
    for label in labels:
        if match := _LABEL.fullmatch(label):
            out.append((names.setdefault(match[1], len(names) + 1), int(match[2]), match[3] == "outside"))
    return out


def every_page_once(book: Book, data: bytes, edition: str) -> Iterator[Diagnostic]:
    """Folded, the sheets give pages 1, 2, 3 …, each once; only what is before the back is blank."""
    halves: list[int] = []  # the page on each half, 0 where it is blank
    forms: set[tuple[int, int]] = set()
    with Pdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            placed = {float(left) > 0: int(number) for left, number in _PLACED.findall(page.Contents.read_bytes())}
            halves += (placed.get(False, 0), placed.get(True, 0))
            forms |= {page.obj.Resources.XObject[f"/P{number}"].objgen for number in placed.values()}
    order = [halves[half - 1] for half in _order(book, data)]
    blank = order.count(0)
    wanted = [*range(1, len(order) - blank), *[0] * blank, len(order)]
    if order != wanted or blank > 3:
        shown = ", ".join(str(page or "blank") for page in order)
        yield fault("V037", f"folded, the sheets give the pages {shown}", edition)
    if len(forms) != len(order) - blank:
        yield fault("V037", "two pages of the sheets are the same page of the book", edition)


def check(book: Book, data: bytes, edition: str) -> Iterator[Diagnostic]:
    """Fonts, the size of the sheets, black ink alone, nothing to click."""
    width, height = _SIZES_MM["Letter" if edition.endswith("letter") else "A4"]
    wanted = sorted((width * _MM, height * _MM))
    with Pdf.open(io.BytesIO(data)) as pdf:
        yield from fonts(book, data, edition)
        if edition.startswith("booklet") and "/PageLabels" not in pdf.Root:
            yield fault("V033", "no page labels", edition)
        elif edition.startswith("booklet"):
            yield from every_page_once(book, data, edition)
        for number, page in enumerate(pdf.pages, start=1):
            box = sorted(float(v) for v in list(page.mediabox)[2:])
            if any(abs(a - b) > 0.1 for a, b in zip(box, wanted, strict=True)):
                yield fault("V032", f"sheet side {number} is {box[0]:.1f} × {box[1]:.1f} pt", edition)
            if "/Annots" in page.obj:
                yield fault("V035", f"sheet side {number} has annotations", edition)
        for item in pdf.objects:
            if isinstance(item, pikepdf.Stream) and _is_content(item):
                yield from _black(item, edition)


def _is_content(item: pikepdf.Stream) -> bool:
    return item.get("/Subtype") == "/Form" or ("/Type" not in item and item.get("/Filter") is None)


def _black(item: pikepdf.Stream, edition: str) -> Iterator[Diagnostic]:
    for instruction in pikepdf.parse_content_stream(item):
        operator = str(instruction.operator)
        coloured = operator in ("k", "K") and any(float(v) for v in list(instruction.operands)[:3])
        if coloured or operator in _NOT_BLACK:
            yield fault("V036", f"a colour that is not black alone ({operator})", edition)
            return


# ── the cover wrap ───────────────────────────────────────────────────────────


def cover(book: Book, artifact: Artifact) -> Iterator[Diagnostic]:
    """One page: back and front of the trim, a spine between them, bleed, inks, all its words."""
    edition = artifact.edition
    service = services().get(edition.removeprefix("cover-"))
    width, height = book.trim.width_mm, book.trim.height_mm
    if service:
        width, height = service.trim_for(width, height)
    bleed = service.bleed.outside if service else book.trim.bleed_mm
    with Pdf.open(io.BytesIO(artifact.data)) as pdf:
        yield from fonts(book, artifact.data, edition)
        x0, y0, x1, y1 = (float(v) / _MM for v in pdf.pages[0].trimbox)
        bx0, by0, bx1, by1 = (float(v) / _MM for v in pdf.pages[0].obj.BleedBox)
        spine = x1 - x0 - 2 * width
        if len(pdf.pages) != 1 or spine < -0.05 or abs(y1 - y0 - height) > 0.05:
            yield fault("V032", f"the wrap is {x1 - x0:.2f} × {y1 - y0:.2f} mm", edition)
        if any(abs(gap - bleed) > 0.05 for gap in (x0 - bx0, y0 - by0, bx1 - x1, by1 - y1)):
            yield fault("V032", "the bleed of the wrap is not what was asked for", edition)
    yield from press(artifact.data, edition)
    stream, _ = pdf_stream(artifact.data)
    for text in back_words(book):
        if found := tokens(text):
            yield from missing((Passage(found, None, "the back"),), stream, edition, paged=False)
