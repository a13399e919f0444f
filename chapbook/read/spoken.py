"""The texts of a book, each with the language it is in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from itertools import chain

from chapbook import fonts
from chapbook.model import Book, Face, Item
from chapbook.scripts import faces_for
from chapbook.tree import Code, CodeBlock, Text
from chapbook.walking import attr_of, inside, walk

_BEYOND = re.compile(r"[^\x00-\x7f]")  # what a font may lack: ours have all of ASCII
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


def bare_words(part: object, of: Set[type] = frozenset({Text, Code, CodeBlock})) -> Iterator[str]:
    """The same texts, whatever their languages; those of nodes `of` these types."""
    return (node.text for node in walk(part, of) if isinstance(node, Text | Code | CodeBlock))


def faces_of(book: Book) -> tuple[Face, ...]:
    """Fonts of the system for what the book's own lack in all that the PDFs print of it: its own
    words, the ledger's and the sources'."""
    around = tuple(_around(book))
    texts = [text for _, text in around]
    texts += bare_words(tuple((s.title, s.blocks) for s in book.sections))
    if all(map(fonts.covers, set(_BEYOND.findall("\n".join(texts))))):  # as in almost every book
        return ()
    lang = book.work.lang
    inside = (words_of((s.title, s.blocks), s.lang or lang) for s in book.sections)
    return faces_for(chain(around, *inside))


def _around(book: Book) -> Iterator[Words]:
    """What is printed beside the text."""
    work, lang = book.work, book.work.lang
    for text in (work.title, work.subtitle, *work.authors, str(book.options.get("cover-line") or "")):
        yield lang, text
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
