"""Which sentences a hostile reader could ask a source for, and which have one.

A sentence is checkable when it has a number, a sum, a share, a superlative or names an
authority; it is covered when a claim, a citation or a note stands in it. Sentences are those
of the author; what the editors write is theirs to answer for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chapbook.model import Book, Section, Voice
from chapbook.passes.claims import is_claim
from chapbook.tree import (
    Block, Blocks, Cite, Code, CodeBlock, Footnote, Heading, Inline, Inlines, Math, Para, Span, Table, Text,
)  # fmt: skip
from chapbook.walking import content_of, inside, plain_text, walk

_NOTE = "\ue000"  # stands where a claim ends, or a citation or note is called
_OPAQUE = "\ue001"  # code and formulas: not prose

_NUMBER = r"(?<![\w.-])[$€£¥₩]?\d(?:[\d,.]*\d)?(?:\s?(?:%|percent|per cent|million|billion|trillion))?"
_ENGLISH = (
    r"\b(?:hundreds?|thousands?|millions?|billions?|trillions?|dozens?|percent|per cent)\b"
    r"|\bhalf (?:of|the)\b"
    r"|\bthe (?:\w+ )?(?:most|least|largest|biggest|greatest|smallest|highest|lowest|fastest|oldest"
    r"|youngest|richest|poorest|longest|shortest|strongest|weakest|worst|heaviest|deadliest)\b"
    r"|\b(?:largest|biggest|deadliest)\b"
    r"|\baccording to\b"
)
# One of these stands in every match of the above and of `_INNER`: looked for first, in a tenth of the time.
_STEMS = ("hundred", "thousand", "million", "billion", "trillion", "dozen", "percent", "per cent", "half ", "most",
          "least", "worst", "according", "largest", "biggest", "greatest", "smallest", "highest", "lowest", "fastest",
          "oldest", "youngest", "richest", "poorest", "longest", "shortest", "strongest", "weakest", "heaviest",
          "deadliest")  # fmt: skip
_PARTS = ("chapter", "section", "part", "figure", "table", "listing", "note", "page", "p.")
_FOLDED = "İıſK"  # what stands for i, s and k where case is ignored
_DIGIT = re.compile(r"\d")
# A number that names a part of this book or a list is no statement of fact.
_INNER = re.compile(r"\b(?:Chapters?|Sections?|Parts?|Figures?|Tables?|Listings?|Notes?|Pages?|p\.|pp\.)[\s\u00a0]+\d[\d.–-]*", re.IGNORECASE)
_END = re.compile(rf"[.!?…](?:[\"”’)\]{_NOTE}])*\s+(?=[\"“‘(]?[A-Z0-9ÀÁÂÄÆÇÈÉÊËÍÎÏÑÓÔÖØÚÛÜ])")
_ABBREVIATION = 8  # characters that show the longest, and what stands before it
_ABBREVIATED = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|St|No|vs|cf|ca|e\.g|i\.e|U\.S|U\.N|U\.K|Gen|Col|Sen|Rep|Prof|Inc|Ltd|Co)|\b[A-Z])\.$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A checkable sentence: its section, its words, what makes it checkable, whether covered."""

    section: Section
    text: str
    signal: str
    covered: bool


_NUMBERS, _WORDS = (re.compile(pattern, re.IGNORECASE) for pattern in (_NUMBER, _ENGLISH))


def sentences(book: Book) -> Iterator[Sentence]:
    """The checkable sentences of the author's sections, in reading order."""
    for section in book.sections:
        if section.role.voice is not Voice.AUTHOR:
            continue
        lang = section.lang or book.work.lang
        stems = _STEMS if lang.startswith("en") else ()
        for text in _units(section.blocks):
            plain = _shown(text)
            lowered = plain.lower()
            folded = not plain.isascii() and any(sign in plain for sign in _FOLDED)
            here = stems if folded else [stem for stem in stems if stem in lowered]
            if not here and not _DIGIT.search(plain):
                continue
            for sentence in _split(text):
                shown = _shown(sentence)
                if found := _signal(shown, here, folded):
                    yield Sentence(section, " ".join(shown.split()), found[0].strip(), _NOTE in sentence)


def _shown(text: str) -> str:
    return text.replace(_NOTE, "").replace(_OPAQUE, "")


def _signal(shown: str, stems: Sequence[str], folded: bool) -> re.Match[str] | None:
    """What makes a sentence checkable, the first of it; None when nothing does.

    `stems` are those of its paragraph, all of them where it has letters `folded` into others.
    """
    lowered, number, word = shown.lower(), None, None
    if _DIGIT.search(shown):
        if folded or any(part in lowered for part in _PARTS):
            shown = _INNER.sub(" ", shown)
        number = _NUMBERS.search(shown)
    if stems and (folded or any(stem in lowered for stem in stems)):
        word = _WORDS.search(shown)
    return min((found for found in (number, word) if found), key=re.Match.start, default=None)


def _units(blocks: Blocks) -> Iterator[str]:
    """Paragraphs, and tables whole: a source in a table's caption covers its cells."""
    for node in _outer(blocks):
        if isinstance(node, Table):
            parts = [_flat(n.content) for n in walk(node, {Para}) if isinstance(n, Para)]
            yield ", ".join(p.replace(". ", ", ") for p in parts)
        elif isinstance(node, Para):
            yield _flat(node.content)


def _outer(part: tuple[object, ...]) -> Iterator[Block]:
    """Paragraphs and tables, not those inside a table, a note or code."""
    for piece in part:
        if isinstance(piece, Para | Table):
            yield piece
        elif not isinstance(piece, Heading | CodeBlock):
            yield from _outer(piece if isinstance(piece, tuple) else inside(piece))


def _flat(content: Inlines) -> str:
    return "".join([node.text if type(node) is Text else _piece(node) for node in content])


def _piece(node: Inline) -> str:
    if isinstance(node, Text):
        return node.text
    if isinstance(node, Cite | Footnote):
        return _NOTE
    if isinstance(node, Code | Math):
        return _OPAQUE
    inner = content_of(node)
    if inner is None:
        return plain_text(node)
    return _flat(inner) + (_NOTE if isinstance(node, Span) and is_claim(node) else "")


def _split(text: str) -> Iterator[str]:
    """Sentences; an abbreviation does not end one. A note after the full stop belongs to it."""
    start = 0
    for match in _END.finditer(text):
        end = match.start() + 1
        if text[end - 1] != "." or not _ABBREVIATED.search(text[max(start, end - _ABBREVIATION) : end]):
            yield text[start : match.end()]
            start = match.end()
    yield text[start:]
