"""A document of few pages beside the book: its fonts, its language, its pictures and formulas."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path

from chapbook.compose import mathematics
from chapbook.compose.scripts import fonts_of, for_book
from chapbook.compose.style import stylesheet
from chapbook.compose.xhtml import attributes, element, language
from chapbook.model import Book, Composition, ContentDocument, Resource


def composed(
    book: Book, styles: Path, edition: str, css: str, body: str, resources: Iterable[Resource]
) -> Composition:
    """One document with the edition's style sheet after `css`, in the book's language and fonts."""
    sheet = for_book(css + stylesheet(edition, styles), book)
    head = (
        '<meta charset="utf-8"/>'
        + element("title", escape(book.work.title, quote=False))
        + f'<link rel="stylesheet" href="{edition}.css"/>'
    )
    text = (
        f"<!doctype html>\n<html{attributes(language(book.work.lang))}><head>{head}</head>"
        f"<body>\n{body}\n</body></html>"
    )
    files = (
        Resource(f"{edition}.css", "text/css", sheet.encode()),
        *resources,
        *(Resource(p.path, p.media_type, p.data) for p in book.pictures.values()),
        *mathematics.drawings(book),
    )
    document = ContentDocument(f"{edition}.html", text, book.work.title)
    return Composition(edition, (document,), files, fonts_of(book))
