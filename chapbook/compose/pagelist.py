"""Where the pages of the print edition begin, marked in the editions without pages.

The layout says which page each identifier is on, and each page can be read back. Between two
identifiers the place where a page begins is where the letters stop being those of the page before
and start being those of this one. In the EPUB and the HTML an empty `doc-pagebreak` stands there
(EPUB Accessibility 1.1, page navigation; DPUB-ARIA 1.1), and the EPUB lists them all.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from chapbook.compose.places import Letters, letters_of, only_letters
from chapbook.compose.xhtml import attributes
from chapbook.model import Book, Composition, ContentDocument
from chapbook.words import words

GRAM = 12  # letters in a row by which a page is known
_HIDDEN = 200  # letters of a page's text that may not be drawn on it
_NUMBERED = re.compile(rf"(\d+)([^\W\d_]{{2,{GRAM}}})")
SLACK = 3  # of these that a running head may share with the text
_TAG_BEFORE = re.compile(r"<([A-Za-z][\w:-]*)(?:\s[^<>]*)?>\s*$")
_INLINE = {"a", "abbr", "b", "bdi", "cite", "code", "em", "i", "kbd", "q", "small", "span", "strong", "u"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
# A mark before the first words of these goes before the whole.
_WHOLE = {*_INLINE, *_HEADINGS, "figure", "table", "img"}
_THROUGH = {*_WHOLE, "figcaption", "caption", "thead", "tbody", "tr", "th", "td"}


@dataclass(frozen=True, slots=True)
class PageStart:
    """The beginning of a page of the print edition.

    It stands `letters` letters after the beginning of the element `near`, and before that of
    `until`, "" for the end; `folio` is the number printed on the page.
    """

    folio: int
    near: str
    letters: int
    until: str = ""


def page_id(folio: int) -> str:
    """The identifier of a page's beginning, the same in every edition.

    No heading makes one like it by itself: those are in lower case.
    """
    return f"Page-{folio}"


# ── from the layout ──────────────────────────────────────────────────────────


def page_starts(printed: str, leaves: Sequence[str], folios: Mapping[str, int]) -> tuple[PageStart, ...]:
    """Where each page with words on it begins.

    `printed` is the document that was laid out; `leaves` are the pages as read back, from folio 1;
    `folios` has the page of each identifier.
    """
    letters = letters_of(printed)
    known = _known(letters, folios)
    out = []
    begin, before = 0, ""
    for folio, leaf in enumerate(leaves, start=1):
        here = only_letters(leaf)
        if not here:
            continue
        index = bisect_left(known, folio, key=lambda one: one[1])
        low = max(begin, known[index - 1][0] if index else 0)
        high, page = next((k for k in islice(known, index, None) if k[0] >= low), (len(letters.text), 0))
        end, whole = _end(letters.text, begin, before)
        next_words = letters.text[end : end + GRAM]
        found = letters.text.startswith(here[:GRAM], end) or _numbered(letters.text, end, here) or (whole and next_words in here)
        if not (low <= end <= high and found):
            if page != folio:  # no identifier on this page: not far beyond the page before
                high = max(low, min(high, begin + len(before) + len(before) // 4 + _HIDDEN))
            end = _edge(letters.text, low, high, _grams(before), _grams(here), SLACK if page == folio else 0)
        begin, before = end, here
        out.append(PageStart(folio, *letters.nearest(begin)))
    return tuple(out)


def _end(text: str, begin: int, page: str) -> tuple[int, bool]:
    """Where the letters of a page end that begins at a place in the text, what is drawn between them
    passed over (the number of a list's item, a table's head once more), and its notes left behind;
    and whether there are none, so that the end is sure."""
    at = read = 0
    while True:
        step = _shared(text, begin + at, page, read)
        at, read = at + step, read + step
        if number := _numbered(text, begin + at, page[read : read + 2 * GRAM]):
            read += number
            continue
        further = text[begin + at : begin + at + GRAM]
        found = page.find(further, read) if further else -1
        if found < 0:
            return begin + at, read == len(page) > 0
        read = found


def _numbered(text: str, at: int, page: str) -> int:
    """How long the number is that is drawn before words of the text, as in the contents; 0 where there is none."""
    found = _NUMBERED.match(page)
    return len(found[1]) if found and text.startswith(found[2], at) else 0


def _shared(text: str, at: int, page: str, begin: int) -> int:
    """How many letters of a page from `begin` are those of the text from `at`."""
    low, high = 0, min(len(text) - at, len(page) - begin)
    while low < high:
        middle = (low + high + 1) // 2
        if text.startswith(page[begin : begin + middle], at):
            low = middle
        else:
            high = middle - 1
    return low


def _known(letters: Letters, folios: Mapping[str, int]) -> list[tuple[int, int]]:
    """Places whose page the layout names, in order; a note may stand on a page after its call."""
    known = [(place, folios[name]) for place, name in letters.places if folios.get(name, 0) > 0]
    last = 0
    rising = []
    for place, folio in known:
        if folio >= last:
            rising.append((place, folio))
            last = folio
    return rising


def _grams(text: str) -> frozenset[str]:
    if not text:
        return frozenset()
    return frozenset(text[i : i + GRAM] for i in range(max(1, len(text) - GRAM + 1)))


def _edge(
    text: str, low: int, high: int, before: frozenset[str], here: frozenset[str], slack: int
) -> int:
    """The place that best parts what stands on the page before from what stands on this one.

    Letters across the edge are on neither page, so the last of the best places is the edge; the
    first of them where nothing of this page is found, as on a page that is one picture. `high` is
    the edge where it is as good but for `slack` letters.
    """
    score = best = 0
    first = last = low
    for at in range(low, high + 1):
        if score >= best:
            first = at if score > best else first
            best, last = score, at
        gram = text[at : at + GRAM]
        if at < high:
            score += (gram in before) - (gram in here)
    if slack and best - score <= slack and text[high : high + GRAM] in here:
        return high
    return last if last == high or text[last : last + GRAM] in here else first


# ── into an edition ──────────────────────────────────────────────────────────


def in_documents(
    book: Book, composition: Composition, starts: Sequence[PageStart], also: Mapping[str, str] | None = None
) -> tuple[tuple[ContentDocument, ...], dict[int, str]]:
    """The documents of a composition with a mark where each page begins, and each folio's document.

    `also` has other names of identifiers in this edition.
    """
    label = words(book.work.lang)["page-break"]
    documents, found = [], {}
    for document in composition.documents:
        text, folios = marked(document.text, starts, label, nav="nav" in document.properties, also=also)
        documents.append(replace(document, text=text))
        found.update(dict.fromkeys(folios, document.name))
    return tuple(documents), found


def marked(text: str, starts: Sequence[PageStart], label: str, *, nav: bool = False,
           also: Mapping[str, str] | None = None) -> tuple[str, tuple[int, ...]]:  # fmt: skip
    """A document with a mark where each page begins, and the folios of those that begin in it.

    `label` names a page, with {page} in it. `nav` is for the navigation document, where a
    mark stands before a nav or inside a link (EPUB 3.3, content of the nav element). `also` has other names of identifiers in this edition.
    """
    letters, others = letters_of(text), also or {}
    cuts = sorted(
        (_before(text, letters, place, nav), start.folio)
        for start in starts
        if (start.near in letters.known or start.near in others)  # most are another document's
        and (place := letters.place_of(others.get(start.near, start.near), start.letters, start.until)) is not None
    )
    out, at = [], 0
    for offset, folio in cuts:
        out += [text[at:offset], _mark(folio, label)]
        at = offset
    return "".join((*out, text[at:])), tuple(folio for _, folio in cuts)


def _mark(folio: int, label: str) -> str:
    pairs = (("id", page_id(folio)), ("role", "doc-pagebreak"), ("title", label.format(page=folio)))
    return f"<span{attributes(pairs)}></span>"


def _before(text: str, letters: Letters, place: int, nav: bool) -> int:
    """Where a mark goes that stands before a letter: not in a word, not after its opening marks."""
    offset = letters.offset(min(place, len(letters.text) - 1))
    whole_words = not _stands_alone(text[offset])
    while offset and _belongs(text[offset - 1], whole_words):
        offset -= 1
    best = offset
    for tag, start in _opened_before(text, offset):
        # A nav has a heading and a list of links, and nothing beside them.
        whole = tag == "nav" or (tag in _WHOLE and tag != "a") if nav else tag in _WHOLE
        if not whole and (tag not in _THROUGH or (nav and tag == "a")):
            break
        best = start if whole else best
    return best


def _stands_alone(character: str) -> bool:
    """Whether a page may begin with a character inside a row of letters, as with Han and kana."""
    return unicodedata.east_asian_width(character) in "WF" and not "\uac00" <= character <= "\ud7a3"


def _belongs(character: str, whole_words: bool) -> bool:
    """Whether a character before a letter is of one piece with it."""
    if character.isalnum():
        return whole_words
    return character in "\u00ad\u2060'’¿¡\"" or unicodedata.category(character) in ("Ps", "Pi", "Sc", "Mn")


def _opened_before(text: str, offset: int) -> Iterator[tuple[str, int]]:
    """The tags that open just before a place, the nearest first, with their offsets."""
    while found := _TAG_BEFORE.match(text, max(0, text.rfind("<", 0, offset)), offset):
        yield found[1], found.start()
        offset = found.start()
