"""What a PDF must be: fonts, boxes, labels, tags and colours, read from the file itself."""

from __future__ import annotations

from collections.abc import Iterator

from pikepdf import Name, Pdf

from chapbook.diagnostics import Diagnostic
from chapbook.identifier import public
from chapbook.model import Book
from chapbook.preflight import standard
from chapbook.preflight.examined import examined
from chapbook.preflight.standard import space_of_mark
from chapbook.preflight.type import off_the_page
from chapbook.services import Edges, services
from chapbook.pdftext import leaves
from chapbook.verify.finding import fault
from chapbook.verify.objects import objects
from chapbook.words import direction

_OURS = ("SourceSerifPro", "SourceSansPro", "SourceCodePro", "Source-Serif-Pro", "Source-Sans-Pro",
         "Source-Code-Pro")  # fmt: skip
_MM = 72 / 25.4


def check(book: Book, data: bytes, edition: str) -> Iterator[Diagnostic]:
    """Every check of one PDF; `edition` is "pdf" (screen), "print" or "print-" and a service."""
    for number, leaf in enumerate(leaves(data), start=1):
        if leaf.beyond:
            yield fault("V037", f"page {number}: “{leaf.beyond}” runs off the page; make the line or the table narrower", edition)
    pdf = objects(data).pdf
    yield from fonts(book, data, edition)
    yield from _boxes(book, pdf, edition)
    if "/PageLabels" not in pdf.Root:
        yield fault("V033", "no page labels", edition)
    if edition == "pdf":
        yield from _screen(book, pdf)
    else:
        yield from press(data, edition)


def fonts(book: Book, data: bytes, edition: str) -> Iterator[Diagnostic]:
    """The book's own fonts and no other, each embedded."""
    # a PDF names a family with hyphens for its spaces, or without
    ours = tuple(_bare(name) for name in (*_OURS, *(face.family for face in book.faces)))
    for item in objects(data).spelling("/FontDescriptor"):
        if item.get("/Type") != Name.FontDescriptor:
            continue
        name = str(item.get("/FontName", ""))[1:]
        family = name.partition("+")[2] or name
        if not _bare(family).startswith(ours):
            yield fault("V030", f"the font {family} is not one of the book's", edition)
        if not any(key in item for key in ("/FontFile", "/FontFile2", "/FontFile3")):
            yield fault("V031", f"the font {family} is not embedded", edition)


def _bare(family: str) -> str:
    return family.replace(" ", "").replace("-", "")


def _boxes(book: Book, pdf: Pdf, edition: str) -> Iterator[Diagnostic]:
    service = services().get(edition.removeprefix("print-"))
    trim = book.trim.width_mm, book.trim.height_mm
    wanted = [v * _MM for v in (service.trim_for(*trim) if service else trim)]
    edges = service.bleed if service else Edges(*(book.trim.bleed_mm,) * 4)
    backwards = direction(book.work.lang) == "rtl"
    for number, page in enumerate(pdf.pages, start=1):
        x0, y0, x1, y1 = (float(v) for v in page.trimbox)
        if abs(x1 - x0 - wanted[0]) > 0.1 or abs(y1 - y0 - wanted[1]) > 0.1:
            yield fault("V032", f"page {number}: the trim is {x1 - x0:.1f} × {y1 - y0:.1f} pt", edition)
        if edition == "pdf":
            continue
        bx0, by0, bx1, by1 = (float(v) for v in page.obj.BleedBox)
        left, right = (edges.inside, edges.outside) if (number % 2 == 1) != backwards else (edges.outside, edges.inside)
        gaps = (x0 - bx0, y0 - by0, bx1 - x1, by1 - y1)
        asked = (left, edges.bottom, right, edges.top)
        if any(abs(gap - mm * _MM) > 0.1 for gap, mm in zip(gaps, asked, strict=True)):
            yield fault("V032", f"page {number}: the bleed is not what was asked for", edition)
        mx0, my0, mx1, my1 = (float(v) for v in page.obj.MediaBox)
        if mx0 > bx0 or my0 > by0 or mx1 < bx1 or my1 < by1:
            yield fault("V032", f"page {number}: the bleed reaches over the medium", edition)


def _screen(book: Book, pdf: Pdf) -> Iterator[Diagnostic]:
    root = pdf.Root
    if "/StructTreeRoot" not in root or "/MarkInfo" not in root or not root.MarkInfo.get("/Marked"):
        yield fault("V034", "the file is not tagged", "pdf")
    if str(root.get("/Lang", "")) != book.work.lang:
        yield fault("V034", "the file does not name its language", "pdf")
    if str(pdf.docinfo.get("/Title", "")) != public(book).work.title:
        yield fault("V034", "the file does not name its title", "pdf")
    if "/Outlines" not in root:
        yield fault("V034", "the file has no bookmarks", "pdf")
    said = root.Metadata.read_bytes() if "/Metadata" in root else b""
    if b'pdfuaid:part' not in said or b'pdfaid:part="2"' not in said:
        yield fault("V034", "the file does not say that it is PDF/UA-1 and PDF/A-2a", "pdf")


def press(data: bytes, edition: str) -> Iterator[Diagnostic]:
    """Every colour of every page, form, gradient and picture in ink; nothing to click; PDF/X kept."""
    service = services().get(edition.removeprefix("print-")) or services()["european-print-shop"]
    file = examined(data, service, by_line=True, pdf=objects(data).pdf)
    for sheet, painted in zip(file.sheets, file.painted, strict=True):
        if "/Annots" in sheet.page.obj:
            yield fault("V035", f"page {sheet.number} has annotations", edition)
        if painted.fault:
            yield fault("V036", f"page {sheet.number} cannot be read: {painted.fault}", edition)
        said = {space.shown() for mark in painted.marks if (space := space_of_mark(mark))}
        if wrong := sorted(said - {"DeviceCMYK", "DeviceGray", "Pattern"}):
            yield fault("V036", f"page {sheet.number} has colours that are not CMYK ({', '.join(wrong)})", edition)
    for lost in off_the_page(file):
        yield fault("V038", f"{lost.where()}: {lost.found}", edition)
    named = standard.named(file.pdf)
    for broken in standard.broken(file, named) if named in standard.PROVABLE else ():
        yield fault("V037", f"it names {named}, but {broken}", edition)
