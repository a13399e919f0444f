"""Lines of text as filled outlines: what the cover is lettered with.

Words in the book's own serif are set letter by letter, kerned; other scripts are shaped as
their font wants them, joined and from right to left where they are written so.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from chapbook import fonts
from chapbook.compose.drawing import Shape
from chapbook.model import Book, Face, Voice
from chapbook.words import direction

# Scripts written without spaces between words: a line may turn between any two characters.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True)
class Letters:
    """The hand that letters the cover of a book."""

    book: Book

    @property
    def rtl(self) -> bool:
        """Whether lines are written from right to left."""
        return direction(self.book.work.lang) == "rtl"

    @cached_property
    def _serif(self) -> Face:
        return next(f for f in fonts.faces() if f.family == fonts.SERIF and f.weight == 400 and not f.italic)

    @cached_property
    def _others(self) -> list[Face]:
        """Regular faces of the system that the book uses, those of the author's voice first."""
        regular = [face for face in self.book.faces if face.weight == 400]
        return sorted(regular, key=lambda face: face.voice is not Voice.AUTHOR)

    def _face_of(self, char: str) -> Face:
        for face in (self._serif, *self._others):
            if ord(char) in fonts.characters(face):
                return face
        return self._serif

    def _runs(self, text: str) -> Iterator[tuple[Face, str]]:
        """Runs of one face, from left to right as they stand on the line."""
        runs = [(face, "".join(chars)) for face, chars in groupby(text, self._face_of)]
        return iter(reversed(runs) if self.rtl else runs)

    def width(self, text: str, size: float, tracking: float = 0.0) -> float:
        """How long a line is; `tracking` is added between Latin letters, in parts of the em."""
        return sum(advance for _, advance in self._drawn(text, tracking)) * size

    def _drawn(self, text: str, tracking: float) -> Iterator[tuple[fonts.Outline, float]]:
        for face, run in self._runs(text):
            if face != self._serif:
                yield from fonts.shaped(face, run)
                continue
            pairs = zip(fonts.outlines(face.path, run), fonts.advances(face.path, run), strict=True)
            yield from ((outline, advance + tracking) for outline, advance in pairs)

    def line(self, text: str, x: float, baseline: float, size: float, tracking: float = 0.0) -> Iterator[Shape]:
        """The outlines of a line that begins at `x`: its left end, or its right end in an rtl book."""
        if self.rtl:
            x -= self.width(text, size, tracking)
        for outline, advance in self._drawn(text, tracking):
            segments = tuple(
                (op, tuple(x + v * size if i % 2 == 0 else baseline - v * size for i, v in enumerate(p)))
                for op, p in outline
            )
            if segments:
                yield Shape(segments)
            x += advance * size

    def broken(self, title: str, size: float, measure: float, tracking: float) -> tuple[str, ...]:
        """A title in lines that fit, the last not much shorter than the others."""
        gap = " "
        pieces = title.split()
        if _UNSPACED.search(title) and len(pieces) == 1:
            gap, pieces = "", list(title)
        count = max(1, math.ceil(self.width(title, size, tracking) / measure))
        while True:
            goal = self.width(title, size, tracking) / count
            lines: list[str] = []
            for word in pieces:
                if lines and self.width(f"{lines[-1]}{gap}{word}", size, tracking) <= max(goal * 1.12, goal):
                    lines[-1] += f"{gap}{word}"
                else:
                    lines.append(word)
            if len(lines) <= count + 1 or count > 8:
                return tuple(lines)
            count += 1
