"""The letters of a composed document, each with its place in the markup.

Editions set the same words in different markup, and a page sets them with hyphens, note numbers
and running heads between. Letters and digits in a row are what all of them share, so a place in
the text can be named by an identifier and the count of letters after it, and found again in
another edition.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import compress, islice
from typing import NamedTuple

_MARKUP = re.compile(r"(<!--.*?-->|<(?:style|script)\b.*?</(?:style|script)>|<[^>]*>)", re.S)
_ENTITY = re.compile(r"(&#?\w+;)")
_TAG = re.compile(r"<([A-Za-z][\w:-]*)")
_ATTRIBUTE = re.compile(r'\s(id|class|data-n)="([^"]*)"')
_VOID = {"br", "col", "hr", "img", "input", "link", "meta", "wbr"}
# What one edition adds to the words of the book, or says in a form of its own.
_ADDED_TAGS = {"head", "style", "script", "aside", "svg", "math"}
_ADDED_CLASSES = {"notes", "note", "fn", "strip", "m", "statement-line", "beside", "math", "chapter-sources",
                  "states", "skip"}  # fmt: skip
_CALL = "noteref-"


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of a document, in runs: where each run begins in `text`, and in the markup.

    `counted` has how many letters count before each run, and at the end how many in all: the digits
    of a note's call, which every edition writes in its own way, stand in `text` and do not count.
    `runs` are the texts with the letters, "" for letters that all stand at one place.
    `places` are identifiers with the number of letters before each, in the order of the document,
    and `known` the same by name.
    """

    text: str
    runs: Sequence[str]
    begins: Sequence[int]
    offsets: Sequence[int]
    counted: Sequence[int]
    places: Sequence[tuple[int, str]]
    known: Mapping[str, int]

    def nearest(self, at: int) -> tuple[str, int, str]:
        """The last identifier before a place or at it, the letters that count between, and the next
        identifier; "" where there is none."""
        index = bisect_right(self.places, at, key=lambda place: place[0])
        after = self.places[index][1] if index < len(self.places) else ""
        if not index:
            return "", self._counted(at), after
        begin, name = self.places[index - 1]
        return name, self._counted(at) - self._counted(begin), after

    def place_of(self, name: str, count: int, until: str) -> int | None:
        """The letter that `count` letters after an identifier lead to; None without the identifier.

        Never beyond `until`, whatever this edition leaves out.
        """
        if name not in self.known:
            return None
        begin = self.known[name]
        end = max(begin, self.known.get(until, len(self.text)))
        wanted = self._counted(begin) + count
        run = bisect_right(self.counted, wanted) - 1  # the last that begins at it or before
        if run >= len(self.runs):
            return end
        return min(end, self.begins[run] + wanted - self.counted[run])

    def offset(self, at: int) -> int:
        """Where the letter at a place stands in the markup."""
        run = bisect_right(self.begins, at) - 1
        said, start = self.runs[run], self.offsets[run]
        if not said:
            return start
        letters = compress(range(start, start + len(said)), map(str.isalnum, said))
        return next(islice(letters, at - self.begins[run], None))

    def _counted(self, at: int) -> int:
        """How many letters count before a place."""
        run = bisect_right(self.begins, at) - 1
        if run < 0:
            return 0
        return min(self.counted[run] + at - self.begins[run], self.counted[run + 1])


class _Kept(dict[int, int | None]):
    """For `str.translate`: letters and digits as they are, nothing for all else."""

    def __missing__(self, code: int) -> int | None:
        self[code] = code if chr(code).isalnum() else None
        return self[code]


_LETTERS = _Kept()


def only_letters(text: str) -> str:
    """The letters and digits of a text, in a row."""
    return text.translate(_LETTERS)


def letters_of(markup: str) -> Letters:
    """Read a composed document (XHTML, or HTML whose elements are all closed)."""
    reader, at = _Reader(), 0
    pieces = _MARKUP.split(markup)
    for said, tag in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        if said and not reader.left_out:
            reader.say(said, at)
        at += len(said)
        if tag.startswith("</"):
            reader.left_out, reader.call = reader.opened.pop()
        elif tag:
            reader.open(tag, at)
        at += len(tag)
    known = {name: place for place, name in reversed(reader.places)}
    return Letters("".join(reader.rows), reader.runs, reader.begins, reader.offsets, reader.counted, reader.places, known)


class _Tag(NamedTuple):
    """What a tag says: whether its element is left out, or is a note's call; its identifier; the number
    that the page's engine draws at it; whether it holds something."""

    left_out: bool = False
    call: bool = False
    name: str = ""
    number: str = ""
    holds: bool = False


def _tag(written: str) -> _Tag:
    """What stands between < and >, or a comment, a style sheet or a script as a whole."""
    found = _TAG.match(written)
    if not found or found[1] in ("style", "script"):
        return _Tag()
    said = dict(_ATTRIBUTE.findall(written))
    left_out = found[1] in _ADDED_TAGS or not _ADDED_CLASSES.isdisjoint(said.get("class", "").split())
    name = said.get("id", "")
    holds = found[1] not in _VOID and not written.endswith("/>")
    return _Tag(left_out, name.startswith(_CALL), name, said.get("data-n", ""), holds)


class _Reader:
    """What has been read so far.

    `left_out` and `call` say of the innermost open element whether it is left out, and is the call of a
    note; `opened` has those of the elements around it.
    """

    def __init__(self) -> None:
        self.rows: list[str] = []
        self.runs: list[str] = []
        self.begins: list[int] = []
        self.offsets: list[int] = []
        self.counted: list[int] = [0]
        self.places: list[tuple[int, str]] = []
        self.left_out = self.call = False
        self.opened: list[tuple[bool, bool]] = []
        self._length = 0
        self._seen: dict[str, _Tag] = {}  # most tags stand again and again

    def say(self, said: str, start: int) -> None:
        """Text that is not left out."""
        if "&" not in said:
            self._row(said.translate(_LETTERS), said, start, counts=not self.call)
            return
        for index, piece in enumerate(_ENTITY.split(said)):
            if index % 2:
                self._row(only_letters(unescape(piece)), "", start, counts=not self.call)
            else:
                self._row(only_letters(piece), piece, start, counts=not self.call)
            start += len(piece)

    def open(self, tag: str, start: int) -> None:
        """A tag that closes nothing."""
        said = self._seen.get(tag)
        if said is None:
            said = self._seen[tag] = _tag(tag)
        left_out, call, name, number, holds = said
        if number and not self.left_out:  # on a page the engine draws the call of a note
            self._row(number, "", start, counts=False)
        left_out, call = left_out or self.left_out, call or self.call
        if name and not left_out and not call:
            self.places.append((self._length, name))
        if holds:
            self.opened.append((self.left_out, self.call))
            self.left_out, self.call = left_out, call

    def _row(self, row: str, said: str, start: int, *, counts: bool) -> None:
        if not row:
            return
        self.rows.append(row)
        self.runs.append(said)
        self.begins.append(self._length)
        self.offsets.append(start)
        self._length += len(row)
        self.counted.append(self.counted[-1] + len(row) if counts else self.counted[-1])
