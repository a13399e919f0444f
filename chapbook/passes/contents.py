"""Pass 9, contents: sections and their headings as a nested list, for every format."""

from __future__ import annotations

from dataclasses import replace

from chapbook.model import Book, Entry, Section
from chapbook.tree import Heading, Inlines, Node, NoteRef, Text
from chapbook.walking import plain_text, rewrite, walk


def contents(book: Book) -> Book:
    """The entries of all sections, nested by level down to `toc-depth`."""
    depth = book.options.get("toc-depth")
    deepest = depth if isinstance(depth, int) else 2
    flat = [entry for section in book.sections for entry in _entries(section, deepest)]
    return replace(book, contents=_nested(flat))


def _entries(section: Section, deepest: int) -> list[Entry]:
    title = bare(section.title) or (Text(first_words(section)),)
    matter, listed = section.role.matter, section.role.listed
    entries = [Entry(section.id, title, section.level, matter, section.number, listed)]
    for node in walk(section.blocks, {Heading}):
        if isinstance(node, Heading) and node.attr.id and section.level < node.level <= deepest:
            entries.append(Entry(node.attr.id, bare(node.content), node.level, matter,
                                 listed=listed))  # fmt: skip
    return entries


def bare(title: Inlines) -> Inlines:
    """A title as it is listed: without note numbers."""

    def change(node: Node) -> object:
        return () if isinstance(node, NoteRef) else node

    return rewrite(title, change, of={NoteRef})


def first_words(section: Section) -> str:
    """What a section without a heading is listed as."""
    words = plain_text(section.blocks).split()
    return " ".join(words[:6]) + ("…" if len(words) > 6 else "")


def _nested(flat: list[Entry]) -> tuple[Entry, ...]:
    """A list of levels as a tree; a level left out is bridged, never lost."""
    out: list[Entry] = []
    index = 0
    while index < len(flat):
        end = index + 1
        while end < len(flat) and flat[end].level > flat[index].level:
            end += 1
        out.append(replace(flat[index], children=_nested(flat[index + 1 : end])))
        index = end
    return tuple(out)
