"""Rules about sections and their headings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chapbook.diagnostics import Diagnostic, Position, Severity
from chapbook.lint.view import View
from chapbook.tree import Heading
from chapbook.walking import plain_text

_GLUED = re.compile(r"#{2,6}[^#\s{}]")
_HEADING = re.compile(r"#{1,6}[ \t]+\S")


def empty_sections(view: View) -> Iterator[Diagnostic]:
    """A file with no text at all; a part may be its heading alone."""
    for section in view.book.sections:
        if not section.blocks and not section.title:
            yield Diagnostic("S001", "the section is empty", Position(section.source.path),
                             "write its text or remove the file")  # fmt: skip


def untitled_sections(view: View) -> Iterator[Diagnostic]:
    """A section whose text does not begin with a heading has no line in the contents."""
    for section in view.book.sections:
        if section.blocks and not section.title:
            yield Diagnostic("S002", "the section does not begin with a heading",
                             section.position, "begin the file with `# Title`; until then its "
                             "first words stand in the contents", Severity.WARNING)  # fmt: skip


def heading_levels(view: View) -> Iterator[Diagnostic]:
    """`#` and then `###`: readers of the outline miss a step."""
    before, level = None, 0
    for section, node in view.each(Heading):
        if section is not before:
            before, level = section, section.level
        if node.level > level + 1:
            text = plain_text(node.content)
            yield Diagnostic("S003", f"the heading “{text}” has level {node.level} after {level}",
                             view.place(section, "#" * node.level + " " + text.split(" ")[0]),
                             f"write {'#' * (level + 1)} {text}", Severity.WARNING)  # fmt: skip
        level = node.level


def headings_not_read(view: View) -> Iterator[Diagnostic]:
    """`##Title` and a heading right under a line of text are printed as text."""
    for source, masked in view.texts():
        before = ""
        for number, line in enumerate(masked.split("\n"), start=1):
            hint = ""
            if not line.startswith("#"):
                pass
            elif _GLUED.match(line):
                hint = "put a space after #"
            elif _HEADING.match(line) and before.strip() and not before.startswith(("#", ":::", "<", "---")):
                hint = "put an empty line before it"
            if hint:
                yield Diagnostic("S004", f"“{line.strip()[:50]}” is not read as a heading",
                                 Position(source.path, number), f"{hint}, or write \\# for the sign",
                                 Severity.WARNING)  # fmt: skip
            before = line
