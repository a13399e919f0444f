"""The zine read back: its pages where folding needs them, its statements whole, none left out unsaid."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace

from pikepdf import Dictionary, Pdf

from chapbook.compose import handout, zine
from chapbook.compose.notes import more
from chapbook.compose.wrap import back_words
from chapbook.diagnostics import Diagnostic
from chapbook.imposition import panels
from chapbook.model import Artifact, Book, Claim, Section
from chapbook.tree import Node, NoteRef
from chapbook.walking import plain_text, rewrite
from chapbook.verify import sheets
from chapbook.verify.conservation import missing
from chapbook.verify.extract import Stream, pdf_stream
from chapbook.verify.finding import fault
from chapbook.verify.passages import Passage, of_section, tokens
from chapbook.words import direction

_PLACED = re.compile(rb"q (-?1) 0 0 -?1 (-?[\d.]+) (-?[\d.]+) cm /P(\d) Do Q")


def check(book: Book, artifact: Artifact) -> Iterator[Diagnostic]:
    """Sheet, ink, places of the pages, and the words it promises."""
    yield from sheets.check(book, artifact.data, artifact.edition)
    yield from _places(book, artifact)
    stream, _ = pdf_stream(_upright(artifact.data))
    texts = [*back_words(book), *(plain_text(s.blocks, notes=False) for s in handout.about_author(book))]
    for text in texts:
        if found := tokens(text):
            yield from missing((Passage(found, None, "the zine"),), stream, artifact.edition, paged=True)
    if book.annotated:
        yield from _statements(book, stream, artifact.edition)
        return
    lost = missing(_text(book, whole=True), stream, artifact.edition, paged=True)
    if lost and (shorter := _text(book, whole=False)):
        lost = missing(shorter, stream, artifact.edition, paged=True)
    yield from lost


def _text(book: Book, *, whole: bool) -> tuple[Passage, ...]:
    """What stands in a zine without verdicts: the whole text, or the summary and chosen sections."""
    sections = tuple(p for s in handout.sections_of(book, whole=whole) for p in of_section(_without_calls(s)))
    summary = book.sheets.summary
    if whole or not summary or summary.endswith(".md"):
        return sections
    return (Passage(tokens(summary), None, "the summary"), *sections)


def _without_calls(section: Section) -> Section:
    """A section as the zine has it, which has no notes."""

    def drop(node: Node) -> object:
        return () if isinstance(node, NoteRef) else node

    return replace(section, title=rewrite(section.title, drop), blocks=rewrite(section.blocks, drop))


def _upright(data: bytes) -> bytes:
    """The sheet's pages one after the other and the right way up, to be read."""
    with Pdf.open(io.BytesIO(data)) as pdf:
        forms = pdf.pages[0].obj.Resources.XObject
        for name in sorted(forms.keys()):
            x0, y0, x1, y1 = (float(v) for v in forms[name].BBox)
            pdf.add_blank_page(page_size=(x1 - x0, y1 - y0))
            page = pdf.pages[-1].obj
            page.Resources = Dictionary(XObject={name: forms[name]})
            page.Contents = pdf.make_stream(f"q 1 0 0 1 {-x0:.4f} {-y0:.4f} cm {name} Do Q".encode())
        del pdf.pages[0]
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def _places(book: Book, artifact: Artifact) -> Iterator[Diagnostic]:
    wanted = {panel.page: (panel.column, panel.row, panel.turned) for panel in panels(backwards=direction(book.work.lang) == "rtl")}
    with Pdf.open(io.BytesIO(artifact.data)) as pdf:
        page = pdf.pages[0]
        width, height = float(page.mediabox[2]) / 4, float(page.mediabox[3]) / 2
        boxes = {name: form.BBox for name, form in page.obj.Resources.XObject.items()}
        placed = _PLACED.findall(page.Contents.read_bytes())
        if len(pdf.pages) != 1 or not {b"1", b"8"} <= {number for *_, number in placed}:
            yield fault("V039", "the zine is not one side with its cover and its back", artifact.edition)
        for sign, x, y, number in placed:
            turned, box = sign == b"-1", boxes[f"/P{number.decode()}"]
            corner = 2 if turned else 0
            shift = (-1 if turned else 1) * float(box[corner]), (-1 if turned else 1) * float(box[corner + 1])
            found = (round((float(x) + shift[0]) / width), round((float(y) + shift[1]) / height), turned)
            if found != wanted[int(number)]:
                yield fault("V039", f"page {number.decode()} of the zine is misplaced", artifact.edition)


def _statements(book: Book, stream: Stream, edition: str) -> Iterator[Diagnostic]:
    """The statements are the first so many of all, and a group cut short says how many are left."""
    claims = [claim for _, group in zine.groups(book) for claim in group]
    standing = [_stands(claim, stream) for claim in claims]
    shown = standing.index(False) if False in standing else len(standing)
    if any(standing[shown:]) or (claims and not shown):
        yield fault("V039", f"claim {claims[shown].id} is left out of the {edition} edition", edition)
        return
    for _, group in zine.groups(book):
        if 0 < shown < len(group):
            left = tokens(more(book, len(group) - shown))
            yield from missing((Passage(left, None, "the number of statements left out"),), stream, edition, paged=True)
        shown -= len(group)


def _stands(claim: Claim, stream: Stream) -> bool:
    found = tokens(f"{plain_text(claim.words)} {claim.note}")
    return not missing((Passage(found, claim.position, claim.id),), stream, "", paged=True)
