"""What a rule sees: the book as read, and each source's text with its places."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from chapbook.diagnostics import Position
from chapbook.model import Book, Section, Source
from chapbook.read.report import Report
from chapbook.tree import Node, walk


class View:
    """The book and, for each of its files, the text without code and comments."""

    def __init__(self, book: Book) -> None:
        self.book = book

    @cached_property
    def reports(self) -> dict[str, Report]:
        """A look-up for places in each file, by path."""
        return {s.source.path: Report(s.source) for s in self.book.sections}

    def nodes(self) -> Iterator[tuple[Section, Node]]:
        """Every node of the text with its section, in reading order."""
        for section in self.book.sections:
            for node in walk((section.title, section.blocks)):
                yield section, node

    def place(self, section: Section, needle: str) -> Position:
        """Where `needle` stands next in a section's file."""
        return self.reports[section.source.path].place(needle)

    def texts(self) -> Iterator[tuple[Source, str]]:
        """Each file and its text with code and comments blanked."""
        for report in self.reports.values():
            yield report.source, report.masked
