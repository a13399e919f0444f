"""What is around the book's pages: the booklet's own covers, black on white for copying."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from chapbook.compose.appendix import counted
from chapbook.compose.cover import cover_svg
from chapbook.compose.marks import mark
from chapbook.compose.style import stylesheet
from chapbook.compose.xhtml import attributes, element, language
from chapbook.model import Book, Composition, ContentDocument, Resource
from chapbook.words import words

NAME = "wrap.html"


def booklet_covers(book: Book, styles: Path, directions: Sequence[str]) -> Composition:
    """The front, a page of directions for each text in `directions`, and the back, at the trim."""
    front = element("section", '<img src="front.svg" alt=""/>', ("class", "sheet front"))
    inside = [
        element("section", element("p", escape(text, quote=False), ("class", "directions")), ("class", "sheet"))
        for text in directions
    ]
    back = element("section", element("div", back_matter(book), ("class", "back")), ("class", "sheet"))
    css = (
        f"@page {{ size: {book.trim.width_mm:g}mm {book.trim.height_mm:g}mm; margin: 0 }}\n"
        f".sheet, .front img {{ width: {book.trim.width_mm:g}mm; height: {book.trim.height_mm:g}mm }}\n"
    )
    picture = cover_svg(book, styles, flood=False)
    return document(book, styles, "".join((front, *inside, back)), css, picture)


def document(book: Book, styles: Path, content: str, css: str, front: str) -> Composition:
    """One document of the wrap's style sheet, with the front as a drawing."""
    head = (
        '<meta charset="utf-8"/>'
        + element("title", escape(book.work.title, quote=False))
        + '<link rel="stylesheet" href="wrap.css"/>'
    )
    text = (
        f"<!doctype html>\n<html{attributes(language(book.work.lang))}><head>{head}</head>"
        f"<body>\n{content}\n</body></html>"
    )
    resources = (
        Resource("wrap.css", "text/css", (css + stylesheet("wrap", styles)).encode()),
        Resource("front.svg", "image/svg+xml", front.encode()),
    )
    return Composition("wrap", (ContentDocument(NAME, text, book.work.title),), resources)


def back_matter(book: Book) -> str:
    """What the book is, and what its check found: counts in words with their marks."""
    catalogue = words(book.work.lang)
    parts = []
    if book.work.description:
        parts.append(element("p", escape(book.work.description, quote=False), ("class", "what")))
    if book.annotated:
        parts.append(element("p", escape(catalogue["back-key"], quote=False), ("class", "what")))
        rows = []
        for verdict in book.verdicts:
            count = sum(c.verdict.key == verdict.key for c in book.claims)
            word = catalogue["verdict-count"].format(count=count, verdict=verdict.word.lower())
            rows.append(element("dt", mark(verdict) + element("b", escape(word, quote=False)))
                        + element("dd", escape(verdict.gloss, quote=False)))  # fmt: skip
        parts.append(element("dl", "".join(rows), ("class", "counts")))
    if book.imprint.publisher:
        parts.append(element("p", escape(book.imprint.publisher, quote=False), ("class", "imprint")))
    return "\n".join(parts)


def back_words(book: Book) -> str:
    """The back in plain words, as a reader must find them on it."""
    said = [book.work.description] if book.work.description else []
    return " ".join((*said, counted(book, book.claims) if book.annotated else ""))


def directions(book: Book, paper: str, sizes: Sequence[int]) -> str:
    """How to print and fold a booklet of signatures with these numbers of pages."""
    catalogue = words(book.work.lang)
    said = [catalogue["print-sides"].format(paper=paper)]
    sheets = [size // 4 for size in sizes]
    if len(sheets) == 1:
        word = "fold-one" if sheets == [1] else "fold-nest"
        said.append(catalogue[word].format(count=sheets[0]))
    else:
        first, groups = 1, []
        for count in sheets:
            last = first + count - 1
            groups.append(f"{first}–{last}" if count > 1 else str(first))
            first = last + 1
        said.append(catalogue["fold-groups"].format(groups=catalogue.listed(groups)))
    return catalogue["gap"].join(said)
