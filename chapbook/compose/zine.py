"""The zine: eight small pages from one sheet, for what a reader should know first.

The cover, what the book is and how its statements fared, then the author's words and what the
check found, the gravest verdict first, as many as fit; on the back who wrote it, where the rest
is, and how to fold. A book without verdicts has its text, or the
summary and sections its hand-out names.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape
from pathlib import Path

from chapbook.compose import handout, matter
from chapbook.compose.cover import cover_svg
from chapbook.compose.marks import mark
from chapbook.compose.notes import correction, more
from chapbook.compose.pages import renderer_of
from chapbook.compose.qr import qr_svg
from chapbook.compose.sheet import composed
from chapbook.compose.wrap import back_matter
from chapbook.compose.xhtml import Renderer, element
from chapbook.model import Book, Claim, Composition, Resource, Trim, Verdict
from chapbook.words import words

PAGES = 8
LAST = "zine-back"  # identifier of the last page


def groups(book: Book) -> tuple[tuple[Verdict, tuple[Claim, ...]], ...]:
    """The statements by verdict, the gravest first, without those that are supported."""
    found = []
    for verdict in reversed(book.verdicts if book.annotated else ()):
        claims = tuple(c for c in book.claims if c.verdict.key == verdict.key)
        if claims and verdict.key != handout.GOOD:
            found.append((verdict, claims))
    return tuple(found)


def most(book: Book) -> int:
    """How much there is to show: statements, or 1 for a text without verdicts."""
    return sum(len(claims) for _, claims in groups(book)) if book.annotated else 1


def compose(book: Book, styles: Path, width_mm: float, height_mm: float, shown: int) -> Composition:
    """Pages of one size with the first `shown` statements.

    Without verdicts `shown` 1 is the whole text, 0 its summary and chosen sections.
    """
    small = replace(book, trim=Trim(width_mm, height_mm))
    renderer = replace(renderer_of(book), call=lambda n: "", href=lambda name: "")
    front = element("section", '<img src="front.svg" alt=""/>', ("class", "front"))
    inner = element("div", back_matter(book), ("class", "is"))
    if book.annotated:
        inner += _statements(book, renderer, shown)
    else:
        inner += _text(book, renderer, whole=bool(shown))
    body = front + element("main", inner) + element("section", _back(book, renderer), ("id", LAST), ("class", "last"))
    css = (
        f"@page {{ size: {width_mm:g}mm {height_mm:g}mm }}\n"
        f".front img {{ width: {width_mm:g}mm; height: {height_mm:g}mm }}\n"
    )
    resources = [Resource("front.svg", "image/svg+xml", cover_svg(small, styles, flood=False).encode())]
    if book.imprint.address:
        resources.append(Resource("qr.svg", "image/svg+xml", qr_svg(book.imprint.address, copied=True).encode()))
    return composed(book, styles, "zine", css, body, resources)


def _statements(book: Book, renderer: Renderer, shown: int) -> str:
    """Groups of statements until enough are shown; a group cut short says how many more it has."""
    parts = []
    for verdict, claims in groups(book):
        if shown <= 0:
            break
        word = element("b", escape(f"{verdict.word}.", quote=False))
        parts.append(element("h2", f"{mark(verdict)} {word} {escape(verdict.gloss, quote=False)}"))
        parts += (_claim(book, renderer, claim) for claim in claims[:shown])
        if len(claims) > shown:
            parts.append(element("p", escape(more(book, len(claims) - shown), quote=False), ("class", "more")))
        shown -= len(claims)
    return "".join(parts)


def _claim(book: Book, renderer: Renderer, claim: Claim) -> str:
    said = element("p", renderer.inlines(claim.words), ("class", "words"))
    found = escape(claim.note, quote=False) + correction(book, claim)
    return element("div", said + element("p", found, ("class", "found")), ("class", "claim"))


def _text(book: Book, renderer: Renderer, *, whole: bool) -> str:
    parts = []
    sections = handout.sections_of(book, whole=whole)
    if not whole and book.sheets.summary and not book.sheets.summary.endswith(".md"):
        parts.append(element("p", escape(book.sheets.summary, quote=False)))
    for section in sections:
        title = element("h2", renderer.inlines(section.title)) if section.title else ""
        parts.append(element("div", title + matter.blocks(book, renderer, section), ("class", "text")))
    return "\n".join(parts)


def _back(book: Book, renderer: Renderer) -> str:
    catalogue = words(book.work.lang)
    about = "".join(element("div", matter.blocks(book, renderer, s)) for s in handout.about_author(book))
    where = ""
    if address := book.imprint.address:
        shown = escape(address.partition("://")[2] or address, quote=False)
        where = '<img src="qr.svg" alt=""/>' + element("p", f"{escape(catalogue['handout-all'], quote=False)}<br/>{shown}")
    where = element("div", where, ("class", "where")) if where else ""
    return about + where + element("p", escape(catalogue["zine-fold"], quote=False), ("class", "fold"))
