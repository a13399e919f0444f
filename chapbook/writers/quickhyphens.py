"""Hyphenation patterns read as words ask for them: the ends of a book's lines ask for few of a dictionary's.

Pyphen reads its dictionary pattern by pattern at every start: 0.04 s for English, 0.35 s for German. Here a
line of it is known by its letters, and Pyphen's own class reads it when a word has these.
"""

from __future__ import annotations

import io
import re
from functools import cache
from typing import Any

import pyphen

_PLAIN = pyphen.HyphDict
_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(r"[1-9]|[^\D0-9]")
_BY_NUMBER, _OTHERWISE = "^^", "/"  # a letter of a pattern; how a word is written when it is parted there


@cache
def quicken() -> None:
    """Put it in place; a second call changes nothing."""
    pyphen.HyphDict = Hyphens


class Hyphens(pyphen.HyphDict):
    """As `pyphen.HyphDict`; `patterns` has those that a word has asked for, `unread` the lines of the others by their letters."""

    def __init__(self, path: Any) -> None:
        with path.open("rb") as file:
            encoding = file.readline().decode().strip()
        text = path.read_text("cp1251" if encoding.lower() == "microsoft-cp1251" else encoding)
        if _BY_NUMBER in text:
            super().__init__(path)
            self.unread: dict[str, str] = {}
            return
        lines = [line for line in map(str.strip, text.split("\n")[1:]) if not line.startswith(pyphen.ignored)]
        letters = _DIGITS.sub("", "\n".join(map(_pattern, lines) if _OTHERWISE in text else lines)).split("\n")
        self.unread = {name: line for name, line in zip(letters, lines, strict=True)
                       if name != line and ("0" not in line or _NUMBER.search(line))}  # fmt: skip
        self.patterns: dict[str, Any] = {}
        self.cache: dict[str, Any] = {}
        self.maxlen = max(map(len, self.unread))

    def positions(self, word: str) -> Any:
        """Where the word may be parted."""
        lower = word.lower()
        if self.unread and lower not in self.cache:
            pointed = f".{lower}."
            ends = [(i, min(i + self.maxlen, len(pointed)) + 1) for i in range(len(pointed))]
            for piece in {pointed[i:j] for i, end in ends for j in range(i + 1, end)} & self.unread.keys():
                self.patterns |= _PLAIN(_Line(self.unread.pop(piece))).patterns
        return super().positions(word)


class _Line:
    """One line as the file of a dictionary."""

    def __init__(self, line: str) -> None:
        self.line = line

    def open(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(b"UTF-8")

    def read_text(self, _encoding: str) -> str:
        return f"UTF-8\n{self.line}"


def _pattern(line: str) -> str:
    return line.partition(_OTHERWISE)[0] if _OTHERWISE in line and "=" in line else line
