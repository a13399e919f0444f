"""Pass 4, crossrefs: identifiers unique over the book, and every link inside it resolved.

A link without words, `[](#fig-map)`, is given the name of what it leads to: “Figure 3”.

An author writes `#id` for a place in the same file and `02-b.md#id` for one in another; after
this pass both are `#id` with an identifier that stands once in the whole book.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import unquote

from chapbook.model import Book, Section
from chapbook.passes.sections import reserved
from chapbook.passes.figures import described_by
from chapbook.tree import Anchor, Figure, Footnote, Heading, Image, Inlines, Link, Node, Table, Text
from chapbook.walking import CARRYING, attr_of, plain_text, rewrite, walk, with_id
from chapbook.words import words


_HYPHENS = re.compile(r"-+")
_NAMED = {Anchor} | CARRYING  # what may have an identifier, or lead to one


class Place(NamedTuple):
    """An identifier as written in a file; "" is the file's own beginning."""

    path: str
    id: str


def crossrefs(book: Book) -> Book:
    """The book with unique identifiers and links that name them."""
    table = identifiers(book)
    resolved = tuple(_resolved(s, table) for s in book.sections)
    named = _names(resolved, book.work.lang)

    def name(node: Node) -> object:
        if isinstance(node, Link) and not node.content and (said := named.get(node.target[1:])):
            return replace(node, content=said)
        return node

    return replace(book, sections=tuple(replace(s, blocks=rewrite(s.blocks, name, of={Link})) for s in resolved))


def _names(sections: tuple[Section, ...], lang: str) -> dict[str, Inlines]:
    """What a link without words says: “Figure 3”, “Table 2”, or a heading’s words."""
    catalogue, named = words(lang), {s.id: s.title for s in sections if s.title}
    for node in walk(tuple(s.blocks for s in sections), {Figure, Table, Heading}):
        if isinstance(node, Figure | Table) and node.number:
            word = "figure" if isinstance(node, Figure) else "table"
            named[node.attr.id] = (Text(catalogue[word].format(number=node.number)),)
        elif isinstance(node, Heading) and not any(isinstance(n, Footnote) for n in walk(node.content)):
            named[node.attr.id] = node.content
    return {name: said for name, said in named.items() if name}


def identifiers(book: Book) -> dict[Place, str]:
    """What each written identifier is called in the finished book."""
    table: dict[Place, str] = {}
    taken = {section.id for section in book.sections}
    for section in book.sections:
        path = section.source.path
        table[Place(path, "")] = section.id
        table.setdefault(Place(path, section.id), section.id)
        for name in _written(section):
            if Place(path, name) in table:
                continue
            final, count = name, 1
            while final in taken or reserved(final):
                count += 1
                final = f"{name}-{count}"
            taken.add(final)
            table[Place(path, name)] = final
    for section in book.sections:
        for slug, name in _slugs(section):
            place = Place(section.source.path, slug)
            table.setdefault(place, table[Place(section.source.path, name)] if name else section.id)
    return table


def _slugs(section: Section) -> Iterator[tuple[str, str]]:
    """The names other tools give to headings, “2.1 Foo.bar” → `21-foobar`, with our own."""
    seen: dict[str, int] = {}
    headings = [node for node in walk(section.blocks, {Heading}) if isinstance(node, Heading)]
    for title, name in ((section.title, ""), *((h.content, h.attr.id) for h in headings)):
        words = re.sub(r"[^\w\- ]", "", plain_text(title).lower()).strip()
        slug = words.replace(" ", "-")
        count = seen.get(slug, 0)
        seen[slug] = count + 1
        if slug:
            yield (f"{slug}-{count}" if count else slug), name


def _written(section: Section) -> Iterator[str]:
    for node in walk((section.title, section.blocks), _NAMED):
        if isinstance(node, Anchor):
            yield node.id
        if attr_of(node).id:
            yield attr_of(node).id


def is_inside(target: str) -> bool:
    """Whether a link's target is a place in the book: `#id`, `file.md` or `file.md#id`."""
    head = target.partition("#")[0]
    return target.startswith("#") or (head.endswith(".md") and ":" not in head)


def find(target: str, path: str, table: Mapping[Place, str]) -> str | None:
    """The finished identifier a link of the file `path` leads to; None when there is none."""
    head, _, name = unquote(target).partition("#")
    file = posixpath.normpath(posixpath.join(posixpath.dirname(path), head)) if head else path
    if found := table.get(Place(file, name)):
        return found
    if not head:
        others = {final for place, final in table.items() if place.id == name}
        if len(others) == 1:
            return others.pop()
    # other tools count hyphens otherwise: "with `+` or" is with--or there, with-or here
    bare = _HYPHENS.sub("-", name)
    alike = {final for place, final in table.items()
             if place.path == file and _HYPHENS.sub("-", place.id) == bare}  # fmt: skip
    return alike.pop() if len(alike) == 1 else None


def _resolved(section: Section, table: dict[Place, str]) -> Section:
    path = section.source.path

    def change(node: Node) -> object:
        if isinstance(node, Anchor):
            return Anchor(table[Place(path, node.id)])
        if isinstance(node, Link) and is_inside(node.target):
            final = find(node.target, path, table)
            node = replace(node, target=f"#{final}" if final else node.target)
        if isinstance(node, Image) and (name := described_by(node)):
            pairs = tuple(p for p in node.attr.pairs if p[0] != "longdesc")
            final = table.get(Place(path, name), name)
            node = replace(node, attr=replace(node.attr, pairs=(*pairs, ("longdesc", f"#{final}"))))
        name = attr_of(node).id
        if name and table[Place(path, name)] != name:
            return with_id(node, table[Place(path, name)])
        return node

    return replace(
        section,
        title=rewrite(section.title, change, of=_NAMED),
        blocks=rewrite(section.blocks, change, of=_NAMED),
    )
