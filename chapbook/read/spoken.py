"""The texts of a book, each with the language it is in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from chapbook.model import Book, Item
from chapbook.tree import Code, CodeBlock, Text, attr_of

Words = tuple[str, str]  # language, text


def words_of(part: object, lang: str) -> Iterator[Words]:
    """The texts of nodes, notes among them, in reading order."""
    if isinstance(part, tuple):
        for piece in part:
            yield from words_of(piece, lang)
    elif isinstance(part, Text | Code | CodeBlock):
        yield attr_of(part).get("lang") or lang, part.text
    elif hasattr(part, "__dataclass_fields__"):
        inner = attr_of(part).get("lang") or lang  # type: ignore[arg-type]
        for field in fields(part):  # type: ignore[arg-type]
            value = getattr(part, field.name)
            if isinstance(value, tuple) and field.name not in ("attr", "aligns", "widths", "tasks"):
                yield from words_of(value, inner)


def texts_of(book: Book) -> Iterator[Words]:
    """Everything the PDFs print of a book: its own words, the ledger's and the sources'."""
    work, lang = book.work, book.work.lang
    for text in (work.title, work.subtitle, *work.authors, str(book.options.get("cover-line") or "")):
        yield lang, text
    for section in book.sections:
        yield from words_of((section.title, section.blocks), section.lang or lang)
    for claim in book.claims:
        yield lang, claim.note + claim.attribution + claim.correction
    for item in book.items:
        yield str(item.data.get("language") or lang), printed(item)


def printed(item: Item) -> str:
    """What the PDFs print of a source: the English title and author where they are given."""
    custom = item.data.get("custom")
    custom = custom if isinstance(custom, dict) else {}
    title = custom.get("title-en") or item.data.get("title", "")
    names = custom.get("author-en") or [
        str(part) for author in item.data.get("author", ()) or () if isinstance(author, dict)  # type: ignore[attr-defined]
        for part in author.values()
    ]  # fmt: skip
    return f"{title}{names if isinstance(names, str) else ' '.join(names)}{item.short}"
