"""The letters of a composed document, one by one, each with its place in the markup.

Editions set the same words in different markup, and a page sets them with hyphens, note numbers
and running heads between. Letters and digits in a row are what all of them share, so a place in
the text can be named by an identifier and the count of letters after it, and found again in
another edition.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import unescape
from itertools import compress

_PIECE = re.compile(r"<!--.*?-->|<(?:style|script)\b.*?</(?:style|script)>|<[^>]*>|&#?\w+;|[^<&]+|&", re.S)
_TAG = re.compile(r"<(/?)([A-Za-z][\w:-]*)")
_ATTRIBUTE = re.compile(r'\s([\w:-]+)="([^"]*)"')
_NAMED = re.compile("id=|class=|data-n=")  # few elements have any
_VOID = {"br", "col", "hr", "img", "input", "link", "meta", "wbr"}
# What one edition adds to the words of the book, or says in a form of its own.
_ADDED_TAGS = {"head", "style", "script", "aside", "svg", "math"}
_ADDED_CLASSES = {"notes", "note", "fn", "strip", "m", "statement-line", "beside", "math", "chapter-sources",
                  "states", "skip"}  # fmt: skip
_CALL = "noteref-"


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of a document and the offset of each in the markup.

    `counted` has how many count before each letter, and at the end how many in all: the digits of
    a note's call, which every edition writes in its own way, stand in `text` and do not count.
    `places` are identifiers with the number of letters before each, in the order of the document,
    and `known` the same by name.
    """

    text: str
    offsets: tuple[int, ...]
    counted: tuple[int, ...]
    places: tuple[tuple[int, str], ...]
    known: Mapping[str, int]

    def nearest(self, at: int) -> tuple[str, int, str]:
        """The last identifier before a place or at it, the letters that count between, and the next
        identifier; "" where there is none."""
        index = bisect_right(self.places, at, key=lambda place: place[0])
        after = self.places[index][1] if index < len(self.places) else ""
        if not index:
            return "", self.counted[at], after
        begin, name = self.places[index - 1]
        return name, self.counted[at] - self.counted[begin], after

    def place_of(self, name: str, count: int, until: str) -> int | None:
        """The letter that `count` letters after an identifier lead to; None without the identifier.

        Never beyond `until`, whatever this edition leaves out.
        """
        if name not in self.known:
            return None
        begin = self.known[name]
        end = max(begin, self.known.get(until, len(self.text)))
        return min(end, bisect_right(self.counted, self.counted[begin] + count, begin) - 1)


def only_letters(text: str) -> str:
    """The letters and digits of a text, in a row."""
    return "".join(filter(str.isalnum, text))


def letters_of(markup: str) -> Letters:
    """Read a composed document (XHTML, or HTML whose elements are all closed)."""
    reader = _Reader()
    for piece in _PIECE.finditer(markup):
        said, start = piece[0], piece.start()
        if not said.startswith("<"):
            reader.say(said, start)
        elif (tag := _TAG.match(said)) and tag[2] not in ("style", "script"):
            if tag[1]:
                reader.close()
            else:
                reader.open(tag[2], said, start)
    known = {name: place for place, name in reversed(reader.places)}
    return Letters("".join(reader.rows), tuple(reader.offsets), tuple(reader.counted), tuple(reader.places), known)


class _Reader:
    """What has been read so far; `opened` says of each open element whether it is left out, and is a call."""

    def __init__(self) -> None:
        self.rows: list[str] = []
        self.offsets: list[int] = []
        self.counted: list[int] = [0]
        self.places: list[tuple[int, str]] = []
        self.opened: list[tuple[bool, bool]] = [(False, False)]

    def say(self, said: str, start: int) -> None:
        left_out, call = self.opened[-1]
        if left_out:
            return
        if said.startswith("&"):
            row = only_letters(unescape(said))
            self._row(row, [start] * len(row), counts=not call)
        else:
            row = only_letters(said)
            self._row(row, compress(range(start, start + len(said)), map(str.isalnum, said)), counts=not call)

    def open(self, tag: str, said: str, start: int) -> None:
        attributes = dict(_ATTRIBUTE.findall(said)) if _NAMED.search(said) else {}
        name = attributes.get("id", "")
        left_out, call = self.opened[-1]
        if not left_out:
            number = attributes.get("data-n", "")  # on a page the engine draws the call of a note
            self._row(number, [start] * len(number), counts=False)
        left_out = left_out or tag in _ADDED_TAGS or bool(_ADDED_CLASSES & set(attributes.get("class", "").split()))
        call = call or name.startswith(_CALL)
        if name and not left_out and not call:
            self.places.append((len(self.offsets), name))
        if tag not in _VOID and not said.endswith("/>"):
            self.opened.append((left_out, call))

    def close(self) -> None:
        self.opened.pop()

    def _row(self, row: str, offsets: Iterable[int], *, counts: bool) -> None:
        self.rows.append(row)
        self.offsets.extend(offsets)
        last = self.counted[-1]
        self.counted.extend(range(last + 1, last + 1 + len(row)) if counts else [last] * len(row))
