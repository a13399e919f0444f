"""Pass 1, sections: front matter, body, back matter; the colophon last; an identifier each.

A heading that leaves out a level (the rule S003 warns of it) moves up to the level it left out:
who walks a book by its headings misses no step.
"""

from __future__ import annotations

import re
from dataclasses import replace

from chapbook.identifier import slug
from chapbook.model import Book, Matter, Section
from chapbook.tree import Heading, Node
from chapbook.walking import plain_text, rewrite

_MATTERS = list(Matter)

# Identifiers the compositions give to what they generate.
_RESERVED = frozenset({"cover", "title-page", "contents", "contents-head", "verdict-summary", "claims-and-verdicts",
                       "sources", "notes", "nav", "toc", "landmarks", "main", "colophon"})  # fmt: skip
_COUNTED = re.compile(r"(note|noteref|claim|source|page|code)-\d+")


def reserved(name: str) -> bool:
    """Whether the editions use this identifier for something of their own."""
    return name in _RESERVED or bool(_COUNTED.fullmatch(name))


def sections(book: Book) -> Book:
    """Sections in reading order, each with an identifier of its own."""
    ordered = sorted(book.sections, key=_place)
    taken: set[str] = set()
    named = tuple(_named(section, taken) for section in ordered)
    return replace(book, sections=tuple(_stepped(section) for section in named))


def _stepped(section: Section) -> Section:
    """Levels of headings without gaps; what stood beside or under a heading still does."""
    above: list[int] = []  # the levels, as written, of the headings one stands under

    def step(node: Node) -> Node:
        if not isinstance(node, Heading):
            return node
        while above and above[-1] >= node.level:
            above.pop()
        above.append(node.level)
        level = min(node.level, section.level + len(above))
        return node if level == node.level else replace(node, level=level)

    return replace(section, blocks=rewrite(section.blocks, step, of={Heading}))


def _place(section: Section) -> tuple[int, int]:
    """Sorting is stable: within a matter the files' order holds; the colophon closes the book,
    the copyright page opens the front matter."""
    name = section.role.name
    edge = {"copyright-page": -1, "colophon": 1}.get(name, 0)
    return _MATTERS.index(section.role.matter), edge


def _named(section: Section, taken: set[str]) -> Section:
    wanted = section.id or slug(plain_text(section.title)) or _from_path(section.source.path)
    if reserved(wanted) and wanted != section.role.name:
        wanted = f"section-{wanted}"
    name, count = wanted, 1
    while name in taken:
        count += 1
        name = f"{wanted}-{count}"
    taken.add(name)
    return replace(section, id=name)


def _from_path(path: str) -> str:
    stem = path.rpartition("/")[2].removesuffix(".md")
    return "section-" + (slug(stem) or "untitled")
