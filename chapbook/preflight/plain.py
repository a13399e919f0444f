"""Content in its plainest form, read without a parser: what it paints, and in which colours.

Most of a book's pages is lines of glyphs and where they stand. Whoever asks for colours alone
reads over them here, if all of a content is of this form; one operator that is not, or has not
its operands, and it is for the parser. What is painted twice in a row in one state is told once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from pikepdf import Name, String

_NUMBER = rb"-?\d++(?:\.\d*+)?+"
_KERN = rb"(?:%b)?+" % _NUMBER
# No string in brackets: it may hide a line's end. A line of which all strings are empty shows nothing, and only sets.
_LINE = rb"(?:\[(?:%b<>)*+%b<[0-9a-f]++>(?:%b<[0-9a-f]*+>)*+%b\] TJ|<[0-9a-f]++> Tj)[ \n]++" % ((_KERN,) * 4)
_SET = rb"(?:(?:%b ){6}Tm|/\w++ %b Tf|(?:%b ){2}T[dD]|\[(?:%b<>)*+%b\] TJ)[ \n]++" % (*(_NUMBER,) * 3, *(_KERN,) * 2)
_PLACED = (
    rb"(?:(?:%b ){6}(?:cm|c)|(?:%b ){2}[ml]|(?:%b ){4}(?:re|v|y)|[hn]|W\*?|%b [wJjMi]|\[[\d ]*+\] 0 d|BT[ \n]++(?:%b)*+ET)[ \n]++"
    % (*(_NUMBER,) * 4, _SET)
)
_READ = re.compile(
    rb"(?P<bare>(?:(?:[qQSs]|[fBb]\*?|F)[ \n]++)++)|(?P<text>(?:BT[ \n]++(?:%b)*+%b(?:%b|%b)*+ET[ \n]++)++)|(?P<placed>(?:%b)++)"
    rb"|(?P<colour>(?:%b ){4}[kK]|%b [gG]|(?:%b ){3}(?:rg|RG)|(?:%b ){1,32}(?:scn?|SCN?))[ \n]++"
    rb"|/(?P<name>\w++) (?P<named>Do|gs|sh|cs|CS|scn|SCN)[ \n]++"
    % (_SET, _LINE, _LINE, _SET, _PLACED, *(_NUMBER,) * 4)
)


class Instruction(NamedTuple):
    """An operator with its operands, as the parser would tell it."""

    operator: str
    operands: tuple[Any, ...]


_GLYPH = Instruction("Tj", (String(b"\0"),))
_BARE = {name: Instruction(name.decode(), ()) for name in b"q Q f f* F S s B B* b b*".split()}


def plain(content: bytes) -> Sequence[Instruction] | None:
    """The instructions of a content that say something of colours; None where the content is not plain."""
    content = content.lstrip(b" \n") + b"\n"
    told = _Told()
    at, end = 0, len(content)
    while at < end:
        match = _READ.match(content, at)
        if match is None:
            return None
        at = match.end()
        match match.lastgroup:
            case "text":
                told.add(_GLYPH)
            case "bare":
                for operator in match["bare"].split():
                    told.add(_BARE[operator])
            case "colour":
                *values, name = match["colour"].split()
                told.add(Instruction(name.decode(), tuple(map(float, values))))
            case "named":
                told.name(Instruction(match["named"].decode(), (Name(f"/{match['name'].decode()}"),)))
    return told.all


class _Told:
    """Instructions, without what repeats the one before it, or all between a q and its Q before it."""

    def __init__(self) -> None:
        self.all: list[Instruction] = []
        self.saved: list[int] = []  # where each q stands that has no Q yet
        self.closed = -1  # where the q stands whose Q was last
        self.named = -1  # where the last stands that names something: what it names may be at fault, each time

    def add(self, new: Instruction) -> None:
        if new.operator == "q":
            self.saved.append(len(self.all))
            self.all.append(new)
        elif new.operator == "Q":
            self._restored(new)
        elif not self.all or self.all[-1] != new:
            self.all.append(new)

    def name(self, new: Instruction) -> None:
        self.named = len(self.all)
        self.all.append(new)

    def _restored(self, new: Instruction) -> None:
        if not self.saved:
            self.all.append(new)
            return
        start = self.saved.pop()
        if start == len(self.all) - 1:  # nothing between them
            self.all.pop()
            return
        if self.all[-1] is new and self.closed == start + 1:  # nothing but another q and its Q
            del self.all[start]
            self.named -= self.named > start
        else:
            self.all.append(new)
        self.closed = start
        size = len(self.all) - start
        if self.named < start - size and size <= start and self.all[start - size : start] == self.all[start:]:
            del self.all[start:]
            self.closed = start - size
