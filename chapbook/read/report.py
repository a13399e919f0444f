"""Findings made while a file's tree is read, placed by looking the words up in its text.

pandoc's Markdown reader keeps no positions. What we want to name (a tag, a link target, a
label) stands literally in the source, and the tree is read in the source's order: a cursor
that moves along with it finds the right occurrence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote

from chapbook.diagnostics import Diagnostic, Position, Severity
from chapbook.model import Source
from chapbook.read.mask import mask

_LOOKED_AT = 80  # signs of what is looked up leniently
_FOLDED = "İıſK"  # what stands for i, s and k where case is ignored
_ENTITY = re.compile(r"&#?\w+;")
_GAP = re.compile(r"\s+")


@dataclass(slots=True)
class Report:
    """Collects the diagnostics of one source.

    `citekeys` are those of the book's sources, None where every `@word` is to be a citation;
    `lang` is the book's language.
    """

    source: Source
    found: list[Diagnostic] = field(default_factory=list)
    citekeys: frozenset[str] | None = None
    lang: str = "en"
    _masked: str | None = None
    _cursor: int = 0

    @property
    def masked(self) -> str:
        """The source without code and comments, made when first asked for."""
        if self._masked is None:
            self._masked = mask(self.source.text)
        return self._masked

    def place(self, needle: str, *, move: bool = True) -> Position:
        """Where `needle` stands next; the file's first line when it does not stand literally."""
        at = -1
        if words := needle.split():
            # a tag's attribute may hold backquotes, which the mask takes for code
            tried = ((self.masked, self._cursor), (self.masked, 0), (self.source.text, self._cursor))
            at = next((found for text, start in tried if (found := _stands(words, text, start)) >= 0), -1)
        if at < 0 and words and self._may_stand(needle):
            lenient = _lenient(needle.strip())
            match = lenient.search(self.masked, self._cursor) or lenient.search(self.source.text)
            at = match.start() if match else -1
        if at < 0:
            return Position(self.source.path)
        if move:
            self._cursor = at + 1
        return self.source.at(at)

    def _may_stand(self, needle: str) -> bool:
        """Whether a lenient look can find it at all: most of what it does not find is known at once."""
        letters = "".join(unquote(needle).split())[:_LOOKED_AT]
        if "<" in letters or "=" in letters or not letters.isascii():
            return True
        bare = letters.replace("\\", "").lower()
        return any((known := _bare(text)) is None or bare in known for text in (self.masked, self.source.text))

    def add(
        self,
        code: str,
        message: str,
        needle: str,
        hint: str,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """A finding at the next place where `needle` stands."""
        self.found.append(Diagnostic(code, message, self.place(needle), hint, severity))


@lru_cache(maxsize=256)  # as `mask`
def _bare(text: str) -> str | None:
    """A text without spaces, backslashes and capitals; None where other signs stand for ASCII letters."""
    if _ENTITY.search(text) or (not text.isascii() and any(sign in text for sign in _FOLDED)):
        return None
    return "".join(text.split()).replace("\\", "").lower()


def _stands(words: Sequence[str], text: str, start: int) -> int:
    """Where words stand next with any spaces between them; -1 where they do not."""
    first, *others = words
    at = text.find(first, start)
    while at >= 0:
        end = at + len(first)
        for word in others:
            gap = _GAP.match(text, end)
            if not gap or not text.startswith(word, gap.end()):
                break
            end = gap.end() + len(word)
        else:
            return at
        at = text.find(first, at + 1)
    return -1


def _lenient(needle: str) -> re.Pattern[str]:
    """What an author may have written where pandoc says `needle`: other quotes round the
    attributes of a tag; escapes, entities and line breaks in an address."""
    if tag := re.match(r"</?\s*(\w[\w-]*)", needle):
        return re.compile(rf"</?\s*{re.escape(tag[1])}\b", re.IGNORECASE)
    if attribute := re.fullmatch(r"(\w[\w-]*)=", needle):
        return re.compile(rf"\b{re.escape(attribute[1])}\s*=", re.IGNORECASE)
    signs = (rf"(?:\\?{re.escape(c)}|&#?\w+;)" for c in "".join(unquote(needle).split())[:_LOOKED_AT])
    return re.compile(r"(?:\s|&#?\w+;)*".join(signs), re.IGNORECASE)
