"""The hand-out: the whole text and what its check found on a sheet, made to be photocopied.

Two columns for the author, three for the notes. What is supported is listed by number only;
every other note is printed, by verdict, the gravest first. Black alone, no tints.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from chapbook.compose import matter
from chapbook.compose.appendix import counted
from chapbook.compose.marks import mark
from chapbook.compose.notes import correction, short_references
from chapbook.compose.pages import renderer_of
from chapbook.compose.qr import qr_svg
from chapbook.compose.sheet import composed
from chapbook.compose.xhtml import Renderer, attributes, element
from chapbook.model import Book, Composition, Matter, Note, Resource, Section, Verdict
from chapbook.words import words

END = "handout-end"  # identifier of the place after the last line
GOOD = "supported"  # the verdict whose notes are not printed


@dataclass(frozen=True, slots=True)
class Sizes:
    """Size and leading of text and notes in points."""

    text: float
    text_leading: float
    note: float
    note_leading: float


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet standing on its short side, in millimetres, and its name."""

    name: str
    width_mm: float
    height_mm: float


PAPERS = {"handout": Paper("A4", 210, 297), "handout-letter": Paper("Letter", 215.9, 279.4)}
# From large to small; nothing is set under 7.5 pt.
STEPS = tuple(
    Sizes(text, round(text * 1.25, 2), note, round(note * 1.2, 2))
    for text, note in ((round(7.7 + 0.2 * n, 1), round(7.5 + 0.1 * max(0, n - 5), 1)) for n in range(17, -1, -1))
)


def sections_of(book: Book, *, whole: bool) -> tuple[Section, ...]:
    """The author's sections, all or those chosen for a sheet that is too small for all."""
    body = tuple(s for s in book.sections if s.role.matter is Matter.BODY)
    if whole:
        return body
    wanted = (book.sheets.summary, *book.sheets.sections)
    return tuple(s for name in wanted for s in book.sections if _is_named(s, name))


def _is_named(section: Section, name: str) -> bool:
    return bool(name) and section.source.path in (name, f"manuscript/{name}")


def unknown_names(book: Book) -> tuple[str, ...]:
    """Files named for a sheet too small for all that are no section of the book."""
    named = (*book.sheets.sections, *((book.sheets.summary,) if book.sheets.summary.endswith(".md") else ()))
    return tuple(name for name in named if not any(_is_named(s, name) for s in book.sections))


def about_author(book: Book) -> tuple[Section, ...]:
    """Who wrote it."""
    return tuple(s for s in book.sections if s.role.name == "about-author")


def notes_of(book: Book, sections: Iterable[Section]) -> tuple[Note, ...]:
    """The notes called in these sections, in order."""
    return tuple(n for s in sections for n in book.notes_of(s.id))


def printed_notes(book: Book, sections: Iterable[Section]) -> tuple[Note, ...]:
    """The notes whose text is on the sheet: all but those of supported statements."""
    return tuple(n for n in notes_of(book, sections) if not (
        book.annotated and n.claim and n.claim.verdict.key == GOOD))  # fmt: skip


def compose(book: Book, styles: Path, paper: Paper, sizes: Sizes, *, whole: bool = True) -> Composition:
    """The hand-out on one paper in one size; without `whole` the summary and chosen sections."""
    catalogue = words(book.work.lang)
    resources: list[Resource] = []
    if book.imprint.address:
        drawn = qr_svg(book.imprint.address, copied=True)
        resources.append(Resource("qr.svg", "image/svg+xml", drawn.encode()))
    sections, about = sections_of(book, whole=whole), about_author(book)
    renderer = replace(renderer_of(book), call=_call, href=lambda name: "")
    summary = "" if whole or not book.sheets.summary or any(
        _is_named(s, book.sheets.summary) for s in sections) else book.sheets.summary  # fmt: skip
    text = (element("p", escape(summary, quote=False)) if summary else "") + "\n".join(
        _section(book, renderer, s) for s in sections
    )
    notes = _notes(book, renderer, (*sections, *about)) + "\n".join(
        element("div", matter.blocks(book, renderer, s), ("class", "about")) for s in about
    )
    body = (
        _head(book, sections, whole=whole)
        + element("main", text, ("class", "text"))
        + element("div", notes, ("class", "notes"))
        + element("div", "", ("id", END))
    )
    folio = catalogue["handout-copy"].format(page='" counter(page) "', pages='" counter(pages) "')
    return composed(book, styles, "handout", _geometry(book, paper, sizes, folio), body, resources)


def _geometry(book: Book, paper: Paper, sizes: Sizes, folio: str) -> str:
    title = "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in book.work.title)
    return (
        f"@page {{ size: {paper.width_mm:g}mm {paper.height_mm:g}mm;\n"
        f'  @bottom-left {{ content: "{title}" }} @bottom-right {{ content: "{folio}" }} }}\n'
        f":root {{ --sheet-text: {sizes.text:g}pt; --sheet-text-leading: {sizes.text_leading:g}pt;\n"
        f"  --sheet-note: {sizes.note:g}pt; --sheet-note-leading: {sizes.note_leading:g}pt }}\n"
    )


def _call(number: int) -> str:
    return element("span", f"\u2060{number}", ("class", "call"))


# ── head ─────────────────────────────────────────────────────────────────────


def _head(book: Book, sections: tuple[Section, ...], *, whole: bool) -> str:
    catalogue = words(book.work.lang)
    parts = [element("h1", escape(book.work.title, quote=False))]
    parts.append(element("p", escape(", ".join(book.work.authors), quote=False), ("class", "author")))
    said = []
    if book.annotated:
        shown = tuple(c for c in book.claims if c.section_id in {s.id for s in (*sections, *about_author(book))})
        intro = catalogue["handout-intro"].format(count=len(shown), counts=counted(book, shown, marked=True))
        said.append(intro)
    if not whole:
        said.append(escape(catalogue["handout-part"], quote=False))
    if said:
        parts.append(element("p", catalogue["gap"].join(said), ("class", "intro")))
    where = ""
    if address := book.imprint.address:
        picture = f'<img src="qr.svg"{attributes((("alt", address),))}/>'
        shown_address = escape(address.partition("://")[2] or address, quote=False)
        label = f'{escape(catalogue["handout-all"], quote=False)}<br/>{shown_address}'
        where = element("div", picture + element("p", label), ("class", "where"))
    return element("header", where + element("div", "".join(parts)))


# ── text and notes ───────────────────────────────────────────────────────────


def _section(book: Book, renderer: Renderer, section: Section) -> str:
    title = ""
    if section.title:
        number = f"{section.number} " if section.number else ""
        title = element("h2", number + renderer.inlines(section.title))
    return title + matter.blocks(book, renderer, section)


def _notes(book: Book, renderer: Renderer, sections: tuple[Section, ...]) -> str:
    shown = printed_notes(book, sections)
    if not book.annotated:
        return _group("", [_note(book, renderer, n) for n in shown])
    parts = []
    for verdict in reversed(book.verdicts):
        rows = [_note(book, renderer, n) for n in shown if n.claim and n.claim.verdict.key == verdict.key]
        if rows:
            parts.append(_group(_verdict(verdict), rows))
    others = [_note(book, renderer, n) for n in shown if not n.claim]
    if others:
        parts.append(_group(element("b", words(book.work.lang)["notes"]), others))
    return "\n".join(parts) + _supported(book, sections)


def _verdict(verdict: Verdict) -> str:
    word = element("b", escape(f"{verdict.word}.", quote=False))
    return f"{mark(verdict)} {word} {escape(verdict.gloss, quote=False)}"


def _group(head: str, rows: list[str]) -> str:
    """A head that stays with its first note, and the others."""
    title = element("h3", head) if head else ""
    return title + "".join(rows)


def _note(book: Book, renderer: Renderer, note: Note) -> str:
    number = element("span", str(note.number), ("class", "n"))
    if note.claim and book.annotated:
        said = escape(note.claim.note, quote=False) + correction(book, note.claim)
    elif note.claim:
        said = short_references(book, note.claim.sources, renderer.href)
    else:
        said = renderer.blocks(note.blocks)
    return element("div", number + said, ("class", "note"))


def _supported(book: Book, sections: tuple[Section, ...]) -> str:
    """The numbers of the supported statements, and where their notes are."""
    catalogue = words(book.work.lang)
    good = [n.claim for n in notes_of(book, sections) if n.claim and n.claim.verdict.key == GOOD]
    if not good:
        return ""
    numbers = catalogue["comma"].join(str(claim.number) for claim in good) + catalogue["stop"]
    said = f"{numbers} {escape(catalogue['handout-unprinted'], quote=False)}"
    return element("h3", _verdict(good[0].verdict)) + element("p", said, ("class", "numbers"))
