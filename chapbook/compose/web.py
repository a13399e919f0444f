"""The web edition: one file that asks nothing of any other, and needs no script.

A small script of ours adds search and settings where it runs (`reading.py`).

Under the text a note opens at the foot of the screen (a popover); on a wide screen the same
note stands in the margin; where a browser knows neither, and in print, it stands after its
section. Each number is a button and a link, of which one is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from itertools import count
from pathlib import Path

from chapbook.compose import appendix, chart, matter, onefile, pagelist, reading, sources
from chapbook.compose.epub import note_blocks
from chapbook.compose.marks import strip
from chapbook.compose.matter import CLAIMS, SOURCES, SUMMARY
from chapbook.compose.notes import claim_text
from chapbook.compose.pagelist import PageStart
from chapbook.compose.scripts import fonts_of, for_book
from chapbook.compose.style import stylesheet
from chapbook.compose.xhtml import Renderer, attributes, element, language
from chapbook.identifier import identifier_of
from chapbook.model import (
    Book, Composition, ContentDocument, Entry, Matter, Note, Resource, Section, Voice,
)  # fmt: skip
from chapbook.tree import Inlines
from chapbook.words import words

def compose(book: Book, styles: Path) -> Composition:
    """One document with placeholders for what the writer puts inside: sheet, pictures, fonts."""
    sheet = for_book(stylesheet("web", styles), book)
    resources = [Resource("web.css", "text/css", sheet.encode())]
    resources += [Resource(p.path, p.media_type, p.data) for p in book.pictures.values()]
    if scripted(book):
        resources.append(Resource(reading.NAME, "text/javascript", reading.script().encode()))
    document = ContentDocument("book.html", _document(book, styles), book.work.title)
    return Composition("web", (document,), tuple(resources), fonts_of(book))


def with_pages(book: Book, composition: Composition, starts: Sequence[PageStart]) -> Composition:
    """The edition with the pages of the print edition marked, by the same identifiers as in the EPUB."""
    if not starts:
        return composition
    return replace(composition, documents=pagelist.in_documents(book, composition, starts)[0])


def _document(book: Book, styles: Path) -> str:
    work, catalogue = book.work, words(book.work.lang)
    skip = element("a", catalogue["skip"], ("class", "skip"), ("href", "#main"))
    body = "\n".join((
        skip,
        element("header", _header(book), ("class", "masthead"), ("id", "title-page")),
        _contents(book),
        element("main", _main(book, renderer_of(book), styles), ("id", "main")),
    ))  # fmt: skip
    if scripted(book):
        body += f"\n{reading.template(book)}"
    metas = (("author", ", ".join(work.authors)), ("description", work.description))
    return onefile.document(work.lang, work.title, body, metas, identifier_of(work) if scripted(book) else "")


def scripted(book: Book) -> bool:
    """Whether the edition carries the reading script: `script: false` in book.yaml leaves it out."""
    return bool(book.options.get("script", True))


def renderer_of(book: Book) -> Renderer:
    """The web's way of writing."""
    return Renderer(
        call=lambda number: _call(book, number),
        details="details",
        labels=words(book.work.lang),
    )


def _call(book: Book, number: int) -> str:
    """A note's number: a button where notes pop up, a link where they stand beside the text."""
    name = words(book.work.lang)["note"].format(number=number)
    button = element("button", str(number), ("type", "button"), ("class", "call pop"),
                     ("popovertarget", f"note-{number}"), ("aria-label", name))  # fmt: skip
    link = element("a", str(number), ("class", "call beside"), ("href", f"#note-{number}"),
                   ("aria-label", name))  # fmt: skip
    return element("sup", button + link, ("id", f"noteref-{number}"), ("class", "noteref"))


def _header(book: Book) -> str:
    work, catalogue = book.work, words(book.work.lang)
    parts = [element("h1", escape(work.title, quote=False))]
    if work.subtitle:
        parts.append(element("p", escape(work.subtitle, quote=False), ("class", "subtitle")))
    parts.append(element("p", escape(catalogue["comma"].join(work.authors), quote=False), ("class", "author-line")))
    if book.annotated:
        counts = appendix.counted(book, book.claims, marked=True)
        intro = catalogue.counted("web-intro", len(book.claims), counts=counts)
        parts.append(element("p", intro + catalogue["gap"] + catalogue["opens-note"], ("class", "intro quiet")))
    elif line := str(book.options.get("cover-line") or ""):
        parts.append(element("p", escape(line, quote=False), ("class", "intro quiet")))
    return "\n".join(parts)


def _contents(book: Book) -> str:
    renderer = Renderer(call=lambda n: "")

    def line(entry: Entry) -> str:
        label = f"{entry.number}. " if entry.number else ""
        text = element("span", label + renderer.inlines(entry.title))
        return element("a", text + strip(book.judged(entry.id)), ("href", f"#{entry.id}"))

    title = words(book.work.lang)["contents"]
    head = element("h2", title, ("class", "contents-head"), ("id", "contents-head"))
    return element("nav", head + matter.contents_list(matter.listed(book), line), ("id", "contents"),
                   ("class", "contents"), ("aria-labelledby", "contents-head"))  # fmt: skip


def _main(book: Book, renderer: Renderer, styles: Path) -> str:
    """Sections in reading order; the page with rights and the colophon close the text."""
    rights = [s for s in book.sections if s.role.name == "copyright-page"]
    last = [s for s in book.sections if s.role.name == "colophon"]
    middle = [s for s in book.sections if s not in rights and s not in last]
    parts = [_section(book, s, renderer) for s in middle]
    parts += [_part(book, part, renderer, styles) for part in matter.appendices(book)]
    parts += [_section(book, s, renderer) for s in (*rights, *last)]
    return "\n".join(parts)


def _section(book: Book, section: Section, renderer: Renderer) -> str:
    title = ""
    if section.title:
        label = f"{section.number}. " if section.number else ""
        heading = label + renderer.inlines(section.title)
        marks = strip(book.judged(section.id))
        tag = f"h{min(6, section.level + 1)}"
        title = element("div", element(tag, heading) + marks, ("class", "section-title"))
    voice = "author" if section.role.voice is Voice.AUTHOR else "editors"
    numbers = count(1)

    def paragraph(content: Inlines) -> str:
        """A paragraph others can link to; no heading's own identifier has a colon."""
        return element("p", renderer.inlines(content), ("id", f"{section.id}:{next(numbers)}"))

    text = element("div", title + matter.blocks(book, renderer, section, paragraph), ("class", "text"))
    notes = "".join(_note(book, note, renderer) for note in book.notes_of(section.id))
    beside = ""
    if notes:
        name = words(book.work.lang)["notes"]
        beside = element("div", notes, ("class", "notes"), ("role", "group"), ("aria-label", name))
    names = f"section {section.role.name} {voice} level-{section.level}"
    front = " front" if section.role.matter is Matter.FRONT else ""
    return element("section", f"{text}\n{beside}", ("id", section.id), ("class", names + front),
                   *language(section.lang or "", book.work.lang))  # fmt: skip


def _note(book: Book, note: Note, renderer: Renderer) -> str:
    catalogue = words(book.work.lang)
    name = catalogue["note"].format(number=note.number)
    number = element("span", str(note.number), ("class", "n"))
    back = element("a", catalogue["back"], ("class", "back"), ("href", f"#{note.ref_id}"),
                   ("aria-label", f"{catalogue['back-to-text']}{catalogue['comma']}{name}"))  # fmt: skip
    if note.claim:
        text = claim_text(book, note.claim, renderer.href)
        inner = element("p", f"{number} {text} {back}")
    else:
        inner = note_blocks(note, renderer, number, back)
    close = element("button", catalogue["close"], ("type", "button"), ("class", "close"),
                    ("popovertarget", note.id), ("popovertargetaction", "hide"))  # fmt: skip
    pairs = attributes((("id", note.id), ("class", "note"), ("role", "note"),
                        ("aria-label", name)))  # fmt: skip
    return f"<aside popover{pairs}>{close}{inner}</aside>\n"


def _part(book: Book, part: matter.Generated, renderer: Renderer, styles: Path) -> str:
    catalogue = words(book.work.lang)
    if part is SUMMARY:
        drawn = chart.chart_svg(book, styles, ink="currentColor", inline=True)
        inner = appendix.summary(book, renderer, drawn)
    elif part is CLAIMS:
        inner = appendix.claims(book, renderer)
    else:
        assert part is SOURCES
        intro = sources.introduction(book)
        inner = intro + sources.entries(book, renderer, original=True, stated=True)
    title = element("h2", catalogue[part.word], ("class", "part-head"))
    text = element("div", title + inner, ("class", "text"))
    return element("section", text, ("id", part.id), ("class", "section appendix editors"))
