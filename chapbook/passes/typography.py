"""Pass 8, typography: the last to touch text. Words and their order are never changed.

Quotation marks by language, no-break spaces where a line must not turn, and names kept from
being hyphenated (`.name`, for the page). Code, mathematics and addresses are not touched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeVar

from chapbook.model import Book, Claim, Section, Voice
from chapbook.passes.calls import merged
from chapbook.tree import Attr, Heading, Inline, Inlines, Link, Node, Quoted, Span, Text
from chapbook.walking import attr_of, content_of, rewrite, with_content
from chapbook.words import BASE, quotes, tag_of, words

T = TypeVar("T")

NBSP = "\u00a0"

_UNITS = r"percent|per cent|million|billion|trillion|thousand|km|kg|tons?|tonnes?|mm|cm|MW|GW"
_ABBREVIATIONS = {
    "en": "p|pp|n|nn|no|nos|vol|vols|ch|fig|figs|sec|cf|Mr|Mrs|Ms|Dr|Prof|St",
    "fr": "p|pp|n|nos|vol|chap|fig|cf|MM|M|Dr|Pr|St",
    "es": "p|pp|pág|págs|n|núm|vol|cap|fig|cf|Sr|Sra|Dr|Dra|Prof",
}
# What to look for first, since most texts have none of it; the pattern; what takes the space's place.
Joins = tuple[tuple[re.Pattern[str], re.Pattern[str], str], ...]
_STOP, _DASH, _DIGIT = re.compile(r"\. "), re.compile(" –"), re.compile(r"\d ")


@cache
def _joins(language: str) -> Joins:
    """Where a line must not turn: patterns and what takes the place of the space."""
    short = _ABBREVIATIONS.get(language, _ABBREVIATIONS["en"])
    joins = [
        # p. 3, pp. 3, no. 4, vol. 2, ch. 7, Dr. Kim, fig. 2
        (_STOP, re.compile(rf"\b((?:{short})\.) (?=\S)"), rf"\1{NBSP}"),
        # J. R. Smith: initials stay together and with the name
        (_STOP, re.compile(r"\b([A-Z]\.) (?=[A-Z])"), rf"\1{NBSP}"),
        # a dash between spaces does not begin a line
        (_DASH, re.compile(r" (?=–(?:\s|$))"), NBSP),
    ]
    if language == BASE:  # 5.3 percent, $5 billion: a number stays with what it counts
        joins.insert(0, (_DIGIT, re.compile(rf"(?<=\d) (?=(?:{_UNITS})\b)"), NBSP))
    if tag_of(language) == language and language in _ABBREVIATIONS:
        # 11 September, 29 juillet: a day stays with its month
        months = "|".join(words(language)[f"month-{n}"] for n in range(1, 13))
        joins.append((_DIGIT, re.compile(rf"(?<=\b\d) (?=(?:{months})\b)"), NBSP))
        joins.append((_DIGIT, re.compile(rf"(?<=\b\d\d) (?=(?:{months})\b)"), NBSP))
    return tuple(joins)


# Languages in which a capital inside a sentence marks a name (not German, which has them for all nouns).
_NAMING = {"en", "fr", "es", "it", "pt", "nl", "ca", "sv", "da", "nb", "nn", "no", "fi", "pl", "cs", "sl", "hr"}
# A capitalised word long enough to be divided at all (`hyphenate-limit-chars: 5 2 3`).
_NAME = re.compile(r"(?<!\w)[A-Z][^\W\d_]{4,}(?:’s)?(?!\w)")


def typography(book: Book) -> Book:
    """The book with its spaces, marks and names set for its language."""
    sections = tuple(_section(section, book.work.lang) for section in book.sections)
    hand = _Hand(book.work.lang)
    langs = {section.id: section.lang or book.work.lang for section in book.sections}
    claims = {claim.id: _claim(claim, hand) for claim in book.claims}
    notes = tuple(
        replace(note, blocks=_set(note.blocks, langs[note.section_id]),
                claim=claims[note.claim.id] if note.claim else None)
        for note in book.notes
    )
    items = tuple(replace(i, entry=_set(i.entry, book.work.lang)) for i in book.items)
    return replace(book, sections=sections, notes=notes, claims=tuple(claims.values()), items=items)


def _section(section: Section, lang: str) -> Section:
    lang = section.lang or lang
    blocks = _set(section.blocks, lang)
    if section.role.voice is Voice.AUTHOR and lang.partition("-")[0] in _NAMING:
        blocks = rewrite(blocks, _whole_names)
    return replace(section, title=_set(section.title, lang), blocks=blocks)


def _set(part: T, lang: str) -> T:
    """Text set in its language, each node that names another one in that."""
    hands = [_Hand(lang)]

    def enter(node: Node) -> None:
        if own := attr_of(node).get("lang"):
            hands.append(_Hand(own))

    def touch(node: Node) -> object:
        result = hands[-1].touch(node)
        if attr_of(node).get("lang"):
            hands.pop()
        return result

    return rewrite(part, touch, enter)


def _claim(claim: Claim, hand: _Hand) -> Claim:
    return replace(claim, note=hand.text(claim.note), correction=hand.text(claim.correction),
                   words=_set(claim.words, hand.lang))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Hand:
    """Sets text in one language."""

    lang: str

    @property
    def language(self) -> str:
        return self.lang.partition("-")[0]

    def text(self, text: str) -> str:
        """One run of text with its no-break spaces."""
        for sign, pattern, join in _joins(self.language):
            if sign.search(text):
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
