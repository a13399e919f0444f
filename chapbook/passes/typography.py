"""Pass 8, typography: the last to touch text. Words and their order are never changed.

Quotation marks by language, no-break spaces where a line must not turn, and names kept from
being hyphenated (`.name`, for the page). Code, mathematics and addresses are not touched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import groupby
from typing import TypeVar

from chapbook.model import Book, Claim, Section, Voice
from chapbook.passes.calls import merged
from chapbook.tree import NAME, Heading, Inline, Link, Node, Quoted, Span, Text
from chapbook.walking import CARRYING, HOLDING, attr_of, content_of, rewrite, with_content
from chapbook.words import BASE, quotes, tag_of, words

T = TypeVar("T")

NBSP = "\u00a0"

_UNITS = r"percent|per cent|million|billion|trillion|thousand|km|kg|tons?|tonnes?|mm|cm|MW|GW"
_ABBREVIATIONS = {
    "en": "p|pp|n|nn|no|nos|vol|vols|ch|fig|figs|sec|cf|Mr|Mrs|Ms|Dr|Prof|St",
    "fr": "p|pp|n|nos|vol|chap|fig|cf|MM|M|Dr|Pr|St",
    "es": "p|pp|pág|págs|n|núm|vol|cap|fig|cf|Sr|Sra|Dr|Dra|Prof",
}
_COUNTED = re.compile(r"\d ")
_DASH = re.compile(r" (?=–(?:\s|$))")  # a dash between spaces does not begin a line


def _stops(language: str) -> re.Pattern[str]:
    """A full stop and a space at which a line must not turn.

    A pattern that begins with what it looks for is searched fast; what stands before has a known length.
    """
    short = _ABBREVIATIONS.get(language, _ABBREVIATIONS["en"]).split("|")
    before = (rf"(?<=\b(?:{'|'.join(alike)})\. )" for _, alike in groupby(sorted(short, key=len), len))
    # p. 3, pp. 3, no. 4, vol. 2, ch. 7, Dr. Kim, fig. 2; J. R. Smith: initials stay together and with the name
    return re.compile(rf"\. (?:(?=\S)(?:{'|'.join(before)})|(?=[A-Z])(?<=\b[A-Z]\. ))")


def _counts(language: str) -> tuple[re.Pattern[str], ...]:
    """Spaces after a number at which a line must not turn."""
    found = []
    if language == BASE:  # 5.3 percent, $5 billion: a number stays with what it counts
        found.append(re.compile(rf" (?<=\d )(?=(?:{_UNITS})\b)"))
    if tag_of(language) == language and language in _ABBREVIATIONS:
        # 11 September, 29 juillet: a day stays with its month
        months = "|".join(words(language)[f"month-{n}"] for n in range(1, 13))
        found.append(re.compile(rf" (?:(?<=\b\d )|(?<=\b\d\d ))(?=(?:{months})\b)"))
    return tuple(found)


# Languages in which a capital inside a sentence marks a name (not German, which has them for all nouns).
_NAMING = {"en", "fr", "es", "it", "pt", "nl", "ca", "sv", "da", "nb", "nn", "no", "fi", "pl", "cs", "sl", "hr"}
# A capitalised word long enough to be divided at all (`hyphenate-limit-chars: 5 2 3`).
_NAME = re.compile(r"([A-Z](?<!\w[A-Z])[^\W\d_]{4,}(?:’s)?(?!\w))")
_TOUCHED = {Text} | HOLDING | CARRYING
_NAMES_IN = HOLDING - {Link, Heading}


def typography(book: Book) -> Book:
    """The book with its spaces, marks and names set for its language."""
    sections = tuple(_section(section, book.work.lang) for section in book.sections)
    hand = _hand(book.work.lang)
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
        blocks = rewrite(blocks, _whole_names, of=_NAMES_IN)
    return replace(section, title=_set(section.title, lang), blocks=blocks)


def _set(part: T, lang: str) -> T:
    """Text set in its language, each node that names another one in that."""
    hands = [_hand(lang)]

    def enter(node: Node) -> None:
        if (pairs := attr_of(node).pairs) and (own := dict(pairs).get("lang")):
            hands.append(_hand(own))

    def touch(node: Node) -> object:
        result = hands[-1].touch(node)
        if len(hands) > 1 and attr_of(node).get("lang"):
            hands.pop()
        return result

    return rewrite(part, touch, enter, _TOUCHED)


def _claim(claim: Claim, hand: _Hand) -> Claim:
    return replace(claim, note=hand.text(claim.note), correction=hand.text(claim.correction),
                   words=_set(claim.words, hand.lang))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Hand:
    """Sets text in one language."""

    lang: str
    stops: re.Pattern[str]
    counts: tuple[re.Pattern[str], ...]
    french: bool

    def text(self, text: str) -> str:
        """One run of text with its no-break spaces."""
        if self.counts and _COUNTED.search(text):
            for pattern in self.counts:
                text = pattern.sub(NBSP, text)
        if ". " in text:
            text = self.stops.sub(f".{NBSP}", text)
        if " –" in text:
            text = _DASH.sub(NBSP, text)
        if self.french:
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
        if content is None or len(content) < 2:
            return node
        joined = merged(content)
        return with_content(node, joined) if joined != content else node


@cache
def _hand(lang: str) -> _Hand:
    """What sets text in a language."""
    language = lang.partition("-")[0]
    return _Hand(lang, _stops(language), _counts(language), language == "fr")


def _whole_names(node: Node) -> object:
    content = content_of(node)
    assert content is not None
    out: list[Inline] = []
    changed = False
    for piece in content:
        if not isinstance(piece, Text) or (len(said := _NAME.split(piece.text)) == 1 and piece.text):
            out.append(piece)
            continue
        changed = True
        out += [_name(part) if index % 2 else Text(part) for index, part in enumerate(said) if part]
    return with_content(node, tuple(out)) if changed else node


@lru_cache(4096)  # a book has few names, each of them often
def _name(word: str) -> Span:
    return Span((Text(word),), NAME)
