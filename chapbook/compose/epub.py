"""The EPUB 3.3 edition: one XHTML document a section, notes at its end, and what leads there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from types import MappingProxyType

from chapbook.compose import appendix, chart, matter, nav, pagelist, sources
from chapbook.compose.accessibility import statement
from chapbook.compose.cover import cover_alt, cover_png
from chapbook.compose.matter import CLAIMS, SOURCES, SUMMARY
from chapbook.compose.notes import claim_text
from chapbook.compose.pagelist import PageStart
from chapbook.compose.scripts import for_language
from chapbook.compose.style import stylesheet
from chapbook.compose.xhtml import Renderer, attributes, element, language
from chapbook.model import Book, Composition, ContentDocument, Note, Resource, Section, Voice
from chapbook.tree import Anchor
from chapbook.walking import CARRYING, attr_of, walk
from chapbook.words import words

_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/svg+xml": "svg"}


@dataclass(frozen=True, slots=True)
class Names:
    """What each document is called and in which document each identifier stands."""

    documents: Mapping[str, str]  # section or part → file name
    places: Mapping[str, str]  # identifier → file name
    pictures: Mapping[str, str]  # picture's path → file name

    def href(self, here: str) -> Callable[[str], str]:
        """Addresses as seen from the document `here`."""

        def address(name: str) -> str:
            file = self.places.get(name, here)
            if name == file.removesuffix(".xhtml"):
                return file  # a section's own beginning
            return f"#{name}" if file == here else f"{file}#{name}"

        return address


def names_of(book: Book) -> Names:
    """Names and places for a book: sections are s001-economic-relations.xhtml and so on."""
    documents: dict[str, str] = {"cover": "cover.xhtml", "title-page": "title-page.xhtml",
                                 "contents": "nav.xhtml"}  # fmt: skip
    places: dict[str, str] = dict(documents)
    for index, section in enumerate(book.sections, start=1):
        ascii_id = "".join(c for c in section.id if c.isascii() and (c.isalnum() or c in "-_"))
        file = f"s{index:03d}-{ascii_id[:40].strip('-') or 'section'}.xhtml"
        documents[section.id] = file
        for node in walk((section.title, section.blocks), CARRYING | {Anchor}):
            name = node.id if isinstance(node, Anchor) else attr_of(node).id
            if name:
                places[name] = file
        places[section.id] = file
    for note in book.notes:
        places[note.id] = places[note.ref_id] = documents[note.section_id]
    for part in matter.appendices(book):
        documents[part.id] = places[part.id] = f"{part.id}.xhtml"
    places |= {f"claim-{c.number}": f"{CLAIMS.id}.xhtml" for c in book.claims}
    places |= {f"source-{i.number}": f"{SOURCES.id}.xhtml" for i in book.items}
    pictures = {
        path: f"images/picture-{index}.{_ENDINGS[picture.media_type]}"
        for index, (path, picture) in enumerate(sorted(book.pictures.items()), start=1)
    }
    return Names(documents, places, pictures)


def compose(book: Book, styles: Path) -> Composition:
    """The documents in spine order, the nav among them, and resources and metadata."""
    names = names_of(book)
    front = [s for s in book.sections if s.role.name == "copyright-page"]
    last = [s for s in book.sections if s.role.name == "colophon"]
    middle = [s for s in book.sections if s not in front and s not in last]
    documents = [_cover(book), _title_page(book)]
    documents += [_section(book, s, names) for s in front]
    documents.append(nav.document(book, names.href("nav.xhtml")))
    documents += [_section(book, s, names) for s in middle]
    documents += [_part(book, part, names) for part in matter.appendices(book)]
    documents += [_section(book, s, names) for s in last]
    resources = [
        Resource("style.css", "text/css", for_language(stylesheet("epub", styles), book.work.lang).encode()),
        Resource("images/cover.png", "image/png", cover_png(book, styles), ("cover-image",)),
    ]
    if book.annotated:
        drawn = chart.chart_svg(book, styles, ink="#1a1a1a")
        resources.append(Resource(f"images/{chart.NAME}", "image/svg+xml", drawn.encode()))
    resources += [
        Resource(names.pictures[path], picture.media_type, picture.data)
        for path, picture in sorted(book.pictures.items())
    ]
    said = statement(book, documents, paged=False)
    metadata = MappingProxyType({"work": book.work, "imprint": book.imprint, "accessibility": said})
    return Composition("epub", tuple(documents), tuple(resources), metadata)


def with_pages(book: Book, composition: Composition, starts: Sequence[PageStart]) -> Composition:
    """The edition with the pages of the print edition marked, listed and named as their source.

    Without `starts` nothing is marked and nothing is said of pages.
    """
    if not starts:
        return composition
    documents, found = pagelist.in_documents(book, composition, starts, {"contents": "toc"})
    listed = nav.page_list(book, found)
    documents = tuple(
        replace(d, text=d.text.replace("</body>", f"{listed}</body>", 1)) if "nav" in d.properties else d
        for d in documents
    )
    said = statement(book, documents, paged=True)
    return replace(composition, documents=documents,
                   metadata=MappingProxyType({**composition.metadata, "accessibility": said}))  # fmt: skip


# ── documents ────────────────────────────────────────────────────────────────


def document(book: Book, name: str, title: str, body: str, *, lang: str = "",
             epub_type: str = "", properties: tuple[str, ...] = ()) -> ContentDocument:  # fmt: skip
    """One XHTML document of the EPUB."""
    head = (
        '<meta charset="utf-8"/>'
        + element("title", escape(title, quote=False))
        + '<link rel="stylesheet" type="text/css" href="style.css"/>'
    )
    opened = attributes((
        ("xmlns", "http://www.w3.org/1999/xhtml"), ("xmlns:epub", "http://www.idpf.org/2007/ops"),
        *language(lang or book.work.lang),
    ))  # fmt: skip
    if "<math " in body:  # EPUB 3.3, 5.2.4: what a document holds is declared
        properties = (*properties, "mathml")
    text = (f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n<html{opened}>'
            f"<head>{head}</head>\n<body>{body}</body></html>\n")  # fmt: skip
    return ContentDocument(name, text, title, epub_type, properties)


def _cover(book: Book) -> ContentDocument:
    alt = attributes((("alt", cover_alt(book)),))
    picture = f'<img class="cover" src="images/cover.png"{alt} role="doc-cover"/>'
    body = element("section", f"<div>{picture}</div>", ("epub:type", "cover"), ("id", "cover"))
    return document(book, "cover.xhtml", words(book.work.lang)["cover"], body, epub_type="cover")


def _title_page(book: Book) -> ContentDocument:
    body = element("section", matter.title_page(book), ("epub:type", "titlepage"),
                   ("id", "title-page"), ("class", "title-page"))  # fmt: skip
    return document(book, "title-page.xhtml", book.work.title, body, epub_type="titlepage")


def renderer_of(book: Book, names: Names, here: str) -> Renderer:
    """The EPUB's way of writing, as seen from one document."""
    return Renderer(
        call=_call,
        href=names.href(here),
        picture=lambda path: names.pictures[path],
        heading_shift=0,
        labels=words(book.work.lang),
    )


def _call(number: int) -> str:
    link = element("a", str(number), ("epub:type", "noteref"), ("role", "doc-noteref"),
                   ("id", f"noteref-{number}"), ("href", f"#note-{number}"))  # fmt: skip
    return element("sup", link)


def _section(book: Book, section: Section, names: Names) -> ContentDocument:
    file = names.documents[section.id]
    renderer = renderer_of(book, names, file)
    title = ""
    if section.title:
        label = f"{section.number}. " if section.number else ""
        tag = f"h{min(6, section.level)}"
        title = element(tag, label + renderer.inlines(section.title), ("class", "section-title"))
    line = appendix.statement_line(book, section)
    if line:
        title += element("p", line, ("class", "statement-line"))
    inner = title + "\n" + matter.blocks(book, renderer, section)
    notes = _notes(book, section, renderer)
    voice = "author" if section.role.voice is Voice.AUTHOR else "editors"
    body = element("section", f"{inner}\n{notes}", ("epub:type", section.role.epub_type),
                   ("role", section.role.aria), ("id", section.id), ("class", voice))  # fmt: skip
    plain = nav.plain(section.title) or words(book.work.lang)["section"]
    return document(book, file, plain, body, lang=section.lang or "",
                    epub_type=section.role.epub_type)  # fmt: skip


def _notes(book: Book, section: Section, renderer: Renderer) -> str:
    notes = book.notes_of(section.id)
    if not notes:
        return ""
    catalogue = words(book.work.lang)
    head = element(f"h{min(6, section.level + 1)}", catalogue["notes"], ("class", "notes-head"))
    return element("section", head + "\n".join(_note(book, n, renderer) for n in notes),
                   ("class", "notes"))  # fmt: skip


def _note(book: Book, note: Note, renderer: Renderer) -> str:
    catalogue = words(book.work.lang)
    name = catalogue["note"].format(number=note.number)
    number = element("span", name + catalogue["stop"], ("class", "note-number"))
    back = element("a", catalogue["back"], ("role", "doc-backlink"), ("class", "back"),
                   ("href", f"#{note.ref_id}"),
                   ("aria-label", f"{catalogue['back-to-text']}{catalogue['comma']}{name}"))  # fmt: skip
    if note.claim:
        text = claim_text(book, note.claim, renderer.href, marked=False)
        inner = element("p", f"{number} {text} {back}")
    else:
        inner = note_blocks(note, renderer, number, back)
    # Reading systems show what is in the aside by itself, without what stands around it.
    inner = inner.replace("<p>", '<p class="in-note">', 1)
    return element("aside", inner, ("epub:type", "footnote"), ("role", "doc-footnote"),
                   ("id", note.id))  # fmt: skip


def note_blocks(note: Note, renderer: Renderer, number: str, back: str) -> str:
    """A note's own blocks, its number before the first words and the way back after the last."""
    inner = renderer.blocks(note.blocks)
    inner = f"<p>{number} " + inner[3:] if inner.startswith("<p>") else f"<p>{number}</p>{inner}"
    return f"{inner[:-4]} {back}</p>" if inner.endswith("</p>") else f"{inner}<p>{back}</p>"


def _part(book: Book, part: matter.Generated, names: Names) -> ContentDocument:
    catalogue = words(book.work.lang)
    file = names.documents[part.id]
    renderer = renderer_of(book, names, file)
    if part is SUMMARY:
        inner = appendix.summary(book, renderer, chart.chart_picture(book, f"images/{chart.NAME}"))
    elif part is CLAIMS:
        inner = appendix.claims(book, renderer, level=2)
    else:
        intro = sources.introduction(book)
        inner = intro + sources.entries(book, renderer, original=True, stated=True)
    title = catalogue[part.word]
    kind = "bibliography" if part is SOURCES else "appendix"
    body = element("section", element("h1", title) + inner, ("epub:type", kind),
                   ("role", f"doc-{kind}"), ("id", part.id), ("class", "editors appendix"))  # fmt: skip
    return document(book, file, title, body, epub_type=kind)
