"""The EPUB's navigation document: contents for readers and machines, and landmarks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

from chapbook.compose import matter
from chapbook.compose.pagelist import page_id
from chapbook.compose.xhtml import Renderer, element
from chapbook.model import Book, ContentDocument, Entry, Matter
from chapbook.passes.contents import bare
from chapbook.tree import Inlines
from chapbook.walking import plain_text
from chapbook.words import words

Href = Callable[[str], str]


def plain(title: Inlines) -> str:
    """A title as plain words."""
    return " ".join(plain_text(bare(title)).split())


def document(book: Book, href: Href) -> ContentDocument:
    """`nav.xhtml`: it stands in the spine as the contents page too."""
    from chapbook.compose.epub import document as xhtml

    catalogue = words(book.work.lang)
    renderer = Renderer(call=lambda n: "")

    def line(entry: Entry) -> str:
        label = f"{entry.number}. " if entry.number else ""
        text = label + renderer.inlines(entry.title)
        return element("a", text, ("href", href(entry.id)))

    title = element("h1", catalogue["contents"])
    toc = element("nav", title + matter.contents_list(matter.listed(book), line),
                  ("epub:type", "toc"), ("role", "doc-toc"), ("id", "toc"))  # fmt: skip
    return xhtml(book, "nav.xhtml", catalogue["contents"], toc + _landmarks(book, href),
                 epub_type="toc", properties=("nav",))  # fmt: skip


def page_list(book: Book, documents: Mapping[int, str]) -> str:
    """The page list (EPUB 3.3, page-list nav): the pages of the print edition in order, by their folios."""
    items = "".join(
        element("li", element("a", str(folio), ("href", f"{file}#{page_id(folio)}")))
        for folio, file in sorted(documents.items())
    )
    head = element("h2", words(book.work.lang)["page-list"])
    return element("nav", head + element("ol", items), ("epub:type", "page-list"), ("role", "doc-pagelist"),
                   ("hidden", "hidden"), ("id", "page-list"))  # fmt: skip


def _landmarks(book: Book, href: Href) -> str:
    catalogue = words(book.work.lang)
    marks = [("cover", "cover", catalogue["cover"]), ("titlepage", "title-page", catalogue["title-page"]),
             ("toc", "contents", catalogue["contents"])]  # fmt: skip
    body = [s for s in book.sections if s.role.matter is Matter.BODY]
    if body:
        marks.append(("bodymatter", body[0].id, catalogue["start"]))
    if book.items:
        marks.append(("bibliography", "sources", catalogue["sources"]))
    items = "".join(
        element("li", element("a", escape(text, quote=False), ("epub:type", kind),
                              ("href", "nav.xhtml#toc" if kind == "toc" else href(name))))
        for kind, name, text in marks
    )  # fmt: skip
    head = element("h2", catalogue["landmarks"])
    return element("nav", head + element("ol", items), ("epub:type", "landmarks"),
                   ("hidden", "hidden"), ("id", "landmarks"))  # fmt: skip
