"""What an artifact must hold: the words of the book, passage by passage, in reading order.

A passage is what stands together on every page: a paragraph, a heading, a cell, a note. Its
tokens are words and numbers; the numbers of notes stand among them where they are called.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from sys import intern

from chapbook.compose.notes import spoken
from chapbook.diagnostics import Position
from chapbook.model import Book, Item, Note, Section
from chapbook.remembered import of_the_last_book
from chapbook.tree import (
    Block, BlockQuote, Blocks, BulletList, CodeBlock, DefinitionList, Details, Div, Figure, Heading, LineBlock,
    Node, NoteRef, OrderedList, Para, Rule, Styled, Table, Text,
)  # fmt: skip
from chapbook.walking import plain_text, rewrite

# Soft hyphens, zero-width spaces and joiners, directions; Arabic and Hebrew vowel marks, which readers of
# PDFs give back before or after their letters (EPUB and HTML are compared letter by letter besides).
_SHAPING = re.compile("[\u00ad\u200b-\u200f\u2066-\u2069\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
# What may have to be composed, is taken out or makes other tokens is among these.
_ODD = re.compile("[^\0-\u00ac\u00ae-\u02ff\u2002-\u200a\u2010-\u2064]")
# Vowel signs and other marks from Devanagari to Thai, Khmer and their kin: a word without them is another word.
_KIN = ((0x0900, 0x109F), (0x1780, 0x17FF), (0x1900, 0x1AAF), (0x1B00, 0x1C4F), (0x1CD0, 0x1CFF), (0xA8E0, 0xAAFF))
_OF_KIN = re.compile("|".join(f"[{chr(first)}-{chr(last)}]" for first, last in _KIN))

Tokens = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """Tokens that stand in a row, and where they come from."""

    tokens: Tokens
    place: Position | None
    name: str  # for messages: "Economic Relations", "note 7"
    row: object = None  # of a table: its cells may stand one through another over a page's end


def tokens(text: str) -> Tokens:
    """Words and numbers of a text, composed (NFC), without marks that only shape it."""
    if not _ODD.search(text):
        return tuple(map(intern, _TOKEN.findall(text)))
    clean = _SHAPING.sub("", unicodedata.normalize("NFC", text))
    token = _signed_token() if _OF_KIN.search(clean) else _TOKEN
    return tuple(map(intern, token.findall(clean)))  # a book says few words, often


@cache
def _signed_token() -> re.Pattern[str]:
    signs = "".join(c for first, last in _KIN for c in map(chr, range(first, last + 1)) if unicodedata.category(c) in ("Mn", "Mc"))
    return re.compile(rf"(?:[^\W\d_]|[{signs}])+|\d+")


@cache
def direction_of(token: str) -> str:
    """R for a word written from right to left, L for one written from left to right, N for a number."""
    found = {unicodedata.bidirectional(char) for char in token}
    return "R" if found & {"R", "AL"} else "L" if "L" in found else "N"


@cache
def letters_of(token: str) -> str:
    """A word from right to left by its letters, in any order; another word as it is."""
    return "".join(sorted(token)) if direction_of(token) == "R" else token


@dataclass(frozen=True, slots=True)
class Wanted:
    """The passages of a book: those of each section, of each note and of each source, in its order."""

    sections: tuple[tuple[Passage, ...], ...]
    notes: tuple[tuple[Passage, ...], ...]
    items: tuple[tuple[Passage, ...], ...]


@of_the_last_book
def wanted(book: Book) -> Wanted:
    """The passages that every edition of a book must hold; of the last book asked for they are kept."""
    return Wanted(tuple(tuple(of_section(s)) for s in book.sections), tuple(tuple(of_note(book, n)) for n in book.notes),
                  tuple(tuple(of_item(i)) for i in book.items))  # fmt: skip


def of_section(section: Section) -> Iterator[Passage]:
    """A section's passages: its title, then each block's."""
    name = plain_text(section.title) or section.source.path
    title = tokens(plain_text(section.title, notes=True, alts=False))
    if title:
        yield Passage(title, section.position, name)
    for text, row in _texts(rewrite(section.blocks, _apart, of={NoteRef, Styled})):
        if found := tokens(text):
            yield Passage(found, section.position, name, row)


def of_note(book: Book, note: Note) -> Iterator[Passage]:
    """A note's passages, its number first."""
    section = book.section(note.section_id)
    name = f"note {note.number}"
    number = (str(note.number),)
    if note.claim:
        text = tokens(spoken(book, note.claim))
        yield Passage(number + text, note.claim.position, name)
        return
    texts = [found for text, _ in _texts(rewrite(note.blocks, _apart, of={NoteRef, Styled})) if (found := tokens(text))]
    for index, found in enumerate(texts):
        yield Passage(number + found if index == 0 else found, section.position, name)


def of_item(item: Item) -> Iterator[Passage]:
    """A source's address, which leads a reader to it."""
    url = str(item.data.get("URL") or "")
    if url and not item.entry:
        yield Passage(tokens(url.partition("://")[2]), item.position, f"source {item.number}")


def _apart(node: Node) -> object:
    """Raised and lowered figures are words of their own: 2<sup>63</sup> is not 263; so are calls."""
    if isinstance(node, NoteRef) or (isinstance(node, Styled) and node.style in ("sup", "sub")):
        return (Text(" "), node, Text(" "))
    return node


def _texts(blocks: Blocks) -> Iterator[tuple[str, object]]:
    """Each text that stands together, with the row of the table it is a cell's of, or None."""
    for block in blocks:
        if isinstance(block, Table):
            yield from _texts(block.caption)
            for row in (row for rows in (block.head, *block.bodies, block.foot) for row in rows):
                yield from ((text, row) for cell in row for text, _ in _texts(cell.blocks))
        else:
            yield from _text(block)


def _text(block: Block) -> Iterator[tuple[str, object]]:
    match block:
        case Para() | Heading() | CodeBlock():
            yield plain_text(block, notes=True, alts=False), None
        case BlockQuote(blocks=blocks) | Div(blocks=blocks):
            yield from _texts(blocks)
        case OrderedList(items=items) | BulletList(items=items):
            for item in items:
                yield from _texts(item)
        case DefinitionList(items=items):
            for term, definitions in items:
                yield plain_text(term, notes=True, alts=False), None
                for definition in definitions:
                    yield from _texts(definition)
        case Figure(blocks=blocks, caption=caption):
            yield from _visible(blocks)
            yield from _texts(caption)
        case Details(summary=summary, blocks=blocks):
            yield plain_text(summary, notes=True, alts=False), None
            yield from _texts(blocks)
        case LineBlock(lines=lines):
            yield " ".join(plain_text(line, notes=True, alts=False) for line in lines), None
        case Rule() | Table():
            return


def _visible(blocks: Blocks) -> Iterator[tuple[str, object]]:
    """A figure's own blocks; a picture's alternative is not text on the page."""
    yield from _texts(tuple(b for b in blocks if not isinstance(b, Para)))


def sections_in(book: Book, *, printed: bool) -> tuple[Section, ...]:
    """The sections whose words must stand in an artifact, in its order."""
    bare = {"dedication", "epigraph"} if printed else set()
    return tuple(s for s in book.sections if s.role.name not in bare)
