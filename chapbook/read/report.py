"""Findings made while a file's tree is read, placed by looking the words up in its text.

pandoc's Markdown reader keeps no positions. What we want to name (a tag, a link target, a
label) stands literally in the source, and the tree is read in the source's order: a cursor
that moves along with it finds the right occurrence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from chapbook.diagnostics import Diagnostic, Position, Severity
from chapbook.model import Source
from chapbook.read.mask import mask


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
        pattern = r"\s+".join(re.escape(word) for word in needle.split())
        match = None
        if pattern:
            match = re.compile(pattern).search(self.masked, self._cursor)
            match = match or re.compile(pattern).search(self.masked)
            # a tag's attribute may hold backquotes, which the mask takes for code
            match = match or re.compile(pattern).search(self.source.text, self._cursor)
        if match is None and needle.strip():
            lenient = _lenient(needle.strip())
            match = lenient.search(self.masked, self._cursor) or lenient.search(self.source.text)
        if match is None:
            return Position(self.source.path)
        if move:
            self._cursor = match.start() + 1
        return self.source.at(match.start())

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


def _lenient(needle: str) -> re.Pattern[str]:
    """What an author may have written where pandoc says `needle`: other quotes round the
    attributes of a tag; escapes, entities and line breaks in an address."""
    if tag := re.match(r"</?\s*(\w[\w-]*)", needle):
        return re.compile(rf"</?\s*{re.escape(tag[1])}\b", re.IGNORECASE)
    if attribute := re.fullmatch(r"(\w[\w-]*)=", needle):
        return re.compile(rf"\b{re.escape(attribute[1])}\s*=", re.IGNORECASE)
    signs = (rf"(?:\\?{re.escape(c)}|&#?\w+;)" for c in "".join(unquote(needle).split())[:80])
    return re.compile(r"(?:\s|&#?\w+;)*".join(signs), re.IGNORECASE)
