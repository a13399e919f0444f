"""The texts of a book, each with the language it is in."""

from __future__ import annotations

from collections.abc import Iterator

from chapbook.model import Book, Item
from chapbook.tree import Code, CodeBlock, Text
from chapbook.walking import attr_of, inside, walk

Words = tuple[str, str]  # language, text


def words_of(part: object, lang: str) -> Iterator[Words]:
    """The texts of nodes, notes among them, in reading order."""
    waiting = [(part, lang)]  # the last is the next
    while waiting:
        node, spoken = waiting.pop()
        if isinstance(node, Text):
            yield spoken, node.text
        elif isinstance(node, tuple):
            waiting += [(piece, spoken) for piece in reversed(node)]
        elif isinstance(node, Code | CodeBlock):
            yield attr_of(node).get("lang") or spoken, node.text
        elif inner := inside(node):
            own = attr_of(node).get("lang") or spoken
            waiting += [(piece, own) for piece in reversed(inner)]


def bare_words(part: object) -> Iterator[str]:
    """The same texts, whatever their languages."""
    return (node.text for node in walk(part, {Text, Code, CodeBlock}) if isinstance(node, Text | Code | CodeBlock))


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
