"""What a rule sees: the book as read, and each source's text with its places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

from chapbook.diagnostics import Position
from chapbook.lint.sentences import Sentence, sentences
from chapbook.model import Book, Section, Source
from chapbook.passes.crossrefs import Place, identifiers
from chapbook.passes.sections import sections
from chapbook.read.report import Report
from chapbook.tree import Node
from chapbook.walking import walk

N = TypeVar("N", bound=Node)


class View:
    """The book and, for each of its files, the text without code and comments."""

    def __init__(self, book: Book) -> None:
        self.book = book

    @cached_property
    def reports(self) -> dict[str, Report]:
        """A look-up for places in each file, by path."""
        return {s.source.path: Report(s.source) for s in self.book.sections}

    @cached_property
    def nodes(self) -> Sequence[tuple[Section, Node]]:
        """Every node of the text with its section, in reading order."""
        return [(s, node) for s in self.book.sections for node in walk((s.title, s.blocks))]

    def each(self, kind: type[N]) -> Sequence[tuple[Section, N]]:
        """Every node of this kind with its section, in reading order."""
        return self._by_kind[kind]

    @cached_property
    def _by_kind(self) -> Mapping[type, Sequence[tuple[Section, Any]]]:
        found: dict[type, list[tuple[Section, Node]]] = defaultdict(list)
        for section, node in self.nodes:
            found[type(node)].append((section, node))
        return found

    @cached_property
    def finished(self) -> Mapping[Place, str]:
        """What each identifier the author wrote will be called."""
        return identifiers(sections(self.book))

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The checkable sentences of the author's sections, in reading order."""
        return tuple(sentences(self.book))

    def place(self, section: Section, needle: str) -> Position:
        """Where `needle` stands next in a section's file."""
        return self.reports[section.source.path].place(needle)

    def texts(self) -> Iterator[tuple[Source, str]]:
        """Each file and its text with code and comments blanked."""
        for report in self.reports.values():
            yield report.source, report.masked
