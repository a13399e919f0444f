"""The printed book in parts that are laid out by themselves: a chapter, or several short pieces.

A part begins on a new page, so its pages are the same whatever stands before it: it has no
page numbers and no running heads in it, and left pages have the margins of right ones until
the book is put together. What names pages of other parts (the contents, the list of sources)
has their numbers as text, and is laid out when they are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path

from chapbook.compose.atrisk import guarded
from chapbook.compose.pages import NAME, Pictures, Piece, main, page_document, pictures, pieces, sheet
from chapbook.compose.scripts import fonts_of, for_language, with_faces
from chapbook.compose.style import JOINT, stylesheet
from chapbook.model import Book, Composition, ContentDocument, Resource

ELSEWHERE = "https://book.invalid/elsewhere#"  # before the name of a place in another part
SHORT = 9000  # characters of XHTML: shorter parts take in the next
_LINK = re.compile(r'href="#([^"]*)"')
_NAMED = re.compile(r'id="(?<=\bid=")([^"]*)"')
_NUMBERED = re.compile(r'class="(?:folio|used)" href="#([^"]*)"')
_COUNTER = re.compile(r"target-counter\(\s*attr\(href\)\s*,\s*page\s*\)")
_PICTURE = re.compile(r'<img\b[^>]*?\bsrc="([^"]*)"')
_BOXES = ("top-left-corner", "top-left", "top-center", "top-right", "top-right-corner", "left-top",
          "left-middle", "left-bottom", "right-top", "right-middle", "right-bottom",
          "bottom-left-corner", "bottom-left", "bottom-center", "bottom-right",
          "bottom-right-corner")  # fmt: skip
NO_FURNITURE = "@page {" + " ".join(f"@{box} {{ content: none !important }}" for box in _BOXES) + "}\n"


@dataclass(frozen=True, slots=True)
class Part:
    """Pieces that are laid out together; `names` are the identifiers in them.

    `numbers` are the identifiers whose pages it names: it can be laid out when these are known.
    """

    pieces: tuple[Piece, ...]
    content: str
    names: frozenset[str]
    numbers: frozenset[str]

    @property
    def recto(self) -> bool:
        """Whether it must begin on a right page."""
        return self.pieces[0].begins == "recto"


def parts(book: Book) -> tuple[Part, ...]:
    """The parts of the book in their order."""
    return tuple(_part(book, group) for group in _groups(pieces(book)))


def _part(book: Book, group: Sequence[Piece]) -> Part:
    content = "\n".join(piece.content for piece in group)
    if group[0].body:
        content = main(book, content)
    names = frozenset(unescape(name) for name in _NAMED.findall(content))
    return Part(tuple(group), content, names, frozenset(unescape(n) for n in _NUMBERED.findall(content)))


def _groups(every: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Pieces that belong together: those that run on, and short ones of one kind."""
    group: list[Piece] = []
    for piece in every:
        if group and not _joins(group, piece):
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _joins(group: Sequence[Piece], piece: Piece) -> bool:
    first = group[0]
    if piece.body != first.body:
        return False
    if not piece.begins:
        return True
    numbered = bool(_NUMBERED.search(piece.content) or _NUMBERED.search(first.content))
    return piece.begins == "page" and not numbered and sum(len(p.content) for p in group) < SHORT


def divisible(styles: Path) -> bool:
    """Whether the style sheet lets a book be laid out in parts.

    It does not when pages are named in other ways than in the contents and the list of sources.
    """
    css = stylesheet("print", styles)
    rules = re.findall(r"([^{}]*)\{([^{}]*)\}", css)
    known = all(re.search(r"\.(folio|used)::after\s*$", selector) for selector, rule in rules if "target-" in rule)
    return known and "target-" not in _COUNTER.sub("", css)


def part_sheet(book: Book, styles: Path) -> str:
    """The style sheet of every part."""
    return numbered_sheet(book, styles, mirrored=False) + NO_FURNITURE


def numbered_sheet(book: Book, styles: Path, *, mirrored: bool) -> str:
    """The style sheet of the pages where the numbers of pages are texts, up to a joint."""
    return _COUNTER.sub("attr(data-folio)", sheet(book, styles, mirrored=mirrored)) + JOINT


def usual_rules(styles: Path, lang: str) -> str:
    """What the sheets of a book in `lang` share, where it needs no font of the system."""
    return _COUNTER.sub("attr(data-folio)", for_language(with_faces(stylesheet("print", styles), ()), lang))


@dataclass(frozen=True, slots=True)
class Setting:
    """What all parts of a book share: the style sheet, and every picture the pages can show."""

    sheet: Resource
    pictures: Pictures


def setting(book: Book, styles: Path) -> Setting:
    """What is looked up once for all parts of a book."""
    return Setting(Resource("print.css", "text/css", part_sheet(book, styles).encode()), pictures(book, styles))


def compose_part(book: Book, shared: Setting, part: Part, folios: Mapping[str, int]) -> Composition:
    """One part as a document of its own; `folios` has the numbers it names, 0 for one not known."""

    def numbered(match: re.Match[str]) -> str:
        return f'{match[0]} data-folio="{folios.get(unescape(match[1]), 0)}"'

    def linked(match: re.Match[str]) -> str:
        inside = unescape(match[1]) in part.names
        return match[0] if inside else f'href="{ELSEWHERE}{match[1]}"'

    content = _NUMBERED.sub(numbered, part.content)
    resources = [shared.sheet, *_pictures(shared.pictures, content)]
    document = ContentDocument(NAME, page_document(book, content), book.work.title)
    whole = guarded(book, Composition("print", (document,), tuple(resources), fonts_of(book)))
    # Only now: a link into another part has the look of one into the web.
    documents = tuple(replace(d, text=_LINK.sub(linked, d.text)) for d in whole.documents)
    return replace(whole, documents=documents)


def _pictures(known: Pictures, content: str) -> Iterator[Resource]:
    """The pictures a part shows, and no others: it is known again by what it is made of."""
    for name in dict.fromkeys(unescape(source) for source in _PICTURE.findall(content)):
        if name in known:
            kind, draw = known[name]
            yield Resource(name, kind, draw())
