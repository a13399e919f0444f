"""Pass 2, numbering: chapters counted once, for every format, where the book asks for it."""

from __future__ import annotations

from dataclasses import replace

from chapbook.model import Book


def numbering(book: Book) -> Book:
    """Number the chapters of the first level; parts, front and back matter have none."""
    if not book.options.get("numbering"):
        return book
    numbered = []
    count = 0
    for section in book.sections:
        if section.role.numbered and section.level == 1:
            count += 1
            section = replace(section, number=count)
        numbered.append(section)
    return replace(book, sections=tuple(numbered))
