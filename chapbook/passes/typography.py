"""Pass 8, typography: the last to touch text. Words and their order are never changed.

Quotation marks by language, no-break spaces where a line must not turn, and names kept from
being hyphenated (`.name`, for the page). Code, mathematics and addresses are not touched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from chapbook.model import Book, Claim, Section, Voice
from chapbook.passes.calls import merged
from chapbook.tree import (
    Attr, Heading, Inline, Inlines, Link, Node, Quoted, Span, Text, content_of, rewrite,
    with_content,
)  # fmt: skip
from chapbook.words import quotes

NBSP = "\u00a0"

_UNITS = r"percent|per cent|million|billion|trillion|thousand|km|kg|tons?|tonnes?|mm|cm|MW|GW"
_JOINS: tuple[tuple[re.Pattern[str], str], ...] = (
    # 5.3 percent, $5 billion: a number stays with what it counts
    (re.compile(rf"(?<=\d) (?=(?:{_UNITS})\b)"), NBSP),
    # p. 3, pp. 3, no. 4, vol. 2, ch. 7, Dr. Kim, fig. 2
    (re.compile(r"\b((?:p|pp|n|nn|no|nos|vol|vols|ch|fig|figs|sec|cf|Mr|Mrs|Ms|Dr|Prof|St)\.) (?=\S)"),
     rf"\1{NBSP}"),
    # J. R. Smith: initials stay together and with the name
    (re.compile(r"\b([A-Z]\.) (?=[A-Z])"), rf"\1{NBSP}"),
    # 11 September: a day stays with its month
    (re.compile(r"(?<=\b\d) (?=(?:January|February|March|April|May|June|July|August|September"
                r"|October|November|December)\b)"), NBSP),
    (re.compile(r"(?<=\b\d\d) (?=(?:January|February|March|April|May|June|July|August|September"
                r"|October|November|December)\b)"), NBSP),
    # a dash between spaces does not begin a line
    (re.compile(r" (?=–(?:\s|$))"), NBSP),
)  # fmt: skip
# A capitalised word long enough to be divided at all (`hyphenate-limit-chars: 5 2 3`).
_NAME = re.compile(r"(?<!\w)[A-Z][^\W\d_]{4,}(?:’s)?(?!\w)")


def typography(book: Book) -> Book:
    """The book with its spaces, marks and names set for its language."""
    sections = tuple(_section(section, book.work.lang) for section in book.sections)
    hand = _Hand(book.work.lang)
    claims = {claim.id: _claim(claim, hand) for claim in book.claims}
    notes = tuple(
        replace(note, blocks=rewrite(note.blocks, hand.touch), claim=claims[note.claim.id] if note.claim else None)
        for note in book.notes
    )
    items = tuple(replace(i, entry=rewrite(i.entry, hand.touch)) for i in book.items)
    return replace(book, sections=sections, notes=notes, claims=tuple(claims.values()), items=items)


def _section(section: Section, lang: str) -> Section:
    hand = _Hand(section.lang or lang)
    blocks = rewrite(section.blocks, hand.touch)
    if section.role.voice is Voice.AUTHOR:
        blocks = rewrite(blocks, _whole_names)
    return replace(section, title=rewrite(section.title, hand.touch), blocks=blocks)


def _claim(claim: Claim, hand: _Hand) -> Claim:
    return replace(claim, note=hand.text(claim.note), correction=hand.text(claim.correction),
                   words=rewrite(claim.words, hand.touch))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Hand:
    """Sets text in one language."""

    lang: str

    @property
    def language(self) -> str:
        return self.lang.partition("-")[0]

    def text(self, text: str) -> str:
        """One run of text with its no-break spaces."""
        for pattern, join in _JOINS:
            text = pattern.sub(join, text)
        if self.language == "fr":
            text = re.sub(r"[ \u202f](?=[;:!?»])", NBSP, text)
            text = re.sub(r"(?<=«)[ \u202f]", NBSP, text)
        return text

    def touch(self, node: Node) -> object:
        """One node, its children done: texts are set, quotations get their marks."""
        if isinstance(node, Text):
            text = self.text(node.text)
            return node if text == node.text else Text(text)
        if isinstance(node, Quoted):
            marks = quotes(self.lang)
            before, after = marks[:2] if node.double else marks[2:]
            return (Text(before), *node.content, Text(after))
        content = content_of(node)
        if content is None:
            return node
        joined = merged(content)
        return with_content(node, joined) if joined != content else node


def _whole_names(node: Node) -> object:
    content = content_of(node)
    if content is None or isinstance(node, Link | Heading):
        return node
    out: list[Inline] = []
    for piece in content:
        out.extend(_names(piece) if isinstance(piece, Text) else (piece,))
    return with_content(node, tuple(out)) if tuple(out) != content else node


def _names(text: Text) -> Inlines:
    out: list[Inline] = []
    end = 0
    for match in _NAME.finditer(text.text):
        if match.start() > end:
            out.append(Text(text.text[end : match.start()]))
        out.append(Span((Text(match[0]),), Attr(classes=("name",))))
        end = match.end()
    if end < len(text.text):
        out.append(Text(text.text[end:]))
    return tuple(out)
